//! Laws on who is started again.

use super::Court;
use super::affected::Exemption;
use super::monitor::{Monitor, process_of};
use super::notes::{CallNote, Registration, SessionNote, Who};
use super::table::Law;
use super::told::class_of;
use crate::act::RESTART_NO_PATCH;
use crate::happening::{Cause, Started, StartedBy, Told};
use crate::world::ProcessKind;

impl Monitor {
    /// Somebody runs again: if the Restart Manager started it, some restart must have the right to.
    pub(super) fn judge_started(&mut self, court: &mut Court<'_>, started: &Started) {
        if started.by != StartedBy::RestartManager
            || started.service.is_some()
            || self.has_unclear_operation()
        {
            return;
        }
        let process = started.process;
        let world = court.world;
        let facts = &world.processes()[process.index()];
        let who: Who = (process, None);
        let why = || format!("{started:?}");
        let was_stopped = self.restarts().any(|(_, session)| session.told.contains(&who));
        court.demand(Law::OnlyTheStoppedAreRestarted, was_stopped, why);
        self.judge_restarted(court, who);
        let note = &self.processes[process.index()];
        if facts.kind == ProcessKind::Explorer {
            return;
        }
        let is_own_user = self
            .restarts()
            .any(|(call, _)| world.processes()[process_of(world, call.by).index()].user == facts.user);
        if self.restarts().next().is_some() {
            court.demand(Law::OtherUsersStayClosed, is_own_user, why);
        }
        if note.has_predecessor {
            return;
        }
        let is_registered = note.registration != Registration::None;
        court.demand(Law::TheUnregisteredStayClosed, is_registered, why);
        if let Registration::Of(flags) = note.registration {
            court.demand(Law::NoPatchStaysClosed, flags & RESTART_NO_PATCH == 0, why);
        }
        if note.is_first {
            court.demand(Law::TheElevatedStayClosed, !facts.elevated, why);
        }
    }

    /// A service is asked to start.
    pub(super) fn judge_service_start(&mut self, court: &mut Court<'_>, told: &Told) {
        let who: Who = (told.process, told.service);
        let is_requested = told.service.is_some_and(|service| self.requested.contains(&service));
        if told.cause == Cause::Own && !is_requested && self.restarts().next().is_some() {
            self.judge_restarted(court, who);
        }
    }

    /// What programs and services have in common that are started again.
    fn judge_restarted(&mut self, court: &mut Court<'_>, who: Who) {
        let world = court.world;
        if self.restarts().next().is_none() || self.has_unclear_operation() {
            return;
        }
        let is_free = self.restarts().any(|(call, session)| {
            call.is_disturbed || !matches!(self.exemption(world, session, who), Exemption::Of(_))
        });
        // What was stopped may be an earlier incarnation, which another filter is about.
        let is_clear = who.1.is_some() || !self.processes[who.0.index()].has_predecessor;
        if is_clear && self.restarts().any(|(_, session)| !session.filters.is_empty()) {
            court.demand(Law::TheFilteredStayClosed, is_free, || format!("{who:?} is filtered"));
        }
        // A service that waits for another starts by an earlier request.
        let goes_on = who.1.is_some() || self.restarts().any(|(call, _)| !call.was_cancelled);
        court.demand(Law::NobodyIsToldAfterACancel, goes_on, || format!("{who:?} is started after it"));
        let has_percent = self.restarts().any(|(call, _)| !call.has_callback() || call.percent.is_some());
        court
            .demand(Law::FirstPercentageComesFirst, has_percent, || format!("{who:?} is started before any"));
        if let Some(call) = self.lone_operation(CallNote::is_restart) {
            // A bit for each class of which somebody was started.
            let begun = call.class.unwrap_or(0);
            let class = class_of(world, who);
            let is_in_turn =
                begun & (1 << class) != 0 || begun == 0 || u32::from(class) < begun.trailing_zeros();
            court.demand(Law::ClassesRestartInReverse, is_in_turn, || {
                format!("{who:?} of class {class} after {begun:#b}")
            });
            call.class = Some(begun | 1 << class);
        }
    }

    /// The restarts under way, with their sessions.
    fn restarts(&self) -> impl Iterator<Item = (&CallNote, &SessionNote)> {
        let calls = self.calls.iter().filter(|call| call.has_begun && call.is_restart());
        calls.filter_map(|call| Some((call, self.session(call.key?)?)))
    }
}
