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

    /// The next timer.
    pub(crate) fn next(&mut self) -> Option<TimerId> {
        self.next_time()?;
        self.due.peek().map(|Reverse(entry)| entry.timer)
    }

    /// Takes the next timer, and moves the time on to it.
    pub(crate) fn take_next(&mut self) -> Option<TimerId> {
        let time = self.next_time()?;
        let Reverse(entry) = self.due.pop()?;
        // What was passed over for another is due late.
        self.now = self.now.max(time);
        self.set[place(entry.timer)] = None;
        Some(entry.timer)
    }

    /// Takes a timer that is set, whatever is due before it, and moves the time on to it, unless it has passed.
    pub(crate) fn take(&mut self, timer: TimerId) {
        let number = self.set.get_mut(place(timer)).and_then(Option::take);
        let entry = self.due.iter().find(|Reverse(entry)| Some(entry.number) == number);
        self.now = entry.map_or(self.now, |Reverse(entry)| self.now.max(entry.time));
    }

    /// The timers that are set, in the order in which they will be due, each with how long that is from now.
    pub(crate) fn pending(&self) -> Vec<(TimerId, Duration)> {
        let is_set = |entry: &&Entry| self.set[place(entry.timer)] == Some(entry.number);
        let mut entries: Vec<Entry> =
            self.due.iter().map(|Reverse(entry)| entry).filter(is_set).copied().collect();
        entries.sort_unstable();
        entries.into_iter().map(|entry| (entry.timer, entry.time.saturating_sub(self.now))).collect()
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

#[cfg(test)]
mod tests {
    use rstmgr_model::{
        ArrayArgument, Call, FirstOption, HowUsed, Input, Installer, Machine, Observed, OnEnd, ProcessKind,
        Profile, RegisterResources, SessionHandle, SessionKey, Shutdown, StartSession, Use, World,
    };

    use super::*;

    /// The timers that a machine sets and takes back: only it makes their numbers.
    fn changes_of_a_shutdown() -> Vec<TimerChange> {
        let mut world = World::new();
        let user = World::user(0);
        let core = world.path(r"C:\App\core.dll");
        let mut editor = world.process(r"C:\App\editor.exe", user);
        editor.kind = ProcessKind::MainWindow;
        editor.behavior.on_end = OnEnd::Leaves(Duration::from_secs(8));
        editor.behavior.leaves_on_close = None;
        editor.uses.push(Use { path: core, how: HowUsed::Handle });
        world.add_process(editor);
        let setup = world.process(r"C:\Setup\setup.exe", user);
        let process = world.add_process(setup);
        let current_directory = String::from(r"C:\Setup");
        let setup = world.add_installer(Installer {
            process,
            as_service: false,
            current_directory,
            shutdown_privilege: true,
        });
        let mut machine = Machine::new(world, Profile::windows_11());
        let handle = SessionHandle(0);
        let start = StartSession {
            flags: 0,
            null_handle: false,
            null_key: false,
            buffer_in_use: false,
            key: SessionKey(1),
        };
        let files = ArrayArgument::of(vec![Some(core)]);
        let (processes, services) = (ArrayArgument::absent(), ArrayArgument::absent());
        let mut observed = Observed::default();
        for call in [
            Call::StartSession(start),
            Call::RegisterResources(RegisterResources { handle, files, processes, services }),
            Call::Shutdown(Shutdown { handle, flags: 0, has_callback: false }),
        ] {
            machine.step(&Input::Call { by: setup, call, inside: None }, &mut FirstOption, &mut observed);
        }
        observed.timers
    }

    #[test]
    fn a_timer_that_is_set_again_is_due_once_at_its_later_time() {
        let changes = changes_of_a_shutdown();
        let [TimerChange::Set(timer, Duration::ZERO)] = changes[..] else { panic!("{changes:?}") };
        let mut agenda = Agenda::default();
        agenda.change(&[TimerChange::Set(timer, Duration::from_secs(2))]);
        assert_eq!(agenda.next_time(), Some(Duration::from_secs(2)));
        agenda.pass_until(Duration::from_secs(1));
        // Taken back and set again, it is due once, at the later time.
        agenda.change(&[TimerChange::Unset(timer), TimerChange::Set(timer, Duration::from_secs(5))]);
        assert_eq!(agenda.take_next(), Some(timer));
        assert_eq!(agenda.now(), Duration::from_secs(6));
        assert_eq!(agenda.take_next(), None);
    }

    #[test]
    fn a_timer_can_be_taken_out_of_its_turn_and_moves_the_time_on() {
        let changes = changes_of_a_shutdown();
        let [TimerChange::Set(timer, _)] = changes[..] else { panic!("{changes:?}") };
        let mut agenda = Agenda::default();
        agenda.change(&[TimerChange::Set(timer, Duration::from_secs(9))]);
        agenda.change(&[TimerChange::Unset(timer), TimerChange::Set(timer, Duration::from_secs(3))]);
        assert_eq!(agenda.pending(), [(timer, Duration::from_secs(3))]);
        agenda.take(timer);
        assert_eq!((agenda.now(), agenda.pending()), (Duration::from_secs(3), vec![]));
        // It is set no more, and the time stays.
        agenda.take(timer);
        assert_eq!((agenda.now(), agenda.next_time()), (Duration::from_secs(3), None));
    }
}
