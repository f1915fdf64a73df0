//! The world of a case as plain data: parts can be left out of it, and whoever speaks of them finds nobody.

use std::time::Duration;

use rstmgr_model::{
    HowUsed, Knob, OnConsoleEvent, OnEnd, OnQuery, OnStart, OnStop, ProcessKind, Profile, Reply,
};

/// The number of a part of a scene; it stays the same when other parts are left out.
pub type Number = u8;

/// A world and a profile, in parts that are known by their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// The answers to the open questions.
    pub setting: Setting,
    /// The paths that are spoken of.
    pub files: Vec<SceneFile>,
    /// Who is there beside the installers.
    pub applications: Vec<SceneApplication>,
    /// Who calls.
    pub installers: Vec<SceneInstaller>,
}

/// A profile: one of the known ones, with knobs turned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// One of [`Profile::NAMES`].
    pub name: &'static str,
    /// The knobs that are answered otherwise, each with its option, by index.
    pub turned: Vec<(Knob, usize)>,
}

impl Setting {
    /// `windows-11`, and no knob turned.
    pub fn plain() -> Setting {
        Setting { name: "windows-11", turned: Vec::new() }
    }

    /// The profile.
    pub fn profile(&self) -> Profile {
        let profile = Profile::named(self.name).unwrap_or_else(Profile::windows_11);
        self.turned.iter().fold(profile, |profile, (knob, option)| profile.with(*knob, *option))
    }
}

/// A path, and what lies there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneFile {
    /// Its number.
    pub number: Number,
    /// The path as it is written, which may be relative or odd.
    pub path: String,
    /// What lies there.
    pub what: WhatLies,
}

impl SceneFile {
    /// Whether it is a file that programs use: one by its full name.
    pub fn is_ordinary(&self) -> bool {
        self.what == WhatLies::File && self.is_full() && !self.path.contains('*')
    }

    /// Whether its path means the same wherever it is written.
    pub fn is_full(&self) -> bool {
        self.path.get(1..3) == Some(r":\") || self.path.starts_with(r"\\")
    }
}

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhatLies {
    /// An ordinary file, or nothing that anybody looks at.
    File,
    /// Nothing.
    Nothing,
    /// A directory.
    Directory,
    /// Another name of the file with this number.
    AnotherNameOf(Number),
    /// A file that the Restart Manager cannot open.
    CannotBeOpened(Reply),
}

/// What installers and applications have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneProcess {
    /// Whose it is.
    pub user: SceneUser,
    /// Whether it runs elevated.
    pub elevated: bool,
    /// Its terminal session.
    pub terminal_session: u32,
    /// Whether it runs at the beginning.
    pub running: bool,
    /// The console that it shares with all others of the same number.
    pub console: Option<u32>,
    /// What it does on `CTRL_C_EVENT`.
    pub on_console_event: OnConsoleEvent,
    /// The files that it uses from its start on, by number.
    pub uses: Vec<(Number, HowUsed)>,
}

/// A user of a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SceneUser {
    /// Who installs.
    Own,
    /// Somebody else.
    Other,
    /// The system, whose services are.
    System,
}

/// An application, or the host of services.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneApplication {
    /// Its number.
    pub number: Number,
    /// What it shows; a host of services shows nothing.
    pub kind: ProcessKind,
    /// The services in it; if there are any, it is a host and nothing else.
    pub services: Vec<SceneService>,
    /// Its process.
    pub process: SceneProcess,
    /// Whether Windows cannot run without it; of a host, its services say so.
    pub critical: bool,
    /// How long it has been running; `None`: for hours.
    pub age: Option<Duration>,
    /// Its registration for restart: the arguments, and the bits of `RESTART_NO_*`.
    pub restart: Option<(Number, u32)>,
    /// The number of the arguments with which it registers inside its first query, unless that is `None`.
    pub registers_in_query: Option<Number>,
    /// What its first window answers.
    pub on_query: OnQuery,
    /// What its further windows answer, which are hidden.
    pub hidden_windows: Vec<OnQuery>,
    /// What it does when it is told to end.
    pub on_end: OnEnd,
    /// When it leaves once its window is closed; `None`: it stays.
    pub leaves_on_close: Option<Duration>,
    /// When something starts it again.
    pub comes_back_after: Option<Duration>,
    /// Whether it breaks when the Restart Manager starts it.
    pub fails_to_start: bool,
    /// Whether its uses of files can be pinned to one of its services.
    pub service_tags: bool,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneService {
    /// Its number, among all services of the scene.
    pub number: Number,
    /// Whether Windows cannot run without it.
    pub critical: bool,
    /// What it does when it is asked to stop.
    pub on_stop: OnStop,
    /// What it does when it is started.
    pub on_start: OnStart,
    /// Whether it cannot be started at the beginning.
    pub is_disabled: bool,
    /// The numbers of the services that it depends on.
    pub depends_on: Vec<Number>,
}

