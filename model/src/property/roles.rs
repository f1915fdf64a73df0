//! Laws on handles and roles: who may call what.

use super::Court;
use super::arguments::Answer;
use super::monitor::Monitor;
use super::notes::{CallNote, Standing};
use super::table::Law;
use crate::call::{Call, Reply, SessionKey};
use crate::world::ProcessId;

impl Monitor {
    /// What a call may be answered follows from what its handle stands for (GEN-08, GEN-18).
    pub(super) fn judge_role(&mut self, court: &mut Court<'_>, answer: &Answer<'_>) {
        if matches!(answer.call, Call::StartSession(_) | Call::JoinSession { .. }) {
            return;
        }
        let why = || format!("{:?} is answered {:?}", answer.call, answer.reply);
        match answer.standing {
            None => {
                court.demand(Law::UnknownHandlesAreRefused, !answer.is_granted(), why);
            }
            Some(Standing::Ended) => {
                let is_end = matches!(answer.call, Call::EndSession { .. });
                court.demand(Law::DeadSessionsAnswerNobody, is_end || !answer.is_granted(), why);
            }
            Some(Standing::Unclear) => {}
            Some(Standing::Starter(_)) => {
                if answer.is_prompt() {
                    self.judge_live(court, answer);
                }
                // A list fails with 5 for a directory; only what nobody else gives tells of the role.
                let is_refused = answer.reply == Reply::SessionCredentialConflict;
                court.demand(Law::StartersKeepTheirRights, !is_refused, why);
            }
            Some(Standing::Joined(key)) => {
                if answer.is_prompt() {
                    self.judge_live(court, answer);
                }
                self.judge_secondary(court, answer, key);
            }
        }
    }

    /// A handle of a live session is never called invalid.
    fn judge_live(&mut self, court: &mut Court<'_>, answer: &Answer<'_>) {
        // An unreadable file gives the code of an invalid handle too (OBS-LIST-11).
        let is_list = matches!(answer.call, Call::GetList(_) | Call::Shutdown(_));
        if !is_list {
            let is_known = answer.reply != Reply::InvalidHandle;
            court.demand(Law::LiveSessionsAnswer, is_known, || format!("{:?}", answer.call));
        }
    }

    fn judge_secondary(&mut self, court: &mut Court<'_>, answer: &Answer<'_>, key: SessionKey) {
        if self.session(key).is_none_or(|session| session.owner == answer.process) {
            return;
        }
        let why = || format!("{:?} is answered {:?}", answer.call, answer.reply);
        match answer.call {
            Call::GetList(_) => court.demand(Law::SecondariesGetNoList, !answer.is_granted(), why),
            Call::RegisterResources(_) | Call::EndSession { .. } => {}
            _ => court.demand(Law::SecondariesOnlyRegister, !answer.is_granted(), why),
        }
    }

    /// An operation begins, or succeeds at once.
    pub(super) fn judge_begin(
        &mut self,
        court: &mut Court<'_>,
        call: &Call,
        key: SessionKey,
        standing: Option<Standing>,
        process: ProcessId,
    ) {
        let is_busy = !self.is_idle(key);
        let Some(session) = self.session_mut(key) else { return };
        let is_joined = matches!(standing, Some(Standing::Joined(_))) && session.owner != process;
        match call {
            Call::Shutdown(_) => session.has_shut_down = true,
            Call::Restart(_) => {
                let follows = session.has_shut_down || is_busy;
                // Services are started too that something else stopped.
                let can_start = !session.told.is_empty() || !court.world.services().is_empty();
                session.has_restarted |= is_busy || can_start;
                court.demand(Law::RestartsFollowShutdowns, follows, || format!("{call:?} comes before any"));
            }
            _ => return,
        }
        if is_joined {
            court.demand(Law::SecondariesOnlyRegister, false, || format!("{call:?} is made"));
        }
    }

    /// The one operation that can be meant: nothing ran beside it.
    pub(super) fn lone_operation(&mut self, is_it: impl Fn(&CallNote) -> bool) -> Option<&mut CallNote> {
        self.calls.iter_mut().find(|call| call.has_begun && !call.is_shared && is_it(call))
    }
}
