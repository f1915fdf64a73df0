//! Calls beside an operation: cancelling it, waiting for it, and what becomes of it when its caller is gone.

use crate::call::{Call, CallId, Reply, SessionHandle};
use crate::machine::{Context, Machine};
use crate::observed::{ListOutputs, Output};
use crate::operation::{OperationKind, Progress, Underway};
use crate::profile::{
    CallsInCallback, ConcurrentCalls, ConcurrentOperations, EmptyStatus, EndDuringOperation,
    LateRegistration, Timing,
};
use crate::rule;
use crate::session::{InstallerRole, SessionId, Standing};
use crate::world::{InstallerId, ProcessId};

/// Whether a call goes on at once.
enum Admission {
    Now,
    Waits,
    Refused(Reply),
}

impl Machine {
    /// Whether a call is made now; if it has to wait for an operation, or is refused because of one, that is all
    /// there is to it for now (U-08, U-17, U-56, U-59).
    pub(crate) fn admit(
        &mut self,
        by: InstallerId,
        call: &Call,
        inside: Option<CallId>,
        context: &mut Context<'_>,
    ) -> bool {
        if self.calls.is_idle() {
            return true;
        }
        let Some(handle) = handle_of(call) else { return true };
        let Some(place) = self.find_handle(self.process_of(by), handle) else { return true };
        let Standing::In(session, role) = self.handles[place].standing else { return true };
        let Some(operation) = self.calls.of_session(session) else { return true };
        let may_stop = self.role(session, role, self.process_of(by), context) == InstallerRole::Primary;
        let is_inside = inside == Some(operation) && !matches!(call, Call::CancelCurrentTask { .. });
        let admission = if is_inside
            && self.profile.answer::<CallsInCallback>(context.choices) == CallsInCallback::SemTimeout
        {
            Admission::Refused(Reply::SemTimeout)
        } else {
            match self.admission(call, (role, may_stop), operation, context) {
                // Inside the callback a wait for the operation would be one for itself.
                Admission::Waits if is_inside => Admission::Refused(Reply::SemTimeout),
                admission @ (Admission::Now | Admission::Waits | Admission::Refused(_)) => admission,
            }
        };
        match admission {
            Admission::Now => true,
            Admission::Refused(reply) => {
                context.reply(reply);
                if matches!(call, Call::GetList(_)) {
                    context.emit(Output::List(ListOutputs::default()));
                }
                false
            }
            Admission::Waits => {
                let waiting = Underway::Waiting(Box::new((by, call.clone(), session)));
                let id = self.calls.add(waiting);
                self.calls.waiting.push(id);
                context.emit(Output::Pending(id));
                false
            }
        }
    }

    fn admission(
        &mut self,
        call: &Call,
        (role, may_stop): (InstallerRole, bool),
        operation: CallId,
        context: &mut Context<'_>,
    ) -> Admission {
        match call {
            Call::CancelCurrentTask { .. } | Call::StartSession(_) | Call::JoinSession { .. } => {
                return Admission::Now;
            }
            Call::EndSession { .. } if role == InstallerRole::Primary => {
                return match self.profile.answer(context.choices) {
                    EndDuringOperation::Waits => Admission::Waits,
                    EndDuringOperation::Cancels => {
                        self.cancelled(operation, context);
                        Admission::Now
                    }
                    EndDuringOperation::Fails => Admission::Refused(Reply::SemTimeout),
                };
            }
            Call::RegisterResources(_)
                if self.profile.answer::<LateRegistration>(context.choices)
                    == LateRegistration::NotDuringOperation =>
            {
                return Admission::Refused(Reply::RequestOutOfSequence);
            }
            // Whoever may not make the call hears so at once.
            Call::Shutdown(_) | Call::Restart(_) if !may_stop => return Admission::Now,
            Call::Shutdown(_) | Call::Restart(_) => return self.long_admission(context),
            Call::GetList(_) if !self.timing(Timing::List).is_zero() => return self.long_admission(context),
            Call::EndSession { .. }
            | Call::RegisterResources(_)
            | Call::GetList(_)
            | Call::AddFilter { .. }
            | Call::RemoveFilter { .. }
            | Call::GetFilterList(_) => {}
        }
        match self.profile.answer(context.choices) {
            ConcurrentCalls::Interleaved => Admission::Now,
            ConcurrentCalls::Serialized => Admission::Waits,
            ConcurrentCalls::SemTimeout => Admission::Refused(Reply::SemTimeout),
            ConcurrentCalls::OutOfSequence => Admission::Refused(Reply::RequestOutOfSequence),
        }
    }

    fn long_admission(&mut self, context: &mut Context<'_>) -> Admission {
        match self.profile.answer(context.choices) {
            ConcurrentOperations::Serialized => Admission::Waits,
            ConcurrentOperations::SemTimeout => Admission::Refused(Reply::SemTimeout),
            ConcurrentOperations::OutOfSequence => Admission::Refused(Reply::RequestOutOfSequence),
        }
    }

