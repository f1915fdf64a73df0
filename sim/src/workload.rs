//! Random installers and applications, by a seed: machines on which every kind of program behaves in every way.
//!
//! A machine in which everything happens at once hardly ever gets past the first refusal. So each [`Workload`] has
//! some of its [`Feature`]s switched off, and most have nobody on the list who needs a reboot.

mod applications;
mod services;

use std::ops::RangeInclusive;

use rstmgr_model::{
    ArrayArgument, Call, FORCE_SHUTDOWN, FilterTarget, GetList, Input, Installer, InstallerId, Module,
    OnConsoleEvent, PathId, ProcessId, RegisterResources, Restart, SHUTDOWN_ONLY_REGISTERED, ServiceId,
    ServiceNameId, SessionHandle, SessionKey, Shutdown, StartSession, TextId, UniqueProcess, UserId, World,
};

use crate::seeded::Random;

/// Something that random machines have, or have not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// Windows that refuse, are silent, hang, or answer too late.
    Refusals,
    /// Programs that agree and stay, or linger.
    Survivors,
    /// Programs with hidden windows beside their first.
    HiddenWindows,
    /// Programs with neither window nor console, which can only be killed.
    Unknown,
    /// Console programs on one console.
    SharedConsoles,
    /// A console program on the installer's console.
    InstallerConsole,
    /// The shell.
    Explorer,
    /// Services.
    Services,
    /// Services that share a host.
    SharedHosts,
    /// Services that depend on each other.
    Dependents,
    /// Services that refuse to stop, fail at it, hang, or are busy.
    StubbornServices,
    /// Programs and services that fail to start again.
    FailingStarts,
    /// Programs that something starts again.
    ComingBack,
    /// Programs that cannot be restarted: never registered, or not for updates.
    Unregistered,
    /// Filters of both actions.
    Filters,
    /// Programs of other users, of other terminal sessions, elevated ones, critical ones; nobody needs them.
    Strangers,
    /// The same, and they use the files: a reboot is needed.
    RebootReasons,
}

impl Feature {
    /// All of them.
    pub const ALL: [Feature; 17] = [
        Feature::Refusals,
        Feature::Survivors,
        Feature::HiddenWindows,
        Feature::Unknown,
        Feature::SharedConsoles,
        Feature::InstallerConsole,
        Feature::Explorer,
        Feature::Services,
        Feature::SharedHosts,
        Feature::Dependents,
        Feature::StubbornServices,
        Feature::FailingStarts,
        Feature::ComingBack,
        Feature::Unregistered,
        Feature::Filters,
        Feature::Strangers,
        Feature::RebootReasons,
    ];

    /// In how many of a hundred workloads it is switched on, if the shutdown has these flags.
    fn percent(self, flags: u32) -> usize {
        let is_forced = flags & FORCE_SHUTDOWN != 0;
        match self {
            Feature::Refusals | Feature::Unknown if is_forced => 70,
            Feature::Refusals | Feature::Unknown => 20,
            Feature::Unregistered if flags & SHUTDOWN_ONLY_REGISTERED != 0 => 15,
            Feature::InstallerConsole => 10,
            Feature::RebootReasons => 30,
            Feature::ComingBack | Feature::StubbornServices => 50,
            Feature::Survivors
            | Feature::HiddenWindows
            | Feature::SharedConsoles
            | Feature::Explorer
            | Feature::Services
            | Feature::SharedHosts
            | Feature::Dependents
            | Feature::FailingStarts
            | Feature::Unregistered
            | Feature::Filters
            | Feature::Strangers => 75,
        }
    }
}

/// What random machines are like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// How many applications there are: processes with windows, consoles or neither, and hosts of services.
    pub applications: RangeInclusive<usize>,
    /// What they have, in any order.
    pub features: Vec<Feature>,
    /// `lActionFlags` of the shutdown.
    pub shutdown_flags: u32,
}

