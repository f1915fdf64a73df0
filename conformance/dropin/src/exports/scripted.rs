//! A connection that answers as it was told to, and remembers what it was asked.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use rstmgr_conformance::request::{Call, Ending, Observation};
use rstmgr_conformance::shared::{Connection, Trouble, Turn};

use crate::desk::door;

/// What is to come of a turn.
pub(super) enum Script {
    Turn(Turn),
    Trouble,
    Panic,
}

/// Answers each turn with the next of its script, and each after the last with success.
#[derive(Default)]
pub(super) struct Scripted {
    script: Mutex<VecDeque<Script>>,
    asked: Mutex<Vec<(Call, Option<u32>)>>,
}

impl Scripted {
    /// The connection of this thread from now on.
    pub(super) fn set(script: impl IntoIterator<Item = Script>) -> &'static Scripted {
        let script = Mutex::new(script.into_iter().collect());
        let scripted: &'static Scripted = Box::leak(Box::new(Scripted { script, ..Scripted::default() }));
        door::set(scripted);
        scripted
    }

    /// The calls that were made, and inside which.
    pub(super) fn asked(&self) -> Vec<(Call, Option<u32>)> {
        std::mem::take(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn next(&self) -> Result<Turn, Trouble> {
        let next = self.script.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        match next.unwrap_or_else(|| done(returned(0))) {
            Script::Turn(turn) => Ok(turn),
            Script::Trouble => Err(Trouble(String::from("there is no answer"))),
            Script::Panic => panic!("a connection with a mistake"),
        }
    }
}

impl Connection for Scripted {
    fn begin(&self, call: &Call, inside: Option<u32>) -> Result<Turn, Trouble> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push((call.clone(), inside));
        self.next()
    }

    fn go_on(&self, _call: u32) -> Result<Turn, Trouble> {
        self.next()
    }
}

pub(super) fn done(observation: Observation) -> Script {
    Script::Turn(Turn::Done(Box::new(observation)))
}

pub(super) fn status(call: u32, percent: u8) -> Script {
    Script::Turn(Turn::Status { call, percent })
}

/// What a call gives that gives no more than a code.
pub(super) fn returned(code: u32) -> Observation {
    Observation { ending: Some(Ending::Returned(code)), ..Observation::default() }
}
