//! Calls and acts of the model, in the words of scenarios.

use rstmgr_model::{self as model, InstallerId, KEY_LENGTH, RegistrationCall, SessionKey};

use super::Teller;
use crate::request::InstallerIndex;
use crate::scenario::write::CannotSay;
use crate::scenario::{
    Act, Action, ArrayArgument, Call, FileElement, FilterTarget, KeyArgument, KeyChange, NullPointers,
    ProcessElement, ProcessOf, Registration,
};

/// Whether a call gives a handle if it succeeds.
pub(super) fn gives_handle(call: &model::Call) -> bool {
    match call {
        model::Call::StartSession(arguments) => !arguments.null_handle,
        model::Call::JoinSession { null_handle, .. } => !null_handle,
        _ => false,
    }
}

/// Whether the step of a call can have a `meanwhile`.
pub(super) fn takes_meanwhile(call: &model::Call) -> bool {
    matches!(call, model::Call::GetList(_) | model::Call::Shutdown(_) | model::Call::Restart(_))
}

impl Teller<'_> {
    pub(super) fn call(&mut self, by: InstallerId, call: &model::Call) -> Action {
        let handle = |handle| self.handle(by, handle);
        let meanwhile = Vec::new();
        let told = match call {
            model::Call::StartSession(arguments) => {
                let name = gives_handle(call).then(|| self.new_handle(by, Some(arguments.key)));
                Call::StartSession {
                    name,
                    flags: arguments.flags,
                    null_handle: arguments.null_handle,
                    null_key: arguments.null_key,
                    key_buffer: if arguments.buffer_in_use {
                        "x".repeat(KEY_LENGTH + 1)
                    } else {
                        String::new()
                    },
                }
            }
            model::Call::JoinSession { null_handle, key } => {
                let key = key.map_or(KeyArgument::Null, |key| self.key(key));
                let name = gives_handle(call).then(|| self.new_handle(by, None));
                Call::JoinSession { name, null_handle: *null_handle, key }
            }
            model::Call::EndSession { handle: of } => Call::EndSession { handle: handle(*of) },
            model::Call::RegisterResources(arguments) => Call::RegisterResources {
                handle: handle(arguments.handle),
                files: self.files(&arguments.files),
                processes: array(&arguments.processes, |process| self.process(*process)),
                services: array(&arguments.services, |name| name.map(|name| self.service_name(name))),
            },
            model::Call::GetList(arguments) => Call::GetList {
                handle: handle(arguments.handle),
                capacity: Some(arguments.capacity),
                null: NullPointers {
                    array: arguments.null_array,
                    needed: arguments.null_needed,
                    count: arguments.null_count,
                    reasons: arguments.null_reasons,
                },
                meanwhile,
            },
            model::Call::Shutdown(arguments) => Call::Shutdown {
                handle: handle(arguments.handle),
                flags: arguments.flags,
                callback: arguments.has_callback,
                meanwhile,
            },
            model::Call::Restart(arguments) => Call::Restart {
                handle: handle(arguments.handle),
                flags: arguments.flags,
                callback: arguments.has_callback,
                meanwhile,
            },
            model::Call::CancelCurrentTask { handle: of } => Call::CancelCurrentTask { handle: handle(*of) },
            model::Call::AddFilter { handle: of, target, action } => {
                Call::AddFilter { handle: handle(*of), target: self.target(target), action: *action }
            }
            model::Call::RemoveFilter { handle: of, target } => {
                Call::RemoveFilter { handle: handle(*of), target: self.target(target) }
            }
            model::Call::GetFilterList(arguments) => Call::GetFilterList {
                handle: handle(arguments.handle),
                capacity: Some(arguments.capacity),
                // A buffer of no bytes is read back as a NULL pointer; no answer differs.
                null_buffer: arguments.null_buffer || arguments.capacity == 0,
                null_needed: arguments.null_needed,
            },
        };
        Action::Call { by: self.names.installer(by), call: told }
    }

    fn key(&self, key: model::KeyArgument) -> KeyArgument {
        let model::KeyArgument::WellFormed { key, same_case } = key else {
            return KeyArgument::Text("no key".to_owned());
        };
        let change = if same_case { KeyChange::None } else { KeyChange::OtherLetterCase };
        match self.handles.iter().rposition(|handle| handle.key == Some(key) && handle.number.is_some()) {
            Some(place) => KeyArgument::Of(place, change),
            None => KeyArgument::Text(unknown_key(key)),
        }
    }

    fn files(&self, files: &model::ArrayArgument<Option<model::PathId>>) -> ArrayArgument<FileElement> {
        let world = self.machine.world();
        let paths = files.items.as_ref().map(|items| {
            items.iter().map(|path| path.map(|path| world.path_text(path).into())).collect::<Vec<_>>()
        });
        let given = paths.as_ref().map_or(0, Vec::len);
        let items = paths
            .map(|paths| if paths.is_empty() { Vec::new() } else { vec![FileElement::Paths(paths.into())] });
        ArrayArgument { items, count: stated(files.count, given) }
    }

    fn service_name(&self, name: model::ServiceNameId) -> String {
        self.machine.world().service_name_text(name).to_owned()
    }

    /// Whose process this is, or was.
    fn process(&self, unique: model::UniqueProcess) -> ProcessElement {
        let world = self.machine.world();
        let known = |process| self.machine.unique_process(process);
        let process = world.process_of(unique).map(|(process, _)| process);
        // The process id of an earlier incarnation is nobody's.
        let exact = process.filter(|process| known(*process).pid == unique.pid);
        let named = |process| Some((self.names.process(process)?, process));
        let same_id = || world.numbered_processes().find(|(id, _)| known(*id).pid == unique.pid);
        let found = exact.or_else(|| same_id().map(|(id, _)| id)).and_then(named);
        match found {
            Some((who, process)) => {
                let wrong_start_time = known(process).start_time != unique.start_time;
                ProcessElement { who, wrong_start_time }
            }
            None => ProcessElement { who: ProcessOf::Nobody(unique.pid), wrong_start_time: false },
        }
    }

    fn target(&self, target: &model::FilterTarget) -> FilterTarget {
        let module = target.module.map(|module| self.machine.world().text_of(module.text).to_string());
        let process = target.process.map(|process| self.process(process));
        let service = target.service.map(|name| self.service_name(name));
        FilterTarget { module, process, service }
    }

    pub(super) fn act(&self, by: InstallerId, act: model::Act) -> Result<Action, CannotSay> {
        let mut by = self.names.installer(by);
        let path = |path| self.machine.world().path_text(path).to_owned();
        let act = match act {
            model::Act::ReplaceFile(file) => Act::ReplaceFile(path(file)),
            model::Act::ScheduleReplacement(file) => Act::ScheduleReplacement(path(file)),
            model::Act::RemoveFile(file) => Act::RemoveFile(path(file)),
            model::Act::RestoreFile(file) => Act::RestoreFile(path(file)),
            model::Act::StartService(service) => Act::StartService(self.names.service(service)),
            model::Act::StopService(service) => Act::StopService(self.names.service(service)),
            model::Act::SwitchService { service, enabled } => {
                by = self.whoever_switches()?;
                Act::SwitchService { service: self.names.service(service), enabled }
            }
            model::Act::InitiateShutdown { flags, grace } => Act::InitiateShutdown { flags, grace },
            model::Act::ExitWindows { flags } => Act::ExitWindows { flags },
            model::Act::AbortShutdown => Act::AbortShutdown,
            model::Act::LogOn => Act::LogOn,
        };
        Ok(Action::Act { by, act })
    }

    /// Who enables and disables services in a scenario: it makes no difference, and so it is always the same installer.
    fn whoever_switches(&self) -> Result<InstallerIndex, CannotSay> {
        let mut installers = self.machine.world().installers().iter().zip(&self.names.installers);
        let first = installers.find(|(_, name)| **name == 0).map(|(installer, _)| installer.process);
        if first.is_some_and(|process| self.machine.is_process_running(process)) {
            return Ok(0);
        }
        Err(CannotSay(
            "services that are enabled or disabled while the first installer does not run".to_owned(),
        ))
    }

    pub(super) fn registration(&self, call: RegistrationCall) -> Result<Action, CannotSay> {
        Ok(Action::Registration(match call {
            RegistrationCall::Register { process, arguments, flags } => Registration::Register {
                application: self.names.application(process)?,
                arguments: arguments.map(|text| self.machine.world().text_of(text).to_string()),
                flags,
            },
            RegistrationCall::Unregister { process } => {
                Registration::Unregister { application: self.names.application(process)? }
            }
            RegistrationCall::Settings { process, by_itself, capacity, null_buffer } => {
                let application = self.names.application(process)?;
                let by =
                    if by_itself { ProcessOf::Application(application) } else { ProcessOf::Installer(0) };
                let capacity = capacity
                    .ok_or_else(|| CannotSay("a NULL pointer for the size of a command line".to_owned()))?;
                Registration::Settings { application, by, capacity, null_buffer }
            }
        }))
    }
}

/// A key that no session of the run has, as text: the digits of what the run has for it.
fn unknown_key(key: SessionKey) -> String {
    format!("{:032x}", key.0)
}

/// The count of an array, where it is not that of its items.
fn stated(count: u32, given: usize) -> Option<u32> {
    Some(count).filter(|count| usize::try_from(*count).ok() != Some(given))
}

fn array<T, U>(argument: &model::ArrayArgument<T>, item: impl FnMut(&T) -> U) -> ArrayArgument<U> {
    let items: Option<Vec<U>> = argument.items.as_ref().map(|items| items.iter().map(item).collect());
    let given = items.as_ref().map_or(0, Vec::len);
    ArrayArgument { items, count: stated(argument.count, given) }
}
