//! Every documented rule and observed fact that the model follows: a name, and its id in the facts.
//!
//! `step` reports a rule whenever it applied. The source of each rule, and the entries that nothing here
//! implements, stand in the catalogue of `rstmgr-conformance`; a test holds the two against each other. It is one
//! list, and therefore one file.

use std::fmt;

/// A rule of the facts that the model follows, such as [`SESSION_LIMIT`] (`START-05`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule(u16);

impl Rule {
    /// All rules that the model follows, in the order of the facts.
    pub fn all() -> impl ExactSizeIterator<Item = Rule> {
        (0..u16::try_from(TABLE.len()).unwrap_or(u16::MAX)).map(Rule)
    }

    /// The rule with the id `id`, such as `START-05`, if the model follows it.
    pub fn by_id(id: &str) -> Option<Rule> {
        Rule::all().find(|rule| rule.id() == id)
    }

    /// How many there are.
    pub(crate) const COUNT: usize = TABLE.len();

    /// The one at this place, below [`Rule::COUNT`].
    pub(crate) fn at(place: u32) -> Rule {
        let known = u16::try_from(place).ok().filter(|place| usize::from(*place) < Rule::COUNT);
        Rule(known.expect("a rule has its place among all"))
    }

    /// Its place among them, below [`Rule::COUNT`].
    pub(crate) fn place(self) -> usize {
        usize::from(self.0)
    }

    /// Its id in the facts, such as `START-05`.
    pub fn id(self) -> &'static str {
        TABLE[usize::from(self.0)].0
    }

    /// Its name, such as `SESSION_LIMIT`.
    pub fn name(self) -> &'static str {
        TABLE[usize::from(self.0)].1
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id())
    }
}

/// Names the rules in order; a rule's number is its place in the list.
macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "the names are those of the constants")]
        enum Place { $($name,)* }
        const TABLE: &[(&str, &str)] = &[$(($id, stringify!($name)),)*];
        $($(#[$doc])* pub const $name: Rule = Rule(number(Place::$name));)*
    };
}

#[expect(clippy::as_conversions, reason = "the only way to a field-less variant's number in a constant")]
const fn number(place: Place) -> u16 {
    place as u16
}

