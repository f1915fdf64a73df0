//! The end of a shutdown, and what is there again when the system is up or somebody logs on.

use super::{Ending, SystemShutdown};
use crate::act::RESTART_NO_REBOOT;
use crate::happening::StartedBy;
use crate::machine::{Context, Machine};
use crate::process::Launching;
use crate::profile::{MinimumRunBeforeReboot, RebootedUsers, RestartAfterReboot};
use crate::rule;
use crate::service_control::ServiceStatus;
use crate::world::{ProcessId, ProcessKind, TextId, UserId};

impl Machine {
    /// Everybody exits, and the system goes down, or only a user's session ends.
    pub(super) fn finish_shutdown(&mut self, context: &mut Context<'_>) {
        let Some(shutdown) = self.power.shutdown.take() else { return };
        if shutdown.ending == Ending::LogOff {
            return self.log_off(shutdown.user, context);
        }
        if self.services.iter().any(|service| service.status != ServiceStatus::Stopped) {
            context.apply(rule::DEPENDENCIES_IGNORED_AT_SHUTDOWN);
        }
        let coming_back = self.who_comes_back(&shutdown, context);
        if shutdown.ending == Ending::Off {
            self.go_down(context);
            self.power.is_off = true;
            return;
        }
        self.reboot(context);
        let is_at_once = !coming_back.is_empty()
            && self.profile.answer::<RestartAfterReboot>(context.choices) == RestartAfterReboot::AtOnce;
        if is_at_once {
            self.bring_back(coming_back, context);
        } else {
            self.power.coming_back = coming_back;
        }
    }

    /// The programs that come back after a reboot, with their arguments (REBOOT-02).
    fn who_comes_back(
        &mut self,
        shutdown: &SystemShutdown,
        context: &mut Context<'_>,
    ) -> Vec<(ProcessId, TextId)> {
        let mut coming_back = Vec::new();
        for (process, incarnation) in &shutdown.ran {
            let state = *self.processes[process.index()];
            let facts = &self.world.processes[process.index()];
            let is_program = match facts.kind {
                ProcessKind::MainWindow | ProcessKind::OtherWindow | ProcessKind::Console => {
                    facts.services.is_empty()
                }
                ProcessKind::Windowless | ProcessKind::Explorer => false,
            };
            let registration = state.registration.filter(|_| is_program && state.incarnation == *incarnation);
            let Some(registration) = registration else { continue };
            context.apply(rule::RESTART_ACROSS_REBOOT);
            if !shutdown.restarts_applications {
                continue;
            }
            if registration.flags & RESTART_NO_REBOOT != 0 {
                context.apply_all(&[rule::NO_REBOOT_FLAG, rule::NO_REBOOT_STAYS_AWAY]);
                continue;
            }
            if facts.user != shutdown.user
                && self.profile.answer::<RebootedUsers>(context.choices) == RebootedUsers::Caller
            {
                continue;
            }
            if self.profile.answer::<MinimumRunBeforeReboot>(context.choices)
                == MinimumRunBeforeReboot::Applies
            {
                context.apply(rule::MINIMUM_RUN_TIME);
                if state.is_young {
                    continue;
                }
            }
            context.apply_all(&[rule::ENDED_COMES_BACK_IF_REGISTERED, rule::UPDATE_RESTARTS_UNASKED]);
            coming_back.push((*process, registration.arguments));
        }
        coming_back
    }

    /// Starts programs again with their arguments.
    fn bring_back(&mut self, programs: Vec<(ProcessId, TextId)>, context: &mut Context<'_>) {
        for (process, arguments) in programs {
            context.apply(rule::REGISTERED_ARGUMENTS_ONLY);
            let facts = &self.world.processes[process.index()];
            let launching = Launching {
                by: StartedBy::Reboot,
                is_elevated: facts.elevated,
                arguments: Some(arguments),
                has_new_console: facts.kind == ProcessKind::Console,
            };
            self.launch_process(process, launching, context);
        }
    }

