//! Values as bytes, under the names that they have or under others.

use std::hash::{Hash, Hasher};

use crate::call::UniqueProcess;
use crate::renaming::Renaming;
use crate::world::{FileId, InstallerId, PathId, ProcessId};

/// What a number names: said before it where hashing hands it over, since it can be renamed.
pub(crate) mod kind {
    pub(crate) const NOTHING: i8 = 0;
    pub(crate) const PROCESS: i8 = 1;
    pub(crate) const INSTALLER: i8 = 2;
    pub(crate) const FILE: i8 = 3;
    pub(crate) const PATH: i8 = 4;
    pub(crate) const UNIQUE_PROCESS: i8 = 5;
}

/// Collects what derived hashing hands over: each variant, each number and each length.
pub(crate) struct Writer<'a> {
    pub(crate) bytes: &'a mut Vec<u8>,
    names: Option<&'a Renaming>,
    /// What the next number names.
    kind: i8,
    /// The id of a process whose start time comes next.
    pid: u32,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(bytes: &'a mut Vec<u8>, names: Option<&'a Renaming>) -> Writer<'a> {
        Writer { bytes, names, kind: kind::NOTHING, pid: 0 }
    }

    pub(crate) fn names(&self) -> Option<&'a Renaming> {
        self.names
    }

    /// A number, in as few bytes as it needs.
    #[inline]
    pub(crate) fn number(&mut self, number: u64) {
        let mut rest = number;
        loop {
            let [low, ..] = rest.to_le_bytes();
            rest >>= 7;
            if rest == 0 {
                return self.bytes.push(low & 0x7f);
            }
            self.bytes.push(low | 0x80);
        }
    }

    pub(crate) fn count(&mut self, count: usize) {
        self.number(u64::try_from(count).expect("counts fit into 64 bits"));
    }

    /// A list that is kept in order: under other names in theirs.
    pub(crate) fn sorted<T: Clone + Ord + Hash>(&mut self, items: &[T], rename: impl Fn(&Renaming, &T) -> T) {
        let Some(names) = self.names else { return items.hash(self) };
        let mut items: Vec<T> = items.iter().map(|item| rename(names, item)).collect();
        items.sort_unstable();
        self.as_they_are(&items);
    }

    /// What is renamed already.
    pub(crate) fn as_they_are(&mut self, value: &(impl Hash + ?Sized)) {
        let names = self.names.take();
        value.hash(self);
        self.names = names;
    }

    /// A number that names something.
    fn named(&mut self, number: u32) {
        let kind = std::mem::take(&mut self.kind);
        let Some(names) = self.names else { return self.number(u64::from(number)) };
        let renamed = match kind {
            kind::PROCESS => names.process(ProcessId(number)).0,
            kind::INSTALLER => names.installer(InstallerId(number)).0,
            kind::FILE => names.file(FileId(number)).0,
            kind::PATH => names.path(PathId(number)).0,
            _ => {
                self.pid = number;
                self.kind = kind;
                return;
            }
        };
        self.number(u64::from(renamed));
    }
}

impl Hasher for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn write_i8(&mut self, kind: i8) {
        if self.names.is_some() {
            self.kind = kind;
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.bytes.push(number);
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        if self.kind == kind::NOTHING { self.number(u64::from(number)) } else { self.named(number) }
    }

    fn write_u64(&mut self, number: u64) {
        match self.names.filter(|_| self.kind == kind::UNIQUE_PROCESS) {
            None => self.number(number),
            Some(names) => {
                self.kind = kind::NOTHING;
                let unique = names.unique_process(UniqueProcess { pid: self.pid, start_time: number });
                self.number(u64::from(unique.pid));
                self.number(unique.start_time);
            }
        }
    }

    fn write_u128(&mut self, number: u128) {
        let bytes = number.to_le_bytes();
        let half = |half: &[u8]| u64::from_le_bytes(half.try_into().expect("a half has eight bytes"));
        self.number(half(&bytes[..8]));
        self.number(half(&bytes[8..]));
    }

