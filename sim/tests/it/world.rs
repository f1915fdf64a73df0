//! Random worlds, and random things that happen in them.

use proptest::prelude::*;
use rstmgr_model::{
    ArrayArgument, Call, Event, GetList, HowUsed, Input, Installer, InstallerId, KeyArgument, Machine,
    Observed, Output, PathId, ProcessId, ProcessKind, Profile, RegisterResources, Reply, SessionHandle,
    SessionKey, StartSession, Use, World,
};
use rstmgr_sim::Simulator;

/// How many files a random world has.
pub(crate) const FILES: usize = 6;
/// How many applications.
pub(crate) const APPLICATIONS: usize = 5;
/// How many installers: two of one user in a process each, and one of another user.
pub(crate) const INSTALLERS: usize = 3;

/// Something that happens, as proptest draws it.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    Start(usize),
    Exit(usize),
    Open(usize, usize),
    Close(usize, usize),
    StartSession(usize),
    /// By an installer, with the key of the session that was started as the n-th.
    Join(usize, usize),
    End(usize, u32),
    /// By an installer, through a handle, the files whose bits are set.
    Register(usize, u32, u8),
    List(usize, u32, u32),
}

pub(crate) fn happening() -> impl Strategy<Value = Happening> {
    let application = 0..APPLICATIONS;
    let installer = 0..INSTALLERS;
    let handle = 0..4_u32;
    prop_oneof![
        application.clone().prop_map(Happening::Start),
        application.clone().prop_map(Happening::Exit),
        (application.clone(), 0..FILES).prop_map(|(who, file)| Happening::Open(who, file)),
        (application, 0..FILES).prop_map(|(who, file)| Happening::Close(who, file)),
        installer.clone().prop_map(Happening::StartSession),
        (installer.clone(), 0..8_usize).prop_map(|(by, session)| Happening::Join(by, session)),
        (installer.clone(), handle.clone()).prop_map(|(by, handle)| Happening::End(by, handle)),
        (installer.clone(), handle.clone(), any::<u8>())
            .prop_map(|(by, handle, files)| Happening::Register(by, handle, files)),
        (installer, handle, 0..8_u32)
            .prop_map(|(by, handle, capacity)| Happening::List(by, handle, capacity)),
    ]
}

/// Which application uses which file from its start on, a bit for each file.
pub(crate) fn uses() -> impl Strategy<Value = [u8; APPLICATIONS]> {
    any::<[u8; APPLICATIONS]>()
}

/// A simulated machine with names for its parts.
pub(crate) struct Scene {
    pub(crate) simulator: Simulator,
    files: Vec<PathId>,
    applications: Vec<ProcessId>,
    installers: Vec<InstallerId>,
    /// The keys of the sessions that were started, in order.
    keys: Vec<SessionKey>,
}

impl Scene {
    pub(crate) fn new(uses: &[u8; APPLICATIONS], profile: Profile, seed: u64) -> Scene {
        let mut world = World::new();
        let files: Vec<PathId> = (0..FILES).map(|file| world.path(&format!(r"C:\App\{file}.dll"))).collect();
        let user = World::user(0);
        let applications = uses
            .iter()
            .enumerate()
            .map(|(number, uses)| {
                let mut process = world.process(&format!(r"C:\App\{number}.exe"), user);
                process.kind = [ProcessKind::MainWindow, ProcessKind::Console][number % 2];
                process.running = number % 3 != 0;
                process.uses = among(&files, *uses)
                    .map(|path| Use { path, how: [HowUsed::Handle, HowUsed::Image][number % 2] })
                    .collect();
                world.add_process(process)
            })
            .collect();
        let installers = (0..INSTALLERS)
            .map(|number| {
                let user = World::user(u32::from(number == INSTALLERS - 1));
                let process = world.process(&format!(r"C:\Setup\{number}.exe"), user);
                let process = world.add_process(process);
                let current_directory = String::from(r"C:\Setup");
                world.add_installer(Installer {
                    process,
                    as_service: false,
                    current_directory,
                    shutdown_privilege: true,
                })
            })
            .collect();
        let simulator = Simulator::new(Machine::new(world, profile), seed);
        Scene { simulator, files, applications, installers, keys: Vec::new() }
    }

