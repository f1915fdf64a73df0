//! The shared library: the symbols that it exports, and a C program that is linked with it.

#![cfg(target_os = "linux")]

use std::path::PathBuf;
use std::process::Command;

use crate::{of_crate, run};

/// The directory in which cargo builds libraries beside tests.
fn directory() -> PathBuf {
    let mut directory = std::env::current_exe().expect("a test is a file");
    assert!(directory.pop(), "a program lies in a directory");
    directory
}

#[test]
fn the_eleven_functions_are_exported_and_nothing_else() {
    let library = directory().join("librstrtmgr.so");
    let Some(output) = run(Command::new("nm").args(["-D", "--defined-only"]).arg(library)) else { return };
    let text = String::from_utf8(output.stdout).unwrap();
    let mut symbols: Vec<_> = text.lines().filter_map(|line| line.split_whitespace().last()).collect();
    symbols.sort_unstable();
    let expected = [
        "RmAddFilter",
        "RmCancelCurrentTask",
        "RmEndSession",
        "RmGetFilterList",
        "RmGetList",
        "RmJoinSession",
        "RmRegisterResources",
        "RmRemoveFilter",
        "RmRestart",
        "RmShutdown",
        "RmStartSession",
    ];
    assert_eq!(symbols, expected);
}

#[test]
fn a_program_without_a_simulation_gets_errors_and_one_line() {
    let directory = directory();
    let scratch = tempfile::tempdir().unwrap();
    let program = scratch.path().join("two-calls");
    let mut compiler = Command::new("cc");
    compiler.arg("-I").arg(of_crate("include")).arg(of_crate("tests/two-calls.c")).arg("-o").arg(&program);
    compiler.arg(directory.join("librstrtmgr.so"));
    if run(&mut compiler).is_none() {
        return;
    }
    let mut command = Command::new(program);
    command.env("LD_LIBRARY_PATH", directory).env_remove("RSTMGR_SERVER").env_remove("RSTMGR_WORLD");
    let output = run(&mut command).unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "29 29 7\n");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("rstrtmgr: ") && said.lines().count() == 1, "{said}");
}
