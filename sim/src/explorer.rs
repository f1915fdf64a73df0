//! Every reachable state of a small world, breadth first, and the shortest way to a broken law.
//!
//! A state is a [`Machine`] in its one encoding, and what a [`Watcher`] remembers. From each, every [`Move`] is made
//! that the world offers, with every sequence of choices. Time has no length here: a timer that is set may be due
//! before or after whatever else can happen.

mod moves;
mod states;

use rstmgr_model::{Input, Machine, Monitor, Observed};

pub use self::moves::{Bounds, Function, SmallWorld};
use self::states::{StateId, States};
use crate::exhaustive::Exhaustive;

/// Follows a run, and says what must not be.
pub trait Watcher: Clone {
    /// Looks at a step that led to `after`; what breaks a law, if it does.
    fn watch(&mut self, after: &Machine, input: &Input, observed: &Observed) -> Option<String>;

    /// Appends what it remembers: watchers with equal bytes judge every future alike.
    fn encode(&self, bytes: &mut Vec<u8>);
}

/// Nobody watches.
impl Watcher for () {
    fn watch(&mut self, _: &Machine, _: &Input, _: &Observed) -> Option<String> {
        None
    }

    fn encode(&self, _: &mut Vec<u8>) {}
}

/// The laws.
impl Watcher for Monitor {
    fn watch(&mut self, after: &Machine, input: &Input, observed: &Observed) -> Option<String> {
        let broken = Monitor::watch(self, after.world(), after.profile(), input, &observed.outputs);
        broken.first().map(ToString::to_string)
    }

    fn encode(&self, bytes: &mut Vec<u8>) {
        Monitor::encode(self, bytes);
    }
}

/// What an exploration found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exploration {
    /// How many states there are, as far as they were reached.
    pub states: usize,
    /// How many steps led from state to state, those to known states too.
    pub transitions: u64,
    /// How many moves the farthest state is from the first.
    pub depth: usize,
    /// How many states lie beyond the bounds of the world, and were not followed.
    pub beyond: usize,
    /// Why it ended.
    pub ending: Ending,
}

/// Why an exploration ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nothing is left to explore.
    Closed,
    /// There are more states than it was allowed to keep; so many were reached and not followed.
    TooMany {
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
}

/// Explores `world` from its first state, which `watcher` has not seen yet, until nothing is left, `states_max` states
/// are kept, a law breaks, or `go_on` says no, which is asked for every thousandth state that is followed.
pub fn explore<W: Watcher>(
    world: &SmallWorld,
    watcher: W,
    states_max: usize,
    go_on: &mut dyn FnMut(Progress) -> bool,
) -> Exploration {
    let mut explorer = Explorer {
        world,
        states: States::default(),
        layer: Vec::new(),
        next_layer: Vec::new(),
        transitions: 0,
        depth: 0,
        beyond: 0,
        bytes: Vec::new(),
        observed: Observed::default(),
        inputs: Vec::new(),
        next: (world.first(), watcher.clone()),
    };
    let ending = explorer.run(watcher, states_max, go_on);
    Exploration {
        states: explorer.states.len(),
        transitions: explorer.transitions,
        depth: explorer.depth,
        beyond: explorer.beyond,
        ending,
    }
}

/// A state that is to be followed.
struct Waiting<W> {
    id: StateId,
    machine: Machine,
    watcher: W,
}

/// An exploration that goes on.
struct Explorer<'w, W> {
    world: &'w SmallWorld,
    states: States,
    /// Those that are `depth` moves away, and those that are one more.
    layer: Vec<Waiting<W>>,
    next_layer: Vec<Waiting<W>>,
    transitions: u64,
    depth: usize,
    beyond: usize,
    bytes: Vec<u8>,
    observed: Observed,
    inputs: Vec<Input>,
    /// Where steps are made; it keeps its memory.
    next: (Machine, W),
}

