//! One machine, run: keys are handed out, and a seed answers what may go either way.

use rstmgr_model::{Input, Machine, Observed, SessionKey};

use crate::recorder::{Picks, Recorder};
use crate::seeded::{Random, Seeded};

/// Runs a machine.
#[derive(Clone, Debug)]
pub struct Simulator {
    machine: Machine,
    choices: Recorder<Seeded>,
    keys: Random,
    observed: Observed,
}

impl Simulator {
    /// Runs `machine` with the choices and session keys of `seed`.
    pub fn new(machine: Machine, seed: u64) -> Simulator {
        Simulator {
            machine,
            choices: Recorder::new(Seeded::new(seed)),
            keys: Random::new(seed, 1),
            observed: Observed::default(),
        }
    }

    /// Applies one input; what it returns is overwritten by the next.
    ///
    /// # Panics
    ///
    /// If `input` names a part of another world.
    pub fn perform(&mut self, input: &Input) -> &Observed {
        self.observed.clear();
        self.machine.step(input, &mut self.choices, &mut self.observed);
        &self.observed
    }

    /// What the last input let out.
    pub fn observed(&self) -> &Observed {
        &self.observed
    }

    /// A key that no session of this run had before.
    pub fn fresh_key(&mut self) -> SessionKey {
        let high = u128::from(self.keys.next());
        SessionKey(high << 64 | u128::from(self.keys.next()))
    }

    /// The machine as it is now.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The machine as it is now, to add paths and names to its world.
    pub fn machine_mut(&mut self) -> &mut Machine {
        &mut self.machine
    }

    /// What was chosen so far.
    pub fn picks(&self) -> Picks {
        self.choices.picks()
    }
}
