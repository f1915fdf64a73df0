//! The steps in which an installer or application does something beside the Restart Manager.

use std::time::Duration;

use super::{Context, flags_or_number};
use crate::scenario::parse::format::{EXIT_FLAGS, INITIATE_FLAGS};
use crate::scenario::parse::lower::number;
use crate::scenario::parse::world::no_restart_flags;
use crate::scenario::yaml::Node;
use crate::scenario::{Act, Action, ProcessOf, Registration};

/// The capacity of a buffer that holds every command line: `RESTART_MAX_CMD_LINE` and a NUL.
const CAPACITY: u32 = 1025;

impl Context<'_, '_, '_> {
    /// What the step `name` does; the outer `None`: it is no such step.
    pub(super) fn act(&mut self, name: &str) -> Option<Option<Action>> {
        let fields = self.fields;
        let switch = |enabled| move |service| Act::SwitchService { service, enabled };
        Some(match name {
            "replace-file" => self.file_act(Act::ReplaceFile),
            "schedule-replacement" => self.file_act(Act::ScheduleReplacement),
            "remove-file" => self.file_act(Act::RemoveFile),
            "restore-file" => self.file_act(Act::RestoreFile),
            "start-service" => self.service_act(Act::StartService),
            "stop-service" => self.service_act(Act::StopService),
            "disable-service" | "enable-service" => {
                // It makes no difference who does it.
                let service = self.lowering.service(fields);
                let act = service.map(switch(name == "enable-service"));
                act.map(|act| Action::Act { by: 0, act })
            }
            "initiate-shutdown" => {
                let flags = self.get("flags").map_or(0, |node| flags_or_number(node, &INITIATE_FLAGS));
                let grace = match self.get("grace") {
                    Some(node) => self.lowering.duration(node),
                    None => Some(Duration::ZERO),
                };
                self.by_installer(grace.map(|grace| Act::InitiateShutdown { flags, grace }))
            }
            "exit-windows" => {
                let flags = self.get("flags").map_or(0, |node| flags_or_number(node, &EXIT_FLAGS));
                self.by_installer(Some(Act::ExitWindows { flags }))
            }
            "abort-shutdown" => self.by_installer(Some(Act::AbortShutdown)),
            "log-on" => {
                let node = self.get("user-of").unwrap_or(fields);
                self.lowering.installer(node).map(|by| Action::Act { by, act: Act::LogOn })
            }
            _ => return None,
        })
    }

    fn by_installer(&mut self, act: Option<Act>) -> Option<Action> {
        let by = self.caller("by", None);
        Some(Action::Act { by: by?, act: act? })
    }

    fn file_act(&mut self, act: fn(String) -> Act) -> Option<Action> {
        let file = self.get("file").and_then(|node| self.lowering.say(node));
        let act = file.map(|file| act(file.into_owned()));
        self.by_installer(act)
    }

    fn service_act(&mut self, act: fn(usize) -> Act) -> Option<Action> {
        let service = self.get("service").and_then(|node| self.lowering.service(node));
        self.by_installer(service.map(act))
    }

    /// A call of the functions of the registration for restart.
    pub(super) fn registration(&mut self, name: &str) -> Option<Registration> {
        let application = self.get("application").and_then(|node| self.lowering.application(node));
        match name {
            "register-restart" => {
                let arguments = self.arguments();
                let flags = no_restart_flags(self.fields);
                Some(Registration::Register { application: application?, arguments, flags })
            }
            "unregister-restart" => Some(Registration::Unregister { application: application? }),
            _ => {
                let null_buffer = self.is_true("null-buffer");
                let by = match self.get("by") {
                    Some(node) => self.lowering.process(node),
                    None => self.caller("by", None).map(ProcessOf::Installer),
                };
                let capacity = self.get("capacity").and_then(number);
                let capacity = capacity.unwrap_or(if null_buffer { 0 } else { CAPACITY });
                Some(Registration::Settings { application: application?, by: by?, capacity, null_buffer })
            }
        }
    }

    /// The command line of a registration; `None` is NULL.
    fn arguments(&self) -> Option<String> {
        if self.is_true("null-arguments") {
            return None;
        }
        if let Some(length) = self.get("length").and_then(number) {
            return Some("x".repeat(length));
        }
        let stated: Option<&Node<'_>> = self.get("arguments");
        Some(stated.and_then(|node| self.lowering.say(node)).unwrap_or_default().into_owned())
    }
}
