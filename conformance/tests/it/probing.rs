//! `rstmgr probe` and `--profile`, started as a person starts them.

use std::fs;
use std::path::Path;

use rstmgr_conformance::scenario::parse::{parse_profile, read_profile};
use rstmgr_conformance::scenario::profile::KnobAnswer;
use rstmgr_model::{Knob, Profile};
use serde_json::Value;

use crate::{rstmgr, text};

/// A probe, and a scenario that is none.
const PROBE: &str = "version: 1
scenario: What does the name of a service that is not installed do?
probe:
  knob: unknown-service
  answers:
    matches-nothing: [{ step: 2, expect: ERROR_SUCCESS }]
    '1060': [{ step: 2, expect: ERROR_SERVICE_DOES_NOT_EXIST }]
steps:
- start-session: { as: main }
- register-resources: { session: main, services: [Nobody] }
";
const NO_PROBE: &str = "version: 1
scenario: A service that is not installed is not registered
steps:
- start-session: { as: main }
- register-resources: { session: main, services: [Nobody], expect: ERROR_SERVICE_DOES_NOT_EXIST }
";
/// A Windows that answers 1060.
const OTHER: &str = "version: 1\nbased-on: windows-11\nknobs: { unknown-service: '1060' }\n";

fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("there is room for a few files");
    fs::create_dir(directory.path().join("probes")).expect("it can be made");
    for (name, text) in
        [("probes/service.yaml", PROBE), ("probes/none.yaml", NO_PROBE), ("other.yaml", OTHER)]
    {
        fs::write(directory.path().join(name), text).expect("it can be written");
    }
    directory
}

/// What lies in `directory`, sorted.
fn listing(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("it is there");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("it can be read").file_name();
    let mut names: Vec<String> = entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_profile_is_written_with_its_evidence_and_can_be_followed() {
    let directory = directory();
    let path = directory.path();
    let output = rstmgr(path, &["probe", "probes", "--profile", "other.yaml", "--out", "found.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("differs    unknown-service: 1060 (windows-11: matches-nothing)"), "{said}");
    assert!(said.contains(" questions: 1 answered, "), "{said}");
    assert_eq!(listing(path), ["found-traces", "found.yaml", "other.yaml", "probes"]);

    let file =
        parse_profile(&read_profile(&path.join("found.yaml")).expect("it is there")).expect("it is one");
    assert_eq!(file.backend.as_deref(), Some("simulated"));
    assert_eq!(file.knobs.len(), Knob::all().len());
    let knob = Knob::by_name("unknown-service").expect("there is one");
    assert_eq!(file.profile(), Profile::windows_11().with(knob, 1));
    let answer = file.knobs.iter().find(|(asked, _)| *asked == knob).map(|(_, answer)| answer);
    let Some(KnobAnswer::Is(1, Some(evidence))) = answer else { panic!("{answer:?}") };
    let trace = fs::read_to_string(path.join(&evidence.trace)).expect("the trace is there");
    let line = usize::try_from(evidence.line.expect("it has a line")).expect("it is small");
    let line: Value =
        serde_json::from_str(trace.lines().nth(line - 1).expect("it is there")).expect("it is JSON");
    assert_eq!(
        (&line["step"], &line["call"]),
        (&Value::from(2), &Value::from("RmRegisterResources")),
        "{line}"
    );

    let run = |profile: &str| rstmgr(path, &["run", "probes/none.yaml", "--profile", profile]).status.code();
    assert_eq!(run("found.yaml"), Some(0));
    assert_eq!(run("windows-11"), Some(1));
    let compare = [
        "compare",
        "probes/none.yaml",
        "--left",
        "simulated",
        "--right",
        "dropin",
        "--profile",
        "found.yaml",
    ];
    // Without the library there is nothing to compare with; that is another exit code than that of a difference.
    assert_ne!(rstmgr(path, &compare).status.code(), Some(1));
    let trace = rstmgr(path, &["judge", &evidence.trace, "--profile", "found.yaml"]);
    assert_eq!(trace.status.code(), Some(0), "{}", text(&trace.stdout));
    let trace = rstmgr(path, &["judge", &evidence.trace, "--profile", "documented"]);
    assert_eq!(trace.status.code(), Some(1), "{}", text(&trace.stdout));
}

#[test]
fn where_something_is_wrong_nothing_is_written() {
    let directory = directory();
    let path = directory.path();
    let before = listing(path);
    let refused = |arguments: &[&str], code: i32, says: &str| {
        let output = rstmgr(path, arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(says), "{said}");
        assert_eq!(listing(path), before);
    };
    refused(&["probe", "probes", "--out", "none/found.yaml"], 2, "failed to write");
    refused(&["probe", "probes", "--out", "probes"], 2, "failed to write");
    refused(&["probe", "probes", "--out", "a.yaml", "--traces", "probes"], 2, "is not empty");
    refused(&["probe", "probes/none.yaml", "--out", "a.yaml"], 2, "no probe among these files");
    refused(&["probe", "other.yaml", "--out", "a.yaml"], 2, "unknown field `based-on`");
    refused(
        &["probe", "probes", "--out", "a.yaml", "--profile", "windows-12"],
        2,
        "a profile is `documented`",
    );
    refused(
        &["probe", "probes", "--out", "a.yaml", "--profile", "probes/none.yaml"],
        2,
        "a profile needs `based-on`",
    );
    refused(&["run", "probes", "--profile", "probes/service.yaml"], 2, "unknown field `probe` of a profile");
    refused(&["run", "probes", "--backend", "windows", "--profile", "documented"], 2, "answers for itself");
    #[cfg(not(windows))]
    refused(&["probe", "probes", "--out", "a.yaml", "--backend", "windows"], 3, "not built for Windows");
}
