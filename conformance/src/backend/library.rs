//! The library that is put to the test, the system's or one from a path: loaded at run time, each function looked up
//! for itself, so that a missing one is an observation; called with buffers that tell what was written to them.
//!
//! Windows is not needed for it: the interface is the same wherever a library has it.

#![expect(unsafe_code, reason = "the functions of a library are foreign and take raw pointers")]

mod buffers;
#[cfg(test)]
pub(crate) mod fakes;
mod filters;
mod loading;
mod status;
#[cfg(test)]
mod tests;

use std::io;
use std::ptr;
use std::sync::Arc;

use libloading::Library;
use windows_sys::Win32::System::RestartManager::{
    RM_PROCESS_INFO, RM_UNIQUE_PROCESS, RM_WRITE_STATUS_CALLBACK,
};
use windows_sys::core::{PCWSTR, PWSTR};

pub(crate) use self::buffers::LIST_CAPACITY_MAX;
use self::buffers::{KeyBuffer, ListBuffer, UNTOUCHED, WideStrings, file_time, wide, written};
pub(crate) use self::filters::FILTERS_CAPACITY_MAX;
use self::filters::FilterBuffer;
#[cfg(windows)]
pub(crate) use self::loading::wants_simulation;
pub(crate) use self::loading::{DLL_VARIABLE, choose, chosen, path};
pub(crate) use self::status::Listener;
use self::status::Statuses;
use crate::request::{
    ArrayArgument, Call, Ending, FilterList, FilterTarget, List, Observation, UniqueProcess,
};

type StartSession = unsafe extern "system" fn(*mut u32, u32, PWSTR) -> u32;
type JoinSession = unsafe extern "system" fn(*mut u32, PCWSTR) -> u32;
type RegisterResources = unsafe extern "system" fn(
    u32,
    u32,
    *const PCWSTR,
    u32,
    *const RM_UNIQUE_PROCESS,
    u32,
    *const PCWSTR,
) -> u32;
type GetList = unsafe extern "system" fn(u32, *mut u32, *mut u32, *mut RM_PROCESS_INFO, *mut u32) -> u32;
type OfSession = unsafe extern "system" fn(u32) -> u32;
type WithStatus = unsafe extern "system" fn(u32, u32, RM_WRITE_STATUS_CALLBACK) -> u32;
type AddFilter = unsafe extern "system" fn(u32, PCWSTR, *const RM_UNIQUE_PROCESS, PCWSTR, i32) -> u32;
type RemoveFilter = unsafe extern "system" fn(u32, PCWSTR, *const RM_UNIQUE_PROCESS, PCWSTR) -> u32;
type GetFilterList = unsafe extern "system" fn(u32, *mut u8, u32, *mut u32) -> u32;

/// The functions that a library exports, by their names; `None` where it does not.
///
/// Whoever makes one vouches for its functions: that each has the documented signature, can be called as long as
/// the process lives, and does to memory no more than the documented one or what [`buffers`] can detect.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exports {
    start_session: Option<StartSession>,
    join_session: Option<JoinSession>,
    end_session: Option<OfSession>,
    register_resources: Option<RegisterResources>,
    get_list: Option<GetList>,
    shutdown: Option<WithStatus>,
    restart: Option<WithStatus>,
    cancel_current_task: Option<OfSession>,
    add_filter: Option<AddFilter>,
    remove_filter: Option<RemoveFilter>,
    get_filter_list: Option<GetFilterList>,
}

/// Looks up `$name`, as whatever function type the field has.
macro_rules! look_up {
    ($library:expr, $name:literal) => {
        // SAFETY: the documented signature of the export with this name.
        unsafe { $library.get($name) }.ok().map(|symbol| *symbol)
    };
}

impl Exports {
    /// Loads the library that [`DLL_VARIABLE`] names, or on Windows the system's `rstrtmgr.dll`.
    ///
    /// # Errors
    ///
    /// If there is none that can be loaded.
    pub(crate) fn load() -> io::Result<Self> {
        loading::load().map(Exports::of)
    }

    fn of(library: Library) -> Self {
        let exports = Exports {
            start_session: look_up!(library, "RmStartSession"),
            join_session: look_up!(library, "RmJoinSession"),
            end_session: look_up!(library, "RmEndSession"),
            register_resources: look_up!(library, "RmRegisterResources"),
            get_list: look_up!(library, "RmGetList"),
            shutdown: look_up!(library, "RmShutdown"),
            restart: look_up!(library, "RmRestart"),
            cancel_current_task: look_up!(library, "RmCancelCurrentTask"),
            add_filter: look_up!(library, "RmAddFilter"),
            remove_filter: look_up!(library, "RmRemoveFilter"),
            get_filter_list: look_up!(library, "RmGetFilterList"),
        };
        // Never unloaded: the functions can be called until the process ends.
        std::mem::forget(library);
        exports
    }

    /// Makes `call` and says what it let be seen, statuses too; a process does so with one call at a time.
    ///
    /// # Errors
    ///
    /// If the call cannot be made as stated, or wrote beyond a buffer: then nothing in this process can be relied
    /// on any more.
    pub(crate) fn call(&self, call: &Call) -> io::Result<Observation> {
        self.make(call, Statuses::Collected)
    }

