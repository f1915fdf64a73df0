//! Runs a scenario on a backend: step by step, into a trace and the expectations that failed.
//!
//! Time passes only inside a call that is not answered at once, and where a step says so (`wait`, `expect-world`).
//! Between two steps none passes; but what is due at that very moment is let happen before the next step begins.

pub mod bands;
mod call;
mod expect;
mod look;
mod meanwhile;
mod parts;
mod record;
pub(crate) mod resumed;
mod watch;

use std::collections::VecDeque;
use std::fmt;

use rstmgr_model::{Broken, RuleSet};
use smallvec::SmallVec;

pub use expect::Failure;
pub(crate) use expect::check;
pub use record::{RecordedPart, Recording, record};

use crate::backend::{Backend, BackendError, LeftOver, Time};
use crate::binding::Binding;
use crate::request::{Happening, Observation, Request};
use crate::scenario::{Act, Action, Scenario, Step};
use crate::trace::{Seen, SeenHappening};
use call::UnderWay;
use parts::Stage;
use watch::Watch;

/// What came of a scenario.
#[derive(Clone, Debug)]
pub struct Run {
    /// The backend's name.
    pub backend: String,
    /// What its times are.
    pub time: Time,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// What was seen, one after another; the events say of which this is.
    pub seen: Vec<Seen>,
    /// By step: where its last call stands among the events, and the expectations that it failed.
    pub steps: Vec<StepRun>,
    /// The same of the steps in a `meanwhile`, in the order in which they were over.
    pub nested: Vec<StepRun>,
    /// What broke which law in which step of the scenario, where the backend is held to laws.
    pub broken_laws: Vec<(usize, Broken)>,
    /// The rules that applied in the whole run.
    pub rules: RuleSet,
    /// What was chosen wherever it could go either way, such as `0/1`; `-`: nothing.
    pub picks: String,
    /// What of the scenario's `replay` the run did not come to.
    pub left_over: LeftOver,
    /// The handles that nobody ended, by name.
    pub open_handles: Vec<String>,
}

/// Where a step stands in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepId {
    /// The place of the step in the scenario, from 0.
    pub step: usize,
    /// For a step of its `meanwhile`: the places of the item and of the step in that, from 0.
    pub inside: Option<(usize, usize)>,
}

/// A line of a run's trace.
#[derive(Clone, Debug)]
pub struct Event {
    /// The step that it belongs to.
    pub step: StepId,
    /// When, in milliseconds since the beginning.
    pub at: u64,
    /// What happened.
    pub line: Line,
}

/// What happened, in names.
#[derive(Clone, Debug)]
pub enum Line {
    /// A call or another step was over at once.
    Done {
        /// What was seen, by its place in [`Run::seen`].
        seen: usize,
        /// The rules that applied, as far as the backend knows.
        rules: RuleSet,
    },
    /// A call or another step that takes time began.
    Began,
    /// Such a one ended, or never will.
    Ended {
        /// What was seen, by its place in [`Run::seen`].
        seen: usize,
        /// The rules that applied from its beginning on.
        rules: RuleSet,
    },
    /// Something happened meanwhile.
    Happened(Box<SeenHappening>),
}

/// What came of a step.
#[derive(Clone, Debug)]
pub struct StepRun {
    /// Which step.
    pub step: StepId,
    /// The place of its last call among the events of the run.
    pub event: usize,
    /// What was expected and did not happen.
    pub failures: Vec<Failure>,
}

impl Run {
    /// Whether every expectation held, and every law, and what was recorded went as it was recorded.
    pub fn is_accepted(&self) -> bool {
        self.failures() == 0 && self.broken_laws.is_empty() && self.left_over.is_nothing()
    }

    /// How many expectations failed.
    pub fn failures(&self) -> usize {
        self.steps.iter().chain(&self.nested).map(|step| step.failures.len()).sum()
    }

    /// What was seen at the last call of each step.
    pub fn last_seen(&self) -> impl Iterator<Item = &Seen> {
        self.steps.iter().map(|step| self.seen_of(step))
    }

    /// What was seen at the last call of a step.
    ///
    /// # Panics
    ///
    /// If the step is of another run.
    pub fn seen_of(&self, step: &StepRun) -> &Seen {
        match &self.events[step.event].line {
            Line::Done { seen, .. } | Line::Ended { seen, .. } => &self.seen[*seen],
            Line::Began | Line::Happened(_) => unreachable!("a step ends with a line of what was seen"),
        }
    }

