//! Which scenarios can be made real on a Windows machine, told before anything is started.
//!
//! Compiled everywhere, so that `rstmgr` on any system can say what a Windows machine would skip.

use std::time::Duration;

use rstmgr_model::Profile;
use rstmgr_model::profile::{Answer as _, FilterOffsets};

use crate::scenario::{
    Action, Application, Call, Event, FileElement, FilterTarget, HowUsed, Installer, Integrity,
    OnConsoleEvent, ProcessElement, ProcessOf, Scenario, Step, WhatLiesThere, World,
};

/// The terminal session that a scenario's processes are in unless it says otherwise: here, that of the harness.
const TERMINAL_SESSION: u32 = 1;

/// How many files of one call are made at most: each takes a moment.
const FILES_MAX: u64 = 1_000;

/// What programs do on `CTRL_C_EVENT` if they do nothing about it.
const LEAVES_AT_ONCE: OnConsoleEvent = OnConsoleEvent::Leaves(Duration::ZERO);

/// Whether the Windows backend can make this scenario's world real and do its steps.
///
/// A Windows has its own answers to the open questions: a scenario that turns knobs, or is written for another
/// profile than `windows-11`, says nothing about it.
///
/// # Errors
///
/// The first thing that it cannot do, in a few words, such as "a second user account".
pub fn check_realizable(scenario: &Scenario) -> Result<(), String> {
    if scenario.profile != Profile::windows_11() {
        return Err(String::from("other answers to open questions than those of windows-11"));
    }
    if scenario.replay.is_some() {
        return Err(String::from("what goes as it was recorded"));
    }
    check_world(&scenario.world)?;
    check_steps(&scenario.steps)
}

/// Whether the drop-in library can answer all calls of this scenario.
///
/// # Errors
///
/// The first thing that it cannot do, in a few words, such as "a library for 32-bit programs".
pub fn check_dropin(scenario: &Scenario) -> Result<(), String> {
    let lists_filters = |step: &Step| {
        let Action::Call { by, call: Call::GetFilterList { .. } } = step.action else { return None };
        Some(by)
    };
    let mut listers = scenario.steps.iter().filter_map(lists_filters).peekable();
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
pub fn check_world(world: &World) -> Result<(), String> {
    let reason = installer_reason(&world.installers)
        .or_else(|| world.applications.iter().find_map(application_reason))
        .or_else(|| world.files.iter().find_map(|file| file_reason(&file.what)));
    reason.map_or(Ok(()), |reason| Err(String::from(reason)))
}

/// Whether `path` begins at the root of a drive, such as `C:\App`, `c:/App` or `\\?\C:\App`.
///
/// Only such paths can be moved below the scratch directory.
pub(crate) fn is_drive_path(path: &str) -> bool {
    let path = path.strip_prefix(r"\\?\").unwrap_or(path);
    matches!(path.as_bytes(), [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic())
}

fn check_steps(steps: &[Step]) -> Result<(), String> {
    let reason = steps.iter().find_map(|step| action_reason(&step.action)).or_else(|| {
        let shuts_down = steps.iter().any(|step| is_shutdown(&step.action));
        let reaches_out = steps.iter().any(|step| reaches_beyond_scenario(&step.action));
        (shuts_down && reaches_out).then_some("a shutdown that could stop programs of this machine")
    });
    reason
        .or_else(|| steps.iter().find_map(expectation_reason))
        .map_or(Ok(()), |reason| Err(String::from(reason)))
}

fn installer_reason(installers: &[Installer]) -> Option<&'static str> {
    let first = installers.first()?;
    installers.iter().find_map(|installer| {
        let process = &installer.process;
        if process.pid.is_some() {
            Some("a given process id")
        } else if process.user != first.process.user {
            Some("a second user account")
        } else if process.elevated {
            Some("an elevated installer")
        } else if process.integrity != Integrity::Medium {
            Some("an integrity level")
        } else if process.terminal_session != TERMINAL_SESSION {
            Some("another terminal session")
        } else if process.wow64 {
            Some("a WOW64 installer")
        } else if installer.as_service {
            Some("a service installer")
        } else if !is_drive_path(&installer.current_directory) {
            Some("a current directory without a drive")
        } else if process.console.is_some() || process.on_console_event != LEAVES_AT_ONCE {
            Some("a shared console, or a handler of its events")
        } else {
            process.uses.iter().find_map(|used| use_reason(used.how))
        }
    })
}

fn use_reason(how: HowUsed) -> Option<&'static str> {
    match how {
        HowUsed::Handle | HowUsed::SharedHandle => None,
        HowUsed::Image => Some("a loaded image"),
        HowUsed::CurrentDirectory => Some("a current directory in use"),
        HowUsed::Remote => Some("a file opened from another machine"),
        HowUsed::Kernel => Some("a file opened by the kernel"),
    }
}

fn application_reason(application: &Application) -> Option<&'static str> {
    // A service that does not run is installed all the same.
    let there = application.process.running || application.service.is_some();
    there.then_some("applications need fixture programs")
}

