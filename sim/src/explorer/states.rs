//! The states that were reached: each known again by a fingerprint of 128 bits, with the way on which it was reached.

use super::table::{Fingerprint, Table};

/// The number of a state, in the order in which states were reached: breadth first, so that those which are as many
/// moves away stand together, in the order of the states that they were reached from.
pub(super) type StateId = u32;

/// How a state was reached: from which one, by which of its inputs, with which choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) from: StateId,
    /// The number of the input; the highest bit says that the state lies beyond the bounds.
    input: u16,
    /// See [`Exhaustive::code`](crate::Exhaustive::code).
    code: u16,
}

const BEYOND: u16 = 1 << 15;

/// A state that somebody reached, perhaps not as the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) fingerprint: Fingerprint,
    pub(super) arrival: Arrival,
}

/// How many arrivals are kept in one piece of memory, so that none is ever moved.
const PIECE: usize = 1 << 14;

/// Every state that was reached. 8 bytes for each, and the table.
#[derive(Debug)]
pub(super) struct States {
    pub(super) table: Table,
    /// How each was reached; the first from itself.
    arrivals: Vec<Vec<Arrival>>,
    len: usize,
}

impl Arrival {
    /// # Panics
    ///
    /// If a state has 32,768 inputs, or one of them choices between more than 65,536 ways.
    pub(super) fn new(from: StateId, input: usize, code: usize, is_beyond: bool) -> Arrival {
        let input = u16::try_from(input).ok().filter(|input| *input < BEYOND);
        Arrival {
            from,
            input: input.expect("a state has few inputs") | if is_beyond { BEYOND } else { 0 },
            code: u16::try_from(code).expect("an input has few choices"),
        }
    }

    pub(super) fn input(self) -> usize {
        usize::from(self.input & !BEYOND)
    }

    pub(super) fn code(self) -> usize {
        usize::from(self.code)
    }

    pub(super) fn is_beyond(self) -> bool {
        self.input & BEYOND != 0
    }
}

impl States {
    /// The first state alone.
    pub(super) fn new(first: Fingerprint) -> States {
        let mut states = States { table: Table::new(), arrivals: Vec::new(), len: 0 };
        states.table.insert(first);
        states.push(Arrival::new(0, 0, 0, false));
        states
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Numbers a state that is new in the table.
    ///
    /// # Panics
    ///
    /// If there are 2^32 - 1 states.
    pub(super) fn push(&mut self, arrival: Arrival) {
        assert!(u32::try_from(self.len).is_ok_and(|len| len < u32::MAX), "states are counted in 32 bits");
        match self.arrivals.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push(arrival),
            _ => {
                // The first piece grows, so that few states take little memory.
                let room = if self.arrivals.is_empty() { 16 } else { PIECE };
                let mut piece = Vec::with_capacity(room);
                piece.push(arrival);
                self.arrivals.push(piece);
            }
        }
        self.len += 1;
    }

    pub(super) fn arrival(&self, state: StateId) -> Arrival {
        let place = usize::try_from(state).expect("states fit into memory");
        self.arrivals[place / PIECE][place % PIECE]
    }

    /// How a state was reached from the first one, step by step.
    pub(super) fn way_to(&self, mut state: StateId) -> Vec<Arrival> {
        let mut way = Vec::new();
        while state > 0 {
            let arrival = self.arrival(state);
            way.push(arrival);
            state = arrival.from;
        }
        way.reverse();
        way
    }

    pub(super) fn bytes(&self) -> usize {
        let arrivals =
            self.arrivals.iter().map(|piece| piece.capacity() * size_of::<Arrival>()).sum::<usize>();
        let pieces = self.arrivals.capacity() * size_of::<Vec<Arrival>>();
        self.table.bytes() + arrivals + pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_states_take_is_their_table_and_how_they_were_reached() {
        let mut states = States::new([1, 1]);
        let pieces = states.arrivals.capacity() * size_of::<Vec<Arrival>>();
        assert_eq!(states.bytes(), states.table.bytes() + 16 * 8 + pieces);
        for _ in 0..PIECE {
            states.push(Arrival::new(0, 0, 0, false));
        }
        assert_eq!(states.bytes(), states.table.bytes() + 2 * PIECE * 8 + pieces);
    }

    #[test]
    fn the_way_to_a_state_is_kept() {
        let mut states = States::new([1, 1]);
        let second = Arrival::new(0, 3, 0, false);
        let third = Arrival::new(1, 1, 2, true);
        states.push(second);
        states.push(third);
        assert_eq!(states.way_to(2), [second, third]);
        assert!(third.is_beyond() && !second.is_beyond());
        assert_eq!((third.input(), third.code()), (1, 2));
        for number in 3..50_000_u32 {
            states.push(Arrival::new(number - 1, 0, 0, false));
        }
        assert_eq!(states.len(), 50_000);
        assert_eq!(states.way_to(49_999).len(), 49_999);
    }
}
