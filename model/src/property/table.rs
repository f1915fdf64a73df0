//! The laws: a name, what each says, the rules it is written from, and the profiles in which it holds.

use super::Property;
use crate::profile::*;
use crate::rule;

/// Makes a number for each law, and the table of all of them; a law holds in every profile but for its `if`.
macro_rules! laws {
    ($($law:ident $name:literal [$($rule:ident)+] $says:literal $(if $holds_in:expr)?;)+) => {
        /// The number of a law.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Law { $($law,)+ }

        pub(super) static ALL: &[Property] = &[$(Property {
            name: $name,
            says: $says,
            rules: &[$(rule::$rule),+],
            holds_in: holds_in!($($holds_in)?),
        },)+];

        impl Law {
            #[expect(clippy::as_conversions, reason = "the only way to a field-less variant's number")]
            pub(super) fn place(self) -> usize {
                self as usize
            }
        }
    };
}

/// Everywhere, or where it is said.
macro_rules! holds_in {
    () => {
        |_| true
    };
    ($holds_in:expr) => {
        $holds_in
    };
}

/// Whether every answer that is still possible is one of these.
pub(super) fn only<A: Answer + PartialEq>(profile: &Profile, answers: &[A]) -> bool {
    profile.possible(A::KNOB).all(|option| answers.contains(&A::ANSWERS[option]))
}

/// Whether nobody is started but by `RmRestart`.
fn restarts_alone(profile: &Profile) -> bool {
    only(profile, &[EndAfterShutdown::StayStopped]) && only(profile, &[CancelledShutdown::StayStopped])
}

/// Whether everybody is listed who uses something registered, and it is clear with which session that is.
fn lists_everybody(profile: &Profile) -> bool {
    only(profile, &[StoppableListed::Yes]) && only(profile, &[InProcessJoin::SecondHandle])
}

/// Whether a shutdown whose tests fail says so, or tells its callback nothing.
fn failed_tests_show(profile: &Profile) -> bool {
    only(profile, &[FailedTestStatus::Nothing])
        || only(profile, &[OnlyRegisteredReply::FailShutdown, OnlyRegisteredReply::FailNoActionReboot])
}

/// Whether everybody is stopped in the class of what it shows.
fn has_five_classes(profile: &Profile) -> bool {
    only(profile, &[UnknownClass::Last])
        && only(profile, &[ExplorerStop::AskedToExit])
        && only(profile, &[OtherWindowAsked::LikeWindows, OtherWindowAsked::WithoutVeto])
}

