//! Processes as they come and go: their incarnations, and what changes about one.

use std::time::Duration;

use crate::call::UniqueProcess;
use crate::encoding::Encoder;
use crate::happening::{Left, ProcessView, Started, StartedBy};
use crate::machine::{Context, Machine, flawed};
use crate::observed::{Output, TimerId};
use crate::profile::{MinimumRun, MinimumRunBeforeReboot, OrphanedSession, Timing};
use crate::service_control::ServiceStatus;
use crate::session::SessionId;
use crate::timer::Timer;
use crate::world::{
    FileId, Process, ProcessId, RestartRegistration, TICKS_PER_SECOND, TextId, UserId, World,
};

/// What changes about a process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProcessState {
    pub(crate) is_running: bool,
    /// Whether it runs or ran.
    pub(crate) has_run: bool,
    /// Whether it has run for less than the minimum run time; kept only where a knob asks for it.
    pub(crate) is_young: bool,
    pub(crate) is_elevated: bool,
    /// Whether its console is one of its own, not the one it began with (REST-20).
    pub(crate) has_new_console: bool,
    /// Whether it came back on its own; it does so once.
    pub(crate) has_come_back: bool,
    /// How often it started before the last time.
    pub(crate) incarnation: u32,
    /// One more than the highest session handle that it was given.
    pub(crate) handles_given: u32,
    pub(crate) started_by: StartedBy,
    /// The arguments that it was restarted with.
    pub(crate) arguments: Option<TextId>,
    /// Its registration for restart; it stays behind when it exits, until its next start (ARR-26).
    pub(crate) registration: Option<RestartRegistration>,
    /// When it exits as it was told.
    pub(crate) leave: Option<TimerId>,
    /// When it has run for the minimum run time.
    pub(crate) matures: Option<TimerId>,
}

impl ProcessState {
    pub(crate) fn encode(&self, process: ProcessId, encoder: &mut Encoder<'_>) {
        let ProcessState {
            is_running,
            has_run,
            is_young,
            is_elevated,
            has_new_console,
            has_come_back,
            incarnation,
            handles_given,
            started_by,
            arguments,
            registration,
            leave,
            matures,
        } = self;
        encoder.flags(&[*is_running, *has_run, *is_young, *is_elevated, *has_new_console, *has_come_back]);
        encoder.flags(&[leave.is_some(), matures.is_some()]);
        encoder.incarnation((process, *incarnation));
        encoder.value(&(handles_given, started_by, arguments, registration));
    }

    pub(crate) fn first(process: &Process) -> ProcessState {
        ProcessState {
            is_running: process.running,
            has_run: process.running,
            is_young: false,
            is_elevated: process.elevated,
            has_new_console: false,
            has_come_back: false,
            incarnation: 0,
            handles_given: 0,
            started_by: StartedBy::Beginning,
            arguments: None,
            registration: process.restart.filter(|_| process.running),
            leave: None,
            matures: None,
        }
    }
}

/// How a process starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Launching {
    pub(crate) by: StartedBy,
    pub(crate) is_elevated: bool,
    pub(crate) arguments: Option<TextId>,
    pub(crate) has_new_console: bool,
}

/// The distance between the ids of two incarnations of a process.
const PID_STEP: u32 = 0x10_0000;
/// The distance between their start times: an hour.
const INCARNATION_TICKS: u64 = 3600 * TICKS_PER_SECOND;

impl World {
    /// The process that has this id and start time, or will have them, and how often it starts again until then.
    pub fn process_of(&self, unique: UniqueProcess) -> Option<(ProcessId, u32)> {
        self.numbered_processes().find_map(|(id, process)| {
            let distance = unique.pid.checked_sub(process.pid)?;
            let incarnation = distance / PID_STEP;
            let start_time = process.start_time + INCARNATION_TICKS * u64::from(incarnation);
            (distance.is_multiple_of(PID_STEP) && unique.start_time == start_time)
                .then_some((id, incarnation))
        })
    }

    /// The id and start time of an incarnation: each has its own.
    pub(crate) fn incarnation(&self, process: ProcessId, incarnation: u32) -> UniqueProcess {
        let facts = &self.processes[process.index()];
        UniqueProcess {
            pid: facts.pid + PID_STEP * incarnation,
            start_time: facts.start_time + INCARNATION_TICKS * u64::from(incarnation),
        }
    }
}

