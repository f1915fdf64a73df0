//! What a scenario asks: an open question, and what is seen for each of its answers.

use rstmgr_model::Knob;

use super::Expectation;
use crate::runner::StepId;

/// An open question, and how the steps of a scenario tell its answers apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The question.
    pub knob: Knob,
    /// `given`: what other questions must be answered by, or else nothing can be told from what is seen.
    pub given: Vec<Given>,
    /// `answers`: every option once, in the order of the file.
    pub answers: Vec<Answer>,
}

/// What another question must be answered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The other question.
    pub knob: Knob,
    /// The options that will do, by their places among its options.
    pub options: Vec<usize>,
}

/// An option, and what is seen where it is the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The place of the option among those of the knob.
    pub option: usize,
    /// All of this is seen then.
    pub sightings: Vec<Sighting>,
}

/// What is seen at a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Which step.
    pub step: StepId,
    /// What is seen there, as that step could expect it.
    pub expect: Expectation,
}

impl Probe {
    /// Whether an answer speaks of `step`.
    pub fn speaks_of(&self, step: StepId) -> bool {
        self.answers.iter().flat_map(|answer| &answer.sightings).any(|sighting| sighting.step == step)
    }
}
