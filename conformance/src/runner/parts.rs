//! The parts of a run, one after another: each step, what is due at once after it, and the end.

use rstmgr_model::RuleSet;

use super::watch::Watch;
use super::{Run, Runner, begins_shutdown};
use crate::backend::{Backend, BackendError};
use crate::binding::Binding;
use crate::scenario::Scenario;

/// What a run does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// A step of the scenario; behind the last, the calls end that no step waits for.
    Step(usize),
    /// What is due at once after it.
    Settle(usize),
    /// Nothing.
    Over,
}

impl<'a, B: Backend> Runner<'a, B> {
    /// A run that has not begun.
    pub(crate) fn new(scenario: &'a Scenario, backend: B) -> Runner<'a, B> {
        Runner {
            scenario,
            backend,
            binding: Binding::new(scenario),
            watch: Watch::new(scenario),
            events: Vec::with_capacity(scenario.steps.len()),
            seen: Vec::with_capacity(scenario.steps.len()),
            stage: Stage::Step(0),
            steps: Vec::with_capacity(scenario.steps.len()),
            nested: Vec::new(),
            under_way: Vec::new(),
            recent: None,
            step: 0,
            unwritten: None,
            broken_laws: Vec::new(),
            rules: RuleSet::default(),
            now: 0,
            is_settled: false,
        }
    }

    /// Does the next part of the run, and says whether there was one.
    pub(crate) fn advance(&mut self) -> Result<bool, BackendError> {
        match self.stage {
            Stage::Step(step) if step < self.scenario.steps.len() => {
                self.step = step;
                self.do_step(step)?;
                let is_followed = begins_shutdown(&self.scenario.steps[step]) || self.replays_due();
                self.stage = if is_followed { Stage::Step(step + 1) } else { Stage::Settle(step) };
            }
            Stage::Settle(step) => {
                self.settle()?;
                self.stage = Stage::Step(step + 1);
            }
            Stage::Step(_) => {
                self.finish_calls()?;
                self.stage = Stage::Over;
            }
            Stage::Over => return Ok(false),
        }
        Ok(true)
    }

    /// What came of it, once it is over; `name` is that of the backend.
    pub(super) fn into_run(mut self, name: &str) -> Result<Run, BackendError> {
        self.backend.finish()?;
        Ok(Run {
            backend: name.to_owned(),
            time: self.backend.time(),
            events: self.events,
            seen: self.seen,
            steps: self.steps,
            nested: self.nested,
            broken_laws: self.broken_laws,
            rules: self.rules,
            picks: self.backend.picks(),
            left_over: self.backend.left_over(),
            open_handles: self.binding.open_handles().map(str::to_owned).collect(),
        })
    }
}
