//! Steps that let time pass, and steps that look at what came of it.

use rstmgr_model::RuleSet;

use super::meanwhile::milliseconds;
use super::{Line, Runner, StepId};
use crate::backend::{Backend, BackendError};
use crate::binding::Binding;
use crate::request::Request;
use crate::scenario::{Action, Expectation, Moment, Pause, ProcessOf};
use crate::trace::{Milliseconds, Seen, SeenWorld};

impl<B: Backend> Runner<'_, B> {
    /// Does a step that lets time pass or looks.
    pub(super) fn look(&mut self, id: StepId) -> Result<(), BackendError> {
        let step = id.find(self.scenario);
        let began = self.now;
        // Lines of what happens meanwhile stand below the step's own.
        let outer = self.unwritten.replace(id);
        let mut rules = RuleSet::default();
        let mut seen = Seen::default();
        match &step.action {
            Action::Wait(Pause::UntilDue(count)) => rules = self.pass_due(*count)?,
            Action::Wait(Pause::For(so_long)) => {
                rules = self.pass_until(Some(began.saturating_add(milliseconds(*so_long))))?;
            }
            Action::World { at } => {
                let until = match at {
                    Moment::Now => Some(began),
                    Moment::Settled => None,
                    Moment::After(so_long) => Some(began.saturating_add(milliseconds(*so_long))),
                };
                if *at != Moment::Now {
                    rules = self.pass_until(until)?;
                }
                let took = Milliseconds(self.now.saturating_sub(began));
                seen.took = Some(took).filter(|_| *at == Moment::Settled);
                seen.world = Some(Box::new(self.seen_world(step.expect.as_deref())?));
            }
            Action::Messages { application } => {
                seen.messages = Some(self.watch.messages(*application, &self.binding).into());
            }
            Action::EventLog { of, only } => {
                let user = &self.scenario.world.installers[*of].process.user;
                seen.records = Some(self.watch.records(user, only.as_deref(), &self.binding).into());
            }
            Action::Call { .. }
            | Action::Event(_)
            | Action::Act { .. }
            | Action::Registration(_)
            | Action::Database { .. } => unreachable!("what is asked of the backend is no look"),
        }
        let is_over_at_once = self.unwritten.take().is_some();
        self.unwritten = outer;
        let event = self.push_seen(id, seen, |seen| {
            if is_over_at_once { Line::Done { seen, rules } } else { Line::Ended { seen, rules } }
        });
        self.conclude(id, event);
        Ok(())
    }

    /// The processes and files that `expect` speaks of.
    fn seen_world(&mut self, expect: Option<&Expectation>) -> Result<SeenWorld, BackendError> {
        let Some(expect) = expect.and_then(|expect| expect.world.as_ref()) else {
            return Ok(SeenWorld::default());
        };
        let files = expect.files.iter().map(|(path, _)| path.clone()).collect();
        let (observation, _) = self.ask_backend(&Request::World { files })?;
        let Some(world) = observation.world else { return Ok(SeenWorld::default()) };
        let mut seen = SeenWorld::default();
        for expected in &expect.applications {
            let (state, is_restarted) = match expected.who {
                ProcessOf::Application(application) => {
                    (world.applications.get(application), self.watch.is_restarted(application))
                }
                ProcessOf::Installer(installer) => (world.installers.get(installer), false),
                ProcessOf::Nobody(_) => (None, false),
            };
            if let Some(state) = state {
                seen.applications.push(self.binding.seen_state(expected.who, state, is_restarted));
            }
        }
        let files = expect.files.iter().zip(world.files);
        seen.files = files.map(|((path, _), state)| Binding::seen_file(path, state)).collect();
        Ok(seen)
    }
}
