//! What is done in a case, in the numbers of its scene.
//!
//! Deeds are concrete, and one that cannot be done is passed over: so any of them can be left out, and the others
//! still mean what they meant.

use std::time::Duration;

use rstmgr_model::Fault;

use super::scene::Number;

/// One thing that is done, or a wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// An installer calls the Restart Manager; passed over if its process does not run.
    Call {
        /// Which.
        by: Number,
        /// What.
        call: CallDeed,
        /// Whether the call is made inside the status callback that was told a percentage just before, if one was.
        inside: bool,
    },
    /// An installer starts so many sessions, and keeps their handles to itself.
    Crowd {
        /// Which.
        by: Number,
        /// How many.
        count: u8,
    },
    /// An installer does something else.
    Act {
        /// Which.
        by: Number,
        /// What.
        act: ActDeed,
    },
    /// An application uses the registration for restart; passed over if it does not run.
    Registration {
        /// Which.
        application: Number,
        /// How.
        registration: RegistrationDeed,
    },
    /// Something happens in the world.
    Event(EventDeed),
    /// Somebody looks at the session database of the user of this installer.
    Look(Number),
    /// At most so many things happen that are due.
    Proceed(u8),
    /// Whatever is due happens, until nothing is any more.
    Settle,
    /// So much time passes.
    Wait(Duration),
}

/// The number of a handle in a program: the place in which a start or a join puts it.
pub type Slot = u8;

/// Which session handle is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandleOf {
    /// The one that this start or join gave, whoever passes it; without one, the call is passed over.
    Slot(Slot),
    /// This number.
    Number(u32),
}

/// Which session key is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOf {
    /// The one that this start gave; without one, the call is passed over.
    Slot(Slot),
    /// The same in the other letter case.
    OtherCase(Slot),
    /// One that agrees with it in its first half.
    SameHalf(Slot),
    /// No key at all.
    Malformed,
    /// NULL.
    Null,
}

/// An array argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Items<T> {
    /// The count, if it is not the number of items; more than that only without items.
    pub count: Option<u32>,
    /// The elements; `None` is NULL.
    pub items: Option<Vec<T>>,
}

impl<T> Items<T> {
    /// NULL with a count of 0.
    pub fn absent() -> Items<T> {
        Items { count: None, items: None }
    }

    /// An array with as many elements as it says.
    pub fn of(items: Vec<T>) -> Items<T> {
        Items { count: None, items: Some(items) }
    }
}

/// Whose process is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// An application's, as it runs or ran last.
    Application(Number),
    /// An installer's.
    Installer(Number),
    /// Nobody's: this process id is not given out.
    Nobody(u32),
}

/// A process as it is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessItem {
    /// Whose.
    pub who: Who,
    /// With a start time that it does not have.
    pub wrong_start_time: bool,
}

/// Whom a filter is about: any of the three, exactly one if it is right (FILT-06).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TargetDeed {
    /// The program of somebody.
    pub module: Option<Who>,
    /// The process of somebody.
    pub process: Option<ProcessItem>,
    /// A service; a number that no service has stands for a name that no service has.
    pub service: Option<Number>,
}

/// A call of the Restart Manager.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the arguments, named as in the model's calls")]
pub enum CallDeed {
    /// `RmStartSession`; `slot` is where its handle goes.
    Start { slot: Slot, flags: u32, null_handle: bool, null_key: bool, buffer_in_use: bool },
    /// `RmJoinSession`; `slot` is where its handle goes.
    Join { slot: Slot, key: KeyOf, null_handle: bool },
    /// `RmEndSession`
    End { handle: HandleOf },
    /// `RmRegisterResources`; files and services by number, `None` is NULL.
    Register {
        handle: HandleOf,
        files: Items<Option<Number>>,
        processes: Items<ProcessItem>,
        services: Items<Option<Number>>,
    },
    /// `RmGetList`
    List {
        handle: HandleOf,
        capacity: u32,
        null_array: bool,
        null_needed: bool,
        null_count: bool,
        null_reasons: bool,
    },
    /// `RmShutdown`
    Shutdown { handle: HandleOf, flags: u32, has_callback: bool },
    /// `RmRestart`
    Restart { handle: HandleOf, flags: u32, has_callback: bool },
    /// `RmCancelCurrentTask`
    Cancel { handle: HandleOf },
    /// `RmAddFilter`
    AddFilter { handle: HandleOf, target: TargetDeed, action: u32 },
    /// `RmRemoveFilter`
    RemoveFilter { handle: HandleOf, target: TargetDeed },
    /// `RmGetFilterList`
    FilterList { handle: HandleOf, capacity: u32, null_buffer: bool, null_needed: bool },
}

impl CallDeed {
    /// The start of a session as it should be.
    pub fn start(slot: Slot) -> CallDeed {
        CallDeed::Start { slot, flags: 0, null_handle: false, null_key: false, buffer_in_use: false }
    }

    /// A list with room for `capacity` entries, and no array if that is 0.
    pub fn list(handle: HandleOf, capacity: u32) -> CallDeed {
        CallDeed::List {
            handle,
            capacity,
            null_array: capacity == 0,
            null_needed: false,
            null_count: false,
            null_reasons: false,
        }
    }

    /// The registration of files.
    pub fn register(handle: HandleOf, files: impl IntoIterator<Item = Number>) -> CallDeed {
        let files = Items::of(files.into_iter().map(Some).collect());
        CallDeed::Register { handle, files, processes: Items::absent(), services: Items::absent() }
    }
}

/// What an installer does beside the Restart Manager; files and services by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are those of the model's acts")]
pub enum ActDeed {
    ReplaceFile(Number),
    ScheduleReplacement(Number),
    RemoveFile(Number),
    RestoreFile(Number),
    StartService(Number),
    StopService(Number),
    SwitchService { service: Number, enabled: bool },
    InitiateShutdown { flags: u32, grace: Duration },
    ExitWindows { flags: u32 },
    AbortShutdown,
    LogOn,
}

/// A call of the functions of the registration for restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationDeed {
    /// `RegisterApplicationRestart`
    Register {
        /// The number of the arguments, see [`arguments`]; `None` is NULL.
        arguments: Option<Number>,
        /// Bits of `RESTART_NO_*`.
        flags: u32,
    },
    /// `UnregisterApplicationRestart`
    Unregister,
    /// `GetApplicationRestartSettings` of the process about itself.
    Settings {
        /// `pcchSize`
        capacity: u32,
        /// Whether the buffer is NULL.
        null_buffer: bool,
    },
}

/// The command line of this number: short ones, one that is one character too long, and none.
pub fn arguments(number: Number) -> String {
    match number {
        0 => String::from("--restore"),
        1 => String::new(),
        2 => "x".repeat(1025),
        number => format!("--restore {number}"),
    }
}

/// Something that happens in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventDeed {
    /// A process starts that does not run.
    Start(Who),
    /// A process exits that runs.
    Exit(Who),
    /// A running application opens a file.
    Open(Number, Number),
    /// A running application closes a file.
    Close(Number, Number),
    /// The user of this installer logs off.
    LogOff(Number),
    /// The machine reboots.
    Reboot,
    /// A fault appears or goes.
    Fault {
        /// Which; not that of the mutex.
        fault: Fault,
        /// Whether it appears.
        active: bool,
    },
    /// The registry mutex of the user of this installer is taken for good, or is free again.
    Mutex {
        /// Whose.
        of: Number,
        /// Only that of the session behind this handle of the installer.
        slot: Option<Slot>,
        /// Whether it is taken.
        held: bool,
    },
}
