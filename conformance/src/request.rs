//! What a backend is asked, and what it lets be seen: the calls of the Restart Manager with real handles, keys
//! and process ids, ready to cross a pipe as JSON.
//!
//! A scenario speaks of names. [`Binding`](crate::binding::Binding) turns a step into a [`Request`] with the
//! numbers that this backend gave, and its [`Observation`]s back into names.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

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

/// An array argument: its count, and a pointer that may be NULL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrayArgument<T> {
    /// The count that is passed; never above the number of items unless the pointer is NULL.
    pub count: u32,
    /// What the pointer points to; `None` is NULL.
    pub items: Option<Vec<T>>,
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
    },
    /// Something happens in the world.
    Event(Event),
    /// The session database of an installer's user is looked at.
    Database {
        /// Whose user's.
        of: InstallerIndex,
    },
}

/// A call, with every argument as it is passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `RmStartSession`.
    StartSession {
        /// `dwSessionFlags`.
        flags: u32,
        /// `pSessionHandle` is NULL.
        null_handle: bool,
        /// `strSessionKey` is NULL.
        null_key: bool,
        /// What the key's buffer of 33 characters holds before the call; filled up with NULs.
        key_buffer: String,
    },
    /// `RmJoinSession`.
    JoinSession {
        /// `pSessionHandle` is NULL.
        null_handle: bool,
        /// `strSessionKey`; `None` is NULL.
        key: Option<String>,
    },
    /// `RmEndSession`.
    EndSession {
        /// `dwSessionHandle`.
        handle: u32,
    },
    /// `RmRegisterResources`.
    RegisterResources {
        /// `dwSessionHandle`.
        handle: u32,
        /// `nFiles`, `rgsFileNames`; an element may be NULL.
        files: ArrayArgument<Option<Arc<str>>>,
        /// `nApplications`, `rgApplications`.
        processes: ArrayArgument<UniqueProcess>,
        /// `nServices`, `rgsServiceNames`; an element may be NULL.
        services: ArrayArgument<Option<String>>,
    },
    /// `RmGetList`.
    GetList {
        /// `dwSessionHandle`.
        handle: u32,
        /// `pnProcInfo` on entry: the capacity of the array, in elements.
        capacity: u32,
        /// `rgAffectedApps` is NULL.
        null_array: bool,
        /// `pnProcInfoNeeded` is NULL.
        null_needed: bool,
        /// `pnProcInfo` is NULL.
        null_count: bool,
        /// `lpdwRebootReasons` is NULL.
        null_reasons: bool,
    },
    /// `RmShutdown`, with no flags and no status callback.
    Shutdown {
        /// `dwSessionHandle`.
        handle: u32,
    },
    /// `RmRestart`, with no status callback.
    Restart {
        /// `dwSessionHandle`.
        handle: u32,
    },
    /// `RmCancelCurrentTask`.
    CancelCurrentTask {
        /// `dwSessionHandle`.
        handle: u32,
    },
    /// `RmAddFilter`, with no identifier: only its first checks are asked for.
    AddFilter {
        /// `dwSessionHandle`.
        handle: u32,
    },
    /// `RmRemoveFilter`, with no identifier.
    RemoveFilter {
        /// `dwSessionHandle`.
        handle: u32,
    },
    /// `RmGetFilterList`, with a buffer of no bytes.
    GetFilterList {
        /// `dwSessionHandle`.
        handle: u32,
    },
}

impl Call {
    /// The function's name, such as `RmStartSession`.
    pub fn function(&self) -> &'static str {
        match self {
            Call::StartSession { .. } => "RmStartSession",
            Call::JoinSession { .. } => "RmJoinSession",
            Call::EndSession { .. } => "RmEndSession",
            Call::RegisterResources { .. } => "RmRegisterResources",
            Call::GetList { .. } => "RmGetList",
            Call::Shutdown { .. } => "RmShutdown",
            Call::Restart { .. } => "RmRestart",
            Call::CancelCurrentTask { .. } => "RmCancelCurrentTask",
            Call::AddFilter { .. } => "RmAddFilter",
            Call::RemoveFilter { .. } => "RmRemoveFilter",
            Call::GetFilterList { .. } => "RmGetFilterList",
        }
    }
}

