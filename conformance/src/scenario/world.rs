//! The world of a scenario: installers, applications, services and files, with names resolved.

use std::time::Duration;

use super::behavior::{OnClose, OnConsoleEvent, OnEnd, OnStart, OnStop, Window};
use crate::request::{ApplicationIndex, InstallerIndex};

/// The surroundings at the first step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World {
    /// Who calls the Restart Manager; never empty.
    pub installers: Vec<Installer>,
    /// Who else is there.
    pub applications: Vec<Application>,
    /// What is known of single files; all others exist and are ordinary.
    pub files: Vec<File>,
}

/// Whoever calls the Restart Manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installer {
    /// Its name in the scenario.
    pub name: String,
    /// The installer whose process it shares, with a number below its own; `None`: it has its own process.
    pub in_process_of: Option<InstallerIndex>,
    /// Its process; that of the other installer if it shares one.
    pub process: Process,
    /// Whether it runs as a service.
    pub as_service: bool,
    /// Where relative paths start; `C:\Setup` unless stated.
    pub current_directory: String,
    /// Whether it has the privilege to shut the system down; `true` unless stated.
    pub shutdown_privilege: bool,
}

/// What installers and applications have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// The process id; `None`: the backend gives one.
    pub pid: Option<u32>,
    /// The full path of its program.
    pub image: String,
    /// The user's name; users are equal if their names are.
    pub user: String,
    /// Whether it runs elevated.
    pub elevated: bool,
    /// Its integrity level.
    pub integrity: Integrity,
    /// Its terminal session.
    pub terminal_session: u32,
    /// Whether it is a 32-bit program on this 64-bit Windows.
    pub wow64: bool,
    /// Whether it runs when the scenario begins.
    pub running: bool,
    /// The files that it uses from its start on.
    pub uses: Vec<Use>,
    /// `console`: the name of the console that it shares with all others of the same name; `None`: one of its own,
    /// or none.
    pub console: Option<String>,
    /// `on-ctrl-c`
    pub on_console_event: OnConsoleEvent,
}

/// An integrity level, ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Integrity {
    /// Such as a sandboxed browser tab.
    Low,
    /// What a person starts.
    Medium,
    /// What runs elevated.
    High,
    /// Services.
    System,
}

/// One file in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Its path as the process named it.
    pub path: String,
    /// In which way.
    pub how: HowUsed,
}

/// In which way a file is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HowUsed {
    /// Through a handle that forbids deleting and renaming (`opens`).
    Handle,
    /// Through a handle that shares everything, deleting too (`opens-shared`).
    SharedHandle,
    /// As a loaded image or another mapped section (`loads`).
    Image,
    /// As the current directory (`current-directory-in`).
    CurrentDirectory,
    /// Through a network share, by a program on another machine (`opens-remotely`).
    Remote,
    /// By the kernel or a driver (`kernel-opens`).
    Kernel,
}

/// An application or a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its name in the scenario.
    pub name: String,
    /// What it is.
    pub kind: ApplicationKind,
    /// Whether Windows cannot run without it.
    pub critical: bool,
    /// Its process; services with the same host share the process of the first of them.
    pub process: Process,
    /// The `FileDescription` of its program.
    pub description: Option<String>,
    /// The `ProductName` of its program.
    pub product: Option<String>,
    /// The caption of its main window.
    pub title: Option<String>,
    /// Its registration for restart, made at each of its starts.
    pub restart: Option<RestartRegistration>,
    /// Its top-level windows, number 0 first. That of a `main-window` is called `main`. An `other-window` program has
    /// the hidden windows that it names, or one called `main`. A service has none; what else has none keeps here what
    /// `on-query` says.
    pub windows: Vec<Window>,
    /// `registers` in `on-query`: the arguments with which it registers for restart inside its first query.
    pub registers_in_query: Option<RestartRegistration>,
    /// `on-end-session`
    pub on_end: OnEnd,
    /// `on-close`
    pub on_close: OnClose,
    /// `comes-back-after`: something starts it again, once, so long after it ended.
    pub comes_back_after: Option<Duration>,
    /// `fails-to-start`: it breaks when the Restart Manager starts it.
    pub fails_to_start: bool,
    /// `runs-since`: for how long it has been running when the scenario begins; `None`: for hours.
    pub runs_since: Option<Duration>,
    /// `version`: the version of its program.
    pub version: Option<String>,
    /// `service-tags`: whether the uses of files in it can be pinned to one of the services; `true` unless stated.
    pub service_tags: bool,
    /// What it is beside that, if it is a service.
    pub service: Option<Service>,
}

/// What an application shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationKind {
    /// Neither window nor console (`unknown`).
    Unknown,
    /// A visible top-level window (`main-window`).
    MainWindow,
    /// Windows, but none that is top-level and visible (`other-window`).
    OtherWindow,
    /// A service (`service`).
    Service,
    /// The shell (`explorer`).
    Explorer,
    /// A console of its own (`console`).
    Console,
}

/// `RegisterApplicationRestart`, as the application called it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestartRegistration {
    /// The command line.
    pub arguments: String,
    /// `no-patch` and the others, bits of `RESTART_NO_*`.
    pub flags: u32,
}

/// What makes a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its short name.
    pub short_name: String,
    /// Its display name.
    pub display_name: String,
    /// The application with whose process it shares one, with a number below its own.
    pub shares_process_of: Option<ApplicationIndex>,
    /// The services that it depends on.
    pub depends_on: Vec<ApplicationIndex>,
    /// `on-stop`
    pub on_stop: OnStop,
    /// `on-start`
    pub on_start: OnStart,
    /// `disabled`: whether it cannot be started at the beginning.
    pub is_disabled: bool,
}

/// What is known of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path.
    pub path: String,
    /// What lies there.
    pub what: WhatLiesThere,
}

/// What lies at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhatLiesThere {
    /// Nothing (`missing`).
    Nothing,
    /// A directory (`directory`).
    Directory,
    /// Another name of a file: a short name, a hard link, a substituted drive (`same-file-as`).
    AnotherNameOf(String),
    /// A file that the Restart Manager cannot open, with the code that its list call then gives
    /// (`cannot-be-opened`).
    CannotBeOpened(u32),
}
