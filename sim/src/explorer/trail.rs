//! The machines on the way to the state that is followed. No other machine is kept: states are followed in the order
//! in which they were reached, so that the next one shares most of its way with the last.

use rstmgr_model::{Input, Machine, Observed};

use super::digest::{Digest, Room};
use super::states::{StateId, States};
use super::{SmallWorld, Watcher};
use crate::exhaustive::Coded;

/// A way from the first state.
#[derive(Debug)]
pub(super) struct Trail<'w, W> {
    world: &'w SmallWorld,
    /// By distance from the first state; those behind the end of the way are memory for later.
    levels: Vec<Level<W>>,
    /// The states of the way that are not on it yet, the next one last.
    missing: Vec<StateId>,
    observed: Observed,
    room: Room,
}

/// A state on the way.
#[derive(Debug)]
pub(super) struct Level<W> {
    pub(super) id: StateId,
    /// Where it was reached from.
    from: StateId,
    pub(super) machine: Machine,
    pub(super) watcher: W,
    pub(super) digest: Digest,
    /// What can be done in it, once somebody asked.
    inputs: Option<Vec<Input>>,
    /// Where inputs were, for the next ones.
    spare: Vec<Input>,
}

impl<W> Level<W> {
    /// What can be done in this state.
    pub(super) fn inputs(&mut self, world: &SmallWorld) -> &[Input] {
        let (machine, spare) = (&self.machine, &mut self.spare);
        self.inputs.get_or_insert_with(|| {
            let mut inputs = std::mem::take(spare);
            world.inputs(machine, &mut inputs);
            inputs
        })
    }

    /// The inputs, asked for before, beside the rest.
    pub(super) fn known_inputs(&self) -> &[Input] {
        self.inputs.as_deref().unwrap_or_default()
    }

    fn forget_inputs(&mut self) {
        if let Some(inputs) = self.inputs.take() {
            self.spare = inputs;
        }
    }
}

impl<'w, W: Watcher> Trail<'w, W> {
    /// At the first state, which the watcher has not seen yet.
    pub(super) fn new(world: &'w SmallWorld, watcher: W) -> Trail<'w, W> {
        let mut machine = world.first();
        machine.forget_changes();
        let (mut digest, mut room) = (Digest::default(), Room::default());
        digest.read(&machine, &watcher, &mut room.bytes);
        let first = Level { id: 0, from: 0, machine, watcher, digest, inputs: None, spare: Vec::new() };
        let (missing, observed) = (Vec::new(), Observed::default());
        Trail { world, levels: vec![first], missing, observed, room }
    }

    pub(super) fn first(&self) -> &Level<W> {
        &self.levels[0]
    }

    /// Goes to a state that is so many moves from the first.
    pub(super) fn go_to(&mut self, state: StateId, depth: usize, states: &States) -> &mut Level<W> {
        let (mut missing, mut at) = (state, depth);
        while self.levels.get(at).is_none_or(|level| level.id != missing) {
            self.missing.push(missing);
            missing = states.arrival(missing).from;
            at -= 1;
        }
        while let Some(next) = self.missing.pop() {
            self.descend(at, next, states);
            at += 1;
        }
        &mut self.levels[depth]
    }

    /// Goes from the state at `at` to one that was reached from it.
    fn descend(&mut self, at: usize, to: StateId, states: &States) {
        if self.levels.len() == at + 1 {
            let Level { id, machine, watcher, .. } = &self.levels[at];
            let (machine, watcher) = (machine.clone(), watcher.clone());
            let digest = Digest::default();
            // It is no child of this state, but of none.
            let level = Level {
                id: *id,
                from: StateId::MAX,
                machine,
                watcher,
                digest,
                inputs: None,
                spare: Vec::new(),
            };
            self.levels.push(level);
        }
        let (before, after) = self.levels.split_at_mut(at + 1);
        let (from, level) = (&mut before[at], &mut after[0]);
        let arrival = states.arrival(to);
        if level.from == from.id {
            level.machine.undo_changes(&from.machine);
        } else {
            level.machine.clone_from(&from.machine);
            level.machine.forget_changes();
        }
        level.watcher.clone_from(&from.watcher);
        (level.id, level.from) = (to, from.id);
        level.forget_inputs();
        let mut choices = Coded::new(arrival.code());
        from.inputs(self.world);
        let input = &from.known_inputs()[arrival.input()];
        self.observed.clear();
        level.machine.step(input, &mut choices, &mut self.observed);
        let broken = level.watcher.watch(&level.machine, input, &self.observed);
        debug_assert!(broken.is_none(), "a broken law ends the exploration");
        let now = (&level.machine, &level.watcher);
        level.digest.read_changes(&from.digest, &from.machine, now, &mut self.room.bytes);
    }

    /// What it takes, as far as it lies here: machines by their size alone.
    pub(super) fn bytes(&self) -> usize {
        let of_level = |level: &Level<W>| {
            let inputs = level.spare.capacity() + level.inputs.as_ref().map_or(0, Vec::capacity);
            size_of::<Level<W>>() + level.digest.bytes() + inputs * size_of::<Input>()
        };
        self.levels.iter().map(of_level).sum()
    }
}

#[cfg(test)]
mod tests {
    use rstmgr_model::Profile;

    use super::super::{Bounds, small_world};
    use super::*;

    #[test]
    fn a_trail_takes_its_levels_their_digests_and_their_inputs() {
        let world = small_world(1, 1, Profile::windows_11(), Bounds::ONE_OF_EACH);
        let mut trail = Trail::new(&world, ());
        let level = size_of::<Level<()>>() + trail.first().digest.bytes();
        assert!(level > size_of::<Level<()>>());
        assert_eq!(trail.bytes(), level);
        assert!(trail.levels[0].inputs(&world).len() > 1);
        let inputs = trail.levels[0].inputs.as_ref().map_or(0, Vec::capacity);
        assert_eq!(trail.bytes(), level + inputs * size_of::<Input>());
        // Their memory stays, and is counted.
        trail.levels[0].forget_inputs();
        assert_eq!(trail.bytes(), level + inputs * size_of::<Input>());
        trail.levels[0].spare = Vec::with_capacity(3);
        trail.levels[0].inputs = Some(Vec::with_capacity(5));
        assert_eq!(trail.bytes(), level + 8 * size_of::<Input>());
    }
}