laws! {
    HandlesAreToldApart "a-handle-is-open-once" [HANDLES_FROM_ZERO]
        "no process is given a handle that it holds already"
        if |profile| only(profile, &[InProcessJoin::SecondHandle]);
    HandlesAreLowestFree "a-handle-is-the-lowest-free" [HANDLES_FROM_ZERO]
        "a new handle is the lowest number that its process does not hold"
        if |profile| only(profile, &[InProcessJoin::SecondHandle])
            && only(profile, &[HandleNumbering::LowestFree])
            && only(profile, &[FirstHandle::Zero]);
    UnknownHandlesAreRefused "an-unknown-handle-is-refused" [UNKNOWN_HANDLE SESSION_REQUIRED SECOND_END_FAILS]
        "no call succeeds through a handle that its process was not given, or gave back";
    DeadSessionsAnswerNobody "an-ended-session-answers-nobody" [PRIMARY_ENDS_SESSION END_CLEANS_UP]
        "once its starter ended a session, no call of others succeeds on it, but for giving the handle back"
        if |profile| only(profile, &[SecondaryAfterEnd::InvalidHandle]);
    LiveSessionsAnswer "a-live-session-knows-its-handles" [UNKNOWN_HANDLE SECONDARY_LEAVES]
        "no handle of a live session is called invalid"
        if |profile| only(profile, &[InProcessJoin::SecondHandle]);
    AtMost64Sessions "at-most-64-sessions" [SESSION_LIMIT LIMIT_SHARED_BY_USER]
        "never are more than 64 sessions of living processes open in one scope of the limit";
    LimitRefusesWhenFull "the-limit-refuses-only-when-full" [START_AT_LIMIT ENDED_SLOT_FREE_AT_ONCE ABANDONED_SLOT_REUSED]
        "a start fails for the limit only while 64 sessions are open in its scope"
        if |profile| only(profile, &[OrphanedSession::NextStart, OrphanedSession::AtExit])
            && only(profile, &[JoinCounts::Never, JoinCounts::HandlesOfProcess])
            && !profile.possible(KeyCollisionReply::KNOB).any(|option| option == 0);
    OnlySuccessGivesHandles "only-success-gives-a-handle" [START_RETURNS_HANDLE_AND_KEY JOIN_BY_KEY]
        "a start writes one handle and one key and a join one handle if they succeed, and nothing otherwise";
    NullPointersAreRefused "null-pointers-are-refused" [START_NULL_POINTER JOIN_NULL_OR_ZERO LIST_NULL_POINTER NULL_OR_ZERO_ARGUMENT]
        "no call succeeds that passes NULL where something must be written";
    OnlyLiveKeysJoin "only-the-key-of-a-session-joins" [KEY_NOT_VALIDATED KEY_ONLY_FROM_PRIMARY UNKNOWN_KEY_FAILS END_DELETES_SUBKEY]
        "a join succeeds only with the whole key of a session that is open"
        if |profile| only(profile, &[OrphanJoin::Refused]);
    LiveKeysJoin "the-key-of-a-session-joins" [JOIN_BY_KEY SEVERAL_SECONDARIES]
        "whoever has the key of a session of the same user joins it, in whichever case it is written"
        if |profile| only(profile, &[KeyComparison::CaseInsensitive]) && only(profile, &[JoinCounts::Never]);
    OnlyOwnUserJoins "only-the-same-user-joins" [JOIN_SAME_USER]
        "nobody joins the session of another user";
    SecondariesOnlyRegister "a-secondary-does-not-operate" [ROLE_TABLE SHUTDOWN_BY_STARTER_ONLY RESTART_BY_STARTER_ONLY CANCEL_BY_STARTER_ONLY ADD_FILTER_BY_SECONDARY REMOVE_FILTER_BY_SECONDARY FILTER_LIST_BY_SECONDARY]
        "who joined a session in another process neither stops, restarts, cancels nor filters";
    SecondariesGetNoList "a-secondary-gets-no-list" [SECONDARY_LIST_REFUSED VISTA_SECONDARY_REGISTERS_ONLY]
        "who joined a session in another process is not told who is affected"
        if |profile| !profile.possible(SecondaryList::KNOB).any(|option| option == 0);
    StartersKeepTheirRights "a-starter-has-its-rights" [ROLE_TABLE STARTER_IS_PRIMARY]
        "no call of who started a session fails because of the caller's role";
    HandlesCanBeGivenBack "a-handle-can-be-given-back" [PRIMARY_ENDS_SESSION SECONDARY_LEAVES]
        "ending a live session succeeds, if nothing runs on it and nothing is wrong";
    ExitsCountOpenSessions "an-exit-counts-what-it-leaves" [ABANDONED_SUBKEY_STAYS]
        "a process leaves as many sessions open as it started and did not end";
    DatabaseShowsSessions "the-database-shows-the-sessions" [DATABASE_PER_USER END_DELETES_SUBKEY]
        "the database has each session of the user's living processes once, and no other of theirs";
    DatabaseHas64Slots "the-database-has-64-slots" [SESSION_LIMIT ABANDONED_SLOT_REUSED]
        "never are more than 64 sessions of a user in the database, abandoned ones included"
        if |profile| only(profile, &[SessionLimitScope::UserHive, SessionLimitScope::Machine]);
    SessionsAreRecorded "sessions-are-recorded" [SESSION_EVENT_PAIR SESSION_EVENT_FIELDS]
        "a session that starts or ends is recorded once, and one that does not is not";
    RepliesAreDocumented "replies-are-of-the-function" [ROLE_TABLE NULL_OR_ZERO_ARGUMENT]
        "each function answers with a code of its table, or one that an open question adds";
    NoMemoryFailsTheCall "without-memory-a-call-fails" [OUT_OF_MEMORY]
        "no call that begins without memory succeeds";
    UnwritableRegistryFailsTheCall "without-the-registry-a-call-fails" [REGISTRY_FAILURE]
        "no call that needs the registry succeeds at once while it can be neither read nor written";
    HeldMutexFailsTheCall "a-held-mutex-fails-the-call" [REGISTRY_MUTEX_TIMEOUT]
        "no call of a user whose registry mutex is held for good succeeds at once"
        if |profile| only(profile, &[MutexScope::User, MutexScope::Machine]);
    EveryCallIsAnswered "a-call-is-answered-once" [SHUTDOWN_IS_SYNCHRONOUS]
        "a call is answered at once or is under way, and not both";
    CallsReturnOnce "a-call-returns-once" [SHUTDOWN_IS_SYNCHRONOUS]
        "only what is under way returns, is abandoned or tells a percentage, and nothing after it returned";
    NullArraysAreRefused "a-null-array-with-a-count-is-refused" [NULL_ARRAY_WITH_COUNT]
        "no registration succeeds that passes NULL with a count";
    OrdinaryNamesRegister "ordinary-names-register" [FILE_NAMES_ARRAY DIRECTORY_REGISTERS EXTENDED_LENGTH_PREFIX]
        "full paths, of directories too, are registered without complaint"
        if |profile| only(profile, &[InProcessJoin::SecondHandle]);
    RegistrationsAreRecorded "registrations-are-recorded" [REGISTRATION_EVENT_FIELDS]
        "a registration that succeeds is recorded once with at most its counts, and one that fails is not";
    SuccessfulListsCount "a-list-counts-its-entries" [NEEDED_COUNT FILLED_COUNT NEEDED_EQUALS_COUNT]
        "a list that succeeds fits into the array, and its counts are the number of its entries";
    TooSmallArraysSaySo "too-small-means-too-small" [ARRAY_TOO_SMALL ARRAY_OPTIONAL NEEDED_COUNT]
        "ERROR_MORE_DATA comes only with a needed count above the capacity";
    TooSmallArraysStayEmpty "a-small-array-stays-empty" [ARRAY_TOO_SMALL]
        "nothing is written to an array that is too small"
        if |profile| only(profile, &[MoreDataArray::Untouched]) && only(profile, &[MoreDataCount::Unchanged]);
    FailedListsSayNothing "a-failed-list-says-nothing" [LIST_UNKNOWN_HANDLE LIST_WITH_DIRECTORY DIRECTORY_SURFACES_IN_LIST]
        "a list that fails names nobody, counts nobody and gives no reason";
    NobodyIsListedTwice "nobody-is-listed-twice" [LIST_NAMES_USERS_OF_RESOURCES ENTRY_PER_HOSTED_SERVICE]
        "no two entries of a list are the same process, or the same service of it"
        if |profile| only(profile, &[ListAfterShutdown::OldEntries, ListAfterShutdown::NewProcesses]);
    EmptySessionsListNobody "an-empty-session-lists-nobody" [EMPTY_SESSION_LISTS_NOTHING NOTHING_AFFECTED]
        "a session without resources lists nobody, needs no room and no reboot";
    OnlyTheAffectedAreListed "only-the-affected-are-listed" [ONLY_REGISTERED_COUNTS LIST_NAMES_USERS_OF_RESOURCES START_TIME_MUST_MATCH PROCESS_IDENTITY]
        "a list names only who is registered, or uses a registered file"
        if |profile| only(profile, &[DependentServices::NotListed])
            && only(profile, &[StartTimeMismatch::MatchesNothing, StartTimeMismatch::InvalidParameter]);
    RegisteredProcessesAreListed "a-registered-process-is-listed" [REGISTERED_PROCESS_IS_AFFECTED PROCESSES_ARRAY REGISTRATION_ACCUMULATES]
        "a process that runs and is registered is on every list"
        if lists_everybody;
    UsersOfFilesAreListed "users-of-files-are-listed" [LIST_NAMES_USERS_OF_RESOURCES REGISTRATION_ACCUMULATES NUMBERED_GROUPS HOLDERS_GROW_BETWEEN_CALLS CALLER_IS_LISTED LOADED_IMAGE_COUNTS]
        "a program that runs and uses a registered file is on every list, whoever it is and whenever it came"
        if lists_everybody;
    ServicesOfHostsAreListed "services-of-a-host-are-listed" [ENTRY_PER_HOSTED_SERVICE RESOURCE_KINDS]
        "a host of services is listed as each of its services that is registered by name and runs"
        if |profile| lists_everybody(profile) && only(profile, &[HostEntries::EachService]);
    TypesFitWhatIsShown "types-fit-what-is-shown" [TYPE_UNKNOWN TYPE_MAIN_WINDOW TYPE_OTHER_WINDOW TYPE_SERVICE TYPE_EXPLORER TYPE_CONSOLE TYPE_CRITICAL]
        "an entry has the type of what its program shows, or is critical";
    TheCriticalAreCalledSo "the-critical-are-called-so" [CRITICAL_NEEDS_REBOOT TYPE_CRITICAL]
        "a program that Windows cannot run without has the type of one";
    TheCriticalSetTheirReason "the-critical-set-their-reason" [CRITICAL_SETS_REASON REASON_CRITICAL_PROCESS REASONS_FOR_WHOLE_LIST]
        "a running critical program on the list sets the reason of its own"
        if |profile| only(profile, &[ReasonsPerProcess::All]) && only(profile, &[FilteredReasons::Counted]);
    StrangersSetTheirReason "other-terminal-sessions-set-their-reason" [OTHER_TERMINAL_SESSION REASON_SESSION_MISMATCH]
        "a running program of another terminal session on the list sets the reason of its own"
        if |profile| only(profile, &[ReasonsPerProcess::All]) && only(profile, &[FilteredReasons::Counted]);
    CallersSetTheirReason "the-caller-sets-its-reason" [SELF_NEEDS_REBOOT REASON_DETECTED_SELF CALLER_SETS_DETECTED_SELF]
        "a caller on its own list sets the reason of its own"
        if |profile| only(profile, &[FilteredReasons::Counted]);
    ReasonsHaveACause "reasons-have-a-cause" [ONLY_CRITICAL_NEEDS_REBOOT REASONS_TELL_CAUSES_APART REASONS_ARE_FLAGS]
        "a reason for a reboot has somebody on the list whom it is about"
        if |profile| only(profile, &[CriticalDependent::StopFails]);
    StatusesAreLegal "a-status-is-one-state" [STATUS_TELLS_HISTORY SHUTDOWN_WRITES_STATUS]
        "a status is exactly one state, to which errors and masks are added"
        if |profile| only(profile, &[StatusBits::Replace]) && only(profile, &[SkippedStatus::Stopped]);
    MasksNeedFilters "masks-need-filters" [FILTER_STATUS_BITS FILTER_CHANGES_TREATMENT]
        "no status says masked in a session without filters"
        if |profile| only(profile, &[MaskBits::AtOnce]);
    OnlyCallsStop "only-calls-stop" [STATUS_TELLS_HISTORY LIST_SHOWS_UPDATED_STATUS]
        "nobody is listed as stopped, or failed to, before a shutdown, nor as restarted before a restart"
        if restarts_alone;
    TheDepartedDoNotRun "the-departed-do-not-run" [LIST_SHOWS_UPDATED_STATUS LIST_RECOMPUTED DEPARTED_STAY_LISTED]
        "who is listed as running runs, and who is listed as stopped does not"
        if |profile| only(profile, &[StatusBits::Replace]);
    OnlyTheRegisteredAreRestartable "only-the-registered-are-restartable" [RESTARTABLE RESTARTABLE_FOLLOWS_REGISTRATION]
        "a program that never registered for restart is not restartable, unless it is the shell";
    ShortNamesAreOfServices "short-names-are-of-services" [SHORT_NAME_FOR_SERVICES_ONLY SERVICE_BY_SHORT_NAME]
        "an entry has a short name if it is a service of that name in that process";
    PercentagesRise "percentages-rise" [PERCENTAGE_IN_RANGE PERCENTAGE_STRICTLY_INCREASES]
        "the percentages of a call strictly increase within 0 to 100";
    PercentagesNeedACallback "percentages-need-a-callback" [CALLBACK_IS_OPTIONAL CALLBACK_FROM_STARTER SHUTDOWN_WITHOUT_CALLBACK RESTART_WITHOUT_CALLBACK]
        "only a shutdown or restart with a callback tells percentages, and only once its turn has come";
    FirstPercentageComesFirst "the-first-percentage-comes-first" [STATUS_FROM_0_TO_100]
        "nobody is told anything before the callback was told its first percentage"
        if |profile| only(profile, &[FirstStatus::Zero]);
    SuccessEndsAt100 "success-ends-at-100" [PERCENTAGE_IS_SHARE_DONE STATUS_FROM_0_TO_100]
        "a call that succeeds has told 100 at last, if it told anything"
        if |profile| only(profile, &[StatusCounting::DealtWith])
            && only(profile, &[DependentsCounted::No])
            && failed_tests_show(profile);
    NobodyIsToldOutsideOfCalls "nobody-is-told-outside-of-calls" [SHUTDOWN_IS_SYNCHRONOUS SHUTDOWN_STOPS_RESOURCE_USERS]
        "nobody is meant to stop but while a shutdown is under way, or by somebody's own request";
    OnlyTheCancelledSaySo "only-the-cancelled-say-so" [CANCELLED_CALL_TELLS CANCEL_IS_A_REQUEST]
        "a call says that it was cancelled only if it was"
        if |profile| only(profile, &[IdleCancel::Nothing]) && only(profile, &[EndDuringOperation::Waits, EndDuringOperation::Fails]);
    NobodyIsToldAfterACancel "nobody-is-told-after-a-cancel" [CANCEL_AS_SOON_AS_POSSIBLE CANCELLED_WAIT_SPARES_PROGRAM]
        "once a call was cancelled it tells nobody who was not told before, and starts nobody"
        if |profile| only(profile, &[CancelNoticed::AtOnce])
            && only(profile, &[ShutdownRefresh::AtStart]) && restarts_alone(profile);
    TheCriticalAreSpared "the-critical-are-spared" [CRITICAL_NEEDS_REBOOT HOST_OF_CRITICAL_SERVICE_KEPT SHUTDOWN_REFUSED_FOR_REBOOT REBOOT_CASE_LEAVES_ALL_RUNNING]
        "nobody is told to stop without whom Windows cannot run";
    OtherTerminalSessionsAreSpared "other-terminal-sessions-are-spared" [SHUTDOWN_KEEPS_BORDERS OTHER_TERMINAL_SESSION]
        "no program of another terminal session is told to stop";
    TheFilteredAreSpared "the-filtered-are-spared" [FILTER_EXEMPTS_FROM_SHUTDOWN FILTER_NO_SHUTDOWN MASKED_PROGRAM_KEPT_AND_SHOWN]
        "nobody is told to stop whom a filter exempts";
    TheUnaffectedAreSpared "the-unaffected-are-spared" [SHUTDOWN_REFRESHES_LIST ONLY_REGISTERED_COUNTS SHUTDOWN_COMPUTES_OWN_LIST]
        "nobody is told to stop who is not affected, nor the caller"
        if |profile| only(profile, &[StartTimeMismatch::MatchesNothing, StartTimeMismatch::InvalidParameter]);
    KillingTakesForce "killing-takes-force" [FORCE_KILLS_AFTER_TIMEOUT UNKNOWN_NEEDS_FORCE]
        "nobody is killed by a shutdown without force";
    ForceLeavesNobody "force-leaves-no-program" [FORCE_KILLS_AFTER_TIMEOUT APPLICATION_TIMEOUT]
        "no program is given up by a shutdown with force";
    TheQueryComesFirst "the-query-comes-first" [QUERY_IS_ALL_OR_NOTHING TOLD_TO_END_IF_NOBODY_REFUSED WINDOW_MESSAGE_ORDER]
        "nobody is asked any more once somebody was told to end"
        if |profile| only(profile, &[QueryScope::AllApplications])
            && only(profile, &[ShutdownRefresh::AtStart]) && only(profile, &[ExplorerStop::AskedToExit]);
    ARefusalEndsTheShutdown "a-refusal-ends-the-shutdown" [REFUSAL_CANCELS_SHUTDOWN ONE_REFUSAL_CANCELS]
        "after a refusal nobody is stopped by a shutdown without force"
        if |profile| only(profile, &[AfterRefusal::Ends])
            && only(profile, &[OtherWindowAsked::LikeWindows, OtherWindowAsked::ByForceOnly])
            && only(profile, &[QueryScope::AllApplications]);
    ARefusalFailsTheCall "a-refusal-fails-the-call" [REFUSAL_CANCELS_SHUTDOWN SHUTDOWN_FAILURE]
        "no shutdown without force succeeds after a refusal"
        if |profile| only(profile, &[OtherWindowAsked::LikeWindows, OtherWindowAsked::ByForceOnly]);
    AskingComesBeforeKilling "asking-comes-before-killing" [POLITE_BEFORE_KILL]
        "no program with a window is killed that was not asked before";
    ClassesStopInOrder "classes-stop-in-order" [STOP_ORDER_BY_CLASS]
        "windows, consoles, services, the shell and the rest are stopped in this order"
        if |profile| has_five_classes(profile) && only(profile, &[ShutdownRefresh::AtStart]);
    OneUnknownStopsAll "one-unknown-stops-all" [ONE_UNKNOWN_FAILS_AT_ONCE UNKNOWN_NEEDS_FORCE]
        "a shutdown without force tells nobody anything while a program without windows is affected"
        if |profile| only(profile, &[UnknownApplication::NothingDone]) && lists_everybody(profile);
    OneUnregisteredStopsAll "one-unregistered-stops-all" [ONE_NOT_RESTARTABLE_STOPS_NONE ONLY_REGISTERED_STOPPED FORCE_AND_ONLY_REGISTERED]
        "a shutdown of registered programs alone tells nobody anything while one is affected that never registered"
        if lists_everybody;
    RebootCasesAreLeftAlone "a-reboot-case-is-left-alone" [SHUTDOWN_REFUSED_FOR_REBOOT REBOOT_CASE_LEAVES_ALL_RUNNING REBOOT_TEST_FIRST]
        "a shutdown that answers that a reboot is needed has told nobody anything"
        if |profile| only(profile, &[RefusingService::FailShutdown])
            && only(profile, &[UnknownApplicationReply::ErrorOnStop, UnknownApplicationReply::Running]);
    RebootCasesAreRecorded "a-reboot-case-is-recorded" [EVENT_REBOOT_NEEDED REBOOT_EVENT_FIELDS]
        "a shutdown that answers that a reboot is needed has recorded the reasons"
        if |profile| only(profile, &[RefusingService::FailShutdown])
            && only(profile, &[UnknownApplicationReply::ErrorOnStop, UnknownApplicationReply::Running])
            && only(profile, &[OnlyRegisteredReply::FailShutdown, OnlyRegisteredReply::Success]);
    FailuresShow "failures-show" [SHUTDOWN_FAILURE RESTART_FAILURE]
        "no shutdown or restart succeeds that recorded a failure";
    SuccessMeansStopped "success-means-stopped" [SHUTDOWN_FAILURE SHUTDOWN_STOPS_RESOURCE_USERS]
        "after a shutdown that succeeded no affected program runs on, unless it is exempt"
        if |profile| lists_everybody(profile) && only(profile, &[RebootTest::AnyReason])
            && only(profile, &[OnlyRegisteredReply::FailShutdown, OnlyRegisteredReply::FailNoActionReboot]);
    EffectsHaveCauses "effects-have-causes" [CTRL_C_REACHES_WHOLE_CONSOLE DEPENDENTS_STOP_AND_RETURN SILENT_SERVICE_KILLED]
        "what follows on a console, in a host or among services follows from somebody who was meant";
    ConsolesHearTogether "a-console-hears-together" [CTRL_C_REACHES_WHOLE_CONSOLE CONSOLE_EVENT_HITS_CALLER_TOO]
        "an event on a console reaches every program that runs on it"
        if |profile| only(profile, &[ConsoleEventReach::WholeConsole]);
    RestartsFollowShutdowns "a-restart-follows-a-shutdown" [RESTART_BEFORE_SHUTDOWN]
        "no restart succeeds or begins in a session that has not called for a shutdown"
        if |profile| only(profile, &[InProcessJoin::SecondHandle]);
    OnlyTheStoppedAreRestarted "only-the-stopped-are-restarted" [RESTART_STARTS_WHAT_WAS_STOPPED DEPARTED_NOT_RESTARTED]
        "a restart starts only programs that its session told to stop"
        if restarts_alone;
    TheUnregisteredStayClosed "the-unregistered-stay-closed" [UNREGISTERED_NOT_RESTARTED ONLY_REGISTERED_RESTARTED UNREGISTERED_STAY_CLOSED]
        "nobody is restarted who never registered for it, unless it is the shell"
        if |profile| only(profile, &[ExplorerRestart::Always]);
    NoPatchStaysClosed "no-patch-stays-closed" [NO_PATCH_NOT_RESTARTED NO_PATCH_FLAG]
        "nobody is restarted who registered, but not for updates"
        if |profile| only(profile, &[ExplorerRestart::Always]);
    TheElevatedStayClosed "the-elevated-stay-closed" [ELEVATED_NOT_RESTARTED]
        "no program is restarted that began elevated, unless it is the shell"
        if |profile| only(profile, &[ExplorerRestart::Always]);
    OtherUsersStayClosed "other-users-stay-closed" [OTHER_USER_NOT_RESTARTED OTHER_SID_NOT_RESTARTED]
        "no program of another user is restarted, unless it is the shell"
        if |profile| only(profile, &[RestartedUser::Conductor]);
    TheFilteredStayClosed "the-filtered-stay-closed" [FILTER_NO_RESTART FILTER_KEEPS_FROM_RESTART]
        "nobody is restarted whom a filter exempts";
    ClassesRestartInReverse "classes-restart-in-reverse" [RESTART_ORDER_BY_CLASS RESTART_REVERSES_CLASSES]
        "the classes begin to be restarted in the reverse order of stopping"
        if has_five_classes;
    StopRecordsAreTrue "records-of-stops-are-true" [APPLICATION_EVENT_FIELDS EVENT_IDS]
        "whoever is recorded as stopped does not run, and whoever is recorded as not stopped was to be";
    FiltersReadBack "filters-read-back" [FILTERS_COPIED_TO_BUFFER FILTERS_READ_BACK LATER_FILTER_REPLACES FILTER_REMOVED]
        "a list of filters has each that was added and not removed, once, with its last action";
    FilterEntriesAreChained "filter-entries-are-chained" [FILTER_ENTRIES_CHAINED NEXT_FILTER_OFFSET FILTER_NAMES_IN_BUFFER]
        "every filter in a buffer leads to the next, the last to none, and names lie behind entries";
    FilterBuffersFit "a-filter-buffer-fits" [FILTER_BUFFER_SIZES FILTER_BUFFER_TOO_SMALL]
        "filters are written only into a buffer with room for all, and refused only for lack of it";
    MissingFiltersAreNotRemoved "a-missing-filter-is-not-removed" [FILTER_NOT_FOUND MISSING_FILTER_GIVES_2 REMOVED_FILTER_HAS_NO_EFFECT]
        "removing a filter succeeds only if there is one";
    FiltersHaveOneTarget "a-filter-has-one-target" [FILTER_HAS_ONE_TARGET ADD_FILTER_NULL_OR_ZERO]
        "no filter is added or removed that is about nobody, or about several";
    LongCommandLinesAreRefused "a-long-command-line-is-refused" [COMMAND_LINE_TOO_LONG]
        "no command line of more than 1024 characters is registered for restart";
    OnlyTheRegisteredHaveSettings "only-the-registered-have-settings" [SETTINGS_NOT_REGISTERED REGISTRATION_LIVES_IN_PROCESS RESTART_REGISTRATION_REMOVED]
        "settings for restart are told only of a running program that registered";
}
