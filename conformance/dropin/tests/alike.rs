//! Each scenario through our own library, as a test of its own name: installers in processes of their own see what they
//! see on the simulator.

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use rstmgr_conformance::backend::BackendError;
use rstmgr_conformance::report::human;
use rstmgr_conformance::suite::{self, BackendKind};
use rstmgr_conformance::{compare, worker};

/// How many scenarios are compared at least, of 20.
const COMPARED_MIN: usize = 18;

fn main() -> ExitCode {
    // An installer's process is this program once more.
    if std::env::args().nth(1).as_deref() == Some("worker") {
        return match worker::run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    let arguments = Arguments::from_args();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let files = suite::find(std::slice::from_ref(&directory)).expect("the scenarios are there");
    let count = files.len();
    let mut trials = Vec::new();
    let mut skipped = 0;
    for path in files {
        let name = name(&path, &directory);
        let (_, scenario) = suite::read(&path);
        let can_be = scenario.as_ref().map(rstmgr_conformance::backend::realizable::check_dropin);
        if matches!(can_be, Ok(Err(_))) {
            skipped += 1;
        }
        trials.push(Trial::test(name, move || check(&path)));
    }
    assert!((count - skipped) * 20 >= count * COMPARED_MIN, "{skipped} of {count} scenarios are skipped");
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// `start-session::first-handle-is-zero` of `start-session/first-handle-is-zero.yaml`.
fn name(path: &Path, directory: &Path) -> String {
    let below = path.strip_prefix(directory).expect("it was found there").with_extension("");
    below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("::")
}

fn check(path: &Path) -> Result<(), Failed> {
    let (source, scenario) = suite::read(path);
    let scenario = scenario.map_err(|problems| format!("{problems:?}"))?;
    match compare::compare(&source, &scenario, [&BackendKind::Simulated, &BackendKind::Dropin], None) {
        Ok(comparison) => match comparison.differences.first() {
            None => Ok(()),
            Some(difference) => Err(human::difference(difference, "simulated", "dropin").into()),
        },
        // It counts as skipped above.
        Err(BackendError::Unrealizable { .. }) => Ok(()),
        Err(error) => Err(human::backend_error(&error).into()),
    }
}
