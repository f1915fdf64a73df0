//! The harness against libraries that misbehave: tables of functions written here.

use std::path::Path;

use windows_sys::Win32::Foundation::FILETIME;
use windows_sys::Win32::System::RestartManager::{
    RM_FILTER_INFO, RM_FILTER_INFO_0, RmFilterTriggerFile, RmFilterTriggerProcess,
};

use super::buffers::start_time;
use super::*;
use crate::request::{Affected, Filter, Finished, Happening, KeyText};

/// What a well-behaved function answers.
const SUCCESS: u32 = 0;
const MORE_DATA: u32 = 234;

fn start(exports: &Exports, key_buffer: &str) -> io::Result<Observation> {
    let key_buffer = String::from(key_buffer);
    exports.call(&Call::StartSession { flags: 0, null_handle: false, null_key: false, key_buffer })
}

fn list(function: GetList, capacity: u32) -> io::Result<List> {
    let exports = Exports { get_list: Some(function), ..Exports::default() };
    let call = Call::GetList {
        handle: 7,
        capacity,
        null_array: false,
        null_needed: false,
        null_count: false,
        null_reasons: false,
    };
    exports.call(&call).map(|observation| *observation.list.unwrap())
}

/// Writes `units` of `letter` and `nuls` of NUL behind them.
unsafe fn write_key(key: PWSTR, letter: u8, units: usize, nuls: usize) {
    for index in 0..units + nuls {
        let unit = if index < units { u16::from(letter) } else { 0 };
        // SAFETY: the caller's buffer is at least that long, its guard included.
        unsafe { key.add(index).write(unit) };
    }
}

unsafe extern "system" fn start_well(handle: *mut u32, _flags: u32, key: PWSTR) -> u32 {
    // SAFETY: the tests pass a number, and a buffer of 33 characters.
    unsafe {
        handle.write(3);
        write_key(key, b'a', 32, 1);
    }
    SUCCESS
}

unsafe extern "system" fn start_without_nul(_handle: *mut u32, _flags: u32, key: PWSTR) -> u32 {
    // SAFETY: the tests pass a buffer of 33 characters.
    unsafe { write_key(key, b'a', 32, 0) };
    SUCCESS
}

unsafe extern "system" fn start_beyond_key(_handle: *mut u32, _flags: u32, key: PWSTR) -> u32 {
    // SAFETY: 34 characters lie within the buffer and its guard.
    unsafe { write_key(key, b'a', 33, 1) };
    SUCCESS
}

unsafe extern "system" fn start_silently(_handle: *mut u32, _flags: u32, _key: PWSTR) -> u32 {
    SUCCESS
}

unsafe extern "system" fn start_if_null(handle: *mut u32, _flags: u32, key: PWSTR) -> u32 {
    u32::from(handle.is_null()) + 2 * u32::from(key.is_null())
}

fn of_start(start_session: StartSession) -> Exports {
    Exports { start_session: Some(start_session), ..Exports::default() }
}

#[track_caller]
fn check_key(start_session: StartSession, key_buffer: &str, text: &str, terminated: Option<bool>) {
    let observation = start(&of_start(start_session), key_buffer).unwrap();
    assert_eq!(observation.key, Some(KeyText { text: String::from(text), terminated }));
}

#[test]
fn a_missing_export_is_an_observation() {
    let observation = start(&Exports::default(), "").unwrap();
    assert_eq!(observation, Observation { ending: Some(Ending::MissingExport), ..Observation::default() });
    let call = Call::GetFilterList { handle: 0, capacity: 0, null_buffer: true, null_needed: false };
    assert_eq!(Exports::default().call(&call).unwrap().ending, Some(Ending::MissingExport));
}

#[test]
fn a_key_and_its_end_are_observed() {
    let key = "a".repeat(32);
    check_key(start_well, "", &key, None);
    check_key(start_well, &"x".repeat(33), &key, Some(true));
    check_key(start_without_nul, "", &key, None);
    check_key(start_without_nul, &"x".repeat(33), &format!("{key}x"), Some(false));
    assert_eq!(start(&of_start(start_well), "").unwrap().handle, Some(3));
}

