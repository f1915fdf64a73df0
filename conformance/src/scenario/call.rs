//! The calls of a scenario, with their arguments as it states them.

use std::sync::Arc;
use std::time::Duration;

use super::{HandleIndex, Step, StepPlace};
use crate::request::{ApplicationIndex, InstallerIndex};

/// A session handle as a step names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandleArgument {
    /// The handle that a step called so with `as`.
    Named(HandleIndex),
    /// This number, whoever it belongs to.
    Number(u32),
}

/// A call as a scenario states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `start-session`
    StartSession {
        /// What the handle is called from now on.
        name: Option<HandleIndex>,
        /// `flags`, 0 unless stated.
        flags: u32,
        /// `null-pointers: [handle]`
        null_handle: bool,
        /// `null-pointers: [key]`
        null_key: bool,
        /// `key-buffer`: what the buffer holds before, at most 33 characters.
        key_buffer: String,
    },
    /// `join-session`
    JoinSession {
        /// What the handle is called from now on.
        name: Option<HandleIndex>,
        /// `null-pointers: [handle]`
        null_handle: bool,
        /// The key.
        key: KeyArgument,
    },
    /// `end-session`
    EndSession {
        /// Which session.
        handle: HandleArgument,
    },
    /// `register-resources`
    RegisterResources {
        /// Which session.
        handle: HandleArgument,
        /// `files`, in order.
        files: ArrayArgument<FileElement>,
        /// `processes`, in order.
        processes: ArrayArgument<ProcessElement>,
        /// `services`, in order.
        services: ArrayArgument<ServiceElement>,
    },
    /// `get-list`
    GetList {
        /// Which session.
        handle: HandleArgument,
        /// `capacity`: that of the array; `None`: as many as the last answer for this handle said it needs, which
        /// makes the harness ask once with 0 and, while the answer is `ERROR_MORE_DATA`, again (at most 8 calls).
        capacity: Option<u32>,
        /// `null-pointers: [...]`: which pointers are NULL.
        null: NullPointers,
        /// `meanwhile`
        meanwhile: Vec<Meanwhile>,
    },
    /// `shutdown`
    Shutdown {
        /// Which session.
        handle: HandleArgument,
        /// `flags`, bits of `RM_SHUTDOWN_TYPE`; 0 unless stated.
        flags: u32,
        /// `callback`: whether a status callback is passed; `true` unless stated.
        callback: bool,
        /// `meanwhile`
        meanwhile: Vec<Meanwhile>,
    },
    /// `restart`
    Restart {
        /// Which session.
        handle: HandleArgument,
        /// `flags`, 0 unless stated.
        flags: u32,
        /// `callback`: whether a status callback is passed; `true` unless stated.
        callback: bool,
        /// `meanwhile`
        meanwhile: Vec<Meanwhile>,
    },
    /// `cancel-current-task`
    CancelCurrentTask {
        /// Which session.
        handle: HandleArgument,
    },
    /// `add-filter`
    AddFilter {
        /// Which session.
        handle: HandleArgument,
        /// Whom the filter is about.
        target: FilterTarget,
        /// `action`: 1 `no-restart`, 2 `no-shutdown`, or another number.
        action: u32,
    },
    /// `remove-filter`
    RemoveFilter {
        /// Which session.
        handle: HandleArgument,
        /// Whom the filter is about.
        target: FilterTarget,
    },
    /// `get-filter-list`
    GetFilterList {
        /// Which session.
        handle: HandleArgument,
        /// `capacity`: the size of the buffer in bytes; `None`: the harness asks once with 0 and, while the answer
        /// is `ERROR_MORE_DATA`, again with what is needed.
        capacity: Option<u32>,
        /// `null-pointers: [buffer]`: `pbFilterBuf`; also with a stated capacity of 0.
        null_buffer: bool,
        /// `null-pointers: [needed]`: `cbFilterBufNeeded`.
        null_needed: bool,
    },
}

impl Call {
    /// What is done while the call is under way.
    pub fn meanwhile(&self) -> &[Meanwhile] {
        match self {
            Call::GetList { meanwhile, .. }
            | Call::Shutdown { meanwhile, .. }
            | Call::Restart { meanwhile, .. } => meanwhile,
            Call::StartSession { .. }
            | Call::JoinSession { .. }
            | Call::EndSession { .. }
            | Call::RegisterResources { .. }
            | Call::CancelCurrentTask { .. }
            | Call::AddFilter { .. }
            | Call::RemoveFilter { .. }
            | Call::GetFilterList { .. } => &[],
        }
    }

