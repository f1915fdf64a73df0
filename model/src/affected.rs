//! Which applications the registered resources affect, and `RmGetList`, which tells.

mod attention;
mod entry;
mod reasons;
mod stopped;

pub(crate) use attention::Attention;
pub(crate) use entry::Entry;
use reasons::report_reasons;

use crate::call::{GetList, Reply};
use crate::fault::FaultRules;
use crate::history::Subject;
use crate::machine::{Context, Machine, flawed};
use crate::observed::{ListOutputs, Output, RebootReasons};
use crate::operation::{Operation, OperationKind};
use crate::profile::{
    DepartedApplications, DependentServices, FailedListOutputs, HostEntries, ListOrder, MoreDataArray,
    MoreDataCount, MoreDataReasons, RegisteredInHost, SecondaryList, SeveralErrors, StoppableListed,
    StoppedOther, SuccessNeeded, Timing,
};
use crate::rule;
use crate::session::{InstallerRole, SessionId};
use crate::world::{InstallerId, ProcessId, ServiceId};

impl Machine {
    /// `RmGetList`
    pub(crate) fn get_list(&mut self, by: InstallerId, arguments: &GetList, context: &mut Context<'_>) {
        match self.try_list(by, arguments, context) {
            Ok(()) => {}
            Err(reply) => {
                context.reply(reply);
                context.emit(Output::List(ListOutputs::default()));
            }
        }
    }

    /// Emits reply and outputs itself, unless it fails before there are any.
    fn try_list(
        &mut self,
        by: InstallerId,
        arguments: &GetList,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let is_handle_first = self.is_handle_first(context);
        if !is_handle_first {
            check_pointers(arguments, context)?;
        }
        let (session, role) = self.check_handle(by, arguments.handle, context).inspect_err(|_| {
            context.apply(rule::LIST_UNKNOWN_HANDLE);
        })?;
        if is_handle_first {
            check_pointers(arguments, context)?;
        }
        if role == InstallerRole::Secondary {
            self.check_secondary(context)?;
        }
        let rules = FaultRules {
            mutex: rule::LIST_MUTEX_TIMEOUT,
            registry: rule::LIST_REGISTRY_FAILURE,
            memory: rule::LIST_OUT_OF_MEMORY,
        };
        if let Some(reply) = self.fault(by, Some(session), &rules, context) {
            return Err(reply);
        }
        let needs = self.timing(Timing::List);
        if !needs.is_zero() {
            let mut operation = Operation::new(by, session, OperationKind::List(*arguments));
            operation.is_cancelled = std::mem::take(&mut self.sessions.get_mut(session).is_cancel_pending);
            let call = self.begin_operation(operation, context);
            self.proceed_after(call, needs, context);
            if self.operation(call).is_cancelled {
                self.hasten(call, context);
            }
            return Ok(());
        }
        self.answer_list(by, session, arguments, context);
        Ok(())
    }

    /// Makes the list and answers with it.
    pub(crate) fn answer_list(
        &mut self,
        by: InstallerId,
        session: SessionId,
        arguments: &GetList,
        context: &mut Context<'_>,
    ) {
        if let Some(reply) = self.trouble(session, context) {
            let outputs = match self.profile.answer(context.choices) {
                FailedListOutputs::Zero => {
                    ListOutputs { needed: Some(0), count: Some(0), reasons: Some(RebootReasons::NONE) }
                }
                FailedListOutputs::Untouched => ListOutputs::default(),
            };
            context.reply(reply);
            context.emit(Output::List(outputs));
            return;
        }
        let (mut entries, reasons) = self.compute(by, session, context);
        entries.retain(|entry| !entry.is_hidden);
        self.write_list(arguments, &entries, reasons, context);
    }

    /// What a secondary installer gets (U-11).
    fn check_secondary(&mut self, context: &mut Context<'_>) -> Result<(), Reply> {
        let reply = match self.profile.answer(context.choices) {
            SecondaryList::Allowed => {
                context.apply(rule::ROLE_TABLE);
                return Ok(());
            }
            SecondaryList::CredentialConflict => {
                context.apply_all(&[
                    rule::SECONDARY_LIST_REFUSED,
                    rule::VISTA_SECONDARY_REGISTERS_ONLY,
                    rule::SUBORDINATE_ON_VISTA,
                ]);
                Reply::SessionCredentialConflict
            }
            SecondaryList::AccessDenied => Reply::AccessDenied,
            SecondaryList::OutOfSequence => Reply::RequestOutOfSequence,
            SecondaryList::BadArguments => Reply::BadArguments,
        };
        Err(reply)
    }

