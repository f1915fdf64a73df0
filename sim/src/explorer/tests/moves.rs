//! What a small world offers, counted by hand, and who of it is alike.

use std::collections::BTreeMap;

use rstmgr_model::profile::{Answer as _, ListOrder};
use rstmgr_model::{Call, Input};

use super::super::symmetry::Symmetry;
use super::*;

/// A call without its arguments.
fn function(input: &Input) -> &'static str {
    let Input::Call { call, .. } = input else { return "no call" };
    match call {
        Call::StartSession(_) => "start",
        Call::JoinSession { .. } => "join",
        Call::EndSession { .. } => "end",
        Call::RegisterResources(_) => "register",
        Call::GetList(_) => "list",
        Call::Shutdown(_) => "shutdown",
        Call::Restart(_) => "restart",
        Call::CancelCurrentTask { .. } => "cancel",
        Call::AddFilter { .. } => "add filter",
        Call::RemoveFilter { .. } => "remove filter",
        Call::GetFilterList(_) => "list filters",
    }
}

fn offered(world: &SmallWorld, machine: &Machine) -> Vec<Input> {
    let mut inputs = Vec::new();
    world.inputs(machine, &mut inputs);
    inputs
}

/// How often each function can be called, without those that cannot.
fn counted(inputs: &[Input]) -> Vec<(&'static str, usize)> {
    let mut counts = BTreeMap::new();
    inputs.iter().for_each(|input| *counts.entry(function(input)).or_default() += 1);
    counts.into_iter().collect()
}

/// The world with a service, and its machine with one session.
fn with_session(change: impl FnOnce(&mut SmallWorld)) -> (SmallWorld, Machine) {
    let mut world = service_world();
    world.functions = Function::ALL.to_vec();
    world.installers_die = false;
    world.applications_come_and_go = false;
    world.bounds = Bounds { handles: 2, ..Bounds::ONE_OF_EACH };
    change(&mut world);
    let mut machine = world.first();
    let inputs = offered(&world, &machine);
    let start = inputs.iter().find(|input| function(input) == "start").expect("nobody has started one");
    machine.step(start, &mut Exhaustive::new(), &mut Observed::default());
    (world, machine)
}

/// One file, one program and two services; the session's own handle, and one that nobody has.
#[test]
fn everything_is_offered_with_each_handle_resource_and_target() {
    let (world, machine) = with_session(|_| ());
    let inputs = offered(&world, &machine);
    let expected = [
        ("add filter", 2 * 3 * 2), // of three targets, with two actions each
        ("cancel", 2),
        ("end", 2),
        ("join", 2), // by its key, and by one that no session has
        ("list", 2 * 3),
        ("list filters", 2 * 2),
        ("register", 2 * 4),
        ("remove filter", 2 * 3),
        ("restart", 2),
        ("shutdown", 2 * 2),
    ];
    assert_eq!(counted(&inputs), expected);
    let calls = || {
        inputs.iter().filter_map(|input| if let Input::Call { call, .. } = input { Some(call) } else { None })
    };
    let mut services = 0;
    for call in calls() {
        if let Call::RegisterResources(arguments) = call {
            let given = [arguments.files.count, arguments.processes.count, arguments.services.count];
            assert_eq!(given.iter().sum::<u32>(), 1, "each resource by itself: {arguments:?}");
            services += given[2];
        } else if let Call::AddFilter { target, .. } | Call::RemoveFilter { target, .. } = call {
            assert!(target.process.is_some() != target.service.is_some(), "{target:?}");
        } else if let Call::GetFilterList(arguments) = call {
            assert!(matches!((arguments.capacity, arguments.null_buffer), (0, true) | (4096, false)));
        }
    }
    assert_eq!(services, 2 * 2);
}

#[test]
fn few_arguments_are_the_last_of_each_and_no_processes() {
    let (world, machine) = with_session(|world| world.arguments = Arguments::Few);
    let expected = [
        ("add filter", 2 * 3),
        ("cancel", 2),
        ("end", 2),
        ("join", 2),
        ("list", 2),
        ("list filters", 2),
        ("register", 2 * 3),
        ("remove filter", 2 * 3),
        ("restart", 2),
        ("shutdown", 2 * 2),
    ];
    let inputs = offered(&world, &machine);
    assert_eq!(counted(&inputs), expected);
    let capacity = |input: &Input| {
        if let Input::Call { call: Call::GetList(arguments), .. } = input {
            Some(arguments.capacity)
        } else if let Input::Call { call: Call::GetFilterList(arguments), .. } = input {
            Some(arguments.capacity)
        } else {
            None
        }
    };
    let capacities: Vec<u32> = inputs.iter().filter_map(capacity).collect();
    assert_eq!(capacities, [64, 64, 4096, 4096]);
}

#[test]
fn nothing_is_offered_beyond_the_bounds() {
    let (world, machine) = with_session(|world| {
        world.bounds = Bounds { resources: 0, filters: 0, ..Bounds::ONE_OF_EACH };
        world.functions = vec![
            Function::StartSession,
            Function::JoinSession,
            Function::RegisterResources,
            Function::AddFilter,
        ];
    });
    // The one handle is given, and through the other nothing is registered.
    assert_eq!(counted(&offered(&world, &machine)), []);
    let (world, machine) = with_session(|world| {
        world.bounds.sessions = 2;
        world.functions = vec![Function::StartSession, Function::JoinSession];
    });
    assert_eq!(counted(&offered(&world, &machine)), [("join", 2), ("start", 1)]);
}

#[test]
fn those_are_alike_who_behave_alike_and_whose_files_are_offered_alike() {
    let in_order = Profile::windows_11().with(ListOrder::KNOB, 1);
    assert_eq!(ListOrder::ANSWERS[1], ListOrder::Registration);
    let renamings = |world: &SmallWorld| Symmetry::of(world).map_or(1, |symmetry| symmetry.renamings().len());
    let two = || small_world(1, 2, in_order, Bounds::ONE_OF_EACH);
    assert_eq!(renamings(&two()), 2);
    let mut one_file = two();
    one_file.files.truncate(1);
    assert!(Symmetry::of(&one_file).is_none());
    let mut no_file = two();
    no_file.files.clear();
    assert_eq!(renamings(&no_file), 2);
    let alone = small_world(1, 1, in_order, Bounds::ONE_OF_EACH);
    assert!(Symmetry::of(&alone).is_none());
    // Two installers and two applications, of whom nobody offers a file.
    let mut pairs = small_world(2, 2, in_order, Bounds::ONE_OF_EACH);
    pairs.files.clear();
    assert_eq!(renamings(&pairs), 2 * 2);
}
