//! How long calls take on the simulator: simple ones, lists in a large world, and registrations of many files.
//!
//! Absolute figures drift with the machine: hold those of one run against each other and against the yardstick.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use rstmgr_model::{
    ArrayArgument, Call, Event, GetList, HowUsed, Input, Installer, InstallerId, Machine, Output, PathId,
    ProcessId, Profile, RegisterResources, Reply, SessionHandle, SessionKey, StartSession, Use, World,
};
use rstmgr_sim::Simulator;

/// The one session of every benchmark; handles are given from 0.
const HANDLE: SessionHandle = SessionHandle(0);
/// How many files one call registers: with much more text it would be refused (OBS-REG-07).
const BATCH: usize = 20_000;
/// How many processes the large world has.
const PROCESSES: usize = 10_000;
/// How many files each of them uses.
const USES: usize = 100;

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(20)
        .configure_from_args();
    simple_calls(&mut criterion);
    lists(&mut criterion);
    registrations(&mut criterion);
    clones(&mut criterion);
    criterion.final_summary();
}

/// Start, register ten files, list, end: four calls a round, prepared in advance, without a trace.
fn simple_calls(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("simple calls");
    group.throughput(Throughput::Elements(4));
    for (name, affected) in [("nobody affected", 0), ("one affected", 1)] {
        let mut world = World::new();
        let files = paths(&mut world, 'r', 10);
        for file in &files[..affected] {
            add_application(&mut world, &[*file]);
        }
        let (mut simulator, installer) = simulator(world);
        let round =
            [start(installer), register(installer, &files), list(installer, 8), end_session(installer)];
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for call in &round {
                    black_box(simulator.perform(black_box(call)));
                }
            });
        });
    }
    let map: BTreeMap<u32, u32> =
        (0..64).map(|number: u32| (number.wrapping_mul(0x9E37_79B9), number)).collect();
    let keys: Vec<u32> = map.keys().copied().collect();
    let mut turn = 0;
    group.bench_function("yardstick: a search among 64 ordered numbers", |bencher| {
        bencher.iter(|| {
            for _ in 0..4 {
                turn = (turn + 23) % keys.len();
                black_box(map.get(black_box(&keys[turn])));
            }
        });
    });
    group.finish();
}

/// A list in a world of 10,000 processes with 100 files each.
///
/// Before each list somebody opens or closes a registered file, so that no answer can be remembered; what is
/// measured is this event and the list.
fn lists(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a change and the list after it");
    let cases = [
        ("28 affected, 10,000 files", 10_000, 28),
        ("28 affected, 100,000 files", 100_000, 28),
        ("10,000 affected, 10,000 files", 10_000, PROCESSES),
        ("10,000 affected, 100,000 files", 100_000, PROCESSES),
    ];
    for (name, registered, affected) in cases {
        let mut case = None;
        group.bench_function(name, |bencher| {
            let case = case.get_or_insert_with(|| ListCase::new(scaled(registered), scaled(affected)));
            bencher.iter(|| case.change_and_list());
        });
    }
    group.finish();
}

