//! Open questions about registering resources: arguments, odd resources, and when two paths are one file.

use super::macros::{knobs, optional};

knobs! {
    RESOURCE_KNOBS from super::RESOURCE_KNOBS_START;

    /// What does a call with three counts of 0 give?
    AllZeroCounts "all-zero-counts" ["U-13a"] {
        /// Success.
        Success "success",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
    }
    defaults Success, Success, Success;
    because "a test that runs on Windows expects 0 (OBS-REG-14)";

    /// What does a NULL pointer inside an array of names do?
    NullElement "null-element" ["U-13b"] {
        /// It is passed over.
        PassedOver "passed-over",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
    }
    defaults BadArguments, PassedOver, BadArguments;
    because "GEN-04 forbids NULL; a client that runs its tests on Windows found that the element is simply not watched";

    /// What does an empty name do?
    EmptyName "empty-name" ["U-13c"] {
        /// It matches nothing.
        MatchesNothing "matches-nothing",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
    }
    defaults MatchesNothing, MatchesNothing, MatchesNothing;
    because "it is neither NULL nor zero (GEN-04)";

    /// What does an array with a count of 0 do?
    ArrayWithoutCount "array-without-count" ["U-13d"] {
        /// It is ignored.
        Ignored "ignored",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
    }
    defaults Ignored, Ignored, Ignored;
    because "an empty array that is not NULL was accepted (OBS-REG-14)";

    /// What stays registered of a call that fails at one of its elements?
    FailedRegistration "failed-registration" ["U-13e"] {
        /// Nothing.
        Nothing "nothing",
        /// The elements before that one.
        ElementsBefore "elements-before",
    }
    defaults Nothing, Nothing, Nothing;
    because "a call writes numbered groups as a whole (OBS-REG-01)";

    /// What does a relative path do?
    RelativePath "relative-path" ["U-14a", "UNK-03a"] {
        /// It matches nothing.
        MatchesNothing "matches-nothing",
        /// It starts at the caller's current directory.
        Resolved "resolved",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
        /// `ERROR_INVALID_PARAMETER`
        InvalidParameter "87",
    }
    defaults MatchesNothing, MatchesNothing, MatchesNothing;
    because "full paths are asked for (REG-04), and odd names are accepted elsewhere (REG-18)";

    /// What does a path with wildcards do?
    WildcardPath "wildcard-path" ["U-14b"] {
        /// It matches nothing.
        MatchesNothing "matches-nothing",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
        /// `ERROR_INVALID_PARAMETER`
        InvalidParameter "87",
    }
    defaults MatchesNothing, MatchesNothing, MatchesNothing;
    because "no page gives wildcards a meaning, and a file of that name cannot exist";

    /// What does a path of 260 characters or more do?
    LongPath "long-path" ["U-14c", "U-91a", "UNK-03b"] {
        /// It is a path like any other.
        Accepted "accepted",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
        /// `ERROR_INVALID_PARAMETER`
        InvalidParameter "87",
        /// `ERROR_FILENAME_EXCED_RANGE`
        FileNameTooLong "206",
    }
    defaults Accepted, BadArguments, Accepted;
    because "no limit is documented; the refusal was observed without its code (OBS-REG-06), and of the function's codes (REG-12) 160 fits. The prefix \\\\?\\ does not count";

    /// What does the path of a missing file do?
    MissingFile "missing-file" ["U-14d"] {
        /// It has no holders.
        Accepted "accepted",
        /// `ERROR_FILE_NOT_FOUND`
        FileNotFound "2",
        /// `ERROR_PATH_NOT_FOUND`
        PathNotFound "3",
    }
    defaults Accepted, Accepted, Accepted;
    because "installers register every destination, also in a first installation (REG-18, OBS-REG-10)";

    /// What does the name of a service that is not installed do?
    UnknownService "unknown-service" ["U-14e", "UNK-14a"] {
        /// It matches nothing.
        MatchesNothing "matches-nothing",
        /// `ERROR_SERVICE_DOES_NOT_EXIST`
        DoesNotExist "1060",
    }
    defaults MatchesNothing, MatchesNothing, MatchesNothing;
    because "as a missing file (REG-18); 1060 is not in the function's table (REG-12)";

    /// What does the id of a process that is not there do?
    VanishedProcess "vanished-process" ["U-14f", "UNK-14b"] {
        /// It matches nothing.
        MatchesNothing "matches-nothing",
        /// `ERROR_INVALID_PARAMETER`
        InvalidParameter "87",
    }
    defaults MatchesNothing, MatchesNothing, MatchesNothing;
    because "as a missing file (REG-18); 87 is not in the function's table (REG-12)";

    /// What does a process id with the start time of another process do?
    StartTimeMismatch "start-time-mismatch" ["U-14g", "UNK-14c"] {
        /// It matches nothing: it names a process that is gone.
        MatchesNothing "matches-nothing",
        /// It names the process with that id.
        IdAlone "id-alone",
        /// `ERROR_INVALID_PARAMETER`
        InvalidParameter "87",
    }
    defaults MatchesNothing, MatchesNothing, MatchesNothing;
    because "id and start time together identify a process (TYPE-42, REG-20)";

    /// What becomes of a resource that is registered again?
    RepeatedResource "repeated-resource" ["U-15"] {
        /// It is stored again in a further group, without effect.
        StoredAgain "stored-again",
        /// It is merged with the first.
        Merged "merged",
    }
    defaults StoredAgain, StoredAgain, StoredAgain;
    because "groups accumulate and nothing is replaced (OBS-REG-01); repeating is harmless (OBS-REG-11)";

    /// When are two paths one file?
    PathIdentity "path-identity" ["U-14h", "U-18"] {
        /// When their full names are equal, without the prefix \\?\ and without regard to letter case.
        FullName "full-name",
        /// When they lead to one file: also through short names, links, substituted and mapped drives.
        File "file",
    }
    defaults FullName, File, FullName;
    because "the pages speak of full paths (REG-04); Restart Manager opens every registered file to find its holders (OBS-LIST-14)";

    /// May resources be registered after RmGetList, RmShutdown or RmRestart?
    LateRegistration "late-registration" ["U-17"] {
        /// At any time; the next list includes them.
        AnyTime "any-time",
        /// Not during an operation: `ERROR_REQUEST_OUT_OF_SEQUENCE`.
        NotDuringOperation "not-during-operation",
    }
    defaults AnyTime, AnyTime, AnyTime;
    because "the list is computed at every call (LIST-16)";

    /// What does a service name of more than 63 characters do?
    LongServiceName "long-service-name" ["U-91b"] {
        /// It matches nothing.
        MatchesNothing "matches-nothing",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
        /// `ERROR_INVALID_PARAMETER`
        InvalidParameter "87",
    }
    defaults MatchesNothing, MatchesNothing, MatchesNothing;
    because "no limit is documented for the call; the 63 of TYPE-04 are those of the answer";

    /// How much text fits into one call?
    TextLimit "text-limit" ["U-91c"] {
        /// Any.
        None "none",
        /// 4,194,304 characters, counting a NUL behind each name; beyond, `ERROR_WRITE_FAULT`.
        FourMebi "4-mebi-characters",
    }
    defaults None, FourMebi, None;
    because "no limit is documented; 50,000 names of 70 characters were accepted and 100,000 refused with 29 (OBS-REG-07), and this power of two lies between";

    /// Which System32 does a 32-bit caller's path mean?
    System32View "system32-view" ["U-76a"] {
        /// The redirected one: SysWOW64.
        Redirected "redirected",
        /// The one that is written: the native one.
        Literal "literal",
        /// Both.
        Both "both",
    }
    defaults Redirected, Redirected, Redirected;
    because "redirection is the rule for 32-bit programs (WOW64-01), and Inno Setup rewrites its paths because of it (OBS-REG-16)";

    /// Which System32 does it mean while the calling thread has switched redirection off?
    System32ViewOff "system32-view-off" ["U-76b"] {
        /// The native one.
        Literal "literal",
        /// Still the redirected one.
        Redirected "redirected",
    }
    defaults Literal, Literal, Literal;
    because "that is what switching it off does (WOW64-05); installers are advised against it (GEN-28)";
}
