//! What the machine waits for: timers, which the driver keeps, since only it moves time.

use std::time::Duration;

use crate::call::CallId;
use crate::encoding::Encoder;
use crate::machine::{Context, Machine};
use crate::observed::{TimerChange, TimerId};
use crate::reuse::clone_by_field;
use crate::world::{ProcessId, ServiceId};

/// What is due when a timer's time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Timer {
    /// A call that is under way goes on.
    Proceed(CallId),
    /// A window of a target answers its query.
    Answer { call: CallId, target: u32, window: u8, agrees: bool },
    /// A target's query, end or exit has taken too long, or it is to be told to close.
    Target { call: CallId, target: u32, what: TargetTimer },
    /// A process exits.
    Leave(ProcessId),
    /// Something starts a process again.
    ComeBack(ProcessId),
    /// A process has run for the minimum run time.
    Matures(ProcessId),
    /// A service goes from one state to the next.
    Service(ServiceId),
    /// The service control manager gives up on a busy handler.
    ServiceManager(CallId),
    /// The shutdown of the system goes on.
    SystemShutdown,
}

/// What is due for a target of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum TargetTimer {
    /// It did not answer its query in time.
    QueryTimeout,
    /// It did not return from `WM_ENDSESSION` in time.
    EndTimeout,
    /// It is to get `WM_CLOSE`.
    Close,
    /// Its time to stop or to start is up.
    Deadline,
}

/// The timers that are set, by number.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    set: Vec<Option<Timer>>,
    free: Vec<u32>,
}

clone_by_field!(Timers { set, free });

impl Timers {
    /// The timers that are set, by what they are set for.
    pub(crate) fn in_order(&self) -> Vec<(Timer, TimerId)> {
        let set = (0..).zip(&self.set).filter_map(|(number, timer)| Some(((*timer)?, TimerId(number))));
        let mut set: Vec<_> = set.collect();
        set.sort_unstable();
        set
    }

    pub(crate) fn encode(&self, encoder: &mut Encoder<'_>) {
        // Numbers have no meaning, and whoever holds one writes that it does.
        let timers: Vec<Timer> = self.in_order().into_iter().map(|(timer, _)| timer).collect();
        encoder.sorted(&timers, |names, timer| match *timer {
            Timer::Leave(process) => Timer::Leave(names.process(process)),
            Timer::ComeBack(process) => Timer::ComeBack(names.process(process)),
            Timer::Matures(process) => Timer::Matures(names.process(process)),
            Timer::Proceed(_)
            | Timer::Answer { .. }
            | Timer::Target { .. }
            | Timer::Service(_)
            | Timer::ServiceManager(_)
            | Timer::SystemShutdown => *timer,
        });
    }
}

impl Machine {
    /// Sets a timer.
    pub(crate) fn set_timer(&mut self, timer: Timer, after: Duration, context: &mut Context<'_>) -> TimerId {
        let timers = &mut self.timers;
        let number = timers.free.pop().unwrap_or_else(|| {
            timers.set.push(None);
            u32::try_from(timers.set.len() - 1).expect("a machine has few timers")
        });
        timers.set[place(number)] = Some(timer);
        context.observed.timers.push(TimerChange::Set(TimerId(number), after));
        TimerId(number)
    }

    /// Takes a timer back, if there is one.
    pub(crate) fn unset_timer(&mut self, id: Option<TimerId>, context: &mut Context<'_>) {
        let Some(id) = id else { return };
        let was_set = self.timers.set[place(id.0)].take();
        assert!(was_set.is_some(), "who holds a timer lets go of it when it is due");
        self.timers.free.push(id.0);
        context.observed.timers.push(TimerChange::Unset(id));
    }

    /// Does what a timer was set for.
    pub(crate) fn due(&mut self, id: TimerId, context: &mut Context<'_>) {
        let Some(timer) = self.timers.set.get_mut(place(id.0)).and_then(Option::take) else { return };
        self.timers.free.push(id.0);
        match timer {
            Timer::Proceed(call) => self.proceed(call, context),
            Timer::Answer { call, target, window, agrees } => {
                self.answered(call, target, window, Some(agrees), context);
            }
            Timer::Target { call, target, what } => self.target_due(call, target, what, context),
            Timer::Leave(process) => {
                self.processes[process.index()].leave = None;
                self.exit_process(process, context);
            }
            Timer::ComeBack(process) => self.come_back(process, context),
            Timer::Matures(process) => {
                let state = &mut self.processes[process.index()];
                state.matures = None;
                state.is_young = false;
            }
            Timer::Service(service) => self.service_due(service, context),
            Timer::ServiceManager(call) => self.service_manager_gave_up(call, context),
            Timer::SystemShutdown => self.system_shutdown_due(context),
        }
    }
}

fn place(number: u32) -> usize {
    usize::try_from(number).expect("a machine has few timers")
}
