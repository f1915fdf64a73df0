//! A long call in progress: whom it deals with, how far it is, and what its status callback is told.

mod calls;
mod percent;
mod target;
mod waiting;

use std::collections::BTreeSet;
use std::ops::Range;

pub(crate) use calls::{Calls, Underway};
pub(crate) use target::{Manner, Outcome, PassOver, Progress, Target};

use crate::call::{CallId, GetList, Reply};
use crate::encoding::Encoder;
use crate::machine::{Context, Machine};
use crate::observed::{Output, TimerId};
use crate::profile::{StatusCounting, Timing};
use crate::rule;
use crate::session::SessionId;
use crate::timer::{TargetTimer, Timer};
use crate::world::{InstallerId, ProcessId};

/// A long call in progress.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) by: InstallerId,
    pub(crate) session: SessionId,
    pub(crate) kind: OperationKind,
    pub(crate) has_callback: bool,
    pub(crate) stage: Stage,
    /// When it goes on by itself.
    pub(crate) timer: Option<TimerId>,
    /// In the order in which they are dealt with.
    pub(crate) targets: Vec<Target>,
    /// The targets by process, to find who left.
    pub(crate) by_process: Vec<(ProcessId, u32)>,
    /// The targets of the class that is dealt with now.
    pub(crate) class: Range<usize>,
    /// Those of them who are asked together.
    pub(crate) batch: Range<usize>,
    /// How many targets are being waited for.
    pub(crate) waiting: u32,
    /// Of how many the percentage tells, and how many of them count by now.
    pub(crate) all: u32,
    pub(crate) counted: u32,
    /// The last percentage that was told.
    pub(crate) percent: Option<u8>,
    pub(crate) is_cancelled: bool,
    pub(crate) has_failed: bool,
    /// Whether a filter kept somebody from being stopped.
    pub(crate) has_masked: bool,
    /// The programs that were started so far.
    pub(crate) started_programs: BTreeSet<ProcessId>,
    /// Whether no class follows the one that is dealt with now.
    pub(crate) ends_with_class: bool,
}

/// Which call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum OperationKind {
    List(GetList),
    Shutdown {
        flags: u32,
    },
    /// `RmRestart`; or a cancelled `RmShutdown` that brings back what it stopped, with its reply.
    Restart {
        instead_of: Option<Reply>,
    },
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    /// It waits for the registry mutex, in vain.
    Mutex,
    /// It computes the list.
    List,
    /// A test over the list failed, and its callback was told so far; this is the reply.
    TestFailed(Reply),
    /// A class begins: who is passed over in it is dealt with.
    Class,
    /// The windows of the batch are asked, from this target on.
    Query(usize),
    /// Somebody refused.
    Refused,
    /// The batch is told to end, from this target on.
    End(usize),
    /// The next target is restarted.
    Restart(usize),
    /// Everybody is dealt with.
    Over,
}

impl Operation {
    /// One that deals with nobody yet.
    pub(crate) fn new(by: InstallerId, session: SessionId, kind: OperationKind) -> Operation {
        Operation {
            by,
            session,
            kind,
            has_callback: false,
            stage: Stage::List,
            timer: None,
            targets: Vec::new(),
            by_process: Vec::new(),
            class: 0..0,
            batch: 0..0,
            waiting: 0,
            all: 0,
            counted: 0,
            percent: None,
            is_cancelled: false,
            has_failed: false,
            has_masked: false,
            started_programs: BTreeSet::new(),
            ends_with_class: false,
        }
    }

    pub(crate) fn encode(&self, encoder: &mut Encoder<'_>) {
        let Operation {
            by,
            session,
            kind,
            has_callback,
            stage,
            timer,
            targets,
            by_process: _, // follows from the targets
            class,
            batch,
            waiting,
            all,
            counted,
            percent,
            is_cancelled,
            has_failed,
            has_masked,
            started_programs,
            ends_with_class,
        } = self;
        encoder.value(&(by, session, kind, has_callback, stage, class, batch, waiting, all, counted));
        encoder.value(&(percent, is_cancelled, has_failed, has_masked, ends_with_class));
        let started: Vec<ProcessId> = started_programs.iter().copied().collect();
        encoder.sorted(&started, |names, process| names.process(*process));
        encoder.timer(*timer);
        encoder.each(targets.iter(), |encoder, target| target.encode(encoder));
    }

