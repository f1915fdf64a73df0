//! The dynamic state of a machine as bytes, so that equal states are found equal.
//!
//! There is this one encoding, for whoever keeps many states: equal bytes mean that two machines of one world and one
//! profile do the same for ever. So it leaves out what has no future (rules and outputs), and writes what only has to
//! differ by its rank: the number of a timer, how often a process started, the place in an order. Each part of the
//! state writes itself, beside its definition; it takes itself apart field by field, so that none is forgotten.

use std::hash::{Hash, Hasher as _};

use crate::changes::Tracked;
use crate::machine::Machine;
use crate::observed::TimerId;
use crate::process::ProcessState;
use crate::renaming::Renaming;
use crate::session::HandleEntry;
use crate::world::{InstallerId, ProcessId};
use crate::writer::Writer;

/// An incarnation of a process.
pub(crate) type Incarnation = (ProcessId, u32);

/// Writes parts of a state.
pub(crate) struct Encoder<'a> {
    writer: Writer<'a>,
    /// The present incarnation of each process.
    processes: &'a [Tracked<ProcessState>],
    /// The other incarnations that the state speaks of, in order, each once.
    past: Vec<Incarnation>,
}

impl<'a> Encoder<'a> {
    fn new(machine: &'a Machine, names: Option<&'a Renaming>, bytes: &'a mut Vec<u8>) -> Encoder<'a> {
        Encoder { writer: Writer::new(bytes, names), processes: &machine.processes, past: Vec::new() }
    }

    /// The names under which to write, if not those that everything has.
    pub(crate) fn names(&self) -> Option<&'a Renaming> {
        self.writer.names()
    }

    /// A number, in as few bytes as it needs.
    pub(crate) fn number(&mut self, number: u64) {
        self.writer.number(number);
    }

    pub(crate) fn count(&mut self, count: usize) {
        self.writer.count(count);
    }

    pub(crate) fn flag(&mut self, flag: bool) {
        self.writer.write_u8(u8::from(flag));
    }

    /// At most eight flags.
    pub(crate) fn flags(&mut self, flags: &[bool]) {
        debug_assert!(flags.len() <= 8, "{} flags are no byte", flags.len());
        self.writer.write_u8(flags.iter().fold(0, |bits, flag| bits << 1 | u8::from(*flag)));
    }

    /// A value whose parts mean the same in every state.
    pub(crate) fn value(&mut self, value: &(impl Hash + ?Sized)) {
        value.hash(&mut self.writer);
    }

    /// See [`Writer::sorted`].
    pub(crate) fn sorted<T: Clone + Ord + Hash>(&mut self, items: &[T], rename: impl Fn(&Renaming, &T) -> T) {
        self.writer.sorted(items, rename);
    }

    /// Whether a timer is set; what it is set for stands with all timers.
    pub(crate) fn timer(&mut self, timer: Option<TimerId>) {
        self.flag(timer.is_some());
    }

    /// An incarnation: its process, and how many later ones the state speaks of.
    pub(crate) fn incarnation(&mut self, incarnation: Incarnation) {
        let (process, number) = incarnation;
        let written = self.names().map_or(process, |names| names.process(process));
        self.number(u64::from(written.0));
        let present = self.processes[process.index()].incarnation;
        if self.past.is_empty() && present == number {
            return self.number(0);
        }
        if present == number {
            let place = self.past.partition_point(|other| *other < incarnation);
            let later = self.past[place..].iter().take_while(|(other, _)| *other == process).count();
            return self.count(later);
        }
        match self.past.binary_search(&incarnation) {
            Ok(place) => {
                let later = self.past[place + 1..].iter().take_while(|(other, _)| *other == process);
                let later = later.count() + usize::from(present > number);
                self.count(later);
            }
            // What stands in the bytes so far may have to be written again.
            Err(place) => self.past.insert(place, incarnation),
        }
    }

    /// Several parts, behind their number.
    pub(crate) fn each<T>(
        &mut self,
        parts: impl ExactSizeIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.count(parts.len());
        parts.for_each(|part| write(self, part));
    }

    /// A part that may be missing.
    pub(crate) fn maybe<T>(&mut self, part: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.flag(part.is_some());
        if let Some(part) = part {
            write(self, part);
        }
    }

    /// Values of which only the order matters, by their ranks.
    pub(crate) fn ranks(&mut self, values: impl Iterator<Item = u32>) {
        let values: Vec<u32> = values.collect();
        for value in &values {
            let below = values.iter().filter(|other| *other < value).count();
            self.count(below);
        }
    }
}

/// How many parts there are before the processes: handles, services, timers, calls, and what hardly ever changes.
const FIXED_PARTS: usize = 5;

impl Machine {
    /// Appends the dynamic state to `bytes`, in the one canonical encoding.
    ///
    /// Two machines of one world, one profile and one flaw whose bytes are equal answer every future input alike, up
    /// to the numbers of timers and the ids of processes, which are told apart but have no meaning. What the profile
    /// has still open is no part of it. Some 80 bytes for an idle machine with four processes.
    ///
    /// Returns of how many incarnations of one process the state speaks at most, at least 1: where applications can
    /// start again and again, a session remembers ever more of them.
    pub fn encode(&self, bytes: &mut Vec<u8>) -> usize {
        self.encode_named(None, bytes)
    }

    /// Appends the state that the machine would be in if everything stood in the place that `names` says. Nothing but
    /// what was encoded so can be compared with it.
    pub fn encode_renamed(&self, names: &Renaming, bytes: &mut Vec<u8>) -> usize {
        self.encode_named(Some(names), bytes)
    }

