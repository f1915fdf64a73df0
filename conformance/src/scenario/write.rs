//! Writes a scenario as a file that a person would write: what is the default is left out, what is short is on one line.
//!
//! Whatever is written is read back as the same scenario. What a file says in other words is written in the first
//! ones: a `repeat` is unrolled, and comments are gone.

mod expect;
mod layout;
mod looks;
mod probe;
pub mod profile;
mod steps;
mod world;

use rstmgr_model::{Knob, Profile, Rule, profile::Timing};

use self::layout::{Layout, text};
use super::parse::lower::PROFILE_DEFAULT;
use super::{ProcessOf, Replay, Scenario, duration};
use crate::words;

/// The file of `scenario`, with `notes` as comments above it, a line each.
///
/// # Errors
///
/// What of it the format has no words for, if there is something.
pub fn write(scenario: &Scenario, notes: &[String]) -> Result<String, CannotSay> {
    let mut file = notes.iter().map(|note| format!("# {note}\n")).collect::<String>();
    for (key, value) in fields(scenario)? {
        value.append_entry(&key, 0, &mut file);
    }
    Ok(file)
}

/// Something that the format of scenarios has no words for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scenario has no words for {0}")]
pub struct CannotSay(pub String);

fn fields(scenario: &Scenario) -> Result<Vec<(String, Layout)>, CannotSay> {
    let mut fields = Fields::default();
    fields.add("version", "1");
    fields.add("scenario", text(&scenario.title));
    let rules: Vec<Layout> = scenario.rules.iter().map(|rule: &Rule| Layout::scalar(rule.id())).collect();
    fields.add_unless(rules.is_empty(), "rules", Layout::List(rules));
    fields.add_some("probe", scenario.probe.as_ref().map(|probe| probe::probe(scenario, probe)));
    fields.add_unless(scenario.profile_name == PROFILE_DEFAULT, "profile", scenario.profile_name);
    let (knobs, timings) = answers(scenario)?;
    fields.add_unless(knobs.is_empty(), "knobs", Layout::Map(knobs));
    fields.add_unless(timings.is_empty(), "timings", Layout::Map(timings));
    fields.add_unless(scenario.seed == 0, "seed", scenario.seed.to_string());
    fields.add_some("replay", scenario.replay.as_ref().map(replay));
    world::add(&scenario.world, &mut fields);
    fields.add("steps", Layout::Lines(steps::all(scenario)?));
    Ok(fields.0)
}

fn replay(replay: &Replay) -> Layout {
    let mut fields = Fields::default();
    fields.add_some("picks", replay.picks.as_ref().map(|picks| text(&picks.to_string())));
    fields.add_some("due", replay.due.as_ref().map(|due| text(&due.to_string())));
    Layout::Map(fields.0)
}

/// The knobs and timings that the scenario states, and those that are not those of the profile.
type Answers = (Vec<(String, Layout)>, Vec<(String, Layout)>);

fn answers(scenario: &Scenario) -> Result<Answers, CannotSay> {
    let default = Profile::named(scenario.profile_name).unwrap_or_else(Profile::windows_11);
    let (mut knobs, mut timings) = (Fields::default(), Fields::default());
    for knob in Knob::all() {
        let options: Vec<usize> = scenario.profile.possible(knob).collect();
        let [option] = options[..] else {
            return Err(CannotSay(format!("an open knob, {}", knob.name())));
        };
        let goes_without = default.possible(knob).eq([option]) && !scenario.stated_knobs.contains(&knob);
        knobs.add_unless(goes_without, knob.name(), text(knob.options()[option]));
    }
    for timing in Timing::ALL {
        let stated = scenario.profile.timing(timing);
        let goes_without = default.timing(timing) == stated && !scenario.stated_timings.contains(&timing);
        timings.add_unless(goes_without, timing.name(), duration::write(stated));
    }
    Ok((knobs.0, timings.0))
}

/// The fields of a map, in order.
#[derive(Debug, Default)]
struct Fields(Vec<(String, Layout)>);

impl Fields {
    fn add(&mut self, name: &str, value: impl Into<Layout>) {
        self.0.push((text_key(name), value.into()));
    }

    fn add_unless(&mut self, is_default: bool, name: &str, value: impl Into<Layout>) {
        if !is_default {
            self.add(name, value);
        }
    }

    fn add_some(&mut self, name: &str, value: Option<impl Into<Layout>>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }
}

/// The name of an application or installer.
fn name_of(scenario: &Scenario, who: ProcessOf) -> Layout {
    text(&words::name_of(scenario, who))
}

/// A key: words as they are, in quotes what could be taken for something else.
fn text_key(key: &str) -> String {
    layout::quote(key)
}
