//! Sessions and their handles: the table of 64 slots, start, join and end, and the roles of installers.

mod handle;
mod join;
mod table;

pub(crate) use table::{HandleEntry, Scope, Session, SessionId, Sessions, Standing};

use crate::call::{Reply, SESSION_LIMIT, SessionHandle, StartSession};
use crate::fault::{Fault, FaultRules};
use crate::happening::LogEvent;
use crate::machine::{Context, Machine, flawed};
use crate::observed::Output;
use crate::profile::{
    CheckOrder, EndAfterShutdown, EndInvalidArgument, JoinCounts, KeyCollisionReply, KeyTermination,
    OrphanedSession, SecondaryEndAfterEnd, SessionLimitScope, StartFlags,
};
use crate::rule;
use crate::world::{InstallerId, ProcessId};

/// The role of an installer in a session (GEN-14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstallerRole {
    /// It started the session.
    Primary,
    /// It joined.
    Secondary,
}

impl Machine {
    /// `RmStartSession`
    pub(crate) fn start_session(
        &mut self,
        by: InstallerId,
        arguments: &StartSession,
        context: &mut Context<'_>,
    ) {
        let reply = match self.try_start(by, arguments, context) {
            Ok(()) => Reply::Success,
            Err(reply) => reply,
        };
        context.reply(reply);
    }

    fn try_start(
        &mut self,
        by: InstallerId,
        arguments: &StartSession,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        if arguments.null_handle || arguments.null_key {
            context.apply_all(&[rule::NULL_OR_ZERO_ARGUMENT, rule::START_NULL_POINTER]);
            return Err(Reply::BadArguments);
        }
        if arguments.flags != 0 {
            context.apply(rule::START_FLAGS_RESERVED);
            match self.profile.answer(context.choices) {
                StartFlags::Ignored => {}
                StartFlags::BadArguments => return Err(Reply::BadArguments),
                StartFlags::InvalidParameter => return Err(Reply::InvalidParameter),
            }
        }
        let rules = FaultRules {
            mutex: rule::START_MUTEX_TIMEOUT,
            registry: rule::START_WRITE_FAILURE,
            memory: rule::START_OUT_OF_MEMORY,
        };
        if let Some(reply) = self.fault(by, None, &rules, context) {
            return Err(reply);
        }
        let process = self.process_of(by);
        let scope = self.scope(process, context);
        let number = self.free_slot(scope, process, context)?;
        if self.faults.has(Fault::KeyCollision) || self.sessions.with_key(arguments.key).is_some() {
            context.apply(rule::KEY_COLLISION);
            return Err(match self.profile.answer(context.choices) {
                KeyCollisionReply::MaxSessionsReached => Reply::MaxSessionsReached,
                KeyCollisionReply::WriteFault => Reply::WriteFault,
                KeyCollisionReply::BadArguments => Reply::BadArguments,
                KeyCollisionReply::AlreadyExists => Reply::AlreadyExists,
            });
        }
        if number == 0 && self.sessions.iter().any(|(_, other)| other.user != self.user_of(process)) {
            context.apply(rule::NUMBERING_PER_USER);
        }
        let owner = self.incarnation_of(process);
        let session = Session::new(scope, number, arguments.key, owner, self.user_of(process));
        let session = self.sessions.add(session);
        context.apply_all(&[rule::SESSION_EVENT_PAIR, rule::SESSION_EVENT_FIELDS]);
        self.log(session, LogEvent::SessionStarted, context);
        let handle =
            self.give_handle(process, Standing::In(session, InstallerRole::Primary), number, context);
        context.apply_all(&[
            rule::START_RETURNS_HANDLE_AND_KEY,
            rule::KEY_BUFFER,
            rule::KEY_IS_HEXADECIMAL,
            rule::STARTER_IS_PRIMARY,
            rule::TWO_ROLES,
        ]);
        if arguments.buffer_in_use {
            context.apply(rule::KEY_BUFFER_IS_OUTPUT_ONLY);
        }
        let termination: KeyTermination = self.profile.answer(context.choices);
        if termination == KeyTermination::LeftToCaller {
            context.apply(rule::KEY_TERMINATION_UNSURE);
        }
        context.emit(Output::Handle(handle));
        context.emit(Output::Key { terminated: termination == KeyTermination::Written });
        Ok(())
    }

