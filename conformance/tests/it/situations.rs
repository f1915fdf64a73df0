//! Situations at the edge of a rule or of an answer, too small for scenarios of their own.

use rstmgr_conformance::report::human;
use rstmgr_conformance::scenario::parse::{Source, parse};
use rstmgr_conformance::suite::{BackendKind, Outcome, OutcomeResult};

/// Runs a scenario that is written here, and holds it to what it expects and to the rules that it lists.
fn check(text: &str) {
    let source = Source { name: "situation.yaml".to_owned(), text: text.to_owned() };
    let scenario = parse(&source).unwrap_or_else(|problems| panic!("{problems:?}"));
    let run = BackendKind::Simulated.run(&scenario).expect("the simulator runs everything");
    let unreported: Vec<_> = scenario.rules.iter().filter(|rule| !run.rules.contains(**rule)).collect();
    assert!(unreported.is_empty(), "no step applied {unreported:?}");
    if !run.is_accepted() {
        let result = OutcomeResult::Ran(Box::new(scenario), Box::new(run));
        panic!(
            "{}",
            human::outcome(
                &Outcome { path: "situation.yaml".into(), source, options: String::new(), result },
                false
            )
        );
    }
}

/// STATUS-03: where dependents count, those that were not tried are dealt with when their service has failed.
#[test]
fn dependents_that_were_not_tried_count_with_the_service_that_failed() {
    let of = |knob: &str, status: &str| {
        format!(
            "version: 1
scenario: A dependent fails to stop, and the shell comes last
knobs: {{ dependents-counted: {knob} }}
installers:
  setup: {{ elevated: true }}
world:
  database: {{ type: service }}
  website:  {{ type: service, depends-on: [database], on-stop: fails }}
  mail:     {{ type: service, depends-on: [database], on-stop: fails }}
  shell:    {{ type: explorer, opens: ['C:\\App\\core.dll'] }}
steps:
- start-session: {{ as: main }}
- register-resources: {{ session: main, files: ['C:\\App\\core.dll'], services: [database] }}
- shutdown: {{ session: main, expect: {{ reply: ERROR_FAIL_SHUTDOWN, status: {status} }} }}
- expect-messages: {{ application: database, messages: [] }}
"
        )
    };
    // Two are listed, and each is half of the work.
    check(&of("no", "[0, 50, 100]"));
    // Four are to be stopped: the service and its dependents are three quarters of the work.
    check(&of("yes", "[0, 75, 100]"));
}

/// U-56b: with nobody to stop or to restart the callback is told nothing, or all at once.
#[test]
fn a_callback_is_told_of_nobody_or_not() {
    for (knob, status) in [("nothing", "[]"), ("'100'", "[0, 100]")] {
        check(&format!(
            "version: 1
scenario: Nobody is affected
knobs: {{ empty-status: {knob} }}
steps:
- start-session: {{ as: main }}
- register-resources: {{ session: main, files: ['C:\\App\\core.dll'] }}
- shutdown: {{ session: main, expect: {{ status: {status} }} }}
- restart: {{ session: main, expect: {{ status: {status} }} }}
"
        ));
    }
}

/// U-56d, U-86, CANCEL-05: whoever fails its tests looks for nobody any more, so a cancellation comes too late.
#[test]
fn a_failed_test_is_too_late_to_cancel_also_where_lists_are_made_anew() {
    check(
        "version: 1
scenario: A cancellation in the callback of a shutdown that will return 351
rules: [CANCEL-05, OBS-SHUT-08]
knobs: { failed-test-status: '0', shutdown-refresh: between-classes, late-cancel: too-late }
world:
  helper: { type: unknown, opens: ['C:\\App\\core.dll'] }
steps:
- start-session: { as: main }
- register-resources: { session: main, files: ['C:\\App\\core.dll'] }
- shutdown:
    session: main
    meanwhile:
    - at: { status: 0 }
      do: [{ cancel-current-task: { session: main } }]
    expect: { reply: ERROR_FAIL_SHUTDOWN, status: [0] }
",
    );
}

/// Whoever logs off and on again has a shell again.
#[test]
fn the_shell_comes_back_with_the_next_log_on() {
    check(
        "version: 1
scenario: A user logs off and on again
world:
  shell: { type: explorer }
steps:
- log-off: setup
- expect-world: { applications: { shell: stopped } }
- log-on: setup
- expect-world: { at: settled, applications: { shell: running } }
",
    );
}

/// REBOOT-11: a service has no logon session that it could end, and can have the system rebooted.
#[test]
fn a_service_logs_nobody_off_and_reboots_the_system() {
    for (flag, becomes) in [("log-off", "running"), ("reboot", "stopped")] {
        check(&format!(
            "version: 1
scenario: A service asks for an end
installers:
  updater: {{ as-service: true, user: SYSTEM }}
world:
  editor: {{ type: main-window }}
steps:
- exit-windows: {{ flags: [{flag}] }}
- expect-world: {{ at: settled, applications: {{ editor: {becomes} }} }}
"
        ));
    }
}

/// WOW64-01: what a program of 32 bits opens below System32 lies in SysWOW64.
#[test]
fn a_file_that_is_opened_later_is_redirected_like_the_first_ones() {
    check(
        "version: 1
scenario: A program of 32 bits opens a file below System32
rules: [WOW64-01]
world:
  tool: { type: unknown, bits: 32 }
steps:
- start-session: { as: main }
- open-file: { application: tool, file: 'C:\\Windows\\System32\\acme.dll' }
- register-resources: { session: main, files: ['C:\\Windows\\SysWOW64\\acme.dll'] }
- get-list: { session: main, expect: { affected: [tool] } }
",
    );
}

