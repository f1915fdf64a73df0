//! `RmShutdown`: the checks, the refreshed list, the tests over it, and the classes in their order.

mod conditions;
mod end;
mod query;
mod services;
mod targets;

use crate::affected::Entry;
use crate::call::{CallId, FORCE_SHUTDOWN, Reply, SHUTDOWN_ONLY_REGISTERED, Shutdown};
use crate::fault::FaultRules;
use crate::filter::Mask;
use crate::history::{RestartBefore, ShutdownBefore, Subject};
use crate::machine::{Context, Machine, flawed};
use crate::operation::{Manner, Operation, OperationKind, Outcome, PassOver, Progress, Stage};
use crate::profile::{
    EmptyShutdown, FailedTestStatus, FilteredHolder, QueryScope, RepeatedShutdown, ShutdownFlags, Timing,
    UnknownApplicationReply, UnlistableShutdown, VerifyAtEnd,
};
use crate::rule::{self};
use crate::session::SessionId;
use crate::world::InstallerId;

/// The bits that `RM_SHUTDOWN_TYPE` defines.
const DEFINED_FLAGS: u32 = FORCE_SHUTDOWN | SHUTDOWN_ONLY_REGISTERED;

impl Machine {
    /// `RmShutdown`
    pub(crate) fn shutdown(&mut self, by: InstallerId, arguments: &Shutdown, context: &mut Context<'_>) {
        if let Err(reply) = self.try_shutdown(by, arguments, context) {
            context.reply(reply);
        }
    }

    /// Replies itself, unless it fails before the list is made.
    fn try_shutdown(
        &mut self,
        by: InstallerId,
        arguments: &Shutdown,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let is_handle_first = self.is_handle_first(context);
        if !is_handle_first {
            self.check_shutdown_flags(arguments.flags, context)?;
        }
        let session = self.primary_session(
            by,
            arguments.handle,
            [rule::SHUTDOWN_UNKNOWN_HANDLE, rule::SHUTDOWN_BY_STARTER_ONLY],
            context,
        )?;
        if is_handle_first {
            self.check_shutdown_flags(arguments.flags, context)?;
        }
        let history = &mut self.sessions.get_mut(session).history;
        let before = history.shutdown;
        if before.is_some() {
            context.apply(rule::SHUTDOWN_REPEATED_AFTER_FAILURE);
        }
        if before == Some(ShutdownBefore::Succeeded)
            && history.restart == RestartBefore::None
            && self.profile.answer::<RepeatedShutdown>(context.choices) == RepeatedShutdown::OutOfSequence
        {
            return Err(Reply::RequestOutOfSequence);
        }
        let history = &mut self.sessions.get_mut(session).history;
        history.shutdown = Some(ShutdownBefore::Early);
        history.restart = RestartBefore::None;
        let rules = FaultRules {
            mutex: rule::SHUTDOWN_MUTEX_TIMEOUT,
            registry: rule::SHUTDOWN_REGISTRY_FAILURE,
            memory: rule::SHUTDOWN_OUT_OF_MEMORY,
        };
        let mut operation = Operation {
            has_callback: arguments.has_callback,
            ..Operation::new(by, session, OperationKind::Shutdown { flags: arguments.flags })
        };
        if self.sessions.get(session).is_cancel_pending {
            self.sessions.get_mut(session).is_cancel_pending = false;
            operation.is_cancelled = true;
        }
        if self.waits_for_mutex(by, session, &rules, context)? {
            operation.stage = Stage::Mutex;
            return self.begin_waiting_for_mutex(operation, context);
        }
        if !self.sessions.get(session).has_resources() {
            match self.profile.answer(context.choices) {
                EmptyShutdown::Success => context.apply(rule::EMPTY_SESSION_LISTS_NOTHING),
                EmptyShutdown::BadArguments => {
                    context.apply(rule::SHUTDOWN_NULL_OR_ZERO);
                    return Err(Reply::BadArguments);
                }
            }
        }
        context.apply(rule::SHUTDOWN_REFRESHES_LIST);
        let needs = self.timing(Timing::List);
        if needs.is_zero() && !operation.is_cancelled {
            return self.plan(operation, None, context);
        }
        let call = self.begin_operation(operation, context);
        self.proceed_after(call, needs, context);
        if self.operation(call).is_cancelled {
            self.hasten(call, context);
        }
        Ok(())
    }

