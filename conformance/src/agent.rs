//! The agent: the far end of the backend `remote`, which asks a backend of its own as it is told over its standard
//! streams.
//!
//! It serves one scenario after another, one message at a time, and ends with its input, whatever is under way.

pub(crate) mod protocol;

use std::io::{self, BufReader, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, TrySendError};
use std::thread;
use std::time::Duration;

use self::protocol::{FromAgent, LineError, Numbered, ToAgent, VERSION, Welcome, next_line, to_line};
use crate::backend::Backend;
use crate::exchange::{self, Answer, Failure};
use crate::exit::Exit;
use crate::scenario::parse::{self, Source};
use crate::suite::BackendKind;

/// How long what is under way may take to come to its end once the input has ended, by the clock on the wall.
const GRACE: Duration = Duration::from_secs(3);

/// How many messages may wait; a client that waits for each answer never has more than one.
const WAITING_MAX: usize = 2;

/// Serves `backend` over the standard streams until the input ends.
///
/// # Errors
///
/// If the output breaks.
pub fn run(backend: &BackendKind) -> io::Result<Exit> {
    let input = Input::read(io::stdin());
    let served = serve(backend, &input, io::stdout());
    drop(input);
    match served {
        Ok(()) => Ok(Exit::Accepted),
        Err(Trouble::Output(error)) => Err(error),
        // The client was told, and is wrong.
        Err(Trouble::Refused(reason)) => Err(io::Error::new(io::ErrorKind::InvalidData, reason)),
    }
}

/// Why an agent ends before its input does.
#[derive(Debug)]
enum Trouble {
    /// What it says cannot be written.
    Output(io::Error),
    /// What it is told is not what it could be told.
    Refused(String),
}

/// What the client says. The process ends soon after it said its last, unless this is dropped before that.
struct Input {
    lines: Receiver<Result<Vec<u8>, LineError>>,
    /// Whether more was said than is read.
    is_overfull: Arc<AtomicBool>,
    _alive: Sender<()>,
}

impl Input {
    /// Reads in a thread of its own, so that the end of the input is noticed whatever is under way.
    fn read(input: impl Read + Send + 'static) -> Input {
        let (sender, lines) = mpsc::sync_channel(WAITING_MAX);
        let (alive, over) = mpsc::channel::<()>();
        let is_overfull = Arc::new(AtomicBool::new(false));
        let overfull = Arc::clone(&is_overfull);
        thread::spawn(move || {
            let mut input = BufReader::new(input);
            while let Some(line) = next_line(&mut input).transpose() {
                let is_last = line.is_err();
                match sender.try_send(line) {
                    Ok(()) if !is_last => {}
                    // Whoever says so much at once does not wait for answers, and is not read any further.
                    Err(TrySendError::Full(_)) => {
                        overfull.store(true, Ordering::Relaxed);
                        break;
                    }
                    Ok(()) | Err(TrySendError::Disconnected(_)) => break,
                }
            }
            drop(sender);
            if over.recv_timeout(GRACE) == Err(RecvTimeoutError::Timeout) {
                std::process::exit(i32::from(Exit::BackendOutOfReach.code()));
            }
        });
        Input { lines, is_overfull, _alive: alive }
    }
}

/// Serves `backend` to whoever says `input`.
fn serve(backend: &BackendKind, input: &Input, output: impl Write) -> Result<(), Trouble> {
    let mut desk = Desk { input, output, number: 0 };
    let served = desk.serve(backend);
    if let Err(Trouble::Refused(reason)) = &served {
        desk.say(FromAgent::Refused(reason.clone()))?;
    }
    served
}

struct Desk<'a, W> {
    input: &'a Input,
    output: W,
    /// The number of the last message.
    number: u64,
}

