//! Random cases keep the laws, and what breaks one is found and made small.

mod installer;

use std::collections::{BTreeMap, BTreeSet};

use rstmgr_model::{CallId, Flaw, Input, Observed, Output, ProcessId, Profile, Property, PropertySet};
use rstmgr_sim::search::{
    CallDeed, Case, Cases, DIFFERENCE, Deed, Difference, Finding, Habit, Laws, NoReferee, Referee, RunStep,
    Scribe, run, run_on, seed_of_case, shrink,
};
use rstmgr_sim::{Picks, Replay, Simulator};

/// How many cases are run.
const CASES: u64 = 20_000;
/// The seed of all searches here.
const SEED: u64 = 0;
/// How often a failure is tried to be made smaller.
const TRIES_MAX: usize = 3_000;
/// To how many deeds, waits among them, every mistake shrinks.
const DEEDS_MAX: usize = 8;

fn case(number: u64) -> Case {
    Cases::default().case(seed_of_case(SEED, number))
}

fn calls(case: &Case) -> usize {
    case.program.iter().filter(|deed| matches!(deed, Deed::Call { .. })).count()
}

#[test]
fn random_cases_keep_the_laws_and_each_law_applies_somewhere() {
    let mut reached = PropertySet::default();
    let mut lengths = BTreeSet::new();
    let mut settings = BTreeSet::new();
    for number in 0..CASES {
        let case = case(number);
        let mut laws = Laws::default();
        let found = run(&case, &mut laws).found;
        assert_eq!(found, None, "case {number}:\n{case}");
        reached.extend(laws.monitor().unwrap().reached());
        lengths.insert(calls(&case));
        settings.insert(case.scene.setting.name);
    }
    let never: Vec<&str> =
        Property::all().iter().filter(|law| !reached.contains(law)).map(|law| law.name).collect();
    assert!(never.is_empty(), "{never:?}");
    assert_eq!(lengths.iter().copied().collect::<Vec<_>>(), (0..=60).collect::<Vec<_>>());
    assert_eq!(settings.len(), Profile::NAMES.len());
}

/// Who calls inside whose callback.
#[derive(Default)]
struct Callbacks {
    callers: BTreeMap<CallId, ProcessId>,
    inside: usize,
}

impl Referee for Callbacks {
    fn begin(&mut self, _: &Simulator) {}

    fn watch(&mut self, step: &RunStep<'_>) -> Option<Finding> {
        let Input::Call { by, inside, .. } = step.input else { return None };
        let process = step.machine.world().installers()[by.index()].process;
        if let Some(outer) = inside {
            self.inside += 1;
            assert_eq!(self.callers[outer], process, "{:?}", step.input);
        }
        for output in &step.observed.outputs {
            if let Output::Pending(call) = output {
                self.callers.insert(*call, process);
            }
        }
        None
    }
}

#[test]
fn inside_a_callback_is_only_the_process_that_called() {
    let mut callbacks = Callbacks::default();
    for number in 0..5_000 {
        callbacks.callers.clear();
        run(&case(number), &mut callbacks);
    }
    assert!(callbacks.inside > 50, "{}", callbacks.inside);
}

/// The first failure among so many cases, made small.
fn found(flaw: Flaw, cases: u64) -> Option<(u64, Case, Finding)> {
    let planted = |case: &Case| run_on(case, |machine| machine.with_flaw(flaw), &mut Laws::default()).found;
    let (number, kind) = (0..cases).find_map(|number| Some((number, planted(&case(number))?.1.kind)))?;
    let fails = |case: &Case| planted(case).filter(|(_, finding)| finding.kind == kind);
    let small = shrink(case(number), TRIES_MAX, &mut |case| fails(case).is_some());
    let (_, finding) = fails(&small)?;
    Some((number, small, finding))
}