    /// The steps in the `meanwhile` of a step, in the order in which they were over.
    pub fn nested_in(&self, step: usize) -> impl Iterator<Item = &StepRun> {
        self.nested.iter().filter(move |nested| nested.step.step == step)
    }
}

impl Event {
    /// The rules that applied, of what has any.
    pub fn rules_mut(&mut self) -> Option<&mut RuleSet> {
        match &mut self.line {
            Line::Done { rules, .. } | Line::Ended { rules, .. } => Some(rules),
            Line::Began | Line::Happened(_) => None,
        }
    }
}

impl StepId {
    /// The step of `scenario` that stands there.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn find(self, scenario: &Scenario) -> &Step {
        let step = &scenario.steps[self.step];
        match self.inside {
            None => step,
            Some((item, place)) => &meanwhile_of(step)[item].steps[place],
        }
    }
}

/// Numbers from 1 on: `3`, or `3, meanwhile 1.2`.
impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.step + 1)?;
        match self.inside {
            Some((item, step)) => write!(f, ", meanwhile {}.{}", item + 1, step + 1),
            None => Ok(()),
        }
    }
}

/// The `meanwhile` of a step.
pub(crate) fn meanwhile_of(step: &Step) -> &[crate::scenario::Meanwhile] {
    let Action::Call { call, .. } = &step.action else { return &[] };
    call.meanwhile()
}

/// Runs `scenario` on `backend`, whose name is `name`; every step is done, whatever came of those before.
///
/// # Errors
///
/// If the backend could not be asked.
pub fn run(scenario: &Scenario, name: &str, backend: &mut dyn Backend) -> Result<Run, BackendError> {
    let mut runner = Runner::new(scenario, backend);
    while runner.advance()? {}
    runner.into_run(name)
}

/// A run that goes on.
#[derive(Clone)]
pub(crate) struct Runner<'a, B> {
    scenario: &'a Scenario,
    backend: B,
    binding: Binding<'a>,
    watch: Watch,
    events: Vec<Event>,
    seen: Vec<Seen>,
    /// What is done next.
    stage: Stage,
    steps: Vec<StepRun>,
    nested: Vec<StepRun>,
    /// The calls that are not answered yet.
    under_way: Vec<UnderWay>,
    /// What happened and was not yet held against the triggers of a `meanwhile`, if there is one; a status with the
    /// step whose call told it.
    recent: Option<VecDeque<(Happening, Option<StepId>)>>,
    /// The step that is done now.
    step: usize,
    /// A step that lets time pass, and has no line yet.
    unwritten: Option<StepId>,
    broken_laws: Vec<(usize, Broken)>,
    rules: RuleSet,
    /// The time in milliseconds.
    now: u64,
    /// Whether nothing is due at this moment.
    is_settled: bool,
}

