//! What a backend gave, in the names of the scenario.

use super::{Binding, WRONG_START_TIME, key_part};
use crate::request::{self, KeyText, Subject, UniqueProcess};
use crate::scenario::HandleIndex;
use crate::trace::{SeenAffected, SeenFilter, SeenFilters, SeenHandle, SeenKey, SeenList, SeenSession};
use crate::words::WITH_WRONG_START_TIME;

impl Binding<'_> {
    pub(super) fn seen_handle(
        &self,
        number: u32,
        by: Option<usize>,
        name: Option<HandleIndex>,
    ) -> SeenHandle {
        let process = by.map(|by| self.process_owner(by));
        let same_as = self.handles.iter().enumerate().find(|(other, given)| {
            let is_other = Some(*other) != name;
            let given = given.as_ref().filter(|given| given.is_open && Some(given.process) == process);
            is_other && given.is_some_and(|given| given.number == number)
        });
        SeenHandle { number, same_as: same_as.map(|(other, _)| self.scenario.handles[other].clone()) }
    }

    pub(super) fn seen_key(&self, key: &KeyText, name: Option<HandleIndex>) -> SeenKey {
        let text = key_part(&key.text);
        let has_lower = text.bytes().any(|byte| byte.is_ascii_lowercase());
        let has_upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
        let letters = match (has_lower, has_upper) {
            (true, false) => "lower",
            (false, true) => "upper",
            (true, true) => "mixed",
            (false, false) => "none",
        };
        let same_as = self.handles.iter().enumerate().find(|(other, given)| {
            Some(*other) != name
                && given.as_ref().is_some_and(|given| given.key.as_ref().is_some_and(|key| *key == text))
        });
        SeenKey {
            length: key.text.chars().count(),
            letters,
            terminated: key.terminated,
            same_as: same_as.map(|(other, _)| self.scenario.handles[other].clone()),
        }
    }

    pub(super) fn seen_list(&self, list: &request::List) -> SeenList {
        let affected = list.affected.iter().map(|entry| SeenAffected {
            process: self.process_name(entry.process),
            name: entry.name.clone(),
            service: entry.service.clone(),
            application_type: entry.application_type,
            status: entry.status,
            terminal_session: match entry.terminal_session {
                u32::MAX => -1,
                number => i64::from(number),
            },
            restartable: entry.restartable,
        });
        SeenList {
            needed: list.needed,
            count: list.count,
            reasons: list.reasons,
            affected: affected.collect(),
        }
    }

    pub(super) fn seen_sessions(&self, sessions: &[request::DatabaseSession]) -> Vec<SeenSession> {
        let seen = sessions.iter().map(|session| SeenSession {
            number: session.number,
            owner: self.process_name(session.owner),
            abandoned: session.abandoned,
            files: session.file_groups.clone(),
            processes: session.process_groups.clone(),
            services: session.service_groups.clone(),
        });
        seen.collect()
    }

    pub(super) fn seen_filters(&self, list: &request::FilterList) -> SeenFilters {
        let filters = list.filters.iter().map(|filter| SeenFilter {
            module: filter.target.module.clone(),
            process: filter.target.process.map(|process| self.filtered_process(process)),
            service: filter.target.service.clone(),
            action: filter.action,
            next: filter.next,
            text_at: filter.text_at,
        });
        SeenFilters { needed: list.needed, filters: filters.collect() }
    }

    /// Whose process a filter is about, though its start time may be wrong.
    fn filtered_process(&self, process: UniqueProcess) -> String {
        let has_pid = |(known, _): &&(UniqueProcess, Subject)| known.pid == process.pid;
        match self.processes.iter().find(has_pid) {
            Some((_, subject)) if process.start_time == WRONG_START_TIME => {
                format!("{} {WITH_WRONG_START_TIME}", self.subject_name(*subject))
            }
            _ => self.process_name(process),
        }
    }

    /// Whose process it is; services that share one go by the first of them.
    fn process_name(&self, process: UniqueProcess) -> String {
        let known = self.processes.iter().find(|(other, _)| *other == process);
        match known {
            Some((_, subject)) => self.subject_name(*subject).to_owned(),
            None => format!("pid {}", process.pid),
        }
    }

    /// What somebody is called.
    pub(super) fn subject_name(&self, subject: Subject) -> &str {
        match subject {
            Subject::Installer(installer) => &self.scenario.world.installers[installer].name,
            Subject::Application(application) => &self.scenario.world.applications[application].name,
        }
    }
}
