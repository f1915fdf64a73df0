//! Many scenarios at once: finding the files, running them on several threads, in an order that does not depend
//! on the threads.

mod backend_kind;
mod pace;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

pub use backend_kind::{BackendKind, BackendNameError};
pub use pace::{FAST_MAX, Pace, SLOW_MAX};
use rstmgr_model::Profile;

use crate::backend::BackendError;
use crate::runner::{Recording, Run};
use crate::scenario::Scenario;
use crate::scenario::parse::{self, Source};
use crate::scenario::problem::Problem;

/// A scenario's file and what came of it.
#[derive(Debug)]
pub struct Outcome {
    /// The path as the user gave it or as it was found below a given directory.
    pub path: PathBuf,
    /// The file's text, empty if it could not be read.
    pub source: Source,
    /// What `rstmgr run` has to be told beside the file to do the same again, each argument after a space.
    pub options: String,
    /// What came of it.
    pub result: OutcomeResult,
}

/// What came of a scenario's file.
#[derive(Debug)]
pub enum OutcomeResult {
    /// It is no scenario.
    Wrong(Vec<Problem>),
    /// The backend cannot make its world real, for this reason.
    Skipped(Box<Scenario>, String),
    /// The backend could not be asked.
    OutOfReach(Box<Scenario>, BackendError),
    /// It ran.
    Ran(Box<Scenario>, Box<Run>),
}

/// The scenario files at and below `paths`: files as they are given, and below directories every `.yaml` and
/// `.yml` file, sorted by path.
///
/// # Errors
///
/// A problem for each path that is not there, and for each directory without a scenario.
pub fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Vec<(PathBuf, Problem)>> {
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        match find_below(path, &mut files) {
            Ok(()) if files.len() == before => {
                let problem = Problem::of_file("no scenario below this directory")
                    .help("scenarios are files that end in .yaml or .yml");
                problems.push((path.clone(), problem));
            }
            Ok(()) => {}
            Err(cause) => problems
                .push((path.clone(), Problem::of_file(format!("failed to read this directory: {cause}")))),
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

fn find_below(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        // Links to directories are not followed: they could lead back here.
        if entry.file_type()?.is_dir() {
            find_below(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            files.push(path);
        }
    }
    Ok(())
}

/// Reads a scenario's file and does `work` with it.
pub fn read(path: &Path) -> (Source, Result<Scenario, Vec<Problem>>) {
    match parse::read(path) {
        Ok(source) => {
            let scenario = parse::parse(&source);
            (source, scenario)
        }
        Err(problem) => {
            let name = path.display().to_string().replace('\\', "/");
            (Source { name, text: String::new() }, Err(vec![problem]))
        }
    }
}

/// Runs one file.
pub fn run_file(path: &Path, backend: &BackendKind) -> Outcome {
    run_file_on(path, backend, None, Pace::All)
}

/// Runs one file, unless it takes too long for this pace; a simulator follows `base`, if there is one, instead of the
/// profile that the scenario names.
pub fn run_file_on(path: &Path, backend: &BackendKind, base: Option<&Profile>, pace: Pace) -> Outcome {
    let (source, scenario) = read(path);
    let result = match scenario {
        Err(problems) => OutcomeResult::Wrong(problems),
        Ok(scenario) => {
            let checked = pace.check(&scenario, backend);
            let scenario = backend.on_base(scenario, base);
            let run = checked.and_then(|()| backend.run_source(&source, &scenario));
            OutcomeResult::of(scenario, run)
        }
    };
    Outcome { path: path.to_owned(), source, options: backend.options(), result }
}

/// An option and its value as a person types them, after a space.
pub(crate) fn option(name: &str, value: &str) -> String {
    // A value may have spaces, and none has a NUL, which alone cannot be quoted.
    format!(" {name} {}", shlex::try_quote(value).unwrap_or_else(|_| value.into()))
}

/// Runs one file, and keeps the raw values if it ran.
pub fn record_file(path: &Path, backend: &BackendKind) -> (Outcome, Option<Recording>) {
    let (source, scenario) = read(path);
    let mut kept = None;
    let result = match scenario {
        Err(problems) => OutcomeResult::Wrong(problems),
        Ok(scenario) => {
            let run = backend.record(&source, &scenario);
            OutcomeResult::of(
                scenario,
                run.map(|(run, recording)| {
                    kept = Some(recording);
                    run
                }),
            )
        }
    };
    (Outcome { path: path.to_owned(), source, options: backend.options(), result }, kept)
}

impl OutcomeResult {
    fn of(scenario: Scenario, run: Result<Run, BackendError>) -> OutcomeResult {
        match run {
            Ok(run) => OutcomeResult::Ran(Box::new(scenario), Box::new(run)),
            Err(BackendError::Unrealizable { reason }) => OutcomeResult::Skipped(Box::new(scenario), reason),
            Err(error) => OutcomeResult::OutOfReach(Box::new(scenario), error),
        }
    }
}

/// Does `work` for each of `items` on up to `jobs` threads, and hands the results to `take` in the order of the
/// items, each as soon as it and all before it are there.
pub fn in_order<T: Sync, R: Send>(
    items: &[T],
    jobs: usize,
    work: impl Fn(&T) -> R + Sync,
    mut take: impl FnMut(R),
) {
    if jobs <= 1 || items.len() <= 1 {
        items.iter().for_each(|item| take(work(item)));
        return;
    }
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..jobs.min(items.len()) {
            let sender = sender.clone();
            let (next, work) = (&next, &work);
            scope.spawn(move || {
                while let Some((place, item)) = {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    items.get(place).map(|item| (place, item))
                } {
                    if sender.send((place, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting: Vec<Option<R>> = items.iter().map(|_| None).collect();
        let mut due = 0;
        for (place, result) in receiver {
            waiting[place] = Some(result);
            while let Some(result) = waiting.get_mut(due).and_then(Option::take) {
                take(result);
                due += 1;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        for jobs in [1, 2, 7] {
            let items: Vec<usize> = (0..500).collect();
            let mut taken = Vec::new();
            in_order(&items, jobs, |item| item * 2, |result| taken.push(result));
            assert_eq!(taken, items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }
}
