//! The typed scenario: a world, the steps of one or several installers in it, and what is expected of each.
//!
//! [`parse`] reads it from YAML; names are resolved there, so that here installers, applications and session
//! handles are numbers into the lists of the [`Scenario`].

mod alike;
mod behavior;
pub mod bless;
mod call;
mod doing;
pub mod duration;
mod expectation;
pub mod parse;
mod probe;
pub mod problem;
pub mod profile;
pub mod schema;
mod world;
pub mod world_of;
pub mod write;
pub mod yaml;

pub use behavior::{OnClose, OnConsoleEvent, OnEnd, OnQuery, OnStart, OnStop, Window};
pub use call::{
    ArrayArgument, Call, FileElement, FilterTarget, HandleArgument, KeyArgument, KeyChange, Meanwhile,
    NullPointers, Occurrence, ProcessElement, ProcessOf, ServiceElement, Trigger,
};
pub use doing::{Act, Event, Registration};
pub use expectation::{
    AffectedExpectation, DatabaseExpectation, Expectation, FilterExpectation, FilterOf, FlagsExpectation,
    KeyExpectation, LetterCase, ReplyExpectation, SettingsExpectation, Written,
    looks::{
        Answered, CannotRestart, Cause, Channel, ConsoleOf, FileState, Level, MessageExpectation,
        MessageKind, RecordExpectation, RunState, StartedBy, StateExpectation, WorldExpectation,
    },
};
pub use probe::{Answer, Given, Probe, Sighting};
pub use world::{
    Application, ApplicationKind, File, HowUsed, Installer, Integrity, Process, RestartRegistration, Service,
    Use, WhatLiesThere, World,
};

use std::ops::Range;
use std::time::Duration;

use rstmgr_model::profile::Timing;
use rstmgr_model::{Knob, Profile, Rule};
use rstmgr_sim::Picks;

use crate::request::{ApplicationIndex, InstallerIndex};

/// The number of a session handle's name in [`Scenario::handles`].
pub type HandleIndex = usize;

/// A scenario of format version 1, with every name resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// What happens, in a sentence.
    pub title: String,
    /// The rules that it exercises, at most five.
    pub rules: Vec<Rule>,
    /// The open question that it asks, if it is a probe.
    pub probe: Option<Probe>,
    /// The answers to the open questions that it is written for, and how long things take.
    pub profile: Profile,
    /// The name of that profile, such as `windows-11`, without the single knobs and timings of the scenario.
    pub profile_name: &'static str,
    /// The knobs that it states itself, in their order.
    pub stated_knobs: Vec<Knob>,
    /// The timings that it states itself, in their order.
    pub stated_timings: Vec<Timing>,
    /// Decides what may go either way.
    pub seed: u64,
    /// What goes as it was recorded, if anything does.
    pub replay: Option<Replay>,
    /// The surroundings.
    pub world: World,
    /// The names that handles are given with `as`, in the order of their first use.
    pub handles: Vec<String>,
    /// What happens, in order; a `repeat` is already unrolled.
    pub steps: Vec<Step>,
}

impl Scenario {
    /// The same in a world that follows `base` instead of the profile that it names; the knobs and timings that it
    /// states itself stay.
    #[must_use]
    pub fn on_base(mut self, base: &Profile) -> Scenario {
        let knobs = self.stated_knobs.iter();
        let profile = knobs.fold(*base, |profile, knob| profile.with_options_of(*knob, &self.profile));
        let timings = self.stated_timings.iter();
        self.profile = timings
            .fold(profile, |profile, timing| profile.with_timing(*timing, self.profile.timing(*timing)));
        self
    }
}

/// What of a run goes as it was recorded: only the simulator can do it so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// `picks`: the first choices, in order; what is chosen behind them, the seed decides.
    pub picks: Option<Picks>,
    /// `due`: what happens next, each time by its place among all that is waited for, whatever would be due before it;
    /// behind them, time decides. Steps begin where they stand: nothing else is let happen between two.
    pub due: Option<Picks>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// What is expected of it; `None`: that it succeeds.
    pub expect: Option<Box<Expectation>>,
    /// Where it stands in the file.
    pub place: StepPlace,
}

/// Where a step stands in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepPlace {
    /// The line of the step's key, from 1.
    pub line: usize,
    /// The column of the step's key in characters, from 1.
    pub column: usize,
    /// The bytes of the step's key, such as `get-list`.
    pub key: Range<usize>,
    /// The bytes of the value of `expect`, if there is one.
    pub expect: Option<Range<usize>>,
    /// The bytes of what each expected field says, by field name (`reply`, `needed`, ...).
    pub fields: Vec<(&'static str, Range<usize>)>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A call of the Restart Manager.
    Call {
        /// The installer that calls.
        by: InstallerIndex,
        /// What it calls.
        call: Call,
    },
    /// Something happens in the world.
    Event(Event),
    /// An installer does something beside the Restart Manager; it is answered like a call.
    Act {
        /// Which installer.
        by: InstallerIndex,
        /// What it does.
        act: Act,
    },
    /// A call of the functions of the registration for restart.
    Registration(Registration),
    /// `wait`: something passes.
    Wait(Pause),
    /// `expect-database`: a look at the session database of an installer's user.
    Database {
        /// Whose user's.
        of: InstallerIndex,
    },
    /// `expect-world`: a look at processes and files.
    World {
        /// When.
        at: Moment,
    },
    /// `expect-messages`: a look at what an application was told since the last such look at it.
    Messages {
        /// Which application.
        application: ApplicationIndex,
    },
    /// `expect-event-log`: a look at the event log of an installer's user.
    EventLog {
        /// Whose user's.
        of: InstallerIndex,
        /// `only`: the ids that are looked at; `None`: all.
        only: Option<Vec<u32>>,
    },
}

/// What a `wait` lets pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// So much time.
    For(Duration),
    /// So many of the things that [`Replay::due`] lists.
    UntilDue(u32),
}

/// When a look is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// `now`
    Now,
    /// `settled`: once nothing is due any more.
    Settled,
    /// After so long.
    After(Duration),
}
