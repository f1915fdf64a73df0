//! The Restart Manager of this Windows machine, called by one worker process for each installer's process.
//!
//! A call that ends its caller so costs one worker and no more. A worker that gives no answer is waited for by the
//! clock on the wall, and then killed; nothing else here depends on a clock.

mod paths;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::paths::Scratch;
use crate::backend::realizable::check_world;
use crate::backend::worker_process::{ErrorStream, NoAnswer, WorkerProcess, unexpected};
use crate::backend::{Backend, BackendError};
use crate::request::{Call, Event, InstallerIndex, Observation, Request, Subject, UniqueProcess};
use crate::scenario::{HowUsed, Installer, World};
use crate::worker::protocol::{Answer, Order};

/// The Restart Manager of this machine, in a world made for one scenario.
///
/// When dropped it ends its processes; the scratch directory can be removed afterwards.
#[derive(Debug)]
pub struct WindowsBackend {
    program: PathBuf,
    scratch: Scratch,
    installers: Vec<Installer>,
    /// One per installer; that of an installer in another's process is never used.
    processes: Vec<Process>,
}

/// The process of an installer.
#[derive(Debug)]
enum Process {
    NeverRan,
    Runs(WorkerProcess),
    /// A call ended it.
    Crashed(UniqueProcess),
    /// The scenario or a failure ended it.
    Exited(UniqueProcess),
}

impl WindowsBackend {
    /// Makes `world` real below the directory `scratch`, which must exist, and starts its installers.
    ///
    /// # Errors
    ///
    /// If this world cannot be made real, or a worker cannot be started.
    pub fn new(world: &World, scratch: &Path) -> Result<Self, BackendError> {
        let program = std::env::current_exe().map_err(BackendError::failed("find this program"))?;
        WindowsBackend::with_program(world, scratch, &program)
    }

    /// Like [`new`](WindowsBackend::new), with another build of `rstmgr` for the workers.
    ///
    /// # Errors
    ///
    /// If this world cannot be made real, or a worker cannot be started.
    pub fn with_program(world: &World, scratch: &Path, program: &Path) -> Result<Self, BackendError> {
        check_world(world).map_err(|reason| BackendError::Unrealizable { reason })?;
        let mut backend = WindowsBackend {
            program: program.to_path_buf(),
            scratch: Scratch::new(scratch, &world.files)?,
            installers: world.installers.clone(),
            processes: world.installers.iter().map(|_| Process::NeverRan).collect(),
        };
        for (index, installer) in world.installers.iter().enumerate() {
            if installer.in_process_of.is_none() && installer.process.running {
                backend.start(index)?;
            }
        }
        Ok(backend)
    }

    /// Starts the process of an installer, which then holds the files that it uses.
    fn start(&mut self, index: InstallerIndex) -> Result<(), BackendError> {
        let owner = self.owner(index)?;
        if matches!(self.processes.get(owner), Some(Process::Runs(_))) {
            let cause = io::Error::new(io::ErrorKind::AlreadyExists, "its process runs");
            return Err(BackendError::failed("start an installer")(cause));
        }
        let installer = self.installers.get(owner).ok_or_else(unknown_installer)?;
        let directory = self.scratch.place(&installer.current_directory)?;
        std::fs::create_dir_all(&directory)
            .map_err(BackendError::failed("create an installer's current directory"))?;
        let mut worker =
            WorkerProcess::start(&self.program, Path::new(&directory), &[], ErrorStream::Discarded)
                .map_err(BackendError::failed("start a worker process"))?;
        for used in &installer.process.uses {
            let path = self.scratch.provide(&used.path)?;
            let shared = used.how == HowUsed::SharedHandle;
            match worker.ask(&Order::Hold { path, shared }) {
                Ok(Answer::Held) => {}
                Ok(answer) => return Err(BackendError::failed("hold a file")(unexpected(&answer))),
                Err(NoAnswer::Ended) => {
                    return Err(BackendError::failed("hold a file")(io::ErrorKind::UnexpectedEof.into()));
                }
                Err(NoAnswer::Failed(cause)) => return Err(BackendError::failed("hold a file")(cause)),
            }
        }
        *self.process(owner)? = Process::Runs(worker);
        Ok(())
    }