impl Machine {
    /// Sets the timers that run from the beginning; the driver asks for them once.
    pub fn begin(&mut self, choices: &mut (dyn crate::Choices + '_), observed: &mut crate::Observed) {
        let context = &mut Context::new(choices, observed);
        for (place, age) in self.ages() {
            self.begin_to_mature(place, age, context);
        }
    }

    /// The processes that have not been running for long at the beginning.
    fn ages(&self) -> Vec<(ProcessId, Duration)> {
        let processes = self.world.numbered_processes().filter(|(_, process)| process.running);
        processes.filter_map(|(id, process)| Some((id, process.age?))).collect()
    }

    /// Counts the minimum run time of a process that has run for `age`, where a knob asks for it (ARR-12).
    fn begin_to_mature(&mut self, process: ProcessId, age: Duration, context: &mut Context<'_>) {
        let is_asked = self.profile.answer::<MinimumRun>(context.choices) == MinimumRun::Applies
            || self.profile.answer::<MinimumRunBeforeReboot>(context.choices)
                == MinimumRunBeforeReboot::Applies;
        let left = self.profile.timing(Timing::MinimumRun).saturating_sub(age);
        if is_asked && !left.is_zero() {
            let timer = self.set_timer(Timer::Matures(process), left, context);
            let state = &mut self.processes[process.index()];
            state.is_young = true;
            state.matures = Some(timer);
        }
    }

    /// Starts a process as the world says. Nothing happens if it runs.
    pub(crate) fn start_process(&mut self, process: ProcessId, by: StartedBy, context: &mut Context<'_>) {
        let launching = Launching {
            by,
            is_elevated: self.world.processes[process.index()].elevated,
            arguments: None,
            has_new_console: false,
        };
        self.launch_process(process, launching, context);
    }

    /// Starts a process, with all services in it that can be started. Nothing happens if it runs, or if its program
    /// is missing.
    pub(crate) fn launch_process(
        &mut self,
        process: ProcessId,
        launching: Launching,
        context: &mut Context<'_>,
    ) {
        let is_missing = self.is_missing(self.world.processes[process.index()].image_path);
        if self.processes[process.index()].is_running || is_missing {
            return;
        }
        self.bring_up(process, launching, context);
        let services = std::sync::Arc::clone(&self.world);
        let services = &services.processes[process.index()].services;
        if services.is_empty() {
            let started = Started { process, service: None, by: launching.by };
            context.emit(Output::Started(started));
        }
        for service in services {
            if self.services[service.index()].is_enabled {
                self.services[service.index()].status = ServiceStatus::Running;
                let started = Started { process, service: Some(*service), by: launching.by };
                context.emit(Output::Started(started));
            }
        }
    }

    /// Starts a process without a service in it.
    pub(crate) fn bring_up(&mut self, process: ProcessId, launching: Launching, context: &mut Context<'_>) {
        let registration = self.world.processes[process.index()].restart;
        let state = &mut self.processes[process.index()];
        state.incarnation += u32::from(state.has_run);
        state.has_run = true;
        state.is_running = true;
        state.handles_given = 0;
        state.is_elevated = launching.is_elevated;
        state.started_by = launching.by;
        state.arguments = launching.arguments;
        state.has_new_console |= launching.has_new_console;
        state.registration = registration;
        self.begin_to_mature(process, Duration::ZERO, context);
    }

    /// Starts a process again that something watches over.
    pub(crate) fn come_back(&mut self, process: ProcessId, context: &mut Context<'_>) {
        self.start_process(process, StartedBy::Itself, context);
    }

    /// Has a process exit so long from now, unless it is about to exit earlier.
    pub(crate) fn leave_after(&mut self, process: ProcessId, after: Duration, context: &mut Context<'_>) {
        // Whoever was told twice leaves by the first word: later ones find it on its way.
        if self.processes[process.index()].leave.is_none() {
            let timer = self.set_timer(Timer::Leave(process), after, context);
            self.processes[process.index()].leave = Some(timer);
        }
    }

    /// Ends a process that was told to, or killed; something may start it again.
    pub(crate) fn exit_process(&mut self, process: ProcessId, context: &mut Context<'_>) -> u32 {
        let left_open = self.end_process(process, context);
        let again = self.world.processes[process.index()].behavior.comes_back_after;
        let state = &mut self.processes[process.index()];
        if let Some(after) = again.filter(|_| !state.has_come_back) {
            state.has_come_back = true;
            self.set_timer(Timer::ComeBack(process), after, context);
        }
        left_open
    }

    /// Ends a process for good; returns how many sessions it leaves open that it had started.
    pub(crate) fn end_process(&mut self, process: ProcessId, context: &mut Context<'_>) -> u32 {
        if !self.processes[process.index()].is_running {
            return 0;
        }
        let incarnation = self.incarnation_of(process);
        let state = &mut self.processes[process.index()];
        let timers = [state.leave.take(), state.matures.take()];
        if !flawed!(self, DepartedStillRunning) {
            self.processes[process.index()].is_running = false;
        }
        timers.into_iter().for_each(|timer| self.unset_timer(timer, context));
        self.handles.retain(|entry| entry.process != process);
        self.restore_uses(process, context);
        for (_, session) in self.sessions.iter_mut() {
            session.attention.depart(incarnation);
        }
        self.report_left(process, context);
        self.abandon_calls(process, context);
        let left_open = self.orphan_sessions(incarnation, context);
        self.process_left(incarnation, context);
        left_open
    }

    /// Says who is gone: the process, or the services in it.
    fn report_left(&mut self, process: ProcessId, context: &mut Context<'_>) {
        let world = std::sync::Arc::clone(&self.world);
        let services = &world.processes[process.index()].services;
        if services.is_empty() {
            context.emit(Output::Left(Left { process, service: None }));
        }
        for service in services {
            if self.services[service.index()].status != ServiceStatus::Stopped {
                self.set_service_stopped(*service, context);
                context.emit(Output::Left(Left { process, service: Some(*service) }));
            }
        }
    }

    /// What becomes of the sessions that a process started, when it dies without ending them.
    fn orphan_sessions(&mut self, owner: (ProcessId, u32), context: &mut Context<'_>) -> u32 {
        let left: Vec<SessionId> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.owner == owner && !session.is_abandoned)
            .map(|(id, _)| id)
            .collect();
        let vanish = self.profile.answer::<OrphanedSession>(context.choices) == OrphanedSession::AtExit;
        for session in &left {
            if vanish {
                self.fail_calls_of(*session, context);
                self.remove_session(*session);
            } else {
                self.sessions.get_mut(*session).is_abandoned = true;
            }
        }
        u32::try_from(left.len()).expect("there are few sessions")
    }

