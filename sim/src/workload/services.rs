//! Random services: in hosts of their own or shared, depending on each other, critical ones among them.

use std::time::Duration;

use rstmgr_model::{OnStart, OnStop, Service, ServiceId, World};

use super::{Draft, Feature, own_user};

/// The user whose hosts are, where the installer may stop them.
const SYSTEM: u32 = 9;
/// How long a service takes to stop or to start, in ms; at most one of them is too long.
const WAITS: [u64; 7] = [0, 0, 31, 2_011, 9_013, 17_007, 23_017];

impl Draft {
    pub(super) fn add_services(&mut self, hosts: usize) {
        for number in 0..hosts {
            self.add_host(number);
        }
        let services = self.machine.services.clone();
        if self.has(Feature::Dependents) {
            // The dependent has the higher number: nobody depends on itself.
            for place in 1..services.len() {
                if self.chance(40) {
                    let needed = services[self.random.below(place)];
                    self.machine.world.add_dependent(needed, services[place]);
                }
            }
        }
    }

    fn add_host(&mut self, number: usize) {
        let image = format!(r"C:\App\host{number}.exe");
        let user = if self.is_elevated { World::user(SYSTEM) } else { own_user() };
        let mut host = self.machine.world.process(&image, user);
        host.terminal_session = 0;
        host.integrity = if self.is_elevated { 3 } else { 1 };
        host.service_tags = self.chance(80);
        host.running = self.chance(90);
        let is_critical = self.has(Feature::Strangers) && self.chance(10);
        if !is_critical || self.has(Feature::RebootReasons) {
            self.use_files(&mut host);
        }
        if self.has(Feature::ComingBack) && self.chance(5) {
            host.behavior.comes_back_after = Some(self.wait());
        }
        let process = self.machine.world.add_process(host);
        self.machine.processes.push(process);
        let count = if self.has(Feature::SharedHosts) { 1 + self.random.below(4) } else { 1 };
        for place in 0..count {
            let name = format!("Service{number}-{place}");
            let mut service =
                self.machine.world.service(process, &name, &format!("Service {number}.{place}"));
            service.critical = is_critical && place == 0;
            let is_unlisted = service.critical;
            self.behave_as_service(&mut service);
            self.add_service(service, &name);
            if !is_unlisted && self.chance(10) {
                let name = *self.machine.service_names.last().expect("it was added just now");
                self.machine.registered_services.push(name);
            }
        }
    }

    fn add_service(&mut self, service: Service, name: &str) -> ServiceId {
        let id = self.machine.world.add_service(service);
        self.machine.services.push(id);
        let name = self.machine.world.service_name(name);
        self.machine.service_names.push(name);
        id
    }

    fn behave_as_service(&mut self, service: &mut Service) {
        let after = Duration::from_millis(self.pick(&WAITS[..6]));
        service.on_stop = OnStop::Stops(after);
        if self.has(Feature::StubbornServices) && self.chance(15) {
            service.on_stop = match self.random.below(5) {
                0 => OnStop::Refuses,
                1 => OnStop::Fails,
                2 => OnStop::Hangs,
                3 => OnStop::Busy,
                _ => OnStop::Stops(Duration::from_millis(WAITS[6])),
            };
        }
        service.on_start = OnStart::Runs(Duration::from_millis(self.pick(&WAITS)));
        if self.has(Feature::FailingStarts) && self.chance(15) {
            match self.random.below(3) {
                0 => service.on_start = OnStart::Fails,
                1 => service.on_start = OnStart::Hangs,
                _ => service.is_disabled = true,
            }
        }
    }
}
