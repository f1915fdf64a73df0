//! The backend's end of a worker process: it asks, and waits for the answer, but not forever.
//!
//! [`ask`](WorkerProcess::ask) is for orders that are answered at once. Calls that are begun answer when they like:
//! [`send`](WorkerProcess::send) and [`next_answer`](WorkerProcess::next_answer) are for them.

mod conversation;

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

pub(crate) use self::conversation::Conversation;
use super::BackendError;
use crate::backend::library::{self, DLL_VARIABLE};
use crate::request::UniqueProcess;
use crate::worker::protocol::{Answer, Order};

/// The hidden subcommand that makes this program a worker.
const SUBCOMMAND: &str = "worker";

/// How long a worker may take for one answer, by the clock on the wall.
///
/// Longer than the Restart Manager waits for a registry mutex, or for an application that does not answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long the rest of a message may take to come, by the clock on the wall.
const MOMENT: Duration = Duration::from_millis(100);

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
    /// What calls that are under way said while an answer to something else was waited for.
    put_aside: VecDeque<Answer>,
    /// `None`: discarded.
    complaints: Option<Receiver<io::Result<String>>>,
    identity: UniqueProcess,
}

/// What becomes of what a worker, and the library in it, write to their standard error stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorStream {
    /// Nothing.
    #[cfg_attr(not(windows), expect(dead_code, reason = "only the Windows backend discards it"))]
    Discarded,
    /// It is kept for [`WorkerProcess::complaints`].
    Kept,
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
    /// Starts `program` as a worker in `directory`, with variables of its environment beside those of this process.
    pub(crate) fn start(
        program: &Path,
        directory: &Path,
        environment: &[(&str, &OsStr)],
        error_stream: ErrorStream,
    ) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg(SUBCOMMAND).current_dir(directory);
        #[cfg(windows)]
        std::os::windows::process::CommandExt::creation_flags(&mut command, DETACHED);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(match error_stream {
            ErrorStream::Discarded => Stdio::null(),
            ErrorStream::Kept => Stdio::piped(),
        });
        if let Some(dll) = library::chosen() {
            // The worker's current directory is another.
            command.env(DLL_VARIABLE, std::path::absolute(dll)?);
        }
        command.envs(environment.iter().copied());
        let mut child = spawn(&mut command)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the worker has no standard streams"));
        };
        let complaints = child.stderr.take().map(read_lines);
        let identity = UniqueProcess { pid: child.id(), start_time: 0 };
        let answers = read_lines(output);
        let mut worker =
            WorkerProcess { child, input, answers, put_aside: VecDeque::new(), complaints, identity };
        match worker.ask(&Order::Identify) {
            Ok(Answer::Identity(identity)) => worker.identity = identity,
            Ok(other) => return Err(unexpected(&other)),
            Err(NoAnswer::Ended) => {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, worker.last_words()));
            }
            Err(NoAnswer::Failed(error)) => return Err(error),
        }
        Ok(worker)
    }

    /// Which process it is.
    #[cfg_attr(not(any(windows, test)), expect(dead_code, reason = "only the Windows backend asks"))]
    pub(crate) fn identity(&self) -> UniqueProcess {
        self.identity
    }

    /// Has `order` followed, which is none of those about calls that are begun; an answer is never
    /// [`Answer::Failed`].
    pub(crate) fn ask(&mut self, order: &Order) -> Result<Answer, NoAnswer> {
        self.send(order).map_err(NoAnswer::Failed)?;
        loop {
            match self.receive(PATIENCE)? {
                Some(answer @ (Answer::Status { .. } | Answer::Ended { .. })) => {
                    self.put_aside.push_back(answer);
                }
                Some(answer) => return Ok(answer),
                None => {
                    let message = format!("no answer within {} seconds", PATIENCE.as_secs());
                    return Err(NoAnswer::Failed(io::Error::new(io::ErrorKind::TimedOut, message)));
                }
            }
        }
    }

    /// Gives an order and waits for nothing.
    ///
    /// # Errors
    ///
    /// If the order cannot be written down; a worker that has ended shows in its next answer.
    pub(crate) fn send(&mut self, order: &Order) -> io::Result<()> {
        let mut line = serde_json::to_vec(order)?;
        line.push(b'\n');
        let _broken = self.input.write_all(&line).and_then(|()| self.input.flush());
        Ok(())
    }

    /// The next that the worker says, in the order in which it said it; `None` if it says nothing for `patience`, by
    /// the clock on the wall. Then it can be asked again; it is never [`Answer::Failed`].
    pub(crate) fn next_answer(&mut self, patience: Duration) -> Result<Option<Answer>, NoAnswer> {
        match self.put_aside.pop_front() {
            Some(answer) => Ok(Some(answer)),
            None => self.receive(patience),
        }
    }

    /// What the worker wrote to its standard error stream since this was asked last; empty if that is discarded.
    ///
    /// For messages about failures: it waits a moment for more.
    pub(crate) fn complaints(&mut self) -> String {
        let mut text = String::new();
        while let Some(line) = self.complaints.as_ref().and_then(|lines| lines.recv_timeout(MOMENT).ok()) {
            // What is no text is of no use in a message.
            if let Ok(line) = line {
                text.push_str(&line);
                text.push('\n');
            }
        }
        text
    }

    fn receive(&mut self, patience: Duration) -> Result<Option<Answer>, NoAnswer> {
        let line = match self.answers.recv_timeout(patience) {
            Ok(Ok(line)) => line,
            Ok(Err(error)) => return Err(NoAnswer::Failed(error)),
            Err(RecvTimeoutError::Disconnected) => return Err(NoAnswer::Ended),
            Err(RecvTimeoutError::Timeout) => return Ok(None),
        };
        match serde_json::from_str(&line) {
            Ok(Answer::Failed(reason)) => Err(NoAnswer::Failed(io::Error::other(reason))),
            Ok(answer) => Ok(Some(answer)),
            Err(error) => Err(NoAnswer::Failed(error.into())),
        }
    }

    fn last_words(&mut self) -> String {
        let complaints = self.complaints();
        match complaints.trim_end() {
            "" => String::from("the worker ended"),
            complaints => format!("the worker ended: {complaints}"),
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

/// Starts a process; Wine fails in it now and then while another process starts.
fn spawn(command: &mut Command) -> io::Result<Child> {
    const ERROR_INTERNAL_ERROR: i32 = 1359;
    const ATTEMPTS: usize = 5;
    let is_passing = |error: &io::Error| cfg!(windows) && error.raw_os_error() == Some(ERROR_INTERNAL_ERROR);
    for _ in 1..ATTEMPTS {
        match command.spawn() {
            Err(error) if is_passing(&error) => {}
            done => return done,
        }
    }
    command.spawn()
}

/// The error of `attempt`, to which there is no answer.
pub(crate) fn no_answer(attempt: impl Into<String>) -> impl FnOnce(NoAnswer) -> BackendError {
    let attempt = attempt.into();
    move |error| {
        let cause = match error {
            NoAnswer::Ended => io::ErrorKind::UnexpectedEof.into(),
            NoAnswer::Failed(cause) => cause,
        };
        BackendError::Failed { attempt, cause }
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::request::Observation;

    /// Longer than anything here takes.
    const LONG: Duration = Duration::from_secs(30);

    /// A worker that is a script of the shell; `rstmgr worker` is `sh worker` here.
    fn start(script: &str, environment: &[(&str, &OsStr)]) -> io::Result<WorkerProcess> {
        let directory = tempfile::tempdir()?;
        std::fs::write(directory.path().join(SUBCOMMAND), script)?;
        WorkerProcess::start(Path::new("/bin/sh"), directory.path(), environment, ErrorStream::Kept)
    }

    const IDENTIFY: &str = r#"read order; echo '{"identity":{"pid":7,"start_time":0}}'"#;
    const STATUS: &str = r#"echo '{"status":{"number":1,"percent":50}}'"#;
    const ENDED: &str = r#"echo '{"ended":{"number":1,"observation":{}}}'"#;

    #[test]
    fn what_calls_say_is_put_aside_while_something_else_is_asked() {
        let script = format!("{IDENTIFY}\nread order; {STATUS}; {ENDED}; echo '\"held\"'\nread order");
        let mut worker = start(&script, &[]).unwrap();
        assert_eq!(worker.identity(), UniqueProcess { pid: 7, start_time: 0 });
        let hold = Order::Hold { path: String::from("/file"), shared: false };
        assert_eq!(worker.ask(&hold).unwrap(), Answer::Held);
        let status = Answer::Status { number: 1, percent: 50 };
        assert_eq!(worker.next_answer(LONG).unwrap(), Some(status));
        let ended = Answer::Ended { number: 1, observation: Box::new(Observation::default()) };
        assert_eq!(worker.next_answer(LONG).unwrap(), Some(ended));
        assert_eq!(worker.next_answer(Duration::from_millis(50)).unwrap(), None);
        worker.send(&Order::Resume { number: 1 }).unwrap();
        assert!(matches!(worker.next_answer(LONG), Err(NoAnswer::Ended)));
    }

    #[test]
    fn a_call_is_over_when_it_answers_and_not_when_another_does() {
        let script = format!("{IDENTIFY}\n{STATUS}; {ENDED}; echo '\"held\"'; read order");
        let mut conversation = Conversation::new(start(&script, &[]).unwrap());
        while !conversation.is_over(1) {}
        assert!(!conversation.is_over(2));
        assert_eq!(conversation.status_of(1).unwrap(), Some(50));
        assert_eq!(conversation.answer_to(1).unwrap(), Some(Observation::default()));
        assert!(!conversation.is_over(1));
        // With its orders the worker ends.
        conversation.process.send(&Order::Identify).unwrap();
        while !conversation.is_over(2) {}
        assert_eq!(conversation.answer_to(2).unwrap(), None);
    }

    #[test]
    fn a_failure_is_heard_even_if_it_was_said_before_anybody_waited_for_it() {
        let script = format!("{IDENTIFY}\necho '{{\"failed\":\"call 1: too much\"}}'\nread order");
        let mut conversation = Conversation::new(start(&script, &[]).unwrap());
        while !conversation.is_over(1) {}
        let Err(NoAnswer::Failed(error)) = conversation.answer_to(1) else { panic!("it has failed") };
        assert_eq!(error.to_string(), "call 1: too much");
    }

    #[test]
    fn a_worker_has_its_environment_and_its_complaints_are_kept() {
        let script = format!("{IDENTIFY}\necho \"server: $RSTMGR_SERVER\" >&2; echo more >&2");
        let mut worker = start(&script, &[("RSTMGR_SERVER", OsStr::new("here"))]).unwrap();
        assert!(matches!(worker.next_answer(LONG), Err(NoAnswer::Ended)));
        assert_eq!(worker.complaints(), "server: here\nmore\n");
        assert_eq!(worker.complaints(), "");
    }

    #[test]
    fn a_worker_that_cannot_begin_says_why() {
        let error = start("echo 'it is late' >&2", &[]).unwrap_err();
        assert_eq!(error.to_string(), "the worker ended: it is late");
    }
}
