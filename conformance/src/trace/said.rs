//! What a step says: who calls what, about what, with which arguments; so that a trace can be judged alone.

use std::borrow::Cow;

use crate::scenario::{
    Act, Action, ArrayArgument, Call, Event, FilterTarget, HandleArgument, KeyArgument, KeyChange, Moment,
    NullPointers, Pause, ProcessElement, ProcessOf, Registration, Scenario, duration,
};
use crate::trace::{Arguments, Files, Milliseconds};
use crate::words::WITH_WRONG_START_TIME;

/// Who calls; nobody does an event.
pub(super) fn by<'a>(scenario: &'a Scenario, action: &Action) -> Option<&'a str> {
    match action {
        Action::Call { by, .. } | Action::Act { by, .. } => {
            Some(scenario.world.installers[*by].name.as_str())
        }
        Action::Registration(Registration::Settings { by: ProcessOf::Installer(by), .. }) => {
            Some(scenario.world.installers[*by].name.as_str())
        }
        Action::Registration(Registration::Settings { by: ProcessOf::Application(by), .. }) => {
            Some(scenario.world.applications[*by].name.as_str())
        }
        Action::Event(_)
        | Action::Registration(_)
        | Action::Wait(_)
        | Action::Database { .. }
        | Action::World { .. }
        | Action::Messages { .. }
        | Action::EventLog { .. } => None,
    }
}

/// The function or the event, as the trace calls it.
pub(crate) fn call_name(action: &Action) -> &'static str {
    match action {
        Action::Call { call, .. } => match call {
            Call::StartSession { .. } => "RmStartSession",
            Call::JoinSession { .. } => "RmJoinSession",
            Call::EndSession { .. } => "RmEndSession",
            Call::RegisterResources { .. } => "RmRegisterResources",
            Call::GetList { .. } => "RmGetList",
            Call::Shutdown { .. } => "RmShutdown",
            Call::Restart { .. } => "RmRestart",
            Call::CancelCurrentTask { .. } => "RmCancelCurrentTask",
            Call::AddFilter { .. } => "RmAddFilter",
            Call::RemoveFilter { .. } => "RmRemoveFilter",
            Call::GetFilterList { .. } => "RmGetFilterList",
        },
        Action::Event(event) => match event {
            Event::StartApplication(_) => "start-application",
            Event::ExitApplication(_) => "exit-application",
            Event::OpenFile(..) => "open-file",
            Event::CloseFile(..) => "close-file",
            Event::Launch { .. } => "launch",
            Event::StartInstaller(_) => "start-installer",
            Event::ExitInstaller(_) => "exit-installer",
            Event::LogOff(_) => "log-off",
            Event::Reboot => "reboot",
            Event::Fault { .. } => "fault",
            Event::Redirection { .. } => "wow64-redirection",
        },
        Action::Act { act, .. } => match act {
            Act::ReplaceFile(_) => "replace-file",
            Act::ScheduleReplacement(_) => "schedule-replacement",
            Act::RemoveFile(_) => "remove-file",
            Act::RestoreFile(_) => "restore-file",
            Act::StartService(_) => "start-service",
            Act::StopService(_) => "stop-service",
            Act::SwitchService { enabled: false, .. } => "disable-service",
            Act::SwitchService { enabled: true, .. } => "enable-service",
            Act::InitiateShutdown { .. } => "InitiateShutdown",
            Act::ExitWindows { .. } => "ExitWindowsEx",
            Act::AbortShutdown => "AbortSystemShutdown",
            Act::LogOn => "log-on",
        },
        Action::Registration(registration) => match registration {
            Registration::Register { .. } => "RegisterApplicationRestart",
            Registration::Unregister { .. } => "UnregisterApplicationRestart",
            Registration::Settings { .. } => "GetApplicationRestartSettings",
        },
        Action::Wait(_) => "wait",
        Action::Database { .. } => "expect-database",
        Action::World { .. } => "expect-world",
        Action::Messages { .. } => "expect-messages",
        Action::EventLog { .. } => "expect-event-log",
    }
}

