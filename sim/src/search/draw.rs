//! Drawing a case: what it has and has not, then its scene, then its program.

use std::time::Duration;

use rstmgr_model::{Knob, Profile};

use super::deed::{CallDeed, Deed, HandleOf, Slot};
use super::scene::{Number, Scene, Setting};
use super::{Case, Cases};
use crate::seeded::Random;
use crate::workload::Feature;

/// Something that installers do beside what the pages ask of them, or others do to them; switched off in some cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Habit {
    /// A second installer joins the session of the first.
    Joining,
    /// Calls are made in any order.
    Disorder,
    /// Calls are made while another goes on, some inside its status callback.
    Interrupting,
    /// What goes on is cancelled.
    Cancelling,
    /// Handles are used that have ended, that another process has, or that nobody has.
    WrongHandles,
    /// Keys are used that are spoiled, malformed or NULL.
    WrongKeys,
    /// Processes and services are named that are not there, and paths that are odd.
    WrongNames,
    /// Sizes and counts are absurd, flags undefined, pointers NULL.
    OddArguments,
    /// Applications start and exit, and open and close files.
    Commotion,
    /// Installers exit, and start again.
    Exiting,
    /// There is no memory for a while, the registry cannot be written, or its mutex is held.
    Faults,
    /// Files are replaced, services started and stopped.
    Acting,
    /// Users log off, the machine reboots.
    Rebooting,
    /// Applications use the registration for restart.
    Registering,
    /// Somebody looks at the session database.
    Looking,
    /// Many sessions are open at once.
    Crowding,
}

impl Habit {
    /// All of them.
    pub const ALL: [Habit; 16] = [
        Habit::Joining,
        Habit::Disorder,
        Habit::Interrupting,
        Habit::Cancelling,
        Habit::WrongHandles,
        Habit::WrongKeys,
        Habit::WrongNames,
        Habit::OddArguments,
        Habit::Commotion,
        Habit::Exiting,
        Habit::Faults,
        Habit::Acting,
        Habit::Rebooting,
        Habit::Registering,
        Habit::Looking,
        Habit::Crowding,
    ];

    /// In how many of a hundred cases it is switched on.
    fn percent(self) -> usize {
        match self {
            Habit::Joining => 60,
            Habit::Disorder | Habit::Interrupting | Habit::Commotion => 50,
            Habit::Cancelling | Habit::WrongHandles | Habit::OddArguments | Habit::WrongNames => 35,
            Habit::WrongKeys | Habit::Exiting | Habit::Acting | Habit::Registering => 25,
            Habit::Faults | Habit::Looking => 20,
            Habit::Rebooting => 10,
            Habit::Crowding => 3,
        }
    }
}

/// The streams of a seed that scenes and programs are drawn from; a simulator of the same seed has 0 and 1.
const SCENE_STREAM: u64 = 21;
const PROGRAM_STREAM: u64 = 22;

/// Draws the case of a seed.
pub(super) fn case(cases: &Cases, seed: u64) -> Case {
    let mut dice = Dice(Random::new(seed, SCENE_STREAM));
    let features = dice.features();
    let setting = dice.setting(cases);
    let scene = dice.scene(cases, &features, setting);
    let program = program_with(cases, &scene, &features, seed);
    Case { scene, program, seed }
}

/// Draws what is done in a scene, whatever that has.
pub(super) fn program(cases: &Cases, scene: &Scene, seed: u64) -> Vec<Deed> {
    program_with(cases, scene, &Feature::ALL, seed)
}

fn program_with(cases: &Cases, scene: &Scene, features: &[Feature], seed: u64) -> Vec<Deed> {
    let mut dice = Dice(Random::new(seed, PROGRAM_STREAM));
    let habits = dice.habits(cases);
    let ordinary = scene.files.iter().filter(|file| file.is_ordinary());
    let ordinary_files: Vec<Number> = ordinary.map(|file| file.number).collect();
    let mut draft = Draft {
        dice,
        scene,
        features,
        habits: &habits,
        ordinary_files: &ordinary_files,
        program: Vec::new(),
        calls_left: 0,
        slots: Vec::new(),
        slots_given: 0,
        carelessness: 0,
    };
    draft.fill(cases);
    draft.program
}

/// Randomness, in the forms that drawing needs.
pub(super) struct Dice(pub(super) Random);

