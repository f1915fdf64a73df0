//! Restarting services, and the dependents that were stopped with them.

use std::collections::BTreeSet;

use crate::call::{CallId, Reply};
use crate::happening::{Cause, StartedBy};
use crate::history::Subject;
use crate::machine::{Context, Machine, flawed};
use crate::operation::{OperationKind, Outcome, Progress, Target};
use crate::profile::{DependentsRestarted, DisabledService, ServiceStarted, Timing};
use crate::rule;
use crate::timer::TargetTimer;
use crate::world::ServiceId;

impl Machine {
    /// Starts a service, and then the dependents that were stopped with it.
    pub(super) fn restart_service(
        &mut self,
        call: CallId,
        place: usize,
        service: ServiceId,
        context: &mut Context<'_>,
    ) {
        let who = self.target(call, place).who;
        let session = self.operation(call).session;
        if self.mask(session, who, Some(service), context).is_some() && !flawed!(self, NoRestartIgnored) {
            context.apply(rule::FILTER_KEEPS_FROM_RESTART);
            self.note_skipped(session, Subject::Service(service), context);
            return self.deal_with(call, place, Outcome::PassedOver, context);
        }
        if self.came_back(service) {
            self.note_skipped(session, Subject::Service(service), context);
            return self.deal_with(call, place, Outcome::PassedOver, context);
        }
        let all = self.profile.answer::<DependentsRestarted>(context.choices) == DependentsRestarted::All;
        let mut chain = if all {
            self.all_dependents(service)
        } else {
            let fate = self.sessions.get(session).history.fate(Subject::Service(service));
            fate.map(|fate| fate.dependents.clone()).unwrap_or_default()
        };
        if !chain.is_empty() {
            context.apply_all(&[rule::DEPENDENCIES_HONOURED, rule::DEPENDENTS_STOP_AND_RETURN]);
        }
        chain.retain(|dependent| {
            let fate = self.sessions.get(session).history.fate(Subject::Service(*dependent));
            let who = fate.map_or(who, |fate| fate.who);
            self.mask(session, who, Some(*dependent), context).is_none()
        });
        chain.push(service);
        let state = self.target_mut(call, place);
        state.chain = chain;
        state.progress = Progress::Told;
        self.operation_mut(call).waiting += 1;
        context.apply_all(&[rule::RESTART_STARTS_WHAT_WAS_STOPPED, rule::START_RETURNS_BEFORE_RUNNING]);
        self.start_next_of_chain(call, place, context);
    }

    fn start_next_of_chain(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let Some(next) = self.target(call, place).chain.last().copied() else { return };
        let cause =
            if self.target(call, place).service == Some(next) { Cause::Own } else { Cause::Dependency };
        let waits = self.profile.answer::<ServiceStarted>(context.choices) == ServiceStarted::Running;
        if waits {
            let after = self.timing(Timing::ServiceStart);
            self.set_target_timer(call, place, TargetTimer::Deadline, after, context);
        }
        match self.request_start(next, cause, context) {
            Ok(()) if waits => {}
            // Something else asked for it already: it is waited for all the same.
            Err(Reply::ServiceAlreadyRunning) if waits && !self.is_service_running(next) => {}
            Ok(()) | Err(Reply::ServiceAlreadyRunning) => self.start_goes_on(call, place, context),
            Err(reply) => self.start_failed(call, place, reply, context),
        }
    }

    /// The service that a chain waited for runs.
    fn start_goes_on(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let target = self.target_mut(call, place);
        let deadline = target.deadline.take();
        let (service, started) = (target.service, target.chain.pop());
        let is_whole = target.chain.is_empty();
        let who = target.who;
        self.unset_timer(deadline, context);
        let session = self.operation(call).session;
        if let Some(started) = started.filter(|started| !self.came_back(*started)) {
            self.note_restarted(session, Subject::Service(started), context);
            if service == Some(started) {
                self.log_restarted(session, who, service, context);
            }
        }
        if is_whole {
            return self.deal_with(call, place, Outcome::Done, context);
        }
        self.start_next_of_chain(call, place, context);
    }

    /// Whether a service runs because something started its host again that the session had stopped.
    fn came_back(&self, service: ServiceId) -> bool {
        let host = self.world.services[service.index()].process;
        self.is_service_running(service) && self.processes[host.index()].started_by == StartedBy::Itself
    }

    /// A service could not be started; for a dependent the rest of the chain is tried all the same.
    fn start_failed(&mut self, call: CallId, place: usize, reply: Reply, context: &mut Context<'_>) {
        context.apply(rule::SERVICE_START_FAILURES);
        let target = self.target_mut(call, place);
        let deadline = target.deadline.take();
        let own = target.service;
        let failed = target.chain.pop();
        self.unset_timer(deadline, context);
        if failed == own {
            let is_skipped = reply == Reply::ServiceDisabled
                && self.profile.answer::<DisabledService>(context.choices) == DisabledService::Skipped;
            if is_skipped {
                return self.deal_with(call, place, Outcome::PassedOver, context);
            }
            return self.not_restarted(call, place, context);
        }
        self.operation_mut(call).has_failed = true;
        if self.target(call, place).chain.is_empty() {
            return self.deal_with(call, place, Outcome::Done, context);
        }
        self.start_next_of_chain(call, place, context);
    }

    pub(crate) fn start_timed_out(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        self.start_failed(call, place, Reply::ServiceRequestTimeout, context);
    }

    /// A service runs: whoever waits for it goes on.
    pub(crate) fn service_runs(&mut self, service: ServiceId, context: &mut Context<'_>) {
        for (call, place) in self.starting(service) {
            self.start_goes_on(call, place, context);
        }
    }

    /// A service that was accepted to start did not come up.
    pub(crate) fn service_did_not_start(&mut self, service: ServiceId, context: &mut Context<'_>) {
        for (call, place) in self.starting(service) {
            self.start_failed(call, place, Reply::ServiceRequestTimeout, context);
        }
    }

    /// The targets that wait for a service to run.
    fn starting(&self, service: ServiceId) -> Vec<(CallId, usize)> {
        let mut waiting = Vec::new();
        for (call, operation) in self.calls.operations() {
            if let OperationKind::Restart { .. } = operation.kind {
                let waits = |target: &&Target| {
                    target.progress == Progress::Told && target.chain.last() == Some(&service)
                };
                let places = (0..).zip(&operation.targets).filter(|(_, target)| waits(target));
                waiting.extend(places.map(|(place, _)| (call, place)));
            }
        }
        waiting
    }

    /// All services that depend on one, directly or not, in the order in which they would be stopped.
    fn all_dependents(&self, service: ServiceId) -> Vec<ServiceId> {
        let mut seen = BTreeSet::from([service]);
        let mut order = vec![service];
        let mut next = 0;
        while let Some(service) = order.get(next).copied() {
            next += 1;
            let dependents = &self.world.services[service.index()].dependents;
            order.extend(dependents.iter().copied().filter(|dependent| seen.insert(*dependent)));
        }
        order.remove(0);
        order.reverse();
        order
    }
}
