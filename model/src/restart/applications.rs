//! Restarting applications: who is started again, and how.

use std::collections::BTreeSet;

use crate::act::RESTART_NO_PATCH;
use crate::call::CallId;
use crate::filter::Mask;
use crate::happening::StartedBy;
use crate::history::{Fate, Subject};
use crate::machine::{Context, Machine, flawed};
use crate::operation::Outcome;
use crate::process::Launching;
use crate::profile::{
    ExplorerRestart, Instances, MinimumRun, MissingExecutable, RestartedRights, RestartedUser,
    SkipsAreFailures,
};
use crate::rule;
use crate::session::SessionId;
use crate::world::{InstallerId, ProcessId, ProcessKind, UserId};

/// What becomes of somebody whom `RmRestart` looks at.
pub(super) enum Verdict {
    Start,
    Skip,
    /// It is passed over, and that counts as a failure.
    SkipAsFailure,
    Fail,
}

impl Machine {
    pub(super) fn restart_application(&mut self, call: CallId, place: usize, context: &mut Context<'_>) {
        let who = self.target(call, place).who;
        let subject = Subject::of(who, None);
        let operation = self.operation(call);
        let (session, by) = (operation.session, operation.by);
        let started = std::mem::take(&mut self.operation_mut(call).started_programs);
        let verdict = self.application_verdict(session, by, who, &started, context);
        self.operation_mut(call).started_programs = started;
        match verdict {
            Verdict::Start => {
                self.launch_restarted(session, by, who, context);
                self.note_restarted(session, subject, context);
                self.log_restarted(session, who, None, context);
                self.operation_mut(call).started_programs.insert(who.0);
                self.deal_with(call, place, Outcome::Done, context);
            }
            Verdict::Skip => {
                self.note_skipped(session, subject, context);
                self.deal_with(call, place, Outcome::PassedOver, context);
            }
            Verdict::SkipAsFailure | Verdict::Fail => self.not_restarted(call, place, context),
        }
    }

    /// Whether a stopped application is restarted (REST-17 to REST-25).
    pub(super) fn application_verdict(
        &mut self,
        session: SessionId,
        by: InstallerId,
        who: (ProcessId, u32),
        started: &BTreeSet<ProcessId>,
        context: &mut Context<'_>,
    ) -> Verdict {
        let Some(fate) = self.sessions.get(session).history.fate(Subject::of(who, None)).cloned() else {
            return Verdict::Skip;
        };
        // Whoever came back on its own need not be started a second time.
        if self.processes[who.0.index()].is_running {
            return Verdict::Skip;
        }
        if let Some(mask) = self.mask(session, who, None, context) {
            context.apply(rule::FILTER_KEEPS_FROM_RESTART);
            if mask == Mask::NoRestart {
                context.apply(rule::FILTER_NO_RESTART);
            }
            if !flawed!(self, NoRestartIgnored) {
                return Verdict::Skip;
            }
        }
        if self.profile.answer::<MinimumRun>(context.choices) == MinimumRun::Applies {
            context.apply(rule::MINIMUM_RUN_TIME);
            if fate.was_young {
                return Verdict::Skip;
            }
        }
        let is_shell = self.world.processes[who.0.index()].kind == ProcessKind::Explorer
            && self.profile.answer::<ExplorerRestart>(context.choices) == ExplorerRestart::Always;
        if !is_shell && let Some(verdict) = self.registration_verdict(by, who.0, &fate, context) {
            return verdict;
        }
        if self.has_started_program(started, who.0, context) {
            return Verdict::Skip;
        }
        let process = &self.world.processes[who.0.index()];
        let (image, fails) = (process.image_path, process.behavior.fails_to_start);
        if self.is_missing(image) {
            return match self.profile.answer(context.choices) {
                MissingExecutable::Fails => Verdict::Fail,
                MissingExecutable::Skipped => Verdict::Skip,
            };
        }
        if fails { Verdict::Fail } else { Verdict::Start }
    }

    /// What its registration, its rights and its user say about restarting it; `None`: nothing against it.
    fn registration_verdict(
        &mut self,
        by: InstallerId,
        process: ProcessId,
        fate: &Fate,
        context: &mut Context<'_>,
    ) -> Option<Verdict> {
        let Some(registration) = fate.registration else {
            context.apply_all(&[
                rule::UNREGISTERED_NOT_RESTARTED,
                rule::RESTART_NEEDS_BOTH_SIDES,
                rule::ONLY_REGISTERED_RESTARTED,
                rule::UNREGISTERED_STAY_CLOSED,
            ]);
            return (!flawed!(self, EverybodyRestarted)).then_some(Verdict::Skip);
        };
        if registration.flags & RESTART_NO_PATCH != 0 {
            context.apply_all(&[
                rule::NO_PATCH_NOT_RESTARTED,
                rule::NO_PATCH_FLAG,
                rule::RUNNING_PROGRAM_REGISTERS,
            ]);
            return Some(Verdict::Skip);
        }
        if registration.flags != 0 {
            context.apply(rule::RESTART_FLAGS_COMBINE);
        }
        let is_foreign = !self.is_of_restarted_user(by, process, context);
        if is_foreign {
            context.apply_all(&[rule::OTHER_USER_NOT_RESTARTED, rule::OTHER_SID_NOT_RESTARTED]);
        }
        if fate.was_elevated {
            context.apply(rule::ELEVATED_NOT_RESTARTED);
        }
        if !is_foreign && !fate.was_elevated {
            return None;
        }
        Some(match self.profile.answer(context.choices) {
            SkipsAreFailures::No => Verdict::Skip,
            SkipsAreFailures::Yes => Verdict::SkipAsFailure,
        })
    }

