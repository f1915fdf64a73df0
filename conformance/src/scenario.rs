//! The typed scenario: a world, the steps of one or several installers in it, and what is expected of each.
//!
//! [`parse`] reads it from YAML; names are resolved there, so that here installers, applications and session
//! handles are numbers into the lists of the [`Scenario`].

pub mod bless;
pub mod parse;
pub mod problem;
pub mod schema;
pub mod yaml;

use std::ops::Range;
use std::sync::Arc;

use rstmgr_model::{Profile, Rule};

use crate::request::{ApplicationIndex, Fault, InstallerIndex};

/// The number of a session handle's name in [`Scenario::handles`].
pub type HandleIndex = usize;

/// A scenario of format version 1, with every name resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// What happens, in a sentence.
    pub title: String,
    /// The rules that it exercises, at most five.
    pub rules: Vec<Rule>,
    /// The answers to the open questions that it is written for.
    pub profile: Profile,
    /// The name of that profile, such as `windows-11`, without the single knobs that the scenario turns.
    pub profile_name: &'static str,
    /// Decides what may go either way.
    pub seed: u64,
    /// The surroundings.
    pub world: World,
    /// The names that handles are given with `as`, in the order of their first use.
    pub handles: Vec<String>,
    /// What happens, in order; a `repeat` is already unrolled.
    pub steps: Vec<Step>,
}

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

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// What is expected of it.
    pub expect: Expectation,
    /// Where it stands in the file.
    pub place: StepPlace,
}

/// Where a step stands in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepPlace {
    /// The line of the step's key, from 1.
    pub line: usize,
    /// The column of the step's key in characters, from 1.
    pub column: usize,
    /// The bytes of the step's key, such as `get-list`.
    pub key: Range<usize>,
    /// The bytes of the value of `expect`, if there is one.
    pub expect: Option<Range<usize>>,
    /// The bytes of what each expected field says, by field name (`reply`, `needed`, ...).
    pub fields: Vec<(&'static str, Range<usize>)>,
}

/// A session handle as a step names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandleArgument {
    /// The handle that a step called so with `as`.
    Named(HandleIndex),
    /// This number, whoever it belongs to.
    Number(u32),
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A call of the Restart Manager.
    Call {
        /// The installer that calls.
        by: InstallerIndex,
        /// What it calls.
        call: Call,
    },
    /// Something happens in the world.
    Event(Event),
    /// `expect-database`: a look at the session database of an installer's user.
    Database {
        /// Whose user's.
        of: InstallerIndex,
    },
}

/// A call as a scenario states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `start-session`
    StartSession {
        /// What the handle is called from now on.
        name: Option<HandleIndex>,
        /// `flags`, 0 unless stated.
        flags: u32,
        /// `null-pointers: [handle]`
        null_handle: bool,
        /// `null-pointers: [key]`
        null_key: bool,
        /// `key-buffer`: what the buffer holds before, at most 33 characters.
        key_buffer: String,
    },
    /// `join-session`
    JoinSession {
        /// What the handle is called from now on.
        name: Option<HandleIndex>,
        /// `null-pointers: [handle]`
        null_handle: bool,
        /// The key.
        key: KeyArgument,
    },
    /// `end-session`
    EndSession {
        /// Which session.
        handle: HandleArgument,
    },
    /// `register-resources`
    RegisterResources {
        /// Which session.
        handle: HandleArgument,
        /// `files`, in order.
        files: ArrayArgument<FileElement>,
        /// `processes`, in order.
        processes: ArrayArgument<ProcessElement>,
        /// `services`, in order.
        services: ArrayArgument<ServiceElement>,
    },
    /// `get-list`
    GetList {
        /// Which session.
        handle: HandleArgument,
        /// `capacity`: that of the array; `None`: as many as the last answer for this handle said it needs, which
        /// makes the harness ask once with 0 and, while the answer is `ERROR_MORE_DATA`, again (at most 8 calls).
        capacity: Option<u32>,
        /// `null-pointers: [...]`: which pointers are NULL.
        null: NullPointers,
    },
    /// `shutdown`, `restart`, `cancel-current-task`, `add-filter`, `remove-filter`, `get-filter-list`: only their
    /// first checks are modeled.
    FirstChecks {
        /// Which of them.
        function: LaterFunction,
        /// Which session.
        handle: HandleArgument,
    },
}

/// The functions of which only the first checks are modeled so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the function of the same name")]
pub enum LaterFunction {
    Shutdown,
    Restart,
    CancelCurrentTask,
    AddFilter,
    RemoveFilter,
    GetFilterList,
}

/// The key handed to `RmJoinSession`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyArgument {
    /// `null-pointers: [key]`
    Null,
    /// `key-of`: the key that the start of this session gave, then changed by [`KeyChange`].
    Of(HandleIndex, KeyChange),
    /// `key`: this text.
    Text(String),
}

/// How a key is spoiled before it is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyChange {
    /// Not at all.
    None,
    /// `letter-case: other`: upper-case letters become lower-case and the other way round.
    OtherLetterCase,
    /// `cut-to: N`: only its first characters, 0 to 31.
    CutTo(usize),
}

/// Which pointers of `RmGetList` are NULL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NullPointers {
    /// `array`: `rgAffectedApps`; what a call with capacity 0 passes unless it says `array: present`.
    pub array: bool,
    /// `needed`: `pnProcInfoNeeded`.
    pub needed: bool,
    /// `count`: `pnProcInfo`.
    pub count: bool,
    /// `reasons`: `lpdwRebootReasons`.
    pub reasons: bool,
}

