//! Types and constants of Microsoft's `restartmanager.h`, under their names there; the C header is made from them.

#![expect(non_camel_case_types, reason = "Microsoft's names")]
#![expect(non_snake_case, reason = "Microsoft's names")]

use std::mem::MaybeUninit;

/// A number of 32 bits.
pub type DWORD = u32;
/// A number of 32 bits.
pub type UINT = u32;
/// A number of 32 bits.
pub type ULONG = u32;
/// FALSE is 0, and anything else TRUE.
pub type BOOL = i32;
/// A byte.
pub type BYTE = u8;
/// A unit of UTF-16.
pub type WCHAR = u16;
/// A text that is only read, with a NUL at its end.
pub type LPCWSTR = *const WCHAR;
/// A text with a NUL at its end.
pub type LPWSTR = *mut WCHAR;
/// A number to be written to.
pub type LPDWORD = *mut DWORD;
/// Bytes to be written to.
pub type PBYTE = *mut BYTE;
/// What the functions return: a Win32 code. In C it carries their calling convention.
pub type WinapiDword = DWORD;

/// The size of a session key in bytes.
pub const RM_SESSION_KEY_LEN: DWORD = 16;
/// The characters of a session key; its buffer has one more, for the NUL.
pub const CCH_RM_SESSION_KEY: DWORD = 32;
/// The most characters of an application's name.
pub const CCH_RM_MAX_APP_NAME: DWORD = 255;
/// The most characters of a service's short name.
pub const CCH_RM_MAX_SVC_NAME: DWORD = 63;
/// Not a terminal session.
pub const RM_INVALID_TS_SESSION: i32 = -1;
/// Not a process.
pub const RM_INVALID_PROCESS: i32 = -1;

/// What became of an application: bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum RM_APP_STATUS {
    /// It was looked at by nobody, or is in none of the other states.
    RmStatusUnknown = 0x0,
    /// It runs.
    RmStatusRunning = 0x1,
    /// The Restart Manager stopped it.
    RmStatusStopped = 0x2,
    /// It stopped otherwise.
    RmStatusStoppedOther = 0x4,
    /// The Restart Manager restarted it.
    RmStatusRestarted = 0x8,
    /// Stopping it failed.
    RmStatusErrorOnStop = 0x10,
    /// Restarting it failed.
    RmStatusErrorOnRestart = 0x20,
    /// A filter keeps it from being shut down.
    RmStatusShutdownMasked = 0x40,
    /// A filter keeps it from being restarted.
    RmStatusRestartMasked = 0x80,
}

/// How `RmShutdown` goes about it: bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum RM_SHUTDOWN_TYPE {
    /// Who does not answer in time, or refuses, is forced.
    RmForceShutdown = 0x1,
    /// Nobody is shut down unless all are registered for restart.
    RmShutdownOnlyRegistered = 0x10,
}

/// What kind of application it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum RM_APP_TYPE {
    /// None of the others; only force stops it.
    RmUnknownApp = 0,
    /// It has a top-level window.
    RmMainWindow = 1,
    /// It has windows, but none at the top level.
    RmOtherWindow = 2,
    /// A service.
    RmService = 3,
    /// The Explorer.
    RmExplorer = 4,
    /// A console application.
    RmConsole = 5,
    /// A critical process, which only a reboot stops.
    RmCritical = 1000,
}

/// Why a reboot is needed: bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum RM_REBOOT_REASON {
    /// None is.
    RmRebootReasonNone = 0x0,
    /// The installer may not shut a process down.
    RmRebootReasonPermissionDenied = 0x1,
    /// A process is in another terminal session.
    RmRebootReasonSessionMismatch = 0x2,
    /// A critical process is affected.
    RmRebootReasonCriticalProcess = 0x4,
    /// A critical service is affected.
    RmRebootReasonCriticalService = 0x8,
    /// The installer itself is affected.
    RmRebootReasonDetectedSelf = 0x10,
}

/// What a filter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum RM_FILTER_TRIGGER {
    /// Nothing.
    RmFilterTriggerInvalid = 0,
    /// The program with a file name.
    RmFilterTriggerFile = 1,
    /// A process.
    RmFilterTriggerProcess = 2,
    /// A service.
    RmFilterTriggerService = 3,
}

/// What a filter does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum RM_FILTER_ACTION {
    /// Nothing.
    RmInvalidFilterAction = 0,
    /// It prevents the restart.
    RmNoRestart = 1,
    /// It prevents shutdown and restart.
    RmNoShutdown = 2,
}

/// A moment in units of 100 ns since 1601.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct FILETIME {
    /// The lower half.
    pub dwLowDateTime: DWORD,
    /// The upper half.
    pub dwHighDateTime: DWORD,
}

/// A process, which its id and the time of its start tell from all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct RM_UNIQUE_PROCESS {
    /// Its id.
    pub dwProcessId: DWORD,
    /// When it started, as `GetProcessTimes` tells.
    pub ProcessStartTime: FILETIME,
}

/// An application that is affected.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RM_PROCESS_INFO {
    /// Its process.
    pub Process: RM_UNIQUE_PROCESS,
    /// Its name for people.
    pub strAppName: [WCHAR; 256],
    /// The short name, if it is a service.
    pub strServiceShortName: [WCHAR; 64],
    /// What kind it is; in C any number can stand here.
    pub ApplicationType: MaybeUninit<RM_APP_TYPE>,
    /// What became of it, bits of `RM_APP_STATUS`.
    pub AppStatus: ULONG,
    /// Its terminal session.
    pub TSSessionId: DWORD,
    /// Whether it can be restarted.
    pub bRestartable: BOOL,
}

