//! The installers' processes, and the calls that are under way in them.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use crate::backend::BackendError;
use crate::backend::worker_process::{Conversation, NoAnswer, unexpected};
use crate::request::{Call, Finished, InstallerIndex, Observation, UniqueProcess};
use crate::worker::protocol::{Answer, Order};

/// The process of an installer.
#[derive(Debug)]
pub(super) enum Process {
    NeverRan,
    Runs(Conversation),
    /// A call ended it.
    Crashed(UniqueProcess),
    /// The scenario or a failure ended it.
    Exited(UniqueProcess),
}

/// All processes of installers.
#[derive(Debug)]
pub(super) struct Callers {
    /// One per installer; that of an installer in another's process is never used.
    processes: Vec<Process>,
    calls: Vec<UnderWay>,
    /// Calls that ended together, and were not heard of yet.
    ended: VecDeque<Box<Finished>>,
    /// What the next call is called.
    next_number: u32,
}

/// A call that is not answered yet.
#[derive(Debug)]
struct UnderWay {
    owner: InstallerIndex,
    number: u32,
    function: &'static str,
    in_callback: bool,
}

/// What was heard of a call.
#[derive(Debug)]
pub(super) enum Heard {
    /// Its callback was told a percentage, and runs.
    Status { call: u32, percent: u8 },
    /// It ended.
    Finished(Box<Finished>),
}

impl Callers {
    /// As many processes, none of which ran yet.
    pub(super) fn new(count: usize) -> Callers {
        let processes = (0..count).map(|_| Process::NeverRan).collect();
        Callers { processes, calls: Vec::new(), ended: VecDeque::new(), next_number: 0 }
    }

    /// The process of an installer that has its own.
    pub(super) fn process(&mut self, owner: InstallerIndex) -> Result<&mut Process, BackendError> {
        self.processes.get_mut(owner).ok_or_else(unknown_installer)
    }

    /// Ends the process of an installer, as it stands, and its calls with it.
    pub(super) fn exit(&mut self, owner: InstallerIndex) -> Result<(), BackendError> {
        let process = self.process(owner)?;
        if let Process::Runs(worker) = process {
            // Dropped, the worker is killed and waited for.
            *process = Process::Exited(worker.process.identity());
        }
        self.calls.retain(|call| call.owner != owner);
        Ok(())
    }

    /// Whether calls are under way.
    pub(super) fn are_busy(&self) -> bool {
        !self.calls.is_empty()
    }

    /// Begins a call; returns its number, or `None` if a call before it ended the process.
    pub(super) fn begin(
        &mut self,
        owner: InstallerIndex,
        call: &Call,
        inside: Option<u32>,
    ) -> Result<Option<u32>, BackendError> {
        let function = call.function();
        let outer = self.calls.iter().find(|outer| Some(outer.number) == inside && outer.in_callback);
        let inside = outer.filter(|outer| outer.owner == owner).map(|outer| outer.number);
        let number = self.next_number;
        let attempt = format!("call `{function}`");
        match self.process(owner)? {
            Process::Runs(worker) => {
                let order = Order::Begin { number, call: call.clone(), inside };
                worker.process.send(&order).map_err(BackendError::failed(attempt))?;
            }
            Process::Crashed(_) => return Ok(None),
            Process::NeverRan | Process::Exited(_) => {
                let cause = io::Error::new(io::ErrorKind::NotFound, "the installer does not run");
                return Err(BackendError::failed(attempt)(cause));
            }
        }
        self.next_number += 1;
        self.calls.push(UnderWay { owner, number, function, in_callback: false });
        Ok(Some(number))
    }

    /// Lets the callbacks that run return.
    pub(super) fn resume(&mut self) -> Result<(), BackendError> {
        for call in &mut self.calls {
            if std::mem::take(&mut call.in_callback)
                && let Some(Process::Runs(worker)) = self.processes.get_mut(call.owner)
            {
                worker.resume(call.number)?;
            }
        }
        Ok(())
    }

    /// What was said of a call next, if anything was.
    ///
    /// # Errors
    ///
    /// If a worker cannot do what it was told, or says something else.
    pub(super) fn hear(&mut self) -> Result<Option<Heard>, BackendError> {
        if let Some(finished) = self.ended.pop_front() {
            return Ok(Some(Heard::Finished(finished)));
        }
        for place in 0..self.calls.len() {
            let UnderWay { owner, function, .. } = self.calls[place];
            let attempt = || BackendError::failed(format!("hear of the call `{function}`"));
            let process = self.process(owner)?;
            let Process::Runs(worker) = process else { continue };
            match worker.process.next_answer(Duration::ZERO) {
                Ok(None) => {}
                Ok(Some(Answer::Status { number, percent })) => {
                    let percent = u8::try_from(percent).unwrap_or(u8::MAX);
                    if let Some(call) = self.calls.iter_mut().find(|call| call.number == number) {
                        call.in_callback = true;
                    }
                    return Ok(Some(Heard::Status { call: number, percent }));
                }
                Ok(Some(Answer::Ended { number, observation })) => {
                    self.calls.retain(|call| call.number != number);
                    let finished = Finished { call: number, answer: *observation };
                    return Ok(Some(Heard::Finished(Box::new(finished))));
                }
                Ok(Some(answer)) => return Err(attempt()(unexpected(&answer))),
                Err(NoAnswer::Ended) => {
                    *process = Process::Crashed(worker.process.identity());
                    let (ended, others) =
                        std::mem::take(&mut self.calls).into_iter().partition(|call| call.owner == owner);
                    self.calls = others;
                    let ended: Vec<UnderWay> = ended;
                    let crashed = ended
                        .iter()
                        .map(|call| Finished { call: call.number, answer: Observation::crashed() })
                        .map(Box::new);
                    self.ended.extend(crashed);
                    return Ok(self.ended.pop_front().map(Heard::Finished));
                }
                Err(NoAnswer::Failed(cause)) => {
                    self.exit(owner)?;
                    return Err(attempt()(cause));
                }
            }
        }
        Ok(None)
    }
}

pub(super) fn unknown_installer() -> BackendError {
    let cause = io::Error::new(io::ErrorKind::NotFound, "the world has no such installer");
    BackendError::failed("find an installer")(cause)
}
