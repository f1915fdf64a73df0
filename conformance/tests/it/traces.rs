//! Traces: pinned as they are, and the same bytes from the same seed.

use rstmgr_conformance::report::human;
use rstmgr_conformance::suite::{self, BackendKind};
use rstmgr_conformance::trace::Trace;
use rstmgr_model::Flaw;

use crate::{all_scenarios, below_scenarios, scenarios_directory};

/// Of each topic, what shows most of it.
const PINNED: [&str; 12] = [
    "pages/primary-installer.yaml",
    "pages/secondary-installer.yaml",
    "start-session/gives-handle-and-key.yaml",
    "start-session/slots-of-a-dead-installer-are-reused.yaml",
    "join-session/from-another-process.yaml",
    "end-session/primary-ends-before-the-secondary.yaml",
    "register-resources/one-call-takes-all-three-kinds.yaml",
    "paths/directory-is-accepted-and-refused-by-the-list.yaml",
    "get-list/array-with-one-place-too-few.yaml",
    "get-list/departed-application-stays-listed.yaml",
    "applications/services-in-one-host.yaml",
    "complaints/two-reasons-in-one-value.yaml",
];

/// Where something shows that nothing expects: who comes first, when, with what flags and on which console.
const ORDERED: [&str; 8] = [
    "services/dependent-that-is-registered-too.yaml",
    "services/manager-starts-nothing-without-its-dependency.yaml",
    "services/start-fails.yaml",
    "shutdown/force-kills-at-any-second-if-up-to-expiry.yaml",
    "consoles/another-installer-shares-the-console.yaml",
    "reboot/registered-programs-come-back-if-at-once.yaml",
    "registration-for-restart/settings-are-measured-first.yaml",
    "get-list/departed-application-is-dropped-if-documented.yaml",
];

#[test]
fn representative_traces_are_pinned() {
    for name in PINNED.iter().chain(&ORDERED) {
        let outcome = suite::run_file(&scenarios_directory().join(name), &BackendKind::Simulated);
        let suite::OutcomeResult::Ran(scenario, run) = &outcome.result else { panic!("{name} did not run") };
        let trace = String::from_utf8(Trace::new(scenario, run).to_bytes()).unwrap();
        insta::assert_snapshot!(format!("trace of {}", name.replace(['/', '.'], " ")), trace);
    }
}

/// What a person sees of each: that it is accepted, and how the first flaw that it rejects is shown.
#[test]
fn representative_verdicts_are_pinned() {
    for name in PINNED {
        let verdict = |backend: &BackendKind| {
            let mut outcome = suite::run_file(&scenarios_directory().join(name), backend);
            outcome.source.name = name.to_owned();
            human::outcome(&outcome, false)
        };
        let accepted = verdict(&BackendKind::Simulated);
        let rejected = Flaw::ALL
            .map(|flaw| (flaw, verdict(&BackendKind::Mutant(flaw))))
            .into_iter()
            .find(|(_, text)| *text != accepted);
        let rejected =
            rejected.map(|(flaw, text)| format!("\nwith the flaw {flaw:?}:\n{text}")).unwrap_or_default();
        insta::assert_snapshot!(
            format!("verdict on {}", name.replace(['/', '.'], " ")),
            format!("{accepted}{rejected}")
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    for (path, mut scenario, _) in all_scenarios() {
        for seed in [scenario.seed, 1, 2] {
            scenario.seed = seed;
            let [first, second] = [(); 2].map(|()| {
                let run = BackendKind::Simulated.run(&scenario).unwrap();
                Trace::new(&scenario, &run).to_bytes()
            });
            assert_eq!(first, second, "{}", below_scenarios(&path));
        }
    }
}

#[test]
fn a_rejected_scenario_shows_its_failures_at_their_places() {
    let rejected: Vec<String> = all_scenarios()
        .iter()
        .filter_map(|(path, ..)| {
            let mut outcome = suite::run_file(path, &BackendKind::Mutant(Flaw::ReasonsLost));
            outcome.source.name = below_scenarios(path);
            let text = human::outcome(&outcome, false);
            text.starts_with("rejected").then_some(text)
        })
        .take(3)
        .collect();
    insta::assert_snapshot!("rejected by reasons-lost", rejected.join("\n"));
}