    /// Counts the targets, and takes those of the first class in hand.
    pub(crate) fn settle_targets(&mut self) {
        self.all = u32::try_from(self.targets.len()).expect("a list is counted in 32 bits");
        self.index_targets();
        self.class = self.class_from(0);
    }

    /// Finds the targets by process again, after their order changed.
    pub(crate) fn index_targets(&mut self) {
        let plain = self.targets.iter().zip(0..).filter(|(target, _)| target.service.is_none());
        self.by_process = plain.map(|(target, place)| (target.who.0, place)).collect();
        self.by_process.sort_unstable();
    }

    /// The targets of the class that begins at this place.
    pub(crate) fn class_from(&self, begin: usize) -> Range<usize> {
        let rest = self.targets.get(begin..).unwrap_or_default();
        let length = rest.iter().take_while(|target| target.class == rest[0].class).count();
        begin..begin + length
    }
}

impl Machine {
    pub(crate) fn operation(&self, call: CallId) -> &Operation {
        self.calls.operation(call).expect("a timer of an operation ends with it")
    }

    pub(crate) fn operation_mut(&mut self, call: CallId) -> &mut Operation {
        self.calls.operation_mut(call).expect("a timer of an operation ends with it")
    }

    pub(crate) fn target(&self, call: CallId, target: usize) -> &Target {
        &self.operation(call).targets[target]
    }

    pub(crate) fn target_mut(&mut self, call: CallId, target: usize) -> &mut Target {
        &mut self.operation_mut(call).targets[target]
    }

    /// Begins an operation: from now on the call is under way.
    pub(crate) fn begin_operation(&mut self, operation: Operation, context: &mut Context<'_>) -> CallId {
        let underway = Underway::Operation(Box::new(operation));
        match context.answering {
            Some(call) => {
                self.calls.put(call, underway);
                call
            }
            None => {
                let call = self.calls.add(underway);
                context.emit(Output::Pending(call));
                call
            }
        }
    }

    /// Has an operation go on in this very moment, after what else is due.
    pub(crate) fn wake(&mut self, call: CallId, context: &mut Context<'_>) {
        if self.operation(call).timer.is_none() {
            self.proceed_after(call, std::time::Duration::ZERO, context);
        }
    }

    pub(crate) fn proceed_after(
        &mut self,
        call: CallId,
        after: std::time::Duration,
        context: &mut Context<'_>,
    ) {
        let timer = self.set_timer(Timer::Proceed(call), after, context);
        self.operation_mut(call).timer = Some(timer);
    }

    /// One step of an operation.
    pub(crate) fn proceed(&mut self, call: CallId, context: &mut Context<'_>) {
        self.operation_mut(call).timer = None;
        if self.notices_cancel(call, context) {
            return self.cancelled(call, context);
        }
        match self.operation(call).stage {
            Stage::Mutex => self.mutex_timed_out(call, context),
            Stage::List => self.list_computed(call, context),
            Stage::TestFailed(reply) => self.conclude(call, reply, context),
            Stage::Class => self.begin_class(call, context),
            Stage::Query(next) => self.query_next(call, next, context),
            Stage::Refused => self.refused(call, context),
            Stage::End(next) => self.end_next(call, next, context),
            Stage::Restart(next) => self.restart_next(call, next, context),
            Stage::Over => self.operation_over(call, context),
        }
    }

    /// Everybody is dealt with.
    pub(crate) fn operation_over(&mut self, call: CallId, context: &mut Context<'_>) {
        match self.operation(call).kind {
            OperationKind::Shutdown { .. } => self.shutdown_over(call, context),
            OperationKind::Restart { .. } => self.restart_over(call, context),
            OperationKind::List(_) => unreachable!("a list deals with nobody"),
        }
    }

