//! The worker: one installer's process, which does as it is told over its standard streams.
//!
//! `rstmgr worker` is no command for people. A backend that calls a library starts one for each installer's process,
//! so that a call that ends its caller ends nothing else; every answer is flushed at once, so that such an end loses
//! none.

mod own_process;
pub(crate) mod protocol;

use std::fs::File;
use std::io::{self, BufRead, Write};

use self::protocol::{Answer, Order};
use crate::backend::library::Exports;

/// Answers the orders on the standard input, a JSON line each, with a JSON line each, until the input ends.
///
/// # Errors
///
/// If a stream breaks or an order cannot be read.
pub fn run() -> io::Result<()> {
    own_process::end_without_dialogs();
    let mut worker = Worker { exports: Exports::load(), held: Vec::new() };
    for line in io::stdin().lock().lines() {
        let order = serde_json::from_str(&line?)?;
        let answer = worker.follow(&order).unwrap_or_else(|error| Answer::Failed(error.to_string()));
        let mut line = serde_json::to_vec(&answer)?;
        line.push(b'\n');
        let mut output = io::stdout().lock();
        output.write_all(&line)?;
        output.flush()?;
    }
    Ok(())
}

struct Worker {
    exports: io::Result<Exports>,
    /// The files that the installer uses, open until the process ends.
    held: Vec<File>,
}

impl Worker {
    fn follow(&mut self, order: &Order) -> io::Result<Answer> {
        match order {
            Order::Identify => own_process::identity().map(Answer::Identity),
            Order::Hold { path, shared } => {
                self.held.push(open(path, *shared)?);
                Ok(Answer::Held)
            }
            Order::Call(call) => match &self.exports {
                Ok(exports) => exports.call(call).map(|seen| Answer::Observed(Box::new(seen))),
                Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
            },
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
