//! What the explorer's shortcuts leave out, looked at in full.

mod moves;
mod symmetry;

use std::collections::BTreeMap;

use rstmgr_model::{
    FORCE_SHUTDOWN, HowUsed, Installer, OnEnd, OnQuery, ProcessKind, Profile, RestartRegistration, Use, World,
};

use super::digest::{Digest, Room};
use super::*;
use crate::exhaustive::Exhaustive;

/// The bytes of a state; returns of how many incarnations of one process it speaks.
fn encode(machine: &Machine, watcher: &impl Watcher, bytes: &mut Vec<u8>) -> usize {
    bytes.clear();
    let incarnations = machine.encode(bytes);
    watcher.encode(bytes);
    incarnations
}

/// One installer, one application that agrees or refuses, and every function.
fn world() -> SmallWorld {
    let mut world = World::new();
    let user = World::user(0);
    let core = world.path(r"C:\App\core.dll");
    let arguments = world.long_text("--restore");
    let mut editor = world.process(r"C:\App\editor.exe", user);
    editor.kind = ProcessKind::MainWindow;
    editor.restart = Some(RestartRegistration { arguments, flags: 0 });
    editor.uses.push(Use { path: core, how: HowUsed::Handle });
    editor.behavior.on_query = OnQuery::Undecided;
    editor.behavior.on_end = OnEnd::Leaves(std::time::Duration::from_secs(1));
    let editor = world.add_process(editor);
    let setup = world.process(r"C:\Setup\setup.exe", user);
    let process = world.add_process(setup);
    let current_directory = String::from(r"C:\Setup");
    let installer = Installer { process, as_service: false, current_directory, shutdown_privilege: true };
    let setup = world.add_installer(installer);
    let bounds = Bounds {
        sessions: 1,
        handles: 2,
        calls: 1,
        operations: 9,
        incarnations: 2,
        resources: 1,
        filters: 9,
    };
    let mut small = SmallWorld::new(Machine::new(world, Profile::windows_11()), bounds);
    small.installers.push(setup);
    small.files.push(core);
    small.applications.push(editor);
    small.applications_come_and_go = true;
    small
}

/// One installer that may die, a program, a service and one that depends on it; a file that a service and the program use.
fn service_world() -> SmallWorld {
    let mut world = World::new();
    let user = World::user(0);
    let core = world.path(r"C:\App\core.dll");
    let mut editor = world.process(r"C:\App\editor.exe", user);
    editor.kind = ProcessKind::MainWindow;
    editor.uses.push(Use { path: core, how: HowUsed::Handle });
    let editor = world.add_process(editor);
    let mut names = Vec::new();
    let mut services = Vec::new();
    for name in ["database", "website"] {
        let mut host = world.process(&format!(r"C:\App\{name}.exe"), user);
        host.uses.extend(services.is_empty().then_some(Use { path: core, how: HowUsed::Handle }));
        let host = world.add_process(host);
        let service = world.service(host, name, name);
        services.push(world.add_service(service));
        names.push(world.service_name(name));
    }
    world.add_dependent(services[0], services[1]);
    let mut setup = world.process(r"C:\Setup\setup.exe", user);
    setup.elevated = true;
    let process = world.add_process(setup);
    let current_directory = String::from(r"C:\Setup");
    let installer = Installer { process, as_service: false, current_directory, shutdown_privilege: true };
    let setup = world.add_installer(installer);
    let bounds = Bounds { incarnations: 2, ..Bounds::ONE_OF_EACH };
    let mut small = SmallWorld::new(Machine::new(world, Profile::windows_11()), bounds);
    small.installers.push(setup);
    small.files.push(core);
    small.applications.push(editor);
    small.services = names;
    small.functions =
        vec![Function::StartSession, Function::RegisterResources, Function::Shutdown, Function::Restart];
    small.shutdown_flags = vec![0, FORCE_SHUTDOWN];
    small.applications_come_and_go = true;
    small.installers_die = true;
    small
}

/// What came out, without the ids of processes.
fn shown(observed: &Observed) -> String {
    let text = format!("{:?}", observed.outputs);
    let parts = text.split("UniqueProcess {").enumerate();
    let parts = parts.map(|(number, part)| match part.split_once('}') {
        Some((_, rest)) if number > 0 => rest,
        _ => part,
    });
    parts.collect()
}

/// The states of a world, by their whole bytes; and of each second way to a state, what it does next.
#[test]
fn equal_bytes_mean_an_equal_future() {
    let world = world();
    let mut states: BTreeMap<Vec<u8>, Machine> = BTreeMap::new();
    let mut open = vec![world.first()];
    let (mut inputs, mut bytes) = (Vec::new(), Vec::new());
    let (mut again, mut compared) = (0, 0);
    while let Some(machine) = open.pop() {
        let successors = successors(&world, &machine, &mut inputs);
        for (next, _) in successors {
            bytes.clear();
            let incarnations = next.encode(&mut bytes);
            if let Some(known) = states.get(&bytes) {
                again += 1;
                if again % 16 == 0 {
                    compare(&world, known, &next);
                    compared += 1;
                }
            } else if states.len() < 60_000 {
                states.insert(bytes.clone(), next.clone());
                if !world.is_beyond(&next, incarnations) {
                    open.push(next);
                }
            }
        }
    }
    assert!(compared > 20_000, "{compared}");
}