    /// Somebody's time is up, or it is to be told to close.
    pub(crate) fn target_due(
        &mut self,
        call: CallId,
        target: u32,
        what: TargetTimer,
        context: &mut Context<'_>,
    ) {
        let place = usize::try_from(target).expect("a list is counted in 32 bits");
        let state = self.target_mut(call, place);
        match what {
            TargetTimer::QueryTimeout | TargetTimer::EndTimeout | TargetTimer::Close => state.timer = None,
            TargetTimer::Deadline => state.deadline = None,
        }
        if self.is_about_to_notice_cancel(call, context) {
            return;
        }
        match what {
            TargetTimer::QueryTimeout => {
                let window = self.target(call, place).window;
                context.apply_all(&[rule::MESSAGE_REPLY_TIME, rule::SILENT_QUERY_FAILS_AFTER_5_S]);
                self.take_answer(call, place, window, None, context);
            }
            TargetTimer::EndTimeout => self.end_timed_out(call, place, context),
            TargetTimer::Close => self.tell_to_close(call, place, context),
            TargetTimer::Deadline => self.time_is_up(call, place, context),
        }
    }

    pub(crate) fn answered(
        &mut self,
        call: CallId,
        target: u32,
        window: u8,
        agrees: Option<bool>,
        context: &mut Context<'_>,
    ) {
        let place = usize::try_from(target).expect("a list is counted in 32 bits");
        self.target_mut(call, place).timer = None;
        if self.is_about_to_notice_cancel(call, context) {
            return;
        }
        self.take_answer(call, place, window, agrees, context);
    }

    pub(crate) fn set_target_timer(
        &mut self,
        call: CallId,
        target: usize,
        what: TargetTimer,
        after: std::time::Duration,
        context: &mut Context<'_>,
    ) {
        let number = u32::try_from(target).expect("a list is counted in 32 bits");
        let timer = self.set_timer(Timer::Target { call, target: number, what }, after, context);
        let state = self.target_mut(call, target);
        match what {
            TargetTimer::QueryTimeout | TargetTimer::EndTimeout | TargetTimer::Close => {
                state.timer = Some(timer);
            }
            TargetTimer::Deadline => state.deadline = Some(timer),
        }
    }

    /// Lets go of a target: it is waited for no longer.
    pub(crate) fn release(&mut self, call: CallId, target: usize, context: &mut Context<'_>) {
        let state = self.target_mut(call, target);
        let timers = [state.timer.take(), state.deadline.take()];
        let was_waited_for = matches!(state.progress, Progress::Asked | Progress::Told);
        state.progress = Progress::Done;
        self.operation_mut(call).waiting -= u32::from(was_waited_for);
        timers.into_iter().for_each(|timer| self.unset_timer(timer, context));
    }

    /// A target is dealt with: its status and the percentage change, and the operation goes on.
    pub(crate) fn deal_with(
        &mut self,
        call: CallId,
        target: usize,
        outcome: Outcome,
        context: &mut Context<'_>,
    ) {
        self.release(call, target, context);
        let counts = outcome == Outcome::Done
            || self.profile.answer::<StatusCounting>(context.choices) == StatusCounting::DealtWith;
        let operation = self.operation_mut(call);
        operation.has_failed |= matches!(outcome, Outcome::Failed | Outcome::FailedUnseen);
        if counts {
            self.count(call, 1, context);
        }
        self.wake(call, context);
    }

    /// How long something may take, by the profile.
    pub(crate) fn timing(&self, timing: Timing) -> std::time::Duration {
        self.profile.timing(timing)
    }

    /// The target of an operation that is this process, and no service.
    pub(crate) fn target_of_process(&self, call: CallId, process: ProcessId) -> Option<usize> {
        let operation = self.operation(call);
        let place = operation.by_process.binary_search_by_key(&process, |(known, _)| *known).ok()?;
        usize::try_from(operation.by_process[place].1).ok()
    }
}