/// OBS-REG-11: a service or a process that is registered again does no harm either.
#[test]
fn a_service_and_a_process_can_be_registered_twice() {
    for named in ["services: [indexer]", "processes: [editor]"] {
        check(&format!(
            "version: 1
scenario: Something is registered twice
rules: [OBS-REG-11]
world:
  indexer: {{ type: service }}
  editor:  {{ type: main-window }}
steps:
- start-session: {{ as: main }}
- register-resources: {{ session: main, {named} }}
- register-resources: {{ session: main, {named} }}
- get-list: {{ session: main, expect: {{ needed: 1 }} }}
"
        ));
    }
}

/// OBS-RESTART-05: a service that something else stops is started at the end, also if it was on its way out already when
/// the shutdown came; the list says so (LIST-20).
#[test]
fn a_service_that_was_stopping_before_the_shutdown_is_listed_as_restarted() {
    check(
        "version: 1
scenario: The installer stops a service, and shuts down before it has stopped
installers:
  setup: { elevated: true }
world:
  indexer: { type: service, on-stop: { stops-after: 31ms } }
steps:
- start-session: { as: main }
- register-resources: { session: main, services: [indexer] }
- stop-service: { service: indexer }
- shutdown: { session: main }
- restart: { session: main }
- get-list: { session: main, expect: { affected: [{ indexer: { status: restarted } }] } }
",
    );
}

/// START-05, U-01: where the limit is one of each process, what another process left behind gives no room in it.
#[test]
fn a_session_that_another_process_left_gives_no_room_in_the_limit_of_this_one() {
    for (open, last) in [(63, "ERROR_SUCCESS"), (64, "ERROR_MAX_SESSIONS_REACHED")] {
        check(&format!(
            "version: 1
scenario: The updater dies, and the setup has sessions of its own
knobs: {{ session-limit-scope: process }}
installers:
  setup: {{}}
  updater: {{}}
steps:
- start-session: {{ by: updater, as: other }}
- repeat:
    times: {open}
    do:
      - start-session: {{ by: setup }}
- exit-installer: updater
- start-session: {{ by: setup, expect: {last} }}
"
        ));
    }
}

/// U-20: where dependents are listed like direct users, they are affected like them, also if a filter spares whom they
/// depend on (FILT-31).
#[test]
fn a_dependent_that_is_listed_is_affected_though_what_it_depends_on_is_spared() {
    for (listed, message) in [("not-listed", ""), ("listed", "{ stop: true }, { left: true }")] {
        check(&format!(
            "version: 1
scenario: The filter names the service alone
knobs: {{ dependent-services: {listed} }}
installers:
  setup: {{ elevated: true }}
world:
  database: {{ type: service, opens: ['C:\\App\\core.dll'] }}
  website:  {{ type: service, depends-on: [database] }}
steps:
- start-session: {{ as: main }}
- register-resources: {{ session: main, files: ['C:\\App\\core.dll'] }}
- add-filter: {{ session: main, service: database, action: no-shutdown }}
- shutdown: {{ session: main }}
- expect-messages: {{ application: database, messages: [] }}
- expect-messages: {{ application: website, messages: [{message}] }}
"
        ));
    }
}

/// U-44, OBS-LIST-25: the old entry of a service that came back stands for the one that runs, which this installer may not
/// stop, so that the reason for a reboot has somebody on the list (GEN-13).
#[test]
fn an_old_entry_is_listed_for_the_reason_of_who_came_back() {
    for stoppable in ["yes", "no"] {
        check(&format!(
            "version: 1
scenario: A service came back, and a joined installer without the right to stop it asks
profile: documented
knobs: {{ stoppable-listed: '{stoppable}' }}
installers:
  setup: {{ elevated: true }}
  addon: {{}}
world:
  indexer: {{ type: service, opens: ['C:\\App\\core.dll'], comes-back-after: 1s }}
steps:
- start-session: {{ by: setup, as: main }}
- join-session: {{ by: addon, key-of: main, as: second }}
- register-resources: {{ session: main, files: ['C:\\App\\core.dll'] }}
- shutdown: {{ session: main }}
- wait: 2s
- get-list:
    session: second
    expect: {{ needed: 1, reasons: [permission-denied], affected: [indexer] }}
"
        ));
    }
}

/// SVC-04: the host of a service that does not stop in time is killed. The website waits to start, for a cache that hangs and
/// whose host is killed; so it does not run, and what shares its host is left alone.
#[test]
fn a_host_is_not_killed_for_a_service_that_only_waited_to_start() {
    check(
        "version: 1
scenario: Everything is shut down by force while a restart waits
replay: { due: '0/0/2/0/3/0/2/0/0/0/1/0/0/0/0/0/0/0/0/0/0/1' }
installers:
  setup: { elevated: true }
world:
  database: { type: service, opens: ['C:\\App\\core.dll'] }
  cache:
    type: service
    depends-on: [database]
    on-start: hangs
    image: 'C:\\Windows\\System32\\cache.exe'
    loads: ['C:\\App\\core.dll']
  index:    { type: service, shares-process-of: cache, on-stop: refuses }
  website:  { type: service, depends-on: [cache], image: 'C:\\Windows\\System32\\web.exe' }
  mail:     { type: service, shares-process-of: website }
steps:
- start-session: { as: main }
- register-resources: { session: main, files: ['C:\\App\\core.dll'] }
- shutdown:
    session: main
    meanwhile:
      - at: start
        do:
          - restart: { session: main, expect: ERROR_FAIL_RESTART }
          - shutdown: { session: main, flags: [force] }
    expect: ERROR_FAIL_SHUTDOWN
- wait: { due: 13 }
- expect-messages: { application: mail, messages: [] }
- expect-world: { applications: { cache: stopped, index: stopped, website: stopped, mail: running } }
",
    );
}