    /// Ends the process of an installer, as it stands.
    fn exit(&mut self, index: InstallerIndex) -> Result<(), BackendError> {
        let process = self.process_of(index)?;
        if let Process::Runs(worker) = process {
            // Dropped, the worker is killed and waited for.
            *process = Process::Exited(worker.identity());
        }
        Ok(())
    }

    fn call(&mut self, by: InstallerIndex, call: &Call) -> Result<Observation, BackendError> {
        let order = Order::Call(self.placed(call)?);
        let attempt = format!("call `{}`", call.function());
        let process = self.process_of(by)?;
        let worker = match process {
            Process::Runs(worker) => worker,
            Process::Crashed(_) => return Ok(Observation::crashed()),
            Process::NeverRan | Process::Exited(_) => {
                let cause = io::Error::new(io::ErrorKind::NotFound, "the installer does not run");
                return Err(BackendError::failed(attempt)(cause));
            }
        };
        match worker.ask(&order) {
            Ok(Answer::Observed(observation)) => Ok(*observation),
            Ok(answer) => Err(BackendError::failed(attempt)(unexpected(&answer))),
            Err(NoAnswer::Ended) => {
                *process = Process::Crashed(worker.identity());
                Ok(Observation::crashed())
            }
            Err(NoAnswer::Failed(cause)) => {
                *process = Process::Exited(worker.identity());
                Err(BackendError::failed(attempt)(cause))
            }
        }
    }

    /// The call with the files that really are meant, created where the world has them.
    fn placed(&mut self, call: &Call) -> Result<Call, BackendError> {
        let mut call = call.clone();
        if let Call::RegisterResources { files, .. } = &mut call
            && let Some(paths) = &mut files.items
        {
            for path in Arc::make_mut(paths).iter_mut().flatten() {
                *path = self.scratch.provide(path)?.into();
            }
        }
        Ok(call)
    }

    /// The installer in whose process this one is.
    fn owner(&self, mut index: InstallerIndex) -> Result<InstallerIndex, BackendError> {
        // Each step leads to a smaller number.
        while let Some(other) = self.installers.get(index).ok_or_else(unknown_installer)?.in_process_of {
            assert!(other < index, "an installer shares the process of one before it");
            index = other;
        }
        Ok(index)
    }

    fn process_of(&mut self, index: InstallerIndex) -> Result<&mut Process, BackendError> {
        let owner = self.owner(index)?;
        self.process(owner)
    }

    fn process(&mut self, owner: InstallerIndex) -> Result<&mut Process, BackendError> {
        self.processes.get_mut(owner).ok_or_else(unknown_installer)
    }
}

impl Backend for WindowsBackend {
    fn perform(&mut self, request: &Request) -> Result<Observation, BackendError> {
        match request {
            Request::Call { by, call, inside: _ } => self.call(*by, call),
            Request::Event(Event::StartInstaller(index)) => {
                self.start(*index).map(|()| Observation::default())
            }
            Request::Event(Event::ExitInstaller(index)) => self.exit(*index).map(|()| Observation::default()),
            Request::Event(event) => {
                Err(BackendError::Unrealizable { reason: format!("the event {event:?}") })
            }
            // Every call has returned by now, and nothing else is followed here.
            Request::Proceed { .. } => Ok(Observation { idle: true, ..Observation::default() }),
            Request::Act { .. } => Err(unrealizable("what installers do beside the Restart Manager")),
            Request::Registration(_) | Request::World { .. } => {
                Err(unrealizable("applications need fixture programs"))
            }
            Request::Database { .. } => Err(unrealizable("the session database is not read yet")),
        }
    }

    fn unique_process(&mut self, who: Subject) -> Result<UniqueProcess, BackendError> {
        let never_ran = || {
            BackendError::failed("name a process")(io::Error::new(io::ErrorKind::NotFound, "it never ran"))
        };
        match who {
            Subject::Installer(index) => match self.process_of(index)? {
                Process::NeverRan => Err(never_ran()),
                Process::Runs(worker) => Ok(worker.identity()),
                Process::Crashed(identity) | Process::Exited(identity) => Ok(*identity),
            },
            Subject::Application(_) => Err(never_ran()),
        }
    }
}

fn unrealizable(reason: &str) -> BackendError {
    BackendError::Unrealizable { reason: reason.to_owned() }
}

fn unknown_installer() -> BackendError {
    BackendError::failed("find an installer")(io::Error::new(
        io::ErrorKind::NotFound,
        "the world has no such installer",
    ))
}
