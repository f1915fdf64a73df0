//! What an application of a scenario is, in the words of its fixture.

use std::time::Duration;

use rstmgr_fixture as fixture;

use crate::scenario::{
    Application, ApplicationKind, HowUsed, OnClose, OnConsoleEvent, OnEnd, OnQuery, OnStart, OnStop,
    RestartRegistration, Window,
};

/// The role of a program or of the first service in a process; without its files, and with a console of its own if it
/// has any.
pub(super) fn role(application: &Application) -> fixture::Role {
    let visible = application.kind == ApplicationKind::MainWindow;
    let windows = match application.kind {
        ApplicationKind::MainWindow | ApplicationKind::OtherWindow => application.windows.as_slice(),
        // What it keeps there is how it would answer, and it is never asked.
        ApplicationKind::Unknown
        | ApplicationKind::Service
        | ApplicationKind::Explorer
        | ApplicationKind::Console => &[],
    };
    let windows = windows.iter().enumerate().map(|(place, each)| window(each, visible && place == 0));
    let has_console = application.kind == ApplicationKind::Console || application.process.console.is_some();
    fixture::Role {
        title: application.title.clone(),
        windows: windows.collect(),
        console: if has_console { fixture::WantedConsole::Own } else { fixture::WantedConsole::None },
        services: Vec::new(),
        uses: Vec::new(),
        restart: application.restart.as_ref().map(registration),
        registers_in_query: application.registers_in_query.as_ref().map(registration),
        on_end: match application.on_end {
            OnEnd::Leaves(after) => fixture::OnEnd::Leaves(after),
            OnEnd::Stays => fixture::OnEnd::Stays,
            OnEnd::Lingers(so_long) => fixture::OnEnd::Lingers(so_long),
        },
        on_close: match application.on_close {
            OnClose::Leaves(after) => fixture::OnClose::Leaves(after),
            OnClose::Stays => fixture::OnClose::Stays,
            OnClose::Prompts => fixture::OnClose::Prompts,
            OnClose::Hides => fixture::OnClose::Hides,
        },
        on_console_event: match application.process.on_console_event {
            OnConsoleEvent::Leaves(after) => fixture::OnConsoleEvent::Leaves(after),
            OnConsoleEvent::Stays => fixture::OnConsoleEvent::Stays,
            OnConsoleEvent::Ignores => fixture::OnConsoleEvent::Ignores,
        },
        fails_to_start: false,
    }
}

fn window(window: &Window, is_visible: bool) -> fixture::Window {
    fixture::Window {
        name: window.name.clone(),
        visibility: if is_visible { fixture::Visibility::Visible } else { fixture::Visibility::Hidden },
        on_query: match window.on_query {
            OnQuery::Answers { agrees, after } => fixture::OnQuery::Answers { agrees, after },
            OnQuery::Undecided => fixture::OnQuery::Undecided,
            OnQuery::ModalDialog => fixture::OnQuery::ModalDialog,
            OnQuery::Silent => fixture::OnQuery::Silent,
            OnQuery::Hung => fixture::OnQuery::Hung,
            OnQuery::Leaves(after) => fixture::OnQuery::Leaves(after),
        },
    }
}

/// What a service does, under the name by which it is really installed.
pub(super) fn service(short_name: String, on_stop: OnStop, on_start: OnStart) -> fixture::ServiceRole {
    fixture::ServiceRole {
        short_name,
        on_stop: match on_stop {
            OnStop::Stops(after) => fixture::OnStop::Stops(after),
            OnStop::Refuses => fixture::OnStop::Refuses,
            OnStop::Fails => fixture::OnStop::Fails,
            OnStop::Hangs => fixture::OnStop::Hangs,
            OnStop::Busy => fixture::OnStop::Busy,
        },
        on_start: match on_start {
            OnStart::Runs(after) => fixture::OnStart::Runs(after),
            OnStart::Fails => fixture::OnStart::Fails,
            OnStart::Hangs => fixture::OnStart::Hangs,
        },
    }
}

fn registration(registration: &RestartRegistration) -> fixture::RestartRegistration {
    fixture::RestartRegistration {
        arguments: Some(registration.arguments.clone()),
        flags: registration.flags,
    }
}

/// How a fixture uses a file; `None`: it cannot.
pub(super) fn how_used(how: HowUsed) -> Option<fixture::HowUsed> {
    match how {
        HowUsed::Handle => Some(fixture::HowUsed::Handle),
        HowUsed::SharedHandle => Some(fixture::HowUsed::SharedHandle),
        HowUsed::Image => Some(fixture::HowUsed::Image),
        HowUsed::CurrentDirectory => Some(fixture::HowUsed::CurrentDirectory),
        HowUsed::Remote | HowUsed::Kernel => None,
    }
}

/// The longest time that an application lets pass before it does what it will do by itself.
pub(super) fn longest_delay(application: &Application) -> Duration {
    let mut delays = vec![application.comes_back_after.unwrap_or_default()];
    if let OnEnd::Leaves(after) | OnEnd::Lingers(Some(after)) = application.on_end {
        delays.push(after);
    }
    if let OnClose::Leaves(after) = application.on_close {
        delays.push(after);
    }
    if let OnConsoleEvent::Leaves(after) = application.process.on_console_event {
        delays.push(after);
    }
    for window in &application.windows {
        if let OnQuery::Answers { after, .. } | OnQuery::Leaves(after) = window.on_query {
            delays.push(after);
        }
    }
    if let Some(service) = &application.service {
        if let OnStop::Stops(after) = service.on_stop {
            delays.push(after);
        }
        if let OnStart::Runs(after) = service.on_start {
            delays.push(after);
        }
    }
    delays.into_iter().max().unwrap_or_default()
}
