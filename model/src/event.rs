//! What happens beside the calls: processes come and go, files are opened and closed, users log off.

use crate::call::UniqueProcess;
use crate::fault::Fault;
use crate::machine::{Context, Machine, flawed};
use crate::observed::{DatabaseSession, Output};
use crate::profile::{OrphanedSession, SessionAfterReboot};
use crate::resource;
use crate::rule;
use crate::session::{Session, SessionId};
use crate::world::{FileId, HowUsed, InstallerId, PathId, Process, ProcessId, TICKS_PER_SECOND, UserId};

/// Something that happens in the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A process starts that was not running: its next incarnation. Nothing happens if it runs.
    Start {
        /// Which.
        process: ProcessId,
        /// Who started it, where that decides which file it runs (WOW64-09).
        launch: Option<Launch>,
    },
    /// A process exits on its own. Nothing happens if it does not run.
    Exit(ProcessId),
    /// A running process opens a file, through a handle that forbids deleting it.
    Open(ProcessId, PathId),
    /// A running process closes every use that it has of a file.
    Close(ProcessId, PathId),
    /// A user logs off: the processes exit, and the registry hive goes with its sessions.
    LogOff(UserId),
    /// The machine reboots: every process exits; critical ones and hosts of services start again.
    Reboot,
    /// A fault appears or goes.
    Fault {
        /// Which; not [`Fault::RegistryMutexHeld`].
        fault: Fault,
        /// Whether it appears.
        active: bool,
    },
    /// Somebody takes the registry mutex for good, or it is free again.
    RegistryMutex {
        /// Whether it is held.
        held: bool,
        /// Whose it is: that of the user of this installer.
        of: InstallerId,
        /// The session that it guards, by its handle in the installer's process; `None`: all of the user's.
        handle: Option<crate::call::SessionHandle>,
    },
    /// An installer's thread switches file system redirection off, or on again (WOW64-05).
    Redirection {
        /// Whose thread.
        by: InstallerId,
        /// Whether it is active.
        active: bool,
    },
}

/// How an installer started a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Launch {
    /// Who started it.
    pub by: InstallerId,
    /// Whether the system asked for elevation first.
    pub elevation_prompt: bool,
}

/// What changes about a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ProcessState {
    pub(crate) is_running: bool,
    /// Whether it runs or ran.
    pub(crate) has_run: bool,
    /// How often it started before the last time.
    pub(crate) incarnation: u32,
    /// One more than the highest session handle that it was given.
    pub(crate) handles_given: u32,
}

impl ProcessState {
    pub(crate) fn first(process: &Process) -> ProcessState {
        ProcessState {
            is_running: process.running,
            has_run: process.running,
            incarnation: 0,
            handles_given: 0,
        }
    }
}

/// A use of a file that came or went after its process started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ChangedUse {
    pub(crate) process: ProcessId,
    pub(crate) file: FileId,
    /// How it is used now; `None`: no longer at all.
    pub(crate) how: Option<HowUsed>,
}

/// The distance between the ids of two incarnations of a process.
const PID_STEP: u32 = 0x10_0000;

impl Machine {
    pub(crate) fn happen(&mut self, event: &Event, context: &mut Context<'_>) {
        match *event {
            Event::Start { process, launch } => self.start_process(process, launch, context),
            Event::Exit(process) => {
                let left_open = self.exit_process(process, context);
                context.emit(Output::LeftOpen(left_open));
            }
            Event::Open(process, path) => {
                let file = self.world.opened_file(process, path);
                self.report_redirection(process, path, context);
                self.change_use(process, file, Some(HowUsed::Handle), context);
            }
            Event::Close(process, path) => {
                let file = self.world.opened_file(process, path);
                self.change_use(process, file, None, context);
            }
            Event::LogOff(user) => self.log_off(user, context),
            Event::Reboot => self.reboot(context),
            Event::Fault { fault, active } => self.faults.switch(fault, active),
            Event::RegistryMutex { held, of, handle } => {
                let process = self.process_of(of);
                let place = handle.and_then(|handle| self.find_handle(process, handle));
                let session = place.and_then(|place| self.handles[place].standing.session());
                let user = self.user_of(process);
                self.faults.hold_mutex(held.then_some((user, session)));
            }
            Event::Redirection { by, active } => {
                context.apply(rule::REDIRECTION_OFF_PER_THREAD);
                self.redirection_off[by.index()] = !active;
            }
        }
    }

