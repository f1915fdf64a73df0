//! What the backend and its worker processes say to each other, in JSON lines.

use serde::{Deserialize, Serialize};

use crate::request::{Call, Observation, UniqueProcess};

/// What a worker is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Order {
    /// Say which process you are.
    Identify,
    /// Open this file and keep it open.
    Hold {
        /// Where it really lies.
        path: String,
        /// Whether others may delete and rename it meanwhile.
        shared: bool,
    },
    /// Call the Restart Manager; nothing else is followed until the call has ended.
    Call(Call),
    /// Call the Restart Manager on a thread of its own, and follow other orders meanwhile.
    Begin {
        /// What the answers call it; no call that is under way has the same.
        number: u32,
        /// The call.
        call: Call,
        /// The number of a call whose status callback runs: the call is made inside that callback, after those
        /// that were to be made there before, and in place of a thread of its own.
        inside: Option<u32>,
    },
    /// Let the status callback of this call return, after the calls that are to be made inside it.
    Resume {
        /// The number of the call.
        number: u32,
    },
}

/// What a worker answers: once per order, but to [`Order::Begin`] once per status and once at the end, in that order,
/// and to [`Order::Resume`] with what the call does next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answer {
    /// To [`Order::Identify`].
    Identity(UniqueProcess),
    /// To [`Order::Hold`].
    Held,
    /// To [`Order::Call`].
    Observed(Box<Observation>),
    /// To [`Order::Begin`]: the status callback was called, and returns after [`Order::Resume`].
    Status {
        /// The number of the call.
        number: u32,
        /// What the callback was told.
        percent: u32,
    },
    /// To [`Order::Begin`]: the call has ended.
    Ended {
        /// The number of the call, which may be given again.
        number: u32,
        /// How it ended and what it wrote; statuses were answers of their own.
        observation: Box<Observation>,
    },
    /// The order could not be followed, or a call could not be made or wrote beyond a buffer.
    Failed(String),
}
