//! Small worlds, explored to the last state: how many there are is pinned, so that a change that was not meant shows.

mod symmetry;

use rstmgr_model::{
    Call, Flaw, HowUsed, Input, Installer, Machine, Monitor, Observed, PathId, Process, ProcessId,
    ProcessKind, Profile, Reply, RestartRegistration, Use, World,
};
use rstmgr_sim::{Bounds, Ending, Function, Limits, SmallWorld, Watcher, explore};

fn small_world(installers: usize, applications: usize, bounds: Bounds) -> SmallWorld {
    rstmgr_sim::small_world(installers, applications, Profile::windows_11(), bounds)
}

fn bounds(sessions: usize, handles: usize) -> Bounds {
    Bounds { sessions, handles, calls: 1, operations: 9, incarnations: 1, resources: 1, filters: 9 }
}

fn up_to(states_max: usize) -> Limits {
    Limits { states_max, ..Limits::default() }
}

/// Explores a world to its end: how many states and transitions there are, and how deep they lie.
#[track_caller]
fn check(world: &SmallWorld, expected: (usize, u64, usize)) {
    let found = explore(world, (), &Limits::default(), &mut |_| true);
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
    check(&world, (220, 5_262, 6));
}

#[test]
fn lists_of_applications_that_come_and_go_close() {
    let mut world = small_world(1, 2, bounds(1, 1));
    world.functions =
        vec![Function::StartSession, Function::EndSession, Function::RegisterResources, Function::GetList];
    world.applications_come_and_go = true;
    world.bounds.incarnations = 2;
    check(&world, (248, 3_328, 10));
}

#[test]
fn shutdowns_and_restarts_of_one_application_close() {
    let mut world = small_world(1, 1, bounds(1, 1));
    world.functions = STOPPING.to_vec();
    world.bounds.incarnations = 2;
    check(&world, (1_806, 8_329, 31));
}

#[test]
fn shutdowns_of_two_applications_close() {
    let mut world = small_world(1, 2, bounds(1, 1));
    world.functions = STOPPING.to_vec();
    world.bounds.resources = 2;
    check(&world, (63_953, 303_704, 28));
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
    check(&world, (747, 3_167, 17));
}

#[test]
fn all_functions_of_one_installer_close() {
    let mut world = small_world(1, 1, bounds(1, 1));
    world.bounds.incarnations = 2;
    check(&world, (7_952, 66_015, 35));
}

/// What the laws say of a world in which a mistake is planted: the law that is broken first, and after how many steps.
fn broken_by(flaw: Flaw, world: &SmallWorld) -> Option<(String, usize)> {
    let mut world = world.clone();
    world.machine = world.machine.with_flaw(flaw);
    let monitor = Monitor::new(world.machine.world(), world.machine.profile());
    match explore(&world, monitor, &up_to(200_000), &mut |_| true).ending {
        Ending::Broken { because, path } => {
            let (law, _) = because.split_once(':').expect("a law has a name");
            Some((law.to_owned(), path.len()))
        }
        Ending::Closed | Ending::TooMany { .. } | Ending::TooLarge { .. } | Ending::Stopped { .. } => None,
    }
}

/// A world of one installer and applications of every kind that a flaw wants.
fn world_of(change: impl FnOnce(&mut World, PathId) -> Vec<ProcessId>) -> SmallWorld {
    let mut world = World::new();
    let core = world.path(r"C:\App\core.dll");
    let applications = change(&mut world, core);
    let process = world.process(r"C:\Setup\setup.exe", World::user(0));
    let process = world.add_process(process);
    let setup = world.add_installer(Installer {
        process,
        as_service: false,
        current_directory: String::from(r"C:\Setup"),
        shutdown_privilege: true,
    });
    let mut small = SmallWorld::new(Machine::new(world, Profile::windows_11()), bounds(1, 1));
    small.installers.push(setup);
    small.files.push(core);
    small.applications = applications;
    small.bounds.incarnations = 2;
    small
}

