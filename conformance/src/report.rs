//! Verdicts, for people and for machines.

pub mod human;
pub mod json;
pub mod judgment;
pub mod junit;

use crate::exit::Exit;
use crate::suite::{Outcome, OutcomeResult};

/// How many scenarios ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Every expectation held.
    pub accepted: usize,
    /// An expectation failed.
    pub rejected: usize,
    /// The backend cannot make the world real.
    pub skipped: usize,
    /// No scenarios.
    pub wrong: usize,
    /// The backend could not be asked.
    pub out_of_reach: usize,
    /// How many steps were done.
    pub steps: usize,
}

impl Summary {
    /// Counts an outcome.
    pub fn count(&mut self, outcome: &Outcome) {
        match &outcome.result {
            OutcomeResult::Wrong(_) => self.wrong += 1,
            OutcomeResult::Skipped(..) => self.skipped += 1,
            OutcomeResult::OutOfReach(..) => self.out_of_reach += 1,
            OutcomeResult::Ran(_, run) => {
                self.steps += run.steps.len();
                if run.is_accepted() {
                    self.accepted += 1;
                } else {
                    self.rejected += 1;
                }
            }
        }
    }

    /// How the program ends.
    pub fn exit(&self) -> Exit {
        match () {
            () if self.wrong > 0 => Exit::Wrong,
            () if self.out_of_reach > 0 => Exit::BackendOutOfReach,
            () if self.rejected > 0 => Exit::Rejected,
            () => Exit::Accepted,
        }
    }
}

/// The verdict on a scenario, in a word.
pub fn verdict(result: &OutcomeResult) -> &'static str {
    match result {
        OutcomeResult::Wrong(_) => "wrong",
        OutcomeResult::Skipped(..) => "skipped",
        OutcomeResult::OutOfReach(..) => "out of reach",
        OutcomeResult::Ran(_, run) if run.is_accepted() => "accepted",
        OutcomeResult::Ran(..) => "rejected",
    }
}
