//! Whom a list names beside those who run: what the session stopped, and services that stopped on their own.

use super::Entry;
use crate::happening::LogEvent;
use crate::history::Subject;
use crate::machine::{Context, Machine, flawed};
use crate::observed::{ApplicationStatus, RebootReasons};
use crate::profile::ListAfterShutdown;
use crate::rule;
use crate::session::SessionId;

/// The bits that stay with somebody who runs.
const ERRORS: u32 = ApplicationStatus::ERROR_ON_STOP.0 | ApplicationStatus::ERROR_ON_RESTART.0;

impl Machine {
    /// Adds what the session did: bits to those who run, entries for those who do not (LIST-20, OBS-LIST-25, U-21).
    pub(super) fn add_stopped(
        &mut self,
        session: SessionId,
        stay: bool,
        entries: &mut Vec<Entry>,
        context: &mut Context<'_>,
    ) {
        if self.sessions.get(session).history.is_empty()
            && self.sessions.get(session).history.seen_services.is_empty()
        {
            return;
        }
        let shown: ListAfterShutdown = self.profile.answer(context.choices);
        let history = &self.sessions.get(session).history;
        for entry in entries.iter_mut() {
            let fate = history.fate(Subject::of(entry.incarnation, entry.service));
            let errors = fate.map_or(0, |fate| fate.bits & ERRORS);
            let state = match entry.has_departed {
                true => ApplicationStatus::STOPPED_OTHER,
                false => ApplicationStatus::RUNNING,
            };
            entry.status = (errors != 0).then_some(state.0 | errors);
        }
        for (subject, fate) in &history.fates {
            if !fate.was_stopped() || !fate.is_listed {
                continue;
            }
            context.apply_all(&[rule::LIST_SHOWS_UPDATED_STATUS, rule::STATUS_TELLS_HISTORY]);
            if fate.is_stopped {
                context.apply(rule::DEPARTED_STAY_LISTED);
            }
            let service = match subject {
                Subject::Process(..) => None,
                Subject::Service(service) => Some(*service),
            };
            let successor = fate.restarted_as.map(|incarnation| (fate.who.0, incarnation));
            let is_new = |entry: &&mut Entry| {
                let is_same = match service {
                    Some(_) => entry.service == service,
                    None => Some(entry.incarnation) == successor && entry.service.is_none(),
                };
                is_same && !entry.has_departed
            };
            let mut old = Entry::new(fate.who, service);
            old.has_departed = true;
            old.status = Some(fate.bits);
            match shown {
                ListAfterShutdown::OldEntries => {
                    entries.iter_mut().filter(is_new).for_each(|entry| entry.is_hidden = true);
                    entries.push(old);
                }
                ListAfterShutdown::Both => entries.push(old),
                ListAfterShutdown::NewProcesses => match entries.iter_mut().find(is_new) {
                    Some(entry) => entry.status = Some(fate.bits),
                    None => entries.push(old),
                },
            }
        }
        if stay {
            self.add_departed_services(session, entries);
        }
    }

    /// Services that a list named and that something else stopped while their host went on.
    fn add_departed_services(&self, session: SessionId, entries: &mut Vec<Entry>) {
        let history = &self.sessions.get(session).history;
        for service in &history.seen_services {
            let is_listed = entries.iter().any(|entry| entry.service == Some(*service));
            if !is_listed && !self.is_service_running(*service) {
                let host = self.incarnation_of(self.world.services[service.index()].process);
                let mut entry = Entry::new(host, Some(*service));
                entry.has_departed = true;
                let errors = history.fate(Subject::Service(*service)).map_or(0, |fate| fate.bits & ERRORS);
                entry.status = (errors != 0).then_some(ApplicationStatus::STOPPED_OTHER.0 | errors);
                entries.push(entry);
            }
        }
    }

    /// 10005 if a reboot is needed, and 10009 for each host whose use of a file cannot be pinned to a service.
    pub(super) fn log_list(
        &mut self,
        session: SessionId,
        entries: &[Entry],
        reasons: RebootReasons,
        context: &mut Context<'_>,
    ) {
        let mut hosts = Vec::new();
        for entry in entries.iter().filter(|entry| entry.service.is_some() && !entry.has_departed) {
            let host = entry.incarnation.0;
            let facts = &self.world.processes[host.index()];
            let files = self.sessions.get(session).attention.uses(host);
            if files == 0 || facts.services.len() < 2 || hosts.contains(&host) {
                continue;
            }
            hosts.push(host);
            context.apply(rule::TAGS_PIN_USE_TO_SERVICE);
            if !facts.service_tags {
                context.apply_all(&[
                    rule::UNTAGGED_HOST_STOPPED,
                    rule::EVENT_TAGGING_FAILED,
                    rule::HOST_EVENT_FIELDS,
                ]);
                let services = facts.services.clone();
                self.log(session, LogEvent::TagsFailed { host, files, services }, context);
            }
        }
        if reasons != RebootReasons::NONE && !flawed!(self, RebootNotLogged) {
            context.apply_all(&[rule::EVENT_REBOOT_NEEDED, rule::REBOOT_EVENT_FIELDS]);
            let applications = entries.iter().map(|entry| (entry.incarnation.0, entry.service)).collect();
            self.log(session, LogEvent::RebootNeeded { reasons, applications }, context);
        }
    }
}
