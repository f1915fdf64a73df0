//! What happened, in the names of the scenario: the trace, and its file format, JSON lines, version 1; with raw values
//! beside the names, version 2.
//!
//! The first line is the [`Header`], which in a file holds the scenario's own text, so that the trace can be judged
//! without another file; then comes a line for each [`TraceStep`] and each [`TraceHappening`], and the last
//! is the [`Footer`]. A call that is over at once has one line. One that takes time has a line where it begins, then
//! come lines of what happens meanwhile, and a line where it returns. What a step does at once to the world and to the
//! event log has no lines of its own. The same scenario, profile and seed on the simulator give the same bytes, on
//! every platform.

mod followed;
mod happened;
mod json;
mod raw;
mod recorded;
mod said;
mod seen;

use std::borrow::Cow;
use std::collections::BTreeMap;

use rstmgr_model::{Rule, RuleSet};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

pub use self::followed::Followed;
pub use self::happened::{Milliseconds, SeenHappening, SeenMessage, SeenRecord};
pub use self::raw::{RawLine, path_below};
pub use self::recorded::{RecordedLine, RecordedTrace, TraceError};
pub(crate) use self::said::call_name;
pub use self::seen::{
    Seen, SeenAffected, SeenFile, SeenFilter, SeenFilters, SeenHandle, SeenKey, SeenList, SeenSession,
    SeenState, SeenWorld,
};
use crate::backend::LeftOver;
use crate::runner::{Event, Line, Recording, Run};
use crate::scenario::{FileElement, Scenario};

/// The version of the format that is written here, without raw values.
pub const VERSION: u32 = 1;
/// The version with raw values beside the names; else it is the same.
pub const VERSION_WITH_RAW: u32 = 2;

/// The phase of a call's line where it begins.
const BEGINS: &str = "begins";
/// The phase of the line where it returns.
const RETURNS: &str = "returns";

/// A whole trace: a run, in the words of its scenario. Its lines are put together as they are written.
#[derive(Clone, Copy, Debug)]
pub struct Trace<'a> {
    scenario: &'a Scenario,
    run: &'a Run,
    text: Option<&'a str>,
    raw: Option<&'a Recording>,
}

/// The first line: what was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Header<'a> {
    /// The version of the format.
    pub trace: u32,
    /// The scenario's title.
    pub scenario: &'a str,
    /// The backend's name.
    pub backend: &'a str,
    /// The name of the profile that the scenario is written for.
    pub profile: &'a str,
    /// What the backend followed beside that and what the scenario states, if another profile was given to the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub followed: Option<Followed>,
    /// The seed.
    pub seed: u64,
    /// The text of the scenario's file; only where the trace is a file itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<&'a str>,
}

/// The last line: how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Footer<'a> {
    /// How many steps were done.
    pub steps: usize,
    /// What was chosen wherever it could go either way, such as `0/1`; `-`: nothing.
    pub picks: &'a str,
    /// The handles that nobody ended, by name (CMP-02).
    pub open: &'a [String],
    /// What of the scenario's `replay` the run did not come to; only in a trace with raw values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_over: Option<LeftOver>,
}

/// Something that happened during a step or right after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TraceHappening<'a> {
    /// The number of the step in the scenario, from 1.
    pub step: usize,
    /// When.
    pub at: Milliseconds,
    /// What.
    #[serde(flatten)]
    pub what: &'a SeenHappening,
}

/// One call or event, and what was seen of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TraceStep<'a> {
    /// The number of the step in the scenario, from 1; a step can take several calls.
    pub step: usize,
    /// For a step of its `meanwhile`: the numbers of the item and of the step in that, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meanwhile: Option<[usize; 2]>,
    /// When; absent for what is over at once outside of other calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Milliseconds>,
    /// The line of the step in its file.
    pub line: usize,
    /// Who called or did it; absent for events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<&'a str>,
    /// The function, such as `RmGetList`, or the event, such as `exit-application`.
    pub call: &'static str,
    /// Whether it only begins here, or only returns; absent for what is over at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<&'static str>,
    /// What it was about: a handle, a key, an application, as the scenario names it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub about: Cow<'a, str>,
    /// What was passed beside that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<Arguments<'a>>,
    /// What was seen; nothing yet where a call only begins.
    #[serde(flatten)]
    pub seen: Option<&'a Seen>,
    /// The rules that applied, as far as the backend knows; they end the line, by their ids.
    #[serde(skip)]
    pub rules: RuleSet,
}

