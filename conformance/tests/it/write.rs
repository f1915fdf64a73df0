//! Scenarios that the program writes: whatever it writes it reads back as the same, and so does the second reader.

use std::fmt::Write;

use proptest::prelude::*;
use rstmgr_conformance::scenario::parse::{self, Source};
use rstmgr_conformance::scenario::{Action, Call, Scenario, Step, write};

use crate::{all_scenarios, second_reader};

pub(crate) fn read(text: &str) -> Scenario {
    let source = Source { name: "written.yaml".to_owned(), text: text.to_owned() };
    parse::parse(&source).unwrap_or_else(|problems| panic!("{problems:#?}\nin\n{text}"))
}

/// A scenario without the places of its steps in its file.
pub(crate) fn without_places(scenario: &Scenario) -> Scenario {
    let mut scenario = scenario.clone();
    scenario.steps.iter_mut().for_each(forget_places);
    scenario
}

fn forget_places(step: &mut Step) {
    let nowhere = parse_places();
    step.place = nowhere.clone();
    let Action::Call {
        call:
            Call::GetList { meanwhile, .. } | Call::Shutdown { meanwhile, .. } | Call::Restart { meanwhile, .. },
        ..
    } = &mut step.action
    else {
        return;
    };
    for item in meanwhile {
        item.place = nowhere.clone();
        item.steps.iter_mut().for_each(forget_places);
    }
}

/// The place of a step that stands nowhere.
fn parse_places() -> rstmgr_conformance::scenario::StepPlace {
    rstmgr_conformance::scenario::StepPlace {
        line: 0,
        column: 0,
        key: 0..0,
        expect: None,
        fields: Vec::new(),
    }
}

#[test]
fn every_scenario_is_written_and_read_back() {
    let mut written = 0;
    for (path, scenario, _) in all_scenarios() {
        let text = write::write(&scenario, &[]).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(without_places(&read(&text)), without_places(&scenario), "{}\n{text}", path.display());
        written += 1;
    }
    assert!(written > 1_000, "{written}");
}

