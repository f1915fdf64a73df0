//! Keeps the library in its process once it is called: what it knows there, it could not find again. Elsewhere the
//! linker says so, in `build.rs`.

#![cfg_attr(windows, expect(unsafe_code, reason = "the functions of Windows are foreign"))]

/// From now on this library is not unloaded.
#[cfg(windows)]
pub(crate) fn pin() {
    use std::ptr;

    use windows_sys::Win32::System::LibraryLoader::{
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
    };

    /// An address in this library.
    static HERE: u8 = 0;
    let flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN;
    let mut module = ptr::null_mut();
    // SAFETY: with these flags the name is an address, and the handle outlives the call. Where it fails the library
    // can be unloaded as any other.
    let _pinned = unsafe { GetModuleHandleExW(flags, (&raw const HERE).cast(), &raw mut module) };
}

/// Nothing to do.
#[cfg(not(windows))]
pub(crate) fn pin() {}
