//! The service control manager: the states of services, and the requests to stop and to start them.

mod start;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::call::Reply;
use crate::encoding::Encoder;
use crate::happening::{Cause, Left, Message, Told};
use crate::machine::{Context, Machine};
use crate::observed::{Output, TimerId};
use crate::rule;
use crate::timer::Timer;
use crate::world::{OnStart, OnStop, Service, ServiceId};

/// The state of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ServiceStatus {
    Stopped,
    StartPending,
    Running,
    StopPending,
}

/// What changes about a service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServiceState {
    pub(crate) status: ServiceStatus,
    /// Whether it can be started.
    pub(crate) is_enabled: bool,
    /// When it goes from one state to the next.
    pub(crate) timer: Option<TimerId>,
    /// Why it is to start, while its start is pending because a service that it needs does not run yet.
    pub(crate) waits: Option<Cause>,
}

impl ServiceState {
    pub(crate) fn encode(&self, encoder: &mut Encoder<'_>) {
        let ServiceState { status, is_enabled, timer, waits } = self;
        encoder.value(&(status, is_enabled, waits));
        encoder.timer(*timer);
    }

    pub(crate) fn first(service: &Service, host_runs: bool) -> ServiceState {
        ServiceState {
            status: if host_runs { ServiceStatus::Running } else { ServiceStatus::Stopped },
            is_enabled: !service.is_disabled,
            timer: None,
            waits: None,
        }
    }
}

impl Machine {
    /// Asks a service to stop; fails if it does not accept that. Its dependents are the caller's matter.
    ///
    /// A service whose handler is busy has not been told when this returns, and goes on running (SVC-16).
    pub(crate) fn request_stop(
        &mut self,
        service: ServiceId,
        cause: Cause,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        if self.is_shutting_down() {
            context.apply(rule::CONTROL_DURING_SYSTEM_SHUTDOWN);
            return Err(Reply::ShutdownInProgress);
        }
        match self.services[service.index()].status {
            ServiceStatus::Running => {}
            ServiceStatus::Stopped => {
                context.apply(rule::CONTROL_OF_STOPPED_SERVICE);
                return Err(Reply::ServiceNotActive);
            }
            ServiceStatus::StartPending => {
                context.apply(rule::CONTROL_WHILE_PENDING);
                return Err(Reply::ServiceCannotAcceptControl);
            }
            ServiceStatus::StopPending => {
                context.apply_all(&[rule::CONTROL_WHILE_PENDING, rule::STOP_PENDING_THEN_STOPPED]);
                return Err(Reply::ServiceCannotAcceptControl);
            }
        }
        let on_stop = self.world.services[service.index()].on_stop;
        match on_stop {
            OnStop::Refuses => {
                context.apply(rule::CONTROL_NOT_ACCEPTED);
                return Err(Reply::InvalidServiceControl);
            }
            OnStop::Busy => {
                context.apply(rule::CONTROL_HANDLER_BUSY);
                return Ok(());
            }
            OnStop::Stops(_) | OnStop::Fails | OnStop::Hangs => {}
        }
        self.tell_service(service, Message::Stop, cause, context);
        if on_stop == OnStop::Fails {
            // No page gives the code; to its caller a control that the handler rejects is one not accepted.
            context.apply(rule::CONTROL_NOT_ACCEPTED);
            return Err(Reply::InvalidServiceControl);
        }
        context.apply(rule::STOP_PENDING_THEN_STOPPED);
        self.services[service.index()].status = ServiceStatus::StopPending;
        if let OnStop::Stops(after) = on_stop {
            self.set_service_timer(service, after, context);
        }
        Ok(())
    }

    fn set_service_timer(&mut self, service: ServiceId, after: Duration, context: &mut Context<'_>) {
        let timer = self.set_timer(Timer::Service(service), after, context);
        let before = self.services[service.index()].timer.replace(timer);
        assert!(before.is_none(), "a service goes from state to state one at a time");
    }

    fn tell_service(&self, service: ServiceId, what: Message, cause: Cause, context: &mut Context<'_>) {
        let process = self.world.services[service.index()].process;
        context.emit(Output::Told(Told { process, service: Some(service), what, cause }));
    }

