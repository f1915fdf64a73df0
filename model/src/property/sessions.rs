//! Laws on starting, joining and ending sessions: handles, keys, the limit, the database.

use super::Court;
use super::arguments::{Answer, handle_of};
use super::monitor::{Monitor, process_of};
use super::notes::{CallNote, HandleNote, SessionNote, Standing};
use super::table::Law;
use crate::call::{KeyArgument, Reply, SESSION_LIMIT, SessionHandle, SessionKey, StartSession};
use crate::happening::LogEvent;
use crate::machine::Input;
use crate::observed::{DatabaseSession, Output};
use crate::profile::{Answer as _, SessionLimitScope};
use crate::world::{ProcessId, World};

impl Monitor {
    pub(super) fn judge_start(
        &mut self,
        court: &mut Court<'_>,
        answer: &Answer<'_>,
        arguments: &StartSession,
    ) {
        let keys = answer.outputs.iter().filter(|output| matches!(output, Output::Key { .. })).count();
        let handle = self.judge_handle(court, answer, usize::from(answer.is_success()) == keys);
        self.judge_session_records(court, answer, answer.is_success(), true);
        if answer.reply == Reply::MaxSessionsReached {
            let full = self.open_in_scope(court, answer.process).is_none_or(|open| open >= SESSION_LIMIT);
            court.demand(Law::LimitRefusesWhenFull, full, || format!("{:?} is refused", answer.call));
        }
        let (true, Some(number)) = (answer.is_success(), handle) else { return };
        let record = answer.outputs.iter().find_map(|output| match output {
            Output::Logged(record) if record.what == LogEvent::SessionStarted => Some(record.session),
            _ => None,
        });
        let session = SessionNote::new(arguments.key, answer.process, record);
        let place = self.sessions.partition_point(|other| other.key < session.key);
        self.sessions.insert(place, session);
        self.give(answer.process, number, Standing::Starter(arguments.key));
        self.inherit(court.world, answer.process, number, arguments.key);
        if let Some(open) = self.open_in_scope(court, answer.process) {
            court.demand(Law::AtMost64Sessions, open <= SESSION_LIMIT, || format!("{open} are open"));
        }
    }

    /// How many sessions of living processes are open in the scope of a process; `None` while its extent is open.
    fn open_in_scope(&self, court: &Court<'_>, process: ProcessId) -> Option<usize> {
        let mut scopes = court.profile.possible(SessionLimitScope::KNOB);
        let scope = SessionLimitScope::ANSWERS[scopes.next()?];
        if scopes.next().is_some() {
            return None;
        }
        let is_beside = |other: ProcessId| {
            let facts = court.world.processes();
            let (own, other_facts) = (&facts[process.index()], &facts[other.index()]);
            let is_user = own.user == other_facts.user;
            let is_there = own.terminal_session == other_facts.terminal_session;
            match scope {
                SessionLimitScope::UserHive => is_user,
                SessionLimitScope::TerminalSession => is_there,
                SessionLimitScope::Logon => is_user && is_there,
                SessionLimitScope::Machine => true,
                SessionLimitScope::Process => process == other,
            }
        };
        Some(self.sessions.iter().filter(|session| is_beside(session.owner)).count())
    }

    /// The handle that a start or a join wrote.
    fn judge_handle(
        &mut self,
        court: &mut Court<'_>,
        answer: &Answer<'_>,
        keys_fit: bool,
    ) -> Option<SessionHandle> {
        let mut handles = answer.outputs.iter().filter_map(|output| match output {
            Output::Handle(handle) => Some(*handle),
            _ => None,
        });
        let handle = handles.next();
        let fits = keys_fit && handles.next().is_none() && handle.is_some() == answer.is_success();
        court.demand(Law::OnlySuccessGivesHandles, fits, || {
            format!("{:?} writes {handle:?} with {:?}", answer.call, answer.reply)
        });
        let number = handle?;
        let is_held = self.standing(answer.process, number).is_some();
        court.demand(Law::HandlesAreToldApart, !is_held, || format!("{number:?} is held already"));
        let is_clear = |note: &HandleNote| note.standing != Standing::Unclear;
        let lowest = (0..).map(SessionHandle).find(|free| self.standing(answer.process, *free).is_none());
        if self.handles.iter().filter(|note| note.process == answer.process).all(is_clear) {
            court.demand(Law::HandlesAreLowestFree, lowest.is_none_or(|lowest| number <= lowest), || {
                format!("{number:?} is given, and {lowest:?} is free")
            });
        }
        Some(number)
    }

