//! The simulator with one planted mistake, by which the harness proves that it can say no.

use rstmgr_model::{Flaw, Profile, RuleSet};

use super::simulated::SimulatedBackend;
use super::{Backend, BackendError, Subject};
use crate::request::{Observation, Request, UniqueProcess};
use crate::scenario::World;

/// A simulated Windows with a flaw.
#[derive(Debug)]
pub struct MutantBackend(SimulatedBackend);

impl MutantBackend {
    /// The world of a scenario under `profile`, with `flaw`.
    pub fn new(world: &World, profile: Profile, seed: u64, flaw: Flaw) -> MutantBackend {
        MutantBackend(SimulatedBackend::with_flaw(world, profile, seed, Some(flaw)))
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
}
