//! Stopping services: their dependents first, and the whole host under force.

use std::sync::Arc;

use crate::call::CallId;
use crate::filter::Mask;
use crate::happening::{Cause, Message, Told};
use crate::history::Subject;
use crate::machine::{Context, Machine};
use crate::observed::Output;
use crate::operation::{OperationKind, Progress, Target};
use crate::profile::{
    CriticalDependent, DependentsCounted, FilteredDependent, KilledHost, RefusingServiceKill, ServiceWait,
    Timing,
};
use crate::rule;
use crate::service_control::ServiceStatus;
use crate::session::SessionId;
use crate::world::{ProcessId, ServiceId};

impl Machine {
    /// Stops a service and, before it, what depends on it (ORDER-06, ORDER-07, SVC-02).
    pub(super) fn stop_service_target(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let Some(service) = self.target(call, place).service else { return };
        if self.services[service.index()].status == ServiceStatus::Stopped {
            return self.found_gone(call, place, context);
        }
        context.apply_all(&[rule::SERVICE_BY_SHORT_NAME, rule::WHO_CONTROLS_SERVICES]);
        let dependents = self.running_dependents(service, context);
        self.begin_to_wait(call, place);
        if !dependents.is_empty() {
            context.apply(rule::STOP_WITH_RUNNING_DEPENDENTS);
            context.apply_all(&[
                rule::DEPENDENCIES_HONOURED,
                rule::DEPENDENTS_STOP_AND_RETURN,
                rule::DEPENDENTS_DOWN_FIRST,
                rule::DEPENDENTS_IN_STOP_ORDER,
            ]);
        }
        let session = self.operation(call).session;
        if self.is_kept_by_dependents(session, &dependents, context) {
            return self.failed(call, place, context);
        }
        let chain = std::iter::once(service).chain(dependents.into_iter().rev()).collect();
        self.target_mut(call, place).chain = chain;
        self.stop_next_of_chain(call, place, context);
    }

    /// Whether a critical or a filtered dependent keeps its service from being stopped (U-43, U-41).
    fn is_kept_by_dependents(
        &mut self,
        session: SessionId,
        dependents: &[ServiceId],
        context: &mut Context<'_>,
    ) -> bool {
        for dependent in dependents {
            if self.is_critical_service(*dependent, context)
                && self.profile.answer::<CriticalDependent>(context.choices) == CriticalDependent::StopFails
            {
                return true;
            }
            let host = self.incarnation_of(self.world.services[dependent.index()].process);
            if self.mask(session, host, Some(*dependent), context) == Some(Mask::NoShutdown)
                && self.profile.answer::<FilteredDependent>(context.choices)
                    == FilteredDependent::KeepsService
            {
                context.apply(rule::FILTER_EXEMPTS_FROM_SHUTDOWN);
                return true;
            }
        }
        false
    }

    fn stop_next_of_chain(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let chain = &self.target(call, place).chain;
        let Some(service) = chain.last().copied() else { return };
        let cause = if chain.len() == 1 { Cause::Own } else { Cause::Dependency };
        self.mark_told(call, place, service);
        match self.services[service.index()].status {
            ServiceStatus::Stopped => return self.chain_goes_on(call, place, context),
            // Another chain asked it already.
            ServiceStatus::StopPending => return self.set_service_deadline(call, place, context),
            ServiceStatus::StartPending | ServiceStatus::Running => {}
        }
        self.set_service_deadline(call, place, context);
        if self.request_stop(service, cause, context).is_ok() {
            return;
        }
        context.apply(rule::CONTROL_NOT_ACCEPTED);
        if !self.is_forced(call) {
            return self.failed_service(call, place, context);
        }
        if self.profile.answer::<RefusingServiceKill>(context.choices) == RefusingServiceKill::AtOnce {
            self.service_time_is_up(call, place, context);
        }
    }

    fn set_service_deadline(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let old = self.target_mut(call, place).deadline.take();
        self.unset_timer(old, context);
        if !self.is_forced(call)
            && self.profile.answer::<ServiceWait>(context.choices) == ServiceWait::NoLimit
        {
            return;
        }
        if self.timing(Timing::ServiceStop) != std::time::Duration::from_secs(20) {
            context.apply(rule::SERVICE_TIMEOUT_CONFIGURABLE);
        }
        self.set_exit_deadline(call, place, Timing::ServiceStop, context);
    }

    /// Other targets that stop by what this one needs were stopped by the call as well.
    fn mark_told(&mut self, call: CallId, place: usize, service: ServiceId) {
        for (other, target) in self.operation_mut(call).targets.iter_mut().enumerate() {
            if other != place && target.service == Some(service) {
                target.was_told = true;
            }
        }
    }

    /// The service that a chain waited for has stopped.
    fn chain_goes_on(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let target = self.target_mut(call, place);
        let deadline = target.deadline.take();
        let Some(service) = target.chain.pop() else { return };
        let is_whole = target.chain.is_empty();
        self.unset_timer(deadline, context);
        if is_whole {
            context.apply(rule::STOPPED_SERVICE_FREES_FILES);
            return self.stopped(call, place, context);
        }
        self.note_dependent(call, place, service, context);
        // The service is told nothing any more that was to follow its dependents (CANCEL-07).
        if !self.is_about_to_notice_cancel(call, context) {
            self.stop_next_of_chain(call, place, context);
        }
    }

