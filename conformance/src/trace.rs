//! What happened, in the names of the scenario: the trace, and its file format, JSON lines, version 1.
//!
//! The first line is the [`Header`], then comes a line for each [`TraceLine`], and the last is the [`Footer`]. A call
//! that is over at once has one line. One that takes time has a line where it begins, then come lines of what happens
//! meanwhile, and a line where it returns. What a step does at once to the world and to the event log has no lines of
//! its own. The same scenario, profile and seed on the simulator give the same bytes, on every platform.

mod happened;
mod said;
mod seen;

use std::borrow::Cow;
use std::io::{self, Write};

use rstmgr_model::{Rule, RuleSet};
use serde::{Serialize, Serializer};

pub use self::happened::{Milliseconds, SeenHappening, SeenMessage, SeenRecord};
pub(crate) use self::said::call_name;
pub use self::seen::{
    Seen, SeenAffected, SeenFile, SeenFilter, SeenFilters, SeenHandle, SeenKey, SeenList, SeenSession,
    SeenState, SeenWorld,
};
use crate::runner::{Event, Line, Run};
use crate::scenario::Scenario;

/// The version of the format that is written here.
pub const VERSION: u32 = 1;

/// The phase of a call's line where it begins.
const BEGINS: &str = "begins";
/// The phase of the line where it returns.
const RETURNS: &str = "returns";

/// A whole trace: a run, in the words of its scenario. Its lines are put together as they are written.
#[derive(Clone, Copy, Debug)]
pub struct Trace<'a> {
    scenario: &'a Scenario,
    run: &'a Run,
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
    /// The seed.
    pub seed: u64,
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
}

/// A line between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum TraceLine<'a> {
    /// A call or event, or the beginning or the end of one.
    Step(Box<TraceStep<'a>>),
    /// Something that happened.
    Happened(TraceHappening<'a>),
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
    /// What was seen.
    #[serde(flatten)]
    pub seen: Cow<'a, Seen>,
    /// The rules that applied, as far as the backend knows.
    #[serde(skip_serializing_if = "is_empty", serialize_with = "write_rules")]
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
    pub files: Option<Vec<FileArgument<'a>>>,
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

/// A registered file, or many by their pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum FileArgument<'a> {
    /// A path; a NULL pointer is `null`.
    Path(Option<&'a str>),
    /// The pattern with `{i}` from 1 to `count`.
    Pattern {
        /// The pattern.
        pattern: &'a str,
        /// How many.
        count: u32,
    },
}

impl<'a> Trace<'a> {
    /// The trace of `run`, which is one of `scenario`.
    pub fn new(scenario: &'a Scenario, run: &'a Run) -> Trace<'a> {
        Trace { scenario, run }
    }

    /// What was run.
    pub fn header(&self) -> Header<'a> {
        Header {
            trace: VERSION,
            scenario: &self.scenario.title,
            backend: &self.run.backend,
            profile: self.scenario.profile_name,
            seed: self.scenario.seed,
        }
    }

    /// What happened, in order.
    pub fn lines(&self) -> impl Iterator<Item = TraceLine<'a>> {
        let trace = *self;
        self.run.events.iter().map(move |event| match &event.line {
            Line::Happened(what) => TraceLine::Happened(TraceHappening {
                step: event.step.step + 1,
                at: Milliseconds(event.at),
                what,
            }),
            Line::Began => TraceLine::Step(Box::new(trace.step(event, Cow::Owned(Seen::default())))),
            Line::Done { seen, .. } | Line::Ended { seen, .. } => {
                TraceLine::Step(Box::new(trace.step(event, Cow::Borrowed(seen))))
            }
        })
    }

    /// Every call and event with all that was seen of it, in the order in which they were over.
    pub fn steps(&self) -> impl Iterator<Item = TraceStep<'a>> {
        self.lines().filter_map(|line| match line {
            TraceLine::Step(step) if step.phase != Some(BEGINS) => Some(*step),
            TraceLine::Step(_) | TraceLine::Happened(_) => None,
        })
    }

    fn step(&self, event: &Event, seen: Cow<'a, Seen>) -> TraceStep<'a> {
        let scenario = self.scenario;
        let step = event.step.find(scenario);
        let (phase, rules) = match &event.line {
            Line::Began => (Some(BEGINS), RuleSet::default()),
            Line::Ended { rules, .. } => (Some(RETURNS), *rules),
            Line::Done { rules, .. } => (None, *rules),
            Line::Happened(_) => (None, RuleSet::default()),
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

    /// How it ended.
    pub fn footer(&self) -> Footer<'a> {
        Footer { steps: self.scenario.steps.len(), picks: &self.run.picks, open: &self.run.open_handles }
    }

    /// Writes the trace as JSON lines.
    ///
    /// # Errors
    ///
    /// If `out` cannot be written.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        write_line(&self.header(), out)?;
        for line in self.lines() {
            write_line(&line, out)?;
        }
        write_line(&self.footer(), out)
    }

    /// The bytes of the trace's file.
    ///
    /// # Panics
    ///
    /// Never: memory takes every byte.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes).expect("memory takes every byte");
        bytes
    }
}

fn is_empty(rules: &RuleSet) -> bool {
    *rules == RuleSet::default()
}

fn write_rules<S: Serializer>(rules: &RuleSet, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rules.iter().map(Rule::id))
}

fn is_false(value: &bool) -> bool {
    !value
}

fn is_unstated(counts: &[Option<u32>; 3]) -> bool {
    counts.iter().all(Option::is_none)
}

/// Writes one line of a trace.
///
/// # Errors
///
/// If `out` cannot be written.
pub fn write_line(line: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