    fn start_process(&mut self, process: ProcessId, launch: Option<Launch>, context: &mut Context<'_>) {
        let state = &mut self.processes[process.index()];
        if state.is_running {
            return;
        }
        state.incarnation += u32::from(state.has_run);
        state.has_run = true;
        state.is_running = true;
        state.handles_given = 0;
        if let Some(launch) = launch {
            self.redirect_image(process, launch, context);
        }
    }

    /// A 32-bit program that starts another from System32 gets the one from SysWOW64, unless the system asks for
    /// elevation first (WOW64-01, WOW64-09).
    fn redirect_image(&mut self, process: ProcessId, launch: Launch, context: &mut Context<'_>) {
        if !self.world.processes[self.process_of(launch.by).index()].wow64 {
            return;
        }
        let images: Vec<PathId> = self.world.processes[process.index()]
            .uses
            .iter()
            .filter(|each| each.how == HowUsed::Image)
            .map(|each| each.path)
            .collect();
        for path in images {
            let info = *self.world.path_info(path);
            let Some((redirected, _)) = info.redirected else { continue };
            if launch.elevation_prompt {
                context.apply(rule::ELEVATION_SKIPS_REDIRECTION);
            } else {
                context.apply(rule::SYSTEM32_REDIRECTED);
                self.change_use(process, self.world.opened_file(process, path), None, context);
                self.change_use(process, redirected, Some(HowUsed::Image), context);
            }
        }
    }

    fn report_redirection(&self, process: ProcessId, path: PathId, context: &mut Context<'_>) {
        let is_wow64 = self.world.processes[process.index()].wow64;
        if is_wow64 && self.world.path_info(path).redirected.is_some() {
            context.apply(rule::SYSTEM32_REDIRECTED);
        }
    }

    /// Sets how a process uses a file, and tells every session that watches the file.
    fn change_use(
        &mut self,
        process: ProcessId,
        file: FileId,
        how: Option<HowUsed>,
        context: &mut Context<'_>,
    ) {
        let by_file = self.identifies_by_file(context);
        let identity = if by_file { self.world.same_file(file) } else { file };
        let before = self.uses_that_count(process, identity, by_file, context);
        self.changed_uses.retain(|change| (change.process, change.file) != (process, file));
        self.changed_uses.push(ChangedUse { process, file, how });
        let after = self.uses_that_count(process, identity, by_file, context);
        if flawed!(self, LaterHoldersMissed) {
            return;
        }
        self.tell_sessions(process, identity, before, after);
    }

    /// Tells every session that watches a file how often a process used it before and uses it now.
    fn tell_sessions(&mut self, process: ProcessId, file: FileId, before: u32, after: u32) {
        let count = self.processes.len();
        for (_, session) in self.sessions.iter_mut() {
            if resource::contains(&session.files, file) {
                session.attention.recount(process, before, after, count);
            }
        }
    }

