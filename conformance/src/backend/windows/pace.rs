//! Real time: since when a run lasts, and how long anything is waited for.
//!
//! It looks at the clock on the wall.

use std::thread;
use std::time::{Duration, Instant};

/// How long a call may take until it counts as under way, unless it says something before.
pub(super) const GRACE: Duration = Duration::from_millis(100);

/// How long the list may take that is read before a shutdown.
pub(super) const LIST_MAX: Duration = Duration::from_secs(10);

/// How long nothing may happen in a call until it counts as never answered; longer than ten programs take that are
/// waited for one after the other, of 30 seconds each.
pub(super) const CALL_MAX: Duration = Duration::from_secs(330);

/// How long nothing must have happened until nothing is due any more, beside what the world says it still does.
pub(super) const QUIET: Duration = Duration::from_millis(500);

/// How long a fixture may take to be what it is to be, or to follow an order.
pub(super) const FIXTURE_MAX: Duration = Duration::from_secs(30);

/// How long a process may take to end once its pipe is closed.
pub(super) const END_MAX: Duration = Duration::from_secs(5);

/// How often it is looked whether somebody said something.
const TICK: Duration = Duration::from_millis(2);

/// The clock of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock(Instant);

impl Clock {
    /// It is the beginning.
    pub(super) fn start() -> Clock {
        Clock(Instant::now())
    }

    /// Milliseconds since the beginning.
    pub(super) fn now(self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A time from which on something is not waited for any more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Instant);

impl Deadline {
    /// So long from now.
    pub(super) fn after(so_long: Duration) -> Deadline {
        Deadline(Instant::now() + so_long)
    }

    /// Whether it has come.
    pub(super) fn is_over(self) -> bool {
        Instant::now() >= self.0
    }
}

/// Lets others do something for a moment.
pub(super) fn pause() {
    thread::park_timeout(TICK);
}
