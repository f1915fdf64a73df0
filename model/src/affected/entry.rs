//! One entry of the list: its type, names, status and reboot reasons.

use crate::machine::{Context, Machine, flawed};
use crate::observed::{AffectedApplication, ApplicationStatus, ApplicationType, RebootReasons};
use crate::profile::{
    CriticalProcesses, CriticalType, DeniedService, ExplorerRestartable, FriendlyName,
    NameWithoutDescription, ReasonsPerProcess, Restartable, ServiceTerminalSession, SessionZeroCaller,
    WhoMayStop,
};
use crate::rule;
use crate::world::{InstallerId, ProcessId, ProcessKind, ServiceId, TextId, UserId};

/// An entry of the list in the making.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) incarnation: (ProcessId, u32),
    /// The service that the entry is about.
    pub(super) service: Option<ServiceId>,
    /// Whether it exited on its own since a list named it.
    pub(super) has_departed: bool,
    pub(super) reasons: RebootReasons,
    application_type: ApplicationType,
    name: Option<TextId>,
    terminal_session: u32,
    restartable: bool,
}

impl Entry {
    pub(super) fn new(incarnation: (ProcessId, u32), service: Option<ServiceId>) -> Entry {
        Entry {
            incarnation,
            service,
            has_departed: false,
            reasons: RebootReasons::NONE,
            application_type: ApplicationType::Unknown,
            name: None,
            terminal_session: 0,
            restartable: false,
        }
    }
}

/// What the list needs to know of whoever asks for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller {
    pub(super) process: ProcessId,
    user: UserId,
    terminal_session: u32,
    integrity: u8,
    is_elevated: bool,
    is_service: bool,
}

impl Machine {
    pub(super) fn caller(&self, by: InstallerId) -> Caller {
        let process = self.process_of(by);
        let facts = &self.world.processes[process.index()];
        Caller {
            process,
            user: facts.user,
            terminal_session: facts.terminal_session,
            integrity: facts.integrity,
            is_elevated: facts.elevated,
            is_service: self.world.installers[by.index()].as_service,
        }
    }

    /// Finds out all that the list says of an entry.
    pub(super) fn complete(&mut self, entry: &mut Entry, caller: &Caller, context: &mut Context<'_>) {
        let is_critical = self.is_critical(entry, context);
        let is_denied = self.is_denied(entry, caller, context);
        entry.reasons = self.reasons(entry, caller, is_critical, is_denied, context);
        let critical_by_cause = (is_denied || entry.incarnation.0 == caller.process)
            && !entry.has_departed
            && self.profile.answer::<CriticalType>(context.choices) == CriticalType::AllCauses;
        entry.application_type = if is_critical || critical_by_cause {
            context.apply(rule::TYPE_CRITICAL);
            ApplicationType::Critical
        } else {
            self.natural_type(entry, context)
        };
        context.apply_all(&[rule::LIST_TELLS_TYPE, rule::START_TIME_IS_CREATION_TIME]);
        if is_critical {
            context.apply_all(&[rule::CRITICALITY_TEST, rule::REGISTERING_TELLS_CRITICAL]);
        }
        entry.name = Some(self.name(entry, caller, is_critical, context));
        entry.terminal_session = self.shown_terminal_session(entry, is_critical, context);
        entry.restartable = self.is_restartable(entry, caller, is_critical, context);
    }

    /// The entry as the list shows it.
    pub(super) fn describe(&self, entry: &Entry) -> AffectedApplication {
        let facts = &self.world.processes[entry.incarnation.0.index()];
        AffectedApplication {
            process: self.incarnation(entry.incarnation.0, entry.incarnation.1),
            name: entry.name.unwrap_or(facts.image_name),
            service: entry.service.map(|service| self.world.services[service.index()].short_name),
            application_type: entry.application_type,
            status: if entry.has_departed {
                ApplicationStatus::STOPPED_OTHER
            } else {
                ApplicationStatus::RUNNING
            },
            terminal_session: entry.terminal_session,
            restartable: entry.restartable,
        }
    }

    /// The place of an entry in the order in which applications are stopped (ORDER-01).
    pub(super) fn stop_class(&self, entry: &Entry) -> u8 {
        if entry.service.is_some() {
            return 2;
        }
        match self.world.processes[entry.incarnation.0.index()].kind {
            ProcessKind::MainWindow | ProcessKind::OtherWindow => 0,
            ProcessKind::Console => 1,
            ProcessKind::Explorer => 3,
            ProcessKind::Windowless => 4,
        }
    }

