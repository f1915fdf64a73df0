//! Careless installers: they call in any order, with handles and keys of others, cancel, die, and reboot.

use std::time::Duration;

use rstmgr_model::{
    Act, ArrayArgument, Call, CallId, Event, Fault, FileFact, FilterTarget, Flaw, GetFilterList, GetList,
    Input, Installer, InstallerId, KeyArgument, Machine, Module, Output, PathId, ProcessId, Profile,
    RegisterResources, RegistrationCall, Restart, SessionHandle, SessionKey, Shutdown, StartSession, TextId,
    UniqueProcess, World,
};
use rstmgr_sim::{Random, RandomMachine, Workload};

use super::watched::Watched;

/// The stream of a seed that careless installers draw from.
pub(crate) const STREAM: u64 = 11;

/// Installers in the making of mistakes.
pub(crate) struct Careless {
    pub(crate) watched: Watched,
    random: Random,
    machine: RandomMachine,
    installers: Vec<InstallerId>,
    files: Vec<PathId>,
    texts: Vec<TextId>,
    keys: Vec<SessionKey>,
    under_way: Vec<CallId>,
}

impl Careless {
    pub(crate) fn new(seed: u64, profile: Profile, flaw: Option<Flaw>) -> Careless {
        let workload = Workload { applications: 3..=9, ..Workload::of_seed(seed) };
        let mut machine = workload.machine(seed);
        let world = &mut machine.world;
        let mut installers = vec![machine.installer];
        for (number, user) in [0, 1].into_iter().enumerate() {
            let mut process = world.process(&format!(r"C:\Setup\other{number}.exe"), World::user(user));
            process.elevated = number == 1;
            let process = world.add_process(process);
            installers.push(installer(world, process));
        }
        let shared = world.installers()[0].process;
        installers.push(installer(world, shared));
        let mut files = machine.files.clone();
        files.truncate(5);
        files.push(world.path(r"\\?\c:\app\FILE0.dll"));
        files.push(world.path(r"C:\App\nobody.dll"));
        let directory = world.path(r"C:\App\plugins");
        world.file(directory, FileFact::Directory);
        files.push(directory);
        let texts = vec![world.long_text("--again"), world.long_text(&"x".repeat(1025)), world.long_text("")];
        let mut state = Machine::new(world.clone(), profile);
        if let Some(flaw) = flaw {
            state = state.with_flaw(flaw);
        }
        Careless {
            watched: Watched::new(state, seed),
            random: Random::new(seed, STREAM),
            machine,
            installers,
            files,
            texts,
            keys: Vec::new(),
            under_way: Vec::new(),
        }
    }

    /// Does something, or lets time pass.
    pub(crate) fn go_on(&mut self) {
        match self.random.below(100) {
            0..45 => {
                self.watched.proceed();
            }
            45..88 => {
                let by = self.installer(&[0, 0, 0, 0, 0, 1, 1, 2, 3]);
                let call = self.call();
                let is_inside = self.random.below(6) == 0 && !self.under_way.is_empty();
                let inside = is_inside.then(|| self.pick(&self.under_way.clone()));
                self.perform(Input::Call { by, call, inside });
            }
            88..96 => {
                let event = self.event();
                self.perform(Input::Event(event));
            }
            96 => {
                let by = self.installers[self.random.below(3)];
                self.perform(Input::Database { of: by });
            }
            97 => {
                let call = self.registration();
                self.perform(Input::Registration(call));
            }
            _ => {
                let by = self.installer(&[0, 1, 2, 3]);
                let act = self.act();
                self.perform(Input::Act { by, act });
            }
        }
    }

    /// One of them starts a session, and has its process started if it must.
    pub(crate) fn start_session(&mut self, place: usize) {
        let by = self.installer(&[place]);
        let key = self.watched.simulator.fresh_key();
        let arguments =
            StartSession { flags: 0, null_handle: false, null_key: false, buffer_in_use: false, key };
        self.perform(Input::Call { by, call: Call::StartSession(arguments), inside: None });
    }

    /// One of them ends every session through its handles.
    pub(crate) fn end_sessions(&mut self, place: usize) {
        let by = self.installers[place];
        let handles: Vec<SessionHandle> = self.watched.simulator.machine().open_handles(by).collect();
        for handle in handles {
            self.perform(Input::Call { by, call: Call::EndSession { handle }, inside: None });
        }
    }

    /// Something that does not depend on whether the others of its kind came before.
    pub(crate) fn commuting(&mut self, step: usize) {
        let key = SessionKey(u128::try_from(step).expect("it is small"));
        let arguments =
            StartSession { flags: 0, null_handle: false, null_key: false, buffer_in_use: false, key };
        let process = self.machine.processes[0];
        self.perform(match step {
            // Installers of two users have sessions with the same number.
            0 => Input::Call { by: self.installers[0], call: Call::StartSession(arguments), inside: None },
            1 => Input::Call { by: self.installers[2], call: Call::StartSession(arguments), inside: None },
            2 => Input::Event(Event::Open(process, self.files[0])),
            _ => Input::Registration(RegistrationCall::Unregister { process: self.machine.processes[1] }),
        });
    }

