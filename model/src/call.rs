//! The eleven functions and what they answer, as data.

use std::hash::{Hash, Hasher};

use crate::world::{PathId, ServiceNameId, TextId};
use crate::writer::kind;

/// How many sessions may be open at a time (START-05).
pub const SESSION_LIMIT: usize = 64;
/// How many characters a session key has, without the NUL (TYPE-02).
pub const KEY_LENGTH: usize = 32;

/// A session handle: a small number that belongs to one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionHandle(pub u32);

/// The value of a session key: the 128 bits that its 32 hexadecimal digits write.
///
/// Whoever drives the machine hands a fresh one to each start, as Windows draws one at random.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionKey(pub u128);

/// `RM_UNIQUE_PROCESS`: a process id and a creation time; together they name one process for ever (TYPE-42).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UniqueProcess {
    /// The process id.
    pub pid: u32,
    /// The creation time in units of 100 ns since 1601.
    pub start_time: u64,
}

impl Hash for UniqueProcess {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let UniqueProcess { pid, start_time } = self;
        state.write_i8(kind::UNIQUE_PROCESS);
        state.write_u32(*pid);
        state.write_u64(*start_time);
    }
}

/// An array argument: a count, and a pointer that may be NULL.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArrayArgument<T> {
    /// The count that is passed, at most the number of items where there are any.
    pub count: u32,
    /// What the pointer points to; `None` is NULL.
    pub items: Option<Vec<T>>,
}

impl<T> ArrayArgument<T> {
    /// NULL with a count of 0.
    pub fn absent() -> Self {
        ArrayArgument { count: 0, items: None }
    }

    /// An array with as many elements as it says.
    ///
    /// # Panics
    ///
    /// If there are more than `u32::MAX`.
    pub fn of(items: Vec<T>) -> Self {
        let count = u32::try_from(items.len()).expect("a count has 32 bits");
        ArrayArgument { count, items: Some(items) }
    }

    /// The elements that the call reads; none if the pointer is NULL.
    pub(crate) fn read(&self) -> &[T] {
        let items = self.items.as_deref().unwrap_or_default();
        &items[..items.len().min(usize::try_from(self.count).unwrap_or(usize::MAX))]
    }
}

/// A call with its arguments.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// `RmStartSession`
    StartSession(StartSession),
    /// `RmJoinSession`
    JoinSession {
        /// Whether `pSessionHandle` is NULL.
        null_handle: bool,
        /// `strSessionKey`; `None` is NULL.
        key: Option<KeyArgument>,
    },
    /// `RmEndSession`
    EndSession {
        /// `dwSessionHandle`
        handle: SessionHandle,
    },
    /// `RmRegisterResources`
    RegisterResources(RegisterResources),
    /// `RmGetList`
    GetList(GetList),
    /// `RmShutdown`
    Shutdown(Shutdown),
    /// `RmRestart`
    Restart(Restart),
    /// `RmCancelCurrentTask`
    CancelCurrentTask {
        /// `dwSessionHandle`
        handle: SessionHandle,
    },
    /// `RmAddFilter`
    AddFilter {
        /// `dwSessionHandle`
        handle: SessionHandle,
        /// Whom the filter is about.
        target: FilterTarget,
        /// `FilterAction`
        action: u32,
    },
    /// `RmRemoveFilter`
    RemoveFilter {
        /// `dwSessionHandle`
        handle: SessionHandle,
        /// Whom the filter is about.
        target: FilterTarget,
    },
    /// `RmGetFilterList`
    GetFilterList(GetFilterList),
}

/// `RmForceShutdown`: who does not respond is killed (SHUT-16).
pub const FORCE_SHUTDOWN: u32 = 0x1;
/// `RmShutdownOnlyRegistered`: only if everybody can be restarted (SHUT-21).
pub const SHUTDOWN_ONLY_REGISTERED: u32 = 0x10;

/// The arguments of `RmShutdown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shutdown {
    /// `dwSessionHandle`
    pub handle: SessionHandle,
    /// `lActionFlags`, bits of `RM_SHUTDOWN_TYPE`.
    pub flags: u32,
    /// Whether `fnStatus` is not NULL.
    pub has_callback: bool,
}

/// The arguments of `RmRestart`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Restart {
    /// `dwSessionHandle`
    pub handle: SessionHandle,
    /// `dwRestartFlags`
    pub flags: u32,
    /// Whether `fnStatus` is not NULL.
    pub has_callback: bool,
}