    /// Whether Windows cannot run without the process, or without the service of the entry (CRIT-02, U-22).
    fn is_critical(&mut self, entry: &Entry, context: &mut Context<'_>) -> bool {
        let process = &self.world.processes[entry.incarnation.0.index()];
        let (is_named, is_marked) = match entry.service {
            Some(service) => {
                let service = &self.world.services[service.index()];
                (service.named_critical, service.critical || process.critical)
            }
            None => (process.named_critical, process.critical),
        };
        let is_named = is_named
            && self.profile.answer::<CriticalProcesses>(context.choices) == CriticalProcesses::NamedAndMarked;
        if is_named {
            context.apply(rule::CRITICAL_EXAMPLES);
        }
        is_marked || is_named
    }

    /// Whether the caller may not stop the process (U-81); always may it stop itself.
    ///
    /// A service reaches other services, but no application of another user (SHUT-29).
    fn is_denied(&mut self, entry: &Entry, caller: &Caller, context: &mut Context<'_>) -> bool {
        if entry.incarnation.0 == caller.process {
            return false;
        }
        let process = &self.world.processes[entry.incarnation.0.index()];
        let own = process.user == caller.user && process.integrity <= caller.integrity;
        let reaches_all =
            caller.is_elevated && !caller.is_service || caller.is_service && entry.service.is_some();
        let rules_all = reaches_all
            && self.profile.answer::<WhoMayStop>(context.choices) == WhoMayStop::AdministratorsEverybody;
        if own || rules_all {
            return false;
        }
        if entry.service.is_some() {
            context.apply(rule::SYSTEM_HOLDERS_VISIBLE);
            return self.profile.answer::<DeniedService>(context.choices) == DeniedService::SetsReason;
        }
        true
    }

    fn reasons(
        &mut self,
        entry: &Entry,
        caller: &Caller,
        is_critical: bool,
        is_denied: bool,
        context: &mut Context<'_>,
    ) -> RebootReasons {
        if entry.has_departed {
            return RebootReasons::NONE;
        }
        let mut reasons = RebootReasons::NONE;
        let mut first = RebootReasons::NONE;
        let mut add = |reason: RebootReasons| {
            if reasons == RebootReasons::NONE {
                first = reason;
            }
            reasons = reasons.and(reason);
        };
        if entry.incarnation.0 == caller.process {
            context.apply_all(&[
                rule::REASON_DETECTED_SELF,
                rule::SELF_NEEDS_REBOOT,
                rule::CALLER_IS_LISTED,
                rule::CALLER_SETS_DETECTED_SELF,
            ]);
            add(RebootReasons::DETECTED_SELF);
        }
        if is_critical {
            context.apply_all(&[rule::CRITICAL_NEEDS_REBOOT, rule::CRITICAL_SETS_REASON]);
            add(if entry.service.is_some() {
                context.apply(rule::REASON_CRITICAL_SERVICE);
                RebootReasons::CRITICAL_SERVICE
            } else {
                context.apply(rule::REASON_CRITICAL_PROCESS);
                RebootReasons::CRITICAL_PROCESS
            });
        }
        if self.is_elsewhere(entry, caller, is_critical, context) {
            context.apply_all(&[
                rule::REASON_SESSION_MISMATCH,
                rule::OTHER_TERMINAL_SESSION,
                rule::MISMATCH_OVER_REMOTE_LOGON,
            ]);
            add(RebootReasons::SESSION_MISMATCH);
        }
        if is_denied {
            context.apply_all(&[
                rule::REASON_PERMISSION_DENIED,
                rule::PERMISSION_TO_STOP,
                rule::NO_ADDITIONAL_RIGHTS,
            ]);
            add(RebootReasons::PERMISSION_DENIED);
        }
        if reasons != first
            && self.profile.answer::<ReasonsPerProcess>(context.choices) == ReasonsPerProcess::First
        {
            return first;
        }
        reasons
    }

    /// Whether the process lives in a terminal session that the caller cannot reach (GEN-12, U-82).
    fn is_elsewhere(
        &mut self,
        entry: &Entry,
        caller: &Caller,
        is_critical: bool,
        context: &mut Context<'_>,
    ) -> bool {
        let process = &self.world.processes[entry.incarnation.0.index()];
        if process.terminal_session == caller.terminal_session {
            return false;
        }
        if entry.service.is_some() {
            // Services of session 0 are stopped by the service control manager, from wherever one asks it.
            return process.terminal_session != 0
                && (caller.terminal_session != 0
                    || self.profile.answer::<SessionZeroCaller>(context.choices)
                        == SessionZeroCaller::SessionZero);
        }
        // Critical processes of session 0 are told apart by their own reason.
        !(is_critical && process.terminal_session == 0)
    }

