//! Calls as they are answered at once, go under way, and return.

use super::Court;
use super::arguments::{Answer, handle_of, is_operation, written};
use super::monitor::{Monitor, process_of};
use super::notes::{CallNote, SessionNote, Standing};
use super::table::Law;
use crate::call::{Call, CallId, Reply};
use crate::happening::{Cause, LogEvent, Message, Told};
use crate::machine::Input;
use crate::observed::Output;
use crate::world::ProcessId;

impl Monitor {
    /// A step was answered.
    pub(super) fn replied(
        &mut self,
        court: &mut Court<'_>,
        input: &Input,
        reply: Reply,
        outputs: &[Output],
        rest: &[Output],
    ) {
        let Input::Call { by, call, .. } = input else { return };
        let process = process_of(court.world, *by);
        let standing = handle_of(call).and_then(|handle| self.standing(process, handle));
        let answer =
            Answer { by: *by, process, call, standing, reply, outputs, written: written(rest), note: None };
        self.answered(court, &answer);
    }

    /// A call goes under way; `before` is what its step showed until then.
    pub(super) fn pending(&mut self, court: &mut Court<'_>, input: &Input, id: CallId, before: &[Output]) {
        court
            .demand(Law::CallsReturnOnce, self.call(id).is_none(), || format!("{id:?} is under way already"));
        let (by, call) = match input {
            Input::Call { by, call, .. } => (*by, Some(call)),
            Input::Act { by, .. } => (*by, None),
            _ => {
                court.demand(Law::CallsReturnOnce, false, || format!("{id:?} is nobody's call"));
                return;
            }
        };
        let process = process_of(court.world, by);
        let handle = call.and_then(handle_of);
        let standing = handle.and_then(|handle| self.standing(process, handle));
        let key = standing.and_then(Standing::key);
        let has_begun = call.is_some() && key.is_none_or(|key| self.is_idle(key));
        if let (Some(call), Some(key)) = (call, key) {
            self.judge_begin(court, call, key, standing, process);
        }
        // Its list can have been made and tested by then.
        let has_record = |is_it: fn(&LogEvent) -> bool| {
            has_begun
                && before.iter().any(|output| matches!(output, Output::Logged(record) if is_it(&record.what)))
        };
        let note = CallNote {
            id,
            by,
            call: call.cloned(),
            key,
            has_begun,
            is_shared: false,
            is_disturbed: false,
            percent: None,
            was_cancelled: false,
            told: Vec::new(),
            started: Vec::new(),
            class: None,
            has_refusal: false,
            has_ended: false,
            has_failed: has_record(|what| matches!(what, LogEvent::NotStopped(_))),
            has_reboot_record: has_record(|what| matches!(what, LogEvent::RebootNeeded { .. })),
        };
        self.calls.push(note);
        self.mark_shared();
    }

    /// Operations that run side by side cannot be told apart by what they do.
    fn mark_shared(&mut self) {
        let runs = |call: &CallNote| call.has_begun && call.call.as_ref().is_some_and(is_operation);
        if self.calls.iter().filter(|call| runs(call)).count() < 2 {
            return;
        }
        let mut keys = Vec::new();
        for call in self.calls.iter_mut().filter(|call| runs(call)) {
            call.is_shared = true;
            keys.extend(call.key);
        }
        for session in self.sessions.iter_mut().filter(|session| keys.contains(&session.key)) {
            session.was_shared = true;
        }
    }

    /// A call that was under way returns.
    pub(super) fn returned(
        &mut self,
        court: &mut Court<'_>,
        (id, reply): (CallId, Reply),
        outputs: &[Output],
        rest: &[Output],
    ) {
        let Some(note) = self.end_call(court, id) else { return };
        let Some(call) = &note.call else { return };
        let process = process_of(court.world, note.by);
        let standing = match note.key {
            None => Some(Standing::Unclear),
            Some(key) => match handle_of(call).and_then(|handle| self.standing(process, handle)) {
                Some(standing) if standing.key() == Some(key) => Some(standing),
                _ => Some(Standing::Unclear),
            },
        };
        let answer = Answer {
            by: note.by,
            process,
            call,
            standing,
            reply,
            outputs,
            written: written(rest),
            note: Some(&note),
        };
        if is_operation(call) {
            self.judge_outcome(court, &answer, &note);
        }
        self.answered(court, &answer);
    }

    /// A call is no longer under way; the next in line takes its turn.
    pub(super) fn end_call(&mut self, court: &mut Court<'_>, id: CallId) -> Option<CallNote> {
        let place = self.calls.iter().position(|call| call.id == id);
        court
            .demand(Law::CallsReturnOnce, place.is_some(), || format!("{id:?} returns and is not under way"));
        let note = self.calls.remove(place?);
        let is_busy = self.calls.iter().any(|call| call.key == note.key && call.has_begun);
        let mut waiting = self.calls.iter_mut().filter(|call| call.key.is_some() && call.key == note.key);
        if let Some(next) = waiting.next().filter(|_| !is_busy) {
            next.has_begun = true;
        }
        self.mark_shared();
        Some(note)
    }

