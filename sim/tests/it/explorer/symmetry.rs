//! What is interchangeable is explored once: fewer states, the same verdicts, and ways that are as long.

use rstmgr_model::profile::{Answer as _, ListOrder};
use rstmgr_sim::{PathStep, Picks, Replay};

use super::*;

/// A world of which the lists stand in the order of registration: where they stand in the order of ids, applications are
/// told apart by these.
fn in_order_of_registration(installers: usize, applications: usize, bounds: Bounds) -> SmallWorld {
    let profile = Profile::windows_11().with(ListOrder::KNOB, 1);
    rstmgr_sim::small_world(installers, applications, profile, bounds)
}

/// Explores a world to its end without symmetry and with it; how many states there are, and how deep they lie.
#[track_caller]
fn check(world: &SmallWorld, plain: (usize, usize), reduced: (usize, usize)) {
    for (symmetry, expected) in [(false, plain), (true, reduced)] {
        let found = explore(world, (), &Limits { symmetry, ..Limits::default() }, &mut |_| true);
        assert_eq!(found.ending, Ending::Closed);
        assert_eq!((found.states, found.depth), expected, "{symmetry}: {found:?}");
    }
}

#[test]
fn three_installers_leave_a_sixth_of_the_states() {
    let mut world = small_world(3, 0, bounds(3, 2));
    world.functions = SESSIONS.to_vec();
    check(&world, (69_368, 12), (11_768, 12));
}

#[test]
fn two_applications_leave_half_of_the_states() {
    let mut world = in_order_of_registration(1, 2, bounds(1, 1));
    world.functions = STOPPING.to_vec();
    world.bounds.resources = 2;
    check(&world, (63_953, 28), (31_998, 28));
}

#[test]
fn applications_that_are_told_apart_by_their_ids_are_not_one() {
    let mut world = small_world(1, 2, bounds(1, 1));
    world.functions = STOPPING.to_vec();
    check(&world, (4_291, 30), (4_291, 30));
}

#[test]
fn no_law_is_broken_where_three_do_the_same() {
    let expected = [
        ("sessions-two-handles", (11_768, 142_080, 12)),
        ("lists-one-resource", (627, 26_640, 9)),
        ("lists", (190_245, 8_398_908, 12)),
    ];
    let worlds = rstmgr_sim::named_worlds();
    for (name, counts) in expected {
        let (_, world) = worlds.iter().find(|(known, _)| *known == name).expect("the world is there");
        let monitor = Monitor::new(world.machine.world(), world.machine.profile());
        let limits = Limits { symmetry: true, threads: 2, ..Limits::default() };
        let found = explore(world, monitor, &limits, &mut |_| true);
        assert_eq!(found.ending, Ending::Closed, "{name}");
        assert_eq!((found.states, found.transitions, found.depth), counts, "{name}");
    }
}

/// The law that is broken first in a world with a mistake, and by how many steps, each of which can be repeated.
fn broken(flaw: Flaw, world: &SmallWorld, symmetry: bool) -> Option<(String, usize)> {
    let mut world = world.clone();
    world.machine = world.machine.with_flaw(flaw);
    let monitor = Monitor::new(world.machine.world(), world.machine.profile());
    let limits = Limits { symmetry, threads: 2, ..Limits::default() };
    match explore(&world, monitor.clone(), &limits, &mut |_| true).ending {
        Ending::Closed => None,
        Ending::Broken { because, path } => {
            assert_eq!(repeated(&world, monitor, &path), Some(because.clone()));
            let (law, _) = because.split_once(':').expect("a law has a name");
            Some((law.to_owned(), path.len()))
        }
        other => panic!("{other:?}"),
    }
}

/// What breaks a law on a way, on its last step.
fn repeated(world: &SmallWorld, mut monitor: Monitor, path: &[PathStep]) -> Option<String> {
    let mut machine = world.machine.clone();
    let mut broken = None;
    for PathStep { input, picks } in path {
        assert_eq!(broken, None, "only the last step breaks a law");
        let mut choices = Replay::new(&Picks(picks.clone()));
        let mut observed = Observed::default();
        machine.step(input, &mut choices, &mut observed);
        assert_eq!(choices.finish(), Ok(()), "{input:?}");
        broken = Watcher::watch(&mut monitor, &machine, input, &observed);
    }
    broken
}

#[test]
fn verdicts_are_those_without_symmetry() {
    let mut sessions = small_world(3, 0, bounds(2, 2));
    sessions.functions = SESSIONS.to_vec();
    let mut dying = small_world(2, 0, bounds(2, 2));
    dying.functions = SESSIONS.to_vec();
    dying.installers_die = true;
    let in_sessions = [
        Flaw::SlotNotGivenBack,
        Flaw::KeyComparedByHalf,
        Flaw::HandlesAreGlobal,
        Flaw::SecondEndSucceeds,
        Flaw::SecondaryEndsSession,
        Flaw::StatusRepeats,
    ];
    let mut found = 0;
    for flaw in in_sessions {
        for world in [&sessions, &dying] {
            let plain = broken(flaw, world, false);
            found += usize::from(plain.is_some());
            assert_eq!(broken(flaw, world, true), plain, "{flaw:?}");
        }
    }
    assert_eq!(found, 10);
    let all = in_order_of_registration(2, 2, bounds(1, 1));
    let in_all = [
        Flaw::NeededIsFilled,
        Flaw::StopsBeforeStatus,
        Flaw::FilterIgnored,
        Flaw::RefusalIgnored,
        Flaw::StatusRepeats,
        Flaw::CancelIgnored,
        Flaw::RestartAnytime,
    ];
    for flaw in in_all {
        let plain = broken(flaw, &all, false);
        assert!(plain.is_some(), "{flaw:?}");
        assert_eq!(broken(flaw, &all, true), plain, "{flaw:?}");
    }
}