    /// The code of the registered file that keeps the list from being made, if there is one.
    pub(crate) fn trouble(&mut self, session: SessionId, context: &mut Context<'_>) -> Option<Reply> {
        let session = self.sessions.get(session);
        let troubles = &session.troubles;
        let last = *troubles.last()?;
        if troubles.contains(&Reply::InvalidHandle) {
            context.apply(rule::UNREADABLE_FILE_GIVES_6);
        }
        // A code of 5 is reported for directories and for files alike, and both rules name this code.
        if troubles.contains(&Reply::AccessDenied) {
            context.apply_all(&[rule::LIST_WITH_DIRECTORY, rule::LOCKED_FILE_GIVES_5]);
        }
        if !session.attention.is_idle() {
            context.apply(rule::DIRECTORY_SPOILS_SESSION);
        }
        Some(match self.profile.answer(context.choices) {
            SeveralErrors::Last => last,
            SeveralErrors::MostSevere => {
                troubles.iter().copied().find(|reply| *reply != Reply::AccessDenied).unwrap_or(last)
            }
        })
    }

    /// The entries of the list in their order, and the reboot reasons.
    pub(crate) fn compute(
        &mut self,
        by: InstallerId,
        session: SessionId,
        context: &mut Context<'_>,
    ) -> (Vec<Entry>, RebootReasons) {
        let mut entries = self.gather(session, context);
        self.sort(&mut entries, context);
        let caller = self.caller(by);
        let mut reasons = RebootReasons::NONE;
        for entry in &mut entries {
            self.complete(session, entry, &caller, context);
            reasons = reasons.and(entry.reasons);
        }
        if flawed!(self, CallerHidden) {
            entries.retain(|entry| entry.incarnation.0 != caller.process);
        }
        if reasons != RebootReasons::NONE
            && self.profile.answer::<StoppableListed>(context.choices) == StoppableListed::No
        {
            // An old entry is shown for the one that it hides.
            let hidden =
                entries.iter().filter(|entry| entry.is_hidden && entry.reasons != RebootReasons::NONE);
            let hidden: Vec<_> = hidden.map(|entry| (entry.incarnation.0, entry.service)).collect();
            entries.retain(|entry| {
                entry.reasons != RebootReasons::NONE
                    || entry.has_departed && hidden.contains(&(entry.incarnation.0, entry.service))
            });
        }
        report_reasons(&entries, reasons, context);
        self.log_list(session, &entries, reasons, context);
        let shown = entries.iter().filter(|entry| !entry.is_hidden).count();
        let needed = u32::try_from(shown).expect("a list is counted in 32 bits");
        let session = self.sessions.get_mut(session);
        context.apply_all(&[rule::LIST_NAMES_USERS_OF_RESOURCES, rule::ONLY_REGISTERED_COUNTS]);
        if let Some(last) = session.last_needed.replace(needed) {
            context.apply(rule::LIST_RECOMPUTED);
            if last < needed {
                context.apply(rule::HOLDERS_GROW_BETWEEN_CALLS);
            }
        }
        if needed == 0 {
            context.apply_all(&[rule::NOTHING_AFFECTED, rule::FIRST_CALL_WITHOUT_HOLDERS]);
            if !session.has_resources() {
                context.apply(rule::EMPTY_SESSION_LISTS_NOTHING);
            }
        } else {
            context.apply(rule::FILE_NOT_NAMED);
        }
        (entries, reasons)
    }

