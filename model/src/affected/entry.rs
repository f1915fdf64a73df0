//! One entry of the list: its type, names, status and reboot reasons.

use crate::act::RESTART_NO_PATCH;
use crate::filter::Mask;
use crate::history::Subject;
use crate::machine::{Context, Machine, flawed};
use crate::observed::{AffectedApplication, ApplicationStatus, ApplicationType, RebootReasons};
use crate::profile::{
    CriticalType, ExplorerRestartable, FriendlyName, MaskBits, MinimumRun, NameWithoutDescription,
    Restartable, ServiceTerminalSession,
};
use crate::rule;
use crate::session::SessionId;
use crate::world::{InstallerId, ProcessId, ProcessKind, ServiceId, TextId, UserId};

/// An entry of the list in the making.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) incarnation: (ProcessId, u32),
    /// The service that the entry is about.
    pub(crate) service: Option<ServiceId>,
    /// Whether it does not run: it exited since a list named it, or was stopped.
    pub(crate) has_departed: bool,
    /// Its status bits beside those of its filter; `None`: it runs, or something else stopped it.
    pub(super) status: Option<u32>,
    /// The bits of the filter that it is under.
    pub(super) masks: u32,
    /// Whether a filter keeps it from being stopped.
    pub(super) is_kept: bool,
    /// Whether the list shows another entry in its place: that of who ran before (U-21).
    pub(super) is_hidden: bool,
    /// Whether its user is the one whose applications are restarted.
    pub(crate) is_of_callers_user: bool,
    pub(crate) reasons: RebootReasons,
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
            status: None,
            masks: 0,
            is_kept: false,
            is_hidden: false,
            is_of_callers_user: true,
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
    pub(super) by: InstallerId,
    pub(super) user: UserId,
    pub(super) terminal_session: u32,
    pub(super) integrity: u8,
    pub(super) is_elevated: bool,
    pub(super) is_service: bool,
}

impl Machine {
    pub(super) fn caller(&self, by: InstallerId) -> Caller {
        let process = self.process_of(by);
        let facts = &self.world.processes[process.index()];
        Caller {
            process,
            by,
            user: facts.user,
            terminal_session: facts.terminal_session,
            integrity: self.integrity_of(process),
            is_elevated: self.processes[process.index()].is_elevated,
            is_service: self.world.installers[by.index()].as_service,
        }
    }

    /// Finds out all that the list says of an entry.
    pub(super) fn complete(
        &mut self,
        session: SessionId,
        entry: &mut Entry,
        caller: &Caller,
        context: &mut Context<'_>,
    ) {
        self.mask_entry(session, entry, context);
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
        entry.is_of_callers_user = self.is_of_restarted_user(caller.by, entry.incarnation.0, context);
        entry.restartable = self.is_restartable(session, entry, caller, is_critical, context);
    }

    /// The entry as the list shows it.
    pub(super) fn describe(&self, entry: &Entry) -> AffectedApplication {
        let facts = &self.world.processes[entry.incarnation.0.index()];
        AffectedApplication {
            process: self.incarnation(entry.incarnation.0, entry.incarnation.1),
            name: entry.name.unwrap_or(facts.image_name),
            service: entry.service.map(|service| self.world.services[service.index()].short_name),
            application_type: entry.application_type,
            status: ApplicationStatus(
                entry.masks
                    | match (entry.status, entry.has_departed) {
                        (Some(bits), _) => bits,
                        (None, true) => ApplicationStatus::STOPPED_OTHER.0,
                        (None, false) => ApplicationStatus::RUNNING.0,
                    },
            ),
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

    /// Finds the filter of an entry, and the bits that it shows (FILT-32, U-23, U-61).
    fn mask_entry(&mut self, session: SessionId, entry: &mut Entry, context: &mut Context<'_>) {
        let mask = self.mask(session, entry.incarnation, entry.service, context);
        entry.is_kept = mask == Some(Mask::NoShutdown);
        let history = &self.sessions.get(session).history;
        if mask.is_none() && history.is_empty() {
            return;
        }
        entry.masks = match self.profile.answer(context.choices) {
            MaskBits::AtOnce => self.mask_bits(mask, context),
            MaskBits::AfterShutdown => {
                let fate = history.fate(Subject::of(entry.incarnation, entry.service));
                fate.map_or(0, |fate| fate.masks)
            }
        };
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
        session: SessionId,
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
        let state = *self.processes[entry.incarnation.0.index()];
        let fate = self.sessions.get(session).history.fate(Subject::of(entry.incarnation, None));
        let (registration, was_elevated, is_young) = match fate.filter(|_| entry.has_departed) {
            Some(fate) => (fate.registration, fate.was_elevated, fate.was_young),
            None => (state.registration, state.is_elevated, state.is_young),
        };
        let Some(registration) = registration else { return false };
        match self.profile.answer(context.choices) {
            Restartable::Registered => true,
            Restartable::WouldRestart => {
                let is_too_young =
                    is_young && self.profile.answer::<MinimumRun>(context.choices) == MinimumRun::Applies;
                registration.flags & RESTART_NO_PATCH == 0
                    && !was_elevated
                    && !is_too_young
                    && entry.masks == 0
                    && self.is_of_restarted_user(caller.by, entry.incarnation.0, context)
            }
        }
    }
}
