//! What a small world offers in each of its states.

use rstmgr_model::{
    ArrayArgument, Bundle, Call, Event, FORCE_SHUTDOWN, FilterTarget, GetFilterList, GetList, Input,
    InstallerId, KeyArgument, Machine, PathId, ProcessId, RegisterResources, Restart,
    SHUTDOWN_ONLY_REGISTERED, ServiceNameId, SessionHandle, SessionKey, Shutdown, StartSession,
};

/// A machine of which every state is explored, and what can happen on it.
#[derive(Clone, Debug)]
pub struct SmallWorld {
    /// The first state.
    pub machine: Machine,
    /// Who calls.
    pub installers: Vec<InstallerId>,
    /// The files that are registered, each for itself.
    pub files: Vec<PathId>,
    /// The applications that are registered by their ids, filtered, started and ended.
    pub applications: Vec<ProcessId>,
    /// The services that are registered and filtered, by name.
    pub services: Vec<ServiceNameId>,
    /// What is called.
    pub functions: Vec<Function>,
    /// The flags with which `RmShutdown` is called.
    pub shutdown_flags: Vec<u32>,
    /// With which arguments the functions are called.
    pub arguments: Arguments,
    /// Whether applications start and exit on their own.
    pub applications_come_and_go: bool,
    /// Whether the processes of installers end.
    pub installers_die: bool,
    /// How far a state may be.
    pub bounds: Bounds,
}

/// With which arguments functions are called: each with every session, resource and target that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Arguments {
    /// Lists that are too small, empty and large enough; files, processes and services; filters of both actions.
    All,
    /// Lists that are large enough; files and services; filters against being stopped.
    Few,
}

/// A function of the Restart Manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// `RmStartSession`
    StartSession,
    /// `RmJoinSession`
    JoinSession,
    /// `RmEndSession`
    EndSession,
    /// `RmRegisterResources`
    RegisterResources,
    /// `RmGetList`
    GetList,
    /// `RmShutdown`
    Shutdown,
    /// `RmRestart`
    Restart,
    /// `RmCancelCurrentTask`
    CancelCurrentTask,
    /// `RmAddFilter`
    AddFilter,
    /// `RmRemoveFilter`
    RemoveFilter,
    /// `RmGetFilterList`
    GetFilterList,
}

impl Function {
    /// All eleven.
    pub const ALL: [Function; 11] = [
        Function::StartSession,
        Function::JoinSession,
        Function::EndSession,
        Function::RegisterResources,
        Function::GetList,
        Function::Shutdown,
        Function::Restart,
        Function::CancelCurrentTask,
        Function::AddFilter,
        Function::RemoveFilter,
        Function::GetFilterList,
    ];
}

/// What keeps the states of a world finite: states beyond it are counted, and not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How many sessions there are at a time; none is started beyond it.
    pub sessions: usize,
    /// How many calls of an installer are under way at a time; beyond it, it only cancels.
    pub calls: usize,
    /// How many shutdowns and restarts are under way at a time, of everybody; none is called beyond it.
    pub operations: usize,
    /// How many handles a process has at a time; it joins nothing beyond it.
    pub handles: usize,
    /// Of how many incarnations of a process the sessions know: 1 if none is ever started again.
    pub incarnations: usize,
    /// How many resources a session registers, none beyond it; what is registered twice counts twice, and what waits for
    /// its turn may come in addition.
    pub resources: u32,
    /// How many filters a session has; none is added beyond it.
    pub filters: usize,
}

#[cfg(test)]
impl Bounds {
    /// The smallest world in which everything can happen.
    pub(super) const ONE_OF_EACH: Bounds = Bounds {
        sessions: 1,
        handles: 1,
        calls: 1,
        operations: 1,
        incarnations: 1,
        resources: 1,
        filters: 1,
    };
}

/// `RmNoRestart` and `RmNoShutdown`.
const NO_RESTART: u32 = 1;
const NO_SHUTDOWN: u32 = 2;

/// A key that no session has.
const UNKNOWN_KEY: SessionKey = SessionKey(0);