    /// Who is affected, each as an entry without details; in the order of the first registration.
    fn gather(&mut self, session: SessionId, context: &mut Context<'_>) -> Vec<Entry> {
        let each_service = self.profile.answer::<HostEntries>(context.choices) == HostEntries::EachService
            && !flawed!(self, OneEntryPerHost);
        let stay = self.profile.answer::<DepartedApplications>(context.choices) == DepartedApplications::Stay;
        let also_registered =
            self.profile.answer::<StoppedOther>(context.choices) == StoppedOther::AlsoRegistered;
        let whole_host =
            self.profile.answer::<RegisteredInHost>(context.choices) == RegisteredInHost::WholeHost;
        let mut entries = Vec::new();
        let entry = self.sessions.get(session);
        for process in entry.attention.order() {
            let state = *self.processes[process.index()];
            let incarnation = (*process, state.incarnation);
            let uses = entry.attention.uses(*process) > 0;
            let named = entry.processes.binary_search(&incarnation).is_ok();
            if state.is_running && (uses || named) {
                self.push_process(incarnation, None, each_service, &mut entries, context);
                if named {
                    context.apply(rule::REGISTERED_PROCESS_IS_AFFECTED);
                }
            } else if state.is_running {
                for service in &self.world.processes[process.index()].services {
                    if entry.services.binary_search(service).is_err() || !self.is_service_running(*service) {
                        continue;
                    }
                    context.apply(rule::REGISTERED_SERVICE_IS_AFFECTED);
                    if whole_host {
                        self.push_process(incarnation, None, each_service, &mut entries, context);
                        break;
                    }
                    self.push_process(incarnation, Some(*service), each_service, &mut entries, context);
                }
            }
        }
        let departed = entry
            .attention
            .departed()
            .iter()
            .filter(|who| stay && !entry.history.has_stopped(Subject::of(**who, None)))
            // Services depart one by one: see `add_departed_services`.
            .filter(|who| self.world.processes[who.0.index()].services.is_empty());
        let unseen = entry.processes.iter().filter(|incarnation| {
            also_registered
                && !self.is_running(**incarnation)
                && !entry.attention.departed().contains(incarnation)
        });
        let departed: Vec<(ProcessId, u32)> = departed.chain(unseen).copied().collect();
        for incarnation in departed {
            let first = entries.len();
            self.push_process(incarnation, None, each_service, &mut entries, context);
            entries[first..].iter_mut().for_each(|entry| entry.has_departed = true);
            context.apply(rule::DEPARTED_STAY_LISTED);
        }
        self.add_dependents(&mut entries, context);
        self.add_stopped(session, stay, &mut entries, context);
        let entry = self.sessions.get_mut(session);
        for listed in entries.iter().filter(|entry| !entry.has_departed) {
            entry.attention.see(listed.incarnation);
            entry.history.seen_services.extend(listed.service);
        }
        entries
    }

    /// Adds the entries of one process: itself, or its services, or only one of these.
    fn push_process(
        &self,
        incarnation: (ProcessId, u32),
        only: Option<ServiceId>,
        each_service: bool,
        entries: &mut Vec<Entry>,
        context: &mut Context<'_>,
    ) {
        let is_current = self.is_running(incarnation);
        let all = &self.world.processes[incarnation.0.index()].services;
        let runs = |service: &&ServiceId| !is_current || self.is_service_running(**service);
        let services: Vec<ServiceId> = all.iter().filter(runs).copied().collect();
        if services.is_empty() && !all.is_empty() {
            return;
        }
        match (only, services.as_slice()) {
            (Some(service), [_, ..]) if each_service => entries.push(Entry::new(incarnation, Some(service))),
            (_, []) => entries.push(Entry::new(incarnation, None)),
            (None, several @ [_, _, ..]) if each_service => {
                context.apply(rule::ENTRY_PER_HOSTED_SERVICE);
                entries.extend(several.iter().map(|service| Entry::new(incarnation, Some(*service))));
            }
            (_, [first, ..]) => {
                // Registering two services of one host would otherwise give the process twice.
                if !entries.iter().any(|entry| entry.incarnation == incarnation) {
                    entries.push(Entry::new(incarnation, Some(*first)));
                }
            }
        }
    }

