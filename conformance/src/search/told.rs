//! A case as a scenario: as a file for people, and with its trace for the oracle.

use rstmgr_model::profile::Timing;
use rstmgr_model::{Knob, Machine, Profile, Property};
use rstmgr_sim::search::{Case, Finding, Setting};
use rstmgr_sim::{PathStep, Picks};

use super::{Failure, Judge, Plan};
use crate::backend::BackendError;
use crate::compare;
use crate::oracle::{self, Verdict};
use crate::report::human;
use crate::retell::{self, FileError, Names};
use crate::runner::Run;
use crate::scenario::parse::{self, Source};
use crate::scenario::world_of::world_of;
use crate::scenario::write::{self, CannotSay};
use crate::scenario::{ProcessOf, Scenario};
use crate::suite::BackendKind;
use crate::trace::{RecordedTrace, Trace};

/// The kinds of what the oracle finds about a case: what was written is no scenario, does not go the same way again, or
/// has a trace that the oracle does not accept.
const NO_SCENARIO: &str = "no scenario";
const ANOTHER_WAY: &str = "another way";
const NOT_READ: &str = "a trace that cannot be read";
const REJECTED: &str = "rejected by the oracle";
const UNDECIDED: &str = "undecided by the oracle";
/// The kind of what is found where the other backend does not show the same.
const NOT_ALIKE: &str = "another backend shows something else";
/// The kind of what is found where it could not be asked.
pub(super) const NOT_ASKED: &str = "the other backend could not be asked";

impl Failure {
    /// The file of a scenario that shows what was found, as far as a scenario can show it.
    ///
    /// # Errors
    ///
    /// If the format has no words for it, or the scenario does not show it.
    pub fn file(&self, plan: &Plan) -> Result<String, FileError> {
        let law = Property::by_name(self.finding.kind);
        let title = match law {
            Some(law) => retell::title(law.says),
            None if self.is_unanswered() => String::from("What another backend was to do"),
            None => String::from("Two judges disagree"),
        };
        let scenario = scenario(&self.small, title, &self.machine, &self.path)?;
        // Who does not answer, or answers otherwise each time, is not asked over and over.
        let still_shows = |scenario: &Scenario| !self.is_found_again || self.is_shown(plan, scenario);
        let small = if self.is_found_again { ", and made small" } else { "" };
        let found = format!("Found by `{}`{small}.", plan.command(Some(self.number)));
        let notes = [format!("This shows: {}.", self.finding.kind), found];
        retell::file(&scenario, &still_shows, law, &notes)
    }

    /// Whether the other backend could not be asked: then nothing is said about the case.
    pub fn is_unanswered(&self) -> bool {
        self.finding.kind == NOT_ASKED
    }

    /// Whether a scenario shows what was found.
    fn is_shown(&self, plan: &Plan, scenario: &Scenario) -> bool {
        let judged = plan.flaw.map_or(BackendKind::Simulated, BackendKind::Mutant);
        let Ok(run) = judged.run(scenario) else { return false };
        let breaks = || run.broken_laws.iter().any(|(_, broken)| broken.property.name == self.finding.kind);
        match &plan.judge {
            Judge::Laws => breaks(),
            Judge::Mutant(flaw) => {
                let other = BackendKind::Mutant(*flaw).run(scenario);
                other.is_ok_and(|other| lines(scenario, other) != lines(scenario, run))
            }
            Judge::Oracle => breaks() || self.is_found_by(&doubt, scenario),
            Judge::Backend { backend: other, reach: _ } => {
                breaks() || self.is_found_by(&|text| difference(text, other), scenario)
            }
        }
    }
}

impl Failure {
    /// Whether `judge` finds the same about a scenario.
    fn is_found_by(&self, judge: &dyn Fn(&str) -> Opinion, scenario: &Scenario) -> bool {
        let opinion = write::write(scenario, &[]).map(|text| judge(&text));
        matches!(opinion, Ok(Opinion::Judged(Some(found))) if found.kind == self.finding.kind)
    }
}

/// The lines of a trace, whoever made it.
fn lines(scenario: &Scenario, run: Run) -> Vec<u8> {
    let run = Run { backend: String::new(), ..run };
    Trace::new(scenario, &run).to_bytes()
}