    /// The number of the slot that a new session takes; fails if the limit is reached.
    fn free_slot(
        &mut self,
        scope: Scope,
        process: ProcessId,
        context: &mut Context<'_>,
    ) -> Result<u32, Reply> {
        let orphans: OrphanedSession = self.profile.answer(context.choices);
        let reuses = orphans == OrphanedSession::NextStart && !flawed!(self, SlotNeverReused);
        let abandoned = self.sessions.first_abandoned(self.user_of(process)).filter(|_| reuses);
        // Of another scope, such as another process, it leaves nothing free in this one.
        if let Some(abandoned) = abandoned
            && self.sessions.get(abandoned).scope == scope
        {
            return Ok(self.reuse_slot(abandoned, context));
        }
        let open = self.count_towards_limit(scope, orphans, context);
        let limit = if flawed!(self, LimitOffByOne) { SESSION_LIMIT + 1 } else { SESSION_LIMIT };
        if open + 1 >= limit {
            context.apply(rule::SESSION_LIMIT);
        }
        if open < limit {
            return Ok(match abandoned {
                Some(abandoned) => self.reuse_slot(abandoned, context),
                None => self.sessions.lowest_free_number(self.user_of(process)),
            });
        }
        context.apply_all(&[rule::START_AT_LIMIT, rule::LEAK_BLOCKS_SLOT]);
        if self.sessions.in_scope(scope).any(|(_, session)| session.owner.0 != process) {
            context.apply(rule::LIMIT_SHARED_BY_USER);
        }
        Err(Reply::MaxSessionsReached)
    }

    /// The number of the slot of a session whose process is gone; the session is removed.
    fn reuse_slot(&mut self, abandoned: SessionId, context: &mut Context<'_>) -> u32 {
        context.apply(rule::ABANDONED_SLOT_REUSED);
        let number = self.sessions.get(abandoned).number;
        self.remove_session(abandoned);
        number
    }

    /// How much of the limit is used up in `scope`.
    fn count_towards_limit(
        &mut self,
        scope: Scope,
        orphans: OrphanedSession,
        context: &mut Context<'_>,
    ) -> usize {
        if flawed!(self, LimitOverAllUsers) {
            return self.sessions.iter().count();
        }
        // What the next start would take is not in anybody's way.
        let counts = |session: &Session| !(session.is_abandoned && orphans == OrphanedSession::NextStart);
        let sessions = self.sessions.in_scope(scope).filter(|(_, session)| counts(session)).count();
        match self.profile.answer(context.choices) {
            JoinCounts::Never | JoinCounts::HandlesOfProcess => sessions,
            JoinCounts::LikeASession => sessions + self.joined_handles(scope),
        }
    }

    /// `RmEndSession`
    pub(crate) fn end_session(&mut self, by: InstallerId, handle: SessionHandle, context: &mut Context<'_>) {
        let reply = match self.try_end(by, handle, context) {
            Ok(()) => Reply::Success,
            Err(reply) => reply,
        };
        context.reply(reply);
    }

