//! Every way in which one step of the machine can go, and under which answers to the open questions.
//!
//! A step may ask a dozen open questions, and most of them make no difference where it stands. Whoever tried every
//! combination would try millions. So where they are many, each question is first tried on its own, from several
//! starting points; those that never make a difference are left open, and the others are tried in every combination.
//! With each combination the questions that were left open are answered otherwise once more; if that makes a
//! difference after all, the question that makes it joins the others, and all is tried again.

use std::collections::{BTreeMap, BTreeSet};

use rstmgr_model::{ChoicePoint, Choices, Knob, Machine, Observed, Profile};
use rstmgr_sim::{Exhaustive, Random};

use super::boxes;

/// Up to so many combinations are tried without asking first which questions make a difference.
const COMBINATIONS_TRIED: usize = 64;
/// From how many starting points each question is tried on its own.
const STARTS: u64 = 8;

/// A way that a step can go.
#[derive(Clone, Debug)]
pub(super) struct Way {
    /// What becomes of the machine; its profile is one of `profiles`.
    pub(super) machine: Machine,
    /// What it lets out.
    pub(super) observed: Observed,
    /// The answers under which the step goes this way: each profile is a box of possible answers.
    pub(super) profiles: Vec<Profile>,
}

/// A step that is made on machines.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    /// Makes it.
    pub(super) make: &'a dyn Fn(&mut Machine, &mut dyn Choices, &mut Observed),
    /// In how many seconds from now something happens in the trace; `None` if nobody knows.
    ///
    /// Who is killed at another moment leaves earlier, and so might as well be killed at the last.
    pub(super) moments: Option<&'a [usize]>,
}

/// Every way in which `step` can go from `machine` under `profiles`.
pub(super) fn ways(machine: &Machine, profiles: &[Profile], step: Step<'_>) -> Vec<Way> {
    let mut brancher = Brancher {
        start: machine,
        step,
        machine: machine.clone(),
        observed: Observed::default(),
        bytes: Vec::new(),
    };
    let mut ways = Ways::default();
    for profile in profiles {
        brancher.branch(profile, &mut ways);
    }
    let mut ways = ways.ways;
    for way in &mut ways {
        boxes::unite(&mut way.profiles);
    }
    ways
}

/// The ways that were found.
#[derive(Default)]
struct Ways {
    /// By the state: the places of the ways that lead there.
    known: BTreeMap<Vec<u8>, Vec<usize>>,
    ways: Vec<Way>,
}

impl Ways {
    /// Adds a run that ended in the state `bytes`, and under which answers it does.
    fn add(&mut self, bytes: &[u8], machine: &Machine, observed: &Observed, profiles: &[Profile]) {
        let places = match self.known.get_mut(bytes) {
            Some(places) => places,
            None => self.known.entry(bytes.to_vec()).or_default(),
        };
        let same = places.iter().find(|place| is_same(&self.ways[**place].observed, observed));
        match same {
            Some(place) => self.ways[*place].profiles.extend(profiles),
            None => {
                places.push(self.ways.len());
                let (machine, observed) = (machine.clone(), observed.clone());
                self.ways.push(Way { machine, observed, profiles: profiles.to_vec() });
            }
        }
    }

    /// Adds all of `others`.
    fn absorb(&mut self, others: Ways) {
        for (bytes, places) in &others.known {
            for way in places.iter().map(|place| &others.ways[*place]) {
                self.add(bytes, &way.machine, &way.observed, &way.profiles);
            }
        }
    }
}

/// Whether two runs let out the same.
fn is_same(one: &Observed, other: &Observed) -> bool {
    one.outputs == other.outputs && one.timers == other.timers
}

/// The questions that a step may ask.
#[derive(Default)]
struct Trial {
    asked: BTreeSet<Knob>,
    /// Those of them that make a difference.
    relevant: BTreeSet<Knob>,
}

