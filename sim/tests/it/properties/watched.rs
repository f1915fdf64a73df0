//! A simulated machine with a monitor beside it.

use rstmgr_model::{Broken, Input, Machine, Monitor, Output, Profile, TimerChange, TimerId, World};
use rstmgr_sim::Simulator;

/// A step of a run.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) input: Input,
    pub(crate) outputs: Vec<Output>,
    pub(crate) profile: Profile,
}

pub(crate) struct Watched {
    pub(crate) simulator: Simulator,
    pub(crate) monitor: Monitor,
    pub(crate) steps: Vec<Step>,
    pub(crate) broken: Vec<Broken>,
    /// Some timer that was set: a monitor does not ask which is due.
    timer: Option<TimerId>,
}

impl Watched {
    pub(crate) fn new(machine: Machine, seed: u64) -> Watched {
        let monitor = Monitor::new(machine.world(), machine.profile());
        let simulator = Simulator::new(machine, seed);
        let mut watched = Watched { simulator, monitor, steps: Vec::new(), broken: Vec::new(), timer: None };
        watched.note_timer();
        watched
    }

    pub(crate) fn perform(&mut self, input: Input) -> &[Output] {
        self.simulator.perform(&input);
        self.watch(input)
    }

    /// Lets the next thing happen that is due; whether there was one.
    pub(crate) fn proceed(&mut self) -> bool {
        let Some(timer) = self.timer else { return false };
        if self.simulator.proceed(None).is_none() {
            return false;
        }
        self.watch(Input::Due(timer));
        true
    }

    fn watch(&mut self, input: Input) -> &[Output] {
        self.note_timer();
        let machine = self.simulator.machine();
        let outputs = self.simulator.observed().outputs.clone();
        let profile = *machine.profile();
        self.broken.extend(self.monitor.watch(machine.world(), &profile, &input, &outputs));
        self.steps.push(Step { input, outputs, profile });
        &self.steps[self.steps.len() - 1].outputs
    }

    fn note_timer(&mut self) {
        for change in &self.simulator.observed().timers {
            if let TimerChange::Set(timer, _) = change {
                self.timer = Some(*timer);
            }
        }
    }

    pub(crate) fn world(&self) -> &World {
        self.simulator.machine().world()
    }

    /// The bytes of its monitor.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.monitor.encode(&mut bytes);
        bytes
    }
}
