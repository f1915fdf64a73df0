//! Laws on percentages.

use super::Court;
use super::monitor::Monitor;
use super::table::Law;
use crate::call::CallId;

impl Monitor {
    pub(super) fn judge_percent(&mut self, court: &mut Court<'_>, id: CallId, percent: u8) {
        let Some(call) = self.calls.iter_mut().find(|call| call.id == id) else {
            court.demand(Law::CallsReturnOnce, false, || {
                format!("{percent} of {id:?}, which is not under way")
            });
            return;
        };
        let is_due = call.has_callback() && call.has_begun;
        let last = call.percent.replace(percent);
        court.demand(Law::PercentagesNeedACallback, is_due, || format!("{percent} of {id:?}"));
        let rises = percent <= 100 && last.is_none_or(|last| last < percent);
        court.demand(Law::PercentagesRise, rises, || format!("{percent} after {last:?}"));
    }
}