/// What was passed to a call, beside what it is about; absent is what a scenario leaves out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Arguments<'a> {
    /// The pointers that are NULL although something is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub null_pointers: Vec<&'static str>,
    /// The flags, if not 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flags: Option<u32>,
    /// What the key's buffer held before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_buffer: Option<&'a str>,
    /// The key's text in quotes, or how the session's own key was spoiled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The capacity; absent where the harness chooses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// The registered files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<Files<'a>>,
    /// The registered processes, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processes: Option<Vec<Cow<'a, str>>>,
    /// The registered services; a NULL pointer is `null`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub services: Option<&'a [Option<String>]>,
    /// The counts of files, processes and services, where they are not those of the arrays.
    #[serde(skip_serializing_if = "is_unstated")]
    pub counts: [Option<u32>; 3],
    /// Who starts an application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub launched_by: Option<&'a str>,
    /// Whether the system asks for elevation before it starts.
    #[serde(skip_serializing_if = "is_false")]
    pub elevation_prompt: bool,
    /// Whether file system redirection is active from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirection: Option<bool>,
    /// The program that a filter is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<&'a str>,
    /// The process that a filter is about, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<Cow<'a, str>>,
    /// The service that a filter is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<&'a str>,
    /// `FilterAction`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<u32>,
    /// The grace period of a system shutdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace: Option<Milliseconds>,
    /// The command line that is registered; a NULL pointer is `null`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_line: Option<Option<&'a str>>,
    /// The ids of the records that are looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only: Option<&'a [u32]>,
}

/// Registered files: each a path, or many by their pattern; a NULL pointer is `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Files<'a>(pub &'a [FileElement]);

impl Serialize for Files<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Pattern<'a> {
            pattern: &'a str,
            count: u32,
        }
        let mut files = serializer.serialize_seq(None)?;
        for element in self.0 {
            match element {
                FileElement::Paths(paths) => {
                    for path in paths.iter() {
                        files.serialize_element(path)?;
                    }
                }
                FileElement::Pattern(pattern, count) => {
                    files.serialize_element(&Pattern { pattern, count: *count })?;
                }
            }
        }
        files.end()
    }
}

impl<'a> Trace<'a> {
    /// The trace of `run`, which is one of `scenario`, with the profile that was followed.
    pub fn new(scenario: &'a Scenario, run: &'a Run) -> Trace<'a> {
        Trace { scenario, run, text: None, raw: None }
    }

    /// The same with the text of the scenario's file in its header, for a file of its own.
    #[must_use]
    pub fn with_text(self, text: &'a str) -> Trace<'a> {
        Trace { text: Some(text), ..self }
    }

    /// The same with the raw values of the run beside the names.
    #[must_use]
    pub fn with_raw(self, raw: &'a Recording) -> Trace<'a> {
        Trace { raw: Some(raw), ..self }
    }

    /// What was run.
    pub fn header(&self) -> Header<'a> {
        Header {
            trace: if self.raw.is_some() { VERSION_WITH_RAW } else { VERSION },
            scenario: &self.scenario.title,
            backend: &self.run.backend,
            profile: self.scenario.profile_name,
            followed: Followed::by(self.scenario),
            seed: self.scenario.seed,
            text: self.text,
        }
    }

    /// Every call and event with all that was seen of it, in the order in which they were over.
    pub fn steps(&self) -> impl Iterator<Item = TraceStep<'a>> {
        let over = self.run.events.iter().filter(|event| match event.line {
            Line::Done { .. } | Line::Ended { .. } => true,
            Line::Began | Line::Happened(_) => false,
        });
        over.map(|event| self.step(event))
    }

    fn step(&self, event: &'a Event) -> TraceStep<'a> {
        step_line(self.scenario, &self.run.seen, event)
    }

    /// How it ended.
    pub fn footer(&self) -> Footer<'a> {
        Footer {
            steps: self.scenario.steps.len(),
            picks: &self.run.picks,
            open: &self.run.open_handles,
            left_over: self.raw.map(|_| self.run.left_over).filter(|left| !left.is_nothing()),
        }
    }

    /// Appends the bytes of the trace's file to `bytes`.
    ///
    /// # Panics
    ///
    /// Never: a trace holds nothing that JSON has no words for.
    pub fn append_to(&self, bytes: &mut Vec<u8>) {
        let mut rule_ids = RuleIds::default();
        append_line(&self.header(), bytes);
        let mut events = self.run.events.iter();
        for part in self.raw.iter().flat_map(|raw| &raw.parts) {
            raw::append(&part.exchanges, bytes);
            events
                .by_ref()
                .take(part.events)
                .for_each(|event| self.append_line_of(event, &mut rule_ids, bytes));
        }
        events.for_each(|event| self.append_line_of(event, &mut rule_ids, bytes));
        append_line(&self.footer(), bytes);
    }

    fn append_line_of(&self, event: &Event, rule_ids: &mut RuleIds, bytes: &mut Vec<u8>) {
        match &event.line {
            Line::Happened(what) => append_line(&happening(event, what), bytes),
            Line::Began | Line::Done { .. } | Line::Ended { .. } => {
                append_step(&step_line(self.scenario, &self.run.seen, event), rule_ids, bytes)
            }
        }
    }

    /// The bytes of the trace's file.
    ///
    /// # Panics
    ///
    /// Never, as [`append_to`](Trace::append_to).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.append_to(&mut bytes);
        bytes
    }
}

