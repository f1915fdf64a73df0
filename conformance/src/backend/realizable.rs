//! Which scenarios can be made real on a Windows machine, told before anything is started.
//!
//! Compiled everywhere, so that `rstmgr` on any system can say what a Windows machine would skip.

mod steps;
mod world;

use rstmgr_model::Profile;
use rstmgr_model::profile::{Answer as _, FilterOffsets};

use super::BackendError;
use crate::scenario::{Call, Scenario, World};

/// What a machine has to make worlds real with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Means {
    /// Whether this program runs elevated: then all that it starts does, and it can install services.
    pub elevation: bool,
}

impl Means {
    /// Those of this machine; where it is no Windows, all that a Windows could have.
    #[cfg(windows)]
    pub fn of_this_machine() -> Means {
        super::windows::means()
    }

    /// Those of this machine; where it is no Windows, all that a Windows could have.
    #[cfg(not(windows))]
    pub fn of_this_machine() -> Means {
        Means { elevation: true }
    }
}

/// Whether the Windows backend can make this scenario's world real and do its steps.
///
/// A Windows has its own answers to the open questions: a scenario that turns knobs, or is written for another
/// profile than `windows-11`, says nothing about it.
///
/// # Errors
///
/// The first thing that it cannot do, in a few words, such as "a second user account"; or that the scenario would
/// reach beyond its own world, and so is refused.
pub fn check_realizable(scenario: &Scenario, means: Means) -> Result<(), BackendError> {
    let unrealizable = |reason| BackendError::Unrealizable { reason };
    if scenario.profile != Profile::windows_11() {
        let reason = "other answers to open questions than those of windows-11";
        return Err(unrealizable(String::from(reason)));
    }
    if scenario.replay.is_some() {
        return Err(unrealizable(String::from("what goes as it was recorded")));
    }
    check_world(&scenario.world, means).map_err(unrealizable)?;
    steps::check(&scenario.steps, &scenario.world).map_err(unrealizable)?;
    // Last: what is skipped touches nothing.
    steps::check_reach(&scenario.steps)
}

/// Whether the drop-in library can answer all calls of this scenario.
///
/// # Errors
///
/// The first thing that it cannot do, in a few words, such as "a library for 32-bit programs".
pub fn check_dropin(scenario: &Scenario) -> Result<(), String> {
    let calls = || steps::calls(&scenario.steps);
    if let Some(reason) = calls().find_map(|(_, call)| steps::buffer_reason(call)) {
        return Err(String::from(reason));
    }
    let lists_filters = |call: &Call| matches!(call, Call::GetFilterList { .. });
    let mut listers = calls().filter(|(_, call)| lists_filters(call)).map(|(by, _)| by).peekable();
    let mut offsets = scenario.profile.possible(FilterOffsets::KNOB);
    let may_count_from_buffer =
        offsets.any(|option| matches!(FilterOffsets::ANSWERS[option], FilterOffsets::Buffer));
    if listers.peek().is_some() && may_count_from_buffer {
        return Err(String::from("a harness that reads offsets from the beginning of a list of filters"));
    }
    // The entries of a list hold pointers, of the size that its caller's have.
    if listers.any(|by| scenario.world.installers[by].process.wow64) && cfg!(target_pointer_width = "64") {
        return Err(String::from("a library for 32-bit programs"));
    }
    Ok(())
}

/// Whether the Windows backend can make this world real.
///
/// # Errors
///
/// The first thing that it cannot do, in a few words.
pub fn check_world(world: &World, means: Means) -> Result<(), String> {
    world::reason(world, means).map_or(Ok(()), |reason| Err(String::from(reason)))
}

/// Whether `path` begins at the root of a drive, such as `C:\App`, `c:/App` or `\\?\C:\App`.
///
/// Only such paths can be moved below the private folder.
pub(crate) fn is_drive_path(path: &str) -> bool {
    let path = path.strip_prefix(r"\\?\").unwrap_or(path);
    matches!(path.as_bytes(), [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests;