/// What an action is about, in names.
pub(super) fn about<'a>(scenario: &'a Scenario, action: &Action) -> Cow<'a, str> {
    let world = &scenario.world;
    let handle_name = |handle: &HandleArgument| match handle {
        HandleArgument::Named(name) => Cow::Borrowed(scenario.handles[*name].as_str()),
        HandleArgument::Number(number) => Cow::Owned(number.to_string()),
    };
    let given = |name: &Option<usize>| Cow::Borrowed(name.map_or("", |name| scenario.handles[name].as_str()));
    let application = |of: &usize| Cow::Borrowed(world.applications[*of].name.as_str());
    match action {
        Action::Call { call, .. } => match call {
            Call::StartSession { name, .. } => given(name),
            Call::JoinSession { name, key, .. } => match key {
                KeyArgument::Of(session, _) => {
                    Cow::Owned(format!("{} of {}", given(name), scenario.handles[*session]))
                }
                KeyArgument::Null | KeyArgument::Text(_) => given(name),
            },
            Call::EndSession { handle }
            | Call::RegisterResources { handle, .. }
            | Call::GetList { handle, .. }
            | Call::Shutdown { handle, .. }
            | Call::Restart { handle, .. }
            | Call::CancelCurrentTask { handle }
            | Call::AddFilter { handle, .. }
            | Call::RemoveFilter { handle, .. }
            | Call::GetFilterList { handle, .. } => handle_name(handle),
        },
        Action::Event(event) => about_event(scenario, event),
        Action::Act { by, act } => match act {
            Act::ReplaceFile(file)
            | Act::ScheduleReplacement(file)
            | Act::RemoveFile(file)
            | Act::RestoreFile(file) => Cow::Owned(file.clone()),
            Act::StartService(service) | Act::StopService(service) | Act::SwitchService { service, .. } => {
                application(service)
            }
            Act::InitiateShutdown { .. } | Act::ExitWindows { .. } | Act::AbortShutdown => Cow::Borrowed(""),
            Act::LogOn => Cow::Borrowed(world.installers[*by].process.user.as_str()),
        },
        Action::Registration(
            Registration::Register { application: of, .. }
            | Registration::Unregister { application: of }
            | Registration::Settings { application: of, .. },
        )
        | Action::Messages { application: of } => application(of),
        Action::Wait(Pause::For(so_long)) => Cow::Owned(duration::write(*so_long)),
        Action::Wait(Pause::UntilDue(count)) => Cow::Owned(format!("due {count}")),
        Action::World { at } => match at {
            Moment::Now => Cow::Borrowed("now"),
            Moment::Settled => Cow::Borrowed("settled"),
            Moment::After(so_long) => Cow::Owned(duration::write(*so_long)),
        },
        Action::Database { of } | Action::EventLog { of, .. } => {
            Cow::Borrowed(world.installers[*of].process.user.as_str())
        }
    }
}

fn about_event<'a>(scenario: &'a Scenario, event: &Event) -> Cow<'a, str> {
    let world = &scenario.world;
    match event {
        Event::StartApplication(application)
        | Event::ExitApplication(application)
        | Event::Launch { application, .. } => Cow::Borrowed(world.applications[*application].name.as_str()),
        Event::OpenFile(application, path) | Event::CloseFile(application, path) => {
            Cow::Owned(format!("{} {path}", world.applications[*application].name))
        }
        Event::StartInstaller(installer)
        | Event::ExitInstaller(installer)
        | Event::LogOff(installer)
        | Event::Redirection { by: installer, .. } => {
            Cow::Borrowed(world.installers[*installer].name.as_str())
        }
        Event::Reboot => Cow::Borrowed(""),
        Event::Fault { fault, active, .. } => {
            Cow::Owned(format!("{fault:?} {}", if *active { "on" } else { "off" }))
        }
    }
}

/// The arguments of an action beside what it is about; none where nothing is left to say.
pub(super) fn arguments<'a>(scenario: &'a Scenario, action: &'a Action) -> Option<Arguments<'a>> {
    let mut said = Arguments::default();
    match action {
        Action::Call { call, .. } => say_call(scenario, call, &mut said),
        Action::Event(Event::Launch { by, elevation_prompt, .. }) => {
            said.launched_by = Some(scenario.world.installers[*by].name.as_str());
            said.elevation_prompt = *elevation_prompt;
        }
        Action::Event(Event::Redirection { active, .. }) => said.redirection = Some(*active),
        Action::Act { act: Act::InitiateShutdown { flags, grace }, .. } => {
            said.flags = Some(*flags).filter(|flags| *flags != 0);
            said.grace = Some(milliseconds(*grace)).filter(|grace| grace.0 != 0);
        }
        Action::Act { act: Act::ExitWindows { flags }, .. } => {
            said.flags = Some(*flags).filter(|flags| *flags != 0);
        }
        Action::Registration(Registration::Register { arguments, flags, .. }) => {
            said.flags = Some(*flags).filter(|flags| *flags != 0);
            said.command_line = Some(arguments.as_deref());
        }
        Action::Registration(Registration::Settings { capacity, null_buffer, .. }) => {
            said.capacity = Some(*capacity);
            said.null_pointers.extend(null_buffer.then_some("buffer"));
        }
        Action::EventLog { only, .. } => said.only = only.as_deref(),
        Action::Event(_)
        | Action::Act { .. }
        | Action::Registration(_)
        | Action::Wait(_)
        | Action::Database { .. }
        | Action::World { .. }
        | Action::Messages { .. } => {}
    }
    (said != Arguments::default()).then_some(said)
}

