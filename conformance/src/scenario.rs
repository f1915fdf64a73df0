//! The typed scenario: a world, the steps of one or several installers in it, and what is expected of each.
//!
//! [`parse`] reads it from YAML; names are resolved there, so that here installers, applications and session
//! handles are numbers into the lists of the [`Scenario`].

pub mod bless;
mod expectation;
pub mod parse;
pub mod problem;
pub mod schema;
mod world;
pub mod yaml;

pub use expectation::{
    AffectedExpectation, DatabaseExpectation, Expectation, KeyExpectation, LetterCase, Written,
};
pub use world::{
    Application, ApplicationKind, File, HowUsed, Installer, Integrity, Process, RestartRegistration, Service,
    Use, WhatLiesThere, World,
};

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