    /// Makes `call` and says what it let be seen, but for its statuses, which `listener` is told as they come.
    ///
    /// The listener may make calls itself, and other threads may make calls meanwhile.
    ///
    /// # Errors
    ///
    /// As for [`call`](Exports::call).
    pub(crate) fn call_telling(&self, call: &Call, listener: Listener) -> io::Result<Observation> {
        status::listening(listener, || self.make(call, Statuses::Told))
    }

    fn make(&self, call: &Call, statuses: Statuses) -> io::Result<Observation> {
        match call {
            Call::StartSession { flags, null_handle, null_key, key_buffer } => {
                self.start_session(*flags, *null_handle, *null_key, key_buffer)
            }
            Call::JoinSession { null_handle, key } => Ok(self.join_session(*null_handle, key.as_deref())),
            Call::RegisterResources { handle, files, processes, services } => {
                self.register_resources(*handle, files, processes, services)
            }
            Call::GetList { handle, capacity, null_array, null_needed, null_count, null_reasons } => {
                let null = Null {
                    array: *null_array,
                    needed: *null_needed,
                    count: *null_count,
                    reasons: *null_reasons,
                };
                self.get_list(*handle, *capacity, null)
            }
            // SAFETY: the function takes a number and no pointer.
            Call::EndSession { handle } => Ok(ended(self.end_session.map(|end| unsafe { end(*handle) }))),
            Call::Shutdown { handle, flags, callback } => {
                Ok(status::with_status(self.shutdown, *handle, *flags, *callback, statuses))
            }
            Call::Restart { handle, flags, callback } => {
                Ok(status::with_status(self.restart, *handle, *flags, *callback, statuses))
            }
            Call::CancelCurrentTask { handle } => {
                // SAFETY: the function takes a number and no pointer.
                Ok(ended(self.cancel_current_task.map(|cancel| unsafe { cancel(*handle) })))
            }
            Call::AddFilter { handle, target, action } => Ok(self.add_filter(*handle, target, *action)),
            Call::RemoveFilter { handle, target } => Ok(self.remove_filter(*handle, target)),
            Call::GetFilterList { handle, capacity, null_buffer, null_needed } => {
                self.get_filter_list(*handle, *capacity, *null_buffer, *null_needed)
            }
        }
    }

    fn start_session(
        &self,
        flags: u32,
        null_handle: bool,
        null_key: bool,
        text: &str,
    ) -> io::Result<Observation> {
        let mut handle = UNTOUCHED;
        let mut key = KeyBuffer::new(text)?;
        let key_pointer = if null_key { ptr::null_mut() } else { key.as_mut_ptr() };
        let code = self.start_session.map(|start| {
            // SAFETY: each pointer is NULL or leads to a variable that outlives the call, the key to 33 characters.
            unsafe { start(unless(null_handle, &mut handle), flags, key_pointer) }
        });
        Ok(Observation { handle: written(handle), key: key.observed()?, ..ended(code) })
    }

    fn join_session(&self, null_handle: bool, key: Option<&str>) -> Observation {
        let mut handle = UNTOUCHED;
        let key = key.map(wide);
        let key_pointer = key.as_ref().map_or(ptr::null(), Vec::as_ptr);
        let code = self.join_session.map(|join| {
            // SAFETY: each pointer is NULL or leads to a variable that outlives the call; the key ends with a NUL.
            unsafe { join(unless(null_handle, &mut handle), key_pointer) }
        });
        Observation { handle: written(handle), ..ended(code) }
    }

    fn register_resources(
        &self,
        handle: u32,
        files: &ArrayArgument<Option<Arc<str>>>,
        processes: &ArrayArgument<UniqueProcess>,
        services: &ArrayArgument<Option<String>>,
    ) -> io::Result<Observation> {
        check_count("files", files)?;
        check_count("processes", processes)?;
        check_count("services", services)?;
        let file_names = WideStrings::new(files.items.as_deref());
        let service_names = WideStrings::new(services.items.as_deref());
        let items = processes.items.as_ref().map(|items| items.iter().map(as_passed).collect::<Vec<_>>());
        let process_pointer = items.as_ref().map_or(ptr::null(), Vec::as_ptr);
        let code = self.register_resources.map(|register| {
            // SAFETY: each pointer is NULL or leads to at least as many elements as its count says, checked above;
            // each string is NULL or ends with a NUL; all of them outlive the call.
            unsafe {
                register(
                    handle,
                    files.count,
                    file_names.as_ptr(),
                    processes.count,
                    process_pointer,
                    services.count,
                    service_names.as_ptr(),
                )
            }
        });
        Ok(ended(code))
    }

