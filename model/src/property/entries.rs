//! Laws on one entry of a list: its type, its status, and whether it is there by right.

use super::Court;
use super::arguments::Answer;
use super::lists::Listed;
use super::monitor::Monitor;
use super::notes::{Registration, SessionNote};
use super::table::Law;
use crate::observed::{ApplicationStatus, ApplicationType};
use crate::world::{Process, ProcessId, ProcessKind};

const RUNNING: u32 = ApplicationStatus::RUNNING.0;
const STOPPED: u32 = ApplicationStatus::STOPPED.0;
const STOPPED_OTHER: u32 = ApplicationStatus::STOPPED_OTHER.0;
const RESTARTED: u32 = ApplicationStatus::RESTARTED.0;
const ERROR_ON_STOP: u32 = ApplicationStatus::ERROR_ON_STOP.0;
const ERROR_ON_RESTART: u32 = ApplicationStatus::ERROR_ON_RESTART.0;
const MASKS: u32 = ApplicationStatus::SHUTDOWN_MASKED.0 | ApplicationStatus::RESTART_MASKED.0;

impl Monitor {
    pub(super) fn judge_entry(&mut self, court: &mut Court<'_>, answer: &Answer<'_>, listed: &Listed<'_>) {
        let entry = listed.entry;
        let why = || format!("{entry:?}");
        let session = answer.key().and_then(|key| self.session(key));
        let Some((process, incarnation)) = listed.process else {
            court.demand(Law::OnlyTheAffectedAreListed, false, why);
            return;
        };
        let facts = &court.world.processes()[process.index()];
        let is_named = entry.service.is_some() == listed.service.is_some();
        court.demand(Law::ShortNamesAreOfServices, is_named, why);
        self.judge_type(court, listed, facts);
        if let Some(session) = session {
            self.judge_status(court, session, listed);
            self.judge_presence(court, session, listed, process);
        }
        let note = &self.processes[process.index()];
        if listed.service.is_none() && facts.services.is_empty() {
            let is_it = note.is_running && note.incarnation == incarnation;
            let stopped = listed.has(ApplicationStatus::STOPPED)
                || listed.has(ApplicationStatus::STOPPED_OTHER) && !listed.has(ApplicationStatus::RUNNING);
            let fits = if listed.has(ApplicationStatus::RUNNING) { is_it } else { !(stopped && is_it) };
            court.demand(Law::TheDepartedDoNotRun, fits, || format!("{entry:?} {note:?}"));
            let is_shell = facts.kind == ProcessKind::Explorer;
            if note.registration == Registration::None && !is_shell && note.incarnation == incarnation {
                court.demand(Law::OnlyTheRegisteredAreRestartable, !entry.restartable, why);
            }
        }
    }

    fn judge_type(&self, court: &mut Court<'_>, listed: &Listed<'_>, facts: &Process) {
        let natural = match (listed.service, facts.kind) {
            (Some(_), _) => ApplicationType::Service,
            (None, ProcessKind::Windowless) => ApplicationType::Unknown,
            (None, ProcessKind::MainWindow) => ApplicationType::MainWindow,
            (None, ProcessKind::OtherWindow) => ApplicationType::OtherWindow,
            (None, ProcessKind::Explorer) => ApplicationType::Explorer,
            (None, ProcessKind::Console) => ApplicationType::Console,
        };
        let own = listed.entry.application_type;
        let fits = own == natural || own == ApplicationType::Critical;
        court.demand(Law::TypesFitWhatIsShown, fits, || format!("{own:?} and not {natural:?}"));
        let is_critical = match listed.service {
            None => facts.critical,
            Some(service) => court.world.services()[service.index()].critical,
        };
        if is_critical {
            let fits = own == ApplicationType::Critical;
            court.demand(Law::TheCriticalAreCalledSo, fits, || format!("{:?}", listed.entry));
        }
    }

    fn judge_status(&self, court: &mut Court<'_>, session: &SessionNote, listed: &Listed<'_>) {
        let bits = listed.entry.status.0;
        let why = || format!("{:?}", listed.entry);
        let state = bits & !(MASKS | ERROR_ON_STOP | ERROR_ON_RESTART);
        let is_legal = matches!(state, RUNNING | STOPPED | STOPPED_OTHER | RESTARTED);
        court.demand(Law::StatusesAreLegal, is_legal, why);
        if session.filters.is_empty() {
            court.demand(Law::MasksNeedFilters, bits & MASKS == 0, why);
        }
        let needs_shutdown = bits & (STOPPED | ERROR_ON_STOP) != 0;
        let needs_restart = bits & (RESTARTED | ERROR_ON_RESTART) != 0;
        let fits = (!needs_shutdown || session.has_shut_down) && (!needs_restart || session.has_restarted);
        court.demand(Law::OnlyCallsStop, fits, why);
    }

    /// Whether it has to do with what was registered.
    fn judge_presence(
        &self,
        court: &mut Court<'_>,
        session: &SessionNote,
        listed: &Listed<'_>,
        process: ProcessId,
    ) {
        let fits = self.may_be_affected(court.world, session, process);
        court.demand(Law::OnlyTheAffectedAreListed, fits, || format!("{:?}", listed.entry));
    }
}
