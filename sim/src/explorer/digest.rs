//! A state as numbers: each part of its encoding by a fingerprint, and all of them by their sum, so that a step costs
//! no more than what it changed.

use rstmgr_model::Machine;

use super::Watcher;
use super::table::Fingerprint;

/// What the parts of a state come to.
#[derive(Debug, Default)]
pub(super) struct Digest {
    /// By the number of the part; 0: there is none.
    parts: Vec<Fingerprint>,
    /// That of what the watcher remembers.
    watcher: Fingerprint,
    /// The sum of all.
    sum: Fingerprint,
    /// Of how many incarnations of one process the state speaks at most.
    pub(super) incarnations: usize,
}

impl Digest {
    /// Reads the state of a machine and of who watches it.
    pub(super) fn read<W: Watcher>(&mut self, machine: &Machine, watcher: &W, bytes: &mut Vec<u8>) {
        self.parts.clear();
        let parts = &mut self.parts;
        self.incarnations = machine.encode_parts(bytes, |part, bytes| set(parts, part, bytes));
        self.watcher = of_watcher(watcher, bytes);
        self.sum = self.parts.iter().fold(self.watcher, |sum, part| plus(sum, *part));
    }

    /// The same for a machine that was as `before` says until it changed; `before` was made of `then`.
    pub(super) fn read_changes<W: Watcher>(
        &mut self,
        before: &Digest,
        then: &Machine,
        (machine, watcher): (&Machine, &W),
        bytes: &mut Vec<u8>,
    ) {
        self.parts.clone_from(&before.parts);
        let parts = &mut self.parts;
        if before.incarnations > 1
            || !machine.encode_changes(then, bytes, |part, bytes| set(parts, part, bytes))
        {
            return self.read(machine, watcher, bytes);
        }
        self.incarnations = 1;
        self.watcher = of_watcher(watcher, bytes);
        self.sum = self.parts.iter().fold(self.watcher, |sum, part| plus(sum, *part));
    }

    /// By what the state is known.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        known_by(self.sum)
    }

    /// By what the state is known that a step from this one led to, and of how many incarnations it speaks; `None` if
    /// it is this one. `then` is the machine of this one.
    pub(super) fn after<W: Watcher>(
        &self,
        then: &Machine,
        (machine, watcher): (&Machine, &W),
        room: &mut Room,
    ) -> Option<(Fingerprint, usize)> {
        let noted = if watcher.is_changed() { of_watcher(watcher, &mut room.bytes) } else { self.watcher };
        if !machine.is_changed() {
            if noted == self.watcher {
                return None;
            }
            return Some((known_by(plus(minus(self.sum, self.watcher), noted)), self.incarnations));
        }
        if self.incarnations == 1 {
            let mut sum = plus(minus(self.sum, self.watcher), noted);
            let is_all = machine.encode_changes(then, &mut room.bytes, |part, bytes| {
                let old = self.parts.get(part).copied().unwrap_or_default();
                sum = plus(minus(sum, old), of_part(part, bytes));
            });
            if is_all {
                return Some((known_by(sum), 1));
            }
        }
        let whole = &mut room.digest;
        whole.read(machine, watcher, &mut room.bytes);
        Some((whole.fingerprint(), whole.incarnations))
    }

    pub(super) fn bytes(&self) -> usize {
        self.parts.capacity() * size_of::<Fingerprint>()
    }
}

/// Memory to work in.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) bytes: Vec<u8>,
    digest: Digest,
}

fn set(parts: &mut Vec<Fingerprint>, part: usize, bytes: Option<&[u8]>) {
    if parts.len() <= part {
        parts.resize(part + 1, Fingerprint::default());
    }
    parts[part] = of_part(part, bytes);
}

fn of_part(part: usize, bytes: Option<&[u8]>) -> Fingerprint {
    let seed = 1 + u64::try_from(part).expect("a state has few parts");
    bytes.map(|bytes| fingerprint(seed, bytes)).unwrap_or_default()
}

#[inline]
fn of_watcher<W: Watcher>(watcher: &W, bytes: &mut Vec<u8>) -> Fingerprint {
    bytes.clear();
    watcher.encode(bytes);
    if bytes.is_empty() { Fingerprint::default() } else { fingerprint(0, bytes) }
}

fn plus([first, second]: Fingerprint, [other_first, other_second]: Fingerprint) -> Fingerprint {
    [first.wrapping_add(other_first), second.wrapping_add(other_second)]
}

fn minus([first, second]: Fingerprint, [other_first, other_second]: Fingerprint) -> Fingerprint {
    [first.wrapping_sub(other_first), second.wrapping_sub(other_second)]
}

/// A sum, or 1 in place of 0, which stands for no state.
fn known_by(sum: Fingerprint) -> Fingerprint {
    if sum == [0, 0] { [0, 1] } else { sum }
}

/// Two sums of eight bytes at a time. Each step of each is one to one, so that bytes that differ in one word differ in
/// both; two multiplications spread the highest bits too; and since fingerprints of parts are added, so does the end.
pub(super) fn fingerprint(seed: u64, bytes: &[u8]) -> Fingerprint {
    let mut sums = [0x243f_6a88_85a3_08d3_u64, 0x1319_8a2e_0370_7344];
    let mut mix = |word: u64| {
        let [first, second] = &mut sums;
        *first = (*first ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        *first = (*first ^ *first >> 32).wrapping_mul(0xff51_afd7_ed55_8ccd);
        *second = (*second ^ word.rotate_left(29)).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
        *second = (*second ^ *second >> 31).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    };
    // The length tells the end from zeros behind it.
    mix(seed << 32 | u64::try_from(bytes.len()).expect("a state fits into memory"));
    let (eights, rest) = bytes.as_chunks::<8>();
    eights.iter().for_each(|eight| mix(u64::from_le_bytes(*eight)));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(u64::from_le_bytes(last));
    sums.map(|sum| {
        let sum = (sum ^ sum >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let sum = (sum ^ sum >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        sum ^ sum >> 31
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// As another reckoning of the same steps has it.
    #[test]
    fn a_fingerprint_is_what_its_steps_make_of_the_bytes() {
        assert_eq!(fingerprint(0, b""), [0xca09_16da_8e5a_31af, 0x0142_34c7_15c7_13a1]);
        assert_eq!(fingerprint(3, br"C:\App\core.dll"), [0xbd37_f6c1_3dde_1fb1, 0x5d4d_caa8_81b5_847b]);
    }

    #[test]
    fn a_digest_takes_what_its_parts_take() {
        let digest = Digest { parts: Vec::with_capacity(10), ..Digest::default() };
        assert_eq!(digest.bytes(), digest.parts.capacity() * 16);
        assert!(digest.bytes() >= 160);
    }

    #[test]
    fn short_texts_have_fingerprints_of_their_own() {
        let mut fingerprints = BTreeSet::new();
        let mut count = 0;
        for length in 0..20 {
            for place in 0..=length {
                for byte in 1..=u8::MAX {
                    let mut bytes = vec![0; length];
                    if let Some(changed) = bytes.get_mut(place) {
                        *changed = byte;
                    } else if byte > 1 {
                        continue;
                    }
                    fingerprints.extend((0..3).map(|seed| fingerprint(seed, &bytes)));
                    count += 3;
                }
            }
        }
        assert_eq!(fingerprints.len(), count);
        // Each half for itself, too.
        let halves = |half: usize| fingerprints.iter().map(|each| each[half]).collect::<BTreeSet<_>>();
        assert_eq!([halves(0).len(), halves(1).len()], [count; 2]);
    }
}
