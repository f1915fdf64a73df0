//! A process's way to a simulation that it shares.
//!
//! It waits by the clock on the wall, and no longer than [`SILENCE_MAX`] for a sign of life.

use std::io::{self, BufReader, Read, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use interprocess::ConnectWaitMode;
use interprocess::local_socket::prelude::*;
use interprocess::local_socket::{ConnectOptions, GenericFilePath};

use super::guests::Introduction;
use super::protocol::{Answer, Question, SILENCE_MAX, VERSION, read_line, write_line};
use super::{Connection, Trouble, Turn};
use crate::request::Call;

/// How long a server may take to let somebody in.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// Leads to a server; each call that is made meanwhile has a line of its own.
#[derive(Debug)]
pub(super) struct Client {
    server: String,
    token: u64,
    who: Introduction,
    /// The lines on which nothing is under way. None is ever closed: that would say that the process has ended.
    idle: Mutex<Vec<Line>>,
}

/// One line to the server.
#[derive(Debug)]
struct Line {
    stream: Stream,
    answers: Answers,
}

/// How answers are waited for without waiting forever.
#[derive(Debug)]
enum Answers {
    /// The system watches the time.
    Timed(BufReader<Stream>),
    /// It does not, and a thread reads.
    Threaded { next: Sender<()>, answers: Receiver<io::Result<Option<Answer>>> },
}

/// A stream that can be read and written by several.
#[derive(Clone, Debug)]
struct Stream(Arc<LocalSocketStream>);

impl Client {
    /// Presents a process to the server with this name.
    ///
    /// # Errors
    ///
    /// If there is none, or it does not let the process in.
    pub(super) fn connect(server: &str, who: Introduction) -> Result<Client, Trouble> {
        // Unlike that of any other process: ids are given again.
        let token = u64::from(std::process::id()) << 32 | u64::from(moment());
        let client = Client { server: server.to_owned(), token, who, idle: Mutex::new(Vec::new()) };
        let line = client.open()?;
        client.keep(line);
        Ok(client)
    }

    fn open(&self) -> Result<Line, Trouble> {
        let unreachable =
            |error: io::Error| Trouble(format!("cannot reach the simulation at `{}`: {error}", self.server));
        let stream = dial(&self.server).map_err(unreachable)?;
        let mut line = Line::new(stream).map_err(unreachable)?;
        let hello = Question::Hello { version: VERSION, token: self.token, who: self.who.clone() };
        match self.exchange(&mut line, &hello)? {
            Answer::Welcome => Ok(line),
            Answer::Refused(reason) => Err(Trouble(format!("the simulation refuses: {reason}"))),
            other @ (Answer::Status { .. } | Answer::Done(_) | Answer::Still) => Err(self.unexpected(&other)),
        }
    }

    fn keep(&self, line: Line) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// Asks on a line that is free, or a new one.
    fn ask(&self, question: &Question) -> Result<Turn, Trouble> {
        let free = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut line = free.map_or_else(|| self.open(), Ok)?;
        let answer = self.exchange(&mut line, question)?;
        self.keep(line);
        match answer {
            Answer::Status { call, percent } => Ok(Turn::Status { call, percent }),
            Answer::Done(observation) => Ok(Turn::Done(observation)),
            Answer::Refused(reason) => Err(Trouble(reason)),
            other @ (Answer::Welcome | Answer::Still) => Err(self.unexpected(&other)),
        }
    }

    fn exchange(&self, line: &mut Line, question: &Question) -> Result<Answer, Trouble> {
        let gone = |error: io::Error| {
            let why = if matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) {
                format!("it was silent for {} seconds", SILENCE_MAX.as_secs())
            } else {
                error.to_string()
            };
            Trouble(format!("the simulation at `{}` is gone: {why}", self.server))
        };
        write_line(question, &mut line.stream).map_err(gone)?;
        loop {
            let answer = line.next().map_err(gone)?;
            if answer != Answer::Still {
                return Ok(answer);
            }
        }
    }

    fn unexpected(&self, answer: &Answer) -> Trouble {
        Trouble(format!("the simulation at `{}` said what was not asked: {answer:?}", self.server))
    }
}

impl Connection for Client {
    fn begin(&self, call: &Call, inside: Option<u32>) -> Result<Turn, Trouble> {
        self.ask(&Question::Begin { call: call.clone(), inside })
    }

    fn go_on(&self, call: u32) -> Result<Turn, Trouble> {
        self.ask(&Question::GoOn { call })
    }
}

impl Line {
    fn new(stream: LocalSocketStream) -> io::Result<Line> {
        let is_timed = stream.set_recv_timeout(Some(SILENCE_MAX)).is_ok();
        // Where that is not to be had, a line is short enough for the buffer of a pipe, or somebody reads it.
        let _is_timed_too = stream.set_send_timeout(Some(SILENCE_MAX));
        let stream = Stream(Arc::new(stream));
        let reader = BufReader::new(stream.clone());
        let answers = if is_timed { Answers::Timed(reader) } else { read_in_thread(reader)? };
        Ok(Line { stream, answers })
    }

    /// The next answer.
    fn next(&mut self) -> io::Result<Answer> {
        let answer = match &mut self.answers {
            Answers::Timed(reader) => read_line(reader)?,
            Answers::Threaded { next, answers } => {
                next.send(()).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
                match answers.recv_timeout(SILENCE_MAX) {
                    Ok(answer) => answer?,
                    Err(RecvTimeoutError::Timeout) => return Err(io::ErrorKind::TimedOut.into()),
                    Err(RecvTimeoutError::Disconnected) => None,
                }
            }
        };
        answer.ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "it closed the line"))
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self.0).read(buffer)
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&*self.0).flush()
    }
}

/// Connects to the socket or pipe with this name; a pipe may be taken for a moment.
#[expect(clippy::disallowed_methods, reason = "nothing says when a pipe is free again")]
fn dial(server: &str) -> io::Result<LocalSocketStream> {
    let until = Instant::now() + CONNECT_MAX;
    loop {
        let options = ConnectOptions::new()
            .name(server.to_fs_name::<GenericFilePath>()?)
            .wait_mode(ConnectWaitMode::Timeout(CONNECT_MAX));
        match options.connect_sync() {
            Err(error) if is_busy(&error) && Instant::now() < until => {
                thread::sleep(Duration::from_millis(5))
            }
            done => return done,
        }
    }
}

fn is_busy(error: &io::Error) -> bool {
    const ERROR_PIPE_BUSY: i32 = 231;
    let busy_pipe = cfg!(windows) && error.raw_os_error() == Some(ERROR_PIPE_BUSY);
    busy_pipe || error.kind() == io::ErrorKind::WouldBlock
}

/// Reads an answer each time that one is wanted, in a thread of its own.
fn read_in_thread(mut reader: BufReader<Stream>) -> io::Result<Answers> {
    let (next, wanted) = mpsc::channel();
    let (sender, answers) = mpsc::channel();
    thread::Builder::new().name(String::from("rstmgr answers")).spawn(move || {
        while wanted.recv().is_ok() {
            if sender.send(read_line(&mut reader)).is_err() {
                break;
            }
        }
    })?;
    Ok(Answers::Threaded { next, answers })
}

/// A number for this moment, which comes again after an hour.
fn moment() -> u32 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u32::try_from(since.as_micros() & u128::from(u32::MAX)).unwrap_or(0)
}
