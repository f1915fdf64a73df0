//! The two rounds of a shutdown: every window is asked whether the session can end, and told that it ends or not.

use std::time::Duration;

use super::{Ending, Phase, SystemShutdown, Window};
use crate::choices::ChoicePoint;
use crate::happening::{Cause, Message, Told};
use crate::machine::{Context, Machine};
use crate::observed::Output;
use crate::profile::Timing;
use crate::rule;
use crate::timer::Timer;
use crate::world::{OnEnd, OnQuery, Process, ProcessId, ProcessKind};

/// `ENDSESSION_CLOSEAPP` (WM-04).
const CLOSE_APP: u32 = 0x1;
/// `ENDSESSION_LOGOFF` (WM-06).
const LOG_OFF: u32 = 0x8000_0000;

impl SystemShutdown {
    /// `lParam` of its messages.
    fn flags(&self) -> u32 {
        let log_off = if self.ending == Ending::LogOff { LOG_OFF } else { 0 };
        log_off | if self.restarts_applications { CLOSE_APP } else { 0 }
    }
}

impl Machine {
    /// A shutdown goes on.
    pub(crate) fn system_shutdown_due(&mut self, context: &mut Context<'_>) {
        let Some(shutdown) = &mut self.power.shutdown else { return };
        shutdown.timer = None;
        match shutdown.phase {
            Phase::Countdown | Phase::Beginning => self.begin_shutdown(context),
            Phase::Asking(answer) => {
                if self.weigh_answer(answer, context) {
                    self.query_round(context);
                }
            }
            Phase::Ending => self.finish_shutdown(context),
        }
    }

    fn begin_shutdown(&mut self, context: &mut Context<'_>) {
        let Some(mut shutdown) = self.power.shutdown.take() else { return };
        for (id, process) in self.world.numbered_processes() {
            if !self.processes[id.index()].is_running {
                // What it had registered does not bring it back (ARR-26).
                if self.processes[id.index()].registration.is_some() && shutdown.restarts_applications {
                    context.apply(rule::REGISTRATION_LIVES_IN_PROCESS);
                }
                continue;
            }
            if matches!(process.kind, ProcessKind::Console | ProcessKind::OtherWindow) {
                context.apply(rule::NO_VETO_WITHOUT_WINDOW);
            }
            let who = self.incarnation_of(id);
            shutdown.ran.push(who);
            if shutdown.ending != Ending::LogOff || process.user == shutdown.user {
                shutdown.windows.extend(windows(process, who));
            }
        }
        if shutdown.flags() == 0 {
            context.apply(rule::NO_FLAGS_AT_SYSTEM_SHUTDOWN);
        }
        if shutdown.ending == Ending::LogOff {
            context.apply(rule::EXIT_WINDOWS_LOG_OFF);
        }
        let is_asked = !shutdown.force.unasked;
        self.power.shutdown = Some(shutdown);
        if is_asked {
            self.query_round(context);
        } else {
            self.end_round(context);
        }
    }

    /// Asks one window after another, until one has to be waited for or the shutdown is called off.
    fn query_round(&mut self, context: &mut Context<'_>) {
        while let Some(shutdown) = &mut self.power.shutdown {
            let Some(window) = shutdown.windows.get(shutdown.next).copied() else {
                return self.end_round(context);
            };
            if !self.is_running(window.who) {
                if let Some(shutdown) = &mut self.power.shutdown {
                    shutdown.next += 1;
                }
                continue;
            }
            let (answer, after) = self.ask(window, context);
            if after.is_zero() && !matches!(window.on_query, OnQuery::Leaves(_)) {
                if !self.weigh_answer(answer, context) {
                    return;
                }
            } else {
                return self.go_on(Phase::Asking(answer), after, context);
            }
        }
    }

    /// Has the shutdown go on so long from now.
    fn go_on(&mut self, phase: Phase, after: Duration, context: &mut Context<'_>) {
        let timer = self.set_timer(Timer::SystemShutdown, after, context);
        if let Some(shutdown) = &mut self.power.shutdown {
            shutdown.phase = phase;
            shutdown.timer = Some(timer);
        }
    }

    /// Sends a query; the answer to it, and when it comes or is no longer waited for.
    fn ask(&mut self, window: Window, context: &mut Context<'_>) -> (Option<bool>, Duration) {
        let flags = self.power.shutdown.as_ref().map_or(0, |shutdown| shutdown.flags());
        self.tell_window(window, Message::Query { window: window.number, flags }, context);
        let process = window.who.0;
        if let Some(registration) = self.world.processes[process.index()].behavior.registers_in_query
            && window.number == 0
        {
            context.apply(rule::REGISTRATION_INSIDE_QUERY);
            self.processes[process.index()].registration = Some(registration);
        }
        let limit = self.profile.timing(Timing::ShutdownQuery);
        let (answer, after) = match window.on_query {
            OnQuery::Answers { agrees, after } => {
                if agrees && after.is_zero() {
                    context.apply(rule::DEFAULT_PROCEDURE_AGREES);
                }
                (Some(agrees), after)
            }
            OnQuery::Undecided => {
                (Some(context.choices.choose(ChoicePoint::Reaction, 2) == 0), Duration::ZERO)
            }
            OnQuery::ModalDialog => (Some(false), Duration::ZERO),
            OnQuery::Silent | OnQuery::Hung => (None, limit),
            OnQuery::Leaves(after) => {
                self.leave_after(process, after, context);
                (None, after)
            }
        };
        if !after.is_zero() {
            context.apply(rule::SYSTEM_SHUTDOWN_MESSAGE_DELAY);
        }
        if after > limit { (None, limit) } else { (answer, after) }
    }