struct Brancher<'a> {
    start: &'a Machine,
    step: Step<'a>,
    /// What became of the machine in the last run, what it let out, and the state as bytes.
    machine: Machine,
    observed: Observed,
    bytes: Vec<u8>,
}

impl Brancher<'_> {
    /// Makes the step once.
    fn run(&mut self, profile: &Profile, choices: &mut dyn Choices) {
        self.machine.clone_from(self.start);
        self.machine.set_profile(*profile);
        self.observed.clear();
        let mut choices = Plausible { choices, moments: self.step.moments };
        (self.step.make)(&mut self.machine, &mut choices, &mut self.observed);
        self.bytes.clear();
        self.machine.encode(&mut self.bytes);
    }

    /// Adds the ways under one profile.
    fn branch(&mut self, profile: &Profile, ways: &mut Ways) {
        if let Some(found) = self.combine_few(profile) {
            return ways.absorb(found);
        }
        let mut trial = self.try_each(profile);
        loop {
            match self.combine(profile, &trial) {
                Ok(found) => return ways.absorb(found),
                Err(more) => trial.relevant.extend(more),
            }
        }
    }

    /// Tries every combination of all questions; `None` if there are many.
    fn combine_few(&mut self, profile: &Profile) -> Option<Ways> {
        let nothing = BTreeSet::new();
        let mut chooser = Combining::new(&nothing);
        let mut ways = Ways::default();
        for _ in 0..=COMBINATIONS_TRIED {
            if !chooser.next_run() {
                return Some(ways);
            }
            self.run(profile, &mut chooser);
            ways.add(&self.bytes, &self.machine, &self.observed, &[*self.machine.profile()]);
        }
        None
    }

    /// Tries each question on its own.
    fn try_each(&mut self, profile: &Profile) -> Trial {
        let mut trial = Trial::default();
        for start in 0..STARTS {
            let mut first = Answering::at_random(start);
            self.run(profile, &mut first);
            let (observed, bytes) = (self.observed.clone(), self.bytes.clone());
            trial.asked.extend(first.asked.keys());
            for (knob, asked) in &first.asked {
                for other in (0..asked.options).filter(|other| *other != asked.pick) {
                    let mut changed = Answering::at_random(start);
                    changed.pins.insert(*knob, other);
                    self.run(profile, &mut changed);
                    if self.bytes != bytes || !is_same(&self.observed, &observed) {
                        trial.relevant.insert(*knob);
                    }
                    trial.asked.extend(changed.asked.keys());
                }
            }
        }
        trial
    }

    /// Tries every combination of the questions that make a difference; fails if others do too.
    fn combine(&mut self, profile: &Profile, trial: &Trial) -> Result<Ways, Vec<Knob>> {
        let left_open: BTreeSet<Knob> = trial.asked.difference(&trial.relevant).copied().collect();
        let mut chooser = Combining::new(&left_open);
        let mut ways = Ways::default();
        while chooser.next_run() {
            self.run(profile, &mut chooser);
            let mut found = *self.machine.profile();
            for knob in &left_open {
                found = found.with_options_of(*knob, profile);
            }
            ways.add(&self.bytes, &self.machine, &self.observed, &[found]);
            self.check_left_open(profile, &chooser)?;
        }
        Ok(ways)
    }

    /// Answers otherwise what the last run left open; fails with what makes a difference.
    fn check_left_open(&mut self, profile: &Profile, last: &Combining<'_>) -> Result<(), Vec<Knob>> {
        let (observed, bytes) = (self.observed.clone(), self.bytes.clone());
        let mut otherwise = Answering::at_random(STARTS + last.runs);
        otherwise.pins = last.pins.clone();
        otherwise.others = last.others.clone();
        self.run(profile, &mut otherwise);
        if self.bytes == bytes && is_same(&self.observed, &observed) {
            return Ok(());
        }
        let mut walking =
            Answering { pins: last.pins.clone(), others: last.others.clone(), ..Answering::at_random(0) };
        for knob in last.left_open {
            let Some(asked) = otherwise.asked.get(knob) else { continue };
            walking.pins.insert(*knob, asked.pick);
            self.run(profile, &mut walking);
            if self.bytes != bytes || !is_same(&self.observed, &observed) {
                return Err(vec![*knob]);
            }
        }
        Err(last.left_open.iter().copied().collect())
    }
}

