//! Small worlds, explored to the last state: how many there are is pinned, so that a change that was not meant shows.

use std::time::Duration;

use rstmgr_model::{
    Call, HowUsed, Input, Installer, Machine, Observed, OnEnd, OnQuery, ProcessKind, Profile, Reply,
    RestartRegistration, Use, World,
};
use rstmgr_sim::{Bounds, Ending, Function, SmallWorld, Watcher, explore};

/// Installers and applications of one user; each application has a window, uses the file of its number, and may agree
/// to end or refuse.
pub(crate) fn small_world(installers: usize, applications: usize, bounds: Bounds) -> SmallWorld {
    let mut world = World::new();
    let user = World::user(0);
    let files: Vec<_> = (0..applications).map(|file| world.path(&format!(r"C:\App\{file}.dll"))).collect();
    let arguments = world.long_text("--restore");
    let programs: Vec<_> = files
        .iter()
        .enumerate()
        .map(|(number, file)| {
            let mut process = world.process(&format!(r"C:\App\{number}.exe"), user);
            process.kind = ProcessKind::MainWindow;
            process.restart = Some(RestartRegistration { arguments, flags: 0 });
            process.uses.push(Use { path: *file, how: HowUsed::Handle });
            process.behavior.on_query = OnQuery::Undecided;
            process.behavior.on_end = OnEnd::Leaves(Duration::from_secs(1));
            world.add_process(process)
        })
        .collect();
    let setups: Vec<_> = (0..installers)
        .map(|number| {
            let process = world.process(&format!(r"C:\Setup\{number}.exe"), user);
            let process = world.add_process(process);
            world.add_installer(Installer {
                process,
                as_service: false,
                current_directory: String::from(r"C:\Setup"),
                shutdown_privilege: true,
            })
        })
        .collect();
    let mut small = SmallWorld::new(Machine::new(world, Profile::windows_11()), bounds);
    small.installers = setups;
    small.files = files;
    small.applications = programs;
    small
}

fn bounds(sessions: usize, handles: usize) -> Bounds {
    Bounds { sessions, handles, calls: 1, incarnations: 1, resources: 1 }
}

/// Explores a world to its end: how many states and transitions there are, and how deep they lie.
#[track_caller]
fn check(world: &SmallWorld, expected: (usize, u64, usize)) {
    let found = explore(world, (), usize::MAX, &mut |_| true);
    assert_eq!(found.ending, Ending::Closed);
    assert_eq!((found.states, found.transitions, found.depth), expected, "{found:?}");
}

const SESSIONS: [Function; 3] = [Function::StartSession, Function::JoinSession, Function::EndSession];

const STOPPING: [Function; 6] = [
    Function::StartSession,
    Function::EndSession,
    Function::RegisterResources,
    Function::Shutdown,
    Function::Restart,
    Function::CancelCurrentTask,
];

#[test]
fn sessions_of_two_installers_close() {
    let mut world = small_world(2, 0, bounds(2, 2));
    world.functions = SESSIONS.to_vec();
    check(&world, (633, 4836, 10));
}

#[test]
fn sessions_of_installers_who_die_close() {
    let mut world = small_world(2, 0, bounds(2, 2));
    world.functions = SESSIONS.to_vec();
    world.installers_die = true;
    check(&world, (1_154, 8_246, 11));
}

#[test]
fn sessions_of_three_installers_close() {
    let mut world = small_world(3, 0, bounds(3, 2));
    world.functions = SESSIONS.to_vec();
    check(&world, (69_368, 837_630, 12));
}

#[test]
fn lists_of_two_installers_close() {
    let mut world = small_world(2, 2, bounds(2, 1));
    world.functions =
        vec![Function::StartSession, Function::EndSession, Function::RegisterResources, Function::GetList];
    check(&world, (3_084, 14_716, 6));
}

#[test]
fn lists_of_applications_that_come_and_go_close() {
    let mut world = small_world(1, 2, bounds(1, 1));
    world.functions =
        vec![Function::StartSession, Function::EndSession, Function::RegisterResources, Function::GetList];
    world.applications_come_and_go = true;
    world.bounds.incarnations = 2;
    check(&world, (1_336, 5_824, 10));
}

#[test]
fn shutdowns_and_restarts_of_one_application_close() {
    let mut world = small_world(1, 1, bounds(1, 1));
    world.functions = STOPPING.to_vec();
    world.bounds.incarnations = 2;
    check(&world, (2_002, 8_453, 31));
}

#[test]
fn shutdowns_of_two_applications_close() {
    let mut world = small_world(1, 2, bounds(1, 1));
    world.functions = STOPPING.to_vec();
    world.bounds.resources = 2;
    check(&world, (64_301, 282_956, 28));
}

#[test]
fn filters_and_shutdowns_close() {
    let mut world = small_world(1, 1, bounds(1, 1));
    world.functions = vec![
        Function::StartSession,
        Function::RegisterResources,
        Function::Shutdown,
        Function::AddFilter,
        Function::RemoveFilter,
        Function::GetFilterList,
    ];
    check(&world, (1_199, 4_173, 17));
}

#[test]
fn all_functions_of_one_installer_close() {
    let mut world = small_world(1, 1, bounds(1, 1));
    world.bounds.incarnations = 2;
    check(&world, (15_957, 106_598, 35));
}

/// Says no to the first session that is joined and then ended by who joined it.
#[derive(Clone)]
struct NobodyEndsWhatHeJoined {
    joined: bool,
}

impl Watcher for NobodyEndsWhatHeJoined {
    fn watch(&mut self, _: &Machine, input: &Input, observed: &Observed) -> Option<String> {
        let Input::Call { call, .. } = input else { return None };
        let has_succeeded = observed.reply() == Some(Reply::Success);
        match call {
            Call::JoinSession { .. } => self.joined |= has_succeeded,
            Call::EndSession { .. } if self.joined && has_succeeded => {
                return Some(String::from("somebody ended a session after a join"));
            }
            _ => {}
        }
        None
    }

    fn encode(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self.joined));
    }
}

#[test]
fn a_broken_law_is_shown_by_the_shortest_way_to_it() {
    let mut world = small_world(2, 0, bounds(2, 2));
    world.functions = SESSIONS.to_vec();
    let found = explore(&world, NobodyEndsWhatHeJoined { joined: false }, usize::MAX, &mut |_| true);
    let Ending::Broken { because, path } = found.ending else { panic!("{found:?}") };
    assert_eq!(because, "somebody ended a session after a join");
    let calls: Vec<&Call> = path
        .iter()
        .map(|step| match &step.input {
            Input::Call { call, .. } => call,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(
        matches!(calls[..], [Call::StartSession(_), Call::JoinSession { .. }, Call::EndSession { .. }]),
        "{path:?}"
    );
}

#[test]
fn what_was_not_explored_is_said() {
    let mut world = small_world(2, 0, bounds(2, 2));
    world.functions = SESSIONS.to_vec();
    let found = explore(&world, (), 100, &mut |_| true);
    let Ending::TooMany { waiting } = found.ending else { panic!("{found:?}") };
    assert!(found.states >= 100 && waiting > 0, "{found:?}");
    let found = explore(&world, (), usize::MAX, &mut |progress| progress.depth < 3);
    let Ending::Stopped { waiting } = found.ending else { panic!("{found:?}") };
    assert!(found.states < 633 && waiting > 0 && found.depth == 3, "{found:?}");
}