    fn natural_type(&self, entry: &Entry, context: &mut Context<'_>) -> ApplicationType {
        let (application_type, rule) =
            match (entry.service, self.world.processes[entry.incarnation.0.index()].kind) {
                (Some(_), _) => (ApplicationType::Service, rule::TYPE_SERVICE),
                (None, ProcessKind::Windowless) => {
                    context.apply(rule::WINDOWLESS_IS_UNKNOWN);
                    (ApplicationType::Unknown, rule::TYPE_UNKNOWN)
                }
                (None, ProcessKind::MainWindow) => {
                    context.apply(rule::HIDDEN_WINDOW_IS_OTHER);
                    (ApplicationType::MainWindow, rule::TYPE_MAIN_WINDOW)
                }
                (None, ProcessKind::OtherWindow) => {
                    context.apply(rule::HIDDEN_WINDOW_IS_OTHER);
                    (ApplicationType::OtherWindow, rule::TYPE_OTHER_WINDOW)
                }
                (None, ProcessKind::Explorer) => {
                    context.apply_all(&[rule::SHELL_ENTRY, rule::EXPLORER_AS_PROCESS]);
                    (ApplicationType::Explorer, rule::TYPE_EXPLORER)
                }
                (None, ProcessKind::Console) => (ApplicationType::Console, rule::TYPE_CONSOLE),
            };
        context.apply(rule);
        application_type
    }

    fn name(
        &mut self,
        entry: &Entry,
        caller: &Caller,
        is_critical: bool,
        context: &mut Context<'_>,
    ) -> TextId {
        context.apply_all(&[rule::FRIENDLY_NAME, rule::SHORT_NAME_FOR_SERVICES_ONLY]);
        if let Some(service) = entry.service {
            context.apply(rule::SERVICE_DISPLAY_NAME);
            return self.world.services[service.index()].display_name;
        }
        let process = &self.world.processes[entry.incarnation.0.index()];
        if is_critical {
            context.apply(rule::CRITICAL_PROCESS_NAME);
            if caller.is_elevated && !caller.is_service {
                return process.image_name;
            }
        }
        let title = process
            .title
            .filter(|_| self.profile.answer::<FriendlyName>(context.choices) == FriendlyName::WindowTitle);
        if let Some(title) = title {
            return title;
        }
        if let Some(description) = process.description {
            context.apply(rule::NAME_IS_FILE_DESCRIPTION);
            return description;
        }
        context.apply(rule::NAME_WITHOUT_DESCRIPTION);
        match self.profile.answer(context.choices) {
            NameWithoutDescription::ImageName => process.image_name,
            NameWithoutDescription::ImageStem => process.image_stem,
            NameWithoutDescription::ProductName => process.product.unwrap_or(process.image_name),
        }
    }

    fn shown_terminal_session(&mut self, entry: &Entry, is_critical: bool, context: &mut Context<'_>) -> u32 {
        let real = self.world.processes[entry.incarnation.0.index()].terminal_session;
        context.apply(rule::TERMINAL_SESSION_ID);
        if entry.service.is_none() && !is_critical {
            return real;
        }
        context.apply(rule::SERVICE_TERMINAL_SESSION);
        match self.profile.answer(context.choices) {
            ServiceTerminalSession::Zero => 0,
            ServiceTerminalSession::MinusOne => u32::MAX,
            ServiceTerminalSession::Real => real,
        }
    }

    /// Whether the Restart Manager can restart it (TYPE-50, U-25).
    fn is_restartable(
        &mut self,
        entry: &Entry,
        caller: &Caller,
        is_critical: bool,
        context: &mut Context<'_>,
    ) -> bool {
        context.apply(rule::RESTARTABLE);
        if flawed!(self, EverythingRestartable) {
            return true;
        }
        if entry.service.is_some() {
            return true;
        }
        if is_critical {
            context.apply(rule::CRITICAL_NOT_RESTARTABLE);
            return false;
        }
        context.apply(rule::RESTARTABLE_FOLLOWS_REGISTRATION);
        let process = &self.world.processes[entry.incarnation.0.index()];
        if process.kind == ProcessKind::Explorer
            && self.profile.answer::<ExplorerRestartable>(context.choices) == ExplorerRestartable::Always
        {
            return true;
        }
        let Some(registration) = process.restart else { return false };
        match self.profile.answer(context.choices) {
            Restartable::Registered => true,
            Restartable::WouldRestart => {
                !registration.no_patch && !process.elevated && process.user == caller.user
            }
        }
    }
}
