//! Where the library comes from: a path in the environment, or the system.

use std::error::Error;
use std::io;
use std::path::Path;

use libloading::Library;

/// The environment variable with the path of a library to be tested instead of the system's own.
pub(crate) const DLL_VARIABLE: &str = "RSTMGR_DLL";

/// Loads the library that [`DLL_VARIABLE`] names, or on Windows the system's `rstrtmgr.dll`.
pub(super) fn load() -> io::Result<Library> {
    match std::env::var_os(DLL_VARIABLE) {
        Some(path) => load_from(&std::path::absolute(path)?),
        None => load_from_system(),
    }
}

#[cfg(windows)]
pub(super) fn load_from(path: &Path) -> io::Result<Library> {
    load_with_flags(path, libloading::os::windows::LOAD_WITH_ALTERED_SEARCH_PATH)
}

#[cfg(windows)]
fn load_from_system() -> io::Result<Library> {
    load_with_flags(Path::new("rstrtmgr.dll"), libloading::os::windows::LOAD_LIBRARY_SEARCH_SYSTEM32)
}

#[cfg(windows)]
fn load_with_flags(path: &Path, flags: u32) -> io::Result<Library> {
    // SAFETY: the system's DLL may be loaded by anybody; for another one, who set the variable vouches.
    let library = unsafe { libloading::os::windows::Library::load_with_flags(path, flags) };
    library.map(Library::from).map_err(|error| not_loaded(path, &error))
}

#[cfg(not(windows))]
pub(super) fn load_from(path: &Path) -> io::Result<Library> {
    // SAFETY: who set the variable vouches for the library.
    unsafe { Library::new(path) }.map_err(|error| not_loaded(path, &error))
}

#[cfg(not(windows))]
fn load_from_system() -> io::Result<Library> {
    let message = format!("this system has no Restart Manager, and `{DLL_VARIABLE}` names none");
    Err(io::Error::new(io::ErrorKind::NotFound, message))
}

/// The loader's own message ends before what the system said.
fn not_loaded(path: &Path, error: &libloading::Error) -> io::Error {
    let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    io::Error::other(format!("cannot load `{}`: {cause}", path.display()))
}