    /// Somebody has an answer: the laws of all calls, then those of its function.
    fn answered(&mut self, court: &mut Court<'_>, answer: &Answer<'_>) {
        self.judge_role(court, answer);
        self.judge_surroundings(court, answer);
        self.judge_cancelled(court, answer);
        match answer.call {
            Call::StartSession(arguments) => self.judge_start(court, answer, arguments),
            Call::JoinSession { key, .. } => self.judge_join(court, answer, *key),
            Call::EndSession { handle } => self.judge_end(court, answer, *handle),
            Call::RegisterResources(arguments) => self.judge_register(court, answer, arguments),
            Call::GetList(arguments) => self.judge_list(court, answer, arguments),
            Call::Shutdown(_) | Call::Restart(_) => {
                let is_called = !matches!(
                    answer.reply,
                    Reply::InvalidHandle | Reply::SessionCredentialConflict | Reply::RequestOutOfSequence
                );
                let is_shutdown = matches!(answer.call, Call::Shutdown(_));
                if is_shutdown && answer.is_prompt() {
                    self.judge_prompt_shutdown(court, answer);
                }
                let Some(key) = answer.key().filter(|_| answer.is_prompt()) else { return };
                if answer.is_success() {
                    self.judge_begin(court, answer.call, key, answer.standing, answer.process);
                } else if let Some(session) = self.session_mut(key).filter(|_| is_called && is_shutdown) {
                    session.has_shut_down = true;
                }
            }
            Call::CancelCurrentTask { .. } => {
                let key = answer.key().filter(|_| answer.is_success());
                for call in self.calls.iter_mut().filter(|call| key.is_some() && call.key == key) {
                    call.was_cancelled |= call.has_begun;
                }
            }
            Call::AddFilter { target, action, .. } => {
                self.judge_added_filter(court, answer, *target, Some(*action));
            }
            Call::RemoveFilter { target, .. } => self.judge_added_filter(court, answer, *target, None),
            Call::GetFilterList(arguments) => self.judge_filter_list(court, answer, arguments),
        }
    }

    /// The laws that look at a step as a whole.
    pub(super) fn judge_step(&mut self, court: &mut Court<'_>, input: &Input, outputs: &[Output]) {
        if matches!(input, Input::Call { .. } | Input::Act { .. }) {
            let is_answer = |output: &&Output| matches!(output, Output::Reply(_) | Output::Pending(_));
            let answers = outputs.iter().filter(is_answer).count();
            court
                .demand(Law::EveryCallIsAnswered, answers == 1, || format!("{answers} answers to {input:?}"));
        }
        if matches!(input, Input::Database { .. }) {
            self.judge_database(court, input, outputs);
        }
        let tolds = || {
            outputs.iter().filter_map(|output| match output {
                Output::Told(told) => Some(told),
                _ => None,
            })
        };
        for told in tolds() {
            let has_cause = match told.cause {
                Cause::Own => {
                    self.judge_console(court, told, outputs);
                    continue;
                }
                Cause::Console => tolds().any(|other| {
                    let is_meant = (other.what, other.cause) == (Message::ConsoleEvent, Cause::Own);
                    is_meant
                        && told.what == Message::ConsoleEvent
                        && share_console(court, other, told.process)
                }),
                Cause::Host => tolds().any(|other| {
                    (other.process, other.what, told.what) == (told.process, Message::Kill, Message::Kill)
                        && matches!(other.cause, Cause::Own | Cause::Dependency)
                }),
                Cause::Dependency => told.service.is_some_and(|service| {
                    let facts = &court.world.services()[service.index()];
                    match told.what {
                        Message::Start => !depend_on(court, service).is_empty(),
                        _ => !facts.needs.is_empty(),
                    }
                }),
                Cause::SystemShutdown => !self.is_stopped_by_operation(outputs),
            };
            court.demand(Law::EffectsHaveCauses, has_cause, || format!("{told:?} follows from nothing"));
        }
    }

    /// Whether this step is one of an operation's alone.
    fn is_stopped_by_operation(&self, outputs: &[Output]) -> bool {
        outputs.iter().any(|output| matches!(output, Output::Status(..)))
    }

    /// An event on a console reaches all that run on it (CON-05).
    fn judge_console(&mut self, court: &mut Court<'_>, told: &Told, outputs: &[Output]) {
        if told.what != Message::ConsoleEvent {
            return;
        }
        let sharers = court.world.numbered_processes().filter(|(other, facts)| {
            *other != told.process
                && facts.services.is_empty()
                && share_console(court, told, *other)
                && self.processes[other.index()].is_first
                && self.processes[told.process.index()].is_first
                && self.processes[other.index()].is_running
        });
        let unheard: Vec<ProcessId> = sharers
            .map(|(other, _)| other)
            .filter(|sharer| {
                !outputs.iter().any(|output| {
                    matches!(output, Output::Told(other)
                        if other.process == *sharer && other.what == Message::ConsoleEvent)
                })
            })
            .collect();
        court.demand(Law::ConsolesHearTogether, unheard.is_empty(), || {
            format!("{told:?}, and not {unheard:?}")
        });
    }

    /// Whose record it is: the session of this number whose starter has this process' user.
    pub(super) fn recorded(&self, court: &Court<'_>, of: ProcessId, number: u32) -> Option<&SessionNote> {
        let user = |process: ProcessId| court.world.processes()[process.index()].user;
        let mut found = self
            .sessions
            .iter()
            .filter(|session| session.number == Some(number) && user(session.owner) == user(of));
        found.next().filter(|_| found.next().is_none())
    }
}

fn share_console(court: &Court<'_>, told: &Told, other: ProcessId) -> bool {
    let console = |process: ProcessId| court.world.processes()[process.index()].console;
    console(told.process).is_some() && console(told.process) == console(other)
}

/// The services that depend on one directly, or that it depends on: for a start, either can be the cause.
fn depend_on(court: &Court<'_>, service: crate::world::ServiceId) -> Vec<crate::world::ServiceId> {
    let facts = &court.world.services()[service.index()];
    facts.dependents.iter().chain(&facts.needs).copied().collect()
}
