//! Reads a trace from a file, which nobody vouches for.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rstmgr_model::Profile;
use serde::Deserialize as _;
use serde_json::{Map, Value};

use super::raw::{self, RawLine};
use super::{Followed, VERSION, VERSION_WITH_RAW};
use crate::backend::LeftOver;
use crate::scenario::Scenario;
use crate::scenario::parse::{self, Source};

/// How many bytes a trace's file may have.
pub(crate) const FILE_SIZE_MAX: u64 = 256 * 1024 * 1024;
/// How many bytes a line of it may have.
pub(crate) const LINE_LENGTH_MAX: usize = 32 * 1024 * 1024;

/// A trace that was read from a file.
#[derive(Clone, Debug)]
pub struct RecordedTrace {
    /// The file's path as the user gave it, with forward slashes.
    pub name: String,
    /// The name of the backend that was run.
    pub backend: String,
    /// The scenario that was run, from the text in the header.
    pub scenario: Scenario,
    /// The profile that was followed: that of the scenario, with all that it states itself, unless another was given to
    /// the run.
    pub profile: Profile,
    /// The lines between the header and the last.
    pub(crate) events: Vec<RecordedLine>,
    /// The last line.
    pub(crate) footer: RecordedLine,
    /// The lines with raw values; `None`: they were not kept.
    pub(crate) raw: Option<Vec<RawLine>>,
    /// What was chosen, as the last line has it.
    pub(crate) picks: String,
    /// What of the scenario's `replay` the run did not come to, where raw values are kept.
    pub(crate) left_over: LeftOver,
}

/// A line of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedLine {
    /// Its number in the file, from 1.
    pub number: usize,
    /// What it says, the rules left out.
    pub value: Value,
    /// The bytes of the line, those of the rules left out.
    pub(crate) bytes: Vec<u8>,
}

/// Why a file is no trace that could be judged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}{}: {message}\n    help: {help}", line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct TraceError {
    /// The file's path.
    pub name: String,
    /// The line that is wrong, from 1; `None`: the file as a whole.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// How to make a trace that can be judged.
const HOW_TO_RECORD: &str = "write one with `rstmgr run SCENARIO --trace FILE`";

impl RecordedTrace {
    /// Reads the file at `path`.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is larger than 256 MiB (then it is not read), or is no trace.
    pub fn read(path: &Path) -> Result<RecordedTrace, TraceError> {
        let name = path.to_string_lossy().replace('\\', "/");
        let wrong = |message: String, help: &str| TraceError {
            name: name.clone(),
            line: None,
            message,
            help: help.to_owned(),
        };
        let unreadable = |error: io::Error| {
            wrong(format!("it cannot be read: {}", parse::reason(&error)), "check the path")
        };
        let too_large = || {
            let message = format!("it is larger than {} MiB", FILE_SIZE_MAX / 1024 / 1024);
            wrong(message, "a trace is as long as its scenario: check that it is one")
        };
        let metadata = std::fs::metadata(path).map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(unreadable(io::ErrorKind::IsADirectory.into()));
        }
        if metadata.len() > FILE_SIZE_MAX {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        // What is no regular file has no size, and any file may grow.
        let file = File::open(path).map_err(unreadable)?;
        file.take(FILE_SIZE_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if u64::try_from(bytes.len()).is_ok_and(|size| size > FILE_SIZE_MAX) {
            return Err(too_large());
        }
        RecordedTrace::parse(&name, &bytes)
    }

    /// Reads the trace in `bytes`; `name` is what its file is called.
    ///
    /// # Errors
    ///
    /// If it is no trace of this version, has lines that are too long or no JSON, holds no scenario, speaks of steps
    /// that the scenario does not have, or is not complete.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<RecordedTrace, TraceError> {
        let mut lines = Lines { name, rest: bytes, number: 0 };
        let header = lines.next_object()?.ok_or_else(|| lines.wrong("it is empty", HOW_TO_RECORD))?;
        let (backend, scenario) = read_header(&lines, &header)?;
        let profile = read_followed(&lines, &header, &scenario)?;
        let mut raw = (header.value["trace"] == VERSION_WITH_RAW).then(Vec::new);
        let mut events: Vec<RecordedLine> = Vec::new();
        let mut footer = None;
        while let Some(line) = lines.next_object()? {
            if footer.is_some() {
                return Err(lines.wrong("something stands behind the last line of the trace", HOW_TO_RECORD));
            }
            if let (Some(raw), Some(_)) = (&mut raw, line.value.get("raw")) {
                raw.push(lines.raw_values(&line)?);
                continue;
            }
            match line.value.get("step") {
                Some(step) => {
                    let count = scenario.steps.len();
                    let number = step.as_u64().and_then(|step| usize::try_from(step).ok());
                    if number.is_none_or(|number| number == 0 || number > count) {
                        let message =
                            format!("`step` is {step}, and the scenario has the steps 1 to {count}");
                        return Err(
                            lines.wrong(&message, "the header holds the text of the scenario that was run")
                        );
                    }
                    events.push(line);
                }
                None if line.value.get("steps").is_some() => footer = Some(line),
                None => return Err(lines.wrong("it is no line of a trace: it has no `step`", HOW_TO_RECORD)),
            }
        }
        let Some(footer) = footer else {
            let message = "the trace is not complete: its last line, which counts the steps, is missing";
            return Err(
                lines.wrong(message, "what was written it may have been interrupted: record it again")
            );
        };
        let picks = footer.value.get("picks").and_then(Value::as_str).unwrap_or("-").to_owned();
        let left_over = footer.value.get("left_over").map_or(Ok(LeftOver::default()), LeftOver::deserialize);
        let left_over = left_over
            .map_err(|error| lines.wrong(&format!("`left_over` is wrong: {error}"), HOW_TO_RECORD))?;
        let name = name.to_owned();
        Ok(RecordedTrace { name, backend, scenario, profile, events, footer, raw, picks, left_over })
    }

