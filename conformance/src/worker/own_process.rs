//! What a worker asks and tells the system about itself.

#![cfg_attr(windows, expect(unsafe_code, reason = "the functions of Windows are foreign"))]

use std::io;

use crate::request::UniqueProcess;

/// This process, as `RM_UNIQUE_PROCESS` names it.
#[cfg(windows)]
pub(crate) fn identity() -> io::Result<UniqueProcess> {
    let rstmgr_fixture::UniqueProcess { pid, start_time } = rstmgr_fixture::own_process()?;
    Ok(UniqueProcess { pid, start_time })
}

/// This process; it has no creation time as Windows has one, and 0 stands in its place.
#[cfg(not(windows))]
pub(crate) fn identity() -> io::Result<UniqueProcess> {
    Ok(UniqueProcess { pid: std::process::id(), start_time: 0 })
}

/// Makes a crash of this process end it at once, without a dialog that waits for somebody.
#[cfg(windows)]
pub(crate) fn end_without_dialogs() {
    const FAIL_CRITICAL_ERRORS: u32 = 1;
    const NO_FAULT_DIALOG: u32 = 2;
    // Declared here, since it alone would need another feature of windows-sys.
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn SetErrorMode(mode: u32) -> u32;
    }
    // SAFETY: the function takes a number and has no preconditions.
    unsafe { SetErrorMode(FAIL_CRITICAL_ERRORS | NO_FAULT_DIALOG) };
}

/// Nothing to do: a crash shows no dialog here.
#[cfg(not(windows))]
pub(crate) fn end_without_dialogs() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_an_identity_that_stays() {
        let first = identity().unwrap();
        assert_eq!(first, identity().unwrap());
        assert_eq!(first.pid, std::process::id());
        assert_eq!(first.start_time > 0, cfg!(windows));
    }
}
