//! The fingerprints of the states that were reached: open addressing, one line of memory for most questions.

/// 128 bits by which a state is known; not both halves are 0.
pub(super) type Fingerprint = [u64; 2];

/// No state.
const FREE: Fingerprint = [0, 0];
/// Shards grow one after another, so that no more than one is there twice; and threads fill them side by side.
const SHARDS: usize = 64;
const SLOTS_FIRST: usize = 64;

/// A set of fingerprints. 20 to 30 bytes for each.
#[derive(Debug)]
pub(super) struct Table {
    shards: Vec<Shard>,
}

/// Those that begin with the same bits, ordered by the bits that follow, as far as there is room.
#[derive(Debug)]
pub(super) struct Shard {
    slots: Vec<Fingerprint>,
    used: usize,
}

impl Table {
    pub(super) fn new() -> Table {
        let shards = (0..SHARDS).map(|_| Shard { slots: vec![FREE; SLOTS_FIRST], used: 0 });
        Table { shards: shards.collect() }
    }

    pub(super) fn contains(&self, fingerprint: Fingerprint) -> bool {
        let shard = &self.shards[shard_of(fingerprint)];
        shard.slots[shard.slot(fingerprint)] != FREE
    }

    /// Adds a fingerprint; whether it is new.
    pub(super) fn insert(&mut self, fingerprint: Fingerprint) -> bool {
        self.shards[shard_of(fingerprint)].insert(fingerprint)
    }

    /// Groups of shards, at most so many, for as many threads.
    pub(super) fn groups(&mut self, count: usize) -> impl Iterator<Item = Group<'_>> {
        let length = SHARDS.div_ceil(count);
        let groups = self.shards.chunks_mut(length).enumerate();
        groups.map(move |(number, shards)| Group { first: number * length, shards })
    }

    /// What it takes, a shard that grows counted twice.
    pub(super) fn bytes(&self) -> usize {
        let shards = self.shards.iter().map(|shard| shard.slots.capacity() * size_of::<Fingerprint>());
        shards.clone().sum::<usize>() + shards.max().unwrap_or(0)
    }
}

/// Some shards of a table.
#[derive(Debug)]
pub(super) struct Group<'a> {
    first: usize,
    shards: &'a mut [Shard],
}

impl Group<'_> {
    /// Adds a fingerprint if it belongs here; whether it does and is new.
    pub(super) fn insert(&mut self, fingerprint: Fingerprint) -> bool {
        let place = shard_of(fingerprint).checked_sub(self.first);
        let shard = place.and_then(|place| self.shards.get_mut(place));
        shard.is_some_and(|shard| shard.insert(fingerprint))
    }
}

impl Shard {
    fn insert(&mut self, fingerprint: Fingerprint) -> bool {
        let slot = self.slot(fingerprint);
        if self.slots[slot] != FREE {
            return false;
        }
        self.slots[slot] = fingerprint;
        self.used += 1;
        if 5 * self.used > 4 * self.slots.len() {
            self.grow();
        }
        true
    }

    /// The slot of a fingerprint, or the free one in which it belongs.
    #[inline]
    fn slot(&self, fingerprint: Fingerprint) -> usize {
        let len = u64::try_from(self.slots.len()).expect("a length has 64 bits");
        // The low half as a fraction, times the length.
        let slot = (u128::from(fingerprint[1]) * u128::from(len)) >> 64;
        let mut slot = usize::try_from(slot).expect("it is below the length");
        while self.slots[slot] != FREE && self.slots[slot] != fingerprint {
            slot += 1;
            if slot == self.slots.len() {
                slot = 0;
            }
        }
        slot
    }

    fn grow(&mut self) {
        let larger = vec![FREE; self.slots.len() / 2 * 3];
        for fingerprint in std::mem::replace(&mut self.slots, larger) {
            if fingerprint != FREE {
                let slot = self.slot(fingerprint);
                self.slots[slot] = fingerprint;
            }
        }
    }
}

fn shard_of(fingerprint: Fingerprint) -> usize {
    usize::try_from(fingerprint[0] >> 58).expect("it has six bits")
}

const _: () = assert!(SHARDS == 1 << 6, "six bits name a shard");

#[cfg(test)]
mod tests {
    use super::super::digest::fingerprint;
    use super::*;

    #[test]
    fn what_is_added_is_in_it_once() {
        let mut table = Table::new();
        let of = |number: u32| fingerprint(0, &number.to_le_bytes());
        for number in 0..100_000 {
            assert!(!table.contains(of(number)));
            assert!(table.insert(of(number)));
        }
        assert!((0..100_000).all(|number| table.contains(of(number)) && !table.insert(of(number))));
        assert!((100_000..200_000).all(|number| !table.contains(of(number))));
        assert!((1_600_000..3_400_000).contains(&table.bytes()), "{}", table.bytes());
    }

    #[test]
    fn what_an_empty_table_takes_is_its_first_slots_and_a_shard_more() {
        assert_eq!(Table::new().bytes(), (64 + 1) * 64 * 16);
    }

    #[test]
    fn groups_of_shards_are_the_whole_table() {
        let mut table = Table::new();
        for number in 0..3_000_u32 {
            let fingerprint = fingerprint(0, &(number % 1_000).to_le_bytes());
            let added =
                table.groups(3).filter_map(|mut group| group.insert(fingerprint).then_some(())).count();
            assert_eq!(added, usize::from(number < 1_000), "{number}");
        }
    }
}