    /// The same, to change it; `None` of calls that are never under way for long.
    pub(crate) fn meanwhile_mut(&mut self) -> Option<&mut Vec<Meanwhile>> {
        match self {
            Call::GetList { meanwhile, .. }
            | Call::Shutdown { meanwhile, .. }
            | Call::Restart { meanwhile, .. } => Some(meanwhile),
            Call::StartSession { .. }
            | Call::JoinSession { .. }
            | Call::EndSession { .. }
            | Call::RegisterResources { .. }
            | Call::CancelCurrentTask { .. }
            | Call::AddFilter { .. }
            | Call::RemoveFilter { .. }
            | Call::GetFilterList { .. } => None,
        }
    }
}

/// Something that is done while a call is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meanwhile {
    /// When; each fires once, at its first match.
    pub at: Trigger,
    /// What is done then, each step with its own expectation; no step of these has a `meanwhile`.
    pub steps: Vec<Step>,
    /// Where `at` stands: `key` holds the bytes of its value.
    pub place: StepPlace,
}

/// When something is done while a call is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// `start`: right after the call began, before anything is due.
    Start,
    /// So long after the call began, from another thread.
    After(Duration),
    /// `{ due: 3 }`: when so many of the things that [`Replay::due`](super::Replay::due) lists have happened since the
    /// call began.
    Due(u32),
    /// `{ status: 50 }`: inside the status callback that is told this percentage.
    Status(u8),
    /// `{ asked: editor }` and the like: when this happens for the first time during the call.
    When {
        /// What happens.
        what: Occurrence,
        /// To whom: an application, or where the scenario says so an installer.
        who: ProcessOf,
    },
}

/// What can happen to somebody during a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// `asked`: a window got `WM_QUERYENDSESSION`.
    Asked,
    /// `told-to-end`: a window got `WM_ENDSESSION` with TRUE.
    ToldToEnd,
    /// `told-to-stay`: a window got `WM_ENDSESSION` with FALSE.
    ToldToStay,
    /// `told-to-close`: the main window got `WM_CLOSE`.
    ToldToClose,
    /// `interrupted`: it got `CTRL_C_EVENT`.
    Interrupted,
    /// `stop-requested`: the service was asked to stop.
    StopRequested,
    /// `start-requested`: the service was asked to start.
    StartRequested,
    /// `stopped`: it exited or stopped, for whatever reason.
    Stopped,
    /// `started`: it was started, by whomever.
    Started,
}

/// Whom a filter is about as a scenario states it: exactly one of the three, if it is right (FILT-06).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterTarget {
    /// `module`: the path of a program.
    pub module: Option<String>,
    /// `application`: a process.
    pub process: Option<ProcessElement>,
    /// `service`: a short name.
    pub service: Option<String>,
}

/// The key handed to `RmJoinSession`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyArgument {
    /// `null-pointers: [key]`
    Null,
    /// `key-of`: the key that the start of this session gave, then changed by [`KeyChange`].
    Of(HandleIndex, KeyChange),
    /// `key`: this text.
    Text(String),
}

/// How a key is spoiled before it is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyChange {
    /// Not at all.
    None,
    /// `letter-case: other`: upper-case letters become lower-case and the other way round.
    OtherLetterCase,
    /// `cut-to: N`: only its first characters, 0 to 31.
    CutTo(usize),
}

/// Which pointers of `RmGetList` are NULL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NullPointers {
    /// `array`: `rgAffectedApps`; what a call with capacity 0 passes unless it says `array: present`.
    pub array: bool,
    /// `needed`: `pnProcInfoNeeded`.
    pub needed: bool,
    /// `count`: `pnProcInfo`.
    pub count: bool,
    /// `reasons`: `lpdwRebootReasons`.
    pub reasons: bool,
}

/// An array as a scenario states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrayArgument<T> {
    /// `None`: the pointer is NULL (`null-pointers: [files]`; also where the field is left out).
    pub items: Option<Vec<T>>,
    /// `counts: { files: N }`: the count that is passed, if not the number of items.
    pub count: Option<u32>,
}

/// Elements of `files`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileElement {
    /// Paths that follow each other; `None` is `null`: a NULL pointer. A request shares them.
    Paths(Arc<[Option<Arc<str>>]>),
    /// `{ pattern: 'C:\Data\{i}.dat', count: N }`: the pattern with `{i}` from 1 to `count`.
    Pattern(String, u32),
}

/// An element of `processes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessElement {
    /// Whose process id it is.
    pub who: ProcessOf,
    /// `start-time: wrong`: one that the process does not have.
    pub wrong_start_time: bool,
}

/// Whose process is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessOf {
    /// An application's, as it runs or ran last.
    Application(ApplicationIndex),
    /// An installer's.
    Installer(InstallerIndex),
    /// `{ pid: N }`: this number, which no process of the scenario has.
    Nobody(u32),
}

/// An element of `services`: a short name, or `null`: a NULL pointer.
pub type ServiceElement = Option<String>;
