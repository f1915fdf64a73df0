//! The surroundings, as they are given once: processes, services, installers, and who uses which file.
//!
//! A world holds every name and text; machines share it and speak of its parts by number.

mod behavior;
mod holders;
mod names;
mod process;

use std::sync::Arc;
use std::time::Duration;

pub use behavior::{Behavior, HiddenWindow, OnConsoleEvent, OnEnd, OnQuery, OnStart, OnStop};
pub(crate) use holders::Holder;
use holders::Holders;
pub(crate) use names::{FileId, FileState, Oddity, PathInfo, ServiceName};
pub use names::{PathId, ServiceNameId, TextId};
use names::{Paths, ServiceNames, Texts};
pub use process::{HowUsed, Process, ProcessKind, RestartRegistration, Use};

use crate::call::Reply;

/// How many characters of a friendly name an entry of the list can hold (TYPE-03).
pub const APPLICATION_NAME_MAX: usize = 255;
/// How many characters of a service's short name an entry of the list can hold (TYPE-04).
pub const SERVICE_NAME_MAX: usize = 63;

/// Numbers that name a part of a world. Those that can be renamed say what they name before they are written.
macro_rules! numbers {
    ($($(#[$doc:meta])* $vis:vis $name:ident $(= $kind:ident)?)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        $vis struct $name(pub(crate) u32);

        impl $name {
            /// The place in the order of addition, from 0.
            $vis fn index(self) -> usize {
                usize::try_from(self.0).expect("a world's parts fit into memory")
            }
        }

        impl std::hash::Hash for $name {
            #[inline]
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                $(state.write_i8($crate::writer::kind::$kind);)?
                state.write_u32(self.0);
            }
        }
    )+};
}
pub(crate) use numbers;

numbers! {
    /// A process of the world; the same through all its incarnations.
    pub ProcessId = PROCESS
    /// A service of the world.
    pub ServiceId
    /// An installer: whoever calls.
    pub InstallerId = INSTALLER
    /// A user account.
    pub UserId
}

/// The surroundings of the Restart Manager, without anything that changes.
#[derive(Clone, Debug, Default)]
pub struct World {
    pub(crate) processes: Vec<Process>,
    pub(crate) services: Vec<Service>,
    pub(crate) installers: Vec<Installer>,
    paths: Paths,
    service_names: ServiceNames,
    texts: Texts,
    by_name: Holders,
    by_file: Holders,
}

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    /// The process that it runs in.
    pub process: ProcessId,
    /// Its short name.
    pub short_name: TextId,
    /// Its display name.
    pub display_name: TextId,
    /// Whether Windows cannot run without it.
    pub critical: bool,
    /// The services that depend on it, directly.
    pub dependents: Vec<ServiceId>,
    /// The services that it depends on, directly.
    pub(crate) needs: Vec<ServiceId>,
    /// What it does when it is asked to stop.
    pub on_stop: OnStop,
    /// What it does when it is started.
    pub on_start: OnStart,
    /// Whether it cannot be started at the beginning.
    pub is_disabled: bool,
    /// Whether the pages name its host as critical (CRIT-02).
    pub(crate) named_critical: bool,
}

/// Whoever calls the Restart Manager.
#[derive(Clone, Debug)]
pub struct Installer {
    /// Its process; installers can share one.
    pub process: ProcessId,
    /// Whether it runs as a service.
    pub as_service: bool,
    /// Where its relative paths start, ending without a backslash; kept as text, since it prefixes paths.
    pub current_directory: String,
    /// Whether it may shut the system down (REBOOT-10).
    pub shutdown_privilege: bool,
}

/// What is known of a file, beyond that it exists and is ordinary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFact {
    /// Nothing lies at its path.
    Missing,
    /// It is a directory.
    Directory,
    /// It is another name of the file at this path: a short name, a link, a substituted drive.
    AnotherNameOf(PathId),
    /// The Restart Manager cannot open it; a list then gives this code (OBS-LIST-11, OBS-LIST-12).
    CannotBeOpened(Reply),
}

impl World {
    /// A world without anybody.
    pub fn new() -> World {
        World::default()
    }

    /// Adds a text, or finds it; cut after [`APPLICATION_NAME_MAX`] characters, since no entry has room for more.
    pub fn text(&mut self, text: &str) -> TextId {
        self.texts.intern(cut(text, APPLICATION_NAME_MAX))
    }

