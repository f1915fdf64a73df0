//! Calls: those that are answered at once, and those that are under way for a while.

use std::time::Duration;

use rstmgr_model::{Reply, RuleSet};

use super::{Event, Line, Runner, StepId, StepRun, bands};
use crate::backend::{Backend, BackendError};
use crate::binding::NEVER;
use crate::request::{Ending, Finished, Observation};
use crate::scenario::{Action, Call, Step};
use crate::trace::{Milliseconds, Seen};

/// How often the harness asks for a list whose capacity it chooses itself (LIST-17).
const LIST_CALLS_MAX: usize = 8;

/// A question to the backend.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) step: StepId,
    /// The capacity of a list, where the harness chooses it.
    capacity: u32,
    /// How often it was asked before.
    attempts: usize,
    /// When it was asked first.
    began: u64,
    /// The number of the call inside whose status callback it is asked.
    inside: Option<u32>,
}

/// A call that is not answered yet.
#[derive(Clone, Debug)]
pub(super) struct UnderWay {
    pub(super) asked: Asked,
    /// Its number in the backend.
    pub(super) number: u32,
    /// The percentages that its callback was told so far.
    pub(super) status: Vec<u8>,
    /// Whether it is `RmRestart`.
    pub(super) is_restart: bool,
    /// The rules that applied so far.
    pub(super) rules: RuleSet,
}

impl Asked {
    /// The first question of a step.
    pub(super) fn first(step: StepId, now: u64, inside: Option<u32>) -> Asked {
        Asked { step, capacity: 0, attempts: 0, began: now, inside }
    }
}

impl<B: Backend> Runner<'_, B> {
    /// Asks; the answer may come later.
    pub(super) fn ask(&mut self, asked: Asked) -> Result<(), BackendError> {
        let step = asked.step.find(self.scenario);
        let inside = asked.inside.filter(|number| self.is_in_callback(&step.action, *number));
        let request = self.binding.request(&step.action, asked.capacity, inside, &mut self.backend)?;
        let request = request.expect("what is no question is not asked");
        let (mut observation, rules) = self.ask_backend(&request)?;
        if let Some(number) = observation.pending {
            self.push(asked.step, Line::Began);
            let is_restart = matches!(step.action, Action::Call { call: Call::Restart { .. }, .. });
            self.under_way.push(UnderWay { asked, number, status: Vec::new(), is_restart, rules });
            return self.absorb(observation);
        }
        let seen = self.binding.observe(&step.action, &observation, &mut self.backend);
        let took = self.lasted(asked);
        let event = self.push_seen(asked.step, Seen { took, ..seen }, |seen| Line::Done { seen, rules });
        let happened = std::mem::take(&mut observation.happened);
        self.take_happenings(happened, asked.step.inside.is_none() && is_plain(&step.action));
        for finished in std::mem::take(&mut observation.finished) {
            self.take_answer(finished)?;
        }
        self.go_on(asked, event, &observation)
    }

    /// How long an act took that was not under way, as where time is real the stop of a service that is busy; a call that
    /// lasts is under way.
    fn lasted(&self, asked: Asked) -> Option<Milliseconds> {
        let took = self.now.saturating_sub(asked.began);
        let is_act = matches!(asked.step.find(self.scenario).action, Action::Act { .. });
        (is_act && !bands::is_at_once(Duration::from_millis(took))).then_some(Milliseconds(took))
    }

    /// Whether who does `action` is in the process whose callback the pending call `number` runs.
    fn is_in_callback(&self, action: &Action, number: u32) -> bool {
        let Some(outer) = self.under_way.iter().find(|under_way| under_way.number == number) else {
            return false;
        };
        match (action, &outer.asked.step.find(self.scenario).action) {
            (Action::Call { by, .. }, Action::Call { by: caller, .. }) => {
                self.binding.process_owner(*by) == self.binding.process_owner(*caller)
            }
            _ => false,
        }
    }

    /// Takes in the answer of a call that was under way.
    pub(super) fn take_answer(&mut self, finished: Finished) -> Result<(), BackendError> {
        let place = self.under_way.iter().position(|under_way| under_way.number == finished.call);
        // Of a call that counts as never answered nobody waits for the answer.
        let Some(place) = place else { return Ok(()) };
        let under_way = self.under_way.remove(place);
        let step = under_way.asked.step.find(self.scenario);
        let seen = self.binding.observe(&step.action, &finished.answer, &mut self.backend);
        let event = self.push_end(&under_way, seen);
        self.go_on(under_way.asked, event, &finished.answer)
    }

    /// The line where a call ends that was under way.
    fn push_end(&mut self, under_way: &UnderWay, seen: Seen) -> usize {
        let took = Some(Milliseconds(self.now.saturating_sub(under_way.asked.began)));
        let seen = Seen { status: under_way.status.clone(), took, ..seen };
        self.push_seen(under_way.asked.step, seen, |seen| Line::Ended { seen, rules: under_way.rules })
    }

    /// Asks again if the answer says that the buffer was too small, or concludes the step.
    fn go_on(&mut self, asked: Asked, event: usize, answer: &Observation) -> Result<(), BackendError> {
        let wants = wants_more(asked.step.find(self.scenario), answer);
        match wants.filter(|_| asked.attempts + 1 < LIST_CALLS_MAX) {
            Some(capacity) => self.ask(Asked { capacity, attempts: asked.attempts + 1, ..asked }),
            None => {
                self.conclude(asked.step, event);
                Ok(())
            }
        }
    }

    /// Lets the calls of steps in a `meanwhile` end that are still under way; those that cannot never do.
    pub(super) fn finish_calls(&mut self) -> Result<(), BackendError> {
        if self.under_way.is_empty() {
            return Ok(());
        }
        self.pass_until(None)?;
        while let Some(under_way) = self.under_way.first() {
            let step = under_way.asked.step;
            self.give_up(step);
        }
        Ok(())
    }

    /// Concludes a step whose call never returns.
    pub(super) fn give_up(&mut self, step: StepId) {
        let Some(place) = self.under_way.iter().position(|under_way| under_way.asked.step == step) else {
            return;
        };
        let under_way = self.under_way.remove(place);
        let event = self.push_end(&under_way, Seen { reply: Some(NEVER.into()), ..Seen::default() });
        self.conclude(step, event);
    }

    /// The call of `step` that is not answered yet.
    pub(super) fn under_way(&self, step: StepId) -> Option<&UnderWay> {
        self.under_way.iter().find(|under_way| under_way.asked.step == step)
    }

    /// Adds a line; returns its place.
    pub(super) fn push(&mut self, step: StepId, line: Line) -> usize {
        self.events.push(Event { step, at: self.now, line });
        self.events.len() - 1
    }

    /// Adds a line with what was seen; returns its place.
    pub(super) fn push_seen(&mut self, step: StepId, seen: Seen, line: impl FnOnce(usize) -> Line) -> usize {
        self.seen.push(seen);
        self.push(step, line(self.seen.len() - 1))
    }

    /// What came of a step of the scenario itself.
    pub(super) fn last_step(&mut self) -> &mut StepRun {
        self.steps.last_mut().expect("a step was concluded")
    }
}