#[test]
fn a_written_file_looks_like_one_that_a_person_wrote() {
    let text = "version: 1\nscenario: A title\nworld:\n  editor: { type: main-window, opens: ['C:\\App\\core.dll'], on-query: refuses }\nsteps:\n  - start-session: { as: main }\n  - register-resources: { session: main, files: ['C:\\App\\core.dll'] }\n  - shutdown:\n      session: main\n      meanwhile:\n        - at: { status: 0 }\n          do: [{ cancel-current-task: { session: main } }]\n      expect: { reply: ERROR_CANCELLED, status: [0] }\n";
    let written = write::write(&read(text), &["found by hand".to_owned()]).unwrap();
    insta::assert_snapshot!(written, @r"
    # found by hand
    version: 1
    scenario: A title
    world:
      editor: { type: main-window, opens: ['C:\App\core.dll'], on-query: refuses }
    steps:
      - start-session: { as: main }
      - register-resources: { session: main, files: ['C:\App\core.dll'] }
      - shutdown:
          session: main
          meanwhile:
            - at: { status: 0 }
              do: [{ cancel-current-task: { session: main } }]
          expect: { reply: ERROR_CANCELLED, status: [0] }
    ");
}

proptest! {
    /// Any text is read back as it was: by our reader, and by the second one.
    #[test]
    fn every_text_survives(text in any::<String>().prop_filter("a text without NUL", |text| !text.contains('\0'))) {
        let mut scenario = read("version: 1\nscenario: Texts\nworld:\n  editor: { type: main-window, description: x }\nsteps:\n  - reboot: {}\n");
        scenario.world.applications[0].description = Some(text.clone());
        let written = write::write(&scenario, &[]).unwrap();
        prop_assert_eq!(&read(&written).world.applications[0].description, &Some(text.clone()));
        let second: serde_yaml::Value = serde_yaml::from_str(&written).unwrap();
        prop_assert_eq!(second["world"]["editor"]["description"].as_str(), Some(&text[..]));
    }
}

/// A scenario that says its names wherever one can stand; `I`, `J`, `A`, `S`, `W` and `H` stand for an installer, another,
/// an application, a service, a window and a session, `K` for a key.
const WITH_NAMES: &str = "\
version: 1
scenario: Names
installers:
  'I': {}
  'J': { in-process-of: 'I' }
world:
  'A': { type: main-window, opens: ['C:\\a'], hidden-windows: ['W'] }
  'S': { type: service, opens: ['C:\\a'] }
  last: { type: service, shares-process-of: 'S', depends-on: ['S'] }
steps:
  - start-session: { by: 'I', as: 'H' }
  - join-session: { by: 'J', key-of: 'H', as: other }
  - join-session: { by: 'J', key: 'K', as: nobody, expect: ERROR_INVALID_PARAMETER }
  - register-resources: { session: 'H', processes: ['A', { installer: 'I', start-time: wrong }] }
  - add-filter: { session: 'H', by: 'J', application: 'A', action: no-restart }
  - get-filter-list: { session: 'H', expect: { filters: [{ application: 'A' }] } }
  - get-list: { session: 'H', expect: { affected: ['I', 'A': { restartable: false }] } }
  - shutdown:
      session: 'H'
      meanwhile: [{ at: { asked: 'A' }, do: [{ start-service: { by: 'I', service: 'S' } }, { exit-application: 'A' }] }]
  - fault: { registry-mutex-held: on, session: 'H' }
  - get-restart-settings: { application: 'A', by: 'I' }
  - open-file: { application: 'A', file: 'C:\\a' }
  - exit-installer: 'J'
  - expect-database: { user-of: 'I', sessions: [{ number: 0, owner: 'I' }] }
  - expect-world: { applications: { 'A': running, 'S': { is: running } } }
  - expect-messages: { application: 'A', messages: [{ query: 'W' }, { end: 'W' }, { close: 'W' }] }
  - expect-event-log: { user-of: 'I', records: [{ id: 10002, application: 'A', applications: ['A'] }] }
";

/// Words that a reader of YAML could take for something else, where they stand without quotes.
const TAKEN_FOR_OTHERS: [&str; 12] =
    ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf", "x0-1e3"];

/// Six names, all different.
fn names() -> impl Strategy<Value = Vec<String>> {
    let name = prop_oneof![
        proptest::sample::select(&TAKEN_FOR_OTHERS[..]).prop_map(str::to_owned),
        "[a-z][a-z0-9-]{0,8}"
    ];
    proptest::collection::btree_set(name, 6)
        .prop_filter("names that nobody has", |names| {
            ["last", "other", "nobody"].iter().all(|name| !names.contains(*name))
        })
        .prop_map(|names| names.into_iter().collect::<Vec<_>>())
        .prop_shuffle()
}

/// What is handed over as a key: any text, or a word of a kind of its own.
fn keys() -> impl Strategy<Value = String> {
    let word = proptest::sample::select(&["~", "null", "1e3", "0x1", "-", ".inf", "12", "", "<<"][..]);
    prop_oneof![word.prop_map(str::to_owned), "[ -~]{1,20}"]
}

proptest! {
    /// Whatever its names are, a scenario is read back as it was, and alike by both readers.
    #[test]
    fn every_name_survives(names in names(), key in keys()) {
        let mut text = WITH_NAMES.to_owned();
        for (placeholder, name) in ["I", "J", "A", "S", "W", "H"].into_iter().zip(&names) {
            text = text.replace(&format!("'{placeholder}'"), &format!("'{name}'"));
        }
        let scenario = read(&text.replace("'K'", &format!("'{}'", key.replace('\'', "''"))));
        let written = write::write(&scenario, &[]).unwrap();
        prop_assert_eq!(without_places(&read(&written)), without_places(&scenario), "{}", written);
        prop_assert!(second_reader::agrees(&written), "{}", written);
    }
}

/// Steps that wait for what was recorded are written too.
#[test]
fn a_recording_is_written_and_read_back() {
    let mut text = String::from(
        "version: 1\nscenario: A recording\nreplay: { picks: 0/1, due: '0' }\nworld:\n  editor: { type: main-window, opens: ['C:\\a'] }\nsteps:\n",
    );
    let _ = writeln!(text, "  - start-session: {{ as: main }}");
    let _ = writeln!(
        text,
        "  - shutdown: {{ session: main, meanwhile: [{{ at: {{ due: 2 }}, do: [{{ wait: {{ due: 1 }} }}] }}] }}"
    );
    let scenario = read(&text);
    assert!(scenario.replay.as_ref().is_some_and(|replay| replay.due.is_some()), "{scenario:?}");
    let written = write::write(&scenario, &[]).unwrap();
    assert_eq!(without_places(&read(&written)), without_places(&scenario), "{written}");
}
