//! The laws of the model, on random machines and with careless installers.

mod careless;
mod forgery;
mod watched;

use std::collections::{BTreeMap, BTreeSet};

use rstmgr_model::{
    Broken, Call, Cause, Event, Flaw, Input, Knob, Machine, Message, Monitor, Output, Profile, Property,
    PropertySet, Reply, SessionHandle, SessionKey, Told,
};
use rstmgr_sim::{Random, random_machine};

use careless::{Careless, STREAM};
use watched::{Step, Watched};

/// How many machines are run under each profile.
const SEEDS: u64 = 500;
/// How many groups of careless installers are followed, and for how many steps.
const CARELESS: u64 = 2_000;
const STEPS: usize = 250;
/// Among how many seeds a mistake must show.
const FLAWED_SEEDS: u64 = 300;
/// Among how many seeds of forged runs each law must be broken.
const FORGED_SEEDS: u64 = 200;
/// Of how many seeds the work of each law is counted.
const COUNTED_SEEDS: u64 = 6;
/// How many laws there are.
const LAWS: usize = 93;

/// The profile of a seed: one of the three, or Windows 11 with few or many knobs turned or open.
fn profile(seed: u64) -> Profile {
    let mut random = Random::new(seed, STREAM + 1);
    let turns = match random.below(8) {
        0..3 => return Profile::windows_11(),
        3 => return Profile::documented(),
        4 => return Profile::named("windows-vista").expect("it is known"),
        5 | 6 => 4,
        _ => 25,
    };
    let knobs: Vec<Knob> = Knob::all().collect();
    (0..turns).fold(Profile::windows_11(), |profile, _| {
        let knob = knobs[random.below(knobs.len())];
        match random.below(3) {
            0 => profile.with_open(knob),
            _ => profile.with(knob, random.below(knob.options().len())),
        }
    })
}

/// Runs the random machine of a seed to its end.
fn careful(seed: u64, profile: Profile, flaw: Option<Flaw>) -> Watched {
    let machine = random_machine(seed);
    let mut state = Machine::new(machine.world.clone(), profile);
    if let Some(flaw) = flaw {
        state = state.with_flaw(flaw);
    }
    let mut watched = Watched::new(state, seed);
    let start = machine.start(watched.simulator.fresh_key());
    watched.perform(start);
    for (place, call) in machine.calls(SessionHandle(0)).into_iter().enumerate() {
        watched.perform(call);
        if place == 0 && seed.is_multiple_of(2) {
            // Somebody opens a file that is registered already.
            watched.perform(Input::Event(Event::Open(machine.processes[1], machine.files[0])));
        }
        while watched.proceed() {}
    }
    watched
}

fn carelessly(seed: u64, profile: Profile, flaw: Option<Flaw>) -> Watched {
    let mut careless = Careless::new(seed, profile, flaw);
    for _ in 0..STEPS {
        careless.go_on();
    }
    careless.watched
}

/// Runs a crowd of sessions: more than the limit allows, by two users, ended and left open.
fn crowd(seed: u64, profile: Profile, flaw: Option<Flaw>) -> Watched {
    let mut careless = Careless::new(seed, profile, flaw);
    for round in 0..4 {
        for _ in 0..70 {
            careless.start_session([0, 1, 0, 1][round]);
        }
        if round == 1 {
            careless.start_session(2);
            careless.exit(0);
        }
        careless.look(0);
        careless.end_sessions(1);
    }
    careless.watched
}

/// What broke, as text with the seed, a few of each law.
fn summary(broken: Vec<(u64, Broken)>) -> BTreeMap<&'static str, Vec<String>> {
    let mut summary: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (seed, broken) in broken {
        let few = summary.entry(broken.property.name).or_default();
        if few.len() < 3 {
            few.push(format!("seed {seed}: {}", broken.because.chars().take(900).collect::<String>()));
        }
    }
    summary
}

