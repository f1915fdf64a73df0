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
    /// Call the Restart Manager.
    Call(Call),
}

/// What a worker answers, once per order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answer {
    /// To [`Order::Identify`].
    Identity(UniqueProcess),
    /// To [`Order::Hold`].
    Held,
    /// To [`Order::Call`].
    Observed(Box<Observation>),
    /// The order could not be followed.
    Failed(String),
}
