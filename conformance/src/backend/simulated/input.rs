//! Requests as inputs of the model.

use std::sync::Arc;
use std::time::Duration;

use rstmgr_model::{self as model, Input, KEY_LENGTH, SessionHandle, SessionKey};

use super::{SimulatedBackend, read_key};
use crate::request::{
    Act, ApplicationIndex, ArrayArgument, Call, Event, Fault, FilterTarget, Registration, Request,
    UniqueProcess,
};

/// What a caller's buffers hold before the call, as far as what it writes must be told from it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Buffers {
    /// The key that a start gets.
    pub(super) key: Option<SessionKey>,
    /// The character in the place of the NUL behind the key.
    pub(super) behind_key: Option<char>,
    /// What `pnProcInfo` holds.
    pub(super) list_capacity: Option<u32>,
}

impl SimulatedBackend {
    /// The input that stands for `request`; `None` if whoever should do it does not run, or time should pass.
    pub(super) fn input(&mut self, request: &Request) -> Option<(Input, Buffers)> {
        let mut buffers = Buffers::default();
        let input = match request {
            Request::Call { by, call, inside } => {
                if !self.runs(*by) {
                    return None;
                }
                let by = self.numbers.installers[*by];
                let inside = inside.and_then(|call| self.pending_call(call));
                Input::Call { by, call: self.call(by, call, &mut buffers), inside }
            }
            Request::Act { by, act } => {
                // After a reboot nobody runs until the user has logged on.
                if !self.runs(*by) && *act != Act::LogOn {
                    return None;
                }
                let by = self.numbers.installers[*by];
                Input::Act { by, act: self.act(by, act) }
            }
            Request::Registration(registration) => Input::Registration(self.registration(registration)),
            Request::Event(event) => Input::Event(self.event(event)),
            Request::Database { of } => Input::Database { of: self.numbers.installers[*of] },
            Request::Proceed { .. } | Request::World { .. } => return None,
        };
        Some((input, buffers))
    }

    /// The pending call with this number.
    fn pending_call(&self, number: u32) -> Option<model::CallId> {
        self.pending.iter().map(|pending| pending.id).find(|id| id.number() == number)
    }

    fn call(&mut self, by: model::InstallerId, call: &Call, buffers: &mut Buffers) -> model::Call {
        match call {
            Call::StartSession { flags, null_handle, null_key, key_buffer } => {
                let key = self.simulator.fresh_key();
                *buffers = Buffers {
                    key: Some(key),
                    behind_key: key_buffer.chars().nth(KEY_LENGTH),
                    ..Buffers::default()
                };
                model::Call::StartSession(model::StartSession {
                    flags: *flags,
                    null_handle: *null_handle,
                    null_key: *null_key,
                    buffer_in_use: !key_buffer.is_empty(),
                    key,
                })
            }
            Call::JoinSession { null_handle, key } => model::Call::JoinSession {
                null_handle: *null_handle,
                key: key.as_deref().map(|text| read_key(text, self.upper_case_keys)),
            },
            Call::EndSession { handle } => model::Call::EndSession { handle: SessionHandle(*handle) },
            Call::RegisterResources { handle, files, processes, services } => {
                self.register(by, *handle, files, processes, services)
            }
            Call::GetList { handle, capacity, null_array, null_needed, null_count, null_reasons } => {
                buffers.list_capacity = (!null_count).then_some(*capacity);
                model::Call::GetList(model::GetList {
                    handle: SessionHandle(*handle),
                    capacity: *capacity,
                    null_array: *null_array,
                    null_needed: *null_needed,
                    null_count: *null_count,
                    null_reasons: *null_reasons,
                })
            }
            Call::Shutdown { handle, flags, callback } => model::Call::Shutdown(model::Shutdown {
                handle: SessionHandle(*handle),
                flags: *flags,
                has_callback: *callback,
            }),
            Call::Restart { handle, flags, callback } => model::Call::Restart(model::Restart {
                handle: SessionHandle(*handle),
                flags: *flags,
                has_callback: *callback,
            }),
            Call::CancelCurrentTask { handle } => {
                model::Call::CancelCurrentTask { handle: SessionHandle(*handle) }
            }
            Call::AddFilter { handle, target, action } => {
                let target = self.filter_target(by, target);
                model::Call::AddFilter { handle: SessionHandle(*handle), target, action: *action }
            }
            Call::RemoveFilter { handle, target } => {
                let target = self.filter_target(by, target);
                model::Call::RemoveFilter { handle: SessionHandle(*handle), target }
            }
            Call::GetFilterList { handle, capacity, null_buffer, null_needed } => {
                model::Call::GetFilterList(model::GetFilterList {
                    handle: SessionHandle(*handle),
                    capacity: *capacity,
                    null_buffer: *null_buffer,
                    null_needed: *null_needed,
                })
            }
        }
    }

    fn register(
        &mut self,
        by: model::InstallerId,
        handle: u32,
        files: &ArrayArgument<Option<Arc<str>>>,
        processes: &ArrayArgument<UniqueProcess>,
        services: &ArrayArgument<Option<String>>,
    ) -> model::Call {
        let world = self.simulator.machine_mut().world_mut();
        model::Call::RegisterResources(model::RegisterResources {
            handle: SessionHandle(handle),
            files: array(files, |path| path.as_deref().map(|path| world.path_of(by, path))),
            processes: array(processes, |process| model::UniqueProcess {
                pid: process.pid,
                start_time: process.start_time,
            }),
            services: array(services, |name| name.as_deref().map(|name| world.service_name(name))),
        })
    }

