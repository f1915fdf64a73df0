//! The names of a scenario and what a backend really gave for them: handles, keys and process ids.
//!
//! A backend may give one number to two handles, or an empty key: names stay apart all the same, and that it did
//! so is part of what was seen.

mod asked;
mod happened;
mod seen;

use std::borrow::Cow;
use std::sync::Arc;

use rstmgr_model::{KEY_LENGTH, Reply};

use crate::backend::{Backend, BackendError};
use crate::request::{self, Ending, Observation, Request, Subject, UniqueProcess};
use crate::scenario::{
    Action, Call, Event, FilterTarget, HandleArgument, HandleIndex, KeyArgument, KeyChange, ProcessElement,
    ProcessOf, Scenario,
};
use crate::trace::Seen;
use crate::words;
use asked::{act, array, paths, registration};

/// The number that stands for a handle which was never given: the marker that clients use (OBS-START-06).
const NO_HANDLE: u32 = u32::MAX;
/// A start time that no process has.
const WRONG_START_TIME: u64 = 1;

/// How a reply shows that the caller's process ended within the call.
pub(crate) const ENDED: &str = "the process ended";
/// How it shows that the call never returned.
pub(crate) const NEVER: &str = "never";

/// What each name stands for in one run.
#[derive(Clone, Debug)]
pub struct Binding<'a> {
    scenario: &'a Scenario,
    /// By name of a handle.
    handles: Vec<Option<Given>>,
    /// Every process that was seen, the latest last.
    processes: Vec<(UniqueProcess, Subject)>,
}

/// What was given for a name.
#[derive(Clone, Debug)]
struct Given {
    /// The first installer of the process that the handle belongs to.
    process: usize,
    number: u32,
    key: Option<String>,
    is_open: bool,
}