/// Appends the line of an event without its rules, and without an end of line; `all_seen` is what was seen in the run.
pub(crate) fn append_event(scenario: &Scenario, all_seen: &[Seen], event: &Event, bytes: &mut Vec<u8>) {
    let appended = match &event.line {
        Line::Happened(what) => json::append(&happening(event, what), bytes),
        Line::Began | Line::Done { .. } | Line::Ended { .. } => {
            json::append(&step_line(scenario, all_seen, event), bytes)
        }
    };
    appended.expect("a trace holds nothing that JSON has no words for");
}

/// The line of an event that is one of a step; `all_seen` is what was seen in the run.
fn step_line<'a>(scenario: &'a Scenario, all_seen: &'a [Seen], event: &'a Event) -> TraceStep<'a> {
    let step = event.step.find(scenario);
    let (phase, seen, rules) = match &event.line {
        Line::Began => (Some(BEGINS), None, RuleSet::default()),
        Line::Ended { seen, rules } => (Some(RETURNS), Some(&all_seen[*seen]), *rules),
        Line::Done { seen, rules } => (None, Some(&all_seen[*seen]), *rules),
        Line::Happened(_) => unreachable!("what happened is no step"),
    };
    // The end of a call repeats no more than its name.
    let is_return = phase == Some(RETURNS);
    TraceStep {
        step: event.step.step + 1,
        meanwhile: event.step.inside.map(|(item, step)| [item + 1, step + 1]),
        at: (phase.is_some() || event.step.inside.is_some()).then_some(Milliseconds(event.at)),
        line: step.place.line,
        by: said::by(scenario, &step.action),
        call: call_name(&step.action),
        phase,
        about: if is_return { Cow::Borrowed("") } else { said::about(scenario, &step.action) },
        arguments: if is_return { None } else { said::arguments(scenario, &step.action) },
        seen,
        rules,
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

fn is_unstated(counts: &[Option<u32>; 3]) -> bool {
    counts.iter().all(Option::is_none)
}

fn happening<'a>(event: &Event, what: &'a SeenHappening) -> TraceHappening<'a> {
    TraceHappening { step: event.step.step + 1, at: Milliseconds(event.at), what }
}

/// What sets of rules look like in a line. Few sets come again and again, and their ids are a third of all bytes.
#[derive(Default)]
struct RuleIds(BTreeMap<RuleSet, Vec<u8>>);

impl RuleIds {
    fn of(&mut self, rules: &RuleSet) -> &[u8] {
        self.0.entry(*rules).or_insert_with(|| {
            let ids: Vec<&str> = rules.iter().map(Rule::id).collect();
            let mut bytes = Vec::new();
            json::append(&ids, &mut bytes).expect("ids are texts");
            bytes
        })
    }
}

fn append_step(step: &TraceStep<'_>, rule_ids: &mut RuleIds, bytes: &mut Vec<u8>) {
    json::append(step, bytes).expect("a trace holds nothing that JSON has no words for");
    if step.rules != RuleSet::default() {
        assert_eq!(bytes.pop(), Some(b'}'), "a step is an object");
        bytes.extend_from_slice(b",\"rules\":");
        bytes.extend_from_slice(rule_ids.of(&step.rules));
        bytes.push(b'}');
    }
    bytes.push(b'\n');
}

fn append_line(line: &impl Serialize, bytes: &mut Vec<u8>) {
    json::append(line, bytes).expect("a trace holds nothing that JSON has no words for");
    bytes.push(b'\n');
}