#[test]
fn no_law_is_broken_and_each_applies_somewhere() {
    let mut broken = Vec::new();
    let mut reached = PropertySet::default();
    for seed in 0..SEEDS {
        for profile in [Profile::windows_11(), Profile::documented()] {
            let watched = careful(seed, profile, None);
            reached.extend(watched.monitor.reached());
            broken.extend(watched.broken.into_iter().map(|broken| (seed, broken)));
        }
    }
    for seed in 0..CARELESS {
        let watched = carelessly(seed, profile(seed), None);
        reached.extend(watched.monitor.reached());
        broken.extend(watched.broken.into_iter().map(|broken| (seed + 100_000, broken)));
    }
    for seed in 0..10 {
        let watched = crowd(seed, Profile::windows_11(), None);
        reached.extend(watched.monitor.reached());
        broken.extend(watched.broken.into_iter().map(|broken| (seed + 200_000, broken)));
    }
    let summary = summary(broken);
    let never: Vec<&str> =
        Property::all().iter().filter(|law| !reached.contains(law)).map(|law| law.name).collect();
    assert!(summary.is_empty(), "{summary:#?} {never:?}");
    assert!(never.is_empty(), "{never:?}");
}

/// Mistakes, each with a law that it breaks.
const FLAWS: [(Flaw, &str); 39] = [
    (Flaw::LimitOffByOne, "at-most-64-sessions"),
    (Flaw::LimitOverAllUsers, "the-limit-refuses-only-when-full"),
    (Flaw::SlotNotGivenBack, "the-database-shows-the-sessions"),
    (Flaw::SlotNeverReused, "the-database-has-64-slots"),
    (Flaw::KeyComparedByHalf, "only-the-key-of-a-session-joins"),
    (Flaw::KeyCaseMatters, "the-key-of-a-session-joins"),
    (Flaw::ForeignKeyAccepted, "only-the-same-user-joins"),
    (Flaw::HandlesAreGlobal, "an-unknown-handle-is-refused"),
    (Flaw::SecondEndSucceeds, "an-unknown-handle-is-refused"),
    (Flaw::SecondaryEndsSession, "a-live-session-knows-its-handles"),
    (Flaw::RegistrationReplaces, "a-registered-process-is-listed"),
    (Flaw::DirectoryRefused, "ordinary-names-register"),
    (Flaw::ExtendedPathMissed, "users-of-files-are-listed"),
    (Flaw::StartTimeIgnored, "only-the-affected-are-listed"),
    (Flaw::NeededIsFilled, "too-small-means-too-small"),
    (Flaw::SmallArrayFilled, "a-small-array-stays-empty"),
    (Flaw::ReasonsLost, "the-critical-set-their-reason"),
    (Flaw::CallerHidden, "a-registered-process-is-listed"),
    (Flaw::DepartedStillRunning, "the-departed-do-not-run"),
    (Flaw::LaterHoldersMissed, "users-of-files-are-listed"),
    (Flaw::OneEntryPerHost, "services-of-a-host-are-listed"),
    (Flaw::EverythingRestartable, "only-the-registered-are-restartable"),
    (Flaw::WriteFaultSwallowed, "without-the-registry-a-call-fails"),
    (Flaw::StopsBeforeStatus, "the-first-percentage-comes-first"),
    (Flaw::RebootReasonsIgnored, "the-critical-are-spared"),
    (Flaw::OnlyRegisteredIgnored, "one-unregistered-stops-all"),
    (Flaw::UnknownIsAsked, "one-unknown-stops-all"),
    (Flaw::FilterIgnored, "the-filtered-are-spared"),
    (Flaw::ServicesFirst, "classes-stop-in-order"),
    (Flaw::RefusalIgnored, "a-refusal-ends-the-shutdown"),
    (Flaw::FailureHidden, "failures-show"),
    (Flaw::NeverKills, "force-leaves-no-program"),
    (Flaw::StatusRepeats, "percentages-rise"),
    (Flaw::CancelIgnored, "nobody-is-told-after-a-cancel"),
    (Flaw::RestartAnytime, "a-restart-follows-a-shutdown"),
    (Flaw::RestartInStopOrder, "classes-restart-in-reverse"),
    (Flaw::EverybodyRestarted, "the-unregistered-stay-closed"),
    (Flaw::NoRestartIgnored, "the-filtered-stay-closed"),
    (Flaw::RebootNotLogged, "a-reboot-case-is-recorded"),
];

