//! Laws on `RmGetList`: its numbers, who is on it, and why a reboot is needed.

use super::Court;
use super::affected::Exemption;
use super::arguments::Answer;
use super::monitor::Monitor;
use super::notes::SessionNote;
use super::table::Law;
use crate::call::{GetList, Reply};
use crate::observed::{AffectedApplication, ApplicationStatus, ListOutputs, Output, RebootReasons};
use crate::world::{ProcessId, ServiceId, World};

/// An entry, with the process and the service that it names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listed<'a> {
    pub(super) entry: &'a AffectedApplication,
    /// With the incarnation; `None`: nobody of this world.
    pub(super) process: Option<(ProcessId, u32)>,
    pub(super) service: Option<ServiceId>,
}

impl Listed<'_> {
    pub(super) fn has(&self, status: ApplicationStatus) -> bool {
        self.entry.status.0 & status.0 != 0
    }

    fn is(&self, process: ProcessId) -> bool {
        self.process.is_some_and(|(listed, _)| listed == process)
    }
}

impl Monitor {
    pub(super) fn judge_list(&mut self, court: &mut Court<'_>, answer: &Answer<'_>, arguments: &GetList) {
        let world = court.world;
        let outputs = answer.written.iter().find_map(|output| match output {
            Output::List(outputs) => Some(*outputs),
            _ => None,
        });
        let entries: Vec<Listed<'_>> = answer
            .written
            .iter()
            .filter_map(|output| match output {
                Output::Affected(entry) => Some(find(world, entry)),
                _ => None,
            })
            .collect();
        self.judge_counts(court, answer, arguments, outputs.unwrap_or_default(), entries.len());
        for (place, listed) in entries.iter().enumerate() {
            let is_same = |other: &&Listed<'_>| {
                (other.entry.process, other.service, other.entry.service)
                    == (listed.entry.process, listed.service, listed.entry.service)
            };
            let twice = entries[..place].iter().find(is_same);
            court.demand(Law::NobodyIsListedTwice, twice.is_none(), || format!("{:?}", listed.entry));
            self.judge_entry(court, answer, listed);
        }
        let Some(session) = answer.key().and_then(|key| self.session(key)) else { return };
        if !session.is_used && answer.is_granted() {
            let reasons = outputs.and_then(|outputs| outputs.reasons).unwrap_or(RebootReasons::NONE);
            let is_empty = entries.is_empty() && reasons == RebootReasons::NONE;
            let is_small = outputs.and_then(|outputs| outputs.needed).unwrap_or(0) == 0;
            let fits = is_empty && is_small && answer.is_success();
            court.demand(Law::EmptySessionsListNobody, fits, || format!("{outputs:?} {entries:?}"));
        }
        if answer.is_success() {
            self.judge_completeness(court, session, &entries);
            if let Some(reasons) = outputs.and_then(|outputs| outputs.reasons) {
                self.judge_reasons(court, answer, session, &entries, reasons);
            }
        }
        let key = session.key;
        let named: Vec<ProcessId> =
            entries.iter().filter_map(|listed| listed.process).map(|(process, _)| process).collect();
        if let Some(session) = self.session_mut(key) {
            named.into_iter().for_each(|process| session.note_named(court.world, process));
        }
    }

    fn judge_counts(
        &self,
        court: &mut Court<'_>,
        answer: &Answer<'_>,
        arguments: &GetList,
        outputs: ListOutputs,
        entries: usize,
    ) {
        let ListOutputs { needed, count, reasons } = outputs;
        let entries = u32::try_from(entries).unwrap_or(u32::MAX);
        let capacity = if arguments.null_array { 0 } else { arguments.capacity };
        let why =
            || format!("{outputs:?} with {entries} entries for {capacity}, answered {:?}", answer.reply);
        match answer.reply {
            Reply::Success => {
                let fits = count == Some(entries)
                    && needed.is_none_or(|needed| needed == entries)
                    && entries <= capacity;
                court.demand(Law::SuccessfulListsCount, fits, why);
            }
            Reply::MoreData => {
                let is_small = needed.is_some_and(|needed| needed > capacity);
                court.demand(Law::TooSmallArraysSaySo, is_small && entries <= capacity, why);
                court.demand(Law::TooSmallArraysStayEmpty, entries == 0 && count.is_none(), why);
            }
            _ => {
                let says_nothing = entries == 0
                    && needed.unwrap_or(0) == 0
                    && count.unwrap_or(0) == 0
                    && reasons.is_none_or(|reasons| reasons == RebootReasons::NONE);
                court.demand(Law::FailedListsSayNothing, says_nothing, why);
            }
        }
    }

    /// Whoever surely is affected is on the list.
    fn judge_completeness(&self, court: &mut Court<'_>, session: &SessionNote, entries: &[Listed<'_>]) {
        for (process, facts) in court.world.numbered_processes() {
            if !facts.services.is_empty() {
                continue;
            }
            let is_listed = || entries.iter().any(|listed| listed.is(process));
            if self.is_registered(session, process) {
                court
                    .demand(Law::RegisteredProcessesAreListed, is_listed(), || format!("{process:?} is not"));
            }
            if self.uses_registered_file(court.world, session, process) {
                court.demand(Law::UsersOfFilesAreListed, is_listed(), || format!("{process:?} is not"));
            }
        }
        for service in &session.services {
            if self.services[service.index()] && !session.is_blurred {
                let is_listed = entries.iter().any(|listed| listed.service == Some(*service));
                court.demand(Law::ServicesOfHostsAreListed, is_listed, || format!("{service:?} is not"));
            }
        }
    }

    /// The reasons for a reboot are those of who is on the list.
    fn judge_reasons(
        &self,
        court: &mut Court<'_>,
        answer: &Answer<'_>,
        session: &SessionNote,
        entries: &[Listed<'_>],
        reasons: RebootReasons,
    ) {
        let facts = |process: ProcessId| &court.world.processes()[process.index()];
        let own = facts(answer.process).terminal_session;
        let runs = |listed: &&Listed<'_>| listed.has(ApplicationStatus::RUNNING) && listed.service.is_none();
        let any = |is_it: &dyn Fn(ProcessId) -> bool| {
            entries
                .iter()
                .filter(runs)
                .any(|listed| listed.process.is_some_and(|(process, _)| is_it(process)))
        };
        let is_plain = |process: ProcessId| facts(process).services.is_empty();
        let has_critical = any(&|process| facts(process).critical && is_plain(process));
        // Whether a critical one of session 0 is a stranger, too, is left open.
        let is_stranger = |process: ProcessId| {
            let facts = facts(process);
            let is_open = (facts.critical || facts.named_critical) && facts.terminal_session == 0;
            facts.terminal_session != own && !is_open
        };
        let has_stranger = any(&|process| is_stranger(process) && is_plain(process));
        let has_caller = any(&|process| process == answer.process);
        let includes = |reason| reasons.include(reason);
        let why = || format!("{reasons:?} for {entries:?}");
        // Who is exempt may not count; that a reason stands for nobody else is not said.
        let is_exempt = |process| self.exemption(court.world, session, (process, None)) != Exemption::None;
        let has_exempt = any(&is_exempt);
        if has_critical {
            let is_set = includes(RebootReasons::CRITICAL_PROCESS);
            court.demand(Law::TheCriticalSetTheirReason, is_set, why);
        }
        if has_stranger {
            let is_set = includes(RebootReasons::SESSION_MISMATCH) || has_exempt;
            court.demand(Law::StrangersSetTheirReason, is_set, why);
        }
        if has_caller {
            court.demand(Law::CallersSetTheirReason, includes(RebootReasons::DETECTED_SELF), why);
        }
        if reasons != RebootReasons::NONE {
            let has_any = |process: ProcessId| entries.iter().any(|listed| listed.is(process));
            let is_self = !includes(RebootReasons::DETECTED_SELF) || has_any(answer.process);
            let is_elsewhere = |listed: &Listed<'_>| {
                listed.process.is_none_or(|(process, _)| facts(process).terminal_session != own)
            };
            let is_mismatch = !includes(RebootReasons::SESSION_MISMATCH) || entries.iter().any(is_elsewhere);
            let is_known = reasons.0 <= 0x1f;
            let fits = is_self && is_mismatch && is_known && !entries.is_empty();
            court.demand(Law::ReasonsHaveACause, fits, why);
        }
    }
}

/// Whom an entry names.
fn find<'a>(world: &World, entry: &'a AffectedApplication) -> Listed<'a> {
    let process = world.process_of(entry.process);
    let service = process.zip(entry.service).and_then(|((process, _), name)| {
        let services = &world.processes()[process.index()].services;
        services.iter().copied().find(|service| world.services()[service.index()].short_name == name)
    });
    Listed { entry, process, service }
}
