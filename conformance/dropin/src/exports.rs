//! The eleven functions as they are exported.
//!
//! # Safety
//!
//! Of each function: a pointer is NULL or leads to what the interface demands, at any address; an array, where its
//! count is 0, to anything. A text ends with a NUL, or goes on for as many units as are read of it: 33 of a session
//! key, 32,768 of a name. A session key's buffer has 33 units. A callback can be called in this thread.

#![expect(unsafe_code, reason = "exports functions that take the pointers of a caller")]
#![expect(non_snake_case, reason = "Microsoft's names")]
#![expect(clippy::missing_safety_doc, reason = "what is safe is the same for all and stands above")]

use std::mem::MaybeUninit;

use rstmgr_conformance::request::{Call, FilterTarget};

use crate::abi::{
    DWORD, LPCWSTR, LPDWORD, PBYTE, RM_FILTER_ACTION, RM_PROCESS_INFO, RM_UNIQUE_PROCESS,
    RM_WRITE_STATUS_CALLBACK, UINT, ULONG, WCHAR, WinapiDword,
};
use crate::calling::{Unanswered, answer, perform};
use crate::{read, write};

/// Starts a session: writes its handle and its key.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RmStartSession(
    pSessionHandle: *mut DWORD,
    dwSessionFlags: DWORD,
    strSessionKey: *mut WCHAR,
) -> WinapiDword {
    answer(|| {
        let call = Call::StartSession {
            flags: dwSessionFlags,
            null_handle: pSessionHandle.is_null(),
            null_key: strSessionKey.is_null(),
            // SAFETY: as the caller promises.
            key_buffer: unsafe { read::key_buffer(strSessionKey) },
        };
        let answer = perform(&call, |_| {})?;
        // SAFETY: as the caller promises.
        unsafe {
            write::number(pSessionHandle, answer.observation.handle);
            write::key(strSessionKey, answer.observation.key.as_ref());
        }
        Ok(answer.code)
    })
}

/// Joins the session with a key: writes a handle.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RmJoinSession(
    pSessionHandle: *mut DWORD,
    strSessionKey: *const WCHAR,
) -> WinapiDword {
    answer(|| {
        // SAFETY: as the caller promises.
        let key = unsafe { read::key(strSessionKey) };
        let answer = perform(&Call::JoinSession { null_handle: pSessionHandle.is_null(), key }, |_| {})?;
        // SAFETY: as the caller promises.
        unsafe { write::number(pSessionHandle, answer.observation.handle) };
        Ok(answer.code)
    })
}

/// Ends a session, or leaves the one that was joined.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RmEndSession(dwSessionHandle: DWORD) -> WinapiDword {
    answer(|| code_of(&Call::EndSession { handle: dwSessionHandle }))
}

/// Registers files, processes and services with a session.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RmRegisterResources(
    dwSessionHandle: DWORD,
    nFiles: UINT,
    rgsFileNames: *mut LPCWSTR,
    nApplications: UINT,
    rgApplications: *mut RM_UNIQUE_PROCESS,
    nServices: UINT,
    rgsServiceNames: *mut LPCWSTR,
) -> WinapiDword {
    answer(|| {
        // SAFETY: as the caller promises.
        let call = unsafe {
            Call::RegisterResources {
                handle: dwSessionHandle,
                files: read::names(nFiles, rgsFileNames)?,
                processes: read::processes(nApplications, rgApplications)?,
                services: read::names(nServices, rgsServiceNames)?,
            }
        };
        code_of(&call)
    })
}

/// Writes who uses what is registered, and why a reboot would be needed.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RmGetList(
    dwSessionHandle: DWORD,
    pnProcInfoNeeded: *mut UINT,
    pnProcInfo: *mut UINT,
    rgAffectedApps: *mut RM_PROCESS_INFO,
    lpdwRebootReasons: LPDWORD,
) -> WinapiDword {
    answer(|| {
        // SAFETY: as the caller promises.
        let capacity = unsafe { read::number(pnProcInfo) };
        let call = Call::GetList {
            handle: dwSessionHandle,
            capacity,
            null_array: rgAffectedApps.is_null(),
            null_needed: pnProcInfoNeeded.is_null(),
            null_count: pnProcInfo.is_null(),
            null_reasons: lpdwRebootReasons.is_null(),
        };
        let answer = perform(&call, |_| {})?;
        if let Some(list) = &answer.observation.list {
            // SAFETY: as the caller promises.
            unsafe {
                write::affected(rgAffectedApps, capacity, &list.affected);
                write::number(pnProcInfoNeeded, list.needed);
                write::number(pnProcInfo, list.count);
                write::number(lpdwRebootReasons, list.reasons);
            }
        }
        Ok(answer.code)
    })
}

