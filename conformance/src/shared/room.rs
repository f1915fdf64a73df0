//! What is on the machine that several processes share: the simulation, who is there, and the calls that are under way,
//! each with the turns that its caller has not taken yet.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::guests::{GuestId, Guests};
use super::{Trouble, Turn};
use crate::backend::Backend as _;
use crate::backend::simulated::SimulatedBackend;
use crate::request::{Happening, Observation, Request};

/// How long a status callback may keep the operations of others from going on.
const CALLBACK_MAX: Duration = Duration::from_secs(10);

/// The machine, and what is done on it.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) backend: SimulatedBackend,
    pub(super) guests: Guests,
    /// By ticket: the calls whose end was not taken yet.
    pub(super) calls: BTreeMap<u32, UnderWay>,
    /// The ticket of the next call that takes time.
    next_ticket: u32,
    /// What the simulation saw of calls, where a controller wants to know it.
    pub(super) noted: VecDeque<Observation>,
    pub(super) is_settled: bool,
}

/// A call that takes time.
#[derive(Debug)]
pub(super) struct UnderWay {
    pub(super) guest: GuestId,
    /// Its number in the backend; `None` once it is over there.
    pub(super) number: Option<u32>,
    turns: VecDeque<Turn>,
    pub(super) callback: Callback,
}

/// Whether the status callback of a call runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Callback {
    No,
    /// Since then; operations stand still.
    Runs(Instant),
    /// It makes a call itself, and waits for that.
    Calls,
}

impl Room {
    pub(super) fn new(backend: SimulatedBackend, guests: Guests) -> Room {
        let (calls, noted) = (BTreeMap::new(), VecDeque::new());
        Room { backend, guests, calls, next_ticket: 0, noted, is_settled: false }
    }

    pub(super) fn perform(&mut self, request: &Request) -> Result<Observation, Trouble> {
        let observation = self.backend.perform(request)?;
        self.is_settled = observation.settled;
        Ok(observation)
    }

    pub(super) fn perform_and_absorb(&mut self, request: &Request) -> Result<Observation, Trouble> {
        let observation = self.perform(request)?;
        self.is_settled |= observation.idle;
        self.absorb(&observation);
        Ok(observation)
    }

    /// Gives a ticket to a call that takes time.
    pub(super) fn issue(&mut self, guest: GuestId, number: u32) -> u32 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let turns = VecDeque::new();
        self.calls.insert(ticket, UnderWay { guest, number: Some(number), turns, callback: Callback::No });
        ticket
    }

    /// Keeps the percentages and answers for the calls that wait for them.
    pub(super) fn absorb(&mut self, observation: &Observation) {
        for happening in &observation.happened {
            if let Happening::Status { call, percent } = happening
                && let Some((ticket, under_way)) = self.under_way(*call)
            {
                under_way.turns.push_back(Turn::Status { call: ticket, percent: *percent });
            }
        }
        for finished in &observation.finished {
            let answer = self.guests.with_real_processes(finished.answer.clone());
            if let Some((_, under_way)) = self.under_way(finished.call) {
                under_way.number = None;
                under_way.turns.push_back(Turn::Done(Box::new(answer)));
            }
        }
    }

    fn under_way(&mut self, number: u32) -> Option<(u32, &mut UnderWay)> {
        let found = self.calls.iter_mut().find(|(_, under_way)| under_way.number == Some(number));
        found.map(|(ticket, under_way)| (*ticket, under_way))
    }

    /// The next turn of a call, if there is one already.
    pub(super) fn take_turn(&mut self, ticket: u32) -> Option<Result<Turn, Trouble>> {
        let Some(call) = self.calls.get_mut(&ticket) else {
            return Some(Err(Trouble(String::from("the process that made the call has ended"))));
        };
        let turn = call.turns.pop_front()?;
        match turn {
            Turn::Status { .. } => call.callback = Callback::Runs(Instant::now()),
            Turn::Done(_) => {
                self.calls.remove(&ticket);
            }
        }
        Some(Ok(turn))
    }

    /// Whether a status callback keeps operations from going on.
    pub(super) fn is_held(&self) -> bool {
        self.calls.values().any(|call| match call.callback {
            Callback::Runs(since) => since.elapsed() < CALLBACK_MAX,
            Callback::No | Callback::Calls => false,
        })
    }
}
