//! The calls that a worker makes on threads of their own, and what is called inside their status callbacks.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::rc::Rc;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::output::Output;
use super::protocol::Answer;
use crate::backend::library::Exports;
use crate::request::Call;

/// The numbered calls of a worker.
pub(super) struct Calls {
    exports: io::Result<Exports>,
    output: Output,
    state: Mutex<State>,
}

/// A call under the number that the backend gave it.
struct Numbered {
    number: u32,
    call: Call,
}

#[derive(Default)]
struct State {
    under_way: BTreeSet<u32>,
    /// The calls whose status callback runs. It makes the calls that are sent to it, and returns when the sender is
    /// gone.
    in_callback: BTreeMap<u32, Sender<Numbered>>,
}

impl Calls {
    pub(super) fn new(exports: io::Result<Exports>, output: Output) -> Arc<Self> {
        Arc::new(Calls { exports, output, state: Mutex::default() })
    }

    /// The functions, or why there are none.
    pub(super) fn exports(&self) -> io::Result<&Exports> {
        self.exports.as_ref().map_err(|error| io::Error::new(error.kind(), error.to_string()))
    }

    /// Makes a call on a thread of its own, or on the thread on which the callback of the call `inside` runs.
    pub(super) fn begin(self: &Arc<Self>, number: u32, call: Call, inside: Option<u32>) -> io::Result<()> {
        self.exports()?;
        let numbered = Numbered { number, call };
        let mut state = self.state();
        if state.under_way.contains(&number) {
            let message = format!("call {number} is under way already");
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        match inside {
            Some(outer) => {
                let callback = state.in_callback.get(&outer).ok_or_else(|| no_callback(outer))?;
                callback.send(numbered).map_err(|_| no_callback(outer))?;
            }
            None => {
                let calls = Arc::clone(self);
                // It cannot end before this lock is released.
                thread::Builder::new().spawn(move || calls.make(&numbered))?;
            }
        }
        state.under_way.insert(number);
        Ok(())
    }

    /// Lets the callback of a call return, once it has made the calls that it was told to make.
    pub(super) fn resume(&self, number: u32) -> io::Result<()> {
        self.state().in_callback.remove(&number).map(drop).ok_or_else(|| no_callback(number))
    }

    fn make(self: &Arc<Self>, Numbered { number, call }: &Numbered) {
        let number = *number;
        let calls = Arc::clone(self);
        let listener = Rc::new(move |percent| calls.be_told(number, percent));
        let made = self.exports().and_then(|exports| exports.call_telling(call, listener));
        // Before the answer, after which the number may be given again.
        self.state().under_way.remove(&number);
        self.answer(&match made {
            Ok(observation) => Answer::Ended { number, observation: Box::new(observation) },
            Err(error) => Answer::Failed(format!("call {number}: {error}")),
        });
    }

    /// The status callback of a call, on the thread of that call.
    fn be_told(self: &Arc<Self>, number: u32, percent: u32) {
        let (sender, inside) = mpsc::channel();
        // Before the answer, after which the backend may want something of this callback.
        self.state().in_callback.insert(number, sender);
        self.answer(&Answer::Status { number, percent });
        for numbered in inside {
            self.make(&numbered);
        }
    }

    fn answer(&self, answer: &Answer) {
        // Who reads no answers gives no orders either, and with its orders the worker ends.
        let _broken = self.output.send(answer);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn no_callback(number: u32) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("no status callback of call {number} runs"))
}
