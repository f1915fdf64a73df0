//! The Restart Manager of this Windows machine, in a scenario's world made real.
//!
//! One worker process calls it for each installer's process, so that a call that ends its caller costs one worker and
//! no more. Applications are [fixtures](rstmgr_fixture). All of it lies in a private folder and a job, and ends with
//! them. Time is real, and looked at in `windows/pace.rs` alone.

mod acts;
mod callers;
mod cast;
mod folder;
mod job;
mod pace;
mod paths;
mod security;
mod services;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use self::callers::{Callers, Heard, Process, unknown_installer};
use self::cast::Cast;
use self::folder::Folder;
use self::job::Job;
use self::pace::{CALL_MAX, Clock, Deadline, GRACE, LIST_MAX, QUIET, pause};
use self::paths::Scratch;
use crate::backend::guard::{Guard, refused};
use crate::backend::realizable::{Means, check_world};
use crate::backend::worker_process::{Conversation, ErrorStream, NoAnswer, WorkerProcess, unexpected};
use crate::backend::{Backend, BackendError, Time};
use crate::request::{
    Call, Ending, Event, Finished, Happening, InstallerIndex, Observation, ProcessState, Request, StartedBy,
    Subject, UniqueProcess, WorldState,
};
use crate::scenario::{HowUsed, Use, World};
use crate::worker::own_process;
use crate::worker::protocol::{Answer, Order};

/// What this machine has to make worlds real with.
pub fn means() -> Means {
    Means { elevation: security::is_elevated() }
}

/// The Restart Manager of this machine, in a world made for one scenario.
///
/// When dropped it ends its processes and removes all that it made. Fields are dropped in their order: what runs first,
/// and the folder last.
#[derive(Debug)]
pub struct WindowsBackend {
    callers: Callers,
    cast: Cast,
    job: Job,
    scratch: Scratch,
    program: PathBuf,
    world: World,
    guard: Guard,
    clock: Clock,
    /// What was heard and not handed on yet.
    happened: Vec<Happening>,
    finished: Vec<Finished>,
    folder: Folder,
}

impl WindowsBackend {
    /// Makes `world` real in a private folder, and starts its installers and applications.
    ///
    /// # Errors
    ///
    /// If this world cannot be made real, or something cannot be made or started.
    pub fn new(world: &World) -> Result<Self, BackendError> {
        let program = std::env::current_exe().map_err(BackendError::failed("find this program"))?;
        WindowsBackend::with_program(world, &program)
    }

    /// Like [`new`](WindowsBackend::new), with another build of `rstmgr` for the workers.
    ///
    /// # Errors
    ///
    /// If this world cannot be made real, or something cannot be made or started.
    pub fn with_program(world: &World, program: &Path) -> Result<Self, BackendError> {
        check_world(world, means()).map_err(|reason| BackendError::Unrealizable { reason })?;
        let folder = Folder::new().map_err(BackendError::failed("make a private folder for the world"))?;
        Job::hold_this_process();
        let job = Job::new().map_err(BackendError::failed("make a job for the world's processes"))?;
        let mut scratch = Scratch::new(folder.path(), &world.files)?;
        let harness = own_process::identity().map_err(BackendError::failed("identify this process"))?;
        let cast = Cast::new(world, &mut scratch, folder.name(), harness)?;
        let mut backend = WindowsBackend {
            callers: Callers::new(world.installers.len()),
            cast,
            job,
            scratch,
            program: program.to_path_buf(),
            world: world.clone(),
            guard: Guard::default(),
            clock: Clock::start(),
            happened: Vec::new(),
            finished: Vec::new(),
            folder,
        };
        backend.cast.begin(world, &mut backend.happened)?;
        backend.adopt();
        for (index, installer) in world.installers.iter().enumerate() {
            if installer.in_process_of.is_none() && installer.process.running {
                backend.start(index)?;
            }
        }
        backend.clock = Clock::start();
        Ok(backend)
    }

