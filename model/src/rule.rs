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
    pub(crate) fn at(place: u16) -> Rule {
        assert!(usize::from(place) < Rule::COUNT, "there are {} rules", Rule::COUNT);
        Rule(place)
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
    /// It is the documented means to obtain the `ApplicationType` of a registered process.
    LIST_TELLS_TYPE = "LIST-27";
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
    /// The installer's own process using a registered resource yields reboot-reason bit 0x10 and may be shown
    /// as `RmCritical`.
    SELF_NEEDS_REBOOT = "CRIT-09";
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
}
