//! Open questions about how `RmShutdown` stops services.

use super::macros::{knobs, optional};

knobs! {
    SERVICE_KNOBS from super::SERVICE_KNOBS_START;

    /// How long does an unforced RmShutdown wait for a service?
    ServiceWait "service-wait" ["U-35c"] {
        /// As long as a forced one.
        Timeout "timeout",
        /// Without limit.
        NoLimit "no-limit",
    }
    defaults Timeout, Timeout, Timeout;
    because "the 20 s are documented for the forced call (SVC-04); 7.5 min were seen on a service that would not stop (OBS-SHUT-18)";

    /// How is a critical dependent of a service treated?
    CriticalDependent "critical-dependent" ["U-43"] {
        /// It makes the service a reboot case.
        RebootReason "reboot-reason",
        /// The service cannot be stopped.
        StopFails "stop-fails",
    }
    defaults StopFails, StopFails, StopFails;
    because "dependents are not in the list (LIST-01), of which the reasons speak";

    /// Do dependents that are stopped with a service count in percentages?
    DependentsCounted "dependents-counted" ["U-41b"] {
        /// No.
        No "no",
        /// Yes.
        Yes "yes",
    }
    defaults No, No, No;
    because "the percentage is a share of the concerned applications (STATUS-03), which are those of the list";

    /// Does a filter on a dependent keep its service from being stopped?
    FilteredDependent "filtered-dependent" ["U-41c"] {
        /// Yes: the service fails to stop.
        KeepsService "keeps-service",
        /// No: it is stopped all the same.
        Ignored "ignored",
    }
    defaults KeepsService, KeepsService, KeepsService;
    because "a filter exempts its target (FILT-31), and a service with running dependents does not stop (SVC-12)";

    /// Are the services started again that went down with a killed host?
    KilledHost "killed-host" ["U-41d"] {
        /// Only those that were to be stopped.
        OnlyTargets "only-targets",
        /// All that ran in it.
        AllServices "all-services",
    }
    defaults OnlyTargets, OnlyTargets, OnlyTargets;
    because "RmRestart restarts what RmShutdown stopped (REST-01); the others fell with the process";

    /// What becomes of a service that does not accept stop, or fails at it?
    RefusingService "refusing-service" ["U-42a"] {
        /// It failed to stop: 351.
        FailShutdown "351",
        /// A reboot is needed: 350.
        FailNoActionReboot "350",
    }
    defaults FailShutdown, FailShutdown, FailShutdown;
    because "350 is for what is known before anything is stopped (SHUT-06)";

    /// Under force, when is the process of such a service killed?
    RefusingServiceKill "refusing-service-kill" ["U-42b"] {
        /// At once.
        AtOnce "at-once",
        /// When its time is up.
        AtExpiry "at-expiry",
    }
    defaults AtExpiry, AtExpiry, AtExpiry;
    because "the page has only the kill after 20 s (SHUT-18)";
}
