//! Asks a backend the open questions by probes, one after another, and keeps the answers with their evidence.
//!
//! A probe may need to know the answer to another question first; then it is asked behind the probes of that one.

mod evaluate;
mod unasked;

use std::collections::BTreeMap;
use std::error::Error as _;
use std::fmt;

use rstmgr_model::{Knob, Profile};

pub use evaluate::{Sight, evaluate};
pub use unasked::{Because, Unasked};

use crate::backend::BackendError;
use crate::runner::Run;
use crate::scenario::{Given, Probe, Scenario};

/// A scenario that asks, with its name.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// The name of its file.
    pub name: &'a str,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// What it asks.
    pub probe: &'a Probe,
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// No probe asks it, for this reason.
    NoProbe(String),
    /// The backend cannot make the world of the probe real, for this reason.
    Unrealizable(String),
    /// The backend failed.
    OutOfReach(String),
    /// The probe is for other answers to other questions.
    Presupposes(String),
    /// What the answers have in common was not seen.
    Unprepared(String),
    /// What was seen is the mark of no option.
    Unmatched(String),
    /// What was seen is the mark of several.
    Ambiguous(String),
    /// Two probes gave different answers.
    Contradictory(String),
}

/// What is known of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The option at this place is the answer.
    Answered {
        /// The place of the option among those of the knob.
        option: usize,
        /// The place of the probe that shows it among all.
        probe: usize,
        /// The line of its trace, from 1.
        line: usize,
    },
    /// It has no answer.
    Unanswered(Why),
}

/// What is known of every question, in the order of [`Knob::all`].
pub type Findings = BTreeMap<Knob, Finding>;

