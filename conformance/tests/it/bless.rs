//! `--bless`: expectations are replaced, and nothing else.

use std::fs;

use insta::assert_snapshot;
use rstmgr_conformance::scenario::bless::{Actual, BlessError, bless, replace_file};
use rstmgr_conformance::scenario::parse::{Source, parse};

use crate::examples;

type Fields<'a> = &'a [(&'static str, &'a str)];

fn source(text: &str) -> Source {
    Source { name: "scenarios/blessed.yaml".to_owned(), text: text.to_owned() }
}

/// The text with what was observed of each step; `None`: nothing changes.
fn try_blessed(text: &str, observed: &[Fields<'_>]) -> Result<Option<String>, BlessError> {
    let source = source(text);
    let scenario = parse(&source).expect("the scenario is fine");
    let actual = |fields: &Fields<'_>| Actual {
        fields: fields.iter().map(|(field, value)| (*field, (*value).to_owned())).collect(),
    };
    let observed: Vec<Actual> = observed.iter().map(actual).collect();
    bless(&source, &scenario, &observed)
}

fn blessed(text: &str, observed: &[Fields<'_>]) -> String {
    let new = try_blessed(text, observed).expect("it can be blessed").expect("something changes");
    // What is as observed stays.
    assert_eq!(try_blessed(&new, observed).expect("it can be blessed again"), None, "{new}");
    new
}

const SCENARIO: &str = "\
# Who is listed?
version: 1
scenario:   One list   # two spaces too many
world:
  editor: { type: main-window }
  viewer: { type: main-window }

steps:
  - start-session: { as: main }
  - register-resources: { session: main, files: ['C:\\App\\core.dll', ] }   # a file
  - get-list:
      session: main
      expect:
        # as many as there are
        reply: ERROR_MORE_DATA  # too few
        needed: 3
        affected:   # who
          - editor

          # and
          - viewer
        reasons:
        - critical-process
  - shutdown:
      session: main   # all
  - end-session: { session: main, expect: ERROR_SUCCESS }  # the end
";

#[test]
fn comments_and_layout_stay() {
    assert_snapshot!(
        blessed(
            SCENARIO,
            &[
                &[("reply", "ERROR_MAX_SESSIONS_REACHED")],
                &[("reply", "ERROR_INVALID_HANDLE")],
                &[("reply", "ERROR_SUCCESS"), ("needed", "2"), ("affected", "[editor]"), ("reasons", "[]"), ("count", "7")],
                &[("reply", "1234")],
                &[("reply", "ERROR_WRITE_FAULT")],
            ],
        ),
        @r"
    # Who is listed?
    version: 1
    scenario:   One list   # two spaces too many
    world:
      editor: { type: main-window }
      viewer: { type: main-window }

    steps:
      - start-session: { as: main, expect: ERROR_MAX_SESSIONS_REACHED }
      - register-resources: { session: main, files: ['C:\App\core.dll', ], expect: ERROR_INVALID_HANDLE }   # a file
      - get-list:
          session: main
          expect:
            # as many as there are
            reply: ERROR_SUCCESS  # too few
            needed: 2
            affected: [editor]   # who
            reasons: []
      - shutdown:
          session: main   # all
          expect: 1234
      - end-session: { session: main, expect: ERROR_WRITE_FAULT }  # the end
    "
    );
}

#[test]
fn what_is_as_expected_changes_nothing() {
    let observed: &[Fields<'_>] = &[
        &[("reply", "ERROR_SUCCESS")],
        &[],
        &[("reply", "234"), ("needed", "3"), ("affected", "[editor, viewer]")],
        &[("reply", "0")],
        &[("reply", "ERROR_SUCCESS")],
    ];
    assert_eq!(try_blessed(SCENARIO, observed).expect("it can be blessed"), None);
    assert_eq!(try_blessed(SCENARIO, &[]).expect("it can be blessed"), None);
}

#[test]
fn a_reply_is_added_to_an_expectation_that_states_none() {
    assert_snapshot!(
        blessed(
            "version: 1\r\nscenario: Replies\r\nsteps:\r\n- start-session: { expect: {handle: 0} }\r\n- start-session:\r\n    expect:\r\n      handle: 1\r\n- start-session: { expect: {} }\r\n- start-session: {}\r\n- start-session:\r\n    flags: 0",
            &[&[("reply", "14"), ("handle", "5")], &[("reply", "29")], &[("reply", "5")], &[("reply", "5")], &[("reply", "6")]],
        )
        .replace("\r\n", "<\n"),
        @"
    version: 1<
    scenario: Replies<
    steps:<
    - start-session: { expect: {reply: 14, handle: 5} }<
    - start-session:<
        expect:<
          reply: 29<
          handle: 1<
    - start-session: { expect: { reply: 5 } }<
    - start-session: { expect: 5 }<
    - start-session:<
        flags: 0<
        expect: 6
    "
    );
}

#[test]
fn events_and_the_database_are_blessed_too() {
    assert_snapshot!(
        blessed(
            "version: 1\nscenario: Sessions\nsteps:\n- start-session: { as: main }\n- exit-installer: { installer: setup, expect: { left-open: 0 } }\n- expect-database:\n    sessions:\n    - number: 0\n      owner: setup\n",
            &[&[], &[("left-open", "1")], &[("sessions", "[{ number: 0, owner: setup, abandoned: true }]")]],
        ),
        @"
    version: 1
    scenario: Sessions
    steps:
    - start-session: { as: main }
    - exit-installer: { installer: setup, expect: { left-open: 1 } }
    - expect-database:
        sessions: [{ number: 0, owner: setup, abandoned: true }]
    "
    );
}

#[test]
fn what_a_long_call_and_a_look_showed_is_blessed() {
    assert_snapshot!(
        blessed(
            "version: 1\nscenario: Long\nworld: { editor: { type: main-window } }\nsteps:\n\
             - start-session: { as: main }\n\
             - shutdown:\n    session: main\n    meanwhile:\n    - at: start\n      do: [cancel-current-task: { session: main }]\n    expect: { status: [], took: 0s }\n\
             - restart: { session: main }\n\
             - unregister-restart: { application: editor }\n\
             - expect-world: { applications: { editor: stopped } }\n\
             - expect-messages: { application: editor, messages: [] }\n",
            &[
                &[],
                &[("reply", "ERROR_CANCELLED"), ("status", "[0, 50]"), ("took", "2.5s")],
                &[("reply", "never"), ("status", "[0]")],
                &[("result", "E_FAIL")],
                &[("applications", "{ editor: running }")],
                &[("messages", "[{ query: main }]")],
            ],
        ),
        @"
    version: 1
    scenario: Long
    world: { editor: { type: main-window } }
    steps:
    - start-session: { as: main }
    - shutdown:
        session: main
        meanwhile:
        - at: start
          do: [cancel-current-task: { session: main }]
        expect: { reply: ERROR_CANCELLED, status: [0, 50], took: 2.5s }
    - restart: { session: main, expect: never }
    - unregister-restart: { application: editor, expect: E_FAIL }
    - expect-world: { applications: { editor: running } }
    - expect-messages: { application: editor, messages: [{ query: main }] }
    "
    );
}

const REPEAT: &str = "\
version: 1
scenario: Many sessions
steps:
  - repeat:
      times: 3
      do:
        - start-session: { as: 's{i}', expect: { handle: 9 } }
";

#[test]
fn rounds_that_agree_are_blessed() {
    let round: Fields<'_> = &[("reply", "ERROR_OUTOFMEMORY")];
    let new = blessed(REPEAT, &[round, round, round]);
    assert_eq!(new, REPEAT.replace("{ handle: 9 }", "{ reply: ERROR_OUTOFMEMORY, handle: 9 }"));
}

#[test]
fn rounds_that_disagree_are_refused() {
    let error = try_blessed(REPEAT, &[&[("handle", "0")], &[("handle", "1")], &[("handle", "2")]]);
    assert_snapshot!(error.expect_err("the rounds differ"), @"line 7: the rounds of a `repeat` differ in `handle`: 0 and 1");
    let error = try_blessed(REPEAT, &[&[], &[("reply", "ERROR_OUTOFMEMORY")]]);
    assert_snapshot!(error.expect_err("the rounds differ"), @"line 7: the rounds of a `repeat` differ in `reply`: what is expected and ERROR_OUTOFMEMORY");
}

#[test]
fn what_is_no_scenario_any_more_is_refused() {
    let error = try_blessed(REPEAT, &[&[("handle", "nine")], &[("handle", "nine")], &[("handle", "nine")]]);
    assert!(matches!(error, Err(BlessError::Unreadable { .. })), "{error:?}");
    let one = "version: 1\nscenario: One\nsteps:\n  - start-session: { expect: 5, flags: 0 }\n";
    let error = try_blessed(one, &[&[("reply", "6 }\n  - start-session: { flags: 1")]]);
    assert!(
        matches!(error, Err(BlessError::OtherScenario { .. } | BlessError::Unreadable { .. })),
        "{error:?}"
    );
}

#[test]
fn every_scenario_can_be_blessed() {
    let values = [
        ("reply", "ERROR_WRITE_FAULT"),
        ("result", "E_FAIL"),
        ("needed", "77"),
        ("affected", "[]"),
        ("sessions", "[]"),
        ("status", "[]"),
        ("took", "1.5s"),
        ("filters", "[]"),
        ("size", "3"),
        ("applications", "{}"),
        ("files", "{}"),
        ("messages", "[]"),
        ("records", "[]"),
    ];
    for (name, text) in examples::all() {
        let source = Source { name, text };
        let scenario = parse(&source).expect("the scenario is fine");
        // The answers of a probe look at whom its steps look at.
        let is_open = |field: &str| scenario.probe.is_none() || !matches!(field, "applications" | "files");
        let open = values.iter().filter(|(field, _)| is_open(field));
        let fields: Vec<_> = open.map(|(field, value)| (*field, (*value).to_owned())).collect();
        let observed = vec![Actual { fields }; scenario.steps.len()];
        let blessed = bless(&source, &scenario, &observed);
        let blessed = blessed.unwrap_or_else(|error| panic!("{}: {error}", source.name));
        let Some(text) = blessed else { continue };
        let again = Source { text, ..source };
        let scenario = parse(&again).expect("it is a scenario still");
        assert_eq!(
            bless(&again, &scenario, &observed).expect("it can be blessed again"),
            None,
            "{}",
            again.text
        );
    }
}

#[test]
fn a_file_is_replaced_with_its_permissions() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("a.yaml");
    fs::write(&path, "old").expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
    }
    replace_file(&path, "new").expect("replaced");
    assert_eq!(fs::read_to_string(&path).expect("read"), "new");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o640);
    }
    assert_eq!(fs::read_dir(directory.path()).expect("listed").count(), 1, "nothing else is left behind");
}

#[cfg(unix)]
#[test]
fn a_read_only_directory_leaves_the_file_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("a.yaml");
    fs::write(&path, "old").expect("written");
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o555)).expect("set");
    // To root nothing is read-only.
    let writable = fs::write(directory.path().join("probe"), "").is_ok();
    if !writable {
        replace_file(&path, "new").expect_err("nothing can be created there");
        assert_eq!(fs::read_to_string(&path).expect("read"), "old");
    }
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).expect("set");
}

#[test]
fn what_cannot_be_replaced_leaves_nothing_behind() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("a.yaml");
    replace_file(&path, "new").expect_err("there is no such file");
    fs::create_dir(&path).expect("created");
    replace_file(&path, "new").expect_err("a directory cannot be replaced");
    assert_eq!(fs::read_dir(directory.path()).expect("listed").count(), 1);
}
