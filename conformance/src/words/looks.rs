//! What a scenario expects where it looks, in the format's words.

use crate::scenario::parse::format::{
    ANSWERS, CAUSES, CHANNELS, CONSOLES, FILE_STATES, LEVELS, RUN_STATES, STARTERS, WHY_NOT_RESTARTED,
};
use crate::scenario::{
    Answered, CannotRestart, Cause, Channel, ConsoleOf, FileState, Level, RunState, StartedBy,
};

/// Whether somebody runs.
pub(crate) fn run_state(state: RunState) -> &'static str {
    match state {
        RunState::Running => RUN_STATES[0],
        RunState::Stopped => RUN_STATES[1],
        RunState::Restarted => RUN_STATES[2],
    }
}

/// Whose console it is.
pub(crate) fn console_of(console: ConsoleOf) -> &'static str {
    match console {
        ConsoleOf::Own => CONSOLES[0],
        ConsoleOf::Shared => CONSOLES[1],
    }
}

/// Who started somebody.
pub(crate) fn started_by(by: StartedBy) -> &'static str {
    match by {
        StartedBy::Beginning => STARTERS[0],
        StartedBy::RestartManager => STARTERS[1],
        StartedBy::Itself => STARTERS[2],
        StartedBy::Reboot => STARTERS[3],
        StartedBy::ServiceControlManager => STARTERS[4],
        StartedBy::Installer => STARTERS[5],
    }
}

/// What a window answered.
pub(crate) fn answered(answer: Answered) -> &'static str {
    match answer {
        Answered::Agrees => ANSWERS[0],
        Answered::Refuses => ANSWERS[1],
        Answered::Nothing => ANSWERS[2],
    }
}

/// Why something happens.
pub(crate) fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Own => CAUSES[0],
        Cause::Console => CAUSES[1],
        Cause::Dependency => CAUSES[2],
        Cause::Host => CAUSES[3],
        Cause::SystemShutdown => CAUSES[4],
    }
}

/// How bad a record is.
pub(crate) fn level(level: Level) -> &'static str {
    match level {
        Level::Information => LEVELS[0],
        Level::Warning => LEVELS[1],
        Level::Error => LEVELS[2],
    }
}

/// The log of a record.
pub(crate) fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Application => CHANNELS[0],
        Channel::Operational => CHANNELS[1],
    }
}

/// Why somebody cannot be restarted.
pub(crate) fn why_not(reason: CannotRestart) -> &'static str {
    match reason {
        CannotRestart::Unknown => WHY_NOT_RESTARTED[0],
        CannotRestart::OtherUser => WHY_NOT_RESTARTED[1],
    }
}

/// What became of a file.
pub(crate) fn file_state(state: FileState) -> &'static str {
    match state {
        FileState::Original => FILE_STATES[0],
        FileState::Pending => FILE_STATES[1],
        FileState::Replaced => FILE_STATES[2],
        FileState::Missing => FILE_STATES[3],
    }
}
