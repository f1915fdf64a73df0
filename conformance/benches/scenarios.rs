//! How long scenarios take: calls with their trace, reading and running a file, and the program as a whole.
//!
//! Absolute figures drift with the machine: hold those of one run against each other. The last group starts
//! `rstmgr`, and beside it the example `empty_clap` if `cargo build --release --examples` has built it.

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use criterion::{Criterion, Throughput};
use rstmgr_conformance::backend::simulated::SimulatedBackend;
use rstmgr_conformance::runner::{self, Run};
use rstmgr_conformance::scenario::parse::{Source, parse};
use rstmgr_conformance::scenario::{Scenario, yaml};
use rstmgr_conformance::trace::Trace;

/// How many rounds of four calls the scenario with the trace has.
const ROUNDS: usize = 1_000;
/// The size of the scenario that stands for all.
const TYPICAL_SIZE: usize = 5 * 1024;
/// How many such files the program is given.
const FILES: usize = 1_000;

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(20)
        .configure_from_args();
    // After this the allocator of glibc keeps what is freed; otherwise it gives memory back to the system and takes
    // it again in each round of some benchmarks and not of others, which says nothing about our code.
    drop(black_box(Vec::<u8>::with_capacity(16 * 1024 * 1024)));
    traced_calls(&mut criterion);
    one_file(&mut criterion);
    programs(&mut criterion);
    criterion.final_summary();
}

/// Start, register ten files, list, end: from the scenario to the lines of the trace.
fn traced_calls(criterion: &mut Criterion) {
    let rounds = scaled(ROUNDS);
    let calls = u64::try_from(4 * rounds).expect("they are few");
    let scenario = scenario(&rounds_of_calls(rounds));
    let mut group = criterion.benchmark_group("calls with their trace");
    group.throughput(Throughput::Elements(calls));
    group.bench_function("run, trace not written", |bencher| bencher.iter(|| run(&scenario)));
    let mut bytes = Vec::new();
    group.bench_function("run, trace written as JSON lines", |bencher| {
        bencher.iter(|| {
            bytes.clear();
            let run = run(&scenario);
            Trace::new(&scenario, &run).append_to(&mut bytes);
        });
    });
    let run = run(&scenario);
    group.bench_function("lines of the trace alone", |bencher| {
        bencher.iter(|| {
            bytes.clear();
            Trace::new(&scenario, black_box(&run)).append_to(&mut bytes);
        });
    });
    group.finish();
}

/// A file of 5 kB with 26 steps.
fn one_file(criterion: &mut Criterion) {
    let source = Source { name: String::from("typical.yaml"), text: typical() };
    let mut group = criterion.benchmark_group("one file");
    group.throughput(Throughput::Bytes(u64::try_from(source.text.len()).expect("it is small")));
    group.bench_function("tree of its YAML", |bencher| {
        bencher.iter(|| yaml::read(black_box(&source.text)).is_ok());
    });
    group.bench_function("parsing", |bencher| bencher.iter(|| parse(black_box(&source)).is_ok()));
    group.bench_function("parsing and running", |bencher| {
        bencher.iter(|| run(&parse(black_box(&source)).expect("it is a scenario")));
    });
    let parsed = scenario(&source.text);
    group.bench_function("running", |bencher| bencher.iter(|| run(black_box(&parsed))));
    group.finish();
}

/// The whole program, from its start to its end.
fn programs(criterion: &mut Criterion) {
    let rstmgr = Path::new(env!("CARGO_BIN_EXE_rstmgr"));
    let directory = tempfile::tempdir().expect("a directory can be made");
    let one = directory.path().join("one-step.yaml");
    fs::write(&one, "version: 1\nscenario: One step\nsteps:\n  - start-session: { as: main }\n")
        .expect("a file can be written");
    let many = directory.path().join("many");
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");

    let mut group = criterion.benchmark_group("the program");
    group.bench_function("start for --version", |bencher| {
        bencher.iter(|| start(rstmgr, &[Path::new("--version")]));
    });
    group.bench_function("start for a scenario of one step", |bencher| {
        bencher.iter(|| start(rstmgr, &[Path::new("run"), &one]));
    });
    if let Some(empty) = empty_program(rstmgr) {
        group.bench_function("start of an empty program with clap", |bencher| {
            bencher.iter(|| start(&empty, &[Path::new("--version")]));
        });
    }
    group.sample_size(10);
    group.bench_function("1,000 files", |bencher| {
        write_files(&many);
        bencher.iter(|| start(rstmgr, &[Path::new("run"), &many]));
    });
    if !is_test() {
        group.bench_function("the scenarios of this repository", |bencher| {
            bencher.iter(|| start(rstmgr, &[Path::new("run"), &suite]));
        });
    }
    group.finish();
}