impl<B: Backend> Runner<'_, B> {
    /// Does a step of the scenario itself.
    fn do_step(&mut self, step: usize) -> Result<(), BackendError> {
        let id = StepId { step, inside: None };
        if let Action::Call { .. }
        | Action::Event(_)
        | Action::Act { .. }
        | Action::Registration(_)
        | Action::Database { .. } = id.find(self.scenario).action
        {
            self.long_call(id)
        } else {
            self.look(id)
        }
    }

    /// Lets happen what is due by now, before the next step begins.
    fn settle(&mut self) -> Result<(), BackendError> {
        if self.is_settled {
            return Ok(());
        }
        let rules = self.pass_until(Some(self.now))?;
        let last = self.steps.last().and_then(|step| self.events.get_mut(step.event));
        if let Some(known) = last.and_then(Event::rules_mut) {
            known.extend(&rules);
        }
        Ok(())
    }

    /// Lets time pass until `until`, or until nothing is due any more; returns the rules that applied.
    fn pass_until(&mut self, until: Option<u64>) -> Result<RuleSet, BackendError> {
        let mut rules = RuleSet::default();
        for _ in 0..PROCEEDS_MAX {
            let (observation, applied) = self.ask_backend(&Request::Proceed { until })?;
            rules.extend(&applied);
            let is_idle = observation.idle;
            self.absorb(observation)?;
            if is_idle {
                return Ok(rules);
            }
        }
        Err(endless())
    }

    /// Whether it was recorded what happens next.
    fn replays_due(&self) -> bool {
        self.scenario.replay.as_ref().is_some_and(|replay| replay.due.is_some())
    }

    /// Lets so many things happen of those that were recorded; returns the rules that applied.
    fn pass_due(&mut self, count: u32) -> Result<RuleSet, BackendError> {
        let mut rules = RuleSet::default();
        for _ in 0..count {
            let (observation, applied) = self.ask_backend(&Request::Proceed { until: None })?;
            rules.extend(&applied);
            self.absorb(observation)?;
        }
        Ok(rules)
    }

    /// Asks the backend; returns what was seen, and the rules that applied.
    fn ask_backend(&mut self, request: &Request) -> Result<(Observation, RuleSet), BackendError> {
        let observation = self.backend.perform(request)?;
        let rules = self.backend.rules();
        self.rules.extend(&rules);
        let broken = self.backend.broken_laws().iter().skip(self.broken_laws.len());
        self.broken_laws.extend(broken.map(|broken| (self.step, broken.clone())));
        self.now = observation.now;
        self.is_settled = observation.settled;
        Ok((observation, rules))
    }

    /// Takes in what happened, and the calls that ended.
    fn absorb(&mut self, observation: Observation) -> Result<(), BackendError> {
        self.take_happenings(observation.happened, false);
        for finished in observation.finished {
            self.take_answer(finished)?;
        }
        Ok(())
    }

    /// Takes in what happened; where `is_quiet`, what a step of the scenario does at once has no lines of its own.
    fn take_happenings(&mut self, happened: SmallVec<[Happening; 1]>, is_quiet: bool) {
        for happening in happened {
            let mut of = None;
            if let Happening::Status { call, percent } = happening
                && let Some(call) = self.under_way.iter_mut().find(|under_way| under_way.number == call)
            {
                call.status.push(percent);
                of = Some(call.asked.step);
            }
            if let Happening::Left(who) = happening {
                self.binding.keep_process(who, &mut self.backend);
            }
            let has_line = match &happening {
                Happening::Status { .. } | Happening::Told { .. } | Happening::Answered { .. } => true,
                Happening::Left(_) | Happening::Started { .. } | Happening::Logged(_) => !is_quiet,
            };
            if has_line {
                self.write_happening(&happening, of);
            }
            if let Some(recent) = &mut self.recent {
                recent.push_back((happening.clone(), of));
            }
            let is_restarting = self.under_way.iter().any(|under_way| under_way.is_restart);
            self.watch.take(self.now, happening, is_restarting);
        }
    }

    fn write_happening(&mut self, happening: &Happening, of: Option<StepId>) {
        if let Some(step) = self.unwritten.take() {
            self.events.push(Event { step, at: self.now, line: Line::Began });
        }
        let caller = of.and_then(|step| match &step.find(self.scenario).action {
            Action::Call { by, .. } => Some(self.scenario.world.installers[*by].name.as_str()),
            Action::Event(_)
            | Action::Act { .. }
            | Action::Registration(_)
            | Action::Wait(_)
            | Action::Database { .. }
            | Action::World { .. }
            | Action::Messages { .. }
            | Action::EventLog { .. } => None,
        });
        let step = StepId { step: self.step, inside: None };
        let line = Line::Happened(Box::new(self.binding.seen_happening(happening, caller)));
        self.events.push(Event { step, at: self.now, line });
    }

    /// Holds the last call of a step against what is expected, and keeps what came of it.
    fn conclude(&mut self, step: StepId, event: usize) {
        let seen = match &self.events[event].line {
            Line::Done { seen, .. } | Line::Ended { seen, .. } => &self.seen[*seen],
            Line::Began | Line::Happened(_) => unreachable!("a step ends with a line of what was seen"),
        };
        let time = self.backend.time();
        let failures = check(self.scenario, step.find(self.scenario), seen, time);
        let runs = if step.inside.is_some() { &mut self.nested } else { &mut self.steps };
        runs.push(StepRun { step, event, failures });
    }
}

/// Whether a step asks for a shutdown of the system, which begins as soon as time passes and not before.
fn begins_shutdown(step: &Step) -> bool {
    matches!(step.action, Action::Act { act: Act::InitiateShutdown { .. } | Act::ExitWindows { .. }, .. })
}

/// How often time may pass in one step until something can be observed.
const PROCEEDS_MAX: usize = 10_000_000;

fn endless() -> BackendError {
    let message = format!("something happened {PROCEEDS_MAX} times, and no end is in sight");
    let attempt = String::from("see the end of a step");
    BackendError::Failed { attempt, cause: std::io::Error::other(message) }
}

#[cfg(test)]
mod tests;
