//! Where the calls of this process are made: one connection, made at the first call, also after a fork.

use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use rstmgr_conformance::shared::{self, Connection, Trouble};

use crate::pin::pin;

/// The connection of one process, and where the one of its fork is found.
struct Desk {
    /// Whose it is; 0: nobody's yet.
    process: AtomicU32,
    connection: OnceLock<Result<Box<dyn Connection>, Trouble>>,
    next: OnceLock<Box<Desk>>,
}

impl Desk {
    const fn new() -> Desk {
        Desk { process: AtomicU32::new(0), connection: OnceLock::new(), next: OnceLock::new() }
    }

    /// The desk of `process`, this one or a later one. What a forked process took over is left alone, since it may
    /// have been locked in the moment of the fork.
    fn of(&'static self, process: u32) -> &'static Desk {
        match self.process.compare_exchange(0, process, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => self,
            Err(owner) if owner == process => self,
            Err(_) => self.next.get_or_init(|| Box::new(Desk::new())).of(process),
        }
    }
}

static FIRST: Desk = Desk::new();

/// The connection of this process.
///
/// # Errors
///
/// If there is none: the same at each call.
pub(crate) fn connection() -> Result<&'static dyn Connection, Trouble> {
    #[cfg(test)]
    if let Some(connection) = door::connection() {
        return Ok(connection);
    }
    let desk = FIRST.of(process::id());
    let connect = || {
        pin();
        shared::connect()
    };
    match desk.connection.get_or_init(connect) {
        Ok(connection) => Ok(&**connection),
        Err(trouble) => Err(trouble.clone()),
    }
}

/// The way by which tests bring their own connection.
#[cfg(test)]
pub(crate) mod door {
    use std::cell::Cell;
    use std::sync::{Mutex, PoisonError};

    use rstmgr_conformance::shared::Connection;

    /// All that were ever brought: who looks for leaks finds them here, after their threads as well.
    static BROUGHT: Mutex<Vec<&'static dyn Connection>> = Mutex::new(Vec::new());

    thread_local! {
        static CONNECTION: Cell<Option<&'static dyn Connection>> = const { Cell::new(None) };
    }

    pub(super) fn connection() -> Option<&'static dyn Connection> {
        CONNECTION.get()
    }

    /// From now on the calls of this thread are made there.
    pub(crate) fn set(connection: &'static dyn Connection) {
        BROUGHT.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        CONNECTION.set(Some(connection));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_process_has_a_desk_of_its_own() {
        static DESK: Desk = Desk::new();
        let [first, second] = [4, 8].map(|process| std::ptr::from_ref(DESK.of(process)));
        assert_ne!(first, second);
        assert_eq!([4, 8].map(|process| std::ptr::from_ref(DESK.of(process))), [first, second]);
    }
}
