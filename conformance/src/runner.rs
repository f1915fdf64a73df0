//! Runs a scenario on a backend: step by step, into a trace and the expectations that failed.

mod arguments;
mod expect;

use std::borrow::Cow;

use rstmgr_model::{Reply, RuleSet};

pub use expect::Failure;

use crate::backend::{Backend, BackendError};
use crate::binding::Binding;
use crate::request::{Ending, Observation};
use crate::scenario::{Action, Call, Event, Scenario, Step};
use crate::trace::{Footer, Header, Seen, Trace, TraceStep, VERSION};

/// How often the harness asks for a list whose capacity it chooses itself (LIST-17).
const LIST_CALLS_MAX: usize = 8;

/// What came of a scenario.
#[derive(Clone, Debug)]
pub struct Run {
    /// What happened.
    pub trace: Trace,
    /// By step: what was seen at its last call, and the expectations that it failed.
    pub steps: Vec<StepRun>,
    /// The rules that applied in the whole run.
    pub rules: RuleSet,
}

/// What came of a step.
#[derive(Clone, Debug)]
pub struct StepRun {
    /// What was seen, in names.
    pub seen: Seen,
    /// What was expected and did not happen.
    pub failures: Vec<Failure>,
}

impl Run {
    /// Whether every expectation held.
    pub fn is_accepted(&self) -> bool {
        self.steps.iter().all(|step| step.failures.is_empty())
    }
}

/// Runs `scenario` on `backend`, whose name is `name`; every step is done, whatever came of those before.
///
/// # Errors
///
/// If the backend could not be asked.
pub fn run(scenario: &Scenario, name: &str, backend: &mut dyn Backend) -> Result<Run, BackendError> {
    let mut binding = Binding::new(scenario);
    let mut trace_steps = Vec::with_capacity(scenario.steps.len());
    let mut steps = Vec::with_capacity(scenario.steps.len());
    let mut rules = RuleSet::default();
    for (place, step) in scenario.steps.iter().enumerate() {
        let mut capacity = 0;
        for attempt in 1.. {
            let request = binding.request(&step.action, capacity, backend)?;
            let observation = backend.perform(&request)?;
            let applied = backend.rules();
            applied.iter().for_each(|rule| rules.insert(*rule));
            let rule_ids = applied.iter().map(|rule| Cow::Borrowed(rule.id())).collect();
            let seen = binding.observe(&step.action, &observation, backend);
            trace_steps.push(trace_step(scenario, place, step, seen.clone(), rule_ids));
            match wants_more(step, &observation).filter(|_| attempt < LIST_CALLS_MAX) {
                Some(needed) => capacity = needed,
                None => {
                    let failures = expect::check(scenario, step, &seen);
                    steps.push(StepRun { seen, failures });
                    break;
                }
            }
        }
    }
    let footer = Footer {
        steps: scenario.steps.len(),
        picks: backend.picks(),
        open: binding.open_handles().map(str::to_owned).collect(),
    };
    let trace = Trace { header: header(scenario, name), steps: trace_steps, footer };
    Ok(Run { trace, steps, rules })
}

fn header(scenario: &Scenario, backend: &str) -> Header {
    Header {
        trace: VERSION,
        scenario: scenario.title.clone(),
        backend: backend.to_owned(),
        profile: scenario.profile_name.to_owned(),
        seed: scenario.seed,
    }
}

fn trace_step(
    scenario: &Scenario,
    place: usize,
    step: &Step,
    seen: Seen,
    rules: Vec<Cow<'static, str>>,
) -> TraceStep {
    let world = &scenario.world;
    let by = match &step.action {
        Action::Call { by, .. } => Some(world.installers[*by].name.clone()),
        Action::Event(_) | Action::Database { .. } => None,
    };
    TraceStep {
        step: place + 1,
        line: step.place.line,
        by,
        call: Cow::Borrowed(call_name(&step.action)),
        about: about(scenario, &step.action),
        arguments: arguments::arguments(scenario, &step.action),
        seen,
        rules,
    }
}

