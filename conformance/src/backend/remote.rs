//! A backend at the far end of a command, such as `ssh box rstmgr agent --backend windows`.
//!
//! A command that was started serves one scenario after another; there are never more of them than scenarios at a time.

mod connection;

use std::fmt;
use std::io;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rstmgr_model::{Broken, RuleSet};

use self::connection::Connection;
use super::{Backend, BackendError, LeftOver, Time};
use crate::agent::protocol::{FromAgent, ScenarioText, ToAgent};
use crate::exchange::{Answer, Heard, Question};
use crate::request::{Observation, Request, Subject, UniqueProcess};
use crate::scenario::parse::Source;
use crate::scenario::{Scenario, write};

/// How long the far end may take for one answer, by the clock on the wall, if nothing else is stated: longer than the
/// Restart Manager waits for anything.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// Where a backend is: the command that leads to it, with those that run already.
#[derive(Clone, Debug)]
pub struct Remote(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    /// As it was stated.
    command: String,
    /// The program and its arguments.
    words: Vec<String>,
    patience: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The commands that serve no scenario at the moment.
    idle: Vec<Connection>,
    /// Why the far end could not be reached; it is not tried again for each scenario.
    unreachable: Option<String>,
}

/// Why a text is no command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// It has no words.
    #[error(
        "no command is named; write `remote:COMMAND`, such as `remote:ssh box rstmgr agent --backend windows`"
    )]
    Empty,
    /// A quotation mark is never closed.
    #[error("the command cannot be split into words as a shell does: a quotation or an escape has no end")]
    Unsplit,
}

impl FromStr for Remote {
    type Err = CommandError;

    /// Splits a command into words as a POSIX shell does, without starting it.
    fn from_str(command: &str) -> Result<Remote, CommandError> {
        let words = shlex::split(command).ok_or(CommandError::Unsplit)?;
        if words.is_empty() {
            return Err(CommandError::Empty);
        }
        Ok(Remote::new(command.to_owned(), words, PATIENCE))
    }
}

impl Remote {
    fn new(command: String, words: Vec<String>, patience: Duration) -> Remote {
        Remote(Arc::new(Pool { command, words, patience, state: Mutex::default() }))
    }

    /// The same with another limit for each answer, by the clock on the wall.
    #[must_use]
    pub fn with_patience(&self, patience: Duration) -> Remote {
        Remote::new(self.0.command.clone(), self.0.words.clone(), patience)
    }

    /// Opens a scenario at the far end; `source` is its file, if it has one.
    ///
    /// # Errors
    ///
    /// If the far end cannot be reached, does not take the scenario, or cannot make its world real.
    pub fn open(&self, source: Option<&Source>, scenario: &Scenario) -> Result<RemoteBackend, BackendError> {
        let text = match source {
            Some(source) => ScenarioText { name: source.name.clone(), text: source.text.clone() },
            None => {
                let written = write::write(scenario, &[]).map_err(|error| {
                    BackendError::failed("write the scenario for the far end")(io::Error::other(
                        error.to_string(),
                    ))
                })?;
                ScenarioText { name: String::from("scenario.yaml"), text: written }
            }
        };
        let mut connection = self.connect()?;
        match connection.ask(&ToAgent::Open(text)) {
            Ok(FromAgent::Opened { backend }) => Ok(RemoteBackend {
                remote: self.clone(),
                backend,
                connection: Some(connection),
                heard: Heard::default(),
                picks: String::from("-"),
                left_over: LeftOver::default(),
                wrong: None,
            }),
            Ok(FromAgent::Answer(Answer::Failed(failure))) => {
                self.give_back(connection);
                Err(failure.into_error())
            }
            Ok(other) => Err(BackendError::failed(self.attempt())(connection.unexpected(&other))),
            Err(error) => Err(BackendError::failed(self.attempt())(error)),
        }
    }

    fn attempt(&self) -> String {
        format!("ask `{}`", self.0.command)
    }

    /// A command that serves no scenario: one that runs, or another.
    fn connect(&self) -> Result<Connection, BackendError> {
        let failed = |reason: String| BackendError::failed(self.attempt())(io::Error::other(reason));
        {
            let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(connection) = state.idle.pop() {
                return Ok(connection);
            }
            if let Some(reason) = &state.unreachable {
                return Err(failed(reason.clone()));
            }
        }
        Connection::start(&self.0.words, self.0.patience).map_err(|error| {
            let reason = error.to_string();
            let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.unreachable.get_or_insert_with(|| reason.clone());
            failed(reason)
        })
    }

