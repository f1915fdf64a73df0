//! The program `rstmgr`.

use std::process::ExitCode;

fn main() -> ExitCode {
    rstmgr_conformance::cli::main()
}
