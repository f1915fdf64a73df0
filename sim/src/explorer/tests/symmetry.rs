//! Symmetry is what it says: under other names everything goes on as before, and each state is known by one name.

use rstmgr_model::profile::{Answer as _, ListOrder};
use rstmgr_model::{ArrayArgument, Call, Event, FilterTarget, RegisterResources, Renaming};

use super::*;
use crate::explorer::symmetry::Symmetry;
use crate::seeded::Random;

/// Worlds with interchangeable parts.
fn worlds() -> Vec<(&'static str, SmallWorld)> {
    let bounds = |sessions, handles| Bounds {
        sessions,
        handles,
        calls: 1,
        operations: 9,
        incarnations: 1,
        resources: 1,
        filters: 9,
    };
    let profile = Profile::windows_11().with(ListOrder::KNOB, 1);
    let mut sessions = small_world(3, 0, profile, bounds(2, 2));
    sessions.functions = vec![Function::StartSession, Function::JoinSession, Function::EndSession];
    let mut dying = small_world(2, 0, profile, bounds(2, 2));
    dying.functions = sessions.functions.clone();
    dying.installers_die = true;
    let mut lists = small_world(2, 2, profile, bounds(2, 1));
    lists.functions = vec![Function::StartSession, Function::RegisterResources, Function::GetList];
    let mut filters = small_world(1, 2, profile, bounds(1, 1));
    filters.functions =
        vec![Function::StartSession, Function::AddFilter, Function::RemoveFilter, Function::GetFilterList];
    filters.applications_come_and_go = true;
    filters.bounds.incarnations = 2;
    let mut stopping = small_world(1, 2, profile, bounds(1, 1));
    stopping.bounds.resources = 2;
    stopping.functions = vec![
        Function::StartSession,
        Function::EndSession,
        Function::RegisterResources,
        Function::Shutdown,
        Function::Restart,
        Function::CancelCurrentTask,
    ];
    let mut all = small_world(2, 3, profile, bounds(2, 2));
    all.applications_come_and_go = true;
    all.installers_die = true;
    vec![
        ("sessions", sessions),
        ("dying", dying),
        ("lists", lists),
        ("filters", filters),
        ("stopping", stopping),
        ("all", all),
    ]
}

fn renamed(names: &Renaming, input: &Input) -> Input {
    let target = |target: &FilterTarget| FilterTarget {
        process: target.process.map(|process| names.unique_process(process)),
        ..*target
    };
    match input {
        Input::Due(timer) => Input::Due(*timer),
        Input::Event(Event::Exit(process)) => Input::Event(Event::Exit(names.process(*process))),
        Input::Event(Event::Start { process, launch: None }) => {
            Input::Event(Event::Start { process: names.process(*process), launch: None })
        }
        Input::Call { by, call, inside } => {
            let call = match call {
                Call::RegisterResources(arguments) => {
                    let files = arguments.files.items.as_ref();
                    let files = files.map(|files| files.iter().map(|file| file.map(|file| names.path(file))));
                    let processes = arguments.processes.items.as_ref();
                    let processes = processes
                        .map(|processes| processes.iter().map(|process| names.unique_process(*process)));
                    Call::RegisterResources(RegisterResources {
                        files: files
                            .map_or(ArrayArgument::absent(), |files| ArrayArgument::of(files.collect())),
                        processes: processes
                            .map_or(ArrayArgument::absent(), |files| ArrayArgument::of(files.collect())),
                        ..arguments.clone()
                    })
                }
                Call::AddFilter { handle, target: whom, action } => {
                    Call::AddFilter { handle: *handle, target: target(whom), action: *action }
                }
                Call::RemoveFilter { handle, target: whom } => {
                    Call::RemoveFilter { handle: *handle, target: target(whom) }
                }
                Call::StartSession(_)
                | Call::JoinSession { .. }
                | Call::EndSession { .. }
                | Call::GetList(_)
                | Call::Shutdown(_)
                | Call::Restart(_)
                | Call::CancelCurrentTask { .. }
                | Call::GetFilterList(_) => call.clone(),
            };
            Input::Call { by: names.installer(*by), call, inside: *inside }
        }
        Input::Act { .. } | Input::Registration(_) | Input::Event(_) | Input::Database { .. } => {
            panic!("a small world does not offer {input:?}")
        }
    }
}

#[test]
fn under_other_names_everything_goes_on_as_before() {
    for (name, world) in worlds() {
        let symmetry = Symmetry::of(&world).unwrap_or_else(|| panic!("{name} has interchangeable parts"));
        let [same, ..] = symmetry.renamings() else { panic!("{name} has renamings") };
        for (number, names) in symmetry.renamings().iter().enumerate() {
            let mut random = Random::new(u64::try_from(number).unwrap(), 0);
            for _ in 0..3_000 / symmetry.renamings().len() {
                walk(&world, same, names, &mut random);
            }
        }
    }
}