/// Whom a filter is about: exactly one of the three, if it is right (FILT-06).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FilterTarget {
    /// `strModuleName`
    pub module: Option<Module>,
    /// `pProcess`
    pub process: Option<UniqueProcess>,
    /// `strServiceShortName`
    pub service: Option<ServiceNameId>,
}

/// The name of an executable, as it is handed to a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Module {
    /// It as a path.
    pub path: PathId,
    /// It as it is written.
    pub text: TextId,
}

/// The arguments of `RmGetFilterList`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GetFilterList {
    /// `dwSessionHandle`
    pub handle: SessionHandle,
    /// `cbFilterBuf`: the size of the buffer in bytes.
    pub capacity: u32,
    /// Whether `pbFilterBuf` is NULL.
    pub null_buffer: bool,
    /// Whether `cbFilterBufNeeded` is NULL.
    pub null_needed: bool,
}

/// The arguments of `RmStartSession`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StartSession {
    /// `dwSessionFlags`
    pub flags: u32,
    /// Whether `pSessionHandle` is NULL.
    pub null_handle: bool,
    /// Whether `strSessionKey` is NULL.
    pub null_key: bool,
    /// Whether the key's buffer held anything but NULs before the call.
    pub buffer_in_use: bool,
    /// The key that the session gets.
    pub key: SessionKey,
}

/// The arguments of `RmRegisterResources`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RegisterResources {
    /// `dwSessionHandle`
    pub handle: SessionHandle,
    /// `nFiles`, `rgsFileNames`; an element may be NULL.
    pub files: ArrayArgument<Option<PathId>>,
    /// `nApplications`, `rgApplications`
    pub processes: ArrayArgument<UniqueProcess>,
    /// `nServices`, `rgsServiceNames`; an element may be NULL.
    pub services: ArrayArgument<Option<ServiceNameId>>,
}

/// The arguments of `RmGetList`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GetList {
    /// `dwSessionHandle`
    pub handle: SessionHandle,
    /// `pnProcInfo` on entry: the capacity of the array, in elements.
    pub capacity: u32,
    /// Whether `rgAffectedApps` is NULL.
    pub null_array: bool,
    /// Whether `pnProcInfoNeeded` is NULL.
    pub null_needed: bool,
    /// Whether `pnProcInfo` is NULL.
    pub null_count: bool,
    /// Whether `lpdwRebootReasons` is NULL.
    pub null_reasons: bool,
}

/// What a caller passes as a session key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyArgument {
    /// 32 hexadecimal digits.
    WellFormed {
        /// What they write.
        key: SessionKey,
        /// Whether their letters have the case in which keys are given out.
        same_case: bool,
    },
    /// Anything else.
    Malformed,
}

/// A call that is under way; free numbers are reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub(crate) u32);

impl CallId {
    /// Its number, from 0.
    pub fn number(self) -> u32 {
        self.0
    }
}

/// What a function answers: a Win32 error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of Winerror.h, which `name` gives")]
pub enum Reply {
    Success,
    InvalidFunction,
    FileNotFound,
    PathNotFound,
    AccessDenied,
    InvalidHandle,
    OutOfMemory,
    NotReady,
    BadCommand,
    WriteFault,
    SharingViolation,
    InvalidParameter,
    SemTimeout,
    BadArguments,
    AlreadyExists,
    FileNameTooLong,
    MoreData,
    FailNoActionReboot,
    FailShutdown,
    FailRestart,
    MaxSessionsReached,
    RequestOutOfSequence,
    DependentServicesRunning,
    InvalidServiceControl,
    ServiceRequestTimeout,
    ServiceAlreadyRunning,
    ServiceDisabled,
    ServiceDoesNotExist,
    ServiceCannotAcceptControl,
    ServiceNotActive,
    ServiceDependencyFail,
    ShutdownInProgress,
    NoShutdownInProgress,
    ShutdownIsScheduled,
    ShutdownUsersLoggedOn,
    SessionCredentialConflict,
    Cancelled,
    PrivilegeNotHeld,
    Other(u32),
}

