//! Symmetry: states that differ only in the names of what is interchangeable are one state.

use rstmgr_model::{Bundle, Machine, Renaming};

use super::digest::fingerprint;
use super::table::Fingerprint;
use super::{SmallWorld, Watcher};

/// What is interchangeable in a world.
#[derive(Debug)]
pub(super) struct Symmetry {
    groups: Vec<Group>,
    /// One for each way to put the members of all groups in order; the first group's orders change slowest.
    renamings: Vec<Renaming>,
    /// Whether signatures leave out orders that need not be looked at; tests do without.
    by_signature: bool,
}

#[derive(Debug)]
struct Group {
    members: Vec<Bundle>,
    /// Each order: by member, its place.
    orders: Vec<Vec<usize>>,
}

/// How many members of one group are taken for interchangeable: four have 24 orders.
const MEMBERS_MAX: usize = 4;

impl Symmetry {
    /// That of a world, if there is any.
    pub(super) fn of(world: &SmallWorld) -> Option<Symmetry> {
        let static_world = world.machine.world();
        let alike = world.machine.interchangeable(&world.installers, &world.applications);
        // Those of whom other files are offered are not alike.
        let mut groups: Vec<Vec<Bundle>> = Vec::new();
        for bundle in alike.into_iter().flatten() {
            let is_one = |group: &&mut Vec<Bundle>| {
                static_world.are_interchangeable(&group[0], &bundle)
                    && world.offers(&group[0]).eq(world.offers(&bundle))
            };
            match groups.iter_mut().find(is_one) {
                Some(group) => group.push(bundle),
                None => groups.push(vec![bundle]),
            }
        }
        groups.iter_mut().for_each(|group| group.truncate(MEMBERS_MAX));
        groups.retain(|group| group.len() > 1);
        let groups: Vec<Group> =
            groups.into_iter().map(|members| Group { orders: orders(members.len()), members }).collect();
        let count: usize = groups.iter().map(|group| group.orders.len()).product();
        let renamings = (0..count).map(|number| renaming(&world.machine, &groups, number));
        let renamings = renamings.collect();
        (!groups.is_empty()).then_some(Symmetry { groups, renamings, by_signature: true })
    }

    /// Looks at every order, whatever signatures say.
    #[cfg(test)]
    pub(super) fn in_full(mut self) -> Symmetry {
        self.by_signature = false;
        self
    }

    #[cfg(test)]
    pub(super) fn renamings(&self) -> &[Renaming] {
        &self.renamings
    }

    /// By what a state is known together with all that differ from it in names only: the least of their fingerprints.
    pub(super) fn fingerprint<W: Watcher>(
        &self,
        machine: &Machine,
        watcher: &W,
        bytes: &mut Vec<u8>,
    ) -> Fingerprint {
        let mut least = [u64::MAX; 2];
        self.each_order(machine, 0, 0, &mut |number| {
            let names = &self.renamings[number];
            bytes.clear();
            machine.encode_renamed(names, bytes);
            watcher.encode_renamed(names, bytes);
            least = least.min(fingerprint(0, bytes));
        });
        least
    }

    /// Calls `each` with the number of every renaming that puts the members of the groups in the order of their
    /// signatures. Those of whom nothing is known stay in the order of their numbers: any other is the same.
    fn each_order(&self, machine: &Machine, place: usize, number: usize, each: &mut impl FnMut(usize)) {
        let Some(Group { members, orders }) = self.groups.get(place) else { return each(number) };
        let mut signatures = [(0, false); MEMBERS_MAX];
        if self.by_signature {
            for (signature, member) in signatures.iter_mut().zip(members) {
                *signature = machine.signature(member);
            }
        }
        let signatures = &signatures[..members.len()];
        for (choice, order) in orders.iter().enumerate() {
            if fits(order, signatures) {
                self.each_order(machine, place + 1, number * orders.len() + choice, each);
            }
        }
    }
}