/// Whoever calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneInstaller {
    /// Its number.
    pub number: Number,
    /// The installer whose process it shares, with a number below its own.
    pub in_process_of: Option<Number>,
    /// Its own process, unless it shares one.
    pub process: SceneProcess,
    /// Whether it runs as a service.
    pub as_service: bool,
    /// Whether it may shut the system down.
    pub shutdown_privilege: bool,
}

impl SceneProcess {
    /// A running process of the installing user with nothing special about it.
    pub fn plain() -> SceneProcess {
        SceneProcess {
            user: SceneUser::Own,
            elevated: false,
            terminal_session: 1,
            running: true,
            console: None,
            on_console_event: OnConsoleEvent::default(),
            uses: Vec::new(),
        }
    }
}

impl SceneApplication {
    /// An application that agrees to everything and is not registered for restart.
    pub fn plain(number: Number, kind: ProcessKind) -> SceneApplication {
        SceneApplication {
            number,
            kind,
            services: Vec::new(),
            process: SceneProcess::plain(),
            critical: false,
            age: None,
            restart: None,
            registers_in_query: None,
            on_query: OnQuery::default(),
            hidden_windows: Vec::new(),
            on_end: OnEnd::default(),
            leaves_on_close: Some(Duration::ZERO),
            comes_back_after: None,
            fails_to_start: false,
            service_tags: true,
        }
    }

    /// Its name, from which its program has its own.
    pub fn name(&self) -> String {
        let number = self.number;
        match self.kind {
            ProcessKind::Explorer => String::from("explorer"),
            ProcessKind::Windowless if !self.services.is_empty() => format!("host-{number}"),
            ProcessKind::Windowless => format!("agent-{number}"),
            ProcessKind::MainWindow => format!("editor-{number}"),
            ProcessKind::OtherWindow => format!("tray-{number}"),
            ProcessKind::Console => format!("tool-{number}"),
        }
    }

    /// The full path of its program.
    pub fn image(&self) -> String {
        let name = self.name();
        match self.kind {
            ProcessKind::Explorer => String::from(r"C:\Windows\explorer.exe"),
            ProcessKind::Windowless if !self.services.is_empty() => {
                format!(r"C:\Windows\System32\{name}.exe")
            }
            ProcessKind::Windowless
            | ProcessKind::MainWindow
            | ProcessKind::OtherWindow
            | ProcessKind::Console => format!(r"C:\Programs\{name}\{name}.exe"),
        }
    }
}

impl SceneService {
    /// A service that stops and starts as it is told.
    pub fn plain(number: Number) -> SceneService {
        SceneService {
            number,
            critical: false,
            on_stop: OnStop::default(),
            on_start: OnStart::default(),
            is_disabled: false,
            depends_on: Vec::new(),
        }
    }

    /// Its short and its display name.
    pub fn name(&self) -> String {
        format!("service-{}", self.number)
    }
}

impl SceneInstaller {
    /// An installer of its own, not elevated.
    pub fn plain(number: Number) -> SceneInstaller {
        SceneInstaller {
            number,
            in_process_of: None,
            process: SceneProcess::plain(),
            as_service: false,
            shutdown_privilege: true,
        }
    }

    /// Its name, from which its program has its own: `setup`, `addon`, `updater`, and then by number.
    pub fn name(&self) -> String {
        match self.number {
            0 => String::from("setup"),
            1 => String::from("addon"),
            2 => String::from("updater"),
            number => format!("installer-{number}"),
        }
    }

    /// The full path of its program.
    pub fn image(&self) -> String {
        format!(r"C:\Setup\{}.exe", self.name())
    }
}
