//! What was seen of a call or another step, in names.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use super::happened::{Milliseconds, SeenMessage, SeenRecord};
use crate::request::RestartSettings;

/// What was seen of a call or event, in names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The reply's constant, its number if it has none here, or how else the call ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<Cow<'static, str>>,
    /// The handle that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handle: Option<SeenHandle>,
    /// The key that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Box<SeenKey>>,
    /// What `RmGetList` wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<Box<SeenList>>,
    /// How many sessions an installer's process left open as it exited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_open: Option<u32>,
    /// The session database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<Box<[SeenSession]>>,
    /// Every percentage that the status callback was told, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<u8>,
    /// How long it took; absent where it was over at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took: Option<Milliseconds>,
    /// What `RmGetFilterList` wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filters: Option<Box<SeenFilters>>,
    /// The `HRESULT` of a function of the registration for restart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<u32>,
    /// What `GetApplicationRestartSettings` wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Box<RestartSettings>>,
    /// The processes and files that were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub world: Option<Box<SeenWorld>>,
    /// What an application was told since the last look at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<Box<[SeenMessage]>>,
    /// The records of the event log that were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<Box<[SeenRecord]>>,
}

/// A handle that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenHandle {
    /// Its number.
    pub number: u32,
    /// The other handle of the same process, still open, that has this number too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
}

/// A key that was given. Its text is bound to a name, and no part of the trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenKey {
    /// How many characters stand before the first NUL.
    pub length: usize,
    /// The case of its letters: `lower`, `upper`, `mixed`, or `none`.
    pub letters: &'static str,
    /// Whether the call wrote the NUL itself; absent where that cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminated: Option<bool>,
    /// The other session whose key has the same text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
}

/// What `RmGetList` wrote; a number is absent where nothing was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SeenList {
    /// `pnProcInfoNeeded`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed: Option<u32>,
    /// `pnProcInfo` on exit, which is the capacity if nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// `lpdwRebootReasons`, as bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<u32>,
    /// The entries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub affected: Vec<SeenAffected>,
}

/// An entry of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenAffected {
    /// Whose process it is, by name; `pid N` where no name is known.
    pub process: String,
    /// `strAppName`
    pub name: Arc<str>,
    /// `strServiceShortName`
    #[serde(skip_serializing_if = "is_empty")]
    pub service: Arc<str>,
    /// `ApplicationType`, by number.
    #[serde(rename = "type")]
    pub application_type: u32,
    /// `AppStatus`, as bits.
    pub status: u32,
    /// `TSSessionId`
    pub terminal_session: i64,
    /// `bRestartable`
    pub restartable: bool,
}

/// A session in the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenSession {
    /// The number in its sub-key's name.
    pub number: u32,
    /// Whose process started it.
    pub owner: String,
    /// Whether that process exited without ending it.
    pub abandoned: bool,
    /// The files in each numbered group.
    pub files: Vec<u32>,
    /// The processes in each numbered group.
    pub processes: Vec<u32>,
    /// The services in each numbered group.
    pub services: Vec<u32>,
}

/// What `RmGetFilterList` wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SeenFilters {
    /// `cbFilterBufNeeded`; absent where nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed: Option<u32>,
    /// The entries of the buffer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<SeenFilter>,
}

/// A filter in the buffer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenFilter {
    /// The program that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// Whose process it is about, by name; `pid N` where no name is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// The short name of the service that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// `FilterAction`
    pub action: u32,
    /// `cbNextOffset`
    pub next: u32,
    /// Where its text lies, from the beginning of the entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_at: Option<u32>,
}

/// The processes and files that were looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SeenWorld {
    /// The processes and services.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub applications: Vec<SeenState>,
    /// The files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<SeenFile>,
}

/// A process or service as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenState {
    /// Whose it is, by name.
    pub name: String,
    /// `running`, `stopped`, or `restarted`: it runs again by the Restart Manager.
    pub is: &'static str,
    /// Whether it runs elevated.
    pub elevated: bool,
    /// The command line that it was restarted with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_line: Option<String>,
    /// `own` or `shared`.
    pub console: &'static str,
    /// Who started it.
    pub started_by: &'static str,
}

/// A file as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenFile {
    /// Its path as the scenario writes it.
    pub path: String,
    /// What became of it.
    pub is: &'static str,
}

fn is_empty(text: &Arc<str>) -> bool {
    text.is_empty()
}
