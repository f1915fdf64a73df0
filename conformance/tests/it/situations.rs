//! Situations at the edge of a rule or of an answer, too small for scenarios of their own.

use rstmgr_conformance::report::human;
use rstmgr_conformance::scenario::parse::{Source, parse};
use rstmgr_conformance::suite::{BackendKind, Outcome, OutcomeResult};

/// Runs a scenario that is written here, and holds it to what it expects.
fn check(text: &str) {
    let source = Source { name: "situation.yaml".to_owned(), text: text.to_owned() };
    let scenario = parse(&source).unwrap_or_else(|problems| panic!("{problems:?}"));
    let run = BackendKind::Simulated.run(&scenario).expect("the simulator runs everything");
    if !run.is_accepted() {
        let result = OutcomeResult::Ran(Box::new(scenario), Box::new(run));
        panic!("{}", human::outcome(&Outcome { path: "situation.yaml".into(), source, result }, false));
    }
}

/// STATUS-03: where dependents count, those that were not tried are dealt with when their service has failed.
#[test]
fn dependents_that_were_not_tried_count_with_the_service_that_failed() {
    let of = |knob: &str, status: &str| {
        format!(
            "version: 1
scenario: A dependent fails to stop, and the shell comes last
knobs: {{ dependents-counted: {knob} }}
installers:
  setup: {{ elevated: true }}
world:
  database: {{ type: service }}
  website:  {{ type: service, depends-on: [database], on-stop: fails }}
  mail:     {{ type: service, depends-on: [database], on-stop: fails }}
  shell:    {{ type: explorer, opens: ['C:\\App\\core.dll'] }}
steps:
- start-session: {{ as: main }}
- register-resources: {{ session: main, files: ['C:\\App\\core.dll'], services: [database] }}
- shutdown: {{ session: main, expect: {{ reply: ERROR_FAIL_SHUTDOWN, status: {status} }} }}
- expect-messages: {{ application: database, messages: [] }}
"
        )
    };
    // Two are listed, and each is half of the work.
    check(&of("no", "[0, 50, 100]"));
    // Four are to be stopped: the service and its dependents are three quarters of the work.
    check(&of("yes", "[0, 75, 100]"));
}

/// U-56b: with nobody to stop or to restart the callback is told nothing, or all at once.
#[test]
fn a_callback_is_told_of_nobody_or_not() {
    for (knob, status) in [("nothing", "[]"), ("'100'", "[0, 100]")] {
        check(&format!(
            "version: 1
scenario: Nobody is affected
knobs: {{ empty-status: {knob} }}
steps:
- start-session: {{ as: main }}
- register-resources: {{ session: main, files: ['C:\\App\\core.dll'] }}
- shutdown: {{ session: main, expect: {{ status: {status} }} }}
- restart: {{ session: main, expect: {{ status: {status} }} }}
"
        ));
    }
}
