//! Where output goes: the standard streams, color only on a terminal, and files that are whole or not there.
//!
//! It looks at the clock, to show progress once a run takes long.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::exit::Exit;
use crate::scenario::problem::{self, Problem};
use crate::suite;

/// How long a run takes before it shows its progress.
const PROGRESS_AFTER: Duration = Duration::from_secs(1);

/// Whether the standard output shows colors.
pub(super) fn color() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// Writes to the standard output.
pub(super) fn print(text: &str) -> io::Result<()> {
    print_bytes(text.as_bytes())
}

/// Writes bytes to the standard output.
pub(super) fn print_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Writes to the standard error; if even that fails, there is nobody to tell.
pub(super) fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// The scenario files at and below `paths`; what is wrong with the paths is said, and the exit code is given.
pub(super) fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Exit> {
    suite::find(paths).map_err(|problems| {
        let color = io::stderr().is_terminal();
        for (path, problem) in &problems {
            complain_of(path, problem, color);
        }
        Exit::Wrong
    })
}

/// Says what is wrong with a file as a whole.
pub(super) fn complain_of(path: &Path, problem: &Problem, color: bool) {
    let name = path.display().to_string().replace('\\', "/");
    complain(&problem::render(std::slice::from_ref(problem), &name, "", color));
}

/// Writes a file as a whole: under another name first, then in its place.
///
/// # Errors
///
/// If it cannot be written; then the file is as it was.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let write = || {
        let mut file = new_beside(path)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| not_written(path, &error))
}

/// Makes the directory in which a file is to lie.
///
/// # Errors
///
/// If it cannot be made.
pub(super) fn make_parent(path: &Path) -> io::Result<()> {
    let Some(parent) = path.parent() else { return Ok(()) };
    std::fs::create_dir_all(parent).map_err(|error| {
        io::Error::new(error.kind(), format!("failed to make {}: {error}", parent.display()))
    })
}

/// Finds out whether [`write_file`] could write there, before what is to be written costs somebody's work.
///
/// # Errors
///
/// If it could not.
pub(super) fn check_writable(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(not_written(path, &io::ErrorKind::IsADirectory.into()));
    }
    new_beside(path).map(drop).map_err(|error| not_written(path, &error))
}

/// A file in the directory of `path`, which is removed unless it takes its place.
fn new_beside(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    tempfile::Builder::new().prefix(".rstmgr").tempfile_in(directory)
}

fn not_written(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("failed to write {}: {error}", path.display()))
}

/// A flag that Ctrl-C sets; the second time ends the program at once.
pub(super) fn stop_on_ctrl_c() -> io::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    let handler = move || {
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    };
    ctrlc::set_handler(handler).map_err(io::Error::other)?;
    Ok(stop)
}

/// A bar that shows itself once the work has taken a second, on a terminal alone.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    begun: std::time::Instant,
}

impl Progress {
    /// Before the first of `length` things, which are called `noun`.
    pub(super) fn new(length: usize, noun: &str) -> Progress {
        Progress::of(u64::try_from(length).unwrap_or(u64::MAX), noun)
    }

    /// The same for a length that no list has.
    pub(super) fn of(length: u64, noun: &str) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::hidden());
        let template = format!("{{bar:40}} {{pos}}/{{len}} {noun}, {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        Progress { bar, begun: std::time::Instant::now() }
    }

    /// So many more are done.
    pub(super) fn advance_by(&mut self, count: u64) {
        self.show();
        self.bar.inc(count);
    }

    fn show(&mut self) {
        if self.bar.is_hidden() && io::stderr().is_terminal() && self.begun.elapsed() > PROGRESS_AFTER {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// One more is done; `text` is printed above the bar.
    pub(super) fn advance(&mut self, text: &str) -> io::Result<()> {
        self.show();
        self.bar.inc(1);
        if text.is_empty() {
            return Ok(());
        }
        self.bar.suspend(|| print(text))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
