//! The machine that several processes share: who comes and goes, how calls wait, and when time passes.
//!
//! It looks at the clock on the wall, to give up where nobody answers, and where time shall be real.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rstmgr_model::Broken;

use super::guests::{GuestId, Guests, Introduction};
use super::room::{Callback, Room};
use super::{Trouble, Turn};
use crate::backend::simulated::SimulatedBackend;
use crate::backend::{Backend, BackendError};
use crate::request::{Call, Event, InstallerIndex, Observation, Request, Subject};
use crate::scenario::Scenario;
use crate::scenario::write::CannotSay;

/// How long a call may wait for something that is not due, and a controller for a call.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How often real time is looked at while somebody waits.
const TICK: Duration = Duration::from_millis(5);

/// When time passes in a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// As fast as it can, while somebody waits for a call.
    Virtual,
    /// As on the clock on the wall, from this moment on.
    Real(Instant),
    /// When a [controller](Simulation::control) lets it.
    Controlled,
}

/// One machine for several processes, each an installer on it.
#[derive(Debug)]
pub struct Simulation {
    time: Time,
    room: Mutex<Room>,
    /// Something happened in the room.
    moved: Condvar,
}

impl Simulation {
    /// The world of `scenario` with its profile and seed, the laws watching; its steps are not done.
    pub fn new(scenario: &Scenario, time: Time) -> Simulation {
        let guests = Guests::new(scenario, time != Time::Controlled);
        let backend = SimulatedBackend::of(guests.scenario()).with_laws().with_path();
        Simulation { time, room: Mutex::new(Room::new(backend, guests)), moved: Condvar::new() }
    }

    /// Lets a process in, as the installer that it says or that its program is.
    ///
    /// # Errors
    ///
    /// If the world has no such installer, or no more room for one.
    pub fn attach(&self, who: &Introduction) -> Result<GuestId, Trouble> {
        let mut room = self.room();
        let room = &mut *room;
        let (guest, installer) = room.guests.admit(who)?;
        if self.time != Time::Controlled && !room.backend.runs(installer) {
            room.perform(&Request::Event(Event::StartInstaller(installer)))?;
        }
        let process = room.backend.unique_process(Subject::Installer(installer))?;
        room.guests.learn(guest, process);
        Ok(guest)
    }

    /// A process has ended: its calls are over, and its sessions are left to be reclaimed.
    pub fn detach(&self, guest: GuestId) {
        let mut room = self.room();
        let Some(installer) = room.guests.dismiss(guest) else { return };
        room.calls.retain(|_, call| call.guest != guest);
        if self.time != Time::Controlled {
            // Where the run is over already there is nothing to reclaim.
            let _over = room.perform(&Request::Event(Event::ExitInstaller(installer)));
        }
        self.moved.notify_all();
    }

