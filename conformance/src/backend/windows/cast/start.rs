//! Making the program of an application, and starting it.

use std::env;
use std::fs;
use std::io;
use std::os::windows::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rstmgr_fixture::service::{self, NewService};
use rstmgr_fixture::{self as fixture, Instructions, WantedConsole};
use windows_sys::Win32::Foundation::ERROR_SERVICE_DATABASE_LOCKED;

use super::Cast;
use super::part::Part;
use crate::backend::BackendError;
use crate::backend::windows::pace::{Deadline, FIXTURE_MAX, pause};
use crate::request::{ApplicationIndex, Happening, StartedBy};
use crate::scenario::World;

/// The environment variable with the path of the fixture program.
const FIXTURE_VARIABLE: &str = "RSTMGR_FIXTURE";

/// What it is called beside this program.
const FIXTURE: &str = "rstmgr-fixture.exe";

/// `DETACHED_PROCESS`: a console event never comes from the console of the harness.
const DETACHED: u32 = 8;

impl Cast {
    /// Puts a copy of the fixture where the program of an application is to be.
    pub(super) fn make(&self, who: ApplicationIndex) -> Result<(), BackendError> {
        let part = &self.parts[who];
        if part.host != who {
            return Ok(());
        }
        let image = Path::new(&part.image);
        let made = image.parent().map_or(Ok(()), fs::create_dir_all);
        // The copy of a file, never another name of it: the Restart Manager looks at files, not at names.
        made.and_then(|()| fs::copy(&self.program, image).map(drop))
            .map_err(BackendError::failed(format!("make the program `{}`", part.image)))
    }

    pub(super) fn install(
        &self,
        world: &World,
        who: ApplicationIndex,
        folder: &str,
    ) -> Result<(), BackendError> {
        let (Some(service), Some(name)) = (&world.applications[who].service, &self.parts[who].service) else {
            return Ok(());
        };
        let needed = service.depends_on.iter().filter_map(|needed| self.parts[*needed].service.as_deref());
        let is_host = |part: &Part| part.host == self.parts[who].host;
        let new = NewService {
            short_name: name,
            display_name: &format!("{} ({folder})", service.display_name),
            image: Path::new(&self.parts[who].image),
            shares_process: self.parts.iter().filter(|part| is_host(part)).count() > 1,
            depends_on: &needed.collect::<Vec<_>>(),
            enabled: !service.is_disabled,
        };
        service::install(&new).map_err(BackendError::failed(format!("install the service `{name}`")))
    }

    /// Starts an application, and waits for nothing.
    pub(super) fn launch(&mut self, who: ApplicationIndex, by: StartedBy) -> Result<(), BackendError> {
        let host = self.parts[who].host;
        self.instruct(host, by == StartedBy::Beginning, false)?;
        let part = &mut self.parts[who];
        part.expected = Some(by);
        part.failure = None;
        let attempt = format!("start `{}`", part.name);
        if let Some(name) = &part.service {
            return match start_in_turn(name) {
                // It is not to run.
                Err(_) if by != StartedBy::Beginning && !part.starts_well => Ok(()),
                started => started.map_err(BackendError::failed(attempt)),
            };
        }
        let mut command = Command::new(&part.image);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).creation_flags(DETACHED);
        let child = command.spawn().map_err(BackendError::failed(attempt))?;
        part.child = Some(child);
        Ok(())
    }

    /// Writes down what a process is to be when it starts next; at the beginning its services run at once.
    pub(super) fn instruct(
        &mut self,
        host: ApplicationIndex,
        is_beginning: bool,
        fails_to_start: bool,
    ) -> Result<(), BackendError> {
        let console = self.parts[host].console.clone();
        let shares = |part: &&Part| part.console == console && part.line.is_some();
        let with = console.as_ref().and_then(|_| self.parts.iter().find(shares));
        let with = with.and_then(|part| part.identity.as_ref()).map(|identity| identity.process.pid);
        let part = &mut self.parts[host];
        if console.is_some() {
            part.role.console = with.map_or(WantedConsole::Own, WantedConsole::Of);
        }
        part.role.fails_to_start = fails_to_start;
        let mut role = part.role.clone();
        if is_beginning {
            role.services.iter_mut().for_each(|service| service.on_start = fixture::OnStart::default());
        }
        let instructions = Instructions {
            version: fixture::VERSION,
            pipe: self.lines.as_ref().map_or_else(String::new, |lines| lines.name().to_owned()),
            harness: fixture::UniqueProcess { pid: self.harness.pid, start_time: self.harness.start_time },
            application: part.name.clone(),
            role,
        };
        instructions
            .write(Path::new(&part.image))
            .map_err(BackendError::failed(format!("instruct the fixture `{}`", part.name)))
    }

    /// Waits until an application that was started is what it is to be.
    pub(super) fn await_start(
        &mut self,
        who: ApplicationIndex,
        news: &mut Vec<Happening>,
    ) -> Result<(), BackendError> {
        let host = self.parts[who].host;
        let deadline = Deadline::after(FIXTURE_MAX);
        loop {
            let part = &self.parts[who];
            let is_up = self.parts[host].is_ready && (part.service.is_none() || part.service_runs);
            if let Some(failure) = &self.parts[host].failure {
                let reason = format!("a program that can {} ({})", failure.attempt, failure.reason);
                return Err(BackendError::Unrealizable { reason });
            }
            let is_to_run = part.starts_well || part.expected == Some(StartedBy::Beginning);
            if is_up || !is_to_run {
                self.parts[who].expected = None;
                self.instruct(host, false, self.parts[host].fails_to_start)?;
                return Ok(());
            }
            let has_ended = |part: &mut Part| match &mut part.child {
                Some(child) => child.try_wait().is_ok_and(|ended| ended.is_some()),
                None => false,
            };
            if deadline.is_over() || (has_ended(&mut self.parts[who]) && !self.hear(news)?) {
                let cause = io::Error::new(io::ErrorKind::TimedOut, "it is not what it is to be");
                return Err(BackendError::failed(format!("start `{}`", self.parts[who].name))(cause));
            }
            self.hear(news)?;
            pause();
        }
    }
}

/// Asks for a service to be started, once no other one is being started: there may be other runs beside this one.
pub(super) fn start_in_turn(name: &str) -> io::Result<()> {
    let deadline = Deadline::after(FIXTURE_MAX);
    loop {
        match service::start(name) {
            Err(error) if is_locked(&error) && !deadline.is_over() => pause(),
            started => return started,
        }
    }
}

fn is_locked(error: &io::Error) -> bool {
    error.raw_os_error().map(i32::cast_unsigned) == Some(ERROR_SERVICE_DATABASE_LOCKED)
}

/// The fixture program.
///
/// # Errors
///
/// That there is none, and how to get it.
pub(super) fn program() -> Result<PathBuf, String> {
    let beside = || env::current_exe().unwrap_or_default().with_file_name(FIXTURE);
    let program = env::var_os(FIXTURE_VARIABLE).map_or_else(beside, PathBuf::from);
    if program.is_file() {
        return Ok(program);
    }
    Err(format!(
        "the fixture program, and there is no `{}`: build it with `cargo build --release -p rstmgr-fixture`, or name \
         one with {FIXTURE_VARIABLE}",
        program.display()
    ))
}
