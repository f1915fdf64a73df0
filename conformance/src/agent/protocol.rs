//! What the backend `remote` and an agent say to each other: JSON lines, each with a number, version 1.
//!
//! The client says [`ToAgent::Hello`] first, then for each scenario [`ToAgent::Open`], any number of
//! [`ToAgent::Ask`], and [`ToAgent::Close`]. It counts its messages from 1 and waits for the answer to each, which has
//! the same number. The first message of each end has this form in every version, so that versions can be compared.

use std::fmt;
use std::io::{self, BufRead, Read as _};

use serde::{Deserialize, Serialize};

use crate::backend::LeftOver;
use crate::exchange::{Answer, Question};

/// The version of the protocol: both ends must have the same.
pub(crate) const VERSION: u32 = 1;

/// The longest line, in bytes: a registration of 100,000 files with long paths.
pub(crate) const LINE_MAX: usize = 128 << 20;

/// A message with its number, or the answer to the message with that number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub(crate) struct Numbered<T> {
    /// From 1 on; an agent that refuses what has no number says the last that it knows.
    pub(crate) number: u64,
    /// What is said.
    pub(crate) message: T,
}

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ToAgent {
    /// The first message.
    Hello(Welcome),
    /// A scenario begins.
    Open(ScenarioText),
    /// A question to the backend.
    Ask(Question),
    /// The scenario is over.
    Close,
}

/// What an agent says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FromAgent {
    /// To [`ToAgent::Hello`].
    Welcome(Welcome),
    /// To [`ToAgent::Open`]: the world stands.
    Opened {
        /// The name of the backend that answers.
        backend: String,
    },
    /// To [`ToAgent::Ask`]; to the others it is a failure, after which the scenario is over.
    Answer(Answer),
    /// To [`ToAgent::Close`].
    Closed {
        /// What was chosen.
        picks: String,
        /// What of a recording nobody asked for.
        left_over: LeftOver,
    },
    /// The agent ends, for this reason.
    Refused(String),
}

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Welcome {
    /// The version of the protocol.
    pub(crate) protocol: u32,
    /// The version of the program, such as `0.1.0`.
    pub(crate) program: String,
}

/// A scenario's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ScenarioText {
    /// What it is called.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
}

/// Why there is no line.
#[derive(Debug)]
pub(crate) enum LineError {
    /// It is longer than [`LINE_MAX`].
    TooLong,
    /// The stream ended within it.
    Half,
    /// The stream ended.
    Ended,
    /// The other end does not listen any more.
    Unheard,
    /// The stream broke.
    Broken(io::Error),
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LineError::TooLong => write!(f, "a line is longer than {} MiB", LINE_MAX >> 20),
            LineError::Half => f.write_str("it ends in the middle of a line"),
            LineError::Ended => f.write_str("its output ended"),
            LineError::Unheard => f.write_str("it closed its input"),
            LineError::Broken(error) => write!(f, "the stream broke: {error}"),
        }
    }
}

impl Welcome {
    /// This program.
    pub(crate) fn of_this_program() -> Welcome {
        Welcome { protocol: VERSION, program: String::from(env!("CARGO_PKG_VERSION")) }
    }
}

impl ToAgent {
    /// What it is called in a line.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            ToAgent::Hello(_) => "hello",
            ToAgent::Open(_) => "open",
            ToAgent::Ask(_) => "ask",
            ToAgent::Close => "close",
        }
    }
}

/// The next line without its end; `None` if there is none. Of a line that is too long no more is kept than a line may
/// have.
pub(crate) fn next_line(stream: &mut impl BufRead) -> Result<Option<Vec<u8>>, LineError> {
    let mut line = Vec::new();
    let room = u64::try_from(LINE_MAX).unwrap_or(u64::MAX).saturating_add(1);
    stream.take(room).read_until(b'\n', &mut line).map_err(LineError::Broken)?;
    match line.pop() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) if line.len() >= LINE_MAX => Err(LineError::TooLong),
        Some(_) => Err(LineError::Half),
    }
}

/// A message as a line.
///
/// # Errors
///
/// If it is too long.
pub(crate) fn to_line<T: Serialize>(message: &Numbered<T>) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(message)?;
    if line.len() > LINE_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, LineError::TooLong.to_string()));
    }
    line.push(b'\n');
    Ok(line)
}
