//! Two backends, the same scenario: every step at which they do not show the same.

use std::time::Duration;

use rstmgr_model::Profile;

use crate::backend::{BackendError, Time};
use crate::binding::ENDED;
use crate::runner::{Run, bands};
use crate::scenario::parse::Source;
use crate::scenario::{Action, Scenario, duration};
use crate::suite::BackendKind;
use crate::trace::{self, Seen, SeenAffected, SeenFilter, SeenHandle, SeenKey};
use crate::words;

/// What came of a scenario on two backends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What they do not show alike, in the order of the steps.
    pub differences: Vec<Difference>,
    /// The functions whose replies were compared.
    pub functions: Vec<&'static str>,
    /// How many steps were compared.
    pub steps: usize,
}

/// One field of one step that two backends do not show alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The scenario's file.
    pub scenario: String,
    /// The number of the step, from 1.
    pub step: usize,
    /// The line of the step in its file.
    pub line: usize,
    /// The function or event.
    pub call: &'static str,
    /// The field: `reply`, `handle`, `key`, `status`, `needed`, `count`, `reasons`, `affected`, `filters`,
    /// `sessions` or, where a time was measured, `took`.
    pub field: &'static str,
    /// What the left backend shows.
    pub left: String,
    /// What the right backend shows.
    pub right: String,
}

/// Runs a scenario on both backends and compares what they show, step by step; a simulator follows `base`, if there is
/// one.
///
/// Once the process of an installer ended within a call, its further calls have no answer to compare.
///
/// # Errors
///
/// If a backend could not be asked, or cannot make the scenario's world real.
pub fn compare(
    source: &Source,
    scenario: &Scenario,
    [left, right]: [&BackendKind; 2],
    base: Option<&Profile>,
) -> Result<Comparison, BackendError> {
    // The one that may skip goes first.
    let right = right.run_on(source, scenario, base)?;
    let left = left.run_on(source, scenario, base)?;
    Ok(compare_runs(&source.name, scenario, &left, &right))
}

/// Compares what two runs of a scenario show, as [`compare`] does.
pub fn compare_runs(name: &str, scenario: &Scenario, left: &Run, right: &Run) -> Comparison {
    let mut comparison = Comparison { differences: Vec::new(), functions: Vec::new(), steps: 0 };
    let mut ended = vec![false; scenario.world.installers.len()];
    let times = Times::of(left, right);
    let pairs = scenario.steps.iter().zip(left.last_seen().zip(right.last_seen()));
    for (place, (step, (left, right))) in pairs.enumerate() {
        let call = trace::call_name(&step.action);
        if let Action::Call { by, .. } = step.action {
            let process = scenario.world.installers[by].in_process_of.unwrap_or(by);
            if ended[process] {
                continue;
            }
            ended[process] = has_ended(left) || has_ended(right);
            if !comparison.functions.contains(&call) {
                comparison.functions.push(call);
            }
        }
        comparison.steps += 1;
        let fields = fields(scenario, left, right).into_iter().chain(times.took(left, right));
        for (field, left, right) in fields {
            if left != right {
                comparison.differences.push(Difference {
                    scenario: name.to_owned(),
                    step: place + 1,
                    line: step.place.line,
                    call,
                    field,
                    left,
                    right,
                });
            }
        }
    }
    comparison
}

/// How durations are compared.
#[derive(Clone, Copy)]
enum Times {
    /// Not at all: both are virtual, and how long something takes is the backend's affair.
    Not,
    /// The left one is measured.
    Left,
    /// The right one is, or both are.
    Right,
}

impl Times {
    fn of(left: &Run, right: &Run) -> Times {
        match (left.time, right.time) {
            (Time::Virtual, Time::Virtual) => Times::Not,
            (Time::Measured, Time::Virtual) => Times::Left,
            (_, Time::Measured) => Times::Right,
        }
    }

    /// How long a step took, unless that agrees; what was over at once took no time.
    fn took(self, left: &Seen, right: &Seen) -> Option<(&'static str, String, String)> {
        let [left, right] = [left, right].map(|seen| Duration::from_millis(seen.took.unwrap_or_default().0));
        let agree = match self {
            Times::Not => true,
            Times::Left => bands::agree(right, left),
            Times::Right => bands::agree(left, right),
        };
        (!agree).then(|| ("took", duration::write(left), duration::write(right)))
    }
}