    /// A user logs on: the shell starts, and what is to come back does.
    pub(crate) fn log_on(&mut self, user: UserId, context: &mut Context<'_>) {
        if std::mem::take(&mut self.power.is_off) {
            self.come_up(context);
        }
        let Some(place) = self.power.logged_off.iter().position(|other| *other == user) else { return };
        self.power.logged_off.remove(place);
        let shells: Vec<ProcessId> = self
            .world
            .numbered_processes()
            .filter(|(_, process)| {
                process.kind == ProcessKind::Explorer && process.user == user && process.running
            })
            .map(|(id, _)| id)
            .collect();
        for shell in shells {
            self.start_process(shell, StartedBy::Reboot, context);
        }
        let coming_back = std::mem::take(&mut self.power.coming_back);
        let (own, others) = coming_back.into_iter().partition(|(process, _)| self.user_of(*process) == user);
        self.power.coming_back = others;
        self.bring_back(own, context);
    }

    /// Notes that a user is not logged on any more.
    pub(crate) fn note_log_off(&mut self, user: UserId) {
        if !self.power.logged_off.contains(&user) {
            self.power.logged_off.push(user);
        }
    }

    /// Notes that the system went down: nobody is logged on, and nothing comes back but what is said afterwards.
    pub(crate) fn note_system_down(&mut self, context: &mut Context<'_>) {
        self.drop_shutdown(context);
        self.power.coming_back.clear();
        self.power.is_off = false;
        let mut users: Vec<UserId> = self.world.processes.iter().map(|process| process.user).collect();
        users.sort_unstable();
        users.dedup();
        self.power.logged_off = users;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::act::Act;
    use crate::happening::{Message, Told};
    use crate::machine::Input;
    use crate::observed::{Output, TimerChange};
    use crate::profile::Profile;
    use crate::world::{OnEnd, OnQuery, RestartRegistration};
    use crate::{FirstOption, Installer, InstallerId, Observed, Process, Reply, World};

    const SETUP: InstallerId = InstallerId(0);
    const FIRST: ProcessId = ProcessId(0);
    const SECOND: ProcessId = ProcessId(1);

    /// Two registered programs with windows, and an installer.
    fn scene(change: impl Fn(usize, &mut Process)) -> Machine {
        let mut world = World::new();
        for (number, image) in [r"C:\App\1.exe", r"C:\App\2.exe"].into_iter().enumerate() {
            let mut process = world.process(image, World::user(0));
            process.kind = ProcessKind::MainWindow;
            process.restart = Some(RestartRegistration { arguments: world.long_text("/r"), flags: 0 });
            change(number, &mut process);
            world.add_process(process);
        }
        let process = world.process(r"C:\Setup\setup.exe", World::user(0));
        let process = world.add_process(process);
        let current_directory = String::from(r"C:\Setup");
        let installer = Installer { process, as_service: false, current_directory, shutdown_privilege: true };
        world.add_installer(installer);
        Machine::new(world, Profile::windows_11())
    }

    fn act(machine: &mut Machine, act: Act) -> (Reply, Observed) {
        let mut observed = Observed::default();
        machine.step(&Input::Act { by: SETUP, act }, &mut FirstOption, &mut observed);
        (observed.reply().unwrap(), observed)
    }

    /// Does an act, and lets everything happen that is due then or later; the longest wait and what was told.
    fn settle(machine: &mut Machine, what: Act) -> (Duration, Vec<(ProcessId, Message)>) {
        let (reply, mut observed) = act(machine, what);
        assert_eq!(reply, Reply::Success);
        let (mut place, mut longest) = (0, Duration::ZERO);
        while let Some(change) = observed.timers.get(place).copied() {
            place += 1;
            if let TimerChange::Set(timer, after) = change {
                longest = longest.max(after);
                machine.step(&Input::Due(timer), &mut FirstOption, &mut observed);
            }
        }
        let told = observed.outputs.iter().filter_map(|output| {
            let Output::Told(Told { process, what, .. }) = output else { return None };
            Some((*process, *what))
        });
        (longest, told.collect())
    }

    fn running(machine: &Machine) -> [bool; 2] {
        [FIRST, SECOND].map(|process| machine.is_process_running(process))
    }

    const REBOOT: Act = Act::ExitWindows { flags: 0x2 };
    const REBOOT_AND_RESTART: Act = Act::ExitWindows { flags: 0x42 };

    #[test]
    fn registered_programs_come_back_at_log_on_and_only_with_the_flag() {
        for (flags, expected) in [(0x2, [false, false]), (0x42, [true, false])] {
            let mut machine = scene(|number, process| {
                if number == 1
                    && let Some(registration) = &mut process.restart
                {
                    registration.flags = RESTART_NO_REBOOT;
                }
            });
            settle(&mut machine, Act::ExitWindows { flags });
            assert_eq!(running(&machine), [false, false]);
            settle(&mut machine, Act::LogOn);
            assert_eq!(running(&machine), expected);
            assert_eq!(machine.process_view(FIRST).arguments.is_some(), expected[0]);
        }
    }

    #[test]
    fn a_refusal_calls_it_off_and_who_agreed_is_told_so() {
        let mut machine = scene(|number, process| {
            if number == 1 {
                process.behavior.on_query = OnQuery::ModalDialog;
            }
        });
        let (_, told) = settle(&mut machine, REBOOT_AND_RESTART);
        assert_eq!(running(&machine), [true, true]);
        assert_eq!(
            told,
            [
                (FIRST, Message::Query { window: 0, flags: 1 }),
                (FIRST, Message::Answer { window: 0, agrees: Some(true) }),
                (SECOND, Message::Query { window: 0, flags: 1 }),
                (SECOND, Message::Answer { window: 0, agrees: Some(false) }),
                (FIRST, Message::End { window: 0, flags: 1, ending: false }),
            ]
        );
        let forced = Act::InitiateShutdown { flags: 0x2 | 0x4, grace: Duration::ZERO };
        settle(&mut machine, forced);
        assert_eq!(running(&machine), [false, false]);
    }

    #[test]
    fn silence_takes_five_seconds_and_then_counts_as_a_refusal_unless_forced() {
        for (flags, is_over) in [(0x2, false), (0x12, true)] {
            let mut machine = scene(|_, process| process.behavior.on_query = OnQuery::Silent);
            let (longest, _) = settle(&mut machine, Act::ExitWindows { flags });
            assert_eq!(longest, Duration::from_secs(5));
            assert_eq!(running(&machine), [!is_over, !is_over]);
        }
        let mut machine = scene(|_, process| process.behavior.on_end = OnEnd::Lingers(None));
        assert_eq!(settle(&mut machine, REBOOT).0, Duration::from_secs(5));
        assert_eq!(running(&machine), [false, false]);
    }

    #[test]
    fn a_countdown_can_be_aborted_and_a_round_cannot() {
        let mut machine =
            scene(|_, process| process.behavior.on_query = OnQuery::Leaves(Duration::from_secs(3)));
        assert_eq!(act(&mut machine, Act::AbortShutdown).0, Reply::NoShutdownInProgress);
        let in_a_minute = |flags| Act::InitiateShutdown { flags, grace: Duration::from_secs(60) };
        assert_eq!(act(&mut machine, in_a_minute(0x4)).0, Reply::InvalidParameter);
        assert_eq!(act(&mut machine, in_a_minute(0x6)).0, Reply::Success);
        assert_eq!(act(&mut machine, REBOOT).0, Reply::ShutdownIsScheduled);
        assert_eq!(act(&mut machine, Act::AbortShutdown).0, Reply::Success);
        assert_eq!(act(&mut machine, REBOOT).0, Reply::Success);
        assert_eq!(act(&mut machine, Act::AbortShutdown).0, Reply::ShutdownInProgress);
    }

    #[test]
    fn a_machine_that_is_off_comes_up_when_somebody_logs_on() {
        let mut machine = scene(|number, process| process.critical = number == 0);
        settle(&mut machine, Act::ExitWindows { flags: 0x9 });
        assert_eq!(running(&machine), [false, false]);
        settle(&mut machine, Act::LogOn);
        assert_eq!(running(&machine), [true, false]);
    }
}
