//! One call from its first turn to its end, with the callbacks between; and what becomes of one that fails.

use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::process;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use rstmgr_conformance::request::{Call, Ending, Observation};
use rstmgr_conformance::shared::{Trouble, Turn};

use crate::abi::{DWORD, UINT};
use crate::desk;

/// `ERROR_WRITE_FAULT`: what a call returns that nobody could answer.
pub(crate) const WRITE_FAULT: DWORD = 29;

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    /// It could not be made.
    #[error(transparent)]
    Trouble(#[from] Trouble),
    /// More is to be registered at once than can be.
    #[error("more is to be registered in one call than can be")]
    TooMuch,
    /// The entries of a list of filters have no place in their buffer.
    #[error("the list of filters is not one of a process with pointers of this size")]
    Filters,
}

/// What a call came to.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: DWORD,
    pub(crate) observation: Observation,
}

/// A callback that is running.
#[derive(Clone, Copy)]
struct Running {
    /// Whose: a process that was forked inside a callback does not go on with its call.
    process: u32,
    call: u32,
}

thread_local! {
    /// The calls inside whose callbacks this thread is, the innermost last.
    static RUNNING: RefCell<Vec<Running>> = const { RefCell::new(Vec::new()) };
    /// Whether this thread is inside one of the functions.
    static IS_INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// What `function` returns, whatever becomes of it: a panic and a call without an answer are said on standard error.
pub(crate) fn answer(function: impl FnOnce() -> Result<DWORD, Unanswered>) -> DWORD {
    set_hook();
    let was_inside = IS_INSIDE.replace(true);
    let answer = panic::catch_unwind(AssertUnwindSafe(function));
    IS_INSIDE.set(was_inside);
    match answer {
        Ok(Ok(code)) => code,
        Ok(Err(unanswered)) => {
            say_once(&unanswered);
            WRITE_FAULT
        }
        Err(_) => WRITE_FAULT,
    }
}

/// Makes `call`, and calls `status` whenever its callback is to be told a percentage.
///
/// # Errors
///
/// If it cannot be made, or the caller's process does not run where it is made.
pub(crate) fn perform(call: &Call, mut status: impl FnMut(UINT)) -> Result<Answer, Unanswered> {
    let process = process::id();
    let connection = desk::connection()?;
    let mut turn = connection.begin(call, innermost(process))?;
    loop {
        match turn {
            Turn::Done(observation) => return ended(call, *observation),
            Turn::Status { call: number, percent } => {
                within(Running { process, call: number }, || status(percent.into()));
                if process::id() != process {
                    let message =
                        format!("the process was forked inside the callback of {}", call.function());
                    return Err(Trouble(message).into());
                }
                turn = connection.go_on(number)?;
            }
        }
    }
}

/// The call inside whose callback this thread is.
fn innermost(process: u32) -> Option<u32> {
    RUNNING
        .with_borrow(|running| running.last().copied().filter(|last| last.process == process))
        .map(|last| last.call)
}

/// Calls a callback.
fn within(running: Running, callback: impl FnOnce()) {
    RUNNING.with_borrow_mut(|all| all.push(running));
    let was_inside = IS_INSIDE.replace(false);
    callback();
    IS_INSIDE.set(was_inside);
    RUNNING.with_borrow_mut(Vec::pop);
}

fn ended(call: &Call, observation: Observation) -> Result<Answer, Unanswered> {
    let why = match observation.ending {
        Some(Ending::Returned(code)) => return Ok(Answer { code, observation }),
        Some(Ending::Crashed) => "the process that calls it does not run in this world",
        Some(Ending::MissingExport) => "there is no such function in this world",
        None => "it did not end",
    };
    Err(Trouble(format!("{}: {why}", call.function())).into())
}

/// Says what is wrong, unless something was said before in this process.
fn say_once(unanswered: &Unanswered) {
    static SAID_BY: AtomicU32 = AtomicU32::new(0);
    let process = process::id();
    if SAID_BY.swap(process, Ordering::Relaxed) != process {
        say(&unanswered.to_string());
    }
}

/// A line on standard error; where it cannot be written there is nobody to tell.
fn say(message: &str) {
    let line = format!("rstrtmgr: {message}\n");
    let _unheard = io::stderr().write_all(line.as_bytes());
}

/// From now on a panic of these functions is one line, and any other what it was.
fn set_hook() {
    static IS_SET: AtomicBool = AtomicBool::new(false);
    // While a thread unwinds, no hook can be set.
    if IS_SET.load(Ordering::Relaxed) || thread::panicking() || IS_SET.swap(true, Ordering::Relaxed) {
        return;
    }
    let others = panic::take_hook();
    panic::set_hook(Box::new(move |panic| if IS_INSIDE.get() { say(&told(panic)) } else { others(panic) }));
}

fn told(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let text =
        payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    let message = text.unwrap_or("no message").replace('\n', " ");
    match panic.location() {
        Some(place) => format!("panicked at {place}: {message}"),
        None => format!("panicked: {message}"),
    }
}
