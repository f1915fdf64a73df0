//! How long scenarios may take where time is real.

use std::time::Duration;

use super::BackendKind;
use crate::backend::BackendError;
use crate::scenario::{Scenario, duration};

/// Which scenarios are worth their time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// All of them.
    All,
    /// Where time is real, those that the simulator says take no longer than [`FAST_MAX`].
    Fast,
}

/// How long a scenario may take to count as fast, in virtual time.
pub const FAST_MAX: Duration = Duration::from_secs(1);

impl Pace {
    /// Whether a scenario is to be run on this backend.
    ///
    /// # Errors
    ///
    /// That it is not, for the time that it takes.
    pub fn check(self, scenario: &Scenario, backend: &BackendKind) -> Result<(), BackendError> {
        if self == Pace::All || !backend.may_take_real_time() {
            return Ok(());
        }
        let run = BackendKind::Simulated.run(scenario)?;
        let last = run.events.last().map_or(0, |event| event.at);
        let takes = Duration::from_millis(last);
        if takes <= FAST_MAX {
            return Ok(());
        }
        let reason = format!("{}, more than `--fast` allows", duration::write(takes));
        Err(BackendError::Unrealizable { reason })
    }
}