/// The scenario that goes the `path` of a case, which begins with `machine`.
///
/// # Errors
///
/// What the format has no words for.
pub fn scenario(
    case: &Case,
    title: String,
    machine: &Machine,
    path: &[PathStep],
) -> Result<Scenario, CannotSay> {
    let told = world_of(machine.world()).map_err(|error| CannotSay(error.to_string()))?;
    let applications = told.applications.iter().map(|application| application.map(ProcessOf::Application));
    let processes = applications
        .zip(&told.installers)
        .map(|(application, installer)| application.or(installer.map(ProcessOf::Installer)));
    let names = Names {
        installers: (0..told.world.installers.len()).collect(),
        processes: processes.collect(),
        services: told.services.clone(),
    };
    let Setting { name, .. } = case.scene.setting;
    let profile = case.scene.setting.profile();
    let base = Profile::named(name).unwrap_or_else(Profile::windows_11);
    let is_turned = |knob: &Knob| !profile.possible(*knob).eq(base.possible(*knob));
    let is_set = |timing: &Timing| profile.timing(*timing) != base.timing(*timing);
    let scenario = Scenario {
        title,
        rules: Vec::new(),
        probe: None,
        profile,
        profile_name: name,
        stated_knobs: Knob::all().filter(is_turned).collect(),
        stated_timings: Timing::ALL.into_iter().filter(is_set).collect(),
        seed: 0,
        replay: None,
        world: told.world,
        handles: Vec::new(),
        steps: Vec::new(),
    };
    retell::retell(&scenario, &names, machine, path)
}

/// What came of a case before the oracle.
pub(super) enum Opinion {
    /// The case cannot be told as a scenario, or made real, or nothing is done in it.
    Untold,
    /// It was judged, and this is what there is against it.
    Judged(Option<Finding>),
}

/// What `judge` has to say of the run of a case, which it is given as a scenario's text.
pub(super) fn opinion_of(
    case: &Case,
    machine: &Machine,
    path: &[PathStep],
    judge: &dyn Fn(&str) -> Opinion,
) -> Opinion {
    let told = scenario(case, String::from("A case"), machine, path);
    let told = told.ok().filter(|scenario| !scenario.steps.is_empty());
    match told.and_then(|scenario| write::write(&scenario, &[]).ok()) {
        Some(text) => judge(&text),
        None => Opinion::Untold,
    }
}

/// Whether a run chose what was recorded, and came to the end of the recording.
fn goes_as_recorded(scenario: &Scenario, run: &Run) -> bool {
    let recorded = scenario.replay.as_ref().and_then(|replay| replay.picks.as_ref());
    let recorded = recorded.map_or(&[][..], |picks| &picks.0);
    let made = run.picks.parse::<Picks>();
    run.left_over.is_nothing() && made.is_ok_and(|made| made.0.starts_with(recorded))
}

/// What another backend shows otherwise of a scenario than the simulator.
pub(super) fn difference(text: &str, other: &BackendKind) -> Opinion {
    let found = |kind: &'static str, because: String| Opinion::Judged(Some(Finding { kind, because }));
    let source = Source { name: String::from("case.yaml"), text: text.to_owned() };
    let scenario = match parse::parse(&source) {
        Ok(scenario) => scenario,
        Err(problems) => return found(NO_SCENARIO, format!("{problems:?}\n{text}")),
    };
    match compare::compare(&source, &scenario, [&BackendKind::Simulated, other], None) {
        Ok(comparison) => match comparison.differences.first() {
            None => Opinion::Judged(None),
            Some(first) => found(NOT_ALIKE, human::difference(first, "simulated", &other.name())),
        },
        Err(BackendError::Unrealizable { .. }) => Opinion::Untold,
        Err(error) => found(NOT_ASKED, human::backend_error(&error)),
    }
}

/// What the oracle has against the simulator's trace of a scenario.
pub(super) fn doubt(text: &str) -> Opinion {
    Opinion::Judged(doubt_of(text))
}

fn doubt_of(text: &str) -> Option<Finding> {
    let found = |kind: &'static str, because: String| Some(Finding { kind, because });
    let source = Source { name: String::from("case.yaml"), text: text.to_owned() };
    let scenario = match parse::parse(&source) {
        Ok(scenario) => scenario,
        Err(problems) => return found(NO_SCENARIO, format!("{problems:?}\n{text}")),
    };
    let run = match BackendKind::Simulated.run(&scenario) {
        Ok(run) => run,
        Err(error) => return found(ANOTHER_WAY, format!("{error:?}\n{text}")),
    };
    if !goes_as_recorded(&scenario, &run) {
        return found(ANOTHER_WAY, format!("{:?} left over, picks {}\n{text}", run.left_over, run.picks));
    }
    let bytes = Trace::new(&scenario, &run).with_text(text).to_bytes();
    let trace = match RecordedTrace::parse("case.jsonl", &bytes) {
        Ok(trace) => trace,
        Err(error) => return found(NOT_READ, format!("{error:?}")),
    };
    match oracle::judge(&trace, &trace.profile, oracle::STATES_MAX).verdict {
        Verdict::Accepted(_) => None,
        Verdict::Rejected(rejection) => found(REJECTED, format!("{:?}", rejection.line)),
        Verdict::Undecided(line) => found(UNDECIDED, format!("{line:?}")),
    }
}
