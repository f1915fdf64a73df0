//! The applications of a world: for each process a copy of the fixture program under the application's own image name.

mod hear;
mod lines;
mod part;
mod role;
mod start;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use rstmgr_fixture::{self as fixture, Order, Orders, Outcome, service};

pub(super) use self::hear::in_scenario;
use self::lines::Lines;
use self::part::Part;
use super::pace::{Deadline, FIXTURE_MAX, pause};
use super::paths::Scratch;
use super::services;
use crate::backend::BackendError;
use crate::request::{ApplicationIndex, Happening, ProcessState, StartedBy, UniqueProcess};
use crate::scenario::{Application, HowUsed, OnStart, OnStop, Use, World};

/// All applications of a world.
#[derive(Debug)]
pub(super) struct Cast {
    /// `None`: the world has no applications.
    lines: Option<Lines>,
    program: PathBuf,
    harness: UniqueProcess,
    parts: Vec<Part>,
    /// The lines that are open, and whose they are once that is known.
    open: BTreeMap<usize, (Orders, Option<ApplicationIndex>)>,
    /// Who comes back by itself, and when.
    returns: Vec<(Deadline, ApplicationIndex)>,
    /// By application: how long after its end it comes back, once.
    comes_back_after: Vec<Option<Duration>>,
    next_order: u32,
    outcomes: BTreeMap<u32, Outcome>,
    /// The processes that were not asked for yet.
    new_processes: Vec<UniqueProcess>,
    /// Real paths and what they are called in the scenario.
    root: String,
}

impl Cast {
    /// The applications of `world`, none of which runs yet; services are installed. `folder` is the name of the run's
    /// folder.
    ///
    /// # Errors
    ///
    /// If there is no fixture program, or something cannot be made.
    pub(super) fn new(
        world: &World,
        scratch: &mut Scratch,
        folder: &str,
        harness: UniqueProcess,
    ) -> Result<Cast, BackendError> {
        let mut cast = Cast {
            lines: None,
            program: PathBuf::new(),
            harness,
            parts: Vec::new(),
            open: BTreeMap::new(),
            returns: Vec::new(),
            comes_back_after: world.applications.iter().map(|each| each.comes_back_after).collect(),
            next_order: 0,
            outcomes: BTreeMap::new(),
            new_processes: Vec::new(),
            root: scratch.root().to_owned(),
        };
        if world.applications.is_empty() {
            return Ok(cast);
        }
        cast.program = start::program().map_err(|reason| BackendError::Unrealizable { reason })?;
        let name = format!(r"\\.\pipe\{folder}");
        cast.lines = Some(Lines::listen(name).map_err(BackendError::failed("listen to fixtures"))?);
        for (place, application) in world.applications.iter().enumerate() {
            let part = part(world, place, application, scratch, folder)?;
            cast.parts.push(part);
        }
        for place in 0..cast.parts.len() {
            let Some(service) = &world.applications[place].service else { continue };
            let host = cast.parts[place].host;
            let name = services::name(folder, &service.short_name);
            let made = role::service(name, service.on_stop, service.on_start);
            cast.parts[host].role.services.push(made);
        }
        for place in 0..cast.parts.len() {
            cast.make(place)?;
            cast.install(world, place, folder)?;
        }
        Ok(cast)
    }

    /// Starts the applications that run from the beginning.
    pub(super) fn begin(&mut self, world: &World, news: &mut Vec<Happening>) -> Result<(), BackendError> {
        let running: Vec<ApplicationIndex> =
            (0..self.parts.len()).filter(|place| world.applications[*place].process.running).collect();
        for host in 0..self.parts.len() {
            // Somebody else may start it: an installer, the service control manager, or whoever depends on it.
            if self.parts[host].host == host && !running.iter().any(|place| self.parts[*place].host == host) {
                self.instruct(host, false, self.parts[host].fails_to_start)?;
            }
        }
        for place in &running {
            self.launch(*place, StartedBy::Beginning)?;
            // Its console is wanted by another, or it is one of several services.
            if self.parts[*place].console.is_some() || self.parts[*place].service.is_some() {
                self.await_start(*place, news)?;
            }
        }
        for place in running {
            self.await_start(place, news)?;
        }
        Ok(())
    }

    /// Starts an application that does not run.
    pub(super) fn start(
        &mut self,
        who: ApplicationIndex,
        by: StartedBy,
        news: &mut Vec<Happening>,
    ) -> Result<(), BackendError> {
        if self.parts[who].is_running() {
            return Ok(());
        }
        self.launch(who, by)?;
        self.await_start(who, news)
    }

