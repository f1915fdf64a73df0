//! A run of the model, told again as a scenario: what the explorer and the search find becomes a file.
//!
//! The scenario goes as the run went, step by step: its `replay` holds what was chosen and what was due when, and what
//! was done during a call stands in its `meanwhile`.

#![expect(clippy::wildcard_enum_match_arm, reason = "few calls and outputs matter to how a run is told")]

mod call;
mod file;
mod names;
mod simplify;

use rstmgr_model::{
    CallId, Event, Input, InstallerId, Machine, Observed, Output, ProcessId, SessionHandle, SessionKey,
};
use rstmgr_sim::{PathStep, Picks, Replay as Recorded};

pub use self::file::{FileError, file};
pub use self::names::Names;
use crate::scenario::write::CannotSay;
use crate::scenario::{
    self, Action, HandleIndex, Meanwhile, Pause, Replay, Scenario, Step, StepPlace, Trigger,
};

/// What a handle is called: the first, the second, and so on.
const HANDLE_NAMES: [&str; 6] = ["main", "second", "third", "fourth", "fifth", "sixth"];

/// Tells the `path` of `machine`, which is the first state of the world of `scenario` with these `names`; the steps of
/// `scenario` are replaced by it. Nothing is expected yet.
///
/// # Errors
///
/// What the format has no words for, if the path has such a step.
pub fn retell(
    scenario: &Scenario,
    names: &Names,
    machine: &Machine,
    path: &[PathStep],
) -> Result<Scenario, CannotSay> {
    let mut teller = Teller {
        names,
        machine: machine.clone(),
        observed: Observed::default(),
        handles: Vec::new(),
        steps: Vec::new(),
        open: None,
        waits_for: None,
        picks: Vec::new(),
        due: Vec::new(),
    };
    for step in path {
        teller.tell(step)?;
    }
    let replay = Replay { picks: Some(Picks(teller.picks)), due: Some(Picks(teller.due)) };
    Ok(Scenario {
        replay: Some(replay),
        handles: teller.handles.into_iter().map(|handle| handle.name).collect(),
        steps: teller.steps,
        ..scenario.clone()
    })
}

/// Tells step after step.
struct Teller<'a> {
    names: &'a Names,
    /// The machine before the step that is told next.
    machine: Machine,
    observed: Observed,
    handles: Vec<Handle>,
    steps: Vec<Step>,
    /// The last step, while its call is under way.
    open: Option<Open>,
    /// The same, while it is one that can have no `meanwhile`.
    waits_for: Option<CallId>,
    picks: Vec<usize>,
    due: Vec<usize>,
}

/// A handle that a call wanted.
struct Handle {
    name: String,
    by: InstallerId,
    /// The key, of a start.
    key: Option<SessionKey>,
    /// Its number, once it was given.
    number: Option<SessionHandle>,
    /// The call that is to give it, while that is under way.
    awaited: Option<CallId>,
}

/// A call that is under way, with what was done in it so far.
struct Open {
    call: CallId,
    /// Who calls.
    by: InstallerId,
    /// How many things were due since it began.
    due: u32,
    /// The percentage that its callback was told last.
    status: Option<u8>,
    /// The calls that were made in its callback and are under way themselves.
    inside: Vec<CallId>,
}

