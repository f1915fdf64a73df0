//! Whoever follows states: makes every move from them, and notes what was not known.

use rstmgr_model::{Machine, Observed};

use super::digest::Room;
use super::states::{Arrival, Candidate, StateId, States};
use super::symmetry::{Memory, Symmetry};
use super::table::Fingerprint;
use super::trail::Trail;
use super::{SmallWorld, Watcher};
use crate::exhaustive::Exhaustive;

/// Follows states, one after another.
#[derive(Debug)]
pub(super) struct Worker<'w, W> {
    world: &'w SmallWorld,
    trail: Trail<'w, W>,
    /// Where steps are made; it keeps its memory.
    machine: Machine,
    watcher: W,
    choices: Exhaustive,
    observed: Observed,
    room: Room,
    symmetry: Option<&'w Symmetry>,
    memory: Option<Memory>,
}

/// What came of following some neighboring states.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The states that were not known, in the order in which they were reached; some of them more than once.
    pub(super) candidates: Vec<Candidate>,
    pub(super) transitions: u64,
    pub(super) followed: usize,
    /// The step that broke a law, and what it broke; the last one.
    pub(super) broken: Option<(Arrival, String)>,
}

impl<'w, W: Watcher> Worker<'w, W> {
    pub(super) fn new(world: &'w SmallWorld, symmetry: Option<&'w Symmetry>, watcher: &W) -> Worker<'w, W> {
        let trail = Trail::new(world, watcher.clone());
        let machine = trail.first().machine.clone();
        Worker {
            world,
            trail,
            machine,
            watcher: watcher.clone(),
            choices: Exhaustive::new(),
            observed: Observed::default(),
            room: Room::default(),
            symmetry,
            memory: symmetry.map(|_| Memory::new()),
        }
    }

    /// By what the first state is known.
    pub(super) fn first(&mut self) -> Fingerprint {
        let first = self.trail.first();
        match self.symmetry {
            None => first.digest.fingerprint(),
            Some(symmetry) => symmetry.fingerprint(&first.machine, &first.watcher, &mut self.room.bytes),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.trail.bytes() + self.memory.as_ref().map_or(0, Memory::bytes)
    }

    /// Follows states that are so many moves from the first, but for those beyond the bounds.
    pub(super) fn follow(
        &mut self,
        states: &States,
        (from, to): (StateId, StateId),
        depth: usize,
        found: &mut Found,
    ) {
        found.candidates.clear();
        (found.transitions, found.followed) = (0, 0);
        for state in (from..to).filter(|state| !states.arrival(*state).is_beyond()) {
            found.followed += 1;
            if !self.follow_one(states, state, depth, found) {
                return;
            }
        }
    }

    /// Makes every move from a state; says no if one of them breaks a law.
    fn follow_one(&mut self, states: &States, state: StateId, depth: usize, found: &mut Found) -> bool {
        let level = self.trail.go_to(state, depth, states);
        level.inputs(self.world);
        let level = &*level;
        let new = found.candidates.len();
        self.machine.clone_from(&level.machine);
        self.machine.forget_changes();
        self.watcher.clone_from(&level.watcher);
        self.watcher.forget_changes();
        for (number, input) in level.known_inputs().iter().enumerate() {
            self.choices.begin();
            while self.choices.next_run() {
                self.observed.clear();
                self.machine.step(input, &mut self.choices, &mut self.observed);
                found.transitions += 1;
                if let Some(because) = self.watcher.watch(&self.machine, input, &self.observed) {
                    found.broken = Some((Arrival::new(state, number, self.choices.code(), false), because));
                    return false;
                }
                let now = (&self.machine, &self.watcher);
                if let Some((fingerprint, incarnations)) =
                    level.digest.after(&level.machine, now, &mut self.room)
                {
                    let fingerprint = match (self.symmetry, &mut self.memory) {
                        (Some(symmetry), Some(memory)) => memory.recall(fingerprint, || {
                            symmetry.fingerprint(&self.machine, &self.watcher, &mut self.room.bytes)
                        }),
                        _ => fingerprint,
                    };
                    let is_beyond = self.world.is_beyond(&self.machine, incarnations);
                    let arrival = Arrival::new(state, number, self.choices.code(), is_beyond);
                    found.candidates.push(Candidate { fingerprint, arrival });
                }
                self.machine.undo_changes(&level.machine);
                self.watcher.undo_changes(&level.watcher);
            }
        }
        // One question after another, so that the memory answers several at a time.
        let mut kept = new;
        for place in new..found.candidates.len() {
            let candidate = found.candidates[place];
            if !states.table.contains(candidate.fingerprint) {
                found.candidates[kept] = candidate;
                kept += 1;
            }
        }
        found.candidates.truncate(kept);
        true
    }
}
