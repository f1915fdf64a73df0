//! Each scenario on the simulator, as a test of its own name: every expectation holds, every rule that it lists was
//! reported, and no step broke a law.

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use rstmgr_conformance::report::human;
use rstmgr_conformance::suite::{self, BackendKind, OutcomeResult};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let files = suite::find(std::slice::from_ref(&directory)).expect("the scenarios are there");
    let trials = files.into_iter().map(|path| {
        let name = name(&path, &directory);
        Trial::test(name.clone(), move || check(&path, &name))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// `start-session::first-handle-is-zero` of `start-session/first-handle-is-zero.yaml`.
fn name(path: &Path, directory: &Path) -> String {
    let below = path.strip_prefix(directory).expect("it was found there").with_extension("");
    below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("::")
}

fn check(path: &Path, name: &str) -> Result<(), Failed> {
    let outcome = suite::run_file(path, &BackendKind::Simulated);
    let OutcomeResult::Ran(scenario, run) = &outcome.result else {
        return Err(human::outcome(&outcome, false).into());
    };
    if !run.is_accepted() {
        return Err(human::outcome(&outcome, false).into());
    }
    let unreported: Vec<String> =
        scenario.rules.iter().filter(|rule| !run.rules.contains(**rule)).map(ToString::to_string).collect();
    if !unreported.is_empty() {
        let unreported = unreported.join(", ");
        return Err(format!("{name} lists rules that no step of its run applied: {unreported}").into());
    }
    Ok(())
}
