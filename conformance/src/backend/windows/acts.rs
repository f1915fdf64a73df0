//! What installers do beside the Restart Manager, what applications are told to do, and the names of both worlds.

use std::io;
use std::sync::Arc;

use rstmgr_fixture::{self as fixture, Command, Outcome, service};

use super::callers::Process;
use super::cast::{fixture_use, in_scenario};
use super::{WindowsBackend, services};
use crate::backend::BackendError;
use crate::request::{
    Act, ApplicationIndex, Call, Ending, InstallerIndex, Observation, Registration, RestartSettings,
};
use crate::scenario::{HowUsed, Use};

impl WindowsBackend {
    /// Does something that an installer does beside the Restart Manager.
    pub(super) fn act(&mut self, by: InstallerIndex, act: &Act) -> Result<Observation, BackendError> {
        let owner = self.owner(by)?;
        if !matches!(self.callers.process(owner)?, Process::Runs(_)) {
            return Ok(Observation::crashed());
        }
        let done = match act {
            Act::ReplaceFile(path) => self.scratch.replace(path)?,
            Act::RemoveFile(path) => self.scratch.remove(path)?,
            Act::RestoreFile(path) => self.scratch.restore(path)?,
            Act::StartService(service) => self.cast.start_service(*service, &mut self.happened)?,
            Act::StopService(service) => self.cast.stop_service(*service, &mut self.happened)?,
            Act::SwitchService { service, enabled } => {
                service::switch(self.cast.service(*service)?, *enabled)
            }
            Act::ScheduleReplacement(_)
            | Act::InitiateShutdown { .. }
            | Act::ExitWindows { .. }
            | Act::AbortShutdown
            | Act::LogOn => {
                return Err(BackendError::Unrealizable { reason: format!("the act {act:?}") });
            }
        };
        let code = match done {
            Ok(()) => 0,
            Err(error) => match error.raw_os_error().map(u32::try_from) {
                Some(Ok(code)) => code,
                _ => return Err(BackendError::failed("do what an installer does")(error)),
            },
        };
        Ok(Observation { ending: Some(Ending::Returned(code)), ..Observation::default() })
    }

    /// Has an application call a function of the registration for restart.
    pub(super) fn registration(&mut self, registration: &Registration) -> Result<Observation, BackendError> {
        let (who, command) = match registration {
            Registration::Register { application, arguments, flags } => {
                let arguments = arguments.clone();
                let registration = fixture::RestartRegistration { arguments, flags: *flags };
                (*application, Command::Register(registration))
            }
            Registration::Unregister { application } => (*application, Command::Unregister),
            Registration::Settings { application, by_itself: true, capacity, null_buffer } => {
                (*application, Command::Settings { capacity: *capacity, null_buffer: *null_buffer })
            }
            Registration::Settings { by_itself: false, .. } => {
                let reason = String::from("settings that another process asks for");
                return Err(BackendError::Unrealizable { reason });
            }
        };
        if !self.cast.has_process(who) {
            let reason = String::from("a call by a program that has ended");
            return Err(BackendError::Unrealizable { reason });
        }
        match self.cast.order(who, command, &mut self.happened)? {
            Outcome::Returned { result, settings } => {
                let settings = settings.map(|settings| {
                    let fixture::RestartSettings { size, arguments, flags } = settings;
                    Box::new(RestartSettings { size, arguments, flags })
                });
                Ok(Observation { result: Some(result), settings, ..Observation::default() })
            }
            Outcome::Done | Outcome::Failed(_) => {
                let cause =
                    io::Error::new(io::ErrorKind::InvalidData, "it does not say what it was answered");
                Err(BackendError::failed("register for restart")(cause))
            }
        }
    }

    /// Has an application open a file.
    pub(super) fn open_file(&mut self, who: ApplicationIndex, path: &str) -> Result<(), BackendError> {
        let used = Use { path: path.to_owned(), how: HowUsed::Handle };
        let Some(used) = fixture_use(&used, &mut self.scratch)? else { return Ok(()) };
        self.cast.order(who, Command::OpenFile(used), &mut self.happened).map(drop)
    }

    /// Has an application close a file.
    pub(super) fn close_file(&mut self, who: ApplicationIndex, path: &str) -> Result<(), BackendError> {
        let path = self.scratch.place(path)?;
        self.cast.order(who, Command::CloseFile(path), &mut self.happened).map(drop)
    }

    /// The call with the files, programs and services that really are meant; files are created where the world has
    /// them.
    pub(super) fn placed(&mut self, call: &Call) -> Result<Call, BackendError> {
        let mut call = call.clone();
        match &mut call {
            Call::RegisterResources { files, services, .. } => {
                for path in files.items.iter_mut().flat_map(|paths| Arc::make_mut(paths).iter_mut().flatten())
                {
                    *path = self.scratch.provide(path)?.into();
                }
                let names = services.items.iter_mut().flat_map(|names| Arc::make_mut(names).iter_mut());
                for name in names.flatten() {
                    *name = services::name(self.folder.name(), name);
                }
            }
            Call::AddFilter { target, .. } | Call::RemoveFilter { target, .. } => {
                if let Some(module) = &mut target.module
                    && self.is_program(module)
                {
                    *module = self.scratch.place(module)?;
                }
                if let Some(service) = &mut target.service
                    && self.is_service(service)
                {
                    *service = services::name(self.folder.name(), service);
                }
            }
            Call::StartSession { .. }
            | Call::JoinSession { .. }
            | Call::EndSession { .. }
            | Call::GetList { .. }
            | Call::Shutdown { .. }
            | Call::Restart { .. }
            | Call::CancelCurrentTask { .. }
            | Call::GetFilterList { .. } => {}
        }
        Ok(call)
    }

    /// What a call gave, with the scenario's own names of programs and services.
    pub(super) fn told(&self, mut observation: Observation) -> Observation {
        let prefix = services::start(self.folder.name());
        let service = |name: &str| name.strip_prefix(&prefix).map(str::to_owned);
        for entry in observation.list.iter_mut().flat_map(|list| &mut list.affected) {
            if let Some(name) = service(&entry.service) {
                entry.service = name.into();
            }
        }
        for filter in observation.filters.iter_mut().flat_map(|list| &mut list.filters) {
            if let Some(module) = &mut filter.target.module {
                *module = in_scenario(module, self.scratch.root());
            }
            if let Some(name) = filter.target.service.as_deref().and_then(service) {
                filter.target.service = Some(name);
            }
        }
        observation
    }

    fn is_program(&self, path: &str) -> bool {
        let images = self.world.applications.iter().map(|application| &application.process.image);
        images.into_iter().any(|image| image.eq_ignore_ascii_case(path))
    }

    fn is_service(&self, name: &str) -> bool {
        let services = self.world.applications.iter().filter_map(|application| application.service.as_ref());
        services.into_iter().any(|service| service.short_name.eq_ignore_ascii_case(name))
    }
}
