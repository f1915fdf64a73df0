//! From what was seen in the run of a probe to the option that it is the mark of.

use super::Why;
use crate::runner::{self, Failure, Run, StepId, StepRun};
use crate::scenario::{Answer, Probe, Scenario, Sighting, Step};

/// An answer that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// The place of the option among those of the knob.
    pub option: usize,
    /// The line of the run's trace that decides, from 1.
    pub line: usize,
}

/// The option that `run`, a run of `scenario`, shows.
///
/// What the scenario expects of steps of which no answer speaks must hold: else something else went wrong.
///
/// # Errors
///
/// Why none is shown.
pub fn evaluate(scenario: &Scenario, probe: &Probe, run: &Run) -> Result<Sight, Why> {
    let mut others = run.steps.iter().chain(&run.nested).filter(|step| !probe.speaks_of(step.step));
    if let Some((step, failure)) = others.find_map(|step| Some((step.step, step.failures.first()?))) {
        return Err(Why::Unprepared(format!("step {step}: {}", shown(failure))));
    }
    let shown_by =
        |answer: &&Answer| answer.sightings.iter().all(|sighting| misses(scenario, run, sighting).is_empty());
    let seen: Vec<&Answer> = probe.answers.iter().filter(shown_by).collect();
    match seen[..] {
        [answer] => {
            let decisive = answer.sightings.iter().find(|sighting| decides(scenario, run, probe, sighting));
            let event = decisive
                .or(answer.sightings.last())
                .and_then(|sighting| Some(done(run, sighting.step)?.event));
            // The first line of a trace is its header.
            Ok(Sight { option: answer.option, line: event.unwrap_or_default() + 2 })
        }
        [] => Err(Why::Unmatched(what_instead(scenario, run, probe))),
        _ => {
            let options = seen.iter().map(|answer| probe.knob.options()[answer.option]);
            Err(Why::Ambiguous(options.collect::<Vec<_>>().join(" or ")))
        }
    }
}

/// What came of a step; `None` of one of a `meanwhile` whose time never came.
fn done(run: &Run, step: StepId) -> Option<&StepRun> {
    run.steps.iter().chain(&run.nested).find(|done| done.step == step)
}

/// What of a sighting was not seen in `run`.
fn misses(scenario: &Scenario, run: &Run, sighting: &Sighting) -> Vec<Failure> {
    let Some(done) = done(run, sighting.step) else {
        let [expected, seen] = ["a step in time", "never"].map(String::from);
        return vec![Failure { field: "meanwhile", item: None, expected, seen }];
    };
    let Step { action, place, .. } = sighting.step.find(scenario);
    let expect = Some(Box::new(sighting.expect.clone()));
    let step = Step { action: action.clone(), expect, place: place.clone() };
    runner::check(scenario, &step, run.seen_of(done), run.time)
}

/// Whether another option is ruled out at the step of `sighting`.
fn decides(scenario: &Scenario, run: &Run, probe: &Probe, sighting: &Sighting) -> bool {
    let others = probe.answers.iter().flat_map(|answer| &answer.sightings);
    others.filter(|other| other.step == sighting.step).any(|other| !misses(scenario, run, other).is_empty())
}

/// What was seen at the steps of which the answers speak.
fn what_instead(scenario: &Scenario, run: &Run, probe: &Probe) -> String {
    let mut all: Vec<String> = Vec::new();
    for sighting in probe.answers.iter().flat_map(|answer| &answer.sightings) {
        for failure in misses(scenario, run, sighting) {
            let text = format!("step {}: `{}` is {}", sighting.step, failure.field, failure.seen);
            if !all.contains(&text) {
                all.push(text);
            }
        }
    }
    all.join("; ")
}

fn shown(failure: &Failure) -> String {
    format!("`{}` is {}, not {}", failure.field, failure.seen, failure.expected)
}