impl SmallWorld {
    /// `RmRegisterResources` and so on, of everybody, with all flags.
    pub fn new(mut machine: Machine, bounds: Bounds) -> SmallWorld {
        // Which knobs are asked is nothing to look at here, and machines that differ in it could not share them.
        machine.ask_every_knob();
        SmallWorld {
            machine,
            installers: Vec::new(),
            files: Vec::new(),
            applications: Vec::new(),
            services: Vec::new(),
            functions: Function::ALL.to_vec(),
            shutdown_flags: vec![0, FORCE_SHUTDOWN, SHUTDOWN_ONLY_REGISTERED],
            arguments: Arguments::All,
            applications_come_and_go: false,
            installers_die: false,
            bounds,
        }
    }

    pub(super) fn first(&self) -> Machine {
        self.machine.clone()
    }

    /// Which of the paths of a process can be registered.
    pub(super) fn offers(&self, bundle: &Bundle) -> impl Iterator<Item = bool> {
        bundle.paths().map(|path| self.files.contains(&path))
    }

    /// Whether a state lies beyond the bounds, which speaks of so many incarnations of one process.
    pub(super) fn is_beyond(&self, machine: &Machine, incarnations: usize) -> bool {
        incarnations > self.bounds.incarnations || machine.most_registered() > self.bounds.resources
    }

    /// Everything that can be done in a state, always in the same order; clears `inputs` first.
    pub fn inputs(&self, machine: &Machine, inputs: &mut Vec<Input>) {
        inputs.clear();
        inputs.extend(machine.timers().into_iter().map(Input::Due));
        for by in &self.installers {
            if machine.is_process_running(machine.world().installers()[by.index()].process) {
                self.calls(machine, *by, inputs);
            }
        }
        self.events(machine, inputs);
    }

    fn calls(&self, machine: &Machine, by: InstallerId, inputs: &mut Vec<Input>) {
        let call = |call| Input::Call { by, call, inside: None };
        let keys: Vec<SessionKey> = machine.session_keys().collect();
        let mut handles: Vec<SessionHandle> = machine.open_handles(by).collect();
        let has_room = handles.len() < self.bounds.handles;
        // One that the process does not have: it had it before, or will have it next.
        let unknown = (0..).map(SessionHandle).find(|handle| !handles.contains(handle));
        handles.extend(unknown);
        let is_busy = machine.calls_under_way(by) >= self.bounds.calls;
        let has_turn = machine.operations_under_way() < self.bounds.operations;
        let may = |function: &&Function| match function {
            Function::CancelCurrentTask => true,
            Function::Shutdown | Function::Restart => !is_busy && has_turn,
            Function::StartSession
            | Function::JoinSession
            | Function::EndSession
            | Function::RegisterResources
            | Function::GetList
            | Function::AddFilter
            | Function::RemoveFilter
            | Function::GetFilterList => !is_busy,
        };
        for function in self.functions.iter().filter(may) {
            match function {
                Function::StartSession if has_room && keys.len() < self.bounds.sessions => {
                    let key = (1..).map(SessionKey).find(|key| !keys.contains(key));
                    inputs.extend(key.map(|key| call(start(key))));
                }
                Function::JoinSession if has_room => {
                    let keys = keys.iter().chain([&UNKNOWN_KEY]);
                    inputs.extend(keys.map(|key| call(join(*key))));
                }
                Function::StartSession | Function::JoinSession => {}
                Function::EndSession
                | Function::RegisterResources
                | Function::GetList
                | Function::Shutdown
                | Function::Restart
                | Function::CancelCurrentTask
                | Function::AddFilter
                | Function::RemoveFilter
                | Function::GetFilterList => {
                    for handle in &handles {
                        if !self.is_full(machine, *function, by, *handle) {
                            self.calls_on(machine, *function, *handle, &mut |made| inputs.push(call(made)));
                        }
                    }
                }
            }
        }
    }

    /// Whether a session has as many of what a function adds to it as it may have.
    fn is_full(&self, machine: &Machine, function: Function, by: InstallerId, handle: SessionHandle) -> bool {
        match function {
            Function::RegisterResources => machine.registered_through(by, handle) >= self.bounds.resources,
            Function::AddFilter => machine.filters_through(by, handle) >= self.bounds.filters,
            Function::StartSession
            | Function::JoinSession
            | Function::EndSession
            | Function::GetList
            | Function::Shutdown
            | Function::Restart
            | Function::CancelCurrentTask
            | Function::RemoveFilter
            | Function::GetFilterList => false,
        }
    }

