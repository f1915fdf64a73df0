//! Worlds to explore, by name.

use std::time::Duration;

use rstmgr_model::profile::{Answer as _, ListOrder};
use rstmgr_model::{
    HowUsed, Installer, Machine, OnEnd, OnQuery, ProcessKind, Profile, RestartRegistration, Use, World,
};

use super::{Arguments, Bounds, Function, SmallWorld};

/// Installers and applications of one user; each application has a window, uses the file of its
/// number, is registered for restart, and agrees to end or refuses. Everybody calls everything.
pub fn small_world(installers: usize, applications: usize, profile: Profile, bounds: Bounds) -> SmallWorld {
    let mut world = World::new();
    let user = World::user(0);
    let files: Vec<_> = (0..applications).map(|file| world.path(&format!(r"C:\App\{file}.dll"))).collect();
    let arguments = world.long_text("--restore");
    let mut programs = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let mut process = world.process(&format!(r"C:\App\{number}.exe"), user);
        process.kind = ProcessKind::MainWindow;
        process.restart = Some(RestartRegistration { arguments, flags: 0 });
        process.uses.push(Use { path: *file, how: HowUsed::Handle });
        process.behavior.on_query = OnQuery::Undecided;
        process.behavior.on_end = OnEnd::Leaves(Duration::from_secs(1));
        programs.push(world.add_process(process));
    }
    let mut setups = Vec::new();
    for number in 0..installers {
        let process = world.process(&format!(r"C:\Setup\{number}.exe"), user);
        let process = world.add_process(process);
        let current_directory = String::from(r"C:\Setup");
        let installer = Installer { process, as_service: false, current_directory, shutdown_privilege: true };
        setups.push(world.add_installer(installer));
    }
    let mut small = SmallWorld::new(Machine::new(world, profile), bounds);
    small.installers = setups;
    small.files = files;
    small.applications = programs;
    small
}

/// Worlds of three installers, three sessions and three applications, each with the functions of one group, and one of
/// two of each with all eleven, by name. Their lists stand in the order of registration, so that applications are
/// interchangeable; an application may refuse. Handles of a process, calls of an installer that are under way, resources
/// and filters of a session and incarnations are bounded, and one shutdown or restart is under way at a time; a state
/// beyond is counted and not followed. The last three call with [few](Arguments::Few) arguments, and shut down without
/// flags.
///
/// What they come to with symmetry, the laws watching and none of them broken:
///
/// | World | States | Steps | Depth | Beyond | Memory | |
/// |---|---|---|---|---|---|---|
/// | `sessions`, three handles each | 3,195,001 | 50,980,649 | 21 | 0 | 93 MB | closed |
/// | `sessions-two-handles` | 11,768 | 142,080 | 12 | 0 | 1 MB | closed |
/// | `lists`, one handle, two resources | 190,245 | 8,398,908 | 12 | 0 | 9 MB | closed |
/// | `lists-one-resource` | 627 | 26,640 | 9 | 0 | 1 MB | closed |
/// | `filters`, one handle, one resource, one filter | 5,196,985 | 176,321,860 | 48 | 0 | 191 MB | closed |
/// | `stopping`, one handle, one resource | 3,349,017 | 47,776,275 | 51 | 49,684 | 127 MB | closed |
/// | `everything`, the same, two filters | 8,993,065 | 207,284,075 | 55 | 35,496 | 296 MB | closed |
/// | `filters` with any number of filters | 43,834,992 | 1,397,396,395 | 25 | 0 | 1.5 GB | stopped after 45 minutes; 9,150,759 wait |
///
/// The program explores them from `conformance/worlds/two-of-each.yaml` and `three-of-each.yaml`, such as `filters` by
/// `--functions start-session,register-resources,shutdown,add-filter,remove-filter,get-filter-list --sessions 3
/// --arguments few --operations 1 --flags none --filters 1`.
pub fn named_worlds() -> Vec<(&'static str, SmallWorld)> {
    use Function::{
        AddFilter, CancelCurrentTask, EndSession, GetFilterList, GetList, JoinSession, RegisterResources,
        RemoveFilter, Restart, Shutdown, StartSession,
    };
    let few = |mut world: SmallWorld| {
        world.arguments = Arguments::Few;
        world.shutdown_flags = vec![0];
        world
    };
    let three = |handles, resources, functions: &[Function]| {
        let bounds =
            Bounds { sessions: 3, handles, calls: 1, operations: 1, incarnations: 1, resources, filters: 1 };
        let mut world = small_world(3, 3, in_order_of_registration(), bounds);
        world.functions = functions.to_vec();
        world
    };
    let bounds = Bounds {
        sessions: 2,
        handles: 1,
        calls: 1,
        operations: 1,
        incarnations: 1,
        resources: 1,
        filters: 2,
    };
    let everything = few(small_world(2, 2, in_order_of_registration(), bounds));
    let lists = [StartSession, EndSession, RegisterResources, GetList];
    let filters = [StartSession, RegisterResources, Shutdown, AddFilter, RemoveFilter, GetFilterList];
    let stopping = [StartSession, RegisterResources, Shutdown, Restart, CancelCurrentTask];
    vec![
        ("sessions", three(3, 0, &[StartSession, JoinSession, EndSession])),
        ("sessions-two-handles", three(2, 0, &[StartSession, JoinSession, EndSession])),
        ("lists", three(1, 2, &lists)),
        ("lists-one-resource", three(1, 1, &lists)),
        ("filters", few(three(1, 1, &filters))),
        ("stopping", few(three(1, 1, &stopping))),
        ("everything", everything),
    ]
}

/// Windows 11 with lists in the order of registration, which is not established (U-20a).
fn in_order_of_registration() -> Profile {
    let registration = ListOrder::ANSWERS.iter().position(|order| *order == ListOrder::Registration);
    Profile::windows_11().with(ListOrder::KNOB, registration.expect("it is one of its answers"))
}
