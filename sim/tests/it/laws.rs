//! What must hold whatever happens.

use proptest::prelude::*;
use rstmgr_model::profile::{Answer as _, DepartedApplications};
use rstmgr_model::{
    Call, ChoicePoint, Choices, Event, Fault, Input, Installer, InstallerId, Knob, Machine, Observed, Output,
    Profile, Reply, SessionHandle, SessionKey, StartSession, World,
};
use rstmgr_sim::{Exhaustive, every_run};

use crate::world::{APPLICATIONS, Happening, INSTALLERS, Scene, happening, uses};

proptest! {
    /// Who is affected is kept by counters; it is what a session finds that registers the same files only now.
    #[test]
    fn counters_agree_with_a_fresh_session(
        uses in uses(),
        files in any::<u8>(),
        before in proptest::collection::vec(happening(), 0..20),
        after in proptest::collection::vec(happening(), 0..40),
    ) {
        let dropped = DepartedApplications::Dropped;
        let place = DepartedApplications::ANSWERS.iter().position(|answer| *answer == dropped).unwrap();
        let profile = Profile::windows_11().with(DepartedApplications::KNOB, place);
        let mut scene = Scene::new(&uses, profile, 0);
        let world_only = |happening: &&Happening| {
            matches!(
                happening,
                Happening::Start(_) | Happening::Exit(_) | Happening::Open(..) | Happening::Close(..)
            )
        };
        before.iter().filter(world_only).for_each(|happening| { scene.happen(happening); });
        let (early, _) = scene.start(0);
        scene.register_now(0, early.unwrap(), files);
        for happening in after.iter().filter(world_only) {
            scene.happen(happening);
            let (fresh, _) = scene.start(0);
            scene.register_now(0, fresh.unwrap(), files);
            prop_assert_eq!(scene.listed(0, early.unwrap()), scene.listed(0, fresh.unwrap()));
            scene.happen(&Happening::End(0, fresh.unwrap().0));
        }
    }

    /// The outputs of a list follow from the number of entries and the capacity alone (LIST-03 to LIST-07).
    #[test]
    fn lists_follow_their_protocol(
        uses in uses(),
        happenings in proptest::collection::vec(happening(), 0..60),
    ) {
        let mut scene = Scene::new(&uses, Profile::windows_11(), 0);
        for happening in &happenings {
            let observed = scene.happen(happening);
            let Happening::List(_, _, capacity) = *happening else { continue };
            let entries = observed.outputs.iter().filter(|output| matches!(output, Output::Affected(_))).count();
            let entries = u32::try_from(entries).unwrap();
            let outputs = observed.outputs.iter().find_map(|output| match output {
                Output::List(outputs) => Some(*outputs),
                _ => None,
            });
            let outputs = outputs.expect("a list has outputs");
            match observed.reply().unwrap() {
                Reply::Success => {
                    prop_assert_eq!((outputs.needed, outputs.count), (Some(entries), Some(entries)));
                    prop_assert!(entries <= capacity);
                }
                Reply::MoreData => {
                    prop_assert!(outputs.needed.unwrap() > capacity);
                    prop_assert_eq!((entries, outputs.count), (0, None));
                    prop_assert!(outputs.reasons.is_some());
                }
                _ => prop_assert_eq!((entries, outputs.needed, outputs.reasons), (0, None, None)),
            }
        }
    }

    /// Handles are given once at a time, small, and each process has its own (OBS-START-05).
    #[test]
    fn a_process_never_has_a_handle_twice(
        uses in uses(),
        happenings in proptest::collection::vec(happening(), 0..100),
    ) {
        let mut scene = Scene::new(&uses, Profile::windows_11(), 0);
        let mut open = vec![Vec::<SessionHandle>::new(); INSTALLERS];
        for happening in &happenings {
            let observed = scene.happen(happening);
            let given = observed.outputs.iter().find_map(|output| match output {
                Output::Handle(handle) => Some(*handle),
                _ => None,
            });
            match *happening {
                Happening::StartSession(by) | Happening::Join(by, _) => {
                    if let Some(handle) = given {
                        prop_assert!(!open[by].contains(&handle), "{handle:?} is given twice");
                        let lowest = (0..).map(SessionHandle).find(|handle| !open[by].contains(handle));
                        prop_assert_eq!(Some(handle), lowest);
                        open[by].push(handle);
                    }
                }
                Happening::End(by, handle) => {
                    let was_open = open[by].contains(&SessionHandle(handle));
                    prop_assert_eq!(observed.reply() == Some(Reply::Success), was_open);
                    open[by].retain(|other| *other != SessionHandle(handle));
                }
                _ => {}
            }
        }
    }

    /// Same seed, same inputs: the same outputs and rules, also where much is left open.
    #[test]
    fn a_seed_means_the_same_twice(
        uses in uses(),
        seed in any::<u64>(),
        happenings in proptest::collection::vec(happening(), 0..60),
    ) {
        let open = Knob::all().fold(Profile::windows_11(), Profile::with_open);
        let run = || {
            let mut scene = Scene::new(&uses, open, seed);
            let observed: Vec<String> =
                happenings.iter().map(|happening| format!("{:?}", scene.happen(happening))).collect();
            (observed, scene.simulator.picks())
        };
        prop_assert_eq!(run(), run());
    }
}

