//! The open questions that no probe asks, and why: `data/unasked.yaml`.

use std::fmt;
use std::sync::LazyLock;

use rstmgr_model::Knob;
use serde::{Deserialize, Serialize};

use crate::scenario::yaml;

/// The file of them.
const FILE: &str = include_str!("../../data/unasked.yaml");

/// Why no probe asks a question.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Unasked {
    /// The name of the knob.
    pub knob: String,
    /// Of what kind the reason is.
    pub because: Because,
    /// It in a few words.
    pub reason: String,
}

/// Of what kind a reason is.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// Nothing that can be seen depends on the answer.
    Unobservable,
    /// What is seen depends on something else too that cannot be told apart from the answer.
    Entangled,
    /// Nobody wrote one yet.
    NotWrittenYet,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct All {
    version: u32,
    questions: Vec<Unasked>,
}

static ALL: LazyLock<Vec<Unasked>> = LazyLock::new(|| {
    let all: All = yaml::typed(FILE).expect("the file of the project is well-formed");
    assert_eq!(all.version, 1, "the file has the version that this program knows");
    all.questions
});

impl Unasked {
    /// All of them, in the order of the file.
    pub fn all() -> &'static [Unasked] {
        &ALL
    }

    /// Why no probe of the project asks `knob`, if none does.
    pub fn of(knob: Knob) -> Option<&'static Unasked> {
        ALL.iter().find(|unasked| unasked.knob == knob.name())
    }

    /// Why no probe among those at hand asks `knob`.
    pub fn reason(knob: Knob) -> String {
        Unasked::of(knob).map_or_else(|| String::from("none of these probes asks it"), Unasked::to_string)
    }
}

impl fmt::Display for Unasked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.because {
            Because::Unobservable => write!(f, "unobservable: {}", self.reason),
            Because::Entangled => write!(f, "entangled: {}", self.reason),
            Because::NotWrittenYet => write!(f, "not written yet: {}", self.reason),
        }
    }
}
