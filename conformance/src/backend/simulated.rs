//! The simulator as a backend: the world of a scenario as a machine, its requests as inputs.

mod build;

use rstmgr_model::{
    self as model, Input, KEY_LENGTH, Knob, Machine, Observed, Output, Profile, RuleSet, SessionHandle,
    SessionKey, profile,
};
use rstmgr_sim::Simulator;

use self::build::Numbers;
use super::{Backend, BackendError, Subject};
use crate::request::{
    Affected, ArrayArgument, Call, DatabaseSession, Ending, Event, Fault, KeyText, List, Observation,
    Request, UniqueProcess,
};
use crate::scenario::World;

/// A simulated Windows, made for one scenario.
#[derive(Debug)]
pub struct SimulatedBackend {
    simulator: Simulator,
    numbers: Numbers,
    /// Whether the letters of session keys are upper-case.
    upper_case_keys: bool,
    rules: RuleSet,
}

impl SimulatedBackend {
    /// The world of a scenario under `profile`; `seed` decides what may go either way.
    pub fn new(world: &World, profile: Profile, seed: u64) -> SimulatedBackend {
        SimulatedBackend::with_flaw(world, profile, seed, None)
    }

    /// The same with a planted mistake.
    pub(super) fn with_flaw(
        world: &World,
        profile: Profile,
        seed: u64,
        flaw: Option<model::Flaw>,
    ) -> SimulatedBackend {
        let (built, numbers) = build::build(world);
        let machine = Machine::new(built, profile);
        let machine = match flaw {
            Some(flaw) => machine.with_flaw(flaw),
            None => machine,
        };
        let letter_case = <profile::KeyLetterCase as profile::Answer>::KNOB;
        SimulatedBackend {
            simulator: Simulator::new(machine, seed),
            numbers,
            upper_case_keys: is_answered(&profile, letter_case, "upper"),
            rules: RuleSet::default(),
        }
    }

    /// The answers to the open questions as they stand now.
    pub fn profile(&self) -> &Profile {
        self.simulator.machine().profile()
    }

    /// The input that stands for `request`; `None` if whoever should do it does not run.
    fn input(&mut self, request: &Request) -> Option<(Input, Option<SessionKey>)> {
        let mut given_key = None;
        let input = match request {
            Request::Call { by, call } => {
                let caller = self.numbers.installers[*by];
                let process = self.simulator.machine().world().installers()[caller.index()].process;
                if !self.simulator.machine().is_process_running(process) {
                    return None;
                }
                Input::Call { by: caller, call: self.call(caller, call, &mut given_key) }
            }
            Request::Event(event) => Input::Event(self.event(event)),
            Request::Database { of } => Input::Database { of: self.numbers.installers[*of] },
        };
        Some((input, given_key))
    }

