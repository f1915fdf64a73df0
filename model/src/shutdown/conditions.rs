//! What must hold before anybody is told anything: all or nothing.

use crate::act::RESTART_NO_PATCH;
use crate::affected::Entry;
use crate::call::{FORCE_SHUTDOWN, Reply, SHUTDOWN_ONLY_REGISTERED};
use crate::filter::Mask;
use crate::history::ShutdownBefore;
use crate::machine::{Context, Machine, flawed};
use crate::observed::RebootReasons;
use crate::profile::{
    OnlyRegisteredMasked, OnlyRegisteredReply, OnlyRegisteredTest, OtherWindowAsked, RebootTest,
    RefusingService, TestOrder, UnknownApplication, UnknownApplicationReply,
};
use crate::rule;
use crate::session::SessionId;
use crate::world::{OnStop, ProcessKind};

impl Machine {
    /// The tests before anything is stopped (SHUT-06, SHUT-21, OBS-SHUT-08).
    pub(super) fn test(
        &mut self,
        session: SessionId,
        flags: u32,
        entries: &[Entry],
        masks: &[Option<Mask>],
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let order = self.profile.answer::<TestOrder>(context.choices);
        if order == TestOrder::RebootFirst {
            self.test_reboot(session, flags, entries, context)?;
        }
        if flags & SHUTDOWN_ONLY_REGISTERED != 0 {
            self.test_registered(flags, entries, masks, context)?;
        }
        if order == TestOrder::RegisteredFirst {
            self.test_reboot(session, flags, entries, context)?;
        }
        if flags & FORCE_SHUTDOWN == 0 {
            self.test_unknown(session, entries, masks, context)?;
        }
        let refuses = entries.iter().zip(masks).any(|(entry, mask)| {
            let on_stop = entry.service.map(|service| self.world.services[service.index()].on_stop);
            *mask != Some(Mask::NoShutdown) && matches!(on_stop, Some(OnStop::Refuses | OnStop::Fails))
        });
        if refuses
            && self.profile.answer::<RefusingService>(context.choices) == RefusingService::FailNoActionReboot
        {
            self.sessions.get_mut(session).history.shutdown = Some(ShutdownBefore::NeedsReboot);
            context.apply_all(&[rule::SHUTDOWN_REFUSED_FOR_REBOOT, rule::REBOOT_CASE_LEAVES_ALL_RUNNING]);
            return Err(Reply::FailNoActionReboot);
        }
        Ok(())
    }

    fn test_reboot(
        &mut self,
        session: SessionId,
        flags: u32,
        entries: &[Entry],
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let mut reasons = entries.iter().fold(RebootReasons::NONE, |all, entry| all.and(entry.reasons));
        if reasons == RebootReasons::NONE || flawed!(self, RebootReasonsIgnored) {
            return Ok(());
        }
        if flags & FORCE_SHUTDOWN != 0 {
            match self.profile.answer(context.choices) {
                RebootTest::AnyReason => {}
                RebootTest::NotPermissionUnderForce => {
                    reasons.0 &= !RebootReasons::PERMISSION_DENIED.0;
                }
                RebootTest::UnlessForced => {
                    context.apply(rule::SUCCESS_WITH_FILE_LOCKED);
                    reasons = RebootReasons::NONE;
                }
            }
        }
        if reasons == RebootReasons::NONE {
            return Ok(());
        }
        context.apply_all(&[
            rule::SHUTDOWN_REFUSED_FOR_REBOOT,
            rule::REBOOT_CASE_LEAVES_ALL_RUNNING,
            rule::REBOOT_TEST_FIRST,
        ]);
        if reasons.include(RebootReasons::SESSION_MISMATCH) {
            context.apply(rule::SHUTDOWN_KEEPS_BORDERS);
        }
        self.sessions.get_mut(session).history.shutdown = Some(ShutdownBefore::NeedsReboot);
        Err(Reply::FailNoActionReboot)
    }

