//! Every reachable state of a small world, breadth first, and the shortest way to a broken law.
//!
//! A state is a [`Machine`] in its one encoding, and what a [`Watcher`] remembers. From each, every input is made that
//! the [`SmallWorld`] offers, with every sequence of choices. Time has no length here: a timer that is set may be due
//! before or after whatever else can happen.
//!
//! States are followed in waves, whose lengths depend on nothing but the states so far; new states are numbered in the
//! order of the states that they were reached from. So the number of threads changes no result.

mod digest;
mod moves;
mod states;
mod symmetry;
mod table;
mod trail;
mod wave;
mod worker;
mod worlds;

use rstmgr_model::{Input, Machine, Monitor, Observed, Renaming};

pub use self::moves::{Arguments, Bounds, Function, SmallWorld};
use self::states::{Arrival, States};
use self::symmetry::Symmetry;
use self::wave::Crew;
pub use self::worlds::{named_worlds, small_world};
use crate::exhaustive::Coded;
use crate::recorder::Recorder;

/// Follows a run, and says what must not be.
pub trait Watcher: Clone + Send {
    /// Looks at a step that led to `after`; what breaks a law, if it does.
    fn watch(&mut self, after: &Machine, input: &Input, observed: &Observed) -> Option<String>;

    /// Takes what it remembers as unchanged from now on.
    fn forget_changes(&mut self) {}

    /// Remembers again what `source` does, which it was equal to when the changes were forgotten.
    fn undo_changes(&mut self, source: &Self) {
        self.clone_from(source);
    }

    /// Whether what it remembers may have changed since the changes were forgotten.
    fn is_changed(&self) -> bool {
        true
    }

    /// Appends what it remembers: watchers with equal bytes judge every future alike.
    fn encode(&self, bytes: &mut Vec<u8>);

    /// Appends what it would remember if everything stood in the place that `names` says: the same, if it remembers
    /// neither processes nor installers nor paths. Whoever does says so here, or explores without symmetry.
    fn encode_renamed(&self, names: &Renaming, bytes: &mut Vec<u8>) {
        let _ = names;
        self.encode(bytes);
    }
}

/// Nobody watches.
impl Watcher for () {
    fn watch(&mut self, _: &Machine, _: &Input, _: &Observed) -> Option<String> {
        None
    }

    fn is_changed(&self) -> bool {
        false
    }

    fn encode(&self, _: &mut Vec<u8>) {}
}

/// The laws.
impl Watcher for Monitor {
    fn watch(&mut self, after: &Machine, input: &Input, observed: &Observed) -> Option<String> {
        let broken = Monitor::watch(self, after.world(), after.profile(), input, &observed.outputs);
        broken.first().map(ToString::to_string)
    }

    fn forget_changes(&mut self) {
        Monitor::forget_changes(self);
    }

    fn undo_changes(&mut self, source: &Monitor) {
        Monitor::undo_changes(self, source);
    }

    fn is_changed(&self) -> bool {
        Monitor::is_changed(self)
    }

    fn encode(&self, bytes: &mut Vec<u8>) {
        Monitor::encode(self, bytes);
    }

    fn encode_renamed(&self, names: &Renaming, bytes: &mut Vec<u8>) {
        Monitor::encode_renamed(self, names, bytes);
    }
}

/// How far an exploration may go, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many states may be known before further ones are followed.
    pub states_max: usize,
    /// How many bytes the known states may take before further ones are followed: the table of fingerprints, and how
    /// each was reached.
    pub bytes_max: usize,
    /// How many threads follow states; the results are the same for every number.
    pub threads: usize,
    /// Whether states are one that differ only in the names of interchangeable installers and applications, with the
    /// files that only they use. Then fewer states are counted, and verdicts and shortest ways are as long.
    pub symmetry: bool,
}

/// One thread, every state for itself, until nothing is left.
impl Default for Limits {
    fn default() -> Limits {
        Limits { states_max: usize::MAX, bytes_max: usize::MAX, threads: 1, symmetry: false }
    }
}

/// What an exploration found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exploration {
    /// How many states there are, as far as they were reached.
    pub states: usize,
    /// How many steps led from state to state, those to known states too.
    pub transitions: u64,
    /// How many moves the farthest state is from the first, of those that were followed.
    pub depth: usize,
    /// How many states lie beyond the bounds of the world, and were not followed.
    pub beyond: usize,
    /// How much memory was taken at most, by the capacities of what is kept: the table of fingerprints, how each state
    /// was reached, and what the threads work with, where a machine counts by its size without what it points to.
    pub bytes: usize,
    /// Why it ended.
    pub ending: Ending,
}

/// Why an exploration ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nothing is left to explore.
    Closed,
    /// There are as many states as it may know, or more; so many were reached and not followed.
    TooMany {
        /// How many states wait to be followed.
        waiting: usize,
    },
    /// The states take as many bytes as they may, or more; so many were reached and not followed.
    TooLarge {
        /// How many states wait to be followed.
        waiting: usize,
    },
    /// It was told to stop; so many states were reached and not followed.
    Stopped {
        /// How many states wait to be followed.
        waiting: usize,
    },
    /// A law is broken.
    Broken {
        /// What breaks it.
        because: String,
        /// The shortest way there, its last step the one that breaks the law.
        path: Vec<PathStep>,
    },
}

