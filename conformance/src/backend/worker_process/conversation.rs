//! A worker whose calls take time: what it says is kept until somebody wants to hear it.

use std::io;
use std::time::Duration;

use super::{NoAnswer, WorkerProcess};
use crate::backend::BackendError;
use crate::request::Observation;
use crate::shared::PATIENCE;
use crate::worker::protocol::{Answer, Order};

/// The process of an installer, and what it said that nobody wanted to hear yet.
#[derive(Debug)]
pub(crate) struct Conversation {
    /// The process.
    pub(crate) process: WorkerProcess,
    said: Vec<Answer>,
}

impl Conversation {
    /// Nothing was said yet.
    pub(crate) fn new(process: WorkerProcess) -> Conversation {
        Conversation { process, said: Vec::new() }
    }

    /// Whether a call has an answer that waits to be heard, or will have none any more.
    pub(crate) fn is_over(&mut self, number: u32) -> bool {
        loop {
            match self.process.next_answer(Duration::ZERO) {
                Ok(Some(answer)) => self.said.push(answer),
                Ok(None) => break,
                // Said once, and to be heard by whoever waits for an answer; that it ended can be asked again.
                Err(NoAnswer::Failed(error)) => {
                    self.said.push(Answer::Failed(error.to_string()));
                    break;
                }
                Err(NoAnswer::Ended) => return true,
            }
        }
        self.said.iter().any(|answer| match answer {
            Answer::Ended { number: of, .. } => *of == number,
            Answer::Failed(_) => true,
            Answer::Identity(_) | Answer::Held | Answer::Observed(_) | Answer::Status { .. } => false,
        })
    }

    /// Lets the callback of a call return.
    pub(crate) fn resume(&mut self, number: u32) -> Result<(), BackendError> {
        self.process.send(&Order::Resume { number }).map_err(BackendError::failed("let a callback return"))
    }

    /// What a call came to; `None` if its process ended in it.
    pub(crate) fn answer_to(&mut self, number: u32) -> Result<Option<Observation>, NoAnswer> {
        self.hear(|answer| {
            let Answer::Ended { number: of, observation } = answer else { return Err(answer) };
            if of == number { Ok(*observation) } else { Err(Answer::Ended { number: of, observation }) }
        })
    }

    /// What the callback of a call was told; `None` if its process ended in it.
    pub(crate) fn status_of(&mut self, number: u32) -> Result<Option<u32>, NoAnswer> {
        self.hear(|answer| {
            let Answer::Status { number: of, percent } = answer else { return Err(answer) };
            if of == number { Ok(percent) } else { Err(answer) }
        })
    }

    /// Waits for the first answer that `fits`, and keeps the others.
    fn hear<T>(&mut self, fits: impl Fn(Answer) -> Result<T, Answer>) -> Result<Option<T>, NoAnswer> {
        let mut passed = Vec::new();
        let mut waiting = std::mem::take(&mut self.said).into_iter();
        let heard = loop {
            let answer = match waiting.next() {
                Some(answer) => answer,
                None => match self.process.next_answer(PATIENCE) {
                    Ok(Some(answer)) => answer,
                    Ok(None) => break Err(NoAnswer::Failed(io::ErrorKind::TimedOut.into())),
                    Err(NoAnswer::Ended) => break Ok(None),
                    Err(error) => break Err(error),
                },
            };
            match fits(answer) {
                Ok(heard) => break Ok(Some(heard)),
                Err(Answer::Failed(reason)) => break Err(NoAnswer::Failed(io::Error::other(reason))),
                Err(other) => passed.push(other),
            }
        };
        passed.extend(waiting);
        self.said = passed;
        heard
    }
}
