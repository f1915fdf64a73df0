//! Handles: how they are numbered, which session stands behind one, and in which role.

use super::{HandleEntry, InstallerRole, Scope, SessionId, Standing};
use crate::call::{Reply, SessionHandle};
use crate::machine::{Context, Machine, flawed};
use crate::profile::{FirstHandle, HandleNumbering, RoleOf, SecondaryAfterEnd, SecondaryOperation};
use crate::rule::{self, Rule};
use crate::world::{InstallerId, ProcessId};

impl Machine {
    /// The session behind a handle and the caller's role in it, or the reply where there is none.
    pub(crate) fn check_handle(
        &mut self,
        by: InstallerId,
        handle: SessionHandle,
        context: &mut Context<'_>,
    ) -> Result<(SessionId, InstallerRole), Reply> {
        let process = self.process_of(by);
        let standing = self.find_handle(process, handle).map(|place| self.handles[place].standing);
        let Some(Standing::In(session, role)) = standing else {
            return Err(self.refuse_handle(context));
        };
        Ok((session, self.role(session, role, process, context)))
    }

    /// Whether a handle's session was ended by its primary while the handle stayed.
    pub(crate) fn registers_in_vain(
        &mut self,
        by: InstallerId,
        handle: SessionHandle,
        context: &mut Context<'_>,
    ) -> bool {
        let place = self.find_handle(self.process_of(by), handle);
        place.is_some_and(|place| self.handles[place].standing == Standing::After)
            && self.profile.answer::<SecondaryAfterEnd>(context.choices) == SecondaryAfterEnd::RegistersInVain
    }

    /// The role in which `process` calls through a handle with `role`.
    pub(crate) fn role(
        &mut self,
        session: SessionId,
        role: InstallerRole,
        process: ProcessId,
        context: &mut Context<'_>,
    ) -> InstallerRole {
        if role == InstallerRole::Secondary
            && self.sessions.get(session).owner == self.incarnation_of(process)
            && self.profile.answer::<RoleOf>(context.choices) == RoleOf::Process
        {
            return InstallerRole::Primary;
        }
        role
    }

    /// Answers a handle that no session stands behind.
    pub(crate) fn refuse_handle(&self, context: &mut Context<'_>) -> Reply {
        context.apply(rule::UNKNOWN_HANDLE);
        if self.handles.is_empty() {
            context.apply(rule::SESSION_REQUIRED);
        }
        Reply::InvalidHandle
    }

    /// Adds a handle to a process and returns its number.
    pub(super) fn give_handle(
        &mut self,
        process: ProcessId,
        standing: Standing,
        slot: u32,
        context: &mut Context<'_>,
    ) -> SessionHandle {
        let first = match self.profile.answer(context.choices) {
            FirstHandle::Zero => 0,
            FirstHandle::One => 1,
        };
        let number = match self.profile.answer(context.choices) {
            HandleNumbering::LowestFree => self.free_handle(process, first),
            HandleNumbering::SlotNumber => self.free_handle(process, first + slot),
            HandleNumbering::NeverReused => {
                *self.next_handle += 1;
                SessionHandle(first + *self.next_handle - 1)
            }
        };
        if number.0 == 0 {
            context.apply(rule::HANDLES_FROM_ZERO);
        }
        let entry = HandleEntry { process, number, standing };
        let place = self.handles.partition_point(|other| (other.process, other.number) < (process, number));
        self.handles.insert(place, entry);
        let given = &mut self.processes[process.index()].handles_given;
        *given = (*given).max(number.0 + 1);
        number
    }

    /// The lowest number from `first` on that no handle of the process has.
    fn free_handle(&self, process: ProcessId, first: u32) -> SessionHandle {
        let start = self.handles.partition_point(|entry| (entry.process, entry.number.0) < (process, first));
        let taken = self.handles[start..].iter().take_while(|entry| entry.process == process);
        let free = taken.zip(first..).take_while(|(entry, number)| entry.number.0 == *number).count();
        SessionHandle(first + u32::try_from(free).expect("a process has few handles"))
    }

    pub(crate) fn find_handle(&self, process: ProcessId, number: SessionHandle) -> Option<usize> {
        if flawed!(self, HandlesAreGlobal) {
            return self.handles.iter().position(|entry| entry.number == number);
        }
        self.handles.binary_search_by_key(&(process, number), |entry| (entry.process, entry.number)).ok()
    }

    pub(crate) fn joined_handles(&self, scope: Scope) -> usize {
        let is_joined = |entry: &&HandleEntry| match entry.standing {
            Standing::In(session, InstallerRole::Secondary) => self.sessions.get(session).scope == scope,
            Standing::In(_, InstallerRole::Primary) | Standing::After => false,
        };
        self.handles.iter().filter(is_joined).count()
    }

    /// The session behind a handle, for calls that only its primary installer may make; the rules are those of an
    /// unknown handle and of the role.
    pub(crate) fn primary_session(
        &mut self,
        by: InstallerId,
        handle: SessionHandle,
        [unknown, role_rule]: [Rule; 2],
        context: &mut Context<'_>,
    ) -> Result<SessionId, Reply> {
        let (session, role) =
            self.check_handle(by, handle, context).inspect_err(|_| context.apply(unknown))?;
        if role == InstallerRole::Primary {
            return Ok(session);
        }
        context.apply_all(&[rule::ROLE_TABLE, role_rule]);
        Err(match self.profile.answer(context.choices) {
            SecondaryOperation::CredentialConflict => Reply::SessionCredentialConflict,
            SecondaryOperation::AccessDenied => Reply::AccessDenied,
            SecondaryOperation::OutOfSequence => Reply::RequestOutOfSequence,
            SecondaryOperation::BadArguments => Reply::BadArguments,
        })
    }
}
