//! One machine, run: time moves, keys are handed out, and a seed answers what may go either way.

use std::time::Duration;

use rstmgr_model::{Broken, ChoicePoint, Choices, Input, Machine, Monitor, Observed, SessionKey, TimerId};

use crate::agenda::Agenda;
use crate::recorder::{Picks, Recorder};
use crate::replay::{Replay, ReplayError};
use crate::seeded::{Random, Seeded};

/// Runs a machine.
#[derive(Clone, Debug)]
pub struct Simulator {
    machine: Machine,
    agenda: Agenda,
    choices: Recorder<Answers>,
    keys: Random,
    observed: Observed,
    laws: Option<Box<Laws>>,
}

/// Where answers come from: from a recording while it lasts, then from the seed.
#[derive(Clone, Debug)]
struct Answers {
    recorded: Option<Replay>,
    seeded: Seeded,
}

impl Choices for Answers {
    fn choose(&mut self, point: ChoicePoint, options: usize) -> usize {
        match &mut self.recorded {
            Some(recorded) if !recorded.is_over() => recorded.choose(point, options),
            Some(_) | None => self.seeded.choose(point, options),
        }
    }
}

/// What holds a run against the laws.
#[derive(Clone, Debug)]
struct Laws {
    monitor: Monitor,
    broken: Vec<Broken>,
}

impl Simulator {
    /// Runs `machine` with the choices and session keys of `seed`.
    pub fn new(machine: Machine, seed: u64) -> Simulator {
        let mut simulator = Simulator::before(machine, seed);
        simulator.machine.begin(&mut simulator.choices, &mut simulator.observed);
        simulator.agenda.change(&simulator.observed.timers);
        simulator
    }

    /// The same before it has begun: whoever makes its steps [elsewhere](Simulator::adopt) begins with
    /// [`Machine::begin`].
    pub fn before(machine: Machine, seed: u64) -> Simulator {
        Simulator {
            machine,
            agenda: Agenda::default(),
            choices: Recorder::new(Answers { recorded: None, seeded: Seeded::new(seed) }),
            keys: Random::new(seed, 1),
            observed: Observed::default(),
            laws: None,
        }
    }

    /// The same, with every step held against the laws from now on; before the first.
    #[must_use]
    pub fn with_laws(mut self) -> Simulator {
        let monitor = Monitor::new(self.machine.world(), self.machine.profile());
        self.laws = Some(Box::new(Laws { monitor, broken: Vec::new() }));
        self
    }

    /// The same, with its first choices as they were recorded; before the first step.
    #[must_use]
    pub fn with_picks(mut self, picks: &Picks) -> Simulator {
        self.choices.inner_mut().recorded = Some(Replay::new(picks));
        self
    }

    /// Whether the recorded choices were choices that this run had.
    ///
    /// # Errors
    ///
    /// The first that was not.
    pub fn replayed(&self) -> Result<(), ReplayError> {
        self.choices.inner().recorded.as_ref().map_or(Ok(()), Replay::so_far)
    }

    /// How many of the recorded choices this run did not come to so far.
    pub fn picks_left(&self) -> usize {
        self.choices.inner().recorded.as_ref().map_or(0, Replay::left)
    }

    /// The same at the same moment, with what `change` makes of its machine.
    #[must_use]
    pub fn with_machine(mut self, change: impl FnOnce(Machine) -> Machine) -> Simulator {
        self.machine = change(self.machine);
        self
    }

    /// What broke which law, in order; nothing unless the laws are [watched](Simulator::with_laws).
    pub fn broken_laws(&self) -> &[Broken] {
        self.laws.as_ref().map_or(&[], |laws| &laws.broken)
    }

    /// Applies one input; what it returns is overwritten by the next.
    ///
    /// # Panics
    ///
    /// If `input` names a part of another world.
    pub fn perform(&mut self, input: &Input) -> &Observed {
        self.observed.clear();
        self.machine.step(input, &mut self.choices, &mut self.observed);
        self.agenda.change(&self.observed.timers);
        if let Some(laws) = &mut self.laws {
            let (world, profile) = (self.machine.world(), self.machine.profile());
            laws.broken.extend(laws.monitor.watch(world, profile, input, &self.observed.outputs));
        }
        &self.observed
    }

    /// Lets the next thing happen that is due, and moves the time on to it; `None` if nothing is due, or nothing
    /// until `limit`, on to which the time moves then.
    ///
    /// This and [`proceed_at`](Simulator::proceed_at) are the only places where time moves.
    pub fn proceed(&mut self, limit: Option<Duration>) -> Option<&Observed> {
        let input = self.take_due(limit)?;
        Some(self.perform(&input))
    }

