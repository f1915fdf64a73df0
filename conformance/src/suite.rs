//! Many scenarios at once: finding the files, running them on several threads, in an order that does not depend
//! on the threads.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rstmgr_model::Flaw;

use crate::backend::dropin::DropinBackend;
#[cfg(windows)]
use crate::backend::library;
use crate::backend::mutant::MutantBackend;
use crate::backend::realizable::{self, Means};
use crate::backend::simulated::SimulatedBackend;
#[cfg(windows)]
use crate::backend::windows::WindowsBackend;
use crate::backend::{Backend, BackendError};
use crate::runner::{self, Run};
use crate::scenario::parse::{self, Source};
use crate::scenario::problem::Problem;
use crate::scenario::{Scenario, duration};

/// Which backend a scenario is taken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackendKind {
    /// The simulator.
    Simulated,
    /// `rstrtmgr.dll` on this machine.
    Windows,
    /// Our own library, as installers call it.
    Dropin,
    /// The simulator with a planted mistake.
    Mutant(Flaw),
}

/// A scenario's file and what came of it.
#[derive(Debug)]
pub struct Outcome {
    /// The path as the user gave it or as it was found below a given directory.
    pub path: PathBuf,
    /// The file's text, empty if it could not be read.
    pub source: Source,
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

impl BackendKind {
    /// The name in traces and reports.
    pub fn name(self) -> String {
        match self {
            BackendKind::Simulated => String::from("simulated"),
            BackendKind::Windows => String::from("windows"),
            BackendKind::Dropin => String::from("dropin"),
            BackendKind::Mutant(flaw) => format!("mutant:{}", MutantBackend::name(flaw)),
        }
    }

    /// Runs one scenario; the simulator is held to the laws.
    ///
    /// # Errors
    ///
    /// If the backend could not be asked, or cannot make the scenario's world real.
    pub fn run(self, scenario: &Scenario) -> Result<Run, BackendError> {
        let name = self.name();
        match self {
            BackendKind::Simulated => {
                let mut backend = SimulatedBackend::of(scenario).with_laws();
                runner::run(scenario, &name, &mut backend)
            }
            BackendKind::Mutant(flaw) => {
                let mut backend = MutantBackend::of(scenario, flaw).with_laws();
                runner::run(scenario, &name, &mut backend)
            }
            BackendKind::Dropin => {
                realizable::check_dropin(scenario).map_err(|reason| BackendError::Unrealizable { reason })?;
                let mut backend = DropinBackend::new(scenario)?;
                runner::run(scenario, &name, &mut backend)
            }
            BackendKind::Windows => {
                realizable::check_realizable(scenario, Means::of_this_machine())?;
                with_windows(scenario, |backend| runner::run(scenario, &name, backend))
            }
        }
    }
}

/// Makes the world of a scenario real on this machine while `run` runs.
///
/// Our own library acts on a simulated world and not on a real one: where it is put in the place of the system's, the
/// scenario's world is served to it instead.
#[cfg(windows)]
fn with_windows(
    scenario: &Scenario,
    run: impl FnOnce(&mut dyn Backend) -> Result<Run, BackendError>,
) -> Result<Run, BackendError> {
    let read = library::wants_simulation();
    if read.map_err(|cause| BackendError::Failed { attempt: String::from("read the library"), cause })? {
        realizable::check_dropin(scenario).map_err(|reason| BackendError::Unrealizable { reason })?;
        return run(&mut DropinBackend::new(scenario)?);
    }
    run(&mut WindowsBackend::new(&scenario.world)?)
}

#[cfg(not(windows))]
fn with_windows(
    _: &Scenario,
    _: impl FnOnce(&mut dyn Backend) -> Result<Run, BackendError>,
) -> Result<Run, BackendError> {
    Err(BackendError::Failed {
        attempt: String::from("ask the Windows backend"),
        cause: io::Error::new(io::ErrorKind::Unsupported, "this program was not built for Windows"),
    })
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

/// Which scenarios are worth their time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// All of them; where time is real, those that the simulator says take no longer than [`SLOW_MAX`].
    All,
    /// Where time is real, those that take no longer than [`FAST_MAX`].
    Fast,
}

/// How long a scenario may take to count as fast, in virtual time.
pub const FAST_MAX: Duration = Duration::from_secs(1);

/// How long a scenario may take where time is real.
pub const SLOW_MAX: Duration = Duration::from_secs(900);

impl Pace {
    /// Whether a scenario is to be run on this backend.
    ///
    /// # Errors
    ///
    /// That it is not, for the time that it takes.
    pub fn check(self, scenario: &Scenario, backend: BackendKind) -> Result<(), BackendError> {
        if backend != BackendKind::Windows {
            return Ok(());
        }
        let run = BackendKind::Simulated.run(scenario)?;
        let last = run.events.last().map_or(0, |event| event.at);
        let takes = Duration::from_millis(last);
        let (at_most, who) = match self {
            Pace::All => (SLOW_MAX, "a person waits for"),
            Pace::Fast => (FAST_MAX, "`--fast` allows"),
        };
        if takes <= at_most {
            return Ok(());
        }
        let reason = format!("{}, more than {who}", duration::write(takes));
        Err(BackendError::Unrealizable { reason })
    }
}

/// Runs one file.
pub fn run_file(path: &Path, backend: BackendKind) -> Outcome {
    run_file_at(path, backend, Pace::All)
}

/// Runs one file, unless it takes too long for this pace.
pub fn run_file_at(path: &Path, backend: BackendKind, pace: Pace) -> Outcome {
    let (source, scenario) = read(path);
    let result = match scenario {
        Err(problems) => OutcomeResult::Wrong(problems),
        Ok(scenario) => match pace.check(&scenario, backend).and_then(|()| backend.run(&scenario)) {
            Ok(run) => OutcomeResult::Ran(Box::new(scenario), Box::new(run)),
            Err(BackendError::Unrealizable { reason }) => OutcomeResult::Skipped(Box::new(scenario), reason),
            Err(error) => OutcomeResult::OutOfReach(Box::new(scenario), error),
        },
    };
    Outcome { path: path.to_owned(), source, result }
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
