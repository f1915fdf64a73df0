//! A backend that writes down all that another is asked and answers.

use rstmgr_model::{Broken, RuleSet};

use super::{Backend, BackendError, LeftOver, Time};
use crate::exchange::{Answer, Exchange, Failure, Observed, Question};
use crate::request::{Observation, Request, Subject, UniqueProcess};

/// Asks another backend, and keeps every question with its answer.
pub(crate) struct Recorder<'a> {
    backend: &'a mut dyn Backend,
    /// What was asked and answered, in order.
    exchanges: Vec<Exchange>,
    /// How many broken laws the answers spoke of.
    told: usize,
}

impl<'a> Recorder<'a> {
    /// Nothing is written down yet.
    pub(crate) fn new(backend: &'a mut dyn Backend) -> Recorder<'a> {
        Recorder { backend, exchanges: Vec::new(), told: 0 }
    }

    /// What was written down since this was asked last.
    pub(crate) fn take(&mut self) -> Vec<Exchange> {
        std::mem::take(&mut self.exchanges)
    }
}

impl Backend for Recorder<'_> {
    fn perform(&mut self, request: &Request) -> Result<Observation, BackendError> {
        let observation = self.backend.perform(request)?;
        let observed = Observed::of(observation.clone(), self.backend, &mut self.told);
        self.exchanges.push(Exchange {
            asked: Question::Request(request.clone()),
            answered: Answer::Observed(Box::new(observed)),
        });
        Ok(observation)
    }

    fn unique_process(&mut self, who: Subject) -> Result<UniqueProcess, BackendError> {
        let process = self.backend.unique_process(who);
        let answered = match &process {
            Ok(process) => Answer::Process(*process),
            Err(error) => Answer::Failed(Failure::of(error)),
        };
        self.exchanges.push(Exchange { asked: Question::Process(who), answered });
        process
    }

    fn rules(&self) -> RuleSet {
        self.backend.rules()
    }

    fn broken_laws(&self) -> &[Broken] {
        self.backend.broken_laws()
    }

    fn picks(&self) -> String {
        self.backend.picks()
    }

    fn left_over(&self) -> LeftOver {
        self.backend.left_over()
    }

    fn time(&self) -> Time {
        self.backend.time()
    }

    fn finish(&mut self) -> Result<(), BackendError> {
        self.backend.finish()
    }
}
