//! `RmRestart`: who of the stopped is started again, in the reverse order of classes.

mod applications;
mod services;

use std::collections::BTreeSet;

use applications::Verdict;

use crate::call::{CallId, Reply, Restart};
use crate::fault::FaultRules;
use crate::happening::Cause;
use crate::history::{Fate, RestartBefore, ShutdownBefore, Subject};
use crate::machine::{Context, Machine, flawed};
use crate::operation::{Manner, Operation, OperationKind, Outcome, Stage, Target};
use crate::profile::{
    CancelledRestart, DepartedService, RestartAfterFailure, RestartFlags, RestartOrder, SecondRestart,
    ShutdownBefore as NeededBefore,
};
use crate::rule;
use crate::service_control::ServiceStatus;
use crate::session::SessionId;
use crate::world::{InstallerId, ServiceId};

impl Machine {
    /// `RmRestart`
    pub(crate) fn restart(&mut self, by: InstallerId, arguments: &Restart, context: &mut Context<'_>) {
        if let Err(reply) = self.try_restart(by, arguments, context) {
            context.reply(reply);
        }
    }

    fn try_restart(
        &mut self,
        by: InstallerId,
        arguments: &Restart,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let is_handle_first = self.is_handle_first(context);
        if !is_handle_first {
            self.check_restart_flags(arguments.flags, context)?;
        }
        let session = self.primary_session(
            by,
            arguments.handle,
            [rule::RESTART_UNKNOWN_HANDLE, rule::RESTART_BY_STARTER_ONLY],
            context,
        )?;
        if is_handle_first {
            self.check_restart_flags(arguments.flags, context)?;
        }
        let does_nothing = self.check_sequence(session, context)?;
        let rules = FaultRules {
            mutex: rule::RESTART_MUTEX_TIMEOUT,
            registry: rule::RESTART_REGISTRY_FAILURE,
            memory: rule::RESTART_OUT_OF_MEMORY,
        };
        let mut operation = Operation {
            has_callback: arguments.has_callback,
            ..Operation::new(by, session, OperationKind::Restart { instead_of: None })
        };
        if std::mem::take(&mut self.sessions.get_mut(session).is_cancel_pending) {
            operation.is_cancelled = true;
        }
        if self.waits_for_mutex(by, session, &rules, context)? {
            operation.stage = Stage::Mutex;
            return self.begin_waiting_for_mutex(operation, context);
        }
        if !does_nothing {
            operation.targets = self.restart_targets(session, context);
        }
        operation.settle_targets();
        operation.stage = Stage::Restart(0);
        let is_empty = operation.targets.is_empty();
        let call = self.begin_operation(operation, context);
        context.apply_all(&[rule::RESTART_KEEPS_BORDERS]);
        if !is_empty || self.tells_something_if_empty(context) {
            self.tell_first_percent(call, context);
        }
        self.wake(call, context);
        Ok(())
    }

    fn check_restart_flags(&mut self, flags: u32, context: &mut Context<'_>) -> Result<(), Reply> {
        context.apply(rule::RESTART_FLAGS_RESERVED);
        if flags == 0 {
            return Ok(());
        }
        match self.profile.answer(context.choices) {
            RestartFlags::Ignored => Ok(()),
            RestartFlags::BadArguments => {
                context.apply(rule::RESTART_NULL_OR_ZERO);
                Err(Reply::BadArguments)
            }
            RestartFlags::InvalidParameter => Err(Reply::InvalidParameter),
        }
    }

    /// Whether the call comes in sequence (REST-05, U-47, U-48); `true`: it does, and does nothing.
    fn check_sequence(&mut self, session: SessionId, context: &mut Context<'_>) -> Result<bool, Reply> {
        let history = &self.sessions.get(session).history;
        let (shutdown, before) = (history.shutdown, history.restart);
        let needed = match shutdown {
            None => false,
            Some(ShutdownBefore::Early) => {
                self.profile.answer::<NeededBefore>(context.choices) != NeededBefore::StopPhase
            }
            Some(ShutdownBefore::NeedsReboot) => {
                self.profile.answer::<NeededBefore>(context.choices) == NeededBefore::Any
            }
            Some(ShutdownBefore::Failed) => {
                context.apply(rule::SHUTDOWN_REPEATED_AFTER_FAILURE);
                true
            }
            Some(ShutdownBefore::Succeeded) => true,
        };
        if !needed && !flawed!(self, RestartAnytime) {
            context.apply(rule::RESTART_BEFORE_SHUTDOWN);
            return Err(Reply::RequestOutOfSequence);
        }
        match before {
            RestartBefore::None => Ok(false),
            RestartBefore::Ended => match self.profile.answer(context.choices) {
                SecondRestart::Retries => Ok(false),
                SecondRestart::Nothing => Ok(true),
                SecondRestart::OutOfSequence => Err(Reply::RequestOutOfSequence),
            },
            RestartBefore::Cancelled => match self.profile.answer(context.choices) {
                CancelledRestart::Resumable => Ok(false),
                CancelledRestart::OutOfSequence => Err(Reply::RequestOutOfSequence),
            },
        }
    }

