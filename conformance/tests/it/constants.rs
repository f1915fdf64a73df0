//! The numbers, sizes, layouts and signatures of the interface: every `constant` of the catalogue by its id.
//!
//! The layouts are asserted on the types of `windows-sys`, which the Windows backend uses and which compile on every
//! system.

use std::mem::{align_of, offset_of, size_of};

use rstmgr_conformance::request::Call;
use rstmgr_conformance::words;
use rstmgr_model::{
    APPLICATION_NAME_MAX, ApplicationStatus, KEY_LENGTH, RebootReasons, Reply, SERVICE_NAME_MAX,
};
use windows_sys::Win32::System::RestartManager as api;

/// Asserts what the entry `id` of the catalogue says.
fn constant<T: PartialEq + std::fmt::Debug>(id: &str, value: T, stated: T) {
    assert_eq!(value, stated, "{id}");
}

#[test]
fn error_codes_have_the_numbers_of_the_header() {
    let code = |name: &str| Reply::from_name(name).map(Reply::code);
    constant("ERR-01", code("ERROR_SUCCESS"), Some(0));
    constant("ERR-02", code("ERROR_INVALID_FUNCTION"), Some(1));
    constant("ERR-03", code("ERROR_FILE_NOT_FOUND"), Some(2));
    constant("ERR-04", code("ERROR_ACCESS_DENIED"), Some(5));
    constant("ERR-05", code("ERROR_INVALID_HANDLE"), Some(6));
    constant("ERR-06", code("ERROR_OUTOFMEMORY"), Some(14));
    constant("ERR-07", code("ERROR_BAD_COMMAND"), Some(22));
    constant("ERR-08", code("ERROR_WRITE_FAULT"), Some(29));
    constant("ERR-09", code("ERROR_SEM_TIMEOUT"), Some(121));
    constant("ERR-10", code("ERROR_BAD_ARGUMENTS"), Some(160));
    constant("ERR-11", code("ERROR_MORE_DATA"), Some(234));
    constant("ERR-12", code("ERROR_FAIL_NOACTION_REBOOT"), Some(350));
    constant("ERR-13", code("ERROR_FAIL_SHUTDOWN"), Some(351));
    constant("ERR-14", code("ERROR_FAIL_RESTART"), Some(352));
    constant("ERR-15", code("ERROR_MAX_SESSIONS_REACHED"), Some(353));
    constant("ERR-16", code("ERROR_REQUEST_OUT_OF_SEQUENCE"), Some(776));
    constant("ERR-17", code("ERROR_SESSION_CREDENTIAL_CONFLICT"), Some(1219));
    constant("ERR-18", code("ERROR_CANCELLED"), Some(1223));
    for reply in Reply::named() {
        assert_eq!(Reply::from_code(reply.code()), reply);
        assert_eq!(reply.name().and_then(Reply::from_name), Some(reply));
    }
}

#[test]
fn a_reply_is_a_number_of_32_bits_that_need_not_have_a_name() {
    constant("GEN-03", Reply::from_code(u32::MAX).code(), u32::MAX);
}

/// A function's signature with C's integers; the pointers' targets are checked by their types' layouts.
macro_rules! signature {
    ($function:ident: fn($($argument:ty),*)) => {
        let _: unsafe extern "system" fn($($argument),*) -> u32 = api::$function;
    };
}

#[test]
fn signatures_are_those_of_the_header() {
    use windows_sys::core::PCWSTR;
    signature!(RmStartSession: fn(*mut u32, u32, windows_sys::core::PWSTR));
    signature!(RmJoinSession: fn(*mut u32, PCWSTR));
    signature!(RmEndSession: fn(u32));
    signature!(RmRegisterResources:
        fn(u32, u32, *const PCWSTR, u32, *const api::RM_UNIQUE_PROCESS, u32, *const PCWSTR));
    signature!(RmGetList: fn(u32, *mut u32, *mut u32, *mut api::RM_PROCESS_INFO, *mut u32));
    let checked = ["START-02", "JOIN-02", "END-04", "REG-02", "LIST-02"];
    assert_eq!(checked.len(), 5, "each signature above belongs to one of these");
}

/// The codes that the scenarios of a function may expect are those of its page; a knob or an observation that goes
/// beyond it names itself in the scenario.
#[test]
fn documented_return_sets_have_names() {
    let sets: [(&str, &[u32]); 5] = [
        ("START-12", &[0, 14, 29, 121, 160, 353]),
        ("JOIN-11", &[0, 14, 29, 121, 160, 353, 1219]),
        ("END-10", &[0, 6, 14, 29, 121]),
        ("REG-12", &[0, 6, 14, 29, 121, 160]),
        ("LIST-15", &[0, 5, 6, 14, 29, 121, 160, 234, 1223]),
    ];
    for (id, codes) in sets {
        for code in codes {
            assert!(Reply::from_code(*code).name().is_some(), "{id}: {code}");
        }
    }
}

#[test]
fn the_library_has_eleven_functions_and_none_that_withdraws_a_resource() {
    let handle = 0;
    let functions = [
        Call::Shutdown { handle },
        Call::Restart { handle },
        Call::CancelCurrentTask { handle },
        Call::AddFilter { handle },
        Call::RemoveFilter { handle },
        Call::GetFilterList { handle },
        Call::EndSession { handle },
    ]
    .map(|call| call.function());
    constant("REG-21", functions.iter().any(|name| name.contains("Unregister")), false);
    constant("GEN-01", functions.iter().all(|name| name.starts_with("Rm")), true);
}

