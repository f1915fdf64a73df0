//! How long scenarios may take where time is real.

use std::time::Duration;

use super::BackendKind;
use crate::backend::BackendError;
use crate::scenario::{Scenario, duration};

/// Which scenarios are worth their time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// All of them; where time is real, those that the simulator says take no longer than [`SLOW_MAX`].
    All,
    /// Where time is real, those that take no longer than [`FAST_MAX`].
    Fast,
}

/// How long a scenario may take to count as fast, in virtual time.
pub const FAST_MAX: Duration = Duration::from_secs(1);

/// How long a scenario may take where time is real.
pub const SLOW_MAX: Duration = Duration::from_secs(900);

impl Pace {
    /// Whether a scenario is to be run on this backend.
    ///
    /// # Errors
    ///
    /// That it is not, for the time that it takes.
    pub fn check(self, scenario: &Scenario, backend: &BackendKind) -> Result<(), BackendError> {
        let (at_most, who) = match (self, backend) {
            (Pace::Fast, BackendKind::Windows | BackendKind::Remote(_)) => (FAST_MAX, "`--fast` allows"),
            (Pace::All, BackendKind::Windows) => (SLOW_MAX, "a person waits for"),
            // What is simulated takes no time, and neither does a recording; who is far away knows by itself.
            (Pace::All, BackendKind::Remote(_))
            | (
                _,
                BackendKind::Simulated
                | BackendKind::Dropin
                | BackendKind::Mutant(_)
                | BackendKind::Recorded(_),
            ) => return Ok(()),
        };
        let run = BackendKind::Simulated.run(scenario)?;
        let last = run.events.last().map_or(0, |event| event.at);
        let takes = Duration::from_millis(last);
        if takes <= at_most {
            return Ok(());
        }
        let reason = format!("{}, more than {who}", duration::write(takes));
        Err(BackendError::Unrealizable { reason })
    }
}