    /// Makes a call; see [`Connection::begin`](super::Connection::begin). While it waits it calls `is_there` again and
    /// again, and gives up once nobody is.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn begin(
        &self,
        guest: GuestId,
        call: &Call,
        inside: Option<u32>,
        is_there: &mut dyn FnMut() -> bool,
    ) -> Result<Turn, Trouble> {
        let mut room = self.room();
        self.pass_due(&mut room)?;
        let by = room.guests.caller(guest)?;
        let number = inside.and_then(|ticket| room.calls.get(&ticket)?.number);
        let call = room.guests.with_simulated_processes(call);
        let observation = room.perform(&Request::Call { by, call, inside: number })?;
        let ticket = observation.pending.map(|number| room.issue(guest, number));
        if self.time == Time::Controlled {
            room.noted.push_back(observation.clone());
        }
        room.absorb(&observation);
        self.moved.notify_all();
        let Some(ticket) = ticket else {
            let answer = room.guests.with_real_processes(observation);
            return Ok(Turn::Done(Box::new(answer)));
        };
        if let Some(outer) = inside.and_then(|outer| room.calls.get_mut(&outer)) {
            outer.callback = Callback::Calls;
        }
        let (turn, mut room) = self.wait(room, ticket, is_there);
        if let Some(outer) = inside.and_then(|outer| room.calls.get_mut(&outer)) {
            outer.callback = Callback::Runs(Instant::now());
        }
        turn
    }

    /// Goes on with a call; see [`Connection::go_on`](super::Connection::go_on).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn go_on(
        &self,
        guest: GuestId,
        ticket: u32,
        is_there: &mut dyn FnMut() -> bool,
    ) -> Result<Turn, Trouble> {
        let mut room = self.room();
        match room.calls.get_mut(&ticket) {
            Some(call) if call.guest == guest => call.callback = Callback::No,
            _ => return Err(Trouble(format!("call {ticket} is not under way"))),
        }
        self.moved.notify_all();
        self.wait(room, ticket, is_there).0
    }

    /// Does what is no call of a process, such as letting time pass.
    ///
    /// # Errors
    ///
    /// If the backend could not be asked.
    pub fn control(&self, request: &Request) -> Result<Observation, BackendError> {
        let mut room = self.room();
        let observation = room.backend.perform(request)?;
        room.absorb(&observation);
        self.moved.notify_all();
        Ok(observation)
    }

    /// Says by which of the installers in a process its next call is made.
    pub(crate) fn expect_caller(&self, guest_process: InstallerIndex, by: InstallerIndex) {
        self.room().guests.expect_caller(guest_process, by);
    }

    /// What the simulation saw of the next call of a process; `None` if none comes in time, or `is_over` says that
    /// none will.
    pub(crate) fn next_noted(&self, mut is_over: impl FnMut() -> bool) -> Option<Observation> {
        let until = Instant::now() + PATIENCE;
        let mut room = self.room();
        loop {
            if let Some(noted) = room.noted.pop_front() {
                return Some(noted);
            }
            if is_over() || Instant::now() >= until {
                return None;
            }
            room = self.wait_for_move(room, TICK);
        }
    }

    /// Reads off the backend.
    pub(crate) fn backend<T>(&self, read: impl FnOnce(&mut SimulatedBackend) -> T) -> T {
        read(&mut self.room().backend)
    }

    /// Waits until no process is there any more, but not longer than `at_most`; returns how many are all the same.
    pub fn wait_until_left(&self, at_most: Duration) -> usize {
        self.wait_until_none(at_most, Guests::count)
    }

    /// Waits until no process is this installer any more, but not longer than `at_most`; returns whether none is.
    ///
    /// A process that was killed is there until its line is seen to be closed, and nobody else can be what it is.
    pub(crate) fn wait_until_gone(&self, installer: InstallerIndex, at_most: Duration) -> bool {
        self.wait_until_none(at_most, |guests| usize::from(guests.is_taken(installer))) == 0
    }

    fn wait_until_none(&self, at_most: Duration, count: impl Fn(&Guests) -> usize) -> usize {
        let until = Instant::now() + at_most;
        let mut room = self.room();
        loop {
            let left = count(&room.guests);
            let remaining = until.saturating_duration_since(Instant::now());
            if left == 0 || remaining.is_zero() {
                return left;
            }
            room = self.wait_for_move(room, remaining);
        }
    }

    /// What broke which law so far.
    pub fn broken_laws(&self) -> Vec<Broken> {
        self.room().backend.broken_laws().to_vec()
    }

    /// All that was done so far as a scenario, with the installers that there were.
    ///
    /// # Errors
    ///
    /// What the format has no words for, if something of that was done.
    pub fn retold(&self) -> Result<Scenario, CannotSay> {
        let room = self.room();
        let told = room.backend.retold(room.guests.scenario())?;
        Ok(room.guests.without_spares(told))
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        // A panic leaves the machine as it was between two steps, or its own one's half done; nothing is unsafe.
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_for_move<'a>(&self, room: MutexGuard<'a, Room>, at_most: Duration) -> MutexGuard<'a, Room> {
        match self.moved.wait_timeout(room, at_most) {
            Ok((room, _)) => room,
            Err(poisoned) => poisoned.into_inner().0,
        }
    }

    /// Waits for the next turn of a call.
    fn wait<'a>(
        &'a self,
        mut room: MutexGuard<'a, Room>,
        ticket: u32,
        is_there: &mut dyn FnMut() -> bool,
    ) -> (Result<Turn, Trouble>, MutexGuard<'a, Room>) {
        let mut idle_until = Instant::now() + PATIENCE;
        loop {
            if let Some(turn) = room.take_turn(ticket) {
                return (turn, room);
            }
            if !is_there() {
                return (Err(Trouble(String::from("who made the call is gone"))), room);
            }
            match self.let_time_pass(&mut room) {
                Ok(true) => {
                    idle_until = Instant::now() + PATIENCE;
                    self.moved.notify_all();
                }
                Ok(false) if Instant::now() >= idle_until => {
                    room.calls.remove(&ticket);
                    let seconds = PATIENCE.as_secs();
                    let says = format!("nothing that a call waits for happened within {seconds} seconds");
                    return (Err(Trouble(says)), room);
                }
                Ok(false) => {
                    let at_most = if let Time::Real(_) = self.time { TICK } else { Duration::from_secs(1) };
                    room = self.wait_for_move(room, at_most);
                }
                Err(trouble) => return (Err(trouble), room),
            }
        }
    }

    /// Lets time pass while somebody waits; whether something happened.
    fn let_time_pass(&self, room: &mut Room) -> Result<bool, Trouble> {
        if room.is_held() {
            return Ok(false);
        }
        let until = match self.time {
            Time::Virtual => None,
            Time::Real(since) => Some(milliseconds(since.elapsed())),
            Time::Controlled => return Ok(false),
        };
        Ok(!room.perform_and_absorb(&Request::Proceed { until })?.idle)
    }

    /// Lets happen what is due by now, before a call.
    fn pass_due(&self, room: &mut Room) -> Result<(), Trouble> {
        let until = match self.time {
            Time::Virtual if room.is_settled => return Ok(()),
            Time::Virtual => room.backend.now(),
            Time::Real(since) => milliseconds(since.elapsed()),
            Time::Controlled => return Ok(()),
        };
        while !room.is_held() && !room.perform_and_absorb(&Request::Proceed { until: Some(until) })?.idle {}
        Ok(())
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