fn has_ended(seen: &Seen) -> bool {
    seen.reply.as_deref() == Some(ENDED)
}

/// Every comparable field of a step, as both backends show it.
fn fields(scenario: &Scenario, left: &Seen, right: &Seen) -> Vec<(&'static str, String, String)> {
    let both = |field, text: fn(&Seen) -> String| (field, text(left), text(right));
    let mut fields = vec![
        both("reply", |seen| seen.reply.as_deref().map_or_else(nothing, str::to_owned)),
        both("handle", |seen| seen.handle.as_ref().map_or_else(nothing, handle)),
        both("key", |seen| seen.key.as_deref().map_or_else(nothing, key)),
    ];
    if left.list.is_some() || right.list.is_some() {
        let number = |number: Option<u32>| number.map_or_else(nothing, |number| number.to_string());
        let lists = [left, right].map(|seen| seen.list.clone().unwrap_or_default());
        let [left, right] = &lists;
        fields.push(("needed", number(left.needed), number(right.needed)));
        fields.push(("count", number(left.count), number(right.count)));
        fields.push(("reasons", number(left.reasons), number(right.reasons)));
        fields.push(("affected", affected(scenario, &left.affected), affected(scenario, &right.affected)));
    }
    // How long a call takes is the backend's affair.
    if !left.status.is_empty() || !right.status.is_empty() {
        fields.push(both("status", |seen| words::sequence(seen.status.iter().map(u8::to_string).collect())));
    }
    if left.filters.is_some() || right.filters.is_some() {
        let lists = [left, right].map(|seen| seen.filters.clone().unwrap_or_default());
        let [left, right] =
            lists.map(|list| (list.needed, words::sequence(list.filters.iter().map(filter).collect())));
        let number = |number: Option<u32>| number.map_or_else(nothing, |number| number.to_string());
        fields.push(("needed", number(left.0), number(right.0)));
        fields.push(("filters", left.1, right.1));
    }
    if let (Some(left), Some(right)) = (left.left_open, right.left_open) {
        fields.push(("left-open", left.to_string(), right.to_string()));
    }
    if let (Some(left), Some(right)) = (&left.database, &right.database) {
        fields.push(("sessions", format!("{left:?}"), format!("{right:?}")));
    }
    fields
}

fn nothing() -> String {
    String::from("nothing")
}

/// Whether a handle was given, and whether it is one's own: its number is the backend's affair.
fn handle(handle: &SeenHandle) -> String {
    match &handle.same_as {
        Some(_) => String::from("a handle that another session has"),
        None => String::from("a handle"),
    }
}

/// What a key looks like; its letters and bits are the backend's affair.
fn key(key: &SeenKey) -> String {
    let other = if key.same_as.is_some() { ", that of another session" } else { "" };
    format!("{} characters{other}", key.length)
}

/// A filter: whom it is about, what it does, and where its parts lie.
fn filter(filter: &SeenFilter) -> String {
    let of = [&filter.module, &filter.process, &filter.service];
    let of: Vec<&str> = of.into_iter().flatten().map(String::as_str).collect();
    let text_at = filter.text_at.map_or_else(nothing, |offset| offset.to_string());
    format!("{} action {} next {} text at {text_at}", of.join(" "), filter.action, filter.next)
}

/// The entries by process and service. Of an installer the real program is the harness, so that only the presence
/// of its entry can be compared.
fn affected(scenario: &Scenario, entries: &[SeenAffected]) -> String {
    let mut entries: Vec<String> = entries
        .iter()
        .map(|entry| {
            if scenario.world.installers.iter().any(|installer| installer.name == entry.process) {
                return entry.process.clone();
            }
            format!(
                "{} {} type {} status {} restartable {}",
                entry.process, entry.service, entry.application_type, entry.status, entry.restartable
            )
        })
        .collect();
    entries.sort();
    words::sequence(entries)
}
