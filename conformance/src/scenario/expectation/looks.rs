//! What a scenario expects where it looks: at the world, at what somebody was told, at the event log.

use std::time::Duration;

use crate::request::ApplicationIndex;
use crate::scenario::ProcessOf;

/// What is expected of processes and files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorldExpectation {
    /// `applications`, in the order of the file.
    pub applications: Vec<StateExpectation>,
    /// `files`: paths as they are written, in the order of the file.
    pub files: Vec<(String, FileState)>,
}

/// What is expected of an application or installer; what is `None` is not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateExpectation {
    /// Who.
    pub who: ProcessOf,
    /// `is`, or the only thing that is said.
    pub is: Option<RunState>,
    /// `elevated`
    pub elevated: Option<bool>,
    /// `command-line`, with the program in quotes.
    pub command_line: Option<String>,
    /// `console`
    pub console: Option<ConsoleOf>,
    /// `started-by`
    pub started_by: Option<StartedBy>,
}

/// Whether somebody runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// `running`
    Running,
    /// `stopped`
    Stopped,
    /// `restarted`: it runs, another incarnation than at the beginning, started by the Restart Manager.
    Restarted,
}

/// Which console a program has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsoleOf {
    /// `own`: a new one of its own.
    Own,
    /// `shared`: that of the beginning.
    Shared,
}

/// Who started somebody last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartedBy {
    /// `beginning`: it runs from the beginning.
    Beginning,
    /// `restart-manager`
    RestartManager,
    /// `itself`: it came back.
    Itself,
    /// `reboot`: the system, after a reboot or at a logon.
    Reboot,
    /// `scm`: the service control manager, by whomever it was asked.
    ServiceControlManager,
    /// `installer`: `launch` or `start-application`.
    Installer,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// `original`
    Original,
    /// `pending`: it will be replaced at the next boot.
    Pending,
    /// `replaced`
    Replaced,
    /// `missing`
    Missing,
}

/// One expected message; what is `None` is not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageExpectation {
    /// What it was.
    pub kind: MessageKind,
    /// `at`: the time since the scenario began.
    pub at: Option<Duration>,
    /// `flags` of a query or end, bits of `ENDSESSION_*`.
    pub flags: Option<u32>,
    /// `answer` to a query.
    pub answer: Option<Answered>,
    /// `ending` of an end: whether the session ends.
    pub ending: Option<bool>,
    /// `cause`
    pub cause: Option<Cause>,
}

/// What somebody was told, or what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// `query`: `WM_QUERYENDSESSION` to the window of this name.
    Query(String),
    /// `end`: `WM_ENDSESSION` to the window of this name.
    End(String),
    /// `close`: `WM_CLOSE` to the window of this name.
    Close(String),
    /// `ctrl-c`
    CtrlC,
    /// `stop`: a service was asked to stop.
    Stop,
    /// `start`: a service was asked to start.
    Start,
    /// `killed`
    Killed,
    /// `exit`: the shell was asked to exit.
    Exit,
    /// `left`: it exited or stopped.
    Left,
    /// `started`
    Started,
}

/// What a window answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// `agrees`
    Agrees,
    /// `refuses`
    Refuses,
    /// `none`: nothing, or not in time.
    Nothing,
}

/// Why something happened to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// `own`: it was meant.
    Own,
    /// `console`: it shares a console with who was meant.
    Console,
    /// `dependency`: it depends on the service that was meant, or is needed by it.
    Dependency,
    /// `host`: it shares a process with who was meant.
    Host,
    /// `system-shutdown`: the system shuts down, or the user logs off.
    SystemShutdown,
}

/// One expected record of the event log; what is `None` is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordExpectation {
    /// `id`
    pub id: u32,
    /// `session`: the number of the session in the user's database.
    pub session: Option<u32>,
    /// `level`
    pub level: Option<Level>,
    /// `channel`
    pub channel: Option<Channel>,
    /// `files`: how many.
    pub files: Option<u32>,
    /// `processes`: how many (10004).
    pub processes: Option<u32>,
    /// `services`: how many (10004).
    pub services: Option<u32>,
    /// `services`: which (10009), in order.
    pub services_named: Option<Vec<ApplicationIndex>>,
    /// `host`: the service whose process it is (10009).
    pub host: Option<ApplicationIndex>,
    /// `application`
    pub application: Option<ProcessOf>,
    /// `applications`: those of the list (10005), in order.
    pub applications: Option<Vec<ProcessOf>>,
    /// `reasons`: the reboot reasons (10005), as bits.
    pub reasons: Option<u32>,
    /// `reason`: why it cannot be restarted (10010).
    pub reason: Option<CannotRestart>,
    /// `status`, as bits.
    pub status: Option<u32>,
    /// `type`, a number of `RM_APP_TYPE`.
    pub application_type: Option<u32>,
    /// `terminal-session`
    pub terminal_session: Option<u32>,
    /// `path`
    pub path: Option<String>,
    /// `display-name`
    pub display_name: Option<String>,
    /// `version`
    pub version: Option<String>,
}

/// How bad a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `information`
    Information,
    /// `warning`
    Warning,
    /// `error`
    Error,
}

/// Into which log a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// `application`
    Application,
    /// `operational`: the provider's own.
    Operational,
}

/// Why an application cannot be restarted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotRestart {
    /// `unknown`
    Unknown,
    /// `other-user`: its user is not the conductor's.
    OtherUser,
}
