//! What a person sees when a probe is wrong.

use insta::assert_snapshot;

use super::shown;

/// What is shown for a scenario of four steps with this `probe`.
fn probe(probe: &str) -> String {
    shown(&format!(
        "version: 1\nscenario: Something is asked\nprobe:\n{probe}steps:\n  - start-session: {{ as: main }}\n  \
         - get-list: {{ session: main }}\n  - expect-database: {{ sessions: [] }}\n  - wait: 1s\n"
    ))
}

#[test]
fn a_question_that_there_is_not() {
    assert_snapshot!(probe("  knob: handle-numbring\n  answers: {}\n"), @r#"
    error: unknown knob `handle-numbring`
     --> scenarios/bad.yaml:4:9
      |
    4 |   knob: handle-numbring
      |         ^^^^^^^^^^^^^^^ no knob has this name
      |
      = help: did you mean `handle-numbering`?
    "#);
}

#[test]
fn options_that_are_wrong_or_lacking() {
    assert_snapshot!(probe(
        "  knob: handle-numbering\n  given: { handle-numbering: slot-number, first-handle: ['2'] }\n  \
         answers:\n    slot-numbr: [{ step: 1, expect: 0 }]\n    never-reused: []\n"
    ), @r#"
    error: `handle-numbering` is what is asked
     --> scenarios/bad.yaml:5:12
      |
    5 |   given: { handle-numbering: slot-number, first-handle: ['2'] }
      |            ^^^^^^^^^^^^^^^^ not given

    error: an item of `first-handle` cannot be `2`
     --> scenarios/bad.yaml:5:58
      |
    5 |   given: { handle-numbering: slot-number, first-handle: ['2'] }
      |                                                          ^^^ expected `0` or `1`

    error: `handle-numbering` has no option `slot-numbr`
     --> scenarios/bad.yaml:7:5
      |
    7 |     slot-numbr: [{ step: 1, expect: 0 }]
      |     ^^^^^^^^^^ not an answer to this question
      |
      = help: did you mean `slot-number`?

    error: an answer by which nothing is seen
     --> scenarios/bad.yaml:8:19
      |
    8 |     never-reused: []
      |                   ^^ expected a step
    "#);
}

#[test]
fn what_no_such_step_shows() {
    assert_snapshot!(probe(
        "  knob: first-handle\n  answers:\n    '0':\n      - { step: 1, expect: { affected: [] } }\n      \
         - { step: 3, expect: { records: [] } }\n      - { step: 4, expect: { took: 1s } }\n    '1':\n      \
         - { step: 9, expect: 0 }\n      - { step: 2, expect: S_OK }\n      - { step: 2, expect: 0 }\n"
    ), @r#"
    error: unknown field `affected` of `expect`
     --> scenarios/bad.yaml:7:30
      |
    7 |       - { step: 1, expect: { affected: [] } }
      |                              ^^^^^^^^ not a field of `expect`
      |
      = help: possible is `reply`, `handle` or `key`

    error: `expect-database` does not show `records`
     --> scenarios/bad.yaml:8:30
      |
    8 |       - { step: 3, expect: { records: [] } }
      |                              ^^^^^^^ expected `sessions`

    error: nothing is expected of `wait`
     --> scenarios/bad.yaml:9:28
      |
    9 |       - { step: 4, expect: { took: 1s } }
      |                            ^^^^^^^^^^^^ this is seen nowhere

    error: there is no step 9
      --> scenarios/bad.yaml:11:17
       |
    11 |       - { step: 9, expect: 0 }
       |                 ^ no such step
       |
       = help: the last one is 4; each round of a `repeat` counts

    error: unknown error `S_OK`
      --> scenarios/bad.yaml:12:28
       |
    12 |       - { step: 2, expect: S_OK }
       |                            ^^^^ no error has this name
       |
       = help: write an error that has no name here as its number

    error: this step stands twice in an answer
      --> scenarios/bad.yaml:13:17
       |
    13 |       - { step: 2, expect: 0 }
       |                 ^ again
    "#);
}

#[test]
fn a_probe_that_answers_itself() {
    let text = "version: 1\nscenario: Something is asked\nknobs: { first-handle: '1' }\nprobe:\n  knob: first-handle\n  \
                answers:\n    '0': [{ step: 1, expect: { handle: 0 } }]\n    '1': [{ step: 1, expect: { handle: 1 } }]\n\
                steps:\n  - start-session: { as: main }\n";
    assert_snapshot!(shown(text), @r#"
    error: a scenario cannot have both `probe` and `knobs`
     --> scenarios/bad.yaml:3:1
      |
    3 | knobs: { first-handle: '1' }
      | ^^^^^ not beside `probe`
    4 | probe:
      | ----- stated here
    "#);
}