/// A machine, its installer, and what that installer does.
#[derive(Clone, Debug)]
pub struct RandomMachine {
    /// What it was made of.
    pub workload: Workload,
    /// The surroundings.
    pub world: World,
    /// Who calls.
    pub installer: InstallerId,
    /// Every process of the world, by its place; the installer's is the last.
    pub processes: Vec<ProcessId>,
    /// Every service of the world, by its place.
    pub services: Vec<ServiceId>,
    /// The names of the services, by their place.
    pub service_names: Vec<ServiceNameId>,
    /// The programs whose files are missing.
    pub missing_programs: Vec<TextId>,
    /// The files that are registered.
    pub files: Vec<PathId>,
    /// The processes that are registered.
    pub registered_processes: Vec<UniqueProcess>,
    /// The services that are registered.
    pub registered_services: Vec<ServiceNameId>,
    /// The filters that are added, each with its action, in order.
    pub filters: Vec<(FilterTarget, u32)>,
}

/// The machine of a seed, with the workload of that seed.
///
/// ```
/// let machine = rstmgr_sim::random_machine(7);
/// assert!((10..=201).contains(&machine.processes.len()));
/// ```
pub fn random_machine(seed: u64) -> RandomMachine {
    Workload::of_seed(seed).machine(seed)
}

impl Workload {
    /// The workload of a seed: 10 to 200 applications, any flags, some features switched off.
    pub fn of_seed(seed: u64) -> Workload {
        let mut random = Random::new(seed, WORKLOAD_STREAM);
        let shutdown_flags = match random.below(100) {
            0..35 => 0,
            35..70 => FORCE_SHUTDOWN,
            70..85 => SHUTDOWN_ONLY_REGISTERED,
            _ => FORCE_SHUTDOWN | SHUTDOWN_ONLY_REGISTERED,
        };
        let features = Feature::ALL.into_iter().filter(|feature| {
            let percent = feature.percent(shutdown_flags);
            random.below(100) < percent
        });
        Workload { applications: 10..=200, features: features.collect(), shutdown_flags }
    }

    /// Whether its machines have this.
    pub fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    /// A machine of this workload.
    ///
    /// # Panics
    ///
    /// If the range of applications is empty.
    pub fn machine(&self, seed: u64) -> RandomMachine {
        let mut draft = Draft::new(self.clone(), Random::new(seed, MACHINE_STREAM));
        let (least, most) = (*self.applications.start(), *self.applications.end());
        assert!(least <= most, "a machine has some number of applications");
        let count = least + draft.random.below(most - least + 1);
        draft.add_files();
        let hosts = if self.has(Feature::Services) { count / 5 } else { 0 };
        for number in 0..count - hosts {
            draft.add_application(number);
        }
        draft.add_services(hosts);
        draft.add_installer();
        draft.add_filters();
        draft.machine
    }
}

impl RandomMachine {
    /// Starting the session that the other calls are made on; `key` is the key that it gets.
    pub fn start(&self, key: SessionKey) -> Input {
        let arguments =
            StartSession { flags: 0, null_handle: false, null_key: false, buffer_in_use: false, key };
        self.input(Call::StartSession(arguments))
    }

    /// What the installer does once it has a session: it registers everything, adds the filters, lists, shuts
    /// down, lists, restarts, and lists again.
    pub fn calls(&self, handle: SessionHandle) -> Vec<Input> {
        let mut calls = vec![Call::RegisterResources(RegisterResources {
            handle,
            files: ArrayArgument::of(self.files.iter().copied().map(Some).collect()),
            processes: ArrayArgument::of(self.registered_processes.clone()),
            services: ArrayArgument::of(self.registered_services.iter().copied().map(Some).collect()),
        })];
        let add = |(target, action): &(FilterTarget, u32)| Call::AddFilter {
            handle,
            target: *target,
            action: *action,
        };
        calls.extend(self.filters.iter().map(add));
        let flags = self.workload.shutdown_flags;
        calls.extend([
            list(handle),
            Call::Shutdown(Shutdown { handle, flags, has_callback: true }),
            list(handle),
            Call::Restart(Restart { handle, flags: 0, has_callback: true }),
            list(handle),
        ]);
        calls.into_iter().map(|call| self.input(call)).collect()
    }

    fn input(&self, call: Call) -> Input {
        Input::Call { by: self.installer, call, inside: None }
    }
}

/// A list with room for everybody.
fn list(handle: SessionHandle) -> Call {
    Call::GetList(GetList {
        handle,
        capacity: 10_000,
        null_array: false,
        null_needed: false,
        null_count: false,
        null_reasons: false,
    })
}