    /// A dependent was stopped: it comes back with its service, and is listed only for itself.
    fn note_dependent(
        &mut self,
        call: CallId,
        place: usize,
        dependent: ServiceId,
        context: &mut Context<'_>,
    ) {
        let operation = self.operation(call);
        let session = operation.session;
        let target = &operation.targets[place];
        let (subject, who, class) = (Subject::of(target.who, target.service), target.who, target.class);
        let is_target = operation.targets.iter().any(|target| target.service == Some(dependent));
        let history = &mut self.sessions.get_mut(session).history;
        let dependents = &mut history.fate_mut(subject, who).dependents;
        if !dependents.contains(&dependent) {
            dependents.push(dependent);
        }
        if is_target {
            return;
        }
        let host = self.incarnation_of(self.world.services[dependent.index()].process);
        self.note_stopped(session, (host, Some(dependent)), class, context);
        let history = &mut self.sessions.get_mut(session).history;
        history.fate_mut(Subject::Service(dependent), host).is_listed = false;
        if self.profile.answer::<DependentsCounted>(context.choices) == DependentsCounted::Yes {
            self.count(call, 1, context);
        }
    }

    /// A service took too long, or refuses: under force its host is killed (SVC-04, SHUT-18).
    pub(super) fn service_time_is_up(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let Some(service) = self.target(call, place).chain.last().copied() else {
            return self.failed_service(call, place, context);
        };
        // It waited to start, and what it needs does not run any more: nobody is in the way, least of all its host.
        if self.services[service.index()].status == ServiceStatus::Stopped {
            return self.chain_goes_on(call, place, context);
        }
        let host = self.world.services[service.index()].process;
        if !self.is_forced(call) {
            return self.failed_service(call, place, context);
        }
        if self.supports_critical(host, service, context) {
            context.apply(rule::HOST_OF_CRITICAL_SERVICE_KEPT);
            return self.failed_service(call, place, context);
        }
        context.apply_all(&[
            rule::SERVICE_TIMEOUT,
            rule::SILENT_SERVICE_KILLED,
            rule::FORCE_KILLS_AFTER_TIMEOUT,
        ]);
        self.kill_host(call, service, host, context);
    }

    /// Whether another service in the host is critical and runs.
    fn supports_critical(&mut self, host: ProcessId, but: ServiceId, context: &mut Context<'_>) -> bool {
        let world = Arc::clone(&self.world);
        world.processes[host.index()].services.iter().any(|service| {
            *service != but
                && self.services[service.index()].status != ServiceStatus::Stopped
                && self.is_critical_service(*service, context)
        })
    }

    /// Ends a host with everything in it (U-41).
    fn kill_host(&mut self, call: CallId, service: ServiceId, host: ProcessId, context: &mut Context<'_>) {
        let world = Arc::clone(&self.world);
        let session = self.operation(call).session;
        let who = self.incarnation_of(host);
        for other in &world.processes[host.index()].services {
            if self.services[other.index()].status == ServiceStatus::Stopped {
                continue;
            }
            let targets = &self.operation(call).targets;
            let is_target = targets.iter().any(|target| target.service == Some(service));
            let cause = match (*other == service, is_target) {
                (true, true) => Cause::Own,
                (true, false) => Cause::Dependency,
                (false, _) => Cause::Host,
            };
            let told = Told { process: host, service: Some(*other), what: Message::Kill, cause };
            context.emit(Output::Told(told));
            let targets = &mut self.operation_mut(call).targets;
            let own = targets.iter_mut().find(|target| target.service == Some(*other));
            if let Some(target) = own {
                target.was_told = true;
            } else if *other != service
                && self.profile.answer::<KilledHost>(context.choices) == KilledHost::AllServices
            {
                self.note_stopped(session, (who, Some(*other)), 2, context);
                let history = &mut self.sessions.get_mut(session).history;
                let fate = history.fate_mut(Subject::Service(*other), who);
                fate.is_listed = false;
                fate.falls_with_host = true;
            }
        }
        self.exit_process(host, context);
    }

    /// A service could not be stopped; dependents that were not tried count as dealt with, as it does.
    fn failed_service(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        // It may have fallen with its host while it waited for a dependent.
        let own = self.target(call, place).service;
        if own.is_some_and(|own| self.services[own.index()].status == ServiceStatus::Stopped) {
            return self.stopped(call, place, context);
        }
        let untried = self.target(call, place).chain.len().saturating_sub(1);
        let untried = u32::try_from(untried).expect("there are few services");
        if untried > 0 && self.profile.answer::<DependentsCounted>(context.choices) == DependentsCounted::Yes
        {
            self.operation_mut(call).counted += untried;
        }
        self.failed(call, place, context);
    }

    /// A service has stopped: whoever waits for it goes on.
    pub(crate) fn service_left(&mut self, service: ServiceId, context: &mut Context<'_>) {
        if self.calls.is_idle() {
            return;
        }
        let waits =
            |target: &Target| target.progress == Progress::Told && target.chain.last() == Some(&service);
        for call in self.calls.of_kind(|kind| matches!(kind, OperationKind::Shutdown { .. })) {
            for place in 0..self.operation(call).targets.len() {
                if waits(self.target(call, place)) {
                    self.chain_goes_on(call, place, context);
                }
            }
        }
    }
}