    /// Starts the process of an installer, which then holds the files that it uses.
    fn start(&mut self, index: InstallerIndex) -> Result<(), BackendError> {
        let owner = self.owner(index)?;
        if matches!(self.callers.process(owner)?, Process::Runs(_)) {
            let cause = io::Error::new(io::ErrorKind::AlreadyExists, "its process runs");
            return Err(BackendError::failed("start an installer")(cause));
        }
        let installer = self.world.installers.get(owner).ok_or_else(unknown_installer)?;
        let directory = self.scratch.place(&installer.current_directory)?;
        std::fs::create_dir_all(&directory)
            .map_err(BackendError::failed("create an installer's current directory"))?;
        let mut worker =
            WorkerProcess::start(&self.program, Path::new(&directory), &[], ErrorStream::Discarded)
                .map_err(BackendError::failed("start a worker process"))?;
        self.guard.learn(worker.identity());
        // One that ended is in no job, and needs none.
        let _in_job = self.job.add(worker.identity().pid);
        for Use { path, how } in &installer.process.uses {
            let path = self.scratch.provide(path)?;
            let shared = *how == HowUsed::SharedHandle;
            match worker.ask(&Order::Hold { path, shared }) {
                Ok(Answer::Held) => {}
                Ok(answer) => return Err(BackendError::failed("hold a file")(unexpected(&answer))),
                Err(NoAnswer::Ended) => {
                    return Err(BackendError::failed("hold a file")(io::ErrorKind::UnexpectedEof.into()));
                }
                Err(NoAnswer::Failed(cause)) => return Err(BackendError::failed("hold a file")(cause)),
            }
        }
        *self.callers.process(owner)? = Process::Runs(Conversation::new(worker));
        Ok(())
    }

    fn call(
        &mut self,
        by: InstallerIndex,
        call: &Call,
        inside: Option<u32>,
    ) -> Result<Observation, BackendError> {
        let owner = self.owner(by)?;
        self.guard.check_registration(call)?;
        let call = self.placed(call)?;
        if let Call::Shutdown { handle, .. } = &call {
            self.check_shutdown(owner, *handle)?;
        }
        let Some(number) = self.callers.begin(owner, &call, inside)? else {
            return Ok(Observation::crashed());
        };
        match self.answer(number, GRACE)? {
            Some(answer) => Ok(self.observed(answer)),
            None => Ok(self.observed(Observation { pending: Some(number), ..Observation::default() })),
        }
    }

    /// The answer of a call, if it comes in time and before the call says something else.
    fn answer(&mut self, number: u32, in_time: Duration) -> Result<Option<Observation>, BackendError> {
        let deadline = Deadline::after(in_time);
        loop {
            match self.callers.hear()? {
                Some(Heard::Finished(finished)) if finished.call == number => {
                    // What fixtures reported before it comes before it.
                    self.hear_cast()?;
                    return Ok(Some(finished.answer));
                }
                Some(heard) => {
                    let is_own = matches!(&heard, Heard::Status { call, .. } if *call == number);
                    self.take(heard);
                    if is_own {
                        return Ok(None);
                    }
                }
                None if deadline.is_over() => return Ok(None),
                None => pause(),
            }
        }
    }

    /// Reads the list of a session that is about to be shut down.
    ///
    /// # Errors
    ///
    /// If anything could be stopped that is not the scenario's own.
    fn check_shutdown(&mut self, owner: InstallerIndex, handle: u32) -> Result<(), BackendError> {
        const ATTEMPTS: usize = 8;
        const MORE_DATA: u32 = 234;
        if !self.folder.path().is_dir() {
            let path = self.folder.path().display();
            return Err(refused(format!("the private folder `{path}` of this run is gone")));
        }
        self.guard.check_shutdown()?;
        let mut capacity = 16;
        let mut answer = Observation::default();
        for _ in 0..ATTEMPTS {
            let call = Call::GetList {
                handle,
                capacity,
                null_array: false,
                null_needed: false,
                null_count: false,
                null_reasons: false,
            };
            let Some(number) = self.callers.begin(owner, &call, None)? else { return Ok(()) };
            answer = self.answer(number, LIST_MAX)?.unwrap_or_default();
            self.adopt();
            if answer.ending != Some(Ending::Returned(MORE_DATA)) {
                break;
            }
            let needed = answer.list.as_ref().and_then(|list| list.needed);
            capacity = needed.map_or(capacity, |needed| needed.saturating_add(4).min(4_096));
        }
        self.guard.check_list(&answer)
    }

    /// Lets time pass until something was observed, at most until `until`.
    fn proceed(&mut self, until: Option<u64>) -> Result<Observation, BackendError> {
        self.callers.resume()?;
        let quiet = Deadline::after(QUIET + cast::longest_delay(&self.world));
        let last = Deadline::after(CALL_MAX);
        let began = self.clock.now();
        loop {
            while let Some(heard) = self.callers.hear()? {
                if let Heard::Finished(_) = &heard {
                    self.hear_cast()?;
                }
                self.take(heard);
            }
            self.hear_cast()?;
            if !self.happened.is_empty() || !self.finished.is_empty() {
                return Ok(self.observed(Observation::default()));
            }
            let idle = match until {
                Some(until) => self.clock.now() >= until,
                None if self.callers.are_busy() || self.cast.expects_returns() => last.is_over(),
                None => quiet.is_over(),
            };
            if idle {
                let mut observed = self.observed(Observation { idle, ..Observation::default() });
                if until.is_none() {
                    // Since then it has been quiet.
                    observed.now = began;
                }
                return Ok(observed);
            }
            pause();
        }
    }

