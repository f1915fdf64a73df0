//! The simulator taken apart, for whoever follows every way in which a request can go.
//!
//! A request [comes down](SimulatedBackend::begin) to steps of the machine. They are made elsewhere, with clones of the
//! machine, and each way that one can go is [taken over](SimulatedBackend::adopt) by a clone of the backend.

use std::fmt::Write as _;
use std::time::Duration;

use rstmgr_model::{Input, Machine, Observed, Profile, RuleSet};
use rstmgr_sim::Simulator;

use super::input::Buffers;
use super::{SimulatedBackend, build};
use crate::request::{Ending, Observation, Request};
use crate::scenario::Scenario;

/// What a request comes down to.
#[derive(Debug)]
pub(crate) enum Begun {
    /// Nothing that could go either way: this is what is observed.
    Observed(Observation),
    /// A step of the machine.
    Step(Step),
}

/// A step of the machine that is to be made.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) input: Input,
    buffers: Buffers,
    /// Whether it was recorded to be next, so that it counts even if nothing can be observed of it.
    is_recorded: bool,
}

impl SimulatedBackend {
    /// The world of a scenario under `profile`, before the machine has begun; `upper_case_keys`: whether the letters
    /// of session keys are upper-case.
    pub(crate) fn before(scenario: &Scenario, profile: Profile, upper_case_keys: bool) -> SimulatedBackend {
        let (built, numbers) = build::build(&scenario.world);
        let simulator = Simulator::before(Machine::new(built, profile), 0);
        SimulatedBackend::around(simulator, numbers, upper_case_keys).with_due(scenario)
    }

    /// The machine as it is now.
    pub(crate) fn machine(&self) -> &Machine {
        self.simulator.machine()
    }

    /// What `request` comes down to; time moves on to the next thing that is due.
    pub(crate) fn begin(&mut self, request: &Request) -> Begun {
        match request {
            Request::Proceed { until } => match self.take_due(until.map(Duration::from_millis)) {
                Some((input, is_recorded)) => {
                    Begun::Step(Step { input, buffers: Buffers::default(), is_recorded })
                }
                None => {
                    let now = self.now();
                    Begun::Observed(Observation { idle: true, now, ..Observation::default() })
                }
            },
            Request::World { files } => Begun::Observed(self.look(files)),
            Request::Call { .. }
            | Request::Act { .. }
            | Request::Registration(_)
            | Request::Event(_)
            | Request::Database { .. } => match self.input(request) {
                Some((input, buffers)) => Begun::Step(Step { input, buffers, is_recorded: false }),
                None => {
                    let (ending, now) = (Some(Ending::Crashed), self.now());
                    Begun::Observed(Observation { ending, now, ..Observation::default() })
                }
            },
        }
    }

    /// What is due next, and whether that was recorded.
    fn take_due(&mut self, limit: Option<Duration>) -> Option<(Input, bool)> {
        match self.due.pop_front() {
            Some(place) => Some((self.simulator.take_at(place)?, true)),
            None => Some((self.simulator.take_due(limit)?, false)),
        }
    }

    /// Takes over a way that `step` went, which was made for `request`; `None` if time passes and nothing of it can be
    /// observed, so that the request is to be begun again.
    pub(crate) fn adopt(
        &mut self,
        request: &Request,
        step: &Step,
        machine: &Machine,
        observed: &Observed,
    ) -> Option<Observation> {
        self.simulator.adopt(machine, observed);
        self.rules = observed.rules;
        match request {
            Request::Proceed { .. } if observed.outputs.is_empty() && !step.is_recorded => None,
            Request::Proceed { .. } => Some(self.observe(Buffers::default())),
            Request::Call { .. }
            | Request::Act { .. }
            | Request::Registration(_)
            | Request::Event(_)
            | Request::Database { .. }
            | Request::World { .. } => Some(self.answer(request, step.buffers)),
        }
    }

    /// The rules that the last step exercised.
    pub(crate) fn last_rules(&self) -> RuleSet {
        self.rules
    }

    /// Takes over how the machine began.
    pub(crate) fn adopt_beginning(&mut self, machine: &Machine, observed: &Observed) {
        self.simulator.adopt(machine, observed);
    }

    /// Appends its state: backends of one scenario whose bytes are equal go on alike, if they choose alike.
    pub(crate) fn encode(&self, bytes: &mut Vec<u8>) {
        self.simulator.encode(bytes);
        let mut rest = String::new();
        let (now, pending, names) = (self.simulator.now(), &self.pending, &self.service_names);
        let _ = write!(rest, "{now:?}{pending:?}{names:?}{}{}", self.upper_case_keys, self.due.len());
        bytes.extend_from_slice(rest.as_bytes());
    }
}