    /// The calls of a function through a handle.
    fn calls_on(
        &self,
        machine: &Machine,
        function: Function,
        handle: SessionHandle,
        push: &mut dyn FnMut(Call),
    ) {
        match function {
            Function::StartSession | Function::JoinSession => {}
            Function::EndSession => push(Call::EndSession { handle }),
            Function::RegisterResources => self.registrations(machine, handle, push),
            Function::GetList => {
                self.choose(&[0, 1, 64]).iter().for_each(|capacity| push(list(handle, *capacity)))
            }
            Function::Shutdown => {
                let flags = self.shutdown_flags.iter();
                flags.for_each(|flags| {
                    push(Call::Shutdown(Shutdown { handle, flags: *flags, has_callback: true }));
                });
            }
            Function::Restart => push(Call::Restart(Restart { handle, flags: 0, has_callback: true })),
            Function::CancelCurrentTask => push(Call::CancelCurrentTask { handle }),
            Function::AddFilter => self.targets(machine).into_iter().for_each(|target| {
                let actions = self.choose(&[NO_RESTART, NO_SHUTDOWN]).iter();
                actions.for_each(|action| push(Call::AddFilter { handle, target, action: *action }));
            }),
            Function::RemoveFilter => self
                .targets(machine)
                .into_iter()
                .for_each(|target| push(Call::RemoveFilter { handle, target })),
            Function::GetFilterList => self.choose(&[0, 4096]).iter().for_each(|capacity| {
                push(Call::GetFilterList(GetFilterList {
                    handle,
                    capacity: *capacity,
                    null_buffer: *capacity == 0,
                    null_needed: false,
                }));
            }),
        }
    }

    /// All of these arguments, or the last alone.
    fn choose<'a>(&self, all: &'a [u32]) -> &'a [u32] {
        match self.arguments {
            Arguments::All => all,
            Arguments::Few => &all[all.len() - 1..],
        }
    }

    /// Each resource by itself.
    fn registrations(&self, machine: &Machine, handle: SessionHandle, push: &mut dyn FnMut(Call)) {
        let nothing = RegisterResources {
            handle,
            files: ArrayArgument::absent(),
            processes: ArrayArgument::absent(),
            services: ArrayArgument::absent(),
        };
        for file in &self.files {
            let files = ArrayArgument::of(vec![Some(*file)]);
            push(Call::RegisterResources(RegisterResources { files, ..nothing.clone() }));
        }
        let applications = self.applications.iter().filter(|_| self.arguments == Arguments::All);
        for process in applications {
            let processes = ArrayArgument::of(vec![machine.unique_process(*process)]);
            push(Call::RegisterResources(RegisterResources { processes, ..nothing.clone() }));
        }
        for service in &self.services {
            let services = ArrayArgument::of(vec![Some(*service)]);
            push(Call::RegisterResources(RegisterResources { services, ..nothing.clone() }));
        }
    }

    /// Whom filters are about: each application by its process, each service by its name.
    fn targets(&self, machine: &Machine) -> Vec<FilterTarget> {
        let processes = self.applications.iter().map(|process| FilterTarget {
            process: Some(machine.unique_process(*process)),
            ..FilterTarget::default()
        });
        let services = self
            .services
            .iter()
            .map(|service| FilterTarget { service: Some(*service), ..FilterTarget::default() });
        processes.chain(services).collect()
    }

    fn events(&self, machine: &Machine, inputs: &mut Vec<Input>) {
        let come_and_go = self.applications.iter().filter(|_| self.applications_come_and_go);
        inputs.extend(come_and_go.map(|process| {
            Input::Event(if machine.is_process_running(*process) {
                Event::Exit(*process)
            } else {
                Event::Start { process: *process, launch: None }
            })
        }));
        if self.installers_die {
            let processes = self.installers.iter().map(|by| machine.world().installers()[by.index()].process);
            let running = processes.filter(|process| machine.is_process_running(*process));
            inputs.extend(running.map(|process| Input::Event(Event::Exit(process))));
        }
    }
}

fn start(key: SessionKey) -> Call {
    Call::StartSession(StartSession {
        flags: 0,
        null_handle: false,
        null_key: false,
        buffer_in_use: false,
        key,
    })
}

fn join(key: SessionKey) -> Call {
    let key = Some(KeyArgument::WellFormed { key, same_case: true });
    Call::JoinSession { null_handle: false, key }
}

fn list(handle: SessionHandle, capacity: u32) -> Call {
    Call::GetList(GetList {
        handle,
        capacity,
        null_array: capacity == 0,
        null_needed: false,
        null_count: false,
        null_reasons: false,
    })
}