    /// Adds the services that depend on listed ones (U-20).
    fn add_dependents(&mut self, entries: &mut Vec<Entry>, context: &mut Context<'_>) {
        if entries.iter().all(|entry| entry.service.is_none())
            || self.profile.answer::<DependentServices>(context.choices) == DependentServices::NotListed
        {
            return;
        }
        let mut next = 0;
        while let Some(entry) = entries.get(next) {
            next += 1;
            let Some(service) = entry.service.filter(|_| !entry.has_departed) else { continue };
            for dependent in &self.world.services[service.index()].dependents {
                let host = self.world.services[dependent.index()].process;
                let is_new = entries.iter().all(|entry| entry.service != Some(*dependent));
                if is_new && self.is_service_running(*dependent) {
                    entries.push(Entry::new(self.incarnation_of(host), Some(*dependent)));
                }
            }
        }
    }

    fn sort(&mut self, entries: &mut [Entry], context: &mut Context<'_>) {
        match self.profile.answer(context.choices) {
            ListOrder::ProcessId => {
                entries.sort_by_key(|entry| {
                    (self.incarnation(entry.incarnation.0, entry.incarnation.1).pid, entry.service)
                });
            }
            ListOrder::Registration => {}
            ListOrder::StopOrder => entries.sort_by_key(|entry| self.stop_class(entry)),
        }
    }

    /// Writes reply, numbers and entries, as far as they fit (LIST-03 to LIST-07, U-19).
    fn write_list(
        &mut self,
        arguments: &GetList,
        entries: &[Entry],
        reasons: RebootReasons,
        context: &mut Context<'_>,
    ) {
        let needed = u32::try_from(entries.len()).expect("a list is counted in 32 bits");
        let capacity = if arguments.null_array { 0 } else { arguments.capacity };
        let fits = needed <= capacity;
        let fitting = usize::try_from(capacity.min(needed)).unwrap_or(usize::MAX);
        context.apply_all(&[rule::NEEDED_COUNT, rule::FILLED_COUNT, rule::REBOOT_REASONS_RETURNED]);
        if arguments.null_array {
            context.apply(rule::ARRAY_OPTIONAL);
        }
        let (written, mut outputs) = if fits {
            context.apply(rule::NEEDED_EQUALS_COUNT);
            context.reply(Reply::Success);
            let needed = match self.profile.answer(context.choices) {
                SuccessNeeded::Count => Some(needed),
                SuccessNeeded::Untouched => None,
            };
            let count = Some(u32::try_from(entries.len()).expect("a list is counted in 32 bits"));
            (entries.len(), ListOutputs { needed, count, reasons: Some(reasons) })
        } else {
            context.apply_all(&[rule::ARRAY_TOO_SMALL, rule::NEEDED_EQUALS_COUNT]);
            context.reply(Reply::MoreData);
            let fills = self.profile.answer::<MoreDataArray>(context.choices) == MoreDataArray::Filled
                || flawed!(self, SmallArrayFilled);
            let written = if fills { fitting } else { 0 };
            let count = match self.profile.answer(context.choices) {
                MoreDataCount::Unchanged => None,
                MoreDataCount::Zero => Some(0),
                MoreDataCount::Written => Some(u32::try_from(written).expect("it is below the capacity")),
            };
            let reasons = match self.profile.answer(context.choices) {
                MoreDataReasons::Set => Some(reasons),
                MoreDataReasons::Untouched => None,
                MoreDataReasons::Zero => Some(RebootReasons::NONE),
            };
            (written, ListOutputs { needed: Some(needed), count, reasons })
        };
        if flawed!(self, NeededIsFilled) {
            outputs.needed = Some(u32::try_from(written).expect("it is below the needed count"));
        }
        if flawed!(self, ReasonsLost) {
            outputs.reasons = Some(RebootReasons(reasons.0 & reasons.0.wrapping_neg()));
        }
        context.emit(Output::List(outputs));
        let applications = entries[..written].iter().map(|entry| Output::Affected(self.describe(entry)));
        context.observed.outputs.extend(applications);
    }
}

/// Which pointers may not be NULL (LIST-10).
fn check_pointers(arguments: &GetList, context: &mut Context<'_>) -> Result<(), Reply> {
    // An array that is NULL cannot take any elements (GEN-04).
    let array_missing = arguments.null_array && arguments.capacity > 0;
    if arguments.null_needed || arguments.null_count || arguments.null_reasons || array_missing {
        context.apply_all(&[rule::NULL_OR_ZERO_ARGUMENT, rule::LIST_NULL_POINTER]);
        return Err(Reply::BadArguments);
    }
    Ok(())
}
