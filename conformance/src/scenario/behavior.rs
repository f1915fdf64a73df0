//! How programs and services of a scenario behave when they are told to stop or to start, with all defaults filled in.

use std::time::Duration;

/// A top-level window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// `main`, or the name of the hidden window.
    pub name: String,
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
    /// `agrees-or-refuses`: at once, as the seed has it, each time anew.
    Undecided,
    /// `modal-dialog: true`: it refuses at once.
    ModalDialog,
    /// `silent`: it never answers.
    Silent,
    /// `hung`: it never answers, and the system has flagged it as not responding.
    Hung,
    /// Its process exits inside the handler, so long after.
    Leaves(Duration),
}

/// What a program does on `WM_ENDSESSION` that says that the session ends; the shell, when it is asked to exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnEnd {
    /// It returns at once, and its process exits so long after.
    Leaves(Duration),
    /// `stays`: it returns at once, and stays.
    Stays,
    /// It does not return; its process exits so long after (`lingers-for`), or never (`lingers`).
    Lingers(Option<Duration>),
}

/// What `WM_CLOSE` does to a program that is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnClose {
    /// Its process exits so long after.
    Leaves(Duration),
    /// `stays`
    Stays,
    /// `prompts`: it asks its user, and stays.
    Prompts,
    /// `hides`: it hides its window, and stays.
    Hides,
}

/// What a program does on `CTRL_C_EVENT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnConsoleEvent {
    /// Its process exits so long after.
    Leaves(Duration),
    /// `stays`: its handler returns TRUE, and it goes on.
    Stays,
    /// `ignores`: it has switched the event off.
    Ignores,
}

/// What a service does when it is asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnStop {
    /// It has stopped so long after.
    Stops(Duration),
    /// `refuses`: it does not accept the request.
    Refuses,
    /// `fails`: its handler answers with an error.
    Fails,
    /// `hangs`: it stays about to stop.
    Hangs,
    /// `busy`: it does not take the request, because its handler is busy.
    Busy,
}

/// What a service does when it is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnStart {
    /// It runs so long after.
    Runs(Duration),
    /// `fails`: it stops again at once.
    Fails,
    /// `hangs`: it stays about to start.
    Hangs,
}