/// Mistakes, and among how many cases each is found.
const FLAWS: [(Flaw, u64); 39] = [
    (Flaw::LimitOffByOne, 200),
    (Flaw::LimitOverAllUsers, 500),
    (Flaw::SlotNotGivenBack, 50),
    (Flaw::SlotNeverReused, 2_000),
    (Flaw::KeyComparedByHalf, 50),
    (Flaw::KeyCaseMatters, 50),
    (Flaw::ForeignKeyAccepted, 50),
    (Flaw::HandlesAreGlobal, 50),
    (Flaw::SecondEndSucceeds, 50),
    (Flaw::SecondaryEndsSession, 50),
    (Flaw::RegistrationReplaces, 50),
    (Flaw::DirectoryRefused, 500),
    (Flaw::ExtendedPathMissed, 200),
    (Flaw::StartTimeIgnored, 500),
    (Flaw::NeededIsFilled, 50),
    (Flaw::SmallArrayFilled, 200),
    (Flaw::ReasonsLost, 500),
    (Flaw::CallerHidden, 50),
    (Flaw::DepartedStillRunning, 50),
    (Flaw::LaterHoldersMissed, 3_000),
    (Flaw::OneEntryPerHost, 50),
    (Flaw::EverythingRestartable, 50),
    (Flaw::WriteFaultSwallowed, 50),
    (Flaw::StopsBeforeStatus, 50),
    (Flaw::RebootReasonsIgnored, 50),
    (Flaw::OnlyRegisteredIgnored, 100),
    (Flaw::UnknownIsAsked, 200),
    (Flaw::FilterIgnored, 50),
    (Flaw::ServicesFirst, 50),
    (Flaw::RefusalIgnored, 50),
    (Flaw::FailureHidden, 50),
    (Flaw::NeverKills, 50),
    (Flaw::StatusRepeats, 50),
    (Flaw::CancelIgnored, 100),
    (Flaw::RestartAnytime, 50),
    (Flaw::RestartInStopOrder, 50),
    (Flaw::EverybodyRestarted, 50),
    (Flaw::NoRestartIgnored, 50),
    (Flaw::RebootNotLogged, 20_000),
];

#[test]
fn every_mistake_is_found_and_made_small() {
    assert_eq!(FLAWS.map(|(flaw, _)| flaw), Flaw::ALL);
    for (flaw, cases) in FLAWS {
        let Some((number, small, finding)) = found(flaw, cases) else {
            panic!("{flaw:?} is not found in {cases} cases")
        };
        assert!(small.program.len() <= DEEDS_MAX, "{flaw:?} in case {number}, {finding:?}:\n{small}");
    }
}

#[test]
fn a_found_case_is_one_to_read() {
    let (number, small, finding) = found(Flaw::CancelIgnored, 100).unwrap();
    let text = format!("case {number}: {}: {}\n{small}", finding.kind, finding.because);
    let expected = "\
case 63: nobody-is-told-after-a-cancel: (ProcessId(0), Some(ServiceId(0))) is told after the cancel
profile windows-11; seed 0
file 0: C:\\App\\core.dll
host-0, uses file 0 (SharedHandle); service-0
setup, elevated true
  1. setup: RmStartSession -> #0
  2. setup: RmRegisterResources #0, files [0]
  3. setup: RmShutdown #0
  4. setup: RmCancelCurrentTask #0
  5. whatever is due happens
";
    assert_eq!(text, expected);
}

#[test]
fn a_failure_is_shrunk_in_a_bounded_number_of_tries_and_always_in_the_same_way() {
    let shrunk = |tries_max| {
        let mut tries = 0;
        let small = shrink(case(3), tries_max, &mut |case| {
            tries += 1;
            case.program.len() >= 5
        });
        (small, tries)
    };
    let (small, tries) = shrunk(TRIES_MAX);
    assert_eq!(small.program.len(), 5);
    assert!(small.scene.applications.is_empty() && small.scene.files.is_empty(), "{small}");
    assert_eq!(shrunk(TRIES_MAX), (small, tries));
    assert_eq!(shrunk(7).1, 7);
    assert_eq!(shrunk(0).0, case(3));
}

