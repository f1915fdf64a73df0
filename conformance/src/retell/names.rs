//! Who and what the ids of a model's world are in the scenario that it is told in.

use std::collections::BTreeMap;

use rstmgr_model::{
    self as model, InstallerId, Machine, PathId, ProcessId, ServiceId, ServiceNameId, SessionHandle,
};

use crate::request::{ApplicationIndex, Fault, InstallerIndex};
use crate::scenario::write::CannotSay;
use crate::scenario::{Action, Event, HandleIndex, ProcessOf};

/// Who and what the ids of a world stand for.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// By installer of the model.
    pub installers: BTreeMap<InstallerId, InstallerIndex>,
    /// The processes of applications and of installers; of those that share one, the first.
    pub processes: BTreeMap<ProcessId, ProcessOf>,
    /// Which application a service is.
    pub services: BTreeMap<ServiceId, ApplicationIndex>,
    /// The paths that are passed to calls, as they are written.
    pub paths: BTreeMap<PathId, String>,
    /// The names of services that are passed to calls.
    pub service_names: BTreeMap<ServiceNameId, String>,
}

impl Names {
    /// The installer of the scenario that this is.
    ///
    /// # Panics
    ///
    /// If it is none.
    pub(super) fn installer(&self, installer: InstallerId) -> InstallerIndex {
        *self.installers.get(&installer).expect("every installer has a name")
    }

    pub(super) fn process(&self, process: ProcessId) -> Option<ProcessOf> {
        self.processes.get(&process).copied()
    }

    pub(super) fn application(&self, process: ProcessId) -> Result<ApplicationIndex, CannotSay> {
        match self.process(process) {
            Some(ProcessOf::Application(application)) => Ok(application),
            Some(ProcessOf::Installer(_) | ProcessOf::Nobody(_)) | None => {
                Err(CannotSay("an installer that does what applications do".to_owned()))
            }
        }
    }

    pub(super) fn service(&self, service: ServiceId) -> Result<ApplicationIndex, CannotSay> {
        let known = self.services.get(&service).copied();
        known.ok_or_else(|| CannotSay("a service without a name".to_owned()))
    }

    pub(super) fn path(&self, path: PathId) -> Result<&str, CannotSay> {
        let known = self.paths.get(&path).map(String::as_str);
        known.ok_or_else(|| CannotSay("a path that nobody wrote".to_owned()))
    }

    pub(super) fn service_name(&self, name: ServiceNameId) -> Result<String, CannotSay> {
        let known = self.service_names.get(&name).cloned();
        known.ok_or_else(|| CannotSay("a name of a service that nobody wrote".to_owned()))
    }

    /// An event; `handle` names the handle of a session whose mutex is held.
    pub(super) fn event(
        &self,
        event: &model::Event,
        machine: &Machine,
        handle: impl Fn(InstallerId, SessionHandle) -> Result<HandleIndex, CannotSay>,
    ) -> Result<Action, CannotSay> {
        Ok(Action::Event(match event {
            model::Event::Start { process, launch: None } => match self.process(*process) {
                Some(ProcessOf::Installer(installer)) => Event::StartInstaller(installer),
                _ => Event::StartApplication(self.application(*process)?),
            },
            model::Event::Start { process, launch: Some(launch) } => Event::Launch {
                by: self.installer(launch.by),
                application: self.application(*process)?,
                elevation_prompt: launch.elevation_prompt,
            },
            model::Event::Exit(process) => match self.process(*process) {
                Some(ProcessOf::Installer(installer)) => Event::ExitInstaller(installer),
                _ => Event::ExitApplication(self.application(*process)?),
            },
            model::Event::Open(process, path) => {
                Event::OpenFile(self.application(*process)?, self.path(*path)?.to_owned())
            }
            model::Event::Close(process, path) => {
                Event::CloseFile(self.application(*process)?, self.path(*path)?.to_owned())
            }
            model::Event::LogOff(user) => Event::LogOff(self.installer_of(*user, machine)?),
            model::Event::Reboot => Event::Reboot,
            model::Event::Fault { fault, active } => {
                Event::Fault { fault: fault_of(*fault), active: *active, of: 0, handle: None }
            }
            model::Event::RegistryMutex { held, of, handle: number } => Event::Fault {
                fault: Fault::RegistryMutexHeld,
                active: *held,
                of: self.installer(*of),
                handle: number.map(|number| handle(*of, number)).transpose()?,
            },
            model::Event::Redirection { by, active } => {
                Event::Redirection { by: self.installer(*by), active: *active }
            }
        }))
    }

    /// An installer of this user.
    fn installer_of(&self, user: model::UserId, machine: &Machine) -> Result<InstallerIndex, CannotSay> {
        let world = machine.world();
        let is_his = |installer: &InstallerId| {
            let process = world.installers()[installer.index()].process;
            world.processes()[process.index()].user == user
        };
        let found = self.installers.iter().find(|(installer, _)| is_his(installer));
        found.map(|(_, index)| *index).ok_or_else(|| CannotSay("a user without an installer".to_owned()))
    }
}

fn fault_of(fault: model::Fault) -> Fault {
    match fault {
        model::Fault::RegistryMutexHeld => Fault::RegistryMutexHeld,
        model::Fault::RegistryUnwritable => Fault::RegistryUnwritable,
        model::Fault::NoMemory => Fault::NoMemory,
        model::Fault::MemoryShort => Fault::MemoryShort,
        model::Fault::KeyCollision => Fault::KeyCollision,
    }
}