impl Dice {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0.below(bound)
    }

    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.0.below(100) < percent
    }

    pub(super) fn pick<T: Copy>(&mut self, options: &[T]) -> T {
        options[self.0.below(options.len())]
    }

    /// A number from 0 on.
    pub(super) fn number(&mut self, bound: usize) -> Number {
        Number::try_from(self.0.below(bound.clamp(1, 256))).expect("it is below 256")
    }

    pub(super) fn wait(&mut self) -> Duration {
        Duration::from_millis(self.pick(&WAITS))
    }

    /// A few of them make a quiet case, and all of them a wild one.
    fn features(&mut self) -> Vec<Feature> {
        let percent = self.pick(&[15, 35, 60]);
        Feature::ALL.into_iter().filter(|_| self.chance(percent)).collect()
    }

    fn habits(&mut self, cases: &Cases) -> Vec<Habit> {
        let is_orderly = self.chance(20);
        let habits = Habit::ALL.into_iter().filter(|habit| {
            let is_on = self.chance(habit.percent());
            is_on && (!is_orderly || *habit == Habit::Joining) && !cases.without.contains(habit)
        });
        habits.collect()
    }

    fn setting(&mut self, cases: &Cases) -> Setting {
        let name = match (cases.profile, self.below(10)) {
            (Some(name), _) => {
                Profile::NAMES.into_iter().find(|known| *known == name).unwrap_or("windows-11")
            }
            (None, 0..6) => "windows-11",
            (None, 6..9) => "documented",
            (None, _) => "windows-vista",
        };
        let turns = match self.below(10) {
            0..5 => 0,
            5..8 => 1 + self.below(3),
            _ => 4 + self.below(16),
        };
        let mut turned: Vec<(Knob, usize)> = Vec::new();
        for _ in 0..turns {
            let place = self.below(Knob::all().len());
            let Some(knob) = Knob::all().nth(place) else { continue };
            let option = self.below(knob.options().len());
            if cases.turns_knobs && turned.iter().all(|(other, _)| *other != knob) {
                turned.push((knob, option));
            }
        }
        Setting { name, turned }
    }
}

/// For so many calls at most there is room from the beginning.
const RESERVED_MAX: usize = 1_000;

/// How long something takes, in ms; none of them meets a deadline to the millisecond.
const WAITS: [u64; 8] = [0, 0, 17, 250, 3_003, 8_011, 29_007, 33_013];

/// A program in the making.
pub(super) struct Draft<'s> {
    pub(super) dice: Dice,
    pub(super) scene: &'s Scene,
    pub(super) features: &'s [Feature],
    pub(super) habits: &'s [Habit],
    pub(super) ordinary_files: &'s [Number],
    pub(super) program: Vec<Deed>,
    pub(super) calls_left: usize,
    /// Where starts and joins put their handles: the slot, by whom, and whether it was a start; the newest last.
    pub(super) slots: Vec<(Slot, Number, bool)>,
    pub(super) slots_given: Slot,
    /// In how many of a hundred places something careless is done.
    pub(super) carelessness: usize,
}

impl Draft<'_> {
    fn fill(&mut self, cases: &Cases) {
        let (least, most) = (*cases.calls.start(), *cases.calls.end());
        assert!(least <= most, "a case has some number of calls");
        let most = if self.dice.chance(50) { least.max(most / 3) } else { most };
        self.calls_left = least + self.dice.below(most - least + 1);
        // Between calls, about as often, something else happens.
        self.program.reserve(self.calls_left.min(RESERVED_MAX) * 2);
        self.carelessness = match () {
            () if self.habits.iter().all(|habit| *habit == Habit::Joining) => 0,
            () if self.has(Habit::Disorder) => self.dice.pick(&[50, 90]),
            () => self.dice.pick(&[10, 25, 40]),
        };
        if self.has(Habit::Crowding) {
            self.crowd();
        }
        while self.calls_left > 0 {
            if self.has(Habit::Disorder) && self.dice.chance(self.carelessness) {
                self.careless();
            } else {
                self.installation();
            }
        }
        self.program.push(Deed::Settle);
    }

    pub(super) fn has(&self, habit: Habit) -> bool {
        self.habits.contains(&habit)
    }

    pub(super) fn has_feature(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    /// Makes a call, unless there were enough of them.
    pub(super) fn call(&mut self, by: Number, call: CallDeed) {
        self.call_as(by, call, false);
    }

    pub(super) fn call_as(&mut self, by: Number, call: CallDeed, inside: bool) {
        if self.calls_left > 0 {
            self.calls_left -= 1;
            self.program.push(Deed::Call { by, call, inside });
        }
    }

    /// A place for the handle of a start or a join.
    pub(super) fn new_slot(&mut self, by: Number, is_start: bool) -> Slot {
        let slot = self.slots_given;
        // There are at most as many as calls; what goes beyond shares the last.
        self.slots_given = self.slots_given.saturating_add(1).min(Slot::MAX - 1);
        self.slots.push((slot, by, is_start));
        slot
    }

    pub(super) fn installer(&mut self) -> Number {
        let place = self.dice.below(self.scene.installers.len() + 1);
        // The first one does most.
        self.scene.installers.get(place).or(self.scene.installers.first()).map_or(0, |each| each.number)
    }

    /// Sessions up to the limit, and perhaps beyond; with an installer's own among them, if one is started later.
    fn crowd(&mut self) {
        let by = self.installer();
        let count = self.dice.pick(&[2, 31, 62, 63, 64, 65, 66]);
        self.program.push(Deed::Crowd { by, count });
        if self.dice.chance(50) {
            let by = self.installer();
            self.program.push(Deed::Crowd { by, count: self.dice.pick(&[1, 2, 33, 64]) });
        }
        if self.dice.chance(50) {
            let by = self.installer();
            self.call(by, CallDeed::End { handle: HandleOf::Number(0) });
        }
    }
}
