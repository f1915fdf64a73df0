//! A question to a backend and its answer, whole: as they cross a pipe, and as they lie in a file.

use std::borrow::Cow;

use rstmgr_model::{Broken, Property, Rule, RuleSet};
use serde::{Deserialize, Serialize};

use crate::backend::{Backend, BackendError};
use crate::request::{Observation, Request, Subject, UniqueProcess};

/// What a backend is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// To do something.
    Request(Request),
    /// For the process of somebody.
    Process(Subject),
}

/// What a backend answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// What could be seen.
    Observed(Box<Observed>),
    /// Whose process it is.
    Process(UniqueProcess),
    /// It could not be asked.
    Failed(Failure),
}

/// What could be seen of a request, and what it had to do with rules and laws.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// What could be seen.
    pub observation: Observation,
    /// The ids of the rules that applied.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub rules: Vec<Cow<'static, str>>,
    /// The laws that were broken.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub broken_laws: Vec<BrokenLaw>,
}

/// A law that was broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokenLaw {
    /// Its name.
    pub law: Cow<'static, str>,
    /// What came out that it forbids.
    pub because: String,
}

/// A [`BackendError`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// The world, or what is asked, cannot be made real there.
    Unrealizable {
        /// What it needs.
        reason: String,
    },
    /// It could touch what the backend did not make.
    Refused {
        /// What it could touch, and how.
        reason: String,
    },
    /// The backend failed.
    Failed {
        /// What was attempted.
        attempt: String,
        /// Why it failed.
        cause: String,
    },
}

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// What was asked.
    pub asked: Question,
    /// What was answered.
    pub answered: Answer,
}

/// What was heard so far of a backend that is not here.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// The rules that the last request exercised.
    pub(crate) rules: RuleSet,
    /// All that broke laws so far.
    pub(crate) broken_laws: Vec<Broken>,
}

/// Asks `backend`; `told` counts the broken laws that its answers spoke of.
pub(crate) fn ask(backend: &mut dyn Backend, question: &Question, told: &mut usize) -> Answer {
    match question {
        Question::Request(request) => match backend.perform(request) {
            Ok(observation) => Answer::Observed(Box::new(Observed::of(observation, backend, told))),
            Err(error) => Answer::Failed(Failure::of(&error)),
        },
        Question::Process(who) => match backend.unique_process(*who) {
            Ok(process) => Answer::Process(process),
            Err(error) => Answer::Failed(Failure::of(&error)),
        },
    }
}

impl Observed {
    /// What `backend` just answered; `told` counts the broken laws that were spoken of.
    pub(crate) fn of(observation: Observation, backend: &dyn Backend, told: &mut usize) -> Observed {
        let broken = backend.broken_laws().get(*told..).unwrap_or_default();
        *told += broken.len();
        let broken_laws = broken.iter().map(|broken| BrokenLaw {
            law: Cow::Borrowed(broken.property.name),
            because: broken.because.clone(),
        });
        Observed {
            observation,
            rules: backend.rules().iter().map(|rule| Cow::Borrowed(rule.id())).collect(),
            broken_laws: broken_laws.collect(),
        }
    }
}

impl Heard {
    /// Takes in what was observed.
    ///
    /// # Errors
    ///
    /// What of it this program does not know: a rule or a law.
    pub(crate) fn take(&mut self, observed: Observed) -> Result<Observation, String> {
        self.rules = RuleSet::default();
        for id in &observed.rules {
            let rule = Rule::by_id(id).ok_or_else(|| format!("this program knows no rule {id:?}"))?;
            self.rules.insert(rule);
        }
        for BrokenLaw { law, because } in observed.broken_laws {
            let known = Property::by_name(&law);
            let property = known.ok_or_else(|| format!("this program knows no law {law:?}"))?;
            self.broken_laws.push(Broken { property, because });
        }
        Ok(observed.observation)
    }
}

impl Failure {
    /// What went wrong, in words.
    pub(crate) fn of(error: &BackendError) -> Failure {
        match error {
            BackendError::Unrealizable { reason } => Failure::Unrealizable { reason: reason.clone() },
            BackendError::Refused { reason } => Failure::Refused { reason: reason.clone() },
            BackendError::Failed { attempt, cause } => {
                Failure::Failed { attempt: attempt.clone(), cause: cause.to_string() }
            }
        }
    }

    /// The same as an error of a backend here.
    pub(crate) fn into_error(self) -> BackendError {
        match self {
            Failure::Unrealizable { reason } => BackendError::Unrealizable { reason },
            Failure::Refused { reason } => BackendError::Refused { reason },
            Failure::Failed { attempt, cause } => {
                BackendError::Failed { attempt, cause: std::io::Error::other(cause) }
            }
        }
    }
}
