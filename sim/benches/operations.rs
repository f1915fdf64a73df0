//! How long the long calls take on the simulator: an event of virtual time, a thousand applications, a whole client.
//!
//! Absolute figures drift with the machine: hold those of one run against each other.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use rstmgr_model::{
    ArrayArgument, Call, GetList, HowUsed, Input, Installer, InstallerId, Machine, OnEnd, OnQuery, Output,
    PathId, ProcessKind, Profile, RegisterResources, Reply, Restart, RestartRegistration, SessionHandle,
    SessionKey, Shutdown, StartSession, Use, World,
};
use rstmgr_sim::Simulator;

/// The one session of every benchmark; handles are given from 0.
const HANDLE: SessionHandle = SessionHandle(0);
/// How many applications the large machine has.
const APPLICATIONS: u32 = 1_000;

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(20)
        .configure_from_args();
    events(&mut criterion);
    operations(&mut criterion);
    clients(&mut criterion);
    criterion.final_summary();
}

/// One event of virtual time: of programs that come and go on their own, and in a shutdown.
fn events(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("an event");
    for applications in [10, APPLICATIONS] {
        let answers = prepared(applications, slow);
        let began = begun(&answers);
        let count = count_events(began.clone(), None);
        group.throughput(Throughput::Elements(count));
        group.bench_function(format!("of a shutdown of {applications} that take their time"), |bencher| {
            bencher.iter_batched(
                || began.clone(),
                |mut simulator| {
                    while let Some(observed) = simulator.proceed(None) {
                        black_box(observed);
                    }
                    simulator
                },
                BatchSize::PerIteration,
            );
        });
    }
    // Each query is answered 1 ms later: the next is asked then, so that one timer follows the other.
    let began = begun(&prepared(APPLICATIONS, |_, behavior| {
        behavior.on_query = OnQuery::Answers { agrees: true, after: Duration::from_millis(1) };
    }));
    let limit = Some(Duration::from_millis(u64::from(APPLICATIONS)) - Duration::from_micros(1));
    group.throughput(Throughput::Elements(count_events(began.clone(), limit)));
    group.bench_function("of a chain of timers: queries one after another", |bencher| {
        bencher.iter_batched(
            || began.clone(),
            |mut simulator| {
                while let Some(observed) = simulator.proceed(limit) {
                    black_box(observed);
                }
                simulator
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// A shutdown and a restart of agreeing applications that leave at once.
fn operations(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("agreeing applications");
    for applications in [10, 100, APPLICATIONS] {
        let ready = prepared(applications, |_, _| {});
        group.throughput(Throughput::Elements(u64::from(applications)));
        for (name, flags) in [("shutdown", None), ("shutdown and restart", Some(0))] {
            group.bench_function(format!("{name} of {applications}"), |bencher| {
                bencher.iter_batched(
                    || ready.0.clone(),
                    |mut simulator| {
                        run(&mut simulator, &shutdown(ready.1));
                        if let Some(flags) = flags {
                            run(&mut simulator, &restart(ready.1, flags));
                        }
                        simulator
                    },
                    BatchSize::PerIteration,
                );
            });
        }
    }
    group.finish();
}

/// A client from the start of its session to its end, with three applications: what a scenario costs beside its
/// text. The inputs are made anew each time, as a runner does.
fn clients(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a client");
    let (fresh, installer, files) = machine(3, |_, _| {});
    let flow = move |mut simulator: Simulator| {
        let key = simulator.fresh_key();
        perform(&mut simulator, &start(installer, key));
        perform(&mut simulator, &register(installer, &files));
        perform(&mut simulator, &list(installer));
        perform(&mut simulator, &list(installer));
        run(&mut simulator, &shutdown(installer));
        run(&mut simulator, &restart(installer, 0));
        let end = Input::Call { by: installer, call: Call::EndSession { handle: HANDLE }, inside: None };
        perform(&mut simulator, &end);
        simulator
    };
    group.bench_function("on a machine that is there", |bencher| {
        bencher.iter_batched(|| fresh.clone(), &flow, BatchSize::SmallInput);
    });
    group.bench_function("with making the machine", |bencher| {
        bencher.iter(|| flow(machine(3, |_, _| {}).0));
    });
    group.finish();
}

/// Lets a program take some time to answer and to leave.
fn slow(number: u32, behavior: &mut rstmgr_model::Behavior) {
    let milliseconds = |number: u32| Duration::from_millis(u64::from(number));
    behavior.on_query = OnQuery::Answers { agrees: true, after: milliseconds(number % 3) };
    behavior.on_end = OnEnd::Leaves(milliseconds(number.wrapping_mul(0x9E37_79B9) % 20_000));
    behavior.leaves_on_close = None;
}

/// A machine whose applications all use one file and are registered for restart.
fn machine(
    applications: u32,
    behave: impl Fn(u32, &mut rstmgr_model::Behavior),
) -> (Simulator, InstallerId, Vec<PathId>) {
    let mut world = World::new();
    let file = world.path(r"C:\App\core.dll");
    let arguments = world.long_text("--restore");
    for number in 0..applications {
        let mut process = world.process(r"C:\App\editor.exe", World::user(0));
        process.kind = ProcessKind::MainWindow;
        process.uses.push(Use { path: file, how: HowUsed::Handle });
        process.restart = Some(RestartRegistration { arguments, flags: 0 });
        behave(number, &mut process.behavior);
        world.add_process(process);
    }
    let process = world.process(r"C:\Setup\setup.exe", World::user(0));
    let process = world.add_process(process);
    let current_directory = String::from(r"C:\Setup");
    let installer = Installer { process, as_service: false, current_directory, shutdown_privilege: false };
    let installer = world.add_installer(installer);
    (Simulator::new(Machine::new(world, Profile::windows_11()), 1), installer, vec![file])
}

/// The same with a session in which the file is registered, and listed once.
fn prepared(
    applications: u32,
    behave: impl Fn(u32, &mut rstmgr_model::Behavior),
) -> (Simulator, InstallerId) {
    let (mut simulator, installer, files) = machine(applications, behave);
    perform(&mut simulator, &start(installer, SessionKey(1)));
    perform(&mut simulator, &register(installer, &files));
    perform(&mut simulator, &list(installer));
    (simulator, installer)
}

/// The same with a shutdown under way.
fn begun((simulator, installer): &(Simulator, InstallerId)) -> Simulator {
    let mut simulator = simulator.clone();
    simulator.perform(&shutdown(*installer));
    simulator
}

/// How many things are due until then, or at all.
fn count_events(mut simulator: Simulator, limit: Option<Duration>) -> u64 {
    let mut count = 0;
    while simulator.proceed(limit).is_some() {
        count += 1;
    }
    count
}

/// Does a call that succeeds at once.
fn perform(simulator: &mut Simulator, call: &Input) {
    assert_eq!(simulator.perform(call).reply(), Some(Reply::Success));
}

/// Does a long call, and what is due until nothing is.
fn run(simulator: &mut Simulator, call: &Input) {
    black_box(simulator.perform(call));
    let mut reply = None;
    while let Some(observed) = simulator.proceed(None) {
        let returned = observed.outputs.iter().find_map(|output| {
            let Output::Returned(_, reply) = output else { return None };
            Some(*reply)
        });
        reply = reply.or(returned);
    }
    assert_eq!(reply, Some(Reply::Success));
}

fn start(by: InstallerId, key: SessionKey) -> Input {
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

fn list(by: InstallerId) -> Input {
    let arguments = GetList {
        handle: HANDLE,
        capacity: APPLICATIONS,
        null_array: false,
        null_needed: false,
        null_count: false,
        null_reasons: false,
    };
    Input::Call { by, call: Call::GetList(arguments), inside: None }
}

fn shutdown(by: InstallerId) -> Input {
    let call = Call::Shutdown(Shutdown { handle: HANDLE, flags: 0, has_callback: true });
    Input::Call { by, call, inside: None }
}

fn restart(by: InstallerId, flags: u32) -> Input {
    let call = Call::Restart(Restart { handle: HANDLE, flags, has_callback: true });
    Input::Call { by, call, inside: None }
}
