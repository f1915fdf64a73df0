//! What a person sees when something is wrong about long calls, behavior, or what is looked at. One file, since most of
//! it is what they see.

use insta::assert_snapshot;

use super::{shown, steps};

#[test]
fn a_duration_without_a_unit() {
    let text = ["  - wait: 10"];
    assert_snapshot!(steps(&text.join("\n")), @"
    error: `wait` cannot be a number
     --> scenarios/bad.yaml:4:11
      |
    4 |   - wait: 10
      |           ^^ expected a duration such as `3.5s` or a mapping with one key
      |
      = help: a duration has its unit: `10s`, `10ms`
    ");
}

#[test]
fn a_duration_with_an_unknown_unit() {
    let text = ["  - wait: 10sec", "  - expect-world: { at: soon }", "  - wait: 2000000h"];
    assert_snapshot!(steps(&text.join("\n")), @"
    error: `wait` cannot be `10sec`
     --> scenarios/bad.yaml:4:11
      |
    4 |   - wait: 10sec
      |           ^^^^^ expected a duration such as `3.5s`

    error: `at` cannot be `soon`
     --> scenarios/bad.yaml:5:25
      |
    5 |   - expect-world: { at: soon }
      |                         ^^^^ expected `now`, `settled` or a duration such as `3.5s`

    error: `2000000h` is too long
     --> scenarios/bad.yaml:6:11
      |
    6 |   - wait: 2000000h
      |           ^^^^^^^^ expected at most `1000000h`
    ");
}

#[test]
fn an_unknown_timing() {
    let text = [
        "version: 1",
        "scenario: Something is wrong",
        "timings: { exitt: 5s, query: 5, end: fast, patience: 1s }",
        "steps:",
        "  - reboot: {}",
    ];
    assert_snapshot!(shown(&text.join("\n")), @"
    error: unknown timing `exitt`
     --> scenarios/bad.yaml:3:12
      |
    3 | timings: { exitt: 5s, query: 5, end: fast, patience: 1s }
      |            ^^^^^ no timing has this name
      |
      = help: did you mean `exit`?

    error: `query` cannot be a number
     --> scenarios/bad.yaml:3:30
      |
    3 | timings: { exitt: 5s, query: 5, end: fast, patience: 1s }
      |                              ^ expected a duration such as `3.5s`
      |
      = help: a duration has its unit: `5s`, `5ms`

    error: `end` cannot be `fast`
     --> scenarios/bad.yaml:3:38
      |
    3 | timings: { exitt: 5s, query: 5, end: fast, patience: 1s }
      |                                      ^^^^ expected a duration such as `3.5s`

    error: unknown timing `patience`
     --> scenarios/bad.yaml:3:44
      |
    3 | timings: { exitt: 5s, query: 5, end: fast, patience: 1s }
      |                                            ^^^^^^^^ no timing has this name
      |
      = help: possible is `list`, `query`, `end`, `close`, `close-after-timeout`, `exit`, `console-exit`,
              `explorer-exit`, `service-stop`, `service-start`, `minimum-run`, `scm-busy` or `shutdown-query`
    ");
}

#[test]
fn a_meanwhile_in_a_meanwhile() {
    let text = [
        "  - start-session: { as: main }",
        "  - shutdown:",
        "      session: main",
        "      meanwhile:",
        "        - at: start",
        "          do: [shutdown: { session: main, meanwhile: [] }]",
    ];
    assert_snapshot!(steps(&text.join("\n")), @"
    error: `meanwhile` cannot stand here
     --> scenarios/bad.yaml:9:43
      |
    9 |           do: [shutdown: { session: main, meanwhile: [] }]
      |                                           ^^^^^^^^^ a `meanwhile` holds no other
    ");
}

#[test]
fn a_repeat_in_a_meanwhile() {
    let text = [
        "  - start-session: { as: main }",
        "  - shutdown:",
        "      session: main",
        "      meanwhile:",
        "        - at: start",
        "          do: [repeats: { times: 2, do: [] }]",
    ];
    assert_snapshot!(steps(&text.join("\n")), @"
    error: unknown step `repeats`
     --> scenarios/bad.yaml:9:16
      |
    9 |           do: [repeats: { times: 2, do: [] }]
      |                ^^^^^^^ not a step of `meanwhile`
      |
      = help: possible is `start-session`, `join-session`, `end-session`, `register-resources`, `get-list`,
              `shutdown`, `restart`, `cancel-current-task`, `add-filter`, `remove-filter`, `get-filter-list`,
              `start-application`, `exit-application`, `open-file`, `close-file`, `launch`, `start-installer`,
              `exit-installer`, `log-off`, `log-on`, `reboot`, `fault`, `wow64-redirection`, `wait`,
              `replace-file`, `schedule-replacement`, `remove-file`, `restore-file`, `start-service`,
              `stop-service`, `disable-service`, `enable-service`, `register-restart`, `unregister-restart`,
              `get-restart-settings`, `initiate-shutdown`, `exit-windows`, `abort-shutdown`, `expect-database`,
              `expect-world`, `expect-messages` or `expect-event-log`
    ");
}

#[test]
fn a_trigger_that_does_not_exist() {
    let text = [
        "  - start-session: { as: main }",
        "  - shutdown: { session: main, meanwhile: [{ at: { askde: editor }, do: [reboot: {}] }] }",
        "  - shutdown: { session: main, meanwhile: [{ at: later, do: [] }, { at: start }, { at: 5, do: [reboot: {}] }] }",
    ];
    assert_snapshot!(steps(&text.join("\n")), @"
    error: unknown field `askde`
     --> scenarios/bad.yaml:5:52
      |
    5 |   - shutdown: { session: main, meanwhile: [{ at: { askde: editor }, do: [reboot: {}] }] }
      |                                                    ^^^^^ not a trigger
      |
      = help: did you mean `asked`?

    error: `at` cannot be `later`
     --> scenarios/bad.yaml:6:50
      |
    6 |   - shutdown: { session: main, meanwhile: [{ at: later, do: [] }, { at: start }, { at: 5, do: [reboot: {}] }] }
      |                                                  ^^^^^ expected `start` or a duration such as `3.5s`

    error: a `meanwhile` without steps
     --> scenarios/bad.yaml:6:61
      |
    6 |   - shutdown: { session: main, meanwhile: [{ at: later, do: [] }, { at: start }, { at: 5, do: [reboot: {}] }] }
      |                                                             ^^ nothing is done

    error: an item of `meanwhile` needs `do`
     --> scenarios/bad.yaml:6:69
      |
    6 |   - shutdown: { session: main, meanwhile: [{ at: later, do: [] }, { at: start }, { at: 5, do: [reboot: {}] }] }
      |                                                                     ^^ missing here

    error: `at` cannot be a number
     --> scenarios/bad.yaml:6:88
      |
    6 |   - shutdown: { session: main, meanwhile: [{ at: later, do: [] }, { at: start }, { at: 5, do: [reboot: {}] }] }
      |                                                                                        ^ expected `start` or a duration such as `3.5s` or a mapping with one key
      |
      = help: a duration has its unit: `5s`, `5ms`
    ");
}

#[test]
fn a_trigger_names_nobody() {
    let text = [
        "version: 1",
        "scenario: Something is wrong",
        "world: { editor: { type: main-window }, search: { type: service } }",
        "steps:",
        "  - start-session: { as: main }",
        "  - shutdown:",
        "      session: main",
        "      meanwhile:",
        "        - { at: { asked: edtior }, do: [reboot: {}] }",
        "        - { at: { asked: setup }, do: [reboot: {}] }",
        "        - { at: { told-to-end: search }, do: [reboot: {}] }",
        "        - { at: { stop-requested: editor }, do: [reboot: {}] }",
    ];
    assert_snapshot!(shown(&text.join("\n")), @"
    error: unknown name `edtior`
     --> scenarios/bad.yaml:9:26
      |
    9 |         - { at: { asked: edtior }, do: [reboot: {}] }
      |                          ^^^^^^ expected an application
      |
      = help: did you mean `editor`?

    error: `setup` is an installer
      --> scenarios/bad.yaml:10:26
       |
    10 |         - { at: { asked: setup }, do: [reboot: {}] }
       |                          ^^^^^ expected an application

    error: `search` is a service
      --> scenarios/bad.yaml:11:32
       |
    11 |         - { at: { told-to-end: search }, do: [reboot: {}] }
       |                                ^^^^^^ gets no messages
       |
       = help: a service is told by its manager: `stop-requested`, `start-requested`

    error: `editor` is not a service
      --> scenarios/bad.yaml:12:35
       |
    12 |         - { at: { stop-requested: editor }, do: [reboot: {}] }
       |                                   ^^^^^^ expected a service
    ");
}

#[test]
fn a_status_that_nobody_is_told() {
    let text = [
        "  - start-session: { as: main }",
        "  - shutdown:",
        "      session: main",
        "      callback: false",
        "      meanwhile: [{ at: { status: 50 }, do: [reboot: {}] }]",
        "      expect: { status: [0, 100] }",
        "  - get-list: { session: main, meanwhile: [{ at: { status: 0 }, do: [reboot: {}] }] }",
    ];
    assert_snapshot!(steps(&text.join("\n")), @"
    error: `at` waits for a status that nobody is told
     --> scenarios/bad.yaml:8:25
      |
    8 |       meanwhile: [{ at: { status: 50 }, do: [reboot: {}] }]
      |                         ^^^^^^^^^^^^^^ no status callback: `callback` is `false`

    error: `status` is expected without a status callback
     --> scenarios/bad.yaml:9:25
      |
    9 |       expect: { status: [0, 100] }
      |                         ^^^^^^^^ nobody is told a percentage
      |
      = help: leave `callback: false` out, or `status`

    error: `at` waits for a status that nobody is told
      --> scenarios/bad.yaml:10:50
       |
    10 |   - get-list: { session: main, meanwhile: [{ at: { status: 0 }, do: [reboot: {}] }] }
       |                                                  ^^^^^^^^^^^^^ no status callback: `get-list` has none
    ");
}

#[test]
fn a_percentage_that_is_none() {
    let text = [
        "  - start-session: { as: main }",
        "  - shutdown: { session: main, expect: { status: [0, 101], took: 5 } }",
    ];
    assert_snapshot!(steps(&text.join("\n")), @"
    error: an item of `status` cannot be `101`
     --> scenarios/bad.yaml:5:54
      |
    5 |   - shutdown: { session: main, expect: { status: [0, 101], took: 5 } }
      |                                                      ^^^ expected a number from 0 to 100

    error: `took` cannot be a number
     --> scenarios/bad.yaml:5:66
      |
    5 |   - shutdown: { session: main, expect: { status: [0, 101], took: 5 } }
      |                                                                  ^ expected a duration such as `3.5s`
      |
      = help: a duration has its unit: `5s`, `5ms`
    ");
}

#[test]
fn a_reply_that_is_none() {
    let text = [
        "  - start-session: { as: main }",
        "  - shutdown: { session: main, expect: nevr }",
        "  - restart: { session: main, expect: { reply: proces-ended } }",
    ];
    assert_snapshot!(steps(&text.join("\n")), @"
    error: `expect` cannot be `nevr`
     --> scenarios/bad.yaml:5:40
      |
    5 |   - shutdown: { session: main, expect: nevr }
      |                                        ^^^^ expected `process-ended` or `never`
      |
      = help: did you mean `never`?

    error: `reply` cannot be `proces-ended`
     --> scenarios/bad.yaml:6:48
      |
    6 |   - restart: { session: main, expect: { reply: proces-ended } }
      |                                                ^^^^^^^^^^^^ expected `process-ended` or `never`
      |
      = help: did you mean `process-ended`?
    ");
}

#[test]
fn flags_that_are_none() {
    let text = [
        "  - start-session: { as: main }",
        "  - shutdown: { session: main, flags: [forced, only-registered, only-registered] }",
        "  - shutdown: { session: main, flags: force }",
        "  - restart: { session: main, flags: [force] }",
    ];
    assert_snapshot!(steps(&text.join("\n")), @"
    error: an item of `flags` cannot be `forced`
     --> scenarios/bad.yaml:5:40
      |
    5 |   - shutdown: { session: main, flags: [forced, only-registered, only-registered] }
      |                                        ^^^^^^ expected `force` or `only-registered`
      |
      = help: did you mean `force`?

    error: `only-registered` stands twice in `flags`
     --> scenarios/bad.yaml:5:65
      |
    5 |   - shutdown: { session: main, flags: [forced, only-registered, only-registered] }
      |                                                ---------------  ^^^^^^^^^^^^^^^ again
      |                                                |
      |                                                first here

    error: `flags` cannot be text
     --> scenarios/bad.yaml:6:39
      |
    6 |   - shutdown: { session: main, flags: force }
      |                                       ^^^^^ expected a list or a number

    error: `flags` cannot be a list
     --> scenarios/bad.yaml:7:38
      |
    7 |   - restart: { session: main, flags: [force] }
      |                                      ^^^^^^^ expected a number
    ");
}

#[test]
fn what_a_service_has_not_and_what_only_a_service_has() {
    let text = [
        "version: 1",
        "scenario: Something is wrong",
        "world:",
        "  editor: { type: main-window, on-stop: refuses, disabled: true, console: build }",
        "  search: { type: service, on-query: refuses, hidden-windows: [tray] }",
        "  host: { type: service }",
        "  guest: { type: service, shares-process-of: host, service-tags: false }",
        "steps:",
        "  - reboot: {}",
    ];
    assert_snapshot!(shown(&text.join("\n")), @"
    error: `on-stop` is only for what has `type: service`
     --> scenarios/bad.yaml:4:32
      |
    4 |   editor: { type: main-window, on-stop: refuses, disabled: true, console: build }
      |                                ^^^^^^^ not with `type: main-window`

    error: `disabled` is only for what has `type: service`
     --> scenarios/bad.yaml:4:50
      |
    4 |   editor: { type: main-window, on-stop: refuses, disabled: true, console: build }
      |                                                  ^^^^^^^^ not with `type: main-window`

    error: `console` is only for what has `type: console`
     --> scenarios/bad.yaml:4:66
      |
    4 |   editor: { type: main-window, on-stop: refuses, disabled: true, console: build }
      |                                                                  ^^^^^^^ not with `type: main-window`

    error: `on-query` is only for what has `type: unknown`, `type: main-window`, `type: other-window`, `type: explorer` or `type: console`
     --> scenarios/bad.yaml:5:28
      |
    5 |   search: { type: service, on-query: refuses, hidden-windows: [tray] }
      |                            ^^^^^^^^ not with `type: service`

    error: `hidden-windows` is only for what has `type: main-window` or `type: other-window`
     --> scenarios/bad.yaml:5:47
      |
    5 |   search: { type: service, on-query: refuses, hidden-windows: [tray] }
      |                                               ^^^^^^^^^^^^^^ not with `type: service`

    error: an application cannot have both `shares-process-of` and `service-tags`
     --> scenarios/bad.yaml:7:52
      |
    7 |   guest: { type: service, shares-process-of: host, service-tags: false }
      |                           -----------------        ^^^^^^^^^^^^ not beside `shares-process-of`
      |                           |
      |                           stated here
    ");
}

#[test]
fn an_answer_that_is_none() {
    let text = [
        "version: 1",
        "scenario: Something is wrong",
        "world:",
        "  editor: { type: main-window, on-query: refues, on-end-session: { leaves-after: 8s, lingers-for: 1s } }",
        "  player: { type: main-window, on-query: { agrees-after: 1s, refuses-after: 1s }, on-close: { leaves-after: 8 } }",
        "  viewer: { type: main-window, on-query: { registers: '--late' }, on-ctrl-c: { leave-after: 1s } }",
        "steps:",
        "  - reboot: {}",
    ];
    assert_snapshot!(shown(&text.join("\n")), @"
    error: `on-query` cannot be `refues`
     --> scenarios/bad.yaml:4:42
      |
    4 |   editor: { type: main-window, on-query: refues, on-end-session: { leaves-after: 8s, lingers-for: 1s } }
      |                                          ^^^^^^
      |
      = help: did you mean `refuses`?

    error: a way to end has one key, not 2
     --> scenarios/bad.yaml:4:86
      |
    4 |   editor: { type: main-window, on-query: refues, on-end-session: { leaves-after: 8s, lingers-for: 1s } }
      |                                                                                      ^^^^^^^^^^^ expected one key

    error: `on-query` cannot have both `agrees-after` and `refuses-after`
     --> scenarios/bad.yaml:5:62
      |
    5 |   player: { type: main-window, on-query: { agrees-after: 1s, refuses-after: 1s }, on-close: { leaves-after: 8 } }
      |                                            ------------      ^^^^^^^^^^^^^ not beside `agrees-after`
      |                                            |
      |                                            stated here

    error: `leaves-after` cannot be a number
     --> scenarios/bad.yaml:5:109
      |
    5 |   player: { type: main-window, on-query: { agrees-after: 1s, refuses-after: 1s }, on-close: { leaves-after: 8 } }
      |                                                                                                             ^ expected a duration such as `3.5s`
      |
      = help: a duration has its unit: `8s`, `8ms`

    error: `on-query` needs `agrees-after`, `refuses-after` or `leaves-after`
     --> scenarios/bad.yaml:6:32
      |
    6 |   viewer: { type: main-window, on-query: { registers: '--late' }, on-ctrl-c: { leave-after: 1s } }
      |                                ^^^^^^^^ missing here

    error: unknown field `leave-after`
     --> scenarios/bad.yaml:6:80
      |
    6 |   viewer: { type: main-window, on-query: { registers: '--late' }, on-ctrl-c: { leave-after: 1s } }
      |                                                                                ^^^^^^^^^^^ not a way to take Ctrl+C
      |
      = help: did you mean `leaves-after`?
    ");
}

#[test]
fn a_modal_dialog_answers_by_itself() {
    let text = [
        "version: 1",
        "scenario: Something is wrong",
        "world:",
        "  editor: { type: main-window, modal-dialog: true, on-query: agrees }",
        "steps:",
        "  - reboot: {}",
    ];
    assert_snapshot!(shown(&text.join("\n")), @"
    error: an application cannot have both `modal-dialog` and `on-query`
     --> scenarios/bad.yaml:4:52
      |
    4 |   editor: { type: main-window, modal-dialog: true, on-query: agrees }
      |                                ------------        ^^^^^^^^ not beside `modal-dialog`
      |                                |
      |                                stated here
    ");
}

#[test]
fn windows_with_one_name() {
    let text = [
        "version: 1",
        "scenario: Something is wrong",
        "world:",
        "  editor: { type: main-window, hidden-windows: [main, tray, tray] }",
        "  icon: { type: other-window, on-query: refuses, hidden-windows: [tray: { on-query: agrees }] }",
        "steps:",
        "  - reboot: {}",
    ];
    assert_snapshot!(shown(&text.join("\n")), @"
    error: `editor` has two windows `main`
     --> scenarios/bad.yaml:4:49
      |
    4 |   editor: { type: main-window, hidden-windows: [main, tray, tray] }
      |                                                 ^^^^ taken
      |
      = help: the main window is called `main`, and each hidden one otherwise

    error: `editor` has two windows `tray`
     --> scenarios/bad.yaml:4:61
      |
    4 |   editor: { type: main-window, hidden-windows: [main, tray, tray] }
      |                                                             ^^^^ taken
      |
      = help: the main window is called `main`, and each hidden one otherwise

    error: what `icon, tray` answers is stated twice
     --> scenarios/bad.yaml:5:85
      |
    5 |   icon: { type: other-window, on-query: refuses, hidden-windows: [tray: { on-query: agrees }] }
      |                                                                                     ^^^^^^ again
      |
      = help: the first window of an `other-window` program answers what the program does
    ");
}

#[test]
fn a_filter_about_nobody() {
    let text = [
        "  - start-session: { as: main }",
        "  - add-filter: { session: main, application: edtior, action: no-restat }",
        r"  - remove-filter: { session: main, modul: 'C:\App\a.exe' }",
        "  - get-filter-list: { session: main, expect: { filters: [{ action: 1 }] } }",
    ];
    assert_snapshot!(steps(&text.join("\n")), @r"
    error: unknown name `edtior`
     --> scenarios/bad.yaml:5:47
      |
    5 |   - add-filter: { session: main, application: edtior, action: no-restat }
      |                                               ^^^^^^ expected an application or installer
      |
      = help: possible is `setup`

    error: `action` cannot be `no-restat`
     --> scenarios/bad.yaml:5:63
      |
    5 |   - add-filter: { session: main, application: edtior, action: no-restat }
      |                                                               ^^^^^^^^^ expected `no-restart` or `no-shutdown`
      |
      = help: did you mean `no-restart`?

    error: unknown field `modul` of `remove-filter`
     --> scenarios/bad.yaml:6:37
      |
    6 |   - remove-filter: { session: main, modul: 'C:\App\a.exe' }
      |                                     ^^^^^ not a field of `remove-filter`
      |
      = help: did you mean `module`?

    error: an entry of `filters` needs `module`, `application` or `service`
     --> scenarios/bad.yaml:7:61
      |
    7 |   - get-filter-list: { session: main, expect: { filters: [{ action: 1 }] } }
      |                                                             ^^^^^^ missing here
    ");
}

#[test]
fn a_service_that_is_none() {
    let text = [
        "version: 1",
        "scenario: Something is wrong",
        "world: { editor: { type: main-window }, search: { type: service } }",
        "steps:",
        "  - stop-service: { service: editor }",
        "  - disable-service: serach",
    ];
    assert_snapshot!(shown(&text.join("\n")), @"
    error: `editor` is not a service
     --> scenarios/bad.yaml:5:30
      |
    5 |   - stop-service: { service: editor }
      |                              ^^^^^^ expected a service

    error: unknown name `serach`
     --> scenarios/bad.yaml:6:22
      |
    6 |   - disable-service: serach
      |                      ^^^^^^ expected an application
      |
      = help: did you mean `search`?
    ");
}

#[test]
fn an_act_of_one_of_several_installers() {
    let text = [
        "version: 1",
        "scenario: Something is wrong",
        "installers: { setup: {}, addon: {} }",
        "steps:",
        r"  - replace-file: { file: 'C:\App\core.dll' }",
        "  - replace-file: { by: setup, file: core.dll }",
    ];
    assert_snapshot!(shown(&text.join("\n")), @r"
    error: `replace-file` needs `by`
     --> scenarios/bad.yaml:5:5
      |
    5 |   - replace-file: { file: 'C:\App\core.dll' }
      |     ^^^^^^^^^^^^ there are several installers
      |
      = help: possible is `setup` or `addon`

    error: `file` cannot be `core.dll`
     --> scenarios/bad.yaml:6:38
      |
    6 |   - replace-file: { by: setup, file: core.dll }
      |                                      ^^^^^^^^ expected a full path such as `C:\App\core.dll`
    ");
}

#[test]
fn a_registration_with_two_command_lines() {
    let text = [
        "version: 1",
        "scenario: Something is wrong",
        "world: { editor: { type: main-window } }",
        "steps:",
        "  - register-restart: { application: editor, arguments: a, length: 3 }",
        "  - register-restart: { application: editor, null-arguments: false, expect: S_FALSE }",
    ];
    assert_snapshot!(shown(&text.join("\n")), @"
    error: `register-restart` cannot have both `arguments` and `length`
     --> scenarios/bad.yaml:5:60
      |
    5 |   - register-restart: { application: editor, arguments: a, length: 3 }
      |                                              ---------     ^^^^^^ not beside `arguments`
      |                                              |
      |                                              stated here

    error: `null-arguments` cannot be `false`
     --> scenarios/bad.yaml:6:62
      |
    6 |   - register-restart: { application: editor, null-arguments: false, expect: S_FALSE }
      |                                                              ^^^^^ expected `true`

    error: `expect` cannot be `S_FALSE`
     --> scenarios/bad.yaml:6:77
      |
    6 |   - register-restart: { application: editor, null-arguments: false, expect: S_FALSE }
      |                                                                             ^^^^^^^ expected `S_OK`, `E_FAIL`, `E_INVALIDARG`, `ERROR_NOT_FOUND` or `ERROR_INSUFFICIENT_BUFFER`
    ");
}

#[test]
fn a_look_at_nobody() {
    let text = [
        "version: 1",
        "scenario: Something is wrong",
        "world: { editor: { type: main-window } }",
        "steps:",
        "  - expect-world: { applications: { edtior: running, editor: started } }",
        "  - expect-world: { took: 5s, files: { core.dll: gone } }",
        "  - expect-world: { at: now, took: 5s }",
    ];
    assert_snapshot!(shown(&text.join("\n")), @r"
    error: unknown name `edtior`
     --> scenarios/bad.yaml:5:37
      |
    5 |   - expect-world: { applications: { edtior: running, editor: started } }
      |                                     ^^^^^^ expected an application or installer
      |
      = help: did you mean `editor`?

    error: `editor` cannot be `started`
     --> scenarios/bad.yaml:5:62
      |
    5 |   - expect-world: { applications: { edtior: running, editor: started } }
      |                                                              ^^^^^^^ expected `running`, `stopped` or `restarted`
      |
      = help: did you mean `restarted`?

    error: `took` stands without `at`
     --> scenarios/bad.yaml:6:21
      |
    6 |   - expect-world: { took: 5s, files: { core.dll: gone } }
      |                     ^^^^ makes sense only beside `at`

    error: `core.dll` cannot be a key here
     --> scenarios/bad.yaml:6:40
      |
    6 |   - expect-world: { took: 5s, files: { core.dll: gone } }
      |                                        ^^^^^^^^ expected a full path such as `C:\App\core.dll`

    error: `core.dll` cannot be `gone`
     --> scenarios/bad.yaml:6:50
      |
    6 |   - expect-world: { took: 5s, files: { core.dll: gone } }
      |                                                  ^^^^ expected `original`, `pending`, `replaced` or `missing`

    error: `took` is only for what has `at: settled`
     --> scenarios/bad.yaml:7:30
      |
    7 |   - expect-world: { at: now, took: 5s }
      |                              ^^^^ not with `at: now`
    ");
}

#[test]
fn messages_that_nobody_gets() {
    let text = [
        "version: 1",
        "scenario: Something is wrong",
        "world: { editor: { type: main-window, hidden-windows: [tray] }, search: { type: service } }",
        "steps:",
        "  - expect-messages:",
        "      application: editor",
        "      messages:",
        "        - { query: try }",
        "        - { query: main, close: main }",
        "        - { close: main, answer: agrees, flags: [close-app] }",
        "        - { at: 5s }",
        "        - { left: false }",
        "  - expect-messages: { application: search, messages: [query: main] }",
    ];
    assert_snapshot!(shown(&text.join("\n")), @"
    error: `editor` has no window `try`
     --> scenarios/bad.yaml:8:20
      |
    8 |         - { query: try }
      |                    ^^^ no window of this name
      |
      = help: did you mean `tray`?

    error: a message cannot have both `query` and `close`
     --> scenarios/bad.yaml:9:26
      |
    9 |         - { query: main, close: main }
      |             -----        ^^^^^ not beside `query`
      |             |
      |             stated here

    error: a message cannot have both `flags` and `close`
      --> scenarios/bad.yaml:10:13
       |
    10 |         - { close: main, answer: agrees, flags: [close-app] }
       |             ^^^^^ not beside `flags`     ----- stated here

    error: `answer` stands without `query`
      --> scenarios/bad.yaml:10:26
       |
    10 |         - { close: main, answer: agrees, flags: [close-app] }
       |                          ^^^^^^ makes sense only beside `query`

    error: a message needs `query`, `end`, `close`, `ctrl-c`, `stop`, `start`, `killed`, `exit`, `left` or `started`
      --> scenarios/bad.yaml:11:13
       |
    11 |         - { at: 5s }
       |             ^^ missing here

    error: `left` cannot be `false`
      --> scenarios/bad.yaml:12:19
       |
    12 |         - { left: false }
       |                   ^^^^^ expected `true`

    error: `search` has no window `main`
      --> scenarios/bad.yaml:13:63
       |
    13 |   - expect-messages: { application: search, messages: [query: main] }
       |                                                               ^^^^ no window of this name
       |
       = help: a service is asked to stop and to start: `stop`, `start`
    ");
}

#[test]
fn records_that_do_not_exist() {
    let text = [
        "version: 1",
        "scenario: Something is wrong",
        "world: { editor: { type: main-window } }",
        "steps:",
        "  - expect-event-log: { only: [9999], records: [{ id: 10011 }, { application: edtior }, { id: 10009, services: [editor] }] }",
    ];
    assert_snapshot!(shown(&text.join("\n")), @"
    error: an item of `only` cannot be `9999`
     --> scenarios/bad.yaml:5:32
      |
    5 |   - expect-event-log: { only: [9999], records: [{ id: 10011 }, { application: edtior }, { id: 10009, services: [editor] }] }
      |                                ^^^^ expected a number from 10000 to 10010

    error: `id` cannot be `10011`
     --> scenarios/bad.yaml:5:55
      |
    5 |   - expect-event-log: { only: [9999], records: [{ id: 10011 }, { application: edtior }, { id: 10009, services: [editor] }] }
      |                                                       ^^^^^ expected a number from 10000 to 10010

    error: a record needs `id`
     --> scenarios/bad.yaml:5:66
      |
    5 |   - expect-event-log: { only: [9999], records: [{ id: 10011 }, { application: edtior }, { id: 10009, services: [editor] }] }
      |                                                                  ^^^^^^^^^^^ missing here

    error: unknown name `edtior`
     --> scenarios/bad.yaml:5:79
      |
    5 |   - expect-event-log: { only: [9999], records: [{ id: 10011 }, { application: edtior }, { id: 10009, services: [editor] }] }
      |                                                                               ^^^^^^ expected an application or installer
      |
      = help: did you mean `editor`?

    error: `editor` is not a service
     --> scenarios/bad.yaml:5:113
      |
    5 |   - expect-event-log: { only: [9999], records: [{ id: 10011 }, { application: edtior }, { id: 10009, services: [editor] }] }
      |                                                                                                                 ^^^^^^ expected a service
    ");
}
