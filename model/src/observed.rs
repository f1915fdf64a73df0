//! What one step lets out: outputs, and the rules that it applied.

use std::time::Duration;

use crate::call::{CallId, Reply, SessionHandle, UniqueProcess};
use crate::happening::{FilterEntry, Left, LogRecord, RestartSettings, Started, Told};
use crate::rule::Rule;
use crate::world::TextId;

/// What one step let out; the driver clears and reuses it.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// In the order in which they came out.
    pub outputs: Vec<Output>,
    /// Each rule that applied.
    pub rules: RuleSet,
    /// What the driver has to wake the machine for, and for what no longer; in order.
    pub timers: Vec<TimerChange>,
}

impl Observed {
    /// Forgets everything, and keeps the memory.
    pub fn clear(&mut self) {
        self.outputs.clear();
        self.timers.clear();
        self.rules = RuleSet::default();
    }

    /// The reply among the outputs, if the step was a call that was answered.
    pub fn reply(&self) -> Option<Reply> {
        self.outputs.iter().find_map(|output| {
            let Output::Reply(reply) = output else { return None };
            Some(*reply)
        })
    }
}

/// Something that can be observed of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A call returned this.
    Reply(Reply),
    /// A call wrote this handle.
    Handle(SessionHandle),
    /// `RmStartSession` wrote the key that it was given.
    Key {
        /// Whether it wrote a NUL behind the 32 characters.
        terminated: bool,
    },
    /// What `RmGetList` wrote beside the array; comes before the entries.
    List(ListOutputs),
    /// `RmGetList` wrote this entry; in the order of the array.
    Affected(AffectedApplication),
    /// A process exited and left this many sessions open that it had started.
    LeftOpen(u32),
    /// A session of the database; in the order of their numbers.
    DatabaseSession(DatabaseSession),
    /// The call is not answered yet: it is under way, and ends with [`Output::Returned`] or [`Output::Abandoned`].
    Pending(CallId),
    /// A call that was under way returned this; what it wrote follows.
    Returned(CallId, Reply),
    /// The process of a call that was under way ended: it never returns.
    Abandoned(CallId),
    /// The status callback of a call was told this percentage, 0 to 100 (STATUS-02).
    Status(CallId, u8),
    /// What `RmGetFilterList` wrote to `cbFilterBufNeeded`; comes before the entries.
    FilterList(Option<u32>),
    /// `RmGetFilterList` wrote this entry; in the order of the buffer.
    Filter(FilterEntry),
    /// Somebody was told something.
    Told(Told),
    /// A process exited, or a service stopped.
    Left(Left),
    /// A process started, or a service runs.
    Started(Started),
    /// A record was written to the event log.
    Logged(LogRecord),
    /// A function of the registration for restart returned this `HRESULT`.
    Result(u32),
    /// What `GetApplicationRestartSettings` wrote.
    RestartSettings(RestartSettings),
}

/// What the driver has to do about a timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimerChange {
    /// Hand in [`Input::Due`](crate::Input::Due) so long from now; the timer was not set before.
    Set(TimerId, Duration),
    /// It need no longer.
    Unset(TimerId),
}

/// A timer that the machine waits for; free numbers are reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerId(pub(crate) u32);

impl TimerId {
    /// Its number, from 0; numbers are as small as possible.
    pub fn number(self) -> u32 {
        self.0
    }
}

/// What `RmGetList` wrote to its three numbers; `None`: nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListOutputs {
    /// `pnProcInfoNeeded`: how many entries there are.
    pub needed: Option<u32>,
    /// `pnProcInfo`: how many were written.
    pub count: Option<u32>,
    /// `lpdwRebootReasons`
    pub reasons: Option<RebootReasons>,
}

/// Why a reboot is needed: bits of `RM_REBOOT_REASON` (TYPE-33 to TYPE-39).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RebootReasons(pub u32);

impl RebootReasons {
    /// No reboot is needed.
    pub const NONE: RebootReasons = RebootReasons(0);
    /// The caller may not stop at least one process.
    pub const PERMISSION_DENIED: RebootReasons = RebootReasons(0x1);
    /// At least one process runs in another terminal session.
    pub const SESSION_MISMATCH: RebootReasons = RebootReasons(0x2);
    /// At least one process is critical.
    pub const CRITICAL_PROCESS: RebootReasons = RebootReasons(0x4);
    /// At least one service is critical.
    pub const CRITICAL_SERVICE: RebootReasons = RebootReasons(0x8);
    /// The caller itself would have to stop.
    pub const DETECTED_SELF: RebootReasons = RebootReasons(0x10);

    /// Both reasons.
    #[must_use]
    pub fn and(self, other: RebootReasons) -> RebootReasons {
        RebootReasons(self.0 | other.0)
    }

    /// Whether every reason of `other` is among these.
    pub fn include(self, other: RebootReasons) -> bool {
        self.0 & other.0 == other.0
    }
}