/// Registering 100,000 files, against interning their paths alone.
fn registrations(criterion: &mut Criterion) {
    let texts: Vec<String> = (0..scaled(100_000)).map(|number| path('r', number)).collect();
    let mut group = criterion.benchmark_group("100,000 files");
    group.sample_size(10);
    group.bench_function("interning their paths", |bencher| {
        bencher.iter_batched(
            World::new,
            |mut world| {
                for text in &texts {
                    black_box(world.path(text));
                }
                world
            },
            BatchSize::PerIteration,
        );
    });
    let registering = |(mut simulator, installer): (Simulator, InstallerId)| {
        for batch in texts.chunks(BATCH) {
            let world = simulator.machine_mut().world_mut();
            let files: Vec<PathId> = batch.iter().map(|text| world.path(text)).collect();
            perform(&mut simulator, &register(installer, &files));
        }
        simulator
    };
    group.bench_function("interning and registering them", |bencher| {
        bencher.iter_batched(|| started(World::new()), registering, BatchSize::PerIteration);
    });
    group.bench_function("registering them, once they are interned", |bencher| {
        let mut world = World::new();
        let files: Vec<PathId> = texts.iter().map(|text| world.path(text)).collect();
        let (ready, installer) = started(world);
        let batches: Vec<Input> = files.chunks(BATCH).map(|batch| register(installer, batch)).collect();
        bencher.iter_batched(
            || ready.clone(),
            |mut simulator| {
                for batch in &batches {
                    perform(&mut simulator, batch);
                }
                simulator
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// A clone of a small machine: one session with ten files, one application affected.
fn clones(criterion: &mut Criterion) {
    let mut world = World::new();
    let files = paths(&mut world, 'r', 10);
    add_application(&mut world, &files[..1]);
    let (mut simulator, installer) = started(world);
    perform(&mut simulator, &register(installer, &files));
    let machine: &Machine = simulator.machine();
    criterion.bench_function("clone of a small machine", |bencher| {
        bencher.iter(|| black_box(machine).clone());
    });
}

/// A session in the large world, and somebody who opens and closes one of its files.
struct ListCase {
    simulator: Simulator,
    changes: [Input; 2],
    turn: usize,
    list: Input,
}

impl ListCase {
    /// `registered` files, and `affected` processes that use one of them; every other list has one more.
    fn new(registered: usize, affected: usize) -> ListCase {
        let mut world = World::new();
        let files = paths(&mut world, 'r', registered);
        let others = paths(&mut world, 'o', scaled(20_000));
        let mut processes = Vec::new();
        for number in 0..scaled(PROCESSES) + 1 {
            let mut uses: Vec<PathId> =
                (0..USES).map(|place| others[(number * 37 + place * 101) % others.len()]).collect();
            if number < affected {
                uses[0] = files[number * files.len() / affected];
            }
            processes.push(add_application(&mut world, &uses));
        }
        let (mut simulator, installer) = started(world);
        for batch in files.chunks(BATCH) {
            perform(&mut simulator, &register(installer, batch));
        }
        let somebody: ProcessId = *processes.last().expect("there are processes");
        let file = files[files.len() / 2];
        let changes = [Input::Event(Event::Open(somebody, file)), Input::Event(Event::Close(somebody, file))];
        let mut case = ListCase {
            simulator,
            changes,
            turn: 0,
            list: list(installer, u32::try_from(PROCESSES + 1).expect("few")),
        };
        for expected in [affected + 1, affected] {
            assert_eq!(case.change_and_list(), expected, "so many are affected");
        }
        case
    }

    /// Lets somebody open or close a file, lists, and returns how many are affected.
    fn change_and_list(&mut self) -> usize {
        self.simulator.perform(&self.changes[self.turn]);
        self.turn = 1 - self.turn;
        let observed = self.simulator.perform(black_box(&self.list));
        observed.outputs.iter().filter(|output| matches!(output, Output::Affected(_))).count()
    }
}

/// `size`, or a little of it where the benchmarks only run as tests.
fn scaled(size: usize) -> usize {
    let has = |argument: &str| std::env::args().any(|given| given == argument);
    let is_test = !has("--bench") || has("--test");
    if is_test { (size / 100).max(2) } else { size }
}

/// A path of 56 bytes, the first 46 of which all have in common.
fn path(kind: char, number: usize) -> String {
    format!(r"C:\Program Files\Contoso\Editor\components\en\{kind}{number:05}.dll")
}

fn paths(world: &mut World, kind: char, count: usize) -> Vec<PathId> {
    (0..count).map(|number| world.path(&path(kind, number))).collect()
}

fn add_application(world: &mut World, files: &[PathId]) -> ProcessId {
    let mut process = world.process(r"C:\Program Files\Contoso\Editor\editor.exe", World::user(0));
    process.uses = files.iter().map(|path| Use { path: *path, how: HowUsed::Handle }).collect();
    world.add_process(process)
}

fn simulator(mut world: World) -> (Simulator, InstallerId) {
    let process = world.process(r"C:\Setup\setup.exe", World::user(0));
    let process = world.add_process(process);
    let current_directory = String::from(r"C:\Setup");
    let installer = world.add_installer(Installer {
        process,
        as_service: false,
        current_directory,
        shutdown_privilege: true,
    });
    (Simulator::new(Machine::new(world, Profile::windows_11()), 1), installer)
}

/// The same with an open session.
fn started(world: World) -> (Simulator, InstallerId) {
    let (mut simulator, installer) = simulator(world);
    perform(&mut simulator, &start(installer));
    (simulator, installer)
}

/// Does a call that succeeds.
fn perform(simulator: &mut Simulator, call: &Input) {
    assert_eq!(simulator.perform(call).reply(), Some(Reply::Success));
}

fn start(by: InstallerId) -> Input {
    let key = SessionKey(1);
    let arguments = StartSession { flags: 0, null_handle: false, null_key: false, buffer_in_use: false, key };
    Input::Call { by, call: Call::StartSession(arguments), inside: None }
}

fn register(by: InstallerId, files: &[PathId]) -> Input {
    let arguments = RegisterResources {
        handle: HANDLE,
        files: ArrayArgument::of(files.iter().copied().map(Some).collect()),
        processes: ArrayArgument::absent(),
        services: ArrayArgument::absent(),
    };
    Input::Call { by, call: Call::RegisterResources(arguments), inside: None }
}

fn list(by: InstallerId, capacity: u32) -> Input {
    let arguments = GetList {
        handle: HANDLE,
        capacity,
        null_array: false,
        null_needed: false,
        null_count: false,
        null_reasons: false,
    };
    Input::Call { by, call: Call::GetList(arguments), inside: None }
}

fn end_session(by: InstallerId) -> Input {
    Input::Call { by, call: Call::EndSession { handle: HANDLE }, inside: None }
}
