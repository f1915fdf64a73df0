//! What can be made real, world by world and step by step.

use std::time::Duration;

use super::world::LEAVES_AT_ONCE;
use super::*;
use crate::request::Fault;
use crate::scenario::parse;
use crate::scenario::{
    Act, Action, AffectedExpectation, Application, ApplicationKind, ArrayArgument, Event, Expectation, File,
    FileElement, FilterTarget, HandleArgument, HowUsed, Installer, Integrity, Meanwhile, Moment,
    NullPointers, OnClose, OnEnd, OnStart, OnStop, Pause, Process, ProcessElement, ProcessOf, Registration,
    Service, Step, StepPlace, Trigger, Use, WhatLiesThere,
};

const ELEVATED: Means = Means { elevation: true };
const NOT_ELEVATED: Means = Means { elevation: false };

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

fn application(change: impl FnOnce(&mut Application)) -> Application {
    let mut application = Application {
        name: String::from("editor"),
        kind: ApplicationKind::MainWindow,
        critical: false,
        process: Process { image: String::from(r"C:\Programs\editor\editor.exe"), ..process() },
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
    };
    change(&mut application);
    application
}

/// Makes a service of it.
fn as_service(application: &mut Application) {
    application.kind = ApplicationKind::Service;
    let process = &mut application.process;
    process.user = String::from("SYSTEM");
    process.integrity = Integrity::System;
    process.terminal_session = 0;
    application.service = Some(Service {
        short_name: String::from("indexer"),
        display_name: String::from("Indexer"),
        shares_process_of: None,
        depends_on: Vec::new(),
        on_stop: OnStop::Stops(Duration::ZERO),
        on_start: OnStart::Runs(Duration::ZERO),
        is_disabled: false,
    });
}

fn world_of(changes: impl FnOnce(&mut Installer)) -> World {
    World { installers: vec![installer(|_| ()), installer(changes)], ..World::default() }
}

fn world_with(change: impl FnOnce(&mut Application)) -> World {
    World { applications: vec![application(change)], ..world_of(|_| ()) }
}

#[track_caller]
fn check_world_is(world: &World, reason: Option<&str>) {
    assert_eq!(check_world(world, ELEVATED).err().as_deref(), reason);
}