/// Whether an order puts signatures in order, and leaves idle members of one signature as they are.
fn fits(order: &[usize], signatures: &[(u64, bool)]) -> bool {
    order.iter().zip(signatures).enumerate().all(|(member, (place, signature))| {
        let later = order.iter().zip(signatures).skip(member + 1);
        later.into_iter().all(|(other_place, other_signature)| match signature.cmp(other_signature) {
            std::cmp::Ordering::Less => place < other_place,
            std::cmp::Ordering::Greater => place > other_place,
            std::cmp::Ordering::Equal => !signature.1 || place < other_place,
        })
    })
}

/// Every order of so many members.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for _ in 0..count {
        let longer = |order: &Vec<usize>| {
            let order = order.clone();
            (0..count).filter(move |place| !order.contains(place)).collect::<Vec<_>>()
        };
        orders = orders
            .iter()
            .flat_map(|order| {
                longer(order).into_iter().map(move |place| [order.as_slice(), &[place]].concat())
            })
            .collect();
    }
    orders
}

fn renaming(machine: &Machine, groups: &[Group], mut number: usize) -> Renaming {
    let mut bundles = Vec::new();
    for Group { members, orders } in groups.iter().rev() {
        let order = &orders[number % orders.len()];
        number /= orders.len();
        bundles.extend(members.iter().zip(order).map(|(member, place)| (member, &members[*place])));
    }
    Renaming::new(machine, &bundles)
}

/// What states are called with symmetry, for those that were met lately.
#[derive(Debug)]
pub(super) struct Memory {
    /// By the low bits of the fingerprint without symmetry: that one, and the one with it.
    known: Vec<[Fingerprint; 2]>,
}

const MEMORY: u16 = 1 << 14;

impl Memory {
    pub(super) fn new() -> Memory {
        Memory { known: vec![[[0; 2]; 2]; usize::from(MEMORY)] }
    }

    /// The fingerprint with symmetry of a state that has this one without it.
    pub(super) fn recall(&mut self, plain: Fingerprint, find: impl FnOnce() -> Fingerprint) -> Fingerprint {
        let [low, next, ..] = plain[0].to_le_bytes();
        let place = usize::from(u16::from_le_bytes([low, next]) % MEMORY);
        let entry = &mut self.known[place];
        if entry[0] != plain {
            *entry = [plain, find()];
        }
        entry[1]
    }

    pub(super) fn bytes(&self) -> usize {
        self.known.capacity() * size_of::<[Fingerprint; 2]>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_fits_that_puts_signatures_in_order_and_leaves_the_idle() {
        for is_idle in [false, true] {
            assert!(fits(&[0, 1], &[(1, is_idle), (2, is_idle)]));
            assert!(!fits(&[1, 0], &[(1, is_idle), (2, is_idle)]));
            assert!(!fits(&[0, 1], &[(2, is_idle), (1, is_idle)]));
            assert!(fits(&[1, 0], &[(2, is_idle), (1, is_idle)]));
            assert!(fits(&[0, 1], &[(3, is_idle), (3, is_idle)]));
            assert_eq!(fits(&[1, 0], &[(3, is_idle), (3, is_idle)]), !is_idle);
        }
        assert!(fits(&[2, 0, 1], &[(9, true), (4, true), (4, true)]));
        assert!(!fits(&[2, 1, 0], &[(9, true), (4, true), (4, true)]));
    }

    #[test]
    fn a_memory_asks_once_until_another_takes_the_place() {
        let mut memory = Memory::new();
        assert_eq!(memory.bytes(), (1 << 14) * 32);
        assert_eq!(memory.recall([1, 1], || [5, 5]), [5, 5]);
        assert_eq!(memory.recall([1, 1], || unreachable!("it is known")), [5, 5]);
        // The next place is another's; 2^14 further it is this one again.
        assert_eq!(memory.recall([2, 1], || [6, 6]), [6, 6]);
        assert_eq!(memory.recall([1, 1], || unreachable!("it is known")), [5, 5]);
        assert_eq!(memory.recall([1 + (1 << 14), 1], || [7, 7]), [7, 7]);
        assert_eq!(memory.recall([1, 1], || [8, 8]), [8, 8]);
    }
}
