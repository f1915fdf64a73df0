//! Processes and threads that share a session, a machine, or nothing.

use std::ffi::OsStr;
use std::fs;

use crate::setup::{Setup, Test, libraries_directory, run, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_secondary_process_joins_and_the_run_is_a_trace_and_a_scenario,
    two_programs_at_once_have_machines_of_their_own,
    a_thread_cancels_what_another_waits_for_in_real_time,
    threads_of_one_process_have_sessions_of_their_own,
    a_forked_process_has_sessions_of_its_own,
    a_library_that_was_let_go_of_is_still_there,
    a_process_alone_has_a_machine_of_its_own,
    a_process_is_the_installer_that_it_says,
];

fn a_secondary_process_joins_and_the_run_is_a_trace_and_a_scenario(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    let (trace, scenario) = (scratch.path().join("trace.jsonl"), scratch.path().join("told.yaml"));
    let arguments: [&OsStr; 4] =
        ["--trace".as_ref(), trace.as_ref(), "--scenario".as_ref(), scenario.as_ref()];
    let ended = run(setup.exec(scratch.path(), &arguments).arg(setup.path("installer")).arg("primary"));
    assert_eq!((ended.code, &*ended.said), (Some(0), ""), "{ended:?}");
    let lines: Vec<&str> = ended.printed.lines().collect();
    let expected = [
        "start 0",
        " join 0",
        " register 0",
        " end 0",
        "secondary 0",
        "list 0: 1, 1",
        "shutdown 0: statuses, 100",
        "list 0: 1, 2",
        "restart 0",
        "list 0: 1, 8",
        "end 0",
        "10 calls, 0 broken laws, 0 failed expectations; the program ended with exit status: 0",
    ];
    assert_eq!(lines, expected);
    let traced = fs::read_to_string(&trace).unwrap();
    assert!(traced.contains("JoinSession") || traced.contains("join-session"), "{traced}");
    let told = fs::read_to_string(&scenario).unwrap();
    for line in ["start-session: { by: setup", "join-session: { by: setup-2"] {
        assert!(told.contains(line), "`{line}` is not in\n{told}");
    }
    for (what, file) in [("judge", &trace), ("run", &scenario)] {
        let ended = run(setup.rstmgr(scratch.path()).arg(what).arg(file));
        assert_eq!((ended.code, &*ended.said), (Some(0), ""), "{what}: {ended:?}");
    }
    let left: Vec<_> = fs::read_dir(&scratch).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

fn two_programs_at_once_have_machines_of_their_own(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    let start = || {
        let mut command = setup.exec(scratch.path(), &[]);
        command.arg(setup.path("installer")).arg("primary").spawn().unwrap()
    };
    for ended in [start(), start()].map(crate::setup::end) {
        assert_eq!((ended.code, &*ended.said), (Some(0), ""), "{ended:?}");
    }
    assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0);
}

fn a_thread_cancels_what_another_waits_for_in_real_time(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    let arguments: [&OsStr; 2] = ["--time".as_ref(), "real".as_ref()];
    let ended = run(setup.exec(scratch.path(), &arguments).arg(setup.path("installer")).arg("cancelled"));
    assert_eq!((ended.code, &*ended.said), (Some(0), ""), "{ended:?}");
    let lines: Vec<&str> = ended.printed.lines().take(6).collect();
    assert_eq!(lines, ["start 0", "register 0", "cancel 0", "shutdown 1223", "in time", "end 0"]);
}

fn threads_of_one_process_have_sessions_of_their_own(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    let ended = run(setup.exec(scratch.path(), &[]).arg(setup.path("installer")).arg("threads"));
    assert_eq!((ended.code, &*ended.said), (Some(0), ""), "{ended:?}");
    assert!(ended.printed.starts_with("failures 0\n640 calls, 0 broken laws"), "{ended:?}");
    let alone = run(setup.installer("threads").env("RSTMGR_WORLD", setup.world()));
    assert_eq!((alone.code, &*alone.printed, &*alone.said), (Some(0), "failures 0\n", ""));
}

fn a_forked_process_has_sessions_of_its_own(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    let ended = run(setup.exec(scratch.path(), &[]).arg(setup.path("installer")).arg("forked"));
    assert_eq!((ended.code, &*ended.said), (Some(0), ""), "{ended:?}");
    let lines: Vec<&str> = ended.printed.lines().take(7).collect();
    assert_eq!(lines, ["start 0", " start 0", " another key", " end 0", " join 0", "child 0", "end 0"]);
    // Alone, even the machine is another one: there is no such session.
    let alone = run(setup.installer("forked").env("RSTMGR_WORLD", setup.world()));
    assert_eq!((alone.code, &*alone.said), (Some(0), ""), "{alone:?}");
    assert!(alone.printed.contains(" start 0\n") && !alone.printed.contains(" join 0\n"), "{alone:?}");
}

fn a_library_that_was_let_go_of_is_still_there(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    let library = libraries_directory().join("librstrtmgr.so");
    let ended = run(setup.exec(scratch.path(), &[]).arg(setup.path("reload")).arg(library));
    assert_eq!((ended.code, &*ended.said), (Some(0), ""), "{ended:?}");
    assert!(ended.printed.starts_with("0\n0\n0\n0\n4 calls, "), "{ended:?}");
}

fn a_process_alone_has_a_machine_of_its_own(setup: &Setup) {
    for installer in [None, Some("setup"), Some("addon")] {
        let mut command = setup.installer("alone");
        command.env("RSTMGR_WORLD", setup.world());
        if let Some(installer) = installer {
            command.env("RSTMGR_INSTALLER", installer);
        }
        let ended = run(&mut command);
        assert_eq!((&*ended.printed, &*ended.said), ("start 0\nend 0\n", ""), "{ended:?}");
    }
    let unknown =
        run(setup.installer("alone").env("RSTMGR_WORLD", setup.world()).env("RSTMGR_INSTALLER", "adon"));
    unknown.was_unanswered("the world has no installer `adon`, only setup, addon");
}

fn a_process_is_the_installer_that_it_says(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    let scenario = scratch.path().join("told.yaml");
    let arguments: [&OsStr; 2] = ["--scenario".as_ref(), scenario.as_ref()];
    let mut command = setup.exec(scratch.path(), &arguments);
    let ended = run(command.arg(setup.path("installer")).arg("alone").env("RSTMGR_INSTALLER", "addon"));
    assert_eq!((ended.code, &*ended.said), (Some(0), ""), "{ended:?}");
    let told = fs::read_to_string(&scenario).unwrap();
    assert!(told.contains("start-session: { by: addon"), "{told}");
}
