//! Follows every run that a trace could be one of, those behind first.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use rstmgr_model::profile::{Answer as _, KeyLetterCase};
use rstmgr_model::{Profile, RuleSet};
use serde_json::Value;

use super::boxes;
use super::branch::{self, Way};
use super::times::Times;
use super::verdict::{Allowed, Judgment, Rejection, Verdict};
use crate::backend::simulated::{Begun, SimulatedBackend};
use crate::request::{Observation, Request};
use crate::runner::Runner;
use crate::runner::resumed::{Heard, Rehearsal};
use crate::scenario::{Action, Scenario};
use crate::trace::{self, RecordedTrace};

/// So many lines that would have been allowed are kept.
const ALLOWED_MAX: usize = 8;

/// Judges `trace`.
pub(super) fn pursue(trace: &RecordedTrace, profile: &Profile, states_max: usize) -> Judgment {
    let scenario = without_expectations(&trace.scenario);
    let mut pursuit = Pursuit {
        trace,
        times: trace.has_virtual_time().then(|| Times::of(trace)),
        waiting: BTreeMap::new(),
        states: 0,
        most_states: 0,
        possible: None,
        failed_at: 0,
        allowed: Vec::new(),
        bytes: Vec::new(),
    };
    pursuit.begin(&scenario, profile);
    while let Some((_, run)) = pursuit.waiting.pop_first() {
        pursuit.states -= run.profiles.len();
        let matched = run.matched;
        pursuit.follow(run);
        if pursuit.most_states > states_max {
            let states_max = pursuit.most_states;
            return Judgment { verdict: Verdict::Undecided(pursuit.line(matched)), states_max };
        }
    }
    let states_max = pursuit.most_states;
    let verdict = match pursuit.possible {
        Some(profile) => Verdict::Accepted(Box::new(profile)),
        None => {
            let line = pursuit.line(pursuit.failed_at);
            Verdict::Rejected(Rejection { line, allowed: pursuit.allowed })
        }
    };
    Judgment { verdict, states_max }
}

/// The scenario without what it expects, but for what it looks at in the world.
fn without_expectations(scenario: &Scenario) -> Scenario {
    let mut scenario = scenario.clone();
    for step in &mut scenario.steps {
        if !matches!(step.action, Action::World { .. }) {
            step.expect = None;
        }
    }
    scenario
}

/// How far a run is, and its state: part of the run, lines, how much was heard, the state itself.
type Place = (usize, usize, usize, Vec<u8>);

/// A run that the trace could be one of, up to a request.
#[derive(Clone)]
struct Candidate<'a> {
    /// The run where its present part began, and the state there.
    start: Arc<Runner<'a, Rehearsal>>,
    start_state: Arc<str>,
    /// The place in the trace of the first line of this part.
    first_line: usize,
    /// What was heard in this part.
    heard: Vec<Heard>,
    /// The backend after that.
    backend: Box<SimulatedBackend>,
    /// Under which answers it is a run.
    profiles: Vec<Profile>,
    /// What is asked next.
    request: Request,
    /// How many lines of the trace it has.
    matched: usize,
}

struct Pursuit<'a, 't> {
    trace: &'t RecordedTrace,
    /// When something happens in the trace, if its times can be told.
    times: Option<Times>,
    waiting: BTreeMap<Place, Candidate<'a>>,
    /// How many states are waiting.
    states: usize,
    most_states: usize,
    /// The answers of the runs that have all lines of the trace.
    possible: Option<Profile>,
    /// The farthest line at which a run failed, and what runs have there.
    failed_at: usize,
    allowed: Vec<Allowed>,
    bytes: Vec<u8>,
}

