//! Ending: applications are told to end, waited for, and killed under force.

use std::time::Duration;

use super::query::CLOSE_APP;
use crate::ChoicePoint;
use crate::call::CallId;
use crate::happening::{Cause, Message, Told};
use crate::machine::{Context, Machine, flawed};
use crate::observed::Output;
use crate::operation::{Manner, OperationKind, Outcome, Progress, Stage};
use crate::profile::{
    AfterFailure, ConsoleEventReach, EndOfWindows, ExitWaitFrom, ExitWaits, ForcedEndFlags, ForcedRefusal,
    IgnoredConsoleEvent, KillMoment, Timing, UnknownKill,
};
use crate::rule;
use crate::timer::TargetTimer;
use crate::world::{OnConsoleEvent, OnEnd, ProcessId, ProcessKind};

/// `ENDSESSION_CRITICAL` (WM-05).
const CRITICAL: u32 = 0x4000_0000;

impl Machine {
    /// Tells the next target of the batch to end, if one is left.
    pub(crate) fn end_next(&mut self, call: CallId, next: usize, context: &mut Context<'_>) {
        let waiting = self.operation(call).waiting;
        let in_turn = self.profile.answer::<ExitWaits>(context.choices) == ExitWaits::InTurn;
        if in_turn && waiting > 0 {
            return;
        }
        let end = self.operation(call).batch.end;
        let place = (next..end).find(|place| self.target(call, *place).progress != Progress::Done);
        let Some(place) = place else {
            self.operation_mut(call).stage = Stage::End(end);
            if waiting == 0 {
                self.batch_over(call, context);
            }
            return;
        };
        if self.target(call, place).progress == Progress::Told {
            self.operation_mut(call).stage = Stage::End(place + 1);
            return self.wake(call, context);
        }
        self.operation_mut(call).stage = Stage::End(place + 1);
        self.end_target(call, place, context);
        // Whoever was killed may have been the caller.
        if self.calls.operation(call).is_some() {
            self.wake(call, context);
        }
    }

    fn end_target(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let target = self.target(call, place);
        let (who, manner) = (target.who, target.manner);
        if target.service.is_none() && !self.is_running(who) {
            return self.found_gone(call, place, context);
        }
        let by_messages = self.is_asked(call, place, context);
        match manner {
            Manner::Service => self.stop_service_target(call, place, context),
            Manner::Kill => {
                context.apply(rule::ONE_UNKNOWN_FAILS_AT_ONCE);
                context.apply_all(&[rule::FORCE_KILLS_AFTER_TIMEOUT, rule::UNKNOWN_NEEDS_FORCE]);
                self.begin_to_wait(call, place);
                match self.profile.answer(context.choices) {
                    UnknownKill::AtOnce => self.kill(call, place, context),
                    UnknownKill::AfterTimeout => {
                        context.apply(rule::APPLICATION_TIMEOUT);
                        self.set_exit_deadline(call, place, Timing::Exit, context);
                    }
                }
            }
            Manner::Console => self.interrupt(call, place, context),
            Manner::Windows | Manner::Shell if by_messages => self.end_windows(call, place, context),
            Manner::Windows | Manner::Shell => self.ask_shell_to_exit(call, place, context),
            Manner::PassOver(_) => unreachable!("who is passed over was dealt with before"),
        }
    }

    pub(super) fn begin_to_wait(&mut self, call: CallId, place: usize) {
        self.target_mut(call, place).progress = Progress::Told;
        self.operation_mut(call).waiting += 1;
    }

