//! What can be made real, world by world and step by step.

use super::*;
use crate::request::Fault;
use crate::scenario::{
    Act, AffectedExpectation, ApplicationKind, ArrayArgument, Expectation, File, HandleArgument, Meanwhile,
    Moment, OnClose, OnEnd, Pause, Process, StepPlace, Trigger, Use,
};

fn process() -> Process {
    Process {
        pid: None,
        image: String::from(r"C:\Setup\setup.exe"),
        user: String::from("alice"),
        elevated: false,
        integrity: Integrity::Medium,
        terminal_session: 1,
        wow64: false,
        running: true,
        uses: Vec::new(),
        console: None,
        on_console_event: LEAVES_AT_ONCE,
    }
}

fn installer(change: impl FnOnce(&mut Installer)) -> Installer {
    let mut installer = Installer {
        name: String::from("setup"),
        in_process_of: None,
        process: process(),
        as_service: false,
        current_directory: String::from(r"C:\Setup"),
        shutdown_privilege: true,
    };
    change(&mut installer);
    installer
}

fn application(running: bool) -> Application {
    Application {
        name: String::from("editor"),
        kind: ApplicationKind::MainWindow,
        critical: false,
        process: Process { running, ..process() },
        description: None,
        product: None,
        title: None,
        restart: None,
        windows: Vec::new(),
        registers_in_query: None,
        on_end: OnEnd::Leaves(Duration::ZERO),
        on_close: OnClose::Leaves(Duration::ZERO),
        comes_back_after: None,
        fails_to_start: false,
        runs_since: None,
        version: None,
        service_tags: true,
        service: None,
    }
}

fn world_of(changes: impl FnOnce(&mut Installer)) -> World {
    World { installers: vec![installer(|_| ()), installer(changes)], ..World::default() }
}

#[track_caller]
fn check_world_is(world: &World, reason: Option<&str>) {
    assert_eq!(check_world(world).err().as_deref(), reason);
}

fn step(action: Action) -> Step {
    let place = StepPlace { line: 1, column: 1, key: 0..0, expect: None, fields: Vec::new() };
    Step { action, expect: None, place }
}

fn array<T>(items: Vec<T>) -> ArrayArgument<T> {
    ArrayArgument { items: Some(items), count: None }
}

fn register(file: &str, who: Vec<ProcessOf>, service: Option<&str>) -> Step {
    let processes = who.into_iter().map(|who| ProcessElement { who, wrong_start_time: false }).collect();
    let call = Call::RegisterResources {
        handle: HandleArgument::Named(0),
        files: array(vec![FileElement::Paths([Some(file.into())].into())]),
        processes: array(processes),
        services: array(vec![service.map(String::from)]),
    };
    step(Action::Call { by: 0, call })
}

fn shutdown() -> Step {
    let (handle, meanwhile) = (HandleArgument::Named(0), Vec::new());
    step(Action::Call { by: 0, call: Call::Shutdown { handle, flags: 0, callback: true, meanwhile } })
}

#[track_caller]
fn check_steps_are(steps: Vec<Step>, reason: Option<&str>) {
    assert_eq!(check_steps(&steps).err().as_deref(), reason);
}

#[test]
fn ordinary_installers_are_realizable() {
    check_world_is(&world_of(|_| ()), None);
    check_world_is(&world_of(|installer| installer.in_process_of = Some(0)), None);
}

#[test]
fn installers_that_need_another_account_or_kind_of_process_are_not() {
    check_world_is(&world_of(|one| one.process.pid = Some(4)), Some("a given process id"));
    check_world_is(&world_of(|one| one.process.user = String::from("bob")), Some("a second user account"));
    check_world_is(&world_of(|one| one.process.elevated = true), Some("an elevated installer"));
    check_world_is(&world_of(|one| one.process.integrity = Integrity::Low), Some("an integrity level"));
    check_world_is(&world_of(|one| one.process.terminal_session = 2), Some("another terminal session"));
    check_world_is(&world_of(|one| one.process.wow64 = true), Some("a WOW64 installer"));
    check_world_is(&world_of(|one| one.as_service = true), Some("a service installer"));
}

#[test]
fn an_installer_can_hold_files_by_handles_only() {
    let uses =
        |how| world_of(|one| one.process.uses = vec![Use { path: String::from(r"C:\App\core.dll"), how }]);
    check_world_is(&uses(HowUsed::Handle), None);
    check_world_is(&uses(HowUsed::SharedHandle), None);
    check_world_is(&uses(HowUsed::Image), Some("a loaded image"));
    check_world_is(&uses(HowUsed::Kernel), Some("a file opened by the kernel"));
}

#[test]
fn only_applications_that_do_not_run_are_realizable() {
    let with = |running| World { applications: vec![application(running)], ..world_of(|_| ()) };
    check_world_is(&with(false), None);
    check_world_is(&with(true), Some("applications need fixture programs"));
}