    /// Whether the same happened in `other`: all lines but the header are alike, and what was chosen does not count.
    pub fn is_alike(&self, other: &RecordedTrace) -> bool {
        self.events == other.events && self.footer.value.get("open") == other.footer.value.get("open")
    }

    /// Whether its times are virtual, so that they are as exact as everything else; measured ones are not compared.
    pub fn has_virtual_time(&self) -> bool {
        self.backend == "simulated" || self.backend.starts_with("mutant:")
    }
}

/// The lines of a file, one after another.
struct Lines<'a> {
    name: &'a str,
    rest: &'a [u8],
    /// The number of the last line.
    number: usize,
}

impl Lines<'_> {
    /// The next line, which is a JSON object.
    fn next_object(&mut self) -> Result<Option<RecordedLine>, TraceError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let (line, rest) = match end {
            Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
            None => (self.rest, &[][..]),
        };
        if line.len() > LINE_LENGTH_MAX {
            let message = format!("the line is longer than {} MiB", LINE_LENGTH_MAX / 1024 / 1024);
            return Err(
                self.wrong(&message, "no step of a scenario has so long a line: check that it is a trace")
            );
        }
        let value: Value = serde_json::from_slice(line).map_err(|error| {
            // The line is known, and to the reader of JSON it is the first.
            let reason = error.to_string().replace(" at line 1 column ", " at column ");
            self.wrong(&format!("the line is no JSON: {reason}"), HOW_TO_RECORD)
        })?;
        let Value::Object(mut object) = value else {
            return Err(self.wrong("the line is no JSON object", HOW_TO_RECORD));
        };
        let bytes = without_rules(line, &object);
        object.remove("rules");
        self.rest = rest;
        Ok(Some(RecordedLine { number: self.number, value: Value::Object(object), bytes }))
    }

    /// The raw values in the last line.
    fn raw_values(&self, line: &RecordedLine) -> Result<RawLine, TraceError> {
        let exchange = raw::read(&line.bytes).map_err(|error| {
            let reason = error.to_string().replace(" at line 1 column ", " at column ");
            self.wrong(
                &format!("these are no raw values that this program knows: {reason}"),
                "a newer release of `rstmgr` may know them",
            )
        })?;
        Ok(RawLine { number: line.number, exchange })
    }

    fn wrong(&self, message: &str, help: &str) -> TraceError {
        let line = (self.number > 0).then_some(self.number);
        TraceError { name: self.name.to_owned(), line, message: message.to_owned(), help: help.to_owned() }
    }
}

/// The bytes of a line up to its rules, which stand at its end where this program wrote it.
fn without_rules(line: &[u8], object: &Map<String, Value>) -> Vec<u8> {
    const RULES: &[u8] = b",\"rules\":[";
    let place =
        line.windows(RULES.len()).rposition(|part| part == RULES).filter(|_| object.contains_key("rules"));
    match place {
        Some(place) => [&line[..place], b"}"].concat(),
        None => line.to_owned(),
    }
}

/// The backend, and the scenario whose text stands in the header.
fn read_header(lines: &Lines<'_>, header: &RecordedLine) -> Result<(String, Scenario), TraceError> {
    let header = &header.value;
    match header.get("trace") {
        Some(version) if *version == VERSION || *version == VERSION_WITH_RAW => {}
        Some(version) => {
            let message = format!("version {version} of the trace format is not known");
            let help = format!(
                "this program knows the versions {VERSION} and {VERSION_WITH_RAW}; a newer release of `rstmgr` may know it"
            );
            return Err(lines.wrong(&message, &help));
        }
        None => return Err(lines.wrong("it has no header: the first line says no `trace`", HOW_TO_RECORD)),
    }
    let text = |key: &str| header.get(key).and_then(Value::as_str);
    let Some(backend) = text("backend") else {
        return Err(lines.wrong("the header names no `backend`", HOW_TO_RECORD));
    };
    let Some(source) = text("text") else {
        return Err(lines.wrong("the header does not hold the scenario's `text`", HOW_TO_RECORD));
    };
    let size = u64::try_from(source.len()).unwrap_or(u64::MAX);
    if size > parse::FILE_SIZE_MAX {
        let message = format!("the scenario is larger than {} MiB", parse::FILE_SIZE_MAX / 1024 / 1024);
        return Err(lines.wrong(&message, HOW_TO_RECORD));
    }
    let source = Source { name: String::from("text"), text: source.to_owned() };
    let scenario = parse::parse(&source).map_err(|problems| {
        let first = problems.first().map(ToString::to_string).unwrap_or_default();
        lines.wrong(
            &format!("the scenario in the header is none: {first}"),
            "`rstmgr run` shows what is wrong with a scenario",
        )
    })?;
    if text("scenario") != Some(&scenario.title) {
        let message = format!("the header names another scenario than its `text`, {:?}", scenario.title);
        return Err(lines.wrong(&message, HOW_TO_RECORD));
    }
    Ok((backend.to_owned(), scenario))
}

/// The profile that was followed, by the header.
fn read_followed(
    lines: &Lines<'_>,
    header: &RecordedLine,
    scenario: &Scenario,
) -> Result<Profile, TraceError> {
    let Some(followed) = header.value.get("followed") else { return Ok(scenario.profile) };
    let read = Followed::deserialize(followed).map_err(|error| error.to_string());
    read.and_then(|followed| followed.on(scenario.profile)).map_err(|reason| {
        let message = format!("the header's `followed` is wrong: {reason}");
        lines.wrong(&message, "a newer release of `rstmgr` may know more knobs and timings")
    })
}