    /// `WM_ENDSESSION` to every window that was asked (OBS-SHUT-01), and what follows from it.
    fn end_windows(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let target = self.target(call, place);
        let (process, refuses, asked) = (target.who.0, target.agrees == Some(false), target.asked);
        self.begin_to_wait(call, place);
        if refuses {
            context.apply(rule::FORCE_OVERRIDES_REFUSAL);
            if self.profile.answer::<ForcedRefusal>(context.choices) == ForcedRefusal::KilledAtOnce {
                return self.kill(call, place, context);
            }
            context.apply(rule::FORCED_REFUSER_TOLD_THEN_KILLED);
        }
        let flags = self.end_flags(call, context);
        context.apply_all(&[
            rule::TOLD_TO_END_IF_NOBODY_REFUSED,
            rule::END_SESSION_CARRIES_RESULT,
            rule::END_SESSION_STOPS_OR_SPARES,
            rule::EVERY_WINDOW_ASKED,
        ]);
        let lingers = matches!(self.world.processes[process.index()].behavior.on_end, OnEnd::Lingers(_));
        let in_turn = lingers && self.profile.answer::<EndOfWindows>(context.choices) == EndOfWindows::InTurn;
        let told = if in_turn { 1 } else { asked.max(1) };
        (0..told).for_each(|window| tell_window_to_end(process, window, flags, context));
        self.target_mut(call, place).window = told - 1;
        let returns = match self.world.processes[process.index()].behavior.on_end {
            OnEnd::Leaves(after) => {
                self.leave_after(process, after, context);
                true
            }
            OnEnd::Stays => true,
            OnEnd::Lingers(after) => {
                context.apply(rule::MESSAGE_REPLY_TIME);
                if let Some(after) = after {
                    self.leave_after(process, after, context);
                }
                false
            }
        };
        if returns {
            let after = self.timing(Timing::Close);
            self.set_target_timer(call, place, TargetTimer::Close, after, context);
        } else {
            let after = self.timing(Timing::End);
            self.set_target_timer(call, place, TargetTimer::EndTimeout, after, context);
        }
        if self.profile.answer::<ExitWaitFrom>(context.choices) == ExitWaitFrom::EndSession {
            self.set_exit_deadline(call, place, Timing::Exit, context);
        }
    }

    /// What `lParam` of `WM_ENDSESSION` holds (U-36).
    fn end_flags(&mut self, call: CallId, context: &mut Context<'_>) -> u32 {
        let is_critical = self.is_forced(call)
            && self.profile.answer::<ForcedEndFlags>(context.choices) == ForcedEndFlags::CloseAppCritical;
        if is_critical { CLOSE_APP | CRITICAL } else { CLOSE_APP }
    }

    /// A window did not return from `WM_ENDSESSION` in time (OBS-SHUT-06).
    pub(crate) fn end_timed_out(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        context.apply_all(&[rule::MESSAGE_REPLY_TIME, rule::LINGERING_GETS_CLOSE_AFTER_5_S]);
        let target = self.target(call, place);
        let (process, next, asked) = (target.who.0, target.window + 1, target.asked);
        if next < asked {
            let flags = self.end_flags(call, context);
            tell_window_to_end(process, next, flags, context);
            self.target_mut(call, place).window = next;
            let after = self.timing(Timing::End);
            return self.set_target_timer(call, place, TargetTimer::EndTimeout, after, context);
        }
        let after = self.timing(Timing::CloseAfterTimeout);
        self.set_target_timer(call, place, TargetTimer::Close, after, context);
    }

    /// `WM_CLOSE` to the main window, and to no other (OBS-SHUT-02).
    pub(crate) fn tell_to_close(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let process = self.target(call, place).who.0;
        context.apply(rule::CLOSE_TO_MAIN_WINDOW_ONLY);
        if self.world.processes[process.index()].kind != ProcessKind::OtherWindow {
            context.apply_all(&[
                rule::SURVIVOR_TOLD_TO_CLOSE,
                rule::CLOSE_TO_MAIN_WINDOW_ONLY,
                rule::WINDOW_MESSAGE_ORDER,
            ]);
            let told = Told { process, service: None, what: Message::Close, cause: Cause::Own };
            context.emit(Output::Told(told));
            if let Some(after) = self.world.processes[process.index()].behavior.leaves_on_close {
                // The later word counts.
                let earlier = self.processes[process.index()].leave.take();
                self.unset_timer(earlier, context);
                self.leave_after(process, after, context);
            }
        }
        match self.profile.answer(context.choices) {
            ExitWaitFrom::EndSession => {}
            ExitWaitFrom::NoLimit if !self.is_forced(call) => {}
            ExitWaitFrom::Close | ExitWaitFrom::NoLimit => {
                context.apply(rule::CLOSE_TIME_BUDGET);
                self.set_exit_deadline(call, place, Timing::Exit, context);
            }
        }
    }

