//! Random search: cases by a seed, run and judged, and made small where they fail.
//!
//! A [`Case`] is a small world and a program of what is done in it. [`Cases`] draws them: some installers do what the
//! pages ask of them and get far, some are careless in every way; in each case some of that is switched off. A
//! [`Referee`] judges a [run](run()), by the [`Laws`] or otherwise, and a [`Shrinker`] makes a failing case small.
//!
//! ```
//! use rstmgr_sim::search::{Cases, Laws, Scribe, run};
//!
//! let case = Cases::default().case(7);
//! let mut laws = Laws::default();
//! let mut scribe = Scribe::new(&mut laws);
//! assert_eq!(run(&case, &mut scribe).found, None);
//!
//! // The run can be repeated step by step, without the seed.
//! let (mut machine, path) = scribe.into_path().expect("it was run");
//! let mut observed = rstmgr_model::Observed::default();
//! for step in &path {
//!     let mut replay = rstmgr_sim::Replay::new(&rstmgr_sim::Picks(step.picks.clone()));
//!     machine.step(&step.input, &mut replay, &mut observed);
//!     assert_eq!(replay.finish(), Ok(()));
//! }
//! ```

mod careless;
mod deed;
mod draw;
mod draw_scene;
mod orderly;
mod reduction;
mod referee;
mod resolve;
mod run;
mod scene;
mod shrink;
mod stage;
#[cfg(feature = "proptest")]
pub mod strategy;
mod words;

use std::ops::RangeInclusive;

pub use deed::{
    ActDeed, CallDeed, Deed, EventDeed, HandleOf, Items, KeyOf, ProcessItem, RegistrationDeed, Slot,
    TargetDeed, Who, arguments,
};
pub use draw::Habit;
pub use referee::{DIFFERENCE, Difference, Finding, Laws, NoReferee, Referee, RunStep, Scribe};
pub use run::{Outcome, run, run_on, run_program};
pub use scene::{
    Number, Scene, SceneApplication, SceneFile, SceneInstaller, SceneProcess, SceneService, SceneUser,
    Setting, WhatLies,
};
pub use shrink::{Shrinker, shrink};
pub use stage::{Player, Stage};

use rstmgr_model::Profile;

use crate::seeded::Random;

/// A small world, and what is done in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The world, and the answers to open questions.
    pub scene: Scene,
    /// What is done, in order.
    pub program: Vec<Deed>,
    /// The seed of the simulator: it decides what may go either way, and the session keys.
    pub seed: u64,
}

/// What random cases are like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cases {
    /// The profile of all of them; `None`: any, mostly `windows-11`.
    pub profile: Option<&'static str>,
    /// Whether some knobs are turned in some cases.
    pub turns_knobs: bool,
    /// How many applications and hosts of services there are.
    pub applications: RangeInclusive<usize>,
    /// How many calls there are at most; some cases have fewer.
    pub calls: RangeInclusive<usize>,
    /// What installers never do, however careless they are.
    pub without: Vec<Habit>,
}

impl Default for Cases {
    /// Cases of 0 to 6 applications and 1 to 60 calls, of all profiles, with everything in some of them.
    fn default() -> Cases {
        Cases { profile: None, turns_knobs: true, applications: 0..=6, calls: 1..=60, without: Vec::new() }
    }
}

impl Cases {
    /// The case of a seed: the same for ever.
    ///
    /// # Panics
    ///
    /// If a range is empty, or the profile unknown.
    pub fn case(&self, seed: u64) -> Case {
        assert!(self.profile.is_none_or(|name| Profile::named(name).is_some()), "the profile is known");
        draw::case(self, seed)
    }

    /// What is done in a scene by a seed: the same for ever. The number of applications and the profile are the scene's.
    ///
    /// # Panics
    ///
    /// If a range is empty.
    pub fn program(&self, scene: &Scene, seed: u64) -> Vec<Deed> {
        draw::program(self, scene, seed)
    }
}

/// The seed of case number `number` of a search with this seed: each case can be repeated by itself.
pub fn seed_of_case(seed: u64, number: u64) -> u64 {
    Random::new(seed, number).next()
}