impl Reply {
    /// The codes that have a name here, with their numbers and names (ERR-01 to ERR-18).
    const TABLE: [(Reply, u32, &'static str); 38] = [
        (Reply::Success, 0, "ERROR_SUCCESS"),
        (Reply::InvalidFunction, 1, "ERROR_INVALID_FUNCTION"),
        (Reply::FileNotFound, 2, "ERROR_FILE_NOT_FOUND"),
        (Reply::PathNotFound, 3, "ERROR_PATH_NOT_FOUND"),
        (Reply::AccessDenied, 5, "ERROR_ACCESS_DENIED"),
        (Reply::InvalidHandle, 6, "ERROR_INVALID_HANDLE"),
        (Reply::OutOfMemory, 14, "ERROR_OUTOFMEMORY"),
        (Reply::NotReady, 21, "ERROR_NOT_READY"),
        (Reply::BadCommand, 22, "ERROR_BAD_COMMAND"),
        (Reply::WriteFault, 29, "ERROR_WRITE_FAULT"),
        (Reply::SharingViolation, 32, "ERROR_SHARING_VIOLATION"),
        (Reply::InvalidParameter, 87, "ERROR_INVALID_PARAMETER"),
        (Reply::SemTimeout, 121, "ERROR_SEM_TIMEOUT"),
        (Reply::BadArguments, 160, "ERROR_BAD_ARGUMENTS"),
        (Reply::AlreadyExists, 183, "ERROR_ALREADY_EXISTS"),
        (Reply::FileNameTooLong, 206, "ERROR_FILENAME_EXCED_RANGE"),
        (Reply::MoreData, 234, "ERROR_MORE_DATA"),
        (Reply::FailNoActionReboot, 350, "ERROR_FAIL_NOACTION_REBOOT"),
        (Reply::FailShutdown, 351, "ERROR_FAIL_SHUTDOWN"),
        (Reply::FailRestart, 352, "ERROR_FAIL_RESTART"),
        (Reply::MaxSessionsReached, 353, "ERROR_MAX_SESSIONS_REACHED"),
        (Reply::RequestOutOfSequence, 776, "ERROR_REQUEST_OUT_OF_SEQUENCE"),
        (Reply::DependentServicesRunning, 1051, "ERROR_DEPENDENT_SERVICES_RUNNING"),
        (Reply::InvalidServiceControl, 1052, "ERROR_INVALID_SERVICE_CONTROL"),
        (Reply::ServiceRequestTimeout, 1053, "ERROR_SERVICE_REQUEST_TIMEOUT"),
        (Reply::ServiceAlreadyRunning, 1056, "ERROR_SERVICE_ALREADY_RUNNING"),
        (Reply::ServiceDisabled, 1058, "ERROR_SERVICE_DISABLED"),
        (Reply::ServiceDoesNotExist, 1060, "ERROR_SERVICE_DOES_NOT_EXIST"),
        (Reply::ServiceCannotAcceptControl, 1061, "ERROR_SERVICE_CANNOT_ACCEPT_CTRL"),
        (Reply::ServiceNotActive, 1062, "ERROR_SERVICE_NOT_ACTIVE"),
        (Reply::ServiceDependencyFail, 1068, "ERROR_SERVICE_DEPENDENCY_FAIL"),
        (Reply::ShutdownInProgress, 1115, "ERROR_SHUTDOWN_IN_PROGRESS"),
        (Reply::NoShutdownInProgress, 1116, "ERROR_NO_SHUTDOWN_IN_PROGRESS"),
        (Reply::ShutdownIsScheduled, 1190, "ERROR_SHUTDOWN_IS_SCHEDULED"),
        (Reply::ShutdownUsersLoggedOn, 1191, "ERROR_SHUTDOWN_USERS_LOGGED_ON"),
        (Reply::SessionCredentialConflict, 1219, "ERROR_SESSION_CREDENTIAL_CONFLICT"),
        (Reply::Cancelled, 1223, "ERROR_CANCELLED"),
        (Reply::PrivilegeNotHeld, 1314, "ERROR_PRIVILEGE_NOT_HELD"),
    ];

    /// The replies that have a name here, in the order of their numbers.
    pub fn named() -> impl ExactSizeIterator<Item = Reply> {
        Reply::TABLE.iter().map(|(reply, ..)| *reply)
    }

    /// The reply whose constant is called `name`.
    pub fn from_name(name: &str) -> Option<Reply> {
        Reply::TABLE.iter().find(|entry| entry.2 == name).map(|entry| entry.0)
    }

    /// The reply with this number.
    pub fn from_code(code: u32) -> Reply {
        Reply::TABLE.iter().find(|entry| entry.1 == code).map_or(Reply::Other(code), |entry| entry.0)
    }

    /// Its number in Winerror.h.
    pub fn code(self) -> u32 {
        if let Reply::Other(code) = self {
            return code;
        }
        Reply::TABLE.iter().find(|entry| entry.0 == self).map_or(0, |entry| entry.1)
    }

    /// Its constant in Winerror.h, if it has a name here.
    pub fn name(self) -> Option<&'static str> {
        Reply::TABLE.iter().find(|entry| entry.0 == self).map(|entry| entry.2)
    }
}
