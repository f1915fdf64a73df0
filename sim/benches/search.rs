//! Random steps per second: cases of the search, with the laws and without, beside proptest-state-machine.
//!
//! All drive the same machine in the same world with calls of all eleven functions; what is drawn is drawn anew for each
//! run. A step is one step of the machine under test. proptest-state-machine draws all transitions on a reference machine
//! first, and takes each on both afterwards; that is how it works, and part of its price. The ratio of two figures of
//! one run is what counts.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use rstmgr_model::{
    ArrayArgument, Call, Event, FilterTarget, GetFilterList, GetList, HowUsed, Input, InstallerId,
    KeyArgument, Machine, PathId, ProcessId, ProcessKind, RegisterResources, Restart, SessionHandle,
    SessionKey, Shutdown, StartSession,
};
use rstmgr_sim::Simulator;
use rstmgr_sim::search::{
    Cases, Laws, NoReferee, Referee, Scene, SceneApplication, SceneFile, SceneInstaller, Setting, Stage,
    WhatLies, run_program,
};

/// How many calls a run has at most.
const CALLS: usize = 60;
/// How many runs one measurement makes.
const RUNS: u64 = 200;

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .sample_size(10)
        .configure_from_args();
    let scene = scene();
    let (stage, machine) = scene.set();
    let mut group = criterion.benchmark_group("random steps");
    let steps = |referee: &mut dyn Referee| search(&scene, &stage, &machine, RUNS, referee);
    group.throughput(Throughput::Elements(steps(&mut NoReferee)));
    group.bench_function("search, without laws", |bencher| {
        bencher.iter(|| black_box(steps(&mut NoReferee)));
    });
    group.bench_function("search, with laws", |bencher| {
        bencher.iter(|| black_box(steps(&mut Laws::default())));
    });
    group.throughput(Throughput::Elements(state_machine(RUNS)));
    group.bench_function("proptest-state-machine, without laws", |bencher| {
        bencher.iter(|| black_box(state_machine(RUNS)));
    });
    group.finish();
    criterion.final_summary();
}

/// Three applications, two files, two installers.
fn scene() -> Scene {
    let file = |number, path: &str| SceneFile { number, path: String::from(path), what: WhatLies::File };
    let application = |number, kind, file| {
        let mut application = SceneApplication::plain(number, kind);
        application.restart = Some((0, 0));
        application.process.uses.push((file, HowUsed::Handle));
        application
    };
    Scene {
        setting: Setting::plain(),
        files: vec![file(0, r"C:\App\core.dll"), file(1, r"C:\App\part-1.dll")],
        applications: vec![
            application(0, ProcessKind::MainWindow, 0),
            application(1, ProcessKind::Console, 1),
            application(2, ProcessKind::OtherWindow, 1),
        ],
        installers: vec![SceneInstaller::plain(0), SceneInstaller::plain(1)],
    }
}

/// Runs cases of the search; how many steps they had.
fn search(scene: &Scene, stage: &Stage, machine: &Machine, runs: u64, referee: &mut dyn Referee) -> u64 {
    let cases = Cases { calls: CALLS..=CALLS, ..Cases::default() };
    let steps = (0..runs).map(|seed| {
        let program = cases.program(scene, seed);
        let outcome = run_program(stage, machine.clone(), &program, seed, referee);
        assert!(outcome.found.is_none(), "the laws hold");
        u64::try_from(outcome.steps).expect("there are few")
    });
    steps.sum()
}

/// A run as proptest-state-machine knows it.
#[derive(Clone, Debug)]
struct State {
    simulator: Simulator,
    parts: Parts,
    keys: Vec<SessionKey>,
}

#[derive(Clone, Debug)]
struct Parts {
    installers: [InstallerId; 2],
    applications: [ProcessId; 3],
    files: [PathId; 2],
}

/// What is done.
#[derive(Clone, Debug)]
enum Transition {
    Call(usize, Drawn),
    Commotion(usize, bool),
    Proceed,
}

#[derive(Clone, Debug)]
enum Drawn {
    Start,
    Join(usize),
    End(u32),
    Register(u32, usize),
    List(u32, u32),
    Shutdown(u32, u32),
    Restart(u32),
    Cancel(u32),
    AddFilter(u32, usize, u32),
    RemoveFilter(u32, usize),
    FilterList(u32),
}

struct Reference;

impl ReferenceStateMachine for Reference {
    type State = State;
    type Transition = Transition;

    fn init_state() -> BoxedStrategy<State> {
        let (stage, machine) = scene().set();
        let application = |number| stage.application(number).expect("it is there").process;
        let parts = Parts {
            installers: [0, 1].map(|number| stage.installer(number).expect("it is there").0),
            applications: [0, 1, 2].map(application),
            files: [0, 1].map(|number| stage.file(number).expect("it is there")),
        };
        Just(State { simulator: Simulator::new(machine, 0), parts, keys: Vec::new() }).boxed()
    }

