//! Open questions about filters, status callbacks, cancellation, and calls while an operation runs.

use super::macros::{knobs, optional};

knobs! {
    OPERATION_KNOBS from super::OPERATION_KNOBS_START;

    /// Does a file filter match by the name of a program without its folder?
    FilterModule "filter-module" ["U-61a"] {
        /// No: by the full path alone.
        FullPath "full-path",
        /// Yes, if the filter names no folder.
        NameToo "name-too",
    }
    defaults FullPath, FullPath, FullPath;
    because "the page demands a full path, the header calls it a module name (FILT-03)";

    /// Which of two filters wins that match one application?
    FilterConflict "filter-conflict" ["U-61b"] {
        /// That for the process or service.
        MostSpecific "most-specific",
        /// That with the stronger action: no shutdown.
        Strongest "strongest",
    }
    defaults MostSpecific, MostSpecific, MostSpecific;
    because "not documented; whoever names one process means it";

    /// What does removing a filter return that does not exist?
    MissingFilter "missing-filter" ["U-63"] {
        /// `ERROR_FILE_NOT_FOUND`
        FileNotFound "2",
        /// `ERROR_INVALID_FUNCTION`
        InvalidFunction "1",
    }
    defaults FileNotFound, FileNotFound, FileNotFound;
    because "the page names the constant and prints 1 beside it (FILT-16); a wrapper expects 2 (OBS-FILTER-04)";

    /// What does RmGetFilterList return if cbFilterBufNeeded is NULL?
    FilterNeededNull "filter-needed-null" ["U-64a"] {
        /// `ERROR_MORE_DATA`
        MoreData "234",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
    }
    defaults MoreData, MoreData, MoreData;
    because "the row of 234 names this very case (FILT-26), that of 160 any NULL pointer (FILT-27)";

    /// From where is cbNextOffset counted?
    FilterOffsets "filter-offsets" ["U-64b"] {
        /// From the entry that holds it.
        Entry "entry",
        /// From the beginning of the buffer.
        Buffer "buffer",
    }
    defaults Entry, Entry, Entry;
    because "it is the distance to the next structure (FILT-24)";

    /// Where in the buffer do the names lie?
    FilterTexts "filter-texts" ["U-64c"] {
        /// Each behind its entry.
        BehindEntry "behind-entry",
        /// All behind the last entry.
        AtEnd "at-end",
    }
    defaults BehindEntry, BehindEntry, BehindEntry;
    because "they lie in the same buffer (OBS-FILTER-02), and entries are linked by offsets, which equal sizes would not need";

    /// In which order are filters listed?
    FilterOrder "filter-order" ["U-64d"] {
        /// As they were added first.
        Addition "addition",
        /// Files, processes, services.
        ByTrigger "by-trigger",
    }
    defaults Addition, Addition, Addition;
    because "not documented";

    /// When do the bits of a filter show in the list?
    MaskBits "mask-bits" ["U-23b", "U-61c"] {
        /// As soon as the filter is added.
        AtOnce "at-once",
        /// After the next RmShutdown.
        AfterShutdown "after-shutdown",
    }
    defaults AtOnce, AtOnce, AtOnce;
    because "seen after a shutdown (OBS-FILTER-03); clients that drop masked entries before it rely on the first";

    /// Which bits does the filter action RmNoShutdown show?
    NoShutdownBits "no-shutdown-bits" ["U-23c"] {
        /// `RmStatusShutdownMasked`
        ShutdownMasked "shutdown-masked",
        /// That and `RmStatusRestartMasked`.
        Both "both",
    }
    defaults ShutdownMasked, ShutdownMasked, ShutdownMasked;
    because "0x40 was seen (OBS-FILTER-03), though the action suppresses the restart too (FILT-31)";

    /// Is the callback told a percentage before anything is stopped?
    FirstStatus "first-status" ["U-56a", "UNK-06a"] {
        /// Yes: 0.
        Zero "0",
        /// No.
        AfterFirst "after-first",
    }
    defaults AfterFirst, Zero, AfterFirst;
    because "the percentage is the share of those already stopped (STATUS-03); it was called before the work was done (OBS-SHUT-15)";

    /// What is the callback told if nobody is affected?
    EmptyStatus "empty-status" ["U-56b", "UNK-06b"] {
        /// Nothing.
        Nothing "nothing",
        /// 100, after the first percentage that there always is.
        Hundred "100",
    }
    defaults Nothing, Hundred, Nothing;
    because "a share of nobody is no number; the callback was called at least once (OBS-SHUT-15)";

    /// What is the callback of an RmShutdown told whose tests fail, so that nobody is asked?
    FailedTestStatus "failed-test-status" ["U-56d"] {
        /// Nothing.
        Nothing "nothing",
        /// 0, before it returns.
        Zero "0",
    }
    defaults Nothing, Nothing, Nothing;
    because "the percentage tells progress (STATUS-08), and there is none; that it is called at least once was seen where somebody was stopped (OBS-SHUT-15)";

    /// Who counts in the percentage?
    StatusCounting "status-counting" ["U-90"] {
        /// Every entry of the fresh list, once it is dealt with.
        DealtWith "dealt-with",
        /// Every entry, once it is really stopped or restarted.
        ReallyDone "really-done",
    }
    defaults DealtWith, DealtWith, DealtWith;
    because "the percentage tells progress (STATUS-08), and an operation that is over is at its end";

    /// May other functions be called inside the callback, beside RmCancelCurrentTask?
    CallsInCallback "calls-in-callback" ["U-56c"] {
        /// As from another thread.
        AsElsewhere "as-elsewhere",
        /// No: `ERROR_SEM_TIMEOUT`.
        SemTimeout "121",
    }
    defaults AsElsewhere, AsElsewhere, AsElsewhere;
    because "a user interface may ask for the status of each application there (STATUS-08)";

    /// What does RmCancelCurrentTask do if nothing runs?
    IdleCancel "idle-cancel" ["U-57a"] {
        /// Nothing.
        Nothing "nothing",
        /// It cancels the next operation.
        Sticky "sticky",
    }
    defaults Nothing, Nothing, Nothing;
    because "it is for the current task; no code exists for the case (CANCEL-13)";

    /// When does an operation notice that it is cancelled?
    CancelNoticed "cancel-noticed" ["U-57b"] {
        /// At once, also while it waits for an application.
        AtOnce "at-once",
        /// When it is through with the applications that it waits for.
        BetweenApplications "between-applications",
    }
    defaults AtOnce, AtOnce, AtOnce;
    because "as soon as possible (CANCEL-07); seen during a wait, and the program survived (OBS-CANCEL-01)";

    /// Does RmCancelCurrentTask reach RmGetList?
    CancelReachesList "cancel-reaches-list" ["U-57c"] {
        /// Yes.
        Yes "yes",
        /// No.
        No "no",
    }
    defaults Yes, Yes, Yes;
    because "RmGetList has the code (LIST-08) and stands in the overview (CANCEL-12), though two pages name only the others";

    /// What does a cancel do that comes when the last application is dealt with?
    LateCancel "late-cancel" ["U-31c"] {
        /// Nothing: it is too late.
        TooLate "too-late",
        /// The operation is cancelled.
        Cancelled "1223",
    }
    defaults TooLate, TooLate, TooLate;
    because "it depends on how far the operation has got (CANCEL-05)";

    /// What becomes of applications that a cancelled RmShutdown had stopped?
    CancelledShutdown "cancelled-shutdown" ["U-58"] {
        /// They stay stopped.
        StayStopped "stay-stopped",
        /// They are restarted before it returns.
        BroughtBack "brought-back",
    }
    defaults StayStopped, StayStopped, StayStopped;
    because "no rollback is described, and RmRestart is to be called whatever RmShutdown returned (CANCEL-14, SHUT-31)";

    /// Is who agreed told that nothing ends if the query is cancelled?
    CancelledRound "cancelled-round" ["U-89"] {
        /// Yes, as after a refusal.
        Told "told",
        /// No.
        Nobody "nobody",
    }
    defaults Told, Told, Told;
    because "WM_ENDSESSION carries the result of the queries (WM-12)";

    /// What happens if a second long operation begins on a session?
    ConcurrentOperations "concurrent-operations" ["U-59b"] {
        /// It waits for its turn.
        Serialized "serialized",
        /// `ERROR_SEM_TIMEOUT`
        SemTimeout "121",
        /// `ERROR_REQUEST_OUT_OF_SEQUENCE`
        OutOfSequence "776",
    }
    defaults Serialized, Serialized, Serialized;
    because "GEN-05 speaks of a mutex";
}