    /// Adds a text of any length, such as a command line, or finds it.
    pub fn long_text(&mut self, text: &str) -> TextId {
        self.texts.intern(text)
    }

    /// The text of `id`.
    pub fn text_of(&self, id: TextId) -> &Arc<str> {
        self.texts.get(id)
    }

    /// The length of a text in UTF-16 units.
    pub(crate) fn text_length(&self, id: TextId) -> u32 {
        let text = self.text_of(id);
        let length = if text.is_ascii() { text.len() } else { text.encode_utf16().count() };
        u32::try_from(length).unwrap_or(u32::MAX)
    }

    /// The text without characters, which every world has once it is settled.
    pub(crate) fn empty_text(&self) -> TextId {
        self.texts.find("").expect("a settled world has the empty text")
    }

    /// Adds a path as it is written, or finds it.
    pub fn path(&mut self, path: &str) -> PathId {
        self.paths.intern(path, None)
    }

    /// The same for a path that `installer` writes: a relative one starts at its current directory.
    pub fn path_of(&mut self, installer: InstallerId, path: &str) -> PathId {
        self.paths.intern(path, Some(&self.installers[installer.index()].current_directory))
    }

    /// A path as it is written, a relative one without its directory.
    pub fn path_text(&self, path: PathId) -> &str {
        self.paths.text(path)
    }

    /// What is known of files, in the order in which they were first named; each under its first full path.
    pub fn file_facts(&self) -> Vec<(PathId, FileFact)> {
        self.paths.facts()
    }

    /// The name of `id` in lower case, in which service names compare.
    pub fn service_name_text(&self, id: ServiceNameId) -> &str {
        self.service_names.text(id)
    }

    /// Adds the name by which a service is registered, or finds it; the service need not exist.
    pub fn service_name(&mut self, name: &str) -> ServiceNameId {
        self.service_names.intern(name)
    }

    /// Says what lies at a path.
    pub fn file(&mut self, path: PathId, fact: FileFact) {
        self.paths.state_fact(path, fact);
    }

    /// A process with nothing special about it: medium integrity, terminal session 1, running.
    ///
    /// Its id and start time are its own as long as at most 100,000 processes are added so.
    ///
    /// # Panics
    ///
    /// If the world has 2^32 processes already.
    pub fn process(&mut self, image: &str, user: UserId) -> Process {
        let number = u32::try_from(self.processes.len()).expect("a world's parts fit into memory");
        let file_name = image.rsplit(['\\', '/']).next().unwrap_or(image);
        let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
        Process {
            pid: 1000 + 4 * number,
            start_time: FIRST_START_TIME + u64::from(number) * TICKS_PER_SECOND,
            kind: ProcessKind::Windowless,
            critical: false,
            user,
            elevated: false,
            integrity: 1,
            terminal_session: 1,
            wow64: false,
            running: true,
            restart: None,
            behavior: Behavior { leaves_on_close: Some(Duration::ZERO), ..Behavior::default() },
            console: None,
            age: None,
            version: None,
            service_tags: true,
            image: self.text(image),
            image_path: self.path(image),
            description: None,
            product: None,
            title: None,
            uses: Vec::new(),
            image_name: self.text(file_name),
            image_stem: self.text(stem),
            named_critical: CRITICAL_PROGRAMS.iter().any(|program| program.eq_ignore_ascii_case(file_name)),
            services: Vec::new(),
        }
    }

    /// The account with this number.
    pub fn user(number: u32) -> UserId {
        UserId(number)
    }

    /// Adds a process.
    pub fn add_process(&mut self, process: Process) -> ProcessId {
        self.processes.push(process);
        ProcessId(last(self.processes.len()))
    }

    /// A service with nothing special about it, for [`World::add_service`].
    pub fn service(&mut self, process: ProcessId, short_name: &str, display_name: &str) -> Service {
        Service {
            process,
            short_name: self.text(short_name),
            display_name: self.text(display_name),
            critical: false,
            dependents: Vec::new(),
            needs: Vec::new(),
            on_stop: OnStop::default(),
            on_start: OnStart::default(),
            is_disabled: false,
            named_critical: CRITICAL_SERVICES.iter().any(|name| name.eq_ignore_ascii_case(short_name)),
        }
    }