/// An entry of the list of filters.
#[derive(Clone, Copy)]
#[expect(
    missing_debug_implementations,
    reason = "the trigger alone tells which member of the union is meant"
)]
#[repr(C)]
pub struct RM_FILTER_INFO {
    /// What it does; in C any number can stand here.
    pub FilterAction: MaybeUninit<RM_FILTER_ACTION>,
    /// Whom it is about, and so which member of the union is meant.
    pub FilterTrigger: MaybeUninit<RM_FILTER_TRIGGER>,
    /// How many bytes behind this entry the next one begins; 0: there is none.
    pub cbNextOffset: DWORD,
    /// Whom it is about; in C its members are those of the structure.
    pub Target: RM_FILTER_INFO_TARGET,
}

/// Whom an entry of the list of filters is about.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "the trigger alone tells which member is meant")]
#[repr(C)]
pub union RM_FILTER_INFO_TARGET {
    /// The program with this file name.
    pub strFilename: LPWSTR,
    /// This process.
    pub Process: RM_UNIQUE_PROCESS,
    /// The service with this short name.
    pub strServiceShortName: LPWSTR,
}

/// Is told how far a call has come, in percent.
///
/// Microsoft's type states no calling convention, unlike the functions; the difference exists on 32-bit Windows only.
/// Rule: STATUS-01.
pub type RM_WRITE_STATUS_CALLBACK = Option<unsafe extern "C" fn(nPercentComplete: UINT)>;

#[cfg(test)]
mod tests {
    use std::mem::{align_of, offset_of, size_of};

    use windows_sys::Win32::Foundation as foundation;
    use windows_sys::Win32::System::RestartManager as api;

    use super::*;

    /// Asserts that a type has the layout that it has elsewhere.
    macro_rules! same_layout {
        ($type:ident, $theirs:ty, $($field:ident = $their_field:ident),*) => {
            assert_eq!(size_of::<$type>(), size_of::<$theirs>());
            assert_eq!(align_of::<$type>(), align_of::<$theirs>());
            $(assert_eq!(offset_of!($type, $field), offset_of!($theirs, $their_field));)*
        };
    }

    #[test]
    fn layouts_are_those_of_windows_sys() {
        same_layout!(
            FILETIME,
            foundation::FILETIME,
            dwLowDateTime = dwLowDateTime,
            dwHighDateTime = dwHighDateTime
        );
        same_layout!(
            RM_UNIQUE_PROCESS,
            api::RM_UNIQUE_PROCESS,
            dwProcessId = dwProcessId,
            ProcessStartTime = ProcessStartTime
        );
        same_layout!(
            RM_PROCESS_INFO,
            api::RM_PROCESS_INFO,
            Process = Process,
            strAppName = strAppName,
            strServiceShortName = strServiceShortName,
            ApplicationType = ApplicationType,
            AppStatus = AppStatus,
            TSSessionId = TSSessionId,
            bRestartable = bRestartable
        );
        same_layout!(
            RM_FILTER_INFO,
            api::RM_FILTER_INFO,
            FilterAction = FilterAction,
            FilterTrigger = FilterTrigger,
            cbNextOffset = cbNextOffset,
            Target = Anonymous
        );
        same_layout!(
            RM_FILTER_INFO_TARGET,
            api::RM_FILTER_INFO_0,
            strFilename = strFilename,
            Process = Process,
            strServiceShortName = strServiceShortName
        );
    }

    /// Asserts that constants have the numbers that they have elsewhere.
    macro_rules! same_numbers {
        ($type:ident: $($name:ident),*) => {
            $(
                let number = $type::$name as i32;
                assert_eq!(number, api::$name, stringify!($name));
            )*
        };
    }

    #[test]
    fn numbers_are_those_of_windows_sys() {
        assert_eq!(CCH_RM_SESSION_KEY, api::CCH_RM_SESSION_KEY);
        assert_eq!(CCH_RM_MAX_APP_NAME, api::CCH_RM_MAX_APP_NAME);
        assert_eq!(CCH_RM_MAX_SVC_NAME, api::CCH_RM_MAX_SVC_NAME);
        assert_eq!(RM_INVALID_TS_SESSION, api::RM_INVALID_TS_SESSION);
        assert_eq!(RM_INVALID_PROCESS, api::RM_INVALID_PROCESS);
        assert_eq!(RM_SESSION_KEY_LEN * 2, CCH_RM_SESSION_KEY);
        same_numbers!(
            RM_APP_STATUS: RmStatusUnknown, RmStatusRunning, RmStatusStopped, RmStatusStoppedOther,
            RmStatusRestarted, RmStatusErrorOnStop, RmStatusErrorOnRestart, RmStatusShutdownMasked,
            RmStatusRestartMasked
        );
        same_numbers!(RM_SHUTDOWN_TYPE: RmForceShutdown, RmShutdownOnlyRegistered);
        same_numbers!(
            RM_APP_TYPE: RmUnknownApp, RmMainWindow, RmOtherWindow, RmService, RmExplorer, RmConsole, RmCritical
        );
        same_numbers!(
            RM_REBOOT_REASON: RmRebootReasonNone, RmRebootReasonPermissionDenied,
            RmRebootReasonSessionMismatch, RmRebootReasonCriticalProcess, RmRebootReasonCriticalService,
            RmRebootReasonDetectedSelf
        );
        same_numbers!(
            RM_FILTER_TRIGGER: RmFilterTriggerInvalid, RmFilterTriggerFile, RmFilterTriggerProcess,
            RmFilterTriggerService
        );
        same_numbers!(RM_FILTER_ACTION: RmInvalidFilterAction, RmNoRestart, RmNoShutdown);
    }
}