fn successors(world: &SmallWorld, from: &Machine, inputs: &mut Vec<Input>) -> Vec<(Machine, String)> {
    let mut found = Vec::new();
    world.inputs(from, inputs);
    for input in &*inputs {
        let mut choices = Exhaustive::new();
        while choices.next_run() {
            let mut machine = from.clone();
            let mut observed = Observed::default();
            machine.step(input, &mut choices, &mut observed);
            found.push((machine, shown(&observed)));
        }
    }
    found
}

fn compare(world: &SmallWorld, one: &Machine, other: &Machine) {
    let mut inputs = Vec::new();
    let ones = successors(world, one, &mut inputs);
    let others = successors(world, other, &mut inputs);
    assert_eq!(ones.len(), others.len());
    for ((one, shown), (other, also_shown)) in ones.iter().zip(&others) {
        assert_eq!(shown, also_shown);
        let [mut left, mut right] = [Vec::new(), Vec::new()];
        assert_eq!(one.encode(&mut left), other.encode(&mut right));
        assert_eq!(left, right, "after {shown}");
    }
}

#[test]
fn fingerprints_lose_no_state() {
    let mut world = world();
    world.applications_come_and_go = false;
    let found = explore(&world, (), &Limits::default(), &mut |_| true);
    assert_eq!(found.ending, Ending::Closed);
    let mut states = BTreeMap::new();
    let mut open = vec![world.first()];
    let mut bytes = Vec::new();
    encode(&open[0], &(), &mut bytes);
    states.insert(bytes.clone(), ());
    while let Some(machine) = open.pop() {
        for (next, _) in successors(&world, &machine, &mut Vec::new()) {
            let incarnations = encode(&next, &(), &mut bytes);
            if states.insert(bytes.clone(), ()).is_none() && !world.is_beyond(&next, incarnations) {
                open.push(next);
            }
        }
    }
    assert_eq!(found.states, states.len());
}

/// Steps are known, and taken back, by what they changed: held here against whole encodings and whole clones.
#[test]
fn what_did_not_change_need_not_be_looked_at() {
    let mut world = world();
    world.applications_come_and_go = false;
    let counts = look_at_what_did_not_change(&world);
    assert!(counts.iter().all(|count| *count > 10_000), "{counts:?}");
}

/// The same with services, and with processes that started again.
#[test]
fn what_did_not_change_about_services_need_not_be_looked_at() {
    let counts = look_at_what_did_not_change(&service_world());
    assert!(counts.iter().all(|count| *count > 1_000), "{counts:?}");
}

/// How many steps change nothing, lead to a known state, and lead to a new one.
fn look_at_what_did_not_change(world: &SmallWorld) -> [usize; 3] {
    let (mut states, mut open) = (BTreeMap::new(), vec![world.first()]);
    let (mut room, mut inputs, mut counts) = (Room::default(), Vec::new(), [0; 3]);
    while let Some(mut from) = open.pop() {
        from.forget_changes();
        let (mut before, mut after) = (Digest::default(), Digest::default());
        before.read(&from, &(), &mut room.bytes);
        let mut machine = from.clone();
        world.inputs(&from, &mut inputs);
        for input in &inputs {
            let mut choices = Exhaustive::new();
            while choices.next_run() {
                machine.step(input, &mut choices, &mut Observed::default());
                after.read(&machine, &(), &mut room.bytes);
                let whole = (after.fingerprint(), after.incarnations);
                let by_changes = before.after(&from, (&machine, &()), &mut room);
                assert_eq!(by_changes.unwrap_or((before.fingerprint(), before.incarnations)), whole);
                let mut copied = Digest::default();
                copied.read_changes(&before, &from, (&machine, &()), &mut room.bytes);
                assert_eq!((copied.fingerprint(), copied.incarnations), whole);
                let is_new = states.insert(whole.0, ()).is_none();
                if is_new && !world.is_beyond(&machine, whole.1) {
                    open.push(machine.clone());
                }
                counts[usize::from(by_changes.is_some()) + usize::from(is_new)] += 1;
                machine.undo_changes(&from);
                let [mut one, mut other] = [Vec::new(), Vec::new()];
                assert_eq!(machine.encode(&mut one), from.encode(&mut other));
                assert_eq!((one, machine.is_changed()), (other, false));
            }
        }
    }
    counts
}

#[test]
fn threads_change_no_result() {
    let world = world();
    let on = |threads, states_max| {
        let monitor = Monitor::new(world.machine.world(), world.machine.profile());
        let limits = Limits { states_max, threads, ..Limits::default() };
        let mut found = explore(&world, monitor, &limits, &mut |progress| progress.transitions < 400_000);
        found.bytes = 0;
        found
    };
    for states_max in [20_000, usize::MAX] {
        let alone = on(1, states_max);
        assert!(alone.states >= 20_000, "{alone:?}");
        assert_eq!(on(2, states_max), alone);
        assert_eq!(on(3, states_max), alone);
    }
}