/// Whether all that a step does at once goes without saying: it leaves or starts whom it names, and logs itself.
fn is_plain(action: &Action) -> bool {
    match action {
        Action::Call { call, .. } => match call {
            Call::StartSession { .. }
            | Call::JoinSession { .. }
            | Call::EndSession { .. }
            | Call::RegisterResources { .. }
            | Call::GetList { .. } => true,
            Call::Shutdown { .. }
            | Call::Restart { .. }
            | Call::CancelCurrentTask { .. }
            | Call::AddFilter { .. }
            | Call::RemoveFilter { .. }
            | Call::GetFilterList { .. } => false,
        },
        Action::Event(_) => true,
        Action::Act { .. }
        | Action::Registration(_)
        | Action::Wait(_)
        | Action::Database { .. }
        | Action::World { .. }
        | Action::Messages { .. }
        | Action::EventLog { .. } => false,
    }
}

/// The capacity with which a list is asked for again, where the harness chooses it.
fn wants_more(step: &Step, answer: &Observation) -> Option<u32> {
    if answer.ending != Some(Ending::Returned(Reply::MoreData.code())) {
        return None;
    }
    match &step.action {
        Action::Call { call: Call::GetList { capacity: None, null, .. }, .. } if !null.array => {
            answer.list.as_ref()?.needed
        }
        Action::Call { call: Call::GetFilterList { capacity: None, null_buffer: false, .. }, .. } => {
            answer.filters.as_ref()?.needed
        }
        Action::Call { .. }
        | Action::Event(_)
        | Action::Act { .. }
        | Action::Registration(_)
        | Action::Wait(_)
        | Action::Database { .. }
        | Action::World { .. }
        | Action::Messages { .. }
        | Action::EventLog { .. } => None,
    }
}
