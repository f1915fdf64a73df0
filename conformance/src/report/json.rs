//! The report for programs: one JSON document, version 1.

use rstmgr_model::Broken;
use serde::Serialize;

use super::{Summary, human, verdict};
use crate::backend::LeftOver;
use crate::runner::{Failure, Run, StepRun};
use crate::scenario::Scenario;
use crate::scenario::problem::{self, Problem};
use crate::suite::{Outcome, OutcomeResult};
use crate::trace::Seen;

/// The whole report.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    version: u32,
    backend: &'a str,
    scenarios: Vec<ScenarioReport<'a>>,
    summary: SummaryReport,
}

#[derive(Debug, Serialize)]
struct ScenarioReport<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<ProblemReport<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<StepReport<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    broken_laws: Vec<BrokenLawReport<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_over: Option<LeftOverReport>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct ProblemReport<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    message: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct StepReport<'a> {
    step: usize,
    line: usize,
    column: usize,
    /// For a step of a `meanwhile`: the numbers of the item and of the step in that, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    meanwhile: Option<[usize; 2]>,
    #[serde(flatten)]
    seen: &'a Seen,
    failures: Vec<FailureReport<'a>>,
    /// The steps of its `meanwhile`, in the order in which they were over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nested: Vec<StepReport<'a>>,
}

#[derive(Debug, Serialize)]
struct FailureReport<'a> {
    field: &'static str,
    expected: &'a str,
    seen: &'a str,
}

#[derive(Debug, Serialize)]
struct BrokenLawReport<'a> {
    step: usize,
    law: &'static str,
    because: &'a str,
    /// The rules that the law is written from.
    rules: Vec<&'static str>,
}

/// How many entries of `replay` the run did not come to.
#[derive(Debug, Serialize)]
struct LeftOverReport {
    picks: usize,
    due: usize,
}

#[derive(Debug, Serialize)]
struct SummaryReport {
    accepted: usize,
    rejected: usize,
    skipped: usize,
    wrong: usize,
    out_of_reach: usize,
    steps: usize,
}

impl<'a> Report<'a> {
    /// The report on `outcomes`.
    pub fn new(backend: &'a str, outcomes: &'a [Outcome], summary: &Summary) -> Report<'a> {
        Report {
            version: 1,
            backend,
            scenarios: outcomes.iter().map(scenario).collect(),
            summary: SummaryReport {
                accepted: summary.accepted,
                rejected: summary.rejected,
                skipped: summary.skipped,
                wrong: summary.wrong,
                out_of_reach: summary.out_of_reach,
                steps: summary.steps,
            },
        }
    }
}

fn scenario(outcome: &Outcome) -> ScenarioReport<'_> {
    let mut report = ScenarioReport {
        file: &outcome.source.name,
        title: None,
        verdict: verdict(&outcome.result),
        reason: None,
        problems: Vec::new(),
        steps: Vec::new(),
        broken_laws: Vec::new(),
        left_over: None,
        rules: Vec::new(),
    };
    match &outcome.result {
        OutcomeResult::Wrong(problems) => {
            report.problems = problems.iter().map(|each| problem(each, &outcome.source.text)).collect();
        }
        OutcomeResult::Skipped(scenario, reason) => {
            report.title = Some(&scenario.title);
            report.reason = Some(reason.clone());
        }
        OutcomeResult::OutOfReach(scenario, error) => {
            report.title = Some(&scenario.title);
            report.reason = Some(human::backend_error(error).trim_end().to_owned());
        }
        OutcomeResult::Ran(scenario, run) => {
            report.title = Some(&scenario.title);
            let steps = run.steps.iter().map(|done| StepReport {
                nested: run.nested_in(done.step.step).map(|done| step(scenario, run, done)).collect(),
                ..step(scenario, run, done)
            });
            report.steps = steps.collect();
            report.broken_laws = run.broken_laws.iter().map(broken_law).collect();
            let LeftOver { picks, due } = run.left_over;
            report.left_over = (!run.left_over.is_nothing()).then_some(LeftOverReport { picks, due });
            report.rules = run.rules.iter().map(rstmgr_model::Rule::id).collect();
        }
    }
    report
}

fn step<'a>(scenario: &'a Scenario, run: &'a Run, done: &'a StepRun) -> StepReport<'a> {
    let place = &done.step.find(scenario).place;
    StepReport {
        step: done.step.step + 1,
        line: place.line,
        column: place.column,
        meanwhile: done.step.inside.map(|(item, step)| [item + 1, step + 1]),
        seen: run.seen_of(done),
        failures: done.failures.iter().map(failure).collect(),
        nested: Vec::new(),
    }
}

fn problem<'a>(problem: &'a Problem, text: &str) -> ProblemReport<'a> {
    let place = problem.span.as_ref().map(|span| problem::line_and_column(text, span.start));
    ProblemReport {
        line: place.map(|(line, _)| line),
        column: place.map(|(_, column)| column),
        message: &problem.message,
        label: &problem.label,
        help: problem.help.as_deref(),
    }
}

fn broken_law((step, broken): &(usize, Broken)) -> BrokenLawReport<'_> {
    let rules = broken.property.rules.iter().map(|rule| rule.id()).collect();
    BrokenLawReport { step: step + 1, law: broken.property.name, because: &broken.because, rules }
}

fn failure(failure: &Failure) -> FailureReport<'_> {
    FailureReport { field: failure.field, expected: &failure.expected, seen: &failure.seen }
}