impl<W: Watcher> Explorer<'_, W> {
    fn run(&mut self, watcher: W, states_max: usize, go_on: &mut dyn FnMut(Progress) -> bool) -> Ending {
        let first = self.world.first();
        encode(&first, &watcher, &mut self.bytes);
        let id = self.states.add_first(&self.bytes);
        self.layer.push(Waiting { id, machine: first, watcher });
        loop {
            for place in 0..self.layer.len() {
                let is_time_to_ask = place % 1000 == 0;
                let waiting = self.layer.len() - place + self.next_layer.len();
                let progress =
                    Progress { states: self.states.len(), transitions: self.transitions, depth: self.depth };
                if is_time_to_ask && !go_on(progress) {
                    return Ending::Stopped { waiting };
                }
                if self.states.len() >= states_max {
                    return Ending::TooMany { waiting };
                }
                if let Some(broken) = self.follow(place) {
                    return broken;
                }
            }
            if self.next_layer.is_empty() {
                return Ending::Closed;
            }
            self.depth += 1;
            self.layer.clear();
            std::mem::swap(&mut self.layer, &mut self.next_layer);
        }
    }

    /// Makes every move from a state.
    fn follow(&mut self, place: usize) -> Option<Ending> {
        let from = &self.layer[place];
        let mut inputs = std::mem::take(&mut self.inputs);
        self.world.inputs(&from.machine, &mut inputs);
        for (number, input) in inputs.iter().enumerate() {
            let mut choices = Exhaustive::new();
            while choices.next_run() {
                let from = &self.layer[place];
                let (machine, watcher) = (&mut self.next.0, &mut self.next.1);
                machine.clone_from(&from.machine);
                watcher.clone_from(&from.watcher);
                self.observed.clear();
                machine.step(input, &mut choices, &mut self.observed);
                self.transitions += 1;
                if let Some(because) = watcher.watch(machine, input, &self.observed) {
                    let id = from.id;
                    let mut path = self.path(id);
                    path.push(PathStep { input: input.clone(), picks: choices.picks().collect() });
                    return Some(Ending::Broken { because, path });
                }
                let incarnations = encode(machine, watcher, &mut self.bytes);
                let Some(id) = self.states.add(&self.bytes, (from.id, number, choices.run())) else {
                    continue;
                };
                if self.world.is_beyond(machine, incarnations) {
                    self.beyond += 1;
                } else {
                    let (machine, watcher) = (machine.clone(), watcher.clone());
                    self.next_layer.push(Waiting { id, machine, watcher });
                }
            }
        }
        self.inputs = inputs;
        None
    }

    /// The steps that led to a state first.
    fn path(&self, to: StateId) -> Vec<PathStep> {
        let mut machine = self.world.first();
        let mut inputs = Vec::new();
        let mut observed = Observed::default();
        let mut path = Vec::new();
        for (input, run) in self.states.way_to(to) {
            self.world.inputs(&machine, &mut inputs);
            let before = machine.clone();
            let mut choices = Exhaustive::new();
            while choices.next_run() {
                machine = before.clone();
                observed.clear();
                machine.step(&inputs[input], &mut choices, &mut observed);
                if choices.run() == run {
                    break;
                }
            }
            path.push(PathStep { input: inputs[input].clone(), picks: choices.picks().collect() });
        }
        path
    }
}