rules! {
    /// Every Restart Manager operation happens inside a session; without a session handle obtained from
    /// `RmStartSession` or `RmJoinSession` nothing else can be done.
    SESSION_REQUIRED = "GEN-02";
    /// A NULL pointer or a zero handed to a parameter that must be non-NULL and non-zero makes the function
    /// fail with `ERROR_BAD_ARGUMENTS`.
    NULL_OR_ZERO_ARGUMENT = "GEN-04";
    /// If a function cannot get the mutex guarding registry writes within its allotted time it fails with
    /// `ERROR_SEM_TIMEOUT`, and the documents advise rebooting because later Restart Manager calls will probably
    /// fail too.
    REGISTRY_MUTEX_TIMEOUT = "GEN-05";
    /// A failure to read or write the registry state behind a session surfaces as `ERROR_WRITE_FAULT`.
    REGISTRY_FAILURE = "GEN-06";
    /// Lack of memory for an operation surfaces as `ERROR_OUTOFMEMORY`.
    OUT_OF_MEMORY = "GEN-07";
    /// A handle that no session stands behind makes a function fail with `ERROR_INVALID_HANDLE`.
    UNKNOWN_HANDLE = "GEN-08";
    /// Resources can be named three ways: full file path, `RM_UNIQUE_PROCESS` (PID + creation time), or service
    /// short name.
    RESOURCE_KINDS = "GEN-09";
    /// Only resources registered with the session feed the decision about what must be stopped; anything not
    /// registered is invisible to it.
    ONLY_REGISTERED_COUNTS = "GEN-10";
    /// An application or service is stopped only where the caller is permitted to stop it.
    PERMISSION_TO_STOP = "GEN-11";
    /// Stopping anything that lives in a different terminal session is not supported.
    OTHER_TERMINAL_SESSION = "GEN-12";
    /// Everything except critical processes and services can be stopped and restarted without a reboot.
    ONLY_CRITICAL_NEEDS_REBOOT = "GEN-13";
    /// Two roles exist: the primary installer that started the session (the SDK header calls it the conductor)
    /// and secondary installers that joined it (subordinates).
    TWO_ROLES = "GEN-14";
    /// A secondary installer may live in the same process as the primary or in another process.
    SECONDARY_IN_ANY_PROCESS = "GEN-15";
    /// Role table as documented: `RmStartSession`, `RmShutdown`, `RmRestart` and `RmCancelCurrentTask` belong to the
    /// starter of the session; `RmAddFilter`, `RmRemoveFilter` and `RmGetFilterList` are primary-only with an
    /// explicit error 1219; `RmRegisterResources` and `RmEndSession` are open to both; `RmJoinSession` is for
    /// secondaries; the `RmGetList` page states no role.
    ROLE_TABLE = "GEN-18";
    /// On Windows Vista a joined installer may only register resources; listing, stopping, restarting and
    /// filtering are closed to it.
    VISTA_SECONDARY_REGISTERS_ONLY = "GEN-19";
    /// Session state is kept in the registry under a write mutex (visible through error codes 121 and 29 only;
    /// layout is undocumented).
    STATE_IN_REGISTRY = "GEN-24";
    /// Microsoft claims that once a service has been stopped through Restart Manager its DLLs and other
    /// resources are no longer loaded.
    STOPPED_SERVICE_FREES_FILES = "GEN-25";
    /// The overview describes registering files at one installation and asking about them at a later
    /// installation; no other page describes registrations outliving a session.
    REGISTRATION_ENDS_WITH_SESSION = "GEN-27";
    /// On success a new session exists and the function hands back a session handle (DWORD) and a session key
    /// (string), both usable in later calls.
    START_RETURNS_HANDLE_AND_KEY = "START-01";
    /// `dwSessionFlags` is reserved and should be 0.
    START_FLAGS_RESERVED = "START-03";
    /// `strSessionKey` must be a caller-allocated buffer of `CCH_RM_SESSION_KEY` + 1 = 33 WCHARs; it receives a
    /// NUL-terminated key.
    KEY_BUFFER = "START-04";
    /// The number of simultaneously open sessions is capped at 64 for each user session.
    SESSION_LIMIT = "START-05";
    /// If the session limit is already reached -> `ERROR_MAX_SESSIONS_REACHED`.
    START_AT_LIMIT = "START-06";
    /// If a session having the same key already exists -> an error (unnamed).
    KEY_COLLISION = "START-07";
    /// NULL `pSessionHandle` or NULL `strSessionKey` -> `ERROR_BAD_ARGUMENTS`.
    START_NULL_POINTER = "START-08";
    /// Registry write mutex not obtained in time -> `ERROR_SEM_TIMEOUT`.
    START_MUTEX_TIMEOUT = "START-09";
    /// Write failure -> `ERROR_WRITE_FAULT`.
    START_WRITE_FAILURE = "START-10";
    /// Out of memory -> `ERROR_OUTOFMEMORY`.
    START_OUT_OF_MEMORY = "START-11";
    /// The join page says only the primary installer can call it, i.e. calling it makes the caller the primary
    /// of that session.
    STARTER_IS_PRIMARY = "START-14";
    /// Given the key of an existing session, the caller becomes a secondary installer of it and receives a
    /// handle.
    JOIN_BY_KEY = "JOIN-01";
    /// The key can come only from the primary installer that started the session.
    KEY_ONLY_FROM_PRIMARY = "JOIN-03";
    /// Joining works only if primary and secondary run in the same user context.
    JOIN_SAME_USER = "JOIN-04";
    /// Key cannot be validated -> `ERROR_SESSION_CREDENTIAL_CONFLICT`.
    KEY_NOT_VALIDATED = "JOIN-05";
    /// NULL pointer or zero argument -> `ERROR_BAD_ARGUMENTS`.
    JOIN_NULL_OR_ZERO = "JOIN-06";
    /// Session limit reached -> `ERROR_MAX_SESSIONS_REACHED`.
    JOIN_AT_LIMIT = "JOIN-07";
    /// Registry write mutex not obtained in time -> `ERROR_SEM_TIMEOUT`.
    JOIN_MUTEX_TIMEOUT = "JOIN-08";
    /// Registry read or write failure -> `ERROR_WRITE_FAULT`.
    JOIN_REGISTRY_FAILURE = "JOIN-09";
    /// Out of memory -> `ERROR_OUTOFMEMORY`.
    JOIN_OUT_OF_MEMORY = "JOIN-10";
    /// After joining, the secondary may call `RmRegisterResources`.
    SECONDARY_MAY_REGISTER = "JOIN-12";
    /// More than one secondary may be joined to one session.
    SEVERAL_SECONDARIES = "JOIN-14";
    /// Called by the primary it ends the session.
    PRIMARY_ENDS_SESSION = "END-01";
    /// Called by a secondary it only leaves the session; the session itself survives until the primary calls
    /// `RmEndSession`.
    SECONDARY_LEAVES = "END-02";
    /// No session behind the handle -> `ERROR_INVALID_HANDLE`.
    END_UNKNOWN_HANDLE = "END-05";
    /// Registry write mutex not obtained in time -> `ERROR_SEM_TIMEOUT`.
    END_MUTEX_TIMEOUT = "END-06";
    /// Registry read or write failure -> `ERROR_WRITE_FAULT`.
    END_REGISTRY_FAILURE = "END-07";
    /// Out of memory -> `ERROR_OUTOFMEMORY`.
    END_OUT_OF_MEMORY = "END-08";
    /// Invalid argument -> `ERROR_BAD_ARGUMENTS`, according to the SDK header only.
    END_INVALID_ARGUMENT = "END-09";
    /// The SDK header describes it as terminating and cleaning up the session.
    END_CLEANS_UP = "END-11";
    /// Resources a secondary registered remain part of the session after that secondary has left.
    SECONDARY_RESOURCES_REMAIN = "END-14";
    /// Adds files, processes and services to the session; the accumulated set determines what `RmGetList` and
    /// `RmShutdown` look at.
    REGISTRATION_ACCUMULATES = "REG-01";
    /// Both primary and secondary installers may call it.
    BOTH_ROLES_REGISTER = "REG-03";
    /// `rgsFileNames` is an array of NUL-terminated full paths and may be NULL when `nFiles` is 0.
    FILE_NAMES_ARRAY = "REG-04";
    /// `rgApplications` is an array of `RM_UNIQUE_PROCESS` and may be NULL when `nApplications` is 0.
    PROCESSES_ARRAY = "REG-05";
    /// `rgsServiceNames` is an array of NUL-terminated service short names and may be NULL when `nServices` is 0.
    SERVICE_NAMES_ARRAY = "REG-06";
    /// A NULL array with a non-zero count -> `ERROR_BAD_ARGUMENTS`.
    NULL_ARRAY_WITH_COUNT = "REG-07";
    /// No session behind the handle -> `ERROR_INVALID_HANDLE`.
    REGISTER_UNKNOWN_HANDLE = "REG-08";
    /// Registry write mutex not obtained in time -> `ERROR_SEM_TIMEOUT`.
    REGISTER_MUTEX_TIMEOUT = "REG-09";
    /// Registry read or write failure -> `ERROR_WRITE_FAULT`.
    REGISTER_REGISTRY_FAILURE = "REG-10";
    /// Out of memory -> `ERROR_OUTOFMEMORY`.
    REGISTER_OUT_OF_MEMORY = "REG-11";
    /// Processes registered explicitly are stopped and started whether or not they hold a registered file.
    REGISTERED_PROCESS_IS_AFFECTED = "REG-15";
    /// Services registered explicitly are stopped together with the services depending on them and started
    /// again.
    REGISTERED_SERVICE_IS_AFFECTED = "REG-16";
    /// A registered path that is a directory is accepted here but makes `RmGetList` fail with `ERROR_ACCESS_DENIED`
    /// (5).
    DIRECTORY_REGISTERS = "REG-17";
    /// A path that does not exist on the machine is not an error: the sample registers a `SysWOW64` path and says
    /// to leave it in even on 32-bit Windows.
    MISSING_FILE_REGISTERS = "REG-18";
    /// Registering a process is the documented way to find out whether it is critical (then look at
    /// `ApplicationType` in `RmGetList`).
    REGISTERING_TELLS_CRITICAL = "REG-19";
    /// The same process structure may be built from `GetProcessTimes`: its creation time must be the one the
    /// process really has.
    START_TIME_MUST_MATCH = "REG-20";
    /// Registering a System32 file can fail for certain 32-bit installers running under WOW64.
    SYSTEM32_FROM_32_BIT = "REG-22";
    /// Returns the applications and services that currently use resources registered with the session, with
    /// their status.
    LIST_NAMES_USERS_OF_RESOURCES = "LIST-01";
    /// `pnProcInfoNeeded` receives the number of `RM_PROCESS_INFO` elements needed to report all affected
    /// applications and services.
    NEEDED_COUNT = "LIST-03";
    /// `pnProcInfo`: on entry the capacity of the array in elements, on exit the number of elements filled.
    FILLED_COUNT = "LIST-04";
    /// `rgAffectedApps` is optional (may be NULL); the sample's first call passes NULL with capacity 0.
    ARRAY_OPTIONAL = "LIST-05";
    /// `lpdwRebootReasons` receives the reason(s) why a reboot is needed; 0 (`RmRebootReasonNone`) means no reboot.
    REBOOT_REASONS_RETURNED = "LIST-06";
    /// Array too small for all entries -> `ERROR_MORE_DATA`.
    ARRAY_TOO_SMALL = "LIST-07";
    /// A list that was cancelled -> `ERROR_CANCELLED`.
    LIST_CANCELLED = "LIST-08";
    /// Registry write mutex not obtained in time -> `ERROR_SEM_TIMEOUT`.
    LIST_MUTEX_TIMEOUT = "LIST-09";
    /// NULL or zero where forbidden (`pnProcInfoNeeded`, `pnProcInfo`, `lpdwRebootReasons`) -> `ERROR_BAD_ARGUMENTS`.
    LIST_NULL_POINTER = "LIST-10";
    /// Registry read or write failure -> `ERROR_WRITE_FAULT`.
    LIST_REGISTRY_FAILURE = "LIST-11";
    /// Out of memory -> `ERROR_OUTOFMEMORY`.
    LIST_OUT_OF_MEMORY = "LIST-12";
    /// No session behind the handle -> `ERROR_INVALID_HANDLE`.
    LIST_UNKNOWN_HANDLE = "LIST-13";
    /// One of the registered paths is a directory -> `ERROR_ACCESS_DENIED`.
    LIST_WITH_DIRECTORY = "LIST-14";
    /// The list is recomputed at every call, so a count learned from one call may be too small for the next
    /// one.
    LIST_RECOMPUTED = "LIST-16";
    /// With nothing affected, the sizing call (capacity 0) succeeds at once with 0 elements.
    NOTHING_AFFECTED = "LIST-19";
    /// After `RmShutdown` and after `RmRestart` the list carries updated `AppStatus` values.
    LIST_SHOWS_UPDATED_STATUS = "LIST-20";
    /// `RmShutdown` runs the same computation first, so the set it acts on may differ from what the caller
    /// last saw.
    SHUTDOWN_COMPUTES_OWN_LIST = "LIST-21";
    /// `RmGetList` can be the target of `RmCancelCurrentTask`, according to the function overview and to its
    /// own see-also and return code.
    LIST_CAN_BE_CANCELLED = "LIST-26";
    /// It is the documented means to obtain the `ApplicationType` of a registered process.
    LIST_TELLS_TYPE = "LIST-27";
    /// `RmShutdown` stops the programs that use registered resources; all stop work succeeded ->
    /// `ERROR_SUCCESS`.
    SHUTDOWN_STOPS_RESOURCE_USERS = "SHUT-01";
    /// `RmShutdown` can be called only by the installer that started the session.
    SHUTDOWN_BY_STARTER_ONLY = "SHUT-03";
    /// Before touching anything `RmShutdown` refreshes the list of processes using registered resources (it
    /// runs `RmGetList`) and then works on that fresh list.
    SHUTDOWN_REFRESHES_LIST = "SHUT-04";
    /// `RmShutdown` writes detailed results into the `AppStatus` that later `RmGetList` calls report.
    SHUTDOWN_WRITES_STATUS = "SHUT-05";
    /// If `RmShutdown` detects, before stopping anything, that some process or service can only be stopped by
    /// a reboot, it stops nothing at all -> `ERROR_FAIL_NOACTION_REBOOT`.
    SHUTDOWN_REFUSED_FOR_REBOOT = "SHUT-06";
    /// If at least one application could not be stopped -> `ERROR_FAIL_SHUTDOWN`; details are in `AppStatus`.
    SHUTDOWN_FAILURE = "SHUT-07";
    /// A cancellation request that took effect -> `ERROR_CANCELLED`.
    SHUTDOWN_CANCELLED = "SHUT-08";
    /// Registry write mutex not obtained in time -> `ERROR_SEM_TIMEOUT`.
    SHUTDOWN_MUTEX_TIMEOUT = "SHUT-09";
    /// NULL or zero where forbidden -> `ERROR_BAD_ARGUMENTS`.
    SHUTDOWN_NULL_OR_ZERO = "SHUT-10";
    /// Registry read or write failure -> `ERROR_WRITE_FAULT`.
    SHUTDOWN_REGISTRY_FAILURE = "SHUT-11";
    /// Out of memory -> `ERROR_OUTOFMEMORY`.
    SHUTDOWN_OUT_OF_MEMORY = "SHUT-12";
    /// No session behind the handle -> `ERROR_INVALID_HANDLE`.
    SHUTDOWN_UNKNOWN_HANDLE = "SHUT-13";
    /// `lActionFlags` is a combination of `RM_SHUTDOWN_TYPE` bits; 0 asks for a plain unforced shutdown (used
    /// by the samples).
    SHUTDOWN_FLAGS = "SHUT-15";
    /// `RmForceShutdown` (0x1): applications and services that do not respond are killed once the timeout has
    /// passed.
    FORCE_KILLS_AFTER_TIMEOUT = "SHUT-16";
    /// Default forced-shutdown timeout for an application is 30 seconds.
    APPLICATION_TIMEOUT = "SHUT-17";
    /// Default forced-shutdown timeout for a service is 20 seconds (kill comes after it).
    SERVICE_TIMEOUT = "SHUT-18";
    /// The application timeout is configurable per user through `HKCU\Control Panel\Desktop`, value
    /// `HungAppTimeout`.
    APPLICATION_TIMEOUT_CONFIGURABLE = "SHUT-19";
    /// The service timeout is configurable through `HKLM\System\CurrentControlSet\Control`, value
    /// `WaitToKillServiceTimeout`.
    SERVICE_TIMEOUT_CONFIGURABLE = "SHUT-20";
    /// `RmShutdownOnlyRegistered` (0x10): programs are stopped only if every one of them registered itself
    /// with `RegisterApplicationRestart`.
    ONLY_REGISTERED_STOPPED = "SHUT-21";
    /// With `RmShutdownOnlyRegistered`, a single process or service that cannot be restarted means nothing is
    /// stopped.
    ONE_NOT_RESTARTABLE_STOPS_NONE = "SHUT-22";
    /// Both flags together (0x11): unresponsive programs are killed, but only on condition that all of them
    /// are registered for restart.
    FORCE_AND_ONLY_REGISTERED = "SHUT-23";
    /// `fnStatus` may be NULL; then no progress is reported.
    SHUTDOWN_WITHOUT_CALLBACK = "SHUT-24";
    /// Even when forced, the polite messages are tried first and the kill happens only if they fail.
    POLITE_BEFORE_KILL = "SHUT-25";
    /// Without force, one GUI application answering FALSE to `WM_QUERYENDSESSION` cancels the shutdown.
    REFUSAL_CANCELS_SHUTDOWN = "SHUT-26";
    /// With force, an application that answers FALSE is terminated anyway.
    FORCE_OVERRIDES_REFUSAL = "SHUT-27";
    /// An application classified `RmUnknownApp` can be stopped only by a forced shutdown.
    UNKNOWN_NEEDS_FORCE = "SHUT-28";
    /// Privilege borders between users and terminal sessions are respected: a `LocalSystem` service cannot
    /// stop applications of another user or terminal session.
    SHUTDOWN_KEEPS_BORDERS = "SHUT-29";
    /// Filters can exempt programs from being stopped (`RmNoShutdown`).
    FILTER_EXEMPTS_FROM_SHUTDOWN = "SHUT-32";
    /// When a reboot is needed to install the update, Restart Manager leaves all programs running and leaves
    /// the scheduling of the reboot to the installer.
    REBOOT_CASE_LEAVES_ALL_RUNNING = "SHUT-33";
    /// `RmShutdown` is synchronous: it returns when the stop phase is finished, failed or cancelled;
    /// cancelling needs a second thread.
    SHUTDOWN_IS_SYNCHRONOUS = "SHUT-36";
    /// `RmRestart` restarts what `RmShutdown` stopped: applications that registered with
    /// `RegisterApplicationRestart`, and services.
    RESTART_STARTS_WHAT_WAS_STOPPED = "REST-01";
    /// `RmRestart` can be called only by the primary installer that started the session.
    RESTART_BY_STARTER_ONLY = "REST-03";
    /// `dwRestartFlags` is reserved and should be 0.
    RESTART_FLAGS_RESERVED = "REST-04";
    /// Valid handle but `RmShutdown` was not called before -> `ERROR_REQUEST_OUT_OF_SEQUENCE`.
    RESTART_BEFORE_SHUTDOWN = "REST-05";
    /// At least one application could not be restarted -> `ERROR_FAIL_RESTART`; details in the structures
    /// `RmGetList` returns.
    RESTART_FAILURE = "REST-06";
    /// A cancellation request that took effect -> `ERROR_CANCELLED`.
    RESTART_CANCELLED = "REST-07";
    /// Registry write mutex not obtained in time -> `ERROR_SEM_TIMEOUT`.
    RESTART_MUTEX_TIMEOUT = "REST-08";
    /// NULL or zero where forbidden -> `ERROR_BAD_ARGUMENTS`.
    RESTART_NULL_OR_ZERO = "REST-09";
    /// Registry read or write failure -> `ERROR_WRITE_FAULT`.
    RESTART_REGISTRY_FAILURE = "REST-10";
    /// Out of memory -> `ERROR_OUTOFMEMORY`.
    RESTART_OUT_OF_MEMORY = "REST-11";
    /// No session behind the handle -> `ERROR_INVALID_HANDLE`.
    RESTART_UNKNOWN_HANDLE = "REST-12";
    /// After `RmRestart` the list reports updated status information.
    RESTART_UPDATES_STATUS = "REST-15";
    /// `fnStatus` may be NULL; then no progress is reported.
    RESTART_WITHOUT_CALLBACK = "REST-16";
    /// Applications that ran elevated are not restarted, although Restart Manager may have stopped them.
    ELEVATED_NOT_RESTARTED = "REST-17";
    /// Applications running under an account other than that of the logged-on user (Run As is the example
    /// given) are not restarted although they may have been stopped; a person has to start them.
    OTHER_USER_NOT_RESTARTED = "REST-18";
    /// Applications that did not register for restart are stopped but not restarted, because no command line
    /// is known for them.
    UNREGISTERED_NOT_RESTARTED = "REST-19";
    /// A restarted console application gets a new console.
    RESTARTED_IN_NEW_CONSOLE = "REST-20";
    /// The command line of the restarted application is the one given to `RegisterApplicationRestart`, with
    /// the executable name added by the system.
    RESTART_COMMAND_LINE = "REST-22";
    /// Restart works through the classes in the reverse of the stop order.
    RESTART_REVERSES_CLASSES = "REST-23";
    /// A filter `RmNoRestart` or `RmNoShutdown` keeps a program from being restarted.
    FILTER_KEEPS_FROM_RESTART = "REST-24";
    /// An application that registered with `RESTART_NO_PATCH` is not restarted when it was ended for the
    /// installation of an update.
    NO_PATCH_NOT_RESTARTED = "REST-25";
    /// Restrictions across terminal sessions and users are the same as for `RmShutdown`.
    RESTART_KEEPS_BORDERS = "REST-26";
    /// An application being updated is restarted automatically, without asking the user (unlike the crash and
    /// hang cases).
    RESTART_WITHOUT_ASKING = "REST-29";
    /// `RmCancelCurrentTask` requests cancellation of the running `RmShutdown` or `RmRestart`; its
    /// `ERROR_SUCCESS` means only that the request was made.
    CANCEL_IS_A_REQUEST = "CANCEL-01";
    /// `RmCancelCurrentTask` must be called from the application that started the session.
    CANCEL_BY_STARTER_ONLY = "CANCEL-03";
    /// `RmCancelCurrentTask` is to be called from a thread other than the one blocked in the operation.
    CANCEL_FROM_OTHER_THREAD = "CANCEL-04";
    /// Whether the operation really is cancelled depends on how far it has got at that moment.
    CANCEL_DEPENDS_ON_PROGRESS = "CANCEL-05";
    /// A successful cancellation shows as `ERROR_CANCELLED` (1223) returned by the cancelled function, not by
    /// the one that cancels.
    CANCELLED_CALL_TELLS = "CANCEL-06";
    /// The SDK header says the running task is to be cancelled as soon as possible.
    CANCEL_AS_SOON_AS_POSSIBLE = "CANCEL-07";
    /// Invalid argument -> `ERROR_BAD_ARGUMENTS`.
    CANCEL_INVALID_ARGUMENT = "CANCEL-08";
    /// Out of memory -> `ERROR_OUTOFMEMORY`.
    CANCEL_OUT_OF_MEMORY = "CANCEL-09";
    /// No session behind the handle -> `ERROR_INVALID_HANDLE`.
    CANCEL_UNKNOWN_HANDLE = "CANCEL-10";
    /// The function overview extends what can be cancelled to `RmGetList`.
    CANCEL_TARGETS_LIST_TOO = "CANCEL-12";
    /// No code exists for "nothing to cancel".
    NOTHING_TO_CANCEL = "CANCEL-13";
    /// No rollback of already stopped programs is described for a cancelled shutdown; the general advice to
    /// call `RmRestart` afterwards applies.
    CANCEL_ROLLS_NOTHING_BACK = "CANCEL-14";
    /// `RmAddFilter` adds a modification (filter) that changes the stop or restart treatment of one
    /// application or service.
    FILTER_CHANGES_TREATMENT = "FILT-01";
    /// `strModuleName` is the full path of the application executable; the filter applies to applications
    /// running that file.
    FILTER_BY_MODULE = "FILT-03";
    /// `pProcess` identifies one running application by PID and start time.
    FILTER_BY_PROCESS = "FILT-04";
    /// `strServiceShortName` identifies a service by short name.
    FILTER_BY_SERVICE = "FILT-05";
    /// The three identifiers exclude each other: each must be NULL when one of the other two is given.
    FILTER_HAS_ONE_TARGET = "FILT-06";
    /// The primary may call `RmAddFilter` any number of times.
    FILTERS_ADDED_REPEATEDLY = "FILT-07";
    /// A later filter for the same file, process or service replaces the earlier one.
    LATER_FILTER_REPLACES = "FILT-08";
    /// NULL or zero where forbidden -> `ERROR_BAD_ARGUMENTS`.
    ADD_FILTER_NULL_OR_ZERO = "FILT-09";
    /// Called by a secondary installer -> `ERROR_SESSION_CREDENTIAL_CONFLICT`.
    ADD_FILTER_BY_SECONDARY = "FILT-10";
    /// No session behind the handle -> `ERROR_INVALID_HANDLE`, according to the SDK header.
    ADD_FILTER_UNKNOWN_HANDLE = "FILT-11";
    /// `RmRemoveFilter` removes the modifications earlier made for the named file, process or service.
    FILTER_REMOVED = "FILT-13";
    /// The identifiers of `RmRemoveFilter` have the same meaning and the same mutual exclusion as in
    /// `RmAddFilter`.
    REMOVE_FILTER_TARGETS = "FILT-15";
    /// No such filter -> `ERROR_FILE_NOT_FOUND`.
    FILTER_NOT_FOUND = "FILT-16";
    /// Called by a secondary installer -> `ERROR_SESSION_CREDENTIAL_CONFLICT`.
    REMOVE_FILTER_BY_SECONDARY = "FILT-17";
    /// The primary may call `RmRemoveFilter` any number of times.
    FILTERS_REMOVED_REPEATEDLY = "FILT-18";
    /// `RmGetFilterList` copies the filters currently applied into a caller-allocated byte buffer.
    FILTERS_COPIED_TO_BUFFER = "FILT-20";
    /// `cbFilterBuf` is the buffer size in bytes, `cbFilterBufNeeded` receives the number of bytes needed.
    FILTER_BUFFER_SIZES = "FILT-22";
    /// Entries are chained by `cbNextOffset`, the byte distance to the next entry.
    FILTER_ENTRIES_CHAINED = "FILT-24";
    /// Buffer too small -> `ERROR_MORE_DATA`.
    FILTER_BUFFER_TOO_SMALL = "FILT-25";
    /// `cbFilterBufNeeded` not supplied -> `ERROR_MORE_DATA` according to the 234 row.
    FILTER_NEEDED_NOT_SUPPLIED = "FILT-26";
    /// NULL or zero where forbidden -> `ERROR_BAD_ARGUMENTS`.
    FILTER_LIST_NULL_OR_ZERO = "FILT-27";
    /// Called by a secondary installer -> `ERROR_SESSION_CREDENTIAL_CONFLICT`.
    FILTER_LIST_BY_SECONDARY = "FILT-28";
    /// Action `RmNoRestart`: the program may be stopped but is not restarted.
    FILTER_NO_RESTART = "FILT-30";
    /// Action `RmNoShutdown`: the program is neither stopped nor restarted.
    FILTER_NO_SHUTDOWN = "FILT-31";
    /// A program whose stop is suppressed by a filter carries `RmStatusShutdownMasked` (0x40), one whose
    /// restart is suppressed carries `RmStatusRestartMasked` (0x80).
    FILTER_STATUS_BITS = "FILT-32";
    /// The structure page speaks of filters on applications and services registered with the session; the
    /// function pages do not require registration.
    FILTER_ON_UNREGISTERED_TARGET = "FILT-33";
    /// Removing a filter restores normal stop and restart treatment of the target.
    REMOVED_FILTER_HAS_NO_EFFECT = "FILT-34";
    /// `nPercentComplete` is between 0 and 100 inclusive.
    PERCENTAGE_IN_RANGE = "STATUS-02";
    /// The percentage is the share of all concerned applications already stopped (`RmShutdown`) or restarted
    /// (`RmRestart`).
    PERCENTAGE_IS_SHARE_DONE = "STATUS-03";
    /// The reported percentage is strictly increasing.
    PERCENTAGE_STRICTLY_INCREASES = "STATUS-04";
    /// The callback is accepted by `RmShutdown` and `RmRestart` only; optional in both.
    CALLBACK_IS_OPTIONAL = "STATUS-06";
    /// The callback's pointer is supplied by the installer that started the session.
    CALLBACK_FROM_STARTER = "STATUS-07";
    /// The callback has no way to request cancellation through its return value; `RmCancelCurrentTask` is the
    /// only documented way.
    CALLBACK_CANCELS_BY_CALL_ONLY = "STATUS-09";
    /// `RmUnknownApp` = 0: cannot be classified otherwise; stoppable only by a forced shutdown.
    TYPE_UNKNOWN = "TYPE-08";
    /// `RmMainWindow` = 1: Windows application in a process of its own that shows a top-level window.
    TYPE_MAIN_WINDOW = "TYPE-09";
    /// `RmOtherWindow` = 2: Windows application that is not a stand-alone process and shows no top-level window.
    TYPE_OTHER_WINDOW = "TYPE-10";
    /// `RmService` = 3: Windows service.
    TYPE_SERVICE = "TYPE-11";
    /// `RmExplorer` = 4: Windows Explorer.
    TYPE_EXPLORER = "TYPE-12";
    /// `RmConsole` = 5: stand-alone console application.
    TYPE_CONSOLE = "TYPE-13";
    /// `RmCritical` = 1000: cannot be stopped, so a reboot is needed: a critical process, or one the user may not
    /// stop, or one belonging to the primary installer itself.
    TYPE_CRITICAL = "TYPE-14";
    /// `RmCritical` therefore mixes three causes; the reboot-reason bits tell them apart (critical
    /// process/service, permission, self).
    REASONS_TELL_CAUSES_APART = "TYPE-15";
    /// Status values may be combined; the combination tells the history of what Restart Manager did to the
    /// application.
    STATUS_TELLS_HISTORY = "TYPE-25";
    /// `RmRebootReasonPermissionDenied` = 0x1: the user lacks the rights to stop at least one process.
    REASON_PERMISSION_DENIED = "TYPE-34";
    /// `RmRebootReasonSessionMismatch` = 0x2: at least one process runs in another terminal session.
    REASON_SESSION_MISMATCH = "TYPE-35";
    /// `RmRebootReasonCriticalProcess` = 0x4: at least one process that would have to stop is critical.
    REASON_CRITICAL_PROCESS = "TYPE-36";
    /// `RmRebootReasonCriticalService` = 0x8: at least one service that would have to stop is critical.
    REASON_CRITICAL_SERVICE = "TYPE-37";
    /// `RmRebootReasonDetectedSelf` = 0x10: the calling process itself would have to stop (number given by the
    /// header only).
    REASON_DETECTED_SELF = "TYPE-38";
    /// The values are distinct bits and the SDK header says `RmGetList` returns a series of flags, so several may
    /// be set together.
    REASONS_ARE_FLAGS = "TYPE-39";
    /// `ProcessStartTime` is the creation time that `GetProcessTimes` gives; PID plus start time identify a process
    /// uniquely even if PIDs are reused.
    PROCESS_IDENTITY = "TYPE-42";
    /// `strAppName`: long (display) name for a service, user-friendly name for an application.
    FRIENDLY_NAME = "TYPE-44";
    /// `strAppName` of a critical process: executable file name if the installer runs elevated, long name if the
    /// installer runs as a service.
    CRITICAL_PROCESS_NAME = "TYPE-45";
    /// `strServiceShortName` is filled for services only and is not used for other processes.
    SHORT_NAME_FOR_SERVICES_ONLY = "TYPE-46";
    /// `TSSessionId` is the terminal session of the process, -1 if it cannot be determined (header: if not
    /// applicable); not used for services and critical system processes.
    TERMINAL_SESSION_ID = "TYPE-49";
    /// `bRestartable` is TRUE if Restart Manager can restart the application; always TRUE for a service, always
    /// FALSE for a critical system process.
    RESTARTABLE = "TYPE-50";
    /// `cbNextOffset` of a filter is the offset in bytes to the next one.
    NEXT_FILTER_OFFSET = "TYPE-56";
    /// Stop order by class: first GUI programs, second console programs, third services, last Explorer.
    STOP_ORDER_BY_CLASS = "ORDER-01";
    /// Restart order is the reverse: Explorer, services, console applications, GUI applications.
    RESTART_ORDER_BY_CLASS = "ORDER-02";
    /// Reboot-need detection precedes every stop action.
    REBOOT_TEST_FIRST = "ORDER-03";
    /// List refresh precedes every stop action.
    LIST_REFRESH_FIRST = "ORDER-04";
    /// For GUI applications: `WM_QUERYENDSESSION` first, then `WM_ENDSESSION`, then `WM_CLOSE` for those
    /// still alive, then (only if forced) termination.
    WINDOW_MESSAGE_ORDER = "ORDER-05";
    /// A service's dependents are stopped with it and come back with it.
    DEPENDENTS_STOP_AND_RETURN = "ORDER-06";
    /// Dependents have to be down before the service itself can be stopped; enumerating dependents yields a
    /// usable stop order (reverse of start order).
    DEPENDENTS_DOWN_FIRST = "ORDER-07";
    /// No order inside one class is documented.
    NO_ORDER_INSIDE_CLASS = "ORDER-08";
    /// Stopping and restarting a critical system service takes a reboot; the same holds for updating whatever
    /// such a service is using.
    CRITICAL_NEEDS_REBOOT = "CRIT-01";
    /// Named examples: smss.exe, csrss.exe, wininit.exe, logonui.exe, lsass.exe, services.exe, winlogon.exe,
    /// System, the svchost.exe hosting RPCSS, the svchost.exe hosting DCOM/`PnP`.
    CRITICAL_EXAMPLES = "CRIT-02";
    /// Test procedure: register the process, call `RmGetList`, look for `ApplicationType` `RmCritical`.
    CRITICALITY_TEST = "CRIT-03";
    /// A critical item among the affected ones sets reboot-reason bit 0x4 (process) or 0x8 (service).
    CRITICAL_SETS_REASON = "CRIT-06";
    /// `bRestartable` of a critical system process is FALSE.
    CRITICAL_NOT_RESTARTABLE = "CRIT-07";
    /// If a service host process also supports critical services, Restart Manager does not stop the whole
    /// host.
    HOST_OF_CRITICAL_SERVICE_KEPT = "CRIT-08";
    /// The installer's own process using a registered resource yields reboot-reason bit 0x10 and may be shown
    /// as `RmCritical`.
    SELF_NEEDS_REBOOT = "CRIT-09";
    /// Restart Manager asks a GUI application with `WM_QUERYENDSESSION` whose `lParam` is
    /// `ENDSESSION_CLOSEAPP` (0x1).
    ASKED_WITH_CLOSE_APP = "APP-01";
    /// The application must not exit on `WM_QUERYENDSESSION` since another application may still refuse; it
    /// answers TRUE if ready.
    AGREEING_IS_NOT_EXITING = "APP-02";
    /// If no application answered FALSE, `WM_ENDSESSION` follows with `wParam` TRUE and `lParam`
    /// `ENDSESSION_CLOSEAPP`; only then should the application exit.
    TOLD_TO_END_IF_NOBODY_REFUSED = "APP-03";
    /// An application still alive after `WM_ENDSESSION` also gets `WM_CLOSE`.
    SURVIVOR_TOLD_TO_CLOSE = "APP-04";
    /// FALSE from any GUI application cancels the (unforced) shutdown.
    ONE_REFUSAL_CANCELS = "APP-05";
    /// Under a forced shutdown the answer does not matter: the application is terminated.
    ANSWER_IGNORED_UNDER_FORCE = "APP-06";
    /// An application has 5 seconds each to answer `WM_QUERYENDSESSION` and `WM_ENDSESSION` in the update
    /// case.
    MESSAGE_REPLY_TIME = "APP-08";
    /// Most of the time budget in the update case belongs to `WM_CLOSE`: 30 seconds.
    CLOSE_TIME_BUDGET = "APP-09";
    /// Restart Manager sends `CTRL_C_EVENT` to a console application that must stop and restart.
    CONSOLE_GETS_CTRL_C = "APP-11";
    /// The handler of `CTRL_C_EVENT` has 30 seconds in the update case.
    CONSOLE_EXIT_TIME = "APP-13";
    /// Only applications registered through `RegisterApplicationRestart` can be restarted; this is the sole
    /// source of their command line.
    ONLY_REGISTERED_RESTARTED = "APP-14";
    /// Restarting after an update works only if both application (registered) and installer (restarts, or
    /// reboots with the right flag) cooperate.
    RESTART_NEEDS_BOTH_SIDES = "APP-18";
    /// `lParam` 0 of the two messages means system shutdown or reboot, which cannot be told apart.
    NO_FLAGS_AT_SYSTEM_SHUTDOWN = "WM-07";
    /// Returning zero from one application prevents the session from ending, and the system sends no further
    /// queries once one zero came back.
    FIRST_REFUSAL_ENDS_QUERIES = "WM-09";
    /// `DefWindowProc` answers TRUE.
    DEFAULT_PROCEDURE_AGREES = "WM-10";
    /// An application that answered TRUE gets `WM_ENDSESSION` whatever the others answered.
    AGREED_GETS_END_SESSION = "WM-11";
    /// `wParam` of `WM_ENDSESSION` carries the overall result of the queries.
    END_SESSION_CARRIES_RESULT = "WM-12";
    /// With `ENDSESSION_CLOSEAPP` and `wParam` TRUE the application must stop, saving without asking the
    /// user; with `wParam` FALSE it should go on running.
    END_SESSION_STOPS_OR_SPARES = "WM-13";
    /// An application that `WM_ENDSESSION` ended will be restarted if it had registered with
    /// `RegisterApplicationRestart`.
    ENDED_COMES_BACK_IF_REGISTERED = "WM-14";
    /// During a system shutdown on Vista or later, console applications and applications without a visible
    /// window cannot veto: they are ended after 5 seconds without answer or after FALSE.
    NO_VETO_WITHOUT_WINDOW = "WM-18";
    /// During a system shutdown each of the two messages may be delayed 5 seconds before the user is offered
    /// to continue or cancel.
    SYSTEM_SHUTDOWN_MESSAGE_DELAY = "WM-19";
    /// Handlers of `CTRL_C_EVENT` run last-registered first until one returns TRUE; if none does, the default
    /// handler calls `ExitProcess`.
    DEFAULT_HANDLER_EXITS = "CON-02";
    /// A handler that returns TRUE and does not exit keeps the process alive for this event.
    HANDLED_CTRL_C_KEEPS_ALIVE = "CON-03";
    /// A process that called `SetConsoleCtrlHandler(NULL, TRUE)` ignores the signal; children inherit that
    /// attribute.
    CTRL_C_IGNORED = "CON-04";
    /// `CTRL_C_EVENT` normally goes to every process attached to the same console.
    CTRL_C_REACHES_WHOLE_CONSOLE = "CON-05";
    /// The console subsystem applies no timeout to `CTRL_C_EVENT`.
    CTRL_C_HAS_NO_TIMEOUT = "CON-06";
    /// A console application must have registered before the installer tries to stop it; registering inside
    /// the `CTRL_C_EVENT` handler is not possible.
    CONSOLE_REGISTERS_BEFORE_CTRL_C = "CON-09";
    /// When Windows Error Reporting or Restart Manager restarts a console application it gets a separate
    /// console window (which closes when it exits).
    RESTARTED_CONSOLE_IS_SEPARATE = "CON-10";
    /// The registered command line holds arguments only; the system puts the executable in front.
    REGISTERED_ARGUMENTS_ONLY = "ARR-02";
    /// A registered command line is limited to `RESTART_MAX_CMD_LINE` characters; longer -> `E_INVALIDARG`.
    COMMAND_LINE_TOO_LONG = "ARR-03";
    /// A NULL or empty command line removes the command line registered before.
    EMPTY_COMMAND_LINE = "ARR-04";
    /// Internal error of `RegisterApplicationRestart` -> `E_FAIL`.
    RESTART_REGISTRATION_FAILURE = "ARR-06";
    /// `RESTART_NO_PATCH` = 4: no restart when ended for the installation of an update.
    NO_PATCH_FLAG = "ARR-09";
    /// `RESTART_NO_REBOOT` = 8: no restart when the computer was rebooted because of an update.
    NO_REBOOT_FLAG = "ARR-10";
    /// `dwFlags` may be 0 or any combination of the four bits; 0 means restart in all four cases.
    RESTART_FLAGS_COMBINE = "ARR-11";
    /// To avoid restart loops the system restarts an application only if its run time had reached 60 seconds.
    MINIMUM_RUN_TIME = "ARR-12";
    /// GUI application being updated: the last chance to register or change the command line is while
    /// handling `WM_QUERYENDSESSION`.
    REGISTRATION_INSIDE_QUERY = "ARR-14";
    /// After crash or hang the user is asked before restarting; after an update the restart is automatic.
    UPDATE_RESTARTS_UNASKED = "ARR-15";
    /// Restart across a reboot needs the installer to reboot with `EWX_RESTARTAPPS` or
    /// `SHUTDOWN_RESTARTAPPS`.
    RESTART_ACROSS_REBOOT = "ARR-16";
    /// `UnregisterApplicationRestart` removes the running instance from the restart list; `S_OK` on success,
    /// `E_FAIL` on internal error; it takes no parameters.
    RESTART_REGISTRATION_REMOVED = "ARR-17";
    /// Not registered -> `HRESULT_FROM_WIN32(ERROR_NOT_FOUND)` = 0x80070490 (Win32 1168).
    SETTINGS_NOT_REGISTERED = "ARR-20";
    /// Buffer too small -> `HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER)` = 0x8007007A (Win32 122), and
    /// `pcchSize` receives the size needed.
    SETTINGS_BUFFER_TOO_SMALL = "ARR-21";
    /// NULL buffer with size 0 is the size query: it returns `S_OK` and the size in characters including the
    /// NUL.
    SETTINGS_SIZE_QUERY = "ARR-22";
    /// Invalid parameters -> `E_INVALIDARG` (0x80070057).
    SETTINGS_INVALID_PARAMETERS = "ARR-23";
    /// The remarks on `GetApplicationRestartSettings` limit it to the current process although a process
    /// handle is a parameter.
    SETTINGS_OF_WHICH_PROCESS = "ARR-24";
    /// After a restart the registration is gone; the new process sees its command line in its arguments.
    REGISTRATION_GONE_AFTER_RESTART = "ARR-25";
    /// The registration lives in the process that made it.
    REGISTRATION_LIVES_IN_PROCESS = "ARR-26";
    /// Restart Manager honours dependencies: when a service is stopped and restarted, so are the services
    /// depending on it.
    DEPENDENCIES_HONOURED = "SVC-02";
    /// Registered services are given by short name, at most 63 characters.
    SERVICE_BY_SHORT_NAME = "SVC-03";
    /// A service that does not respond is killed after 20 seconds under a forced shutdown.
    SILENT_SERVICE_KILLED = "SVC-04";
    /// Restart Manager uses service tags to attribute resource use inside a shared svchost; if that works
    /// only the services concerned are stopped.
    TAGS_PIN_USE_TO_SERVICE = "SVC-09";
    /// If tagging fails and the host does not also run critical services, the whole host process is stopped
    /// and event 10009 is logged.
    UNTAGGED_HOST_STOPPED = "SVC-10";
    /// Stopping a service with running dependents through the SCM fails with
    /// `ERROR_DEPENDENT_SERVICES_RUNNING`; the SCM does not forward the request.
    STOP_WITH_RUNNING_DEPENDENTS = "SVC-12";
    /// A control the service does not accept (for example stop) -> `ERROR_INVALID_SERVICE_CONTROL`.
    CONTROL_NOT_ACCEPTED = "SVC-13";
    /// A control in state stopped, start-pending or stop-pending -> `ERROR_SERVICE_CANNOT_ACCEPT_CTRL` by the
    /// error table.
    CONTROL_WHILE_PENDING = "SVC-14";
    /// A control for a service that is not started -> `ERROR_SERVICE_NOT_ACTIVE`.
    CONTROL_OF_STOPPED_SERVICE = "SVC-15";
    /// The SCM handles control notifications one at a time; a busy handler blocks the call for 30 seconds,
    /// then `ERROR_SERVICE_REQUEST_TIMEOUT`.
    CONTROL_HANDLER_BUSY = "SVC-16";
    /// A control while the system is shutting down -> `ERROR_SHUTDOWN_IN_PROGRESS`.
    CONTROL_DURING_SYSTEM_SHUTDOWN = "SVC-17";
    /// A service that accepts stop must go to `STOP_PENDING` or STOPPED upon it; after `STOP_PENDING` only
    /// STOPPED is valid and no further controls are sent.
    STOP_PENDING_THEN_STOPPED = "SVC-18";
    /// Dependents are enumerated in reverse start order (group order considered), which is the right order
    /// for stopping them.
    DEPENDENTS_IN_STOP_ORDER = "SVC-19";
    /// By default `LocalSystem`, Administrators and Power Users may stop and start services.
    WHO_CONTROLS_SERVICES = "SVC-20";
    /// `StartService` returns once the service thread was created, not when the service runs; state is
    /// `START_PENDING` with a wait hint of 2 seconds at that point.
    START_RETURNS_BEFORE_RUNNING = "SVC-21";
    /// Documented failures of `StartService` include already running, disabled, dependency failed, dependency
    /// deleted, logon failed, marked for deletion, request timeout, binary not found.
    SERVICE_START_FAILURES = "SVC-22";
    /// At system shutdown the SCM ignores dependencies and gives about 20 seconds by default
    /// (`WaitToKillServiceTimeout`, milliseconds).
    DEPENDENCIES_IGNORED_AT_SHUTDOWN = "SVC-24";
    /// `ExitWindowsEx`: non-zero means the shutdown was initiated, not that it will succeed; zero means
    /// failure (`GetLastError`).
    EXIT_WINDOWS_ONLY_INITIATES = "REBOOT-01";
    /// `EWX_RESTARTAPPS` = 0x40: shuts down, reboots, and starts again every application registered with
    /// `RegisterApplicationRestart`; those applications get `WM_QUERYENDSESSION` with `ENDSESSION_CLOSEAPP`.
    EXIT_WINDOWS_RESTART_APPS = "REBOOT-02";
    /// `EWX_LOGOFF` = 0x0: ends the processes of the caller's logon session and logs the user off.
    EXIT_WINDOWS_LOG_OFF = "REBOOT-03";
    /// `EWX_SHUTDOWN` = 0x1: shuts down to the safe-to-power-off point.
    EXIT_WINDOWS_SHUTDOWN = "REBOOT-04";
    /// `EWX_REBOOT` = 0x2: shuts down and reboots.
    EXIT_WINDOWS_REBOOT = "REBOOT-05";
    /// `EWX_FORCE` = 0x4: sends no `WM_QUERYENDSESSION` (no effect with terminal services enabled).
    EXIT_WINDOWS_FORCE = "REBOOT-06";
    /// `EWX_POWEROFF` = 0x8: shuts down and powers off.
    EXIT_WINDOWS_POWER_OFF = "REBOOT-07";
    /// `EWX_FORCEIFHUNG` = 0x10: terminates processes that do not answer the query or end message in time.
    EXIT_WINDOWS_FORCE_IF_HUNG = "REBOOT-08";
    /// Shutting down or rebooting needs `SE_SHUTDOWN_NAME` enabled in the caller.
    SHUTDOWN_PRIVILEGE = "REBOOT-10";
    /// `ExitWindowsEx` works asynchronously and is aimed at the caller's logon session; a non-interactive
    /// caller may get success without a shutdown.
    EXIT_WINDOWS_IS_ASYNCHRONOUS = "REBOOT-11";
    /// `SHUTDOWN_RESTARTAPPS` = 0x80: reboots through `ExitWindowsEx` with `EWX_RESTARTAPPS`, so registered
    /// applications are started again.
    INITIATE_RESTART_APPS = "REBOOT-14";
    /// `SHUTDOWN_FORCE_OTHERS` = 0x1: logs all other sessions off by force.
    INITIATE_FORCE_OTHERS = "REBOOT-15";
    /// `SHUTDOWN_FORCE_SELF` = 0x2: logs the calling session off by force; without it a shutdown is not
    /// guaranteed even on success.
    INITIATE_FORCE_SELF = "REBOOT-16";
    /// `SHUTDOWN_RESTART` = 0x4: reboot.
    INITIATE_RESTART = "REBOOT-17";
    /// `SHUTDOWN_POWEROFF` = 0x8: power off.
    INITIATE_POWER_OFF = "REBOOT-18";
    /// `SHUTDOWN_NOREBOOT` = 0x10: shut down without power-off or reboot.
    INITIATE_NO_REBOOT = "REBOOT-19";
    /// `SHUTDOWN_GRACE_OVERRIDE` = 0x20: ignore the grace period.
    INITIATE_GRACE_OVERRIDE = "REBOOT-20";
    /// Missing privilege (local or remote shutdown) -> `ERROR_ACCESS_DENIED`.
    INITIATE_WITHOUT_PRIVILEGE = "REBOOT-23";
    /// A shutdown already runs -> `ERROR_SHUTDOWN_IN_PROGRESS`.
    INITIATE_WHILE_SHUTTING_DOWN = "REBOOT-24";
    /// A shutdown is scheduled but not begun and `SHUTDOWN_GRACE_OVERRIDE` is not given ->
    /// `ERROR_SHUTDOWN_IS_SCHEDULED`.
    INITIATE_WHILE_SCHEDULED = "REBOOT-25";
    /// Other users are logged on and `SHUTDOWN_FORCE_OTHERS` is not given ->
    /// `ERROR_SHUTDOWN_USERS_LOGGED_ON`.
    INITIATE_WITH_OTHERS_LOGGED_ON = "REBOOT-26";
    /// Grace period above zero without `SHUTDOWN_FORCE_SELF`, or a remote machine without
    /// `SHUTDOWN_FORCE_SELF` -> `ERROR_INVALID_PARAMETER`.
    INITIATE_GRACE_NEEDS_FORCE = "REBOOT-27";
    /// Grace period above zero together with `SHUTDOWN_GRACE_OVERRIDE` -> an error.
    INITIATE_GRACE_CONFLICT = "REBOOT-28";
    /// A registered application with `RESTART_NO_REBOOT` does not come back after a reboot that starts
    /// applications again.
    NO_REBOOT_STAYS_AWAY = "REBOOT-32";
    /// While the countdown dialog is shown `AbortSystemShutdown` can still call the shutdown off.
    COUNTDOWN_CAN_BE_ABORTED = "REBOOT-33";
    /// On 64-bit Windows a 32-bit x86 process opening %windir%\System32 is redirected to %windir%\`SysWOW64`
    /// (ARM: `SysArm32`).
    SYSTEM32_REDIRECTED = "WOW64-01";
    /// Also redirected: %windir%\lastgood\system32 and %windir%\regedit.exe.
    FURTHER_REDIRECTED_PATHS = "WOW64-02";
    /// Not redirected: the System32 subfolders catroot, catroot2, driverstore, drivers\etc, logfiles, spool
    /// (driverstore is redirected on Vista, Server 2008 and older).
    EXEMPT_SUBFOLDERS = "WOW64-03";
    /// A 32-bit process reaches the native folder through the alias %windir%\Sysnative (Vista and later);
    /// 64-bit processes cannot use the alias.
    SYSNATIVE_ALIAS = "WOW64-04";
    /// Switches redirection off for the calling thread only; must be paired with `Wow64RevertWow64FsRedirection`;
    /// while off, DLL and delay loading can fail.
    REDIRECTION_OFF_PER_THREAD = "WOW64-05";
    /// The how-to page warns that registration of System32 files can fail for certain 32-bit installers.
    SYSTEM32_REGISTRATION_WARNING = "WOW64-07";
    /// The sample registers both the System32 and the `SysWOW64` path of one program because of redirection and
    /// calls the second one harmless on 32-bit Windows.
    BOTH_VIEWS_HARMLESS = "WOW64-08";
    /// No redirection takes place when the access makes the system show an elevation prompt; the 64-bit file is
    /// started then.
    ELEVATION_SKIPS_REDIRECTION = "WOW64-09";
    /// Event 10005 is written after detection and lists the applications and services using needed resources;
    /// it hints that a reboot may be required.
    EVENT_REBOOT_NEEDED = "EVT-02";
    /// Event 10009 (symbol `RMEVT_SVCTAG_FAIL`): service tagging failed to find the service inside a host
    /// process.
    EVENT_TAGGING_FAILED = "EVT-03";
    /// Remaining ids by public provider listings: 10000 session start, 10001 session end, 10002 stopping a
    /// program, 10003 restarting a program, 10004 resources registered (counts of files, processes,
    /// services), 10006 could not stop, 10007 could not restart, 10008 internal error, 10010 a further
    /// per-application event.
    EVENT_IDS = "EVT-04";
    /// The session database lives per user under `HKCU\Software\Microsoft\RestartManager` as a volatile key;
    /// every session is one sub-key named Session followed by a four-digit sequence number that starts at 0000.
    DATABASE_PER_USER = "OBS-START-01";
    /// A new session takes the first abandoned sub-key if there is one, otherwise it creates a new sub-key; a
    /// slot is abandoned when the process recorded as owner has exited without `RmEndSession`.
    ABANDONED_SLOT_REUSED = "OBS-START-02";
    /// Handles are small integers counted from 0, and 0 is a normal valid handle, probably the one of a first
    /// session (deduced from event records, so keep the first handle a knob); whether the number is the index
    /// of the registry slot or a per-process index is not established.
    HANDLES_FROM_ZERO = "OBS-START-05";
    /// The key is 32 characters of GUID text in hexadecimal without dashes (`CCH_RM_SESSION_KEY` = 32, so the
    /// buffer is 33 WCHARs); the letter case is not established and consumers accept both.
    KEY_IS_HEXADECIMAL = "OBS-START-07";
    /// The function cannot be relied on to store the terminating NUL behind the 32 characters, therefore
    /// careful callers clear all 33 elements first.
    KEY_TERMINATION_UNSURE = "OBS-START-08";
    /// The key buffer is output only. Callers that put their own text there, such as a dashed 36-character
    /// GUID, get an ordinary session and that text plays no part.
    KEY_BUFFER_IS_OUTPUT_ONLY = "OBS-START-09";
    /// Starting and ending a session 70 times in a row in one process works every time, which shows that slots
    /// are given back at once and the limit of 64 counts live sessions only.
    ENDED_SLOT_FREE_AT_ONCE = "OBS-START-10";
    /// The limit of 64 is shared by everything the user runs, so one leaking process denies Restart Manager
    /// (error 353) to every other consumer in that logon session, Windows Installer included.
    LIMIT_SHARED_BY_USER = "OBS-START-11";
    /// Every session, even one used only to ask who holds a file, writes event 10000 when it starts and 10001
    /// when it ends; long runs of such pairs are used as a trace of ransomware.
    SESSION_EVENT_PAIR = "OBS-START-13";
    /// Restart Manager gives no additional rights; a session shows and closes only what the token of the caller
    /// would allow.
    NO_ADDITIONAL_RIGHTS = "OBS-START-14";
    /// Two projects state that a leaked session blocks its slot until logoff or reboot; this is their reading
    /// of the limit and weaker than OBS-START-02, except for leaks inside a process that is still running.
    LEAK_BLOCKS_SLOT = "OBS-START-16";
    /// A session by a program running as `LocalSystem` lands in the hive of S-1-5-18, and its events carry that
    /// SID while the session number again begins at 0, so numbering is per user and not per machine.
    NUMBERING_PER_USER = "OBS-START-15";
    /// A process may join the session that it itself started; the returned handle accepts files, processes and
    /// services, and each of the two handles is ended separately with success.
    OWN_PROCESS_MAY_JOIN = "OBS-JOIN-01";
    /// `RmGetList` through a joined handle in a process other than the creator fails with
    /// `ERROR_SESSION_CREDENTIAL_CONFLICT` (1219).
    SECONDARY_LIST_REFUSED = "OBS-JOIN-02";
    /// Microsoft's own sample text names the creator the conductor and the joiner the subordinate; on Vista a
    /// subordinate could register resources and end its handle but not list, shut down, restart or filter.
    SUBORDINATE_ON_VISTA = "OBS-JOIN-03";
    /// Joining with a well-formed key of no existing session fails; which code comes back is not settled by
    /// public evidence (wrappers prepare for 6, 160 and 1219).
    UNKNOWN_KEY_FAILS = "OBS-JOIN-05";
    /// Ending a handle a second time returns `ERROR_INVALID_HANDLE` (6).
    SECOND_END_FAILS = "OBS-END-01";
    /// Ending the session by its owner deletes the session sub-key with everything registered, while the root
    /// key stays.
    END_DELETES_SUBKEY = "OBS-END-02";
    /// After the owner's exit without `RmEndSession` the sub-key stays readable with all its values until the
    /// slot is reused, the user logs off or the machine restarts.
    ABANDONED_SUBKEY_STAYS = "OBS-END-04";
    /// Files are stored in `REG_MULTI_SZ` values `RegFiles0000`, `RegFiles0001` and so on, processes in `RegProcsNNNN`
    /// and services in `RegSvcsNNNN`: numbered groups that accumulate, nothing is replaced.
    NUMBERED_GROUPS = "OBS-REG-01";
    /// A directory path is accepted with 0; the mistake surfaces in the next `RmGetList`, which returns
    /// `ERROR_ACCESS_DENIED` (5) with a needed count of 0.
    DIRECTORY_SURFACES_IN_LIST = "OBS-REG-04";
    /// One registered directory spoils the list of the whole session; since nothing can be withdrawn, the
    /// caller has to start a fresh session.
    DIRECTORY_SPOILS_SESSION = "OBS-REG-05";
    /// A file path of 260 characters or more is refused at registration, and the \\?\ prefix does not help; the
    /// code was not recorded.
    LONG_PATH_REFUSED = "OBS-REG-06";
    /// With paths of about 70 characters in one call, 10000 files took 14 ms, 25000 took 13 ms and 50000 took
    /// 28 ms, while 100000 and 400000 failed with `ERROR_WRITE_FAULT` (29); the ceiling depends on the total text
    /// since it goes into the registry.
    TEXT_LIMIT_PER_CALL = "OBS-REG-07";
    /// A file that does not exist is accepted and simply has no holders: Inno registers destination names
    /// without asking whether they exist, which is every name in a first installation. One opposite claim
    /// (error 2) has no measurement.
    MISSING_FILE_HAS_NO_HOLDERS = "OBS-REG-10";
    /// Registering the same resource repeatedly is harmless, and a window still gets just one end-session query
    /// per shutdown.
    REPEATED_REGISTRATION_HARMLESS = "OBS-REG-11";
    /// Explorer can be registered as a process by the PID of the `Shell_TrayWnd` window and its start time, which
    /// is how shell extensions restart it.
    EXPLORER_AS_PROCESS = "OBS-REG-13";
    /// A call with all three counts 0 (an empty non-null file array, the other two null) returns 0, and the
    /// following `RmGetList` returns 0 with 0 entries; a test that is run on Windows throws on any other code.
    ALL_ZERO_COUNTS = "OBS-REG-14";
    /// Names with the extended-length prefix \\?\ are understood: current Inno Setup expands every destination
    /// into that form before registering it.
    EXTENDED_LENGTH_PREFIX = "OBS-REG-15";
    /// A 32-bit caller's System32 names go through WOW64 redirection; Inno once had a switch for this in its
    /// registration function and now rewrites the path (`SysWOW64`, Sysnative) before the call.
    CALLER_REDIRECTION = "OBS-REG-16";
    /// With no holder the very first call (null array, count 0) returns 0 with needed = 0; `ERROR_MORE_DATA`
    /// appears only when there is something to return.
    FIRST_CALL_WITHOUT_HOLDERS = "OBS-LIST-01";
    /// With n holders and too small an array the call returns 234 and sets needed = n; with enough room it
    /// returns 0 and both counts equal n, so needed stays meaningful on success too.
    NEEDED_EQUALS_COUNT = "OBS-LIST-02";
    /// The holder set can grow between the sizing call and the filling call, thus real callers loop: 3 tries in
    /// the Microsoft sample, 5 in Tailscale and Service Fabric, 6 in `LockCheck` and `MSBuild`, 8 in P4suta,
    /// without bound in `NanoByte`.
    HOLDERS_GROW_BETWEEN_CALLS = "OBS-LIST-03";
    /// The calling process is listed like any other when it holds a registered file: the owner of an
    /// exclusively opened temp file finds precisely its own PID as sole entry.
    CALLER_IS_LISTED = "OBS-LIST-05";
    /// When the caller is among the holders the reboot reasons contain `RmRebootReasonDetectedSelf` (0x10), so
    /// Inno keeps its own loader out of the registered set.
    CALLER_SETS_DETECTED_SELF = "OBS-LIST-06";
    /// A loaded image counts as use: a process is reported because its EXE or a mapped DLL is registered, with
    /// no separate open handle.
    LOADED_IMAGE_COUNTS = "OBS-LIST-07";
    /// An unelevated medium-integrity caller also sees holders running as SYSTEM, LOCAL SERVICE and NETWORK
    /// SERVICE: registering svchost.exe gave 104 service entries.
    SYSTEM_HOLDERS_VISIBLE = "OBS-LIST-08";
    /// A shared svchost process yields one entry per service hosted and not one per PID, so several entries can
    /// carry the same PID.
    ENTRY_PER_HOSTED_SERVICE = "OBS-LIST-09";
    /// Files held only by the kernel are invisible: ntfs.sys gave 0 entries, and filter drivers, a directory
    /// used as current directory and remote openers over SMB are not reported either.
    INVISIBLE_HOLDERS = "OBS-LIST-10";
    /// Registering ntdll.dll succeeded but the list call answered `ERROR_INVALID_HANDLE` (6) although the session
    /// was valid, so code 6 is not proof of a bad session.
    UNREADABLE_FILE_GIVES_6 = "OBS-LIST-11";
    /// Code 5 was also seen for an ordinary file blocked by a third-party file-locking driver, so 5 means that
    /// Restart Manager could not open something registered.
    LOCKED_FILE_GIVES_5 = "OBS-LIST-12";
    /// The result says who holds something but not which of the files; callers that need the pairing run one
    /// session per file.
    FILE_NOT_NAMED = "OBS-LIST-15";
    /// `strAppName` for a program is the `FileDescription` of its version resource (Windows `PowerShell`, `PowerShell`
    /// 7, Node.js `JavaScript` Runtime), not its window caption.
    NAME_IS_FILE_DESCRIPTION = "OBS-LIST-16";
    /// Without a usable `FileDescription` `strAppName` is the image file name, with extension in most samples
    /// (Hearthkin.exe), without it in others (ollama, `BingoHud`.App, where it may be the description itself).
    NAME_WITHOUT_DESCRIPTION = "OBS-LIST-17";
    /// `strAppName` for a service is its display name (`RealPlayer` Update Service) with `strServiceShortName` set;
    /// for non-services the short name is empty.
    SERVICE_DISPLAY_NAME = "OBS-LIST-18";
    /// Type seen for a process without any top-level window and without console is `RmUnknownApp` (0): helper
    /// processes, `QtWebEngine` and Chromium children, frozen-Python stubs.
    WINDOWLESS_IS_UNKNOWN = "OBS-LIST-19";
    /// A visible top-level window makes `RmMainWindow` (1); when the main window is hidden with `SW_HIDE`, as a
    /// tray program does, the same process becomes `RmOtherWindow` (2).
    HIDDEN_WINDOW_IS_OTHER = "OBS-LIST-20";
    /// The shell registered by PID gave one entry of type `RmExplorer` (4), named Windows Explorer, restartable,
    /// reboot reasons 0.
    SHELL_ENTRY = "OBS-LIST-21";
    /// `bRestartable` follows `RegisterApplicationRestart`: the same program is FALSE without the registration and
    /// TRUE with it; explorer is TRUE without one.
    RESTARTABLE_FOLLOWS_REGISTRATION = "OBS-LIST-22";
    /// If a holder belongs to another terminal session (installer started through SSH or from another RDP
    /// session) the reasons contain `RmRebootReasonSessionMismatch` (2), and Inno then offers no closing.
    MISMATCH_OVER_REMOTE_LOGON = "OBS-LIST-23";
    /// Reboot reasons are one value for the whole list and are combined from bits 1, 2, 4, 8 and 0x10; there is
    /// no reason per process.
    REASONS_FOR_WHOLE_LIST = "OBS-LIST-24";
    /// After a shutdown in the session the list goes on naming the programs, with `AppStatus` telling what
    /// happened; it also keeps a process that exited on its own, so waiting for an empty list never ends.
    DEPARTED_STAY_LISTED = "OBS-LIST-25";
    /// `ProcessStartTime` is the raw UTC creation FILETIME and compares equal to `GetProcessTimes`; a comment in
    /// `MSBuild` claims local time, which only describes what its own conversion makes of it.
    START_TIME_IS_CREATION_TIME = "OBS-LIST-26";
    /// On a session with no resources at all `RmGetList` returns 0 with 0 entries, and `RmShutdown` followed by
    /// `RmRestart` return 0 as well.
    EMPTY_SESSION_LISTS_NOTHING = "OBS-LIST-27";
    /// `TSSessionId` is 0 for a service in an event record of Restart Manager, and the interactive session of the
    /// user for desktop programs.
    SERVICE_TERMINAL_SESSION = "OBS-LIST-28";
    /// Every top-level window of a listed program first gets `WM_QUERYENDSESSION` with `wParam` 0 and
    /// `lParam` `ENDSESSION_CLOSEAPP` (1), then `WM_ENDSESSION` with the same `lParam` and `wParam` 1 if all
    /// agreed or 0 if one refused.
    EVERY_WINDOW_ASKED = "OBS-SHUT-01";
    /// Between 1 and 5 ms after `WM_ENDSESSION(1)` the main window, and only that one, receives `WM_CLOSE`;
    /// after a refusal no `WM_CLOSE` is sent.
    CLOSE_TO_MAIN_WINDOW_ONLY = "OBS-SHUT-02";
    /// After agreement Restart Manager waits at most 30 s for the process to exit, forced or not: a program
    /// leaving after 8 s gave success at 8.0 s, one that never left gave 351 at 30.0 s.
    EXIT_WAITED_FOR_30_S = "OBS-SHUT-03";
    /// A window that leaves `WM_QUERYENDSESSION` unanswered makes a non-forced shutdown return 351 after 5.0
    /// seconds.
    SILENT_QUERY_FAILS_AFTER_5_S = "OBS-SHUT-04";
    /// A process that exits inside its query handler counts as closed, and the call succeeds.
    EXIT_INSIDE_QUERY_COUNTS = "OBS-SHUT-05";
    /// A process that lingers in its `WM_ENDSESSION` handler receives `WM_CLOSE` 5.1 s after the instruction,
    /// that is after a 5 s send timeout.
    LINGERING_GETS_CLOSE_AFTER_5_S = "OBS-SHUT-06";
    /// With `RmForceShutdown` a program that refused the query still gets `WM_ENDSESSION` with `wParam` 1 and
    /// `lParam` 1, then `WM_CLOSE`, and is terminated after 30 s; `ENDSESSION_CRITICAL` is not set.
    FORCED_REFUSER_TOLD_THEN_KILLED = "OBS-SHUT-07";
    /// A single `RmUnknownApp` entry makes the non-forced call fail with 351 in 0.0 s (20 ms in one log): no
    /// program is asked and all keep running; the forced call succeeds and closes everything.
    ONE_UNKNOWN_FAILS_AT_ONCE = "OBS-SHUT-08";
    /// The query phase is all or nothing over every listed program: with two instances, one refusing, the
    /// call returned 351 at once and both stayed.
    QUERY_IS_ALL_OR_NOTHING = "OBS-SHUT-09";
    /// An idle, agreeing desktop program is closed in 1.2 to 1.4 s; one showing a modal dialog that answers
    /// FALSE gives 351 in 0.0 s.
    MODAL_DIALOG_FAILS_AT_ONCE = "OBS-SHUT-10";
    /// A holder whose top-level window belongs to a thread that does not pump messages made the non-forced
    /// call give up at once in one project, not after 5 s; the hung state known to the system is the likely
    /// difference.
    HUNG_WINDOW_FAILS_AT_ONCE = "OBS-SHUT-11";
    /// Console programs are closed by a console control event that reaches everything on the same console;
    /// the common exit code is `0xC000013A`, and a caller that shares the console is hit as well.
    CONSOLE_EVENT_HITS_CALLER_TOO = "OBS-SHUT-12";
    /// Flags 0, `RmForceShutdown` (1) and `RmShutdownOnlyRegistered` (0x10) are all in real use; 0 is valid,
    /// although a contribution to Inno assumed that it was not.
    SHUTDOWN_FLAGS_IN_USE = "OBS-SHUT-13";
    /// `RmShutdown` may be repeated in the same session after 351; Inno does so for every Retry click and
    /// still calls `RmRestart` after a final 351, while after any other error it ends the session.
    SHUTDOWN_REPEATED_AFTER_FAILURE = "OBS-SHUT-14";
    /// The status callback is invoked at least once, with percentages from 0 to 100 in strictly increasing
    /// order, and it is invoked before the work is done, so that a test could use the first call as start
    /// signal.
    STATUS_FROM_0_TO_100 = "OBS-SHUT-15";
    /// A null callback is accepted and is what nearly every caller passes.
    NULL_CALLBACK_ACCEPTED = "OBS-SHUT-16";
    /// Success of a forced shutdown does not prove that the files are free: with non-zero reboot reasons the
    /// call returned 0 and the file stayed locked.
    SUCCESS_WITH_FILE_LOCKED = "OBS-SHUT-17";
    /// Explorer under `RmForceShutdown` is gone in well under 1 s, and callers rely on it staying away until
    /// `RmRestart`.
    EXPLORER_STAYS_AWAY = "OBS-SHUT-19";
    /// Hidden top-level windows (message sinks of frameworks, broadcast windows) are asked too, so one with a
    /// default procedure agrees and one with a close-to-tray handler can refuse for the whole process.
    HIDDEN_WINDOW_CAN_REFUSE = "OBS-SHUT-21";
    /// Cancelling from another thread while a forced shutdown waits for a stubborn console program makes
    /// `RmShutdown` return `ERROR_CANCELLED` (1223), and the program survives.
    CANCELLED_WAIT_SPARES_PROGRAM = "OBS-CANCEL-01";
    /// A cancel that races with the end of the session is survivable; the test asserts only that nothing
    /// crashes.
    CANCEL_RACES_WITH_END = "OBS-CANCEL-02";
    /// Callers also arm `RmCancelCurrentTask` around `RmGetList`, so a list must accept cancellation from a
    /// second thread on the same handle.
    LIST_ACCEPTS_CANCEL = "OBS-CANCEL-03";
    /// `RmRestart` restarted a program only 3 s old with its registered command line; the 60 s of the crash
    /// and hang case does not apply.
    YOUNG_PROGRAM_RESTARTED = "OBS-RESTART-01";
    /// The restarted command line is the image path in quotation marks followed by the registered arguments.
    QUOTED_IMAGE_THEN_ARGUMENTS = "OBS-RESTART-02";
    /// Programs that were closed but never registered stay closed, with `RmRestart` still reporting 0; a log
    /// line about restarting says nothing about the outcome.
    UNREGISTERED_STAY_CLOSED = "OBS-RESTART-03";
    /// A program that had left by itself before `RmShutdown` is not restarted, as the session never stopped
    /// it.
    DEPARTED_NOT_RESTARTED = "OBS-RESTART-04";
    /// A service in the list taken at the beginning was started at the end although another action of the
    /// installer had stopped it: for services the opposite of what holds for programs was measured.
    DEPARTED_SERVICE_STARTED = "OBS-RESTART-05";
    /// If the user SID of the program differs from that of the conductor (installer as SYSTEM or another
    /// administrator) the program is closed but cannot be restarted; event 10010 is written once per such
    /// process, before its 10002.
    OTHER_SID_NOT_RESTARTED = "OBS-RESTART-06";
    /// Explorer restarted by an elevated caller of the same user comes back elevated.
    SHELL_COMES_BACK_ELEVATED = "OBS-RESTART-07";
    /// The registration is made by the running program, with `RESTART_NO_PATCH` (4) to opt out of
    /// `RmRestart`; a process without window must register early since it may be stopped at any time.
    RUNNING_PROGRAM_REGISTERS = "OBS-RESTART-09";
    /// A program restarted this way can have other privileges than before: the `OpenVPN` GUI came up unable
    /// to open its own semaphore.
    RESTARTED_WITH_OTHER_RIGHTS = "OBS-RESTART-11";
    /// File, process and service filters are read back exactly as set; setting one again replaces the action,
    /// and a removed one is gone from the list.
    FILTERS_READ_BACK = "OBS-FILTER-01";
    /// The buffer is a chain of `RM_FILTER_INFO` records linked by `cbNextOffset`, 0 marking the last, and
    /// name pointers point into that same buffer.
    FILTER_NAMES_IN_BUFFER = "OBS-FILTER-02";
    /// With `RmNoShutdown` on a process `RmShutdown` leaves it running, and a later list shows the bit
    /// `RmStatusShutdownMasked` (0x40) for it.
    MASKED_PROGRAM_KEPT_AND_SHOWN = "OBS-FILTER-03";
    /// Removing a filter that does not exist is expected to give `ERROR_FILE_NOT_FOUND` (2), taken from one
    /// wrapper's mapping and not from a measurement.
    MISSING_FILTER_GIVES_2 = "OBS-FILTER-04";
    /// Levels are informational for 10000 to 10005, error for 10006 to 10008, warning for 10009 and 10010;
    /// all belong to task 0 and version 0.
    EVENT_LEVELS = "OBS-EVENT-02";
    /// 10000 and 10001 carry `RmSessionId` (`UInt32`) and `UTCStartTime` (FILETIME); the rendered texts name
    /// the session number and an ISO time with nine decimals, as in 2016-01-28T14:41:49.061645600Z.
    SESSION_EVENT_FIELDS = "OBS-EVENT-03";
    /// 10002 (closing), 10003 (restarting), 10006 (could not close) and 10007 (could not restart) share ten
    /// fields: `RmSessionId`, `FullPath`, `DisplayName`, `AppVersion`, `AppType`, `TSSessionId`, Status, Pid,
    /// `nFiles`, `File[]`.
    APPLICATION_EVENT_FIELDS = "OBS-EVENT-04";
    /// 10004 carries `RmSessionId`, the counts `nFiles`, `nRegProcs` and `nRegServices` and the three string
    /// arrays.
    REGISTRATION_EVENT_FIELDS = "OBS-EVENT-05";
    /// 10005 (a restart of the machine is needed) carries `RmSessionId`, `nApplications`, `Applications[]`
    /// and `dwRebootReasons`; a 10002 may still follow in the same session.
    REBOOT_EVENT_FIELDS = "OBS-EVENT-06";
    /// 10009 is a warning about a svchost: `SvcHostPid`, `nFiles`, `nServices`, `FileName[]`, `Service[]`; it
    /// exists since a file in a shared host cannot be pinned to one service.
    HOST_EVENT_FIELDS = "OBS-EVENT-07";
    /// 10010 carries `RmSessionId`, Pid, `FullPath`, `DisplayName`, `AppVersion`, `AppType`, `TSSessionId`,
    /// Status, Reason; Reason 0 is unknown, 1 is a program SID other than the conductor SID.
    NOT_RESTARTABLE_EVENT_FIELDS = "OBS-EVENT-08";
    /// The 10002 of a service had `FullPath` without folder (`RealPlayerUpdateSvc.exe`), `AppType` 3,
    /// `TSSessionId` 0, Pid 4220 and 3 files, below a root element `RmApplicationEvent` inside `UserData`.
    SERVICE_EVENT_FIELDS = "OBS-EVENT-10";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observed::RuleSet;

    #[test]
    fn a_rule_has_its_id_its_name_and_its_place() {
        assert_eq!((SESSION_LIMIT.name(), SESSION_LIMIT.to_string().as_str()), ("SESSION_LIMIT", "START-05"));
        assert_eq!(Rule::by_id("START-05"), Some(SESSION_LIMIT));
        for (place, rule) in (0..).zip(Rule::all()) {
            assert_eq!((Rule::at(place), rule.place()), (rule, usize::try_from(place).unwrap()));
            assert_eq!(Rule::by_id(rule.id()), Some(rule), "two rules have one id");
        }
    }

    #[test]
    #[should_panic(expected = "a rule has its place among all")]
    fn behind_the_last_place_there_is_no_rule() {
        Rule::at(u32::try_from(Rule::COUNT).unwrap());
    }

    #[test]
    fn a_set_of_rules_has_what_was_put_into_it() {
        for only in Rule::all() {
            let mut set = RuleSet::default();
            set.insert(only);
            assert_eq!(set.iter().collect::<Vec<_>>(), [only]);
            assert!(Rule::all().all(|rule| set.contains(rule) == (rule == only)));
        }
        let mut all = RuleSet::default();
        for rule in Rule::all() {
            let mut set = RuleSet::default();
            set.insert(rule);
            all.extend(&set);
        }
        assert!(all.iter().eq(Rule::all()));
    }
}
