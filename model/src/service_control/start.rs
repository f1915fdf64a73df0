//! Starting services: what a service needs comes first.

use std::sync::Arc;
use std::time::Duration;

use super::ServiceStatus;
use crate::call::Reply;
use crate::happening::{Cause, Message, Started, StartedBy};
use crate::machine::{Context, Machine};
use crate::observed::Output;
use crate::process::Launching;
use crate::rule;
use crate::world::{OnStart, ServiceId};

impl Machine {
    /// Asks a service to start, and first those that it needs; fails if it cannot be started.
    pub(crate) fn request_start(
        &mut self,
        service: ServiceId,
        cause: Cause,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        if self.is_shutting_down() {
            context.apply(rule::SERVICE_START_FAILURES);
            return Err(Reply::ShutdownInProgress);
        }
        let mut needs = self.by_depth(service, |service| &service.needs);
        needs.sort_by_key(|(depth, need)| (std::cmp::Reverse(*depth), *need));
        let mut needs: Vec<ServiceId> = needs.into_iter().map(|(_, need)| need).collect();
        needs.retain(|need| {
            matches!(self.services[need.index()].status, ServiceStatus::Stopped | ServiceStatus::StopPending)
        });
        let obstacle = self.start_obstacle(service).or_else(|| {
            let blocked = needs.iter().any(|need| self.start_obstacle(*need).is_some());
            blocked.then_some(Reply::ServiceDependencyFail)
        });
        if let Some(reply) = obstacle {
            context.apply(rule::SERVICE_START_FAILURES);
            return Err(reply);
        }
        for need in needs {
            context.apply(rule::DEPENDENCIES_HONOURED);
            self.start_or_wait(need, Cause::Dependency, context);
            let has_begun = self.services[need.index()].waits.is_none();
            if has_begun && self.world.services[need.index()].on_start == OnStart::Fails {
                context.apply(rule::SERVICE_START_FAILURES);
                return Err(Reply::ServiceDependencyFail);
            }
        }
        context.apply(rule::START_RETURNS_BEFORE_RUNNING);
        self.start_or_wait(service, cause, context);
        Ok(())
    }

    /// Why the manager refuses to start a service, whatever it needs (SVC-22).
    fn start_obstacle(&self, service: ServiceId) -> Option<Reply> {
        let state = &self.services[service.index()];
        if state.status != ServiceStatus::Stopped {
            return Some(Reply::ServiceAlreadyRunning);
        }
        if !state.is_enabled {
            return Some(Reply::ServiceDisabled);
        }
        let host = self.world.services[service.index()].process;
        let is_lost = !self.processes[host.index()].is_running
            && self.is_missing(self.world.processes[host.index()].image_path);
        is_lost.then_some(Reply::PathNotFound)
    }

    /// Starts a service, or has it wait until what it needs runs.
    fn start_or_wait(&mut self, service: ServiceId, cause: Cause, context: &mut Context<'_>) {
        if self.has_what_it_needs(service) {
            self.begin_start(service, cause, context);
        } else {
            let state = &mut self.services[service.index()];
            state.status = ServiceStatus::StartPending;
            state.waits = Some(cause);
        }
    }

    fn has_what_it_needs(&self, service: ServiceId) -> bool {
        let needs = &self.world.services[service.index()].needs;
        needs.iter().all(|need| self.services[need.index()].status == ServiceStatus::Running)
    }

    fn begin_start(&mut self, service: ServiceId, cause: Cause, context: &mut Context<'_>) {
        let facts = &self.world.services[service.index()];
        let (host, on_start) = (facts.process, facts.on_start);
        if !self.processes[host.index()].is_running {
            let launching = Launching {
                by: StartedBy::ServiceControlManager,
                is_elevated: self.world.processes[host.index()].elevated,
                arguments: None,
                has_new_console: false,
            };
            self.bring_up(host, launching, context);
        }
        self.tell_service(service, Message::Start, cause, context);
        let state = &mut self.services[service.index()];
        state.status = ServiceStatus::StartPending;
        state.waits = None;
        match on_start {
            OnStart::Runs(after) => self.set_service_timer(service, after, context),
            OnStart::Fails => self.set_service_timer(service, Duration::ZERO, context),
            OnStart::Hangs => {}
        }
    }

    /// A service runs from now on; those that waited for it start.
    pub(super) fn run_service(&mut self, service: ServiceId, context: &mut Context<'_>) {
        let world = Arc::clone(&self.world);
        let facts = &world.services[service.index()];
        self.services[service.index()].status = ServiceStatus::Running;
        let by = StartedBy::ServiceControlManager;
        context.emit(Output::Started(Started { process: facts.process, service: Some(service), by }));
        for dependent in &facts.dependents {
            let state = self.services[dependent.index()];
            if let Some(cause) = state.waits
                && self.has_what_it_needs(*dependent)
            {
                self.begin_start(*dependent, cause, context);
            }
        }
        self.service_runs(service, context);
    }
}
