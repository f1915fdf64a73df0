//! What is due when: ordered by time, and at the same time by the order in which it was set.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use rstmgr_model::{TimerChange, TimerId};

/// The timers that a machine waits for, and the virtual time.
///
/// A timer that is taken back stays in the heap until its time has come, and is passed over then.
#[derive(Clone, Debug, Default)]
pub(crate) struct Agenda {
    now: Duration,
    due: BinaryHeap<Reverse<Entry>>,
    /// By timer: the number of its entry in `due`, if it is set.
    set: Vec<Option<u64>>,
    entries: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    time: Duration,
    number: u64,
    timer: TimerId,
}

impl Agenda {
    /// The virtual time since the beginning.
    pub(crate) fn now(&self) -> Duration {
        self.now
    }

    /// Takes over what a machine changed.
    ///
    /// # Panics
    ///
    /// If a time lies so far ahead that a `Duration` cannot hold it: over 500 billion years.
    pub(crate) fn change(&mut self, changes: &[TimerChange]) {
        for change in changes {
            match *change {
                TimerChange::Set(timer, after) => self.add(timer, after),
                TimerChange::Unset(timer) => self.set[place(timer)] = None,
            }
        }
    }

    fn add(&mut self, timer: TimerId, after: Duration) {
        if self.set.len() <= place(timer) {
            self.set.resize(place(timer) + 1, None);
        }
        let entry = Entry { time: self.now + after, number: self.entries, timer };
        self.entries += 1;
        self.set[place(timer)] = Some(entry.number);
        self.due.push(Reverse(entry));
    }

    /// When the next timer is due.
    pub(crate) fn next_time(&mut self) -> Option<Duration> {
        while let Some(Reverse(entry)) = self.due.peek() {
            if self.set[place(entry.timer)] == Some(entry.number) {
                return Some(entry.time);
            }
            self.due.pop();
        }
        None
    }

    /// Takes the next timer, and moves the time on to it.
    pub(crate) fn take_next(&mut self) -> Option<TimerId> {
        let time = self.next_time()?;
        let Reverse(entry) = self.due.pop()?;
        self.now = time;
        self.set[place(entry.timer)] = None;
        Some(entry.timer)
    }

    /// Moves the time on to `time`, before which nothing may be due.
    pub(crate) fn pass_until(&mut self, time: Duration) {
        debug_assert!(self.next_time().is_none_or(|next| next >= time), "a timer would be passed over");
        self.now = self.now.max(time);
    }
}

fn place(timer: TimerId) -> usize {
    usize::try_from(timer.number()).expect("a machine has few timers")
}