/// A step of a path from the first state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathStep {
    /// What was done.
    pub input: Input,
    /// The options that were chosen, by index, in the order of the questions.
    pub picks: Vec<usize>,
}

/// How far an exploration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The states so far.
    pub states: usize,
    /// The steps so far.
    pub transitions: u64,
    /// How many moves the states that are followed now are from the first.
    pub depth: usize,
    /// How many states wait to be followed.
    pub waiting: usize,
    /// How many bytes the states take: see [`Limits::bytes_max`].
    pub bytes: usize,
}

/// Explores `world` from its first state, which `watcher` has not seen yet, until nothing is left, a limit is reached,
/// a law breaks, or `go_on` says no. Limits are looked at, and `go_on` is asked, before each wave: a few states at
/// first, and no more than some thousand. Whoever wants a limit on time keeps it in `go_on`.
pub fn explore<W: Watcher>(
    world: &SmallWorld,
    watcher: W,
    limits: &Limits,
    go_on: &mut dyn FnMut(Progress) -> bool,
) -> Exploration {
    let symmetry = if limits.symmetry { Symmetry::of(world) } else { None };
    explore_with(world, watcher, symmetry.as_ref(), limits, go_on)
}

fn explore_with<W: Watcher>(
    world: &SmallWorld,
    watcher: W,
    symmetry: Option<&Symmetry>,
    limits: &Limits,
    go_on: &mut dyn FnMut(Progress) -> bool,
) -> Exploration {
    let mut crew = Crew::new(world, symmetry, &watcher, limits.threads);
    let mut explorer = Explorer {
        world,
        states: States::new(crew.first()),
        waiting: 1,
        transitions: 0,
        depth: 0,
        beyond: 0,
    };
    let ending = explorer.run(&mut crew, limits, go_on);
    Exploration {
        states: explorer.states.len(),
        transitions: explorer.transitions,
        depth: explorer.depth,
        beyond: explorer.beyond,
        bytes: explorer.states.bytes() + crew.bytes(),
        ending,
    }
}

/// An exploration that goes on.
struct Explorer<'w> {
    world: &'w SmallWorld,
    states: States,
    /// How many states wait to be followed.
    waiting: usize,
    transitions: u64,
    depth: usize,
    beyond: usize,
}

/// The fewest and the most states that are followed in one wave.
const WAVE: (usize, usize) = (64, 4096);

impl Explorer<'_> {
    fn run<W: Watcher>(
        &mut self,
        crew: &mut Crew<'_, W>,
        limits: &Limits,
        go_on: &mut dyn FnMut(Progress) -> bool,
    ) -> Ending {
        let (mut at, mut layer_end) = (0, self.states.len());
        loop {
            while at < layer_end {
                if let Some(ending) = self.limit(limits, go_on) {
                    return ending;
                }
                let wave = at..layer_end.min(at + (self.states.len() / 8).clamp(WAVE.0, WAVE.1));
                at = wave.end;
                crew.follow(&self.states, wave, self.depth);
                if let Some(broken) = self.take(crew) {
                    return broken;
                }
            }
            if self.waiting == 0 {
                return Ending::Closed;
            }
            self.depth += 1;
            layer_end = self.states.len();
        }
    }

    /// Why it may not go on, if it may not.
    fn limit(&self, limits: &Limits, go_on: &mut dyn FnMut(Progress) -> bool) -> Option<Ending> {
        let (states, waiting, bytes) = (self.states.len(), self.waiting, self.states.bytes());
        let (transitions, depth) = (self.transitions, self.depth);
        if !go_on(Progress { states, transitions, depth, waiting, bytes }) {
            return Some(Ending::Stopped { waiting });
        }
        if states >= limits.states_max {
            return Some(Ending::TooMany { waiting });
        }
        (bytes >= limits.bytes_max).then_some(Ending::TooLarge { waiting })
    }

    /// Takes over what a wave found; how it ends, if a law is broken.
    fn take<W: Watcher>(&mut self, crew: &mut Crew<'_, W>) -> Option<Ending> {
        let Explorer { states, waiting, beyond, .. } = self;
        let summary = crew.settle(states, |arrival: Arrival| {
            let counter = if arrival.is_beyond() { &mut *beyond } else { &mut *waiting };
            *counter += 1;
        });
        self.waiting -= summary.followed;
        self.transitions += summary.transitions;
        let (last, because) = summary.broken?;
        let mut way = self.states.way_to(last.from);
        way.push(last);
        Some(Ending::Broken { because, path: self.steps(&way) })
    }

    /// The steps of a way.
    fn steps(&self, way: &[Arrival]) -> Vec<PathStep> {
        let mut machine = self.world.first();
        let (mut inputs, mut observed) = (Vec::new(), Observed::default());
        let steps = way.iter().map(|arrival| {
            self.world.inputs(&machine, &mut inputs);
            let input = inputs.swap_remove(arrival.input());
            let mut choices = Recorder::new(Coded::new(arrival.code()));
            observed.clear();
            machine.step(&input, &mut choices, &mut observed);
            PathStep { input, picks: choices.picks().0 }
        });
        steps.collect()
    }
}

#[cfg(test)]
mod tests;
