//! What installers and applications do beside the Restart Manager's functions, as data.

use std::time::Duration;

use crate::world::{PathId, ProcessId, ServiceId, TextId};

/// Something that an installer does; it is answered like a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It replaces a file; fails with `ERROR_SHARING_VIOLATION` while somebody uses it.
    ReplaceFile(PathId),
    /// It has a file replaced at the next boot.
    ScheduleReplacement(PathId),
    /// It deletes a file; fails like [`Act::ReplaceFile`].
    RemoveFile(PathId),
    /// It puts a file where none is.
    RestoreFile(PathId),
    /// It starts a service (SVC-21).
    StartService(ServiceId),
    /// It stops a service (SVC-11).
    StopService(ServiceId),
    /// It disables or enables a service.
    SwitchService {
        /// Which.
        service: ServiceId,
        /// Whether it can be started from now on.
        enabled: bool,
    },
    /// `InitiateShutdown` of this machine.
    InitiateShutdown {
        /// `dwShutdownFlags`
        flags: u32,
        /// `dwGracePeriod`
        grace: Duration,
    },
    /// `ExitWindowsEx`
    ExitWindows {
        /// `uFlags`
        flags: u32,
    },
    /// `AbortSystemShutdown` of this machine.
    AbortShutdown,
    /// Its user logs on.
    LogOn,
}

/// A call of the functions of the registration for restart, by the application that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationCall {
    /// `RegisterApplicationRestart`
    Register {
        /// Who.
        process: ProcessId,
        /// `pwzCommandline`; `None` is NULL.
        arguments: Option<TextId>,
        /// `dwFlags`, bits of `RESTART_NO_*`.
        flags: u32,
    },
    /// `UnregisterApplicationRestart`
    Unregister {
        /// Who.
        process: ProcessId,
    },
    /// `GetApplicationRestartSettings`
    Settings {
        /// Of whom.
        process: ProcessId,
        /// Whether the process asks about itself.
        by_itself: bool,
        /// `pcchSize` on entry, in characters; `None` is NULL.
        capacity: Option<u32>,
        /// Whether `pwzCommandline` is NULL.
        null_buffer: bool,
    },
}

/// `RESTART_NO_CRASH` (ARR-07).
pub const RESTART_NO_CRASH: u32 = 1;
/// `RESTART_NO_HANG` (ARR-08).
pub const RESTART_NO_HANG: u32 = 2;
/// `RESTART_NO_PATCH` (ARR-09).
pub const RESTART_NO_PATCH: u32 = 4;
/// `RESTART_NO_REBOOT` (ARR-10).
pub const RESTART_NO_REBOOT: u32 = 8;
/// `RESTART_MAX_CMD_LINE`: how many characters the command line may have (ARR-03).
pub const RESTART_COMMAND_LINE_MAX: u32 = 1024;
