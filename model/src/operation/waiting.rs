//! What an operation waits for before it deals with anybody: the registry mutex, and the list.

use crate::call::{CallId, Reply};
use crate::fault::FaultRules;
use crate::machine::{Context, Machine};
use crate::operation::{Operation, OperationKind};
use crate::profile::MutexPatience;
use crate::session::SessionId;
use crate::world::InstallerId;

impl Machine {
    /// Whether a long call meets the registry mutex held; fails at once for the other faults.
    pub(crate) fn waits_for_mutex(
        &mut self,
        by: InstallerId,
        session: SessionId,
        rules: &FaultRules,
        context: &mut Context<'_>,
    ) -> Result<bool, Reply> {
        match self.fault(by, Some(session), rules, context) {
            None => Ok(false),
            Some(Reply::SemTimeout) => Ok(true),
            Some(reply) => Err(reply),
        }
    }

    /// Waits as long as a call does for a mutex that is never released (U-60).
    pub(crate) fn begin_waiting_for_mutex(
        &mut self,
        operation: Operation,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let seconds = match self.profile.answer(context.choices) {
            MutexPatience::Seconds => 5,
            MutexPatience::Minute => 60,
        };
        let call = self.begin_operation(operation, context);
        self.proceed_after(call, std::time::Duration::from_secs(seconds), context);
        Ok(())
    }

    pub(crate) fn mutex_timed_out(&mut self, call: CallId, context: &mut Context<'_>) {
        debug_assert!(self.operation(call).targets.is_empty(), "nobody is dealt with before");
        self.conclude(call, Reply::SemTimeout, context);
    }

    /// The list that an operation waited for is there.
    pub(crate) fn list_computed(&mut self, call: CallId, context: &mut Context<'_>) {
        let operation = self.operation(call).clone();
        match operation.kind {
            OperationKind::List(arguments) => {
                let (by, session) = (operation.by, operation.session);
                self.end_operation(call, context);
                context.answering = Some(call);
                self.answer_list(by, session, &arguments, context);
                context.answering = None;
                self.next_in_line(session, context);
            }
            OperationKind::Shutdown { .. } => {
                if let Err(reply) = self.plan(operation, Some(call), context) {
                    self.conclude(call, reply, context);
                }
            }
            OperationKind::Restart { .. } => unreachable!("RmRestart computes no list"),
        }
    }
}