    /// Lets it happen; returns what was observed.
    pub(crate) fn happen(&mut self, happening: &Happening) -> Observed {
        let input = match *happening {
            Happening::Start(who) => {
                Input::Event(Event::Start { process: self.applications[who], launch: None })
            }
            Happening::Exit(who) => Input::Event(Event::Exit(self.applications[who])),
            // What does not run opens and closes nothing.
            Happening::Open(who, _) | Happening::Close(who, _)
                if !self.simulator.machine().is_process_running(self.applications[who]) =>
            {
                return Observed::default();
            }
            Happening::Open(who, file) => Input::Event(Event::Open(self.applications[who], self.files[file])),
            Happening::Close(who, file) => {
                Input::Event(Event::Close(self.applications[who], self.files[file]))
            }
            Happening::StartSession(by) => return self.start(by).1,
            Happening::Join(by, session) => {
                let Some(key) = self.keys.get(session % self.keys.len().max(1)).copied() else {
                    return Observed::default();
                };
                let key = Some(KeyArgument::WellFormed { key, same_case: true });
                self.call(by, Call::JoinSession { null_handle: false, key })
            }
            Happening::End(by, handle) => self.call(by, Call::EndSession { handle: SessionHandle(handle) }),
            Happening::Register(by, handle, files) => self.register(by, SessionHandle(handle), files),
            Happening::List(by, handle, capacity) => self.list(by, SessionHandle(handle), capacity),
        };
        self.simulator.perform(&input).clone()
    }

    /// Starts a session; the handle, if it was given.
    pub(crate) fn start(&mut self, by: usize) -> (Option<SessionHandle>, Observed) {
        let key = self.simulator.fresh_key();
        let arguments =
            StartSession { flags: 0, null_handle: false, null_key: false, buffer_in_use: false, key };
        let input = self.call(by, Call::StartSession(arguments));
        let observed = self.simulator.perform(&input).clone();
        self.keys.push(key);
        let handle = observed.outputs.iter().find_map(|output| match output {
            Output::Handle(handle) => Some(*handle),
            _ => None,
        });
        (handle, observed)
    }

    /// Who is affected through a handle: reply, process ids with types, and reboot reasons.
    pub(crate) fn listed(&mut self, by: usize, handle: SessionHandle) -> (Option<Reply>, Vec<Output>) {
        let input = self.list(by, handle, 1000);
        let observed = self.simulator.perform(&input);
        (observed.reply(), observed.outputs[1..].to_vec())
    }

    /// Registers files through a handle.
    pub(crate) fn register_now(&mut self, by: usize, handle: SessionHandle, files: u8) {
        let input = self.register(by, handle, files);
        assert_eq!(self.simulator.perform(&input).reply(), Some(Reply::Success));
    }

    fn call(&self, by: usize, call: Call) -> Input {
        Input::Call { by: self.installers[by], call, inside: None }
    }

    fn register(&self, by: usize, handle: SessionHandle, files: u8) -> Input {
        let files = among(&self.files, files).map(Some).collect();
        self.call(
            by,
            Call::RegisterResources(RegisterResources {
                handle,
                files: ArrayArgument::of(files),
                processes: ArrayArgument::absent(),
                services: ArrayArgument::absent(),
            }),
        )
    }

    fn list(&self, by: usize, handle: SessionHandle, capacity: u32) -> Input {
        self.call(
            by,
            Call::GetList(GetList {
                handle,
                capacity,
                null_array: capacity == 0,
                null_needed: false,
                null_count: false,
                null_reasons: false,
            }),
        )
    }
}

/// The files whose bits are set.
fn among(files: &[PathId], bits: u8) -> impl Iterator<Item = PathId> {
    files.iter().enumerate().filter(move |(place, _)| bits & (1 << place) != 0).map(|(_, file)| *file)
}