    fn give_back(&self, connection: Connection) {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).idle.push(connection);
    }
}

impl PartialEq for Remote {
    fn eq(&self, other: &Remote) -> bool {
        (&self.0.words, self.0.patience) == (&other.0.words, other.0.patience)
    }
}

impl Eq for Remote {}

impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.command)
    }
}

/// A backend at the far end, in a world made for one scenario.
#[derive(Debug)]
pub struct RemoteBackend {
    remote: Remote,
    backend: String,
    /// `None`: it failed, or the scenario is over.
    connection: Option<Connection>,
    heard: Heard,
    picks: String,
    left_over: LeftOver,
    /// Why it does not answer any more.
    wrong: Option<String>,
}

impl RemoteBackend {
    /// The name of the backend that really answers.
    pub fn far_backend(&self) -> &str {
        &self.backend
    }

    fn ask(&mut self, message: &ToAgent) -> Result<FromAgent, BackendError> {
        let Some(connection) = &mut self.connection else { return Err(self.refuse()) };
        match connection.ask(message) {
            Ok(answer) => Ok(answer),
            Err(error) => Err(self.give_up(error.to_string())),
        }
    }

    /// Ends the command, and keeps why.
    fn give_up(&mut self, reason: String) -> BackendError {
        self.connection = None;
        self.wrong = Some(reason);
        self.refuse()
    }

    fn refuse(&self) -> BackendError {
        let reason = self.wrong.as_deref().unwrap_or("the scenario is over");
        BackendError::failed(self.remote.attempt())(io::Error::other(reason.to_owned()))
    }

    fn unexpected(&mut self, answer: &FromAgent) -> BackendError {
        let Some(connection) = &mut self.connection else { return self.refuse() };
        let reason = connection.unexpected(answer).to_string();
        self.give_up(reason)
    }
}

impl Backend for RemoteBackend {
    fn perform(&mut self, request: &Request) -> Result<Observation, BackendError> {
        match self.ask(&ToAgent::Ask(Question::Request(request.clone()))) {
            Ok(FromAgent::Answer(Answer::Observed(observed))) => {
                self.heard.take(*observed).map_err(|reason| self.give_up(reason))
            }
            Ok(FromAgent::Answer(Answer::Failed(failure))) => Err(failure.into_error()),
            Ok(other) => Err(self.unexpected(&other)),
            Err(error) => Err(error),
        }
    }

    fn unique_process(&mut self, who: Subject) -> Result<UniqueProcess, BackendError> {
        match self.ask(&ToAgent::Ask(Question::Process(who))) {
            Ok(FromAgent::Answer(Answer::Process(process))) => Ok(process),
            Ok(FromAgent::Answer(Answer::Failed(failure))) => Err(failure.into_error()),
            Ok(other) => Err(self.unexpected(&other)),
            Err(error) => Err(error),
        }
    }

    fn rules(&self) -> RuleSet {
        self.heard.rules
    }

    fn broken_laws(&self) -> &[Broken] {
        &self.heard.broken_laws
    }

    fn picks(&self) -> String {
        self.picks.clone()
    }

    fn left_over(&self) -> LeftOver {
        self.left_over
    }

    fn time(&self) -> Time {
        Time::of_backend(&self.backend)
    }

    fn finish(&mut self) -> Result<(), BackendError> {
        let closed = match self.ask(&ToAgent::Close) {
            Ok(FromAgent::Closed { picks, left_over }) => {
                (self.picks, self.left_over) = (picks, left_over);
                Ok(())
            }
            Ok(FromAgent::Answer(Answer::Failed(failure))) => Err(failure.into_error()),
            Ok(other) => return Err(self.unexpected(&other)),
            Err(error) => return Err(error),
        };
        if let Some(connection) = self.connection.take() {
            self.remote.give_back(connection);
        }
        closed
    }
}

impl Drop for RemoteBackend {
    fn drop(&mut self) {
        // A scenario that was not taken to its end, such as one that cannot be made real there.
        if self.connection.is_some() {
            let _nobody_asks = self.finish();
        }
    }
}
