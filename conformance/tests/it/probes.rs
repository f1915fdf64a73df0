//! Probes give back the profile of the simulator that they ask, whatever it is.

use std::collections::{BTreeMap, BTreeSet};

use rstmgr_conformance::backend::simulated::SimulatedBackend;
use rstmgr_conformance::compare::compare_runs;
use rstmgr_conformance::probe::{self, Asking, Because, Finding, Findings, Unasked, Why};
use rstmgr_conformance::runner::{self, Run};
use rstmgr_conformance::scenario::Scenario;
use rstmgr_conformance::suite;
use rstmgr_model::{Knob, Profile};

use crate::{all_scenarios, scenarios_directory};

/// The probes of the project, with their names.
pub(crate) fn all() -> Vec<(String, Scenario)> {
    let files = suite::find(&[scenarios_directory().join("probes")]).expect("the probes are there");
    let read = |path: &std::path::PathBuf| {
        let (source, scenario) = suite::read(path);
        let scenario = scenario.unwrap_or_else(|problems| panic!("{}: {problems:#?}", source.name));
        assert!(scenario.probe.is_some(), "{} asks nothing", source.name);
        let name = path.strip_prefix(scenarios_directory()).expect("it was found there");
        (name.display().to_string(), scenario)
    };
    files.iter().map(read).collect()
}

pub(crate) fn asking(probes: &[(String, Scenario)]) -> Vec<Asking<'_>> {
    let asking = probes.iter().map(|(name, scenario)| {
        let probe = scenario.probe.as_ref().expect("it asks");
        Asking { name, scenario, probe }
    });
    asking.collect()
}

/// A run of a probe on a simulator that follows `profile`, and the knobs that the model asked in it.
fn run(scenario: &Scenario, profile: &Profile) -> (Run, Profile) {
    let scenario = scenario.clone().on_base(profile);
    let mut backend = SimulatedBackend::of(&scenario);
    let run = runner::run(&scenario, "simulated", &mut backend).expect("a simulator can be asked");
    (run, *backend.profile())
}

/// Runs of probes by what they depend on: where a knob was not asked, its answer changes nothing.
struct Runs<'a> {
    probes: &'a [(String, Scenario)],
    known: Vec<Vec<(Profile, Profile, Run)>>,
}

impl Runs<'_> {
    fn get(&mut self, place: usize, profile: &Profile) -> Run {
        let own = self.probes[place].1.probe.as_ref().expect("it asks").knob;
        let same = |(stated, met, _): &&(Profile, Profile, Run)| {
            let asked = |knob: &Knob| *knob == own || met.was_asked(*knob);
            Knob::all().filter(asked).all(|knob| stated.possible(knob).eq(profile.possible(knob)))
                && rstmgr_model::profile::Timing::ALL
                    .iter()
                    .all(|timing| stated.timing(*timing) == profile.timing(*timing))
        };
        if let Some((_, _, run)) = self.known[place].iter().find(same) {
            return run.clone();
        }
        let (run, met) = run(&self.probes[place].1, profile);
        self.known[place].push((*profile, met, run.clone()));
        run
    }

    fn findings(&mut self, profile: &Profile) -> Findings {
        let asking = asking(self.probes);
        probe::inquire(&asking, &mut |place| Ok(self.get(place, profile)))
    }
}

fn runs(probes: &[(String, Scenario)]) -> Runs<'_> {
    Runs { probes, known: vec![Vec::new(); probes.len()] }
}

/// Answers that are not what `profile` says, and probes that contradict each other.
fn mistakes(findings: &Findings, profile: &Profile) -> Vec<String> {
    let mistake = |(knob, finding): (&Knob, &Finding)| match finding {
        Finding::Answered { option, .. } if profile.possible(*knob).eq([*option]) => None,
        Finding::Answered { option, .. } => Some(format!("{}: {}", knob.name(), knob.options()[*option])),
        Finding::Unanswered(Why::Contradictory(why)) => Some(format!("{}: {why}", knob.name())),
        Finding::Unanswered(_) => None,
    };
    findings.iter().filter_map(mistake).collect()
}

/// The knobs that some probe asks.
fn asked(probes: &[(String, Scenario)]) -> BTreeSet<Knob> {
    asking(probes).iter().map(|asking| asking.probe.knob).collect()
}

/// What `profile` says of the knobs that probes ask, and `base` of the others.
fn that_can_be_asked(probes: &[(String, Scenario)], profile: &Profile, base: Profile) -> Profile {
    asked(probes).into_iter().fold(base, |base, knob| base.with_options_of(knob, profile))
}

#[test]
fn each_named_profile_is_given_back() {
    let probes = all();
    let mut runs = runs(&probes);
    for name in Profile::NAMES {
        let profile = Profile::named(name).expect("it has a name");
        let findings = runs.findings(&profile);
        let unanswered: Vec<String> = asked(&probes)
            .into_iter()
            .filter_map(|knob| match &findings[&knob] {
                Finding::Unanswered(why) => Some(format!("{}: {why}", knob.name())),
                Finding::Answered { .. } => None,
            })
            .collect();
        assert!(unanswered.is_empty(), "{name}: {unanswered:#?}");
        let mistakes = mistakes(&findings, &profile);
        assert!(mistakes.is_empty(), "{name}: {mistakes:#?}");
        for base in Profile::NAMES {
            let base = Profile::named(base).expect("it has a name");
            assert_eq!(
                probe::profile(&findings, &base),
                that_can_be_asked(&probes, &profile, base),
                "{name}"
            );
        }
    }
}

