//! A case, run on a simulator: each deed becomes inputs, and a referee looks at every step.

use std::time::Duration;

use rstmgr_model::{
    Call, CallId, Input, InstallerId, Machine, Output, ProcessId, RegistrationCall, SessionHandle, SessionKey,
};

use super::Case;
use super::deed::{ActDeed, CallDeed, Deed, RegistrationDeed, Slot};
use super::referee::{Finding, Referee, RunStep};
use super::scene::Number;
use super::stage::Stage;
use crate::simulator::Simulator;

/// How many things may be due one after the other until a run goes on with the next deed.
const STEPS_MAX: usize = 20_000;
/// What became of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What was found, and the place of the deed that shows it.
    pub found: Option<(usize, Finding)>,
    /// How many steps the machine made.
    pub steps: usize,
}

/// Runs a case on its machine.
pub fn run(case: &Case, referee: &mut dyn Referee) -> Outcome {
    run_on(case, |machine| machine, referee)
}

/// Runs a case on what `prepare` makes of its machine, such as one with a planted mistake.
pub fn run_on(case: &Case, prepare: impl FnOnce(Machine) -> Machine, referee: &mut dyn Referee) -> Outcome {
    let (stage, machine) = case.scene.set();
    run_program(&stage, prepare(machine), &case.program, case.seed, referee)
}

/// Runs a program in a scene that was [set](super::Scene::set) before: many programs need one machine to clone.
pub fn run_program(
    stage: &Stage,
    machine: Machine,
    program: &[Deed],
    seed: u64,
    referee: &mut dyn Referee,
) -> Outcome {
    let simulator = Simulator::new(machine, seed);
    referee.begin(&simulator);
    let picks = simulator.picked();
    let mut run = Run {
        stage,
        simulator,
        referee,
        slots: Vec::new(),
        callers: Vec::new(),
        in_callback: None,
        picks,
        steps: 0,
    };
    for (place, deed) in program.iter().enumerate() {
        if let Some(finding) = run.perform(deed) {
            return Outcome { found: Some((place, finding)), steps: run.steps };
        }
    }
    Outcome { found: None, steps: run.steps }
}

/// What a start or a join gave.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given {
    pub(super) slot: Slot,
    pub(super) by: InstallerId,
    pub(super) handle: SessionHandle,
    /// Of a start.
    pub(super) key: Option<SessionKey>,
}

/// A run that goes on.
pub(super) struct Run<'r> {
    pub(super) stage: &'r Stage,
    pub(super) simulator: Simulator,
    referee: &'r mut dyn Referee,
    pub(super) slots: Vec<Given>,
    /// The calls that are under way, each with the process that calls.
    callers: Vec<(CallId, ProcessId)>,
    /// The call in whose status callback its caller is.
    in_callback: Option<CallId>,
    /// How many picks were made before the step that goes on.
    picks: usize,
    steps: usize,
}

impl Run<'_> {
    fn perform(&mut self, deed: &Deed) -> Option<Finding> {
        match deed {
            Deed::Call { by, call, inside } => self.make_call(*by, call, *inside),
            Deed::Crowd { by, count } => {
                (0..*count).find_map(|_| self.make_call(*by, &CallDeed::start(Slot::MAX), false))
            }
            Deed::Act { by, act } => {
                let (by, player) = self.stage.installer(*by)?;
                let machine = self.simulator.machine();
                if !machine.is_process_running(player.process) && *act != ActDeed::LogOn {
                    return None;
                }
                let act = self.act(*act)?;
                self.step(&Input::Act { by, act })
            }
            Deed::Registration { application, registration } => {
                let process = self.stage.application(*application)?.process;
                if !self.simulator.machine().is_process_running(process) {
                    return None;
                }
                let call = match *registration {
                    RegistrationDeed::Register { arguments, flags } => RegistrationCall::Register {
                        process,
                        arguments: arguments.and_then(|number| self.stage.arguments(number)),
                        flags,
                    },
                    RegistrationDeed::Unregister => RegistrationCall::Unregister { process },
                    RegistrationDeed::Settings { capacity, null_buffer } => RegistrationCall::Settings {
                        process,
                        by_itself: true,
                        capacity: Some(capacity),
                        null_buffer,
                    },
                };
                self.step(&Input::Registration(call))
            }
            Deed::Event(event) => {
                let event = self.event(*event)?;
                self.step(&Input::Event(event))
            }
            Deed::Look(of) => {
                let (of, _) = self.stage.installer(*of)?;
                self.step(&Input::Database { of })
            }
            Deed::Proceed(count) => self.proceed(usize::from(*count), None),
            Deed::Settle => self.proceed(STEPS_MAX, None),
            Deed::Wait(duration) => {
                let limit = self.simulator.now() + *duration;
                self.proceed(STEPS_MAX, Some(limit))
            }
        }
    }

    /// Lets things happen that are due until `limit`, at most `count`.
    fn proceed(&mut self, count: usize, limit: Option<Duration>) -> Option<Finding> {
        for _ in 0..count {
            let timer = self.simulator.next_due()?;
            self.simulator.proceed(limit)?;
            if let Some(finding) = self.look(&Input::Due(timer), false) {
                return Some(finding);
            }
        }
        None
    }

    fn step(&mut self, input: &Input) -> Option<Finding> {
        self.simulator.perform(input);
        self.look(input, false)
    }

    /// Looks at what the simulator did last.
    fn look(&mut self, input: &Input, is_inside: bool) -> Option<Finding> {
        self.steps += 1;
        let observed = self.simulator.observed();
        if !is_inside {
            self.in_callback = None;
        }
        for output in &observed.outputs {
            if let (Output::Pending(call), Input::Call { by, .. }) = (output, input) {
                let machine = self.simulator.machine();
                self.callers.push((*call, machine.world().installers()[by.index()].process));
            } else if let Output::Status(call, _) = output {
                self.in_callback = Some(*call);
            } else if let Output::Returned(call, _) | Output::Abandoned(call) = output {
                self.callers.retain(|(other, _)| other != call);
                self.in_callback = self.in_callback.filter(|other| other != call);
            }
        }
        let step = RunStep {
            input,
            picks: self.simulator.picks_since(self.picks),
            observed,
            machine: self.simulator.machine(),
            now: self.simulator.now(),
        };
        let finding = self.referee.watch(&step);
        self.picks = self.simulator.picked();
        finding
    }

    fn make_call(&mut self, by: Number, deed: &CallDeed, inside: bool) -> Option<Finding> {
        let (by, player) = self.stage.installer(by)?;
        if !self.simulator.machine().is_process_running(player.process) {
            return None;
        }
        let call = self.call(deed)?;
        let key = if let Call::StartSession(arguments) = &call { Some(arguments.key) } else { None };
        // A callback is run by the process that called, and nobody else is in it.
        let is_his = |call: &CallId| self.callers.contains(&(*call, player.process));
        let inside = self.in_callback.filter(|call| inside && is_his(call));
        let input = Input::Call { by, call, inside };
        self.simulator.perform(&input);
        if let CallDeed::Start { slot, .. } | CallDeed::Join { slot, .. } = deed {
            let given = self.simulator.observed().outputs.iter().find_map(|output| {
                let Output::Handle(handle) = output else { return None };
                Some(Given { slot: *slot, by, handle: *handle, key })
            });
            if let Some(given) = given {
                self.slots.retain(|other| other.slot != *slot);
                self.slots.push(given);
            }
        }
        self.look(&input, inside.is_some())
    }
}
