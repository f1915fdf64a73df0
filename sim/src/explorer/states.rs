//! The states that were reached: each known again by a fingerprint of 128 bits, with the way on which it was reached.

/// The number of a state, in the order in which states were reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StateId(u32);

/// From which state, by which of its inputs, in which run of its choices.
pub(super) type Arrival = (StateId, usize, usize);

/// Every state that was reached. 24 bytes for each, and 4 to 16 more for the table.
#[derive(Debug, Default)]
pub(super) struct States {
    fingerprints: Vec<u128>,
    /// How each was reached; the first from itself.
    arrivals: Vec<PackedArrival>,
    /// One more than the number of the state, by fingerprint; 0: the slot is free. A power of two, at most half full.
    slots: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct PackedArrival {
    from: u32,
    input: u16,
    run: u16,
}

impl States {
    pub(super) fn len(&self) -> usize {
        self.fingerprints.len()
    }

    pub(super) fn add_first(&mut self, bytes: &[u8]) -> StateId {
        self.add(bytes, (StateId(0), 0, 0)).expect("no state is known before the first")
    }

    /// Adds the state with these bytes, unless it is known.
    ///
    /// # Panics
    ///
    /// If a state has 65,536 inputs, or one of them as many runs, or there are 2^32 - 1 states.
    pub(super) fn add(&mut self, bytes: &[u8], (from, input, run): Arrival) -> Option<StateId> {
        if 2 * (self.fingerprints.len() + 1) > self.slots.len() {
            self.grow();
        }
        let fingerprint = fingerprint(bytes);
        let slot = self.slot(fingerprint);
        if self.slots[slot] != 0 {
            return None;
        }
        let id = u32::try_from(self.fingerprints.len()).ok().filter(|id| *id < u32::MAX);
        let id = id.expect("states are counted in 32 bits");
        let few = |number: usize| u16::try_from(number).expect("a state has few inputs, each with few runs");
        self.slots[slot] = id + 1;
        self.fingerprints.push(fingerprint);
        self.arrivals.push(PackedArrival { from: from.0, input: few(input), run: few(run) });
        Some(StateId(id))
    }

    /// The inputs and runs that led to a state from the first one.
    pub(super) fn way_to(&self, StateId(mut state): StateId) -> Vec<(usize, usize)> {
        let mut way = Vec::new();
        while state > 0 {
            let arrival = self.arrivals[place(state)];
            way.push((usize::from(arrival.input), usize::from(arrival.run)));
            state = arrival.from;
        }
        way.reverse();
        way
    }

    /// The slot of a fingerprint, or the free one in which it belongs.
    fn slot(&self, fingerprint: u128) -> usize {
        let mask = self.slots.len() - 1;
        let [low, ..] = halves(fingerprint);
        let mut slot = usize::try_from(low & u64::try_from(mask).expect("it fits")).expect("it is a slot");
        while self.slots[slot] != 0 && self.fingerprints[place(self.slots[slot] - 1)] != fingerprint {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        self.slots = vec![0; (2 * self.slots.len()).max(1 << 12)];
        for (number, fingerprint) in (1..).zip(&self.fingerprints) {
            let slot = self.slot(*fingerprint);
            self.slots[slot] = number;
        }
    }
}

/// Two sums of eight bytes at a time. Each step of each is one to one, so that states that differ in one word differ
/// in both.
fn fingerprint(bytes: &[u8]) -> u128 {
    let mut sums = [0x243f_6a88_85a3_08d3_u64, 0x1319_8a2e_0370_7344];
    let mut mix = |word: u64| {
        let [first, second] = &mut sums;
        *first = (*first ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        *first ^= *first >> 32;
        *second = (*second ^ word.rotate_left(29)).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
        *second ^= *second >> 31;
    };
    let (eights, rest) = bytes.as_chunks::<8>();
    eights.iter().for_each(|eight| mix(u64::from_le_bytes(*eight)));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(u64::from_le_bytes(last));
    // The length tells the end from zeros behind it.
    mix(u64::try_from(bytes.len()).expect("a state fits into memory"));
    mix(0);
    u128::from(sums[0]) << 64 | u128::from(sums[1])
}

fn halves(number: u128) -> [u64; 2] {
    let half = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("a half has eight bytes"));
    let bytes = number.to_le_bytes();
    [half(&bytes[..8]), half(&bytes[8..])]
}

fn place(number: u32) -> usize {
    usize::try_from(number).expect("states fit into memory")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

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
                    fingerprints.insert(fingerprint(&bytes));
                    count += 1;
                }
            }
        }
        assert_eq!(fingerprints.len(), count);
        // Each half for itself, too.
        let halves =
            |half: usize| fingerprints.iter().map(|each| halves(*each)[half]).collect::<BTreeSet<_>>();
        assert_eq!([halves(0).len(), halves(1).len()], [count; 2]);
    }

    #[test]
    fn a_state_is_added_once_and_the_way_to_it_is_the_first() {
        let mut states = States::default();
        let first = states.add_first(b"first");
        let second = states.add(b"second", (first, 3, 0)).unwrap();
        let third = states.add(b"third", (second, 1, 2)).unwrap();
        assert_eq!(states.add(b"second", (third, 0, 0)), None);
        assert_eq!(states.way_to(third), [(3, 0), (1, 2)]);
        for number in 0..100_000_u32 {
            assert!(states.add(&number.to_le_bytes(), (third, 0, 0)).is_some());
        }
        assert!((0..100_000_u32).all(|number| states.add(&number.to_le_bytes(), (first, 0, 0)).is_none()));
        assert_eq!(states.len(), 100_003);
    }
}
