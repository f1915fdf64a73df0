//! A profile in a file: answers to the open questions, where they were seen, and timings, on top of a named profile.

use std::time::Duration;

use rstmgr_model::profile::Timing;
use rstmgr_model::{Knob, Profile};

/// A profile of format version 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileFile {
    /// The profile that answers what this one does not, one of [`Profile::NAMES`].
    pub based_on: &'static str,
    /// Who was asked, by the name of the backend.
    pub backend: Option<String>,
    /// What is known of the open questions that the file names, in its order.
    pub knobs: Vec<(Knob, KnobAnswer)>,
    /// The timings that the file states, in its order.
    pub timings: Vec<(Timing, Duration)>,
}

/// What a profile's file says of an open question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnobAnswer {
    /// The option at this place is the answer.
    Is(usize, Option<Evidence>),
    /// It has no answer, for this reason; that of the profile below stands.
    Unanswered(String),
}

/// Where an answer was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The trace's file.
    pub trace: String,
    /// Its line, from 1.
    pub line: Option<u32>,
}

impl ProfileFile {
    /// The profile that the file stands for.
    pub fn profile(&self) -> Profile {
        let base = Profile::named(self.based_on).unwrap_or_else(Profile::windows_11);
        let answered = self.knobs.iter().fold(base, |profile, (knob, answer)| match answer {
            KnobAnswer::Is(option, _) => profile.with(*knob, *option),
            KnobAnswer::Unanswered(_) => profile,
        });
        self.timings
            .iter()
            .fold(answered, |profile, (timing, duration)| profile.with_timing(*timing, *duration))
    }
}
