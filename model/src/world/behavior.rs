//! How programs and services behave when they are told to stop or to start.

use std::time::Duration;

use super::{RestartRegistration, TextId};

/// How a program behaves when it is told something; by default it agrees to everything and leaves at once.
#[derive(Clone, Debug, Default)]
pub struct Behavior {
    /// What its main window answers to `WM_QUERYENDSESSION`; of a program without one, its first hidden window.
    pub on_query: OnQuery,
    /// Its hidden top-level windows beside that.
    pub hidden_windows: Vec<HiddenWindow>,
    /// What it does on `WM_ENDSESSION` that says that the session ends; the shell, when it is asked to exit.
    pub on_end: OnEnd,
    /// What it does on `WM_CLOSE`; `None`: it stays.
    pub leaves_on_close: Option<Duration>,
    /// What it does on `CTRL_C_EVENT`.
    pub on_console_event: OnConsoleEvent,
    /// The registration for restart that it makes inside its first query.
    pub registers_in_query: Option<RestartRegistration>,
    /// Something starts it again so long after it was ended.
    pub comes_back_after: Option<Duration>,
    /// Whether it breaks when the Restart Manager starts it.
    pub fails_to_start: bool,
}

/// A hidden top-level window.
#[derive(Clone, Copy, Debug)]
pub struct HiddenWindow {
    /// What it is called.
    pub name: TextId,
    /// What it answers to `WM_QUERYENDSESSION`.
    pub on_query: OnQuery,
}

/// What a window answers to `WM_QUERYENDSESSION`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnQuery {
    /// It answers, so long after.
    Answers {
        /// TRUE or FALSE.
        agrees: bool,
        /// When.
        after: Duration,
    },
    /// It agrees or refuses at once, each time anew.
    Undecided,
    /// It shows a modal dialog, and refuses at once.
    ModalDialog,
    /// It never answers.
    Silent,
    /// It never answers, and the system has flagged it as not responding.
    Hung,
    /// Its process exits inside the handler, so long after.
    Leaves(Duration),
}

impl Default for OnQuery {
    fn default() -> Self {
        OnQuery::Answers { agrees: true, after: Duration::ZERO }
    }
}

/// What a program does on `WM_ENDSESSION`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnEnd {
    /// It returns at once, and its process exits so long after.
    Leaves(Duration),
    /// It returns at once, and stays.
    Stays,
    /// It does not return; its process exits so long after, or never.
    Lingers(Option<Duration>),
}

impl Default for OnEnd {
    fn default() -> Self {
        OnEnd::Leaves(Duration::ZERO)
    }
}

/// What a program does on `CTRL_C_EVENT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnConsoleEvent {
    /// Its process exits so long after.
    Leaves(Duration),
    /// Its handler returns TRUE, and it goes on (CON-03).
    Stays,
    /// It ignores the event (CON-04).
    Ignores,
}

impl Default for OnConsoleEvent {
    fn default() -> Self {
        OnConsoleEvent::Leaves(Duration::ZERO)
    }
}

/// What a service does when it is asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnStop {
    /// It has stopped so long after.
    Stops(Duration),
    /// It does not accept the request (SVC-13).
    Refuses,
    /// Its handler fails.
    Fails,
    /// It stays about to stop.
    Hangs,
    /// It does not take the request, because its handler is busy (SVC-16).
    Busy,
}

impl Default for OnStop {
    fn default() -> Self {
        OnStop::Stops(Duration::ZERO)
    }
}

/// What a service does when it is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnStart {
    /// It runs so long after.
    Runs(Duration),
    /// It stops again at once.
    Fails,
    /// It stays about to start.
    Hangs,
}

impl Default for OnStart {
    fn default() -> Self {
        OnStart::Runs(Duration::ZERO)
    }
}
