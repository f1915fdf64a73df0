//! Open questions about `RmShutdown`: its tests, whom it asks, how long it waits, and when it kills; services apart.

use super::macros::{knobs, optional};

knobs! {
    SHUTDOWN_KNOBS from super::SHUTDOWN_KNOBS_START;

    /// What do undefined bits of the action flags do?
    ShutdownFlags "shutdown-flags" ["U-29"] {
        /// Nothing.
        Ignored "ignored",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
    }
    defaults Ignored, Ignored, Ignored;
    because "no error is documented for them; 0, 1 and 0x10 are in real use (OBS-SHUT-13)";

    /// Which reboot reasons make RmShutdown stop nothing and return 350?
    RebootTest "reboot-test" ["U-32a"] {
        /// Any, whatever the flags.
        AnyReason "any-reason",
        /// Any, but not the missing permission under force.
        NotPermissionUnderForce "not-permission-under-force",
        /// None under force: who cannot be stopped is passed over.
        UnlessForced "unless-forced",
    }
    defaults AnyReason, AnyReason, AnyReason;
    because "SHUT-06 names no exception; one project saw 0 from a forced call with reasons, and the file still locked (OBS-SHUT-17)";

    /// Does the program behind a reboot reason count if a filter keeps it from being stopped?
    FilteredReasons "filtered-reasons" ["U-32b", "U-62b"] {
        /// Yes, in the list and in the test for 350.
        Counted "counted",
        /// No, in neither.
        Excluded "excluded",
    }
    defaults Counted, Counted, Counted;
    because "the reasons are those of the whole list (OBS-LIST-24), and filters are not said to shorten it";

    /// Which test comes first?
    TestOrder "test-order" ["U-31a"] {
        /// That for a reboot, then that for registration.
        RebootFirst "reboot-first",
        /// That for registration, then that for a reboot.
        RegisteredFirst "registered-first",
    }
    defaults RebootFirst, RebootFirst, RebootFirst;
    because "350 is returned before anything is stopped (SHUT-06); nothing is said of the other test's place";

    /// What does RmShutdownOnlyRegistered return if something cannot be restarted?
    OnlyRegisteredReply "only-registered-reply" ["U-30a", "UNK-07a"] {
        /// `ERROR_FAIL_SHUTDOWN`
        FailShutdown "351",
        /// `ERROR_FAIL_NOACTION_REBOOT`
        FailNoActionReboot "350",
        /// `ERROR_SUCCESS`
        Success "0",
    }
    defaults FailShutdown, FailShutdown, FailShutdown;
    because "no code is given (SHUT-22); 351 is the one for applications that did not stop";

    /// Who passes the test of RmShutdownOnlyRegistered?
    OnlyRegisteredTest "only-registered-test" ["U-30b", "U-68", "UNK-07b"] {
        /// Who can be restarted: services, the shell, and applications that RmRestart would restart.
        Restartable "restartable",
        /// Who called RegisterApplicationRestart at all, services and the shell.
        Registered "registered",
    }
    defaults Restartable, Restartable, Restartable;
    because "one process that cannot be restarted means that nothing is stopped (SHUT-22); RESTART_NO_PATCH says so of itself";

    /// Does a program that a filter keeps from being stopped take part in that test?
    OnlyRegisteredMasked "only-registered-masked" ["U-30c"] {
        /// No.
        LeftOut "left-out",
        /// Yes.
        Counted "counted",
    }
    defaults LeftOut, LeftOut, LeftOut;
    because "the test is about programs that would be stopped (SHUT-21)";

    /// What does an unforced RmShutdown do if one affected application is RmUnknownApp?
    UnknownApplication "unknown-application" ["U-38a"] {
        /// It fails at once, and nobody is asked.
        NothingDone "nothing-done",
        /// It stops the others, and fails.
        OthersStopped "others-stopped",
    }
    defaults OthersStopped, NothingDone, OthersStopped;
    because "it can be stopped only by force (SHUT-28), the call fails if one application could not be stopped (SHUT-07); measured: 351 in 0.0 s, all running (OBS-SHUT-08)";

    /// How does that failure show?
    UnknownApplicationReply "unknown-application-reply" ["U-38b"] {
        /// 351, and the application has an error on stop.
        ErrorOnStop "351-error-on-stop",
        /// 351, and the application is running.
        Running "351-running",
        /// 350
        FailNoActionReboot "350",
    }
    defaults ErrorOnStop, ErrorOnStop, ErrorOnStop;
    because "351 was seen (OBS-SHUT-08), and its details stand in AppStatus (SHUT-07)";

    /// When are applications of type RmUnknownApp killed?
    UnknownClass "unknown-class" ["U-28a"] {
        /// After all other classes.
        Last "last",
        /// With the windows.
        WithWindows "with-windows",
    }
    defaults Last, Last, Last;
    because "ORDER-01 does not name them";

    /// How is an application without a visible window asked?
    OtherWindowAsked "other-window-asked" ["U-39"] {
        /// By messages to its hidden windows, which may refuse.
        LikeWindows "like-windows",
        /// By the same messages, but a refusal does not count.
        WithoutVeto "without-veto",
        /// Not at all: it takes force, as for RmUnknownApp.
        ByForceOnly "by-force-only",
    }
    defaults LikeWindows, LikeWindows, LikeWindows;
    because "hidden top-level windows are asked and can refuse for the whole process (OBS-SHUT-21); the veto that WM-18 denies is one against a system shutdown";

    /// Which windows of a process are asked?
    WindowsAsked "windows-asked" ["U-34a"] {
        /// Every top-level window, hidden ones too.
        EveryTopLevel "every-top-level",
        /// Its main window alone.
        MainOnly "main-only",
    }
    defaults EveryTopLevel, EveryTopLevel, EveryTopLevel;
    because "seen so (OBS-SHUT-01, OBS-SHUT-21)";

    /// Over whom goes the query before anybody is ended?
    QueryScope "query-scope" ["U-34b"] {
        /// All applications with windows.
        AllApplications "all-applications",
        /// One application at a time, which is then ended.
        OneApplication "one-application",
    }
    defaults AllApplications, AllApplications, AllApplications;
    because "the guidelines speak of all applications (APP-03), and it was seen so (OBS-SHUT-09)";

    /// Does the query go on after a refusal?
    QueryAfterRefusal "query-after-refusal" ["U-34c"] {
        /// No.
        Stops "stops",
        /// Yes: everybody is asked.
        GoesOn "goes-on",
    }
    defaults Stops, Stops, Stops;
    because "no further queries are sent once a zero came back (WM-09)";

    /// Does an application wait for its query until the one before it answered?
    QueryWaits "query-waits" ["U-34d"] {
        /// Yes.
        InTurn "in-turn",
        /// No: all are asked at once.
        AllAtOnce "all-at-once",
    }
    defaults InTurn, InTurn, InTurn;
    because "a query that stops at the first zero goes one by one (WM-09)";

    /// Does a window wait for its WM_ENDSESSION until the window of the same process before it returned?
    EndOfWindows "end-of-windows" ["U-34f"] {
        /// No: all are told at once.
        AtOnce "at-once",
        /// Yes, for as long as a window may take.
        InTurn "in-turn",
    }
    defaults AtOnce, AtOnce, AtOnce;
    because "WM_CLOSE came 5.1 s after the instruction to a process that lingered (OBS-SHUT-06), which is one wait, not one for each window";

    /// After a refusal, who is told by WM_ENDSESSION that nothing ends?
    RefusedRound "refused-round" ["U-34e"] {
        /// Everybody who was asked.
        Asked "asked",
        /// Who agreed.
        Agreed "agreed",
        /// Nobody.
        Nobody "nobody",
    }
    defaults Agreed, Asked, Agreed;
    because "who answered TRUE gets the message whatever the others answered (WM-11); every window got it with wParam 0 (OBS-SHUT-01)";

    /// Does a refusal end the whole shutdown?
    AfterRefusal "after-refusal" ["U-33a"] {
        /// Yes: the other classes are left alone too.
        Ends "ends",
        /// No: the other classes are stopped all the same.
        OthersGoOn "others-go-on",
    }
    defaults Ends, Ends, Ends;
    because "it cancels the shutdown (SHUT-26, APP-05), which is all or nothing over every listed program (OBS-SHUT-09)";

    /// Does RmShutdown go on after an application could not be stopped?
    AfterFailure "after-failure" ["U-33b"] {
        /// With all others.
        Continues "continues",
        /// To the end of the class.
        EndsWithClass "ends-with-class",
        /// No.
        Aborts "aborts",
    }
    defaults Continues, Continues, Continues;
    because "351 means that at least one application could not be stopped (SHUT-07), so the others were tried";

    /// From when is the time counted that an application may take to exit, and does it end?
    ExitWaitFrom "exit-wait-from" ["U-35a"] {
        /// From WM_ENDSESSION.
        EndSession "end-session",
        /// From WM_CLOSE.
        Close "close",
        /// Without force it has no end.
        NoLimit "no-limit",
    }
    defaults Close, EndSession, Close;
    because "30 s belong to WM_CLOSE (APP-09); measured: 30.0 s after agreement, forced or not (OBS-SHUT-03)";

    /// Do the waits for several applications of a class overlap?
    ExitWaits "exit-waits" ["U-35b"] {
        /// Yes.
        Overlap "overlap",
        /// No: each is waited for before the next is told to end.
        InTurn "in-turn",
    }
    defaults Overlap, Overlap, Overlap;
    because "nobody measured it; the messages are described for all applications together (APP-03)";

    /// Under force, what becomes of an application that refuses?
    ForcedRefusal "forced-refusal" ["U-36a"] {
        /// It is told to end, has its full time, and is killed then.
        FullSequence "full-sequence",
        /// It is killed at once.
        KilledAtOnce "killed-at-once",
    }
    defaults FullSequence, FullSequence, FullSequence;
    because "the kill happens only if the messages fail (SHUT-25); seen so (OBS-SHUT-07)";

    /// Under force, what does lParam of WM_ENDSESSION hold?
    ForcedEndFlags "forced-end-flags" ["U-36b"] {
        /// `ENDSESSION_CLOSEAPP`
        CloseApp "close-app",
        /// `ENDSESSION_CLOSEAPP` and `ENDSESSION_CRITICAL`
        CloseAppCritical "close-app-critical",
    }
    defaults CloseAppCritical, CloseApp, CloseAppCritical;
    because "the critical flag says that an application is forced to stop (WM-05); it was not set (OBS-SHUT-07)";

    /// When is an application killed whose time is up?
    KillMoment "kill-moment" ["U-37a"] {
        /// When it is up.
        AtExpiry "at-expiry",
        /// At any whole second before.
        UpToExpiry "up-to-expiry",
    }
    defaults AtExpiry, AtExpiry, AtExpiry;
    because "after 30 s, says one page, within 30 s another (SHUT-17); seen at 30 s (OBS-SHUT-07)";

    /// Under force, when is a program killed that has nothing to be told by?
    UnknownKill "unknown-kill" ["U-37b"] {
        /// At once.
        AtOnce "at-once",
        /// When its time is up.
        AfterTimeout "after-timeout",
    }
    defaults AtOnce, AtOnce, AtOnce;
    because "the kill happens if the messages fail (SHUT-25), and it takes none; the page speaks of programs that do not respond (SHUT-16)";

    /// How long is a window waited for that the system has flagged as hung?
    HungWindow "hung-window" ["UNK-12"] {
        /// As long as any other.
        Waited "waited",
        /// Not at all.
        AtOnce "at-once",
    }
    defaults Waited, Waited, Waited;
    because "5.0 s for an unanswered query (OBS-SHUT-04); one project saw its call give up at once (OBS-SHUT-11)";

    /// How is the shell stopped?
    ExplorerStop "explorer-stop" ["U-40a"] {
        /// It is asked to exit, which it cannot refuse.
        AskedToExit "asked-to-exit",
        /// Like an application with windows.
        LikeWindows "like-windows",
    }
    defaults AskedToExit, AskedToExit, AskedToExit;
    because "it is a class of its own (ORDER-01), and gone in well under 1 s (OBS-SHUT-19)";

    /// Which shells are stopped?
    ExplorerScope "explorer-scope" ["U-40b"] {
        /// Every one that is listed.
        EveryListed "every-listed",
        /// That of the caller's terminal session.
        OwnSession "own-session",
    }
    defaults EveryListed, EveryListed, EveryListed;
    because "the list decides (SHUT-04)";
    unobservable "nothing in another terminal session is ever stopped (GEN-12)";

    /// May RmShutdown be called again after one that succeeded, with no restart between?
    RepeatedShutdown "repeated-shutdown" ["U-45"] {
        /// At any time.
        Allowed "allowed",
        /// No: `ERROR_REQUEST_OUT_OF_SEQUENCE`.
        OutOfSequence "776",
    }
    defaults Allowed, Allowed, Allowed;
    because "it works on a fresh list (SHUT-04); after 351 it is done by every Retry of a widespread client (OBS-SHUT-14)";

    /// What does RmShutdown return if nothing is registered?
    EmptyShutdown "empty-shutdown" ["U-46"] {
        /// `ERROR_SUCCESS`
        Success "0",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
    }
    defaults Success, Success, Success;
    because "a test on Windows asserts it (OBS-LIST-27)";

    /// What does RmShutdown do if a registered directory or file keeps the list from being made?
    UnlistableShutdown "unlistable-shutdown" ["U-79b"] {
        /// It returns the list's code.
        PassesOn "passes-on",
        /// It works without these files.
        Ignores "ignores",
    }
    defaults PassesOn, PassesOn, PassesOn;
    because "it runs RmGetList first (SHUT-04)";

    /// Does RmShutdown look at its end whether the resources are free?
    VerifyAtEnd "verify-at-end" ["U-87"] {
        /// No.
        No "no",
        /// Yes: 351 if one is in use.
        Yes "yes",
    }
    defaults No, No, No;
    because "its code speaks of applications (SHUT-01, SHUT-07); success did not prove that files were free (OBS-SHUT-17)";

    /// What does RmShutdown return if a filter kept somebody from being stopped?
    FilteredHolder "filtered-holder" ["U-62a"] {
        /// As if it were not there.
        Ignored "ignored",
        /// `ERROR_FAIL_SHUTDOWN`
        FailShutdown "351",
    }
    defaults Ignored, Ignored, Ignored;
    because "a filter exempts its target from being stopped (SHUT-32)";

    /// What does a cancelled RmShutdown return if an application could not be stopped before?
    CancelAndFailure "cancel-and-failure" ["U-31b"] {
        /// `ERROR_CANCELLED`
        Cancelled "1223",
        /// `ERROR_FAIL_SHUTDOWN`
        FailShutdown "351",
    }
    defaults Cancelled, Cancelled, Cancelled;
    because "the most recent error is returned (GEN-03), and the cancellation comes last";

    /// Whom does a console event reach?
    ConsoleEventReach "console-event-reach" ["U-71a"] {
        /// Every process on the console.
        WholeConsole "whole-console",
        /// The program that is to be stopped.
        TargetOnly "target-only",
    }
    defaults WholeConsole, WholeConsole, WholeConsole;
    because "it goes to every process on the console (CON-05), the caller too (OBS-SHUT-12)";

    /// Is a console program waited for that ignores the event?
    IgnoredConsoleEvent "ignored-console-event" ["U-71b"] {
        /// Yes, as if it had not answered.
        Waited "waited",
        /// No: it has failed at once.
        FailsAtOnce "fails-at-once",
    }
    defaults Waited, Waited, Waited;
    because "whoever sent the event cannot see how it was handled (CON-01)";
}