fn say_call<'a>(scenario: &'a Scenario, call: &'a Call, said: &mut Arguments<'a>) {
    let mut null = |is_null: bool, name: &'static str| {
        if is_null {
            said.null_pointers.push(name);
        }
    };
    match call {
        Call::StartSession { flags, null_handle, null_key, key_buffer, .. } => {
            null(*null_handle, "handle");
            null(*null_key, "key");
            said.flags = Some(*flags).filter(|flags| *flags != 0);
            said.key_buffer = Some(key_buffer.as_str()).filter(|buffer| !buffer.is_empty());
        }
        Call::JoinSession { null_handle, key, .. } => {
            null(*null_handle, "handle");
            null(*key == KeyArgument::Null, "key");
            said.key = key_words(key);
        }
        Call::RegisterResources { files, processes, services, .. } => {
            null(is_null_with_count(files), "files");
            null(is_null_with_count(processes), "processes");
            null(is_null_with_count(services), "services");
            said.files = files.items.as_deref().map(Files);
            said.processes = processes
                .items
                .as_ref()
                .map(|items| items.iter().map(|item| process(scenario, item)).collect());
            said.services = services.items.as_deref();
            said.counts = [files.count, processes.count, services.count];
        }
        Call::GetList { capacity, null: NullPointers { array, needed, count, reasons }, .. } => {
            null(*array, "array");
            null(*needed, "needed");
            null(*count, "count");
            null(*reasons, "reasons");
            said.capacity = *capacity;
        }
        Call::Shutdown { flags, callback, .. } | Call::Restart { flags, callback, .. } => {
            null(!callback, "callback");
            said.flags = Some(*flags).filter(|flags| *flags != 0);
        }
        Call::AddFilter { target, action, .. } => {
            say_target(scenario, target, said);
            said.action = Some(*action);
        }
        Call::RemoveFilter { target, .. } => say_target(scenario, target, said),
        Call::GetFilterList { capacity, null_buffer, null_needed, .. } => {
            null(*null_buffer, "buffer");
            null(*null_needed, "needed");
            said.capacity = *capacity;
        }
        Call::EndSession { .. } | Call::CancelCurrentTask { .. } => {}
    }
}

fn say_target<'a>(scenario: &'a Scenario, target: &'a FilterTarget, said: &mut Arguments<'a>) {
    said.module = target.module.as_deref();
    said.process = target.process.as_ref().map(|element| process(scenario, element));
    said.service = target.service.as_deref();
}

fn milliseconds(duration: std::time::Duration) -> Milliseconds {
    Milliseconds(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

/// How a key was spoiled, or its text; that it is a session's own key, the step says already.
fn key_words(key: &KeyArgument) -> Option<String> {
    match key {
        KeyArgument::Null | KeyArgument::Of(_, KeyChange::None) => None,
        KeyArgument::Text(text) => Some(format!("'{text}'")),
        KeyArgument::Of(_, KeyChange::OtherLetterCase) => Some(String::from("in the other letter case")),
        KeyArgument::Of(_, KeyChange::CutTo(length)) => Some(format!("cut to {length} characters")),
    }
}

fn is_null_with_count<T>(array: &ArrayArgument<T>) -> bool {
    array.items.is_none() && array.count.is_some_and(|count| count > 0)
}

fn process<'a>(scenario: &'a Scenario, element: &ProcessElement) -> Cow<'a, str> {
    let world = &scenario.world;
    let name = match element.who {
        ProcessOf::Application(application) => Cow::Borrowed(world.applications[application].name.as_str()),
        ProcessOf::Installer(installer) => Cow::Borrowed(world.installers[installer].name.as_str()),
        ProcessOf::Nobody(pid) => Cow::Owned(format!("pid {pid}")),
    };
    if element.wrong_start_time { Cow::Owned(format!("{name} {WITH_WRONG_START_TIME}")) } else { name }
}