    /// Whether an application belongs to the user whose applications are restarted (U-83).
    pub(crate) fn is_of_restarted_user(
        &mut self,
        by: InstallerId,
        process: ProcessId,
        context: &mut Context<'_>,
    ) -> bool {
        let caller = self.process_of(by);
        let user = match self.profile.answer(context.choices) {
            RestartedUser::Conductor => Some(self.user_of(caller)),
            RestartedUser::SessionUser => {
                self.logged_on(self.world.processes[caller.index()].terminal_session)
            }
            RestartedUser::ConsoleUser => self.logged_on(CONSOLE_SESSION),
        };
        user == Some(self.user_of(process))
    }

    /// Who is logged on in a terminal session: whose shell runs there; without one, whose first program does.
    fn logged_on(&self, terminal_session: u32) -> Option<UserId> {
        if terminal_session == 0 {
            return None;
        }
        let there = || {
            let processes = self.world.numbered_processes();
            processes.filter(|(_, process)| {
                process.terminal_session == terminal_session && process.services.is_empty()
            })
        };
        let shell = there().find(|(_, process)| process.kind == ProcessKind::Explorer);
        shell.or_else(|| there().next()).map(|(_, process)| process.user)
    }

    /// Whether another instance of the program was started already, where one is enough (U-53).
    fn has_started_program(
        &mut self,
        started: &BTreeSet<ProcessId>,
        process: ProcessId,
        context: &mut Context<'_>,
    ) -> bool {
        let image = self.world.processes[process.index()].image_path;
        started.iter().any(|other| self.world.processes[other.index()].image_path == image)
            && self.profile.answer::<Instances>(context.choices) == Instances::OnePerExecutable
    }

    /// Starts a program with its registered command line (REST-22, OBS-RESTART-02).
    pub(crate) fn launch_restarted(
        &mut self,
        session: SessionId,
        by: InstallerId,
        who: (ProcessId, u32),
        context: &mut Context<'_>,
    ) {
        let process = who.0;
        context.apply_all(&[rule::REGISTRATION_LIVES_IN_PROCESS, rule::ONLY_REGISTERED_RESTARTED]);
        context.apply(rule::UPDATE_RESTARTS_UNASKED);
        context.apply_all(&[
            rule::RESTART_STARTS_WHAT_WAS_STOPPED,
            rule::RESTART_COMMAND_LINE,
            rule::RESTART_WITHOUT_ASKING,
            rule::QUOTED_IMAGE_THEN_ARGUMENTS,
            rule::RESTART_NEEDS_BOTH_SIDES,
        ]);
        let facts = &self.world.processes[process.index()];
        let (own, is_console, is_shell) =
            (facts.elevated, facts.kind == ProcessKind::Console, facts.kind == ProcessKind::Explorer);
        if is_console {
            context.apply_all(&[rule::RESTARTED_IN_NEW_CONSOLE, rule::RESTARTED_CONSOLE_IS_SEPARATE]);
        }
        let is_elevated = match self.profile.answer(context.choices) {
            RestartedRights::Own => own,
            RestartedRights::Installers => {
                context.apply(if is_shell {
                    rule::SHELL_COMES_BACK_ELEVATED
                } else {
                    rule::RESTARTED_WITH_OTHER_RIGHTS
                });
                self.processes[self.process_of(by).index()].is_elevated
            }
        };
        let fate = self.sessions.get(session).history.fate(Subject::of(who, None));
        if facts.age.is_some() {
            context.apply(rule::YOUNG_PROGRAM_RESTARTED);
        }
        let arguments = fate.and_then(|fate| fate.registration).map(|registration| registration.arguments);
        context.apply_all(&[
            rule::REGISTERED_ARGUMENTS_ONLY,
            rule::REGISTRATION_GONE_AFTER_RESTART,
            rule::ENDED_COMES_BACK_IF_REGISTERED,
        ]);
        let launching =
            Launching { by: StartedBy::RestartManager, is_elevated, arguments, has_new_console: is_console };
        self.launch_process(process, launching, context);
    }
}

/// The terminal session of the console.
const CONSOLE_SESSION: u32 = 1;
