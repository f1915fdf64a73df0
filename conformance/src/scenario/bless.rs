//! Writes what was observed into a scenario's file as what is expected, and leaves all else as it stands.

mod splice;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use super::parse::{Source, parse};
use super::problem::Problem;
use super::{Act, Action, Scenario, StepPlace, yaml};
use crate::runner::StepRun;
use splice::Splice;

/// What was observed of one step, where it is not what the scenario expects.
///
/// A value is YAML on one line, such as `ERROR_MORE_DATA`, `3` or `[editor, indexer]`. Of the fields only those that
/// the scenario states are written, but for a `reply` other than `ERROR_SUCCESS` and a `result` other than `S_OK`,
/// which always are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actual {
    /// The fields of the expectation that do not hold (`reply`, `needed`, `sessions`, ...), and what they should say.
    pub fields: Vec<(&'static str, String)>,
}

impl Actual {
    /// What was seen where it is not what the scenario expects.
    pub fn of(step: &StepRun) -> Actual {
        Actual { fields: step.failures.iter().map(|failure| (failure.field, failure.seen.clone())).collect() }
    }
}

/// Why a scenario could not be blessed.
#[derive(Debug, thiserror::Error)]
pub enum BlessError {
    /// The steps of one line in a `repeat` cannot all have what they observed.
    #[error("line {line}: the rounds of a `repeat` differ in `{field}`: {first} and {second}")]
    Disagreement {
        /// The line of the step, from 1.
        line: usize,
        /// The field of the expectation.
        field: &'static str,
        /// What one of them observed; or that it is as expected.
        first: String,
        /// What another observed.
        second: String,
    },
    /// The scenario was not read from this text.
    #[error("line {line}: the file has no such step")]
    UnknownPlace {
        /// The line of the step, from 1.
        line: usize,
    },
    /// With the observed values the file is no scenario any more.
    #[error("the blessed scenario could not be read: {}", .problems.first().map_or("no reason", |problem| &problem.message))]
    Unreadable {
        /// Why not.
        problems: Vec<Problem>,
        /// The text that would have been written.
        text: String,
    },
    /// Something beside the expectations would change.
    #[error("the blessed scenario would differ in more than what it expects")]
    OtherScenario {
        /// The text that would have been written.
        text: String,
    },
}

/// The text of `source` with the expectations of `scenario`, which it holds, replaced by what was observed.
///
/// `observed` belongs to the first steps of the scenario, in order; of the steps of a `meanwhile` nothing is written. What is expected already stays as it is written;
/// comments and layout stay as well. `None` means that nothing changes.
///
/// # Errors
///
/// If steps from the same line of a `repeat` observed different things, or the result would not be the same scenario
/// but for its expectations.
pub fn bless(
    source: &Source,
    scenario: &Scenario,
    observed: &[Actual],
) -> Result<Option<String>, BlessError> {
    let (root, _) = yaml::read(&source.text).map_err(|problem| unreadable(vec![problem], &source.text))?;
    let mut splice = Splice::new(&source.text, root.as_ref());
    for (step, actual) in by_place(scenario, observed)? {
        let step = &scenario.steps[step];
        let changed = match &step.action {
            // Nobody answers these.
            Action::Act { act: Act::SwitchService { .. } | Act::LogOn, .. } => {
                splice.stated(&step.place, &actual)
            }
            Action::Call { .. } | Action::Act { .. } => splice.answered(&step.place, &actual, "reply"),
            Action::Registration(_) => splice.answered(&step.place, &actual, "result"),
            Action::Event(_)
            | Action::Wait(_)
            | Action::Database { .. }
            | Action::World { .. }
            | Action::Messages { .. }
            | Action::EventLog { .. } => splice.stated(&step.place, &actual),
        };
        changed.ok_or(BlessError::UnknownPlace { line: step.place.line })?;
    }
    let Some(text) = splice.finish() else { return Ok(None) };
    let blessed = Source { name: source.name.clone(), text };
    match parse(&blessed) {
        Ok(other) if other.without_expectations() == scenario.without_expectations() => {
            Ok(Some(blessed.text))
        }
        Ok(_) => Err(BlessError::OtherScenario { text: blessed.text }),
        Err(problems) => Err(unreadable(problems, &blessed.text)),
    }
}

/// Replaces the file at `path` by one with `text`, which takes its place all at once, with its permissions.
///
/// # Errors
///
/// If the new file cannot be written beside it or put in its place; then the old one stays.
pub fn replace_file(path: &Path, text: &str) -> io::Result<()> {
    // A symbolic link stays one: what it leads to is replaced.
    let path = path.canonicalize()?;
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(std::fs::metadata(&path)?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

/// The observations by the place of their step, as the first step there and what all of them observed.
fn by_place(scenario: &Scenario, observed: &[Actual]) -> Result<Vec<(usize, Actual)>, BlessError> {
    let mut places: BTreeMap<usize, (usize, &Actual)> = BTreeMap::new();
    for (at, (step, actual)) in scenario.steps.iter().zip(observed).enumerate() {
        let (_, first) = *places.entry(step.place.key.start).or_insert((at, actual));
        let fields = actual.fields.iter().chain(&first.fields);
        for (field, _) in fields.filter(|(field, _)| step.place.concerns(field)) {
            let (ours, theirs) = (value(actual, field), value(first, field));
            if ours != theirs {
                let shown =
                    |value: Option<&String>| value.map_or("what is expected".to_owned(), String::clone);
                let (first, second) = (shown(theirs), shown(ours));
                return Err(BlessError::Disagreement { line: step.place.line, field, first, second });
            }
        }
    }
    Ok(places.into_values().map(|(at, actual)| (at, actual.clone())).collect())
}

impl StepPlace {
    /// Whether an observed `field` can change anything here.
    fn concerns(&self, field: &str) -> bool {
        matches!(field, "reply" | "result") || self.fields.iter().any(|(stated, _)| *stated == field)
    }
}

fn value<'a>(actual: &'a Actual, field: &str) -> Option<&'a String> {
    actual.fields.iter().find(|(name, _)| *name == field).map(|(_, value)| value)
}

fn unreadable(problems: Vec<Problem>, text: &str) -> BlessError {
    BlessError::Unreadable { problems, text: text.to_owned() }
}