    /// Limits the time that a target may take; under force it may be killed earlier than that (U-37).
    pub(super) fn set_exit_deadline(
        &mut self,
        call: CallId,
        place: usize,
        timing: Timing,
        context: &mut Context<'_>,
    ) {
        let mut after = self.timing(timing);
        if self.is_forced(call)
            && self.profile.answer::<KillMoment>(context.choices) == KillMoment::UpToExpiry
        {
            let seconds = usize::try_from(after.as_secs().min(3600)).expect("an hour is few seconds");
            if seconds > 0 {
                let chosen = context.choices.choose(ChoicePoint::KillMoment, seconds + 1);
                after = Duration::from_secs(u64::try_from(chosen).expect("it is below an hour"));
            }
        }
        self.set_target_timer(call, place, TargetTimer::Deadline, after, context);
    }

    /// `CTRL_C_EVENT`, which reaches everything on the console (APP-11, CON-05, OBS-SHUT-12).
    fn interrupt(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let process = self.target(call, place).who.0;
        self.begin_to_wait(call, place);
        context.apply(rule::CONSOLE_EVENT_HITS_CALLER_TOO);
        context.apply_all(&[rule::CONSOLE_GETS_CTRL_C, rule::CONSOLE_EXIT_TIME]);
        self.set_exit_deadline(call, place, Timing::ConsoleExit, context);
        self.tell_console_event(process, Cause::Own, context);
        for other in self.others_on_console(process, context) {
            context.apply_all(&[rule::CTRL_C_REACHES_WHOLE_CONSOLE, rule::CONSOLE_EVENT_HITS_CALLER_TOO]);
            self.tell_console_event(other, Cause::Console, context);
            if let Some(sharer) = self.target_of_process(call, other) {
                self.target_mut(call, sharer).was_told = true;
            }
        }
        let ignores =
            self.world.processes[process.index()].behavior.on_console_event == OnConsoleEvent::Ignores;
        if ignores
            && self.profile.answer::<IgnoredConsoleEvent>(context.choices) == IgnoredConsoleEvent::FailsAtOnce
        {
            self.time_is_up(call, place, context);
        }
    }

    fn tell_console_event(&mut self, process: ProcessId, cause: Cause, context: &mut Context<'_>) {
        let told = Told { process, service: None, what: Message::ConsoleEvent, cause };
        context.emit(Output::Told(told));
        match self.world.processes[process.index()].behavior.on_console_event {
            OnConsoleEvent::Leaves(after) => {
                if !after.is_zero() {
                    context.apply(rule::CTRL_C_HAS_NO_TIMEOUT);
                }
                context.apply(rule::DEFAULT_HANDLER_EXITS);
                self.leave_after(process, after, context);
            }
            OnConsoleEvent::Stays => {
                context.apply_all(&[rule::HANDLED_CTRL_C_KEEPS_ALIVE, rule::CTRL_C_HAS_NO_TIMEOUT])
            }
            OnConsoleEvent::Ignores => {
                context.apply_all(&[rule::CTRL_C_IGNORED, rule::CTRL_C_HAS_NO_TIMEOUT])
            }
        }
    }

    /// The other running processes on the console of one.
    fn others_on_console(&mut self, process: ProcessId, context: &mut Context<'_>) -> Vec<ProcessId> {
        let Some(console) = self.console_of(process) else { return Vec::new() };
        if self.profile.answer::<ConsoleEventReach>(context.choices) == ConsoleEventReach::TargetOnly {
            return Vec::new();
        }
        let others = self.world.numbered_processes().filter(|(other, _)| {
            *other != process
                && self.processes[other.index()].is_running
                && self.console_of(*other) == Some(console)
        });
        others.map(|(other, _)| other).collect()
    }

    /// The console that a process shares, unless it was restarted on one of its own (REST-20).
    fn console_of(&self, process: ProcessId) -> Option<u32> {
        let has_new_console = self.processes[process.index()].has_new_console;
        self.world.processes[process.index()].console.filter(|_| !has_new_console)
    }

    /// The shell leaves when it is asked to (U-40, OBS-SHUT-19).
    fn ask_shell_to_exit(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let process = self.target(call, place).who.0;
        self.begin_to_wait(call, place);
        context.apply(rule::EXPLORER_STAYS_AWAY);
        let told = Told { process, service: None, what: Message::Exit, cause: Cause::Own };
        context.emit(Output::Told(told));
        match self.world.processes[process.index()].behavior.on_end {
            OnEnd::Leaves(after) | OnEnd::Lingers(Some(after)) => self.leave_after(process, after, context),
            OnEnd::Stays | OnEnd::Lingers(None) => {}
        }
        self.set_exit_deadline(call, place, Timing::ExplorerExit, context);
    }

