//! The ways of a step, held against every combination of answers to all of its questions.

use std::path::Path;

use rstmgr_model::RuleSet;

use super::*;
use crate::backend::simulated::{Begun, SimulatedBackend};
use crate::backend::{Backend, BackendError};
use crate::request::{Observation, Request, Subject, UniqueProcess};
use crate::runner::Runner;
use crate::suite;

/// So many combinations are tried at most; of steps with more, the first.
const COMBINATIONS_MAX: usize = 10_000;

/// A simulator with everything open that goes the first way of each step, after all are checked.
struct Checking {
    backend: SimulatedBackend,
    checked: usize,
    combinations: usize,
}

impl Backend for Checking {
    fn perform(&mut self, request: &Request) -> Result<Observation, BackendError> {
        loop {
            let step = match self.backend.begin(request) {
                Begun::Observed(observation) => return Ok(observation),
                Begun::Step(step) => step,
            };
            let make: &dyn Fn(&mut Machine, &mut dyn Choices, &mut Observed) =
                &|machine, choices, observed| machine.step(&step.input, choices, observed);
            let way = self.check(Step { make, moments: Some(&[]) });
            if let Some(observation) = self.backend.adopt(request, &step, &way.machine, &way.observed) {
                return Ok(observation);
            }
        }
    }

    fn unique_process(&mut self, who: Subject) -> Result<UniqueProcess, BackendError> {
        self.backend.unique_process(who)
    }

    fn rules(&self) -> RuleSet {
        RuleSet::default()
    }
}

impl Checking {
    /// Checks all ways of a step, and returns the first.
    fn check(&mut self, step: Step<'_>) -> Way {
        let start = self.backend.machine().clone();
        let open = start.profile().with_all_open();
        let ways = ways(&start, &[open], step);
        let mut brancher = Brancher {
            start: &start,
            step,
            machine: start.clone(),
            observed: Observed::default(),
            bytes: Vec::new(),
        };
        let nothing = BTreeSet::new();
        let mut chooser = Combining::new(&nothing);
        let mut tried = 0;
        while tried < COMBINATIONS_MAX && chooser.next_run() {
            tried += 1;
            brancher.run(&open, &mut chooser);
            let answers = brancher.machine.profile();
            let is_of = |way: &&Way| way.profiles.iter().any(|profile| profile.includes(answers));
            let found: Vec<&Way> = ways.iter().filter(is_of).collect();
            let are_same = found.iter().all(|way| {
                let mut bytes = Vec::new();
                way.machine.encode(&mut bytes);
                bytes == brancher.bytes && is_same(&way.observed, &brancher.observed)
            });
            assert!(
                !found.is_empty() && are_same,
                "{} ways are said to be that under {answers:?}",
                found.len()
            );
        }
        self.checked += 1;
        self.combinations += tried;
        let mut first = ways.into_iter().next().expect("a step goes some way");
        first.machine.set_profile(open);
        first
    }
}

#[test]
fn no_way_of_a_step_is_missed_and_none_is_under_other_answers() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let (mut checked, mut combinations) = (0, 0);
    for name in [
        "order/windows-consoles-services-shell.yaml",
        "restart/classes-come-back-in-reverse.yaml",
        "clients/inno-setup.yaml",
        "services/dependent-hangs-under-force.yaml",
        "applications/all-reasons-at-once.yaml",
        "filters/buffer-for-three-kinds.yaml",
        "reboot/registered-programs-come-back.yaml",
        "database/first-abandoned-sub-key-is-taken.yaml",
    ] {
        let (_, scenario) = suite::read(&scenarios.join(name));
        let scenario = scenario.unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
        let backend = SimulatedBackend::before(&scenario, scenario.profile.with_all_open(), false);
        let mut runner = Runner::new(&scenario, Checking { backend, checked: 0, combinations: 0 });
        while runner.advance().expect("a simulator can be asked") {}
        checked += runner.backend_mut().checked;
        combinations += runner.backend_mut().combinations;
    }
    assert!(checked > 50 && combinations > 10 * checked, "{checked} steps, {combinations} combinations");
}