    fn call(
        &mut self,
        by: model::InstallerId,
        call: &Call,
        given_key: &mut Option<SessionKey>,
    ) -> model::Call {
        let later = |function, handle: &u32| model::Call::Later { function, handle: SessionHandle(*handle) };
        match call {
            Call::StartSession { flags, null_handle, null_key, key_buffer } => {
                let key = self.simulator.fresh_key();
                *given_key = Some(key);
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
                let world = self.simulator.machine_mut().world_mut();
                model::Call::RegisterResources(model::RegisterResources {
                    handle: SessionHandle(*handle),
                    files: array(files, |path| path.as_deref().map(|path| world.path_of(by, path))),
                    processes: array(processes, |process| model::UniqueProcess {
                        pid: process.pid,
                        start_time: process.start_time,
                    }),
                    services: array(services, |name| name.as_deref().map(|name| world.service_name(name))),
                })
            }
            Call::GetList { handle, capacity, null_array, null_needed, null_count, null_reasons } => {
                model::Call::GetList(model::GetList {
                    handle: SessionHandle(*handle),
                    capacity: *capacity,
                    null_array: *null_array,
                    null_needed: *null_needed,
                    null_count: *null_count,
                    null_reasons: *null_reasons,
                })
            }
            Call::Shutdown { handle } => later(model::LaterFunction::Shutdown, handle),
            Call::Restart { handle } => later(model::LaterFunction::Restart, handle),
            Call::CancelCurrentTask { handle } => later(model::LaterFunction::CancelCurrentTask, handle),
            Call::AddFilter { handle } => later(model::LaterFunction::AddFilter, handle),
            Call::RemoveFilter { handle } => later(model::LaterFunction::RemoveFilter, handle),
            Call::GetFilterList { handle } => later(model::LaterFunction::GetFilterList, handle),
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

    fn process_of_installer(&self, installer: usize) -> model::ProcessId {
        let id = self.numbers.installers[installer];
        self.simulator.machine().world().installers()[id.index()].process
    }

    fn observation(&self, observed: &Observed, request: &Request, key: Option<SessionKey>) -> Observation {
        let mut seen = Observation::default();
        for output in &observed.outputs {
            match output {
                Output::Reply(reply) => seen.ending = Some(Ending::Returned(reply.code())),
                Output::NotModeled => seen.ending = Some(Ending::NotModeled),
                Output::Handle(handle) => seen.handle = Some(handle.0),
                Output::Key { terminated } => {
                    seen.key = key.map(|key| self.key_text(key, *terminated, request));
                }
                Output::List(outputs) => {
                    seen.list = Some(List {
                        needed: outputs.needed,
                        count: outputs.count.or_else(|| capacity(request)),
                        reasons: outputs.reasons.map(|reasons| reasons.0),
                        affected: Vec::new(),
                    });
                }
                Output::Affected(application) => {
                    seen.list.get_or_insert_default().affected.push(self.affected(application));
                }
                Output::LeftOpen(sessions) => {
                    if matches!(request, Request::Event(Event::ExitInstaller(_))) {
                        seen.left_open = Some(*sessions);
                    }
                }
                Output::DatabaseSession(session) => {
                    seen.database.get_or_insert_default().push(database_session(session));
                }
            }
        }
        if let Request::Database { .. } = request {
            seen.database.get_or_insert_default();
        }
        seen
    }

    /// The key as it stands in a buffer of 33 characters.
    fn key_text(&self, key: SessionKey, terminated: bool, request: &Request) -> KeyText {
        let mut text = write_key(key, self.upper_case_keys);
        let last = match request {
            Request::Call { call: Call::StartSession { key_buffer, .. }, .. } => {
                key_buffer.chars().nth(KEY_LENGTH)
            }
            Request::Call { .. } | Request::Event(_) | Request::Database { .. } => None,
        };
        // What stood behind the key tells whether a NUL was written there.
        match last {
            Some(_) if terminated => KeyText { text, terminated: Some(true) },
            Some(last) => {
                text.push(last);
                KeyText { text, terminated: Some(false) }
            }
            None => KeyText { text, terminated: None },
        }
    }

    fn affected(&self, application: &model::AffectedApplication) -> Affected {
        let world = self.simulator.machine().world();
        Affected {
            process: unique(application.process),
            name: world.text_of(application.name).to_string(),
            service: application.service.map(|name| world.text_of(name).to_string()).unwrap_or_default(),
            application_type: application.application_type.number(),
            status: application.status.0,
            terminal_session: application.terminal_session,
            restartable: application.restartable,
        }
    }
}

impl Backend for SimulatedBackend {
    fn perform(&mut self, request: &Request) -> Result<Observation, BackendError> {
        self.rules = RuleSet::default();
        let Some((input, key)) = self.input(request) else {
            return Ok(Observation { ending: Some(Ending::Crashed), ..Observation::default() });
        };
        self.rules = self.simulator.perform(&input).rules;
        Ok(self.observation(self.simulator.observed(), request, key))
    }

    fn unique_process(&mut self, who: Subject) -> Result<UniqueProcess, BackendError> {
        let process = match who {
            Subject::Installer(installer) => self.process_of_installer(installer),
            Subject::Application(application) => self.numbers.applications[application],
        };
        Ok(unique(self.simulator.machine().unique_process(process)))
    }

    fn rules(&self) -> RuleSet {
        self.rules
    }

    fn picks(&self) -> String {
        self.simulator.picks().to_string()
    }
}

/// A key's 32 hexadecimal digits.
fn write_key(key: SessionKey, upper_case: bool) -> String {
    if upper_case { format!("{:032X}", key.0) } else { format!("{:032x}", key.0) }
}

/// Reads what a caller passes as a key; `upper_case` is the case in which keys are given out.
fn read_key(text: &str, upper_case: bool) -> model::KeyArgument {
    let is_well_formed = text.len() == KEY_LENGTH && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match u128::from_str_radix(text, 16) {
        Ok(bits) if is_well_formed => {
            let key = SessionKey(bits);
            model::KeyArgument::WellFormed { key, same_case: write_key(key, upper_case) == text }
        }
        _ => model::KeyArgument::Malformed,
    }
}

/// What `pnProcInfo` holds while nothing is written to it.
fn capacity(request: &Request) -> Option<u32> {
    match request {
        Request::Call { call: Call::GetList { capacity, null_count: false, .. }, .. } => Some(*capacity),
        Request::Call { .. } | Request::Event(_) | Request::Database { .. } => None,
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

fn unique(process: model::UniqueProcess) -> UniqueProcess {
    UniqueProcess { pid: process.pid, start_time: process.start_time }
}

fn database_session(session: &model::DatabaseSession) -> DatabaseSession {
    DatabaseSession {
        number: session.number,
        owner: unique(session.owner),
        abandoned: session.abandoned,
        file_groups: session.file_groups.clone(),
        process_groups: session.process_groups.clone(),
        service_groups: session.service_groups.clone(),
    }
}

/// Whether a profile answers a knob with the option of this name.
fn is_answered(profile: &Profile, knob: Knob, option: &str) -> bool {
    profile.possible(knob).eq(knob.options().iter().position(|known| *known == option))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_and_read_back_in_either_case() {
        let key = SessionKey(0x0123_4567_89ab_cdef_0011_2233_4455_66ff);
        for upper_case in [false, true] {
            let text = write_key(key, upper_case);
            assert_eq!(read_key(&text, upper_case), model::KeyArgument::WellFormed { key, same_case: true });
            assert_eq!(
                read_key(&text, !upper_case),
                model::KeyArgument::WellFormed { key, same_case: false }
            );
        }
    }

    #[test]
    fn what_is_not_32_hexadecimal_digits_is_malformed() {
        for text in [
            "",
            "0",
            "+123456789abcdef0123456789abcdef",
            "0123456789abcdef0123456789abcde",
            "g".repeat(32).as_str(),
        ] {
            assert_eq!(read_key(text, false), model::KeyArgument::Malformed, "{text}");
        }
    }
}
