//! Folders that this user alone can open, and whether it is elevated.

#![expect(unsafe_code, reason = "the functions of Windows are foreign")]

use std::ffi::c_void;
use std::io;
use std::os::windows::ffi::OsStrExt as _;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::path::Path;
use std::ptr;

use windows_sys::Win32::Foundation::{HANDLE, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, SECURITY_ATTRIBUTES, TOKEN_ELEVATION, TOKEN_INFORMATION_CLASS, TOKEN_QUERY,
    TOKEN_USER, TokenElevation, TokenUser,
};
use windows_sys::Win32::Storage::FileSystem::CreateDirectoryW;
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// Makes a folder that only this user and the system itself, as which services run, can open.
///
/// # Errors
///
/// If there is one already, or none can be made.
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    let list = format!("D:P(A;OICI;FA;;;{})(A;OICI;FA;;;SY)", user()?);
    let list: Vec<u16> = list.encode_utf16().chain([0]).collect();
    let path: Vec<u16> = path.as_os_str().encode_wide().chain([0]).collect();
    let mut descriptor = ptr::null_mut();
    // SAFETY: the text ends with a NUL, and `descriptor` outlives the call.
    let made = unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            list.as_ptr(),
            SDDL_REVISION_1,
            &raw mut descriptor,
            ptr::null_mut(),
        )
    };
    check(made)?;
    let attributes = SECURITY_ATTRIBUTES {
        nLength: size_of_u32::<SECURITY_ATTRIBUTES>(),
        lpSecurityDescriptor: descriptor,
        bInheritHandle: 0,
    };
    // SAFETY: the path ends with a NUL, and the attributes with their descriptor outlive the call.
    let created = check(unsafe { CreateDirectoryW(path.as_ptr(), &raw const attributes) });
    // SAFETY: the descriptor is one that is to be freed so, and nobody uses it any more.
    unsafe { LocalFree(descriptor) };
    created
}

/// Whether this process runs elevated.
pub(super) fn is_elevated() -> bool {
    let mut elevation = TOKEN_ELEVATION::default();
    let space = (&raw mut elevation).cast();
    let asked = token_information(TokenElevation, space, size_of_u32::<TOKEN_ELEVATION>());
    asked.is_ok() && elevation.TokenIsElevated != 0
}

/// The security identifier of this process's user, as text.
fn user() -> io::Result<String> {
    // Room for the longest identifier, aligned for the pointer before it.
    let mut space = [0_u64; 32];
    token_information(TokenUser, space.as_mut_ptr().cast(), 32 * 8)?;
    // SAFETY: the call has put one there, and the space is aligned for it.
    let user = unsafe { space.as_ptr().cast::<TOKEN_USER>().read() };
    let mut text = ptr::null_mut();
    // SAFETY: the identifier lies in the same space, and `text` outlives the call.
    check(unsafe { ConvertSidToStringSidW(user.User.Sid, &raw mut text) })?;
    let mut units = Vec::new();
    // SAFETY: the text ends with a NUL, and no unit behind it is read.
    unsafe {
        let mut unit = text.cast_const();
        while *unit != 0 {
            units.push(*unit);
            unit = unit.add(1);
        }
        LocalFree(text.cast());
    }
    Ok(String::from_utf16_lossy(&units))
}

/// Has Windows write what it knows of this process's token to `space`, of `size` bytes.
fn token_information(what: TOKEN_INFORMATION_CLASS, space: *mut c_void, size: u32) -> io::Result<()> {
    let mut token: HANDLE = ptr::null_mut();
    // SAFETY: the pseudo handle of the own process is always good, and `token` outlives the call.
    check(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) })?;
    // SAFETY: the call gave a handle that nobody else closes.
    let token = unsafe { OwnedHandle::from_raw_handle(token) };
    let mut needed = 0;
    // SAFETY: who calls this function gives a space of as many bytes; `needed` outlives the call.
    check(unsafe { GetTokenInformation(token.as_raw_handle(), what, space, size, &raw mut needed) })
}

/// The size of a type, as Windows wants it told.
pub(super) fn size_of_u32<T>() -> u32 {
    u32::try_from(size_of::<T>()).unwrap_or(u32::MAX)
}

/// The error of a function that returned FALSE.
pub(super) fn check(done: i32) -> io::Result<()> {
    if done == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_folder_is_made_once_and_can_be_used_by_its_user() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("private");
        create_private_folder(&path).unwrap();
        std::fs::write(path.join("file"), "x").unwrap();
        let again = create_private_folder(&path).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn this_user_has_an_identifier() {
        assert!(user().unwrap().starts_with("S-1-"));
    }
}
