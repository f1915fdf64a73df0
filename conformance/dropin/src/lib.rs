//! The Restart Manager's library with a simulation behind it: an installer that loads `rstrtmgr.dll` on Windows, or
//! `librstrtmgr.so` elsewhere, finds the eleven functions with Microsoft's ABI, and needs no change.
//!
//! [`exports`] holds the functions. Each reads its arguments into a call, hands it to the connection of this
//! process, calls the status callback whenever the answer is to be told a percentage, and writes what the call gave
//! through the caller's pointers. Strings are UTF-16 on every system. The C header is
//! `include/rstmgr/restartmanager.h`.
//!
//! Whatever prevents an answer, such as a simulation out of reach, ends the call with `ERROR_WRITE_FAULT` (29) and
//! is said on standard error, once. Nothing unwinds into the caller.
//!
//! Pointers may be NULL wherever they may be on Windows, or lie at any address; where a count is 0 they are not
//! followed. One that leads to less memory than the interface demands is beyond what can be checked.
//!
//! `RmReserveHeap`, which the library of Windows exports too, is absent: no page and no header describes it, so
//! nobody can say what it takes and does.

pub mod abi;
mod calling;
mod desk;
pub mod exports;
mod filters;
mod pin;
mod read;
mod text;
mod write;