/// An application that uses `file`, of a kind.
fn application(world: &mut World, file: PathId, name: &str, kind: ProcessKind) -> Process {
    let mut process = world.process(&format!(r"C:\App\{name}.exe"), World::user(0));
    process.kind = kind;
    process.uses.push(Use { path: file, how: HowUsed::Handle });
    process
}

/// The small worlds in which laws are held against every step, by name.
fn worlds() -> Vec<(&'static str, SmallWorld)> {
    let mut sessions = small_world(2, 0, bounds(2, 2));
    sessions.functions = SESSIONS.to_vec();
    let mut dying = sessions.clone();
    dying.installers_die = true;
    let mut all = small_world(1, 1, bounds(1, 1));
    all.bounds.incarnations = 2;
    let mut two = small_world(1, 2, bounds(1, 1));
    two.bounds.resources = 2;
    two.functions = STOPPING.to_vec();
    let unknown = world_of(|world, core| {
        let process = application(world, core, "tool", ProcessKind::Windowless);
        let tool = world.add_process(process);
        let process = application(world, core, "editor", ProcessKind::MainWindow);
        vec![tool, world.add_process(process)]
    });
    let critical = world_of(|world, core| {
        let mut process = application(world, core, "guard", ProcessKind::MainWindow);
        process.critical = true;
        vec![world.add_process(process)]
    });
    let services = world_of(|world, core| {
        let arguments = world.long_text("--restore");
        let mut process = application(world, core, "editor", ProcessKind::MainWindow);
        process.restart = Some(RestartRegistration { arguments, flags: 0 });
        let editor = world.add_process(process);
        let process = application(world, core, "host", ProcessKind::Windowless);
        let host = world.add_process(process);
        for name in ["Index", "Search"] {
            let service = world.service(host, name, name);
            world.add_service(service);
        }
        vec![editor]
    });
    vec![
        ("sessions", sessions),
        ("dying", dying),
        ("all", all),
        ("two", two),
        ("unknown", unknown),
        ("critical", critical),
        ("services", services),
    ]
}

#[test]
fn no_law_is_broken_in_a_small_world() {
    let closed = ["sessions", "dying", "all", "critical"];
    for (name, world) in worlds() {
        let monitor = Monitor::new(world.machine.world(), world.machine.profile());
        let found = explore(&world, monitor, &up_to(60_000), &mut |_| true);
        match found.ending {
            Ending::Closed => {}
            Ending::TooMany { .. } => assert!(!closed.contains(&name), "{name} has {} states", found.states),
            Ending::Broken { .. } | Ending::TooLarge { .. } | Ending::Stopped { .. } => {
                panic!("{name}: {found:?}")
            }
        }
    }
}

/// Which law each planted mistake breaks, in which world, and after how many steps at the earliest.
const FOUND: [(Flaw, &str, &str, usize); 24] = [
    (Flaw::SlotNotGivenBack, "sessions", "only-the-key-of-a-session-joins", 3),
    (Flaw::KeyComparedByHalf, "sessions", "only-the-key-of-a-session-joins", 2),
    (Flaw::HandlesAreGlobal, "sessions", "an-unknown-handle-is-refused", 2),
    (Flaw::SecondEndSucceeds, "sessions", "an-unknown-handle-is-refused", 3),
    (Flaw::SecondaryEndsSession, "sessions", "sessions-are-recorded", 3),
    (Flaw::RegistrationReplaces, "two", "success-means-stopped", 10),
    (Flaw::NeededIsFilled, "all", "too-small-means-too-small", 3),
    (Flaw::SmallArrayFilled, "unknown", "a-small-array-stays-empty", 3),
    (Flaw::DepartedStillRunning, "unknown", "the-departed-do-not-run", 8),
    (Flaw::EverythingRestartable, "unknown", "only-the-registered-are-restartable", 3),
    (Flaw::StopsBeforeStatus, "all", "the-first-percentage-comes-first", 4),
    (Flaw::RebootReasonsIgnored, "critical", "the-critical-are-spared", 4),
    (Flaw::OnlyRegisteredIgnored, "unknown", "one-unregistered-stops-all", 4),
    (Flaw::UnknownIsAsked, "unknown", "one-unknown-stops-all", 4),
    (Flaw::FilterIgnored, "all", "the-filtered-are-spared", 5),
    (Flaw::ServicesFirst, "services", "the-query-comes-first", 9),
    (Flaw::RefusalIgnored, "all", "a-refusal-ends-the-shutdown", 6),
    (Flaw::FailureHidden, "all", "failures-show", 9),
    (Flaw::NeverKills, "all", "force-leaves-no-program", 7),
    (Flaw::StatusRepeats, "all", "percentages-rise", 5),
    (Flaw::CancelIgnored, "all", "nobody-is-told-after-a-cancel", 5),
    (Flaw::RestartAnytime, "all", "a-restart-follows-a-shutdown", 2),
    (Flaw::EverybodyRestarted, "unknown", "the-unregistered-stay-closed", 9),
    (Flaw::NoRestartIgnored, "all", "the-filtered-stay-closed", 12),
];

