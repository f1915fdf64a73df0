//! What happens beside the calls: in the world, by installers, by applications.

use serde::{Deserialize, Serialize};

use super::{ApplicationIndex, InstallerIndex};

/// Something that happens beside the calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// An application that was not running starts.
    StartApplication(ApplicationIndex),
    /// An application exits on its own.
    ExitApplication(ApplicationIndex),
    /// A running application opens a file.
    OpenFile(ApplicationIndex, String),
    /// A running application closes a file.
    CloseFile(ApplicationIndex, String),
    /// An installer starts an application that was not running.
    Launch {
        /// Who starts it.
        by: InstallerIndex,
        /// Which application.
        application: ApplicationIndex,
        /// The system asks for elevation first.
        elevation_prompt: bool,
    },
    /// An installer's process starts again after its end.
    StartInstaller(InstallerIndex),
    /// An installer's process ends without ending its sessions.
    ExitInstaller(InstallerIndex),
    /// The user of an installer logs off.
    LogOff(InstallerIndex),
    /// The machine reboots.
    Reboot,
    /// A fault appears or goes.
    Fault {
        /// Which one.
        fault: Fault,
        /// Whether it appears.
        active: bool,
        /// Whose registry mutex: the user of this installer; all faults but that of the mutex ignore it.
        of: InstallerIndex,
        /// The session whose registry mutex it is, by its handle in the process of `of`; `None`: all of the user's.
        handle: Option<u32>,
    },
    /// An installer's thread switches WOW64 file system redirection off or on again.
    Redirection {
        /// Whose thread.
        by: InstallerIndex,
        /// Whether redirection is active afterwards.
        active: bool,
    },
}

/// A fault that a scenario can switch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The registry mutex is never released: calls that need it fail with 121.
    RegistryMutexHeld,
    /// The registry can be neither read nor written: calls that need it fail with 29.
    RegistryUnwritable,
    /// There is no memory: calls fail with 14.
    NoMemory,
    /// Each call meets no memory or not, as it happens.
    MemoryShort,
    /// The next session key that is generated exists already.
    KeyCollision,
}

/// Something that an installer does beside the Restart Manager; it is answered like a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// It replaces a file.
    ReplaceFile(String),
    /// It has a file replaced at the next boot.
    ScheduleReplacement(String),
    /// It deletes a file.
    RemoveFile(String),
    /// It puts a file where none is.
    RestoreFile(String),
    /// It starts a service.
    StartService(ApplicationIndex),
    /// It stops a service.
    StopService(ApplicationIndex),
    /// It disables or enables a service.
    SwitchService {
        /// Which.
        service: ApplicationIndex,
        /// Whether it can be started from now on.
        enabled: bool,
    },
    /// `InitiateShutdown` of this machine.
    InitiateShutdown {
        /// `dwShutdownFlags`.
        flags: u32,
        /// `dwGracePeriod`, in milliseconds.
        grace: u64,
    },
    /// `ExitWindowsEx`.
    ExitWindows {
        /// `uFlags`.
        flags: u32,
    },
    /// `AbortSystemShutdown` of this machine.
    AbortShutdown,
    /// Its user logs on.
    LogOn,
}

/// A call of the functions of the registration for restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Registration {
    /// `RegisterApplicationRestart`.
    Register {
        /// Who calls.
        application: ApplicationIndex,
        /// `pwzCommandline`; `None` is NULL.
        arguments: Option<String>,
        /// `dwFlags`, bits of `RESTART_NO_*`.
        flags: u32,
    },
    /// `UnregisterApplicationRestart`.
    Unregister {
        /// Who calls.
        application: ApplicationIndex,
    },
    /// `GetApplicationRestartSettings`.
    Settings {
        /// Of whom.
        application: ApplicationIndex,
        /// Whether the application itself asks.
        by_itself: bool,
        /// `pcchSize` on entry, in characters.
        capacity: u32,
        /// `pwzCommandline` is NULL.
        null_buffer: bool,
    },
}
