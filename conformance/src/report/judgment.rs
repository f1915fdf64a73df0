//! What the oracle says, for people.

use std::fmt::Write as _;

use rstmgr_model::{Knob, Profile, Rule};
use serde_json::Value;

use super::human::count;
use crate::oracle::{Allowed, Judgment, Rejection, Verdict};
use crate::trace::{RecordedLine, RecordedTrace};

/// How many characters of a line are shown.
const LINE_SHOWN: usize = 320;
/// How many lines that would have been allowed are shown, and of each how many differences and rules.
const ALLOWED_SHOWN: usize = 4;
const DIFFERENCES_SHOWN: usize = 6;
const RULES_SHOWN: usize = 12;

/// The verdict in a word.
pub fn word(judgment: &Judgment) -> &'static str {
    match judgment.verdict {
        Verdict::Accepted(_) => "accepted",
        Verdict::Rejected(_) => "rejected",
        Verdict::Undecided(_) => "undecided",
    }
}

/// The lines about one trace, but for what it says about open questions.
pub fn judgment(trace: &RecordedTrace, judgment: &Judgment) -> String {
    let word = word(judgment);
    let states = count(judgment.states_max, "state");
    let name = &trace.name;
    let mut text = format!("{word}{} {name}", " ".repeat(11 - word.len()));
    match &judgment.verdict {
        Verdict::Accepted(_) => {
            let _ = writeln!(text, ": {}; at most {states} at once", trace.scenario.title);
        }
        Verdict::Rejected(rejection) => {
            let number = rejection.line.number;
            let _ = writeln!(text, ":{number}: no behavior allows this line; at most {states} at once");
            text.push_str(&explain(rejection));
        }
        Verdict::Undecided(line) => {
            let number = line.number;
            let _ = writeln!(text, ":{number}: before this line {states} are possible, which is too many");
        }
    }
    text
}

/// The line that is not allowed, and what would have been.
fn explain(rejection: &Rejection) -> String {
    let mut text = format!("    {}\n", cut(&plain(&rejection.line)));
    if rejection.allowed.is_empty() {
        text.push_str("nothing would have been allowed there\n");
    }
    for allowed in rejection.allowed.iter().take(ALLOWED_SHOWN) {
        let _ = writeln!(text, "allowed would have been\n    {}", cut(&allowed.line));
        for difference in differences(&rejection.line.value, allowed).into_iter().take(DIFFERENCES_SHOWN) {
            let _ = writeln!(text, "    - {difference}");
        }
        let ids: Vec<&str> = allowed.rules.iter().map(Rule::id).collect();
        if !ids.is_empty() {
            let more = ids.len().saturating_sub(RULES_SHOWN);
            let shown = ids.iter().take(RULES_SHOWN).copied().collect::<Vec<_>>().join(", ");
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let _ = writeln!(text, "    by {shown}{more}");
        }
    }
    let more = rejection.allowed.len().saturating_sub(ALLOWED_SHOWN);
    if more > 0 {
        let _ = writeln!(text, "and {}", count(more, "other line"));
    }
    text
}

/// Where a line differs from one that would have been allowed, if both tell of the same call.
fn differences(seen: &Value, allowed: &Allowed) -> Vec<String> {
    let Ok(allowed) = serde_json::from_str::<Value>(&allowed.line) else { return Vec::new() };
    let is_same = |key: &str| seen.get(key) == allowed.get(key);
    if seen.get("call").is_none() || !["step", "meanwhile", "call", "phase"].into_iter().all(is_same) {
        return Vec::new();
    }
    let mut found = Vec::new();
    compare("", Some(seen), Some(&allowed), &mut found);
    found
}

fn compare(path: &str, seen: Option<&Value>, allowed: Option<&Value>, found: &mut Vec<String>) {
    match (seen, allowed) {
        (seen, allowed) if seen == allowed => {}
        (Some(Value::Object(left)), Some(Value::Object(right))) => {
            let further = right.keys().filter(|key| !left.contains_key(*key));
            for key in left.keys().chain(further) {
                let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(&below, left.get(key), right.get(key), found);
            }
        }
        (Some(Value::Array(left)), Some(Value::Array(right))) if left.len() == right.len() => {
            for (place, (one, other)) in left.iter().zip(right).enumerate() {
                compare(&format!("{path}.{}", place + 1), Some(one), Some(other), found);
            }
        }
        (seen, allowed) => {
            let shown =
                |value: Option<&Value>| value.map_or_else(|| String::from("nothing"), Value::to_string);
            found.push(format!("{path}: {} instead of {}", cut(&shown(allowed)), cut(&shown(seen))));
        }
    }
}

/// A line as it stands in the file, but for its rules.
fn plain(line: &RecordedLine) -> String {
    String::from_utf8_lossy(&line.bytes).into_owned()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LINE_SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// What is left possible of the open questions by several traces of one Windows: by knob, a bit for each option.
#[derive(Clone, Debug)]
pub struct Answers(Vec<u8>);

impl Answers {
    /// What `profile` leaves possible.
    pub fn of(profile: &Profile) -> Answers {
        Answers(profile.sets().to_vec())
    }

    /// What `profile` leaves possible too.
    pub fn narrow(&mut self, profile: &Profile) {
        for (own, other) in self.0.iter_mut().zip(profile.sets()) {
            *own &= other;
        }
    }

    /// What is left, a line for each question of which some option is not possible.
    pub fn describe(&self) -> String {
        let mut lines = String::new();
        let (mut answered, mut narrowed, mut contradicted) = (0_usize, 0_usize, 0_usize);
        for (knob, set) in Knob::all().zip(&self.0) {
            let (possible, not): (Vec<_>, Vec<_>) =
                knob.options().iter().enumerate().partition(|(option, _)| set & (1 << option) != 0);
            if not.is_empty() {
                continue;
            }
            let names = |options: &[(usize, &&str)]| {
                options.iter().map(|(_, name)| **name).collect::<Vec<_>>().join(" or ")
            };
            let shown = match possible.len() {
                0 => String::from("no option fits"),
                1 => names(&possible),
                _ => format!("{}, and not {}", names(&possible), names(&not)),
            };
            match possible.len() {
                0 => contradicted += 1,
                1 => answered += 1,
                _ => narrowed += 1,
            }
            let facts = knob.facts();
            let _ = writeln!(lines, "    {} ({}): {shown}", facts.name, facts.questions.join(", "));
        }
        let all = Knob::all().len();
        let open = all - answered - narrowed - contradicted;
        let against =
            if contradicted > 0 { format!(", contradicts itself in {contradicted}") } else { String::new() };
        format!(
            "of {all} open questions it answers {answered}, narrows {narrowed}{against}, leaves {open} open\n{lines}"
        )
    }
}