#[test]
fn never_are_more_than_64_sessions_open_in_one_hive() {
    let mut scene = Scene::new(&[0; APPLICATIONS], Profile::windows_11(), 0);
    let given: Vec<Option<Reply>> = (0..130).map(|number| scene.start(number % 2).1.reply()).collect();
    assert!(given[..64].iter().all(|reply| *reply == Some(Reply::Success)));
    assert!(given[64..].iter().all(|reply| *reply == Some(Reply::MaxSessionsReached)));
    assert_eq!(
        scene.start(INSTALLERS - 1).1.reply(),
        Some(Reply::Success),
        "another user has a limit of his own"
    );
}

/// A world with one installer and nobody else.
fn one_installer() -> (World, InstallerId) {
    let mut world = World::new();
    let process = world.process(r"C:\Setup\setup.exe", World::user(0));
    let process = world.add_process(process);
    let current_directory = String::from(r"C:\Setup");
    let by = world.add_installer(Installer {
        process,
        as_service: false,
        current_directory,
        shutdown_privilege: true,
    });
    (world, by)
}

/// A start of a session with these flags.
fn start(by: InstallerId, flags: u32, key: u128) -> Input {
    let key = SessionKey(key);
    let arguments = StartSession { flags, null_handle: false, null_key: false, buffer_in_use: false, key };
    Input::Call { by, call: Call::StartSession(arguments), inside: None }
}

/// A shortage of memory that comes and goes is a choice of each call: three calls have 2^3 ways to go.
#[test]
fn every_way_of_a_memory_shortage_is_explored() {
    let (world, by) = one_installer();
    let machine = Machine::new(world, Profile::windows_11());
    let mut ways = Vec::new();
    every_run(|choices: &mut Exhaustive| {
        let mut machine = machine.clone();
        let mut observed = Observed::default();
        let fault = Input::Event(Event::Fault { fault: Fault::MemoryShort, active: true });
        machine.step(&fault, choices, &mut observed);
        for key in 0..3 {
            machine.step(&start(by, 0, key), choices, &mut observed);
        }
        let replies = observed.outputs.iter().filter_map(|output| match output {
            Output::Reply(reply) => Some(*reply),
            _ => None,
        });
        ways.push(replies.collect::<Vec<_>>());
    });
    ways.sort();
    ways.dedup();
    assert_eq!(ways.len(), 8);
}

/// A knob that is left open is asked once, and the machine keeps the answer.
#[test]
fn an_open_question_is_answered_once() {
    struct Count(usize);
    impl Choices for Count {
        fn choose(&mut self, point: ChoicePoint, options: usize) -> usize {
            assert!(matches!(point, ChoicePoint::OpenQuestion(_)));
            self.0 += 1;
            options - 1
        }
    }
    let knob = Knob::by_name("start-flags").unwrap();
    let (world, by) = one_installer();
    let mut machine = Machine::new(world, Profile::windows_11().with_open(knob));
    let mut choices = Count(0);
    for key in 0..3 {
        let mut observed = Observed::default();
        machine.step(&start(by, 1, key), &mut choices, &mut observed);
        assert_eq!(observed.reply(), Some(Reply::InvalidParameter));
    }
    assert_eq!(choices.0, 1);
}
