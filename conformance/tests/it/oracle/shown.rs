//! What a person sees of a verdict, and the command that says it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use rstmgr_conformance::oracle::{self, STATES_MAX};
use rstmgr_conformance::report::judgment;
use rstmgr_conformance::suite::BackendKind;
use rstmgr_conformance::trace::RecordedTrace;

use super::{file_of, judge_open, read, recorded, scenario};

#[test]
fn an_undecided_trace_is_said_to_be_so() {
    let (scenario, source) = scenario("order/windows-consoles-services-shell.yaml");
    let trace = recorded(&scenario, &source, BackendKind::Simulated);
    let judged = oracle::judge(&trace, &oracle::everything_open(&trace), 50);
    insta::assert_snapshot!(judgment::judgment(&trace, &judged));
    let judged = oracle::judge(&trace, &oracle::everything_open(&trace), STATES_MAX);
    assert_eq!(judgment::word(&judged), "accepted");
}

/// Times that were measured are never exact, and so they are not compared; everything else is.
#[test]
fn measured_times_are_not_compared() {
    let (scenario, source) = scenario("shutdown/program-leaves-after-8-seconds.yaml");
    let run = BackendKind::Simulated.run(&scenario).expect("the test is set up right");
    let file = String::from_utf8(file_of(&scenario, &source, &run)).expect("the test is set up right");
    let is_accepted =
        |text: &str| judgment::word(&judge_open(&read("t.jsonl", text.as_bytes()))) == "accepted";
    let late = file.replace("8.000s", "8.017s");
    assert!(is_accepted(&file) && !is_accepted(&late));
    let measured = |text: &str| text.replacen("\"backend\":\"simulated\"", "\"backend\":\"windows\"", 1);
    assert!(is_accepted(&measured(&late)));
    assert!(!is_accepted(&measured(&late.replace("\"status\":100", "\"status\":99"))));
}

/// Runs the program in `directory`.
fn rstmgr(directory: &Path, arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_rstmgr");
    Command::new(program).args(arguments).current_dir(directory).output().expect("the program starts")
}

/// What a command prints, and how it ends.
fn shown(directory: &Path, arguments: &[&str]) -> String {
    let output = rstmgr(directory, arguments);
    let [out, error] = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8(bytes).expect("the test is set up right"));
    format!("{out}{error}exit code {:?}\n", output.status.code())
}

/// A directory with two scenarios, an accepted trace of one, and a doctored trace of the other.
fn traces() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("the test is set up right");
    let path = |name: &str| directory.path().join(name);
    for (name, from) in [
        ("list", "get-list/departed-application-stays-listed.yaml"),
        ("cancel", "cancel/while-a-program-is-waited-for.yaml"),
    ] {
        fs::write(path(&format!("{name}.yaml")), scenario(from).1.text).expect("the test is set up right");
        let (scenario, trace) = (format!("{name}.yaml"), format!("{name}.jsonl"));
        let output = rstmgr(directory.path(), &["run", &scenario, "--trace", &trace]);
        assert_eq!(output.status.code(), Some(0));
    }
    let text = fs::read_to_string(path("cancel.jsonl")).expect("the test is set up right");
    let doctored = text.replace("\"reply\":\"ERROR_CANCELLED\"", "\"reply\":\"ERROR_SUCCESS\"");
    fs::write(path("cancel.jsonl"), doctored).expect("the test is set up right");
    directory
}

#[test]
fn an_accepted_trace_tells_what_it_leaves_possible() {
    insta::assert_snapshot!(shown(traces().path(), &["judge", "list.jsonl"]));
}

#[test]
fn a_profile_allows_its_own_answers_alone() {
    let directory = traces();
    let shown = ["documented", "windows-11", "windows-vista", "own"].map(|profile| {
        format!("{profile}: {}", shown(directory.path(), &["judge", "list.jsonl", "--profile", profile]))
    });
    insta::assert_snapshot!(shown.join(""));
}

#[test]
fn a_rejected_trace_tells_what_would_have_been_allowed_where() {
    insta::assert_snapshot!(shown(traces().path(), &["judge", "cancel.jsonl"]));
}

#[test]
fn several_traces_are_counted_and_what_they_leave_possible_is_what_all_do() {
    let directory = traces();
    fs::write(directory.path().join("none.jsonl"), "{}").expect("the test is set up right");
    insta::assert_snapshot!(shown(directory.path(), &["judge", "."]));
}

#[test]
fn what_is_no_trace_ends_with_2() {
    let directory = traces();
    fs::create_dir(directory.path().join("empty")).expect("the test is set up right");
    let of = |arguments: &[&str]| {
        format!("rstmgr {}\n{}", arguments.join(" "), shown(directory.path(), arguments))
    };
    insta::assert_snapshot!(
        [
            of(&["judge", "missing.jsonl"]),
            of(&["judge", "empty"]),
            of(&["run", "list.yaml", "cancel.yaml", "--trace", "t.jsonl"]),
        ]
        .concat()
    );
}

#[test]
fn a_trace_is_judged_by_the_timings_that_were_followed() {
    let directory = traces();
    let path = |name: &str| directory.path().join(name);
    let profile = "version: 1\nbased-on: windows-11\ntimings: { close: 250ms }\n";
    fs::write(path("other.yaml"), profile).expect("the test is set up right");
    let run = ["run", "cancel.yaml", "--profile", "other.yaml", "--trace", "other.jsonl"];
    // The scenario says when this window is told to close, which is another time here.
    assert_eq!(rstmgr(directory.path(), &run).status.code(), Some(1));
    let exit_code = |by: &[&str]| {
        let output = rstmgr(directory.path(), &[&["judge", "other.jsonl"], by].concat());
        output.status.code()
    };
    assert_eq!(exit_code(&[]), Some(0));
    assert_eq!(exit_code(&["--profile", "own"]), Some(0));
    let trace = fs::read_to_string(path("other.jsonl")).expect("the test is set up right");
    let timing = r#""timings":{"close":"250ms"}"#;
    assert_eq!(trace.matches(timing).count(), 1, "{trace}");
    fs::write(path("other.jsonl"), trace.replace(timing, r#""timings":{"close":"251ms"}"#))
        .expect("the test is set up right");
    assert_eq!(exit_code(&[]), Some(1), "at that time nothing was told");
    fs::write(path("other.jsonl"), trace.replace(timing, r#""timings":{"height":"250ms"}"#))
        .expect("the test is set up right");
    insta::assert_snapshot!(shown(directory.path(), &["judge", "other.jsonl"]));
}

#[test]
fn traces_below_a_directory_are_judged_too() {
    let directory = traces();
    let output = rstmgr(directory.path(), &["run", "list.yaml", "--traces", "traces"]);
    assert_eq!(output.status.code(), Some(0));
    let trace =
        RecordedTrace::read(&directory.path().join("traces/list.jsonl")).expect("the test is set up right");
    assert_eq!(judgment::word(&judge_open(&trace)), "accepted");
}
