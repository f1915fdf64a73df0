//! The numbers and signatures of what surrounds the Restart Manager: messages, console events, the registration for
//! restart, services, reboots and the event log; every `constant` of these groups by its id.

use std::time::Duration;

use rstmgr_model::profile::Timing;
use rstmgr_model::{
    ApplicationStatus, ApplicationType, LOG_PROVIDER, LOG_PROVIDER_GUID, Profile, RESTART_COMMAND_LINE_MAX,
    RESTART_NO_CRASH, RESTART_NO_HANG, RESTART_NO_PATCH, RESTART_NO_REBOOT, Reply,
};
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::{Console, Recovery, RestartManager, Services, Shutdown};
use windows_sys::Win32::UI::WindowsAndMessaging as window;
use windows_sys::core::{HRESULT, PCWSTR, PWSTR};

/// Asserts what the entry `id` of the catalogue says.
fn constant<T: PartialEq + std::fmt::Debug>(id: &str, value: T, stated: T) {
    assert_eq!(value, stated, "{id}");
}

#[test]
fn messages_have_the_numbers_of_the_header() {
    constant("WM-01", window::WM_QUERYENDSESSION, 0x11);
    constant("WM-02", window::WM_ENDSESSION, 0x16);
    constant("WM-03", window::WM_CLOSE, 0x10);
    constant("WM-04", window::ENDSESSION_CLOSEAPP, 0x1);
    constant("WM-05", window::ENDSESSION_CRITICAL, 0x4000_0000);
    constant("WM-06", window::ENDSESSION_LOGOFF, 0x8000_0000);
}

#[test]
fn console_events_have_the_numbers_of_the_header() {
    constant("CON-01", Console::CTRL_C_EVENT, 0);
    constant(
        "CON-07",
        (Console::CTRL_CLOSE_EVENT, Console::CTRL_LOGOFF_EVENT, Console::CTRL_SHUTDOWN_EVENT),
        (2, 5, 6),
    );
    // The 5 s of these events are those of a system shutdown.
    constant("CON-07", Profile::documented().timing(Timing::ShutdownQuery), Duration::from_secs(5));
}

#[test]
fn the_registration_for_restart_has_the_signatures_and_flags_of_the_header() {
    let register: unsafe extern "system" fn(PCWSTR, u32) -> HRESULT = Recovery::RegisterApplicationRestart;
    constant("ARR-01", size_of_val(&register), size_of::<usize>());
    constant("ARR-07", (RESTART_NO_CRASH, Recovery::RESTART_NO_CRASH), (1, 1));
    constant("ARR-08", (RESTART_NO_HANG, Recovery::RESTART_NO_HANG), (2, 2));
    assert_eq!((RESTART_NO_PATCH, Recovery::RESTART_NO_PATCH), (4, 4));
    assert_eq!((RESTART_NO_REBOOT, Recovery::RESTART_NO_REBOOT), (8, 8));
    assert_eq!(RESTART_COMMAND_LINE_MAX, 1024);
    let settings: unsafe extern "system" fn(HANDLE, PWSTR, *mut u32, *mut u32) -> HRESULT =
        Recovery::GetApplicationRestartSettings;
    constant("ARR-19", size_of_val(&settings), size_of::<usize>());
}

#[test]
fn services_and_reboots_have_the_numbers_of_the_header() {
    constant("SVC-11", (Services::SERVICE_CONTROL_STOP, Services::SERVICE_STOP), (1, 0x20));
    constant("REBOOT-09", Shutdown::EWX_HYBRID_SHUTDOWN, 0x40_0000);
    let initiate: unsafe extern "system" fn(PCWSTR, PCWSTR, u32, u32, u32) -> u32 =
        Shutdown::InitiateShutdownW;
    constant("REBOOT-13", size_of_val(&initiate), size_of::<usize>());
    constant("REBOOT-21", Shutdown::SHUTDOWN_INSTALL_UPDATES, 0x40);
    constant("REBOOT-22", Shutdown::SHUTDOWN_HYBRID, 0x200);
    let codes = [53, 1210, 1, 21].map(|code| Reply::from_code(code).code());
    constant("REBOOT-29", codes, [53, 1210, 1, 21]);
}

#[test]
fn callbacks_and_filters_have_the_signatures_of_the_header() {
    type Status = unsafe extern "system" fn(u32);
    let callback: RestartManager::RM_WRITE_STATUS_CALLBACK = None::<Status>;
    constant("STATUS-01", callback.is_none(), true);
    // Both functions take the same callback (STATUS-10).
    type WithStatus = unsafe extern "system" fn(u32, u32, RestartManager::RM_WRITE_STATUS_CALLBACK) -> u32;
    let both: [WithStatus; 2] = [RestartManager::RmShutdown, RestartManager::RmRestart];
    constant("STATUS-10", both.len(), 2);
    type Process = RestartManager::RM_UNIQUE_PROCESS;
    let _: unsafe extern "system" fn(u32) -> u32 = RestartManager::RmCancelCurrentTask;
    constant("CANCEL-02", stringify!(RmCancelCurrentTask), "RmCancelCurrentTask");
    let _: unsafe extern "system" fn(u32, PCWSTR, *const Process, PCWSTR, i32) -> u32 =
        RestartManager::RmAddFilter;
    constant("FILT-02", stringify!(RmAddFilter), "RmAddFilter");
    let _: unsafe extern "system" fn(u32, PCWSTR, *const Process, PCWSTR) -> u32 =
        RestartManager::RmRemoveFilter;
    constant("FILT-14", stringify!(RmRemoveFilter), "RmRemoveFilter");
    let _: unsafe extern "system" fn(u32, *mut u8, u32, *mut u32) -> u32 = RestartManager::RmGetFilterList;
    constant("FILT-21", stringify!(RmGetFilterList), "RmGetFilterList");
    // The buffer of bytes is one of entries, which begin with their action (TYPE-52).
    constant("FILT-23", std::mem::offset_of!(RestartManager::RM_FILTER_INFO, FilterAction), 0);
}

#[test]
fn the_event_log_has_the_names_of_the_manifest() {
    constant("EVT-01", LOG_PROVIDER, "Microsoft-Windows-RestartManager");
    constant("OBS-EVENT-01", LOG_PROVIDER_GUID, "{0888e5ef-9b98-4695-979d-e92ce4247224}");
    // The manifest knows the bits up to 0x20; 0x40000 of one record has no name anywhere.
    let known = ApplicationStatus::ERROR_ON_RESTART.0 * 2 - 1;
    constant("OBS-EVENT-09", (known, 262_146 & known), (0x3f, ApplicationStatus::STOPPED.0));
    let types = [
        ApplicationType::Unknown,
        ApplicationType::MainWindow,
        ApplicationType::OtherWindow,
        ApplicationType::Service,
        ApplicationType::Explorer,
        ApplicationType::Console,
        ApplicationType::Critical,
    ];
    constant(
        "OBS-EVENT-12",
        types.map(|one| (one.number(), one.name_in_log())),
        [
            (0, "Unknown App"),
            (1, "Window App"),
            (2, "OtherWindow App"),
            (3, "Service"),
            (4, "Explorer"),
            (5, "Console App"),
            (1000, "Critical App"),
        ],
    );
}