#[test]
fn what_is_not_written_is_not_observed() {
    let observation = start(&of_start(start_silently), "before").unwrap();
    assert_eq!(
        observation,
        Observation { ending: Some(Ending::Returned(SUCCESS)), ..Observation::default() }
    );
}

#[test]
fn null_pointers_are_passed() {
    let exports = of_start(start_if_null);
    for (null_handle, null_key, code) in
        [(false, false, 0), (true, false, 1), (false, true, 2), (true, true, 3)]
    {
        let call = Call::StartSession { flags: 0, null_handle, null_key, key_buffer: String::new() };
        assert_eq!(exports.call(&call).unwrap().ending, Some(Ending::Returned(code)));
    }
}

#[test]
fn a_key_beyond_its_buffer_is_found_out() {
    let error = start(&of_start(start_beyond_key), "").unwrap_err();
    assert_eq!(error.to_string(), "the DLL wrote beyond a session key's buffer");
    let error = start(&of_start(start_well), &"x".repeat(34)).unwrap_err();
    assert_eq!(error.to_string(), "34 characters in a key's buffer of 33");
}

fn element(pid: u32) -> RM_PROCESS_INFO {
    let mut element = RM_PROCESS_INFO {
        Process: RM_UNIQUE_PROCESS {
            dwProcessId: pid,
            ProcessStartTime: FILETIME { dwLowDateTime: 2, dwHighDateTime: 1 },
        },
        strAppName: [u16::from(b'x'); 256],
        AppStatus: 1,
        ApplicationType: -1,
        bRestartable: 1,
        ..RM_PROCESS_INFO::default()
    };
    element.strServiceShortName[0] = 0xD800;
    element
}

/// Writes one element and says that there are five.
unsafe extern "system" fn list_too_many(
    _handle: u32,
    needed: *mut u32,
    count: *mut u32,
    array: *mut RM_PROCESS_INFO,
    reasons: *mut u32,
) -> u32 {
    // SAFETY: the tests pass three numbers and an array of at least one element.
    unsafe {
        needed.write(u32::MAX);
        count.write(5);
        array.write(element(4));
        reasons.write(0);
    }
    SUCCESS
}

/// Writes two elements, however many there may be.
unsafe extern "system" fn list_two(
    _handle: u32,
    _needed: *mut u32,
    count: *mut u32,
    array: *mut RM_PROCESS_INFO,
    _reasons: *mut u32,
) -> u32 {
    // SAFETY: two elements lie within an array of one and its guard.
    unsafe {
        count.write(1);
        array.write(element(4));
        array.add(1).write(element(8));
    }
    SUCCESS
}

unsafe extern "system" fn list_nothing(
    _handle: u32,
    _needed: *mut u32,
    _count: *mut u32,
    _array: *mut RM_PROCESS_INFO,
    _reasons: *mut u32,
) -> u32 {
    MORE_DATA
}

#[test]
fn a_count_above_the_capacity_is_not_believed() {
    let list = list(list_too_many, 2).unwrap();
    assert_eq!((list.needed, list.count, list.reasons), (Some(u32::MAX), Some(5), Some(0)));
    let only = Affected {
        process: UniqueProcess { pid: 4, start_time: 1 << 32 | 2 },
        name: "x".repeat(256).into(),
        service: String::from('\u{FFFD}').into(),
        application_type: u32::MAX,
        status: 1,
        terminal_session: 0,
        restartable: true,
    };
    assert_eq!(list.affected, [only]);
}

#[test]
fn an_element_beyond_the_array_is_found_out() {
    let error = list(list_two, 1).unwrap_err();
    assert_eq!(error.to_string(), "the DLL wrote beyond the array for affected applications");
}

#[test]
fn after_success_only_elements_that_count_are_observed() {
    let pids: Vec<_> = list(list_two, 3).unwrap().affected.iter().map(|one| one.process.pid).collect();
    assert_eq!(pids, [4]);
}

#[test]
fn a_list_that_is_not_written_is_empty() {
    // The count alone holds something before the call: the capacity.
    for capacity in [0, 3] {
        let untouched = List { count: Some(capacity), ..List::default() };
        assert_eq!(list(list_nothing, capacity).unwrap(), untouched);
    }
}

