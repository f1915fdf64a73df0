//! How long things take and how long they are waited for: numbers of the profile.
//!
//! Those of `windows-11` were measured by one project on one build, unelevated, as the same user (OBS-SHUT-01 to
//! OBS-SHUT-11); where nothing was measured they are the documented ones.

use std::time::Duration;

/// A number of the profile that is a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timing {
    /// How long a list takes to compute.
    List,
    /// How long a window may take to answer `WM_QUERYENDSESSION` (APP-08).
    Query,
    /// How long a window may take in `WM_ENDSESSION` (APP-08).
    End,
    /// From an answered `WM_ENDSESSION` to `WM_CLOSE` (OBS-SHUT-02).
    Close,
    /// From a `WM_ENDSESSION` that timed out to `WM_CLOSE` (OBS-SHUT-06).
    CloseAfterTimeout,
    /// How long an application with windows may take to exit (APP-09, OBS-SHUT-03).
    Exit,
    /// How long a console program may take to exit (APP-13).
    ConsoleExit,
    /// How long the shell may take to exit.
    ExplorerExit,
    /// How long a service may take to stop (SHUT-18).
    ServiceStop,
    /// How long a service may take to run.
    ServiceStart,
    /// How long an application must have run to be restarted (ARR-12).
    MinimumRun,
    /// How long the service control manager waits for a busy handler (SVC-16).
    ScmBusy,
    /// How long a program may take over a message of a system shutdown (WM-19).
    ShutdownQuery,
}

/// What is known of a timing.
struct Facts {
    name: &'static str,
    /// In milliseconds, of the profiles `documented`, `windows-11` and `windows-vista`.
    defaults: [u64; 3],
}

const FACTS: [Facts; Timing::ALL.len()] = [
    Facts { name: "list", defaults: [0, 0, 0] },
    Facts { name: "query", defaults: [5_000, 5_000, 5_000] },
    Facts { name: "end", defaults: [5_000, 5_000, 5_000] },
    Facts { name: "close", defaults: [0, 1, 0] },
    Facts { name: "close-after-timeout", defaults: [0, 100, 0] },
    Facts { name: "exit", defaults: [30_000, 30_000, 30_000] },
    Facts { name: "console-exit", defaults: [30_000, 30_000, 30_000] },
    Facts { name: "explorer-exit", defaults: [30_000, 30_000, 30_000] },
    Facts { name: "service-stop", defaults: [20_000, 20_000, 20_000] },
    Facts { name: "service-start", defaults: [30_000, 30_000, 30_000] },
    Facts { name: "minimum-run", defaults: [60_000, 60_000, 60_000] },
    Facts { name: "scm-busy", defaults: [30_000, 30_000, 30_000] },
    Facts { name: "shutdown-query", defaults: [5_000, 5_000, 5_000] },
];

impl Timing {
    /// All of them.
    pub const ALL: [Timing; 13] = [
        Timing::List,
        Timing::Query,
        Timing::End,
        Timing::Close,
        Timing::CloseAfterTimeout,
        Timing::Exit,
        Timing::ConsoleExit,
        Timing::ExplorerExit,
        Timing::ServiceStop,
        Timing::ServiceStart,
        Timing::MinimumRun,
        Timing::ScmBusy,
        Timing::ShutdownQuery,
    ];

    /// Its name in scenarios, such as `service-stop`.
    pub fn name(self) -> &'static str {
        FACTS[self.place()].name
    }

    /// The one called `name` in scenarios.
    pub fn by_name(name: &str) -> Option<Timing> {
        Timing::ALL.into_iter().find(|timing| timing.name() == name)
    }

    fn place(self) -> usize {
        Timing::ALL.iter().position(|timing| *timing == self).unwrap_or_default()
    }
}

/// The timings of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Timings([Duration; Timing::ALL.len()]);

impl Timings {
    /// Those of the profile in this column of the table.
    pub(super) fn in_column(column: usize) -> Timings {
        let mut timings = [Duration::ZERO; Timing::ALL.len()];
        for (timing, facts) in timings.iter_mut().zip(&FACTS) {
            *timing = Duration::from_millis(facts.defaults[column]);
        }
        Timings(timings)
    }

    pub(super) fn get(&self, timing: Timing) -> Duration {
        self.0[timing.place()]
    }

    pub(super) fn set(&mut self, timing: Timing, duration: Duration) {
        self.0[timing.place()] = duration;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_timing_has_the_name_and_the_number_of_its_line() {
        assert_eq!(Timing::ALL.map(Timing::place), std::array::from_fn(|place| place));
        for timing in Timing::ALL {
            assert_eq!(Timing::by_name(timing.name()), Some(timing));
        }
        let windows_11 = Timings::in_column(1);
        assert_eq!(windows_11.get(Timing::ServiceStop), Duration::from_secs(20));
        assert_eq!(windows_11.get(Timing::CloseAfterTimeout), Duration::from_millis(100));
    }
}
