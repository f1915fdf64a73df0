//! What a person sees when a scenario's file is wrong. One file, since most of it is what they see.

mod long_calls;
mod probes;
mod recordings;

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use proptest::prelude::*;
use rstmgr_conformance::scenario::parse::{Source, parse, read};
use rstmgr_conformance::scenario::problem::render;

use crate::examples;

/// What is shown for a file that holds `text`.
fn shown(text: &str) -> String {
    let source = Source { name: "scenarios/bad.yaml".to_owned(), text: text.to_owned() };
    match parse(&source) {
        Ok(_) => "no problem".to_owned(),
        Err(problems) => render(&problems, &source.name, &source.text, false),
    }
}

/// What is shown for a scenario with these `steps`.
fn steps(steps: &str) -> String {
    shown(&format!("version: 1\nscenario: Something is wrong\nsteps:\n{steps}"))
}

/// What is shown for a file that cannot be read.
fn unreadable(path: &Path) -> String {
    let problem = read(path).expect_err("the file should be refused");
    let name = path.file_name().expect("it has a name").to_string_lossy();
    let shown = render(&[problem], &name, "", false);
    let directory = path.parent().expect("it lies in a directory").to_string_lossy().replace('\\', "/");
    shown.replace(&*directory, "DIR")
}

#[test]
fn unknown_field() {
    assert_snapshot!(steps("  - start-session: { as: main, flgas: 0 }\n"), @"
    error: unknown field `flgas` of `start-session`
     --> scenarios/bad.yaml:4:32
      |
    4 |   - start-session: { as: main, flgas: 0 }
      |                                ^^^^^ not a field of `start-session`
      |
      = help: did you mean `flags`?
    ");
}

#[test]
fn unknown_field_that_is_like_no_other() {
    assert_snapshot!(steps("  - start-session: { as: main, timeout: 5s }\n"), @"
    error: unknown field `timeout` of `start-session`
     --> scenarios/bad.yaml:4:32
      |
    4 |   - start-session: { as: main, timeout: 5s }
      |                                ^^^^^^^ not a field of `start-session`
      |
      = help: possible is `as`, `by`, `flags`, `null-pointers`, `key-buffer` or `expect`
    ");
}

#[test]
fn misspelt_step() {
    assert_snapshot!(steps("  - start-session: { as: main }\n  - get_lists: { session: main }\n"), @"
    error: unknown step `get_lists`
     --> scenarios/bad.yaml:5:5
      |
    5 |   - get_lists: { session: main }
      |     ^^^^^^^^^ not a step
      |
      = help: did you mean `get-list`?
    ");
}

#[test]
fn misspelt_step_that_names_a_session_leaves_the_name_known() {
    assert_snapshot!(steps("  - strat-session: { as: main }\n  - end-session: { session: main }\n"), @"
    error: unknown step `strat-session`
     --> scenarios/bad.yaml:4:5
      |
    4 |   - strat-session: { as: main }
      |     ^^^^^^^^^^^^^ not a step
      |
      = help: did you mean `start-session`?
    ");
}

#[test]
fn misspelt_as_leaves_the_name_known() {
    assert_snapshot!(steps("  - start-session: { ass: main }\n  - end-session: { session: main }\n"), @"
    error: unknown field `ass` of `start-session`
     --> scenarios/bad.yaml:4:22
      |
    4 |   - start-session: { ass: main }
      |                      ^^^ not a field of `start-session`
      |
      = help: did you mean `as`?
    ");
}

#[test]
fn wrong_type() {
    assert_snapshot!(steps("  - start-session: { as: main }\n  - get-list: { session: main, capacity: many }\n"), @"
    error: `capacity` cannot be text
     --> scenarios/bad.yaml:5:42
      |
    5 |   - get-list: { session: main, capacity: many }
      |                                          ^^^^ expected a number
    ");
}

#[test]
fn number_where_text_is_needed() {
    assert_snapshot!(shown("version: 1\nscenario: 5\nsteps:\n  - reboot: {}\n"), @"
    error: `scenario` cannot be a number
     --> scenarios/bad.yaml:2:11
      |
    2 | scenario: 5
      |           ^ expected a sentence on one line, without a full stop
    ");
}

#[test]
fn number_out_of_range() {
    assert_snapshot!(steps("  - start-session: { flags: 4294967296 }\n"), @"
    error: `flags` cannot be `4294967296`
     --> scenarios/bad.yaml:4:29
      |
    4 |   - start-session: { flags: 4294967296 }
      |                             ^^^^^^^^^^ expected a number from 0 to 4294967295
    ");
}

#[test]
fn truth_where_on_or_off_is_needed() {
    assert_snapshot!(steps("  - fault: { no-memory: true }\n"), @"
    error: `no-memory` cannot be `true`
     --> scenarios/bad.yaml:4:25
      |
    4 |   - fault: { no-memory: true }
      |                         ^^^^ expected `on` or `off`
      |
      = help: did you mean `on`?
    ");
}

#[test]
fn duplicate_key() {
    assert_snapshot!(
        shown("version: 1\nscenario: Two seeds\nseed: 1\n\nrules: []\n\n\n\nseed: 2\nsteps:\n  - reboot: {}\n"),
        @"
    error: `seed` is stated twice
     --> scenarios/bad.yaml:9:1
      |
    3 | seed: 1
      | ---- first here
    ...
    9 | seed: 2
      | ^^^^ again
    "
    );
}

#[test]
fn missing_fields() {
    assert_snapshot!(shown("version: 1\nworld: { editor: {} }\nsteps: [{ end-session: {} }]\n"), @"
    error: a scenario needs `scenario`
    --> scenarios/bad.yaml

    error: an application needs `type`
     --> scenarios/bad.yaml:2:10
      |
    2 | world: { editor: {} }
      |          ^^^^^^ missing here

    error: `end-session` needs `session`
     --> scenarios/bad.yaml:3:11
      |
    3 | steps: [{ end-session: {} }]
      |           ^^^^^^^^^^^ missing here
    ");
}

#[test]
fn unknown_installer() {
    assert_snapshot!(
        shown(
            "version: 1\nscenario: Two installers\ninstallers: { setup: {}, addon: {} }\nsteps:\n  - start-session: { by: adon }\n  - start-session: {}\n"
        ),
        @"
    error: unknown name `adon`
     --> scenarios/bad.yaml:5:26
      |
    5 |   - start-session: { by: adon }
      |                          ^^^^ expected an installer
      |
      = help: did you mean `addon`?

    error: `start-session` needs `by`
     --> scenarios/bad.yaml:6:5
      |
    6 |   - start-session: {}
      |     ^^^^^^^^^^^^^ there are several installers
      |
      = help: possible is `setup` or `addon`
    "
    );
}

#[test]
fn application_where_an_installer_is_needed() {
    assert_snapshot!(
        shown("version: 1\nscenario: Who\nworld: { editor: { type: unknown } }\nsteps:\n  - start-session: { by: editor }\n"),
        @"
    error: `editor` is an application
     --> scenarios/bad.yaml:5:26
      |
    5 |   - start-session: { by: editor }
      |                          ^^^^^^ expected an installer
    "
    );
}

#[test]
fn unknown_session() {
    assert_snapshot!(steps("  - start-session: { as: main }\n  - end-session: { session: mian }\n"), @"
    error: unknown session `mian`
     --> scenarios/bad.yaml:5:29
      |
    5 |   - end-session: { session: mian }
      |                             ^^^^ no step gives this name
      |
      = help: did you mean `main`?
    ");
}

#[test]
fn session_joined_before_it_exists() {
    assert_snapshot!(steps("  - join-session: { key-of: main, as: addon }\n  - start-session: { as: main }\n"), @"
    error: session `main` is used before it exists
     --> scenarios/bad.yaml:4:29
      |
    4 |   - join-session: { key-of: main, as: addon }
      |                             ^^^^ not yet
    5 |   - start-session: { as: main }
      |                          ---- begins only here
      |
      = help: move this step behind the one that gives the name with `as`
    ");
}

#[test]
fn key_of_a_joined_session() {
    assert_snapshot!(
        steps("  - start-session: { as: main }\n  - join-session: { key-of: main, as: second }\n  - join-session: { key-of: second }\n"),
        @"
    error: `second` was joined, which gives no key
     --> scenarios/bad.yaml:6:29
      |
    6 |   - join-session: { key-of: second }
      |                             ^^^^^^ has no key
      |
      = help: name the handle that `start-session` gave
    "
    );
}

#[test]
fn unknown_rule_knob_and_profile() {
    assert_snapshot!(
        shown(
            "version: 1\nscenario: Unknown\nrules: [START-5, START-05, JOIN-01, END-01, REG-01, GEN-02]\nprofile: windows-7\nknobs: { session-limit-scop: user }\nsteps:\n  - reboot: {}\n"
        ),
        @"
    error: unknown rule `START-5`
     --> scenarios/bad.yaml:3:9
      |
    3 | rules: [START-5, START-05, JOIN-01, END-01, REG-01, GEN-02]
      |         ^^^^^^^ no rule has this id
      |
      = help: did you mean `START-05`?

    error: a scenario exercises at most 5 rules
     --> scenarios/bad.yaml:3:53
      |
    3 | rules: [START-5, START-05, JOIN-01, END-01, REG-01, GEN-02]
      |                                                     ^^^^^^ one too many
      |
      = help: keep those that the scenario is about; the report lists all that were met

    error: `profile` cannot be `windows-7`
     --> scenarios/bad.yaml:4:10
      |
    4 | profile: windows-7
      |          ^^^^^^^^^ expected `documented`, `windows-11` or `windows-vista`
      |
      = help: did you mean `windows-11`?

    error: unknown knob `session-limit-scop`
     --> scenarios/bad.yaml:5:10
      |
    5 | knobs: { session-limit-scop: user }
      |          ^^^^^^^^^^^^^^^^^^ no knob has this name
      |
      = help: did you mean `session-limit-scope`?
    "
    );
}

#[test]
fn field_of_another_step() {
    assert_snapshot!(steps("  - start-session: { as: main }\n  - end-session: { session: main, files: [] }\n"), @"
    error: unknown field `files` of `end-session`
     --> scenarios/bad.yaml:5:35
      |
    5 |   - end-session: { session: main, files: [] }
      |                                   ^^^^^ not a field of `end-session`
      |
      = help: possible is `session`, `by` or `expect`
    ");
}

#[test]
fn count_beyond_the_array() {
    assert_snapshot!(
        steps("  - start-session: { as: main }\n  - register-resources: { session: main, files: ['a.dll'], counts: { files: 2 } }\n"),
        @"
    error: `files` has 1 item and a count of 2
     --> scenarios/bad.yaml:5:77
      |
    5 |   - register-resources: { session: main, files: ['a.dll'], counts: { files: 2 } }
      |                                                                             ^ at most 1
      |
      = help: the call would read beyond the array: state more items
    "
    );
}

#[test]
fn impossible_world() {
    let text = r"version: 1
scenario: This cannot be
files:
  'C:\App\core.dll': missing
world:
  editor: { type: main-window, opens: ['C:\APP\core.dll'], pid: 8 }
  viewer: { type: main-window, short-name: viewer, pid: 8 }
  first: { type: service, depends-on: [second] }
  second: { type: service, depends-on: [first, editor] }
  third: { type: service, shares-process-of: fourth, user: bob }
steps:
  - start-application: setup
";
    assert_snapshot!(shown(text), @r"
    error: `C:\APP\core.dll` is missing, and yet in use
     --> scenarios/bad.yaml:6:40
      |
    4 |   'C:\App\core.dll': missing
      |   ----------------- missing, as this says
    5 | world:
    6 |   editor: { type: main-window, opens: ['C:\APP\core.dll'], pid: 8 }
      |                                        ^^^^^^^^^^^^^^^^^ cannot be used

    error: `short-name` is only for what has `type: service`
     --> scenarios/bad.yaml:7:32
      |
    7 |   viewer: { type: main-window, short-name: viewer, pid: 8 }
      |                                ^^^^^^^^^^ not with `type: main-window`

    error: `editor` and `viewer` run with the same process id
     --> scenarios/bad.yaml:7:57
      |
    7 |   viewer: { type: main-window, short-name: viewer, pid: 8 }
      |                                                         ^ taken
      |
      = help: an id is given again only once its process has ended: `running: false`

    error: service `first` depends on itself
     --> scenarios/bad.yaml:8:3
      |
    8 |   first: { type: service, depends-on: [second] }
      |   ^^^^^ in a circle
      |
      = help: no service of a circle could ever start: cut `depends-on`

    error: `editor` is not a service
     --> scenarios/bad.yaml:9:48
      |
    9 |   second: { type: service, depends-on: [first, editor] }
      |                                                ^^^^^^ expected a service

    error: unknown name `fourth`
      --> scenarios/bad.yaml:10:46
       |
    10 |   third: { type: service, shares-process-of: fourth, user: bob }
       |                                              ^^^^^^ expected a service that is named before
       |
       = help: possible is `first`, `second` or `third`

    error: an application cannot have both `shares-process-of` and `user`
      --> scenarios/bad.yaml:10:54
       |
    10 |   third: { type: service, shares-process-of: fourth, user: bob }
       |                           -----------------          ^^^^ not beside `shares-process-of`
       |                           |
       |                           stated here

    error: `setup` is an installer
      --> scenarios/bad.yaml:12:24
       |
    12 |   - start-application: setup
       |                        ^^^^^ expected an application
    ");
}

#[test]
fn a_mistake_in_a_repeat_is_shown_once() {
    assert_snapshot!(
        steps("  - repeat:\n      times: 1000\n      do:\n        - start-session: { as: 's{i}' }\n        - end-session: { session: 't{i}' }\n"),
        @"
    error: unknown session `t1`
     --> scenarios/bad.yaml:8:35
      |
    8 |         - end-session: { session: 't{i}' }
      |                                   ^^^^^^ no step gives this name
      |
      = help: possible is `s1`
    "
    );
}

#[test]
fn too_many_steps() {
    assert_snapshot!(steps(&"  - repeat: { times: 10000, do: [reboot: {}] }\n".repeat(20)), @"
    error: more than 100000 steps
      --> scenarios/bad.yaml:14:5
       |
    14 |   - repeat: { times: 10000, do: [reboot: {}] }
       |     ^^^^^^ too many from here on
    ");
}

#[test]
fn unknown_version() {
    assert_snapshot!(shown("version: 2\nscenarios: []\n"), @"
    error: version `2` of the format is not known
     --> scenarios/bad.yaml:1:10
      |
    1 | version: 2
      |          ^ this program knows version 1
      |
      = help: a newer release of `rstmgr` may know it
    ");
}

#[test]
fn nothing_but_comments() {
    assert_snapshot!(shown("# nothing\n"), @"
    error: `scenarios/bad.yaml` holds no scenario
    --> scenarios/bad.yaml
     = help: a scenario begins with `version: 1`; `scenarios/README.md` shows how it goes on
    ");
}

#[test]
fn text_instead_of_a_scenario() {
    assert_snapshot!(shown("hello\n"), @"
    error: a scenario cannot be text
     --> scenarios/bad.yaml:1:1
      |
    1 | hello
      | ^^^^^ expected a mapping
    ");
}

#[test]
#[expect(clippy::too_many_lines, reason = "the point is that all of it is shown")]
fn eight_mistakes_at_once() {
    let text = r"version: 1
scenario: Eight things are wrong.
rules: [START-5]
world:
  editor: { type: main-windw }
steps:
  - start-session: { as: main, flgas: 0 }
  - get-lsit: { session: main }
  - get-list: { session: mian, capacity: many }
  - register-resources: { session: main, processes: [editr] }
  - end-session: { session: main, expect: ERROR_SUCESS }
";
    assert_snapshot!(shown(text), @"
    error: `scenario` cannot be `Eight things are wrong.`
     --> scenarios/bad.yaml:2:11
      |
    2 | scenario: Eight things are wrong.
      |           ^^^^^^^^^^^^^^^^^^^^^^^ expected a sentence on one line, without a full stop

    error: unknown rule `START-5`
     --> scenarios/bad.yaml:3:9
      |
    3 | rules: [START-5]
      |         ^^^^^^^ no rule has this id
      |
      = help: did you mean `START-05`?

    error: `type` cannot be `main-windw`
     --> scenarios/bad.yaml:5:19
      |
    5 |   editor: { type: main-windw }
      |                   ^^^^^^^^^^
      |
      = help: did you mean `main-window`?

    error: unknown field `flgas` of `start-session`
     --> scenarios/bad.yaml:7:32
      |
    7 |   - start-session: { as: main, flgas: 0 }
      |                                ^^^^^ not a field of `start-session`
      |
      = help: did you mean `flags`?

    error: unknown step `get-lsit`
     --> scenarios/bad.yaml:8:5
      |
    8 |   - get-lsit: { session: main }
      |     ^^^^^^^^ not a step
      |
      = help: did you mean `get-list`?

    error: unknown session `mian`
     --> scenarios/bad.yaml:9:26
      |
    9 |   - get-list: { session: mian, capacity: many }
      |                          ^^^^ no step gives this name
      |
      = help: did you mean `main`?

    error: `capacity` cannot be text
     --> scenarios/bad.yaml:9:42
      |
    9 |   - get-list: { session: mian, capacity: many }
      |                                          ^^^^ expected a number

    error: unknown name `editr`
      --> scenarios/bad.yaml:10:54
       |
    10 |   - register-resources: { session: main, processes: [editr] }
       |                                                      ^^^^^ expected an application or installer
       |
       = help: did you mean `editor`?

    error: unknown error `ERROR_SUCESS`
      --> scenarios/bad.yaml:11:43
       |
    11 |   - end-session: { session: main, expect: ERROR_SUCESS }
       |                                           ^^^^^^^^^^^^ no error has this name
       |
       = help: did you mean `ERROR_SUCCESS`?
    ");
}

#[test]
fn at_most_fifty_are_shown() {
    let all = steps(&"  - reboot: 1\n".repeat(60));
    assert_eq!(all.matches("error: `reboot` cannot be a number").count(), 50);
    assert!(all.ends_with("error: and 10 more\n"), "{all}");
}

#[test]
fn colon_in_plain_text() {
    assert_snapshot!(shown("version: 1\nscenario: One: two\n"), @"
    error: a `:` that cannot begin a value here
     --> scenarios/bad.yaml:2:14
      |
    2 | scenario: One: two
      |              ^ unexpected
      |
      = help: put text that holds `: `, ` #` or starts with a special character in single quotes
    ");
}

#[test]
fn tab_as_indentation() {
    assert_snapshot!(shown("version: 1\nworld:\n\teditor: {}\n"), @"
    error: a tab where YAML allows spaces only
     --> scenarios/bad.yaml:3:1
      |
    3 |     editor: {}
      | ^^^^ a tab
      |
      = help: indent with spaces
    ");
}

#[test]
fn path_in_double_quotes() {
    assert_snapshot!(shown("version: 1\nfiles:\n  \"C:\\App\\core.dll\": missing\n"), @r#"
    error: this escape does not exist
     --> scenarios/bad.yaml:3:6
      |
    3 |   "C:\App\core.dll": missing
      |      ^^ not an escape
      |
      = help: in double quotes `\` begins an escape: write paths in single quotes, as 'C:\App\core.dll'
    "#);
}

#[test]
fn bracket_that_is_never_closed() {
    assert_snapshot!(steps("  - start-session: { as: main\n"), @"
    error: `{` is never closed
     --> scenarios/bad.yaml:4:20
      |
    4 |   - start-session: { as: main
      |                    ^ opened here
      |
      = help: add the closing bracket
    ");
}

#[test]
fn second_document() {
    assert_snapshot!(shown("version: 1\n---\nversion: 1\n"), @"
    error: a second document begins here
     --> scenarios/bad.yaml:2:1
      |
    2 | ---
      | ^^^ a file holds one scenario
      |
      = help: move what follows to a file of its own
    ");
}

#[test]
fn ten_thousand_levels() {
    assert_snapshot!(shown(&format!("version: {}1{}\n", "[".repeat(10_000), "]".repeat(10_000))), @"
    error: nested deeper than 32 levels
     --> scenarios/bad.yaml:1:42
      |
    1 | version: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[...
      |                                          ^ too deep
      |
      = help: a scenario needs eight levels at most
    ");
}

#[test]
fn ten_thousand_levels_by_indentation() {
    let lines = (0..10_000).fold(String::new(), |lines, depth| lines + &" ".repeat(depth) + "a:\n");
    assert_snapshot!(shown(&lines), @"
    error: nested deeper than 32 levels
      --> scenarios/bad.yaml:33:33
       |
    33 | ...                   a:
       |                       ^ too deep
       |
       = help: a scenario needs eight levels at most
    ");
}

#[test]
fn alias_bomb() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    bomb.push_str("version: 1\nscenario: A bomb\nsteps: *a9\n");
    let shown = shown(&bomb);
    let aliases = shown.split("\n\n").find(|problem| problem.contains("alias")).expect("aliases are refused");
    assert_snapshot!(aliases, @"
    error: anchors and aliases are not supported
     --> scenarios/bad.yaml:1:9
      |
    1 | a0: &a0 [x, x, x, x, x, x, x, x, x]
      |         ^ not supported
      |
      = help: write the value out wherever it is needed
    ");
}

#[test]
fn tags_and_merge_keys() {
    assert_snapshot!(
        shown("version: !!int 1\nscenario: !secret x\nworld: { <<: {} }\nsteps: [{ reboot: {} }]\n"),
        @"
    error: tags are not supported
     --> scenarios/bad.yaml:1:10
      |
    1 | version: !!int 1
      |          ^^^^^ not supported
      |
      = help: leave it out: quotes make text, nothing else is needed

    error: merge keys are not supported
     --> scenarios/bad.yaml:3:10
      |
    3 | world: { <<: {} }
      |          ^^ not supported
      |
      = help: write the fields out
    "
    );
}

#[test]
fn number_of_seven_million_digits() {
    let text =
        format!("version: 1\nscenario: Long\nsteps: [{{ reboot: {{}} }}]\nseed: {}\n", "7".repeat(7_000_000));
    let shown = shown(&text);
    assert_snapshot!(shown, @"
    error: `seed` cannot be `777777777777777777777777777777777777777777777777777777777777...`
     --> scenarios/bad.yaml:4:7
      |
    4 | seed: 7777777777777777777777777777777777777777777777777777777777777777777777777777777777777777777777777777777777777777777777777777777...
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected a number from 0 to 18446744073709551615
    ");
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    for (what, text) in [
        ("raw", "  - end-session: { session: \u{1b}[31mred }\n"),
        ("escaped", "  - end-session: { session: \"\\e[31mred\\u202e\\x9b\" }\n"),
        ("in a comment", "  - end-session: {} # \u{202e}\u{200b}\n"),
        ("in a key", "  - \"\\e]0;title\\a\": {}\n"),
    ] {
        let shown = steps(text);
        let acts = |char: char| (char.is_control() && char != '\n') || "\u{202e}\u{200b}".contains(char);
        assert!(!shown.contains(acts), "{what}: {shown:?}");
    }
    assert_snapshot!(steps("  - end-session: { session: \"\\e[31mred\\u202e\" } # \u{202e}\n"), @r#"
    error: `session` cannot be `\u{1b}[31mred\u{202e}`
     --> scenarios/bad.yaml:4:29
      |
    4 |   - end-session: { session: "\e[31mred\u202e" } # �
      |                             ^^^^^^^^^^^^^^^^^ expected a name of letters `a` to `z`, digits and `-`
    "#);
}

#[test]
fn carriage_returns_and_a_byte_order_mark_are_fine() {
    let text = "\u{feff}version: 1\r\nscenario: As Windows writes it\r\nsteps:\r\n  - reboot: {}\r\n";
    assert_eq!(shown(text), "no problem");
    assert_snapshot!(shown(&text.replace("version: 1", "version: x")), @"
    error: `version` cannot be text
     --> scenarios/bad.yaml:1:10
      |
    1 | version: x
      |          ^ expected `1`
    ");
}

#[test]
fn empty_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("empty.yaml");
    fs::write(&path, "").expect("written");
    assert_snapshot!(unreadable(&path), @"
    error: `DIR/empty.yaml` holds no scenario
    --> empty.yaml
     = help: a scenario begins with `version: 1`; `scenarios/README.md` shows how it goes on
    ");
}

#[test]
fn not_utf8() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("latin1.yaml");
    fs::write(&path, b"version: 1\nscenario: caf\xe9\n").expect("written");
    assert_snapshot!(unreadable(&path), @"
    error: `DIR/latin1.yaml` is not UTF-8: line 2, column 14 has the byte 0xe9
    --> latin1.yaml
     = help: save it as UTF-8
    ");
    fs::write(&path, b"\xff\xfev\0e\0").expect("written");
    assert_snapshot!(unreadable(&path), @"
    error: `DIR/latin1.yaml` is not UTF-8: line 1, column 1 has the byte 0xff
    --> latin1.yaml
     = help: it looks like UTF-16: save it as UTF-8
    ");
}

#[test]
fn a_directory() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("filter");
    fs::create_dir(&path).expect("created");
    assert_snapshot!(unreadable(&path), @"
    error: cannot read `DIR/filter`: it is a directory
    --> filter
    ");
}

#[test]
fn missing_path() {
    let directory = tempfile::tempdir().expect("a directory");
    assert_snapshot!(unreadable(&directory.path().join("nothing.yaml")), @"
    error: cannot read `DIR/nothing.yaml`: there is no such file
    --> nothing.yaml
     = help: check the path; a relative one starts in the current directory
    ");
}

#[test]
fn file_over_8_mib() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("large.yaml");
    let file = fs::File::create(&path).expect("created");
    file.set_len(8 * 1024 * 1024 + 1).expect("extended");
    assert_snapshot!(unreadable(&path), @"
    error: `DIR/large.yaml` is larger than 8 MiB
    --> large.yaml
     = help: it has 8388609 bytes; scenarios are small: use `repeat`, or split it
    ");
}

#[cfg(unix)]
#[test]
fn a_file_without_end() {
    let shown = unreadable(Path::new("/dev/zero"));
    assert_snapshot!(shown, @"
    error: `DIR/zero` is larger than 8 MiB
    --> zero
     = help: it has no end in sight; scenarios are small: use `repeat`, or split it
    ");
}

/// What files are spoiled with.
const BITS: [&str; 28] = [
    ": ",
    "\n",
    "  ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "'",
    "\"",
    "\\",
    " #",
    "&a ",
    "*a",
    "!t ",
    "null",
    "{i}",
    "\t",
    "\u{feff}",
    "\r",
    "é",
    ",",
    "|",
    "---",
    "? ",
    "\u{0}",
    "99999999999",
    "<<: ",
];

proptest! {
    #[test]
    fn spoiled_files_have_problems_in_their_text(
        example in any::<proptest::sample::Index>(),
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), 0..9_usize, proptest::sample::select(&BITS[..])), 1..5),
    ) {
        let (_, mut text) = example.get(&examples::all()).clone();
        for (at, length, bit) in edits {
            let boundaries: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
            let start = at.index(boundaries.len());
            let end = (start + length).min(boundaries.len() - 1);
            text.replace_range(boundaries[start]..boundaries[end], bit);
        }
        let source = Source { name: "spoiled.yaml".to_owned(), text };
        if let Err(problems) = parse(&source) {
            prop_assert!(!problems.is_empty());
            for span in problems.iter().filter_map(|problem| problem.span.clone()) {
                prop_assert!(source.text.get(span).is_some());
            }
            let shown = render(&problems, &source.name, &source.text, false);
            prop_assert!(shown.chars().all(|char| char == '\n' || !char.is_control()), "{:?}", shown);
        }
    }
}