#[test]
fn a_run_can_be_repeated_step_by_step_without_its_seed() {
    let bytes = |machine: &rstmgr_model::Machine| {
        let mut bytes = Vec::new();
        machine.encode(&mut bytes);
        bytes
    };
    let mut chosen = 0;
    for number in 0..500 {
        let case = case(number);
        let mut nobody = NoReferee;
        let mut scribe = Scribe::new(&mut nobody);
        let outcome = run(&case, &mut scribe);
        let (mut machine, path) = scribe.into_path().unwrap();
        assert_eq!(path.len(), outcome.steps);
        let mut last = Last::default();
        run(&case, &mut last);
        let mut observed = Observed::default();
        for step in &path {
            let mut replay = Replay::new(&Picks(step.picks.clone()));
            observed.clear();
            machine.step(&step.input, &mut replay, &mut observed);
            assert_eq!(replay.finish(), Ok(()));
            chosen += step.picks.len();
        }
        assert_eq!(bytes(&machine), last.bytes, "case {number}");
    }
    assert!(chosen > 10, "{chosen}");
}

/// Keeps the last state.
#[derive(Default)]
struct Last {
    bytes: Vec<u8>,
}

impl Referee for Last {
    fn begin(&mut self, simulator: &Simulator) {
        simulator.machine().encode(&mut self.bytes);
    }

    fn watch(&mut self, step: &RunStep<'_>) -> Option<Finding> {
        self.bytes.clear();
        step.machine.encode(&mut self.bytes);
        None
    }
}

#[test]
fn a_machine_is_like_itself_and_unlike_one_with_a_mistake() {
    for number in 0..1_000 {
        let mut difference = Difference::new(|machine| machine);
        assert_eq!(run(&case(number), &mut difference).found, None, "case {number}");
    }
    let mut unlike = BTreeSet::new();
    for flaw in Flaw::ALL {
        let differs = |number| {
            let mut difference = Difference::new(|machine: rstmgr_model::Machine| machine.with_flaw(flaw));
            run(&case(number), &mut difference).found.is_some_and(|(_, finding)| finding.kind == DIFFERENCE)
        };
        if (0..1_500).any(differs) {
            unlike.insert(flaw);
        }
    }
    assert_eq!(unlike.len(), Flaw::ALL.len(), "only {unlike:?}");
}

#[test]
fn what_is_switched_off_is_not_done() {
    let without = Cases {
        without: vec![Habit::Faults, Habit::Rebooting, Habit::Crowding],
        profile: Some("documented"),
        turns_knobs: false,
        applications: 2..=3,
        calls: 5..=9,
    };
    let mut sizes = BTreeSet::new();
    for seed in 0..500 {
        let case = without.case(seed);
        let is_unwanted = |deed: &Deed| {
            matches!(deed, Deed::Crowd { .. })
                || matches!(deed, Deed::Event(event) if format!("{event:?}").contains("Fault"))
        };
        assert!(!case.program.iter().any(is_unwanted), "{case}");
        assert_eq!((case.scene.setting.name, case.scene.setting.turned.len()), ("documented", 0));
        assert!(calls(&case) <= 9, "{case}");
        sizes.insert(case.scene.applications.len());
    }
    assert_eq!(sizes, BTreeSet::from([2, 3]));
}

#[test]
fn installers_get_far() {
    let mut far = 0;
    for number in 0..1_000 {
        let case = case(number);
        let has = |wanted: fn(&CallDeed) -> bool| {
            case.program.iter().any(|deed| matches!(deed, Deed::Call { call, .. } if wanted(call)))
        };
        let mut laws = Laws::default();
        run(&case, &mut laws);
        let reached = laws.monitor().unwrap().reached();
        let restarted = Property::by_name("classes-restart-in-reverse").unwrap();
        far +=
            usize::from(has(|call| matches!(call, CallDeed::Restart { .. })) && reached.contains(restarted));
    }
    assert!(far > 100, "{far} of 1000 restart somebody");
}
