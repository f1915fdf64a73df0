//! What the Windows backend may not do: stop what it did not start.
//!
//! `RmShutdown` stops whoever uses what is registered. So nothing that may be the machine's own is registered where a
//! scenario shuts down, and the list of a session is read before its shutdown. Compiled everywhere, so that the guards
//! are tested everywhere; the Windows backend asks them.

use super::BackendError;
use super::realizable::is_drive_path;
use crate::request::{Affected, Call, Ending, Observation, UniqueProcess};

/// Who is the scenario's own, and what else was touched.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    /// Every process that was started for the scenario.
    own: Vec<UniqueProcess>,
    /// The first that was registered and may be the machine's own.
    foreign: Option<String>,
    /// Whether anything was shut down, or is about to be.
    shuts_down: bool,
}

impl Guard {
    /// A process was started for the scenario.
    pub(crate) fn learn(&mut self, process: UniqueProcess) {
        if !self.own.contains(&process) {
            self.own.push(process);
        }
    }

    /// Whether what `call` registers stays within the scenario; what does not may still be registered where nothing is
    /// ever shut down.
    ///
    /// # Errors
    ///
    /// If it does not, and something is.
    pub(crate) fn check_registration(&mut self, call: &Call) -> Result<(), BackendError> {
        let Some(foreign) = self.foreign_in(call) else { return Ok(()) };
        if self.shuts_down {
            return Err(refused(format!(
                "{foreign} would be registered, which may be this machine's own, where programs are shut down"
            )));
        }
        self.foreign.get_or_insert(foreign);
        Ok(())
    }

    /// Whether something may be shut down at all.
    ///
    /// # Errors
    ///
    /// If something was registered that may be the machine's own.
    pub(crate) fn check_shutdown(&mut self) -> Result<(), BackendError> {
        if let Some(foreign) = &self.foreign {
            return Err(refused(format!(
                "a shutdown could stop programs that this scenario did not start: {foreign} is registered"
            )));
        }
        self.shuts_down = true;
        Ok(())
    }

    /// Whether a shutdown may follow this answer to `RmGetList`.
    ///
    /// # Errors
    ///
    /// If the list names a process that was not started for the scenario, or is no list, unless it is the handle that
    /// is wrong.
    pub(crate) fn check_list(&self, answer: &Observation) -> Result<(), BackendError> {
        const INVALID_HANDLE: u32 = 6;
        let list = answer.list.as_deref();
        let affected = list.map(|list| list.affected.as_slice()).unwrap_or_default();
        if let Some(foreign) = affected.iter().find(|entry| !self.own.contains(&entry.process)) {
            return Err(refused(format!(
                "the list before a shutdown names {}, which this scenario did not start",
                described(foreign)
            )));
        }
        let needed = list.and_then(|list| list.needed).unwrap_or(0);
        match answer.ending {
            Some(Ending::Returned(0)) if affected.len() == usize::try_from(needed).unwrap_or(usize::MAX) => {
                Ok(())
            }
            Some(Ending::Returned(0)) => Err(refused(format!(
                "the list before a shutdown has {} of its {needed} entries",
                affected.len()
            ))),
            // There is nothing that could be shut down.
            Some(Ending::Returned(INVALID_HANDLE) | Ending::MissingExport | Ending::Crashed) => Ok(()),
            Some(Ending::Returned(code)) => {
                Err(refused(format!("the list before a shutdown cannot be read: RmGetList answers {code}")))
            }
            None => {
                Err(refused(String::from("the list before a shutdown cannot be read: no answer in time")))
            }
        }
    }

    fn foreign_in(&self, call: &Call) -> Option<String> {
        let Call::RegisterResources { files, processes, .. } = call else { return None };
        let path = files.items.iter().flat_map(|paths| paths.iter()).flatten();
        let path = path.map(AsRef::as_ref).find(|path: &&str| !is_drive_path(path));
        if let Some(path) = path {
            return Some(format!("the path `{path}`"));
        }
        let is_foreign = |process: &&UniqueProcess| self.own.iter().all(|own| own.pid != process.pid);
        let process = processes.items.iter().flat_map(|processes| processes.iter()).find(is_foreign);
        process.map(|process| format!("the process {}", process.pid))
    }
}

fn described(entry: &Affected) -> String {
    let UniqueProcess { pid, start_time } = entry.process;
    let service = if entry.service.is_empty() { "" } else { ", a service" };
    format!("`{}` (process {pid}, started at {start_time}{service})", entry.name)
}

