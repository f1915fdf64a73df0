//! What happened, in the names of the scenario: the trace, and its file format, JSON lines, version 1.
//!
//! The first line is the [`Header`], then comes a line for each [`TraceStep`], and the last is the [`Footer`]. The
//! same scenario, profile and seed on the simulator give the same bytes, on every platform.

mod said;

use std::borrow::Cow;
use std::io::{self, Write};

use rstmgr_model::{Rule, RuleSet};
use serde::{Serialize, Serializer};

pub(crate) use self::said::call_name;
use crate::runner::Run;
use crate::scenario::Scenario;

/// The version of the format that is written here.
pub const VERSION: u32 = 1;

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

/// One call or event, and what was seen of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TraceStep<'a> {
    /// The number of the step in the scenario, from 1; a step can take several calls.
    pub step: usize,
    /// The line of the step in its file.
    pub line: usize,
    /// Who called; absent for events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<&'a str>,
    /// The function, such as `RmGetList`, or the event, such as `exit-application`.
    pub call: &'static str,
    /// What it was about: a handle, a key, an application, as the scenario names it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub about: Cow<'a, str>,
    /// What was passed beside that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<Arguments<'a>>,
    /// What was seen.
    #[serde(flatten)]
    pub seen: &'a Seen,
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
    /// `dwSessionFlags`, if not 0.
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

/// What was seen of a call or event, in names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The reply's constant, its number if it has none here, or how else the call ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<Cow<'static, str>>,
    /// The handle that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handle: Option<SeenHandle>,
    /// The key that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<SeenKey>,
    /// What `RmGetList` wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<SeenList>,
    /// How many sessions an installer's process left open as it exited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_open: Option<u32>,
    /// The session database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<Vec<SeenSession>>,
}

/// A handle that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenHandle {
    /// Its number.
    pub number: u32,
    /// The other handle of the same process, still open, that has this number too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
}

/// A key that was given. Its text is bound to a name, and no part of the trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenKey {
    /// How many characters stand before the first NUL.
    pub length: usize,
    /// The case of its letters: `lower`, `upper`, `mixed`, or `none`.
    pub letters: &'static str,
    /// Whether the call wrote the NUL itself; absent where that cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminated: Option<bool>,
    /// The other session whose key has the same text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
}

/// What `RmGetList` wrote; a number is absent where nothing was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SeenList {
    /// `pnProcInfoNeeded`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed: Option<u32>,
    /// `pnProcInfo` on exit, which is the capacity if nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// `lpdwRebootReasons`, as bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<u32>,
    /// The entries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub affected: Vec<SeenAffected>,
}

/// An entry of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenAffected {
    /// Whose process it is, by name; `pid N` where no name is known.
    pub process: String,
    /// `strAppName`
    pub name: String,
    /// `strServiceShortName`
    #[serde(skip_serializing_if = "String::is_empty")]
    pub service: String,
    /// `ApplicationType`, by number.
    #[serde(rename = "type")]
    pub application_type: u32,
    /// `AppStatus`, as bits.
    pub status: u32,
    /// `TSSessionId`
    pub terminal_session: i64,
    /// `bRestartable`
    pub restartable: bool,
}

/// A session in the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenSession {
    /// The number in its sub-key's name.
    pub number: u32,
    /// Whose process started it.
    pub owner: String,
    /// Whether that process exited without ending it.
    pub abandoned: bool,
    /// The files in each numbered group.
    pub files: Vec<u32>,
    /// The processes in each numbered group.
    pub processes: Vec<u32>,
    /// The services in each numbered group.
    pub services: Vec<u32>,
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
    pub fn steps(&self) -> impl Iterator<Item = TraceStep<'a>> {
        let Trace { scenario, run } = *self;
        run.events.iter().map(move |event| {
            let step = &scenario.steps[event.step];
            TraceStep {
                step: event.step + 1,
                line: step.place.line,
                by: said::by(scenario, &step.action),
                call: call_name(&step.action),
                about: said::about(scenario, &step.action),
                arguments: said::arguments(scenario, &step.action),
                seen: &event.seen,
                rules: event.rules,
            }
        })
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
        for step in self.steps() {
            write_line(&step, out)?;
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
