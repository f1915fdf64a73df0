//! Which steps can be done in a world that was made real.

use super::super::BackendError;
use super::super::library::{FILTERS_CAPACITY_MAX, LIST_CAPACITY_MAX};
use super::is_drive_path;
use crate::request::InstallerIndex;
use crate::scenario::{
    Act, Action, Call, Event, FileElement, FilterTarget, Meanwhile, Pause, ProcessOf, Registration, Step,
    Trigger, World,
};

/// How many files of one call are made at most: each takes a moment.
const FILES_MAX: u64 = 1_000;

/// Whether the steps stay within the scenario's own world.
///
/// # Errors
///
/// If something is shut down, and something is registered that may be the machine's own.
pub(super) fn check_reach(steps: &[Step]) -> Result<(), BackendError> {
    let all = || steps.iter().chain(steps.iter().flat_map(nested));
    if !all().any(is_shutdown) {
        return Ok(());
    }
    let found = all().find_map(|step| foreign(&step.action).map(|foreign| (foreign, step.place.line)));
    let Some((foreign, line)) = found else { return Ok(()) };
    let reason = format!(
        "{foreign}, which is registered in line {line}, may be this machine's own, and a shutdown could stop programs \
         that this scenario did not start"
    );
    Err(BackendError::Refused { reason })
}

/// Whether the steps can be done in `world`.
///
/// # Errors
///
/// The first thing that cannot, in a few words.
pub(super) fn check(steps: &[Step], world: &World) -> Result<(), String> {
    let reason = steps
        .iter()
        .find_map(|step| step_reason(step, world))
        .or_else(|| steps.iter().flat_map(nested).find_map(|step| nested_reason(step, world)))
        .or_else(|| filters_reason(steps, world));
    reason.map_or(Ok(()), |reason| Err(String::from(reason)))
}

fn is_shutdown(step: &Step) -> bool {
    matches!(step.action, Action::Call { call: Call::Shutdown { .. }, .. })
}

fn nested(step: &Step) -> impl Iterator<Item = &Step> {
    meanwhile(step).iter().flat_map(|item| &item.steps)
}

fn meanwhile(step: &Step) -> &[Meanwhile] {
    crate::runner::meanwhile_of(step)
}

fn step_reason(step: &Step, world: &World) -> Option<&'static str> {
    action_reason(&step.action, world)
        .or_else(|| meanwhile(step).iter().find_map(|item| trigger_reason(item.at)))
        .or_else(|| expectation_reason(step))
}

fn nested_reason(step: &Step, world: &World) -> Option<&'static str> {
    if is_shutdown(step) {
        return Some("a shutdown beside another call, before which no list can be read");
    }
    step_reason(step, world)
}

fn trigger_reason(at: Trigger) -> Option<&'static str> {
    match at {
        Trigger::Due(_) => Some("what goes as it was recorded"),
        Trigger::Start | Trigger::After(_) | Trigger::Status(_) | Trigger::When { .. } => None,
    }
}

fn action_reason(action: &Action, world: &World) -> Option<&'static str> {
    match action {
        Action::Call { call, .. } => call_reason(call),
        Action::Event(event) => event_reason(event),
        Action::Act { act, .. } => act_reason(act),
        Action::Registration(Registration::Settings { application, by, .. }) => {
            let is_own = matches!(by, ProcessOf::Application(asks) if asks == application);
            (!is_own).then_some("settings that another process asks for")
        }
        Action::Wait(Pause::UntilDue(_)) => Some("what goes as it was recorded"),
        Action::Database { .. } => Some("the session database is not read yet"),
        Action::EventLog { .. } => Some("the event log is not read yet"),
        Action::Registration(
            Registration::Register { application, .. } | Registration::Unregister { application },
        ) => {
            // A service is no program that registers.
            world.applications[*application]
                .service
                .is_some()
                .then_some("a service that registers for restart")
        }
        Action::Wait(Pause::For(_)) | Action::World { .. } | Action::Messages { .. } => None,
    }
}

fn call_reason(call: &Call) -> Option<&'static str> {
    let Call::RegisterResources { files, .. } = call else { return buffer_reason(call) };
    let count = |element: &FileElement| match element {
        FileElement::Paths(paths) => u64::try_from(paths.len()).unwrap_or(u64::MAX),
        FileElement::Pattern(_, count) => u64::from(*count),
    };
    let made = files.items.iter().flatten().map(count).sum::<u64>();
    (made > FILES_MAX).then_some("more files than are made for a scenario")
}

