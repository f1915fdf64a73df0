//! What processes and the simulation that they share say to each other, in JSON lines over a socket or pipe.
//!
//! A process has one or more lines to the server, one call on each at a time; it has ended once all of them are
//! closed. Whoever is asked something answers within [`SILENCE_MAX`], if only that it is [still](Answer::Still) busy.

use std::io::{self, BufRead, Read as _, Write};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::guests::Introduction;
use super::{Trouble, Turn};
use crate::request::{Call, Observation};

/// The version of the protocol: both ends must have the same.
pub const VERSION: u32 = 1;

/// The environment variable with the name of the server's socket or pipe.
pub const SERVER_VARIABLE: &str = "RSTMGR_SERVER";

/// The environment variable with the path of a world file, for a process that has a simulation of its own.
pub const WORLD_VARIABLE: &str = "RSTMGR_WORLD";

/// The environment variable with the name of the installer that a process is.
pub const INSTALLER_VARIABLE: &str = "RSTMGR_INSTALLER";

/// How often a server says that it is still busy.
pub(super) const STILL_EVERY: Duration = Duration::from_secs(1);

/// After which silence the other end counts as gone.
pub const SILENCE_MAX: Duration = Duration::from_secs(20);

/// The longest line, in bytes: a registration of 100,000 files with long paths.
pub const LINE_MAX: u64 = 128 << 20;

/// What a process says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// The first on each line.
    Hello {
        /// The protocol's version.
        version: u32,
        /// Chosen by the process, the same on all of its lines.
        token: u64,
        /// Who it is.
        who: Introduction,
    },
    /// A call begins.
    Begin {
        /// The call.
        call: Call,
        /// The call inside whose status callback it is made.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        inside: Option<u32>,
    },
    /// The status callback of a call has returned.
    GoOn {
        /// The number of the call.
        call: u32,
    },
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// To [`Question::Hello`].
    Welcome,
    /// The status callback of a call is to be called.
    Status {
        /// The number of the call.
        call: u32,
        /// The percentage.
        percent: u8,
    },
    /// A call has ended.
    Done(Box<Observation>),
    /// The answer takes longer; it comes later.
    Still,
    /// It cannot be done.
    Refused(String),
}

impl From<Result<Turn, Trouble>> for Answer {
    fn from(turn: Result<Turn, Trouble>) -> Answer {
        match turn {
            Ok(Turn::Status { call, percent }) => Answer::Status { call, percent },
            Ok(Turn::Done(observation)) => Answer::Done(observation),
            Err(Trouble(reason)) => Answer::Refused(reason),
        }
    }
}

/// Writes a message as a line.
///
/// # Errors
///
/// If the stream breaks.
pub(super) fn write_line(message: &impl Serialize, stream: &mut impl Write) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    stream.flush()
}

/// Reads the next line as a message; `None` if there is none.
///
/// # Errors
///
/// If the stream breaks, or the line is too long, ends early or is no such message.
pub(super) fn read_line<T: DeserializeOwned>(stream: &mut impl BufRead) -> io::Result<Option<T>> {
    let mut line = Vec::new();
    stream.take(LINE_MAX).read_until(b'\n', &mut line)?;
    match line.last() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(serde_json::from_slice(&line)?)),
        Some(_) => {
            let says = "a message ends in the middle, or is too long";
            Err(io::Error::new(io::ErrorKind::InvalidData, says))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_out_as_it_went_in() {
        let asked = Question::GoOn { call: 7 };
        let mut bytes = Vec::new();
        write_line(&asked, &mut bytes).unwrap();
        assert_eq!(bytes, b"{\"go-on\":{\"call\":7}}\n");
        let mut stream = bytes.as_slice();
        assert_eq!(read_line(&mut stream).unwrap(), Some(asked));
        assert_eq!(read_line::<Question>(&mut stream).unwrap(), None);
    }

    #[test]
    fn half_a_message_and_what_is_none_are_errors() {
        for bytes in [&b"{\"go-on\":{\"call\""[..], b"{\"go-on\":{\"call\":-1}}\n", b"\n", b"\xff\n"] {
            assert!(read_line::<Question>(&mut &bytes[..]).is_err(), "{bytes:?}");
        }
    }
}
