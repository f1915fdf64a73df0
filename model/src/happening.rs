//! What happens to applications and services, and what is written about it: outputs in detail.

use crate::call::{FilterTarget, Reply, UniqueProcess};
use crate::observed::{ApplicationStatus, ApplicationType, RebootReasons};
use crate::world::{ProcessId, ServiceId, TextId};

/// Somebody was told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Who; for a service, its host.
    pub process: ProcessId,
    /// The service, if a service was told.
    pub service: Option<ServiceId>,
    /// What.
    pub what: Message,
    /// Why.
    pub cause: Cause,
}

/// What somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// `WM_QUERYENDSESSION` to a window.
    Query {
        /// Which: 0 the main window, from 1 on the hidden ones.
        window: u8,
        /// `lParam`, bits of `ENDSESSION_*`.
        flags: u32,
    },
    /// A window's answer to it came, or did not come in time.
    Answer {
        /// Which window.
        window: u8,
        /// TRUE or FALSE; `None`: no answer came in time.
        agrees: Option<bool>,
    },
    /// `WM_ENDSESSION` to a window.
    End {
        /// Which.
        window: u8,
        /// `lParam`
        flags: u32,
        /// `wParam`: whether the session ends.
        ending: bool,
    },
    /// `WM_CLOSE` to the main window.
    Close,
    /// `CTRL_C_EVENT`
    ConsoleEvent,
    /// The shell is asked to exit.
    Exit,
    /// A service is asked to stop.
    Stop,
    /// A service is asked to start.
    Start,
    /// The process is killed.
    Kill,
}

/// Why something happened to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// It was meant.
    Own,
    /// It shares a console with who was meant.
    Console,
    /// It depends on the service that was meant, or is needed by it.
    Dependency,
    /// It shares a process with who was meant.
    Host,
    /// The system shuts down, or the user logs off.
    SystemShutdown,
}

/// A process exited, or a service stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Which; for a service, its host.
    pub process: ProcessId,
    /// The service, if one stopped.
    pub service: Option<ServiceId>,
}

/// A process started, or a service runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Started {
    /// Which; for a service, its host.
    pub process: ProcessId,
    /// The service, if one runs.
    pub service: Option<ServiceId>,
    /// Who started it.
    pub by: StartedBy,
}

/// Who started a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StartedBy {
    /// It runs from the beginning.
    Beginning,
    /// The Restart Manager.
    RestartManager,
    /// It came back on its own.
    Itself,
    /// The system, after a reboot or at a logon.
    Reboot,
    /// The service control manager.
    ServiceControlManager,
    /// An installer or a user.
    Installer,
}

/// A process as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessView {
    /// Whether it runs.
    pub is_running: bool,
    /// Its id and start time, now or last.
    pub unique: UniqueProcess,
    /// Whether it runs elevated.
    pub is_elevated: bool,
    /// Whether its console is one of its own, not the one it began with.
    pub has_new_console: bool,
    /// Who started it.
    pub started_by: StartedBy,
    /// The arguments that it was restarted with, behind the quoted path of its program; `None`: it was not.
    pub arguments: Option<TextId>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileView {
    /// It is as it was.
    Original,
    /// It will be replaced at the next boot.
    Pending,
    /// It was replaced.
    Replaced,
    /// There is none.
    Missing,
}

/// `RM_FILTER_INFO`: an entry of the buffer of `RmGetFilterList`, with its offsets in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilterEntry {
    /// Whom it is about; exactly one of the three.
    pub target: FilterTarget,
    /// `FilterAction`
    pub action: u32,
    /// `cbNextOffset`
    pub next: u32,
    /// Where the entry's name lies, from the beginning of the entry; `None`: it has none.
    pub text_at: Option<u32>,
}

/// The provider of the records in the event log (EVT-01).
pub const LOG_PROVIDER: &str = "Microsoft-Windows-RestartManager";
/// The provider's GUID (OBS-EVENT-01).
pub const LOG_PROVIDER_GUID: &str = "{0888e5ef-9b98-4695-979d-e92ce4247224}";

