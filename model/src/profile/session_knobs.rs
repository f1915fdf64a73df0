//! Open questions about sessions: their limit, keys, handles and roles, and what becomes of them.

use super::macros::{knobs, optional};

knobs! {
    SESSION_KNOBS from 0;

    /// What is the limit of 64 sessions counted over?
    SessionLimitScope "session-limit-scope" ["U-01", "UNK-08"] {
        /// A user's registry hive: all that runs as the user, in whichever terminal session.
        UserHive "user-hive",
        /// A terminal session, whoever runs in it.
        TerminalSession "terminal-session",
        /// A user in one terminal session.
        Logon "logon",
        /// The whole machine.
        Machine "machine",
        /// One process.
        Process "process",
    }
    defaults TerminalSession, UserHive, TerminalSession;
    because "the pages say 'per user session'; the session database was seen in the user's hive (OBS-START-01, OBS-START-15)";

    /// Does a joined installer count towards the limit?
    JoinCounts "join-counts" ["U-02"] {
        /// It never does, and a join never fails for the limit.
        Never "never",
        /// Each joined handle counts like a session.
        LikeASession "like-a-session",
        /// A process has a limit of 64 handles of its own.
        HandlesOfProcess "handles-of-process",
    }
    defaults LikeASession, Never, LikeASession;
    because "the page of RmJoinSession lists 353 (JOIN-07); in the database a session is one sub-key, however many join (OBS-START-01)";

    /// In which case are the letters of a session key?
    KeyLetterCase "key-letter-case" ["U-03a", "UNK-01a"] {
        /// `0` to `9` and `a` to `f`.
        Lower "lower",
        /// `0` to `9` and `A` to `F`.
        Upper "upper",
    }
    defaults Lower, Lower, Lower;
    because "not established; the registry's other hexadecimal texts of the same DLL are lower-case (OBS-REG-02)";

    /// What are the 32 characters of a session key?
    KeyOrigin "key-origin" ["U-03b", "UNK-01b"] {
        /// The hexadecimal digits of 128 random bits.
        RandomBits "random-bits",
        /// The hexadecimal digits of a version 4 GUID.
        RandomGuid "random-guid",
    }
    defaults RandomBits, RandomBits, RandomBits;
    because "RM_SESSION_KEY_LEN is the size of a GUID (TYPE-01), and nobody published enough keys to tell";
    unobservable "keys are bound to names, and no call treats one key otherwise than another";

    /// Which error follows if a generated key exists already?
    KeyCollisionReply "key-collision-reply" ["U-03c"] {
        /// `ERROR_MAX_SESSIONS_REACHED`
        MaxSessionsReached "353",
        /// `ERROR_WRITE_FAULT`
        WriteFault "29",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
        /// `ERROR_ALREADY_EXISTS`
        AlreadyExists "183",
    }
    defaults WriteFault, WriteFault, WriteFault;
    because "START-07 names no code; of those in the function's table (START-12) a registry entry that cannot be made fits 29 best";

    /// Does the call itself store the NUL behind the session key?
    KeyTermination "key-termination" ["START-04"] {
        /// It writes 33 characters.
        Written "written",
        /// It writes 32, and the caller must have cleared the buffer.
        LeftToCaller "left-to-caller",
    }
    defaults Written, Written, Written;
    because "START-04 says so; the caution of callers (OBS-START-08) is no measurement";

    /// What do session flags other than 0 do?
    StartFlags "start-flags" ["U-04"] {
        /// Nothing.
        Ignored "ignored",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
        /// `ERROR_INVALID_PARAMETER`
        InvalidParameter "87",
    }
    defaults Ignored, Ignored, Ignored;
    because "they are reserved, 'should' be 0, and no error is documented (START-03)";

    /// How are session handles numbered?
    HandleNumbering "handle-numbering" ["U-05", "UNK-13"] {
        /// The lowest number that is free in the process.
        LowestFree "lowest-free",
        /// The number of the session's registry slot, or the next that is free in the process.
        SlotNumber "slot-number",
        /// One counter of the machine, never set back.
        NeverReused "never-reused",
    }
    defaults LowestFree, LowestFree, LowestFree;
    because "event records show small numbers from 0 (OBS-START-05); handles belong to a process";

    /// Which is the first handle?
    FirstHandle "first-handle" ["U-05b"] {
        /// 0.
        Zero "0",
        /// 1.
        One "1",
    }
    defaults Zero, Zero, Zero;
    because "0 is a valid handle, and probably that of the first session (OBS-START-05)";

    /// What makes a caller the primary installer?
    RoleOf "role-of" ["U-06a"] {
        /// The handle: one from RmStartSession is primary, one from RmJoinSession secondary.
        Handle "handle",
        /// The process: whoever calls from the process that started the session is primary.
        Process "process",
    }
    defaults Handle, Process, Handle;
    because "the pages speak of the installer that started or joined; 1219 was seen for joined handles in another process than the creator's (OBS-JOIN-02)";

    /// What does a process get that joins its own session?
    InProcessJoin "in-process-join" ["U-06b"] {
        /// A second handle.
        SecondHandle "second-handle",
        /// The handle that it has.
        SameHandle "same-handle",
    }
    defaults SecondHandle, SecondHandle, SecondHandle;
    because "each of the two handles was ended separately with success (OBS-JOIN-01)";

    /// What does a secondary's call get once the primary has ended the session?
    SecondaryAfterEnd "secondary-after-end" ["U-07a"] {
        /// `ERROR_INVALID_HANDLE`
        InvalidHandle "6",
        /// RmRegisterResources succeeds without effect; RmGetList has nothing to list and gives `ERROR_INVALID_HANDLE`.
        RegistersInVain "registers-in-vain",
    }
    defaults InvalidHandle, InvalidHandle, InvalidHandle;
    because "the session's sub-key is deleted (OBS-END-02), so nothing stands behind the handle (GEN-08)";

    /// What does a secondary's own RmEndSession get once the primary has ended the session?
    SecondaryEndAfterEnd "secondary-end-after-end" ["U-07b"] {
        /// Success: the handle is still its own to give back.
        Success "success",
        /// `ERROR_INVALID_HANDLE`
        InvalidHandle "6",
    }
    defaults Success, Success, Success;
    because "both installers call it at the end, in no stated order (END-13)";

    /// What does RmEndSession do while another thread runs an operation on the handle?
    EndDuringOperation "end-during-operation" ["U-08"] {
        /// It waits for it.
        Waits "waits",
        /// It cancels it.
        Cancels "cancels",
        /// It fails.
        Fails "fails",
    }
    defaults Waits, Waits, Waits;
    because "the write mutex serializes calls (GEN-05)";

    /// What becomes of a session whose process dies without ending it?
    OrphanedSession "orphaned-session" ["U-09a"] {
        /// The next start takes its slot.
        NextStart "next-start",
        /// It goes with the process.
        AtExit "at-exit",
        /// It keeps its slot until logoff or reboot.
        UntilLogoff "until-logoff",
    }
    defaults NextStart, NextStart, NextStart;
    because "seen in the registry (OBS-START-02, OBS-END-04); two projects claim the last (OBS-START-16)";

    /// Can a session be joined whose process died without ending it?
    OrphanJoin "orphan-join" ["U-09b"] {
        /// No: as if the key were unknown.
        Refused "refused",
        /// Yes, while its slot is not reused.
        Joins "joins",
    }
    defaults Refused, Refused, Refused;
    because "the recorded owner lets a living one be told from a dead one (OBS-START-03)";

    /// What does ending a session after a shutdown without a restart do to the stopped applications?
    EndAfterShutdown "end-after-shutdown" ["U-10"] {
        /// They stay stopped.
        StayStopped "stay-stopped",
        /// They are restarted.
        Restarts "restarts",
    }
    defaults StayStopped, StayStopped, StayStopped;
    because "no implicit restart is described anywhere";

    /// What does a secondary installer get from RmGetList?
    SecondaryList "secondary-list" ["U-11a"] {
        /// The list.
        Allowed "allowed",
        /// `ERROR_SESSION_CREDENTIAL_CONFLICT`
        CredentialConflict "1219",
        /// `ERROR_ACCESS_DENIED`
        AccessDenied "5",
        /// `ERROR_REQUEST_OUT_OF_SEQUENCE`
        OutOfSequence "776",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
    }
    defaults Allowed, CredentialConflict, CredentialConflict;
    because "its page states no role (GEN-18); Vista refused it (GEN-19), and 1219 was seen later too (OBS-JOIN-02)";

    /// What does a secondary installer get from RmShutdown, RmRestart and RmCancelCurrentTask?
    SecondaryOperation "secondary-operation" ["U-11b"] {
        /// `ERROR_SESSION_CREDENTIAL_CONFLICT`
        CredentialConflict "1219",
        /// `ERROR_ACCESS_DENIED`
        AccessDenied "5",
        /// `ERROR_REQUEST_OUT_OF_SEQUENCE`
        OutOfSequence "776",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
    }
    defaults CredentialConflict, CredentialConflict, CredentialConflict;
    because "they belong to the starter of the session, and the filter functions name this code (GEN-18)";

    /// Which error follows an unknown key, or that of an ended session?
    UnknownKeyReply "unknown-key-reply" ["U-12a", "U-12e", "UNK-02"] {
        /// `ERROR_SESSION_CREDENTIAL_CONFLICT`
        CredentialConflict "1219",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
        /// `ERROR_INVALID_HANDLE`
        InvalidHandle "6",
    }
    defaults CredentialConflict, CredentialConflict, CredentialConflict;
    because "a key that cannot be validated (JOIN-05); wrappers prepare for all three (OBS-JOIN-05); an ended session's sub-key is gone (OBS-END-02), so its key is unknown";

    /// Which error follows a key that is not 32 hexadecimal digits?
    MalformedKeyReply "malformed-key-reply" ["U-12b"] {
        /// `ERROR_SESSION_CREDENTIAL_CONFLICT`
        CredentialConflict "1219",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
        /// `ERROR_INVALID_HANDLE`
        InvalidHandle "6",
    }
    defaults CredentialConflict, CredentialConflict, CredentialConflict;
    because "it cannot be validated either (JOIN-05), and 160 is documented for NULL and zero alone (JOIN-06)";

    /// How are keys compared?
    KeyComparison "key-comparison" ["U-12c"] {
        /// Without regard to letter case.
        CaseInsensitive "case-insensitive",
        /// To the letter.
        CaseSensitive "case-sensitive",
    }
    defaults CaseInsensitive, CaseInsensitive, CaseInsensitive;
    because "consumers accept both cases (OBS-START-07), and a key is a GUID's text (TYPE-01)";

    /// Which error follows the key of another user's session?
    ForeignKeyReply "foreign-key-reply" ["U-12d"] {
        /// `ERROR_SESSION_CREDENTIAL_CONFLICT`
        CredentialConflict "1219",
        /// `ERROR_ACCESS_DENIED`
        AccessDenied "5",
    }
    defaults CredentialConflict, CredentialConflict, CredentialConflict;
    because "joining takes the same user context (JOIN-04), and the code's name speaks of credentials (JOIN-05)";

    /// Which error does RmJoinSession give for a NULL pointer?
    JoinNullReply "join-null-reply" ["JOIN-06"] {
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
        /// `ERROR_BAD_COMMAND`, the number that its page prints beside that name.
        BadCommand "22",
    }
    defaults BadArguments, BadArguments, BadArguments;
    because "the name and every other page say 160; 22 stands on one page alone";

    /// Does RmEndSession know an invalid argument?
    EndInvalidArgument "end-invalid-argument" ["END-09"] {
        /// No: every handle without a session is an invalid handle.
        Never "never",
        /// Yes: 0xFFFFFFFF, which is never a handle, gives `ERROR_BAD_ARGUMENTS`.
        AllOnes "all-ones",
    }
    defaults Never, Never, Never;
    because "the page has no row for 160, the header has (END-09)";

    /// Does a session survive a reboot?
    SessionAfterReboot "session-after-reboot" ["U-85"] {
        /// No.
        Gone "gone",
        /// Yes, as one whose process died.
        Abandoned "abandoned",
    }
    defaults Gone, Gone, Gone;
    because "the database is a volatile key (OBS-START-01)";

    /// Which is checked first, the handle or the other arguments?
    CheckOrder "check-order" ["U-78"] {
        /// The arguments.
        ArgumentsFirst "arguments-first",
        /// The handle.
        HandleFirst "handle-first",
    }
    defaults ArgumentsFirst, ArgumentsFirst, ArgumentsFirst;
    because "checking pointers takes no look into the registry";

    /// How far does the registry mutex reach?
    MutexScope "mutex-scope" ["U-60a"] {
        /// All sessions of a user.
        User "user",
        /// One session.
        Session "session",
        /// The machine.
        Machine "machine",
    }
    defaults User, User, User;
    because "it guards what lies in the user's hive (GEN-24, OBS-START-01)";

    /// How long does a call wait for the registry mutex?
    MutexPatience "mutex-patience" ["U-60b"] {
        /// Five seconds.
        Seconds "seconds",
        /// A minute.
        Minute "minute",
    }
    defaults Seconds, Seconds, Seconds;
    because "the allotted time is stated nowhere (GEN-05)";

    /// What happens if two threads or processes call on one session at once?
    ConcurrentCalls "concurrent-calls" ["U-59a"] {
        /// A short call goes on at once beside an operation.
        Interleaved "interleaved",
        /// The mutex serializes them: it waits until the operation is over.
        Serialized "serialized",
        /// The second fails with `ERROR_SEM_TIMEOUT`.
        SemTimeout "121",
        /// The second fails with `ERROR_REQUEST_OUT_OF_SEQUENCE`.
        OutOfSequence "776",
    }
    defaults Interleaved, Interleaved, Interleaved;
    because "the mutex guards writes to the registry (GEN-05), not a whole operation, in whose callback a user interface asks for the status of each application (STATUS-08)";
}
