//! Drivers of the Restart Manager model: a simulator, and the ways to choose.
//!
//! [`Simulator`] runs one machine: it moves the time, hands out session keys and answers every choice by a seed, so
//! that the same seed and the same inputs give the same outputs, on every platform, for ever. The four kinds of
//! [`Choices`](rstmgr_model::Choices) are [`Seeded`], [`Exhaustive`], [`Replay`] and [`Recorder`].
//! [`random_machine`] makes big machines to run, as many as there are seeds; [`search`] draws small cases, with careless
//! installers too, judges them, and makes those small that fail.
//!
//! ```
//! use rstmgr_model::*;
//! use rstmgr_sim::{Exhaustive, every_run};
//!
//! // Each way in which three coins can fall.
//! let mut falls = Vec::new();
//! every_run(|choices: &mut Exhaustive| {
//!     falls.push([(); 3].map(|()| choices.choose(ChoicePoint::MemoryShortage, 2)));
//! });
//! assert_eq!(falls.len(), 8);
//! ```

mod agenda;
mod exhaustive;
mod explorer;
mod recorder;
mod replay;
pub mod search;
mod seeded;
mod simulator;
mod workload;

pub use exhaustive::{Exhaustive, every_run};
pub use explorer::{
    Arguments, Bounds, Ending, Exploration, Function, Limits, PathStep, Progress, SmallWorld, Watcher,
    explore, named_worlds, small_world,
};
pub use recorder::{Picks, Recorder};
pub use replay::{Replay, ReplayError};
pub use seeded::{Random, Seeded};
pub use simulator::Simulator;
pub use workload::{Feature, RandomMachine, Workload, random_machine};
