//! Shutting the system down, and logging off: who may begin it, and what there is to call off.

mod logon;
mod round;

use std::time::Duration;

use crate::call::Reply;
use crate::encoding::Encoder;
use crate::machine::{Context, Machine};
use crate::observed::TimerId;
use crate::profile::GraceConflict;
use crate::rule;
use crate::timer::Timer;
use crate::world::{InstallerId, OnQuery, ProcessId, TextId, UserId};

/// `SHUTDOWN_FORCE_OTHERS` (REBOOT-15).
const SHUTDOWN_FORCE_OTHERS: u32 = 0x1;
/// `SHUTDOWN_FORCE_SELF` (REBOOT-16).
const SHUTDOWN_FORCE_SELF: u32 = 0x2;
/// `SHUTDOWN_RESTART` (REBOOT-17).
const SHUTDOWN_RESTART: u32 = 0x4;
/// `SHUTDOWN_POWEROFF` (REBOOT-18).
const SHUTDOWN_POWER_OFF: u32 = 0x8;
/// `SHUTDOWN_NOREBOOT` (REBOOT-19).
const SHUTDOWN_NO_REBOOT: u32 = 0x10;
/// `SHUTDOWN_GRACE_OVERRIDE` (REBOOT-20).
const SHUTDOWN_GRACE_OVERRIDE: u32 = 0x20;
/// `SHUTDOWN_RESTARTAPPS` (REBOOT-14).
const SHUTDOWN_RESTART_APPS: u32 = 0x80;

/// `EWX_SHUTDOWN` (REBOOT-04); `EWX_LOGOFF` is 0.
const EXIT_SHUTDOWN: u32 = 0x1;
/// `EWX_REBOOT` (REBOOT-05).
const EXIT_REBOOT: u32 = 0x2;
/// `EWX_FORCE` (REBOOT-06).
const EXIT_FORCE: u32 = 0x4;
/// `EWX_POWEROFF` (REBOOT-07).
const EXIT_POWER_OFF: u32 = 0x8;
/// `EWX_FORCEIFHUNG` (REBOOT-08).
const EXIT_FORCE_IF_HUNG: u32 = 0x10;
/// `EWX_RESTARTAPPS` (REBOOT-02).
const EXIT_RESTART_APPS: u32 = 0x40;

/// What the machine knows of shutdowns: of the one that is under way, and of what it left.
#[derive(Clone, Debug, Default)]
pub(crate) struct Power {
    shutdown: Option<Box<SystemShutdown>>,
    /// The programs that come back, with their arguments, when their users log on.
    coming_back: Vec<(ProcessId, TextId)>,
    /// Who logged off and has not logged on since.
    logged_off: Vec<UserId>,
    /// Whether the power is off.
    is_off: bool,
}

/// A shutdown that is under way, or scheduled.
#[derive(Clone, Debug)]
struct SystemShutdown {
    /// Who asked for it.
    user: UserId,
    ending: Ending,
    force: Force,
    restarts_applications: bool,
    phase: Phase,
    timer: Option<TimerId>,
    /// Who ran when it began.
    ran: Vec<(ProcessId, u32)>,
    /// The windows concerned, in the order in which they are told.
    windows: Vec<Window>,
    /// The next of them to be asked.
    next: usize,
}

/// How a shutdown ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Ending {
    Reboot,
    /// The system is down, and stays so until somebody logs on.
    Off,
    /// Only the caller's programs end.
    LogOff,
}

/// Over whose heads a shutdown goes.
#[derive(Clone, Copy, Debug, Default, Hash)]
struct Force {
    /// Nobody is asked.
    unasked: bool,
    /// Refusals of the caller's own programs do not count.
    over_refusals: bool,
    /// Missing answers do not count.
    over_silence: bool,
    /// Nothing that other users' programs answer counts.
    over_others: bool,
}

