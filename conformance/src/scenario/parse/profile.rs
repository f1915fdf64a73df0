//! Reads a profile from a file, or all that is wrong with it.

use std::path::Path;
use std::time::Duration;

use rstmgr_model::profile::Timing;
use rstmgr_model::{Knob, Profile};

use super::format::PROFILE;
use super::lower::number;
use super::{FileKind, Source, check, empty, read_kind, unknown_version};
use crate::scenario::duration::{self, DURATION_MAX};
use crate::scenario::problem::{self, Problem, ProblemKind, quoted};
use crate::scenario::profile::{Evidence, KnobAnswer, ProfileFile};
use crate::scenario::yaml::{self, Node};

const PROFILE_FILE: FileKind = FileKind {
    noun: "profile",
    small: "a profile has an answer for each open question, and no more",
    begins: "a profile begins with `version: 1` and `based-on: windows-11`; `rstmgr probe` writes one",
};

/// Reads the file at `path`, which is to hold a profile.
///
/// # Errors
///
/// As [`read`](super::read).
pub fn read_profile(path: &Path) -> Result<Source, Problem> {
    read_kind(path, &PROFILE_FILE)
}

/// Reads the profile in `source`.
///
/// # Errors
///
/// All problems that the file has, in the order of their places: one only if it is not YAML.
pub fn parse_profile(source: &Source) -> Result<ProfileFile, Vec<Problem>> {
    let (root, mut problems) = yaml::read(&source.text).map_err(|problem| vec![problem])?;
    let Some(root) = root else { return Err(vec![empty(&source.name, &PROFILE_FILE)]) };
    if let Some(problem) = unknown_version(&root) {
        return Err(vec![problem]);
    }
    problems.extend(check::check(&root, &PROFILE));
    let (profile, found) = lower(&root);
    problems.extend(found);
    problem::sort(&mut problems);
    if problems.is_empty() { Ok(profile) } else { Err(problems) }
}

/// The profile in `root`, as far as it could be understood, and the problems that the tables of the format do not show.
fn lower(root: &Node<'_>) -> (ProfileFile, Vec<Problem>) {
    let mut problems = Vec::new();
    let based_on = root.get("based-on").and_then(Node::text).unwrap_or_default();
    let based_on = Profile::NAMES.into_iter().find(|name| *name == based_on).unwrap_or(Profile::NAMES[0]);
    let knobs = root.get("knobs").and_then(Node::entries).unwrap_or_default();
    let knobs = knobs.iter().filter_map(|(key, value)| {
        let knob = Knob::by_name(key.text()?)?;
        Some((knob, answer(knob, value)?))
    });
    let timings = root.get("timings").and_then(Node::entries).unwrap_or_default();
    let timings = timings
        .iter()
        .filter_map(|(key, value)| Some((Timing::by_name(key.text()?)?, time(value, &mut problems)?)));
    let profile = ProfileFile {
        based_on,
        backend: root.get("backend").and_then(Node::text).map(str::to_owned),
        knobs: knobs.collect(),
        timings: timings.collect(),
    };
    (profile, problems)
}

fn answer(knob: Knob, node: &Node<'_>) -> Option<KnobAnswer> {
    if let Some(reason) = node.get("unanswered") {
        return Some(KnobAnswer::Unanswered(reason.text()?.to_owned()));
    }
    let stated = node.get("answer").unwrap_or(node).text()?;
    let option = knob.options().iter().position(|option| *option == stated)?;
    let trace = node.get("trace").and_then(Node::text);
    let evidence =
        trace.map(|trace| Evidence { trace: trace.to_owned(), line: node.get("line").and_then(number) });
    Some(KnobAnswer::Is(option, evidence))
}

fn time(node: &Node<'_>, problems: &mut Vec<Problem>) -> Option<Duration> {
    let stated = node.text()?;
    let duration = duration::parse(stated)?;
    if duration > DURATION_MAX {
        let message = format!("{} is too long", quoted(stated));
        let label = format!("expected at most `{}`", duration::write(DURATION_MAX));
        problems.push(Problem::at(ProblemKind::Meaning, node.span.clone(), message, label));
        return None;
    }
    Some(duration)
}