/// Offers no moments for killing somebody at which nothing happens, but for the last.
struct Plausible<'a> {
    choices: &'a mut dyn Choices,
    moments: Option<&'a [usize]>,
}

impl Choices for Plausible<'_> {
    fn choose(&mut self, point: ChoicePoint, options: usize) -> usize {
        let (ChoicePoint::KillMoment, Some(moments)) = (point, self.moments) else {
            return self.choices.choose(point, options);
        };
        let last = options - 1;
        let moments: Vec<usize> = moments.iter().copied().filter(|moment| *moment < last).collect();
        if moments.is_empty() {
            return last;
        }
        let pick = self.choices.choose(point, moments.len() + 1);
        moments.get(pick).copied().unwrap_or(last)
    }
}

/// A question that was asked.
#[derive(Clone, Copy)]
struct Asked {
    pick: usize,
    options: usize,
}

/// Answers what is pinned, and the rest by a seed: 0 takes the first option, 1 the last.
struct Answering {
    seed: u64,
    pins: BTreeMap<Knob, usize>,
    /// The answers to what is no open question, in order.
    others: Vec<usize>,
    asked: BTreeMap<Knob, Asked>,
    others_asked: usize,
}

impl Answering {
    fn at_random(seed: u64) -> Answering {
        Answering { seed, pins: BTreeMap::new(), others: Vec::new(), asked: BTreeMap::new(), others_asked: 0 }
    }

    fn draw(&self, stream: u64, options: usize) -> usize {
        match self.seed {
            0 => 0,
            1 => options - 1,
            seed => Random::new(seed, stream).below(options),
        }
    }
}

impl Choices for Answering {
    fn choose(&mut self, point: ChoicePoint, options: usize) -> usize {
        let ChoicePoint::OpenQuestion(knob) = point else {
            let place = self.others_asked;
            self.others_asked += 1;
            let known = self.others.get(place).filter(|pick| **pick < options);
            let stream = u64::try_from(place).unwrap_or(u64::MAX);
            return known.copied().unwrap_or_else(|| self.draw(stream, options));
        };
        let stream =
            knob.name().bytes().fold(1 << 32, |sum: u64, byte| sum.wrapping_mul(31) + u64::from(byte));
        let pick = match self.pins.get(&knob) {
            Some(pick) if *pick < options => *pick,
            _ => self.draw(stream, options),
        };
        self.asked.insert(knob, Asked { pick, options });
        pick
    }
}

/// Answers in every combination, but for the questions that are left open: of those it takes the first option.
struct Combining<'a> {
    exhaustive: Exhaustive,
    left_open: &'a BTreeSet<Knob>,
    runs: u64,
    /// What was answered in this run.
    pins: BTreeMap<Knob, usize>,
    others: Vec<usize>,
}

impl Combining<'_> {
    fn new(left_open: &BTreeSet<Knob>) -> Combining<'_> {
        let (pins, others) = (BTreeMap::new(), Vec::new());
        Combining { exhaustive: Exhaustive::new(), left_open, runs: 0, pins, others }
    }

    fn next_run(&mut self) -> bool {
        self.pins.clear();
        self.others.clear();
        self.runs += 1;
        self.exhaustive.next_run()
    }
}

impl Choices for Combining<'_> {
    fn choose(&mut self, point: ChoicePoint, options: usize) -> usize {
        let ChoicePoint::OpenQuestion(knob) = point else {
            let pick = self.exhaustive.choose(point, options);
            self.others.push(pick);
            return pick;
        };
        if self.left_open.contains(&knob) {
            return 0;
        }
        let pick = self.exhaustive.choose(point, options);
        self.pins.insert(knob, pick);
        pick
    }
}

#[cfg(test)]
mod tests;