/// How far a shutdown is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
    /// It is scheduled, and can be called off.
    Countdown,
    /// It is about to ask.
    Beginning,
    /// A window has been asked, and this is its answer.
    Asking(Option<bool>),
    /// Everybody has been told to end.
    Ending,
}

/// A window that is told of a shutdown.
#[derive(Clone, Copy, Debug)]
struct Window {
    who: (ProcessId, u32),
    /// 0 the main window, from 1 on the hidden ones.
    number: u8,
    on_query: OnQuery,
    has_agreed: bool,
}

impl Power {
    pub(crate) fn encode(&self, encoder: &mut Encoder<'_>) {
        let Power { shutdown, coming_back, logged_off, is_off } = self;
        encoder.maybe(shutdown.as_deref(), |encoder, shutdown| shutdown.encode(encoder));
        encoder.value(&(coming_back, logged_off, is_off));
    }
}

impl SystemShutdown {
    fn encode(&self, encoder: &mut Encoder<'_>) {
        let SystemShutdown { user, ending, force, restarts_applications, phase, timer, ran, windows, next } =
            self;
        encoder.value(&(user, ending, force, restarts_applications, phase, next));
        encoder.timer(*timer);
        encoder.each(ran.iter(), |encoder, who| encoder.incarnation(*who));
        encoder.each(windows.iter(), |encoder, window| {
            // How it answers follows from who it is.
            let Window { who, number, on_query: _, has_agreed } = window;
            encoder.incarnation(*who);
            encoder.value(&(number, has_agreed));
        });
    }
}

impl Machine {
    /// Whether a shutdown of the system, and not only a log-off, has begun.
    pub(crate) fn is_shutting_down(&self) -> bool {
        self.power
            .shutdown
            .as_ref()
            .is_some_and(|shutdown| shutdown.phase != Phase::Countdown && shutdown.ending != Ending::LogOff)
    }

    /// `InitiateShutdown`
    pub(crate) fn initiate_shutdown(
        &mut self,
        by: InstallerId,
        flags: u32,
        grace: Duration,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let has = |flag: u32| flags & flag != 0;
        context.apply(rule::SHUTDOWN_PRIVILEGE);
        if !self.world.installers[by.index()].shutdown_privilege {
            context.apply(rule::INITIATE_WITHOUT_PRIVILEGE);
            return Err(Reply::AccessDenied);
        }
        if let Err(reply) = self.check_no_shutdown() {
            if reply == Reply::ShutdownInProgress {
                context.apply(rule::INITIATE_WHILE_SHUTTING_DOWN);
                return Err(reply);
            }
            if !has(SHUTDOWN_GRACE_OVERRIDE) {
                context.apply(rule::INITIATE_WHILE_SCHEDULED);
                return Err(reply);
            }
            context.apply(rule::INITIATE_GRACE_OVERRIDE);
        }
        let user = self.user_of(self.process_of(by));
        let users = self.logged_on_users();
        if users.is_empty() {
            return Err(Reply::NotReady);
        }
        if users.iter().any(|other| *other != user) {
            if !has(SHUTDOWN_FORCE_OTHERS) {
                context.apply(rule::INITIATE_WITH_OTHERS_LOGGED_ON);
                return Err(Reply::ShutdownUsersLoggedOn);
            }
            context.apply(rule::INITIATE_FORCE_OTHERS);
        }
        self.check_grace(flags, grace, context)?;
        let ending = if has(SHUTDOWN_RESTART | SHUTDOWN_RESTART_APPS) { Ending::Reboot } else { Ending::Off };
        for (flag, rule) in [
            (SHUTDOWN_RESTART_APPS, rule::INITIATE_RESTART_APPS),
            (SHUTDOWN_RESTART_APPS, rule::EXIT_WINDOWS_RESTART_APPS),
            (SHUTDOWN_FORCE_SELF, rule::INITIATE_FORCE_SELF),
            (SHUTDOWN_RESTART, rule::INITIATE_RESTART),
            (SHUTDOWN_POWER_OFF, rule::INITIATE_POWER_OFF),
            (SHUTDOWN_NO_REBOOT, rule::INITIATE_NO_REBOOT),
        ] {
            if has(flag) {
                context.apply(rule);
            }
        }
        let force = Force {
            unasked: false,
            over_refusals: has(SHUTDOWN_FORCE_SELF),
            over_silence: has(SHUTDOWN_FORCE_SELF),
            over_others: has(SHUTDOWN_FORCE_OTHERS),
        };
        self.schedule(user, ending, force, has(SHUTDOWN_RESTART_APPS), grace, context);
        Ok(())
    }

