//! The registration for restart: what applications say about how they want to come back.

use crate::act::{RESTART_COMMAND_LINE_MAX, RegistrationCall};
use crate::act::{RESTART_NO_CRASH, RESTART_NO_HANG, RESTART_NO_PATCH, RESTART_NO_REBOOT};
use crate::happening::{RestartSettings, StartedBy};
use crate::machine::{Context, Machine};
use crate::observed::Output;
use crate::profile::{CommandLineLimit, EmptyCommandLine, SettingsOf};
use crate::rule;
use crate::world::{ProcessId, ProcessKind, RestartRegistration, TextId};

/// `S_OK`
const OK: u32 = 0;
/// `E_FAIL`
const FAIL: u32 = 0x8000_4005;
/// `E_INVALIDARG`
const INVALID_ARGUMENT: u32 = 0x8007_0057;
/// `HRESULT_FROM_WIN32(ERROR_NOT_FOUND)`
const NOT_FOUND: u32 = 0x8007_0490;
/// `HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER)`
const INSUFFICIENT_BUFFER: u32 = 0x8007_007A;

const NO_SETTINGS: RestartSettings = RestartSettings { size: None, arguments: None, flags: None };

impl Machine {
    /// A call of a function of the registration for restart.
    pub(crate) fn registration_call(&mut self, call: RegistrationCall, context: &mut Context<'_>) {
        match call {
            RegistrationCall::Register { process, arguments, flags } => {
                let registered = self.register_for_restart(process, arguments, flags, context);
                context.emit(Output::Result(registered.err().unwrap_or(OK)));
            }
            RegistrationCall::Unregister { process } => {
                context.apply(rule::RESTART_REGISTRATION_REMOVED);
                let is_running = self.processes[process.index()].is_running;
                if is_running {
                    self.processes[process.index()].registration = None;
                }
                context.emit(Output::Result(if is_running { OK } else { FAIL }));
            }
            RegistrationCall::Settings { process, by_itself, capacity, null_buffer } => {
                let (result, settings) =
                    self.restart_settings(process, by_itself, capacity, null_buffer, context);
                context.emit(Output::Result(result));
                context.emit(Output::RestartSettings(settings));
            }
        }
    }

    /// `RegisterApplicationRestart`
    fn register_for_restart(
        &mut self,
        process: ProcessId,
        arguments: Option<TextId>,
        flags: u32,
        context: &mut Context<'_>,
    ) -> Result<(), u32> {
        // Nothing can call from a process that is gone; the function has no other code for what goes wrong.
        if !self.processes[process.index()].is_running {
            context.apply(rule::RESTART_REGISTRATION_FAILURE);
            return Err(FAIL);
        }
        // Whoever is leaving by a console event is in its handler, where it is too late to register (CON-09).
        let is_console = self.world.processes[process.index()].kind == ProcessKind::Console;
        if is_console && self.processes[process.index()].leave.is_some() {
            context.apply(rule::CONSOLE_REGISTERS_BEFORE_CTRL_C);
            return Err(FAIL);
        }
        let arguments = arguments.unwrap_or(self.world.empty_text());
        let length = self.world.text_length(arguments);
        let most = match self.profile.answer(context.choices) {
            CommandLineLimit::WithNul => RESTART_COMMAND_LINE_MAX - 1,
            CommandLineLimit::WithoutNul => RESTART_COMMAND_LINE_MAX,
        };
        if length > most {
            context.apply(rule::COMMAND_LINE_TOO_LONG);
            return Err(INVALID_ARGUMENT);
        }
        let mut registration = Some(RestartRegistration {
            arguments,
            flags: flags & (RESTART_NO_CRASH | RESTART_NO_HANG | RESTART_NO_PATCH | RESTART_NO_REBOOT),
        });
        if length == 0 {
            context.apply(rule::EMPTY_COMMAND_LINE);
            if self.profile.answer::<EmptyCommandLine>(context.choices) == EmptyCommandLine::Unregisters {
                registration = None;
            }
        } else {
            context.apply(rule::REGISTERED_ARGUMENTS_ONLY);
        }
        context.apply_all(&[rule::RESTART_FLAGS_COMBINE, rule::REGISTRATION_LIVES_IN_PROCESS]);
        self.processes[process.index()].registration = registration;
        Ok(())
    }