    /// Ends an application on its own.
    pub(super) fn exit(
        &mut self,
        who: ApplicationIndex,
        news: &mut Vec<Happening>,
    ) -> Result<(), BackendError> {
        let host = self.parts[who].host;
        if self.parts[host].line.is_none() {
            return Ok(());
        }
        self.give(host, fixture::Command::Exit)?;
        let deadline = Deadline::after(FIXTURE_MAX);
        while self.parts[host].line.is_some() {
            self.hear(news)?;
            if deadline.is_over() {
                let cause =
                    io::Error::new(io::ErrorKind::TimedOut, "it stays, though it was ordered to leave");
                return Err(BackendError::failed(format!("end `{}`", self.parts[who].name))(cause));
            }
            pause();
        }
        Ok(())
    }

    /// Asks for a service to be started; one that runs at once does so before the next step.
    pub(super) fn start_service(
        &mut self,
        who: ApplicationIndex,
        news: &mut Vec<Happening>,
    ) -> Result<io::Result<()>, BackendError> {
        let started = start::start_in_turn(self.service(who)?);
        let part = &self.parts[who];
        if started.is_ok() && part.runs_at_once && !part.fails_to_start {
            self.await_start(who, news)?;
        }
        Ok(started)
    }

    /// Asks a service to stop; one that stops at once has done so before the next step, and its process has ended with
    /// the last service in it.
    pub(super) fn stop_service(
        &mut self,
        who: ApplicationIndex,
        news: &mut Vec<Happening>,
    ) -> Result<io::Result<()>, BackendError> {
        let stopped = service::stop(self.service(who)?);
        if stopped.is_err() || !self.parts[who].stops_at_once {
            return Ok(stopped);
        }
        let host = self.parts[who].host;
        let deadline = Deadline::after(FIXTURE_MAX);
        loop {
            self.hear(news)?;
            let is_used = self.parts.iter().any(|part| part.host == host && part.service_runs);
            if !self.parts[who].service_runs && (is_used || self.parts[host].line.is_none()) {
                return Ok(stopped);
            }
            if deadline.is_over() {
                let cause = io::Error::new(io::ErrorKind::TimedOut, "it stays, though it was asked to stop");
                return Err(BackendError::failed(format!("stop `{}`", self.parts[who].name))(cause));
            }
            pause();
        }
    }

    /// Has an order followed by an application.
    pub(super) fn order(
        &mut self,
        who: ApplicationIndex,
        command: fixture::Command,
        news: &mut Vec<Happening>,
    ) -> Result<Outcome, BackendError> {
        let host = self.parts[who].host;
        let attempt = format!("give an order to `{}`", self.parts[who].name);
        let number = self.give(host, command)?;
        let deadline = Deadline::after(FIXTURE_MAX);
        loop {
            self.hear(news)?;
            match self.outcomes.remove(&number) {
                Some(Outcome::Failed(failure)) => {
                    let cause =
                        io::Error::other(format!("failed to {}: {}", failure.attempt, failure.reason));
                    return Err(BackendError::failed(attempt)(cause));
                }
                Some(outcome) => return Ok(outcome),
                None if self.parts[host].line.is_none() => {
                    return Err(BackendError::failed(attempt)(io::ErrorKind::NotConnected.into()));
                }
                None if deadline.is_over() => {
                    return Err(BackendError::failed(attempt)(io::ErrorKind::TimedOut.into()));
                }
                None => pause(),
            }
        }
    }

    /// The processes that came since this was asked last.
    pub(super) fn take_new_processes(&mut self) -> Vec<UniqueProcess> {
        std::mem::take(&mut self.new_processes)
    }

    /// Whether somebody comes back by itself.
    pub(super) fn expects_returns(&self) -> bool {
        !self.returns.is_empty()
    }

    /// Whether the process of an application runs.
    pub(super) fn has_process(&self, who: ApplicationIndex) -> bool {
        self.parts.get(who).is_some_and(|part| self.parts[part.host].line.is_some())
    }

    /// The process of an application, as it runs or ran last; `None` if it never ran.
    pub(super) fn process(&self, who: ApplicationIndex) -> Option<UniqueProcess> {
        let host = self.parts.get(who)?.host;
        self.parts[host].identity.as_ref().map(|identity| unique(identity.process))
    }

