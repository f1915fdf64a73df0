//! The numbers, sizes, layouts and signatures of the interface: every `constant` of the catalogue by its id.
//!
//! The layouts are asserted on the types of `windows-sys`, which the Windows backend uses and which compile on every
//! system.

use std::mem::{align_of, offset_of, size_of};

use rstmgr_conformance::request::{ArrayArgument, Call, FilterTarget};
use rstmgr_conformance::suite::BackendKind;
use rstmgr_conformance::trace::Trace;
use rstmgr_conformance::words;
use rstmgr_model::{
    APPLICATION_NAME_MAX, ApplicationStatus, KEY_LENGTH, Profile, RebootReasons, Reply, SERVICE_NAME_MAX,
};
use windows_sys::Win32::System::RestartManager as api;

use crate::{all_scenarios, below_scenarios};

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

/// A function's name, once the compiler has agreed to its signature as the entry `id` states it; the pointers'
/// targets are checked by their types' layouts.
macro_rules! signature {
    ($id:literal, $function:ident: fn($($argument:ty),*)) => {{
        let _: unsafe extern "system" fn($($argument),*) -> u32 = api::$function;
        stringify!($function)
    }};
}

/// The library has eleven functions, as a backend knows them, and none that withdraws a resource.
#[test]
fn functions_have_the_names_and_signatures_of_the_header() {
    use windows_sys::core::{PCWSTR, PWSTR};
    type Process = api::RM_UNIQUE_PROCESS;
    type Info = api::RM_PROCESS_INFO;
    type Callback = api::RM_WRITE_STATUS_CALLBACK;
    let in_header = [
        signature!("START-02", RmStartSession: fn(*mut u32, u32, PWSTR)),
        signature!("JOIN-02", RmJoinSession: fn(*mut u32, PCWSTR)),
        signature!("END-04", RmEndSession: fn(u32)),
        signature!(
            "REG-02",
            RmRegisterResources: fn(u32, u32, *const PCWSTR, u32, *const Process, u32, *const PCWSTR)
        ),
        signature!("LIST-02", RmGetList: fn(u32, *mut u32, *mut u32, *mut Info, *mut u32)),
        signature!("SHUT-02", RmShutdown: fn(u32, u32, Callback)),
        signature!("REST-02", RmRestart: fn(u32, u32, Callback)),
        "RmCancelCurrentTask",
        "RmAddFilter",
        "RmRemoveFilter",
        "RmGetFilterList",
    ];
    let handle = 0;
    let (files, services) =
        (ArrayArgument { count: 0, items: None }, ArrayArgument { count: 0, items: None });
    let processes = ArrayArgument { count: 0, items: None };
    let known = [
        Call::StartSession { flags: 0, null_handle: false, null_key: false, key_buffer: String::new() },
        Call::JoinSession { null_handle: false, key: None },
        Call::EndSession { handle },
        Call::RegisterResources { handle, files, processes, services },
        Call::GetList {
            handle,
            capacity: 0,
            null_array: true,
            null_needed: false,
            null_count: false,
            null_reasons: false,
        },
        Call::Shutdown { handle, flags: 0, callback: false },
        Call::Restart { handle, flags: 0, callback: false },
        Call::CancelCurrentTask { handle },
        Call::AddFilter { handle, target: FilterTarget::default(), action: 1 },
        Call::RemoveFilter { handle, target: FilterTarget::default() },
        Call::GetFilterList { handle, capacity: 0, null_buffer: true, null_needed: false },
    ]
    .map(|call| call.function());
    constant("GEN-01", known, in_header);
    constant("REG-21", known.iter().any(|name| name.contains("Unregister")), false);
}

/// Under the profile that follows the pages, no function answers with a code that its page does not list.
#[test]
fn replies_are_among_the_documented_ones() {
    // Some pages list nothing for what happens all the same: a registered directory (OBS-REG-04) makes the list fail
    // that a shutdown begins with, a secondary gets its error (GEN-18), and the header's codes of filters are real.
    let sets: [(&str, &str, &[u32]); 11] = [
        ("START-12", "RmStartSession", &[0, 14, 29, 121, 160, 353]),
        ("JOIN-11", "RmJoinSession", &[0, 14, 29, 121, 160, 353, 1219]),
        ("END-10", "RmEndSession", &[0, 6, 14, 29, 121]),
        ("REG-12", "RmRegisterResources", &[0, 6, 14, 29, 121, 160]),
        ("LIST-15", "RmGetList", &[0, 5, 6, 14, 29, 121, 160, 234, 1223]),
        ("SHUT-14", "RmShutdown", &[0, 6, 14, 29, 121, 160, 350, 351, 1223, 5, 1219]),
        ("REST-13", "RmRestart", &[0, 6, 14, 29, 121, 160, 352, 776, 1223, 1219]),
        ("CANCEL-11", "RmCancelCurrentTask", &[0, 6, 14, 160, 1219]),
        ("FILT-12", "RmAddFilter", &[0, 160, 1219, 6]),
        ("FILT-19", "RmRemoveFilter", &[0, 2, 1219, 160, 6]),
        ("FILT-29", "RmGetFilterList", &[0, 160, 234, 1219, 6]),
    ];
    let mut seen = [0; 11];
    for (path, mut scenario, _) in all_scenarios() {
        scenario.profile = Profile::documented();
        let run = BackendKind::Simulated.run(&scenario).expect("a simulator can be asked");
        for step in Trace::new(&scenario, &run).steps() {
            let Some(place) = sets.iter().position(|(_, function, _)| *function == step.call) else {
                continue;
            };
            let reply = step.seen.and_then(|seen| seen.reply.as_deref()).unwrap_or_default();
            // An installer whose process has exited calls nothing.
            if reply != "the process ended" {
                let code = Reply::from_name(reply).map(Reply::code);
                let (id, _, documented) = sets[place];
                assert!(
                    code.is_some_and(|code| documented.contains(&code)),
                    "{id}: {reply} in {}",
                    below_scenarios(&path)
                );
                seen[place] += 1;
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 0), "every function answers: {seen:?}");
    // The header's list for RmRestart is that of RmShutdown (REST-14): the page is followed.
    let restart = sets.iter().find(|set| set.1 == "RmRestart").map_or(&[][..], |set| set.2);
    constant("REST-14", [350, 351, 352, 776].map(|code| restart.contains(&code)), [false, false, true, true]);
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