    /// One of them looks at the database.
    pub(crate) fn look(&mut self, place: usize) {
        self.perform(Input::Database { of: self.installers[place] });
    }

    /// The process of one of them exits.
    pub(crate) fn exit(&mut self, place: usize) {
        let process = self.watched.world().installers()[self.installers[place].index()].process;
        self.perform(Input::Event(Event::Exit(process)));
    }

    /// An installer; one whose process is gone is started first.
    fn installer(&mut self, places: &[usize]) -> InstallerId {
        let place = self.pick(places);
        let by = self.installers[place];
        let process = self.watched.world().installers()[by.index()].process;
        if !self.watched.simulator.machine().is_process_running(process) {
            self.perform(Input::Event(Event::Start { process, launch: None }));
        }
        by
    }

    fn perform(&mut self, input: Input) {
        let outputs = self.watched.perform(input);
        let mut under_way = self.under_way.clone();
        for output in outputs {
            match output {
                Output::Pending(call) => under_way.push(*call),
                Output::Returned(call, _) | Output::Abandoned(call) => {
                    under_way.retain(|other| other != call)
                }
                _ => {}
            }
        }
        self.under_way = under_way;
    }

    fn pick<T: Copy>(&mut self, options: &[T]) -> T {
        options[self.random.below(options.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.random.below(100) < percent
    }

    fn handle(&mut self) -> SessionHandle {
        SessionHandle(self.pick(&[0, 0, 0, 0, 0, 0, 1, 1, 2, 7]))
    }

    fn process(&mut self) -> ProcessId {
        let count = self.watched.world().processes().len();
        let known: Vec<ProcessId> = self.machine.processes.clone();
        let installers: Vec<ProcessId> =
            self.watched.world().installers().iter().map(|installer| installer.process).collect();
        let place = self.random.below(count);
        known.get(place).copied().unwrap_or_else(|| self.pick(&installers))
    }

    fn unique(&mut self) -> UniqueProcess {
        let process = self.process();
        let mut unique = self.watched.simulator.machine().unique_process(process);
        if self.chance(20) {
            unique.start_time += 1;
        }
        unique
    }

    fn call(&mut self) -> Call {
        let handle = self.handle();
        match self.random.below(100) {
            0..12 => self.start(),
            12..17 => self.join(),
            17..20 => Call::EndSession { handle },
            20..38 => self.register(handle),
            38..53 => self.list(handle),
            53..65 => {
                let flags = self.pick(&[0, 0, 0, 1, 1, 0x10, 0x11]);
                Call::Shutdown(Shutdown { handle, flags, has_callback: self.chance(85) })
            }
            65..75 => Call::Restart(Restart { handle, flags: 0, has_callback: self.chance(85) }),
            75..79 => Call::CancelCurrentTask { handle },
            79..88 => {
                let target = self.target();
                Call::AddFilter { handle, target, action: self.pick(&[1, 1, 1, 2, 2, 2, 3]) }
            }
            88..93 => {
                let target = self.target();
                Call::RemoveFilter { handle, target }
            }
            _ => Call::GetFilterList(GetFilterList {
                handle,
                capacity: self.pick(&[0, 32, 100, 1_000, 1_000, 1_000]),
                null_buffer: self.chance(10),
                null_needed: self.chance(5),
            }),
        }
    }

    fn start(&mut self) -> Call {
        let key = self.watched.simulator.fresh_key();
        self.keys.push(key);
        Call::StartSession(StartSession {
            flags: u32::from(self.chance(5)),
            null_handle: self.chance(3),
            null_key: self.chance(3),
            buffer_in_use: self.chance(10),
            key,
        })
    }

    fn join(&mut self) -> Call {
        let newest = self.keys.iter().rev().take(4).copied().collect::<Vec<_>>();
        let key = match self.random.below(10) {
            0 => None,
            1 => Some(KeyArgument::Malformed),
            _ if newest.is_empty() => Some(KeyArgument::Malformed),
            number => {
                let SessionKey(key) = self.pick(&newest);
                let key = if number == 2 { SessionKey(key ^ 1) } else { SessionKey(key) };
                Some(KeyArgument::WellFormed { key, same_case: number != 3 })
            }
        };
        Call::JoinSession { null_handle: self.chance(5), key }
    }

    fn register(&mut self, handle: SessionHandle) -> Call {
        let mut arguments = RegisterResources {
            handle,
            files: ArrayArgument::absent(),
            processes: ArrayArgument::absent(),
            services: ArrayArgument::absent(),
        };
        let count = self.random.below(4);
        let known = if self.chance(10) { self.files.len() } else { self.files.len() - 1 };
        let files = (0..count).map(|_| Some(self.files[self.random.below(known)]));
        let files: Vec<_> = files.collect();
        if count > 0 {
            arguments.files = ArrayArgument::of(files);
        }
        if self.chance(40) {
            arguments.processes = ArrayArgument::of(vec![self.unique()]);
        }
        if self.chance(30) && !self.machine.service_names.is_empty() {
            let name = self.pick(&self.machine.service_names.clone());
            arguments.services = ArrayArgument::of(vec![Some(name)]);
        }
        match self.random.below(30) {
            0 => arguments.files = ArrayArgument { count: 2, items: None },
            1 => arguments.files = ArrayArgument::of(vec![None]),
            _ => {}
        }
        Call::RegisterResources(arguments)
    }

    fn list(&mut self, handle: SessionHandle) -> Call {
        let capacity = self.pick(&[0, 1, 3, 100, 100, 100, 100]);
        Call::GetList(GetList {
            handle,
            capacity,
            null_array: capacity == 0 || self.chance(3),
            null_needed: self.chance(2),
            null_count: self.chance(2),
            null_reasons: self.chance(2),
        })
    }

    fn target(&mut self) -> FilterTarget {
        let process = self.process();
        let image = self.watched.world().processes()[process.index()].image;
        match self.random.below(10) {
            0 => FilterTarget::default(),
            1 | 2 if !self.machine.service_names.is_empty() => {
                let service = self.pick(&self.machine.service_names.clone());
                FilterTarget { service: Some(service), ..FilterTarget::default() }
            }
            3..6 => {
                let world = self.watched.simulator.machine_mut().world_mut();
                let name = world.text_of(image).to_string();
                let module = Module { path: world.path(&name), text: world.text(&name) };
                FilterTarget { module: Some(module), ..FilterTarget::default() }
            }
            _ => FilterTarget { process: Some(self.unique()), ..FilterTarget::default() },
        }
    }

    fn event(&mut self) -> Event {
        let process = self.process();
        let file = self.files[self.random.below(7)];
        let is_running = self.watched.simulator.machine().is_process_running(process);
        let dies = self.watched.world().installers().iter().any(|installer| installer.process == process);
        match self.random.below(100) {
            0..35 => Event::Start { process, launch: None },
            35..45 if !dies || self.chance(40) => Event::Exit(process),
            45..70 if is_running => Event::Open(process, file),
            70..75 if is_running => Event::Close(process, file),
            75..83 => {
                let fault = self.pick(&[Fault::NoMemory, Fault::RegistryUnwritable, Fault::MemoryShort]);
                Event::Fault { fault, active: self.chance(25) }
            }
            83..86 => Event::RegistryMutex { held: self.chance(25), of: self.installers[0], handle: None },
            86 if self.chance(40) => Event::LogOff(World::user(0)),
            87 if self.chance(40) => Event::Reboot,
            _ => {
                let fault = self.pick(&[Fault::NoMemory, Fault::RegistryUnwritable, Fault::MemoryShort]);
                if self.chance(50) {
                    return Event::RegistryMutex { held: false, of: self.installers[0], handle: None };
                }
                Event::Fault { fault, active: false }
            }
        }
    }

    fn registration(&mut self) -> RegistrationCall {
        let process = self.process();
        match self.random.below(3) {
            0 => {
                let arguments = Some(self.pick(&self.texts.clone()));
                RegistrationCall::Register { process, arguments, flags: self.pick(&[0, 4]) }
            }
            1 => RegistrationCall::Unregister { process },
            _ => {
                let capacity = Some(2_000);
                RegistrationCall::Settings { process, by_itself: true, capacity, null_buffer: false }
            }
        }
    }

    fn act(&mut self) -> Act {
        let file = self.pick(&self.files.clone());
        match self.random.below(10) {
            0 | 1 => Act::ReplaceFile(file),
            2 if !self.machine.services.is_empty() => {
                Act::StartService(self.pick(&self.machine.services.clone()))
            }
            3 | 4 if !self.machine.services.is_empty() => {
                Act::StopService(self.pick(&self.machine.services.clone()))
            }
            5 => Act::InitiateShutdown { flags: 0x5, grace: Duration::from_secs(5) },
            6 => Act::AbortShutdown,
            7 => Act::ExitWindows { flags: 0 },
            8 => Act::LogOn,
            _ => Act::ScheduleReplacement(file),
        }
    }
}

fn installer(world: &mut World, process: ProcessId) -> InstallerId {
    let current_directory = String::from(r"C:\Setup");
    world.add_installer(Installer { process, as_service: false, current_directory, shutdown_privilege: true })
}
