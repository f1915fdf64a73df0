//! `RmCancelCurrentTask`, and how an operation notices it.

use crate::call::{CallId, Reply, SessionHandle};
use crate::history::RestartBefore;
use crate::machine::{Context, Machine, flawed};
use crate::operation::{OperationKind, Progress, Stage};
use crate::profile::{
    CancelAndFailure, CancelNoticed, CancelReachesList, CancelledShutdown, IdleCancel, LateCancel,
};
use crate::rule;
use crate::session::SessionId;
use crate::world::InstallerId;

impl Machine {
    /// `RmCancelCurrentTask`
    pub(crate) fn cancel_current_task(
        &mut self,
        by: InstallerId,
        handle: SessionHandle,
        inside: Option<CallId>,
        context: &mut Context<'_>,
    ) {
        let reply = match self.try_cancel(by, handle, inside, context) {
            Ok(()) => Reply::Success,
            Err(reply) => reply,
        };
        context.reply(reply);
    }

    fn try_cancel(
        &mut self,
        by: InstallerId,
        handle: SessionHandle,
        inside: Option<CallId>,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let session = self
            .primary_session(by, handle, [rule::CANCEL_UNKNOWN_HANDLE, rule::CANCEL_BY_STARTER_ONLY], context)
            .inspect_err(|reply| {
                if *reply == Reply::InvalidHandle {
                    context.apply(rule::CANCEL_RACES_WITH_END);
                }
                if *reply == Reply::BadArguments {
                    context.apply(rule::CANCEL_INVALID_ARGUMENT);
                }
            })?;
        // It touches no registry: of the common failures it knows the shortage of memory alone (CANCEL-11).
        if self.is_memory_short(context) {
            context.apply_all(&[rule::OUT_OF_MEMORY, rule::CANCEL_OUT_OF_MEMORY]);
            return Err(Reply::OutOfMemory);
        }
        context.apply(rule::CANCEL_IS_A_REQUEST);
        let Some(call) = self.calls.of_session(session) else {
            context.apply(rule::NOTHING_TO_CANCEL);
            let is_sticky = self.profile.answer::<IdleCancel>(context.choices) == IdleCancel::Sticky;
            self.sessions.get_mut(session).is_cancel_pending |= is_sticky;
            return Ok(());
        };
        context.apply(if inside == Some(call) {
            rule::CALLBACK_CANCELS_BY_CALL_ONLY
        } else {
            rule::CANCEL_FROM_OTHER_THREAD
        });
        if let OperationKind::List(_) = self.operation(call).kind {
            context.apply_all(&[
                rule::CANCEL_TARGETS_LIST_TOO,
                rule::LIST_CAN_BE_CANCELLED,
                rule::LIST_ACCEPTS_CANCEL,
            ]);
            if self.profile.answer::<CancelReachesList>(context.choices) == CancelReachesList::No {
                return Ok(());
            }
        }
        context.apply(rule::CANCEL_DEPENDS_ON_PROGRESS);
        if self.is_too_late(call, context) || flawed!(self, CancelIgnored) {
            return Ok(());
        }
        self.operation_mut(call).is_cancelled = true;
        if self.profile.answer::<CancelNoticed>(context.choices) == CancelNoticed::AtOnce {
            context.apply(rule::CANCEL_AS_SOON_AS_POSSIBLE);
            self.hasten(call, context);
        }
        Ok(())
    }

    /// Has an operation go on now that would go on later.
    pub(crate) fn hasten(&mut self, call: CallId, context: &mut Context<'_>) {
        let timer = self.operation_mut(call).timer.take();
        self.unset_timer(timer, context);
        self.wake(call, context);
    }

    /// Whether an operation notices now that it is cancelled (U-57).
    pub(crate) fn notices_cancel(&mut self, call: CallId, context: &mut Context<'_>) -> bool {
        let operation = self.operation(call);
        operation.is_cancelled
            && (operation.waiting == 0
                || self.profile.answer::<CancelNoticed>(context.choices) == CancelNoticed::AtOnce)
    }

    /// Whether an operation goes on in this very moment and notices then that it is cancelled: whatever else is due
    /// for it now comes too late (CANCEL-07, OBS-CANCEL-01).
    pub(crate) fn is_about_to_notice_cancel(&mut self, call: CallId, context: &mut Context<'_>) -> bool {
        let operation = self.operation(call);
        operation.is_cancelled && operation.timer.is_some() && self.notices_cancel(call, context)
    }

    /// An operation ends because it is cancelled (SHUT-08, REST-07).
    pub(crate) fn cancelled(&mut self, call: CallId, context: &mut Context<'_>) {
        context.apply(rule::CANCELLED_CALL_TELLS);
        let operation = self.operation(call);
        let (session, kind, has_failed) = (operation.session, operation.kind, operation.has_failed);
        match kind {
            OperationKind::List(_) => {
                context.apply(rule::LIST_CANCELLED);
                self.conclude(call, Reply::Cancelled, context);
            }
            OperationKind::Shutdown { .. } => {
                context.apply_all(&[rule::SHUTDOWN_CANCELLED, rule::CANCELLED_WAIT_SPARES_PROGRAM]);
                self.tell_to_stay_after_cancel(call, context);
                let fails = has_failed
                    && self.profile.answer::<CancelAndFailure>(context.choices)
                        == CancelAndFailure::FailShutdown;
                let reply = if fails { Reply::FailShutdown } else { Reply::Cancelled };
                self.after_cancelled_shutdown(call, session, reply, context);
            }
            OperationKind::Restart { .. } => {
                context.apply(rule::RESTART_CANCELLED);
                self.sessions.get_mut(session).history.restart = RestartBefore::Cancelled;
                self.conclude(call, Reply::Cancelled, context);
            }
        }
    }

    /// What was stopped stays stopped, or is brought back first (U-58).
    fn after_cancelled_shutdown(
        &mut self,
        call: CallId,
        session: SessionId,
        reply: Reply,
        context: &mut Context<'_>,
    ) {
        let has_stopped = self.sessions.get(session).history.fates.values().any(|fate| fate.is_stopped);
        if has_stopped {
            context.apply(rule::CANCEL_ROLLS_NOTHING_BACK);
        }
        if !has_stopped
            || self.profile.answer::<CancelledShutdown>(context.choices) == CancelledShutdown::StayStopped
        {
            return self.conclude(call, reply, context);
        }
        for place in 0..self.operation(call).targets.len() {
            if self.target(call, place).progress != Progress::Done {
                self.release(call, place, context);
            }
        }
        let targets = self.restart_targets(session, context);
        let operation = self.operation_mut(call);
        operation.kind = OperationKind::Restart { instead_of: Some(reply) };
        operation.is_cancelled = false;
        operation.has_callback = false;
        operation.targets = targets;
        operation.stage = Stage::Restart(0);
        operation.settle_targets();
        self.wake(call, context);
    }

    /// Whether it is too late to cancel an operation (CANCEL-05).
    fn is_too_late(&mut self, call: CallId, context: &mut Context<'_>) -> bool {
        let operation = self.operation(call);
        let is_over = match operation.kind {
            OperationKind::List(_) => false,
            OperationKind::Shutdown { .. } | OperationKind::Restart { .. } => {
                !matches!(operation.stage, Stage::Mutex | Stage::List)
                    && operation.targets.iter().all(|target| target.progress == Progress::Done)
            }
        };
        is_over
            && self.profile.answer::<LateCancel>(context.choices) == LateCancel::TooLate
            && !self.has_newcomers(call, context)
    }
}
