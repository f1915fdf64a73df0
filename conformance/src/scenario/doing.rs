//! What happens in a scenario beside the calls of the Restart Manager.

use std::time::Duration;

use super::{HandleIndex, ProcessOf};
use crate::request::{ApplicationIndex, Fault, InstallerIndex};

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

/// Something that an installer does beside the Restart Manager, as a scenario states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// `replace-file: { file: PATH }`
    ReplaceFile(String),
    /// `schedule-replacement: { file: PATH }`: for the next boot.
    ScheduleReplacement(String),
    /// `remove-file: { file: PATH }`
    RemoveFile(String),
    /// `restore-file: { file: PATH }`
    RestoreFile(String),
    /// `start-service: { service: NAME }`
    StartService(ApplicationIndex),
    /// `stop-service: { service: NAME }`
    StopService(ApplicationIndex),
    /// `disable-service: NAME`, `enable-service: NAME`
    SwitchService {
        /// Which.
        service: ApplicationIndex,
        /// Whether it can be started from now on.
        enabled: bool,
    },
    /// `initiate-shutdown`
    InitiateShutdown {
        /// `flags`, bits of `SHUTDOWN_*`.
        flags: u32,
        /// `grace`, 0 s unless stated.
        grace: Duration,
    },
    /// `exit-windows`
    ExitWindows {
        /// `flags`, bits of `EWX_*`.
        flags: u32,
    },
    /// `abort-shutdown`
    AbortShutdown,
    /// `log-on: { user-of: NAME }`: the user of the installer logs on.
    LogOn,
}

/// A call of the functions of the registration for restart, as a scenario states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registration {
    /// `register-restart`
    Register {
        /// Who calls.
        application: ApplicationIndex,
        /// `arguments`, or `length` letters `x`; empty unless stated; `None`: `null-arguments: true`.
        arguments: Option<String>,
        /// `no-patch` and the others, bits of `RESTART_NO_*`.
        flags: u32,
    },
    /// `unregister-restart`
    Unregister {
        /// Who calls.
        application: ApplicationIndex,
    },
    /// `get-restart-settings`
    Settings {
        /// Of whom.
        application: ApplicationIndex,
        /// `by`: who asks, an installer or an application; the only installer unless stated.
        by: ProcessOf,
        /// `capacity`: of the buffer, in characters; unless stated 1025, and 0 beside `null-buffer`.
        capacity: u32,
        /// `null-buffer`: whether the buffer is NULL.
        null_buffer: bool,
    },
}
