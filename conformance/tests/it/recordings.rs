//! Traces with raw values, and the backend that answers from them.

use std::fs;
use std::path::Path;

use rstmgr_conformance::backend::recorded::RecordedBackend;
use rstmgr_conformance::report::human::backend_error;
use rstmgr_conformance::runner;
use rstmgr_conformance::scenario::Scenario;
use rstmgr_conformance::scenario::parse::Source;
use rstmgr_conformance::suite::{self, BackendKind};
use rstmgr_conformance::trace::{RecordedTrace, Trace};

use crate::{all_scenarios, below_scenarios, rstmgr, text};

/// The bytes of a trace with the raw values of the simulator.
fn record(scenario: &Scenario, source: &Source) -> Vec<u8> {
    let (run, raw) = BackendKind::Simulated.record(source, scenario).expect("a simulator can be asked");
    Trace::new(scenario, &run).with_text(&source.text).with_raw(&raw).to_bytes()
}

/// The same of what answers from `recording`.
fn record_again(recording: &[u8], scenario: &Scenario, source: &Source) -> Result<Vec<u8>, String> {
    let trace = RecordedTrace::parse("x.jsonl", recording).map_err(|error| error.to_string())?;
    let name = trace.backend.clone();
    let recorded = RecordedBackend::of(trace, scenario);
    let again = recorded.and_then(|mut backend| runner::record(scenario, &name, &mut backend));
    let (run, raw) = again.map_err(|error| backend_error(&error))?;
    Ok(Trace::new(scenario, &run).with_text(&source.text).with_raw(&raw).to_bytes())
}

#[test]
fn every_recording_answers_as_the_simulator_did() {
    let mut wrong = Vec::new();
    suite::in_order(
        &all_scenarios(),
        2,
        |(path, scenario, source)| {
            let recording = record(scenario, source);
            let again = record_again(&recording, scenario, source);
            // The named lines are those of a trace without raw values.
            let run = BackendKind::Simulated.run(scenario).expect("a simulator can be asked");
            let plain = Trace::new(scenario, &run).with_text(&source.text).to_bytes();
            let plain = String::from_utf8(plain).unwrap();
            let text = String::from_utf8(recording.clone()).unwrap();
            let named: Vec<&str> =
                text.lines().skip(1).filter(|line| !line.starts_with("{\"raw\":")).collect();
            let is_plain =
                run.left_over.is_nothing().then(|| plain.lines().skip(1).eq(named.iter().copied()));
            let is_right = again.as_ref() == Ok(&recording) && is_plain != Some(false);
            (!is_right).then(|| format!("{}: {:?}", below_scenarios(path), again.err()))
        },
        |name| wrong.extend(name),
    );
    assert_eq!(wrong, Vec::<String>::new());
}

const TWICE: &str = "version: 1\nscenario: A handle is ended twice\nworld:\n  editor: { type: main-window, opens: ['C:\\a.dll'] }\nsteps:\n- start-session: { as: main }\n- register-resources: { session: main, files: ['C:\\a.dll'] }\n- get-list: { session: main, expect: { affected: [editor] } }\n- end-session: { session: main }\n- end-session: { session: main, expect: ERROR_INVALID_HANDLE }\n";

fn twice() -> (Source, Scenario) {
    let source = Source { name: String::from("twice.yaml"), text: String::from(TWICE) };
    let scenario =
        rstmgr_conformance::scenario::parse::parse(&source).unwrap_or_else(|problems| panic!("{problems:?}"));
    (source, scenario)
}

#[test]
fn a_recording_has_raw_values_beside_the_names() {
    let (source, scenario) = twice();
    insta::assert_snapshot!(String::from_utf8(record(&scenario, &source)).unwrap());
}

#[test]
fn a_recording_that_was_doctored_is_refused_at_its_line() {
    let (source, scenario) = twice();
    let text = String::from_utf8(record(&scenario, &source)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let raw: Vec<usize> = (0..lines.len()).filter(|place| lines[*place].starts_with("{\"raw\"")).collect();
    let last = *raw.last().unwrap();
    let without = |place: usize| {
        let rest = lines.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, line)| *line);
        rest.collect::<Vec<_>>().join("\n")
    };
    let with = |place: usize, line: &str| {
        let mut lines = lines.clone();
        lines.insert(place, line);
        lines.join("\n")
    };
    let doctored = [
        // Another question, one too few, one too many, before the end and at it.
        text.replacen("{\"handle\":0}", "{\"handle\":1}", 1),
        without(raw[1]),
        without(last),
        with(last, lines[last]),
        with(last + 1, lines[last]),
        // What is none.
        with(
            last,
            "{\"raw\":{\"asked\":{\"nothing\":0},\"answered\":{\"process\":{\"pid\":1,\"start_time\":1}}}}",
        ),
        with(last, "{\"raw\":1}"),
        text.replace("\"rules\":[\"GEN-14\"", "\"rules\":[\"NO-14\""),
        text.replacen("{\"process\":{\"pid\"", "{\"observed\":{\"pid\"", 1),
        // Another version, without and with such lines.
        text.replacen("{\"trace\":2,", "{\"trace\":1,", 1),
        text.replacen("{\"trace\":2,", "{\"trace\":3,", 1),
    ];
    let refused = doctored.map(|text| {
        record_again(text.as_bytes(), &scenario, &source)
            .map_or_else(|error| error, |_| String::from("accepted"))
    });
    insta::assert_snapshot!(refused.join("\n"));
}