    /// The time of a target is up: it has failed, or is killed (SHUT-16, OBS-SHUT-03).
    pub(crate) fn time_is_up(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        if let OperationKind::Restart { .. } = self.operation(call).kind {
            return self.start_timed_out(call, place, context);
        }
        let manner = self.target(call, place).manner;
        match manner {
            Manner::Service => return self.service_time_is_up(call, place, context),
            Manner::Windows => context.apply_all(&[
                rule::APPLICATION_TIMEOUT,
                rule::EXIT_WAITED_FOR_30_S,
                rule::CLOSE_TIME_BUDGET,
            ]),
            Manner::Console => context.apply_all(&[rule::CONSOLE_EXIT_TIME, rule::APPLICATION_TIMEOUT]),
            Manner::Shell | Manner::Kill | Manner::PassOver(_) => {}
        }
        if self.timing(Timing::Exit) != Duration::from_secs(30) {
            context.apply(rule::APPLICATION_TIMEOUT_CONFIGURABLE);
        }
        if self.is_forced(call) && !flawed!(self, NeverKills) {
            context.apply(rule::FORCE_KILLS_AFTER_TIMEOUT);
            if manner != Manner::Kill {
                context.apply(rule::POLITE_BEFORE_KILL);
            }
            self.kill(call, place, context);
        } else {
            self.failed(call, place, context);
        }
    }

    /// Ends the process of a target.
    pub(super) fn kill(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let process = self.target(call, place).who.0;
        context.emit(Output::Told(Told { process, service: None, what: Message::Kill, cause: Cause::Own }));
        // Its end reaches the operation like any other.
        self.exit_process(process, context);
    }

    /// A target could not be stopped (U-33).
    pub(super) fn failed(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let target = self.target(call, place);
        let (who, service) = (target.who, target.service);
        let session = self.operation(call).session;
        context.apply(rule::SHUTDOWN_FAILURE);
        self.note_not_stopped(session, (who, service), context);
        self.log_not_stopped(session, who, service, context);
        self.deal_with(call, place, Outcome::Failed, context);
        let class = self.operation(call).class.clone();
        match self.profile.answer(context.choices) {
            AfterFailure::Continues => {}
            AfterFailure::EndsWithClass => {
                self.operation_mut(call).ends_with_class = true;
            }
            AfterFailure::Aborts => {
                for other in class.start..self.operation(call).targets.len() {
                    if self.target(call, other).progress != Progress::Done {
                        self.release(call, other, context);
                    }
                }
                self.operation_mut(call).stage = Stage::Over;
            }
        }
    }

    /// A target is stopped.
    pub(crate) fn stopped(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let target = self.target(call, place);
        let (who, service, class) = (target.who, target.service, target.class);
        if target.progress == Progress::Asked {
            context.apply(rule::EXIT_INSIDE_QUERY_COUNTS);
        }
        if target.progress == Progress::Told && target.manner == Manner::Windows {
            context.apply(rule::EXIT_WAITED_FOR_30_S);
        }
        let session = self.operation(call).session;
        self.note_stopped(session, (who, service), class, context);
        self.log_stopped(session, who, service, context);
        self.deal_with(call, place, Outcome::Done, context);
    }

    /// A process has exited: whoever waits for it goes on.
    pub(crate) fn process_left(&mut self, left: (ProcessId, u32), context: &mut Context<'_>) {
        if self.calls.is_idle() {
            return;
        }
        for call in self.calls.of_kind(|kind| matches!(kind, OperationKind::Shutdown { .. })) {
            let Some(place) = self.target_of_process(call, left.0) else { continue };
            let target = self.target(call, place);
            if target.who == left
                && matches!(target.progress, Progress::Asked | Progress::Answered | Progress::Told)
            {
                self.stopped(call, place, context);
            }
        }
        let world = std::sync::Arc::clone(&self.world);
        for service in &world.processes[left.0.index()].services {
            self.service_left(*service, context);
        }
    }
}

/// `WM_ENDSESSION` that says that the session ends, to one window.
fn tell_window_to_end(process: ProcessId, window: u8, flags: u32, context: &mut Context<'_>) {
    let what = Message::End { window, flags, ending: true };
    context.emit(Output::Told(Told { process, service: None, what, cause: Cause::Own }));
}
