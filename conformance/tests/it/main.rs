//! The crate as others use it.

mod bad_input;
mod bless;
mod command;
mod constants;
mod constants_around;
mod cookbook;
mod coverage;
mod examples;
mod explore;
mod flaws;
mod guards;
mod markdown;
mod oracle;
mod probes;
mod probing;
mod profiles;
mod readme;
mod recordings;
#[cfg(unix)]
mod remote;
mod rules;
mod schema;
mod search;
mod second_reader;
mod situations;
mod tidy;
mod traces;
mod write;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rstmgr_conformance::scenario::Scenario;
use rstmgr_conformance::scenario::parse::Source;
use rstmgr_conformance::suite;

/// The project's scenarios.
fn scenarios_directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios")
}

/// Every scenario of the project, read.
fn all_scenarios() -> Vec<(PathBuf, Scenario, Source)> {
    let files = suite::find(&[scenarios_directory()]).expect("the scenarios are there");
    let read = |path: PathBuf| {
        let (source, scenario) = suite::read(&path);
        let scenario = scenario.unwrap_or_else(|problems| panic!("{}: {problems:?}", path.display()));
        (path, scenario, source)
    };
    files.into_iter().map(read).collect()
}

/// A scenario's path below the directory of all, with forward slashes.
fn below_scenarios(path: &Path) -> String {
    let below = path.strip_prefix(scenarios_directory()).expect("it was found there");
    below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Runs the program in `directory`.
fn rstmgr(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rstmgr"))
        .args(arguments)
        .current_dir(directory)
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("the program starts")
}

/// What a program said.
fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}