    /// A service goes from a pending state to the next.
    pub(crate) fn service_due(&mut self, service: ServiceId, context: &mut Context<'_>) {
        self.services[service.index()].timer = None;
        match self.services[service.index()].status {
            ServiceStatus::StopPending => {
                let process = self.world.services[service.index()].process;
                context.apply(rule::STOP_PENDING_THEN_STOPPED);
                self.set_service_stopped(service, context);
                context.emit(Output::Left(Left { process, service: Some(service) }));
                self.end_idle_host(service, context);
                self.service_left(service, context);
            }
            ServiceStatus::StartPending => {
                if self.world.services[service.index()].on_start == OnStart::Fails {
                    context.apply(rule::SERVICE_START_FAILURES);
                    self.set_service_stopped(service, context);
                    self.end_idle_host(service, context);
                } else {
                    self.run_service(service, context);
                }
            }
            ServiceStatus::Stopped | ServiceStatus::Running => {}
        }
    }

    /// A service has stopped, or did not come to run; its host may still run.
    ///
    /// Services that waited for it to start cannot start then.
    pub(crate) fn set_service_stopped(&mut self, service: ServiceId, context: &mut Context<'_>) {
        let world = Arc::clone(&self.world);
        let mut stopped = vec![service];
        while let Some(service) = stopped.pop() {
            let state = &mut self.services[service.index()];
            let was_starting = state.status == ServiceStatus::StartPending;
            state.status = ServiceStatus::Stopped;
            state.waits = None;
            let timer = state.timer.take();
            self.unset_timer(timer, context);
            if was_starting {
                self.service_did_not_start(service, context);
            }
            let dependents = world.services[service.index()].dependents.iter();
            stopped.extend(dependents.filter(|each| self.services[each.index()].waits.is_some()));
        }
    }

    /// Ends the host of a service if no service in it is left.
    fn end_idle_host(&mut self, service: ServiceId, context: &mut Context<'_>) {
        let host = self.world.services[service.index()].process;
        let services = &self.world.processes[host.index()].services;
        if services.iter().all(|each| self.services[each.index()].status == ServiceStatus::Stopped) {
            self.exit_process(host, context);
        }
    }

    /// The services that depend on a service, directly or not, and have not stopped, in the order in which they
    /// must stop: the reverse of that in which they start (ORDER-07, SVC-19).
    pub(crate) fn running_dependents(&self, service: ServiceId, context: &mut Context<'_>) -> Vec<ServiceId> {
        let mut dependents = self.by_depth(service, |service| &service.dependents);
        dependents.retain(|(_, each)| self.services[each.index()].status != ServiceStatus::Stopped);
        dependents.sort_by(|one, other| other.cmp(one));
        if !dependents.is_empty() {
            context.apply_all(&[rule::DEPENDENTS_DOWN_FIRST, rule::DEPENDENTS_IN_STOP_ORDER]);
        }
        dependents.into_iter().map(|(_, each)| each).collect()
    }