    /// The name under which a service is really installed.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub(super) fn service(&self, who: ApplicationIndex) -> Result<&str, BackendError> {
        self.parts.get(who).and_then(|part| part.service.as_deref()).ok_or_else(|| {
            let cause = io::Error::new(io::ErrorKind::NotFound, "the world has no such service");
            BackendError::failed("find a service")(cause)
        })
    }

    /// Each application as it is now.
    pub(super) fn states(&self) -> Vec<ProcessState> {
        let state = |part: &Part| {
            let host = &self.parts[part.host];
            ProcessState {
                is_running: part.is_running(),
                is_elevated: host.identity.as_ref().is_some_and(|identity| identity.elevated),
                has_new_console: host.has_new_console,
                started_by: part.started_by,
                command_line: host.command_line.clone(),
            }
        };
        self.parts.iter().map(state).collect()
    }

    /// Gives an order, and waits for nothing; returns its number.
    fn give(&mut self, host: ApplicationIndex, command: fixture::Command) -> Result<u32, BackendError> {
        let number = self.next_order;
        self.next_order += 1;
        let line = self.parts[host].line.and_then(|line| self.open.get_mut(&line));
        let given = match line {
            Some((orders, _)) => orders.give(&Order { number, command }),
            None => Err(io::Error::new(io::ErrorKind::NotConnected, "it does not run")),
        };
        given.map_err(BackendError::failed(format!("give an order to `{}`", self.parts[host].name)))?;
        Ok(number)
    }
}

impl Drop for Cast {
    fn drop(&mut self) {
        for (orders, _) in self.open.values_mut() {
            // Who does not hear it ends with the job, or with the harness.
            let _told = orders.give(&Order { number: u32::MAX, command: fixture::Command::Exit });
        }
        for part in &mut self.parts {
            if let Some(name) = &part.service {
                // What stays is removed by the next run.
                let _removed = service::remove(name);
            }
            if let Some(child) = &mut part.child {
                // Both fail only for a process that has ended.
                let _ended = child.kill();
                let _ended = child.wait();
            }
        }
    }
}

/// What is known of an application before it starts.
fn part(
    world: &World,
    place: ApplicationIndex,
    application: &Application,
    scratch: &mut Scratch,
    folder: &str,
) -> Result<Part, BackendError> {
    let mut role = role::role(application);
    for used in &application.process.uses {
        role.uses.extend(fixture_use(used, scratch)?);
    }
    let service = application.service.as_ref();
    Ok(Part {
        name: application.name.clone(),
        host: host_of(world, place),
        image: scratch.place(&application.process.image)?,
        role,
        console: application.process.console.clone(),
        service: service.map(|service| services::name(folder, &service.short_name)),
        fails_to_start: application.fails_to_start,
        starts_well: service.is_none_or(|service| matches!(service.on_start, OnStart::Runs(_))),
        runs_at_once: service.is_some_and(|service| service.on_start == OnStart::Runs(Duration::ZERO)),
        stops_at_once: service.is_some_and(|service| service.on_stop == OnStop::Stops(Duration::ZERO)),
        expected: None,
        line: None,
        identity: None,
        process: None,
        is_ready: false,
        is_leaving: false,
        service_runs: false,
        has_new_console: false,
        starts: 0,
        started_by: StartedBy::Beginning,
        command_line: None,
        has_come_back: false,
        failure: None,
        child: None,
    })
}

/// A file that a fixture is to use, made where it really lies; `None`: it cannot be used so.
pub(super) fn fixture_use(used: &Use, scratch: &mut Scratch) -> Result<Option<fixture::Use>, BackendError> {
    let Some(how) = role::how_used(used.how) else { return Ok(None) };
    let path = match used.how {
        HowUsed::Image => scratch.provide_image(&used.path)?,
        HowUsed::CurrentDirectory => scratch.provide_directory(&used.path)?,
        HowUsed::Handle | HowUsed::SharedHandle | HowUsed::Remote | HowUsed::Kernel => {
            scratch.provide(&used.path)?
        }
    };
    Ok(Some(fixture::Use { path, how }))
}

/// The longest time that an application of `world` lets pass before it does what it will do by itself.
pub(super) fn longest_delay(world: &World) -> Duration {
    world.applications.iter().map(role::longest_delay).max().unwrap_or_default()
}

/// The first of the services in a process, by any of them.
fn host_of(world: &World, mut place: ApplicationIndex) -> ApplicationIndex {
    while let Some(other) =
        world.applications[place].service.as_ref().and_then(|service| service.shares_process_of)
    {
        place = other;
    }
    place
}

fn unique(process: fixture::UniqueProcess) -> UniqueProcess {
    UniqueProcess { pid: process.pid, start_time: process.start_time }
}