/// Something that happens beside the calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// An application that was not running starts.
    StartApplication(ApplicationIndex),
    /// An application exits on its own.
    ExitApplication(ApplicationIndex),
    /// A running application opens a file.
    OpenFile(ApplicationIndex, String),
    /// A running application closes a file.
    CloseFile(ApplicationIndex, String),
    /// An installer starts an application that was not running.
    Launch {
        /// Who starts it.
        by: InstallerIndex,
        /// Which application.
        application: ApplicationIndex,
        /// The system asks for elevation first.
        elevation_prompt: bool,
    },
    /// An installer's process starts again after its end.
    StartInstaller(InstallerIndex),
    /// An installer's process ends without ending its sessions.
    ExitInstaller(InstallerIndex),
    /// The user of an installer logs off.
    LogOff(InstallerIndex),
    /// The machine reboots.
    Reboot,
    /// A fault appears or goes.
    Fault {
        /// Which one.
        fault: Fault,
        /// Whether it appears.
        active: bool,
        /// Whose registry mutex: the user of this installer; all faults but that of the mutex ignore it.
        of: InstallerIndex,
        /// The session whose registry mutex it is, by its handle in the process of `of`; `None`: all of the user's.
        handle: Option<u32>,
    },
    /// An installer's thread switches WOW64 file system redirection off or on again.
    Redirection {
        /// Whose thread.
        by: InstallerIndex,
        /// Whether redirection is active afterwards.
        active: bool,
    },
}

/// A fault that a scenario can switch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The registry mutex is never released: calls that need it fail with 121.
    RegistryMutexHeld,
    /// The registry can be neither read nor written: calls that need it fail with 29.
    RegistryUnwritable,
    /// There is no memory: calls fail with 14.
    NoMemory,
    /// Each call meets no memory or not, as it happens.
    MemoryShort,
    /// The next session key that is generated exists already.
    KeyCollision,
}

/// What could be seen of one [`Request`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// How the call ended; `None` for what is not a call.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ending: Option<Ending>,
    /// The handle that the call wrote.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub handle: Option<u32>,
    /// The session key that the call wrote.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key: Option<KeyText>,
    /// What `RmGetList` wrote.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub list: Option<List>,
    /// After [`Event::ExitInstaller`]: the number of sessions that the process left open.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub left_open: Option<u32>,
    /// After [`Request::Database`]: the sessions, in the order of their numbers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub database: Option<Vec<DatabaseSession>>,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// It returned this Win32 code.
    Returned(u32),
    /// The DLL does not export the function.
    MissingExport,
    /// The process of the caller ended inside the call.
    Crashed,
    /// The model has no answer in this version: the call passed its first checks and goes on where nothing is
    /// modeled yet.
    NotModeled,
}

/// What stands in a key's buffer of 33 characters after a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyText {
    /// The text before the first NUL, at most 33 characters.
    pub text: String,
    /// Whether the call itself wrote a NUL behind the key: the buffer's last character was no NUL before and is
    /// one now, or it was one before and nothing could be told (`None`).
    pub terminated: Option<bool>,
}

/// What `RmGetList` left behind; a number is `None` where its pointer was NULL or nothing was written to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// `pnProcInfoNeeded`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub needed: Option<u32>,
    /// `pnProcInfo` on exit, which is the capacity if nothing was written; `None` if its pointer was NULL.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub count: Option<u32>,
    /// `lpdwRebootReasons`, bits of `RM_REBOOT_REASON`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reasons: Option<u32>,
    /// The elements of the array that were written.
    pub affected: Vec<Affected>,
}

/// `RM_PROCESS_INFO`: one affected application or service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    /// Its process.
    pub process: UniqueProcess,
    /// `strAppName`.
    pub name: String,
    /// `strServiceShortName`.
    pub service: String,
    /// `ApplicationType`, a number of `RM_APP_TYPE`.
    pub application_type: u32,
    /// `AppStatus`, bits of `RM_APP_STATUS`.
    pub status: u32,
    /// `TSSessionId`.
    pub terminal_session: u32,
    /// `bRestartable`.
    pub restartable: bool,
}

/// One session in the database that lies in the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseSession {
    /// The number in the sub-key's name.
    pub number: u32,
    /// The process that started the session.
    pub owner: UniqueProcess,
    /// Whether that process has exited without ending the session.
    pub abandoned: bool,
    /// The files in each numbered group.
    pub file_groups: Vec<u32>,
    /// The processes in each numbered group.
    pub process_groups: Vec<u32>,
    /// The services in each numbered group.
    pub service_groups: Vec<u32>,
}