/// Whether a run breaks a law.
fn breaks(watched: &Watched, law: &str) -> bool {
    watched.broken.iter().any(|broken| broken.property.name == law)
}

#[test]
fn every_mistake_breaks_its_law() {
    assert_eq!(FLAWS.map(|(flaw, _)| flaw), Flaw::ALL);
    for (flaw, law) in FLAWS {
        assert!(Property::by_name(law).is_some(), "{law} is no law");
        let shows = |seed: u64| {
            breaks(&careful(seed, Profile::windows_11(), Some(flaw)), law)
                || seed < 2 && breaks(&crowd(seed, Profile::windows_11(), Some(flaw)), law)
                || breaks(&carelessly(seed, profile(seed), Some(flaw)), law)
        };
        assert!((0..FLAWED_SEEDS).any(shows), "{flaw:?} does not break: {law}");
    }
}

#[test]
fn every_law_is_broken_by_a_mistake_or_a_forgery() {
    let mut broken: BTreeSet<&str> = FLAWS.iter().map(|(_, law)| *law).collect();
    for seed in 0..FORGED_SEEDS {
        for watched in [
            careful(seed, Profile::windows_11(), None),
            carelessly(seed, Profile::windows_11(), None),
            crowd_if(seed < 3, seed),
        ] {
            broken.extend(forgery::verdicts(&watched, seed));
        }
        if broken.len() == Property::all().len() {
            return;
        }
    }
    let never: Vec<&str> =
        Property::all().iter().map(|law| law.name).filter(|name| !broken.contains(name)).collect();
    panic!("nothing breaks {never:?}");
}

