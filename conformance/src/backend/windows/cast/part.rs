//! One application of a world, and the fixture that it is.

use std::process::Child;

use rstmgr_fixture::{Failure, Identity, Role, RunningProcess};

use crate::request::{ApplicationIndex, StartedBy};

/// An application as it is really.
#[derive(Debug)]
pub(super) struct Part {
    /// What it is called.
    pub(super) name: String,
    /// The application in whose process it is: itself, or for a service in a host the first of that.
    pub(super) host: ApplicationIndex,
    /// Where its program really lies.
    pub(super) image: String,
    /// What its fixture is to be.
    pub(super) role: Role,
    /// The console that it shares with others of the same name.
    pub(super) console: Option<String>,
    /// The name under which it is really installed, if it is a service.
    pub(super) service: Option<String>,
    /// Whether it breaks when it is not the harness that starts it.
    pub(super) fails_to_start: bool,
    /// Whether it runs once it is started; some services do not.
    pub(super) starts_well: bool,
    /// Whether its service runs as soon as it is asked to start.
    pub(super) runs_at_once: bool,
    /// Whether its service has stopped as soon as it is asked to stop.
    pub(super) stops_at_once: bool,
    /// Who starts it, while the harness does.
    pub(super) expected: Option<StartedBy>,
    /// The line of its fixture, while that runs.
    pub(super) line: Option<usize>,
    /// The process as it runs or ran last.
    pub(super) identity: Option<Identity>,
    /// The same, while it runs; `None` also if it cannot be waited for.
    pub(super) process: Option<RunningProcess>,
    /// Whether it is what it is to be.
    pub(super) is_ready: bool,
    /// Whether it said that it leaves.
    pub(super) is_leaving: bool,
    /// Whether its service runs.
    pub(super) service_runs: bool,
    /// Whether it has a console, and it is not the one that it began with.
    pub(super) has_new_console: bool,
    /// How often its process was started.
    pub(super) starts: u32,
    /// Who started it last.
    pub(super) started_by: StartedBy,
    /// Its command line, if the Restart Manager started it.
    pub(super) command_line: Option<String>,
    /// Whether it came back by itself, which it does once.
    pub(super) has_come_back: bool,
    /// What of its role could not be made.
    pub(super) failure: Option<Failure>,
    /// Its process, if the harness started it.
    pub(super) child: Option<Child>,
}

impl Part {
    /// Whether it runs; of a service, whether the service does.
    pub(super) fn is_running(&self) -> bool {
        if self.service.is_some() { self.service_runs } else { self.line.is_some() }
    }
}