    /// Who is still stopped by the session, in the reverse order of classes (ORDER-02, REST-23).
    pub(crate) fn restart_targets(&mut self, session: SessionId, context: &mut Context<'_>) -> Vec<Target> {
        let history = &self.sessions.get(session).history;
        // Of a program that came back by itself and was stopped again, its last incarnation alone comes back.
        let is_stopped_again = |subject: &Subject| {
            let Subject::Process(process, incarnation) = *subject else { return false };
            let later = Subject::Process(process, incarnation + 1)..=Subject::Process(process, u32::MAX);
            history.fates.range(later).any(|(_, fate)| fate.is_stopped)
        };
        let is_own = |subject: &Subject, fate: &Fate| {
            fate.is_stopped && (fate.is_listed || fate.falls_with_host) && !is_stopped_again(subject)
        };
        let mut stopped: Vec<(u8, u32, Target)> = Vec::new();
        for (subject, fate) in history.fates.iter().filter(|(subject, fate)| is_own(subject, fate)) {
            let target = Target::new(fate.who, service_of(*subject), fate.class, Manner::Service);
            stopped.push((fate.class, fate.order, target));
        }
        let attention = &self.sessions.get(session).attention;
        let departed_alone =
            attention.departed().iter().any(|who| !history.has_stopped(Subject::of(*who, None)));
        if departed_alone {
            context.apply(rule::DEPARTED_NOT_RESTARTED);
        }
        let departed: Vec<ServiceId> = history
            .seen_services
            .iter()
            .copied()
            .filter(|service| {
                self.services[service.index()].status == ServiceStatus::Stopped
                    && history.fate(Subject::Service(*service)).is_none_or(|fate| !fate.is_stopped)
            })
            .collect();
        for (service, order) in departed.into_iter().zip(u32::MAX / 2..) {
            context.apply(rule::DEPARTED_SERVICE_STARTED);
            if self.profile.answer::<DepartedService>(context.choices) == DepartedService::Started {
                let host = self.incarnation_of(self.world.services[service.index()].process);
                stopped.push((2, order, Target::new(host, Some(service), 2, Manner::Service)));
            }
        }
        let is_reversed = self.profile.answer::<RestartOrder>(context.choices) == RestartOrder::Reversed;
        stopped.sort_by_key(|(class, order, _)| {
            (u8::MAX - class, if is_reversed { u32::MAX - order } else { *order })
        });
        if flawed!(self, RestartInStopOrder) {
            stopped.sort_by_key(|(class, order, _)| (*class, *order));
        }
        context.apply_all(&[rule::RESTART_ORDER_BY_CLASS, rule::RESTART_REVERSES_CLASSES]);
        stopped.into_iter().map(|(.., target)| target).collect()
    }

    /// Deals with the next target.
    pub(crate) fn restart_next(&mut self, call: CallId, next: usize, context: &mut Context<'_>) {
        if self.operation(call).waiting > 0 {
            return;
        }
        if next >= self.operation(call).targets.len() {
            if self.tells_empty_percent(call, context) {
                return self.wake(call, context);
            }
            self.operation_mut(call).stage = Stage::Over;
            return self.operation_over(call, context);
        }
        self.operation_mut(call).stage = Stage::Restart(next + 1);
        match self.target(call, next).service {
            Some(service) => self.restart_service(call, next, service, context),
            None => self.restart_application(call, next, context),
        }
    }

    fn not_restarted(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let target = self.target(call, place);
        let (who, service) = (target.who, target.service);
        let session = self.operation(call).session;
        self.note_not_restarted(session, Subject::of(who, service), context);
        self.log_not_restarted(session, who, service, context);
        context.apply(rule::RESTART_FAILURE);
        self.deal_with(call, place, Outcome::Failed, context);
        if self.profile.answer::<RestartAfterFailure>(context.choices) == RestartAfterFailure::Aborts {
            let end = self.operation(call).targets.len();
            self.operation_mut(call).stage = Stage::Restart(end);
        }
    }

    /// Everybody is dealt with.
    pub(crate) fn restart_over(&mut self, call: CallId, context: &mut Context<'_>) {
        let operation = self.operation(call);
        let (session, has_failed) = (operation.session, operation.has_failed);
        let OperationKind::Restart { instead_of } = operation.kind else { return };
        if let Some(reply) = instead_of {
            return self.conclude(call, reply, context);
        }
        self.sessions.get_mut(session).history.restart = RestartBefore::Ended;
        if has_failed && !flawed!(self, FailureHidden) {
            context.apply(rule::RESTART_FAILURE);
            return self.conclude(call, Reply::FailRestart, context);
        }
        context.apply(rule::RESTART_STARTS_WHAT_WAS_STOPPED);
        self.conclude(call, Reply::Success, context);
    }

    /// Brings those back whom a restart would, as a session ends (U-10); nobody is there to be told of a failure.
    pub(crate) fn restart_at_end(&mut self, by: InstallerId, session: SessionId, context: &mut Context<'_>) {
        let mut started = BTreeSet::new();
        for target in self.restart_targets(session, context) {
            if let Some(service) = target.service {
                if self.mask(session, target.who, Some(service), context).is_none() {
                    self.request_start(service, Cause::Own, context).ok();
                }
                continue;
            }
            match self.application_verdict(session, by, target.who, &started, context) {
                Verdict::Start => {
                    self.launch_restarted(session, by, target.who, context);
                    started.insert(target.who.0);
                }
                Verdict::Skip | Verdict::SkipAsFailure | Verdict::Fail => {}
            }
        }
    }
}

fn service_of(subject: Subject) -> Option<ServiceId> {
    match subject {
        Subject::Process(..) => None,
        Subject::Service(service) => Some(service),
    }
}
