//! A command that was started, and whose standard streams are the way to an agent. Every wait for it has a limit, by the
//! clock on the wall.

use std::io::{self, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::agent::protocol::{FromAgent, LineError, Numbered, ToAgent, VERSION, Welcome, next_line, to_line};
use crate::scenario::duration;

/// How long a command may take until an agent answers it.
const HANDSHAKE_MAX: Duration = Duration::from_secs(60);

/// How long an agent may take to end once its input has ended, before its command is killed: longer than an agent
/// takes to end whatever is under way.
const END_MAX: Duration = Duration::from_secs(5);

/// How long the last words of a command are waited for.
const MOMENT: Duration = Duration::from_millis(200);

/// How many lines are kept that nobody asked for yet.
const LINES_MAX: usize = 1;

/// How many bytes of what a command complains about are kept: the last.
const COMPLAINTS_MAX: usize = 2_000;

/// How many characters of a line that is no answer a message shows.
const SHOWN_MAX: usize = 100;

/// A running command; ended, and waited for, when dropped.
#[derive(Debug)]
pub(super) struct Connection {
    child: Child,
    /// To the thread that writes; a command that does not read cannot block this one.
    orders: Option<Sender<Vec<u8>>>,
    answers: Receiver<Result<Vec<u8>, LineError>>,
    complaints: Complaints,
    /// The number of the last message.
    number: u64,
    patience: Duration,
    /// Whether all went as it should so far.
    is_sound: bool,
}

/// The end of what a command wrote to its standard error.
#[derive(Debug)]
struct Complaints {
    last: Arc<Mutex<Vec<u8>>>,
    /// Disconnected once the stream has ended.
    end: Receiver<()>,
}

impl Connection {
    /// Starts a command, and waits until an agent of this version answers.
    pub(super) fn start(words: &[String], patience: Duration) -> io::Result<Connection> {
        let (program, arguments) = words.split_first().expect("a command has a word");
        let mut command = Command::new(program);
        command.args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| {
            io::Error::new(error.kind(), format!("`{program}` cannot be started: {error}"))
        })?;
        let (sender, answers) = mpsc::sync_channel(LINES_MAX);
        let orders = child.stdin.take().map(|input| write_lines(input, sender.clone()));
        if let Some(output) = child.stdout.take() {
            read_lines(output, sender);
        }
        let complaints = Complaints::of(child.stderr.take());
        let patience_at_first = patience.min(HANDSHAKE_MAX);
        let mut connection = Connection {
            child,
            orders,
            answers,
            complaints,
            number: 0,
            patience: patience_at_first,
            is_sound: true,
        };
        match connection.ask(&ToAgent::Hello(Welcome::of_this_program())) {
            Ok(FromAgent::Welcome(welcome)) if welcome.protocol == VERSION => {
                connection.patience = patience;
                Ok(connection)
            }
            Ok(FromAgent::Welcome(Welcome { protocol, program })) => {
                let here = env!("CARGO_PKG_VERSION");
                Err(connection.failed(&format!(
                    "the far end is rstmgr {program} and speaks version {protocol} of the protocol, and this is rstmgr {here} and speaks version {VERSION}"
                )))
            }
            Ok(other) => Err(connection.unexpected(&other)),
            Err(error) => Err(error),
        }
    }

    /// Says something, and waits for the answer; after an error the command is of no more use.
    pub(super) fn ask(&mut self, message: &ToAgent) -> io::Result<FromAgent> {
        self.number += 1;
        let number = self.number;
        let line = to_line(&Numbered { number, message })?;
        // Whoever writes has said why if it does not write any more.
        let _gone = self.orders.as_ref().map(|orders| orders.send(line));
        let line = match self.answers.recv_timeout(self.patience) {
            Ok(Ok(line)) => line,
            Ok(Err(LineError::TooLong)) => {
                let error = LineError::TooLong;
                return Err(self.failed(&format!("the far end says no message: {error}")));
            }
            Ok(Err(error)) => return Err(self.failed(&format!("the far end is gone: {error}"))),
            // Whoever reads said so already.
            Err(RecvTimeoutError::Disconnected) => return Err(self.failed("the far end is gone")),
            Err(RecvTimeoutError::Timeout) => {
                let patience = duration::write(self.patience);
                return Err(self.failed(&format!("no answer came within {patience}")));
            }
        };
        let answer: Numbered<FromAgent> = match serde_json::from_slice(&line) {
            Ok(answer) => answer,
            Err(error) => {
                let shown: String = String::from_utf8_lossy(&line).chars().take(SHOWN_MAX).collect();
                return Err(self.failed(&format!("the far end says what is no answer, {shown:?}: {error}")));
            }
        };
        match answer {
            Numbered { message: FromAgent::Refused(reason), .. } => {
                Err(self.failed(&format!("the far end refuses to go on: {reason}")))
            }
            Numbered { number: answered, message } if answered == number => Ok(message),
            Numbered { number: answered, .. } if answered < number => Err(self.failed(&format!(
                "the far end answers message {answered} again, and message {number} was asked"
            ))),
            Numbered { number: answered, .. } => {
                Err(self
                    .failed(&format!("the far end answers message {answered}, and only {number} were asked")))
            }
        }
    }

    /// What to say of an answer that does not fit its message.
    pub(super) fn unexpected(&mut self, answer: &FromAgent) -> io::Error {
        let shown: String = format!("{answer:?}").chars().take(SHOWN_MAX).collect();
        self.failed(&format!("the far end answers another question than it was asked: {shown}"))
    }

    /// The error with what the command complained about; it is of no more use.
    fn failed(&mut self, reason: &str) -> io::Error {
        self.is_sound = false;
        let complaints = self.complaints.shown();
        let ended = match self.child.try_wait() {
            Ok(Some(status)) => format!(" ({status})"),
            Ok(None) | Err(_) => String::new(),
        };
        let complaints =
            if complaints.is_empty() { complaints } else { format!("; it complains: {complaints}") };
        io::Error::other(format!("{reason}{ended}{complaints}"))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.orders = None;
        if self.is_sound {
            // An agent cleans up behind itself when its input ends, and then its output ends.
            let _ended = self.answers.recv_timeout(END_MAX);
        }
        // Both fail only for a process that has ended.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

impl Complaints {
    /// Reads `stream` to its end, whatever is kept of it, so that who writes never waits.
    fn of(stream: Option<impl Read + Send + 'static>) -> Complaints {
        let last = Arc::new(Mutex::new(Vec::new()));
        let (sender, end) = mpsc::channel();
        if let Some(mut stream) = stream {
            let last = Arc::clone(&last);
            thread::spawn(move || {
                let _ends_with_this_thread: Sender<()> = sender;
                let mut piece = [0; 4_096];
                while let Ok(length @ 1..) = stream.read(&mut piece) {
                    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                    last.extend_from_slice(&piece[..length]);
                    let excess = last.len().saturating_sub(COMPLAINTS_MAX);
                    last.drain(..excess);
                }
            });
        }
        Complaints { last, end }
    }

    /// What was complained about last, in one line; waits a moment for more.
    fn shown(&self) -> String {
        let _ended = self.end.recv_timeout(MOMENT);
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&last).trim().lines().map(str::trim).collect::<Vec<_>>().join(" | ")
    }
}

/// Writes in a thread of its own what comes out of the channel; who asks is told if that cannot be.
fn write_lines(mut input: ChildStdin, sender: SyncSender<Result<Vec<u8>, LineError>>) -> Sender<Vec<u8>> {
    let (orders, lines) = mpsc::channel::<Vec<u8>>();
    thread::spawn(move || {
        for line in lines {
            if input.write_all(&line).and_then(|()| input.flush()).is_err() {
                let _nobody_asks = sender.send(Err(LineError::Unheard));
                return;
            }
        }
    });
    orders
}

/// Reads in a thread of its own, and no further than somebody asks.
fn read_lines(output: impl Read + Send + 'static, sender: SyncSender<Result<Vec<u8>, LineError>>) {
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        loop {
            let line = next_line(&mut output).and_then(|line| line.ok_or(LineError::Ended));
            let is_last = line.is_err();
            if sender.send(line).is_err() || is_last {
                return;
            }
        }
    });
}
