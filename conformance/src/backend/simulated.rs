//! The simulator as a backend: the world of a scenario as a machine, its requests as inputs.

mod build;
mod fork;
mod input;
mod output;

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use rstmgr_model::{self as model, KEY_LENGTH, Knob, Machine, Profile, RuleSet, SessionKey, profile};
use rstmgr_sim::{PathStep, ReplayError, Simulator};

use self::build::Numbers;
pub(crate) use self::fork::Begun;
use self::input::Buffers;
use super::{Backend, BackendError, LeftOver};
use crate::request::{Ending, Event, Observation, Request, Subject, UniqueProcess};
use crate::retell::{self, Names};
use crate::scenario::write::CannotSay;
use crate::scenario::{Scenario, World};

/// How many things may happen that nobody can observe before the simulator counts as stuck.
const SILENT_STEPS_MAX: usize = 10_000_000;

/// A simulated Windows, made for one scenario.
#[derive(Clone, Debug)]
pub struct SimulatedBackend {
    simulator: Simulator,
    numbers: Arc<Numbers>,
    /// Whether the letters of session keys are upper-case.
    upper_case_keys: bool,
    rules: RuleSet,
    /// The calls that are not answered yet.
    pending: Vec<PendingCall>,
    /// The names of services that were handed to filters, as they were written.
    service_names: BTreeMap<model::ServiceNameId, String>,
    /// What was recorded to happen next, by its place among all that is waited for.
    due: VecDeque<usize>,
    /// What was done so far, where it is kept.
    path: Option<Vec<PathStep>>,
}

/// A call that is not answered yet.
#[derive(Clone, Copy, Debug)]
struct PendingCall {
    id: model::CallId,
    buffers: Buffers,
}

impl SimulatedBackend {
    /// The world of a scenario under `profile`; `seed` decides what may go either way.
    pub fn new(world: &World, profile: Profile, seed: u64) -> SimulatedBackend {
        SimulatedBackend::with_flaw(world, profile, seed, None)
    }

    /// The world of `scenario`, with what it says of profile, seed and recording.
    pub fn of(scenario: &Scenario) -> SimulatedBackend {
        SimulatedBackend::new(&scenario.world, scenario.profile, scenario.seed).with_replay(scenario)
    }

    /// The first state of the world of `scenario` under its profile, with its installers and who is who in it.
    pub(crate) fn first_machine(scenario: &Scenario) -> (Machine, Vec<model::InstallerId>, Names) {
        let (world, numbers) = build::build(&scenario.world);
        let mut machine = Machine::new(world, scenario.profile);
        machine.begin(&mut model::FirstOption, &mut model::Observed::default());
        let names = numbers.names();
        (machine, numbers.installers, names)
    }

    /// The same, with what `scenario` says was recorded.
    pub(super) fn with_replay(mut self, scenario: &Scenario) -> SimulatedBackend {
        if let Some(replay) = &scenario.replay {
            self = self.with_due(scenario);
            if let Some(picks) = &replay.picks {
                self.simulator = self.simulator.with_picks(picks);
            }
        }
        self
    }

    /// The same, with what `scenario` says was due when.
    fn with_due(mut self, scenario: &Scenario) -> SimulatedBackend {
        let due = scenario.replay.as_ref().and_then(|replay| replay.due.as_ref());
        self.due = due.into_iter().flat_map(|due| &due.0).copied().collect();
        self
    }

    /// The same, with every step held against the laws.
    #[must_use]
    pub fn with_laws(mut self) -> SimulatedBackend {
        self.simulator = self.simulator.with_laws();
        self
    }

    /// The same, with all that is done [kept](SimulatedBackend::retold).
    #[must_use]
    pub fn with_path(mut self) -> SimulatedBackend {
        self.path = Some(Vec::new());
        self
    }

    /// All that was done, as a scenario called like `scenario`, in whose world it was done; nothing is expected of it.
    ///
    /// # Errors
    ///
    /// What the format has no words for, if something of that was done.
    pub fn retold(&self, scenario: &Scenario) -> Result<Scenario, CannotSay> {
        let (mut machine, _, names) = SimulatedBackend::first_machine(scenario);
        // With the names of all that was spoken of since.
        machine.world_mut().clone_from(self.simulator.machine().world());
        retell::retell(scenario, &names, &machine, self.path.as_deref().unwrap_or_default())
    }