#[test]
fn files_are_realizable_unless_they_are_peculiar() {
    let with = |what| World {
        files: vec![File { path: String::from(r"C:\App\core.dll"), what }],
        ..world_of(|_| ())
    };
    check_world_is(&with(WhatLiesThere::Nothing), None);
    check_world_is(&with(WhatLiesThere::Directory), None);
    check_world_is(&with(WhatLiesThere::AnotherNameOf(String::new())), Some("another name of a file"));
    check_world_is(&with(WhatLiesThere::CannotBeOpened(5)), Some("files that cannot be opened"));
}

#[test]
fn events_are_realizable_if_they_are_about_installers() {
    let event = |event| vec![step(Action::Event(event))];
    check_steps_are(event(Event::ExitInstaller(0)), None);
    check_steps_are(event(Event::StartInstaller(0)), None);
    check_steps_are(event(Event::Reboot), Some("a reboot"));
    check_steps_are(event(Event::LogOff(0)), Some("logging off"));
    check_steps_are(event(Event::StartApplication(0)), Some("applications need fixture programs"));
    let fault = Event::Fault { fault: Fault::NoMemory, active: true, of: 0, handle: None };
    check_steps_are(event(fault), Some("faults cannot be switched on"));
    check_steps_are(vec![step(Action::Database { of: 0 })], Some("the session database is not read yet"));
}

#[test]
fn what_takes_time_or_looks_around_is_not_realizable() {
    let reason = Some("what installers do beside the Restart Manager");
    check_steps_are(vec![step(Action::Act { by: 0, act: Act::AbortShutdown })], reason);
    check_steps_are(vec![step(Action::Wait(Pause::For(Duration::ZERO)))], Some("time that passes"));
    let look = step(Action::World { at: Moment::Now });
    check_steps_are(vec![look], Some("applications need fixture programs"));
    let look = step(Action::EventLog { of: 0, only: None });
    check_steps_are(vec![look], Some("the event log is not read yet"));
    let meanwhile = vec![Meanwhile { at: Trigger::Start, steps: Vec::new(), place: shutdown().place }];
    let handle = HandleArgument::Named(0);
    let call = Call::Restart { handle, flags: 0, callback: true, meanwhile };
    let reason = Some("something that is done while a call is under way");
    check_steps_are(vec![step(Action::Call { by: 0, call })], reason);
    let mut timed = shutdown();
    let took = Some(Duration::ZERO);
    timed.expect = Some(Box::new(Expectation { took, ..Expectation::default() }));
    check_steps_are(vec![timed], Some("exact durations"));
}

#[test]
fn filters_on_installers_and_names_are_realizable() {
    let filter = |who| {
        let process = Some(ProcessElement { who, wrong_start_time: false });
        let target = FilterTarget { process, ..FilterTarget::default() };
        let call = Call::AddFilter { handle: HandleArgument::Named(0), target, action: 1 };
        vec![step(Action::Call { by: 0, call })]
    };
    check_steps_are(filter(ProcessOf::Installer(0)), None);
    check_steps_are(filter(ProcessOf::Application(0)), Some("applications need fixture programs"));
}

#[test]
fn a_shutdown_stays_within_the_scenario() {
    let reason = Some("a shutdown that could stop programs of this machine");
    let inside = || register(r"C:\App\core.dll", vec![ProcessOf::Installer(0)], None);
    check_steps_are(vec![inside(), shutdown()], None);
    check_steps_are(vec![register(r"\\server\share\core.dll", vec![], None)], None);
    check_steps_are(vec![register(r"\\server\share\core.dll", vec![], None), shutdown()], reason);
    check_steps_are(vec![shutdown(), register(r"C:\core.dll", vec![], Some("Spooler"))], reason);
    check_steps_are(vec![register(r"C:\core.dll", vec![ProcessOf::Nobody(4)], None), shutdown()], reason);
}

#[test]
fn processes_of_applications_cannot_be_registered() {
    let steps = vec![register(r"C:\core.dll", vec![ProcessOf::Application(0)], None)];
    check_steps_are(steps, Some("applications need fixture programs"));
}

#[test]
fn the_name_of_an_installers_program_cannot_be_expected() {
    let mut step = shutdown();
    let affected = Some(vec![AffectedExpectation {
        who: ProcessOf::Installer(0),
        application_type: None,
        status: None,
        name: Some(String::from("Setup")),
        service: None,
        terminal_session: None,
        restartable: None,
    }]);
    step.expect = Some(Box::new(Expectation { affected, ..Expectation::default() }));
    check_steps_are(vec![step], Some("an installer's program with a name of its own"));
}

#[test]
fn drive_paths_are_told_from_others() {
    for path in [r"C:\", r"c:/App", r"\\?\C:\App"] {
        assert!(is_drive_path(path), "{path}");
    }
    for path in
        ["", "C:", "C:core.dll", r"\App", r"App\core.dll", r"\\server\share\x", r"\\.\C:\App", r"\\?\UNC\s\x"]
    {
        assert!(!is_drive_path(path), "{path}");
    }
}
