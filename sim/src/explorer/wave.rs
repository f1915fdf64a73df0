//! A wave: some neighboring states, followed by one thread or several, and what they found settled in order.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::states::{Arrival, Candidate, StateId, States};
use super::symmetry::Symmetry;
use super::table::{Fingerprint, Group};
use super::worker::{Found, Worker};
use super::{SmallWorld, Watcher};

/// How many states a thread takes at a time.
const BLOCK: usize = 256;

/// Those who follow states, and what they found in the last wave.
pub(super) struct Crew<'w, W> {
    workers: Vec<Worker<'w, W>>,
    /// By block; those behind the blocks of the wave are memory for later.
    blocks: Vec<Mutex<Found>>,
    used: usize,
}

/// What a wave came to.
#[derive(Debug, Default)]
pub(super) struct Summary {
    pub(super) followed: usize,
    pub(super) transitions: u64,
    /// The first step that broke a law, and what it broke.
    pub(super) broken: Option<(Arrival, String)>,
}

impl<'w, W: Watcher> Crew<'w, W> {
    pub(super) fn new(
        world: &'w SmallWorld,
        symmetry: Option<&'w Symmetry>,
        watcher: &W,
        threads: usize,
    ) -> Crew<'w, W> {
        let workers = (0..threads.max(1)).map(|_| Worker::new(world, symmetry, watcher));
        Crew { workers: workers.collect(), blocks: Vec::new(), used: 0 }
    }

    /// By what the first state is known.
    pub(super) fn first(&mut self) -> Fingerprint {
        self.workers[0].first()
    }

    /// Follows the states of a wave, which are so many moves from the first.
    pub(super) fn follow(&mut self, states: &States, wave: Range<usize>, depth: usize) {
        self.used = wave.len().div_ceil(BLOCK);
        while self.blocks.len() < self.used {
            self.blocks.push(Mutex::default());
        }
        let id = |place: usize| StateId::try_from(place).expect("states are counted in 32 bits");
        let (next, blocks) = (AtomicUsize::new(0), &self.blocks[..self.used]);
        let work = |worker: &mut Worker<'w, W>| {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(block) = blocks.get(number) else { return };
                let start = wave.start + number * BLOCK;
                let ids = (id(start), id(wave.end.min(start + BLOCK)));
                let mut found = block.lock().unwrap_or_else(PoisonError::into_inner);
                worker.follow(states, ids, depth, &mut found);
            }
        };
        let (first, others) = self.workers.split_first_mut().expect("there is one worker at least");
        let useful = others.len().min(self.used - 1);
        let others = &mut others[..useful];
        if others.is_empty() {
            return work(first);
        }
        std::thread::scope(|scope| {
            for worker in others {
                scope.spawn(|| work(worker));
            }
            work(first);
        });
    }

    /// Adds the states that the wave found to those that are known, in the order in which one thread alone would have
    /// found them, and tells `add` of each new one.
    pub(super) fn settle(&mut self, states: &mut States, mut add: impl FnMut(Arrival)) -> Summary {
        let mut summary = Summary::default();
        let mut used = 0;
        for block in &mut self.blocks[..self.used] {
            let found = block.get_mut().unwrap_or_else(PoisonError::into_inner);
            used += 1;
            summary.followed += found.followed;
            summary.transitions += found.transitions;
            summary.broken = found.broken.take();
            if summary.broken.is_some() {
                break;
            }
        }
        let blocks = self.blocks[..used].iter_mut().map(|block| {
            let found = block.get_mut().unwrap_or_else(PoisonError::into_inner);
            found.candidates.as_slice()
        });
        let blocks: Vec<&[Candidate]> = blocks.collect();
        let mut push = |states: &mut States, arrival: Arrival| {
            states.push(arrival);
            add(arrival);
        };
        let threads = self.workers.len();
        if threads == 1 || blocks.iter().map(|block| block.len()).sum::<usize>() < MANY {
            for candidate in blocks.into_iter().flatten() {
                if states.table.insert(candidate.fingerprint) {
                    push(states, candidate.arrival);
                }
            }
            return summary;
        }
        let mut new: Vec<(usize, usize)> = std::thread::scope(|scope| {
            let groups = states.table.groups(threads);
            let threads: Vec<_> = groups.map(|group| scope.spawn(|| new_in(group, &blocks))).collect();
            threads
                .into_iter()
                .flat_map(|thread| thread.join().expect("a thread adds what it is given"))
                .collect()
        });
        // Runs in order, one behind the other.
        new.sort();
        new.into_iter().for_each(|(block, place)| push(states, blocks[block][place].arrival));
        summary
    }

    pub(super) fn bytes(&self) -> usize {
        let candidates = self.blocks.iter().map(|block| {
            let found = block.lock().unwrap_or_else(PoisonError::into_inner);
            found.candidates.capacity() * size_of::<Candidate>()
        });
        candidates.sum::<usize>() + self.workers.iter().map(|worker| worker.bytes()).sum::<usize>()
    }
}

/// How many candidates are worth a second thread.
const MANY: usize = 1 << 12;

/// Adds the candidates that belong into some shards; the places of the new ones.
fn new_in(mut group: Group<'_>, blocks: &[&[Candidate]]) -> Vec<(usize, usize)> {
    let mut new = Vec::new();
    for (number, block) in blocks.iter().enumerate() {
        for (place, candidate) in block.iter().enumerate() {
            if group.insert(candidate.fingerprint) {
                new.push((number, place));
            }
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use rstmgr_model::Profile;

    use super::super::symmetry::Memory;
    use super::super::{Bounds, Symmetry, small_world};
    use super::*;

    #[test]
    fn a_crew_takes_its_workers_and_what_they_found() {
        let world = small_world(2, 1, Profile::windows_11(), Bounds::ONE_OF_EACH);
        let symmetry = Symmetry::of(&world).expect("two installers are alike");
        let alone = Worker::new(&world, None, &());
        let remembers = Worker::new(&world, Some(&symmetry), &());
        assert!(alone.bytes() > 100);
        assert_eq!(remembers.bytes(), alone.bytes() + Memory::new().bytes());
        let mut crew = Crew::new(&world, None, &(), 3);
        assert_eq!(crew.bytes(), 3 * alone.bytes());
        let mut states = States::new(crew.first());
        crew.follow(&states, 0..1, 0);
        let found = crew.blocks[0].get_mut().unwrap().candidates.capacity();
        assert!(found > 1);
        let workers: usize = crew.workers.iter().map(Worker::bytes).sum();
        assert_eq!(crew.bytes(), workers + found * size_of::<Candidate>());
        assert_eq!((crew.blocks.len(), crew.settle(&mut states, |_| ()).followed), (1, 1));
    }

    #[test]
    fn the_first_state_is_known_by_its_fingerprint() {
        let world = small_world(1, 1, Profile::windows_11(), Bounds::ONE_OF_EACH);
        let mut crew = Crew::new(&world, None, &(), 1);
        assert_ne!(crew.first(), Fingerprint::default());
    }
}