    /// The same with a planted mistake.
    pub(super) fn with_flaw(
        world: &World,
        profile: Profile,
        seed: u64,
        flaw: Option<model::Flaw>,
    ) -> SimulatedBackend {
        let (built, numbers) = build::build(world);
        let machine = Machine::new(built, profile);
        let machine = match flaw {
            Some(flaw) => machine.with_flaw(flaw),
            None => machine,
        };
        let letter_case = <profile::KeyLetterCase as profile::Answer>::KNOB;
        let upper_case_keys = is_answered(&profile, letter_case, "upper");
        SimulatedBackend::around(Simulator::new(machine, seed), numbers, upper_case_keys)
    }

    fn around(simulator: Simulator, numbers: Numbers, upper_case_keys: bool) -> SimulatedBackend {
        SimulatedBackend {
            simulator,
            numbers: Arc::new(numbers),
            upper_case_keys,
            rules: RuleSet::default(),
            pending: Vec::new(),
            service_names: BTreeMap::new(),
            due: VecDeque::new(),
            path: None,
        }
    }

    /// The answers to the open questions as they stand now.
    pub fn profile(&self) -> &Profile {
        self.simulator.machine().profile()
    }

    /// What could be observed of the last step, which was made for `request`.
    fn answer(&mut self, request: &Request, buffers: Buffers) -> Observation {
        let mut observation = self.observe(buffers);
        if let Request::Database { .. } = request {
            observation.database.get_or_insert_default();
        }
        if !matches!(request, Request::Event(Event::ExitInstaller(_))) {
            observation.left_open = None;
        }
        observation
    }

    /// Lets time pass until something could be observed, at most until `limit`.
    fn proceed(&mut self, limit: Option<Duration>) -> Result<Observation, BackendError> {
        if let Some(place) = self.due.pop_front() {
            return self.proceed_at(place);
        }
        for _ in 0..SILENT_STEPS_MAX {
            let Some(input) = self.simulator.take_due(limit) else {
                return Ok(Observation { idle: true, now: self.now(), ..Observation::default() });
            };
            self.make(&input);
            let is_seen = !self.simulator.observed().outputs.is_empty();
            self.hold_to_recording()?;
            if is_seen {
                return Ok(self.observe(Buffers::default()));
            }
        }
        let cause = io::Error::other(format!("nothing could be observed of {SILENT_STEPS_MAX} steps"));
        Err(BackendError::Failed { attempt: String::from("let time pass"), cause })
    }

    /// Lets that happen next which was recorded.
    fn proceed_at(&mut self, place: usize) -> Result<Observation, BackendError> {
        let waiting = self.simulator.machine().timers().len();
        let Some(input) = self.simulator.take_at(place) else {
            let message = format!("`due` of `replay` says {place}, but only {waiting} can be chosen from");
            return Err(not_as_recorded(message));
        };
        self.make(&input);
        self.hold_to_recording()?;
        Ok(self.observe(Buffers::default()))
    }

    /// Makes a step.
    fn make(&mut self, input: &model::Input) {
        let picked = self.simulator.picked();
        self.rules.extend(&self.simulator.perform(input).rules);
        if let Some(path) = &mut self.path {
            let picks = self.simulator.picks_since(picked).to_vec();
            path.push(PathStep { input: input.clone(), picks });
        }
    }

    /// Complains if the recording chose what could not be chosen.
    fn hold_to_recording(&self) -> Result<(), BackendError> {
        match self.simulator.replayed() {
            Err(ReplayError::NoSuchOption { question }) => Err(not_as_recorded(format!(
                "`picks` of `replay` has no such option at choice {}",
                question + 1
            ))),
            Err(ReplayError::TooShort { .. } | ReplayError::TooLong { .. }) | Ok(()) => Ok(()),
        }
    }

    /// Whether the process of an installer runs.
    pub(crate) fn runs(&self, installer: usize) -> bool {
        self.simulator.machine().is_process_running(self.process_of_installer(installer))
    }

