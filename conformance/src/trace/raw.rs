//! Raw values in a trace: what the backend really was asked and answered, in the lines before those that name it.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::exchange::Exchange;

/// A line with raw values, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawLine {
    /// Its number in the file, from 1.
    pub number: usize,
    /// What was asked and answered.
    pub exchange: Exchange,
}

#[derive(Serialize)]
struct Written<'a> {
    raw: &'a Exchange,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    raw: Exchange,
}

/// Appends a line for each of `exchanges`.
pub(super) fn append(exchanges: &[Exchange], bytes: &mut Vec<u8>) {
    for raw in exchanges {
        serde_json::to_writer(&mut *bytes, &Written { raw }).expect("all of it has words in JSON");
        bytes.push(b'\n');
    }
}

/// What the raw values in a line are.
pub(super) fn read(line: &[u8]) -> Result<Exchange, serde_json::Error> {
    serde_json::from_slice::<Read>(line).map(|line| line.raw)
}

/// Where the trace of the scenario at `path` lies below `directory`: under the scenario's own path.
pub fn path_below(directory: &Path, path: &Path) -> PathBuf {
    let below: PathBuf = path.components().filter(|part| matches!(part, Component::Normal(_))).collect();
    directory.join(below).with_extension("jsonl")
}