#[test]
fn an_enormous_capacity_is_refused() {
    let error = list(list_nothing, u32::MAX).unwrap_err();
    assert_eq!(error.to_string(), "a list for 4294967295 applications is larger than 1000000");
}

/// Returns 1 for a first string of "ab", 2 for a second that is NULL, and 4 for processes that are NULL.
unsafe extern "system" fn register(
    _handle: u32,
    file_count: u32,
    files: *const PCWSTR,
    _process_count: u32,
    processes: *const RM_UNIQUE_PROCESS,
    _service_count: u32,
    _services: *const PCWSTR,
) -> u32 {
    assert_eq!(file_count, 2);
    // SAFETY: the tests pass two files, of which the first has two letters and a NUL.
    let (first, second) = unsafe { (files.read().cast::<[u16; 3]>().read(), files.add(1).read()) };
    let ab = [u16::from(b'a'), u16::from(b'b'), 0];
    u32::from(first == ab) + 2 * u32::from(second.is_null()) + 4 * u32::from(processes.is_null())
}

fn register_files(count: u32) -> io::Result<Observation> {
    let exports = Exports { register_resources: Some(register), ..Exports::default() };
    exports.call(&Call::RegisterResources {
        handle: 0,
        files: ArrayArgument { count, items: Some([Some("ab".into()), None].into()) },
        processes: ArrayArgument { count: 9, items: None },
        services: ArrayArgument { count: 0, items: Some([].into()) },
    })
}

#[test]
fn arrays_are_passed_with_their_nulls() {
    assert_eq!(register_files(2).unwrap().ending, Some(Ending::Returned(7)));
}

#[test]
fn a_count_above_the_elements_is_refused() {
    let error = register_files(3).unwrap_err();
    assert_eq!(error.to_string(), "`files` has 2 elements, fewer than its count of 3");
}

#[test]
fn layouts_are_those_of_the_header() {
    assert_eq!((size_of::<RM_PROCESS_INFO>(), align_of::<RM_PROCESS_INFO>()), (668, 4));
    assert_eq!(size_of::<RM_UNIQUE_PROCESS>(), 12);
}

#[test]
fn halves_of_a_creation_time_fit_together() {
    let time = file_time(0x0123_4567_89AB_CDEF);
    assert_eq!((time.dwHighDateTime, time.dwLowDateTime), (0x0123_4567, 0x89AB_CDEF));
    assert_eq!(start_time(time), 0x0123_4567_89AB_CDEF);
}

#[cfg(windows)]
#[test]
fn the_system_has_the_restart_manager() {
    let exports = Exports::load().unwrap();
    assert!(exports.start_session.is_some() && exports.get_list.is_some() && exports.end_session.is_some());
}

#[test]
fn a_library_that_looks_for_a_simulation_is_told_from_others() {
    let directory = tempfile::tempdir().unwrap();
    let library = |name: &str, content: &[u8]| {
        let path = directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        loading::looks_for_simulation(&path).unwrap()
    };
    assert!(library("ours.dll", b"MZ\0RSTMGR_SERVER\0"));
    assert!(!library("other.dll", b"MZ\0RSTMGR_"));
    assert!(loading::looks_for_simulation(&directory.path().join("none.dll")).is_err());
}

#[test]
fn a_library_that_is_not_there_cannot_be_loaded() {
    let path = if cfg!(windows) { r"C:\no\such.dll" } else { "/no/such.so" };
    let error = loading::load_from(Path::new(path)).unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot load `{path}`: ")), "{error}");
}

unsafe extern "system" fn tell_statuses(handle: u32, flags: u32, callback: RM_WRITE_STATUS_CALLBACK) -> u32 {
    if let Some(callback) = callback {
        for percent in [0, 100] {
            // SAFETY: the harness's callback can be called at any time.
            unsafe { callback(percent) };
        }
    }
    handle + flags
}