fn step(action: Action) -> Step {
    let place = StepPlace { line: 7, column: 1, key: 0..0, expect: None, fields: Vec::new() };
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

fn restart_while(steps: Vec<Step>) -> Step {
    let meanwhile = vec![Meanwhile { at: Trigger::Start, steps, place: shutdown().place }];
    let handle = HandleArgument::Named(0);
    step(Action::Call { by: 0, call: Call::Restart { handle, flags: 0, callback: true, meanwhile } })
}

#[track_caller]
fn check_steps_are(steps: Vec<Step>, reason: Option<&str>) {
    assert_eq!(steps::check(&steps, &world_with(|_| ())).err().as_deref(), reason);
}

#[track_caller]
fn check_reach_is(steps: Vec<Step>, foreign: Option<&str>) {
    let refused = steps::check_reach(&steps).err().map(|error| error.to_string());
    let expected = foreign.map(|foreign| {
        format!(
            "refused: {foreign}, which is registered in line 7, may be this machine's own, and a shutdown could stop \
             programs that this scenario did not start; nothing was stopped"
        )
    });
    assert_eq!(refused, expected);
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
    check_world_is(&world_of(|one| one.process.integrity = Integrity::Low), Some("an integrity level"));
    check_world_is(&world_of(|one| one.process.terminal_session = 2), Some("another terminal session"));
    check_world_is(&world_of(|one| one.process.wow64 = true), Some("a 32-bit program"));
    check_world_is(&world_of(|one| one.as_service = true), Some("a service installer"));
}

#[test]
fn elevation_is_that_of_this_program_or_of_nobody() {
    let elevated = |process: &mut Process| {
        process.elevated = true;
        process.integrity = Integrity::High;
    };
    check_world_is(&world_of(|one| elevated(&mut one.process)), Some("processes with and without elevation"));
    let mut world = world_of(|one| elevated(&mut one.process));
    world.installers.remove(0);
    check_world_is(&world, None);
    let reason = check_world(&world, NOT_ELEVATED).unwrap_err();
    assert_eq!(reason, "an elevated process, and this program is not elevated");
    world.applications = vec![application(|one| elevated(&mut one.process)), application(|_| ())];
    world.applications[1].process.image = String::from(r"C:\Programs\other.exe");
    check_world_is(&world, None);
    let world = world_with(|one| elevated(&mut one.process));
    check_world_is(&world, Some("processes with and without elevation"));
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
fn applications_are_realizable_unless_they_are_peculiar() {
    check_world_is(&world_with(|_| ()), None);
    check_world_is(&world_with(|one| one.critical = true), Some("a critical process"));
    check_world_is(&world_with(|one| one.kind = ApplicationKind::Explorer), Some("Explorer"));
    check_world_is(&world_with(|one| one.process.user = String::from("bob")), Some("a second user account"));
    let long = Some(Duration::from_secs(90));
    let reason = "a program that runs for a stated time";
    check_world_is(&world_with(|one| one.runs_since = long), Some(reason));
    let uses =
        |path: &str, how| world_with(|one| one.process.uses = vec![Use { path: String::from(path), how }]);
    check_world_is(&uses(r"C:\App\core.dll", HowUsed::Image), None);
    check_world_is(&uses(r"C:\App\core.dll", HowUsed::Remote), Some("a file opened from another machine"));
    check_world_is(&uses(r"\\a\b\core.dll", HowUsed::Handle), Some("a file in use that is on no drive"));
    let mut world = world_with(|_| ());
    world.applications.push(application(|one| one.process.image.make_ascii_uppercase()));
    check_world_is(&world, Some("two programs of the same name"));
}

#[test]
fn services_need_elevation() {
    check_world_is(&world_with(as_service), None);
    let reason = check_world(&world_with(as_service), NOT_ELEVATED).unwrap_err();
    assert_eq!(reason, "a service, and this program is not elevated");
    let with = |change: fn(&mut Application)| {
        world_with(|one| {
            as_service(one);
            change(one);
        })
    };
    let reason = Some("a service that does not run as SYSTEM");
    check_world_is(&with(|one| one.process.user = String::from("alice")), reason);
    check_world_is(&with(|one| one.service_tags = false), Some("a service without a tag"));
    let world = with(|one| one.service.as_mut().unwrap().short_name = "x".repeat(41));
    check_world_is(&world, Some("a service with a long name"));
    let mut world = with(|_| ());
    world.applications.push(application(|one| {
        as_service(one);
        one.service.as_mut().unwrap().shares_process_of = Some(0);
    }));
    check_world_is(&world, None);
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
fn events_are_realizable_unless_they_are_about_the_machine() {
    let event = |event| vec![step(Action::Event(event))];
    check_steps_are(event(Event::ExitInstaller(0)), None);
    check_steps_are(event(Event::StartApplication(0)), None);
    check_steps_are(event(Event::OpenFile(0, String::from(r"C:\core.dll"))), None);
    let reason = Some("a file in use that is on no drive");
    check_steps_are(event(Event::OpenFile(0, String::from("core.dll"))), reason);
    let launch = |elevation_prompt| Event::Launch { by: 0, application: 0, elevation_prompt };
    check_steps_are(event(launch(false)), None);
    check_steps_are(event(launch(true)), Some("a prompt for elevation"));
    check_steps_are(event(Event::Reboot), Some("a reboot"));
    check_steps_are(event(Event::LogOff(0)), Some("logging off"));
    let fault = Event::Fault { fault: Fault::NoMemory, active: true, of: 0, handle: None };
    check_steps_are(event(fault), Some("faults cannot be switched on"));
    check_steps_are(vec![step(Action::Database { of: 0 })], Some("the session database is not read yet"));
}

#[test]
fn files_can_be_replaced_and_nothing_is_left_to_the_next_boot() {
    let act = |act| vec![step(Action::Act { by: 0, act })];
    check_steps_are(act(Act::ReplaceFile(String::from(r"C:\core.dll"))), None);
    check_steps_are(act(Act::ReplaceFile(String::from(r"\\a\b"))), Some("a file that is on no drive"));
    let reason = Some("a replacement at the next boot");
    check_steps_are(act(Act::ScheduleReplacement(String::from(r"C:\core.dll"))), reason);
    check_steps_are(act(Act::AbortShutdown), Some("a reboot"));
    check_steps_are(act(Act::LogOn), Some("a logon"));
}

#[test]
fn time_passes_and_what_comes_of_it_can_be_looked_at() {
    check_steps_are(vec![step(Action::Wait(Pause::For(Duration::ZERO)))], None);
    check_steps_are(vec![step(Action::Wait(Pause::UntilDue(1)))], Some("what goes as it was recorded"));
    check_steps_are(vec![step(Action::World { at: Moment::Now })], None);
    check_steps_are(vec![step(Action::Messages { application: 0 })], None);
    let look = step(Action::EventLog { of: 0, only: None });
    check_steps_are(vec![look], Some("the event log is not read yet"));
    let mut timed = shutdown();
    let took = Some(Duration::ZERO);
    timed.expect = Some(Box::new(Expectation { took, ..Expectation::default() }));
    check_steps_are(vec![timed], None);
}

#[test]
fn what_is_done_meanwhile_is_no_shutdown() {
    let cancel =
        || step(Action::Call { by: 0, call: Call::CancelCurrentTask { handle: HandleArgument::Named(0) } });
    check_steps_are(vec![restart_while(vec![cancel()])], None);
    let reason = Some("a shutdown beside another call, before which no list can be read");
    check_steps_are(vec![restart_while(vec![cancel(), shutdown()])], reason);
    check_steps_are(vec![restart_while(vec![step(Action::Event(Event::Reboot))])], Some("a reboot"));
}

#[test]
fn an_application_is_asked_itself_for_its_settings() {
    let settings = |by| {
        let settings = Registration::Settings { application: 0, by, capacity: 9, null_buffer: false };
        vec![step(Action::Registration(settings))]
    };
    check_steps_are(settings(ProcessOf::Application(0)), None);
    check_steps_are(settings(ProcessOf::Installer(0)), Some("settings that another process asks for"));
}

#[test]
fn filters_are_realizable_unless_their_names_are_longer_here() {
    let filter = |target| {
        step(Action::Call {
            by: 0,
            call: Call::AddFilter { handle: HandleArgument::Named(0), target, action: 1 },
        })
    };
    let list = || {
        step(Action::Call {
            by: 0,
            call: Call::GetFilterList {
                handle: HandleArgument::Named(0),
                capacity: None,
                null_buffer: false,
                null_needed: false,
            },
        })
    };
    let process = Some(ProcessElement { who: ProcessOf::Application(0), wrong_start_time: false });
    check_steps_are(vec![filter(FilterTarget { process, ..FilterTarget::default() }), list()], None);
    let module = |path: &str| FilterTarget { module: Some(String::from(path)), ..FilterTarget::default() };
    check_steps_are(vec![filter(module(r"C:\other.exe")), list()], None);
    check_steps_are(vec![filter(module(r"C:\Programs\editor\editor.exe"))], None);
    let reason = Some("the size of a list of filters on programs");
    check_steps_are(vec![filter(module(r"c:\programs\editor\EDITOR.exe")), list()], reason);
}

#[test]
fn no_buffer_is_larger_than_any_list() {
    let list = |capacity, array| {
        let null = NullPointers { array, ..NullPointers::default() };
        let (handle, meanwhile) = (HandleArgument::Named(0), Vec::new());
        step(Action::Call { by: 0, call: Call::GetList { handle, capacity, null, meanwhile } })
    };
    let filters = |capacity, null_buffer| {
        let (handle, null_needed) = (HandleArgument::Named(0), false);
        let call = Call::GetFilterList { handle, capacity, null_buffer, null_needed };
        step(Action::Call { by: 0, call })
    };
    let check = |with: &dyn Fn(Option<u32>, bool) -> Step, most: u32, reason: &str| {
        for (capacity, is_null) in [(None, false), (Some(most), false), (Some(u32::MAX), true)] {
            check_steps_are(vec![with(capacity, is_null)], None);
        }
        check_steps_are(vec![with(Some(most + 1), false)], Some(reason));
        check_steps_are(vec![restart_while(vec![with(Some(u32::MAX), false)])], Some(reason));
    };
    check(&list, 1_000_000, "room for more applications than any list has");
    check(&filters, 64 << 20, "room for more filters than any list has");
}

/// Whether `dropin` can do it, told from a file: the first thing that it cannot.
#[track_caller]
fn check_dropin_is(rest: &str, reason: Option<&str>) {
    let text = format!("version: 1\nscenario: lists\ninstallers: {{ setup: {{ bits: 32 }} }}\n{rest}");
    let source = parse::Source { name: String::from("this.yaml"), text };
    let scenario = parse::parse(&source).expect("the test is set up right");
    assert_eq!(check_dropin(&scenario).err().as_deref(), reason);
}

#[test]
fn the_library_is_asked_nothing_that_its_harness_cannot_read_also_beside_other_calls() {
    let steps = |steps: &str| format!("steps:\n  - start-session: {{ as: main }}\n  - {steps}\n");
    let beside = |call: &str| {
        steps(&format!("restart: {{ session: main, meanwhile: [{{ at: start, do: [{{ {call} }}] }}] }}"))
    };
    check_dropin_is(&steps("get-list: { session: main, capacity: 1000000 }"), None);
    let list = "get-list: { session: main, capacity: 1000001 }";
    for steps in [steps(list), beside(list)] {
        check_dropin_is(&steps, Some("room for more applications than any list has"));
    }
    let filters = "get-filter-list: { session: main }";
    for steps in [steps(filters), beside(filters)] {
        check_dropin_is(&steps, Some("a library for 32-bit programs"));
        let reason = "a harness that reads offsets from the beginning of a list of filters";
        check_dropin_is(&format!("knobs: {{ filter-offsets: buffer }}\n{steps}"), Some(reason));
    }
}

#[test]
fn a_shutdown_stays_within_the_scenario() {
    let inside =
        || register(r"C:\App\core.dll", vec![ProcessOf::Installer(0), ProcessOf::Application(0)], None);
    check_reach_is(vec![inside(), shutdown()], None);
    // Services have names of their own.
    check_reach_is(vec![shutdown(), register(r"C:\core.dll", vec![], Some("Spooler"))], None);
    check_reach_is(vec![register(r"\\server\share\core.dll", vec![], None)], None);
    let unc = || register(r"\\server\share\core.dll", vec![], None);
    check_reach_is(vec![unc(), shutdown()], Some(r"the path `\\server\share\core.dll`"));
    check_reach_is(vec![shutdown(), restart_while(vec![unc()])], Some(r"the path `\\server\share\core.dll`"));
    let system = register(r"\Windows\explorer.exe", vec![], None);
    check_reach_is(vec![system, shutdown()], Some(r"the path `\Windows\explorer.exe`"));
    let nobody = register(r"C:\core.dll", vec![ProcessOf::Nobody(4)], None);
    check_reach_is(vec![nobody, shutdown()], Some("the process 4"));
}

#[test]
fn the_names_of_programs_cannot_be_expected() {
    let mut step = shutdown();
    let affected = Some(vec![AffectedExpectation {
        who: ProcessOf::Application(0),
        application_type: None,
        status: None,
        name: Some(String::from("Setup")),
        service: None,
        terminal_session: None,
        restartable: None,
    }]);
    step.expect = Some(Box::new(Expectation { affected, ..Expectation::default() }));
    check_steps_are(vec![step], Some("a program with a name of its own"));
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