    fn check_shutdown_flags(&mut self, flags: u32, context: &mut Context<'_>) -> Result<(), Reply> {
        context.apply_all(&[rule::SHUTDOWN_FLAGS, rule::SHUTDOWN_FLAGS_IN_USE]);
        if flags & !DEFINED_FLAGS == 0 {
            return Ok(());
        }
        match self.profile.answer(context.choices) {
            ShutdownFlags::Ignored => Ok(()),
            ShutdownFlags::BadArguments => {
                context.apply(rule::SHUTDOWN_NULL_OR_ZERO);
                Err(Reply::BadArguments)
            }
        }
    }

    /// Makes the list, tests it, and begins to stop who is on it; `call` is the operation if it began already.
    pub(crate) fn plan(
        &mut self,
        mut operation: Operation,
        call: Option<CallId>,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let OperationKind::Shutdown { flags } = operation.kind else {
            unreachable!("only RmShutdown stops anybody")
        };
        context.apply_all(&[
            rule::SHUTDOWN_REFRESHES_LIST,
            rule::LIST_REFRESH_FIRST,
            rule::SHUTDOWN_COMPUTES_OWN_LIST,
        ]);
        let session = operation.session;
        if let Some(reply) = self.trouble(session, context)
            && self.profile.answer::<UnlistableShutdown>(context.choices) == UnlistableShutdown::PassesOn
        {
            return Err(reply);
        }
        let (mut entries, _) = self.compute(operation.by, session, context);
        entries.retain(|entry| !entry.has_departed);
        let masks: Vec<Option<Mask>> = entries
            .iter()
            .map(|entry| self.mask(session, entry.incarnation, entry.service, context))
            .collect();
        self.note_masks(session, &entries, &masks, context);
        if let Err(reply) = self.test(session, flags, &entries, &masks, context) {
            return self.test_failed(reply, operation, call, context);
        }
        operation.targets = self.targets(&entries, &masks, flags, context);
        operation.has_masked = masks.contains(&Some(Mask::NoShutdown));
        self.sessions.get_mut(session).history.shutdown = Some(ShutdownBefore::Failed);
        operation.settle_targets();
        operation.stage = Stage::Class;
        self.count_dependents(&mut operation, context);
        let call = self.begin_or_go_on(operation, call, context);
        context.apply(rule::SHUTDOWN_IS_SYNCHRONOUS);
        if flawed!(self, StopsBeforeStatus) {
            self.operation_mut(call).percent = Some(0);
        }
        if !self.operation(call).targets.is_empty() || self.tells_something_if_empty(context) {
            self.tell_first_percent(call, context);
        }
        self.wake(call, context);
        Ok(())
    }

    /// A test failed: returns its reply at once, or tells the callback first (U-56).
    fn test_failed(
        &mut self,
        reply: Reply,
        mut operation: Operation,
        call: Option<CallId>,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        if self.profile.answer::<FailedTestStatus>(context.choices) == FailedTestStatus::Nothing {
            return Err(reply);
        }
        operation.stage = Stage::TestFailed(reply);
        let call = self.begin_or_go_on(operation, call, context);
        self.tell_zero_percent(call, context);
        self.wake(call, context);
        Ok(())
    }

    /// The operation is under way, whether it was so before, as `call`, or begins now.
    fn begin_or_go_on(
        &mut self,
        operation: Operation,
        call: Option<CallId>,
        context: &mut Context<'_>,
    ) -> CallId {
        match call {
            Some(call) => {
                *self.operation_mut(call) = operation;
                call
            }
            None => self.begin_operation(operation, context),
        }
    }

    /// Keeps which masks everybody had at a shutdown (U-61c).
    fn note_masks(
        &mut self,
        session: SessionId,
        entries: &[Entry],
        masks: &[Option<Mask>],
        context: &mut Context<'_>,
    ) {
        for fate in self.sessions.get_mut(session).history.fates.values_mut() {
            fate.masks = 0;
        }
        for (entry, mask) in entries.iter().zip(masks) {
            let bits = self.mask_bits(*mask, context);
            if bits != 0 {
                let subject = Subject::of(entry.incarnation, entry.service);
                self.sessions.get_mut(session).history.fate_mut(subject, entry.incarnation).masks = bits;
            }
        }
    }

