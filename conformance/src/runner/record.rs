//! A run together with all that its backend really was asked and answered.

use super::{Run, Runner};
use crate::backend::recorder::Recorder;
use crate::backend::{Backend, BackendError};
use crate::exchange::Exchange;
use crate::scenario::Scenario;

/// The raw values of a run: what its backend was asked and answered, in the backend's own numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// By part of the run, in order.
    pub parts: Vec<RecordedPart>,
}

/// The raw values of a part of a run: a step, or what is due right after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedPart {
    /// What was asked and answered in it.
    pub exchanges: Vec<Exchange>,
    /// How many lines the trace has of it.
    pub events: usize,
}

/// Like [`run`](super::run), and keeps what the backend was asked and answered.
///
/// # Errors
///
/// If the backend could not be asked.
pub fn record(
    scenario: &Scenario,
    name: &str,
    backend: &mut dyn Backend,
) -> Result<(Run, Recording), BackendError> {
    let mut runner = Runner::new(scenario, Recorder::new(backend));
    let mut recording = Recording::default();
    let mut events = 0;
    loop {
        let goes_on = runner.advance()?;
        let part = RecordedPart { exchanges: runner.backend.take(), events: runner.events.len() - events };
        events = runner.events.len();
        recording.parts.push(part);
        if !goes_on {
            return Ok((runner.into_run(name)?, recording));
        }
    }
}
