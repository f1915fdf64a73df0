//! The simulator with one planted mistake, by which the harness proves that it can say no.

use rstmgr_model::{Broken, Flaw, RuleSet};

use super::simulated::SimulatedBackend;
use super::{Backend, BackendError, LeftOver, Subject};
use crate::request::{Observation, Request, UniqueProcess};
use crate::scenario::Scenario;

/// A simulated Windows with a flaw.
#[derive(Debug)]
pub struct MutantBackend(SimulatedBackend);

impl MutantBackend {
    /// The world of `scenario`, with what it says of profile, seed and recording, and with `flaw`.
    pub fn of(scenario: &Scenario, flaw: Flaw) -> MutantBackend {
        let Scenario { world, profile, seed, .. } = scenario;
        MutantBackend(SimulatedBackend::with_flaw(world, *profile, *seed, Some(flaw)).with_replay(scenario))
    }

    /// The same, with every step held against the laws.
    #[must_use]
    pub fn with_laws(self) -> MutantBackend {
        MutantBackend(self.0.with_laws())
    }

    /// The name of a flaw on the command line: `LimitOffByOne` is `limit-off-by-one`.
    pub fn name(flaw: Flaw) -> String {
        let mut name = String::new();
        for character in format!("{flaw:?}").chars() {
            if character.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(character.to_ascii_lowercase());
        }
        name
    }

    /// The flaw of that name.
    pub fn flaw(name: &str) -> Option<Flaw> {
        Flaw::ALL.into_iter().find(|flaw| MutantBackend::name(*flaw) == name)
    }
}

impl Backend for MutantBackend {
    fn perform(&mut self, request: &Request) -> Result<Observation, BackendError> {
        self.0.perform(request)
    }

    fn unique_process(&mut self, who: Subject) -> Result<UniqueProcess, BackendError> {
        self.0.unique_process(who)
    }

    fn rules(&self) -> RuleSet {
        self.0.rules()
    }

    fn broken_laws(&self) -> &[Broken] {
        self.0.broken_laws()
    }

    fn picks(&self) -> String {
        self.0.picks()
    }

    fn left_over(&self) -> LeftOver {
        self.0.left_over()
    }
}
