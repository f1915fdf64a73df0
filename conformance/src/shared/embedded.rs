//! A simulation of one's own process.

use super::guests::{GuestId, Introduction};
use super::simulation::{Simulation, Time};
use super::{Connection, Trouble, Turn};
use crate::request::Call;
use crate::scenario::Scenario;

/// Leads into a simulation that nobody else shares.
#[derive(Debug)]
pub(super) struct Embedded {
    simulation: Simulation,
    guest: GuestId,
}

impl Embedded {
    /// Begins the world of `scenario`, with one process in it.
    pub(super) fn new(scenario: &Scenario, time: Time, who: &Introduction) -> Result<Embedded, Trouble> {
        let simulation = Simulation::new(scenario, time);
        let guest = simulation.attach(who)?;
        Ok(Embedded { simulation, guest })
    }
}

impl Connection for Embedded {
    fn begin(&self, call: &Call, inside: Option<u32>) -> Result<Turn, Trouble> {
        self.simulation.begin(self.guest, call, inside, &mut || true)
    }

    fn go_on(&self, call: u32) -> Result<Turn, Trouble> {
        self.simulation.go_on(self.guest, call, &mut || true)
    }
}