    fn take(&mut self, heard: Heard) {
        match heard {
            Heard::Status { call, percent } => self.happened.push(Happening::Status { call, percent }),
            Heard::Finished(finished) => self.finished.push(*finished),
        }
    }

    fn hear_cast(&mut self) -> Result<(), BackendError> {
        self.cast.hear(&mut self.happened)?;
        self.adopt();
        Ok(())
    }

    /// Takes new processes for the scenario's own.
    fn adopt(&mut self) {
        for process in self.cast.take_new_processes() {
            self.guard.learn(process);
            // A service is in another terminal session and cannot be; it leaves when the harness does.
            let _in_job = self.job.add(process.pid);
        }
    }

    /// An observation with all that was heard by now, in the scenario's own names.
    fn observed(&mut self, observation: Observation) -> Observation {
        let mut observation = self.told(observation);
        observation.happened.extend(std::mem::take(&mut self.happened));
        for mut finished in std::mem::take(&mut self.finished) {
            finished.answer = self.told(finished.answer);
            observation.finished.push(finished);
        }
        observation.now = self.clock.now();
        observation
    }

    fn event(&mut self, event: &Event) -> Result<(), BackendError> {
        let happened = &mut self.happened;
        match event {
            Event::StartInstaller(index) => self.start(*index),
            Event::ExitInstaller(index) => {
                let owner = self.owner(*index)?;
                self.callers.exit(owner)
            }
            Event::StartApplication(who) | Event::Launch { application: who, .. } => {
                self.cast.start(*who, StartedBy::Installer, happened)
            }
            Event::ExitApplication(who) => self.cast.exit(*who, happened),
            Event::OpenFile(who, path) => self.open_file(*who, path),
            Event::CloseFile(who, path) => self.close_file(*who, path),
            Event::LogOff(_) | Event::Reboot | Event::Fault { .. } | Event::Redirection { .. } => {
                Err(BackendError::Unrealizable { reason: format!("the event {event:?}") })
            }
        }
    }

    fn look(&mut self, files: &[String]) -> Result<WorldState, BackendError> {
        self.hear_cast()?;
        let mut installers = Vec::new();
        for index in 0..self.world.installers.len() {
            let owner = self.owner(index)?;
            installers.push(ProcessState {
                is_running: matches!(self.callers.process(owner)?, Process::Runs(_)),
                is_elevated: security::is_elevated(),
                has_new_console: false,
                started_by: StartedBy::Beginning,
                command_line: None,
            });
        }
        let files = files.iter().map(|path| self.scratch.state(path)).collect::<Result<_, _>>()?;
        Ok(WorldState { applications: self.cast.states(), installers, files })
    }

    /// The installer in whose process this one is.
    fn owner(&self, mut index: InstallerIndex) -> Result<InstallerIndex, BackendError> {
        // Each step leads to a smaller number.
        while let Some(other) = self.world.installers.get(index).ok_or_else(unknown_installer)?.in_process_of
        {
            assert!(other < index, "an installer shares the process of one before it");
            index = other;
        }
        Ok(index)
    }
}

impl Backend for WindowsBackend {
    fn perform(&mut self, request: &Request) -> Result<Observation, BackendError> {
        let observation = match request {
            Request::Call { by, call, inside } => return self.call(*by, call, *inside),
            Request::Proceed { until } => return self.proceed(*until),
            Request::Event(event) => {
                self.event(event)?;
                self.adopt();
                Observation::default()
            }
            Request::Act { by, act } => self.act(*by, act)?,
            Request::Registration(registration) => self.registration(registration)?,
            Request::World { files } => {
                let world = Some(Box::new(self.look(files)?));
                Observation { world, ..Observation::default() }
            }
            Request::Database { .. } => {
                let reason = String::from("the session database is not read yet");
                return Err(BackendError::Unrealizable { reason });
            }
        };
        Ok(self.observed(observation))
    }

    fn unique_process(&mut self, who: Subject) -> Result<UniqueProcess, BackendError> {
        let never_ran = || {
            BackendError::failed("name a process")(io::Error::new(io::ErrorKind::NotFound, "it never ran"))
        };
        match who {
            Subject::Installer(index) => {
                let owner = self.owner(index)?;
                match self.callers.process(owner)? {
                    Process::NeverRan => Err(never_ran()),
                    Process::Runs(worker) => Ok(worker.process.identity()),
                    Process::Crashed(identity) | Process::Exited(identity) => Ok(*identity),
                }
            }
            Subject::Application(index) => self.cast.process(index).ok_or_else(never_ran),
        }
    }

    fn time(&self) -> Time {
        Time::Measured
    }
}