/// The bytes of a state; returns of how many incarnations of one process it speaks.
fn encode(machine: &Machine, watcher: &impl Watcher, bytes: &mut Vec<u8>) -> usize {
    bytes.clear();
    let incarnations = machine.encode(bytes);
    watcher.encode(bytes);
    incarnations
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rstmgr_model::{
        HowUsed, Installer, OnEnd, OnQuery, ProcessKind, Profile, RestartRegistration, Use, World,
    };

    use super::*;

    /// One installer, one application that agrees or refuses, and every function.
    fn world() -> SmallWorld {
        let mut world = World::new();
        let user = World::user(0);
        let core = world.path(r"C:\App\core.dll");
        let arguments = world.long_text("--restore");
        let mut editor = world.process(r"C:\App\editor.exe", user);
        editor.kind = ProcessKind::MainWindow;
        editor.restart = Some(RestartRegistration { arguments, flags: 0 });
        editor.uses.push(Use { path: core, how: HowUsed::Handle });
        editor.behavior.on_query = OnQuery::Undecided;
        editor.behavior.on_end = OnEnd::Leaves(std::time::Duration::from_secs(1));
        let editor = world.add_process(editor);
        let setup = world.process(r"C:\Setup\setup.exe", user);
        let process = world.add_process(setup);
        let current_directory = String::from(r"C:\Setup");
        let installer = Installer { process, as_service: false, current_directory, shutdown_privilege: true };
        let setup = world.add_installer(installer);
        let bounds = Bounds { sessions: 1, handles: 2, calls: 1, incarnations: 2, resources: 1 };
        let mut small = SmallWorld::new(Machine::new(world, Profile::windows_11()), bounds);
        small.installers.push(setup);
        small.files.push(core);
        small.applications.push(editor);
        small.applications_come_and_go = true;
        small
    }

    /// What came out, without the ids of processes.
    fn shown(observed: &Observed) -> String {
        let text = format!("{:?}", observed.outputs);
        let parts = text.split("UniqueProcess {").enumerate();
        let parts = parts.map(|(number, part)| match part.split_once('}') {
            Some((_, rest)) if number > 0 => rest,
            _ => part,
        });
        parts.collect()
    }

    /// The states of a world, by their whole bytes; and of each second way to a state, what it does next.
    #[test]
    fn equal_bytes_mean_an_equal_future() {
        let world = world();
        let mut states: BTreeMap<Vec<u8>, Machine> = BTreeMap::new();
        let mut open = vec![world.first()];
        let (mut inputs, mut bytes) = (Vec::new(), Vec::new());
        let (mut again, mut compared) = (0, 0);
        while let Some(machine) = open.pop() {
            let successors = successors(&world, &machine, &mut inputs);
            for (next, _) in successors {
                bytes.clear();
                let incarnations = next.encode(&mut bytes);
                if let Some(known) = states.get(&bytes) {
                    again += 1;
                    if again % 16 == 0 {
                        compare(&world, known, &next);
                        compared += 1;
                    }
                } else if states.len() < 60_000 {
                    states.insert(bytes.clone(), next.clone());
                    if !world.is_beyond(&next, incarnations) {
                        open.push(next);
                    }
                }
            }
        }
        assert!(compared > 20_000, "{compared}");
    }

    fn successors(world: &SmallWorld, from: &Machine, inputs: &mut Vec<Input>) -> Vec<(Machine, String)> {
        let mut found = Vec::new();
        world.inputs(from, inputs);
        for input in &*inputs {
            let mut choices = Exhaustive::new();
            while choices.next_run() {
                let mut machine = from.clone();
                let mut observed = Observed::default();
                machine.step(input, &mut choices, &mut observed);
                found.push((machine, shown(&observed)));
            }
        }
        found
    }

    fn compare(world: &SmallWorld, one: &Machine, other: &Machine) {
        let mut inputs = Vec::new();
        let ones = successors(world, one, &mut inputs);
        let others = successors(world, other, &mut inputs);
        assert_eq!(ones.len(), others.len());
        for ((one, shown), (other, also_shown)) in ones.iter().zip(&others) {
            assert_eq!(shown, also_shown);
            let [mut left, mut right] = [Vec::new(), Vec::new()];
            assert_eq!(one.encode(&mut left), other.encode(&mut right));
            assert_eq!(left, right, "after {shown}");
        }
    }

    #[test]
    fn fingerprints_lose_no_state() {
        let mut world = world();
        world.applications_come_and_go = false;
        let found = explore(&world, (), usize::MAX, &mut |_| true);
        assert_eq!(found.ending, Ending::Closed);
        let mut states = BTreeMap::new();
        let mut open = vec![world.first()];
        let mut bytes = Vec::new();
        encode(&open[0], &(), &mut bytes);
        states.insert(bytes.clone(), ());
        while let Some(machine) = open.pop() {
            for (next, _) in successors(&world, &machine, &mut Vec::new()) {
                let incarnations = encode(&next, &(), &mut bytes);
                if states.insert(bytes.clone(), ()).is_none() && !world.is_beyond(&next, incarnations) {
                    open.push(next);
                }
            }
        }
        assert_eq!(found.states, states.len());
    }
}
