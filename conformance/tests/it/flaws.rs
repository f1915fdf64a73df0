//! The harness can say no: every planted mistake is rejected by at least one scenario.

use rstmgr_conformance::backend::mutant::MutantBackend;
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
                let run = BackendKind::Mutant(flaw).run(scenario).expect("a mutant can be asked");
                !run.is_accepted()
            })
            .map(|(path, ..)| below_scenarios(path))
            .collect();
        assert!(!rejecting.is_empty(), "no scenario rejects {flaw:?}");
        let first = rejecting.first().map_or("", String::as_str);
        text.push_str(&format!("{}: {} scenarios, {first}\n", MutantBackend::name(flaw), rejecting.len()));
    }
    insta::assert_snapshot!("flaws", text);
}

#[test]
fn a_flaw_is_named_as_on_the_command_line() {
    for flaw in Flaw::ALL {
        assert_eq!(MutantBackend::flaw(&MutantBackend::name(flaw)), Some(flaw));
    }
    assert_eq!(MutantBackend::name(Flaw::LimitOffByOne), "limit-off-by-one");
}
