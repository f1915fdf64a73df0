//! When something happens in a trace, by which moments for killing somebody are told from moments at which nobody was.

use std::collections::BTreeSet;

use crate::trace::RecordedTrace;

/// The milliseconds at which a trace has lines.
#[derive(Clone, Debug)]
pub(super) struct Times {
    all: BTreeSet<u64>,
    /// Those with lines of somebody who is killed, or of whom the event log speaks.
    with_victims: BTreeSet<u64>,
}

impl Times {
    /// The times of `trace`.
    pub(super) fn of(trace: &RecordedTrace) -> Times {
        let (mut all, mut with_victims) = (BTreeSet::new(), BTreeSet::new());
        for line in &trace.events {
            let Some(time) = line.value.get("at").and_then(|at| milliseconds(at.as_str()?)) else { continue };
            all.insert(time);
            let is_killed = line.value.get("what").is_some_and(|what| *what == "killed");
            if is_killed || line.value.get("logged").is_some() {
                with_victims.insert(time);
            }
        }
        Times { all, with_victims }
    }

    /// In how many whole seconds from `now`, in milliseconds, somebody may be killed; ascending.
    pub(super) fn after(&self, now: u64) -> Vec<usize> {
        let later = self.all.range(now..).map(|time| time - now).filter(|after| after % 1_000 == 0);
        let is_plausible = |after: &u64| *after > 0 || self.with_victims.contains(&now);
        later.filter(is_plausible).filter_map(|after| usize::try_from(after / 1_000).ok()).collect()
    }
}

/// A time as traces write it, such as `30.000s`.
fn milliseconds(text: &str) -> Option<u64> {
    let (seconds, rest) = text.strip_suffix('s')?.split_once('.')?;
    seconds.parse::<u64>().ok()?.checked_mul(1_000)?.checked_add(rest.parse().ok()?)
}
