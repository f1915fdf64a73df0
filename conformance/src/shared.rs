//! One simulation for several processes: installers join each other's sessions, so they share one machine.
//!
//! A process calls through a [`Connection`], which leads into a simulation of its own or, over a socket or pipe of
//! this machine, to one that it shares. A call that takes time lets its callback be called between its [`Turn`]s:
//! while a callback runs its operation stands still, as it does on Windows, and so do all others, since they share one
//! clock.

mod client;
mod connect;
mod embedded;
mod guests;
mod leftovers;
pub mod protocol;
mod room;
mod server;
mod simulation;
#[cfg(test)]
mod tests;

use std::error::Error as _;

pub use self::connect::{connect, read_world};
pub use self::guests::{GuestId, Introduction};
pub use self::server::Server;
pub(crate) use self::simulation::PATIENCE;
pub use self::simulation::{Simulation, Time};
use crate::backend::BackendError;
use crate::request::{Call, Observation};

/// What a call comes to next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The status callback is to be called; then the call is to [go on](Connection::go_on).
    Status {
        /// The number of the call.
        call: u32,
        /// The percentage.
        percent: u8,
    },
    /// The call ended so.
    Done(Box<Observation>),
}

/// Where the calls of one process are made; by any of its threads, also inside a callback.
pub trait Connection: Send + Sync {
    /// Makes a call; `inside` is the number of the call inside whose status callback it is made, if it is.
    ///
    /// Returns once the call has ended or its callback is to be called.
    ///
    /// # Errors
    ///
    /// If it cannot be made: whoever answers is gone, or gives no answer in time.
    fn begin(&self, call: &Call, inside: Option<u32>) -> Result<Turn, Trouble>;

    /// Goes on with a call after its status callback was called.
    ///
    /// # Errors
    ///
    /// As for [`begin`](Connection::begin).
    fn go_on(&self, call: u32) -> Result<Turn, Trouble>;
}

/// Why a call could not be made, as a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(pub String);

impl From<BackendError> for Trouble {
    fn from(error: BackendError) -> Trouble {
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        Trouble(format!("{error}{cause}"))
    }
}
