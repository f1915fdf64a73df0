//! Where the library comes from: a path in the environment, or the system.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use libloading::Library;

/// The environment variable with the path of a library to be tested instead of the system's own.
pub(crate) const DLL_VARIABLE: &str = "RSTMGR_DLL";

/// What our own library is called here.
const OWN: &str = if cfg!(windows) { "rstrtmgr.dll" } else { "librstrtmgr.so" };

/// The library that was chosen on the command line.
static CHOSEN: OnceLock<PathBuf> = OnceLock::new();

/// Puts the library at `path` to the test in the place of another, from now on; the first that is chosen stays.
///
/// # Errors
///
/// If there is no such file.
pub(crate) fn choose(path: &Path) -> io::Result<()> {
    let path = existing(path)?;
    CHOSEN.get_or_init(|| path);
    Ok(())
}

/// The library that was chosen, or that [`DLL_VARIABLE`] names.
pub(crate) fn chosen() -> Option<PathBuf> {
    CHOSEN.get().cloned().or_else(|| std::env::var_os(DLL_VARIABLE).map(PathBuf::from))
}

/// The library that was [chosen], or else our own, which lies beside this program.
///
/// # Errors
///
/// If there is none.
pub(crate) fn path() -> io::Result<PathBuf> {
    if let Some(path) = chosen() {
        return existing(&path);
    }
    let beside = std::env::current_exe()?.with_file_name(OWN);
    if beside.is_file() {
        return Ok(beside);
    }
    let directory = beside.parent().unwrap_or(&beside).display();
    let message = format!(
        "there is no `{OWN}` in {directory}: build it with `cargo build --release -p rstmgr-dropin`, or name one with --dll or {DLL_VARIABLE}"
    );
    Err(io::Error::new(io::ErrorKind::NotFound, message))
}

/// Whether the library that was [chosen] is our own, or another that looks for a simulation where ours does: then a
/// simulation has to be served to it.
///
/// # Errors
///
/// If it cannot be read.
#[cfg(windows)]
pub(crate) fn wants_simulation() -> io::Result<bool> {
    chosen().map_or(Ok(false), |path| looks_for_simulation(&path))
}

/// Whether a library has the name in it by which ours finds its simulation.
#[cfg(any(windows, test))]
pub(super) fn looks_for_simulation(path: &Path) -> io::Result<bool> {
    let name = crate::shared::protocol::SERVER_VARIABLE.as_bytes();
    let content = std::fs::read(path)?;
    Ok(content.windows(name.len()).any(|part| part == name))
}

/// The absolute path of a file that is there.
fn existing(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    if path.is_file() {
        return Ok(path);
    }
    let message = format!("there is no library `{}`", path.display());
    Err(io::Error::new(io::ErrorKind::NotFound, message))
}

/// Loads the library that [`DLL_VARIABLE`] names, or on Windows the system's `rstrtmgr.dll`.
pub(super) fn load() -> io::Result<Library> {
    match chosen() {
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