    /// Which grace periods there can be (REBOOT-27, REBOOT-28).
    fn check_grace(&mut self, flags: u32, grace: Duration, context: &mut Context<'_>) -> Result<(), Reply> {
        if grace.is_zero() {
            return Ok(());
        }
        if flags & SHUTDOWN_FORCE_SELF == 0 {
            context.apply(rule::INITIATE_GRACE_NEEDS_FORCE);
            return Err(Reply::InvalidParameter);
        }
        if flags & SHUTDOWN_GRACE_OVERRIDE != 0 {
            context.apply(rule::INITIATE_GRACE_CONFLICT);
            return Err(match self.profile.answer(context.choices) {
                GraceConflict::InvalidParameter => Reply::InvalidParameter,
                GraceConflict::BadArguments => Reply::BadArguments,
            });
        }
        Ok(())
    }

    /// `ExitWindowsEx`
    pub(crate) fn exit_windows(
        &mut self,
        by: InstallerId,
        flags: u32,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let has = |flag: u32| flags & flag != 0;
        let ending = if has(EXIT_REBOOT | EXIT_RESTART_APPS) {
            Ending::Reboot
        } else if has(EXIT_SHUTDOWN | EXIT_POWER_OFF) {
            Ending::Off
        } else {
            Ending::LogOff
        };
        let installer = &self.world.installers[by.index()];
        if ending != Ending::LogOff {
            context.apply(rule::SHUTDOWN_PRIVILEGE);
            if !installer.shutdown_privilege {
                return Err(Reply::PrivilegeNotHeld);
            }
        }
        let is_interactive = !installer.as_service;
        self.check_no_shutdown()?;
        context.apply_all(&[rule::EXIT_WINDOWS_ONLY_INITIATES, rule::EXIT_WINDOWS_IS_ASYNCHRONOUS]);
        for (flag, rule) in [
            (EXIT_RESTART_APPS, rule::EXIT_WINDOWS_RESTART_APPS),
            (EXIT_SHUTDOWN, rule::EXIT_WINDOWS_SHUTDOWN),
            (EXIT_REBOOT, rule::EXIT_WINDOWS_REBOOT),
            (EXIT_FORCE, rule::EXIT_WINDOWS_FORCE),
            (EXIT_POWER_OFF, rule::EXIT_WINDOWS_POWER_OFF),
            (EXIT_FORCE_IF_HUNG, rule::EXIT_WINDOWS_FORCE_IF_HUNG),
        ] {
            if has(flag) {
                context.apply(rule);
            }
        }
        let force = Force {
            unasked: has(EXIT_FORCE),
            over_refusals: false,
            over_silence: has(EXIT_FORCE_IF_HUNG),
            over_others: false,
        };
        let user = self.user_of(self.process_of(by));
        // A service has no logon session that could be logged off (REBOOT-11).
        if is_interactive || ending != Ending::LogOff {
            self.schedule(user, ending, force, has(EXIT_RESTART_APPS), Duration::ZERO, context);
        }
        Ok(())
    }