/// In how many runs each law's situation comes, and how often forgeries and planted mistakes break it: a law that
/// notices less than it did, or more, shows here.
#[test]
fn what_each_law_notices_is_pinned() {
    let mut counts: BTreeMap<&str, [u32; 3]> = BTreeMap::new();
    for seed in 0..COUNTED_SEEDS {
        for watched in [
            careful(seed, Profile::windows_11(), None),
            carelessly(seed, Profile::windows_11(), None),
            crowd_if(seed < 3, seed),
        ] {
            for law in watched.monitor.reached().iter() {
                counts.entry(law.name).or_default()[0] += 1;
            }
            for law in forgery::verdicts(&watched, seed) {
                counts.entry(law).or_default()[1] += 1;
            }
        }
        for flaw in Flaw::ALL {
            let [once, again] = [careful, carelessly].map(|run| run(seed, profile(seed), Some(flaw)));
            for broken in once.broken.iter().chain(&again.broken) {
                counts.entry(broken.property.name).or_default()[2] += 1;
            }
        }
    }
    let lines = Property::all().iter().map(|law| {
        let [reached, forged, mistaken] = counts.get(law.name).copied().unwrap_or_default();
        format!("{reached:>3} {forged:>5} {mistaken:>5}  {}", law.name)
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

fn crowd_if(is_wanted: bool, seed: u64) -> Watched {
    if is_wanted { crowd(seed, Profile::windows_11(), None) } else { carelessly(seed, profile(seed), None) }
}

#[test]
fn a_cycle_of_calls_leads_back_to_the_same_bytes() {
    let machine = random_machine(3);
    let mut watched = Watched::new(Machine::new(machine.world.clone(), Profile::windows_11()), 3);
    let mut lengths = BTreeSet::new();
    let begin = watched.bytes();
    for _ in 0..200 {
        // The same key each time: how many bytes a number takes depends on the number.
        let start = machine.start(SessionKey(1));
        watched.perform(start);
        let calls = machine.calls(SessionHandle(0));
        let (harmless, list) = (&calls[..calls.len() - 5], &calls[calls.len() - 5]);
        for call in harmless.iter().chain([list]) {
            watched.perform(call.clone());
        }
        lengths.insert(watched.bytes().len());
        watched.perform(Input::Call {
            by: machine.installer,
            call: Call::EndSession { handle: SessionHandle(0) },
            inside: None,
        });
        assert_eq!(watched.bytes(), begin);
    }
    assert_eq!(lengths.len(), 1, "a monitor grows: {lengths:?}");
}

#[test]
fn stopping_and_restarting_again_and_again_stays_finite() {
    for seed in 0..10 {
        let machine = random_machine(seed);
        let mut watched = Watched::new(Machine::new(machine.world.clone(), Profile::windows_11()), seed);
        let mut longest = Vec::new();
        for _ in 0..40 {
            let start = machine.start(watched.simulator.fresh_key());
            let end = Call::EndSession { handle: SessionHandle(0) };
            let end = Input::Call { by: machine.installer, call: end, inside: None };
            let calls = machine.calls(SessionHandle(0));
            let mut most = 0;
            for call in [start].into_iter().chain(calls).chain([end]) {
                watched.perform(call);
                while watched.proceed() {}
                most = most.max(watched.bytes().len());
            }
            longest.push(most);
        }
        let (early, late) = (longest[..20].iter().max(), longest[20..].iter().max());
        assert!(late <= early, "seed {seed}: a monitor grows: {longest:?}");
    }
}

#[test]
fn what_commutes_leads_to_the_same_bytes() {
    let begin = || Careless::new(1, Profile::windows_11(), None);
    let run = |order: [usize; 4]| {
        let mut careless = begin();
        for step in order {
            careless.commuting(step);
        }
        assert!(careless.watched.broken.is_empty());
        careless.watched.bytes()
    };
    let first = run([0, 1, 2, 3]);
    for order in [[1, 0, 2, 3], [3, 1, 0, 2], [2, 3, 1, 0], [0, 3, 2, 1]] {
        assert_eq!(run(order), first, "{order:?}");
    }
    assert_ne!(run([0, 0, 1, 2]), first);
}

#[test]
fn laws_have_names_rules_and_sentences() {
    let names: BTreeSet<&str> = Property::all().iter().map(|law| law.name).collect();
    assert_eq!(names.len(), Property::all().len(), "two laws have one name");
    assert_eq!(names.len(), LAWS);
    for law in Property::all() {
        let is_kebab = law.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        assert!(is_kebab && !law.rules.is_empty() && !law.says.is_empty(), "{law:?}");
        assert!(law.holds_in(&Profile::windows_11()), "{} does not hold on Windows 11", law.name);
        assert_eq!(Property::by_name(law.name).map(|found| found.says), Some(law.says));
    }
}

/// What a run that begins with these steps breaks in the last of them, if that let out `outputs`.
fn broken_by(watched: &Watched, steps: &[Step], outputs: &[Output]) -> Vec<&'static str> {
    let (last, before) = steps.split_last().expect("a step is forged");
    let mut monitor = Monitor::new(watched.world(), &last.profile);
    for step in before {
        monitor.watch(watched.world(), &step.profile, &step.input, &step.outputs);
    }
    let broken = monitor.watch(watched.world(), &last.profile, &last.input, outputs);
    broken.iter().map(|broken| broken.property.name).collect()
}

/// Most reboot cases are answered in the step in which the call is made: they are held to the same laws.
#[test]
fn a_reboot_case_that_is_answered_at_once_records_why_and_tells_nobody() {
    let answers = |step: &Step| step.outputs.contains(&Output::Reply(Reply::FailNoActionReboot));
    let mut judged = 0;
    for seed in 0..FLAWED_SEEDS {
        let watched = careful(seed, Profile::windows_11(), None);
        let Some(place) = watched.steps.iter().position(answers) else { continue };
        let steps = &watched.steps[..=place];
        let outputs = &steps[place].outputs;
        assert_eq!(broken_by(&watched, steps, outputs), [""; 0], "{seed}");
        let is_record = |output: &Output| matches!(output, Output::Logged(_));
        let unrecorded: Vec<Output> = outputs.iter().filter(|output| !is_record(output)).cloned().collect();
        assert!(broken_by(&watched, steps, &unrecorded).contains(&"a-reboot-case-is-recorded"), "{seed}");
        let (process, what) = (watched.world().installers()[0].process, Message::Kill);
        let mut telling = outputs.clone();
        telling.insert(0, Output::Told(Told { process, service: None, what, cause: Cause::Own }));
        assert!(broken_by(&watched, steps, &telling).contains(&"a-reboot-case-is-left-alone"), "{seed}");
        judged += 1;
    }
    assert!(judged > 10, "{judged}");
}
