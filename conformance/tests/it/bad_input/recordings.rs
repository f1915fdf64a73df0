//! What a person sees when something is wrong about what was recorded.

use insta::assert_snapshot;
use rstmgr_conformance::report::human::backend_error;
use rstmgr_conformance::scenario::parse::{Source, parse};
use rstmgr_conformance::suite::BackendKind;

use super::{shown, steps};

#[test]
fn something_is_waited_for_that_was_not_recorded() {
    let text = "  - start-session: { as: main }\n  - wait: { due: 1 }\n  - restart: { session: main, meanwhile: [{ at: { due: 2 }, do: [{ reboot: {} }] }] }\n";
    assert_snapshot!(steps(text), @"
    error: `due` waits for what is not recorded
     --> scenarios/bad.yaml:5:18
      |
    5 |   - wait: { due: 1 }
      |                  ^ no `replay` lists it
      |
      = help: state `due` under `replay`, as `rstmgr explore` writes it; or say how long

    error: `due` waits for what is not recorded
     --> scenarios/bad.yaml:6:56
      |
    6 |   - restart: { session: main, meanwhile: [{ at: { due: 2 }, do: [{ reboot: {} }] }] }
      |                                                        ^ no `replay` lists it
      |
      = help: state `due` under `replay`, as `rstmgr explore` writes it; or say how long
    ");
}

#[test]
fn a_recording_that_is_none() {
    let text = "version: 1\nscenario: A\nreplay: { picks: 1/x, due: 0, dues: '0' }\nsteps:\n  - reboot: {}\n";
    assert_snapshot!(shown(text), @"
    error: `picks` cannot be `1/x`
     --> scenarios/bad.yaml:3:18
      |
    3 | replay: { picks: 1/x, due: 0, dues: '0' }
      |                  ^^^ expected recorded answers such as `0/2/1`

    error: `due` cannot be a number
     --> scenarios/bad.yaml:3:28
      |
    3 | replay: { picks: 1/x, due: 0, dues: '0' }
      |                            ^ expected recorded answers such as `0/2/1`

    error: unknown field `dues` of `replay`
     --> scenarios/bad.yaml:3:31
      |
    3 | replay: { picks: 1/x, due: 0, dues: '0' }
      |                               ^^^^ not a field of `replay`
      |
      = help: did you mean `due`?
    ");
}

/// What is shown for a scenario that cannot go as it was recorded.
fn goes_otherwise(replay: &str) -> String {
    let text = format!(
        "version: 1\nscenario: Recorded elsewhere\nreplay: {replay}\nworld:\n  editor: {{ type: main-window, opens: ['C:\\App\\core.dll'], on-query: agrees-or-refuses }}\nsteps:\n  - start-session: {{ as: main }}\n  - register-resources: {{ session: main, files: ['C:\\App\\core.dll'] }}\n  - shutdown: {{ session: main }}\n"
    );
    let scenario = parse(&Source { name: "recorded.yaml".to_owned(), text }).expect("it is a scenario");
    backend_error(&BackendKind::Simulated.run(&scenario).expect_err("it cannot go so"))
}

#[test]
fn a_recording_of_another_run() {
    assert_snapshot!(goes_otherwise("{ due: '7' }"), @"error: failed to do again what was recorded: `due` of `replay` says 7, but only 1 can be chosen from");
    assert_snapshot!(goes_otherwise("{ picks: '2' }"), @"error: failed to do again what was recorded: `picks` of `replay` has no such option at choice 1");
}
