//! Texts that are each kept once and found again by what they say.
//!
//! A hash table of our own, since worlds have a hundred thousand paths that begin alike, and an ordered map compares
//! their beginnings at every turn. Nobody walks through it, so that its order shows nowhere.

/// Each text once, numbered from 0 in the order of addition.
#[derive(Clone, Debug, Default)]
pub(super) struct Interner {
    /// All texts, one behind the other.
    joined: String,
    /// By text: where it ends.
    ends: Vec<usize>,
    /// Their places by hash; their number is a power of two, and at least a third of them is free.
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    hash: u32,
    /// One more than the number of the text; 0: the slot is free.
    text: u32,
}

impl Interner {
    /// The number of `text`, if it was added.
    pub(super) fn find(&self, text: &str) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let slot = self.slots[self.slot(hash(text), text)];
        slot.text.checked_sub(1)
    }

    /// The number of `text`, and whether it was added just now.
    pub(super) fn intern(&mut self, text: &str) -> (u32, bool) {
        if 3 * (self.ends.len() + 1) > 2 * self.slots.len() {
            self.grow();
        }
        let hash = hash(text);
        let slot = self.slot(hash, text);
        if let Some(known) = self.slots[slot].text.checked_sub(1) {
            return (known, false);
        }
        let number = u32::try_from(self.ends.len()).expect("a world's names fit into memory");
        self.joined.push_str(text);
        self.ends.push(self.joined.len());
        self.slots[slot] = Slot { hash, text: number + 1 };
        (number, true)
    }

    /// The slot of `text`, or the free one in which it belongs.
    fn slot(&self, hash: u32, text: &str) -> usize {
        let mut place = first_slot(hash, self.slots.len());
        loop {
            let slot = self.slots[place];
            if slot.text == 0 || slot.hash == hash && self.text(slot.text - 1) == text {
                return place;
            }
            place = (place + 1) % self.slots.len();
        }
    }

    /// The text with this number.
    pub(super) fn text(&self, number: u32) -> &str {
        let number = usize::try_from(number).expect("a world's names fit into memory");
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.joined[start..self.ends[number]]
    }

    fn grow(&mut self) {
        if self.slots.is_empty() {
            // As much as a small world needs, at once.
            self.joined.reserve(512);
            self.ends.reserve(16);
        }
        let size = (2 * self.slots.len()).max(32);
        let slots = std::mem::replace(&mut self.slots, vec![Slot::default(); size]);
        for slot in slots.into_iter().filter(|slot| slot.text > 0) {
            let mut place = first_slot(slot.hash, size);
            while self.slots[place].text > 0 {
                place = (place + 1) % size;
            }
            self.slots[place] = slot;
        }
    }
}

/// Where the search begins among `size` slots, a power of two.
fn first_slot(hash: u32, size: usize) -> usize {
    usize::try_from(hash).expect("it has 32 bits") & (size - 1)
}

/// Eight bytes at a time, each round as in the hash of Firefox. Whoever wants collisions finds them, as of any hash
/// without a secret; worlds have too few names for that to hurt.
fn hash(text: &str) -> u32 {
    const FACTOR: u64 = 0xf135_7aea_2e62_a9c5;
    let bytes = text.as_bytes();
    let mix = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    let (eights, rest) = bytes.as_chunks::<8>();
    let hash = eights.iter().fold(0, |hash, eight| mix(hash, u64::from_le_bytes(*eight)));
    let last = match bytes.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last),
        None => rest.iter().fold(1, |last, byte| last << 8 | u64::from(*byte)),
    };
    u32::try_from(mix(hash, last) >> 32).expect("32 bits are left")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_numbered_in_the_order_of_addition() {
        let mut interner = Interner::default();
        let texts: Vec<String> = (0..1_000).map(|number| format!("{number}")).collect();
        assert_eq!(interner.find("0"), None);
        for round in 0..2 {
            for (number, text) in (0..).zip(&texts) {
                assert_eq!(interner.intern(text), (number, round == 0), "{text}");
                assert_eq!(interner.find(text), Some(number));
            }
        }
        assert_eq!(interner.find("1000"), None);
    }

    #[test]
    fn names_that_differ_in_one_place_spread_over_the_slots() {
        for pattern in
            [r"C:\Data\{}.dat", r"C:\{}\core.dll", "{}", r"C:\Program Files\Contoso\{}\en\strings.dll"]
        {
            let hashes = (0..1 << 14).map(|number| hash(&pattern.replace("{}", &format!("{number}"))));
            let mut taken = vec![0; 1 << 15];
            hashes.for_each(|hash| taken[first_slot(hash, 1 << 15)] += 1);
            // Thrown at random, 2^14 names take 39 % of 2^15 slots, and no slot is taken by more than some eight.
            let free = taken.iter().filter(|names| **names == 0).count();
            let most = taken.iter().max().unwrap();
            assert!((19_000..21_000).contains(&free) && *most < 12, "{pattern}: {free} free, at most {most}");
        }
    }

    #[test]
    fn the_empty_text_is_one_as_well() {
        let mut interner = Interner::default();
        assert_eq!(["", "a", ""].map(|text| interner.intern(text).0), [0, 1, 0]);
    }
}