#[test]
fn a_status_callback_is_passed_only_where_it_is_asked_for() {
    let exports = Exports { shutdown: Some(tell_statuses), ..Exports::default() };
    let without = exports.call(&Call::Shutdown { handle: 7, flags: 1, callback: false }).unwrap();
    assert_eq!(without, ended(Some(8)));
    let with = exports.call(&Call::Shutdown { handle: 7, flags: 1, callback: true }).unwrap();
    assert_eq!(*with.happened, [0, 100].map(|percent| Happening::Status { call: 0, percent }));
    assert_eq!((with.pending, with.ending), (Some(0), None));
    assert_eq!(with.finished, [Finished { call: 0, answer: ended(Some(8)) }]);
}

/// Writes a filter on a program and one on a process.
unsafe extern "system" fn two_filters(_: u32, buffer: *mut u8, capacity: u32, needed: *mut u32) -> u32 {
    let entry = size_of::<RM_FILTER_INFO>();
    let name: Vec<u16> = wide("C:\\a.exe");
    let first = entry + 24;
    let total = u32::try_from(first + entry).unwrap();
    // SAFETY: the tests pass a number, and a buffer that is aligned and as large as it says.
    unsafe {
        needed.write(total);
        if capacity < total {
            return MORE_DATA;
        }
        let text = buffer.add(entry).cast::<u16>();
        ptr::copy_nonoverlapping(name.as_ptr(), text, name.len());
        buffer.cast::<RM_FILTER_INFO>().write(RM_FILTER_INFO {
            FilterAction: 1,
            FilterTrigger: RmFilterTriggerFile,
            cbNextOffset: u32::try_from(first).unwrap(),
            Anonymous: RM_FILTER_INFO_0 { strFilename: text },
        });
        buffer.add(first).cast::<RM_FILTER_INFO>().write(RM_FILTER_INFO {
            FilterAction: 2,
            FilterTrigger: RmFilterTriggerProcess,
            cbNextOffset: 0,
            Anonymous: RM_FILTER_INFO_0 {
                Process: as_passed(&UniqueProcess { pid: 4, start_time: 1 << 40 }),
            },
        });
    }
    SUCCESS
}

#[test]
fn filters_are_read_from_their_buffer() {
    let exports = Exports { get_filter_list: Some(two_filters), ..Exports::default() };
    let get = |capacity| {
        let call = Call::GetFilterList { handle: 0, capacity, null_buffer: false, null_needed: false };
        exports.call(&call).unwrap()
    };
    let short = get(8);
    assert_eq!(short.ending, Some(Ending::Returned(MORE_DATA)));
    let needed = short.filters.and_then(|list| list.needed).unwrap();
    let list = get(needed).filters.unwrap();
    let entry = u32::try_from(size_of::<RM_FILTER_INFO>()).unwrap();
    let module = FilterTarget { module: Some(String::from(r"C:\a.exe")), ..FilterTarget::default() };
    let process = UniqueProcess { pid: 4, start_time: 1 << 40 };
    let process = FilterTarget { process: Some(process), ..FilterTarget::default() };
    assert_eq!(
        list.filters,
        [
            Filter { target: module, action: 1, next: entry + 24, text_at: Some(entry) },
            Filter { target: process, action: 2, next: 0, text_at: None },
        ]
    );
}

unsafe extern "system" fn filter_that_leads_astray(_: u32, buffer: *mut u8, _: u32, _: *mut u32) -> u32 {
    // SAFETY: the tests pass a buffer that is aligned and large enough.
    unsafe {
        buffer.cast::<RM_FILTER_INFO>().write(RM_FILTER_INFO {
            FilterAction: 1,
            FilterTrigger: RmFilterTriggerFile,
            cbNextOffset: 0,
            Anonymous: RM_FILTER_INFO_0 { strFilename: ptr::dangling_mut() },
        });
    }
    SUCCESS
}

#[test]
fn a_filter_that_leads_out_of_its_buffer_is_no_observation() {
    let exports = Exports { get_filter_list: Some(filter_that_leads_astray), ..Exports::default() };
    let call = Call::GetFilterList { handle: 0, capacity: 64, null_buffer: false, null_needed: false };
    assert!(exports.call(&call).is_err());
}