    /// Ends an operation with its reply, and lets those go on that waited for it.
    pub(crate) fn conclude(&mut self, call: CallId, reply: Reply, context: &mut Context<'_>) {
        let operation = self.operation(call);
        let (session, is_list) = (operation.session, matches!(operation.kind, OperationKind::List(_)));
        self.end_operation(call, context);
        context.emit(Output::Returned(call, reply));
        if is_list {
            context.emit(Output::List(ListOutputs::default()));
        }
        self.next_in_line(session, context);
    }

    /// Takes an operation from the table, with all its timers.
    pub(crate) fn end_operation(&mut self, call: CallId, context: &mut Context<'_>) {
        for place in 0..self.operation(call).targets.len() {
            if self.target(call, place).progress != Progress::Done {
                self.release(call, place, context);
            }
        }
        let timer = self.operation_mut(call).timer.take();
        self.unset_timer(timer, context);
        self.calls.take(call);
    }

    /// Makes the calls that waited for the operation of a session, until one of them is an operation again.
    pub(crate) fn next_in_line(&mut self, session: SessionId, context: &mut Context<'_>) {
        while self.calls.of_session(session).is_none() {
            let is_next = |call: &CallId| {
                self.calls.iter().any(|(other, underway)| {
                    other == *call && matches!(underway, Underway::Waiting(waiting) if waiting.2 == session)
                })
            };
            let Some(place) = self.calls.waiting.iter().position(is_next) else { return };
            let id = self.calls.waiting.remove(place);
            let Some(Underway::Waiting(waiting)) = self.calls.take(id) else { return };
            let (by, call, _) = *waiting;
            let before = context.answering.replace(id);
            if self.stands_elsewhere(by, &call, session) {
                let reply = self.refuse_handle(context);
                context.reply(reply);
            } else {
                self.call(by, &call, None, context);
            }
            context.answering = before;
        }
    }

    /// Whether the handle of a call that waited for `session` was ended, and given again for another (GEN-08).
    fn stands_elsewhere(&self, by: InstallerId, call: &Call, session: SessionId) -> bool {
        let place = handle_of(call).and_then(|handle| self.find_handle(self.process_of(by), handle));
        let standing = place.and_then(|place| self.handles[place].standing.session());
        standing.is_some_and(|other| other != session)
    }

    /// A process is gone: the calls that it had under way never return.
    pub(crate) fn abandon_calls(&mut self, process: ProcessId, context: &mut Context<'_>) {
        if self.calls.is_idle() {
            return;
        }
        let gone: Vec<CallId> = self
            .calls
            .iter()
            .filter(|(_, underway)| {
                let by = match underway {
                    Underway::Operation(operation) => operation.by,
                    Underway::Waiting(waiting) => waiting.0,
                    Underway::ServiceManager(by) => *by,
                };
                self.process_of(by) == process
            })
            .map(|(call, _)| call)
            .collect();
        for call in gone {
            self.abandon(call, context);
        }
    }

    /// Drops a call without an answer.
    fn abandon(&mut self, call: CallId, context: &mut Context<'_>) {
        self.drop_call(call, context);
        context.emit(Output::Abandoned(call));
    }

    /// Takes a call from the table, with all that is set for it.
    fn drop_call(&mut self, call: CallId, context: &mut Context<'_>) {
        if self.calls.operation(call).is_some() {
            return self.end_operation(call, context);
        }
        self.calls.waiting.retain(|waiting| *waiting != call);
        self.calls.take(call);
    }

    /// A session is gone under the calls that it had under way: they fail for want of it.
    pub(crate) fn fail_calls_of(&mut self, session: SessionId, context: &mut Context<'_>) {
        if self.calls.is_idle() {
            return;
        }
        let own: Vec<CallId> = self
            .calls
            .iter()
            .filter(|(_, underway)| match underway {
                Underway::Operation(operation) => operation.session == session,
                Underway::Waiting(waiting) => waiting.2 == session,
                Underway::ServiceManager(_) => false,
            })
            .map(|(call, _)| call)
            .collect();
        for call in own {
            self.drop_call(call, context);
            context.apply(rule::CANCEL_RACES_WITH_END);
            context.emit(Output::Returned(call, Reply::InvalidHandle));
        }
    }

    /// Whether a callback is told anything if nobody is affected (U-56).
    pub(crate) fn tells_something_if_empty(&mut self, context: &mut Context<'_>) -> bool {
        self.profile.answer::<EmptyStatus>(context.choices) == EmptyStatus::Hundred
    }
}

/// The handle that a call passes.
fn handle_of(call: &Call) -> Option<SessionHandle> {
    match call {
        Call::StartSession(_) | Call::JoinSession { .. } => None,
        Call::EndSession { handle }
        | Call::CancelCurrentTask { handle }
        | Call::AddFilter { handle, .. }
        | Call::RemoveFilter { handle, .. } => Some(*handle),
        Call::RegisterResources(arguments) => Some(arguments.handle),
        Call::GetList(arguments) => Some(arguments.handle),
        Call::Shutdown(arguments) => Some(arguments.handle),
        Call::Restart(arguments) => Some(arguments.handle),
        Call::GetFilterList(arguments) => Some(arguments.handle),
    }
}