    /// Forgets what the process opened and closed: its next incarnation starts as the world says.
    fn restore_uses(&mut self, process: ProcessId, context: &mut Context<'_>) {
        let changed: Vec<FileId> = self
            .changed_uses
            .iter()
            .filter(|change| change.process == process)
            .map(|change| change.file)
            .collect();
        let by_file = !changed.is_empty() && self.identifies_by_file(context);
        for file in changed {
            let identity = if by_file { self.world.same_file(file) } else { file };
            let before = self.uses_that_count(process, identity, by_file, context);
            self.changed_uses.retain(|change| (change.process, change.file) != (process, file));
            let after = self.uses_that_count(process, identity, by_file, context);
            self.tell_sessions(process, identity, before, after);
        }
    }

    /// The process as it is now.
    pub fn process_view(&self, process: ProcessId) -> ProcessView {
        let state = &self.processes[process.index()];
        ProcessView {
            is_running: state.is_running,
            unique: self.unique_process(process),
            is_elevated: state.is_elevated,
            has_new_console: state.has_new_console,
            started_by: state.started_by,
            arguments: state.arguments,
        }
    }

    /// The process as it runs or ran last.
    pub fn unique_process(&self, process: ProcessId) -> UniqueProcess {
        self.incarnation(process, self.processes[process.index()].incarnation)
    }

    /// Whether the process runs.
    pub fn is_process_running(&self, process: ProcessId) -> bool {
        self.processes[process.index()].is_running
    }

    /// Its integrity level: that of an elevated process if it was started so (U-81).
    pub(crate) fn integrity_of(&self, process: ProcessId) -> u8 {
        let facts = &self.world.processes[process.index()];
        match (facts.elevated, self.processes[process.index()].is_elevated) {
            (false, true) => facts.integrity.max(HIGH),
            (true, false) => facts.integrity.min(MEDIUM),
            (true, true) | (false, false) => facts.integrity,
        }
    }

    pub(crate) fn user_of(&self, process: ProcessId) -> UserId {
        self.world.processes[process.index()].user
    }

    /// The process with the number of its incarnation.
    pub(crate) fn incarnation_of(&self, process: ProcessId) -> (ProcessId, u32) {
        (process, self.processes[process.index()].incarnation)
    }

    /// The id and start time of an incarnation: each has its own.
    pub(crate) fn incarnation(&self, process: ProcessId, incarnation: u32) -> UniqueProcess {
        self.world.incarnation(process, incarnation)
    }

    /// The incarnations that have or had this process id, one per process.
    pub(crate) fn processes_with_pid(&self, pid: u32) -> Vec<(ProcessId, u32)> {
        let incarnations = self.world.numbered_processes().filter_map(|(id, process)| {
            let distance = pid.checked_sub(process.pid)?;
            let incarnation = distance / PID_STEP;
            let state = *self.processes[id.index()];
            (distance.is_multiple_of(PID_STEP) && incarnation <= state.incarnation && state.has_run)
                .then_some((id, incarnation))
        });
        incarnations.collect()
    }

    /// Whether this incarnation of the process runs.
    pub(crate) fn is_running(&self, (process, incarnation): (ProcessId, u32)) -> bool {
        let state = &self.processes[process.index()];
        state.is_running && state.incarnation == incarnation
    }
}

/// The integrity levels of what a person starts, and of what runs elevated.
const MEDIUM: u8 = 1;
const HIGH: u8 = 2;

#[cfg(test)]
mod tests;
