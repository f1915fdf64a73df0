//! Profiles in files: what is written is read back, and what is wrong is said at its place.

use std::time::Duration;

use rstmgr_conformance::scenario::parse::{Source, parse, parse_profile};
use rstmgr_conformance::scenario::problem;
use rstmgr_conformance::scenario::profile::{Evidence, KnobAnswer, ProfileFile};
use rstmgr_conformance::scenario::schema::profile_schema;
use rstmgr_conformance::scenario::write::profile::write;
use rstmgr_model::profile::Timing;
use rstmgr_model::{Knob, Profile};
use serde_json::Value;

fn source(text: &str) -> Source {
    Source { name: String::from("this.yaml"), text: text.to_owned() }
}

fn knob(name: &str) -> Knob {
    Knob::by_name(name).expect("there is such a knob")
}

/// Everything that a file can say, of every knob.
fn whole() -> ProfileFile {
    let knobs = Knob::all().enumerate().map(|(place, knob)| {
        let evidence = Evidence { trace: format!("traces/{place:03} it's.jsonl"), line: Some(3) };
        let answer = match place % 4 {
            0 => KnobAnswer::Is(place % knob.options().len(), None),
            1 => KnobAnswer::Is(knob.options().len() - 1, Some(evidence)),
            2 => KnobAnswer::Is(0, Some(Evidence { line: None, ..evidence })),
            _ => KnobAnswer::Unanswered(String::from(
                "the backend cannot make the world real: a \"service\"\n",
            )),
        };
        (knob, answer)
    });
    ProfileFile {
        based_on: "documented",
        backend: Some(String::from("windows")),
        knobs: knobs.collect(),
        timings: vec![(Timing::Query, Duration::from_millis(4_500)), (Timing::List, Duration::ZERO)],
    }
}

#[test]
fn what_is_written_is_read_back() {
    let text = write(&whole(), &[String::from("a note")]);
    assert_eq!(parse_profile(&source(&text)).expect("it has no problems"), whole());
    let validator = jsonschema::draft202012::new(&profile_schema()).expect("the schema is one");
    let value: Value = serde_yaml::from_str(&text).expect("it is YAML");
    let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn an_answer_stands_over_the_profile_below_and_an_unanswered_question_does_not() {
    let text = "version: 1\nbased-on: windows-vista\nknobs:\n  handle-numbering: never-reused\n  \
                unknown-service: { unanswered: nobody was asked }\ntimings: { query: 7s }\n";
    let profile = parse_profile(&source(text)).expect("it has no problems").profile();
    let vista = Profile::named("windows-vista").expect("it has a name");
    let expected = vista.with(knob("handle-numbering"), 2).with_timing(Timing::Query, Duration::from_secs(7));
    assert_eq!(profile, expected);
}

#[test]
fn a_scenario_on_another_base_keeps_what_it_states_itself() {
    let text = "version: 1\nscenario: A title\nknobs: { first-handle: '0' }\ntimings: { query: 5s }\nsteps:\n\
                - reboot: {}\n";
    let scenario = parse(&source(text)).expect("it has no problems");
    let base = Profile::documented().with(knob("first-handle"), 1).with_timing(Timing::Query, Duration::ZERO);
    let base = base.with_timing(Timing::Exit, Duration::from_secs(1));
    let expected = base.with(knob("first-handle"), 0).with_timing(Timing::Query, Duration::from_secs(5));
    // Both are what `windows-11` says as well: that they are stated makes the difference.
    assert_eq!(scenario.on_base(&base).profile, expected);
}

fn problems(text: &str) -> String {
    let problems = parse_profile(&source(text)).expect_err("it is wrong");
    problem::render(&problems, "this.yaml", text, false)
}

#[test]
fn all_problems_are_said_at_once_with_place_and_help() {
    let text = "version: 1\nbased-on: windows-12\nknobs:\n  handle-numbring: slot-number\n  \
                unknown-service: '1061'\n  first-handle: { answer: '0', line: 3 }\n  first-handle: '1'\n  \
                role-of: { answer: thread, trace: a.jsonl }\n  key-comparison: {}\n\
                timings: { query: 2000000h, patience: 1s }\nmore: 1\n";
    insta::assert_snapshot!(problems(text));
}

#[test]
fn another_version_and_no_profile_at_all_are_said_alone() {
    insta::assert_snapshot!(problems("version: 2\nbased-on: nobody\n"), @r#"
    error: version `2` of the format is not known
     --> this.yaml:1:10
      |
    1 | version: 2
      |          ^ this program knows version 1
      |
      = help: a newer release of `rstmgr` may know it
    "#);
    insta::assert_snapshot!(problems("# nothing\n"), @r#"
    error: `this.yaml` holds no profile
    --> this.yaml
     = help: a profile begins with `version: 1` and `based-on: windows-11`; `rstmgr probe` writes one
    "#);
}
