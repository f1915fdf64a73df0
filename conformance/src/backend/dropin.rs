//! Our own library, called as an installer calls it: worker processes load it, and share one simulation that is
//! served from here.
//!
//! What a call is answered comes out of the library; what else happens is seen in the simulation. So a scenario must
//! show the same on this backend and on the simulated one, or the library hands on something wrong.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rstmgr_model::{Broken, RuleSet};

use super::library;
use super::worker_process::{Conversation, ErrorStream, WorkerProcess, no_answer};
use super::{Backend, BackendError, LeftOver};
use crate::request::{
    Call, Ending, Event, Finished, Happening, InstallerIndex, Observation, Request, Subject, UniqueProcess,
};
use crate::scenario::Scenario;
use crate::shared::protocol::{INSTALLER_VARIABLE, SERVER_VARIABLE};
use crate::shared::{PATIENCE, Server, Simulation, Time};
use crate::worker::protocol::Order;

/// A simulated Windows that processes reach through our library.
#[derive(Debug)]
pub struct DropinBackend {
    program: PathBuf,
    library: PathBuf,
    simulation: Arc<Simulation>,
    server: Server,
    /// By installer: its name, and the installer in whose process it is.
    installers: Vec<(String, InstallerIndex)>,
    /// By the installer whose process it is.
    workers: BTreeMap<InstallerIndex, Conversation>,
    calls: Vec<UnderWay>,
    /// What the next call is called that a worker makes.
    next_number: u32,
    broken_laws: Vec<Broken>,
}

/// A call that is not answered yet.
#[derive(Debug)]
struct UnderWay {
    owner: InstallerIndex,
    /// Its number at the worker.
    number: u32,
    /// Its number in the simulation.
    pending: u32,
    in_callback: bool,
}

impl DropinBackend {
    /// The world of `scenario`, behind the library that was chosen or lies beside this program.
    ///
    /// # Errors
    ///
    /// If there is no library, or no socket or pipe can be made.
    pub fn new(scenario: &Scenario) -> Result<DropinBackend, BackendError> {
        let program = std::env::current_exe().map_err(BackendError::failed("find this program"))?;
        let library = library::path().map_err(BackendError::failed("find the library"))?;
        DropinBackend::with_program(scenario, &library, &program)
    }

    /// Like [`new`](DropinBackend::new), with this library, and another program that can be a
    /// [worker](crate::worker).
    ///
    /// # Errors
    ///
    /// If no socket or pipe can be made.
    pub fn with_program(
        scenario: &Scenario,
        library: &Path,
        program: &Path,
    ) -> Result<DropinBackend, BackendError> {
        let simulation = Arc::new(Simulation::new(scenario, Time::Controlled));
        let server =
            Server::start(Arc::clone(&simulation)).map_err(BackendError::failed("serve a simulation"))?;
        let installers = scenario.world.installers.iter().enumerate();
        Ok(DropinBackend {
            program: program.to_path_buf(),
            library: library.to_path_buf(),
            simulation,
            server,
            installers: installers
                .map(|(place, each)| (each.name.clone(), each.in_process_of.unwrap_or(place)))
                .collect(),
            workers: BTreeMap::new(),
            calls: Vec::new(),
            next_number: 0,
            broken_laws: Vec::new(),
        })
    }

    fn call(
        &mut self,
        by: InstallerIndex,
        call: &Call,
        inside: Option<u32>,
    ) -> Result<Observation, BackendError> {
        if !self.simulation.backend(|backend| backend.runs(by)) {
            return self.control(&Request::Call { by, call: call.clone(), inside });
        }
        let owner = self.installers[by].1;
        let number = self.next_number;
        self.next_number += 1;
        let outer = self.calls.iter().find(|outer| Some(outer.pending) == inside && outer.in_callback);
        let inside = outer.filter(|outer| outer.owner == owner).map(|outer| outer.number);
        self.simulation.expect_caller(owner, by);
        let attempt = format!("call `{}`", call.function());
        let order = Order::Begin { number, call: call.clone(), inside };
        let simulation = Arc::clone(&self.simulation);
        let worker = self.worker(owner)?;
        worker.process.send(&order).map_err(BackendError::failed(attempt.clone()))?;
        let noted = simulation.next_noted(|| worker.is_over(number));
        let Some(seen) = noted else {
            // The library answered by itself, or its process is gone.
            let answer = worker.answer_to(number).map_err(no_answer(attempt))?;
            let now = self.simulation.backend(|backend| backend.now());
            return Ok(Observation { now, ..answer.unwrap_or_else(Observation::crashed) });
        };
        self.broken_laws = self.simulation.broken_laws();
        let seen = match seen.pending {
            Some(pending) => {
                self.calls.push(UnderWay { owner, number, pending, in_callback: false });
                seen
            }
            None if seen.ending == Some(Ending::Crashed) => seen,
            None => {
                let answer = self.worker(owner)?.answer_to(number).map_err(no_answer(attempt))?;
                answered(seen, answer.unwrap_or_else(Observation::crashed))
            }
        };
        self.hear(seen)
    }

