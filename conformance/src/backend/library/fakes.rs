//! A library that behaves as the tests of others need it.

use std::cell::Cell;
use std::thread;

use windows_sys::Win32::System::RestartManager::RM_WRITE_STATUS_CALLBACK;

use super::Exports;

/// `RmShutdown` has a status for each number below its flags, and returns its handle; `RmRestart` never returns;
/// `RmCancelCurrentTask` returns how many `RmShutdown` its thread is in. The others are missing.
pub(crate) fn exports() -> Exports {
    Exports {
        shutdown: Some(tell_and_return_handle),
        restart: Some(never_return),
        cancel_current_task: Some(depth),
        ..Exports::default()
    }
}

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

unsafe extern "system" fn tell_and_return_handle(
    handle: u32,
    flags: u32,
    callback: RM_WRITE_STATUS_CALLBACK,
) -> u32 {
    DEPTH.set(DEPTH.get() + 1);
    if let Some(callback) = callback {
        for percent in 0..flags {
            // SAFETY: the callback can be called at any time on the thread of the call.
            unsafe { callback(percent) };
        }
    }
    DEPTH.set(DEPTH.get() - 1);
    handle
}

unsafe extern "system" fn never_return(_handle: u32, _flags: u32, _: RM_WRITE_STATUS_CALLBACK) -> u32 {
    loop {
        thread::park();
    }
}

unsafe extern "system" fn depth(_handle: u32) -> u32 {
    DEPTH.get()
}