impl Teller<'_> {
    fn tell(&mut self, step: &PathStep) -> Result<(), CannotSay> {
        let action = match &step.input {
            Input::Due(timer) => {
                let place = self.machine.timers().iter().position(|other| other == timer);
                // What is not set is not due.
                let Some(place) = place else { return Ok(()) };
                self.due.push(place);
                None
            }
            Input::Call { by, call, .. } => Some(self.call(*by, call)),
            Input::Act { by, act } => Some(self.act(*by, *act)?),
            Input::Registration(registration) => Some(self.registration(*registration)?),
            Input::Event(event) => Some(self.event(event)?),
            // A look changes nothing, and expects something or has no place in a scenario.
            Input::Database { .. } => {
                self.make(step);
                return Ok(());
            }
        };
        if let Input::Call { by, inside: Some(call), .. } = step.input {
            let Some(open) = self.open.as_ref().filter(|open| open.call == call && open.status.is_some())
            else {
                return Err(CannotSay(
                    "what is done inside the callback of a call in a `meanwhile`".to_owned(),
                ));
            };
            if self.process_of(open.by) != self.process_of(by) {
                return Err(CannotSay("what one process does inside the callback of another".to_owned()));
            }
        }
        let is_waited_for = self.waits_for.is_some();
        if action.is_some() && is_waited_for {
            return Err(CannotSay("what is done while a step without `meanwhile` is under way".to_owned()));
        }
        let during = self.open.as_ref().map(|open| self.trigger(open, &step.input));
        self.make(step);
        match (action, during) {
            (Some(action), None) => self.steps.push(done(action)),
            (Some(action), Some(at)) => self.add_to_meanwhile(at, done(action)),
            (None, None) if !is_waited_for => self.wait(),
            // The step that is under way lets it happen.
            (None, Some(_) | None) => {}
        }
        self.follow(&step.input)
    }

    /// Makes the step on the machine.
    fn make(&mut self, step: &PathStep) {
        let mut choices = Recorded::new(&Picks(step.picks.clone()));
        self.observed.clear();
        self.machine.step(&step.input, &mut choices, &mut self.observed);
        self.picks.extend(&step.picks);
    }

    /// When something is done that is done during a call.
    fn trigger(&self, open: &Open, input: &Input) -> Trigger {
        match (input, open.status) {
            (Input::Call { inside: Some(call), .. }, Some(percent)) if *call == open.call => {
                Trigger::Status(percent)
            }
            _ if open.due == 0 => Trigger::Start,
            _ => Trigger::Due(open.due),
        }
    }

    fn add_to_meanwhile(&mut self, at: Trigger, step: Step) {
        let action = self.steps.last_mut().map(|step| &mut step.action);
        let Some(Action::Call { call, .. }) = action else { return };
        let Some(items) = call.meanwhile_mut() else { return };
        match items.last_mut().filter(|item| item.at == at) {
            Some(item) => item.steps.push(step),
            None => items.push(Meanwhile { at, steps: vec![step], place: nowhere() }),
        }
    }

    /// One more thing is due while no step of the scenario itself is under way.
    fn wait(&mut self) {
        match self.steps.last_mut().map(|step| &mut step.action) {
            Some(Action::Wait(Pause::UntilDue(count))) => *count += 1,
            _ => self.steps.push(done(Action::Wait(Pause::UntilDue(1)))),
        }
    }

    /// Takes note of what the step let out.
    fn follow(&mut self, input: &Input) -> Result<(), CannotSay> {
        if let (Some(open), Input::Due(_)) = (&mut self.open, input) {
            open.due += 1;
        }
        let mut answered = None;
        for output in &self.observed.outputs {
            match output {
                Output::Pending(call) => {
                    if let Some(handle) = self.handles.last_mut().filter(|handle| handle.is_new(input)) {
                        handle.awaited = Some(*call);
                    }
                    match (&mut self.open, takes_meanwhile(input)) {
                        (None, Some(by)) => {
                            self.open =
                                Some(Open { call: *call, by, due: 0, status: None, inside: Vec::new() });
                        }
                        (None, None) => self.waits_for = Some(*call),
                        (Some(open), _) => open.inside.extend(is_inside(input, open.call).then_some(*call)),
                    }
                }
                Output::Status(call, percent) => {
                    if let Some(open) = self.open.as_mut().filter(|open| open.call == *call) {
                        open.status = Some(*percent);
                    }
                }
                Output::Returned(call, _) | Output::Abandoned(call) => {
                    answered = Some(*call);
                    if let Some(open) = &mut self.open {
                        // The machine goes on with the one while the other keeps its thread.
                        if matches!(output, Output::Returned(..))
                            && open.call == *call
                            && !open.inside.is_empty()
                        {
                            let what = "a call that outlasts the one in whose callback it is made";
                            return Err(CannotSay(what.to_owned()));
                        }
                        open.inside.retain(|inside| inside != call);
                    }
                    self.open = self.open.take().filter(|open| open.call != *call);
                    self.waits_for = self.waits_for.filter(|waits_for| waits_for != call);
                }
                Output::Reply(_) => answered = None,
                Output::Handle(number) => {
                    let handle = self.handles.iter_mut().rev().find(|handle| handle.awaited == answered);
                    if let Some(handle) = handle.filter(|handle| handle.number.is_none()) {
                        (handle.number, handle.awaited) = (Some(*number), None);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The handle of this number in the process of an installer, as it is or was.
    fn handle(&self, by: InstallerId, number: SessionHandle) -> scenario::HandleArgument {
        let process = self.process_of(by);
        let fits = |handle: &Handle| handle.number == Some(number) && self.process_of(handle.by) == process;
        match self.handles.iter().rposition(fits) {
            Some(place) => scenario::HandleArgument::Named(place),
            None => scenario::HandleArgument::Number(number.0),
        }
    }

    fn process_of(&self, by: InstallerId) -> ProcessId {
        self.machine.world().installers()[by.index()].process
    }

    fn new_handle(&mut self, by: InstallerId, key: Option<SessionKey>) -> HandleIndex {
        let place = self.handles.len();
        let name =
            HANDLE_NAMES.get(place).map_or_else(|| format!("handle-{}", place + 1), ToString::to_string);
        self.handles.push(Handle { name, by, key, number: None, awaited: None });
        place
    }

    fn event(&self, event: &Event) -> Result<Action, CannotSay> {
        self.names.event(event, &self.machine, |by, handle| match self.handle(by, handle) {
            scenario::HandleArgument::Named(name) => Ok(name),
            scenario::HandleArgument::Number(_) => {
                Err(CannotSay("a fault of a session without a name".to_owned()))
            }
        })
    }
}

impl Handle {
    /// Whether it is what the call in `input` wants.
    fn is_new(&self, input: &Input) -> bool {
        let Input::Call { by, call, .. } = input else { return false };
        *by == self.by && self.number.is_none() && self.awaited.is_none() && call::gives_handle(call)
    }
}

/// Who calls, if a step of the scenario can say what is done while the call is under way.
fn takes_meanwhile(input: &Input) -> Option<InstallerId> {
    let Input::Call { by, call, .. } = input else { return None };
    call::takes_meanwhile(call).then_some(*by)
}

/// Whether something is done in the callback of a call.
fn is_inside(input: &Input, outer: CallId) -> bool {
    matches!(input, Input::Call { inside: Some(call), .. } if *call == outer)
}

/// A sentence as a title: without its full stop, and with a capital letter.
pub(crate) fn title(says: &str) -> String {
    let mut letters = says.trim_end_matches('.').chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A step of which nothing is expected.
fn done(action: Action) -> Step {
    Step { action, expect: None, place: nowhere() }
}

/// The place of what stands in no file yet.
fn nowhere() -> StepPlace {
    StepPlace { line: 0, column: 0, key: 0..0, expect: None, fields: Vec::new() }
}

#[cfg(test)]
mod tests {
    use crate::backend::simulated::SimulatedBackend;
    use crate::runner;
    use crate::scenario::parse::{Source, parse};
    use crate::scenario::write::CannotSay;

    /// What comes of telling a restart again, in whose callback something is done at 100 percent.
    fn told(deed: &str) -> Result<(), CannotSay> {
        let text = format!(
            "version: 1
scenario: A restart calls back
world:
  editor: {{ type: main-window, opens: ['C:\\App\\core.dll'], restart: '--restore' }}
steps:
- start-session: {{ as: main }}
- register-resources: {{ session: main, files: ['C:\\App\\core.dll'] }}
- shutdown: {{ session: main }}
- start-session: {{ as: second }}
- restart: {{ session: main, meanwhile: [{{ at: {{ status: 100 }}, do: [{{ {deed} }}] }}] }}
"
        );
        let scenario = parse(&Source { name: String::from("this.yaml"), text }).expect("it has no problems");
        let mut backend = SimulatedBackend::of(&scenario).with_path();
        runner::run(&scenario, "simulated", &mut backend).expect("the simulator runs everything");
        backend.retold(&scenario).map(drop)
    }

    #[test]
    fn no_call_outlasts_the_one_in_whose_callback_it_is_made() {
        assert_eq!(told("get-list: { session: second }"), Ok(()));
        let error =
            told("shutdown: { session: second }").expect_err("it is under way when the restart returns");
        let says = "a scenario has no words for a call that outlasts the one in whose callback it is made";
        assert_eq!(error.to_string(), says);
    }
}
