//! The oracle can say no to a whole Restart Manager: planted mistakes that no answer to an open question explains.

use std::path::PathBuf;

use rstmgr_conformance::backend::mutant::MutantBackend;
use rstmgr_conformance::oracle::{self, STATES_MAX, Verdict};
use rstmgr_conformance::scenario::Scenario;
use rstmgr_conformance::scenario::parse::Source;
use rstmgr_conformance::suite::{self, BackendKind};
use rstmgr_conformance::trace::{RecordedTrace, Trace};
use rstmgr_model::{Flaw, Knob};

use super::{file_of, is_accepted, judge_open, read};
use crate::{all_scenarios, below_scenarios};

/// The mistakes that are an option of a knob, as the model has it: nobody could tell one from the other.
///
/// Half of a key could only be told from a whole one by a scenario that changes a key's second half, and keys are bound
/// to names; that a mistake of letters goes unnoticed there is another option.
const EXPLAINED: &[(Flaw, &str, &str)] = &[
    (Flaw::KeyComparedByHalf, "key-comparison", "case-insensitive"),
    (Flaw::KeyCaseMatters, "key-comparison", "case-sensitive"),
    (Flaw::SlotNeverReused, "orphaned-session", "until-logoff"),
    (Flaw::StartTimeIgnored, "start-time-mismatch", "id-alone"),
    (Flaw::SmallArrayFilled, "more-data-array", "filled"),
    (Flaw::OneEntryPerHost, "host-entries", "process"),
    (Flaw::UnknownIsAsked, "unknown-application", "others-stopped"),
];

/// Once so many traces with a mistake could have happened, none that could not is looked for.
const ACCEPTED_ENOUGH: usize = 12;

#[test]
fn each_mistake_shows_in_a_trace_that_could_not_have_happened_or_is_an_option_of_a_knob() {
    let scenarios: Vec<_> =
        all_scenarios().into_iter().filter(|(_, scenario, _)| scenario.steps.len() <= 200).collect();
    let right: Vec<Vec<String>> =
        scenarios.iter().map(|(_, scenario, _)| lines(scenario, &BackendKind::Simulated)).collect();
    let mut text = String::new();
    suite::in_order(
        &Flaw::ALL,
        2,
        |flaw| judge_mistake(*flaw, &scenarios, &right),
        |said| text.push_str(&said),
    );
    assert!(!text.contains("nobody knows why"), "{text}");
    insta::assert_snapshot!("mistakes that the oracle rejects", text);
}

/// Judges the traces in which a mistake shows, until one is rejected.
fn judge_mistake(flaw: Flaw, scenarios: &[(PathBuf, Scenario, Source)], right: &[Vec<String>]) -> String {
    let mut accepted = Vec::new();
    let rejected = scenarios.iter().zip(right).find_map(|((path, scenario, source), right)| {
        let backend = BackendKind::Mutant(flaw);
        if accepted.len() == ACCEPTED_ENOUGH || lines(scenario, &backend) == *right {
            return None;
        }
        let trace = read(
            "mutant.jsonl",
            &file_of(scenario, source, &backend.run(scenario).expect("the test is set up right")),
        );
        match judge_open(&trace).verdict {
            Verdict::Rejected(rejection) => {
                Some(format!("{}, line {}", below_scenarios(path), rejection.line.number))
            }
            Verdict::Accepted(_) | Verdict::Undecided(_) => {
                accepted.push(trace);
                None
            }
        }
    });
    let why = rejected.unwrap_or_else(|| explain(flaw, &accepted));
    format!("{}: {why}\n", MutantBackend::name(flaw))
}

/// The lines of a run without their rules, and without the first and the last, which name the backend and what was
/// chosen.
fn lines(scenario: &Scenario, backend: &BackendKind) -> Vec<String> {
    let run = backend.run(scenario).expect("a simulator can be asked");
    let text = String::from_utf8(Trace::new(scenario, &run).to_bytes()).expect("a trace is UTF-8");
    let lines = text.lines().map(|line| line.split(",\"rules\":[").next().unwrap_or_default().to_owned());
    let mut lines: Vec<String> = lines.skip(1).collect();
    lines.pop();
    lines
}

/// Which option of a knob explains a mistake: with it, some of its traces could have happened, and with no other.
fn explain(flaw: Flaw, traces: &[RecordedTrace]) -> String {
    let known = EXPLAINED.iter().find(|(known, ..)| *known == flaw);
    let Some((_, name, option)) = known else {
        return format!("accepted {} times, and nobody knows why", traces.len());
    };
    let knob = Knob::by_name(name).expect("it is a knob");
    let options = || 0..knob.options().len();
    let is_only_explanation = |trace: &&RecordedTrace| {
        options().all(|place| {
            let profile = oracle::everything_open(trace).with(knob, place);
            is_accepted(&oracle::judge(trace, &profile, STATES_MAX)) == (knob.options()[place] == *option)
        })
    };
    let explained = traces.iter().filter(is_only_explanation).count();
    assert!(explained > 0, "{flaw:?} is not {knob:?} = {option}");
    format!("could have happened {} times, {explained} times only with {name} = {option}", traces.len())
}