/// Shuts down who uses what is registered.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RmShutdown(
    dwSessionHandle: DWORD,
    lActionFlags: ULONG,
    fnStatus: RM_WRITE_STATUS_CALLBACK,
) -> WinapiDword {
    let call = Call::Shutdown { handle: dwSessionHandle, flags: lActionFlags, callback: fnStatus.is_some() };
    // SAFETY: as the caller promises.
    answer(|| unsafe { with_status(&call, fnStatus) })
}

/// Restarts who was shut down.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RmRestart(
    dwSessionHandle: DWORD,
    dwRestartFlags: DWORD,
    fnStatus: RM_WRITE_STATUS_CALLBACK,
) -> WinapiDword {
    let call = Call::Restart { handle: dwSessionHandle, flags: dwRestartFlags, callback: fnStatus.is_some() };
    // SAFETY: as the caller promises.
    answer(|| unsafe { with_status(&call, fnStatus) })
}

/// Cancels what a session does, from another thread or from the callback.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RmCancelCurrentTask(dwSessionHandle: DWORD) -> WinapiDword {
    answer(|| code_of(&Call::CancelCurrentTask { handle: dwSessionHandle }))
}

/// Changes what is done to a program, a process or a service.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RmAddFilter(
    dwSessionHandle: DWORD,
    strModuleName: LPCWSTR,
    pProcess: *mut RM_UNIQUE_PROCESS,
    strServiceShortName: LPCWSTR,
    FilterAction: MaybeUninit<RM_FILTER_ACTION>,
) -> WinapiDword {
    answer(|| {
        // SAFETY: the argument has the size of a number, and the caller passes one.
        let action = unsafe { FilterAction.as_ptr().cast::<DWORD>().read() };
        // SAFETY: as the caller promises.
        let target = unsafe { target(strModuleName, pProcess, strServiceShortName) };
        code_of(&Call::AddFilter { handle: dwSessionHandle, target, action })
    })
}

/// Takes back what `RmAddFilter` changed.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RmRemoveFilter(
    dwSessionHandle: DWORD,
    strModuleName: LPCWSTR,
    pProcess: *mut RM_UNIQUE_PROCESS,
    strServiceShortName: LPCWSTR,
) -> WinapiDword {
    answer(|| {
        // SAFETY: as the caller promises.
        let target = unsafe { target(strModuleName, pProcess, strServiceShortName) };
        code_of(&Call::RemoveFilter { handle: dwSessionHandle, target })
    })
}

/// Writes the filters of a session into a buffer, as a chain of `RM_FILTER_INFO`.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn RmGetFilterList(
    dwSessionHandle: DWORD,
    pbFilterBuf: PBYTE,
    cbFilterBuf: DWORD,
    cbFilterBufNeeded: LPDWORD,
) -> WinapiDword {
    answer(|| {
        let call = Call::GetFilterList {
            handle: dwSessionHandle,
            capacity: cbFilterBuf,
            null_buffer: pbFilterBuf.is_null(),
            null_needed: cbFilterBufNeeded.is_null(),
        };
        let answer = perform(&call, |_| {})?;
        let list = answer.observation.filters.as_deref();
        // SAFETY: as the caller promises.
        unsafe {
            write::filters(pbFilterBuf, cbFilterBuf, list)?;
            write::number(cbFilterBufNeeded, list.and_then(|list| list.needed));
        }
        Ok(answer.code)
    })
}

/// Makes a call that gives a code only.
fn code_of(call: &Call) -> Result<DWORD, Unanswered> {
    Ok(perform(call, |_| {})?.code)
}

/// Makes a call that tells a callback how far it has come.
///
/// # Safety
///
/// The callback can be called in this thread.
unsafe fn with_status(call: &Call, callback: RM_WRITE_STATUS_CALLBACK) -> Result<DWORD, Unanswered> {
    let status = |percent| {
        if let Some(callback) = callback {
            // SAFETY: as the caller promises.
            unsafe { callback(percent) };
        }
    };
    Ok(perform(call, status)?.code)
}

/// Whom a filter is about.
///
/// # Safety
///
/// Each pointer is NULL or leads to what it says, at any address.
unsafe fn target(module: LPCWSTR, process: *const RM_UNIQUE_PROCESS, service: LPCWSTR) -> FilterTarget {
    // SAFETY: as the caller promises.
    unsafe {
        FilterTarget {
            module: read::name(module),
            process: read::process(process),
            service: read::name(service),
        }
    }
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod scripted;
#[cfg(test)]
mod tests;
