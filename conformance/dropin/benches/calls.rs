//! How long calls through the library take, with a simulation in the own process and behind a server, and how much
//! `rstmgr exec` adds to a program.
//!
//! Absolute figures drift with the machine: hold those of one run against each other. The calls are made in processes
//! of their own, since a process has one connection; this program is those processes, and `rstmgr`, too.

#![expect(unsafe_code, reason = "calls functions that take pointers")]

use std::env;
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::ptr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use rstmgr_conformance::scenario::parse::{Source, parse_world};
use rstmgr_conformance::shared::protocol::{SERVER_VARIABLE, WORLD_VARIABLE};
use rstmgr_conformance::shared::{Server, Simulation, Time};
use rstrtmgr::abi::{DWORD, RM_PROCESS_INFO, UINT, WCHAR};
use rstrtmgr::exports::{RmEndSession, RmGetList, RmRegisterResources, RmStartSession};

const WORLD: &str = "version: 1
scenario: An editor uses a file
world:
  editor: { type: main-window, opens: ['C:\\App\\core.dll'] }
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("exec") => return rstmgr_conformance::cli::main(),
        Some("call") => {
            let count = arguments[3].parse().expect("it is a number");
            let elapsed = if arguments[2] == "sessions" { sessions(count) } else { lists(count) };
            let line = format!("{}\n", elapsed.as_nanos());
            std::io::stdout().write_all(line.as_bytes()).expect("somebody reads it");
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .sample_size(20)
        .configure_from_args();
    let scratch = tempfile::tempdir().expect("there is a temporary directory");
    let world = scratch.path().join("world.yaml");
    std::fs::write(&world, WORLD).expect("the directory is new");
    calls(&mut criterion, &world);
    programs(&mut criterion, &world);
    criterion.final_summary();
    ExitCode::SUCCESS
}

fn calls(criterion: &mut Criterion, world: &Path) {
    let source = Source { name: String::from("world.yaml"), text: String::from(WORLD) };
    let scenario = parse_world(&source).expect("it has no problems");
    for (what, name) in [("sessions", "RmStartSession and RmEndSession"), ("lists", "RmGetList")] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(if what == "sessions" { 2 } else { 1 }));
        group.bench_function("in the own process", |bencher| {
            bencher.iter_custom(|count| measured(what, count, WORLD_VARIABLE, world.as_ref()));
        });
        group.bench_function("through a server", |bencher| {
            bencher.iter_custom(|count| {
                let simulation = Arc::new(Simulation::new(&scenario, Time::Virtual));
                let server = Server::start(simulation).expect("there is a temporary directory");
                measured(what, count, SERVER_VARIABLE, server.name().as_ref())
            });
        });
        group.finish();
    }
}

/// How long `count` calls take in a process with this variable.
fn measured(what: &str, count: u64, variable: &str, value: &std::ffi::OsStr) -> Duration {
    let mut command = Command::new(env::current_exe().expect("this program is a file"));
    command.args(["call", what]).arg(count.to_string()).env(variable, value);
    let output = command.output().expect("this program can be started");
    let text = String::from_utf8_lossy(&output.stdout);
    Duration::from_nanos(text.trim().parse().unwrap_or_else(|_| panic!("{output:?}")))
}

/// `true` alone, and under `rstmgr exec`.
fn programs(criterion: &mut Criterion, world: &Path) {
    let mut group = criterion.benchmark_group("a program");
    group.bench_function("true", |bencher| bencher.iter(|| run(&mut Command::new("true"))));
    group.bench_function("rstmgr exec -- true", |bencher| {
        bencher.iter(|| {
            let mut command = Command::new(env::current_exe().expect("this program is a file"));
            run(command.args(["exec", "--world"]).arg(world).args(["--", "true"]));
        });
    });
    group.finish();
}

fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).status().expect("the program is there");
    assert!(status.success(), "{command:?}");
}

fn sessions(count: u64) -> Duration {
    end(start());
    let begun = Instant::now();
    for _ in 0..count {
        end(start());
    }
    begun.elapsed()
}

fn lists(count: u64) -> Duration {
    let handle = start();
    let mut file: Vec<WCHAR> = r"C:\App\core.dll".encode_utf16().chain([0]).collect();
    let mut files = [file.as_mut_ptr().cast_const()];
    // SAFETY: there is one file, and its name ends with a NUL.
    let code =
        unsafe { RmRegisterResources(handle, 1, files.as_mut_ptr(), 0, ptr::null_mut(), 0, ptr::null_mut()) };
    assert_eq!(code, 0);
    let begun = Instant::now();
    for _ in 0..count {
        black_box(list(handle));
    }
    begun.elapsed()
}

fn start() -> DWORD {
    let (mut handle, mut key) = (0, [0; 33]);
    // SAFETY: the key has room for 32 characters and a NUL.
    let code = unsafe { RmStartSession(&raw mut handle, 0, key.as_mut_ptr()) };
    assert_eq!(code, 0);
    handle
}

fn end(handle: DWORD) {
    // SAFETY: it takes a number.
    assert_eq!(unsafe { RmEndSession(handle) }, 0);
}

fn list(handle: DWORD) -> UINT {
    let mut infos: [std::mem::MaybeUninit<RM_PROCESS_INFO>; 4] =
        [const { std::mem::MaybeUninit::uninit() }; 4];
    let (mut needed, mut count, mut reasons) = (0, 4, 0);
    // SAFETY: there is room for as many elements as are counted.
    let code = unsafe {
        RmGetList(handle, &raw mut needed, &raw mut count, infos.as_mut_ptr().cast(), &raw mut reasons)
    };
    assert_eq!((code, count), (0, 1));
    count
}
