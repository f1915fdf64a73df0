//! What happened in the simulator could have happened.

use std::sync::Mutex;

use rstmgr_conformance::oracle::Verdict;
use rstmgr_conformance::scenario::Scenario;
use rstmgr_conformance::scenario::parse::Source;
use rstmgr_conformance::suite::{self, BackendKind};
use rstmgr_model::{Knob, Profile};
use rstmgr_sim::Random;

use super::variation::vary;
use super::{is_accepted, judge_open, judge_own, recorded};
use crate::{all_scenarios, below_scenarios};

/// Of so many scenarios one is judged with everything open; all of them take a minute in a release build:
/// `rstmgr run scenarios --traces DIRECTORY`, then `rstmgr judge DIRECTORY`.
const ONE_OF: usize = 12;
/// The most states that any scenario's trace leaves possible at once, with everything open.
const STATES_MOST: usize = 1_000;

/// How many variations are judged, unless the environment says so.
fn variations() -> usize {
    std::env::var("RSTMGR_VARIATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(240)
}

/// Does `work` for each item on two threads; returns what it says, without `None`.
fn in_parallel<T: Sync>(items: &[T], work: impl Fn(&T) -> Option<String> + Sync) -> Vec<String> {
    let mut found = Vec::new();
    suite::in_order(items, 2, work, |result| found.extend(result));
    found
}

#[test]
fn every_trace_of_the_simulator_could_have_happened_under_its_own_profile() {
    let wrong = in_parallel(&all_scenarios(), |(path, scenario, source)| {
        let judgment = judge_own(&recorded(scenario, source, BackendKind::Simulated));
        (!is_accepted(&judgment)).then(|| format!("{}: {:?}", below_scenarios(path), judgment.verdict))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn with_everything_open_it_could_have_happened_too_and_its_own_answers_are_possible() {
    let scenarios: Vec<_> = all_scenarios().into_iter().step_by(ONE_OF).collect();
    let most = Mutex::new(0);
    let wrong = in_parallel(&scenarios, |(path, scenario, source)| {
        let judgment = judge_open(&recorded(scenario, source, BackendKind::Simulated));
        let mut most = most.lock().expect("the test is set up right");
        *most = judgment.states_max.max(*most);
        judge_answers(&judgment.verdict, scenario).map(|text| format!("{}: {text}", below_scenarios(path)))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let most = most.into_inner().expect("the test is set up right");
    assert!(most <= STATES_MOST, "{most} states at once");
}

/// What is wrong with the verdict on a trace that `scenario` made.
fn judge_answers(verdict: &Verdict, scenario: &Scenario) -> Option<String> {
    match verdict {
        Verdict::Accepted(profile) if profile.includes(&scenario.profile) => None,
        Verdict::Accepted(_) => {
            Some(String::from("the answers that it was made with are said to be impossible"))
        }
        Verdict::Rejected(_) | Verdict::Undecided(_) => Some(format!("{verdict:?}")),
    }
}

/// Variations of the project's scenarios, each under one profile after the other.
fn varied(seed: u64, count: usize) -> Vec<(Scenario, Source)> {
    let scenarios = all_scenarios();
    let random = &mut Random::new(seed, 0);
    let mut varied = Vec::new();
    while varied.len() < count {
        let (_, _, source) = &scenarios[random.below(scenarios.len())];
        // A text of millions of steps tells no more than one of hundreds.
        let profile = Profile::NAMES[varied.len() % Profile::NAMES.len()];
        varied.extend(vary(source, profile, random).filter(|(scenario, _)| scenario.steps.len() <= 500));
    }
    varied
}

#[test]
fn variations_of_scenarios_could_have_happened_under_each_profile() {
    let wrong = in_parallel(&varied(1, variations()), |(scenario, source)| {
        let judgment = judge_own(&recorded(scenario, source, BackendKind::Simulated));
        (!is_accepted(&judgment)).then(|| format!("{}: {:?}\n{}", source.name, judgment.verdict, source.text))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn variations_under_answers_drawn_at_random_could_have_happened_with_everything_open() {
    let varied: Vec<_> = varied(2, variations() / 3)
        .into_iter()
        .enumerate()
        .map(|(number, (mut scenario, source))| {
            let random = &mut Random::new(3, u64::try_from(number).expect("the test is set up right"));
            let drawn = |profile: Profile, knob: Knob| profile.with(knob, random.below(knob.options().len()));
            scenario.profile = Knob::all().fold(scenario.profile, drawn);
            (scenario, source)
        })
        .collect();
    let wrong = in_parallel(&varied, |(scenario, source)| {
        let judgment = judge_open(&recorded(scenario, source, BackendKind::Simulated));
        judge_answers(&judgment.verdict, scenario)
            .map(|text| format!("{}: {text}\n{}\n{:?}", source.name, source.text, scenario.profile))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