    /// All services that are reached from one by `next`, each with the length of the longest way to it; ends also
    /// where services need each other in a circle.
    fn by_depth(&self, from: ServiceId, next: fn(&Service) -> &[ServiceId]) -> Vec<(usize, ServiceId)> {
        let services = &self.world.services;
        let mut depths = BTreeMap::new();
        let mut level = vec![from];
        for depth in 1..=services.len() {
            let further = level.iter().flat_map(|service| next(&services[service.index()]));
            let mut further: Vec<ServiceId> = further.copied().filter(|service| *service != from).collect();
            further.sort_unstable();
            further.dedup();
            if further.is_empty() {
                break;
            }
            depths.extend(further.iter().map(|service| (*service, depth)));
            level = further;
        }
        depths.into_iter().map(|(service, depth)| (depth, service)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Input;
    use crate::observed::TimerChange;
    use crate::profile::Profile;
    use crate::{FirstOption, Observed, World};

    /// A machine with services 0, 1, .. in hosts of their own, of which each depends on those before it in `needs`.
    fn machine(needs: &[&[usize]], running: bool, change: impl Fn(usize, &mut Service)) -> Machine {
        let mut world = World::new();
        let mut ids = Vec::new();
        for (number, needed) in needs.iter().enumerate() {
            let mut host = world.process(r"C:\App\host.exe", World::user(0));
            host.running = running;
            let host = world.add_process(host);
            let mut service = world.service(host, &format!("S{number}"), "a service");
            change(number, &mut service);
            ids.push(world.add_service(service));
            for need in *needed {
                world.add_dependent(ids[*need], ids[number]);
            }
        }
        Machine::new(world, Profile::windows_11())
    }

    /// Calls `act`, and lets everything happen that is due at some time, one after another.
    fn settle(
        machine: &mut Machine,
        act: impl FnOnce(&mut Machine, &mut Context<'_>) -> Result<(), Reply>,
    ) -> (Result<(), Reply>, Vec<Output>) {
        let mut observed = Observed::default();
        let result = act(machine, &mut Context::new(&mut FirstOption, &mut observed));
        let mut place = 0;
        while let Some(change) = observed.timers.get(place).copied() {
            place += 1;
            if let TimerChange::Set(timer, _) = change {
                machine.step(&Input::Due(timer), &mut FirstOption, &mut observed);
            }
        }
        (result, observed.outputs)
    }

    fn started(outputs: &[Output]) -> Vec<u32> {
        let services = outputs.iter().filter_map(|output| {
            let Output::Started(started) = output else { return None };
            started.service
        });
        services.map(|service| service.0).collect()
    }

    #[test]
    fn what_a_service_needs_starts_first() {
        let mut machine = machine(&[&[], &[0], &[0, 1]], false, |_, _| {});
        let (result, outputs) =
            settle(&mut machine, |machine, context| machine.request_start(ServiceId(2), Cause::Own, context));
        assert_eq!(result, Ok(()));
        assert_eq!(started(&outputs), [0, 1, 2]);
        let again =
            settle(&mut machine, |machine, context| machine.request_start(ServiceId(2), Cause::Own, context));
        assert_eq!(again.0, Err(Reply::ServiceAlreadyRunning));
    }

    #[test]
    fn a_need_that_cannot_start_is_known_at_once_or_found_out() {
        let start = |machine: &mut Machine, context: &mut Context<'_>| {
            machine.request_start(ServiceId(2), Cause::Own, context)
        };
        let mut disabled =
            machine(&[&[], &[0], &[1]], false, |number, service| service.is_disabled = number == 1);
        assert_eq!(settle(&mut disabled, start), (Err(Reply::ServiceDependencyFail), vec![]));
        let mut failing = machine(&[&[], &[0], &[1]], false, |number, service| {
            if number == 1 {
                service.on_start = OnStart::Fails;
            }
        });
        let (result, outputs) = settle(&mut failing, start);
        assert_eq!((result, started(&outputs)), (Ok(()), vec![0]));
        assert!((1..3).all(|number| !failing.is_service_running(ServiceId(number))));
        assert!(!failing.is_process_running(failing.world.services[1].process));
    }

    #[test]
    fn dependents_stop_from_the_deepest_on() {
        let machine = machine(&[&[], &[0], &[0], &[1], &[0, 3]], true, |_, _| {});
        let mut observed = Observed::default();
        let mut choices = FirstOption;
        let context = &mut Context::new(&mut choices, &mut observed);
        let order = machine.running_dependents(ServiceId(0), context);
        assert_eq!(order, [4, 3, 2, 1].map(ServiceId));
    }

    #[test]
    fn services_that_need_each_other_end_no_search() {
        let mut machine = machine(&[&[], &[0]], false, |_, _| {});
        machine.world_mut().add_dependent(ServiceId(1), ServiceId(0));
        let start = |machine: &mut Machine, context: &mut Context<'_>| {
            machine.request_start(ServiceId(0), Cause::Own, context)
        };
        assert_eq!(settle(&mut machine, start), (Ok(()), vec![]));
    }

    #[test]
    fn a_service_stops_once_and_its_host_with_it() {
        let mut machine = machine(&[&[]], true, |_, _| {});
        let mut observed = Observed::default();
        let mut choices = FirstOption;
        let context = &mut Context::new(&mut choices, &mut observed);
        assert_eq!(machine.request_stop(ServiceId(0), Cause::Own, context), Ok(()));
        let again = machine.request_stop(ServiceId(0), Cause::Own, context);
        assert_eq!(again, Err(Reply::ServiceCannotAcceptControl));
        let [TimerChange::Set(timer, _)] = observed.timers[..] else { panic!("{observed:?}") };
        machine.step(&Input::Due(timer), &mut FirstOption, &mut observed);
        assert!(!machine.is_process_running(machine.world.services[0].process));
        let stop =
            settle(&mut machine, |machine, context| machine.request_stop(ServiceId(0), Cause::Own, context));
        assert_eq!(stop, (Err(Reply::ServiceNotActive), vec![]));
    }
}
