//! What can be seen of a request.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{FilterTarget, Happening, StartedBy, UniqueProcess};

/// What could be seen of one [`Request`](super::Request).
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
    pub list: Option<Box<List>>,
    /// After [`Event::ExitInstaller`](super::Event::ExitInstaller): the number of sessions that the process left open.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub left_open: Option<u32>,
    /// After [`Request::Database`](super::Request::Database): the sessions, in the order of their numbers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub database: Option<Vec<DatabaseSession>>,
    /// What `RmGetFilterList` wrote.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub filters: Option<Box<FilterList>>,
    /// After [`Request::Registration`](super::Request::Registration): the `HRESULT`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub result: Option<u32>,
    /// What `GetApplicationRestartSettings` wrote.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub settings: Option<Box<RestartSettings>>,
    /// After [`Request::World`](super::Request::World): processes and files.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub world: Option<Box<WorldState>>,
    /// The number of the call, if it is not answered yet; numbers are given again once a call has finished.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pending: Option<u32>,
    /// What happened, in order.
    #[serde(skip_serializing_if = "SmallVec::is_empty", default)]
    pub happened: SmallVec<[Happening; 1]>,
    /// The calls that had been pending and ended now.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub finished: Vec<Finished>,
    /// After [`Request::Proceed`](super::Request::Proceed): nothing is due until the time that was stated, or at all if none was.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub idle: bool,
    /// Nothing is due at this moment; `false` where that is not known.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub settled: bool,
    /// The time, in milliseconds since the beginning.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub now: u64,
}

impl Observation {
    /// Of a call in which the process of its caller ended.
    pub(crate) fn crashed() -> Observation {
        Observation { ending: Some(Ending::Crashed), ..Observation::default() }
    }
}

/// A call that had been pending, and ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// Its number.
    pub call: u32,
    /// How it ended and what it wrote.
    pub answer: Observation,
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
    pub name: Arc<str>,
    /// `strServiceShortName`.
    pub service: Arc<str>,
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

/// What `RmGetFilterList` left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterList {
    /// `cbFilterBufNeeded`; `None` if its pointer was NULL or nothing was written to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub needed: Option<u32>,
    /// The entries of the buffer.
    pub filters: Vec<Filter>,
}

/// `RM_FILTER_INFO`: an entry of the buffer, with its offsets in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Whom it is about.
    pub target: FilterTarget,
    /// `FilterAction`.
    pub action: u32,
    /// `cbNextOffset`.
    pub next: u32,
    /// Where its text lies, from the beginning of the entry; `None`: it has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text_at: Option<u32>,
}

/// What `GetApplicationRestartSettings` wrote; `None`: nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestartSettings {
    /// `pcchSize`, in characters with the NUL.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub size: Option<u32>,
    /// The command line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub arguments: Option<String>,
    /// `pdwFlags`, bits of `RESTART_NO_*`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub flags: Option<u32>,
}

/// Processes and files as they are now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorldState {
    /// By application.
    pub applications: Vec<ProcessState>,
    /// By installer.
    pub installers: Vec<ProcessState>,
    /// The files that were asked for, in that order.
    pub files: Vec<FileState>,
}

/// A process as it is now, or as it was last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessState {
    /// Whether it runs; of a service, whether the service does.
    pub is_running: bool,
    /// Whether it runs elevated.
    pub is_elevated: bool,
    /// Whether its console is one of its own, not the one that it began with.
    pub has_new_console: bool,
    /// Who started it.
    pub started_by: StartedBy,
    /// The command line that it was restarted with; `None`: it was not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub command_line: Option<String>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileState {
    /// It is as it was.
    Original,
    /// It will be replaced at the next boot.
    Pending,
    /// It was replaced.
    Replaced,
    /// There is none.
    Missing,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