    /// `GetApplicationRestartSettings`: what it returns, and what it writes.
    fn restart_settings(
        &mut self,
        process: ProcessId,
        by_itself: bool,
        capacity: Option<u32>,
        null_buffer: bool,
        context: &mut Context<'_>,
    ) -> (u32, RestartSettings) {
        let capacity = match capacity {
            Some(capacity) if !null_buffer || capacity == 0 => capacity,
            Some(_) | None => {
                context.apply(rule::SETTINGS_INVALID_PARAMETERS);
                return (INVALID_ARGUMENT, NO_SETTINGS);
            }
        };
        let state = *self.processes[process.index()];
        let mut registration = state.registration.filter(|_| state.is_running);
        if !by_itself {
            context.apply(rule::SETTINGS_OF_WHICH_PROCESS);
            if self.profile.answer::<SettingsOf>(context.choices) == SettingsOf::OwnProcess {
                // Whoever asks about others here has not registered itself.
                registration = None;
            }
        }
        let Some(registration) = registration else {
            context.apply(rule::SETTINGS_NOT_REGISTERED);
            if state.registration.is_some() && !state.is_running {
                context.apply(rule::REGISTRATION_LIVES_IN_PROCESS);
            }
            let was_restarted = matches!(state.started_by, StartedBy::RestartManager | StartedBy::Reboot);
            if was_restarted && state.registration.is_none() {
                context.apply(rule::REGISTRATION_GONE_AFTER_RESTART);
            }
            return (NOT_FOUND, NO_SETTINGS);
        };
        let size = self.world.text_length(registration.arguments) + 1;
        let told = RestartSettings { size: Some(size), ..NO_SETTINGS };
        if null_buffer {
            context.apply(rule::SETTINGS_SIZE_QUERY);
            return (OK, RestartSettings { flags: Some(registration.flags), ..told });
        }
        if capacity < size {
            context.apply(rule::SETTINGS_BUFFER_TOO_SMALL);
            return (INSUFFICIENT_BUFFER, told);
        }
        let (arguments, flags) = (Some(registration.arguments), Some(registration.flags));
        (OK, RestartSettings { arguments, flags, ..told })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Answer as _, Profile};
    use crate::{FirstOption, Observed, World};

    /// A machine with an editor, which runs.
    fn machine(profile: Profile) -> Machine {
        let mut world = World::new();
        let editor = world.process(r"C:\App\editor.exe", World::user(0));
        world.add_process(editor);
        Machine::new(world, profile)
    }

    const EDITOR: ProcessId = ProcessId(0);

    fn call(machine: &mut Machine, call: RegistrationCall) -> (u32, Option<RestartSettings>) {
        let mut observed = Observed::default();
        machine.registration_call(call, &mut Context::new(&mut FirstOption, &mut observed));
        match observed.outputs.as_slice() {
            [Output::Result(result)] => (*result, None),
            [Output::Result(result), Output::RestartSettings(settings)] => (*result, Some(*settings)),
            other => panic!("{other:?}"),
        }
    }

    fn register(machine: &mut Machine, arguments: Option<&str>) -> u32 {
        let arguments = arguments.map(|text| machine.world_mut().long_text(text));
        call(machine, RegistrationCall::Register { process: EDITOR, arguments, flags: 4 }).0
    }

    fn settings(machine: &mut Machine, capacity: u32, null_buffer: bool) -> (u32, Option<u32>, Option<u32>) {
        let capacity = Some(capacity);
        let (result, settings) = call(
            machine,
            RegistrationCall::Settings { process: EDITOR, by_itself: true, capacity, null_buffer },
        );
        let settings = settings.unwrap();
        (result, settings.size, settings.flags)
    }

    #[test]
    fn the_limit_counts_the_nul_or_not() {
        for (option, longest) in [1023, 1024].into_iter().enumerate() {
            let mut machine = machine(Profile::windows_11().with(CommandLineLimit::KNOB, option));
            assert_eq!(register(&mut machine, Some(&"ä".repeat(longest))), OK);
            assert_eq!(register(&mut machine, Some(&"ä".repeat(longest + 1))), INVALID_ARGUMENT);
        }
    }

    #[test]
    fn an_empty_command_line_registers_or_takes_back() {
        for (option, expected) in [(OK, Some(1), Some(4)), (NOT_FOUND, None, None)].into_iter().enumerate() {
            let mut machine = machine(Profile::windows_11().with(EmptyCommandLine::KNOB, option));
            assert_eq!(register(&mut machine, Some("/r")), OK);
            assert_eq!(register(&mut machine, None), OK);
            assert_eq!(settings(&mut machine, 10, false), expected);
        }
    }

    #[test]
    fn settings_need_room_for_the_nul() {
        let mut machine = machine(Profile::windows_11());
        assert_eq!(settings(&mut machine, 10, false), (NOT_FOUND, None, None));
        assert_eq!(register(&mut machine, Some("/r")), OK);
        assert_eq!(settings(&mut machine, 2, false), (INSUFFICIENT_BUFFER, Some(3), None));
        assert_eq!(settings(&mut machine, 3, false), (OK, Some(3), Some(4)));
        assert_eq!(settings(&mut machine, 0, true), (OK, Some(3), Some(4)));
        assert_eq!(settings(&mut machine, 3, true), (INVALID_ARGUMENT, None, None));
    }

    #[test]
    fn a_process_that_is_gone_cannot_register() {
        let mut machine = machine(Profile::windows_11());
        let mut observed = Observed::default();
        machine.end_process(EDITOR, &mut Context::new(&mut FirstOption, &mut observed));
        assert_eq!(register(&mut machine, Some("/r")), FAIL);
        assert_eq!(call(&mut machine, RegistrationCall::Unregister { process: EDITOR }).0, FAIL);
    }
}
