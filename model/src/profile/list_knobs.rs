//! Open questions about RmGetList: its outputs, who is listed and in which words, and reboot reasons.

use super::macros::{knobs, optional};

knobs! {
    LIST_KNOBS from super::LIST_KNOBS_START;

    /// What stands in the array after `ERROR_MORE_DATA`?
    MoreDataArray "more-data-array" ["U-19a"] {
        /// What stood there before.
        Untouched "untouched",
        /// As many entries as fit.
        Filled "filled",
    }
    defaults Untouched, Untouched, Untouched;
    because "nothing is promised for a call that fails (LIST-07); clients read the array after success alone";

    /// What does the count hold after `ERROR_MORE_DATA`?
    MoreDataCount "more-data-count" ["U-19b"] {
        /// The capacity, as before.
        Unchanged "unchanged",
        /// 0.
        Zero "zero",
        /// The number of entries that were written.
        Written "written",
    }
    defaults Unchanged, Unchanged, Unchanged;
    because "the page describes it for entry and exit without a word on failure (LIST-04)";

    /// What do the reboot reasons hold after `ERROR_MORE_DATA`?
    MoreDataReasons "more-data-reasons" ["U-19c"] {
        /// The reasons.
        Set "set",
        /// What stood there before.
        Untouched "untouched",
        /// 0.
        Zero "zero",
    }
    defaults Set, Set, Set;
    because "the whole list was computed, or else the needed count were unknown (LIST-03)";

    /// What does the needed count hold after success?
    SuccessNeeded "success-needed" ["U-19d"] {
        /// The number of entries.
        Count "count",
        /// What stood there before.
        Untouched "untouched",
    }
    defaults Count, Count, Count;
    because "seen on Windows (OBS-LIST-02), and LIST-03 makes no exception";

    /// In which order do entries stand?
    ListOrder "list-order" ["U-20a"] {
        /// By ascending process id.
        ProcessId "process-id",
        /// As their first resource was registered.
        Registration "registration",
        /// As they would be stopped: windows, consoles, services, Explorer.
        StopOrder "stop-order",
    }
    defaults ProcessId, ProcessId, ProcessId;
    because "not established; the first is the only order that does not depend on the caller";

    /// Which entries does a process with several services get?
    HostEntries "host-entries" ["U-20b"] {
        /// One for each service.
        EachService "each-service",
        /// One for the process, as its first service.
        Process "process",
    }
    defaults EachService, EachService, EachService;
    because "svchost.exe gave 104 service entries, several with one process id (OBS-LIST-08, OBS-LIST-09)";

    /// Which services of a shared host are listed if one of them is registered by name?
    RegisteredInHost "registered-in-host" ["U-20d"] {
        /// That one.
        ThatService "that-service",
        /// All of them.
        WholeHost "whole-host",
    }
    defaults ThatService, ThatService, ThatService;
    because "a service can be stopped without its host (REG-16), while a file in a host cannot be pinned to one service";

    /// Are the services listed that depend on an affected service?
    DependentServices "dependent-services" ["U-20c", "U-41a"] {
        /// No.
        NotListed "not-listed",
        /// Yes, while they run.
        Listed "listed",
    }
    defaults NotListed, NotListed, NotListed;
    because "the list names users of registered resources (LIST-01); dependents come in when services are stopped (REG-16)";

    /// Does an application stay listed that exited on its own?
    DepartedApplications "departed-applications" ["U-24a"] {
        /// No: the list is made anew.
        Dropped "dropped",
        /// Yes, if an earlier list of the session named it.
        Stay "stay",
    }
    defaults Dropped, Stay, Dropped;
    because "recomputed, says the sample (LIST-16); kept, saw a client (OBS-LIST-25)";

    /// When is a registered process listed as stopped by something else?
    StoppedOther "stopped-other" ["U-24b"] {
        /// Only if an earlier list of the session named it.
        SeenEarlier "seen-earlier",
        /// Also if it was gone before the first list.
        AlsoRegistered "also-registered",
    }
    defaults SeenEarlier, SeenEarlier, SeenEarlier;
    because "a process that is gone uses nothing (LIST-01)";

    /// Which entries does the list have after RmShutdown and RmRestart?
    ListAfterShutdown "list-after-shutdown" ["U-21"] {
        /// The old ones with new status bits.
        OldEntries "old-entries",
        /// Those of the new processes.
        NewProcesses "new-processes",
        /// Both.
        Both "both",
    }
    defaults OldEntries, OldEntries, OldEntries;
    because "the status tells what happened to an application (LIST-20, OBS-LIST-25)";

    /// How do status bits follow each other?
    StatusBits "status-bits" ["U-23a"] {
        /// They accumulate, as a history.
        Accumulate "accumulate",
        /// States replace each other; error and mask bits are added.
        Replace "replace",
    }
    defaults Replace, Replace, Replace;
    because "a departed application cannot be running too; the enumeration's page speaks of a history (TYPE-25)";

    /// Are processes stopped that appear between RmGetList and RmShutdown?
    ShutdownRefresh "shutdown-refresh" ["U-86"] {
        /// Those that are there when RmShutdown begins.
        AtStart "at-start",
        /// The list is made anew between the classes too.
        BetweenClasses "between-classes",
    }
    defaults AtStart, AtStart, AtStart;
    because "RmShutdown runs the computation first (LIST-21)";

    /// Which applications are RmCritical?
    CriticalType "critical-type" ["U-22a"] {
        /// Critical ones, those that the user may not stop, and the caller.
        AllCauses "all-causes",
        /// Critical ones alone.
        CriticalOnly "critical-only",
    }
    defaults AllCauses, CriticalOnly, AllCauses;
    because "three causes on the page (TYPE-14), one in the header; unelevated callers saw 104 services of SYSTEM as services (OBS-LIST-08)";

    /// How many reboot reasons can one process have?
    ReasonsPerProcess "reasons-per-process" ["U-22b"] {
        /// Several.
        All "all",
        /// One: self, critical, terminal session, permission, in this order.
        First "first",
    }
    defaults All, All, All;
    because "they are separate bits (TYPE-39), and reports combine them";

    /// Does a critical process of terminal session 0 also count as one of another terminal session?
    CriticalElsewhere "critical-elsewhere" ["U-22b"] {
        /// No: it has a reason of its own.
        OwnReason "own-reason",
        /// Yes.
        Both "both",
    }
    defaults OwnReason, OwnReason, OwnReason;
    because "nearly all critical processes live in session 0, and a reason that always comes along would say nothing; TYPE-35 by its letter says yes";

    /// Which processes are critical?
    CriticalProcesses "critical-processes" ["U-22c"] {
        /// The programs that the pages name, and what the world marks.
        NamedAndMarked "named-and-marked",
        /// What the world marks alone.
        MarkedOnly "marked-only",
    }
    defaults NamedAndMarked, NamedAndMarked, NamedAndMarked;
    because "the pages give examples, not a list (CRIT-02)";

    /// Which applications are restartable?
    Restartable "restartable" ["U-25a"] {
        /// Those that RmRestart would restart.
        WouldRestart "would-restart",
        /// Those that called RegisterApplicationRestart at all.
        Registered "registered",
    }
    defaults WouldRestart, Registered, WouldRestart;
    because "TRUE 'if Restart Manager can restart the application' (TYPE-50); with and without the registration was measured (OBS-LIST-22)";

    /// Is Explorer restartable?
    ExplorerRestartable "explorer-restartable" ["U-25b"] {
        /// Always.
        Always "always",
        /// Like any application.
        IfRegistered "if-registered",
    }
    defaults Always, Always, Always;
    because "TRUE without a registration (OBS-LIST-22)";

    /// Which terminal session has a service or a critical process?
    ServiceTerminalSession "service-terminal-session" ["U-26"] {
        /// 0.
        Zero "0",
        /// -1.
        MinusOne "-1",
        /// That of its process.
        Real "real",
    }
    defaults Zero, Zero, Zero;
    because "the page says 'not used' (TYPE-49); 0 stood in an event record of a service (OBS-LIST-28)";

    /// Where does an application's name come from?
    FriendlyName "friendly-name" ["U-27a"] {
        /// The file description of its program.
        FileDescription "file-description",
        /// The caption of its window, then the file description.
        WindowTitle "window-title",
    }
    defaults FileDescription, FileDescription, FileDescription;
    because "seen so, and not the caption (OBS-LIST-16)";

    /// What is the name of an application without a file description?
    NameWithoutDescription "name-without-description" ["U-27b"] {
        /// The file name of its program.
        ImageName "image-name",
        /// That without its extension.
        ImageStem "image-stem",
        /// The product name, then the file name.
        ProductName "product-name",
    }
    defaults ImageName, ImageName, ImageName;
    because "with its extension in most samples, without in others (OBS-LIST-17)";

    /// If some affected applications need a reboot, are the others listed too?
    StoppableListed "stoppable-listed" ["U-44"] {
        /// Yes.
        Yes "yes",
        /// No: only those that need it.
        No "no",
    }
    defaults Yes, Yes, Yes;
    because "the list names all users of registered resources (LIST-01)";

    /// What do the outputs hold if the list fails for a directory or a file that cannot be opened?
    FailedListOutputs "failed-list-outputs" ["U-79a"] {
        /// 0.
        Zero "zero",
        /// What stood there before.
        Untouched "untouched",
    }
    defaults Zero, Zero, Zero;
    because "a needed count of 0 was seen with error 5 (OBS-REG-04)";

    /// Which of several errors does a call return?
    SeveralErrors "several-errors" ["U-77"] {
        /// The last that it met.
        Last "last",
        /// The most severe: of a file that cannot be opened and a directory, the file's.
        MostSevere "most-severe",
    }
    defaults Last, Last, Last;
    because "the pages say 'the most recent error' (GEN-03)";

    /// What counts as using a file?
    WhatCountsAsUse "what-counts-as-use" ["U-80"] {
        /// Any open handle, loaded image or mapped section.
        AnyHandle "any-handle",
        /// Only what keeps the file from being replaced or deleted.
        Blocking "blocking",
    }
    defaults AnyHandle, AnyHandle, AnyHandle;
    because "the list names applications that use the resources (LIST-01)";

    /// Whom may a caller stop?
    WhoMayStop "who-may-stop" ["U-81a"] {
        /// Processes of its user with no higher integrity; an elevated caller everybody.
        AdministratorsEverybody "administrators-everybody",
        /// Processes of its user with no higher integrity, elevated or not.
        OwnUser "own-user",
    }
    defaults AdministratorsEverybody, AdministratorsEverybody, AdministratorsEverybody;
    because "Restart Manager adds no rights to those of the caller's token (OBS-START-14), and an administrator's may end processes";

    /// Does a service that the caller may not stop set the permission reason?
    DeniedService "denied-service" ["U-81b"] {
        /// Yes.
        SetsReason "sets-reason",
        /// No.
        Ignored "ignored",
    }
    defaults SetsReason, SetsReason, SetsReason;
    because "the reason speaks of at least one process that the user may not stop (TYPE-34)";

    /// What can a caller in terminal session 0 stop?
    SessionZeroCaller "session-zero-caller" ["U-82"] {
        /// Processes of session 0, services there included.
        SessionZero "session-zero",
        /// Those, and services in any terminal session.
        ServicesAnywhere "services-anywhere",
    }
    defaults SessionZero, SessionZero, SessionZero;
    because "borders between terminal sessions are respected (GEN-12, SHUT-29)";
}
