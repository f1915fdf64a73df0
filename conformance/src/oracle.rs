//! Could this trace have happened? The oracle keeps every state that is still possible, line by line.
//!
//! A run of a scenario on the simulator is determined but for its choices: what the facts leave open, how an
//! application reacts, when it is killed. So a trace could have happened if and only if there are answers under which
//! a run has its lines. The oracle runs the scenario with all of them at once: each request to the backend is
//! branched, runs whose lines are not those of the trace are dropped, and runs that have come to the same state are one
//! from there on, under the answers of both.
//!
//! Answers to open questions are kept as boxes: a profile says for each knob which options are possible, and is
//! narrowed only where options differ in what is seen or in what follows. What the verdict says about knobs are
//! projections, one knob at a time: of two options that are both possible it does not say that they are possible
//! together with the same option of another knob.
//!
//! Where a step asks open questions in many combinations, it is sampled which of them make a difference. A rejection
//! with questions open is as sure as that; under a profile that answers all of them nothing is sampled.

mod boxes;
mod branch;
mod pursuit;
mod times;
mod verdict;

use rstmgr_model::Profile;

pub use verdict::{Allowed, Judgment, Rejection, Verdict};

use crate::trace::RecordedTrace;

/// So many states are kept; a trace that allows more stays undecided.
pub const STATES_MAX: usize = 100_000;

/// Judges `trace` under what `profile` leaves possible, keeping at most `states_max` states.
///
/// The timings are those of `profile`.
pub fn judge(trace: &RecordedTrace, profile: &Profile, states_max: usize) -> Judgment {
    pursuit::pursue(trace, profile, states_max)
}

/// What is possible if nothing is known of the Windows that made `trace`: every option of every knob, with the timings
/// that were followed.
pub fn everything_open(trace: &RecordedTrace) -> Profile {
    trace.profile.with_all_open()
}