fn file_reason(what: &WhatLiesThere) -> Option<&'static str> {
    match what {
        WhatLiesThere::Nothing | WhatLiesThere::Directory => None,
        WhatLiesThere::AnotherNameOf(_) => Some("another name of a file"),
        WhatLiesThere::CannotBeOpened(_) => Some("files that cannot be opened"),
    }
}

fn action_reason(action: &Action) -> Option<&'static str> {
    match action {
        Action::Call { call, .. } => call_reason(call),
        Action::Event(event) => event_reason(event),
        Action::Act { .. } => Some("what installers do beside the Restart Manager"),
        Action::Registration(_) => Some("applications need fixture programs"),
        Action::Wait(_) => Some("time that passes"),
        Action::Database { .. } => Some("the session database is not read yet"),
        Action::World { .. } | Action::Messages { .. } => Some("applications need fixture programs"),
        Action::EventLog { .. } => Some("the event log is not read yet"),
    }
}

fn call_reason(call: &Call) -> Option<&'static str> {
    match call {
        Call::RegisterResources { files, processes, .. } => {
            let named = processes.items.iter().flatten().any(names_application);
            let count = |element: &FileElement| match element {
                FileElement::Paths(paths) => u64::try_from(paths.len()).unwrap_or(u64::MAX),
                FileElement::Pattern(_, count) => u64::from(*count),
            };
            let made = files.items.iter().flatten().map(count).sum::<u64>();
            match () {
                () if named => Some("applications need fixture programs"),
                () if made > FILES_MAX => Some("more files than are made for a scenario"),
                () => None,
            }
        }
        Call::GetList { meanwhile, .. }
        | Call::Shutdown { meanwhile, .. }
        | Call::Restart { meanwhile, .. } => {
            (!meanwhile.is_empty()).then_some("something that is done while a call is under way")
        }
        Call::AddFilter { target: FilterTarget { process, .. }, .. }
        | Call::RemoveFilter { target: FilterTarget { process, .. }, .. } => {
            let named = process.as_ref().is_some_and(names_application);
            named.then_some("applications need fixture programs")
        }
        Call::StartSession { .. }
        | Call::JoinSession { .. }
        | Call::EndSession { .. }
        | Call::CancelCurrentTask { .. }
        | Call::GetFilterList { .. } => None,
    }
}

fn names_application(element: &ProcessElement) -> bool {
    matches!(element.who, ProcessOf::Application(_))
}

fn event_reason(event: &Event) -> Option<&'static str> {
    match event {
        Event::StartInstaller(_) | Event::ExitInstaller(_) => None,
        Event::StartApplication(_)
        | Event::ExitApplication(_)
        | Event::OpenFile(..)
        | Event::CloseFile(..)
        | Event::Launch { .. } => Some("applications need fixture programs"),
        Event::LogOff(_) => Some("logging off"),
        Event::Reboot => Some("a reboot"),
        Event::Fault { .. } => Some("faults cannot be switched on"),
        Event::Redirection { .. } => Some("a WOW64 installer"),
    }
}

fn is_shutdown(action: &Action) -> bool {
    matches!(action, Action::Call { call: Call::Shutdown { .. }, .. })
}

/// Whether what is registered may belong to the machine rather than to the scenario.
fn reaches_beyond_scenario(action: &Action) -> bool {
    let Action::Call { call: Call::RegisterResources { files, processes, services, .. }, .. } = action else {
        return false;
    };
    let foreign_file = |element: &FileElement| match element {
        FileElement::Paths(paths) => paths.iter().flatten().any(|path| !is_drive_path(path)),
        FileElement::Pattern(pattern, _) => !is_drive_path(pattern),
    };
    files.items.iter().flatten().any(foreign_file)
        || processes.items.iter().flatten().any(|element| matches!(element.who, ProcessOf::Nobody(_)))
        || services.items.iter().flatten().any(Option::is_some)
}

fn expectation_reason(step: &Step) -> Option<&'static str> {
    let expect = step.expect.as_deref()?;
    // A worker is always this program, whatever the scenario calls the installer's.
    let named = expect
        .affected
        .iter()
        .chain(&expect.affected_in_order)
        .flatten()
        .any(|entry| entry.name.is_some() && matches!(entry.who, ProcessOf::Installer(_)));
    match () {
        () if named => Some("an installer's program with a name of its own"),
        () if expect.took.is_some() => Some("exact durations"),
        () => None,
    }
}

#[cfg(test)]
mod tests;