    /// Moves the time on to the next thing that is due and returns the input that makes it happen, as
    /// [`proceed`](Simulator::proceed) does; but that input is still to be made.
    pub fn take_due(&mut self, limit: Option<Duration>) -> Option<Input> {
        let next = self.agenda.next_time();
        match (next, limit) {
            (Some(next), Some(limit)) if next > limit => {
                self.agenda.pass_until(limit);
                None
            }
            (None, Some(limit)) => {
                self.agenda.pass_until(limit);
                None
            }
            (None, None) => None,
            (Some(_), _) => self.agenda.take_next().map(Input::Due),
        }
    }

    /// Takes over a step that was made with a clone of this machine: what became of the clone, and what it let out.
    ///
    /// So whoever follows several ways in which a step can go makes each with choices of its own.
    pub fn adopt(&mut self, machine: &Machine, observed: &Observed) {
        self.machine.clone_from(machine);
        self.observed.clone_from(observed);
        self.agenda.change(&self.observed.timers);
    }

    /// Appends the state of the machine and, by their order and by how far off they are, the timers that it waits for.
    ///
    /// Two simulators of one world whose bytes are equal go on alike, if they choose alike, as
    /// [`Machine::encode`] says; how late it is, is no part of it.
    pub fn encode(&self, bytes: &mut Vec<u8>) {
        self.machine.encode(bytes);
        let timers = self.machine.timers();
        for (timer, after) in self.agenda.pending() {
            let rank = timers.iter().position(|known| *known == timer);
            bytes.extend_from_slice(&rank.unwrap_or(usize::MAX).to_le_bytes());
            bytes.extend_from_slice(&after.as_nanos().to_le_bytes());
        }
    }

    /// Lets that happen next which stands at `place` in [`Machine::timers`], whatever else is due before it, and moves
    /// the time on to it, unless it has passed already; `None` if nothing stands there.
    pub fn proceed_at(&mut self, place: usize) -> Option<&Observed> {
        let input = self.take_at(place)?;
        Some(self.perform(&input))
    }

    /// Takes what [`proceed_at`](Simulator::proceed_at) lets happen, for whoever makes the step elsewhere.
    pub fn take_at(&mut self, place: usize) -> Option<Input> {
        let timer = self.machine.timers().get(place).copied()?;
        self.agenda.take(timer);
        Some(Input::Due(timer))
    }

    /// Whether something is due at this moment.
    pub fn is_due_now(&mut self) -> bool {
        self.agenda.next_time().is_some_and(|next| next <= self.agenda.now())
    }

    /// The virtual time since the beginning.
    pub fn now(&self) -> Duration {
        self.agenda.now()
    }

    /// What the last input let out.
    pub fn observed(&self) -> &Observed {
        &self.observed
    }

    /// A key that no session of this run had before.
    pub fn fresh_key(&mut self) -> SessionKey {
        let high = u128::from(self.keys.next());
        SessionKey(high << 64 | u128::from(self.keys.next()))
    }

    /// The machine as it is now.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The machine as it is now, to add paths and names to its world.
    pub fn machine_mut(&mut self) -> &mut Machine {
        &mut self.machine
    }

    /// The timer that is due next.
    pub fn next_due(&mut self) -> Option<TimerId> {
        self.agenda.next()
    }

    /// How many choices were made so far.
    pub fn picked(&self) -> usize {
        self.choices.made().len()
    }

    /// What was chosen since so many choices were made.
    ///
    /// # Panics
    ///
    /// If so many were not made yet.
    pub fn picks_since(&self, picked: usize) -> &[usize] {
        &self.choices.made()[picked..]
    }

    /// What was chosen so far.
    pub fn picks(&self) -> Picks {
        self.choices.picks()
    }
}

#[cfg(test)]
mod tests {
    use rstmgr_model::{Profile, World};

    use super::*;

    #[test]
    fn answers_are_recorded_ones_while_they_last_and_then_those_of_the_seed() {
        let recorded = Some(Replay::new(&Picks(vec![2, 0])));
        let mut answers = Answers { recorded, seeded: Seeded::new(5) };
        let mut alone = Seeded::new(5);
        let mut choose = || answers.choose(ChoicePoint::MemoryShortage, 1_000_000);
        assert_eq!([choose(), choose()], [2, 0]);
        let further = [(); 3].map(|()| choose());
        assert_eq!(further, [(); 3].map(|()| alone.choose(ChoicePoint::MemoryShortage, 1_000_000)));
        assert_eq!(answers.recorded.map(|recorded| recorded.finish()), Some(Ok(())));
    }

    #[test]
    fn a_recording_with_an_option_that_is_none_is_told_at_once() {
        let machine = Machine::new(World::new(), Profile::windows_11());
        let mut simulator = Simulator::new(machine, 0).with_picks(&Picks(vec![3]));
        assert_eq!((simulator.replayed(), simulator.picks_left()), (Ok(()), 1));
        simulator.choices.choose(ChoicePoint::MemoryShortage, 2);
        assert_eq!(simulator.replayed(), Err(ReplayError::NoSuchOption { question: 0 }));
        assert_eq!((simulator.picks_left(), simulator.picks_since(0)), (0, &[1][..]));
    }
}
