//! What happens to applications and calls while time passes, and what is written about it.

use serde::{Deserialize, Serialize};

use super::Subject;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happening {
    /// A status callback was told a percentage.
    Status {
        /// The number of the pending call that it belongs to.
        call: u32,
        /// `nPercentComplete`.
        percent: u8,
    },
    /// Somebody was told something.
    Told {
        /// Who.
        who: Subject,
        /// What.
        what: Message,
        /// Why.
        cause: Cause,
    },
    /// A window answered `WM_QUERYENDSESSION`, or did not in time.
    Answered {
        /// Whose window.
        who: Subject,
        /// Which: 0 the first of the scenario's windows.
        window: u8,
        /// TRUE or FALSE; `None`: no answer came in time.
        agrees: Option<bool>,
    },
    /// A process exited, or a service stopped.
    Left(Subject),
    /// A process started, or a service runs.
    Started {
        /// Who.
        who: Subject,
        /// By whom.
        by: StartedBy,
    },
    /// A record was written to the event log.
    Logged(LogRecord),
}

/// What somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Message {
    /// `WM_QUERYENDSESSION` to a window.
    Query {
        /// Which: 0 the first of the scenario's windows.
        window: u8,
        /// `lParam`.
        flags: u32,
    },
    /// `WM_ENDSESSION` to a window.
    End {
        /// Which.
        window: u8,
        /// `lParam`.
        flags: u32,
        /// `wParam`: whether the session ends.
        ending: bool,
    },
    /// `WM_CLOSE` to the main window.
    Close,
    /// `CTRL_C_EVENT`.
    ConsoleEvent,
    /// The shell is asked to exit.
    Exit,
    /// A service is asked to stop.
    Stop,
    /// A service is asked to start.
    Start,
    /// It is killed.
    Kill,
}

/// Why something happened to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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

/// Who started a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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

/// A record of the event log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRecord {
    /// Whose log: that of the user of this one.
    pub of: Subject,
    /// `RmSessionId`.
    pub session: u32,
    /// What it is about.
    pub what: LogEvent,
}

/// What a record is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogEvent {
    /// 10000: a session starts.
    SessionStarted,
    /// 10001: it ends.
    SessionEnded,
    /// 10002: an application is stopped.
    Stopped(Box<LogApplication>),
    /// 10003: one is restarted.
    Restarted(Box<LogApplication>),
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
        /// Why, bits of `RM_REBOOT_REASON`.
        reasons: u32,
        /// The applications of the list.
        applications: Vec<Subject>,
    },
    /// 10006: an application could not be stopped.
    NotStopped(Box<LogApplication>),
    /// 10007: one could not be restarted.
    NotRestarted(Box<LogApplication>),
    /// 10008: an internal error, with its Win32 code.
    InternalError(u32),
    /// 10009: a file in use could not be pinned to a service of its host.
    TagsFailed {
        /// The host.
        host: Subject,
        /// How many registered files it uses.
        files: u32,
        /// The services in it.
        services: Vec<Subject>,
    },
    /// 10010: an application cannot be restarted.
    CannotRestart(Box<LogApplication>, CannotRestart),
}

/// The fields of a record about an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogApplication {
    /// Which application.
    pub who: Subject,
    /// `FullPath`.
    pub path: String,
    /// `DisplayName`.
    pub name: String,
    /// `AppVersion`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<String>,
    /// `AppType`, a number of `RM_APP_TYPE`.
    pub application_type: u32,
    /// `TSSessionId`.
    pub terminal_session: u32,
    /// `Status`, bits of `RM_APP_STATUS`.
    pub status: u32,
    /// `nFiles`: how many registered files it uses.
    pub files: u32,
}

/// Why an application cannot be restarted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CannotRestart {
    /// 0: unknown.
    Unknown,
    /// 1: its user is not the conductor's.
    OtherUser,
}
