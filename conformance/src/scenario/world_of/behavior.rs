//! How programs behave, in the terms of a scenario.

use std::time::Duration;

use rstmgr_model as model;

use super::{ApplicationKind, OnStart, OnStop, RestartRegistration, Teller, Unsayable};
use crate::scenario::parse::format::is_name;
use crate::scenario::{OnClose, OnConsoleEvent, OnEnd, OnQuery, Window};

/// What a scenario says of how an application behaves.
pub(super) struct Told {
    pub(super) windows: Vec<Window>,
    pub(super) registers_in_query: Option<RestartRegistration>,
    pub(super) on_end: OnEnd,
    pub(super) on_close: OnClose,
}

/// How an application of this kind behaves.
pub(super) fn tell(
    teller: &Teller<'_>,
    process: &model::Process,
    kind: ApplicationKind,
) -> Result<Told, Unsayable> {
    let behavior = &process.behavior;
    let told = Told {
        windows: windows(teller, process, kind)?,
        registers_in_query: behavior.registers_in_query.map(|made| teller.registration(made)),
        on_end: on_end(behavior.on_end),
        on_close: behavior.leaves_on_close.map_or(OnClose::Stays, OnClose::Leaves),
    };
    let is_silent = told.registers_in_query.is_none();
    let answers = matches!(behavior.on_query, model::OnQuery::Answers { .. } | model::OnQuery::Leaves(_));
    let is_plain = told.registers_in_query.as_ref().is_none_or(|made| made.flags == 0);
    teller.check(process, is_silent || answers, "registers in a query that it does not answer")?;
    teller.check(process, is_plain, "registers in a query with flags")?;
    if kind == ApplicationKind::Service {
        let is_default = behavior.on_query == model::OnQuery::default()
            && behavior.on_end == model::OnEnd::default()
            && behavior.on_console_event == model::OnConsoleEvent::default()
            && behavior.leaves_on_close == Some(Duration::ZERO)
            && is_silent;
        teller.check(process, is_default, "behaves as a program with windows does, and hosts services")?;
    }
    for duration in durations(process) {
        let is_whole = duration.subsec_nanos().is_multiple_of(1_000_000);
        teller.check(process, is_whole, "takes a time that is no whole number of milliseconds")?;
    }
    Ok(told)
}

/// Every time that a process takes.
fn durations(process: &model::Process) -> Vec<Duration> {
    let behavior = &process.behavior;
    let on_query = |on_query| match on_query {
        model::OnQuery::Answers { after, .. } | model::OnQuery::Leaves(after) => Some(after),
        model::OnQuery::Undecided
        | model::OnQuery::ModalDialog
        | model::OnQuery::Silent
        | model::OnQuery::Hung => None,
    };
    let on_end = match behavior.on_end {
        model::OnEnd::Leaves(after) => Some(after),
        model::OnEnd::Lingers(after) => after,
        model::OnEnd::Stays => None,
    };
    let on_console_event = match behavior.on_console_event {
        model::OnConsoleEvent::Leaves(after) => Some(after),
        model::OnConsoleEvent::Stays | model::OnConsoleEvent::Ignores => None,
    };
    let single = [
        on_query(behavior.on_query),
        on_end,
        on_console_event,
        behavior.leaves_on_close,
        behavior.comes_back_after,
        process.age,
    ];
    let hidden = behavior.hidden_windows.iter().map(|window| on_query(window.on_query));
    single.into_iter().chain(hidden).flatten().collect()
}

fn windows(
    teller: &Teller<'_>,
    process: &model::Process,
    kind: ApplicationKind,
) -> Result<Vec<Window>, Unsayable> {
    let behavior = &process.behavior;
    let has_windows = matches!(kind, ApplicationKind::MainWindow | ApplicationKind::OtherWindow);
    let is_dialog = behavior.on_query == model::OnQuery::ModalDialog;
    teller.check(process, has_windows || behavior.hidden_windows.is_empty(), "has hidden windows")?;
    teller.check(process, has_windows || !is_dialog, "shows a dialog without having windows")?;
    if kind == ApplicationKind::Service {
        return Ok(Vec::new());
    }
    let mut windows = vec![Window { name: String::from("main"), on_query: on_query(behavior.on_query) }];
    // The first window of a program without a main one is a hidden one too, and needs its name beside others.
    if kind == ApplicationKind::OtherWindow && !behavior.hidden_windows.is_empty() {
        windows[0].name = String::from("first");
    }
    for window in &behavior.hidden_windows {
        let name = teller.text(window.name);
        let is_new = is_name(&name) && windows.iter().all(|other| other.name != name);
        teller.check(process, is_new, "has a hidden window without a name of its own")?;
        let is_dialog = window.on_query == model::OnQuery::ModalDialog;
        teller.check(process, !is_dialog, "shows a dialog in a hidden window")?;
        windows.push(Window { name, on_query: on_query(window.on_query) });
    }
    Ok(windows)
}

/// Of an installer's process a scenario says no more than of any process.
pub(super) fn check_installer(teller: &Teller<'_>, process: &model::Process) -> Result<(), Unsayable> {
    let behavior = &process.behavior;
    let is_plain = behavior.on_query == model::OnQuery::default()
        && behavior.on_end == model::OnEnd::default()
        && behavior.hidden_windows.is_empty()
        && behavior.registers_in_query.is_none()
        && behavior.comes_back_after.is_none()
        && !behavior.fails_to_start
        && process.restart.is_none()
        && process.age.is_none()
        && !process.critical
        && process.kind == model::ProcessKind::Windowless;
    teller.check(process, is_plain, "installs, and behaves as an application does")
}

fn on_query(on_query: model::OnQuery) -> OnQuery {
    match on_query {
        model::OnQuery::Answers { agrees, after } => OnQuery::Answers { agrees, after },
        model::OnQuery::Undecided => OnQuery::Undecided,
        model::OnQuery::ModalDialog => OnQuery::ModalDialog,
        model::OnQuery::Silent => OnQuery::Silent,
        model::OnQuery::Hung => OnQuery::Hung,
        model::OnQuery::Leaves(after) => OnQuery::Leaves(after),
    }
}

fn on_end(on_end: model::OnEnd) -> OnEnd {
    match on_end {
        model::OnEnd::Leaves(after) => OnEnd::Leaves(after),
        model::OnEnd::Stays => OnEnd::Stays,
        model::OnEnd::Lingers(for_so_long) => OnEnd::Lingers(for_so_long),
    }
}

pub(super) fn on_console_event(on_console_event: model::OnConsoleEvent) -> OnConsoleEvent {
    match on_console_event {
        model::OnConsoleEvent::Leaves(after) => OnConsoleEvent::Leaves(after),
        model::OnConsoleEvent::Stays => OnConsoleEvent::Stays,
        model::OnConsoleEvent::Ignores => OnConsoleEvent::Ignores,
    }
}

pub(super) fn on_stop(on_stop: model::OnStop) -> OnStop {
    match on_stop {
        model::OnStop::Stops(after) => OnStop::Stops(after),
        model::OnStop::Refuses => OnStop::Refuses,
        model::OnStop::Fails => OnStop::Fails,
        model::OnStop::Hangs => OnStop::Hangs,
        model::OnStop::Busy => OnStop::Busy,
    }
}

pub(super) fn on_start(on_start: model::OnStart) -> OnStart {
    match on_start {
        model::OnStart::Runs(after) => OnStart::Runs(after),
        model::OnStart::Fails => OnStart::Fails,
        model::OnStart::Hangs => OnStart::Hangs,
    }
}