    /// `RmShutdownOnlyRegistered` (U-30, U-68).
    fn test_registered(
        &mut self,
        flags: u32,
        entries: &[Entry],
        masks: &[Option<Mask>],
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        context.apply(rule::ONLY_REGISTERED_STOPPED);
        if flags & FORCE_SHUTDOWN != 0 {
            context.apply(rule::FORCE_AND_ONLY_REGISTERED);
        }
        let test = self.profile.answer::<OnlyRegisteredTest>(context.choices);
        for (entry, mask) in entries.iter().zip(masks) {
            if *mask == Some(Mask::NoShutdown)
                && self.profile.answer::<OnlyRegisteredMasked>(context.choices)
                    == OnlyRegisteredMasked::LeftOut
            {
                continue;
            }
            let state = &self.processes[entry.incarnation.0.index()];
            let kind = self.world.processes[entry.incarnation.0.index()].kind;
            let passes = entry.service.is_some()
                || kind == ProcessKind::Explorer
                || match (state.registration, test) {
                    (None, _) => false,
                    (Some(_), OnlyRegisteredTest::Registered) => true,
                    (Some(registration), OnlyRegisteredTest::Restartable) => {
                        registration.flags & RESTART_NO_PATCH == 0
                            && !state.is_elevated
                            && entry.is_of_callers_user
                    }
                };
            if passes {
                context.apply(rule::ONLY_REGISTERED_RESTARTED);
            }
            if passes || flawed!(self, OnlyRegisteredIgnored) {
                continue;
            }
            context.apply_all(&[rule::ONE_NOT_RESTARTABLE_STOPS_NONE, rule::SHUTDOWN_FAILURE]);
            return Err(match self.profile.answer(context.choices) {
                OnlyRegisteredReply::FailShutdown => Reply::FailShutdown,
                OnlyRegisteredReply::FailNoActionReboot => Reply::FailNoActionReboot,
                OnlyRegisteredReply::Success => Reply::Success,
            });
        }
        Ok(())
    }

    /// An application that takes force, in an unforced call (U-38).
    fn test_unknown(
        &mut self,
        session: SessionId,
        entries: &[Entry],
        masks: &[Option<Mask>],
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let mut found = false;
        for (entry, mask) in entries.iter().zip(masks) {
            if *mask == Some(Mask::NoShutdown) || !self.takes_force(entry, context) {
                continue;
            }
            found = true;
            context.apply(rule::UNKNOWN_NEEDS_FORCE);
        }
        if !found
            || self.profile.answer::<UnknownApplication>(context.choices) == UnknownApplication::OthersStopped
        {
            return Ok(());
        }
        context.apply_all(&[rule::ONE_UNKNOWN_FAILS_AT_ONCE, rule::SHUTDOWN_FAILURE]);
        let reply = self.profile.answer::<UnknownApplicationReply>(context.choices);
        if reply == UnknownApplicationReply::ErrorOnStop {
            for (entry, mask) in entries.iter().zip(masks) {
                if *mask != Some(Mask::NoShutdown) && self.takes_force(entry, context) {
                    self.note_not_stopped(session, (entry.incarnation, entry.service), context);
                    self.log_not_stopped(session, entry.incarnation, entry.service, context);
                }
            }
        }
        Err(match reply {
            UnknownApplicationReply::ErrorOnStop | UnknownApplicationReply::Running => Reply::FailShutdown,
            UnknownApplicationReply::FailNoActionReboot => {
                self.sessions.get_mut(session).history.shutdown = Some(ShutdownBefore::NeedsReboot);
                Reply::FailNoActionReboot
            }
        })
    }

    /// Whether an application can be stopped by force alone (SHUT-28, U-39).
    pub(super) fn takes_force(&mut self, entry: &Entry, context: &mut Context<'_>) -> bool {
        if entry.service.is_some() || flawed!(self, UnknownIsAsked) {
            return false;
        }
        match self.world.processes[entry.incarnation.0.index()].kind {
            ProcessKind::Windowless => true,
            ProcessKind::OtherWindow => {
                self.profile.answer::<OtherWindowAsked>(context.choices) == OtherWindowAsked::ByForceOnly
            }
            ProcessKind::MainWindow | ProcessKind::Explorer | ProcessKind::Console => false,
        }
    }
}