#[test]
fn sizes_are_those_of_the_header() {
    constant("TYPE-01", (size_of::<windows_sys::core::GUID>(), KEY_LENGTH / 2), (16, 16));
    constant("TYPE-02", (KEY_LENGTH, api::CCH_RM_SESSION_KEY), (32, 32));
    constant("TYPE-03", (APPLICATION_NAME_MAX, api::CCH_RM_MAX_APP_NAME), (255, 255));
    constant("TYPE-04", (SERVICE_NAME_MAX, api::CCH_RM_MAX_SVC_NAME), (63, 63));
    constant("TYPE-05", api::RM_INVALID_TS_SESSION, -1);
    constant("TYPE-06", api::RM_INVALID_PROCESS, -1);
}

#[test]
fn enumerations_have_the_numbers_of_the_header() {
    let status = |name: &str| words::STATUS.iter().find(|(_, known)| *known == name).map(|(bit, _)| *bit);
    constant("TYPE-16", ApplicationStatus::UNKNOWN.0, 0x0);
    constant("TYPE-17", (ApplicationStatus::RUNNING.0, status("running")), (0x1, Some(0x1)));
    constant("TYPE-18", (ApplicationStatus::STOPPED.0, status("stopped")), (0x2, Some(0x2)));
    constant("TYPE-19", (ApplicationStatus::STOPPED_OTHER.0, status("stopped-other")), (0x4, Some(0x4)));
    constant("TYPE-20", (ApplicationStatus::RESTARTED.0, status("restarted")), (0x8, Some(0x8)));
    constant("TYPE-21", (ApplicationStatus::ERROR_ON_STOP.0, status("error-on-stop")), (0x10, Some(0x10)));
    constant(
        "TYPE-22",
        (ApplicationStatus::ERROR_ON_RESTART.0, status("error-on-restart")),
        (0x20, Some(0x20)),
    );
    constant(
        "TYPE-23",
        (ApplicationStatus::SHUTDOWN_MASKED.0, status("shutdown-masked")),
        (0x40, Some(0x40)),
    );
    constant("TYPE-24", (ApplicationStatus::RESTART_MASKED.0, status("restart-masked")), (0x80, Some(0x80)));
    constant("TYPE-26", api::RmInvalidFilterAction, 0);
    constant("TYPE-27", api::RmNoRestart, 1);
    constant("TYPE-28", api::RmNoShutdown, 2);
    constant("TYPE-29", api::RmFilterTriggerInvalid, 0);
    constant("TYPE-30", api::RmFilterTriggerFile, 1);
    constant("TYPE-31", api::RmFilterTriggerProcess, 2);
    constant("TYPE-32", api::RmFilterTriggerService, 3);
    constant("TYPE-33", RebootReasons::NONE.0, 0x0);
    constant("TYPE-40", (api::RmForceShutdown, api::RmShutdownOnlyRegistered), (0x1, 0x10));
    constant("TYPE-48", ApplicationStatus::RUNNING.0 | ApplicationStatus::RESTART_MASKED.0, 0x81);
}

#[test]
fn structures_have_the_layout_of_the_header() {
    type Process = api::RM_UNIQUE_PROCESS;
    type Info = api::RM_PROCESS_INFO;
    type Filter = api::RM_FILTER_INFO;
    constant("TYPE-41", (size_of::<Process>(), align_of::<Process>()), (12, 4));
    constant(
        "OBS-START-03",
        (offset_of!(Process, dwProcessId), offset_of!(Process, ProcessStartTime)),
        (0, 4),
    );
    constant(
        "TYPE-43",
        [
            offset_of!(Info, Process),
            offset_of!(Info, strAppName),
            offset_of!(Info, strServiceShortName),
            offset_of!(Info, ApplicationType),
            offset_of!(Info, AppStatus),
            offset_of!(Info, TSSessionId),
            offset_of!(Info, bRestartable),
            size_of::<Info>(),
        ],
        [0, 12, 524, 652, 656, 660, 664, 668],
    );
    constant("OBS-LIST-04", (size_of::<Process>(), size_of::<Info>()), (12, 668));
    constant(
        "TYPE-52",
        (
            offset_of!(Filter, FilterAction),
            offset_of!(Filter, FilterTrigger),
            offset_of!(Filter, cbNextOffset),
        ),
        (0, 4, 8),
    );
    let pointer_is_64_bits = size_of::<usize>() == 8;
    let stated = if pointer_is_64_bits { (32, 16) } else { (24, 12) };
    constant("TYPE-53", (size_of::<Filter>(), offset_of!(Filter, Anonymous)), stated);
    // The trigger chooses among three members of one union, which all start where it does.
    constant("TYPE-54", size_of::<api::RM_FILTER_INFO_0>() >= size_of::<Process>(), true);
}

#[test]
fn a_registered_process_in_the_database_is_a_line_of_26_characters() {
    let (pid, start_time): (u32, u64) = (0x1d54, 0x01da_7bc4_2eb3_143e);
    let line = format!("{pid:08x}:{:08x}:{:08x}", start_time >> 32, start_time & 0xffff_ffff);
    constant("OBS-REG-02", (line.as_str(), line.len()), ("00001d54:01da7bc4:2eb3143e", 26));
}
