//! The calls that take a status callback, and what it was told.

use std::sync::{Mutex, PoisonError};

use super::{WithStatus, ended};
use crate::request::{Finished, Happening, Observation};

/// What the callback was told since the call began: it has no other way to say for which call it is.
static TOLD: Mutex<Vec<u32>> = Mutex::new(Vec::new());

unsafe extern "system" fn note(percent: u32) {
    TOLD.lock().unwrap_or_else(PoisonError::into_inner).push(percent);
}

/// Calls `function`, with a callback if `callback`; a worker makes one call at a time.
pub(super) fn with_status(
    function: Option<WithStatus>,
    handle: u32,
    flags: u32,
    callback: bool,
) -> Observation {
    TOLD.lock().unwrap_or_else(PoisonError::into_inner).clear();
    let function = function.map(|function| {
        // SAFETY: the function takes numbers, and a callback that can be called at any time from any thread.
        unsafe { function(handle, flags, callback.then_some(note)) }
    });
    let told = std::mem::take(&mut *TOLD.lock().unwrap_or_else(PoisonError::into_inner));
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
