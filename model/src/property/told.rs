//! Laws on who is told what by a shutdown.

use super::Court;
use super::affected::{Exemption, NO_SHUTDOWN};
use super::monitor::{Monitor, process_of};
use super::notes::{CallNote, SessionNote, Who, include};
use super::table::Law;
use crate::call::{FORCE_SHUTDOWN, SHUTDOWN_ONLY_REGISTERED};
use crate::happening::{Cause, Message, Told};
use crate::machine::Input;
use crate::world::{ProcessId, ProcessKind, World};

impl Monitor {
    pub(super) fn judge_told(&mut self, court: &mut Court<'_>, input: &Input, told: &Told) {
        self.note_asked(court.world, told.process, told.what);
        let is_request = matches!(input, Input::Act { .. });
        if told.cause == Cause::SystemShutdown || is_request {
            return;
        }
        if told.what == Message::Start {
            self.judge_service_start(court, told);
            return;
        }
        if told.cause == Cause::Own {
            let is_under_way = self.shutdowns().next().is_some();
            court.demand(Law::NobodyIsToldOutsideOfCalls, is_under_way, || format!("{told:?}"));
            if !matches!(told.what, Message::Answer { .. } | Message::End { ending: false, .. }) {
                self.judge_meant(court, told);
            }
            self.judge_sequence(court, told);
        }
        self.note_message(told);
    }

    /// Somebody is asked, or told to stop: some shutdown under way must have the right to.
    fn judge_meant(&mut self, court: &mut Court<'_>, told: &Told) {
        let who: Who = (told.process, told.service);
        let (world, profile) = (court.world, court.profile);
        let facts = &world.processes()[told.process.index()];
        let is_critical = match told.service {
            Some(service) => world.services()[service.index()].critical,
            None => facts.critical,
        };
        court.demand(Law::TheCriticalAreSpared, !is_critical, || format!("{told:?}"));
        let caller = |call: &CallNote| process_of(world, call.by);
        if told.service.is_none() {
            let is_near = |call: &CallNote, _: &SessionNote| {
                world.processes()[caller(call).index()].terminal_session == facts.terminal_session
            };
            self.demand_of_some(
                court,
                Law::OtherTerminalSessionsAreSpared,
                who,
                is_near,
                "is told elsewhere",
            );
        }
        let is_free = |call: &CallNote, session: &SessionNote| {
            call.is_disturbed || self.exemption(world, session, who) != Exemption::Of(NO_SHUTDOWN)
        };
        if self.shutdowns().any(|call| has_filters(self, call)) {
            self.demand_of_some(court, Law::TheFilteredAreSpared, who, is_free, "is filtered");
        }
        let is_affected = |call: &CallNote, session: &SessionNote| {
            let is_listed = self.may_be_affected(world, session, told.process)
                || told
                    .service
                    .is_some_and(|service| self.may_be_dependent(world, profile, session, service));
            is_listed && caller(call) != told.process
        };
        self.demand_of_some(court, Law::TheUnaffectedAreSpared, who, is_affected, "is not affected");
        if told.what == Message::Kill {
            let is_forced = |call: &CallNote, _: &SessionNote| has_flag(call, FORCE_SHUTDOWN);
            self.demand_of_some(court, Law::KillingTakesForce, who, is_forced, "is killed");
        }
        // What falls due in the very moment of the cancel still reaches whom the call is waiting for.
        let goes_on =
            |call: &CallNote, _: &SessionNote| !call.was_cancelled || call.told.contains(&told.process);
        self.demand_of_some(court, Law::NobodyIsToldAfterACancel, who, goes_on, "is told after the cancel");
        let has_percent = |call: &CallNote, _: &SessionNote| !call.has_callback() || call.percent.is_some();
        self.demand_of_some(court, Law::FirstPercentageComesFirst, who, has_percent, "is told before any");
        self.judge_conditions(court);
    }