/// `RM_PROCESS_INFO`: an affected application or service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AffectedApplication {
    /// Its process.
    pub process: UniqueProcess,
    /// `strAppName`
    pub name: TextId,
    /// `strServiceShortName`; `None` for what is not a service.
    pub service: Option<TextId>,
    /// `ApplicationType`
    pub application_type: ApplicationType,
    /// `AppStatus`
    pub status: ApplicationStatus,
    /// `TSSessionId`; `u32::MAX` is -1.
    pub terminal_session: u32,
    /// `bRestartable`
    pub restartable: bool,
}

/// `RM_APP_TYPE` (TYPE-08 to TYPE-14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApplicationType {
    /// Cannot be classified otherwise.
    Unknown,
    /// Shows a top-level window.
    MainWindow,
    /// Has windows, but no visible top-level one.
    OtherWindow,
    /// A service.
    Service,
    /// The shell.
    Explorer,
    /// A console program.
    Console,
    /// Cannot be stopped.
    Critical,
}

impl ApplicationType {
    /// Its name in the records of the event log (OBS-EVENT-12).
    pub fn name_in_log(self) -> &'static str {
        match self {
            ApplicationType::Unknown => "Unknown App",
            ApplicationType::MainWindow => "Window App",
            ApplicationType::OtherWindow => "OtherWindow App",
            ApplicationType::Service => "Service",
            ApplicationType::Explorer => "Explorer",
            ApplicationType::Console => "Console App",
            ApplicationType::Critical => "Critical App",
        }
    }

    /// Its number in `RM_APP_TYPE`.
    pub fn number(self) -> u32 {
        match self {
            ApplicationType::Unknown => 0,
            ApplicationType::MainWindow => 1,
            ApplicationType::OtherWindow => 2,
            ApplicationType::Service => 3,
            ApplicationType::Explorer => 4,
            ApplicationType::Console => 5,
            ApplicationType::Critical => 1000,
        }
    }
}

/// `RM_APP_STATUS`: a set of bits (TYPE-16 to TYPE-24, TYPE-48).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApplicationStatus(pub u32);

impl ApplicationStatus {
    /// No other value describes it.
    pub const UNKNOWN: ApplicationStatus = ApplicationStatus(0x0);
    /// It runs.
    pub const RUNNING: ApplicationStatus = ApplicationStatus(0x1);
    /// The Restart Manager stopped it.
    pub const STOPPED: ApplicationStatus = ApplicationStatus(0x2);
    /// Something else stopped it.
    pub const STOPPED_OTHER: ApplicationStatus = ApplicationStatus(0x4);
    /// The Restart Manager restarted it.
    pub const RESTARTED: ApplicationStatus = ApplicationStatus(0x8);
    /// Stopping it failed.
    pub const ERROR_ON_STOP: ApplicationStatus = ApplicationStatus(0x10);
    /// Restarting it failed.
    pub const ERROR_ON_RESTART: ApplicationStatus = ApplicationStatus(0x20);
    /// A filter keeps it from being stopped.
    pub const SHUTDOWN_MASKED: ApplicationStatus = ApplicationStatus(0x40);
    /// A filter keeps it from being restarted.
    pub const RESTART_MASKED: ApplicationStatus = ApplicationStatus(0x80);
}

/// A session in the database that lies in the registry (OBS-START-01).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseSession {
    /// The number in its sub-key's name.
    pub number: u32,
    /// The process that started it.
    pub owner: UniqueProcess,
    /// Whether that process exited without ending it.
    pub abandoned: bool,
    /// How many files each numbered group holds.
    pub file_groups: Vec<u32>,
    /// How many processes each numbered group holds.
    pub process_groups: Vec<u32>,
    /// How many services each numbered group holds.
    pub service_groups: Vec<u32>,
}

/// A set of rules.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleSet([u64; 7]);

const _: () = assert!(Rule::COUNT <= 7 * 64, "a rule set has room for every rule");

impl RuleSet {
    /// Adds `rule`.
    #[inline]
    pub fn insert(&mut self, rule: Rule) {
        let place = rule.place();
        self.0[place / 64] |= 1 << (place % 64);
    }

    /// Whether `rule` is in it.
    pub fn contains(&self, rule: Rule) -> bool {
        let place = rule.place();
        self.0[place / 64] & (1 << (place % 64)) != 0
    }

    /// Adds every rule of `other`.
    pub fn extend(&mut self, other: &RuleSet) {
        for (own, others) in self.0.iter_mut().zip(other.0) {
            *own |= others;
        }
    }

    /// The rules in it, in the order of the facts.
    pub fn iter(&self) -> impl Iterator<Item = Rule> {
        let mut words = (0..).step_by(64).zip(self.0);
        let (mut first, mut word) = (0_u32, 0_u64);
        std::iter::from_fn(move || {
            while word == 0 {
                (first, word) = words.next()?;
            }
            let place = first + word.trailing_zeros();
            word &= word - 1;
            Some(Rule::at(place))
        })
    }
}

impl std::fmt::Debug for RuleSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_of_applications_have_names_in_the_log() {
        // OBS-EVENT-12
        let names = [ApplicationType::MainWindow, ApplicationType::Console, ApplicationType::Service];
        assert_eq!(names.map(ApplicationType::name_in_log), ["Window App", "Console App", "Service"]);
    }
}