/// Steps at random, and beside it the same under other names.
fn walk(world: &SmallWorld, same: &Renaming, names: &Renaming, random: &mut Random) {
    let new_monitor = || Monitor::new(world.machine.world(), world.machine.profile());
    let (mut one, mut other) = ((world.first(), new_monitor()), (world.first(), new_monitor()));
    let (mut inputs, mut steps) = (Vec::new(), Vec::new());
    for _ in 0..80 {
        world.inputs(&one.0, &mut inputs);
        if inputs.is_empty() {
            return;
        }
        // What is due comes first more often than not, so that operations come to their ends.
        let due = inputs.iter().filter(|input| matches!(input, Input::Due(_))).count();
        let first = if due > 0 && random.below(4) > 0 { due } else { inputs.len() };
        let input = inputs.swap_remove(random.below(first));
        let other_input = renamed(names, &input);
        let code = random.below(1 << 12);
        for ((machine, monitor), input) in [(&mut one, &input), (&mut other, &other_input)] {
            let mut observed = Observed::default();
            machine.step(input, &mut Coded::new(code), &mut observed);
            Watcher::watch(monitor, machine, input, &observed);
        }
        steps.push(input);
        let [mut expected, mut bytes] = [Vec::new(), Vec::new()];
        one.0.encode_renamed(names, &mut expected);
        other.0.encode_renamed(same, &mut bytes);
        assert_eq!(bytes, expected, "{steps:#?}");
        one.1.encode_renamed(names, &mut expected);
        other.1.encode_renamed(same, &mut bytes);
        assert_eq!(bytes, expected, "{steps:#?}");
    }
}

/// A signature that tells less leaves more orders to look at, and shows nowhere else.
#[test]
fn signatures_tell_members_apart_as_often_as_they_can() {
    let mut told = Vec::new();
    for (name, world) in worlds() {
        let groups = world.machine.interchangeable(&world.installers, &world.applications);
        let (mut random, mut inputs) = (Random::new(1, 0), Vec::new());
        // How many members are idle, and how many pairs differ.
        let (mut idle, mut apart) = (0, 0);
        for _ in 0..150 {
            let mut machine = world.first();
            for _ in 0..60 {
                world.inputs(&machine, &mut inputs);
                if inputs.is_empty() {
                    break;
                }
                let input = inputs.swap_remove(random.below(inputs.len()));
                let mut choices = Coded::new(random.below(1 << 12));
                machine.step(&input, &mut choices, &mut Observed::default());
                for group in &groups {
                    let signatures: Vec<_> = group.iter().map(|member| machine.signature(member)).collect();
                    idle += signatures.iter().filter(|(_, is_idle)| *is_idle).count();
                    let others = |place: usize| signatures[place + 1..].iter();
                    let pairs = signatures.iter().enumerate();
                    apart += pairs
                        .map(|(place, (one, _))| others(place).filter(|(other, _)| one != other).count())
                        .sum::<usize>();
                }
            }
        }
        told.push((name, idle, apart));
    }
    let expected = [
        ("sessions", 7_876, 24_239),
        ("dying", 1_706, 1_187),
        ("lists", 13_502, 15_179),
        ("filters", 8_268, 7_844),
        ("stopping", 12_560, 4_102),
        ("all", 35_032, 21_945),
    ];
    assert_eq!(told, expected);
}

#[test]
fn each_state_is_known_by_one_name() {
    // How many states there are without and with symmetry, the laws watching.
    let expected = [
        ("sessions", (20_186, 3_494)),
        ("dying", (1_186, 597)),
        ("lists", (181, 47)),
        ("filters", (2_144, 1_076)),
        ("stopping", (11_551, 5_812)),
    ];
    let mut found = Vec::new();
    for (name, mut world) in worlds().into_iter().take(5) {
        if name == "stopping" {
            world.bounds.resources = 1;
        }
        let counts = counts(&world);
        assert!(counts.0 > counts.1, "{name}: {counts:?}");
        found.push((name, counts));
    }
    assert_eq!(found, expected);
}

/// Explores a world without symmetry, with it, and with every order looked at; counts the orbits of the first.
fn counts(world: &SmallWorld) -> (usize, usize) {
    let monitor = || Monitor::new(world.machine.world(), world.machine.profile());
    let with = |symmetry: Option<&Symmetry>| {
        let found = explore_with(world, monitor(), symmetry, &Limits::default(), &mut |_| true);
        assert_eq!(found.ending, Ending::Closed);
        found
    };
    let symmetry = Symmetry::of(world).expect("the world has interchangeable parts");
    let in_full = Symmetry::of(world).expect("it has them still").in_full();
    let (plain, reduced) = (with(None), with(Some(&symmetry)));
    let same = with(Some(&in_full));
    let figures = |found: &Exploration| (found.states, found.transitions, found.depth, found.beyond);
    assert_eq!(figures(&reduced), figures(&same), "signatures leave out what is the same");
    assert_eq!(reduced.depth, plain.depth);
    assert_eq!(reduced.states, orbits(world, &in_full, monitor()));
    (plain.states, reduced.states)
}

/// How many states differ in more than names.
fn orbits(world: &SmallWorld, symmetry: &Symmetry, monitor: Monitor) -> usize {
    let (mut states, mut orbits) = (BTreeMap::new(), BTreeMap::new());
    let (mut bytes, mut inputs) = (Vec::new(), Vec::new());
    let mut open = vec![(world.first(), monitor)];
    encode(&open[0].0, &open[0].1, &mut bytes);
    states.insert(bytes.clone(), ());
    while let Some((from, monitor)) = open.pop() {
        orbits.insert(symmetry.fingerprint(&from, &monitor, &mut bytes), ());
        world.inputs(&from, &mut inputs);
        for input in &inputs {
            let mut choices = Exhaustive::new();
            while choices.next_run() {
                let (mut machine, mut monitor) = (from.clone(), monitor.clone());
                let mut observed = Observed::default();
                machine.step(input, &mut choices, &mut observed);
                Watcher::watch(&mut monitor, &machine, input, &observed);
                let incarnations = encode(&machine, &monitor, &mut bytes);
                if states.insert(bytes.clone(), ()).is_some() {
                    continue;
                }
                if world.is_beyond(&machine, incarnations) {
                    orbits.insert(symmetry.fingerprint(&machine, &monitor, &mut bytes), ());
                } else {
                    open.push((machine, monitor));
                }
            }
        }
    }
    orbits.len()
}
