//! A backend that answers from a recording: what another was asked must be asked again, in the same order.

use std::io;
use std::path::{Path, PathBuf};

use rstmgr_model::{Broken, RuleSet};

use super::{Backend, BackendError, LeftOver, Time};
use crate::exchange::{Answer, Heard, Question};
use crate::request::{Observation, Request, Subject, UniqueProcess};
use crate::scenario::Scenario;
use crate::scenario::parse::{self, Source};
use crate::trace::{RawLine, RecordedTrace, path_below};

/// How many characters of a question a message shows.
const SHOWN_MAX: usize = 300;

/// A recording that answers.
#[derive(Debug)]
pub struct RecordedBackend {
    /// The recording's file.
    name: String,
    /// The backend that was recorded.
    backend: String,
    lines: std::iter::Peekable<std::vec::IntoIter<RawLine>>,
    /// The number of the last line that answered.
    last: usize,
    heard: Heard,
    picks: String,
    left_over: LeftOver,
    /// Why it does not answer any more.
    wrong: Option<String>,
}

impl RecordedBackend {
    /// The recording of a scenario: the file at `path`, or the one that lies below that directory under the path of
    /// the scenario's own file, as `rstmgr record` wrote it.
    ///
    /// # Errors
    ///
    /// If there is no recording, or it is none of this scenario; what the scenario expects may be another.
    pub fn open(
        path: &Path,
        source: Option<&Source>,
        scenario: &Scenario,
    ) -> Result<RecordedBackend, BackendError> {
        let attempt = || format!("find the recording {}", path.display());
        let metadata = std::fs::metadata(path).map_err(|error| {
            BackendError::failed(attempt())(io::Error::new(error.kind(), parse::reason(&error)))
        })?;
        let file = match source {
            _ if !metadata.is_dir() => path.to_owned(),
            Some(source) => path_below(path, Path::new(&source.name)),
            None => {
                let cause =
                    io::Error::other("a directory has recordings of files, and this scenario is none");
                return Err(BackendError::failed(attempt())(cause));
            }
        };
        if !file.exists() {
            let reason = format!("a recording, and {} is not there", shown_path(&file));
            return Err(BackendError::Unrealizable { reason });
        }
        let trace = RecordedTrace::read(&file).map_err(|error| {
            BackendError::failed("read a recording")(io::Error::new(io::ErrorKind::InvalidData, error))
        })?;
        RecordedBackend::of(trace, scenario)
    }

    /// Answers for `scenario` from `trace`.
    ///
    /// # Errors
    ///
    /// If the trace has no raw values or is of another scenario; what the scenario expects may be another.
    pub fn of(trace: RecordedTrace, scenario: &Scenario) -> Result<RecordedBackend, BackendError> {
        let refused = |message: String| {
            let cause = io::Error::new(io::ErrorKind::InvalidData, message);
            Err(BackendError::failed(format!("answer from the recording {}", trace.name))(cause))
        };
        if let Some(what) = trace.scenario.differs_in(scenario) {
            return refused(format!("it is a recording of another scenario: {what} differs"));
        }
        let Some(lines) = trace.raw else {
            return refused(String::from(
                "it has no raw values; `rstmgr record` writes them beside the names",
            ));
        };
        Ok(RecordedBackend {
            name: trace.name,
            backend: trace.backend,
            lines: lines.into_iter().peekable(),
            last: 1,
            heard: Heard::default(),
            picks: trace.picks,
            left_over: trace.left_over,
            wrong: None,
        })
    }

    /// The backend that was recorded.
    pub fn recorded_backend(&self) -> &str {
        &self.backend
    }

    /// What was answered to `question`, which must be the next that was asked.
    fn answer(&mut self, question: &Question) -> Result<Answer, BackendError> {
        if self.wrong.is_none() {
            match self.lines.peek() {
                Some(line) if line.exchange.asked == *question => {
                    self.last = line.number;
                    let line = self.lines.next().expect("it was there");
                    return Ok(line.exchange.answered);
                }
                Some(line) => {
                    let (number, recorded) = (line.number, shown(&line.exchange.asked));
                    let asked = shown(question);
                    self.wrong =
                        Some(format!("line {number}: there it was asked {recorded}, and now {asked}"));
                }
                None => {
                    let (last, asked) = (self.last, shown(question));
                    self.wrong =
                        Some(format!("the recording ends with line {last}, and now it is asked {asked}"));
                }
            }
        }
        Err(self.refuse())
    }

    /// The error of a recording that went wrong.
    fn refuse(&self) -> BackendError {
        let message = self.wrong.clone().unwrap_or_default();
        let cause = io::Error::new(io::ErrorKind::InvalidData, message);
        BackendError::failed(format!("answer from the recording {}", self.name))(cause)
    }

    /// Keeps the reason why the line that answered last cannot be used.
    fn unusable(&mut self, reason: &str) -> BackendError {
        self.wrong = Some(format!("line {}: {reason}", self.last));
        self.refuse()
    }
}

impl Backend for RecordedBackend {
    fn perform(&mut self, request: &Request) -> Result<Observation, BackendError> {
        match self.answer(&Question::Request(request.clone()))? {
            Answer::Observed(observed) => self.heard.take(*observed).map_err(|reason| self.unusable(&reason)),
            Answer::Process(_) => Err(self.unusable("a request is answered with a process")),
            Answer::Failed(failure) => Err(failure.into_error()),
        }
    }

    fn unique_process(&mut self, who: Subject) -> Result<UniqueProcess, BackendError> {
        match self.answer(&Question::Process(who))? {
            Answer::Process(process) => Ok(process),
            Answer::Observed(_) => Err(self.unusable("who asks for a process is shown an observation")),
            Answer::Failed(failure) => Err(failure.into_error()),
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
        Time::of_backend(self.recorded_backend())
    }

    /// All that was recorded must have been asked for; nobody may have passed over what went wrong.
    fn finish(&mut self) -> Result<(), BackendError> {
        if let (Some(line), None) = (self.lines.peek(), &self.wrong) {
            let (number, next) = (line.number, shown(&line.exchange.asked));
            let left = self.lines.len();
            self.wrong = Some(format!(
                "line {number}: the run is over, and {left} of the recorded questions are left over, first {next}"
            ));
        }
        if self.wrong.is_some() { Err(self.refuse()) } else { Ok(()) }
    }
}

/// A question in a message.
fn shown(question: &Question) -> String {
    let text = serde_json::to_string(question).unwrap_or_default();
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

fn shown_path(path: &Path) -> String {
    PathBuf::from(path).to_string_lossy().replace('\\', "/")
}
