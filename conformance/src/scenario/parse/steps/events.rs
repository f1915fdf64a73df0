//! The steps in which something happens beside the calls.

use super::Context;
use crate::request::{ApplicationIndex, Fault};
use crate::scenario::Event;
use crate::scenario::parse::format::FAULTS;
use crate::scenario::yaml::Node;

/// The faults, in the order of [`FAULTS`].
const FAULT_VALUES: [Fault; 5] = [
    Fault::RegistryMutexHeld,
    Fault::RegistryUnwritable,
    Fault::NoMemory,
    Fault::MemoryShort,
    Fault::KeyCollision,
];

impl Context<'_, '_, '_> {
    /// The event that the step `name` is.
    pub(super) fn event(&mut self, name: &str) -> Option<Event> {
        let fields = self.fields;
        match name {
            "start-application" => Some(Event::StartApplication(self.lowering.application(fields)?)),
            "exit-application" => Some(Event::ExitApplication(self.lowering.application(fields)?)),
            "open-file" => self.file_of_application().map(|(who, file)| Event::OpenFile(who, file)),
            "close-file" => self.file_of_application().map(|(who, file)| Event::CloseFile(who, file)),
            "launch" => {
                let application = self.get("application").and_then(|node| self.lowering.application(node));
                let by = self.caller("by", None)?;
                let elevation_prompt = self.is_true("elevation-prompt");
                Some(Event::Launch { by, application: application?, elevation_prompt })
            }
            "start-installer" => Some(Event::StartInstaller(self.lowering.installer(fields)?)),
            "exit-installer" => {
                let node = self.get("installer").unwrap_or(fields);
                Some(Event::ExitInstaller(self.lowering.installer(node)?))
            }
            "log-off" => {
                let node = self.get("user-of").unwrap_or(fields);
                Some(Event::LogOff(self.lowering.installer(node)?))
            }
            "reboot" => Some(Event::Reboot),
            "fault" => self.fault(),
            "wow64-redirection" => {
                let by = self.caller("by", None)?;
                Some(Event::Redirection { by, active: self.get("is").and_then(Node::text)? == "on" })
            }
            _ => None,
        }
    }

    fn file_of_application(&mut self) -> Option<(ApplicationIndex, String)> {
        let application = self.get("application").and_then(|node| self.lowering.application(node));
        let file = self.get("file").and_then(|node| self.lowering.say(node));
        Some((application?, file?.into_owned()))
    }

    fn fault(&mut self) -> Option<Event> {
        let place = FAULTS.iter().position(|fault| self.get(fault).is_some())?;
        let fault = FAULT_VALUES[place];
        let active = self.get(FAULTS[place]).and_then(Node::text)? == "on";
        let handle = match self.get("session") {
            Some(node) => Some(self.handle(node)?),
            None => None,
        };
        let holder = match handle {
            Some(handle) => Some(self.lowering.handles[handle].holder?),
            // The other faults are the whole machine's.
            None if fault != Fault::RegistryMutexHeld => Some(0),
            None => None,
        };
        Some(Event::Fault { fault, active, of: self.caller("user-of", holder)?, handle })
    }
}
