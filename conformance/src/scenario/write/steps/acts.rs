//! The steps in which something happens, or somebody does something, beside the calls.

use std::time::Duration;

use super::{Writer, so_long, words_of};
use crate::request::{Fault, InstallerIndex};
use crate::scenario::parse::format::{EXIT_FLAGS, FAULTS, INITIATE_FLAGS};
use crate::scenario::write::layout::{Layout, text};
use crate::scenario::write::{Fields, name_of};
use crate::scenario::{Act, Event, Registration};
use crate::words::NO_RESTART;

/// The name of a step, and its value where that is no map.
type NameAndScalar = (&'static str, Option<Layout>);

impl Writer<'_> {
    fn application(&self, application: usize) -> Layout {
        text(&self.scenario.world.applications[application].name)
    }

    fn installer(&self, installer: InstallerIndex) -> Layout {
        text(&self.scenario.world.installers[installer].name)
    }

    pub(super) fn event(&self, event: &Event, fields: &mut Fields) -> NameAndScalar {
        match event {
            Event::StartApplication(application) => {
                ("start-application", Some(self.application(*application)))
            }
            Event::ExitApplication(application) => ("exit-application", Some(self.application(*application))),
            Event::OpenFile(application, path) => {
                fields.add("application", self.application(*application));
                fields.add("file", text(path));
                ("open-file", None)
            }
            Event::CloseFile(application, path) => {
                fields.add("application", self.application(*application));
                fields.add("file", text(path));
                ("close-file", None)
            }
            Event::Launch { by, application, elevation_prompt } => {
                self.add_installer("by", *by, fields);
                fields.add("application", self.application(*application));
                fields.add_unless(!elevation_prompt, "elevation-prompt", "true");
                ("launch", None)
            }
            Event::StartInstaller(installer) => ("start-installer", Some(self.installer(*installer))),
            Event::ExitInstaller(installer) => {
                fields.add("installer", self.installer(*installer));
                ("exit-installer", Some(self.installer(*installer)))
            }
            Event::LogOff(installer) => ("log-off", Some(self.installer(*installer))),
            Event::Reboot => ("reboot", Some(Layout::Map(Vec::new()))),
            Event::Fault { fault, active, of, handle } => {
                let place = match fault {
                    Fault::RegistryMutexHeld => 0,
                    Fault::RegistryUnwritable => 1,
                    Fault::NoMemory => 2,
                    Fault::MemoryShort => 3,
                    Fault::KeyCollision => 4,
                };
                fields.add(FAULTS[place], switch(*active));
                let is_default = *fault != Fault::RegistryMutexHeld && *of == 0;
                match handle {
                    Some(handle) => fields.add("session", text(&self.scenario.handles[*handle])),
                    None if is_default => {}
                    None => self.add_installer("user-of", *of, fields),
                }
                ("fault", None)
            }
            Event::Redirection { by, active } => {
                self.add_installer("by", *by, fields);
                fields.add("is", switch(*active));
                ("wow64-redirection", None)
            }
        }
    }

    pub(super) fn act(&self, by: InstallerIndex, act: &Act, fields: &mut Fields) -> NameAndScalar {
        let mut about = |name: &'static str, field: &str, value: Layout| {
            self.add_installer("by", by, fields);
            fields.add(field, value);
            (name, None)
        };
        match act {
            Act::ReplaceFile(file) => about("replace-file", "file", text(file)),
            Act::ScheduleReplacement(file) => about("schedule-replacement", "file", text(file)),
            Act::RemoveFile(file) => about("remove-file", "file", text(file)),
            Act::RestoreFile(file) => about("restore-file", "file", text(file)),
            Act::StartService(service) => about("start-service", "service", self.application(*service)),
            Act::StopService(service) => about("stop-service", "service", self.application(*service)),
            Act::SwitchService { service, enabled } => {
                let name = if *enabled { "enable-service" } else { "disable-service" };
                (name, Some(self.application(*service)))
            }
            Act::InitiateShutdown { flags, grace } => {
                self.add_installer("by", by, fields);
                fields.add_unless(*flags == 0, "flags", words_of(*flags, &INITIATE_FLAGS));
                fields.add_unless(*grace == Duration::ZERO, "grace", so_long(*grace));
                ("initiate-shutdown", None)
            }
            Act::ExitWindows { flags } => {
                self.add_installer("by", by, fields);
                fields.add_unless(*flags == 0, "flags", words_of(*flags, &EXIT_FLAGS));
                ("exit-windows", None)
            }
            Act::AbortShutdown => {
                self.add_installer("by", by, fields);
                ("abort-shutdown", None)
            }
            Act::LogOn => ("log-on", Some(self.installer(by))),
        }
    }

    pub(super) fn registration(&self, registration: &Registration, fields: &mut Fields) -> &'static str {
        match registration {
            Registration::Register { application, arguments, flags } => {
                fields.add("application", self.application(*application));
                match arguments.as_deref() {
                    None => fields.add("null-arguments", "true"),
                    Some("") => {}
                    Some(arguments) => fields.add("arguments", text(arguments)),
                }
                for (name, bit) in NO_RESTART {
                    fields.add_unless(flags & bit == 0, name, "true");
                }
                "register-restart"
            }
            Registration::Unregister { application } => {
                fields.add("application", self.application(*application));
                "unregister-restart"
            }
            Registration::Settings { application, by, capacity, null_buffer } => {
                fields.add("application", self.application(*application));
                fields.add("by", name_of(self.scenario, *by));
                let default = if *null_buffer { 0 } else { 1025 };
                fields.add_unless(*capacity == default, "capacity", capacity.to_string());
                fields.add_unless(!null_buffer, "null-buffer", "true");
                "get-restart-settings"
            }
        }
    }
}

fn switch(active: bool) -> &'static str {
    if active { "on" } else { "off" }
}
