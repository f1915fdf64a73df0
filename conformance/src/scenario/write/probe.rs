//! A probe: the question, and what is seen for each answer.

use rstmgr_model::Knob;

use super::layout::{Layout, text};
use super::{Fields, expect, looks};
use crate::scenario::{Action, Given, Probe, Scenario, Sighting};

/// The value of `probe`.
pub(super) fn probe(scenario: &Scenario, probe: &Probe) -> Layout {
    let mut fields = Fields::default();
    fields.add("knob", text(probe.knob.name()));
    let mut all_given = Fields::default();
    for Given { knob, options } in &probe.given {
        all_given.add(knob.name(), given(*knob, options));
    }
    fields.add_unless(probe.given.is_empty(), "given", Layout::Map(all_given.0));
    let mut answers = Fields::default();
    for answer in &probe.answers {
        let sightings = answer.sightings.iter().map(|sighting| seen(scenario, sighting));
        answers.add(probe.knob.options()[answer.option], Layout::Lines(sightings.collect()));
    }
    fields.add("answers", Layout::Section(answers.0));
    Layout::Section(fields.0)
}

fn given(knob: Knob, options: &[usize]) -> Layout {
    let options: Vec<Layout> = options.iter().map(|option| text(knob.options()[*option])).collect();
    match <[Layout; 1]>::try_from(options) {
        Ok([option]) => option,
        Err(options) => Layout::List(options),
    }
}

fn seen(scenario: &Scenario, sighting: &Sighting) -> Layout {
    let mut fields = Fields::default();
    fields.add("step", (sighting.step.step + 1).to_string());
    let inside = sighting.step.inside;
    fields.add_some("meanwhile", inside.map(|(item, step)| Layout::list([item + 1, step + 1])));
    let looks = matches!(
        sighting.step.find(scenario).action,
        Action::Database { .. } | Action::World { .. } | Action::Messages { .. } | Action::EventLog { .. }
    );
    let expected = if looks {
        let mut expected = Fields::default();
        looks::add(scenario, &sighting.expect, &mut expected);
        Layout::Map(expected.0)
    } else {
        expect::expectation(scenario, &sighting.expect)
    };
    fields.add("expect", expected);
    Layout::Map(fields.0)
}
