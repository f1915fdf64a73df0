//! How fast states are explored: by our explorer, and by stateright on the same machine and the same moves.
//!
//! Absolute figures drift with the machine: hold those of one run against each other.

use std::hash::{Hash, Hasher};
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use rstmgr_model::{FirstOption, Input, Installer, Machine, Observed, Profile, World};
use rstmgr_sim::{Bounds, Ending, Function, Limits, SmallWorld, explore};
use stateright::{Checker, Model, Property};

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(5))
        .sample_size(10)
        .configure_from_args();
    let (name, installers) = if is_test() { ("two installers", 2) } else { ("three installers", 3) };
    let world = sessions(installers);
    let states = explored(&world, 1);
    assert_eq!(states, checked(&world, 1), "both count the same states");
    assert_eq!(states, explored(&world, 2), "threads count the same states");
    let mut group = criterion.benchmark_group(format!("sessions of {name}"));
    group.throughput(Throughput::Elements(u64::try_from(states).expect("they are few")));
    for threads in [1, 2] {
        group.bench_function(format!("rstmgr, threads: {threads}"), |bencher| {
            bencher.iter(|| explored(black_box(&world), threads));
        });
    }
    for threads in [1, 2] {
        group.bench_function(format!("stateright, threads: {threads}"), |bencher| {
            bencher.iter(|| checked(black_box(&world), threads));
        });
    }
    group.finish();
    criterion.final_summary();
}

fn explored(world: &SmallWorld, threads: usize) -> usize {
    let found = explore(world, (), &Limits { threads, ..Limits::default() }, &mut |_| true);
    assert_eq!(found.ending, Ending::Closed);
    found.states
}

fn checked(world: &SmallWorld, threads: usize) -> usize {
    let checker = Sessions(world.clone()).checker().threads(threads).spawn_bfs().join();
    assert!(checker.is_done());
    checker.unique_state_count()
}

/// Installers that start, join and end sessions, at most as many as there are installers.
fn sessions(count: usize) -> SmallWorld {
    let mut world = World::new();
    let user = World::user(0);
    let mut installers = Vec::new();
    for number in 0..count {
        let process = world.process(&format!(r"C:\Setup\{number}.exe"), user);
        let process = world.add_process(process);
        let current_directory = String::from(r"C:\Setup");
        installers.push(world.add_installer(Installer {
            process,
            as_service: false,
            current_directory,
            shutdown_privilege: true,
        }));
    }
    let bounds = Bounds {
        sessions: count,
        handles: 2,
        calls: 1,
        operations: 9,
        incarnations: 1,
        resources: 0,
        filters: 9,
    };
    let mut small = SmallWorld::new(Machine::new(world, Profile::windows_11()), bounds);
    small.installers = installers;
    small.functions = vec![Function::StartSession, Function::JoinSession, Function::EndSession];
    small
}

/// The same world for stateright; nothing in it is left to choose.
struct Sessions(SmallWorld);

/// A machine that is known by its bytes.
#[derive(Clone, Debug)]
struct State {
    machine: Machine,
    bytes: Vec<u8>,
}

impl State {
    fn new(machine: Machine) -> State {
        let mut bytes = Vec::new();
        machine.encode(&mut bytes);
        State { machine, bytes }
    }
}

impl PartialEq for State {
    fn eq(&self, other: &State) -> bool {
        self.bytes == other.bytes
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.bytes);
    }
}

impl Model for Sessions {
    type State = State;
    type Action = Input;

    fn init_states(&self) -> Vec<State> {
        vec![State::new(self.0.machine.clone())]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Input>) {
        self.0.inputs(&state.machine, actions);
    }

    fn next_state(&self, state: &State, input: Input) -> Option<State> {
        let mut machine = state.machine.clone();
        machine.step(&input, &mut FirstOption, &mut Observed::default());
        Some(State::new(machine))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        // Without any, it would stop at once.
        vec![Property::always("the limit of 64 is far away", |_, _| true)]
    }
}

fn is_test() -> bool {
    let has = |argument: &str| std::env::args().any(|given| given == argument);
    !has("--bench") || has("--test")
}