/// The streams of a seed that workloads and machines draw from; a simulator of the same seed has 0 and 1.
const WORKLOAD_STREAM: u64 = 2;
const MACHINE_STREAM: u64 = 3;

/// The terminal session of the installer.
const TERMINAL_SESSION: u32 = 1;
/// The console that the installer may share.
const INSTALLER_CONSOLE: u32 = 0;

/// A machine in the making.
struct Draft {
    random: Random,
    machine: RandomMachine,
    /// Whether the installer may stop everybody's programs.
    is_elevated: bool,
    /// The next console that several programs share.
    consoles: u32,
}

impl Draft {
    fn new(workload: Workload, mut random: Random) -> Draft {
        let is_elevated = random.below(2) == 0;
        let machine = RandomMachine {
            workload,
            world: World::new(),
            // It is replaced as soon as there is one: only a world can give out the number of an installer.
            installer: placeholder(),
            processes: Vec::new(),
            services: Vec::new(),
            service_names: Vec::new(),
            missing_programs: Vec::new(),
            files: Vec::new(),
            registered_processes: Vec::new(),
            registered_services: Vec::new(),
            filters: Vec::new(),
        };
        Draft { random, machine, is_elevated, consoles: INSTALLER_CONSOLE + 1 }
    }

    fn has(&self, feature: Feature) -> bool {
        self.machine.workload.has(feature)
    }

    /// Whether something comes true that does so in `percent` of a hundred cases.
    fn chance(&mut self, percent: usize) -> bool {
        self.random.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, options: &[T]) -> T {
        options[self.random.below(options.len())]
    }

    fn add_files(&mut self) {
        for number in 0..5 + self.random.below(16) {
            let file = self.machine.world.path(&format!(r"C:\App\file{number}.dll"));
            self.machine.files.push(file);
        }
    }

    fn add_installer(&mut self) {
        let mut process = self.machine.world.process(r"C:\Setup\setup.exe", own_user());
        process.elevated = self.is_elevated;
        process.integrity = if self.is_elevated { 2 } else { 1 };
        process.terminal_session = TERMINAL_SESSION;
        process.console = self.has(Feature::InstallerConsole).then_some(INSTALLER_CONSOLE);
        if self.chance(50) {
            process.behavior.on_console_event = OnConsoleEvent::Stays;
        }
        let process = self.machine.world.add_process(process);
        self.machine.processes.push(process);
        let current_directory = String::from(r"C:\Setup");
        self.machine.installer = self.machine.world.add_installer(Installer {
            process,
            as_service: false,
            current_directory,
            shutdown_privilege: false,
        });
    }

    fn add_filters(&mut self) {
        if !self.has(Feature::Filters) {
            return;
        }
        let applications = self.machine.processes.len() - 1;
        for _ in 0..1 + self.random.below(6) {
            let place = self.random.below(applications);
            let process = &self.machine.world.processes()[place];
            let unique = UniqueProcess { pid: process.pid, start_time: process.start_time };
            let image = process.image;
            let target = match self.random.below(3) {
                0 if !self.machine.services.is_empty() => {
                    let service = self.pick(&self.machine.service_names.clone());
                    FilterTarget { service: Some(service), ..FilterTarget::default() }
                }
                1 => {
                    let name = self.machine.world.text_of(image).to_uppercase();
                    let path = self.machine.world.path(&name);
                    let text = self.machine.world.text(&name);
                    FilterTarget { module: Some(Module { path, text }), ..FilterTarget::default() }
                }
                _ => FilterTarget { process: Some(unique), ..FilterTarget::default() },
            };
            let action = self.pick(&[NO_RESTART, NO_SHUTDOWN]);
            self.machine.filters.push((target, action));
        }
    }
}

/// `RmNoRestart` and `RmNoShutdown`.
const NO_RESTART: u32 = 1;
const NO_SHUTDOWN: u32 = 2;

/// The user who installs.
fn own_user() -> UserId {
    World::user(0)
}

/// The number of the one installer of a world.
fn placeholder() -> InstallerId {
    let mut world = World::new();
    let process = world.process(r"C:\Setup\setup.exe", own_user());
    let process = world.add_process(process);
    world.add_installer(Installer {
        process,
        as_service: false,
        current_directory: String::new(),
        shutdown_privilege: false,
    })
}