    fn try_end(
        &mut self,
        by: InstallerId,
        handle: SessionHandle,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        if handle.0 == u32::MAX
            && self.profile.answer::<EndInvalidArgument>(context.choices) == EndInvalidArgument::AllOnes
        {
            context.apply(rule::END_INVALID_ARGUMENT);
            return Err(Reply::BadArguments);
        }
        let process = self.process_of(by);
        let Some(place) = self.find_handle(process, handle) else {
            context.apply(rule::END_UNKNOWN_HANDLE);
            let was_given = handle.0 < self.processes[process.index()].handles_given;
            if was_given {
                context.apply(rule::SECOND_END_FAILS);
            }
            if was_given && flawed!(self, SecondEndSucceeds) {
                return Ok(());
            }
            return Err(self.refuse_handle(context));
        };
        let rules = FaultRules {
            mutex: rule::END_MUTEX_TIMEOUT,
            registry: rule::END_REGISTRY_FAILURE,
            memory: rule::END_OUT_OF_MEMORY,
        };
        let standing = self.handles[place].standing;
        if let Some(reply) = self.fault(by, standing.session(), &rules, context) {
            return Err(reply);
        }
        self.handles.remove(place);
        match standing {
            Standing::In(session, InstallerRole::Primary) => self.end_whole_session(by, session, context),
            Standing::In(session, InstallerRole::Secondary) if flawed!(self, SecondaryEndsSession) => {
                self.end_whole_session(by, session, context);
            }
            Standing::In(session, InstallerRole::Secondary) => {
                context.apply(rule::SECONDARY_LEAVES);
                if self.sessions.get(session).registered_by_secondary {
                    context.apply(rule::SECONDARY_RESOURCES_REMAIN);
                }
            }
            Standing::After => match self.profile.answer(context.choices) {
                SecondaryEndAfterEnd::Success => context.apply(rule::SECONDARY_LEAVES),
                SecondaryEndAfterEnd::InvalidHandle => {
                    context.apply(rule::END_UNKNOWN_HANDLE);
                    return Err(self.refuse_handle(context));
                }
            },
        }
        Ok(())
    }

    fn end_whole_session(&mut self, by: InstallerId, session: SessionId, context: &mut Context<'_>) {
        context.apply_all(&[
            rule::PRIMARY_ENDS_SESSION,
            rule::END_CLEANS_UP,
            rule::END_DELETES_SUBKEY,
            rule::ENDED_SLOT_FREE_AT_ONCE,
        ]);
        if self.sessions.get(session).has_resources() {
            context.apply(rule::REGISTRATION_ENDS_WITH_SESSION);
        }
        if !self.sessions.get(session).history.is_empty()
            && self.profile.answer::<EndAfterShutdown>(context.choices) == EndAfterShutdown::Restarts
        {
            self.restart_at_end(by, session, context);
        }
        context.apply(rule::SESSION_EVENT_PAIR);
        self.log(session, LogEvent::SessionEnded, context);
        self.fail_calls_of(session, context);
        if !flawed!(self, SlotNotGivenBack) {
            self.remove_session(session);
        }
    }

    /// Takes a session out of the table; handles that others have to it stay behind with nothing to stand for.
    pub(crate) fn remove_session(&mut self, session: SessionId) {
        for entry in self.handles.iter_mut() {
            if entry.standing.session() == Some(session) {
                entry.standing = Standing::After;
            }
        }
        self.sessions.remove(session);
    }

    /// Whether the handle is looked at before the other arguments.
    pub(crate) fn is_handle_first(&mut self, context: &mut Context<'_>) -> bool {
        self.profile.answer::<CheckOrder>(context.choices) == CheckOrder::HandleFirst
    }

    /// What the limit is counted over for a session of `process`.
    pub(crate) fn scope(&mut self, process: ProcessId, context: &mut Context<'_>) -> Scope {
        let facts = &self.world.processes[process.index()];
        match self.profile.answer(context.choices) {
            SessionLimitScope::UserHive => Scope::User(facts.user),
            SessionLimitScope::TerminalSession => Scope::TerminalSession(facts.terminal_session),
            SessionLimitScope::Logon => Scope::Logon(facts.user, facts.terminal_session),
            SessionLimitScope::Machine => Scope::Machine,
            SessionLimitScope::Process => Scope::Process(process),
        }
    }
}
