//! Open questions about what surrounds the Restart Manager: registration for restart, and reboots.

use super::macros::{knobs, optional};

knobs! {
    SURROUNDINGS_KNOBS from super::SURROUNDINGS_KNOBS_START;

    /// What does RegisterApplicationRestart with a NULL or empty command line do?
    EmptyCommandLine "empty-command-line" ["U-67"] {
        /// It registers without arguments.
        Registers "registers",
        /// It takes the registration back.
        Unregisters "unregisters",
    }
    defaults Registers, Registers, Registers;
    because "it removes the command line (ARR-04); UnregisterApplicationRestart is the function that takes it back";

    /// How long may the command line be?
    CommandLineLimit "command-line-limit" ["U-69"] {
        /// 1023 characters and a NUL.
        WithNul "with-nul",
        /// 1024 characters.
        WithoutNul "without-nul",
    }
    defaults WithoutNul, WithoutNul, WithoutNul;
    because "the page speaks of the length of the command line, RESTART_MAX_CMD_LINE characters (ARR-03)";

    /// Of which processes does GetApplicationRestartSettings tell?
    SettingsOf "restart-settings-of" ["ARR-24"] {
        /// Of that whose handle is passed.
        AnyProcess "any-process",
        /// Of the calling process alone.
        OwnProcess "own-process",
    }
    defaults AnyProcess, AnyProcess, AnyProcess;
    because "a process handle is a parameter; the remarks limit it to the current process";

    /// When do registered applications come back after a reboot?
    RestartAfterReboot "restart-after-reboot" ["U-84a"] {
        /// When their user logs on.
        AtLogon "at-logon",
        /// At once.
        AtOnce "at-once",
    }
    defaults AtLogon, AtLogon, AtLogon;
    because "an application of a user cannot run while the user is not logged on";

    /// Must an application have run for 60 s to come back after a reboot?
    MinimumRunBeforeReboot "minimum-run-before-reboot" ["U-84b"] {
        /// Yes.
        Applies "applies",
        /// No.
        DoesNotApply "does-not-apply",
    }
    defaults Applies, DoesNotApply, Applies;
    because "stated for restarts in general (ARR-12); measured for RmRestart alone that it does not (OBS-RESTART-01)";

    /// Whose applications come back after a reboot?
    RebootedUsers "rebooted-users" ["U-84c"] {
        /// Everybody's.
        Everybody "everybody",
        /// Those of the user who rebooted.
        Caller "caller",
    }
    defaults Everybody, Everybody, Everybody;
    because "every application that registered is started again (REBOOT-02)";

    /// What does InitiateShutdown return for a grace period together with its override?
    GraceConflict "grace-conflict" ["REBOOT-28"] {
        /// `ERROR_INVALID_PARAMETER`
        InvalidParameter "87",
        /// `ERROR_BAD_ARGUMENTS`
        BadArguments "160",
    }
    defaults InvalidParameter, InvalidParameter, InvalidParameter;
    because "the table of return codes says so, the parameter's text the other";
}
