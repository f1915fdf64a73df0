//! The catalogue, the model, the scenarios and the knobs, held against each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use rstmgr_conformance::backend::simulated::SimulatedBackend;
use rstmgr_conformance::catalogue::{Catalogue, Kind};
use rstmgr_conformance::runner;
use rstmgr_conformance::runner::Event;
use rstmgr_conformance::suite::BackendKind;
use rstmgr_conformance::trace::Trace;
use rstmgr_model::profile::SETTLED;
use rstmgr_model::{Knob, Rule, RuleSet};

use crate::all_scenarios;

/// The groups whose rules are modeled now.
const MODELED_GROUPS: [&str; 34] = [
    "GEN",
    "ERR",
    "START",
    "JOIN",
    "END",
    "REG",
    "LIST",
    "TYPE",
    "CRIT",
    "WOW64",
    "OBS-START",
    "OBS-JOIN",
    "OBS-END",
    "OBS-REG",
    "OBS-LIST",
    "OBS-USE",
    "SHUT",
    "REST",
    "CANCEL",
    "FILT",
    "STATUS",
    "ORDER",
    "APP",
    "WM",
    "CON",
    "SVC",
    "ARR",
    "REBOOT",
    "EVT",
    "OBS-SHUT",
    "OBS-CANCEL",
    "OBS-RESTART",
    "OBS-FILTER",
    "OBS-EVENT",
];

/// The open questions that touch what is modeled: all but those about Windows Installer (U-72 to U-75).
const QUESTIONS: [&str; 104] = [
    "U-01", "U-02", "U-03", "U-04", "U-05", "U-06", "U-07", "U-08", "U-09", "U-10", "U-11", "U-12", "U-13",
    "U-14", "U-15", "U-16", "U-17", "U-18", "U-19", "U-20", "U-21", "U-22", "U-23", "U-24", "U-25", "U-26",
    "U-27", "U-28", "U-29", "U-30", "U-31", "U-32", "U-33", "U-34", "U-35", "U-36", "U-37", "U-38", "U-39",
    "U-40", "U-41", "U-42", "U-43", "U-44", "U-45", "U-46", "U-47", "U-48", "U-49", "U-50", "U-51", "U-52",
    "U-53", "U-54", "U-55", "U-56", "U-57", "U-58", "U-59", "U-60", "U-61", "U-62", "U-63", "U-64", "U-65",
    "U-66", "U-67", "U-68", "U-69", "U-70", "U-71", "U-76", "U-77", "U-78", "U-79", "U-80", "U-81", "U-82",
    "U-83", "U-84", "U-85", "U-86", "U-87", "U-88", "U-89", "U-90", "U-91", "UNK-01", "UNK-02", "UNK-03",
    "UNK-04", "UNK-05", "UNK-06", "UNK-07", "UNK-08", "UNK-09", "UNK-10", "UNK-11", "UNK-12", "UNK-13",
    "UNK-14", "START-04", "JOIN-06", "END-09",
];

#[test]
fn the_model_follows_exactly_the_behavior_entries() {
    let catalogue = Catalogue::read();
    let behavior = catalogue.entries.iter().filter(|entry| entry.kind == Kind::Behavior);
    let in_catalogue: Vec<&str> = behavior.map(|entry| entry.id.as_str()).collect();
    let in_model: Vec<&str> = Rule::all().map(Rule::id).collect();
    assert_eq!(in_catalogue, in_model);
}

#[test]
fn the_catalogue_is_whole() {
    let catalogue = Catalogue::read();
    let ids: BTreeSet<&str> = catalogue.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids.len(), catalogue.entries.len(), "an id stands twice");
    assert_eq!(ids.len(), 557 + 129);
    for entry in &catalogue.entries {
        assert!(!entry.rule.is_empty() && !entry.source.is_empty(), "{} says nothing", entry.id);
        assert!(
            entry.kind != Kind::OutOfScope || entry.reason.is_some(),
            "{} is out of scope without a reason",
            entry.id
        );
    }
}

#[test]
fn at_most_a_tenth_of_a_group_is_out_of_scope() {
    for (group, entries) in Catalogue::read().groups() {
        let count = |kind| entries.iter().filter(|entry| entry.kind == kind).count();
        let out_of_scope = count(Kind::OutOfScope);
        assert!(
            out_of_scope * 10 <= count(Kind::Behavior) + out_of_scope,
            "{group}: {out_of_scope} out of scope"
        );
    }
}

#[test]
fn what_is_planned_in_a_modeled_group_says_what_it_waits_for() {
    for entry in Catalogue::read().entries {
        let is_modeled = MODELED_GROUPS.contains(&entry.group());
        if entry.kind == Kind::Planned && is_modeled {
            assert!(entry.reason.is_some(), "{} waits for nothing", entry.id);
        }
    }
}

