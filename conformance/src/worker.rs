//! The worker: one installer's process, which does as it is told over its standard streams.
//!
//! `rstmgr worker` is no command for people. A backend that calls a library starts one for each installer's process,
//! so that a call that ends its caller ends nothing else; every answer is flushed at once, so that such an end loses
//! none.

mod calls;
mod output;
pub(crate) mod own_process;
pub(crate) mod protocol;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, BufRead, Write};
use std::sync::Arc;

use self::calls::Calls;
use self::output::Output;
use self::protocol::{Answer, Order};
use crate::backend::library::Exports;

/// Answers the orders on the standard input, a JSON line each, with JSON lines, until the input ends.
///
/// Calls may be under way then; they end with the process.
///
/// # Errors
///
/// If a stream breaks or an order cannot be read.
pub fn run() -> io::Result<()> {
    own_process::end_without_dialogs();
    serve(io::stdin().lock(), io::stdout(), Exports::load())
}

fn serve(
    orders: impl BufRead,
    answers: impl Write + Send + 'static,
    exports: io::Result<Exports>,
) -> io::Result<()> {
    let output = Output::new(answers);
    let mut worker = Worker { calls: Calls::new(exports, output.clone()), held: Vec::new() };
    for line in orders.lines() {
        match worker.follow(serde_json::from_str(&line?)?) {
            Ok(Some(answer)) => output.send(&answer)?,
            Ok(None) => {}
            Err(error) => output.send(&Answer::Failed(error.to_string()))?,
        }
    }
    Ok(())
}

struct Worker {
    calls: Arc<Calls>,
    /// The files that the installer uses, open until the process ends.
    held: Vec<File>,
}

impl Worker {
    /// Returns the answer, unless it is given later by a call that is under way.
    fn follow(&mut self, order: Order) -> io::Result<Option<Answer>> {
        match order {
            Order::Identify => own_process::identity().map(|identity| Some(Answer::Identity(identity))),
            Order::Hold { path, shared } => {
                self.held.push(open(&path, shared)?);
                Ok(Some(Answer::Held))
            }
            Order::Call(call) => {
                let seen = self.calls.exports()?.call(&call)?;
                Ok(Some(Answer::Observed(Box::new(seen))))
            }
            Order::Begin { number, call, inside } => self.calls.begin(number, call, inside).map(|()| None),
            Order::Resume { number } => self.calls.resume(number).map(|()| None),
        }
    }
}

/// Opens a file for reading; others may write to it, and if it is `shared` rename and delete it too.
#[cfg(windows)]
fn open(path: &str, shared: bool) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt;

    // `FILE_SHARE_READ`, `FILE_SHARE_WRITE` and `FILE_SHARE_DELETE`.
    const SHARE_READ_AND_WRITE: u32 = 1 | 2;
    const SHARE_EVERYTHING: u32 = 1 | 2 | 4;
    let share = if shared { SHARE_EVERYTHING } else { SHARE_READ_AND_WRITE };
    File::options().read(true).share_mode(share).open(path)
}

/// Opens a file for reading; here others may do anything to it.
#[cfg(not(windows))]
fn open(path: &str, _shared: bool) -> io::Result<File> {
    File::open(path)
}
