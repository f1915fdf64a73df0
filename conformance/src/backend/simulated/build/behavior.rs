//! How the applications of a scenario behave, as the model knows it.

use std::time::Duration;

use rstmgr_model as model;

use super::Builder;
use crate::scenario::{Application, OnClose, OnConsoleEvent, OnEnd, OnQuery, OnStart, OnStop};

impl Builder {
    pub(super) fn behavior(&mut self, application: &Application) -> model::Behavior {
        let registers_in_query = application.registers_in_query.as_ref();
        let registers_in_query = registers_in_query.map(|registration| self.registration(registration));
        // The first window is the main one, or stands in its place.
        let hidden_windows = application.windows.iter().skip(1).map(|window| model::HiddenWindow {
            name: self.world.text(&window.name),
            on_query: on_query(window.on_query),
        });
        model::Behavior {
            hidden_windows: hidden_windows.collect(),
            on_query: application
                .windows
                .first()
                .map_or_else(model::OnQuery::default, |window| on_query(window.on_query)),
            on_end: on_end(application.on_end),
            leaves_on_close: leaves_on_close(application.on_close),
            on_console_event: on_console_event(application.process.on_console_event),
            registers_in_query,
            comes_back_after: application.comes_back_after,
            fails_to_start: application.fails_to_start,
        }
    }
}

fn on_query(on_query: OnQuery) -> model::OnQuery {
    match on_query {
        OnQuery::Answers { agrees, after } => model::OnQuery::Answers { agrees, after },
        OnQuery::Undecided => model::OnQuery::Undecided,
        OnQuery::ModalDialog => model::OnQuery::ModalDialog,
        OnQuery::Silent => model::OnQuery::Silent,
        OnQuery::Hung => model::OnQuery::Hung,
        OnQuery::Leaves(after) => model::OnQuery::Leaves(after),
    }
}

fn on_end(on_end: OnEnd) -> model::OnEnd {
    match on_end {
        OnEnd::Leaves(after) => model::OnEnd::Leaves(after),
        OnEnd::Stays => model::OnEnd::Stays,
        OnEnd::Lingers(for_so_long) => model::OnEnd::Lingers(for_so_long),
    }
}

fn leaves_on_close(on_close: OnClose) -> Option<Duration> {
    match on_close {
        OnClose::Leaves(after) => Some(after),
        OnClose::Stays | OnClose::Prompts | OnClose::Hides => None,
    }
}

pub(super) fn on_console_event(on_console_event: OnConsoleEvent) -> model::OnConsoleEvent {
    match on_console_event {
        OnConsoleEvent::Leaves(after) => model::OnConsoleEvent::Leaves(after),
        OnConsoleEvent::Stays => model::OnConsoleEvent::Stays,
        OnConsoleEvent::Ignores => model::OnConsoleEvent::Ignores,
    }
}

pub(super) fn on_stop(on_stop: OnStop) -> model::OnStop {
    match on_stop {
        OnStop::Stops(after) => model::OnStop::Stops(after),
        OnStop::Refuses => model::OnStop::Refuses,
        OnStop::Fails => model::OnStop::Fails,
        OnStop::Hangs => model::OnStop::Hangs,
        OnStop::Busy => model::OnStop::Busy,
    }
}

pub(super) fn on_start(on_start: OnStart) -> model::OnStart {
    match on_start {
        OnStart::Runs(after) => model::OnStart::Runs(after),
        OnStart::Fails => model::OnStart::Fails,
        OnStart::Hangs => model::OnStart::Hangs,
    }
}