/// The error of what is not done, since it could reach beyond the scenario.
pub(crate) fn refused(reason: String) -> BackendError {
    BackendError::Refused { reason }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::request::{ArrayArgument, List};

    const OWN: UniqueProcess = UniqueProcess { pid: 40, start_time: 7 };

    fn guard() -> Guard {
        let mut guard = Guard::default();
        guard.learn(OWN);
        guard
    }

    fn array<T: Clone>(items: &[T]) -> ArrayArgument<T> {
        ArrayArgument { count: u32::try_from(items.len()).unwrap(), items: Some(Arc::from(items)) }
    }

    fn register(path: &str, processes: &[UniqueProcess]) -> Call {
        let files = array(&[Some(Arc::from(path)), None]);
        let (processes, services) = (array(processes), array(&[]));
        Call::RegisterResources { handle: 0, files, processes, services }
    }

    fn entry(process: UniqueProcess) -> Affected {
        Affected {
            process,
            name: Arc::from("Acme Editor"),
            service: Arc::from(""),
            application_type: 1,
            status: 1,
            terminal_session: 1,
            restartable: false,
        }
    }

    fn answer(code: u32, needed: u32, affected: Vec<Affected>) -> Observation {
        let list = List { needed: Some(needed), affected, ..List::default() };
        let ending = Some(Ending::Returned(code));
        Observation { ending, list: Some(Box::new(list)), ..Observation::default() }
    }

    #[track_caller]
    fn check_refused(checked: Result<(), BackendError>, expected: &str) {
        match checked {
            Err(BackendError::Refused { reason }) => assert_eq!(reason, expected),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_registered_within_the_scenario_may_be_shut_down() {
        let mut guard = guard();
        let wrong_start = UniqueProcess { start_time: 1, ..OWN };
        guard.check_registration(&register(r"C:\App\core.dll", &[OWN, wrong_start])).unwrap();
        guard.check_shutdown().unwrap();
        guard.check_registration(&register(r"\\?\C:\App\other.dll", &[])).unwrap();
    }

    #[test]
    fn where_something_foreign_is_registered_nothing_is_shut_down() {
        for path in
            [r"\\server\share\core.dll", r"\Windows\explorer.exe", "C:core.dll", "core.dll", r"\\.\C:\x"]
        {
            let mut guard = guard();
            guard.check_registration(&register(path, &[])).unwrap();
            let says = "a shutdown could stop programs that this scenario did not start: the path";
            check_refused(guard.check_shutdown(), &format!("{says} `{path}` is registered"));
        }
        let mut guard = guard();
        let foreign = UniqueProcess { pid: 4, start_time: 7 };
        guard.check_registration(&register(r"C:\App\core.dll", &[foreign])).unwrap();
        let says =
            "a shutdown could stop programs that this scenario did not start: the process 4 is registered";
        check_refused(guard.check_shutdown(), says);
    }

    #[test]
    fn nothing_foreign_is_registered_once_something_is_shut_down() {
        let mut guard = guard();
        guard.check_shutdown().unwrap();
        let says = r"the path `\\a\b` would be registered, which may be this machine's own, where programs are shut down";
        check_refused(guard.check_registration(&register(r"\\a\b", &[])), says);
        guard.check_shutdown().unwrap();
    }

    #[test]
    fn a_list_may_name_the_scenarios_own_processes_alone() {
        let guard = guard();
        guard.check_list(&answer(0, 0, vec![])).unwrap();
        guard.check_list(&answer(0, 1, vec![entry(OWN)])).unwrap();
        let foreign = UniqueProcess { pid: 4, start_time: 9 };
        let says = "the list before a shutdown names `Acme Editor` (process 4, started at 9), which this scenario did \
                    not start";
        check_refused(guard.check_list(&answer(0, 2, vec![entry(OWN), entry(foreign)])), says);
        // An id is given again: the start time tells them apart.
        let later = UniqueProcess { start_time: 8, ..OWN };
        let says = "the list before a shutdown names `Acme Editor` (process 40, started at 8), which this scenario did \
                    not start";
        check_refused(guard.check_list(&answer(0, 1, vec![entry(later)])), says);
    }

    #[test]
    fn a_list_that_cannot_be_read_lets_nothing_be_shut_down_unless_there_is_no_session() {
        let guard = guard();
        guard.check_list(&answer(6, 0, vec![])).unwrap();
        let says = "the list before a shutdown cannot be read: RmGetList answers 5";
        check_refused(guard.check_list(&answer(5, 0, vec![])), says);
        let says = "the list before a shutdown has 1 of its 2 entries";
        check_refused(guard.check_list(&answer(0, 2, vec![entry(OWN)])), says);
        let says = "the list before a shutdown cannot be read: no answer in time";
        check_refused(guard.check_list(&Observation::default()), says);
    }
}