    fn encode_named(&self, names: Option<&Renaming>, bytes: &mut Vec<u8>) -> usize {
        let start = bytes.len();
        until_all_are_known(&mut Encoder::new(self, names, bytes), |encoder| {
            encoder.writer.bytes.truncate(start);
            (0..FIXED_PARTS).for_each(|part| self.write_fixed(part, encoder));
            for (id, _) in self.world.numbered_processes() {
                let id = names.map_or(id, |names| names.old_process(id));
                self.processes[id.index()].encode(id, encoder);
            }
            self.sessions.encode(&self.world, encoder);
        })
    }

    /// Encodes the same part by part: calls `each` with the number of the part and its bytes, `None` for a session
    /// that there is not. A part may be handed over twice: the later bytes count. `bytes` is where they are written.
    pub fn encode_parts(&self, bytes: &mut Vec<u8>, mut each: impl FnMut(usize, Option<&[u8]>)) -> usize {
        let mut encoder = Encoder::new(self, None, bytes);
        until_all_are_known(&mut encoder, |encoder| self.write_parts(|_| true, encoder, &mut each))
    }

    /// Encodes the parts that changed since the changes were forgotten, when the machine was equal to `before`.
    ///
    /// Says no where the others may be written differently now, too, although they did not change: where the state
    /// speaks of incarnations that are no more, or a process started again. That of `before` must speak of none.
    pub fn encode_changes(
        &self,
        before: &Machine,
        bytes: &mut Vec<u8>,
        mut each: impl FnMut(usize, Option<&[u8]>),
    ) -> bool {
        let is_same = |(now, then): (&Tracked<ProcessState>, &Tracked<ProcessState>)| {
            !now.is_changed() || now.incarnation == then.incarnation
        };
        if !self.processes.iter().zip(&before.processes).all(is_same) {
            return false;
        }
        let mut encoder = Encoder::new(self, None, bytes);
        self.write_parts(|is_changed| is_changed, &mut encoder, &mut each);
        encoder.past.is_empty()
    }

    /// The timers that are set, in the order in which [`Machine::encode`] writes what they are set for.
    pub fn timers(&self) -> Vec<TimerId> {
        self.timers.in_order().into_iter().map(|(_, id)| id).collect()
    }

    fn write_parts(
        &self,
        is_wanted: impl Fn(bool) -> bool,
        encoder: &mut Encoder<'_>,
        each: &mut impl FnMut(usize, Option<&[u8]>),
    ) {
        for part in (0..FIXED_PARTS).filter(|part| is_wanted(self.is_fixed_changed(*part))) {
            encoder.writer.bytes.clear();
            self.write_fixed(part, encoder);
            each(part, Some(encoder.writer.bytes));
        }
        let processes = self.processes.iter().zip(self.world.numbered_processes());
        for (part, (state, (id, _))) in (FIXED_PARTS..).zip(processes) {
            if is_wanted(state.is_changed()) {
                encoder.writer.bytes.clear();
                state.encode(id, encoder);
                each(part, Some(encoder.writer.bytes));
            }
        }
        for (part, (session, is_changed)) in
            (FIXED_PARTS + self.processes.len()..).zip(self.sessions.places())
        {
            if is_wanted(is_changed) {
                encoder.writer.bytes.clear();
                session.inspect(|session| session.encode(&self.world, encoder));
                each(part, session.map(|_| encoder.writer.bytes.as_slice()));
            }
        }
    }

    fn is_fixed_changed(&self, part: usize) -> bool {
        match part {
            0 => self.handles.is_changed(),
            1 => self.services.is_changed(),
            2 => self.timers.is_changed(),
            3 => self.calls.is_changed(),
            _ => self.is_rest_changed(),
        }
    }

    fn write_fixed(&self, part: usize, encoder: &mut Encoder<'_>) {
        let Machine {
            world: _,
            profile: _,
            sessions: _,  // parts of their own
            processes: _, // parts of their own
            handles,
            services,
            timers,
            calls,
            redirection_off,
            changed_uses,
            files,
            power,
            faults,
            next_handle,
            flaw: _,
        } = self;
        match part {
            0 => encoder.sorted(handles, |names, entry| HandleEntry {
                process: names.process(entry.process),
                ..*entry
            }),
            1 => encoder.each(services.iter(), |encoder, service| service.encode(encoder)),
            2 => timers.encode(encoder),
            3 => calls.encode(encoder),
            _ => {
                for (id, is_off) in (0..).map(InstallerId).zip(redirection_off.iter()) {
                    let id = encoder.names().map_or(id, |names| names.old_installer(id));
                    encoder.flag(redirection_off.get(id.index()).copied().unwrap_or(*is_off));
                }
                encoder.value(&**changed_uses);
                let files: Vec<_> = files.iter().map(|(file, changed)| (*file, *changed)).collect();
                encoder.sorted(&files, |names, (file, changed)| (names.file(*file), *changed));
                power.encode(encoder);
                faults.encode(encoder);
                encoder.number(u64::from(**next_handle));
            }
        }
    }
}

/// Writes until every incarnation is known that the state speaks of; returns how many there are of one process.
fn until_all_are_known(encoder: &mut Encoder<'_>, mut write: impl FnMut(&mut Encoder<'_>)) -> usize {
    loop {
        let count = encoder.past.len();
        write(encoder);
        if encoder.past.len() == count {
            let of_each = encoder.past.chunk_by(|one, other| one.0 == other.0).map(<[Incarnation]>::len);
            return 1 + of_each.max().unwrap_or(0);
        }
    }
}