    /// Ends a process; returns how many sessions it leaves open that it had started.
    fn exit_process(&mut self, process: ProcessId, context: &mut Context<'_>) -> u32 {
        if !self.processes[process.index()].is_running {
            return 0;
        }
        let incarnation = self.incarnation_of(process);
        if !flawed!(self, DepartedStillRunning) {
            self.processes[process.index()].is_running = false;
        }
        self.handles.retain(|entry| entry.process != process);
        self.restore_uses(process, context);
        for (_, session) in self.sessions.iter_mut() {
            session.attention.depart(incarnation);
        }
        let left: Vec<SessionId> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.owner == incarnation && !session.is_abandoned)
            .map(|(id, _)| id)
            .collect();
        let vanish = self.profile.answer::<OrphanedSession>(context.choices) == OrphanedSession::AtExit;
        for session in &left {
            if vanish {
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

    /// The user's processes exit, and the sessions in the user's hive are gone (OBS-END-04).
    fn log_off(&mut self, user: UserId, context: &mut Context<'_>) {
        for place in 0..self.world.processes.len() {
            if self.world.processes[place].user == user {
                self.exit_process(ProcessId(u32::try_from(place).expect("processes are numbered")), context);
            }
        }
        self.remove_sessions(|session| session.user == user);
    }

    fn reboot(&mut self, context: &mut Context<'_>) {
        let again: Vec<ProcessId> = self
            .world
            .numbered_processes()
            .filter(|(_, process)| process.running && (process.critical || !process.services.is_empty()))
            .map(|(id, _)| id)
            .collect();
        for place in 0..self.world.processes.len() {
            self.exit_process(ProcessId(u32::try_from(place).expect("processes are numbered")), context);
        }
        match self.profile.answer(context.choices) {
            SessionAfterReboot::Gone => self.remove_sessions(|_| true),
            SessionAfterReboot::Abandoned => {}
        }
        for process in again {
            self.start_process(process, None, context);
        }
        self.redirection_off.fill(false);
    }

    fn remove_sessions(&mut self, gone: impl Fn(&Session) -> bool) {
        let sessions: Vec<SessionId> =
            self.sessions.iter().filter(|(_, session)| gone(session)).map(|(id, _)| id).collect();
        for session in sessions {
            self.remove_session(session);
        }
    }

    /// The sessions of a user as they lie in the registry (OBS-START-01).
    pub(crate) fn show_database(&mut self, of: InstallerId, context: &mut Context<'_>) {
        context.apply_all(&[rule::DATABASE_PER_USER, rule::STATE_IN_REGISTRY]);
        let user = self.user_of(self.process_of(of));
        let mut sessions: Vec<&Session> = self.sessions.of_user(user).map(|(_, session)| session).collect();
        sessions.sort_by_key(|session| session.number);
        for session in sessions {
            if session.is_abandoned {
                context.observed.rules.insert(rule::ABANDONED_SUBKEY_STAYS);
            }
            context.observed.outputs.push(Output::DatabaseSession(DatabaseSession {
                number: session.number,
                owner: self.incarnation(session.owner.0, session.owner.1),
                abandoned: session.is_abandoned,
                file_groups: session.file_groups.clone(),
                process_groups: session.process_groups.clone(),
                service_groups: session.service_groups.clone(),
            }));
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
        let facts = &self.world.processes[process.index()];
        UniqueProcess {
            pid: facts.pid + PID_STEP * incarnation,
            start_time: facts.start_time + 3600 * TICKS_PER_SECOND * u64::from(incarnation),
        }
    }

    /// The incarnations that have or had this process id, one per process.
    pub(crate) fn processes_with_pid(&self, pid: u32) -> Vec<(ProcessId, u32)> {
        let incarnations = self.world.numbered_processes().filter_map(|(id, process)| {
            let distance = pid.checked_sub(process.pid)?;
            let incarnation = distance / PID_STEP;
            let state = self.processes[id.index()];
            (distance.is_multiple_of(PID_STEP) && incarnation <= state.incarnation && state.has_run)
                .then_some((id, incarnation))
        });
        incarnations.collect()
    }

    /// Whether this incarnation of the process runs.
    pub(crate) fn is_running(&self, (process, incarnation): (ProcessId, u32)) -> bool {
        let state = self.processes[process.index()];
        state.is_running && state.incarnation == incarnation
    }
}
