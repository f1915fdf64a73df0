//! Laws on what a shutdown or a restart returns, given what happened in it.

use super::Court;
use super::affected::Exemption;
use super::arguments::Answer;
use super::monitor::Monitor;
use super::notes::CallNote;
use super::table::Law;
use crate::call::{FORCE_SHUTDOWN, Reply, SessionKey};
use crate::happening::{Cause, LogEvent};
use crate::observed::Output;
use crate::world::ProcessId;

impl Monitor {
    pub(super) fn judge_outcome(&mut self, court: &mut Court<'_>, answer: &Answer<'_>, note: &CallNote) {
        let why = || format!("{:?} is answered {:?}: {note:?}", answer.call, answer.reply);
        if answer.is_success() && note.percent.is_some() {
            court.demand(Law::SuccessEndsAt100, note.percent == Some(100), why);
        }
        if note.is_shared {
            return;
        }
        if note.has_failed {
            court.demand(Law::FailuresShow, !answer.is_success(), why);
        }
        let Some(flags) = note.shutdown_flags() else { return };
        if note.has_refusal && flags & FORCE_SHUTDOWN == 0 {
            court.demand(Law::ARefusalFailsTheCall, !answer.is_success(), why);
        }
        if answer.reply == Reply::FailNoActionReboot {
            court.demand(Law::RebootCasesAreLeftAlone, note.told.is_empty(), why);
            if self.is_recorded_by_number(note.key) {
                court.demand(Law::RebootCasesAreRecorded, note.has_reboot_record, why);
            }
        }
        if answer.is_success() && !note.is_disturbed {
            let left = self.left_running(court, answer, note);
            court.demand(Law::SuccessMeansStopped, left.is_none(), || format!("{left:?} runs on: {note:?}"));
        }
    }

    /// A shutdown is answered at once: all that it told and recorded is in this step.
    pub(super) fn judge_prompt_shutdown(&self, court: &mut Court<'_>, answer: &Answer<'_>) {
        if answer.reply != Reply::FailNoActionReboot {
            return;
        }
        let why = || format!("{:?} is answered {:?} with {:?}", answer.call, answer.reply, answer.outputs);
        let tells = |output: &Output| matches!(output, Output::Told(told) if told.cause == Cause::Own);
        court.demand(Law::RebootCasesAreLeftAlone, !answer.outputs.iter().any(tells), why);
        if self.is_recorded_by_number(answer.key()) {
            let records = |output: &Output| matches!(output, Output::Logged(record) if matches!(record.what, LogEvent::RebootNeeded { .. }));
            court.demand(Law::RebootCasesAreRecorded, answer.outputs.iter().any(records), why);
        }
    }

    /// Whether it is known under which number records speak of this session.
    fn is_recorded_by_number(&self, key: Option<SessionKey>) -> bool {
        key.and_then(|key| self.session(key)).is_some_and(|session| session.number.is_some())
    }

    /// Somebody who surely was to be stopped and runs.
    fn left_running(&self, court: &Court<'_>, answer: &Answer<'_>, note: &CallNote) -> Option<ProcessId> {
        let session = note.key.and_then(|key| self.session(key))?;
        let world = court.world;
        let left = world.numbered_processes().find(|(process, facts)| {
            facts.services.is_empty()
                && *process != answer.process
                && !note.started.contains(process)
                && self.is_affected(world, session, *process)
                && self.exemption(world, session, (*process, None)) == Exemption::None
        });
        left.map(|(process, _)| process)
    }

    /// Whoever says that it was cancelled was.
    pub(super) fn judge_cancelled(&mut self, court: &mut Court<'_>, answer: &Answer<'_>) {
        if answer.reply == Reply::Cancelled {
            let was_cancelled = answer.note.is_some_and(|note| note.was_cancelled);
            court.demand(Law::OnlyTheCancelledSaySo, was_cancelled, || format!("{:?}", answer.call));
        }
    }
}
