//! The backend's end of a worker process: it asks, and waits for the answer, but not forever.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::backend::library::DLL_VARIABLE;
use crate::request::UniqueProcess;
use crate::worker::protocol::{Answer, Order};

/// The hidden subcommand that makes this program a worker.
const SUBCOMMAND: &str = "worker";

/// How long a worker may take for one answer, by the clock on the wall.
///
/// Longer than the Restart Manager waits for a registry mutex, or for an application that does not answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// `DETACHED_PROCESS`: without a console, since what a shutdown sends to a console reaches all its programs, and
/// ours would be among them.
#[cfg(windows)]
const DETACHED: u32 = 8;

/// A running worker; killed when dropped.
#[derive(Debug)]
pub(crate) struct WorkerProcess {
    child: Child,
    input: ChildStdin,
    answers: Receiver<io::Result<String>>,
    identity: UniqueProcess,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// The worker's process ended.
    Ended,
    /// Something else went wrong, and the worker is of no more use.
    Failed(io::Error),
}

impl WorkerProcess {
    /// Starts `program` as a worker in `directory`.
    pub(crate) fn start(program: &Path, directory: &Path) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg(SUBCOMMAND).current_dir(directory);
        #[cfg(windows)]
        std::os::windows::process::CommandExt::creation_flags(&mut command, DETACHED);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        if let Some(dll) = std::env::var_os(DLL_VARIABLE) {
            // The worker's current directory is another.
            command.env(DLL_VARIABLE, std::path::absolute(dll)?);
        }
        let mut child = command.spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the worker has no standard streams"));
        };
        let identity = UniqueProcess { pid: child.id(), start_time: 0 };
        let mut worker = WorkerProcess { child, input, answers: read_lines(output), identity };
        match worker.ask(&Order::Identify) {
            Ok(Answer::Identity(identity)) => worker.identity = identity,
            Ok(other) => return Err(unexpected(&other)),
            Err(NoAnswer::Ended) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Err(NoAnswer::Failed(error)) => return Err(error),
        }
        Ok(worker)
    }

    /// Which process it is.
    pub(crate) fn identity(&self) -> UniqueProcess {
        self.identity
    }

    /// Has `order` followed; an answer is never [`Answer::Failed`].
    pub(crate) fn ask(&mut self, order: &Order) -> Result<Answer, NoAnswer> {
        let mut line = serde_json::to_vec(order).map_err(|error| NoAnswer::Failed(error.into()))?;
        line.push(b'\n');
        // A worker that has ended reads nothing; that shows in its answer.
        let _broken = self.input.write_all(&line).and_then(|()| self.input.flush());
        let line = match self.answers.recv_timeout(PATIENCE) {
            Ok(Ok(line)) => line,
            Ok(Err(error)) => return Err(NoAnswer::Failed(error)),
            Err(RecvTimeoutError::Disconnected) => return Err(NoAnswer::Ended),
            Err(RecvTimeoutError::Timeout) => {
                let message = format!("no answer within {} seconds", PATIENCE.as_secs());
                return Err(NoAnswer::Failed(io::Error::new(io::ErrorKind::TimedOut, message)));
            }
        };
        match serde_json::from_str(&line) {
            Ok(Answer::Failed(reason)) => Err(NoAnswer::Failed(io::Error::other(reason))),
            Ok(answer) => Ok(answer),
            Err(error) => Err(NoAnswer::Failed(error.into())),
        }
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        // Both fail only for a process that has ended.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// What to say of an answer that does not fit its order.
pub(crate) fn unexpected(answer: &Answer) -> io::Error {
    io::Error::other(format!("the worker answered {answer:?}"))
}

/// Reads in a thread of its own, so that nobody has to wait for a line that never comes.
pub(crate) fn read_lines(stream: impl Read + Send + 'static) -> Receiver<io::Result<String>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}
