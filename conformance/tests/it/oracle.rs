//! The oracle: what it accepts, what it rejects and where, and what a person sees of it.

mod accepts;
mod doctored;
mod files;
mod mutants;
mod shown;
mod variation;

use rstmgr_conformance::oracle::{self, Judgment, STATES_MAX, Verdict};
use rstmgr_conformance::runner::Run;
use rstmgr_conformance::scenario::Scenario;
use rstmgr_conformance::scenario::parse::Source;
use rstmgr_conformance::suite::{self, BackendKind};
use rstmgr_conformance::trace::{RecordedTrace, Trace};

use crate::scenarios_directory;

/// A scenario of the project, by its path below the directory of all.
fn scenario(name: &str) -> (Scenario, Source) {
    let (source, scenario) = suite::read(&scenarios_directory().join(name));
    (scenario.unwrap_or_else(|problems| panic!("{name}: {problems:?}")), source)
}

/// The bytes of a trace's file.
fn file_of(scenario: &Scenario, source: &Source, run: &Run) -> Vec<u8> {
    Trace::new(scenario, run).with_text(&source.text).to_bytes()
}

/// Runs a scenario, and reads its trace as a file.
fn recorded(scenario: &Scenario, source: &Source, backend: BackendKind) -> RecordedTrace {
    let run = backend.run(scenario).expect("a simulator can be asked");
    read("trace.jsonl", &file_of(scenario, source, &run))
}

fn read(name: &str, bytes: &[u8]) -> RecordedTrace {
    RecordedTrace::parse(name, bytes).unwrap_or_else(|error| panic!("{error}"))
}

/// Judges a trace with every option of every knob possible.
fn judge_open(trace: &RecordedTrace) -> Judgment {
    oracle::judge(trace, &oracle::everything_open(trace), STATES_MAX)
}

/// Judges a trace by the profile that its scenario states.
fn judge_own(trace: &RecordedTrace) -> Judgment {
    oracle::judge(trace, &trace.profile, STATES_MAX)
}

fn is_accepted(judgment: &Judgment) -> bool {
    matches!(judgment.verdict, Verdict::Accepted(_))
}
