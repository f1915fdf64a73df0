//! Laws on the registration for restart.

use super::Court;
use super::monitor::Monitor;
use super::notes::Registration;
use super::table::Law;
use crate::act::{RESTART_COMMAND_LINE_MAX, RegistrationCall};
use crate::machine::Input;
use crate::profile::{Answer as _, EmptyCommandLine};
use crate::world::ProcessKind;

impl Monitor {
    pub(super) fn judge_registration(&mut self, court: &mut Court<'_>, input: &Input, result: u32) {
        let Input::Registration(call) = *input else { return };
        let is_done = result == 0;
        match call {
            RegistrationCall::Register { process, arguments, flags } => {
                let length = arguments.map_or(0, |arguments| court.world.text_length(arguments));
                if length > RESTART_COMMAND_LINE_MAX {
                    court
                        .demand(Law::LongCommandLinesAreRefused, !is_done, || format!("{length} characters"));
                }
                let registers = EmptyCommandLine::KNOB;
                let is_clear = length > 0 || court.profile.possible(registers).all(|option| option == 0);
                let registration = &mut self.processes[process.index()].registration;
                if is_done {
                    *registration = if is_clear { Registration::Of(flags) } else { Registration::Unclear };
                }
            }
            RegistrationCall::Unregister { process } => {
                if is_done {
                    self.processes[process.index()].registration = Registration::None;
                }
            }
            RegistrationCall::Settings { process, .. } => {
                let note = &self.processes[process.index()];
                let is_host = !court.world.processes()[process.index()].services.is_empty();
                let has_some = note.registration != Registration::None && (note.is_running || is_host);
                if !has_some {
                    court.demand(Law::OnlyTheRegisteredHaveSettings, !is_done, || {
                        format!("{call:?} succeeds")
                    });
                }
            }
        }
    }

    /// Whether a program surely has no registration, and is not the shell, which needs none.
    pub(super) fn is_unregistered(&self, court: &Court<'_>, process: crate::world::ProcessId) -> bool {
        let is_shell = court.world.processes()[process.index()].kind == ProcessKind::Explorer;
        !is_shell && self.processes[process.index()].registration == Registration::None
    }
}
