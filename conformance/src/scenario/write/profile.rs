//! Writes a profile's file.

use super::Fields;
use super::layout::{Layout, text};
use crate::scenario::duration;
use crate::scenario::profile::{KnobAnswer, ProfileFile};

/// The file of `profile`, with `notes` as comments above it, a line each.
pub fn write(profile: &ProfileFile, notes: &[String]) -> String {
    let mut fields = Fields::default();
    fields.add("version", "1");
    fields.add("based-on", profile.based_on);
    fields.add_some("backend", profile.backend.as_deref().map(text));
    let mut knobs = Fields::default();
    for (knob, answer) in &profile.knobs {
        knobs.add(
            knob.name(),
            match answer {
                KnobAnswer::Is(option, None) => text(knob.options()[*option]),
                KnobAnswer::Is(option, Some(evidence)) => {
                    let mut fields = Fields::default();
                    fields.add("answer", text(knob.options()[*option]));
                    fields.add("trace", text(&evidence.trace));
                    fields.add_some("line", evidence.line.map(|line| line.to_string()));
                    Layout::Map(fields.0)
                }
                KnobAnswer::Unanswered(reason) => Layout::entry("unanswered", text(reason)),
            },
        );
    }
    fields.add_unless(profile.knobs.is_empty(), "knobs", Layout::Section(knobs.0));
    let mut timings = Fields::default();
    for (timing, so_long) in &profile.timings {
        timings.add(timing.name(), duration::write(*so_long));
    }
    fields.add_unless(profile.timings.is_empty(), "timings", Layout::Map(timings.0));
    let mut file = notes.iter().map(|note| format!("# {note}\n")).collect::<String>();
    for (key, value) in fields.0 {
        value.append_entry(&key, 0, &mut file);
    }
    file
}
