//! Whom a session has its eye on: counters kept at registration, so that a list need not search.
//!
//! A list then costs as much as it has entries, however many files are registered and however many processes run,
//! and it is exact all the same: what comes and goes changes the counters.

use crate::encoding::Encoder;
use crate::machine::{Context, Machine};
use crate::profile::{Answer as _, WhatCountsAsUse};
use crate::reuse::clone_by_field;
use crate::rule;
use crate::session::SessionId;
use crate::world::{FileId, HowUsed, ProcessId};

/// Which processes a session knows to be affected, or to have been.
#[derive(Debug, Default)]
pub(crate) struct Attention {
    /// By process; empty until the first one is of interest.
    marks: Vec<Mark>,
    /// The processes of interest, in the order in which they became so.
    order: Vec<ProcessId>,
    /// The incarnations that a list named and that exited since.
    departed: Vec<(ProcessId, u32)>,
}

clone_by_field!(Attention { marks, order, departed });

#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    /// How many registered files it uses.
    uses: u32,
    /// One more than the incarnation that a list named last; 0 if none did.
    seen: u32,
    is_ordered: bool,
}

impl Attention {
    pub(crate) fn encode(&self, encoder: &mut Encoder<'_>) {
        let Attention { marks, order, departed } = self;
        encoder.value(order);
        encoder.count(marks.len());
        for process in (0..).map(ProcessId).take(marks.len()) {
            let process = encoder.names().map_or(process, |names| names.old_process(process));
            // Whether it has its place in the order, the order says.
            let Mark { uses, seen, is_ordered: _ } = &marks[process.index()];
            encoder.number(u64::from(*uses));
            encoder.maybe(seen.checked_sub(1), |encoder, seen| encoder.incarnation((process, seen)));
        }
        encoder.each(departed.iter(), |encoder, who| encoder.incarnation(*who));
    }

    /// Takes an interest in a process; `count` is the number of processes.
    pub(crate) fn attend(&mut self, process: ProcessId, count: usize) {
        if self.marks.is_empty() {
            self.marks.resize(count, Mark::default());
        }
        let mark = &mut self.marks[process.index()];
        if !mark.is_ordered {
            mark.is_ordered = true;
            self.order.push(process);
        }
    }

    /// A process uses a registered file in `after` ways that count, and did in `before`.
    pub(crate) fn recount(&mut self, process: ProcessId, before: u32, after: u32, count: usize) {
        if before == after {
            return;
        }
        self.attend(process, count);
        let uses = &mut self.marks[process.index()].uses;
        *uses = *uses + after - before;
    }

    /// An incarnation was named by a list.
    pub(crate) fn see(&mut self, (process, incarnation): (ProcessId, u32)) {
        if let Some(mark) = self.marks.get_mut(process.index()) {
            mark.seen = incarnation + 1;
        }
    }

    /// An incarnation exited.
    pub(crate) fn depart(&mut self, incarnation: (ProcessId, u32)) {
        let mark = self.marks.get(incarnation.0.index());
        if mark.is_some_and(|mark| mark.seen == incarnation.1 + 1) {
            self.departed.push(incarnation);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.marks.clear();
        self.order.clear();
    }

    /// Whether nobody has been of interest yet.
    pub(crate) fn is_idle(&self) -> bool {
        self.order.is_empty()
    }

    pub(crate) fn order(&self) -> &[ProcessId] {
        &self.order
    }

    pub(crate) fn uses(&self, process: ProcessId) -> u32 {
        self.marks.get(process.index()).map_or(0, |mark| mark.uses)
    }

    pub(crate) fn departed(&self) -> &[(ProcessId, u32)] {
        &self.departed
    }
}

impl Machine {
    /// Counts the uses of a file that is new to the session.
    pub(crate) fn attend_to_holders(
        &mut self,
        session: SessionId,
        file: FileId,
        by_file: bool,
        context: &mut Context<'_>,
    ) {
        let holders = self.world.holders(file, by_file);
        if holders.is_empty() && self.changed_uses.is_empty() {
            return;
        }
        let what: WhatCountsAsUse = self.profile.answer(context.choices);
        let count = self.processes.len();
        let attention = &mut self.sessions.get_mut(session).attention;
        for holder in holders {
            let is_changed = self.changed_uses.iter().any(|change| {
                change.process == holder.process && identity(&self.world, change.file, by_file) == file
            });
            if !is_changed && counts(holder.how, what, context) {
                attention.recount(holder.process, 0, 1, count);
            }
        }
        for change in self.changed_uses.iter() {
            let is_this = identity(&self.world, change.file, by_file) == file;
            if is_this && change.how.is_some_and(|how| counts(how, what, context)) {
                attention.recount(change.process, 0, 1, count);
            }
        }
    }

    /// In how many ways that count a process uses a file.
    pub(crate) fn uses_that_count(
        &mut self,
        process: ProcessId,
        file: FileId,
        by_file: bool,
        context: &mut Context<'_>,
    ) -> u32 {
        let what: WhatCountsAsUse = self.profile.answer(context.choices);
        let changes = self.changed_uses.iter().filter(|change| {
            change.process == process && identity(&self.world, change.file, by_file) == file
        });
        let mut changes = changes.peekable();
        let uses: Vec<HowUsed> = if changes.peek().is_some() {
            changes.filter_map(|change| change.how).collect()
        } else {
            let holders = self.world.holders(file, by_file).iter();
            holders.filter(|holder| holder.process == process).map(|holder| holder.how).collect()
        };
        let counted = uses.into_iter().filter(|how| counts(*how, what, context)).count();
        u32::try_from(counted).expect("a process has few uses of one file")
    }
}

fn identity(world: &crate::world::World, file: FileId, by_file: bool) -> FileId {
    if by_file { world.same_file(file) } else { file }
}

/// Whether a use counts (U-80, OBS-LIST-07, OBS-LIST-10).
fn counts(how: HowUsed, what: WhatCountsAsUse, context: &mut Context<'_>) -> bool {
    debug_assert!(WhatCountsAsUse::ANSWERS.len() == 2, "a further answer needs its line here");
    match how {
        HowUsed::Handle => true,
        HowUsed::Image => {
            context.apply(rule::LOADED_IMAGE_COUNTS);
            true
        }
        HowUsed::SharedHandle => what == WhatCountsAsUse::AnyHandle,
        HowUsed::Unseen => {
            context.apply(rule::INVISIBLE_HOLDERS);
            false
        }
    }
}
