//! Reads a scenario from a file: bytes, tree, and from there by hand into a [`Scenario`] or all that is wrong with it.
//!
//! The tree is first held against the tables of the format, which also make the JSON Schema; then names are
//! resolved, and what must fit together is looked at. Both collect problems and go on.

pub(crate) mod check;
pub(crate) mod expect;
pub(crate) mod format;
pub(crate) mod lower;
mod probe;
pub(crate) mod process;
mod profile;
pub(crate) mod shape;
pub(crate) mod steps;
pub(crate) mod suggest;
pub(crate) mod world;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::problem::{self, Problem, ProblemKind};
use super::yaml::{self, Node, Value};
use super::{Scenario, problem::quoted};

/// How many bytes a scenario's file may have.
pub const FILE_SIZE_MAX: u64 = 8 * 1024 * 1024;

/// How many problems of a file are collected.
pub(crate) const PROBLEMS_MAX: usize = 1_000;

/// A scenario's file as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path as the user gave it, with forward slashes.
    pub name: String,
    /// What it holds; a byte order mark and the line ends stay as they are.
    pub text: String,
}

pub use profile::{parse_profile, read_profile};

/// Reads the file at `path`.
///
/// # Errors
///
/// If it cannot be read, is larger than [`FILE_SIZE_MAX`] (then it is not read), empty, or not UTF-8.
pub fn read(path: &Path) -> Result<Source, Problem> {
    read_kind(path, &SCENARIO_FILE)
}

/// What a file is to hold, for what is said of it as a whole.
pub(crate) struct FileKind {
    /// What it is called.
    noun: &'static str,
    /// How such files are kept small.
    small: &'static str,
    /// How one begins.
    begins: &'static str,
}

const SCENARIO_FILE: FileKind = FileKind {
    noun: "scenario",
    small: "scenarios are small: use `repeat`, or split it",
    begins: "a scenario begins with `version: 1`; `scenarios/README.md` shows how it goes on",
};

/// Reads the file at `path` as [`read`] does, whatever it is to hold.
pub(crate) fn read_kind(path: &Path, kind: &FileKind) -> Result<Source, Problem> {
    let name = path.to_string_lossy().replace('\\', "/");
    let unreadable = |error: io::Error| {
        let problem = Problem::of_file(format!("cannot read {}: {}", quoted(&name), reason(&error)));
        if error.kind() == io::ErrorKind::NotFound {
            return problem.help("check the path; a relative one starts in the current directory");
        }
        problem
    };
    let too_large = |size: String| {
        let message = format!("{} is larger than {} MiB", quoted(&name), FILE_SIZE_MAX / 1024 / 1024);
        Problem::of_file(message).help(format!("it has {size}; {}", kind.small))
    };
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(unreadable(io::ErrorKind::IsADirectory.into()));
    }
    if metadata.len() > FILE_SIZE_MAX {
        return Err(too_large(format!("{} bytes", metadata.len())));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    // What is no regular file has no size, and any file may grow.
    file.take(FILE_SIZE_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if u64::try_from(bytes.len()).is_ok_and(|size| size > FILE_SIZE_MAX) {
        return Err(too_large("no end in sight".to_owned()));
    }
    let text =
        String::from_utf8(bytes).map_err(|error| not_utf8(&name, error.as_bytes(), error.utf8_error()))?;
    if text.is_empty() {
        return Err(empty(&name, kind));
    }
    Ok(Source { name, text })
}

/// Reads the scenario in `source`.
///
/// # Errors
///
/// All problems that the file has, in the order of their places: one only if it is not YAML.
pub fn parse(source: &Source) -> Result<Scenario, Vec<Problem>> {
    parse_as(&format::SCENARIO, source)
}

/// Reads the situation in `source`: a scenario that may do without steps.
///
/// # Errors
///
/// All problems that the file has, as of [`parse`].
pub fn parse_world(source: &Source) -> Result<Scenario, Vec<Problem>> {
    parse_as(&format::WORLD, source)
}

fn parse_as(format: &'static shape::Record, source: &Source) -> Result<Scenario, Vec<Problem>> {
    let (root, mut problems) = yaml::read(&source.text).map_err(|problem| vec![problem])?;
    let Some(root) = root else { return Err(vec![empty(&source.name, &SCENARIO_FILE)]) };
    if let Some(problem) = unknown_version(&root) {
        return Err(vec![problem]);
    }
    problems.extend(check::check(&root, format));
    let (scenario, found) = lower::lower(&root, &source.text, &problems);
    problems.extend(found);
    problem::sort(&mut problems);
    match scenario {
        Some(scenario) if problems.is_empty() => Ok(scenario),
        _ => {
            if problems.is_empty() {
                problems.push(Problem::of_file(format!("{} cannot be understood", quoted(&source.name))));
            }
            Err(problems)
        }
    }
}

/// A version that this program does not know: what else stands in the file cannot be judged.
fn unknown_version(root: &Node<'_>) -> Option<Problem> {
    let version = root.get("version")?;
    let Value::Integer(text) = &version.value else { return None };
    if version.integer() == Some(format::VERSION) {
        return None;
    }
    let message = format!("version {} of the format is not known", quoted(text));
    let label = format!("this program knows version {}", format::VERSION);
    let problem = Problem::at(ProblemKind::Structure, version.span.clone(), message, label);
    Some(problem.help("a newer release of `rstmgr` may know it"))
}

fn empty(name: &str, kind: &FileKind) -> Problem {
    Problem::of_file(format!("{} holds no {}", quoted(name), kind.noun)).help(kind.begins)
}

fn not_utf8(name: &str, bytes: &[u8], error: std::str::Utf8Error) -> Problem {
    let (good, bad) = bytes.split_at(error.valid_up_to());
    let good = String::from_utf8_lossy(good);
    let (line, column) = problem::line_and_column(&good, good.len());
    let byte = bad.first().copied().unwrap_or_default();
    let message =
        format!("{} is not UTF-8: line {line}, column {column} has the byte 0x{byte:02x}", quoted(name));
    let utf16 = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let help = if utf16 { "it looks like UTF-16: save it as UTF-8" } else { "save it as UTF-8" };
    Problem::of_file(message).help(help)
}

/// Why a file cannot be read, in the same words on every system.
pub(crate) fn reason(error: &io::Error) -> String {
    let known = [
        (io::ErrorKind::NotFound, "there is no such file"),
        (io::ErrorKind::PermissionDenied, "permission denied"),
        (io::ErrorKind::IsADirectory, "it is a directory"),
    ];
    let known = known.into_iter().find(|(kind, _)| *kind == error.kind());
    known.map_or_else(|| error.to_string(), |(_, words)| words.to_owned())
}