    fn give(&mut self, process: ProcessId, number: SessionHandle, standing: Standing) {
        let place = self.handles.partition_point(|held| (held.process, held.number) < (process, number));
        let is_held = self.standing(process, number).is_some();
        let note = HandleNote { process, number, standing };
        if is_held {
            self.handles[place] = note;
        } else {
            self.handles.insert(place, note);
        }
    }

    /// A call that still waits with this number, given back meanwhile, will act on the session that has it now.
    fn inherit(&mut self, world: &World, process: ProcessId, number: SessionHandle, key: SessionKey) {
        let waits = |call: &CallNote| {
            let is_it = call.call.as_ref().and_then(handle_of) == Some(number);
            is_it && call.key.is_none() && process_of(world, call.by) == process
        };
        let is_meant = self.calls.iter().any(waits);
        if let Some(session) = self.session_mut(key).filter(|_| is_meant) {
            (session.has_shut_down, session.has_restarted) = (true, true);
            (session.is_used, session.is_blurred) = (true, true);
        }
    }

    pub(super) fn judge_join(
        &mut self,
        court: &mut Court<'_>,
        answer: &Answer<'_>,
        key: Option<KeyArgument>,
    ) {
        let keys_fit = !answer.outputs.iter().any(|output| matches!(output, Output::Key { .. }));
        let handle = self.judge_handle(court, answer, keys_fit);
        let user = |process: ProcessId| court.world.processes()[process.index()].user;
        let well_formed = match key {
            Some(KeyArgument::WellFormed { key, .. }) => Some(key),
            Some(KeyArgument::Malformed) | None => None,
        };
        let owner = well_formed.and_then(|key| self.session(key)).map(|session| session.owner);
        let why = || format!("{:?} is answered {:?}", answer.call, answer.reply);
        let is_null = super::arguments::passes_null(answer.call);
        if owner.is_none() && key.is_some() {
            court.demand(Law::OnlyLiveKeysJoin, !answer.is_success(), why);
        }
        if let Some(owner) = owner {
            let is_foreign = user(owner) != user(answer.process);
            if is_foreign {
                court.demand(Law::OnlyOwnUserJoins, !answer.is_success(), why);
            } else if self.is_sound() && !is_null {
                court.demand(Law::LiveKeysJoin, answer.is_success(), why);
            }
        }
        if let (true, Some(number)) = (answer.is_success(), handle) {
            let standing = match (well_formed, owner) {
                (Some(key), Some(_)) => Standing::Joined(key),
                _ => Standing::Unclear,
            };
            // A process that is given the handle it has already stays the starter.
            let is_own = matches!((self.standing(answer.process, number), standing),
                (Some(Standing::Starter(own)), Standing::Joined(key)) if own == key);
            if !is_own {
                self.give(answer.process, number, standing);
            }
            if let Some(key) = standing.key() {
                self.inherit(court.world, answer.process, number, key);
            }
        }
    }

    pub(super) fn judge_end(&mut self, court: &mut Court<'_>, answer: &Answer<'_>, number: SessionHandle) {
        let key = answer.key();
        // What the end itself cancels was under way when it was called.
        let has_ended = answer.outputs.iter().any(|output| matches!(output, Output::Returned(..)));
        let is_free = answer.is_prompt() && !has_ended && self.is_sound();
        if key.is_some_and(|key| is_free && self.is_idle(key)) {
            court.demand(Law::HandlesCanBeGivenBack, answer.is_success(), || {
                format!("{:?} is answered {:?}", answer.call, answer.reply)
            });
        }
        let ends = answer.is_success() && matches!(answer.standing, Some(Standing::Starter(_)));
        if answer.standing != Some(Standing::Unclear) {
            self.judge_session_records(court, answer, ends, false);
        }
        let is_live = key.is_some();
        let is_over = answer.is_success() || !is_live && answer.reply == Reply::InvalidHandle;
        if is_over {
            self.loosen(court.world, answer, number);
            self.handles.retain(|held| (held.process, held.number) != (answer.process, number));
        }
        if let Some(key) = key.filter(|_| ends) {
            self.sessions.retain(|session| session.key != key);
            for handle in self.handles.iter_mut().filter(|handle| handle.standing.key() == Some(key)) {
                handle.standing = Standing::Ended;
            }
        }
    }