/// An array as a scenario states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrayArgument<T> {
    /// `None`: the pointer is NULL (`null-pointers: [files]`; also where the field is left out).
    pub items: Option<Vec<T>>,
    /// `counts: { files: N }`: the count that is passed, if not the number of items.
    pub count: Option<u32>,
}

/// An element of `files`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileElement {
    /// A path, or `null`: a NULL pointer.
    Path(Option<Arc<str>>),
    /// `{ pattern: 'C:\Data\{i}.dat', count: N }`: the pattern with `{i}` from 1 to `count`.
    Pattern(String, u32),
}

/// An element of `processes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessElement {
    /// Whose process id it is.
    pub who: ProcessOf,
    /// `start-time: wrong`: one that the process does not have.
    pub wrong_start_time: bool,
}

/// Whose process is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessOf {
    /// An application's, as it runs or ran last.
    Application(ApplicationIndex),
    /// An installer's.
    Installer(InstallerIndex),
    /// `{ pid: N }`: this number, which no process of the scenario has.
    Nobody(u32),
}

/// An element of `services`: a short name, or `null`: a NULL pointer.
pub type ServiceElement = Option<String>;

/// An event as a scenario states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// `start-application: NAME`
    StartApplication(ApplicationIndex),
    /// `exit-application: NAME`
    ExitApplication(ApplicationIndex),
    /// `open-file: { application: NAME, file: PATH }`
    OpenFile(ApplicationIndex, String),
    /// `close-file: { application: NAME, file: PATH }`
    CloseFile(ApplicationIndex, String),
    /// `launch: { by: NAME, application: NAME, elevation-prompt: true }`
    Launch {
        /// Who starts it.
        by: InstallerIndex,
        /// Which application.
        application: ApplicationIndex,
        /// The system asks for elevation first.
        elevation_prompt: bool,
    },
    /// `start-installer: NAME`
    StartInstaller(InstallerIndex),
    /// `exit-installer: { installer: NAME, expect: { left-open: 1 } }`
    ExitInstaller(InstallerIndex),
    /// `log-off: { user-of: NAME }`
    LogOff(InstallerIndex),
    /// `reboot: {}`
    Reboot,
    /// `fault: { registry-mutex-held: on, user-of: NAME }` or, for one session, `session: NAME`
    Fault {
        /// Which one.
        fault: Fault,
        /// `on` or `off`.
        active: bool,
        /// `user-of`, or the installer that holds the handle named by `session`.
        of: InstallerIndex,
        /// `session`: only this one's registry mutex.
        handle: Option<HandleIndex>,
    },
    /// `wow64-redirection: { by: NAME, is: off }`
    Redirection {
        /// Whose thread.
        by: InstallerIndex,
        /// Whether redirection is active afterwards.
        active: bool,
    },
}

/// What is expected of a step; what is `None` is not looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expectation {
    /// The reply; `None` stands for `ERROR_SUCCESS`.
    pub reply: Option<u32>,
    /// The number of the handle that the call gives.
    pub handle: Option<u32>,
    /// What the key looks like.
    pub key: Option<KeyExpectation>,
    /// `needed`
    pub needed: Option<Written>,
    /// `count`
    pub count: Option<Written>,
    /// `reasons`, as bits.
    pub reasons: Option<Written>,
    /// `affected`: who is listed; entries in any order.
    pub affected: Option<Vec<AffectedExpectation>>,
    /// `affected-in-order`: who is listed, in this order.
    pub affected_in_order: Option<Vec<AffectedExpectation>>,
    /// `left-open`: how many sessions an installer's process leaves open as it exits.
    pub left_open: Option<u32>,
    /// `sessions`: the session database, in the order of the numbers.
    pub database: Option<Vec<DatabaseExpectation>>,
}

/// An output parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It holds this number.
    Value(u32),
    /// `untouched`: nothing was written to it.
    Untouched,
}

/// What a session key looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyExpectation {
    /// `length`: how many characters stand before the first NUL.
    pub length: Option<usize>,
    /// `letters`: the case of its letters.
    pub letters: Option<LetterCase>,
    /// `terminated`: whether the call wrote the NUL itself.
    pub terminated: Option<bool>,
}

/// The case of the letters in a session key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterCase {
    /// Only `a` to `f`.
    Lower,
    /// Only `A` to `F`.
    Upper,
}

/// One expected entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AffectedExpectation {
    /// Whose entry.
    pub who: ProcessOf,
    /// For an application that is a service: that the entry is this service's own, not another's in its host.
    pub application_type: Option<u32>,
    /// `status`, as bits.
    pub status: Option<u32>,
    /// `name`
    pub name: Option<String>,
    /// `service`: the short name.
    pub service: Option<String>,
    /// `terminal-session`; `u32::MAX` is written -1.
    pub terminal_session: Option<u32>,
    /// `restartable`
    pub restartable: Option<bool>,
}

/// One expected session in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseExpectation {
    /// `number`
    pub number: u32,
    /// `owner`
    pub owner: Option<ProcessOf>,
    /// `abandoned`
    pub abandoned: Option<bool>,
    /// `files`: how many in each numbered group.
    pub files: Option<Vec<u32>>,
    /// `processes`
    pub processes: Option<Vec<u32>>,
    /// `services`
    pub services: Option<Vec<u32>>,
}
