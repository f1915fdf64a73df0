//! A process of a world: an application, the host of services, or an installer.

use std::time::Duration;

use super::{Behavior, PathId, ServiceId, TextId, UserId};

/// A process: an application, the host of services, or an installer.
#[derive(Clone, Debug)]
pub struct Process {
    /// The process id of its first incarnation.
    pub pid: u32,
    /// When its first incarnation was created, in units of 100 ns since 1601.
    pub start_time: u64,
    /// What it shows.
    pub kind: ProcessKind,
    /// Whether Windows cannot run without it.
    pub critical: bool,
    /// Whose it is.
    pub user: UserId,
    /// Whether it runs elevated.
    pub elevated: bool,
    /// Its integrity level: 0 low, 1 medium, 2 high, 3 system.
    pub integrity: u8,
    /// Its terminal session.
    pub terminal_session: u32,
    /// Whether it is a 32-bit program on this 64-bit Windows.
    pub wow64: bool,
    /// Whether it runs at the beginning, with all services in it.
    pub running: bool,
    /// The registration for restart that it makes at each of its starts.
    pub restart: Option<RestartRegistration>,
    /// How it behaves when it is told something.
    pub behavior: Behavior,
    /// The console that it shares with others of the same number; `None`: it has its own, or none.
    pub console: Option<u32>,
    /// How long it has been running at the beginning; `None`: for hours.
    pub age: Option<Duration>,
    /// The version of its program.
    pub version: Option<TextId>,
    /// Whether its uses of files can be pinned to one of the services in it (SVC-09).
    pub service_tags: bool,
    /// The full path of its program.
    pub image: TextId,
    /// The `FileDescription` of its program.
    pub description: Option<TextId>,
    /// The `ProductName` of its program.
    pub product: Option<TextId>,
    /// The caption of its main window.
    pub title: Option<TextId>,
    /// The files that it uses from its start on.
    pub uses: Vec<Use>,
    /// The same as a path.
    pub(crate) image_path: PathId,
    /// The file name of its program, with and without extension.
    pub(crate) image_name: TextId,
    pub(crate) image_stem: TextId,
    /// Whether the pages name its program as critical (CRIT-02).
    pub(crate) named_critical: bool,
    /// The services in it.
    pub(crate) services: Vec<ServiceId>,
}

/// What a process shows, from which its application type follows (TYPE-08 to -13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessKind {
    /// Neither a window nor a console.
    Windowless,
    /// A visible top-level window.
    MainWindow,
    /// Windows, but none that is top-level and visible.
    OtherWindow,
    /// The shell.
    Explorer,
    /// A console of its own.
    Console,
}

/// A registration for restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RestartRegistration {
    /// The command line, without the program.
    pub arguments: TextId,
    /// `dwFlags`, bits of `RESTART_NO_*`.
    pub flags: u32,
}

/// A file in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// Which file, as the process named it.
    pub path: PathId,
    /// In which way.
    pub how: HowUsed,
}

/// In which way a file is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HowUsed {
    /// Through a handle that forbids deleting and renaming.
    Handle,
    /// Through a handle that shares everything, deleting too.
    SharedHandle,
    /// As a loaded image or another mapped section.
    Image,
    /// As the current directory, from another machine, or by the kernel: never seen (OBS-LIST-10).
    Unseen,
}