/// Writes the files that the program is given, unless they are there.
fn write_files(directory: &Path) {
    if directory.exists() {
        return;
    }
    fs::create_dir(directory).expect("a directory can be made");
    for number in 0..scaled(FILES) {
        fs::write(directory.join(format!("{number:04}.yaml")), typical()).expect("a file can be written");
    }
}

/// Where cargo puts the example, if it is built.
fn empty_program(rstmgr: &Path) -> Option<PathBuf> {
    let name = format!("empty_clap{}", std::env::consts::EXE_SUFFIX);
    let path = rstmgr.parent()?.join("examples").join(name);
    path.is_file().then_some(path)
}

/// Runs a program to its end, which must be a good one.
fn start(program: &Path, arguments: &[&Path]) {
    let mut command = Command::new(program);
    let status = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).status();
    assert!(status.expect("the program can be started").success(), "{} failed", program.display());
}

fn run(scenario: &Scenario) -> Run {
    let mut backend = SimulatedBackend::of(scenario);
    let run = runner::run(scenario, "simulated", &mut backend).expect("a simulator can always be asked");
    assert!(run.is_accepted(), "the model answers as the benchmark expects");
    run
}

fn scenario(text: &str) -> Scenario {
    let source = Source { name: String::from("benchmark.yaml"), text: text.to_owned() };
    parse(&source).expect("it is a scenario")
}

fn rounds_of_calls(rounds: usize) -> String {
    let files: Vec<String> = (0..10).map(|number| format!(r"'C:\App\part-{number}.dll'")).collect();
    format!(
        "version: 1
scenario: The same four calls again and again
steps:
  - repeat:
      times: {rounds}
      do:
        - start-session: {{ as: main }}
        - register-resources: {{ session: main, files: [{}] }}
        - get-list: {{ session: main, capacity: 8, expect: {{ needed: 0 }} }}
        - end-session: {{ session: main }}
",
        files.join(", ")
    )
}

/// A scenario as people write them, but for its length: 26 steps, 5 kB.
fn typical() -> String {
    let mut text = String::from(
        "version: 1
scenario: Two editors come and go while a setup program looks who uses its files
rules: [OBS-START-05, REG-01]
world:
  editor: { type: main-window, description: 'Contoso Editor', opens: ['C:\\App\\core.dll'] }
  indexer: { type: service, short-name: ContosoIndex, display-name: 'Contoso Indexer', opens: ['C:\\App\\index.dll'] }
  shell: { type: console, running: false }
steps:
",
    );
    for session in 1..=5 {
        write!(
            text,
            "  # What setup program {session} of 5 does
  - start-session: {{ as: setup-{session}, expect: {{ handle: {handle} }} }}
  - register-resources:
      session: setup-{session}
      files:
        - 'C:\\App\\core.dll'
        - 'C:\\App\\index.dll'
        - 'C:\\Program Files\\Contoso\\Editor\\components\\en\\strings-{session}.dll'
  - get-list:
      session: setup-{session}
      capacity: 8
      expect:
        reply: ERROR_SUCCESS
        needed: 2
        count: 2
        affected:
          - editor: {{ type: main-window, status: [running], restartable: false }}
          - indexer: {{ type: service, status: [running], restartable: true }}
  - close-file: {{ application: editor, file: 'C:\\App\\core.dll' }}
  - open-file: {{ application: editor, file: 'C:\\App\\core.dll' }}
",
            handle = session - 1,
        )
        .expect("memory takes every byte");
    }
    text.push_str("  - end-session: { session: setup-1 }\n");
    while text.len() < TYPICAL_SIZE {
        text.push_str("# A comment as long as the lines above, so that the file has its size.\n");
    }
    text
}

/// `size`, or a little of it where the benchmarks only run as tests.
fn scaled(size: usize) -> usize {
    if is_test() { (size / 100).max(2) } else { size }
}

fn is_test() -> bool {
    let has = |argument: &str| std::env::args().any(|given| given == argument);
    !has("--bench") || has("--test")
}