    /// Does what is no call.
    fn control(&mut self, request: &Request) -> Result<Observation, BackendError> {
        let seen = self.simulation.control(request)?;
        self.broken_laws = self.simulation.broken_laws();
        let seen = self.hear(seen)?;
        // Whoever does not run on the simulated machine does not run here.
        let mut gone = Vec::new();
        self.simulation.backend(|backend| {
            gone.extend(self.workers.keys().copied().filter(|owner| !backend.runs(*owner)));
            self.calls.retain(|call| backend.runs(call.owner));
        });
        for owner in gone {
            self.workers.remove(&owner);
            // Or else the next process that is this installer could be one too many.
            self.simulation.wait_until_gone(owner, PATIENCE);
        }
        Ok(seen)
    }

    /// Lets the callbacks that run return.
    fn resume(&mut self) -> Result<(), BackendError> {
        for call in &mut self.calls {
            if std::mem::take(&mut call.in_callback)
                && let Some(worker) = self.workers.get_mut(&call.owner)
            {
                worker.resume(call.number)?;
            }
        }
        Ok(())
    }

    /// Puts what the workers were told and answered in the place of what the simulation saw of it.
    fn hear(&mut self, mut seen: Observation) -> Result<Observation, BackendError> {
        for happening in &mut seen.happened {
            if let Happening::Status { call, percent } = happening {
                self.hear_status(*call, percent)?;
            }
        }
        for finished in &mut seen.finished {
            self.hear_answer(finished)?;
        }
        Ok(seen)
    }

    fn hear_status(&mut self, pending: u32, percent: &mut u8) -> Result<(), BackendError> {
        let Some(place) = self.calls.iter().position(|call| call.pending == pending) else { return Ok(()) };
        if self.calls[place].in_callback {
            self.resume()?;
        }
        let UnderWay { owner, number, .. } = self.calls[place];
        let attempt = "hear of a status";
        if let Some(told) = self.worker(owner)?.status_of(number).map_err(no_answer(attempt))? {
            *percent = u8::try_from(told).unwrap_or(u8::MAX);
            self.calls[place].in_callback = true;
        }
        Ok(())
    }

    fn hear_answer(&mut self, finished: &mut Finished) -> Result<(), BackendError> {
        let Some(place) = self.calls.iter().position(|call| call.pending == finished.call) else {
            return Ok(());
        };
        let call = self.calls.remove(place);
        if finished.answer.ending == Some(Ending::Crashed) {
            return Ok(());
        }
        let worker = self.worker(call.owner)?;
        if call.in_callback {
            worker.resume(call.number)?;
        }
        let answer = worker.answer_to(call.number).map_err(no_answer("hear the answer of a call"))?;
        finished.answer =
            answered(std::mem::take(&mut finished.answer), answer.unwrap_or_else(Observation::crashed));
        Ok(())
    }

    /// The process of an installer, which is started when it is needed first.
    fn worker(&mut self, owner: InstallerIndex) -> Result<&mut Conversation, BackendError> {
        if !self.workers.contains_key(&owner) {
            let directory =
                std::env::current_dir().map_err(BackendError::failed("find the current directory"))?;
            let library = self.library.as_os_str();
            let environment = [
                (library::DLL_VARIABLE, library),
                (SERVER_VARIABLE, self.server.name().as_ref()),
                (INSTALLER_VARIABLE, self.installers[owner].0.as_ref()),
            ];
            let process = WorkerProcess::start(&self.program, &directory, &environment, ErrorStream::Kept)
                .map_err(BackendError::failed("start a worker process"))?;
            self.workers.insert(owner, Conversation::new(process));
        }
        Ok(self.workers.get_mut(&owner).expect("it was just started"))
    }
}

impl Backend for DropinBackend {
    fn perform(&mut self, request: &Request) -> Result<Observation, BackendError> {
        match request {
            Request::Call { by, call, inside } => self.call(*by, call, *inside),
            Request::Proceed { .. } => {
                self.resume()?;
                self.control(request)
            }
            Request::Event(Event::ExitInstaller(installer)) => {
                let seen = self.control(request)?;
                self.workers.remove(&self.installers[*installer].1);
                Ok(seen)
            }
            Request::Act { .. }
            | Request::Registration(_)
            | Request::Event(_)
            | Request::World { .. }
            | Request::Database { .. } => self.control(request),
        }
    }

    fn unique_process(&mut self, who: Subject) -> Result<UniqueProcess, BackendError> {
        self.simulation.backend(|backend| backend.unique_process(who))
    }

    fn rules(&self) -> RuleSet {
        self.simulation.backend(|backend| backend.rules())
    }

    fn broken_laws(&self) -> &[Broken] {
        &self.broken_laws
    }

    fn picks(&self) -> String {
        self.simulation.backend(|backend| backend.picks())
    }

    fn left_over(&self) -> LeftOver {
        self.simulation.backend(|backend| backend.left_over())
    }
}

/// What the simulation saw of a call, with what the library answered.
fn answered(seen: Observation, answer: Observation) -> Observation {
    let Observation { ending, handle, key, list, filters, .. } = answer;
    Observation { ending, handle, key, list, filters, ..seen }
}