fn said(directory: &Path, arguments: &[&str]) -> String {
    let output = rstmgr(directory, arguments);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    format!("$ rstmgr {}\nexit code {:?}\n{said}", arguments.join(" "), output.status.code())
}

#[test]
fn recordings_are_made_judged_compared_and_blessed_from() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    fs::create_dir(directory.join("some")).unwrap();
    fs::write(directory.join("some/twice.yaml"), TWICE).unwrap();
    let other = TWICE.replace("A handle is ended twice", "Another").replace("[editor]", "[]");
    fs::write(directory.join("some/other.yaml"), other).unwrap();
    let mut report = String::new();
    for arguments in [
        &["record", "some", "--out", "out"][..],
        &["run", "some/twice.yaml", "--backend", "recorded:out"],
        &["run", "some/twice.yaml", "--backend", "recorded:out/some/twice.jsonl"],
        &["compare", "some", "--left", "simulated", "--right", "recorded:out"],
        &["judge", "out/some/twice.jsonl", "--profile", "own"],
        &["run", "some/other.yaml", "--backend", "recorded:out", "--bless"],
        &["run", "some", "--backend", "recorded:out"],
        &["record", "some", "--out", "out.jsonl"],
        &["record", "some/twice.yaml", "--out", "out.jsonl", "--backend", "mutant:second-end-succeeds"],
        &["run", "some/twice.yaml", "--backend", "recorded:out.jsonl"],
        &["run", "some/twice.yaml", "--trace", "plain.jsonl"],
        &["run", "some/twice.yaml", "--backend", "recorded:plain.jsonl"],
        &["run", "some/twice.yaml", "--backend", "recorded:no-such-directory"],
    ] {
        report.push_str(&said(directory, arguments));
    }
    fs::write(directory.join("some/twice.yaml"), TWICE.replace("files: [", "files: ['C:\\b.dll', ")).unwrap();
    report.push_str(&said(directory, &["run", "some/twice.yaml", "--backend", "recorded:out"]));
    fs::rename(directory.join("some/other.yaml"), directory.join("some/third.yaml")).unwrap();
    report.push_str(&said(directory, &["run", "some/third.yaml", "--backend", "recorded:out"]));
    insta::assert_snapshot!(report);
}

/// What lies in the repository was recorded once, and is answered from for ever.
#[test]
fn the_recordings_in_the_repository_answer_still() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scenarios = "tests/recordings";
    let text = said(project, &["run", scenarios, "--backend", "recorded:tests/recordings/right"]);
    assert!(text.contains("exit code Some(0)") && text.contains(" 0 rejected, 0 skipped"), "{text}");
    let text = said(project, &["judge", "tests/recordings/right"]);
    assert!(text.contains("exit code Some(0)") && text.contains(" 0 rejected, 0 undecided"), "{text}");
    // There a session is ended twice, with success.
    let doctored = "tests/recordings/doctored.jsonl";
    let text = said(project, &["judge", doctored]);
    assert!(text.contains("exit code Some(1)"), "{text}");
    let of_doctored = "tests/recordings/ended-twice.yaml";
    let text = said(project, &["run", of_doctored, "--backend", &format!("recorded:{doctored}")]);
    assert!(text.contains("exit code Some(1)") && text.contains("`reply` is ERROR_SUCCESS"), "{text}");
    // Wine's library is a stub: it lists nobody, and every handle is right to it.
    let text = said(project, &["judge", "tests/recordings/wine"]);
    assert!(text.contains("exit code Some(1)"), "{text}");
    let text = said(project, &["run", of_doctored, "--backend", "recorded:tests/recordings/wine"]);
    assert!(text.contains("exit code Some(1)") && text.contains("`affected` is []"), "{text}");
}
