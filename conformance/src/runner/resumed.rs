//! A run that stops where it asks its backend, and is told later what was observed.
//!
//! Between two parts of a run it can be cloned. To go on from within a part, that part is done again on what was heard
//! in it before, which takes no backend.

use std::fmt::Write as _;
use std::sync::Arc;

use rstmgr_model::RuleSet;

use super::parts::Stage;
use super::{Event, Runner};
use crate::backend::simulated::SimulatedBackend;
use crate::backend::{Backend, BackendError};
use crate::request::{Observation, Request, Subject, UniqueProcess};
use crate::scenario::Scenario;
use crate::trace::Seen;

/// What was heard of a backend.
#[derive(Clone, Debug)]
pub(crate) enum Heard {
    /// What could be observed of a request, and the rules that applied.
    Observed(Arc<Observation>, RuleSet),
    /// The process of somebody.
    Process(UniqueProcess),
}

/// A backend that says again what was heard, and then stops at the next request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rehearsal {
    /// What was heard, in order.
    pub(crate) heard: Vec<Heard>,
    next: usize,
    /// The backend as it is after all that was heard; it is asked about processes alone.
    pub(crate) live: Option<Box<SimulatedBackend>>,
    /// What is asked next, once the run has stopped.
    pub(crate) asked: Option<Request>,
}

impl Rehearsal {
    /// Says again what was heard of `live`.
    pub(crate) fn new(heard: Vec<Heard>, live: Box<SimulatedBackend>) -> Rehearsal {
        Rehearsal { heard, next: 0, live: Some(live), asked: None }
    }

    fn stop(&mut self, request: &Request) -> BackendError {
        self.asked = Some(request.clone());
        BackendError::Unrealizable { reason: String::new() }
    }
}

impl Backend for Rehearsal {
    fn perform(&mut self, request: &Request) -> Result<Observation, BackendError> {
        let heard = self.heard.get(self.next);
        self.next += 1;
        match heard {
            Some(Heard::Observed(observation, _)) => Ok(Observation::clone(observation)),
            Some(Heard::Process(_)) => unreachable!("a run asks the same again"),
            None => Err(self.stop(request)),
        }
    }

    fn unique_process(&mut self, who: Subject) -> Result<UniqueProcess, BackendError> {
        let heard = self.heard.get(self.next);
        self.next += 1;
        match (heard, &mut self.live) {
            (Some(Heard::Process(process)), _) => Ok(*process),
            (None, Some(live)) => {
                let process = live.unique_process(who)?;
                self.heard.push(Heard::Process(process));
                Ok(process)
            }
            (Some(Heard::Observed(..)), _) | (None, None) => unreachable!("a run asks the same again"),
        }
    }

    fn rules(&self) -> RuleSet {
        match self.next.checked_sub(1).and_then(|last| self.heard.get(last)) {
            Some(Heard::Observed(_, rules)) => *rules,
            Some(Heard::Process(_)) | None => RuleSet::default(),
        }
    }
}

impl<'a, B> Runner<'a, B> {
    /// What is run.
    pub(crate) fn scenario(&self) -> &'a Scenario {
        self.scenario
    }

    /// The lines of its trace since they were last forgotten.
    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }

    /// What was seen, one after another, as those lines say.
    pub(crate) fn seen(&self) -> &[Seen] {
        &self.seen
    }

    /// Forgets the lines so far, between two parts of the run.
    pub(crate) fn forget_lines(&mut self) {
        self.events.clear();
        self.seen.clear();
        self.steps.clear();
        self.nested.clear();
    }

    /// Which part of the run is next; ascending.
    pub(crate) fn part(&self) -> usize {
        match self.stage {
            Stage::Step(step) => 2 * step,
            Stage::Settle(step) => 2 * step + 1,
            Stage::Over => usize::MAX,
        }
    }

    /// The handles that nobody ended, by name.
    pub(crate) fn open_handles(&self) -> impl Iterator<Item = &str> {
        self.binding.open_handles()
    }

    /// The backend.
    pub(crate) fn backend_mut(&mut self) -> &mut B {
        &mut self.backend
    }

    /// Appends all on which its future depends, between two parts: runs of one scenario whose texts are equal go on
    /// alike, if they hear the same.
    pub(crate) fn write_state(&self, text: &mut String) {
        let under_way =
            self.under_way.iter().map(|call| (call.asked, call.number, &call.status, call.is_restart));
        let under_way: Vec<_> = under_way.collect();
        let binding = self.binding.state();
        let rest = (&self.watch, &self.recent, self.unwritten, self.now, self.is_settled);
        let _ = write!(text, "{:?}{under_way:?}{binding:?}{rest:?}", self.stage);
    }
}
