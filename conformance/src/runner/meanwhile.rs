//! A step's call until its answer, and what is done meanwhile.

use std::collections::VecDeque;
use std::time::Duration;

use super::call::Asked;
use super::{Failure, PROCEEDS_MAX, Runner, StepId, endless, meanwhile_of};
use crate::backend::{Backend, BackendError};
use crate::request::{Happening, Message, Request};
use crate::scenario::{Action, Meanwhile, Occurrence, Trigger};
use crate::words;

/// The `meanwhile` of a call that is under way.
struct Triggers<'a> {
    step: StepId,
    /// When the call began, in milliseconds.
    began: u64,
    items: &'a [Meanwhile],
    /// By item: whether it was done.
    fired: Vec<bool>,
    /// How many things happened since the call began, as far as they are recorded one by one.
    due: u32,
}

impl Triggers<'_> {
    /// When the next item is due that waits for a time.
    fn next_time(&self) -> Option<u64> {
        self.waiting().filter_map(|(_, item)| self.time(item)).min()
    }

    fn time(&self, item: &Meanwhile) -> Option<u64> {
        let Trigger::After(so_long) = item.at else { return None };
        Some(self.began.saturating_add(milliseconds(so_long)))
    }

    /// The items that were not done yet, with their places.
    fn waiting(&self) -> impl Iterator<Item = (usize, &Meanwhile)> {
        self.items.iter().enumerate().filter(|(place, _)| !self.fired[*place])
    }
}

impl<'a, B: Backend> Runner<'a, B> {
    /// Does a step of the scenario that asks something, until it is answered or it is clear that it never will be.
    pub(super) fn long_call(&mut self, step: StepId) -> Result<(), BackendError> {
        let scenario: &'a _ = self.scenario;
        let items = meanwhile_of(step.find(scenario));
        let mut triggers = Triggers { step, began: self.now, items, fired: vec![false; items.len()], due: 0 };
        self.recent = (!items.is_empty()).then(VecDeque::new);
        self.ask(Asked::first(step, self.now, None))?;
        if self.under_way(step).is_some() {
            self.fire(&mut triggers, None, |item| item.at == Trigger::Start)?;
        }
        self.await_answer(&mut triggers)?;
        self.recent = None;
        for (place, item) in triggers.waiting() {
            let failure = Failure {
                field: "meanwhile",
                item: Some(place),
                expected: words::trigger(scenario, item.at),
                seen: String::from("never reached"),
            };
            self.last_step().failures.push(failure);
        }
        Ok(())
    }

    /// Lets time pass until the call is answered.
    fn await_answer(&mut self, triggers: &mut Triggers<'a>) -> Result<(), BackendError> {
        for _ in 0..PROCEEDS_MAX {
            self.fire_happened(triggers)?;
            if self.under_way(triggers.step).is_none() {
                return Ok(());
            }
            let until = triggers.next_time();
            let (observation, rules) = self.ask_backend(&Request::Proceed { until })?;
            if let Some(call) = self.under_way.iter_mut().find(|call| call.asked.step == triggers.step) {
                call.rules.extend(&rules);
            }
            let is_idle = observation.idle;
            self.absorb(observation)?;
            triggers.due = triggers.due.saturating_add(1);
            let due = triggers.due;
            self.fire_happened(triggers)?;
            if self.under_way(triggers.step).is_some() {
                self.fire(triggers, None, |item| item.at == Trigger::Due(due))?;
            }
            match until {
                // What else was due by then is done.
                Some(until) if is_idle => {
                    let began = triggers.began;
                    self.fire(triggers, None, |item| match item.at {
                        Trigger::After(so_long) => began.saturating_add(milliseconds(so_long)) <= until,
                        Trigger::Start | Trigger::Due(_) | Trigger::Status(_) | Trigger::When { .. } => false,
                    })?;
                }
                None if is_idle => self.give_up(triggers.step),
                Some(_) | None => {}
            }
        }
        Err(endless())
    }

    /// Does the items whose triggers are among what happened.
    fn fire_happened(&mut self, triggers: &mut Triggers<'a>) -> Result<(), BackendError> {
        while let Some((happening, of)) = self.recent.as_mut().and_then(VecDeque::pop_front) {
            // Whatever is done at a status is done inside the callback, before the call goes on.
            let is_own_status = of == Some(triggers.step);
            let inside = self.under_way(triggers.step).map(|call| call.number).filter(|_| is_own_status);
            let fits: Vec<bool> = triggers
                .items
                .iter()
                .map(|item| match (item.at, &happening) {
                    (Trigger::Status(at), Happening::Status { percent, .. }) => {
                        is_own_status && at == *percent
                    }
                    (Trigger::When { what, who }, _) => {
                        let subject = match &happening {
                            Happening::Told { who, .. }
                            | Happening::Left(who)
                            | Happening::Started { who, .. } => *who,
                            Happening::Status { .. } | Happening::Answered { .. } | Happening::Logged(_) => {
                                return false;
                            }
                        };
                        occurred(&happening) == Some(what) && self.binding.is_subject(who, subject)
                    }
                    (Trigger::Start | Trigger::After(_) | Trigger::Due(_) | Trigger::Status(_), _) => false,
                })
                .collect();
            let mut fits = fits.into_iter();
            self.fire(triggers, inside, |_| fits.next().unwrap_or(false))?;
        }
        Ok(())
    }

    /// Does the items that were not done yet and that `fits` chooses; it is asked about every item, in order.
    fn fire(
        &mut self,
        triggers: &mut Triggers<'a>,
        inside: Option<u32>,
        mut fits: impl FnMut(&Meanwhile) -> bool,
    ) -> Result<(), BackendError> {
        for (place, item) in triggers.items.iter().enumerate() {
            if !fits(item) || triggers.fired[place] {
                continue;
            }
            triggers.fired[place] = true;
            for step in 0..item.steps.len() {
                let id = StepId { step: triggers.step.step, inside: Some((place, step)) };
                match &item.steps[step].action {
                    Action::Call { .. }
                    | Action::Event(_)
                    | Action::Act { .. }
                    | Action::Registration(_)
                    | Action::Database { .. } => self.ask(Asked::first(id, self.now, inside))?,
                    Action::Wait(_)
                    | Action::World { .. }
                    | Action::Messages { .. }
                    | Action::EventLog { .. } => self.look(id)?,
                }
            }
        }
        Ok(())
    }
}

/// What happened, as far as a trigger can wait for it.
fn occurred(happening: &Happening) -> Option<Occurrence> {
    match happening {
        Happening::Told { what, .. } => match what {
            Message::Query { .. } => Some(Occurrence::Asked),
            Message::End { ending: true, .. } => Some(Occurrence::ToldToEnd),
            Message::End { ending: false, .. } => Some(Occurrence::ToldToStay),
            Message::Close => Some(Occurrence::ToldToClose),
            Message::ConsoleEvent => Some(Occurrence::Interrupted),
            Message::Stop => Some(Occurrence::StopRequested),
            Message::Start => Some(Occurrence::StartRequested),
            Message::Exit | Message::Kill => None,
        },
        Happening::Left(_) => Some(Occurrence::Stopped),
        Happening::Started { .. } => Some(Occurrence::Started),
        Happening::Status { .. } | Happening::Answered { .. } | Happening::Logged(_) => None,
    }
}

/// A duration in milliseconds.
pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
