//! What an installer does beside the Restart Manager's functions: all but one act are answered at once.

use crate::act::Act;
use crate::call::{CallId, Reply};
use crate::happening::Cause;
use crate::machine::{Context, Machine};
use crate::observed::Output;
use crate::operation::Underway;
use crate::profile::Timing;
use crate::rule;
use crate::service_control::ServiceStatus;
use crate::timer::Timer;
use crate::world::{InstallerId, OnStop, ServiceId};

impl Machine {
    /// Does what an installer does, and answers it.
    pub(crate) fn act(&mut self, by: InstallerId, act: Act, context: &mut Context<'_>) {
        let done = match act {
            Act::ReplaceFile(path) => self.replace_file(by, path, context),
            Act::RemoveFile(path) => self.remove_file(by, path, context),
            Act::ScheduleReplacement(path) => {
                self.schedule_replacement(by, path, context);
                Ok(())
            }
            Act::RestoreFile(path) => {
                self.restore_file(by, path, context);
                Ok(())
            }
            Act::StartService(service) => self.act_start_service(by, service, context),
            Act::StopService(service) => {
                let done = self.act_stop_service(by, service, context);
                let is_busy = self.world.services[service.index()].on_stop == OnStop::Busy;
                if done.is_ok() && is_busy {
                    return self.wait_for_service_manager(by, context);
                }
                done
            }
            Act::SwitchService { service, enabled } => {
                self.services[service.index()].is_enabled = enabled;
                Ok(())
            }
            Act::InitiateShutdown { flags, grace } => self.initiate_shutdown(by, flags, grace, context),
            Act::ExitWindows { flags } => self.exit_windows(by, flags, context),
            Act::AbortShutdown => self.abort_shutdown(context),
            Act::LogOn => {
                self.log_on(self.user_of(self.process_of(by)), context);
                Ok(())
            }
        };
        context.reply(done.err().unwrap_or(Reply::Success));
    }

    /// An installer starts a service through the service control manager (SVC-21).
    fn act_start_service(
        &mut self,
        by: InstallerId,
        service: ServiceId,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        self.check_service_access(by, context)?;
        self.request_start(service, Cause::Own, context)
    }

    /// An installer stops a service through the service control manager, which leaves its dependents to the caller.
    fn act_stop_service(
        &mut self,
        by: InstallerId,
        service: ServiceId,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        self.check_service_access(by, context)?;
        let is_running = self.services[service.index()].status == ServiceStatus::Running;
        if is_running && !self.is_shutting_down() && !self.running_dependents(service, context).is_empty() {
            context.apply(rule::STOP_WITH_RUNNING_DEPENDENTS);
            return Err(Reply::DependentServicesRunning);
        }
        self.request_stop(service, Cause::Own, context)
    }

    /// A busy handler blocks the manager for a while (SVC-16).
    fn wait_for_service_manager(&mut self, by: InstallerId, context: &mut Context<'_>) {
        let call = self.calls.add(Underway::ServiceManager(by));
        context.emit(Output::Pending(call));
        let patience = self.timing(Timing::ScmBusy);
        self.set_timer(Timer::ServiceManager(call), patience, context);
    }

    /// The manager gives up on a busy handler (SVC-16).
    pub(crate) fn service_manager_gave_up(&mut self, call: CallId, context: &mut Context<'_>) {
        if self.calls.take(call).is_some() {
            context.emit(Output::Returned(call, Reply::ServiceRequestTimeout));
        }
    }

    /// Only administrators and the system itself may start and stop services (SVC-20).
    fn check_service_access(&self, by: InstallerId, context: &mut Context<'_>) -> Result<(), Reply> {
        context.apply(rule::WHO_CONTROLS_SERVICES);
        let is_elevated = self.processes[self.process_of(by).index()].is_elevated;
        if is_elevated || self.world.installers[by.index()].as_service {
            return Ok(());
        }
        Err(Reply::AccessDenied)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;
    use crate::{FirstOption, Installer, Observed, World};

    /// Two services of which the second depends on the first, and an installer.
    fn scene(is_elevated: bool, on_stop: OnStop) -> Machine {
        let mut world = World::new();
        let services = [0, 1].map(|number| {
            let host = world.process(r"C:\App\host.exe", World::user(0));
            let host = world.add_process(host);
            let mut service = world.service(host, &format!("S{number}"), "a service");
            service.on_stop = on_stop;
            world.add_service(service)
        });
        world.add_dependent(services[0], services[1]);
        let mut setup = world.process(r"C:\Setup\setup.exe", World::user(1));
        setup.elevated = is_elevated;
        let process = world.add_process(setup);
        let current_directory = String::from(r"C:\Setup");
        let installer = Installer { process, as_service: false, current_directory, shutdown_privilege: true };
        world.add_installer(installer);
        Machine::new(world, Profile::windows_11())
    }

    fn reply(machine: &mut Machine, act: Act) -> Reply {
        let mut observed = Observed::default();
        machine.act(InstallerId(0), act, &mut Context::new(&mut FirstOption, &mut observed));
        observed.reply().unwrap()
    }

    #[test]
    fn the_manager_has_a_code_for_each_refusal() {
        let stops = OnStop::default();
        for (is_elevated, on_stop, service, expected) in [
            (false, stops, 1, Reply::AccessDenied),
            (true, stops, 0, Reply::DependentServicesRunning),
            (true, stops, 1, Reply::Success),
            (true, OnStop::Refuses, 1, Reply::InvalidServiceControl),
        ] {
            let mut machine = scene(is_elevated, on_stop);
            assert_eq!(reply(&mut machine, Act::StopService(ServiceId(service))), expected);
        }
        let mut machine = scene(true, stops);
        let start = Act::StartService(ServiceId(1));
        assert_eq!(reply(&mut machine, start), Reply::ServiceAlreadyRunning);
        let mut observed = Observed::default();
        let mut choices = FirstOption;
        let context = &mut Context::new(&mut choices, &mut observed);
        machine.end_process(machine.world.services[1].process, context);
        assert_eq!(
            reply(&mut machine, Act::SwitchService { service: ServiceId(1), enabled: false }),
            Reply::Success
        );
        assert_eq!(reply(&mut machine, start), Reply::ServiceDisabled);
    }
}
