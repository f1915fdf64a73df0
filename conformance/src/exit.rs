//! The exit codes of the program, for scripts and CI.

use std::process::ExitCode;

/// How the program ended; where several apply, the gravest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: every scenario was accepted; the backends behave alike; the trace could have happened.
    Accepted,
    /// 4: a bound was reached before the answer was.
    Undecided,
    /// 1: an expectation failed; the backends differ; a law is broken; no behavior allows the trace.
    Rejected,
    /// 3: a backend could not be asked.
    BackendOutOfReach,
    /// 2: a scenario or the arguments are wrong, or output cannot be written.
    Wrong,
    /// 130: it was stopped by Ctrl-C before its end, and found nothing until then.
    Interrupted,
}

impl Exit {
    /// The number that the process returns.
    pub fn code(self) -> u8 {
        match self {
            Exit::Accepted => 0,
            Exit::Rejected => 1,
            Exit::Wrong => 2,
            Exit::BackendOutOfReach => 3,
            Exit::Undecided => 4,
            Exit::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}
