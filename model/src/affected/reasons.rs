//! Why an entry of the list may need a reboot: critical, forbidden, elsewhere, or the caller itself.

use super::entry::{Caller, Entry};
use crate::machine::{Context, Machine};
use crate::observed::RebootReasons;
use crate::profile::{
    CriticalDependent, CriticalElsewhere, CriticalProcesses, DeniedService, FilteredReasons,
    ReasonsPerProcess, SessionZeroCaller, WhoMayStop,
};
use crate::rule;
use crate::world::ServiceId;

impl Machine {
    /// Whether Windows cannot run without the process, or without the service of the entry (CRIT-02, U-22).
    pub(super) fn is_critical(&mut self, entry: &Entry, context: &mut Context<'_>) -> bool {
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
    pub(super) fn is_denied(&mut self, entry: &Entry, caller: &Caller, context: &mut Context<'_>) -> bool {
        if entry.incarnation.0 == caller.process {
            return false;
        }
        let process = &self.world.processes[entry.incarnation.0.index()];
        let integrity = self.integrity_of(entry.incarnation.0);
        let own = process.user == caller.user && integrity <= caller.integrity;
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

    pub(super) fn reasons(
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
        if entry.is_kept
            && self.profile.answer::<FilteredReasons>(context.choices) == FilteredReasons::Excluded
        {
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
        if !is_critical && self.has_critical_dependent(entry, context) {
            context.apply(rule::CRITICAL_SETS_REASON);
            add(RebootReasons::CRITICAL_SERVICE);
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

    /// Whether a critical service depends on that of an entry, where that makes it a reboot case (U-43).
    fn has_critical_dependent(&mut self, entry: &Entry, context: &mut Context<'_>) -> bool {
        let Some(service) = entry.service else { return false };
        if self.world.services[service.index()].dependents.is_empty() {
            return false;
        }
        let dependents = self.running_dependents(service, context);
        dependents.into_iter().any(|dependent| self.is_critical_service(dependent, context))
            && self.profile.answer::<CriticalDependent>(context.choices) == CriticalDependent::RebootReason
    }

    /// Whether Windows cannot run without a service (CRIT-02, U-22).
    pub(crate) fn is_critical_service(&mut self, service: ServiceId, context: &mut Context<'_>) -> bool {
        let host = self.incarnation_of(self.world.services[service.index()].process);
        self.is_critical(&Entry::new(host, Some(service)), context)
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
        !is_critical
            || process.terminal_session != 0
            || self.profile.answer::<CriticalElsewhere>(context.choices) == CriticalElsewhere::Both
    }
}

/// Reports the rules about the reboot reasons of the whole list.
pub(super) fn report_reasons(entries: &[Entry], reasons: RebootReasons, context: &mut Context<'_>) {
    if reasons == RebootReasons::NONE {
        if !entries.is_empty() {
            context.apply(rule::ONLY_CRITICAL_NEEDS_REBOOT);
        }
        return;
    }
    context.apply(rule::REASONS_FOR_WHOLE_LIST);
    if reasons.0.count_ones() > 1 {
        context.apply_all(&[rule::REASONS_ARE_FLAGS, rule::REASONS_TELL_CAUSES_APART]);
    }
}