impl<W: Write> Desk<'_, W> {
    fn serve(&mut self, backend: &BackendKind) -> Result<(), Trouble> {
        match self.next()? {
            None => return Ok(()),
            Some(ToAgent::Hello(hello)) => {
                // The other end compares the versions, too; whichever is newer.
                self.say(FromAgent::Welcome(Welcome::of_this_program()))?;
                if hello.protocol != VERSION {
                    let (theirs, program) = (hello.protocol, hello.program);
                    return Err(Trouble::Refused(format!(
                        "the client, rstmgr {program}, speaks version {theirs} of the protocol, and this agent version {VERSION}"
                    )));
                }
            }
            Some(other) => return Err(out_of_order(&other, "`hello`")),
        }
        loop {
            match self.next()? {
                None => return Ok(()),
                Some(ToAgent::Open(source)) => {
                    if !self.serve_scenario(backend, &Source { name: source.name, text: source.text })? {
                        return Ok(());
                    }
                }
                Some(other) => return Err(out_of_order(&other, "`open`")),
            }
        }
    }

    /// Serves one scenario; returns whether there may be another.
    fn serve_scenario(&mut self, backend: &BackendKind, source: &Source) -> Result<bool, Trouble> {
        let scenario = match parse::parse(source) {
            Ok(scenario) => scenario,
            Err(problems) => {
                let attempt = String::from("read the scenario at the far end");
                let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
                let failure = Failure::Failed { attempt, cause: problems.join("; ") };
                return self.say(FromAgent::Answer(Answer::Failed(failure))).map(|()| true);
            }
        };
        let served = backend
            .with_backend(Some(source), &scenario, |name, backend| Ok(self.serve_backend(name, backend)));
        match served {
            Ok(served) => served,
            Err(error) => self.say(FromAgent::Answer(Answer::Failed(Failure::of(&error)))).map(|()| true),
        }
    }

    fn serve_backend(&mut self, name: &str, backend: &mut dyn Backend) -> Result<bool, Trouble> {
        self.say(FromAgent::Opened { backend: name.to_owned() })?;
        let mut told = 0;
        loop {
            match self.next()? {
                None => return Ok(false),
                Some(ToAgent::Ask(question)) => {
                    let answer = exchange::ask(backend, &question, &mut told);
                    self.say(FromAgent::Answer(answer))?;
                }
                Some(ToAgent::Close) => {
                    let answer = match backend.finish() {
                        Ok(()) => {
                            FromAgent::Closed { picks: backend.picks(), left_over: backend.left_over() }
                        }
                        Err(error) => FromAgent::Answer(Answer::Failed(Failure::of(&error))),
                    };
                    return self.say(answer).map(|()| true);
                }
                Some(other) => return Err(out_of_order(&other, "`ask` or `close`")),
            }
        }
    }

    /// The next message; `None`: there is none any more.
    fn next(&mut self) -> Result<Option<ToAgent>, Trouble> {
        let refused = |reason: String| Trouble::Refused(format!("message {}: {reason}", self.number + 1));
        let line = match self.input.lines.recv() {
            Ok(Ok(line)) => line,
            Ok(Err(error)) => return Err(refused(error.to_string())),
            Err(_) if self.input.is_overfull.load(Ordering::Relaxed) => {
                return Err(refused(String::from("it came before those before it were answered")));
            }
            Err(_) => return Ok(None),
        };
        let Numbered { number, message } = serde_json::from_slice(&line)
            .map_err(|error| refused(format!("it is none that this agent knows: {error}")))?;
        if number != self.number + 1 {
            return Err(refused(format!("its number is {number}")));
        }
        self.number = number;
        Ok(Some(message))
    }

    fn say(&mut self, message: FromAgent) -> Result<(), Trouble> {
        let number = self.number;
        let line = to_line(&Numbered { number, message }).or_else(|error| {
            let attempt = String::from("say what was seen");
            let failure = Failure::Failed { attempt, cause: error.to_string() };
            to_line(&Numbered { number, message: FromAgent::Answer(Answer::Failed(failure)) })
        });
        let written = line.and_then(|line| {
            self.output.write_all(&line)?;
            self.output.flush()
        });
        written.map_err(Trouble::Output)
    }
}

fn out_of_order(message: &ToAgent, expected: &str) -> Trouble {
    let name = message.name();
    Trouble::Refused(format!("`{name}` out of order: expected {expected}"))
}
