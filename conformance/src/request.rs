//! What a backend is asked, and what it lets be seen: the calls of the Restart Manager with real handles, keys
//! and process ids, ready to cross a pipe as JSON.
//!
//! A scenario speaks of names. [`Binding`](crate::binding::Binding) turns a step into a [`Request`] with the
//! numbers that this backend gave, and its [`Observation`]s back into names.
//!
//! A call that takes time is answered as pending. What happens then comes out of further requests, above all of
//! [`Request::Proceed`], and so does its answer, as [`Finished`].

mod call;
mod doing;
mod happening;
mod observation;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use call::{Call, FilterTarget};
pub use doing::{Act, Event, Fault, Registration};
pub use happening::{
    CannotRestart, Cause, Happening, LogApplication, LogEvent, LogRecord, Message, StartedBy,
};
pub use observation::{
    Affected, DatabaseSession, Ending, FileState, Filter, FilterList, Finished, KeyText, List, Observation,
    ProcessState, RestartSettings, WorldState,
};

/// The number of an installer in the scenario's [`World`](crate::scenario::World), counted from 0.
pub type InstallerIndex = usize;

/// The number of an application in the scenario's [`World`](crate::scenario::World), counted from 0.
pub type ApplicationIndex = usize;

/// `RM_UNIQUE_PROCESS`: a process id and the creation time in units of 100 ns since 1601.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UniqueProcess {
    /// The process id.
    pub pid: u32,
    /// The creation time that `GetProcessTimes` gives, as one number.
    pub start_time: u64,
}

/// Somebody in a scenario's world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// An installer; of those that share a process the first.
    Installer(InstallerIndex),
    /// An application; of the services that share a process, which the process itself stands for, the first.
    Application(ApplicationIndex),
}

/// An array argument: its count, and a pointer that may be NULL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct ArrayArgument<T> {
    /// The count that is passed; never above the number of items unless the pointer is NULL.
    pub count: u32,
    /// What the pointer points to; `None` is NULL.
    pub items: Option<Arc<[T]>>,
}

/// One thing that is asked of a backend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// A call of the Restart Manager by an installer.
    Call {
        /// Who calls.
        by: InstallerIndex,
        /// What is called.
        call: Call,
        /// The number of the pending call inside whose status callback it is made, if it is.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        inside: Option<u32>,
    },
    /// Something that an installer does beside the Restart Manager.
    Act {
        /// Who.
        by: InstallerIndex,
        /// What.
        act: Act,
    },
    /// A call of the functions of the registration for restart.
    Registration(Registration),
    /// Something happens in the world.
    Event(Event),
    /// Time passes until something could be observed, at most until a time.
    Proceed {
        /// The latest time, in milliseconds since the beginning; `None`: until nothing is due any more.
        until: Option<u64>,
    },
    /// Processes and files are looked at.
    World {
        /// Which files; processes are looked at all.
        files: Vec<String>,
    },
    /// The session database of an installer's user is looked at.
    Database {
        /// Whose user's.
        of: InstallerIndex,
    },
}