/// Whether a library is given a buffer that nobody has the memory for.
pub(super) fn buffer_reason(call: &Call) -> Option<&'static str> {
    let (capacity, max, reason) = if let Call::GetList { capacity, null, .. } = call {
        let capacity = capacity.filter(|_| !null.array);
        (capacity, LIST_CAPACITY_MAX, "room for more applications than any list has")
    } else if let Call::GetFilterList { capacity, null_buffer, .. } = call {
        let capacity = capacity.filter(|_| !null_buffer);
        (capacity, FILTERS_CAPACITY_MAX, "room for more filters than any list has")
    } else {
        return None;
    };
    capacity.is_some_and(|capacity| capacity > max).then_some(reason)
}

/// All calls, those beside others too, each with the installer that makes it.
pub(super) fn calls(steps: &[Step]) -> impl Iterator<Item = (InstallerIndex, &Call)> {
    steps.iter().chain(steps.iter().flat_map(nested)).filter_map(|step| {
        let Action::Call { by, call } = &step.action else { return None };
        Some((*by, call))
    })
}

fn event_reason(event: &Event) -> Option<&'static str> {
    match event {
        Event::StartInstaller(_)
        | Event::ExitInstaller(_)
        | Event::StartApplication(_)
        | Event::ExitApplication(_)
        | Event::Launch { elevation_prompt: false, .. } => None,
        Event::OpenFile(_, path) | Event::CloseFile(_, path) => {
            (!is_drive_path(path)).then_some("a file in use that is on no drive")
        }
        Event::Launch { elevation_prompt: true, .. } => Some("a prompt for elevation"),
        Event::LogOff(_) => Some("logging off"),
        Event::Reboot => Some("a reboot"),
        Event::Fault { .. } => Some("faults cannot be switched on"),
        Event::Redirection { .. } => Some("a 32-bit program"),
    }
}

fn act_reason(act: &Act) -> Option<&'static str> {
    match act {
        Act::ReplaceFile(path) | Act::RemoveFile(path) | Act::RestoreFile(path) => {
            (!is_drive_path(path)).then_some("a file that is on no drive")
        }
        Act::StartService(_) | Act::StopService(_) | Act::SwitchService { .. } => None,
        Act::ScheduleReplacement(_) => Some("a replacement at the next boot"),
        Act::InitiateShutdown { .. } | Act::ExitWindows { .. } | Act::AbortShutdown => Some("a reboot"),
        Act::LogOn => Some("a logon"),
    }
}

/// What is registered and may belong to the machine rather than to the scenario.
fn foreign(action: &Action) -> Option<String> {
    let Action::Call { call: Call::RegisterResources { files, processes, .. }, .. } = action else {
        return None;
    };
    let foreign_file = |element: &FileElement| match element {
        FileElement::Paths(paths) => {
            paths.iter().flatten().find(|path| !is_drive_path(path)).map(|path| path.to_string())
        }
        FileElement::Pattern(pattern, _) => (!is_drive_path(pattern)).then(|| pattern.clone()),
    };
    let file = files.items.iter().flatten().find_map(foreign_file).map(|path| format!("the path `{path}`"));
    let nobody = processes.items.iter().flatten().find_map(|element| match element.who {
        ProcessOf::Nobody(pid) => Some(format!("the process {pid}")),
        ProcessOf::Application(_) | ProcessOf::Installer(_) => None,
    });
    file.or(nobody)
}

fn expectation_reason(step: &Step) -> Option<&'static str> {
    let expect = step.expect.as_deref()?;
    // A worker is always this program, and a fixture always the fixture, whatever the scenario calls them.
    let mut listed = expect.affected.iter().chain(&expect.affected_in_order).flatten();
    let is_named = listed.any(|entry| entry.name.is_some());
    is_named.then_some("a program with a name of its own")
}

/// Programs and services have longer names here, and with them a list of filters on them is longer.
fn filters_reason(steps: &[Step], world: &World) -> Option<&'static str> {
    let lists = |step: &Step| matches!(step.action, Action::Call { call: Call::GetFilterList { .. }, .. });
    let is_own = |target: &FilterTarget| {
        let names = |name: &Option<String>, own: &str| {
            name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(own))
        };
        world.applications.iter().any(|application| {
            names(&target.module, &application.process.image)
                || application
                    .service
                    .as_ref()
                    .is_some_and(|service| names(&target.service, &service.short_name))
        })
    };
    let filters = |step: &Step| {
        let Action::Call { call: Call::AddFilter { target, .. }, .. } = &step.action else { return false };
        is_own(target)
    };
    (steps.iter().any(lists) && steps.iter().any(filters))
        .then_some("the size of a list of filters on programs")
}