/// Asks every question that `probes` can ask; `ask` runs one on the backend, by its place.
///
/// Questions without a probe get the reason that the project has for it.
pub fn inquire(probes: &[Asking<'_>], ask: &mut dyn FnMut(usize) -> Result<Run, BackendError>) -> Findings {
    let mut findings = Findings::new();
    for knob in Knob::all().filter(|knob| probes.iter().all(|asking| asking.probe.knob != *knob)) {
        findings.insert(knob, Finding::Unanswered(Why::NoProbe(Unasked::reason(knob))));
    }
    let mut waiting: Vec<usize> = (0..probes.len()).collect();
    let mut told: BTreeMap<Knob, Vec<Finding>> = BTreeMap::new();
    while !waiting.is_empty() {
        let is_settled = |knob: Knob| waiting.iter().all(|place| probes[*place].probe.knob != knob);
        let can_ask = |place: &usize| probes[*place].probe.given.iter().all(|given| is_settled(given.knob));
        let (now, later): (Vec<usize>, Vec<usize>) = waiting.iter().partition(|place| can_ask(place));
        for place in if now.is_empty() { &later } else { &now } {
            let asking = &probes[*place];
            let finding = if now.is_empty() {
                let message = String::from("what it presupposes presupposes it in turn");
                Finding::Unanswered(Why::Presupposes(message))
            } else {
                ask_one(asking, *place, &findings, ask)
            };
            told.entry(asking.probe.knob).or_default().push(finding);
        }
        let still =
            |knob: Knob| !now.is_empty() && later.iter().any(|place| probes[*place].probe.knob == knob);
        for (knob, said) in &told {
            if !still(*knob) {
                findings.entry(*knob).or_insert_with(|| together(*knob, said, probes));
            }
        }
        waiting = if now.is_empty() { Vec::new() } else { later };
    }
    findings
}

/// The profile that `findings` and, where they have no answer, `base` stand for.
pub fn profile(findings: &Findings, base: &Profile) -> Profile {
    findings.iter().fold(*base, |profile, (knob, finding)| match finding {
        Finding::Answered { option, .. } => profile.with(*knob, *option),
        Finding::Unanswered(_) => profile,
    })
}

fn ask_one(
    asking: &Asking<'_>,
    place: usize,
    findings: &Findings,
    ask: &mut dyn FnMut(usize) -> Result<Run, BackendError>,
) -> Finding {
    if let Some(reason) = asking.probe.given.iter().find_map(|given| is_lacking(given, findings)) {
        return Finding::Unanswered(Why::Presupposes(reason));
    }
    match ask(place) {
        Err(BackendError::Unrealizable { reason }) => Finding::Unanswered(Why::Unrealizable(reason)),
        Err(error) => Finding::Unanswered(Why::OutOfReach(with_cause(&error))),
        Ok(run) => match evaluate(asking.scenario, asking.probe, &run) {
            Ok(Sight { option, line }) => Finding::Answered { option, probe: place, line },
            Err(why) => Finding::Unanswered(why),
        },
    }
}

/// An error and what caused it.
fn with_cause(error: &BackendError) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// Why what a probe presupposes is not so, if it is not.
fn is_lacking(given: &Given, findings: &Findings) -> Option<String> {
    let Given { knob, options } = given;
    let needs: Vec<&str> = options.iter().map(|option| knob.options()[*option]).collect();
    let needs = format!("{}: {}", knob.name(), needs.join(" or "));
    match findings.get(knob) {
        Some(Finding::Answered { option, .. }) if options.contains(option) => None,
        Some(Finding::Answered { option, .. }) => {
            Some(format!("{needs}, but it is {}", knob.options()[*option]))
        }
        Some(Finding::Unanswered(_)) | None => Some(format!("{needs}, which is not known")),
    }
}

/// What the probes of a question say together.
fn together(knob: Knob, said: &[Finding], probes: &[Asking<'_>]) -> Finding {
    let mut answers = said.iter().filter_map(|finding| match finding {
        Finding::Answered { option, probe, .. } => Some((finding, *option, *probe)),
        Finding::Unanswered(_) => None,
    });
    if let Some((first, option, probe)) = answers.next() {
        let other = answers.find(|(_, other, _)| *other != option);
        return match other {
            None => first.clone(),
            Some((_, other, by)) => Finding::Unanswered(Why::Contradictory(format!(
                "{} by {}, but {} by {}",
                knob.options()[option],
                probes[probe].name,
                knob.options()[other],
                probes[by].name
            ))),
        };
    }
    // What a probe saw says more than that another was not for this backend.
    let reasons = said.iter().filter_map(|finding| match finding {
        Finding::Unanswered(why) => Some(why),
        Finding::Answered { .. } => None,
    });
    let gravest = reasons.max().cloned();
    Finding::Unanswered(gravest.unwrap_or_else(|| Why::NoProbe(Unasked::reason(knob))))
}

impl Why {
    /// What kind of reason it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Why::NoProbe(reason) if reason.starts_with("not written yet") => "no probe is written yet",
            Why::NoProbe(_) => "no probe can ask",
            Why::Unrealizable(_) => "the backend cannot make the world real",
            Why::OutOfReach(_) => "the backend could not be asked",
            Why::Presupposes(_) => "the probe presupposes another answer",
            Why::Unprepared(_) => "what all answers have in common was not seen",
            Why::Unmatched(_) => "what was seen is the mark of no option",
            Why::Ambiguous(_) => "what was seen is the mark of several options",
            Why::Contradictory(_) => "two probes disagree",
        }
    }

    /// The reason itself.
    pub fn detail(&self) -> &str {
        match self {
            Why::NoProbe(reason)
            | Why::Unrealizable(reason)
            | Why::OutOfReach(reason)
            | Why::Presupposes(reason)
            | Why::Unprepared(reason)
            | Why::Unmatched(reason)
            | Why::Ambiguous(reason)
            | Why::Contradictory(reason) => reason,
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::NoProbe(reason) => f.write_str(reason),
            Why::Unrealizable(detail)
            | Why::OutOfReach(detail)
            | Why::Presupposes(detail)
            | Why::Unprepared(detail)
            | Why::Unmatched(detail)
            | Why::Ambiguous(detail)
            | Why::Contradictory(detail) => write!(f, "{}: {detail}", self.kind()),
        }
    }
}
