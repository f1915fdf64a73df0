//! Who and what the ids of a model's world are in the scenario that it is told in.

use rstmgr_model::{self as model, InstallerId, Machine, ProcessId, ServiceId, SessionHandle};

use crate::request::{ApplicationIndex, Fault, InstallerIndex};
use crate::scenario::write::CannotSay;
use crate::scenario::{Action, Event, HandleIndex, ProcessOf};

/// Who the ids of a world stand for; paths and the names of services are the world's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// By installer of the model.
    pub installers: Vec<InstallerIndex>,
    /// By process: an application's or an installer's; of those that share one, the first.
    pub processes: Vec<Option<ProcessOf>>,
    /// By service: which application it is.
    pub services: Vec<ApplicationIndex>,
}

impl Names {
    /// The installer of the scenario that this is.
    pub(super) fn installer(&self, installer: InstallerId) -> InstallerIndex {
        self.installers[installer.index()]
    }

    pub(super) fn process(&self, process: ProcessId) -> Option<ProcessOf> {
        self.processes[process.index()]
    }

    pub(super) fn application(&self, process: ProcessId) -> Result<ApplicationIndex, CannotSay> {
        match self.process(process) {
            Some(ProcessOf::Application(application)) => Ok(application),
            Some(ProcessOf::Installer(_) | ProcessOf::Nobody(_)) | None => {
                Err(CannotSay("an installer that does what applications do".to_owned()))
            }
        }
    }

    pub(super) fn service(&self, service: ServiceId) -> ApplicationIndex {
        self.services[service.index()]
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
                Event::OpenFile(self.application(*process)?, machine.world().path_text(*path).to_owned())
            }
            model::Event::Close(process, path) => {
                Event::CloseFile(self.application(*process)?, machine.world().path_text(*path).to_owned())
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
        let is_his = |installer: &model::Installer| world.processes()[installer.process.index()].user == user;
        let found = world.installers().iter().position(is_his);
        found
            .map(|place| self.installers[place])
            .ok_or_else(|| CannotSay("a user without an installer".to_owned()))
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
