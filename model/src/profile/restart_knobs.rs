//! Open questions about `RmRestart`: when it may be called, whom it starts, and what counts as a failure.

use super::macros::{knobs, optional};

knobs! {
    RESTART_KNOBS from super::RESTART_KNOBS_START;

    /// Which RmShutdown must have been called before RmRestart?
    ShutdownBefore "shutdown-before" ["U-47", "UNK-05a"] {
        /// Any, whatever it returned.
        Any "any",
        /// One that did not return 350.
        NotReboot "not-350",
        /// One that began to stop applications.
        StopPhase "stop-phase",
    }
    defaults Any, Any, Any;
    because "RmRestart is to be called whatever error RmShutdown returned (SHUT-31)";

    /// What does a second RmRestart do, with no RmShutdown between?
    SecondRestart "second-restart" ["U-48", "UNK-05b"] {
        /// It tries those again that are still stopped.
        Retries "retries",
        /// Nothing: `ERROR_SUCCESS`.
        Nothing "nothing",
        /// `ERROR_REQUEST_OUT_OF_SEQUENCE`
        OutOfSequence "776",
    }
    defaults Retries, Retries, Retries;
    because "it restarts what was stopped (REST-01), and no state between two calls is described but a missing RmShutdown (REST-05)";

    /// What do restart flags other than 0 do?
    RestartFlags "restart-flags" ["U-49"] {
        /// Nothing.
        Ignored "ignored",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
        /// `ERROR_INVALID_PARAMETER`
        InvalidParameter "87",
    }
    defaults Ignored, Ignored, Ignored;
    because "they are reserved, 'should' be 0, and no error is documented (REST-04)";

    /// Must an application have run for 60 s to be restarted?
    MinimumRun "minimum-run-time" ["U-50"] {
        /// Yes, counted from its start to its end.
        Applies "applies",
        /// No.
        DoesNotApply "does-not-apply",
    }
    defaults Applies, DoesNotApply, Applies;
    because "stated for restarts in general (ARR-12); one was restarted that was 3 s old (OBS-RESTART-01)";

    /// Is it a failure that an elevated application, or another user's, is not restarted?
    SkipsAreFailures "skips-are-failures" ["U-51a"] {
        /// No.
        No "no",
        /// Yes: 352, and it has an error on restart.
        Yes "yes",
    }
    defaults No, No, No;
    because "the pages announce that they are not restarted (REST-17, REST-18), and 0 was seen though programs stayed closed (OBS-RESTART-03)";

    /// Does RmRestart go on after a failure?
    RestartAfterFailure "restart-after-failure" ["U-51b"] {
        /// Yes.
        Continues "continues",
        /// No.
        Aborts "aborts",
    }
    defaults Continues, Continues, Continues;
    because "352 means that at least one application could not be restarted (REST-06)";

    /// In which order are the applications of one class restarted?
    RestartOrder "restart-order" ["U-51c"] {
        /// As they were stopped.
        AsStopped "as-stopped",
        /// The other way round.
        Reversed "reversed",
    }
    defaults AsStopped, AsStopped, AsStopped;
    because "the reverse order is that of classes (REST-23); inside a class none is documented (ORDER-08)";

    /// When is a service restarted?
    ServiceStarted "service-started" ["U-51d", "U-55a"] {
        /// When it runs.
        Running "running",
        /// When its start was accepted.
        Accepted "accepted",
    }
    defaults Running, Running, Running;
    because "the start request returns before the service runs (SVC-21), and a success that is none helps nobody";

    /// Which status has a stopped application that RmRestart passed over?
    SkippedStatus "skipped-status" ["U-52"] {
        /// It stays stopped.
        Stopped "stopped",
        /// An error on restart is added.
        ErrorOnRestart "error-on-restart",
    }
    defaults Stopped, Stopped, Stopped;
    because "nothing went wrong with it (OBS-RESTART-03)";

    /// Are several instances of one program each restarted?
    Instances "instances" ["U-53"] {
        /// Each, with its own command line.
        Each "each",
        /// One for each executable.
        OnePerExecutable "one-per-executable",
    }
    defaults Each, Each, Each;
    because "the registration lives in the process that made it (ARR-26)";

    /// What does RmRestart make of an executable that is missing?
    MissingExecutable "missing-executable" ["U-54"] {
        /// A failure: 352.
        Fails "352",
        /// It passes it over.
        Skipped "skipped",
    }
    defaults Fails, Fails, Fails;
    because "an application that could not be restarted gives 352 (REST-06)";

    /// What does RmRestart make of a service that was disabled meanwhile?
    DisabledService "disabled-service" ["U-55b"] {
        /// A failure: 352.
        Fails "352",
        /// It passes it over.
        Skipped "skipped",
    }
    defaults Fails, Fails, Fails;
    because "a start of a disabled service fails (SVC-22)";

    /// Whose applications are restarted?
    RestartedUser "restarted-user" ["U-83"] {
        /// Those of the user who runs the installer.
        Conductor "conductor",
        /// Those of the user who is logged on in the installer's terminal session.
        SessionUser "session-user",
        /// Those of the user at the console, which is terminal session 1.
        ConsoleUser "console-user",
    }
    defaults SessionUser, Conductor, SessionUser;
    because "those of the logged-on user, says the page (REST-18); the program's user was compared with the conductor's (OBS-RESTART-06)";

    /// Is a service started that the list named while it ran, and that something else stopped before RmShutdown?
    DepartedService "departed-service" ["OBS-RESTART-05"] {
        /// No.
        Left "left",
        /// Yes.
        Started "started",
    }
    defaults Left, Started, Left;
    because "RmRestart restarts what RmShutdown stopped (REST-01); measured for a service (OBS-RESTART-05)";

    /// With whose rights does a restarted application run?
    RestartedRights "restarted-rights" ["OBS-RESTART-07", "OBS-RESTART-11"] {
        /// Its own, as before.
        Own "own",
        /// The installer's.
        Installers "installers",
    }
    defaults Own, Installers, Own;
    because "nothing is documented; a shell came back elevated, and a program with other privileges than before";

    /// Is the shell restarted though it never registered?
    ExplorerRestart "explorer-restart" ["U-40c"] {
        /// Always.
        Always "always",
        /// Only if it registered.
        IfRegistered "if-registered",
    }
    defaults Always, Always, Always;
    because "shell extensions restart it so (OBS-REG-13), and it is listed as restartable without a registration (OBS-LIST-22)";

    /// Which dependents are started again with their service?
    DependentsRestarted "dependents-restarted" ["U-41e"] {
        /// Those that ran before.
        ThatRan "that-ran",
        /// All.
        All "all",
    }
    defaults ThatRan, ThatRan, ThatRan;
    because "a service's dependents come back with it (ORDER-06): what did not run cannot come back";

    /// Can a cancelled RmRestart be taken up by another one?
    CancelledRestart "cancelled-restart" ["U-57d"] {
        /// Yes: it restarts the rest.
        Resumable "resumable",
        /// No: `ERROR_REQUEST_OUT_OF_SEQUENCE`.
        OutOfSequence "776",
    }
    defaults Resumable, Resumable, Resumable;
    because "it restarts what is still stopped (REST-01)";
}