#[test]
fn each_option_of_each_question_is_given_back() {
    let probes = all();
    let mut runs = runs(&probes);
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let windows_11 = Profile::windows_11();
    for knob in asked(&probes) {
        for option in 0..knob.options().len() {
            let profile = windows_11.with(knob, option);
            let findings = runs.findings(&profile);
            let mut mistakes = mistakes(&findings, &profile);
            if let Finding::Unanswered(why) = &findings[&knob] {
                mistakes.push(format!("{} has no answer: {why}", knob.name()));
            }
            if mistakes.is_empty() {
                assert_eq!(probe::profile(&findings, &windows_11), profile);
            } else {
                wrong.insert(format!("{}: {}", knob.name(), knob.options()[option]), mistakes);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Any answer: from a seed, by the generator of Knuth's MMIX.
fn any_profile(seed: u64) -> Profile {
    let mut state = seed;
    Knob::all().fold(Profile::windows_11(), |profile, knob| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let options = u64::try_from(knob.options().len()).expect("there are few");
        profile.with(knob, usize::try_from((state >> 33) % options).expect("it is small"))
    })
}

#[test]
fn of_any_profile_no_answer_is_wrong() {
    let probes = all();
    let mut answered = 0;
    for seed in 0..SEEDS {
        let profile = any_profile(seed);
        let findings = probe::inquire(&asking(&probes), &mut |place| Ok(run(&probes[place].1, &profile).0));
        let mistakes = mistakes(&findings, &profile);
        assert!(mistakes.is_empty(), "seed {seed}: {mistakes:#?}");
        answered += findings.values().filter(|finding| matches!(finding, Finding::Answered { .. })).count();
    }
    // What a probe is not prepared for is left open, and not much is.
    let share = answered * 100 / (asked(&probes).len() * usize::try_from(SEEDS).expect("they are few"));
    assert!(share >= SHARE_MIN, "{share} of 100 questions that can be asked have an answer");
}

const SEEDS: u64 = 20;
const SHARE_MIN: usize = 70;

#[test]
fn a_mapping_that_is_broken_gives_itself_away() {
    let mut probes = all();
    let handles = |(_, scenario): &&mut (String, Scenario)| {
        scenario.probe.as_ref().is_some_and(|probe| probe.knob.name() == "handle-numbering")
    };
    let (_, scenario) = probes.iter_mut().find(handles).expect("there is such a probe");
    let answers = &mut scenario.probe.as_mut().expect("it asks").answers;
    let [first, second, ..] = &mut answers[..] else { panic!("it has two answers") };
    std::mem::swap(&mut first.sightings, &mut second.sightings);
    let profile = Profile::windows_11();
    let findings = runs(&probes).findings(&profile);
    assert_eq!(mistakes(&findings, &profile), ["handle-numbering: slot-number"]);
}

/// Whatever another Windows answers: where the simulator follows what it was found to answer, the two behave alike.
#[test]
fn after_the_questions_no_scenario_differs_for_what_was_answered() {
    let probes = all();
    let mut runs = runs(&probes);
    let (mut other, any) = (Profile::windows_11(), any_profile(7));
    for knob in asked(&probes) {
        let changed = other.with_options_of(knob, &any);
        // Questions by whose answers others cannot be asked any more stay as they are.
        if probe::profile(&runs.findings(&changed), &Profile::windows_11()) == changed {
            other = changed;
        }
    }
    let findings = runs.findings(&other);
    let found = probe::profile(&findings, &Profile::windows_11());
    let answers = Knob::all().filter(|knob| !found.possible(*knob).eq(Profile::windows_11().possible(*knob)));
    assert!(answers.count() >= 10, "hardly any answer is another one");
    let mut explained = 0;
    for (path, scenario, _) in
        all_scenarios().into_iter().filter(|(_, scenario, _)| scenario.steps.len() < 100)
    {
        let name = path.display().to_string();
        let [before, left, right] =
            [Profile::windows_11(), found, other].map(|profile| run(&scenario, &profile).0);
        let comparison = compare_runs(&name, &scenario, &left, &right);
        assert!(comparison.differences.is_empty(), "{:#?}", comparison.differences);
        explained += usize::from(!compare_runs(&name, &scenario, &before, &right).differences.is_empty());
    }
    assert!(explained > 20, "the answers make no difference: {explained}");
}

#[test]
fn every_question_has_a_probe_or_a_reason() {
    let asked: BTreeSet<&str> = asked(&all()).into_iter().map(Knob::name).collect();
    let reasons: BTreeSet<&str> = Unasked::all().iter().map(|unasked| unasked.knob.as_str()).collect();
    assert_eq!(reasons.len(), Unasked::all().len(), "a question has two reasons");
    let neither: Vec<&str> =
        Knob::all().map(Knob::name).filter(|name| !asked.contains(name) && !reasons.contains(name)).collect();
    assert!(neither.is_empty(), "neither a probe nor a reason: {neither:#?}");
    let both: Vec<&&str> = asked.intersection(&reasons).collect();
    assert!(both.is_empty(), "a probe and a reason for none: {both:?}");
    for unasked in Unasked::all() {
        let knob = Knob::by_name(&unasked.knob).unwrap_or_else(|| panic!("no knob {}", unasked.knob));
        let is_unobservable = unasked.because == Because::Unobservable;
        assert_eq!(knob.facts().unobservable.is_some(), is_unobservable, "{}", unasked.knob);
        assert!(!unasked.reason.is_empty(), "{} has no reason", unasked.knob);
    }
}