#[test]
fn every_constant_is_named_by_a_test() {
    let tests = concat!(include_str!("constants.rs"), include_str!("constants_around.rs"));
    let unnamed: Vec<String> = Catalogue::read()
        .entries
        .into_iter()
        .filter(|entry| entry.kind == Kind::Constant && !tests.contains(&format!("\"{}\"", entry.id)))
        .map(|entry| entry.id)
        .collect();
    assert!(unnamed.is_empty(), "no test names {unnamed:?}");
}

#[test]
fn every_rule_is_exercised_by_a_scenario_that_lists_it() {
    let mut exercised = BTreeSet::new();
    for (_, scenario, _) in all_scenarios() {
        let run = BackendKind::Simulated.run(&scenario).expect("a simulator can be asked");
        exercised.extend(scenario.rules.iter().copied().filter(|rule| run.rules.contains(*rule)));
    }
    let missing: Vec<Rule> = Rule::all().filter(|rule| !exercised.contains(rule)).collect();
    assert!(missing.is_empty(), "no scenario exercises {missing:?}");
}

#[test]
fn there_are_scenarios_enough() {
    let count = all_scenarios().len();
    assert!(count >= 350, "{count} scenarios");
}

#[test]
fn every_open_question_is_a_knob_or_settled_by_the_facts() {
    let asked: BTreeSet<&str> = Knob::all()
        .flat_map(|knob| knob.facts().questions)
        .copied()
        .chain(SETTLED.iter().map(|(question, _)| *question))
        .map(|question| question.trim_end_matches(|letter: char| letter.is_ascii_lowercase()))
        .collect();
    let missing: Vec<&str> = QUESTIONS.into_iter().filter(|question| !asked.contains(question)).collect();
    assert!(missing.is_empty(), "no knob asks {missing:?}");
}

/// For each knob, pairs of options between which no scenario shows a difference.
#[test]
fn every_knob_is_told_apart_by_a_scenario() {
    let mut scenarios = all_scenarios();
    // The cheap ones first: of most knobs one of them shows the difference.
    scenarios.sort_by_key(|(path, scenario, _)| {
        let names = fs::metadata(path).map_or(0, |facts| facts.len());
        (scenario.steps.len() > 100, names)
    });
    let mut blind: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for knob in Knob::all().filter(|knob| knob.facts().unobservable.is_none()) {
        let options = knob.options().len();
        let mut pairs: BTreeSet<(usize, usize)> =
            (0..options).flat_map(|first| (first + 1..options).map(move |second| (first, second))).collect();
        let mentions = |text: &str| text.contains(knob.name());
        let (first, later): (Vec<_>, Vec<_>) =
            scenarios.iter().partition(|(_, _, source)| mentions(&source.text));
        for (_, scenario, _) in first.into_iter().chain(later) {
            if pairs.is_empty() {
                break;
            }
            let traces: Vec<Vec<u8>> = (0..options)
                .map(|option| {
                    let mut scenario = scenario.clone();
                    scenario.profile = scenario.profile.with(knob, option);
                    let mut run = BackendKind::Simulated.run(&scenario).expect("a simulator can be asked");
                    // Rules tell which option was taken: they cannot be seen from outside.
                    let rules = run.events.iter_mut().filter_map(Event::rules_mut);
                    rules.for_each(|rules| *rules = RuleSet::default());
                    Trace::new(&scenario, &run).to_bytes()
                })
                .collect();
            pairs.retain(|(first, second)| traces[*first] == traces[*second]);
        }
        let names = |(first, second)| format!("{} / {}", knob.options()[first], knob.options()[second]);
        if !pairs.is_empty() {
            blind.insert(knob.name(), pairs.into_iter().map(names).collect());
        }
    }
    assert!(blind.is_empty(), "no scenario tells these options apart: {blind:#?}");
}

#[test]
fn every_option_of_every_knob_is_taken_where_it_matters() {
    let mut taken = BTreeSet::new();
    for (_, scenario, source) in all_scenarios() {
        let mut backend = SimulatedBackend::of(&scenario);
        runner::run(&scenario, "simulated", &mut backend).expect("a simulator can be asked");
        let profile = *backend.profile();
        for knob in Knob::all() {
            // Some are answered outside of the model: a scenario that names them is about them.
            if profile.was_asked(knob) || source.text.contains(&format!("{}:", knob.name())) {
                taken.extend(profile.possible(knob).map(|option| (knob, option)));
            }
        }
    }
    let observable = Knob::all().filter(|knob| knob.facts().unobservable.is_none());
    let all = observable.flat_map(|knob| (0..knob.options().len()).map(move |option| (knob, option)));
    let missing: Vec<String> = all
        .filter(|taken_so| !taken.contains(taken_so))
        .map(|(knob, option)| format!("{}: {}", knob.name(), knob.options()[option]))
        .collect();
    assert!(missing.is_empty(), "no scenario takes {missing:#?}");
}
