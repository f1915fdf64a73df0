//! A small machine with an installer that drives its long calls step by step.

use std::time::Duration;

use rstmgr_model::{
    ArrayArgument, Call, CallId, GetList, HowUsed, Input, Installer, InstallerId, Machine, OnEnd, Output,
    PathId, Process, ProcessKind, Profile, RegisterResources, Reply, Restart, RestartRegistration,
    SessionHandle, Shutdown, StartSession, Use, World,
};
use rstmgr_sim::Simulator;

pub(crate) const HANDLE: SessionHandle = SessionHandle(0);

/// A world in the making: everybody uses one file, and is registered for restart.
pub(crate) struct Draft {
    pub(crate) world: World,
    file: PathId,
}

impl Draft {
    pub(crate) fn new() -> Draft {
        let mut world = World::new();
        let file = world.path(r"C:\App\core.dll");
        Draft { world, file }
    }

    /// A program that leaves so long after it was told to.
    pub(crate) fn program(&mut self, kind: ProcessKind, leaves: Duration) -> Process {
        let number = self.world.processes().len();
        let mut process = self.world.process(&format!(r"C:\App\p{number}.exe"), World::user(0));
        process.kind = kind;
        process.uses.push(Use { path: self.file, how: HowUsed::Handle });
        let arguments = self.world.long_text("--restore");
        process.restart = Some(RestartRegistration { arguments, flags: 0 });
        process.behavior.on_end = OnEnd::Leaves(leaves);
        process.behavior.leaves_on_close = Some(leaves);
        process.behavior.on_console_event = rstmgr_model::OnConsoleEvent::Leaves(leaves);
        process
    }

    /// Adds the installer, which starts a session and registers the file.
    pub(crate) fn start(mut self, profile: Profile) -> Scene {
        let process = self.world.process(r"C:\Setup\setup.exe", World::user(0));
        let process = self.world.add_process(process);
        let current_directory = String::from(r"C:\Setup");
        let installer =
            Installer { process, as_service: false, current_directory, shutdown_privilege: false };
        let by = self.world.add_installer(installer);
        let mut simulator = Simulator::new(Machine::new(self.world, profile), 0);
        let key = simulator.fresh_key();
        let mut scene = Scene { simulator, by, steps: 0 };
        scene.call(Call::StartSession(StartSession {
            flags: 0,
            null_handle: false,
            null_key: false,
            buffer_in_use: false,
            key,
        }));
        scene.call(Call::RegisterResources(RegisterResources {
            handle: HANDLE,
            files: ArrayArgument::of(vec![Some(self.file)]),
            processes: ArrayArgument::absent(),
            services: ArrayArgument::absent(),
        }));
        scene
    }
}

#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) simulator: Simulator,
    by: InstallerId,
    /// How often it went on.
    pub(crate) steps: u32,
}

impl Scene {
    pub(crate) fn call(&mut self, call: Call) -> Vec<Output> {
        self.simulator.perform(&Input::Call { by: self.by, call, inside: None }).outputs.clone()
    }

    pub(crate) fn shutdown(&mut self, flags: u32) -> Vec<Output> {
        self.call(Call::Shutdown(Shutdown { handle: HANDLE, flags, has_callback: true }))
    }

    pub(crate) fn restart(&mut self) -> Vec<Output> {
        self.call(Call::Restart(Restart { handle: HANDLE, flags: 0, has_callback: true }))
    }

    pub(crate) fn list(&mut self) -> Vec<Output> {
        self.call(list())
    }

    pub(crate) fn cancel(&mut self) -> Vec<Output> {
        self.call(Call::CancelCurrentTask { handle: HANDLE })
    }

    /// Goes on once; `None`: nothing is due.
    pub(crate) fn step(&mut self) -> Option<Vec<Output>> {
        self.steps += 1;
        self.simulator.proceed(None).map(|observed| observed.outputs.clone())
    }

    /// Goes on until a call returns that began with these outputs; its reply, and all that came out.
    pub(crate) fn finish(&mut self, began: Vec<Output>) -> (Reply, Vec<Output>) {
        let mut outputs = began;
        loop {
            if let Some(reply) = outputs.iter().rev().find_map(reply) {
                return (reply, outputs);
            }
            outputs.extend(self.step().expect("a call under way goes on"));
        }
    }

    /// Goes on until nothing is due.
    pub(crate) fn settle(&mut self) -> Vec<Output> {
        let mut outputs = Vec::new();
        while let Some(more) = self.step() {
            outputs.extend(more);
        }
        outputs
    }
}

fn list() -> Call {
    Call::GetList(GetList {
        handle: HANDLE,
        capacity: 100,
        null_array: false,
        null_needed: false,
        null_count: false,
        null_reasons: false,
    })
}

/// What a long call returned.
pub(crate) fn reply(output: &Output) -> Option<Reply> {
    match output {
        Output::Returned(CallId { .. }, reply) => Some(*reply),
        _ => None,
    }
}