    /// Takes the answer of the window that was asked last; whether the shutdown goes on.
    fn weigh_answer(&mut self, answer: Option<bool>, context: &mut Context<'_>) -> bool {
        let Some(shutdown) = &mut self.power.shutdown else { return false };
        let Some(window) = shutdown.windows.get_mut(shutdown.next) else { return false };
        window.has_agreed = answer == Some(true);
        let window = *window;
        shutdown.next += 1;
        let (force, own_user) = (shutdown.force, shutdown.user);
        // Who exited inside its handler does not stand in the way.
        if !self.is_running(window.who) {
            return true;
        }
        self.tell_window(window, Message::Answer { window: window.number, agrees: answer }, context);
        if answer == Some(true) {
            return true;
        }
        let process = &self.world.processes[window.who.0.index()];
        if process.kind != ProcessKind::MainWindow {
            return true;
        }
        let is_overruled = match answer {
            _ if process.user != own_user && force.over_others => true,
            Some(_) => force.over_refusals,
            None => force.over_silence,
        };
        if !is_overruled {
            self.call_off(context);
        }
        is_overruled
    }

    /// A window stood in the way: who agreed is told that nothing ends.
    fn call_off(&mut self, context: &mut Context<'_>) {
        let Some(shutdown) = self.power.shutdown.take() else { return };
        context.apply(rule::FIRST_REFUSAL_ENDS_QUERIES);
        let flags = shutdown.flags();
        for window in shutdown.windows.iter().filter(|window| window.has_agreed) {
            if self.is_running(window.who) {
                context.apply_all(&[rule::AGREED_GETS_END_SESSION, rule::END_SESSION_CARRIES_RESULT]);
                if shutdown.restarts_applications {
                    context.apply(rule::END_SESSION_STOPS_OR_SPARES);
                }
                let end = Message::End { window: window.number, flags, ending: false };
                self.tell_window(*window, end, context);
            }
        }
    }

    /// Tells all windows that the session ends, and waits as long as one takes over that and may.
    fn end_round(&mut self, context: &mut Context<'_>) {
        let Some(shutdown) = &self.power.shutdown else { return };
        let (flags, windows) = (shutdown.flags(), shutdown.windows.clone());
        let restarts_applications = shutdown.restarts_applications;
        let limit = self.profile.timing(Timing::ShutdownQuery);
        let mut wait = Duration::ZERO;
        for window in windows {
            if !self.is_running(window.who) {
                continue;
            }
            context.apply(rule::END_SESSION_CARRIES_RESULT);
            if restarts_applications {
                context.apply(rule::END_SESSION_STOPS_OR_SPARES);
            }
            self.tell_window(window, Message::End { window: window.number, flags, ending: true }, context);
            let process = window.who.0;
            match self.world.processes[process.index()].behavior.on_end {
                OnEnd::Leaves(after) => self.leave_after(process, after, context),
                OnEnd::Stays => {}
                OnEnd::Lingers(after) => {
                    context.apply(rule::SYSTEM_SHUTDOWN_MESSAGE_DELAY);
                    wait = wait.max(after.unwrap_or(limit).min(limit));
                    if let Some(after) = after {
                        self.leave_after(process, after, context);
                    }
                }
            }
        }
        // Whoever leaves at once does so before the rest is ended.
        self.go_on(Phase::Ending, wait, context);
    }

    fn tell_window(&self, window: Window, what: Message, context: &mut Context<'_>) {
        let (process, cause) = (window.who.0, Cause::SystemShutdown);
        context.emit(Output::Told(Told { process, service: None, what, cause }));
    }
}

/// The windows of a process in the order in which they are told; those of services are on no desktop.
fn windows(process: &Process, who: (ProcessId, u32)) -> Vec<Window> {
    match process.kind {
        ProcessKind::MainWindow | ProcessKind::OtherWindow if process.services.is_empty() => {}
        ProcessKind::MainWindow
        | ProcessKind::OtherWindow
        | ProcessKind::Windowless
        | ProcessKind::Explorer
        | ProcessKind::Console => return Vec::new(),
    }
    let hidden = process.behavior.hidden_windows.iter().map(|window| window.on_query);
    let queries = std::iter::once(process.behavior.on_query).chain(hidden);
    (0..).zip(queries).map(|(number, on_query)| Window { who, number, on_query, has_agreed: false }).collect()
}