/// A record of the event log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRecord {
    /// Whose log: the user of this process.
    pub of: ProcessId,
    /// `RmSessionId`
    pub session: u32,
    /// What it is about.
    pub what: LogEvent,
}

/// What a record is about (EVT-02 to EVT-04).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogEvent {
    /// 10000: a session starts.
    SessionStarted,
    /// 10001: it ends.
    SessionEnded,
    /// 10002: an application is stopped.
    Stopped(LogApplication),
    /// 10003: one is restarted.
    Restarted(LogApplication),
    /// 10004: resources are registered.
    Registered {
        /// How many files.
        files: u32,
        /// How many processes.
        processes: u32,
        /// How many services.
        services: u32,
    },
    /// 10005: a reboot is needed.
    RebootNeeded {
        /// Why.
        reasons: RebootReasons,
        /// The applications of the list.
        applications: Vec<(ProcessId, Option<ServiceId>)>,
    },
    /// 10006: an application could not be stopped.
    NotStopped(LogApplication),
    /// 10007: one could not be restarted.
    NotRestarted(LogApplication),
    /// 10008: an internal error.
    InternalError(Reply),
    /// 10009: a file in use could not be pinned to a service of its host.
    TagsFailed {
        /// The host.
        host: ProcessId,
        /// How many registered files it uses.
        files: u32,
        /// The services in it.
        services: Vec<ServiceId>,
    },
    /// 10010: an application cannot be restarted.
    CannotRestart(LogApplication, CannotRestart),
}

/// The fields of a record about an application (OBS-EVENT-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogApplication {
    /// Its process, or the host of the service.
    pub process: ProcessId,
    /// The service, if it is one.
    pub service: Option<ServiceId>,
    /// `FullPath`
    pub path: TextId,
    /// `DisplayName`
    pub name: TextId,
    /// `AppVersion`
    pub version: Option<TextId>,
    /// `AppType`
    pub application_type: ApplicationType,
    /// `TSSessionId`
    pub terminal_session: u32,
    /// `Status`
    pub status: ApplicationStatus,
    /// `nFiles`: how many registered files it uses.
    pub files: u32,
}

/// Why an application cannot be restarted (OBS-EVENT-08).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotRestart {
    /// 0: unknown.
    Unknown,
    /// 1: its user is not the conductor's.
    OtherUser,
}

impl LogEvent {
    /// The number of the event.
    pub fn id(&self) -> u32 {
        match self {
            LogEvent::SessionStarted => 10_000,
            LogEvent::SessionEnded => 10_001,
            LogEvent::Stopped(_) => 10_002,
            LogEvent::Restarted(_) => 10_003,
            LogEvent::Registered { .. } => 10_004,
            LogEvent::RebootNeeded { .. } => 10_005,
            LogEvent::NotStopped(_) => 10_006,
            LogEvent::NotRestarted(_) => 10_007,
            LogEvent::InternalError(_) => 10_008,
            LogEvent::TagsFailed { .. } => 10_009,
            LogEvent::CannotRestart(..) => 10_010,
        }
    }
}

/// What `GetApplicationRestartSettings` wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestartSettings {
    /// `pcchSize`, in characters with the NUL.
    pub size: Option<u32>,
    /// The command line, if it was written.
    pub arguments: Option<TextId>,
    /// `pdwFlags`, bits of `RESTART_NO_*`.
    pub flags: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_the_log_has_its_number() {
        let registered = LogEvent::Registered { files: 1, processes: 0, services: 0 };
        let ids = [LogEvent::SessionStarted, LogEvent::SessionEnded, registered].map(|event| event.id());
        // OBS-EVENT-02, OBS-EVENT-05
        assert_eq!(ids, [10_000, 10_001, 10_004]);
    }
}
