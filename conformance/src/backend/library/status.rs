//! The calls that take a status callback, and who learns what it was told.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

use super::{WithStatus, ended};
use crate::request::{Finished, Happening, Observation};

/// Is told the percentages of one call, on the thread of that call, whose callback returns after it.
pub(crate) type Listener = Rc<dyn Fn(u32)>;

/// What becomes of what a status callback is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Statuses {
    /// It is a part of the observation; for a process that makes one call at a time.
    Collected,
    /// The innermost [`Listener`] of the thread is told.
    Told,
}

/// What the callback was told since the call began: it has no other way to say for which call it is.
static COLLECTED: Mutex<Vec<u32>> = Mutex::new(Vec::new());

thread_local! {
    /// The listeners of the calls that this thread is in, the innermost last.
    static LISTENERS: RefCell<Vec<Listener>> = const { RefCell::new(Vec::new()) };
}

/// Makes the calls in `calls` with `listener` as the innermost of this thread.
pub(super) fn listening<T>(listener: Listener, calls: impl FnOnce() -> T) -> T {
    LISTENERS.with_borrow_mut(|listeners| listeners.push(listener));
    let done = calls();
    LISTENERS.with_borrow_mut(Vec::pop);
    done
}

/// Calls `function`, with a callback if `callback`.
pub(super) fn with_status(
    function: Option<WithStatus>,
    handle: u32,
    flags: u32,
    callback: bool,
    statuses: Statuses,
) -> Observation {
    match statuses {
        Statuses::Collected => collecting(function, handle, flags, callback),
        Statuses::Told => ended(function.map(|function| {
            // SAFETY: the function takes numbers, and a callback that can be called at any time on this thread.
            unsafe { function(handle, flags, callback.then_some(tell)) }
        })),
    }
}

fn collecting(function: Option<WithStatus>, handle: u32, flags: u32, callback: bool) -> Observation {
    COLLECTED.lock().unwrap_or_else(PoisonError::into_inner).clear();
    let function = function.map(|function| {
        // SAFETY: the function takes numbers, and a callback that can be called at any time from any thread.
        unsafe { function(handle, flags, callback.then_some(collect)) }
    });
    let told = std::mem::take(&mut *COLLECTED.lock().unwrap_or_else(PoisonError::into_inner));
    if told.is_empty() {
        return ended(function);
    }
    // The call was pending while its callback was told something, and has ended since.
    let happened = told
        .into_iter()
        .map(|percent| Happening::Status { call: 0, percent: u8::try_from(percent).unwrap_or(u8::MAX) });
    Observation {
        pending: Some(0),
        happened: happened.collect(),
        finished: vec![Finished { call: 0, answer: ended(function) }],
        ..Observation::default()
    }
}

unsafe extern "system" fn collect(percent: u32) {
    COLLECTED.lock().unwrap_or_else(PoisonError::into_inner).push(percent);
}

/// Ends the process if a library calls it on a thread that is in no call: it cannot say of which call it speaks.
unsafe extern "system" fn tell(percent: u32) {
    let listener = LISTENERS.with_borrow(|listeners| listeners.last().cloned());
    let listener = listener.expect("a status callback is called on the thread of its call");
    listener(percent);
}