    /// Before anybody is told anything, there must be nobody for whose sake nobody is.
    fn judge_conditions(&mut self, court: &mut Court<'_>) {
        let world = court.world;
        let is_fresh = |call: &&CallNote| !call.is_shared && !call.is_disturbed && call.told.is_empty();
        let Some(call) = self.shutdowns().find(is_fresh) else { return };
        let Some(session) = call.key.and_then(|key| self.session(key)) else { return };
        let targets = || {
            world.numbered_processes().filter(|(process, facts)| {
                facts.services.is_empty()
                    && self.is_affected(world, session, *process)
                    && self.exemption(world, session, (*process, None)) == Exemption::None
                    && !call.started.contains(process)
            })
        };
        if !has_flag(call, FORCE_SHUTDOWN) {
            let unknown = targets().find(|(_, facts)| facts.kind == ProcessKind::Windowless);
            let unknown = unknown.map(|(process, _)| process);
            court.demand(Law::OneUnknownStopsAll, unknown.is_none(), || format!("{unknown:?} takes force"));
        }
        if has_flag(call, SHUTDOWN_ONLY_REGISTERED) {
            let unregistered = targets().find(|(process, _)| self.is_unregistered(court, *process));
            let unregistered = unregistered.map(|(process, _)| process);
            court.demand(Law::OneUnregisteredStopsAll, unregistered.is_none(), || {
                format!("{unregistered:?} is not registered")
            });
        }
    }

    /// In which order a shutdown goes about it, where it is the only one.
    fn judge_sequence(&mut self, court: &mut Court<'_>, told: &Told) {
        let world = court.world;
        let facts = &world.processes()[told.process.index()];
        let Some(call) = self.lone_operation(CallNote::is_shutdown) else { return };
        let is_forced = has_flag(call, FORCE_SHUTDOWN);
        match told.what {
            Message::Query { .. } => {
                court.demand(Law::TheQueryComesFirst, !call.has_ended, || format!("{told:?}"));
                return;
            }
            Message::Answer { agrees, .. } => {
                call.has_refusal |= agrees != Some(true);
                return;
            }
            Message::End { ending: false, .. } => return,
            _ => {}
        }
        if !is_forced {
            let was_refused = call.has_refusal;
            court.demand(Law::ARefusalEndsTheShutdown, !was_refused, || format!("{told:?}"));
        }
        if told.what == Message::Kill && told.service.is_none() && facts.kind == ProcessKind::MainWindow {
            let was_asked = call.told.contains(&told.process);
            court.demand(Law::AskingComesBeforeKilling, was_asked, || format!("{told:?}"));
        }
        let class = class_of(world, (told.process, told.service));
        let last = call.class.unwrap_or(0);
        court.demand(Law::ClassesStopInOrder, class >= last, || {
            format!("{told:?} of class {class} after class {last}")
        });
        call.class = Some(last.max(class));
        call.has_ended = true;
    }

    fn note_message(&mut self, told: &Told) {
        let mut keys = Vec::new();
        for call in self.calls.iter_mut().filter(|call| call.has_begun && call.is_shutdown()) {
            include(&mut call.told, told.process);
            keys.push(call.key);
        }
        match told.what {
            Message::Query { .. } | Message::Answer { .. } | Message::End { ending: false, .. } => {}
            _ => self.note_told((told.process, told.service), &keys),
        }
    }
}

fn has_filters(monitor: &Monitor, call: &CallNote) -> bool {
    call.key.and_then(|key| monitor.session(key)).is_some_and(|session| !session.filters.is_empty())
}

fn has_flag(call: &CallNote, flag: u32) -> bool {
    call.shutdown_flags().is_some_and(|flags| flags & flag != 0)
}

/// The place of somebody in the order of stopping (ORDER-01).
pub(super) fn class_of(
    world: &World,
    (process, service): (ProcessId, Option<crate::world::ServiceId>),
) -> u8 {
    if service.is_some() {
        return 2;
    }
    match world.processes()[process.index()].kind {
        ProcessKind::MainWindow | ProcessKind::OtherWindow => 0,
        ProcessKind::Console => 1,
        ProcessKind::Explorer => 3,
        ProcessKind::Windowless => 4,
    }
}