    fn transitions(_: &State) -> BoxedStrategy<Transition> {
        let handle = 0_u32..3;
        let drawn = prop_oneof![
            2 => Just(Drawn::Start),
            1 => (0_usize..4).prop_map(Drawn::Join),
            1 => handle.clone().prop_map(Drawn::End),
            3 => (handle.clone(), 0_usize..2).prop_map(|(handle, file)| Drawn::Register(handle, file)),
            3 => (handle.clone(), prop_oneof![Just(0_u32), Just(32)]).prop_map(|(handle, room)| Drawn::List(handle, room)),
            2 => (handle.clone(), 0_u32..2).prop_map(|(handle, flags)| Drawn::Shutdown(handle, flags)),
            2 => handle.clone().prop_map(Drawn::Restart),
            1 => handle.clone().prop_map(Drawn::Cancel),
            1 => (handle.clone(), 0_usize..3, 1_u32..3).prop_map(|(handle, who, action)| Drawn::AddFilter(handle, who, action)),
            1 => (handle.clone(), 0_usize..3).prop_map(|(handle, who)| Drawn::RemoveFilter(handle, who)),
            1 => handle.prop_map(Drawn::FilterList),
        ];
        prop_oneof![
            12 => (0_usize..2, drawn).prop_map(|(by, call)| Transition::Call(by, call)),
            1 => (0_usize..3, any::<bool>()).prop_map(|(who, starts)| Transition::Commotion(who, starts)),
            9 => Just(Transition::Proceed),
        ]
        .boxed()
    }

    fn apply(mut state: State, transition: &Transition) -> State {
        state.take(transition);
        state
    }
}

impl State {
    /// Takes a transition.
    fn take(&mut self, transition: &Transition) {
        match transition {
            Transition::Call(by, drawn) => {
                let (by, call) = (self.parts.installers[*by], self.call(drawn));
                self.simulator.perform(&Input::Call { by, call, inside: None });
            }
            Transition::Commotion(who, true) => {
                let process = self.parts.applications[*who];
                self.simulator.perform(&Input::Event(Event::Start { process, launch: None }));
            }
            Transition::Commotion(who, false) => {
                self.simulator.perform(&Input::Event(Event::Exit(self.parts.applications[*who])));
            }
            Transition::Proceed => {
                self.simulator.proceed(None);
            }
        }
    }

    fn call(&mut self, drawn: &Drawn) -> Call {
        let target = |who: usize| {
            let process = self.simulator.machine().unique_process(self.parts.applications[who]);
            FilterTarget { process: Some(process), ..FilterTarget::default() }
        };
        match *drawn {
            Drawn::Start => {
                let key = self.simulator.fresh_key();
                self.keys.push(key);
                let (null_handle, null_key, buffer_in_use) = (false, false, false);
                Call::StartSession(StartSession { flags: 0, null_handle, null_key, buffer_in_use, key })
            }
            Drawn::Join(back) => {
                let known = self.keys.iter().rev().nth(back).copied().unwrap_or(SessionKey(0));
                let key = Some(KeyArgument::WellFormed { key: known, same_case: true });
                Call::JoinSession { null_handle: false, key }
            }
            Drawn::End(handle) => Call::EndSession { handle: SessionHandle(handle) },
            Drawn::Register(handle, file) => Call::RegisterResources(RegisterResources {
                handle: SessionHandle(handle),
                files: ArrayArgument::of(vec![Some(self.parts.files[file])]),
                processes: ArrayArgument::absent(),
                services: ArrayArgument::absent(),
            }),
            Drawn::List(handle, capacity) => Call::GetList(GetList {
                handle: SessionHandle(handle),
                capacity,
                null_array: capacity == 0,
                null_needed: false,
                null_count: false,
                null_reasons: false,
            }),
            Drawn::Shutdown(handle, flags) => {
                Call::Shutdown(Shutdown { handle: SessionHandle(handle), flags, has_callback: true })
            }
            Drawn::Restart(handle) => {
                Call::Restart(Restart { handle: SessionHandle(handle), flags: 0, has_callback: true })
            }
            Drawn::Cancel(handle) => Call::CancelCurrentTask { handle: SessionHandle(handle) },
            Drawn::AddFilter(handle, who, action) => {
                Call::AddFilter { handle: SessionHandle(handle), target: target(who), action }
            }
            Drawn::RemoveFilter(handle, who) => {
                Call::RemoveFilter { handle: SessionHandle(handle), target: target(who) }
            }
            Drawn::FilterList(handle) => Call::GetFilterList(GetFilterList {
                handle: SessionHandle(handle),
                capacity: 4096,
                null_buffer: false,
                null_needed: false,
            }),
        }
    }
}

/// The machine under test is the reference itself.
struct Test;

impl StateMachineTest for Test {
    type SystemUnderTest = State;
    type Reference = Reference;

    fn init_test(reference: &State) -> State {
        reference.clone()
    }

    fn apply(mut state: State, _: &State, transition: Transition) -> State {
        state.take(&transition);
        state
    }
}

/// Runs cases of proptest-state-machine; how many steps they had.
fn state_machine(runs: u64) -> u64 {
    let config = Config { failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config.clone(), rng);
    let strategy = Reference::sequential_strategy(2 * CALLS);
    let mut steps = 0;
    for _ in 0..runs {
        let tree = strategy.new_tree(&mut runner).expect("nothing is rejected");
        let (state, transitions, seen) = tree.current();
        steps += u64::try_from(transitions.len()).expect("there are few");
        Test::test_sequential(config.clone(), state, transitions, seen);
    }
    steps
}