    /// `AbortSystemShutdown`
    pub(crate) fn abort_shutdown(&mut self, context: &mut Context<'_>) -> Result<(), Reply> {
        match self.check_no_shutdown() {
            Ok(()) => Err(Reply::NoShutdownInProgress),
            Err(Reply::ShutdownIsScheduled) => {
                context.apply(rule::COUNTDOWN_CAN_BE_ABORTED);
                self.drop_shutdown(context);
                Ok(())
            }
            Err(reply) => Err(reply),
        }
    }

    /// That no shutdown is scheduled or under way.
    fn check_no_shutdown(&self) -> Result<(), Reply> {
        match &self.power.shutdown {
            None => Ok(()),
            Some(shutdown) if shutdown.phase == Phase::Countdown => Err(Reply::ShutdownIsScheduled),
            Some(_) => Err(Reply::ShutdownInProgress),
        }
    }

    /// Has a shutdown begin so long from now, instead of one that is scheduled.
    fn schedule(
        &mut self,
        user: UserId,
        ending: Ending,
        force: Force,
        restarts_applications: bool,
        grace: Duration,
        context: &mut Context<'_>,
    ) {
        self.drop_shutdown(context);
        let phase = if grace.is_zero() { Phase::Beginning } else { Phase::Countdown };
        let timer = self.set_timer(Timer::SystemShutdown, grace, context);
        self.power.shutdown = Some(Box::new(SystemShutdown {
            user,
            ending,
            force,
            restarts_applications,
            phase,
            timer: Some(timer),
            ran: Vec::new(),
            windows: Vec::new(),
            next: 0,
        }));
    }

    /// Forgets a shutdown.
    pub(crate) fn drop_shutdown(&mut self, context: &mut Context<'_>) {
        if let Some(shutdown) = self.power.shutdown.take() {
            self.unset_timer(shutdown.timer, context);
        }
    }

    /// Who is logged on: whose programs run in a terminal session of people.
    fn logged_on_users(&self) -> Vec<UserId> {
        let services = self.world.installers.iter().filter(|installer| installer.as_service);
        let services: Vec<ProcessId> = services.map(|installer| installer.process).collect();
        let programs = self.world.numbered_processes().filter(|(id, process)| {
            let is_of_system = process.terminal_session == 0
                || process.integrity >= SYSTEM
                || process.critical
                || !process.services.is_empty();
            self.processes[id.index()].is_running && !is_of_system && !services.contains(id)
        });
        let mut users: Vec<UserId> = programs.map(|(_, process)| process.user).collect();
        users.sort_unstable();
        users.dedup();
        users
    }
}

/// The integrity level of what the system starts itself.
const SYSTEM: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;
    use crate::world::{Process, World};

    #[test]
    fn whoever_has_a_program_of_his_own_is_logged_on_and_the_system_is_nobody() {
        let logged_on = |change: &dyn Fn(&mut Process)| {
            let mut world = World::new();
            let mut process = world.process(r"C:\App\editor.exe", World::user(0));
            change(&mut process);
            world.add_process(process);
            Machine::new(world, Profile::windows_11()).logged_on_users()
        };
        assert_eq!(logged_on(&|_| ()), [World::user(0)]);
        assert_eq!(logged_on(&|process| process.integrity = SYSTEM - 1), [World::user(0)]);
        let nobody: [&dyn Fn(&mut Process); 4] = [
            &|process| process.terminal_session = 0,
            &|process| process.integrity = SYSTEM,
            &|process| process.critical = true,
            &|process| process.running = false,
        ];
        for change in nobody {
            assert_eq!(logged_on(change), []);
        }
    }

    #[test]
    fn a_host_of_services_makes_nobody_logged_on() {
        let mut world = World::new();
        let host = world.process(r"C:\App\host.exe", World::user(0));
        let host = world.add_process(host);
        let service = world.service(host, "Indexer", "an indexer");
        world.add_service(service);
        assert_eq!(Machine::new(world, Profile::windows_11()).logged_on_users(), []);
    }
}
