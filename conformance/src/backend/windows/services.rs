//! Services of a scenario's world: installed, asked and removed through the service control manager.
//!
//! Their short names begin with that of the run's folder, so that none of the machine's own is ever meant, and what a
//! killed run left is known.

#![expect(unsafe_code, reason = "the functions of Windows are foreign")]

use std::io;
use std::ptr;

use windows_sys::Win32::Foundation::ERROR_SERVICE_DOES_NOT_EXIST;
use windows_sys::Win32::System::Services::{
    ChangeServiceConfigW, CloseServiceHandle, ControlService, CreateServiceW, DeleteService,
    ENUM_SERVICE_STATUSW, EnumServicesStatusW, OpenSCManagerW, OpenServiceW, SC_HANDLE, SC_MANAGER_CONNECT,
    SC_MANAGER_CREATE_SERVICE, SC_MANAGER_ENUMERATE_SERVICE, SERVICE_ALL_ACCESS, SERVICE_CONTROL_STOP,
    SERVICE_DEMAND_START, SERVICE_DISABLED, SERVICE_ERROR_IGNORE, SERVICE_NO_CHANGE, SERVICE_STATE_ALL,
    SERVICE_STATUS, SERVICE_WIN32, SERVICE_WIN32_OWN_PROCESS, SERVICE_WIN32_SHARE_PROCESS, StartServiceW,
};

use super::folder::PREFIX;
use super::security::check;

/// A handle of the service control manager.
struct Handle(SC_HANDLE);

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle is open, and nobody uses it any more.
        unsafe { CloseServiceHandle(self.0) };
    }
}

/// A service to be installed.
#[derive(Debug)]
pub(super) struct NewService<'a> {
    /// Its short name, which begins with [`PREFIX`].
    pub(super) name: &'a str,
    /// Its display name.
    pub(super) display_name: &'a str,
    /// The full path of its program.
    pub(super) image: &'a str,
    /// Whether other services are in its process.
    pub(super) is_shared: bool,
    /// The short names of the services that it depends on.
    pub(super) depends_on: &'a [&'a str],
    /// Whether it cannot be started.
    pub(super) is_disabled: bool,
}

/// Installs a service that is started on demand.
///
/// # Errors
///
/// If this user may not, or there is one with this name.
pub(super) fn install(service: &NewService<'_>) -> io::Result<()> {
    check_name(service.name)?;
    let manager = manager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE)?;
    let [name, display_name] = [service.name, service.display_name].map(wide);
    let image = wide(&format!("\"{}\"", service.image));
    let needs = service.depends_on.join("\0") + "\0";
    let needs = wide(&needs);
    let kind = if service.is_shared { SERVICE_WIN32_SHARE_PROCESS } else { SERVICE_WIN32_OWN_PROCESS };
    let start = if service.is_disabled { SERVICE_DISABLED } else { SERVICE_DEMAND_START };
    // SAFETY: the manager's handle is open, all texts end with a NUL, that of the dependencies with two, and outlive
    // the call; all other pointers are NULL, as they may be.
    let made = unsafe {
        CreateServiceW(
            manager.0,
            name.as_ptr(),
            display_name.as_ptr(),
            SERVICE_ALL_ACCESS,
            kind,
            start,
            SERVICE_ERROR_IGNORE,
            image.as_ptr(),
            ptr::null(),
            ptr::null_mut(),
            needs.as_ptr(),
            ptr::null(),
            ptr::null(),
        )
    };
    opened(made).map(drop)
}

/// Has a service started; it runs later.
///
/// # Errors
///
/// What Windows says against it.
pub(super) fn start(name: &str) -> io::Result<()> {
    let service = open(name)?;
    // SAFETY: the handle is open, and there are no arguments.
    check(unsafe { StartServiceW(service.0, 0, ptr::null()) })
}

/// Asks a service to stop; it stops later.
///
/// # Errors
///
/// What Windows says against it.
pub(super) fn stop(name: &str) -> io::Result<()> {
    let service = open(name)?;
    let mut status = SERVICE_STATUS::default();
    // SAFETY: the handle is open, and the status outlives the call.
    check(unsafe { ControlService(service.0, SERVICE_CONTROL_STOP, &raw mut status) })
}

/// Lets a service be started from now on, or not.
///
/// # Errors
///
/// What Windows says against it.
pub(super) fn switch(name: &str, is_enabled: bool) -> io::Result<()> {
    let service = open(name)?;
    let start = if is_enabled { SERVICE_DEMAND_START } else { SERVICE_DISABLED };
    // SAFETY: the handle is open, and all pointers are NULL, which changes nothing.
    check(unsafe {
        ChangeServiceConfigW(
            service.0,
            SERVICE_NO_CHANGE,
            start,
            SERVICE_NO_CHANGE,
            ptr::null(),
            ptr::null(),
            ptr::null_mut(),
            ptr::null(),
            ptr::null(),
            ptr::null(),
            ptr::null(),
        )
    })
}

