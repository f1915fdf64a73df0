//! The library as others see it: its header, what it exports, and what a C program gets from it.

mod header;
mod library;

use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A file of this crate.
fn of_crate(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What `command` gave, once it has succeeded; `None`, and a line that says so, if there is no such program.
#[track_caller]
fn run(command: &mut Command) -> Option<Output> {
    match command.output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success(),
                "{command:?}\n{text}{}",
                String::from_utf8_lossy(&output.stdout)
            );
            Some(output)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            #[expect(clippy::print_stderr, reason = "who reads the tests' output is to know")]
            {
                eprintln!("skipped: there is no {}", command.get_program().display());
            }
            None
        }
        Err(error) => panic!("{command:?}: {error}"),
    }
}
