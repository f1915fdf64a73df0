//! Runs a scenario on a backend: step by step, into a trace and the expectations that failed.

mod expect;

use rstmgr_model::{Reply, RuleSet};

pub use expect::Failure;

use crate::backend::{Backend, BackendError};
use crate::binding::Binding;
use crate::request::{Ending, Observation};
use crate::scenario::{Action, Call, Scenario, Step};
use crate::trace::Seen;

/// How often the harness asks for a list whose capacity it chooses itself (LIST-17).
const LIST_CALLS_MAX: usize = 8;

/// What came of a scenario.
#[derive(Clone, Debug)]
pub struct Run {
    /// The backend's name.
    pub backend: String,
    /// What happened, call by call.
    pub events: Vec<Event>,
    /// By step: where its last call stands among the events, and the expectations that it failed.
    pub steps: Vec<StepRun>,
    /// The rules that applied in the whole run.
    pub rules: RuleSet,
    /// What was chosen wherever it could go either way, such as `0/1`; `-`: nothing.
    pub picks: String,
    /// The handles that nobody ended, by name.
    pub open_handles: Vec<String>,
}

/// One call or event of a run.
#[derive(Clone, Debug)]
pub struct Event {
    /// The place of its step in the scenario, from 0.
    pub step: usize,
    /// What was seen, in names.
    pub seen: Seen,
    /// The rules that applied, as far as the backend knows.
    pub rules: RuleSet,
}

/// What came of a step.
#[derive(Clone, Debug)]
pub struct StepRun {
    /// The place of its last call among the events of the run.
    pub event: usize,
    /// What was expected and did not happen.
    pub failures: Vec<Failure>,
}

impl Run {
    /// Whether every expectation held.
    pub fn is_accepted(&self) -> bool {
        self.steps.iter().all(|step| step.failures.is_empty())
    }

    /// What was seen at the last call of each step.
    pub fn seen(&self) -> impl Iterator<Item = &Seen> {
        self.steps.iter().map(|step| &self.events[step.event].seen)
    }
}

/// Runs `scenario` on `backend`, whose name is `name`; every step is done, whatever came of those before.
///
/// # Errors
///
/// If the backend could not be asked.
pub fn run(scenario: &Scenario, name: &str, backend: &mut dyn Backend) -> Result<Run, BackendError> {
    let mut binding = Binding::new(scenario);
    let mut events: Vec<Event> = Vec::with_capacity(scenario.steps.len());
    let mut steps = Vec::with_capacity(scenario.steps.len());
    let mut rules = RuleSet::default();
    for (place, step) in scenario.steps.iter().enumerate() {
        let mut capacity = 0;
        for attempt in 1.. {
            let request = binding.request(&step.action, capacity, backend)?;
            let observation = backend.perform(&request)?;
            let applied = backend.rules();
            rules.extend(&applied);
            let seen = binding.observe(&step.action, &observation, backend);
            events.push(Event { step: place, seen, rules: applied });
            match wants_more(step, &observation).filter(|_| attempt < LIST_CALLS_MAX) {
                Some(needed) => capacity = needed,
                None => break,
            }
        }
        let event = events.len() - 1;
        let failures = expect::check(scenario, step, &events[event].seen);
        steps.push(StepRun { event, failures });
    }
    Ok(Run {
        backend: name.to_owned(),
        events,
        steps,
        rules,
        picks: backend.picks(),
        open_handles: binding.open_handles().map(str::to_owned).collect(),
    })
}

/// The capacity with which a list is asked for again, where the harness chooses it.
fn wants_more(step: &Step, observation: &Observation) -> Option<u32> {
    let Action::Call { call: Call::GetList { capacity: None, null, .. }, .. } = &step.action else {
        return None;
    };
    let is_short = observation.ending == Some(Ending::Returned(Reply::MoreData.code()));
    observation.list.as_ref().filter(|_| is_short && !null.array)?.needed
}