    /// Calls that wait find out only in their turn what the number stands for then, which can be another session.
    fn loosen(&mut self, world: &World, answer: &Answer<'_>, number: SessionHandle) {
        let is_it = |call: &CallNote| call.call.as_ref().and_then(handle_of) == Some(number);
        for call in self.calls.iter_mut().filter(|call| !call.has_begun && is_it(call)) {
            if process_of(world, call.by) == answer.process {
                (call.key, call.has_begun, call.is_shared) = (None, true, true);
            }
        }
    }

    fn judge_session_records(
        &mut self,
        court: &mut Court<'_>,
        answer: &Answer<'_>,
        is_due: bool,
        starts: bool,
    ) {
        let wanted = if starts { LogEvent::SessionStarted } else { LogEvent::SessionEnded };
        let records = answer.outputs.iter().filter(
            |output| matches!(output, Output::Logged(record) if record.what == wanted && self.is_of(record.of, answer)),
        );
        let count = records.count();
        // Several ends that waited for one operation come in one step.
        let fits = if answer.is_prompt() { count == usize::from(is_due) } else { count > 0 || !is_due };
        court.demand(Law::SessionsAreRecorded, fits, || {
            format!("{count} records of {:?}, answered {:?}", answer.call, answer.reply)
        });
    }

    fn is_of(&self, process: ProcessId, answer: &Answer<'_>) -> bool {
        process == answer.process
    }

    /// A process exited on its own, and left sessions open.
    pub(super) fn judge_left_open(&mut self, court: &mut Court<'_>, count: u32) {
        let expected = self.left_open;
        court.demand(Law::ExitsCountOpenSessions, count == expected, || {
            format!("{count} sessions are left open, and {expected} were open")
        });
    }

    pub(super) fn judge_database(&mut self, court: &mut Court<'_>, input: &Input, outputs: &[Output]) {
        let Input::Database { of } = input else { return };
        let user = |process: ProcessId| court.world.processes()[process.index()].user;
        let own = user(process_of(court.world, *of));
        let slots = outputs.iter().filter(|output| matches!(output, Output::DatabaseSession(_))).count();
        court.demand(Law::DatabaseHas64Slots, slots <= SESSION_LIMIT, || format!("there are {slots}"));
        let shown: Vec<&DatabaseSession> = outputs
            .iter()
            .filter_map(|output| match output {
                Output::DatabaseSession(session) if !session.abandoned => Some(session),
                _ => None,
            })
            .collect();
        let expected: Vec<&SessionNote> =
            self.sessions.iter().filter(|session| user(session.owner) == own).collect();
        let has = |session: &&&SessionNote| {
            let shows = |shown: &&&DatabaseSession| {
                let owner = owner_of(court.world, shown);
                Some(shown.number) == session.number && owner.is_none_or(|owner| owner == session.owner)
            };
            shown.iter().filter(shows).count() == 1
        };
        let missing = expected.iter().find(|session| !has(session)).map(|session| session.number);
        let fits = shown.len() == expected.len() && missing.is_none();
        court.demand(Law::DatabaseShowsSessions, fits, || {
            format!("{} sessions are shown of {}, and not {missing:?}", shown.len(), expected.len())
        });
    }
}

/// The process that started a session of the database.
fn owner_of(world: &World, session: &DatabaseSession) -> Option<ProcessId> {
    world.process_of(session.owner).map(|(process, _)| process)
}
