//! What an interchangeable process is in a state, whatever its name: a number by which such processes are put in order.

use std::hash::{Hash, Hasher};

use crate::history::Subject;
use crate::machine::Machine;
use crate::operation::Underway;
use crate::renaming::Bundle;
use crate::session::Session;
use crate::world::World;

impl Machine {
    /// A number for what a process of [`Machine::interchangeable`] is in this state, and
    /// whether nothing is known of it but that it runs, or ran.
    ///
    /// Under other names the number is the same. It need not tell everything, and two processes of one number may be
    /// different: whoever wants one of several names compares what is encoded under each.
    pub fn signature(&self, bundle: &Bundle) -> (u64, bool) {
        let process = bundle.process;
        let mut sum = Sum { sum: 0, parts: 0 };
        for entry in self.handles.iter().filter(|entry| entry.process == process) {
            sum.part(&(entry.number, entry.standing));
        }
        for (id, session) in self.sessions.iter() {
            sum.session(&self.world, bundle, id.0, session);
        }
        for (call, underway) in self.calls.iter() {
            let (by, kind) = match underway {
                Underway::Operation(operation) => (operation.by, 0),
                Underway::Waiting(waiting) => (waiting.0, 1),
                Underway::ServiceManager(by) => (*by, 2),
            };
            if Some(by) == bundle.installer {
                sum.part(&(call, kind));
            }
            if let Underway::Operation(operation) = underway {
                let targets = operation.targets.iter().enumerate();
                for (place, target) in targets.filter(|(_, target)| target.who.0 == process) {
                    sum.part(&(call, place, target.progress, target.agrees, target.deadline.is_some()));
                }
            }
        }
        let is_idle = sum.parts == 0;
        let state = &self.processes[process.index()];
        let flags = (state.is_running, state.has_run, state.is_young, state.is_elevated);
        let others = (state.has_come_back, state.handles_given, state.started_by, state.leave.is_some());
        sum.part(&(flags, others, state.registration.is_some()));
        (sum.sum, is_idle)
    }
}

/// A sum of parts in order.
struct Sum {
    sum: u64,
    parts: u32,
}

impl Sum {
    fn part(&mut self, part: &impl Hash) {
        self.parts += 1;
        part.hash(self);
        self.write_u64(u64::from(self.parts));
    }

    fn session(&mut self, world: &World, bundle: &Bundle, id: u32, session: &Session) {
        let process = bundle.process;
        if session.owner.0 == process {
            self.part(&(id, 0_u8));
        }
        if let Some(place) = session.attention.order().iter().position(|other| *other == process) {
            self.part(&(id, 1_u8, place, session.attention.uses(process)));
        }
        // They stand in the order of their numbers, which are names.
        for _ in session.processes.iter().filter(|other| other.0 == process) {
            self.part(&(id, 2_u8));
        }
        for (number, (file, _)) in (0_u8..).zip(&bundle.files) {
            let word = session.files.get(file.index() / 64);
            if word.is_some_and(|word| word & (1 << (file.index() % 64)) != 0) {
                self.part(&(id, 3_u8, number));
            }
        }
        for (subject, fate) in &session.history.fates {
            if matches!(subject, Subject::Process(other, _) if *other == process) {
                let before = session.history.fates.values().filter(|other| other.order < fate.order).count();
                self.part(&(id, 4_u8, fate.bits, fate.masks, before, fate.is_stopped));
            }
        }
        session.filters.of_process(world, process, &mut |mask, place| self.part(&(id, 5_u8, mask, place)));
    }
}

impl Hasher for Sum {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_i8(&mut self, _: i8) {}

    fn write_u8(&mut self, number: u8) {
        self.write_u64(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.sum = (self.sum.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(u64::try_from(number).expect("counts fit into 64 bits"));
    }

    fn write_isize(&mut self, number: isize) {
        self.write_usize(number.cast_unsigned());
    }

    fn finish(&self) -> u64 {
        self.sum
    }
}