/// The capacity with which a list is asked for again, where the harness chooses it.
fn wants_more(step: &Step, observation: &Observation) -> Option<u32> {
    let Action::Call { call: Call::GetList { capacity: None, null, .. }, .. } = &step.action else {
        return None;
    };
    let is_short = observation.ending == Some(Ending::Returned(Reply::MoreData.code()));
    observation.list.as_ref().filter(|_| is_short && !null.array)?.needed
}

/// The function or the event, as the trace calls it.
pub fn call_name(action: &Action) -> &'static str {
    use crate::scenario::LaterFunction as Later;
    match action {
        Action::Call { call, .. } => match call {
            Call::StartSession { .. } => "RmStartSession",
            Call::JoinSession { .. } => "RmJoinSession",
            Call::EndSession { .. } => "RmEndSession",
            Call::RegisterResources { .. } => "RmRegisterResources",
            Call::GetList { .. } => "RmGetList",
            Call::FirstChecks { function, .. } => match function {
                Later::Shutdown => "RmShutdown",
                Later::Restart => "RmRestart",
                Later::CancelCurrentTask => "RmCancelCurrentTask",
                Later::AddFilter => "RmAddFilter",
                Later::RemoveFilter => "RmRemoveFilter",
                Later::GetFilterList => "RmGetFilterList",
            },
        },
        Action::Event(event) => match event {
            Event::StartApplication(_) => "start-application",
            Event::ExitApplication(_) => "exit-application",
            Event::OpenFile(..) => "open-file",
            Event::CloseFile(..) => "close-file",
            Event::Launch { .. } => "launch",
            Event::StartInstaller(_) => "start-installer",
            Event::ExitInstaller(_) => "exit-installer",
            Event::LogOff(_) => "log-off",
            Event::Reboot => "reboot",
            Event::Fault { .. } => "fault",
            Event::Redirection { .. } => "wow64-redirection",
        },
        Action::Database { .. } => "expect-database",
    }
}

/// What an action is about, in names.
fn about(scenario: &Scenario, action: &Action) -> String {
    use crate::scenario::{HandleArgument, KeyArgument};
    let world = &scenario.world;
    let handle_name = |handle: &HandleArgument| match handle {
        HandleArgument::Named(name) => scenario.handles[*name].clone(),
        HandleArgument::Number(number) => number.to_string(),
    };
    let given = |name: &Option<usize>| name.map(|name| scenario.handles[name].clone()).unwrap_or_default();
    match action {
        Action::Call { call, .. } => match call {
            Call::StartSession { name, .. } => given(name),
            Call::JoinSession { name, key, .. } => match key {
                KeyArgument::Of(session, _) => format!("{} of {}", given(name), scenario.handles[*session]),
                KeyArgument::Null | KeyArgument::Text(_) => given(name),
            },
            Call::EndSession { handle }
            | Call::RegisterResources { handle, .. }
            | Call::GetList { handle, .. }
            | Call::FirstChecks { handle, .. } => handle_name(handle),
        },
        Action::Event(event) => match event {
            Event::StartApplication(application)
            | Event::ExitApplication(application)
            | Event::Launch { application, .. } => world.applications[*application].name.clone(),
            Event::OpenFile(application, path) | Event::CloseFile(application, path) => {
                format!("{} {path}", world.applications[*application].name)
            }
            Event::StartInstaller(installer)
            | Event::ExitInstaller(installer)
            | Event::LogOff(installer)
            | Event::Redirection { by: installer, .. } => world.installers[*installer].name.clone(),
            Event::Reboot => String::new(),
            Event::Fault { fault, active, .. } => {
                format!("{fault:?} {}", if *active { "on" } else { "off" })
            }
        },
        Action::Database { of } => world.installers[*of].process.user.clone(),
    }
}