    fn write_usize(&mut self, number: usize) {
        self.count(number);
    }

    fn write_isize(&mut self, number: isize) {
        self.count(number.cast_unsigned());
    }

    fn finish(&self) -> u64 {
        unreachable!("values are written, not hashed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Machine;
    use crate::profile::Profile;
    use crate::world::{Installer, World};

    fn written(names: Option<&Renaming>, write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut Writer::new(&mut bytes, names));
        bytes
    }

    #[test]
    fn a_number_takes_seven_bits_to_a_byte_the_last_without_the_eighth() {
        for (number, expected) in [
            (0, &[0][..]),
            (0x7f, &[0x7f]),
            (0x80, &[0x80, 1]),
            (0x3fff, &[0xff, 0x7f]),
            (0x4005, &[0x85, 0x80, 1]),
        ] {
            assert_eq!(written(None, |writer| writer.number(number)), expected, "{number:#x}");
            assert_eq!(written(None, |writer| writer.write_u64(number)), expected, "{number:#x}");
        }
        assert_eq!(written(None, |writer| writer.write_u128(3 << 64 | 0x80)), [0x80, 1, 3]);
        assert_eq!(written(None, |writer| writer.write(&[0xff, 0])), [0xff, 0]);
        assert_eq!(written(None, |writer| writer.write_u8(0xff)), [0xff]);
        assert_eq!(written(None, |writer| writer.write_isize(5)), [5]);
    }

    #[test]
    fn under_other_names_what_is_named_has_the_other_number() {
        let mut world = World::new();
        let [one, other] = [r"C:\Setup\one.exe", r"C:\Setup\other.exe"].map(|path| {
            let process = world.process(path, World::user(0));
            let process = world.add_process(process);
            let current_directory = String::from(r"C:\Setup");
            world.add_installer(Installer {
                process,
                as_service: false,
                current_directory,
                shutdown_privilege: true,
            })
        });
        let machine = Machine::new(world, Profile::windows_11());
        let groups = machine.interchangeable(&[one, other], &[]);
        let [left, right] = &groups[0][..] else { panic!("{groups:?}") };
        let names = Renaming::new(&machine, &[(left, right), (right, left)]);
        let (file, path) = left.files[0];
        let (other_file, other_path) = right.files[0];
        let unique = |bundle: &crate::renaming::Bundle| machine.world().incarnation(bundle.process, 1);
        // What is written of the one under other names is what is written of the other under its own.
        let same = Renaming::new(&machine, &[]);
        for (this, that) in [
            (
                written(Some(&names), |to| left.process.hash(to)),
                written(Some(&same), |to| right.process.hash(to)),
            ),
            (written(Some(&names), |to| one.hash(to)), written(Some(&same), |to| other.hash(to))),
            (written(Some(&names), |to| file.hash(to)), written(Some(&same), |to| other_file.hash(to))),
            (written(Some(&names), |to| path.hash(to)), written(Some(&same), |to| other_path.hash(to))),
            (
                written(Some(&names), |to| unique(left).hash(to)),
                written(Some(&same), |to| unique(right).hash(to)),
            ),
        ] {
            assert_eq!(this, that);
        }
        for (this, that) in [
            (
                written(Some(&names), |to| left.process.hash(to)),
                written(Some(&same), |to| left.process.hash(to)),
            ),
            (written(Some(&names), |to| one.hash(to)), written(Some(&same), |to| one.hash(to))),
            (written(Some(&names), |to| file.hash(to)), written(Some(&same), |to| file.hash(to))),
            (written(Some(&names), |to| path.hash(to)), written(Some(&same), |to| path.hash(to))),
            (
                written(Some(&names), |to| unique(left).hash(to)),
                written(Some(&same), |to| unique(left).hash(to)),
            ),
        ] {
            assert_ne!(this, that);
        }
        // A number that names nothing stays.
        assert_eq!(written(Some(&names), |to| 300_u32.hash(to)), [0xac, 2]);
    }
}