    /// The time in milliseconds.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.simulator.now().as_millis()).unwrap_or(u64::MAX)
    }

    fn process_of(&self, who: Subject) -> model::ProcessId {
        match who {
            Subject::Installer(installer) => self.process_of_installer(installer),
            Subject::Application(application) => self.numbers.applications[application],
        }
    }

    fn process_of_installer(&self, installer: usize) -> model::ProcessId {
        let id = self.numbers.installers[installer];
        self.simulator.machine().world().installers()[id.index()].process
    }
}

impl Backend for SimulatedBackend {
    fn perform(&mut self, request: &Request) -> Result<Observation, BackendError> {
        self.rules = RuleSet::default();
        match request {
            Request::Proceed { until } => return self.proceed(until.map(Duration::from_millis)),
            Request::World { files } => return Ok(self.look(files)),
            Request::Call { .. }
            | Request::Act { .. }
            | Request::Registration(_)
            | Request::Event(_)
            | Request::Database { .. } => {}
        }
        let Some((input, buffers)) = self.input(request) else {
            let ending = Some(Ending::Crashed);
            return Ok(Observation { ending, now: self.now(), ..Observation::default() });
        };
        self.make(&input);
        self.hold_to_recording()?;
        Ok(self.answer(request, buffers))
    }

    fn unique_process(&mut self, who: Subject) -> Result<UniqueProcess, BackendError> {
        let process = self.process_of(who);
        Ok(output::unique(self.simulator.machine().unique_process(process)))
    }

    fn rules(&self) -> RuleSet {
        self.rules
    }

    /// Nothing unless the laws are [watched](SimulatedBackend::with_laws).
    fn broken_laws(&self) -> &[model::Broken] {
        self.simulator.broken_laws()
    }

    fn picks(&self) -> String {
        self.simulator.picks().to_string()
    }

    fn left_over(&self) -> LeftOver {
        LeftOver { picks: self.simulator.picks_left(), due: self.due.len() }
    }
}

/// The run is not the one that was recorded.
fn not_as_recorded(message: String) -> BackendError {
    let attempt = String::from("do again what was recorded");
    BackendError::Failed { attempt, cause: io::Error::new(io::ErrorKind::InvalidData, message) }
}

/// The world of a scenario as the model knows it.
#[cfg(test)]
pub(crate) fn built(world: &World) -> model::World {
    build::build(world).0
}

/// A key's 32 hexadecimal digits.
fn write_key(key: SessionKey, upper_case: bool) -> String {
    let digits = if upper_case { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let pairs = key.0.to_be_bytes().map(|byte| [byte >> 4, byte & 0xf]);
    let text = pairs.as_flattened().iter().map(|digit| digits[usize::from(*digit)]).collect();
    String::from_utf8(text).expect("digits are ASCII")
}

/// Reads what a caller passes as a key; `upper_case` is the case in which keys are given out.
fn read_key(text: &str, upper_case: bool) -> model::KeyArgument {
    let is_well_formed = text.len() == KEY_LENGTH && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match u128::from_str_radix(text, 16) {
        Ok(bits) if is_well_formed => {
            let key = SessionKey(bits);
            model::KeyArgument::WellFormed { key, same_case: write_key(key, upper_case) == text }
        }
        _ => model::KeyArgument::Malformed,
    }
}

/// Whether a profile answers a knob with the option of this name.
fn is_answered(profile: &Profile, knob: Knob, option: &str) -> bool {
    profile.possible(knob).eq(knob.options().iter().position(|known| *known == option))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_and_read_back_in_either_case() {
        let key = SessionKey(0x0123_4567_89ab_cdef_0011_2233_4455_66ff);
        for upper_case in [false, true] {
            let text = write_key(key, upper_case);
            assert_eq!(read_key(&text, upper_case), model::KeyArgument::WellFormed { key, same_case: true });
            assert_eq!(
                read_key(&text, !upper_case),
                model::KeyArgument::WellFormed { key, same_case: false }
            );
        }
    }

    #[test]
    fn what_is_not_32_hexadecimal_digits_is_malformed() {
        for text in [
            "",
            "0",
            "+123456789abcdef0123456789abcdef",
            "0123456789abcdef0123456789abcde",
            "g".repeat(32).as_str(),
        ] {
            assert_eq!(read_key(text, false), model::KeyArgument::Malformed, "{text}");
        }
    }
}
