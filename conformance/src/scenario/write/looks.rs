//! What is expected where a step looks: at the database, the world, messages, the event log.

use super::expect::reason_names;
use super::layout::{Layout, text};
use super::{Fields, name_of};
use crate::scenario::parse::format::END_FLAGS;
use crate::scenario::{
    DatabaseExpectation, Expectation, MessageExpectation, MessageKind, RecordExpectation, Scenario,
    StateExpectation, duration,
};
use crate::words::{self, looks as say};

/// Adds what is expected of a look to its fields.
pub(super) fn add(scenario: &Scenario, expected: &Expectation, fields: &mut Fields) {
    let list = |items: Vec<Layout>| Layout::List(items);
    let sessions = expected.database.as_ref();
    let sessions = sessions.map(|sessions| sessions.iter().map(|each| session(scenario, each)).collect());
    fields.add_some("sessions", sessions.map(list));
    if let Some(world) = &expected.world {
        let key = |who| super::text_key(&words::name_of(scenario, who));
        let states = world.applications.iter().map(|each| (key(each.who), state(each)));
        fields.add_unless(world.applications.is_empty(), "applications", Layout::Map(states.collect()));
        let files =
            world.files.iter().map(|(path, state)| (super::text_key(path), say::file_state(*state).into()));
        fields.add_unless(world.files.is_empty(), "files", Layout::Map(files.collect()));
    }
    fields.add_some("took", expected.took.map(duration::write));
    let messages = expected.messages.as_ref();
    fields.add_some("messages", messages.map(|messages| list(messages.iter().map(message).collect())));
    let records = expected.records.as_ref();
    let records = records.map(|records| records.iter().map(|each| record(scenario, each)).collect());
    fields.add_some("records", records.map(list));
}

fn session(scenario: &Scenario, expected: &DatabaseExpectation) -> Layout {
    let mut fields = Fields::default();
    fields.add("number", expected.number.to_string());
    fields.add_some("owner", expected.owner.map(|owner| name_of(scenario, owner)));
    fields.add_some("abandoned", expected.abandoned.map(|abandoned| abandoned.to_string()));
    fields.add_some("files", expected.files.as_ref().map(Layout::list));
    fields.add_some("processes", expected.processes.as_ref().map(Layout::list));
    fields.add_some("services", expected.services.as_ref().map(Layout::list));
    Layout::Map(fields.0)
}

fn state(expected: &StateExpectation) -> Layout {
    let is = expected.is.map(say::run_state);
    if let (Some(is), true) = (is, *expected == StateExpectation { is: expected.is, ..of_nothing(expected) })
    {
        return is.into();
    }
    let mut fields = Fields::default();
    fields.add_some("is", is);
    fields.add_some("elevated", expected.elevated.map(|elevated| elevated.to_string()));
    fields.add_some("command-line", expected.command_line.as_deref().map(text));
    fields.add_some("console", expected.console.map(say::console_of));
    fields.add_some("started-by", expected.started_by.map(say::started_by));
    Layout::Map(fields.0)
}

/// Nothing is expected of whom `expected` is about.
fn of_nothing(expected: &StateExpectation) -> StateExpectation {
    StateExpectation {
        who: expected.who,
        is: None,
        elevated: None,
        command_line: None,
        console: None,
        started_by: None,
    }
}

fn message(expected: &MessageExpectation) -> Layout {
    let mut fields = Fields::default();
    match &expected.kind {
        MessageKind::Query(window) => fields.add("query", text(window)),
        MessageKind::End(window) => fields.add("end", text(window)),
        MessageKind::Close(window) => fields.add("close", text(window)),
        MessageKind::CtrlC => fields.add("ctrl-c", "true"),
        MessageKind::Stop => fields.add("stop", "true"),
        MessageKind::Start => fields.add("start", "true"),
        MessageKind::Killed => fields.add("killed", "true"),
        MessageKind::Exit => fields.add("exit", "true"),
        MessageKind::Left => fields.add("left", "true"),
        MessageKind::Started => fields.add("started", "true"),
    }
    fields.add_some("at", expected.at.map(duration::write));
    let bits =
        |flags: u32| END_FLAGS.into_iter().filter(move |(_, bit)| flags & bit != 0).map(|(name, _)| name);
    fields.add_some("flags", expected.flags.map(|flags| Layout::list(bits(flags))));
    fields.add_some("answer", expected.answer.map(say::answered));
    fields.add_some("ending", expected.ending.map(|ending| ending.to_string()));
    fields.add_some("cause", expected.cause.map(say::cause));
    Layout::Map(fields.0)
}

fn record(scenario: &Scenario, expected: &RecordExpectation) -> Layout {
    let application = |application: &usize| text(&scenario.world.applications[*application].name);
    let number = |number: u32| number.to_string();
    let list = |items: Vec<Layout>| Layout::List(items);
    let mut fields = Fields::default();
    fields.add("id", expected.id.to_string());
    fields.add_some("session", expected.session.map(number));
    fields.add_some("level", expected.level.map(say::level));
    fields.add_some("channel", expected.channel.map(say::channel));
    fields.add_some("files", expected.files.map(number));
    fields.add_some("processes", expected.processes.map(number));
    fields.add_some("services", expected.services.map(number));
    let named = expected.services_named.as_ref();
    fields.add_some("services", named.map(|services| list(services.iter().map(application).collect())));
    fields.add_some("host", expected.host.as_ref().map(application));
    fields.add_some("application", expected.application.map(|who| name_of(scenario, who)));
    let listed = expected.applications.as_ref();
    let listed = listed.map(|listed| list(listed.iter().map(|who| name_of(scenario, *who)).collect()));
    fields.add_some("applications", listed);
    fields.add_some("reasons", expected.reasons.map(reason_names));
    fields.add_some("reason", expected.reason.map(say::why_not));
    fields.add_some("status", expected.status.map(words::status));
    fields.add_some("type", expected.application_type.map(words::application_type));
    fields.add_some("terminal-session", expected.terminal_session.map(number));
    fields.add_some("path", expected.path.as_deref().map(text));
    fields.add_some("display-name", expected.display_name.as_deref().map(text));
    fields.add_some("version", expected.version.as_deref().map(text));
    Layout::Map(fields.0)
}
