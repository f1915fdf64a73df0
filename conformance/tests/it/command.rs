//! The program `rstmgr`, started as a person starts it.

use std::fs;

use crate::{rstmgr, scenarios_directory, text};

/// An accepted and a rejected scenario, each in a file.
fn two_scenarios() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("there is room for two files");
    let accepted = "version: 1\nscenario: A session is started\nrules: [START-01]\nsteps:\n- start-session: { as: main }\n";
    let rejected = "version: 1\nscenario: A list without a session\nsteps:\n- get-list: { session: 7, expect: ERROR_SUCCESS }\n";
    fs::write(directory.path().join("accepted.yaml"), accepted).expect("it can be written");
    fs::write(directory.path().join("rejected.yaml"), rejected).expect("it can be written");
    directory
}

#[test]
fn the_projects_scenarios_are_accepted() {
    let output = rstmgr(&scenarios_directory().join(".."), &["run", "scenarios"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let last = text(&output.stdout).lines().last().unwrap().to_owned();
    assert!(last.contains(" accepted, 0 rejected, 0 skipped; "), "{last}");
}

#[test]
fn a_failed_expectation_is_shown_at_its_place() {
    let directory = two_scenarios();
    let output = rstmgr(directory.path(), &["run", "."]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(text(&output.stdout));
}

#[test]
fn what_repeats_a_failure_names_the_backend_and_how_it_is_reached() {
    let directory = two_scenarios();
    let repeats = |arguments: &[&str]| {
        let output = rstmgr(directory.path(), &[&["run", "rejected.yaml"], arguments].concat());
        assert_eq!(output.status.code(), Some(1));
        let shown = text(&output.stdout);
        shown.lines().find_map(|line| line.strip_prefix("to repeat, run ")).unwrap_or_default().to_owned()
    };
    assert_eq!(repeats(&[]), "`rstmgr run rejected.yaml`");
    let own = ["--backend", "mutant", "--flaw", "second-end-succeeds", "--profile", "documented"];
    assert_eq!(
        repeats(&own),
        "`rstmgr run --backend mutant:second-end-succeeds --profile documented rejected.yaml`"
    );
    let far = format!("remote:{} agent", env!("CARGO_BIN_EXE_rstmgr"));
    assert_eq!(
        repeats(&["--backend", &far, "--patience", "90s"]),
        format!("`rstmgr run --backend '{far}' --patience 90s rejected.yaml`")
    );
}

#[test]
fn the_same_as_json() {
    let directory = two_scenarios();
    let output = rstmgr(directory.path(), &["run", ".", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(text(&output.stdout));
}

#[test]
fn the_same_as_junit() {
    let directory = two_scenarios();
    let output = rstmgr(directory.path(), &["run", ".", "--junit", "report.xml"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(fs::read_to_string(directory.path().join("report.xml")).unwrap());
}

#[test]
fn the_number_of_jobs_does_not_change_the_output() {
    let project = scenarios_directory().join("..");
    let outputs = ["1", "2", "5"].map(|jobs| rstmgr(&project, &["run", "scenarios", "--jobs", jobs]).stdout);
    assert_eq!(outputs[0], outputs[1]);
    assert_eq!(outputs[0], outputs[2]);
}

#[test]
fn what_is_wrong_with_the_arguments_ends_with_2() {
    let directory = two_scenarios();
    for arguments in [
        &["run"][..],
        &["run", "nothing-here"],
        &["run", "accepted.yaml", "--jobs", "0"],
        &["run", "accepted.yaml", "--backend", "mutant"],
        &["run", "accepted.yaml", "--backend", "mutant", "--flaw", "no-such-flaw"],
        &["run", "accepted.yaml", "--backend", "mutant:no-such-flaw"],
        &["run", "accepted.yaml", "--backend", "another"],
        &["compare", "accepted.yaml", "--right", "another"],
        &["compare", "accepted.yaml", "--known", "missing.yaml"],
        &["walk"],
    ] {
        let output = rstmgr(directory.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
fn a_mutant_is_named_with_its_mistake_or_by_two_arguments() {
    let directory = tempfile::tempdir().unwrap();
    let text_of_scenario = "version: 1\nscenario: A session ends twice\nsteps:\n- start-session: { as: main }\n\
                            - end-session: { session: main }\n- end-session: { session: main, expect: ERROR_INVALID_HANDLE }\n";
    fs::write(directory.path().join("twice.yaml"), text_of_scenario).unwrap();
    let ran = |backend: &[&str]| {
        let output = rstmgr(directory.path(), &[&["run", "twice.yaml", "--backend"][..], backend].concat());
        (output.status.code(), text(&output.stdout))
    };
    assert_eq!(ran(&["simulated"]).0, Some(0));
    let whole = ran(&["mutant:second-end-succeeds"]);
    assert_eq!(whole.0, Some(1), "{}", whole.1);
    assert_eq!(whole, ran(&["mutant", "--flaw", "second-end-succeeds"]));
}

#[test]
fn an_unknown_backend_is_answered_with_those_that_there_are() {
    let directory = two_scenarios();
    let output = rstmgr(directory.path(), &["run", "accepted.yaml", "--backend", "another"]);
    insta::assert_snapshot!(text(&output.stderr));
}

#[test]
fn a_directory_without_scenarios_is_said_to_have_none() {
    let directory = tempfile::tempdir().unwrap();
    let output = rstmgr(directory.path(), &["run", "."]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(text(&output.stderr));
}

#[cfg(not(windows))]
#[test]
fn the_windows_backend_is_out_of_reach_elsewhere() {
    let directory = two_scenarios();
    let output = rstmgr(directory.path(), &["run", "accepted.yaml", "--backend", "windows"]);
    assert_eq!(output.status.code(), Some(3));
    insta::assert_snapshot!(text(&output.stdout));
}

/// A recording of another run: more is recorded than is asked for.
#[test]
fn what_is_left_over_of_a_recording_is_told_and_nothing_is_rewritten() {
    let directory = tempfile::tempdir().unwrap();
    let scenario = "version: 1\nscenario: Too much is recorded\nreplay: { picks: 0/1 }\nworld:\n  \
                    editor: { type: main-window, on-query: agrees-or-refuses }\nsteps:\n- start-session: { as: main }\n\
                    - register-resources: { session: main, processes: [editor] }\n- shutdown: { session: main }\n";
    fs::write(directory.path().join("long.yaml"), scenario).unwrap();
    let ran = |options: &[&str]| {
        let output = rstmgr(directory.path(), &[&["run", "long.yaml"][..], options].concat());
        format!("exit code {:?}\n{}{}", output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    insta::assert_snapshot!(ran(&[]), @"
    exit code Some(1)
    rejected     long.yaml: Too much is recorded
    error: left over in `replay` behind the last step: 1 of `picks`
     --> long.yaml:9:3
      |
    9 | - shutdown: { session: main }
      |   ^^^^^^^^ the run ends here
      |
      = help: this is not the run that was recorded: correct its steps, or leave out the rest of `replay`
    to repeat, run `rstmgr run long.yaml`
    1 scenario: 0 accepted, 1 rejected, 0 skipped; 3 steps
    ");
    insta::assert_snapshot!(ran(&["--bless"]), @"
    exit code Some(2)
    error: long.yaml: left over in `replay`: 1 of `picks`
    ");
    assert!(ran(&["--format", "json"]).contains("      \"left_over\": {"), "{}", ran(&["--format", "json"]));
    assert_eq!(fs::read_to_string(directory.path().join("long.yaml")).unwrap(), scenario);
}

#[test]
fn a_mutant_differs_from_the_simulator_and_a_list_of_known_differences_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let scenario = "version: 1\nscenario: A handle is ended twice\nsteps:\n- start-session: { as: main }\n\
                    - end-session: { session: main }\n- end-session: { session: main, expect: ERROR_INVALID_HANDLE }\n";
    fs::write(directory.path().join("twice.yaml"), scenario).unwrap();
    let compare = |known: Option<&str>, further: &[&'static str]| {
        let mut arguments =
            vec!["compare", "twice.yaml", "--right", "mutant", "--flaw", "second-end-succeeds"];
        arguments.extend(further);
        if let Some(known) = known {
            fs::write(directory.path().join("known.yaml"), known).unwrap();
            arguments.extend(["--known", "known.yaml"]);
        }
        let output = rstmgr(directory.path(), &arguments);
        format!("exit code {:?}\n{}{}", output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let list = |pattern: &str, places: usize| {
        format!(
            "version: 1\nbackends: the simulator and a mutant\ncompared: 1\nskipped: 0\ndifferences:\n\
             - {{ call: RmEndSession, field: reply, {pattern}, reason: planted, places: {places} }}\n"
        )
    };
    insta::assert_snapshot!("compare without a list", compare(None, &[]));
    insta::assert_snapshot!("compare with a list", compare(Some(&list("right: ERROR_SUCCESS", 1)), &[]));
    insta::assert_snapshot!(
        "compare with a pattern too many",
        compare(Some(&list("right: ERROR_CANCELLED", 1)), &[])
    );
    insta::assert_snapshot!("compare with a wrong count", compare(Some(&list("right: ERROR_*", 2)), &[]));
    // What slow scenarios add holds unless all is to be fast.
    let slow = "version: 1\nbackends: the simulator and a mutant\ncompared: 0\nskipped: 1\nslow: 1\ndifferences:\n\
                - { call: RmEndSession, reason: planted, places: 0, slow: 1 }\n";
    assert!(compare(Some(slow), &[]).starts_with("exit code Some(0)\n"), "{}", compare(Some(slow), &[]));
    insta::assert_snapshot!("compare with slow scenarios left out", compare(Some(slow), &["--fast"]));
    let absurd = slow.replace("slow: 1", &format!("slow: {}", usize::MAX)).replace(": 0", ": 1");
    assert!(
        compare(Some(&absurd), &[]).starts_with("exit code Some(1)\n"),
        "{}",
        compare(Some(&absurd), &[])
    );
}

#[test]
fn traces_are_written_below_the_directory() {
    let directory = two_scenarios();
    let output = rstmgr(directory.path(), &["run", "accepted.yaml", "--traces", "traces"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    insta::assert_snapshot!(fs::read_to_string(directory.path().join("traces/accepted.jsonl")).unwrap());
}

#[test]
fn rules_are_counted_by_group() {
    let output = rstmgr(&scenarios_directory().join(".."), &["rules"]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(text(&output.stdout));
}

#[test]
fn open_questions_are_listed_with_options_defaults_and_reasons() {
    let output = rstmgr(&scenarios_directory().join(".."), &["rules", "--open"]);
    let text = text(&output.stdout);
    assert!(text.contains("session-limit-scope (U-01, UNK-08)\n"), "{text}");
    assert!(text.contains("    documented: terminal-session, windows-11: user-hive, "), "{text}");
}

#[test]
fn completions_are_printed_for_each_shell() {
    let directory = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = rstmgr(directory.path(), &["completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains("rstmgr"), "{shell}");
    }
}