impl<'a> Pursuit<'a, '_> {
    /// The line at a place of the trace.
    fn line(&self, place: usize) -> trace::RecordedLine {
        self.trace.events.get(place).unwrap_or(&self.trace.footer).clone()
    }

    /// Begins the runs.
    fn begin(&mut self, scenario: &'a Scenario, profile: &Profile) {
        let mut runner = Runner::new(scenario, Rehearsal::default());
        runner.forget_lines();
        let start_state = Arc::from(state_of(&runner));
        let start = Arc::new(runner);
        for option in profile.possible(KeyLetterCase::KNOB) {
            let profile = profile.with(KeyLetterCase::KNOB, option);
            let is_upper = KeyLetterCase::ANSWERS[option] == KeyLetterCase::Upper;
            let backend = SimulatedBackend::before(scenario, profile, is_upper);
            let step = branch::Step {
                make: &|machine, choices, observed| machine.begin(choices, observed),
                moments: None,
            };
            let ways = branch::ways(backend.machine(), &[profile], step);
            for Way { machine, observed, profiles } in ways {
                let mut backend = Box::new(backend.clone());
                backend.adopt_beginning(&machine, &observed);
                self.go_on(Candidate {
                    start: Arc::clone(&start),
                    start_state: Arc::clone(&start_state),
                    first_line: 0,
                    heard: Vec::new(),
                    backend,
                    profiles,
                    request: Request::Proceed { until: None },
                    matched: 0,
                });
            }
        }
    }

    /// Makes what a run asks next, in every way.
    fn follow(&mut self, run: Candidate<'a>) {
        let mut first = Vec::new();
        run.backend.encode(&mut first);
        // Time may have to pass several times until something is observed.
        let mut under_way = BTreeMap::from([(first, (run.backend.clone(), run.profiles.clone()))]);
        while let Some((_, (mut backend, profiles))) = under_way.pop_first() {
            let step = match backend.begin(&run.request) {
                Begun::Observed(observation) => {
                    self.hear(&run, observation, backend, profiles);
                    continue;
                }
                Begun::Step(step) => step,
            };
            let moments = self.times.as_ref().map(|times| times.after(backend.now()));
            let branched = branch::Step {
                make: &|machine, choices, observed| machine.step(&step.input, choices, observed),
                moments: moments.as_deref(),
            };
            let ways = branch::ways(backend.machine(), &profiles, branched);
            for Way { machine, observed, profiles } in ways {
                let mut next = backend.clone();
                match next.adopt(&run.request, &step, &machine, &observed) {
                    Some(observation) => self.hear(&run, observation, next, profiles),
                    None => {
                        let mut state = Vec::new();
                        next.encode(&mut state);
                        let (_, known) = under_way.entry(state).or_insert_with(|| (next, Vec::new()));
                        known.extend(profiles);
                        boxes::unite(known);
                    }
                }
            }
        }
    }

    /// Goes on with a run that heard the answer to what it asked.
    fn hear(
        &mut self,
        run: &Candidate<'a>,
        observation: Observation,
        backend: Box<SimulatedBackend>,
        profiles: Vec<Profile>,
    ) {
        let mut heard = run.heard.clone();
        heard.push(Heard::Observed(Arc::new(observation), backend.last_rules()));
        let (start, start_state) = (Arc::clone(&run.start), Arc::clone(&run.start_state));
        self.go_on(Candidate {
            start,
            start_state,
            heard,
            backend,
            profiles,
            request: run.request.clone(),
            ..*run
        });
    }

    /// Goes on with a run until it asks something; drops it where its lines are not those of the trace.
    fn go_on(&mut self, mut run: Candidate<'a>) {
        loop {
            let rules = run.heard.iter().rev().find_map(|heard| match heard {
                Heard::Observed(_, rules) => Some(*rules),
                Heard::Process(_) => None,
            });
            let rules = rules.unwrap_or_default();
            let mut runner = Runner::clone(&run.start);
            *runner.backend_mut() = Rehearsal::new(std::mem::take(&mut run.heard), run.backend);
            let is_stopped = runner.advance();
            let Some(matched) = self.compare(&runner, run.first_line, run.matched, &rules) else { return };
            run.matched = matched;
            let rehearsal = std::mem::take(runner.backend_mut());
            run.backend = rehearsal.live.expect("it is there until the run is over");
            match is_stopped {
                Err(_) => {
                    run.heard = rehearsal.heard;
                    run.request = rehearsal.asked.expect("a run stops where it asks");
                    return self.wait(run);
                }
                Ok(true) => {
                    runner.forget_lines();
                    run.heard = Vec::new();
                    run.first_line = matched;
                    run.start_state = Arc::from(state_of(&runner));
                    run.start = Arc::new(runner);
                }
                Ok(false) => return self.finish(&runner, run.matched, &run.profiles),
            }
        }
    }

    /// Keeps a run until those behind it have caught up.
    fn wait(&mut self, run: Candidate<'a>) {
        let mut state = run.start_state.as_bytes().to_vec();
        let mut heard = String::new();
        for what in &run.heard {
            let _ = match what {
                Heard::Observed(observation, _) => write!(heard, "{observation:?}"),
                Heard::Process(process) => write!(heard, "{process:?}"),
            };
        }
        state.extend_from_slice(heard.as_bytes());
        run.backend.encode(&mut state);
        let place = (run.start.part(), run.matched, run.heard.len(), state);
        match self.waiting.get_mut(&place) {
            Some(known) => {
                self.states -= known.profiles.len();
                known.profiles.extend(run.profiles);
                boxes::unite(&mut known.profiles);
                self.states += known.profiles.len();
            }
            None => {
                self.states += run.profiles.len();
                self.waiting.insert(place, run);
            }
        }
        self.most_states = self.most_states.max(self.states);
    }

    /// Holds the lines of a run against those of the trace; returns how many are alike, or `None` if one is not.
    fn compare(
        &mut self,
        runner: &Runner<'a, Rehearsal>,
        first_line: usize,
        matched: usize,
        rules: &RuleSet,
    ) -> Option<usize> {
        let known = matched - first_line;
        for (place, event) in (matched..).zip(runner.events().iter().skip(known)) {
            let mut bytes = std::mem::take(&mut self.bytes);
            bytes.clear();
            trace::append_event(runner.scenario(), runner.seen(), event, &mut bytes);
            let is_alike = self.trace.events.get(place).is_some_and(|line| self.is_alike(line, &bytes));
            if !is_alike {
                let line = String::from_utf8_lossy(&bytes).into_owned();
                self.fail(place, Allowed { line, rules: *rules });
            }
            self.bytes = bytes;
            if !is_alike {
                return None;
            }
        }
        Some(first_line + runner.events().len())
    }

    /// Whether a run's line is that of the trace.
    fn is_alike(&self, line: &trace::RecordedLine, bytes: &[u8]) -> bool {
        if line.bytes == bytes {
            return true;
        }
        let Ok(mut own) = serde_json::from_slice::<Value>(bytes) else { return false };
        if self.trace.has_virtual_time() {
            return own == line.value;
        }
        let mut theirs = line.value.clone();
        drop_times(&mut own);
        drop_times(&mut theirs);
        own == theirs
    }

    /// A run is over: its handles that nobody ended are those of the trace, or it fails at the end.
    fn finish(&mut self, runner: &Runner<'a, Rehearsal>, matched: usize, profiles: &[Profile]) {
        let open: Vec<&str> = runner.open_handles().collect();
        let steps = self.trace.scenario.steps.len();
        let footer = &self.trace.footer.value;
        let is_alike = matched == self.trace.events.len()
            && footer.get("steps").is_some_and(|stated| *stated == steps)
            && footer.get("open").is_some_and(|stated| *stated == Value::from(open.clone()));
        if !is_alike {
            let line = serde_json::json!({ "steps": steps, "open": open }).to_string();
            return self.fail(matched, Allowed { line, rules: RuleSet::default() });
        }
        self.most_states = self.most_states.max(self.states + profiles.len());
        self.possible = boxes::hull(profiles.iter().chain(&self.possible));
    }

    /// Keeps what would have been allowed at the farthest line that any run came to.
    fn fail(&mut self, place: usize, allowed: Allowed) {
        if place > self.failed_at {
            self.failed_at = place;
            self.allowed.clear();
        }
        if place < self.failed_at {
            return;
        }
        let has_room = self.allowed.len() < ALLOWED_MAX;
        match self.allowed.iter_mut().find(|known| known.line == allowed.line) {
            Some(known) => known.rules.extend(&allowed.rules),
            None if has_room => self.allowed.push(allowed),
            None => {}
        }
    }
}

/// The state of a run between two of its parts.
fn state_of(runner: &Runner<'_, Rehearsal>) -> String {
    let mut text = String::new();
    runner.write_state(&mut text);
    text
}

/// Leaves out the times of a line.
fn drop_times(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.remove("at");
            object.remove("took");
            object.values_mut().for_each(drop_times);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_times),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
