//! `rstmgr search`, started as a person starts it.

use std::fs;
use std::process::{Command, Output};

use rstmgr_conformance::scenario::parse::{Source, parse};
use rstmgr_conformance::scenario::write as writer;
use rstmgr_conformance::search;
use rstmgr_conformance::suite::BackendKind;
use rstmgr_model::Flaw;
use rstmgr_sim::search::{Cases, NoReferee, Scribe, run_on};

use crate::write;

fn start(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rstmgr"));
    command.arg("search").args(arguments).output().expect("the program starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("output is UTF-8")
}

/// The exit code and the standard output of a search.
fn searched(arguments: &[&str]) -> (Option<i32>, String) {
    let output = start(arguments);
    assert_eq!(text(&output.stderr), "", "there is no bar without a terminal");
    (output.status.code(), text(&output.stdout).to_owned())
}

#[test]
fn a_search_says_what_it_did_and_how_to_do_it_again() {
    let (code, report) = searched(&["--cases", "500", "--jobs", "1"]);
    assert_eq!(code, Some(0), "{report}");
    let lines: Vec<&str> = report.lines().collect();
    let [summary, again] = lines[..] else { panic!("{report}") };
    assert!(
        summary.starts_with("500 cases, ") && summary.ends_with(": nothing found by every law"),
        "{report}"
    );
    assert_eq!(again, "to repeat: rstmgr search --seed 0 --cases 500");
    for jobs in ["2", "5"] {
        assert_eq!(searched(&["--cases", "500", "--jobs", jobs]), (Some(0), report.clone()));
    }
    let other = searched(&["--cases", "500", "--seed", "9", "--profile", "windows-vista"]).1;
    assert!(
        other.ends_with("to repeat: rstmgr search --seed 9 --cases 500 --profile windows-vista\n"),
        "{other}"
    );
    assert_ne!(other.lines().next(), Some(summary));
}

#[test]
fn a_failure_is_made_small_and_can_be_repeated_by_the_line_that_ends_the_report() {
    let (code, report) = searched(&["--flaw", "second-end-succeeds", "--jobs", "1"]);
    assert_eq!(code, Some(1));
    insta::assert_snapshot!(report);
    for jobs in ["2", "7"] {
        assert_eq!(searched(&["--flaw", "second-end-succeeds", "--jobs", jobs]), (Some(1), report.clone()));
    }
    let again = report.lines().last().unwrap().strip_prefix("to repeat: rstmgr search ").unwrap();
    let arguments: Vec<&str> = again.split(' ').collect();
    assert_eq!(searched(&arguments), (Some(1), report));
}

#[test]
fn two_machines_are_compared() {
    let (code, report) = searched(&["--right", "mutant:needed-is-filled", "--cases", "200"]);
    assert_eq!(code, Some(1), "{report}");
    assert!(report.contains("\nbecause: left: List(ListOutputs { needed: Some("), "{report}");
    assert!(report.ends_with(" --right mutant:needed-is-filled\n"), "{report}");
}

#[test]
fn another_backend_is_asked_about_every_case_that_can_be_told() {
    let agent =
        |backend: &str| format!("remote:'{}' agent --backend {backend}", env!("CARGO_BIN_EXE_rstmgr"));
    let (code, report) = searched(&["--right", &agent("simulated"), "--cases", "40"]);
    assert_eq!(code, Some(0), "{report}");
    assert!(
        report.contains(" run on remote:") && report.contains(": nothing found by every law and difference")
    );
    let (code, report) = searched(&["--right", &agent("mutant:needed-is-filled"), "--cases", "200"]);
    assert_eq!(code, Some(1), "{report}");
    assert!(report.contains(": another backend shows something else\n"), "{report}");
    let output = start(&["--right", "remote:./no-such-program", "--cases", "40", "--patience", "90s"]);
    assert_eq!(output.status.code(), Some(3));
    let complaint = text(&output.stderr);
    assert!(complaint.contains("`./no-such-program` cannot be started: "), "{complaint}");
    // Whoever looks into it has the scenario that was to be run, and the line that repeats it.
    let report = text(&output.stdout);
    let command = "rstmgr search --seed 0 --case 0 --right remote:./no-such-program --patience 90s";
    let end = format!("case 0 is not answered\nto repeat: {command}\n");
    let told = report.strip_suffix(&end).unwrap_or_else(|| panic!("{report}"));
    assert!(told.contains(&format!("# Found by `{command}`.\n")), "{told}");
    let source = Source { name: "told.yaml".to_owned(), text: told.to_owned() };
    let scenario = parse(&source).expect("it is a scenario");
    assert!(BackendKind::Simulated.run(&scenario).unwrap().is_accepted());
}

#[test]
fn a_failure_is_written_to_the_directory() {
    let directory = tempfile::tempdir().expect("there is room for a file");
    let out = directory.path().join("found").join("here");
    let (code, report) = searched(&["--flaw", "second-end-succeeds", "--out", out.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    let files: Vec<_> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [file] = &files[..] else { panic!("{files:?}") };
    assert!(file.to_string_lossy().ends_with("seed-0-case-34.yaml"), "{files:?}");
    let source = Source { name: "found.yaml".to_owned(), text: fs::read_to_string(file).unwrap() };
    let scenario = parse(&source).expect("it is a scenario");
    assert!(BackendKind::Simulated.run(&scenario).unwrap().is_accepted());
    let mutant = BackendKind::Mutant(Flaw::SecondEndSucceeds).run(&scenario).unwrap();
    assert!(mutant.broken_laws.iter().any(|(_, law)| law.property.name == "an-unknown-handle-is-refused"));
    assert!(report.contains(&format!("written to {}\n", file.display())), "{report}");
}

#[test]
fn wrong_arguments_and_a_directory_that_cannot_be_written_are_told_before_anything_is_run() {
    let file = tempfile::NamedTempFile::new().expect("there is room for a file");
    let below = file.path().join("below");
    let below = below.to_str().unwrap();
    for (arguments, complaint) in [
        (vec!["--cases", "0"], "invalid value '0' for '--cases <N>'"),
        (vec!["--cases", "x"], "invalid value 'x' for '--cases <N>'"),
        (vec!["--seed", "-1"], "unexpected argument '-1'"),
        (vec!["--case", "1", "--cases", "2"], "cannot be used with"),
        (vec!["--profile", "windows-3"], "possible values: documented, windows-11, windows-vista"),
        (vec!["--right", "another"], "no such backend; there are simulated, windows, "),
        (vec!["--right", "mutant"], "no planted mistake is named; write `mutant:FLAW`"),
        (vec!["--flaw", "none"], "possible values: limit-off-by-one, "),
        (vec!["--out", below], "error: failed to write to "),
    ] {
        let output = start(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
        assert!(text(&output.stderr).contains(complaint), "{arguments:?}: {}", text(&output.stderr));
    }
}

/// Starts a search that would take days, and interrupts it.
#[cfg(target_os = "linux")]
fn interrupted() -> Output {
    use std::process::Stdio;
    let mut command = Command::new(env!("CARGO_BIN_EXE_rstmgr"));
    command.args(["search", "--cases", "100000000000"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    let id = child.id().to_string();
    // It catches the signal once it has begun; before that, the signal would end it without a word.
    let status = format!("/proc/{id}/status");
    let catches = || {
        let status = fs::read_to_string(&status).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        caught.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).is_ok_and(|mask| mask & 2 != 0))
    };
    while !catches() {
        std::thread::yield_now();
    }
    let sent = Command::new("kill").args(["-INT", &id]).status().expect("`kill` starts");
    assert!(sent.success());
    child.wait_with_output().expect("it ends")
}

#[test]
#[cfg(target_os = "linux")]
fn ctrl_c_stops_a_search_with_its_summary() {
    let output = interrupted();
    assert_eq!(output.status.code(), Some(130));
    let report = text(&output.stdout);
    assert!(report.contains(" steps, stopped: nothing found by every law\n"), "{report}");
    assert!(report.ends_with("to repeat: rstmgr search --seed 0 --cases 100000000000\n"), "{report}");
}

/// Whatever is done in a random run, a scenario that says so is read back as it was told.
#[test]
fn what_is_told_of_random_runs_is_read_back_as_it_was_told() {
    let mut told = 0;
    for seed in 0..400 {
        let case = Cases::default().case(seed);
        let mut nobody = NoReferee;
        let mut scribe = Scribe::new(&mut nobody);
        run_on(&case, |machine| machine, &mut scribe);
        let (machine, path) = scribe.into_path().expect("it was run");
        let Ok(scenario) = search::scenario(&case, "A case".to_owned(), &machine, &path) else { continue };
        // A scenario has a step at least.
        if scenario.steps.is_empty() {
            continue;
        }
        let text = writer::write(&scenario, &[]).expect("it can be written");
        assert_eq!(write::without_places(&write::read(&text)), scenario, "{seed}:\n{text}");
        told += 1;
    }
    assert!(told > 300, "{told}");
}

/// Random runs, told as scenarios and run again: the oracle accepts every trace.
#[test]
fn the_oracle_accepts_what_the_simulator_does_in_random_runs() {
    let (code, report) = searched(&["--oracle", "--cases", "400"]);
    assert_eq!(code, Some(0), "{report}");
    let summary = report.lines().next().unwrap();
    let judged = summary
        .split(", ")
        .find_map(|part| part.split_once(" judged by the oracle: nothing found")?.0.parse().ok());
    // What cannot be told as a scenario is not judged.
    let judged: u64 = judged.unwrap_or_else(|| panic!("{report}"));
    assert!(summary.starts_with("400 cases, ") && judged >= 390, "{report}");
    assert!(report.ends_with("to repeat: rstmgr search --seed 0 --cases 400 --oracle\n"), "{report}");
}