#[test]
fn planted_mistakes_are_found_by_the_shortest_way() {
    let worlds = worlds();
    for (flaw, name, law, steps) in FOUND {
        let (_, world) = worlds.iter().find(|(known, _)| *known == name).expect("the world is there");
        assert_eq!(broken_by(flaw, world), Some((law.to_owned(), steps)), "{flaw:?} in {name}");
    }
}

#[test]
fn every_number_of_threads_finds_the_same_way() {
    let worlds = worlds();
    for (flaw, name) in [(Flaw::NoRestartIgnored, "all"), (Flaw::EverybodyRestarted, "unknown")] {
        let (_, world) = worlds.iter().find(|(known, _)| *known == name).expect("the world is there");
        let mut world = world.clone();
        world.machine = world.machine.with_flaw(flaw);
        let found = [1, 2, 3].map(|threads| {
            let monitor = Monitor::new(world.machine.world(), world.machine.profile());
            let found = explore(&world, monitor, &Limits { threads, ..Limits::default() }, &mut |_| true);
            assert!(matches!(found.ending, Ending::Broken { .. }), "{found:?}");
            (found.states, found.transitions, found.depth, found.beyond, found.ending)
        });
        assert!(found[0] == found[1] && found[1] == found[2], "{found:?}");
    }
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
    let found = explore(&world, NobodyEndsWhatHeJoined { joined: false }, &Limits::default(), &mut |_| true);
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

/// Says no to a session with more filters than stated.
#[derive(Clone)]
struct SoManyFilters(usize);

impl Watcher for SoManyFilters {
    fn watch(&mut self, after: &Machine, input: &Input, _: &Observed) -> Option<String> {
        let Input::Call { by, call: Call::AddFilter { handle, .. }, .. } = input else { return None };
        let filters = after.filters_through(*by, *handle);
        (filters > self.0).then(|| format!("{filters} filters"))
    }

    fn encode(&self, _: &mut Vec<u8>) {}
}

#[test]
fn a_session_has_as_many_filters_as_the_bound_says() {
    let mut world = small_world(1, 2, bounds(1, 1));
    world.functions = vec![Function::StartSession, Function::AddFilter, Function::RemoveFilter];
    for bound in 0..=2 {
        world.bounds.filters = bound;
        let found =
            |at_most| explore(&world, SoManyFilters(at_most), &Limits::default(), &mut |_| true).ending;
        assert_eq!(found(bound), Ending::Closed);
        let fewer = bound.checked_sub(1).map(found);
        assert!(fewer.is_none_or(|ending| matches!(ending, Ending::Broken { .. })), "{bound}");
    }
}

#[test]
fn what_was_not_explored_is_said() {
    let mut world = small_world(2, 0, bounds(2, 2));
    world.functions = SESSIONS.to_vec();
    let found = explore(&world, (), &up_to(100), &mut |_| true);
    let Ending::TooMany { waiting } = found.ending else { panic!("{found:?}") };
    assert!(found.states >= 100 && waiting > 0, "{found:?}");
    let found = explore(&world, (), &Limits::default(), &mut |progress| progress.depth < 3);
    let Ending::Stopped { waiting } = found.ending else { panic!("{found:?}") };
    assert!(found.states < 633 && waiting > 0 && found.depth == 3, "{found:?}");
}