impl<'a> Binding<'a> {
    /// Nothing is bound yet.
    pub fn new(scenario: &'a Scenario) -> Binding<'a> {
        Binding { scenario, handles: vec![None; scenario.handles.len()], processes: Vec::new() }
    }

    /// All that was bound, to be compared with what another run of the scenario bound.
    pub(crate) fn state(&self) -> impl std::fmt::Debug {
        (&self.handles, &self.processes)
    }

    /// The names of the handles that are still open, in the order of the scenario.
    pub fn open_handles(&self) -> impl Iterator<Item = &str> {
        let named = self.handles.iter().zip(&self.scenario.handles);
        named
            .filter(|(given, _)| given.as_ref().is_some_and(|given| given.is_open))
            .map(|(_, name)| name.as_str())
    }

    /// What to ask the backend for `action`; a list whose capacity is open starts with `capacity`. `inside` is the
    /// pending call inside whose status callback it is done. `None`: it is no question, but time that passes or a
    /// look at what happened.
    ///
    /// # Errors
    ///
    /// If the backend does not know a process that the action names.
    pub fn request(
        &mut self,
        action: &Action,
        capacity: u32,
        inside: Option<u32>,
        backend: &mut dyn Backend,
    ) -> Result<Option<Request>, BackendError> {
        Ok(Some(match action {
            Action::Call { by, call } => {
                Request::Call { by: *by, call: self.call(call, capacity, backend)?, inside }
            }
            Action::Event(event) => Request::Event(self.event(event)),
            Action::Act { by, act: done } => Request::Act { by: *by, act: act(done) },
            Action::Registration(made) => Request::Registration(registration(made)),
            Action::Database { of } => Request::Database { of: *of },
            Action::Wait(_) | Action::World { .. } | Action::Messages { .. } | Action::EventLog { .. } => {
                return Ok(None);
            }
        }))
    }

    fn call(
        &mut self,
        call: &Call,
        capacity: u32,
        backend: &mut dyn Backend,
    ) -> Result<request::Call, BackendError> {
        Ok(match call {
            Call::StartSession { name: _, flags, null_handle, null_key, key_buffer } => {
                request::Call::StartSession {
                    flags: *flags,
                    null_handle: *null_handle,
                    null_key: *null_key,
                    key_buffer: key_buffer.clone(),
                }
            }
            Call::JoinSession { name: _, null_handle, key } => {
                request::Call::JoinSession { null_handle: *null_handle, key: self.key(key) }
            }
            Call::EndSession { handle } => request::Call::EndSession { handle: self.number(handle) },
            Call::RegisterResources { handle, files, processes, services } => {
                let mut unique = Vec::new();
                for element in processes.items.iter().flatten() {
                    unique.push(self.process(element, backend)?);
                }
                let paths = files.items.as_ref().map(|items| paths(items));
                request::Call::RegisterResources {
                    handle: self.number(handle),
                    files: array(files.count, paths),
                    processes: array(processes.count, processes.items.as_ref().map(|_| unique.into())),
                    services: array(services.count, services.items.as_deref().map(Arc::from)),
                }
            }
            Call::GetList { handle, capacity: stated, null, meanwhile: _ } => request::Call::GetList {
                handle: self.number(handle),
                capacity: stated.unwrap_or(capacity),
                null_array: null.array || (stated.is_none() && capacity == 0),
                null_needed: null.needed,
                null_count: null.count,
                null_reasons: null.reasons,
            },
            Call::Shutdown { handle, flags, callback, meanwhile: _ } => {
                let handle = self.number(handle);
                request::Call::Shutdown { handle, flags: *flags, callback: *callback }
            }
            Call::Restart { handle, flags, callback, meanwhile: _ } => {
                let handle = self.number(handle);
                request::Call::Restart { handle, flags: *flags, callback: *callback }
            }
            Call::CancelCurrentTask { handle } => {
                request::Call::CancelCurrentTask { handle: self.number(handle) }
            }
            Call::AddFilter { handle, target, action } => request::Call::AddFilter {
                handle: self.number(handle),
                target: self.filter_target(target, backend)?,
                action: *action,
            },
            Call::RemoveFilter { handle, target } => request::Call::RemoveFilter {
                handle: self.number(handle),
                target: self.filter_target(target, backend)?,
            },
            Call::GetFilterList { handle, capacity: stated, null_buffer, null_needed } => {
                request::Call::GetFilterList {
                    handle: self.number(handle),
                    capacity: stated.unwrap_or(capacity),
                    null_buffer: *null_buffer || (stated.is_none() && capacity == 0),
                    null_needed: *null_needed,
                }
            }
        })
    }

    fn filter_target(
        &mut self,
        target: &FilterTarget,
        backend: &mut dyn Backend,
    ) -> Result<request::FilterTarget, BackendError> {
        let process = target.process.as_ref().map(|element| self.process(element, backend)).transpose()?;
        Ok(request::FilterTarget { module: target.module.clone(), process, service: target.service.clone() })
    }

    fn event(&self, event: &Event) -> request::Event {
        match event {
            Event::StartApplication(application) => request::Event::StartApplication(*application),
            Event::ExitApplication(application) => request::Event::ExitApplication(*application),
            Event::OpenFile(application, path) => request::Event::OpenFile(*application, path.clone()),
            Event::CloseFile(application, path) => request::Event::CloseFile(*application, path.clone()),
            Event::Launch { by, application, elevation_prompt } => request::Event::Launch {
                by: *by,
                application: *application,
                elevation_prompt: *elevation_prompt,
            },
            Event::StartInstaller(installer) => request::Event::StartInstaller(*installer),
            Event::ExitInstaller(installer) => request::Event::ExitInstaller(*installer),
            Event::LogOff(installer) => request::Event::LogOff(*installer),
            Event::Reboot => request::Event::Reboot,
            Event::Fault { fault, active, of, handle } => request::Event::Fault {
                fault: *fault,
                active: *active,
                of: *of,
                handle: handle.map(|handle| self.number(&HandleArgument::Named(handle))),
            },
            Event::Redirection { by, active } => request::Event::Redirection { by: *by, active: *active },
        }
    }

    fn number(&self, handle: &HandleArgument) -> u32 {
        match handle {
            HandleArgument::Named(name) => {
                self.handles[*name].as_ref().map_or(NO_HANDLE, |given| given.number)
            }
            HandleArgument::Number(number) => *number,
        }
    }

    fn key(&self, key: &KeyArgument) -> Option<String> {
        match key {
            KeyArgument::Null => None,
            KeyArgument::Text(text) => Some(text.clone()),
            KeyArgument::Of(name, change) => {
                let key = self.handles[*name].as_ref().and_then(|given| given.key.as_deref()).unwrap_or("");
                Some(match change {
                    KeyChange::None => key.to_owned(),
                    KeyChange::OtherLetterCase => key.chars().map(other_case).collect(),
                    KeyChange::CutTo(length) => key.chars().take(*length).collect(),
                })
            }
        }
    }

    fn process(
        &mut self,
        element: &ProcessElement,
        backend: &mut dyn Backend,
    ) -> Result<UniqueProcess, BackendError> {
        let who = match element.who {
            ProcessOf::Application(application) => Subject::Application(application),
            ProcessOf::Installer(installer) => Subject::Installer(installer),
            ProcessOf::Nobody(pid) => return Ok(UniqueProcess { pid, start_time: WRONG_START_TIME }),
        };
        let mut process = backend.unique_process(who)?;
        self.learn(process, who);
        if element.wrong_start_time {
            process.start_time = WRONG_START_TIME;
        }
        Ok(process)
    }

    /// Binds what `action` gave, and says in names what was seen.
    pub fn observe(&mut self, action: &Action, observation: &Observation, backend: &mut dyn Backend) -> Seen {
        if observation.list.as_ref().is_some_and(|list| !list.affected.is_empty())
            || observation.filters.as_ref().is_some_and(|list| !list.filters.is_empty())
            || observation.database.is_some()
        {
            self.learn_processes(backend);
        }
        let (by, name) = named(action);
        let seen = Seen {
            reply: observation.ending.map(ending_text),
            handle: observation.handle.map(|number| self.seen_handle(number, by, name)),
            key: observation.key.as_ref().map(|key| Box::new(self.seen_key(key, name))),
            list: observation.list.as_ref().map(|list| Box::new(self.seen_list(list))),
            left_open: observation.left_open,
            database: observation.database.as_ref().map(|sessions| self.seen_sessions(sessions).into()),
            filters: observation.filters.as_ref().map(|filters| Box::new(self.seen_filters(filters))),
            result: observation.result,
            settings: observation.settings.clone(),
            ..Seen::default()
        };
        self.bind(action, observation, by, name);
        seen
    }

    fn bind(
        &mut self,
        action: &Action,
        observation: &Observation,
        by: Option<usize>,
        name: Option<HandleIndex>,
    ) {
        if let (Some(number), Some(name), Some(by)) = (observation.handle, name, by) {
            let key = observation.key.as_ref().map(|key| key_part(&key.text).to_owned());
            self.handles[name] = Some(Given { process: self.process_owner(by), number, key, is_open: true });
        }
        let has_succeeded = observation.ending == Some(Ending::Returned(Reply::Success.code()));
        if let (Action::Call { by, call: Call::EndSession { handle } }, true) = (action, has_succeeded) {
            let number = self.number(handle);
            let process = self.process_owner(*by);
            let by_name =
                match handle {
                    HandleArgument::Named(name) => Some(*name),
                    HandleArgument::Number(_) => self.handles.iter().flatten().position(|given| {
                        given.is_open && (given.process, given.number) == (process, number)
                    }),
                };
            if let Some(Some(given)) = by_name.map(|name| self.handles[name].as_mut()) {
                given.is_open &= given.process != process;
            }
        }
        if let Action::Event(Event::ExitInstaller(installer)) = action {
            let process = self.process_owner(*installer);
            for given in self.handles.iter_mut().flatten() {
                given.is_open &= given.process != process;
            }
        }
    }

    /// The first installer of the process in which `installer` runs.
    pub(crate) fn process_owner(&self, installer: usize) -> usize {
        self.scenario.world.installers[installer].in_process_of.unwrap_or(installer)
    }

    /// Asks for every process, and keeps those of earlier incarnations too; who never ran has none.
    fn learn_processes(&mut self, backend: &mut dyn Backend) {
        let applications = (0..self.scenario.world.applications.len()).map(Subject::Application);
        let installers = (0..self.scenario.world.installers.len()).map(Subject::Installer);
        for subject in applications.chain(installers) {
            if let Ok(process) = backend.unique_process(subject) {
                self.learn(process, subject);
            }
        }
    }

    /// Keeps the process of somebody who left, before it has another.
    pub(crate) fn keep_process(&mut self, who: Subject, backend: &mut dyn Backend) {
        let owner = match who {
            Subject::Installer(installer) => Subject::Installer(self.process_owner(installer)),
            Subject::Application(application) => {
                Subject::Application(first_of_host(self.scenario, application))
            }
        };
        if let Ok(process) = backend.unique_process(owner) {
            self.learn(process, owner);
        }
    }

    fn learn(&mut self, process: UniqueProcess, subject: Subject) {
        if self.processes.iter().all(|(known, _)| *known != process) {
            self.processes.push((process, subject));
        }
    }
}

/// Who does an action, and the name of the handle that it gives.
fn named(action: &Action) -> (Option<usize>, Option<HandleIndex>) {
    match action {
        Action::Call { by, call: Call::StartSession { name, .. } | Call::JoinSession { name, .. } } => {
            (Some(*by), *name)
        }
        Action::Call { by, .. } => (Some(*by), None),
        Action::Event(_)
        | Action::Act { .. }
        | Action::Registration(_)
        | Action::Wait(_)
        | Action::Database { .. }
        | Action::World { .. }
        | Action::Messages { .. }
        | Action::EventLog { .. } => (None, None),
    }
}

/// A reply's constant or number, or how else a call ended.
fn ending_text(ending: Ending) -> Cow<'static, str> {
    match ending {
        Ending::Returned(code) => words::reply(Reply::from_code(code)),
        Ending::MissingExport => Cow::Borrowed("missing export"),
        Ending::Crashed => Cow::Borrowed(ENDED),
    }
}

/// The first of the services in a process, by any of them.
pub(crate) fn first_of_host(scenario: &Scenario, mut host: usize) -> usize {
    while let Some(other) =
        scenario.world.applications[host].service.as_ref().and_then(|service| service.shares_process_of)
    {
        host = other;
    }
    host
}

/// A session key as it stands at the beginning of what a call wrote.
fn key_part(text: &str) -> &str {
    if text.is_ascii() {
        return &text[..text.len().min(KEY_LENGTH)];
    }
    text.char_indices().nth(KEY_LENGTH).map_or(text, |(end, _)| &text[..end])
}

fn other_case(character: char) -> char {
    if character.is_ascii_lowercase() {
        character.to_ascii_uppercase()
    } else {
        character.to_ascii_lowercase()
    }
}
