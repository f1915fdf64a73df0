//! The report for people: a line for each scenario, details where it failed, and a summary.

use std::error::Error;
use std::fmt::Write as _;
use std::iter::once;

use super::{Summary, verdict};
use crate::backend::BackendError;
use crate::compare::Difference;
use crate::runner::{self, Run};
use crate::scenario::Scenario;
use crate::scenario::problem::{self, Problem, ProblemKind};
use crate::suite::{Outcome, OutcomeResult};

/// The lines about one scenario, with color where `color`.
pub fn outcome(outcome: &Outcome, color: bool) -> String {
    let name = &outcome.source.name;
    let mut text = String::new();
    let (title, details) = match &outcome.result {
        OutcomeResult::Wrong(problems) => {
            let shown = problem::render(problems, name, &outcome.source.text, color);
            (count(problems.len(), "problem"), shown)
        }
        OutcomeResult::Skipped(scenario, reason) => {
            (format!("{} (needs {reason})", scenario.title), String::new())
        }
        OutcomeResult::OutOfReach(scenario, error) => (scenario.title.clone(), backend_error(error)),
        OutcomeResult::Ran(scenario, run) if run.is_accepted() => (scenario.title.clone(), String::new()),
        OutcomeResult::Ran(scenario, run) => {
            let shown = problem::render(&failures(scenario, run), name, &outcome.source.text, color);
            (
                scenario.title.clone(),
                format!("{shown}to repeat, run `rstmgr run{} {name}`\n", outcome.options),
            )
        }
    };
    let word = paint(verdict(&outcome.result), color);
    let _ = writeln!(text, "{word}{} {name}: {title}", " ".repeat(12 - verdict(&outcome.result).len()));
    text.push_str(&details);
    text
}

/// The failed expectations and the broken laws as problems at their places.
pub fn failures(scenario: &Scenario, run: &Run) -> Vec<Problem> {
    let mut problems = Vec::new();
    for done in run.steps.iter().flat_map(|step| once(step).chain(run.nested_in(step.step.step))) {
        let step = done.step.find(scenario);
        for failure in &done.failures {
            let field = step.place.fields.iter().find(|(field, _)| *field == failure.field);
            let item = failure.item.and_then(|item| runner::meanwhile_of(step).get(item));
            let span = field
                .map(|(_, span)| span.clone())
                .or_else(|| item.map(|item| item.place.key.clone()))
                .or_else(|| step.place.expect.clone());
            problems.push(Problem::at(
                ProblemKind::Meaning,
                span.unwrap_or_else(|| step.place.key.clone()),
                format!("step {}: `{}` is {}", done.step, failure.field, failure.seen),
                format!("expected {}", failure.expected),
            ));
        }
    }
    let mut named: Vec<(usize, &str)> = Vec::new();
    for (step, broken) in &run.broken_laws {
        // One thing often breaks a law many times over.
        if named.contains(&(*step, broken.property.name)) {
            continue;
        }
        named.push((*step, broken.property.name));
        let rules: Vec<&str> = broken.property.rules.iter().map(|rule| rule.id()).collect();
        let problem = Problem::at(
            ProblemKind::Meaning,
            scenario.steps[*step].place.key.clone(),
            format!("step {}: {}", step + 1, shortened(&broken.to_string())),
            broken.property.says,
        );
        problems.push(problem.help(format!("this law follows from {}", rules.join(", "))));
    }
    problems.extend(left_over(scenario, run));
    problems
}

/// What of a recording the run did not come to, as a problem behind its last step.
fn left_over(scenario: &Scenario, run: &Run) -> Option<Problem> {
    let last = scenario.steps.last().filter(|_| !run.left_over.is_nothing())?;
    let message = format!("left over in `replay` behind the last step: {}", run.left_over);
    let problem = Problem::at(ProblemKind::Meaning, last.place.key.clone(), message, "the run ends here");
    Some(
        problem.help(
            "this is not the run that was recorded: correct its steps, or leave out the rest of `replay`",
        ),
    )
}

/// The beginning of what a law has to say, which may go on for long.
fn shortened(text: &str) -> String {
    const LENGTH: usize = 120;
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// The last line of a run.
pub fn summary(summary: &Summary) -> String {
    let mut text = format!(
        "{}: {} accepted, {} rejected, {} skipped",
        count(
            summary.accepted + summary.rejected + summary.skipped + summary.wrong + summary.out_of_reach,
            "scenario"
        ),
        summary.accepted,
        summary.rejected,
        summary.skipped,
    );
    if summary.wrong > 0 {
        let _ = write!(text, ", {} wrong", summary.wrong);
    }
    if summary.out_of_reach > 0 {
        let _ = write!(text, ", {} out of reach", summary.out_of_reach);
    }
    let _ = writeln!(text, "; {}", count(summary.steps, "step"));
    text
}

/// A difference between two backends, in two lines.
pub fn difference(difference: &Difference, left: &str, right: &str) -> String {
    let Difference { scenario, step, line, call, field, left: shown_left, right: shown_right } = difference;
    format!(
        "{scenario}:{line}: step {step}, {call}, {field}\n    {left}: {shown_left}\n    {right}: {shown_right}\n"
    )
}

/// Why a backend could not be asked, with the cause.
pub fn backend_error(error: &BackendError) -> String {
    let mut text = format!("error: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text.push('\n');
    text
}

/// A number and its noun.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn paint(verdict: &str, color: bool) -> String {
    let code = match verdict {
        "accepted" => "32",
        "skipped" => "33",
        _ => "31",
    };
    if color { format!("\u{1b}[{code}m{verdict}\u{1b}[0m") } else { verdict.to_owned() }
}