    /// Adds a service to its process; a list shows [`SERVICE_NAME_MAX`] characters of its short name.
    pub fn add_service(&mut self, mut service: Service) -> ServiceId {
        let id = ServiceId(last(self.services.len() + 1));
        let short_name = Arc::clone(self.text_of(service.short_name));
        service.short_name = self.text(cut(&short_name, SERVICE_NAME_MAX));
        self.service_names.bind(&short_name, id);
        self.processes[service.process.index()].services.push(id);
        self.services.push(service);
        id
    }

    /// Says that `dependent` depends on `service`.
    pub fn add_dependent(&mut self, service: ServiceId, dependent: ServiceId) {
        self.services[service.index()].dependents.push(dependent);
        self.services[dependent.index()].needs.push(service);
    }

    /// Adds an installer.
    pub fn add_installer(&mut self, installer: Installer) -> InstallerId {
        self.installers.push(installer);
        InstallerId(last(self.installers.len()))
    }

    /// The processes, in the order of their addition.
    pub fn processes(&self) -> &[Process] {
        &self.processes
    }

    /// The services, in the order of their addition.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// The installers, in the order of their addition.
    pub fn installers(&self) -> &[Installer] {
        &self.installers
    }

    /// The processes with their numbers.
    pub fn numbered_processes(&self) -> impl Iterator<Item = (ProcessId, &Process)> {
        (0..).zip(&self.processes).map(|(number, process)| (ProcessId(number), process))
    }

    /// How many paths are known.
    pub(crate) fn path_count(&self) -> usize {
        self.paths.path_count()
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = PathId> {
        (0..).map(PathId).take(self.path_count())
    }

    pub(crate) fn file_count(&self) -> usize {
        self.paths.file_count()
    }

    /// Finds out who uses which file, once all processes are added; paths may still be added afterwards.
    pub(crate) fn settle(&mut self) {
        self.long_text("");
        self.by_name = Holders::gather(self, |_, file| file);
        self.by_file = Holders::gather(self, |paths, file| paths.same_file(file));
    }

    pub(crate) fn path_info(&self, path: PathId) -> &PathInfo {
        self.paths.info(path)
    }

    pub(crate) fn file_state(&self, file: FileId) -> FileState {
        self.paths.state(file)
    }

    /// The one file behind all names of `file`.
    pub(crate) fn same_file(&self, file: FileId) -> FileId {
        self.paths.same_file(file)
    }

    pub(crate) fn service_name_info(&self, name: ServiceNameId) -> ServiceName {
        self.service_names.get(name)
    }

    /// Who uses a file from their start on: by full name, or by file where `by_file`.
    pub(crate) fn holders(&self, file: FileId, by_file: bool) -> &[Holder] {
        if by_file { &self.by_file } else { &self.by_name }.of(file)
    }

    /// The file that a process really opens under `path`: redirected if it is a 32-bit program (WOW64-01).
    pub(crate) fn opened_file(&self, process: ProcessId, path: PathId) -> FileId {
        let info = self.path_info(path);
        let wow64 = self.processes[process.index()].wow64;
        info.redirected.filter(|_| wow64).map_or(info.file, |(file, _)| file)
    }
}

/// The programs that the pages name as critical (CRIT-02).
const CRITICAL_PROGRAMS: [&str; 8] = [
    "smss.exe",
    "csrss.exe",
    "wininit.exe",
    "logonui.exe",
    "lsass.exe",
    "services.exe",
    "winlogon.exe",
    "System",
];

/// The services whose hosts the pages name as critical: the host of RPCSS, and that of DCOM and Plug and Play.
const CRITICAL_SERVICES: [&str; 3] = ["RpcSs", "DcomLaunch", "PlugPlay"];

/// Units of 100 ns in a second.
pub(crate) const TICKS_PER_SECOND: u64 = 10_000_000;
/// When the first process of a world starts: 2024-01-01 00:00 UTC, in units of 100 ns since 1601.
const FIRST_START_TIME: u64 = 133_485_408_000_000_000;

/// The first `units` UTF-16 units of `text`, without half a character at the end.
fn cut(text: &str, units: usize) -> &str {
    let mut left = units;
    let end = text.char_indices().find(|(_, character)| {
        let fits = character.len_utf16() <= left;
        left = left.saturating_sub(character.len_utf16());
        !fits
    });
    end.map_or(text, |(place, _)| &text[..place])
}

fn last(len: usize) -> u32 {
    u32::try_from(len - 1).expect("a world's parts fit into memory")
}
