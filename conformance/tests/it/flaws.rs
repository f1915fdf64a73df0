//! The harness can say no: every planted mistake is rejected by at least one scenario.

use rstmgr_conformance::backend::mutant::MutantBackend;
use rstmgr_conformance::runner;
use rstmgr_conformance::scenario::Action;
use rstmgr_conformance::suite::BackendKind;
use rstmgr_model::Flaw;

use crate::{all_scenarios, below_scenarios};

#[test]
fn every_flaw_is_rejected_by_a_scenario() {
    let scenarios = all_scenarios();
    let mut text = String::new();
    for flaw in Flaw::ALL {
        let rejecting: Vec<String> = scenarios
            .iter()
            .filter(|(_, scenario, _)| {
                // By what it expects: the laws are another opinion, and are not asked.
                let mut backend = MutantBackend::of(scenario, flaw);
                let run = runner::run(scenario, "mutant", &mut backend).expect("a mutant can be asked");
                run.failures() > 0
            })
            .map(|(path, ..)| below_scenarios(path))
            .collect();
        assert!(!rejecting.is_empty(), "no scenario rejects {flaw:?}");
        let first = rejecting.first().map_or("", String::as_str);
        text.push_str(&format!("{}: {} scenarios, {first}\n", MutantBackend::name(flaw), rejecting.len()));
    }
    insta::assert_snapshot!("flaws", text);
}

/// The scenarios that the explorer found for planted mistakes: each is short, and says no to its own.
#[test]
fn the_explorer_found_the_shortest_scenario_of_many_flaws() {
    const STEPS_MAX: usize = 12;
    let mut found = 0;
    for (path, scenario, source) in all_scenarios() {
        let below = below_scenarios(&path);
        let Some(name) = below.strip_prefix("flaws/").and_then(|name| name.strip_suffix(".yaml")) else {
            continue;
        };
        let flaw = MutantBackend::flaw(name).unwrap_or_else(|| panic!("{below} is named after no flaw"));
        let nested = scenario.steps.iter().map(|step| {
            let Action::Call { call, .. } = &step.action else { return 0 };
            call.meanwhile().iter().map(|item| item.steps.len()).sum()
        });
        let steps = scenario.steps.len() + nested.sum::<usize>();
        assert!(steps <= STEPS_MAX, "{below} has {steps} steps");
        let run = BackendKind::Mutant(flaw).run(&scenario).expect("a mutant can be asked");
        assert!(run.failures() > 0, "{below} expects nothing that its flaw does not do");
        let law = format!("# The planted mistake {name} breaks the law ");
        let law =
            source.text.strip_prefix(&law).and_then(|rest| rest.split_once(".\n")).expect("it says so").0;
        assert!(run.broken_laws.iter().any(|(_, broken)| broken.property.name == law), "{below}: not {law}");
        found += 1;
    }
    assert_eq!(found, 23);
}

#[test]
fn a_flaw_is_named_as_on_the_command_line() {
    for flaw in Flaw::ALL {
        assert_eq!(MutantBackend::flaw(&MutantBackend::name(flaw)), Some(flaw));
    }
    assert_eq!(MutantBackend::name(Flaw::LimitOffByOne), "limit-off-by-one");
}
