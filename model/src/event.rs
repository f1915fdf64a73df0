//! What happens beside the calls: processes come and go, files are opened and closed, users log off.

use crate::fault::Fault;
use crate::happening::StartedBy;
use crate::machine::{Context, Machine, flawed};
use crate::observed::{DatabaseSession, Output};
use crate::profile::SessionAfterReboot;
use crate::resource;
use crate::rule;
use crate::session::{Session, SessionId};
use crate::world::{FileId, HowUsed, InstallerId, PathId, ProcessId, ServiceId, UserId};

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

/// A use of a file that came or went after its process started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ChangedUse {
    pub(crate) process: ProcessId,
    pub(crate) file: FileId,
    /// How it is used now; `None`: no longer at all.
    pub(crate) how: Option<HowUsed>,
}

impl Machine {
    pub(crate) fn happen(&mut self, event: &Event, context: &mut Context<'_>) {
        match *event {
            Event::Start { process, launch } => self.start_by_installer(process, launch, context),
            Event::Exit(process) => {
                let left_open = self.end_process(process, context);
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

    fn start_by_installer(&mut self, process: ProcessId, launch: Option<Launch>, context: &mut Context<'_>) {
        if self.processes[process.index()].is_running {
            return;
        }
        self.start_process(process, StartedBy::Installer, context);
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
    pub(crate) fn tell_sessions(&mut self, process: ProcessId, file: FileId, before: u32, after: u32) {
        let count = self.processes.len();
        let is_missed = flawed!(self, LaterHoldersMissed);
        for (_, session) in self.sessions.iter_mut() {
            if resource::contains(&session.files, file) {
                // Who misses what was opened later has nothing to take back when it is closed.
                let before = if is_missed { before.min(session.attention.uses(process)) } else { before };
                session.attention.recount(process, before, after, count);
            }
        }
    }

    /// The user's processes exit, and the sessions in the user's hive are gone (OBS-END-04).
    pub(crate) fn log_off(&mut self, user: UserId, context: &mut Context<'_>) {
        for place in 0..self.world.processes.len() {
            if self.world.processes[place].user == user {
                self.end_process(ProcessId(u32::try_from(place).expect("processes are numbered")), context);
            }
        }
        self.remove_sessions(|session| session.user == user, context);
        self.note_log_off(user);
    }

    pub(crate) fn reboot(&mut self, context: &mut Context<'_>) {
        self.go_down(context);
        self.come_up(context);
    }

    /// Every process exits, and the sessions end.
    pub(crate) fn go_down(&mut self, context: &mut Context<'_>) {
        self.note_system_down(context);
        for place in 0..self.world.processes.len() {
            self.end_process(ProcessId(u32::try_from(place).expect("processes are numbered")), context);
        }
        // What waited for another service has no process that could end.
        for place in 0..self.services.len() {
            self.set_service_stopped(
                ServiceId(u32::try_from(place).expect("services are numbered")),
                context,
            );
        }
        match self.profile.answer(context.choices) {
            SessionAfterReboot::Gone => self.remove_sessions(|_| true, context),
            SessionAfterReboot::Abandoned => {}
        }
        self.redirection_off.fill(false);
    }

    /// The system starts: files are replaced that waited for it, and critical processes and services run again.
    pub(crate) fn come_up(&mut self, context: &mut Context<'_>) {
        self.boot_replacements();
        let again: Vec<ProcessId> = self
            .world
            .numbered_processes()
            .filter(|(_, process)| process.running && (process.critical || !process.services.is_empty()))
            .map(|(id, _)| id)
            .collect();
        for process in again {
            self.start_process(process, StartedBy::Reboot, context);
        }
    }

    fn remove_sessions(&mut self, gone: impl Fn(&Session) -> bool, context: &mut Context<'_>) {
        let sessions: Vec<SessionId> =
            self.sessions.iter().filter(|(_, session)| gone(session)).map(|(id, _)| id).collect();
        for session in sessions {
            self.fail_calls_of(session, context);
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
}
