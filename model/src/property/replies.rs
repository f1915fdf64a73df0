//! Laws on codes: those of each function's table, and those of surroundings in which something is wrong.

use super::Court;
use super::arguments::{Answer, passes_null};
use super::monitor::Monitor;
use super::notes::Standing;
use super::table::Law;
use crate::call::{Call, Reply};
use crate::fault::Fault;

/// The codes of the pages (START-12, JOIN-11, END-10, REG-12, LIST-15, SHUT-14, REST-13, CANCEL-11, FILT-12, FILT-19,
/// FILT-29), and those that open questions add.
fn codes(call: &Call) -> &'static [u32] {
    match call {
        Call::StartSession(_) => &[0, 14, 29, 87, 121, 160, 183, 353],
        Call::JoinSession { .. } => &[0, 5, 6, 14, 22, 29, 121, 160, 353, 1219],
        Call::EndSession { .. } => &[0, 6, 14, 29, 121, 160, 776],
        Call::RegisterResources(_) => &[0, 2, 3, 6, 14, 29, 87, 121, 160, 206, 776, 1060],
        Call::GetList(_) => &[0, 5, 6, 14, 29, 121, 160, 234, 776, 1219, 1223],
        Call::Shutdown(_) => &[0, 5, 6, 14, 29, 121, 160, 350, 351, 776, 1219, 1223],
        Call::Restart(_) => &[0, 5, 6, 14, 29, 87, 121, 160, 352, 776, 1219, 1223],
        Call::CancelCurrentTask { .. } => &[0, 5, 6, 14, 121, 160, 776, 1219],
        Call::AddFilter { .. } => &[0, 6, 14, 29, 121, 160, 776, 1219],
        Call::RemoveFilter { .. } => &[0, 1, 2, 6, 14, 29, 121, 160, 776, 1219],
        Call::GetFilterList(_) => &[0, 6, 14, 29, 121, 160, 234, 776, 1219],
    }
}

impl Monitor {
    /// What every call is held to, whatever it asks.
    pub(super) fn judge_surroundings(&mut self, court: &mut Court<'_>, answer: &Answer<'_>) {
        let why = || format!("{:?} is answered {:?}", answer.call, answer.reply);
        // A list passes on the code of a file that cannot be opened, which can be any.
        let is_listed = matches!(answer.call, Call::GetList(_) | Call::Shutdown(_));
        let is_known = codes(answer.call).contains(&answer.reply.code());
        court.demand(Law::RepliesAreDocumented, is_known || is_listed && answer.reply.name().is_none(), why);
        let is_granted = matches!(answer.reply, Reply::Success | Reply::MoreData);
        if passes_null(answer.call) && !matches!(answer.call, Call::GetFilterList(_)) {
            court.demand(Law::NullPointersAreRefused, !is_granted, why);
        }
        // What is registered through the handle of an ended session may be in vain, and meet nothing.
        if !answer.is_prompt()
            || self.faults.is_empty()
            || matches!(answer.standing, Some(Standing::Ended | Standing::Unclear))
        {
            return;
        }
        let needs_registry = !matches!(
            answer.call,
            Call::CancelCurrentTask { .. }
                | Call::AddFilter { .. }
                | Call::RemoveFilter { .. }
                | Call::GetFilterList(_)
        );
        let is_granted = answer.is_granted();
        if self.faults.contains(&Fault::NoMemory) && needs_registry {
            court.demand(Law::NoMemoryFailsTheCall, !is_granted, why);
        }
        if self.faults.contains(&Fault::RegistryUnwritable) && needs_registry {
            court.demand(Law::UnwritableRegistryFailsTheCall, !is_granted, why);
        }
        if let Some(holder) = self.mutex.filter(|_| needs_registry) {
            let user = |by| court.world.processes()[super::monitor::process_of(court.world, by).index()].user;
            if user(holder) == user(answer.by) {
                court.demand(Law::HeldMutexFailsTheCall, !is_granted, why);
            }
        }
    }
}
