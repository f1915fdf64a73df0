//! What is put to the test: anything that answers [`Request`]s as the Restart Manager would.

pub mod dropin;
#[cfg(any(windows, test))]
pub(crate) mod guard;
pub(crate) mod library;
pub mod mutant;
pub mod realizable;
pub mod recorded;
pub(crate) mod recorder;
pub mod remote;
pub mod simulated;
#[cfg(windows)]
pub mod windows;
pub(crate) mod worker_process;

use std::fmt;

use rstmgr_model::{Broken, RuleSet};
use serde::{Deserialize, Serialize};

use crate::request::{Observation, Request, Subject, UniqueProcess};

/// A Restart Manager in a world made for one scenario.
pub trait Backend {
    /// Does `request` and returns what could be observed.
    ///
    /// # Errors
    ///
    /// Only if the backend could not be asked: what the Restart Manager answers, also by ending the caller's
    /// process, is an observation.
    fn perform(&mut self, request: &Request) -> Result<Observation, BackendError>;

    /// The process of an installer or an application, as it runs or ran last.
    ///
    /// # Errors
    ///
    /// If it never ran.
    fn unique_process(&mut self, who: Subject) -> Result<UniqueProcess, BackendError>;

    /// The rules that the last request exercised, as far as the backend knows rules.
    fn rules(&self) -> RuleSet {
        RuleSet::default()
    }

    /// What broke which law so far, in order, as far as the backend is held to laws.
    fn broken_laws(&self) -> &[Broken] {
        &[]
    }

    /// What was chosen so far wherever it could go either way, such as `0/1`; `-`: nothing.
    fn picks(&self) -> String {
        String::from("-")
    }

    /// What of a recording nobody asked for so far.
    fn left_over(&self) -> LeftOver {
        LeftOver::default()
    }

    /// Nothing more is asked; after this, [`picks`](Backend::picks) and [`left_over`](Backend::left_over) are whole.
    ///
    /// # Errors
    ///
    /// If the backend cannot be asked about its end, or could not answer something whose answer nobody needed.
    fn finish(&mut self) -> Result<(), BackendError> {
        Ok(())
    }

    /// What its times are.
    fn time(&self) -> Time {
        Time::Virtual
    }
}

/// What the times of a backend are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Time {
    /// Those of a simulation, exact.
    #[default]
    Virtual,
    /// Measured by a clock: they agree with others within [bands](crate::runner::bands).
    Measured,
}

impl Time {
    /// That of a backend that is known by its name alone, as traces and agents state it.
    pub(crate) fn of_backend(name: &str) -> Time {
        if name == "windows" { Time::Measured } else { Time::Virtual }
    }
}

/// What of a recording a run did not come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOver {
    /// How many of its `picks`.
    pub picks: usize,
    /// How many of its `due`.
    pub due: usize,
}

impl LeftOver {
    /// Whether the run took all of it.
    pub fn is_nothing(self) -> bool {
        self == LeftOver::default()
    }
}

impl fmt::Display for LeftOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LeftOver { picks, due: 0 } => write!(f, "{picks} of `picks`"),
            LeftOver { picks: 0, due } => write!(f, "{due} of `due`"),
            LeftOver { picks, due } => write!(f, "{picks} of `picks` and {due} of `due`"),
        }
    }
}

impl<B: Backend + ?Sized> Backend for &mut B {
    fn perform(&mut self, request: &Request) -> Result<Observation, BackendError> {
        (**self).perform(request)
    }

    fn unique_process(&mut self, who: Subject) -> Result<UniqueProcess, BackendError> {
        (**self).unique_process(who)
    }

    fn rules(&self) -> RuleSet {
        (**self).rules()
    }

    fn broken_laws(&self) -> &[Broken] {
        (**self).broken_laws()
    }

    fn picks(&self) -> String {
        (**self).picks()
    }

    fn left_over(&self) -> LeftOver {
        (**self).left_over()
    }

    fn finish(&mut self) -> Result<(), BackendError> {
        (**self).finish()
    }

    fn time(&self) -> Time {
        (**self).time()
    }
}

/// Why a backend could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// The world of the scenario cannot be made real on this backend; the scenario is skipped.
    #[error("{reason}")]
    Unrealizable {
        /// In a few words, such as "a second user account cannot be made".
        reason: String,
    },
    /// The scenario could touch what the backend did not make; nothing was stopped.
    #[error("refused: {reason}; nothing was stopped")]
    Refused {
        /// What it could touch, and how.
        reason: String,
    },
    /// The backend failed.
    #[error("failed to {attempt}")]
    Failed {
        /// What was attempted, such as "start the worker process".
        attempt: String,
        /// Why it failed.
        #[source]
        cause: std::io::Error,
    },
}

impl BackendError {
    /// Makes the error of an attempt out of its cause.
    pub(crate) fn failed(attempt: impl Into<String>) -> impl FnOnce(std::io::Error) -> BackendError {
        let attempt = attempt.into();
        move |cause| BackendError::Failed { attempt, cause }
    }
}
