//! What the oracle says.

use rstmgr_model::{Profile, RuleSet};

use crate::trace::RecordedLine;

/// The verdict on a trace.
#[derive(Clone, Debug)]
pub struct Judgment {
    /// The verdict itself.
    pub verdict: Verdict,
    /// The largest number of states that were possible at once.
    pub states_max: usize,
}

/// Whether a trace could have happened.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It could, under these answers to the open questions: projections, one knob at a time.
    Accepted(Box<Profile>),
    /// It could not.
    Rejected(Rejection),
    /// More states are possible before this line than are kept.
    Undecided(RecordedLine),
}

/// Why a trace could not have happened.
#[derive(Clone, Debug)]
pub struct Rejection {
    /// The first line that no behavior allows.
    pub line: RecordedLine,
    /// What would have been allowed there, each line once.
    pub allowed: Vec<Allowed>,
}

/// A line that would have been allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The line, without its rules.
    pub line: String,
    /// The rules that applied where it came out.
    pub rules: RuleSet,
}