/// Removes a service; it is gone once it has stopped.
///
/// # Errors
///
/// If this user may not. That there is none is no error.
pub(super) fn remove(name: &str) -> io::Result<()> {
    let service = match open(name) {
        Ok(service) => service,
        Err(error) if is_code(&error, ERROR_SERVICE_DOES_NOT_EXIST) => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut status = SERVICE_STATUS::default();
    // SAFETY: the handle is open, and the status outlives the calls.
    unsafe {
        // One that does not run, or does not want to, is removed all the same.
        ControlService(service.0, SERVICE_CONTROL_STOP, &raw mut status);
        check(DeleteService(service.0))
    }
}

/// Removes all services that a killed run left, by the name of its folder.
pub(super) fn remove_all(folder: &str) {
    for name in names().unwrap_or_default() {
        if name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('-')) {
            // The next run tries it again.
            let _left = remove(&name);
        }
    }
}

/// The short names of all services of this machine that are like ours.
pub(super) fn names() -> io::Result<Vec<String>> {
    const ENTRY: usize = size_of::<ENUM_SERVICE_STATUSW>();
    let manager = manager(SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE)?;
    let mut names = Vec::new();
    let mut resume = 0;
    loop {
        let mut space = vec![ENUM_SERVICE_STATUSW::default(); 65_536 / ENTRY];
        let size = u32::try_from(space.len() * ENTRY).unwrap_or(0);
        let (mut needed, mut count) = (0, 0);
        // SAFETY: the space has as many bytes as its size says and is aligned for its entries; the numbers outlive the
        // call.
        let done = unsafe {
            EnumServicesStatusW(
                manager.0,
                SERVICE_WIN32,
                SERVICE_STATE_ALL,
                space.as_mut_ptr(),
                size,
                &raw mut needed,
                &raw mut count,
                &raw mut resume,
            )
        };
        for entry in space.iter().take(usize::try_from(count).unwrap_or(0)) {
            // SAFETY: the call has put texts into the same space, each with a NUL at its end.
            let name = unsafe { text_at(entry.lpServiceName) };
            if name.starts_with(PREFIX) {
                names.push(name);
            }
        }
        if done != 0 || count == 0 {
            return Ok(names);
        }
    }
}

/// Reads a text.
///
/// # Safety
///
/// The pointer leads to a text with a NUL at its end.
unsafe fn text_at(text: *const u16) -> String {
    let mut units = Vec::new();
    let mut unit = text;
    // SAFETY: as the caller promises.
    while unsafe { *unit } != 0 {
        // SAFETY: as the caller promises; the next unit is the NUL at the latest.
        unsafe {
            units.push(*unit);
            unit = unit.add(1);
        }
    }
    String::from_utf16_lossy(&units)
}

fn manager(access: u32) -> io::Result<Handle> {
    // SAFETY: this machine, and the database that is active.
    opened(unsafe { OpenSCManagerW(ptr::null(), ptr::null(), access) })
}

fn open(name: &str) -> io::Result<Handle> {
    check_name(name)?;
    let manager = manager(SC_MANAGER_CONNECT)?;
    let name = wide(name);
    // SAFETY: the manager's handle is open, and the name ends with a NUL.
    opened(unsafe { OpenServiceW(manager.0, name.as_ptr(), SERVICE_ALL_ACCESS) })
}

fn opened(handle: SC_HANDLE) -> io::Result<Handle> {
    if handle.is_null() { Err(io::Error::last_os_error()) } else { Ok(Handle(handle)) }
}

/// No service but ours is ever opened.
fn check_name(name: &str) -> io::Result<()> {
    if name.starts_with(PREFIX) {
        return Ok(());
    }
    let message = format!("`{name}` is no service of a scenario");
    Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
}

fn is_code(error: &io::Error, code: u32) -> bool {
    error.raw_os_error().is_some_and(|raw| u32::try_from(raw) == Ok(code))
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_own_services_are_never_opened() {
        for name in ["Spooler", "", "RSTMGR-x", "rstmgr"] {
            let says = format!("`{name}` is no service of a scenario");
            assert_eq!(start(name).unwrap_err().to_string(), says);
            assert_eq!(stop(name).unwrap_err().to_string(), says);
            assert_eq!(switch(name, false).unwrap_err().to_string(), says);
            assert_eq!(remove(name).unwrap_err().to_string(), says);
        }
        let service = NewService {
            name: "Spooler",
            display_name: "Spooler",
            image: r"C:\no.exe",
            is_shared: false,
            depends_on: &[],
            is_disabled: true,
        };
        assert_eq!(install(&service).unwrap_err().to_string(), "`Spooler` is no service of a scenario");
    }

    #[test]
    fn a_service_that_is_not_there_is_removed_already() {
        remove("rstmgr-none-ever").unwrap();
        assert!(start("rstmgr-none-ever").is_err());
    }
}