    fn get_list(&self, handle: u32, capacity: u32, null: Null) -> io::Result<Observation> {
        let (mut needed, mut count, mut reasons) = (UNTOUCHED, capacity, UNTOUCHED);
        let mut array = if null.array { None } else { Some(ListBuffer::new(capacity)?) };
        let array_pointer = array.as_mut().map_or(ptr::null_mut(), ListBuffer::as_mut_ptr);
        let code = self.get_list.map(|get| {
            // SAFETY: each pointer is NULL or leads to a variable that outlives the call, and that of the array to
            // as many elements as the count says.
            unsafe {
                get(
                    handle,
                    unless(null.needed, &mut needed),
                    unless(null.count, &mut count),
                    array_pointer,
                    unless(null.reasons, &mut reasons),
                )
            }
        });
        let Some(code) = code else { return Ok(ended(None)) };
        let list = List {
            needed: written(needed),
            count: (!null.count).then_some(count),
            reasons: written(reasons),
            affected: match &array {
                Some(array) if code == 0 => array.observed(count)?,
                Some(array) => array.observed(capacity)?,
                None => Vec::new(),
            },
        };
        Ok(Observation { list: Some(Box::new(list)), ..ended(Some(code)) })
    }

    fn add_filter(&self, handle: u32, target: &FilterTarget, action: u32) -> Observation {
        let target = PassedTarget::new(target);
        ended(self.add_filter.map(|add| {
            // SAFETY: each pointer is NULL or leads to a text with a NUL at its end or a process, which outlive the call.
            unsafe { add(handle, target.module(), target.process(), target.service(), action.cast_signed()) }
        }))
    }

    fn remove_filter(&self, handle: u32, target: &FilterTarget) -> Observation {
        let target = PassedTarget::new(target);
        ended(self.remove_filter.map(|remove| {
            // SAFETY: each pointer is NULL or leads to a text with a NUL at its end or a process, which outlive the call.
            unsafe { remove(handle, target.module(), target.process(), target.service()) }
        }))
    }

    fn get_filter_list(
        &self,
        handle: u32,
        capacity: u32,
        null_buffer: bool,
        null_needed: bool,
    ) -> io::Result<Observation> {
        let mut needed = UNTOUCHED;
        let mut buffer = if null_buffer { None } else { Some(FilterBuffer::new(capacity)?) };
        let pointer = buffer.as_mut().map_or(ptr::null_mut(), FilterBuffer::as_mut_ptr);
        let code = self.get_filter_list.map(|get| {
            // SAFETY: the buffer is NULL or has as many bytes as its size says; `needed` outlives the call.
            unsafe { get(handle, pointer, capacity, unless(null_needed, &mut needed)) }
        });
        let Some(code) = code else { return Ok(ended(None)) };
        let filters = match &buffer {
            Some(buffer) => buffer.observed(code == 0)?,
            None => Vec::new(),
        };
        let filters = FilterList { needed: written(needed), filters };
        Ok(Observation { filters: Some(Box::new(filters)), ..ended(Some(code)) })
    }
}

/// Whom a filter is about, as it is passed.
struct PassedTarget {
    module: Option<Vec<u16>>,
    process: Option<RM_UNIQUE_PROCESS>,
    service: Option<Vec<u16>>,
}

impl PassedTarget {
    fn new(target: &FilterTarget) -> Self {
        PassedTarget {
            module: target.module.as_deref().map(wide),
            process: target.process.as_ref().map(as_passed),
            service: target.service.as_deref().map(wide),
        }
    }

    fn module(&self) -> PCWSTR {
        self.module.as_ref().map_or(ptr::null(), Vec::as_ptr)
    }

    fn process(&self) -> *const RM_UNIQUE_PROCESS {
        self.process.as_ref().map_or(ptr::null(), ptr::from_ref)
    }

    fn service(&self) -> PCWSTR {
        self.service.as_ref().map_or(ptr::null(), Vec::as_ptr)
    }
}

/// Which pointers of `RmGetList` are NULL.
#[derive(Clone, Copy)]
struct Null {
    array: bool,
    needed: bool,
    count: bool,
    reasons: bool,
}

/// The observation of a call that returned `code`; `None` if there was nothing to call.
fn ended(code: Option<u32>) -> Observation {
    let ending = code.map_or(Ending::MissingExport, Ending::Returned);
    Observation { ending: Some(ending), ..Observation::default() }
}

fn unless(null: bool, target: &mut u32) -> *mut u32 {
    if null { ptr::null_mut() } else { target }
}

/// The count is what the DLL relies on, so it is not relied on here.
fn check_count<T>(name: &str, array: &ArrayArgument<T>) -> io::Result<()> {
    let items = array.items.as_deref().map(<[T]>::len);
    match (items, usize::try_from(array.count)) {
        (None, _) => Ok(()),
        (Some(items), Ok(count)) if count <= items => Ok(()),
        (Some(items), _) => {
            let message = format!("`{name}` has {items} elements, fewer than its count of {}", array.count);
            Err(io::Error::new(io::ErrorKind::InvalidInput, message))
        }
    }
}

fn as_passed(process: &UniqueProcess) -> RM_UNIQUE_PROCESS {
    RM_UNIQUE_PROCESS { dwProcessId: process.pid, ProcessStartTime: file_time(process.start_time) }
}
