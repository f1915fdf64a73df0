//! Unmodified programs on a simulated machine: C programs under `rstmgr exec`, or with a server or a world of their own,
//! alone, in crowds, and with all that can go wrong.
//!
//! This program is `rstmgr` too, so that nobody has to build that first.

#![cfg_attr(
    target_os = "linux",
    expect(clippy::unwrap_used, reason = "tests end where something is not as it must be")
)]

#[cfg(target_os = "linux")]
mod crowd;
#[cfg(target_os = "linux")]
mod setup;
#[cfg(target_os = "linux")]
mod together;
#[cfg(target_os = "linux")]
mod trouble;

use std::process::ExitCode;

fn main() -> ExitCode {
    if matches!(std::env::args().nth(1).as_deref(), Some("exec" | "run" | "judge")) {
        return rstmgr_conformance::cli::main();
    }
    run_tests()
}

#[cfg(target_os = "linux")]
fn run_tests() -> ExitCode {
    use libtest_mimic::{Arguments, Trial};

    let arguments = Arguments::from_args();
    let setup = match setup::Setup::new() {
        Ok(setup) => setup,
        Err(reason) => {
            #[expect(clippy::print_stderr, reason = "who reads the tests' output is to know")]
            {
                eprintln!("skipped: {reason}");
            }
            return ExitCode::SUCCESS;
        }
    };
    let all = [together::TESTS, trouble::TESTS, crowd::TESTS].concat();
    let trials = all.into_iter().map(|test| {
        let setup = setup.clone();
        let run = move || {
            (test.check)(&setup);
            Ok(())
        };
        Trial::test(test.name, run).with_ignored_flag(test.is_long)
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// How a library is found without changing a program is known for Linux alone.
#[cfg(not(target_os = "linux"))]
fn run_tests() -> ExitCode {
    ExitCode::SUCCESS
}
