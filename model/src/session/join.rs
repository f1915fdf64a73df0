//! `RmJoinSession`: finding a session by its key.

use super::{HandleEntry, InstallerRole, SessionId, Standing};
use crate::call::{KeyArgument, Reply, SESSION_LIMIT};
use crate::fault::FaultRules;
use crate::machine::{Context, Machine, flawed};
use crate::observed::Output;
use crate::profile::{
    ForeignKeyReply, InProcessJoin, JoinCounts, JoinNullReply, KeyComparison, MalformedKeyReply, OrphanJoin,
    UnknownKeyReply,
};
use crate::rule;
use crate::world::{InstallerId, ProcessId};

impl Machine {
    /// `RmJoinSession`
    pub(crate) fn join_session(
        &mut self,
        by: InstallerId,
        null_handle: bool,
        key: Option<KeyArgument>,
        context: &mut Context<'_>,
    ) {
        let reply = match key.filter(|_| !null_handle) {
            None => self.refuse_null_join(context),
            Some(key) => match self.try_join(by, key, context) {
                Ok(()) => Reply::Success,
                Err(reply) => reply,
            },
        };
        context.reply(reply);
    }

    fn refuse_null_join(&mut self, context: &mut Context<'_>) -> Reply {
        context.apply_all(&[rule::NULL_OR_ZERO_ARGUMENT, rule::JOIN_NULL_OR_ZERO]);
        match self.profile.answer(context.choices) {
            JoinNullReply::BadArguments => Reply::BadArguments,
            JoinNullReply::BadCommand => Reply::BadCommand,
        }
    }

    fn try_join(
        &mut self,
        by: InstallerId,
        key: KeyArgument,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let found = self.find_by_key(key, context);
        let rules = FaultRules {
            mutex: rule::JOIN_MUTEX_TIMEOUT,
            registry: rule::JOIN_REGISTRY_FAILURE,
            memory: rule::JOIN_OUT_OF_MEMORY,
        };
        if let Some(reply) = self.fault(by, found, &rules, context) {
            return Err(reply);
        }
        let process = self.process_of(by);
        let session = self.validate(key, found, process, context)?;
        self.check_join_limit(session, process, context)?;
        context.apply_all(&[
            rule::JOIN_BY_KEY,
            rule::JOIN_SAME_USER,
            rule::KEY_ONLY_FROM_PRIMARY,
            rule::TWO_ROLES,
            rule::SECONDARY_IN_ANY_PROCESS,
        ]);
        let is_own = self.sessions.get(session).owner == self.incarnation_of(process);
        if is_own {
            context.apply(rule::OWN_PROCESS_MAY_JOIN);
        }
        if self.handles.iter().any(|entry| entry.standing == Standing::In(session, InstallerRole::Secondary))
        {
            context.apply(rule::SEVERAL_SECONDARIES);
        }
        if is_own && self.profile.answer::<InProcessJoin>(context.choices) == InProcessJoin::SameHandle {
            let is_his =
                |entry: &&HandleEntry| entry.process == process && entry.standing.session() == Some(session);
            let own = self.handles.iter().find(is_his);
            let number = own.expect("a session that lives has a handle of its starter").number;
            context.emit(Output::Handle(number));
            return Ok(());
        }
        let slot = self.sessions.get(session).number;
        let standing = Standing::In(session, InstallerRole::Secondary);
        let handle = self.give_handle(process, standing, slot, context);
        context.emit(Output::Handle(handle));
        Ok(())
    }

    fn find_by_key(&mut self, key: KeyArgument, context: &mut Context<'_>) -> Option<SessionId> {
        let KeyArgument::WellFormed { key, same_case } = key else { return None };
        if flawed!(self, KeyComparedByHalf) {
            return self
                .sessions
                .iter()
                .find(|(_, session)| session.key.0 >> 64 == key.0 >> 64)
                .map(|(id, _)| id);
        }
        let matches_case = same_case
            || (self.profile.answer::<KeyComparison>(context.choices) == KeyComparison::CaseInsensitive
                && !flawed!(self, KeyCaseMatters));
        self.sessions.with_key(key).filter(|_| matches_case)
    }

    /// Whether the key opens a session to this process (JOIN-03 to JOIN-05).
    fn validate(
        &mut self,
        key: KeyArgument,
        found: Option<SessionId>,
        process: ProcessId,
        context: &mut Context<'_>,
    ) -> Result<SessionId, Reply> {
        if key == KeyArgument::Malformed {
            context.apply(rule::KEY_NOT_VALIDATED);
            return Err(match self.profile.answer(context.choices) {
                MalformedKeyReply::CredentialConflict => Reply::SessionCredentialConflict,
                MalformedKeyReply::BadArguments => Reply::BadArguments,
                MalformedKeyReply::InvalidHandle => Reply::InvalidHandle,
            });
        }
        let is_orphan_refused = |machine: &mut Machine, context: &mut Context<'_>| {
            machine.profile.answer::<OrphanJoin>(context.choices) == OrphanJoin::Refused
        };
        let found = match found {
            Some(session) if self.sessions.get(session).is_abandoned && is_orphan_refused(self, context) => {
                None
            }
            found => found,
        };
        let Some(session) = found else {
            context.apply_all(&[
                rule::KEY_NOT_VALIDATED,
                rule::KEY_ONLY_FROM_PRIMARY,
                rule::UNKNOWN_KEY_FAILS,
            ]);
            return Err(match self.profile.answer(context.choices) {
                UnknownKeyReply::CredentialConflict => Reply::SessionCredentialConflict,
                UnknownKeyReply::BadArguments => Reply::BadArguments,
                UnknownKeyReply::InvalidHandle => Reply::InvalidHandle,
            });
        };
        let is_foreign = self.sessions.get(session).user != self.user_of(process);
        if is_foreign && !flawed!(self, ForeignKeyAccepted) {
            context.apply_all(&[rule::KEY_NOT_VALIDATED, rule::JOIN_SAME_USER]);
            return Err(match self.profile.answer(context.choices) {
                ForeignKeyReply::CredentialConflict => Reply::SessionCredentialConflict,
                ForeignKeyReply::AccessDenied => Reply::AccessDenied,
            });
        }
        Ok(session)
    }

    fn check_join_limit(
        &mut self,
        session: SessionId,
        process: ProcessId,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let scope = self.sessions.get(session).scope;
        let open = match self.profile.answer(context.choices) {
            JoinCounts::Never => return Ok(()),
            JoinCounts::LikeASession => self.sessions.in_scope(scope).count() + self.joined_handles(scope),
            JoinCounts::HandlesOfProcess => {
                self.handles.iter().filter(|entry| entry.process == process).count()
            }
        };
        if open < SESSION_LIMIT {
            return Ok(());
        }
        context.apply(rule::JOIN_AT_LIMIT);
        Err(Reply::MaxSessionsReached)
    }
}
