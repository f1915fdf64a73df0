//! The world of a scenario: installers, applications, services and files, with names resolved.

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
    /// Its registration for restart.
    pub restart: Option<RestartRegistration>,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestartRegistration {
    /// The command line.
    pub arguments: String,
    /// `RESTART_NO_PATCH`: not after an update.
    pub no_patch: bool,
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