    /// A class begins: who is not to be stopped is passed over, then the others are asked or told.
    pub(crate) fn begin_class(&mut self, call: CallId, context: &mut Context<'_>) {
        if self.operation(call).class.is_empty() {
            if self.tells_empty_percent(call, context) {
                return self.wake(call, context);
            }
            self.operation_mut(call).stage = Stage::Over;
            return self.operation_over(call, context);
        }
        let class = self.operation(call).class.clone();
        let passed = class.clone().find(|place| {
            let target = self.target(call, *place);
            target.progress != Progress::Done && matches!(target.manner, Manner::PassOver(_))
        });
        if let Some(place) = passed {
            return self.pass_over(call, place, context);
        }
        let first = class.clone().find(|place| self.target(call, *place).progress == Progress::Untouched);
        let Some(first) = first else { return self.next_class(call, context) };
        let is_single = self.is_asked(call, first, context)
            && self.profile.answer::<QueryScope>(context.choices) == QueryScope::OneApplication;
        let batch = if is_single { first..first + 1 } else { first..class.end };
        let operation = self.operation_mut(call);
        operation.batch = batch;
        operation.stage = Stage::Query(first);
        self.query_next(call, first, context);
    }

    /// Goes on to the next class, or to the next application where each is asked on its own.
    pub(crate) fn batch_over(&mut self, call: CallId, context: &mut Context<'_>) {
        let operation = self.operation_mut(call);
        operation.stage = Stage::Class;
        self.wake(call, context);
    }

    fn next_class(&mut self, call: CallId, context: &mut Context<'_>) {
        self.refresh_between_classes(call, context);
        let operation = self.operation_mut(call);
        let begin = if operation.ends_with_class { operation.targets.len() } else { operation.class.end };
        operation.class = operation.class_from(begin);
        self.begin_class(call, context);
    }

    fn pass_over(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let target = self.target(call, place);
        let who = (target.who, target.service);
        let outcome = match target.manner {
            Manner::PassOver(PassOver::NeedsForce) => match self.profile.answer(context.choices) {
                UnknownApplicationReply::ErrorOnStop => {
                    let session = self.operation(call).session;
                    self.note_not_stopped(session, who, context);
                    self.log_not_stopped(session, who.0, who.1, context);
                    Outcome::Failed
                }
                UnknownApplicationReply::Running | UnknownApplicationReply::FailNoActionReboot => {
                    Outcome::FailedUnseen
                }
            },
            Manner::PassOver(PassOver::Masked | PassOver::NeedsReboot)
            | Manner::Windows
            | Manner::Console
            | Manner::Service
            | Manner::Shell
            | Manner::Kill => Outcome::PassedOver,
        };
        self.deal_with(call, place, outcome, context);
    }

    pub(crate) fn is_forced(&self, call: CallId) -> bool {
        matches!(self.operation(call).kind, OperationKind::Shutdown { flags } if flags & FORCE_SHUTDOWN != 0)
    }

    /// Everybody is dealt with: the reply of `RmShutdown`.
    pub(crate) fn shutdown_over(&mut self, call: CallId, context: &mut Context<'_>) {
        let operation = self.operation(call);
        let (session, has_masked) = (operation.session, operation.has_masked);
        let mut has_failed = operation.has_failed;
        if has_masked
            && self.profile.answer::<FilteredHolder>(context.choices) == FilteredHolder::FailShutdown
        {
            has_failed = true;
        }
        if !has_failed
            && self.has_used_files(session)
            && self.profile.answer::<VerifyAtEnd>(context.choices) == VerifyAtEnd::Yes
        {
            has_failed = true;
        }
        if has_failed && !flawed!(self, FailureHidden) {
            context.apply(rule::SHUTDOWN_FAILURE);
            return self.conclude(call, Reply::FailShutdown, context);
        }
        if self.has_used_files(session) {
            context.apply(rule::SUCCESS_WITH_FILE_LOCKED);
        }
        context.apply(rule::SHUTDOWN_STOPS_RESOURCE_USERS);
        self.sessions.get_mut(session).history.shutdown = Some(ShutdownBefore::Succeeded);
        self.conclude(call, Reply::Success, context);
    }

    /// Whether a running process uses a registered file.
    fn has_used_files(&self, session: SessionId) -> bool {
        let attention = &self.sessions.get(session).attention;
        let mut order = attention.order().iter();
        order.any(|process| attention.uses(*process) > 0 && self.processes[process.index()].is_running)
    }
}