    fn filter_target(&mut self, by: model::InstallerId, target: &FilterTarget) -> model::FilterTarget {
        let world = self.simulator.machine_mut().world_mut();
        let module = target
            .module
            .as_deref()
            .map(|module| model::Module { path: world.path_of(by, module), text: world.long_text(module) });
        let service = target.service.as_deref().map(|name| (world.service_name(name), name));
        if let Some((id, name)) = service {
            self.service_names.entry(id).or_insert_with(|| name.to_owned());
        }
        let process = target
            .process
            .map(|process| model::UniqueProcess { pid: process.pid, start_time: process.start_time });
        model::FilterTarget { module, process, service: service.map(|(id, _)| id) }
    }

    fn act(&mut self, by: model::InstallerId, act: &Act) -> model::Act {
        let mut path = |path: &str| self.simulator.machine_mut().world_mut().path_of(by, path);
        match act {
            Act::ReplaceFile(file) => model::Act::ReplaceFile(path(file)),
            Act::ScheduleReplacement(file) => model::Act::ScheduleReplacement(path(file)),
            Act::RemoveFile(file) => model::Act::RemoveFile(path(file)),
            Act::RestoreFile(file) => model::Act::RestoreFile(path(file)),
            Act::StartService(service) => model::Act::StartService(self.service(*service)),
            Act::StopService(service) => model::Act::StopService(self.service(*service)),
            Act::SwitchService { service, enabled } => {
                model::Act::SwitchService { service: self.service(*service), enabled: *enabled }
            }
            Act::InitiateShutdown { flags, grace } => {
                model::Act::InitiateShutdown { flags: *flags, grace: Duration::from_millis(*grace) }
            }
            Act::ExitWindows { flags } => model::Act::ExitWindows { flags: *flags },
            Act::AbortShutdown => model::Act::AbortShutdown,
            Act::LogOn => model::Act::LogOn,
        }
    }

    fn service(&self, application: ApplicationIndex) -> model::ServiceId {
        self.numbers.services[application].expect("only services are started, stopped and switched")
    }

    fn registration(&mut self, registration: &Registration) -> model::RegistrationCall {
        let process = |application: &ApplicationIndex| self.numbers.applications[*application];
        match registration {
            Registration::Register { application, arguments, flags } => model::RegistrationCall::Register {
                process: process(application),
                arguments: arguments
                    .as_deref()
                    .map(|text| self.simulator.machine_mut().world_mut().long_text(text)),
                flags: *flags,
            },
            Registration::Unregister { application } => {
                model::RegistrationCall::Unregister { process: process(application) }
            }
            Registration::Settings { application, by_itself, capacity, null_buffer } => {
                model::RegistrationCall::Settings {
                    process: process(application),
                    by_itself: *by_itself,
                    capacity: Some(*capacity),
                    null_buffer: *null_buffer,
                }
            }
        }
    }

    fn event(&mut self, event: &Event) -> model::Event {
        let numbers = &self.numbers;
        match event {
            Event::StartApplication(application) => {
                model::Event::Start { process: numbers.applications[*application], launch: None }
            }
            Event::ExitApplication(application) => model::Event::Exit(numbers.applications[*application]),
            Event::OpenFile(application, path) => {
                let path = self.simulator.machine_mut().world_mut().path(path);
                model::Event::Open(numbers.applications[*application], path)
            }
            Event::CloseFile(application, path) => {
                let path = self.simulator.machine_mut().world_mut().path(path);
                model::Event::Close(numbers.applications[*application], path)
            }
            Event::Launch { by, application, elevation_prompt } => model::Event::Start {
                process: numbers.applications[*application],
                launch: Some(model::Launch {
                    by: numbers.installers[*by],
                    elevation_prompt: *elevation_prompt,
                }),
            },
            Event::StartInstaller(installer) => {
                model::Event::Start { process: self.process_of_installer(*installer), launch: None }
            }
            Event::ExitInstaller(installer) => model::Event::Exit(self.process_of_installer(*installer)),
            Event::LogOff(installer) => {
                let process = self.process_of_installer(*installer);
                model::Event::LogOff(self.simulator.machine().world().processes()[process.index()].user)
            }
            Event::Reboot => model::Event::Reboot,
            Event::Fault { fault: Fault::RegistryMutexHeld, active, of, handle } => {
                model::Event::RegistryMutex {
                    held: *active,
                    of: numbers.installers[*of],
                    handle: handle.map(SessionHandle),
                }
            }
            Event::Fault { fault, active, .. } => {
                model::Event::Fault { fault: model_fault(*fault), active: *active }
            }
            Event::Redirection { by, active } => {
                model::Event::Redirection { by: numbers.installers[*by], active: *active }
            }
        }
    }
}

fn array<T, U>(argument: &ArrayArgument<T>, item: impl FnMut(&T) -> U) -> model::ArrayArgument<U> {
    model::ArrayArgument {
        count: argument.count,
        items: argument.items.as_ref().map(|items| items.iter().map(item).collect()),
    }
}

fn model_fault(fault: Fault) -> model::Fault {
    match fault {
        Fault::RegistryMutexHeld => model::Fault::RegistryMutexHeld,
        Fault::RegistryUnwritable => model::Fault::RegistryUnwritable,
        Fault::NoMemory => model::Fault::NoMemory,
        Fault::MemoryShort => model::Fault::MemoryShort,
        Fault::KeyCollision => model::Fault::KeyCollision,
    }
}
