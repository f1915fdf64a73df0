//! What a scenario expects where a step looks at the world, at messages, at the event log.

use super::{Places, application_type, bits, status};
use crate::request::ApplicationIndex;
use crate::scenario::parse::format::{
    ANSWERS, CAUSES, CHANNELS, CONSOLES, END_FLAGS, FILE_STATES, LEVELS, MESSAGES, REASON_NAMES, RUN_STATES,
    STARTERS, WHY_NOT_RESTARTED,
};
use crate::scenario::parse::lower::{Lowering, meant_or_first_few, number, truth};
use crate::scenario::parse::steps::flags;
use crate::scenario::problem::quoted;
use crate::scenario::yaml::Node;
use crate::scenario::{
    Answered, CannotRestart, Cause, Channel, ConsoleOf, Expectation, FileState, Level, MessageExpectation,
    MessageKind, RecordExpectation, RunState, StartedBy, StateExpectation, WorldExpectation,
};

/// What is meant by the words of [`RUN_STATES`].
const RUN_STATE_VALUES: [RunState; 3] = [RunState::Running, RunState::Stopped, RunState::Restarted];
/// What is meant by the words of [`CONSOLES`].
const CONSOLE_VALUES: [ConsoleOf; 2] = [ConsoleOf::Own, ConsoleOf::Shared];
/// What is meant by the words of [`STARTERS`].
const STARTER_VALUES: [StartedBy; 6] = [
    StartedBy::Beginning,
    StartedBy::RestartManager,
    StartedBy::Itself,
    StartedBy::Reboot,
    StartedBy::ServiceControlManager,
    StartedBy::Installer,
];
/// What is meant by the words of [`FILE_STATES`].
const FILE_STATE_VALUES: [FileState; 4] =
    [FileState::Original, FileState::Pending, FileState::Replaced, FileState::Missing];
/// What is meant by the words of [`ANSWERS`].
const ANSWER_VALUES: [Answered; 3] = [Answered::Agrees, Answered::Refuses, Answered::Nothing];
/// What is meant by the words of [`CAUSES`].
const CAUSE_VALUES: [Cause; 5] =
    [Cause::Own, Cause::Console, Cause::Dependency, Cause::Host, Cause::SystemShutdown];
/// What is meant by the words of [`LEVELS`].
const LEVEL_VALUES: [Level; 3] = [Level::Information, Level::Warning, Level::Error];
/// What is meant by the words of [`CHANNELS`].
const CHANNEL_VALUES: [Channel; 2] = [Channel::Application, Channel::Operational];
/// What is meant by the words of [`WHY_NOT_RESTARTED`].
const WHY_NOT_VALUES: [CannotRestart; 2] = [CannotRestart::Unknown, CannotRestart::OtherUser];

/// The value of the word in `node`.
fn word<T: Copy, const N: usize>(node: Option<&Node<'_>>, words: [&str; N], values: [T; N]) -> Option<T> {
    let text = node?.text()?;
    words.iter().position(|word| *word == text).map(|at| values[at])
}

/// The places of those of `fields` that `step` states.
fn places(step: &Node<'_>, fields: &[&'static str]) -> Places {
    let stated = fields.iter().filter_map(|field| Some((*field, step.get(field)?.span.clone())));
    (None, stated.collect())
}

/// What `step`, an `expect-world`, expects.
pub(crate) fn world(lowering: &mut Lowering<'_>, step: &Node<'_>) -> (Expectation, Places) {
    let mut world = WorldExpectation::default();
    for (key, value) in step.get("applications").and_then(Node::entries).unwrap_or_default() {
        let Some(who) = lowering.process(key) else { continue };
        world.applications.push(StateExpectation {
            who,
            is: word(value.get("is").or(Some(value)), RUN_STATES, RUN_STATE_VALUES),
            elevated: value.get("elevated").and_then(truth),
            command_line: text(lowering, value, "command-line"),
            console: word(value.get("console"), CONSOLES, CONSOLE_VALUES),
            started_by: word(value.get("started-by"), STARTERS, STARTER_VALUES),
        });
    }
    for (key, value) in step.get("files").and_then(Node::entries).unwrap_or_default() {
        let state = word(Some(value), FILE_STATES, FILE_STATE_VALUES);
        if let (Some(path), Some(state)) = (lowering.say(key), state) {
            world.files.push((path.into_owned(), state));
        }
    }
    let took = step.get("took").and_then(|node| lowering.duration(node));
    let expectation = Expectation { world: Some(world), took, ..Expectation::default() };
    (expectation, places(step, &["applications", "files", "took"]))
}

/// What `step`, an `expect-messages`, expects.
pub(crate) fn messages(lowering: &mut Lowering<'_>, step: &Node<'_>) -> (Expectation, Places) {
    // Who it is that has no such name is said where the step's action is understood.
    let name = step.get("application").and_then(|node| lowering.say(node)).map(|name| name.into_owned());
    let applications = &lowering.world.applications;
    let application = applications.iter().position(|application| Some(&application.name) == name.as_ref());
    let mut messages = Vec::new();
    for item in step.get("messages").and_then(Node::items).unwrap_or_default() {
        let Some((key, value)) = item
            .entries()
            .unwrap_or_default()
            .iter()
            .find(|(key, _)| key.text().is_some_and(|key| MESSAGES.contains(&key)))
        else {
            continue;
        };
        let window = lowering.name(value).map(|name| name.into_owned());
        if let (Some(name), Some(application)) = (&window, application) {
            check_window(lowering, value, name, application);
        }
        let flag_words = item.get("flags").and_then(Node::items);
        messages.extend(message_kind(key.text().unwrap_or_default(), window).map(|kind| {
            MessageExpectation {
                kind,
                at: item.get("at").and_then(|node| lowering.duration(node)),
                flags: flag_words.map(|words| flags(words, &END_FLAGS)),
                answer: word(item.get("answer"), ANSWERS, ANSWER_VALUES),
                ending: item.get("ending").and_then(truth),
                cause: word(item.get("cause"), CAUSES, CAUSE_VALUES),
            }
        }));
    }
    let expectation = Expectation { messages: Some(messages), ..Expectation::default() };
    (expectation, places(step, &["messages"]))
}

fn message_kind(key: &str, window: Option<String>) -> Option<MessageKind> {
    match key {
        "query" => window.map(MessageKind::Query),
        "end" => window.map(MessageKind::End),
        "close" => window.map(MessageKind::Close),
        "ctrl-c" => Some(MessageKind::CtrlC),
        "stop" => Some(MessageKind::Stop),
        "start" => Some(MessageKind::Start),
        "killed" => Some(MessageKind::Killed),
        "exit" => Some(MessageKind::Exit),
        "left" => Some(MessageKind::Left),
        _ => Some(MessageKind::Started),
    }
}

/// Complains about a window that the application has not.
fn check_window(lowering: &mut Lowering<'_>, node: &Node<'_>, name: &str, application: ApplicationIndex) {
    let application = &lowering.world.applications[application];
    if application.windows.iter().any(|window| window.name == name) || lowering.is_reported(&node.span) {
        return;
    }
    let message = format!("{} has no window {}", quoted(&application.name), quoted(name));
    let names: Vec<&str> = application.windows.iter().map(|window| window.name.as_str()).collect();
    let help = if names.is_empty() {
        "a service is asked to stop and to start: `stop`, `start`".to_owned()
    } else {
        meant_or_first_few(name, &names)
    };
    lowering.report(&node.span, message, "no window of this name", Some(help));
}

/// What `step`, an `expect-event-log`, expects.
pub(crate) fn records(lowering: &mut Lowering<'_>, step: &Node<'_>) -> (Expectation, Places) {
    let mut records = Vec::new();
    for item in step.get("records").and_then(Node::items).unwrap_or_default() {
        let get = |field: &str| item.get(field);
        let services = get("services").and_then(Node::items);
        let applications = get("applications").and_then(Node::items);
        let reasons = get("reasons").and_then(Node::items);
        records.push(RecordExpectation {
            id: get("id").and_then(number).unwrap_or_default(),
            session: get("session").and_then(number),
            level: word(get("level"), LEVELS, LEVEL_VALUES),
            channel: word(get("channel"), CHANNELS, CHANNEL_VALUES),
            files: get("files").and_then(number),
            processes: get("processes").and_then(number),
            services: get("services").and_then(number),
            services_named: services
                .map(|names| names.iter().filter_map(|node| lowering.service(node)).collect()),
            host: get("host").and_then(|node| lowering.service(node)),
            application: get("application").and_then(|node| lowering.process(node)),
            applications: applications
                .map(|names| names.iter().filter_map(|node| lowering.process(node)).collect()),
            reasons: reasons.map(|words| bits(words, &REASON_NAMES)),
            reason: word(get("reason"), WHY_NOT_RESTARTED, WHY_NOT_VALUES),
            status: get("status").map(status),
            application_type: get("type").and_then(application_type),
            terminal_session: get("terminal-session").and_then(number),
            path: text(lowering, item, "path"),
            display_name: text(lowering, item, "display-name"),
            version: text(lowering, item, "version"),
        });
    }
    let expectation = Expectation { records: Some(records), ..Expectation::default() };
    (expectation, places(step, &["records"]))
}

fn text(lowering: &Lowering<'_>, fields: &Node<'_>, field: &str) -> Option<String> {
    Some(lowering.say(fields.get(field)?)?.into_owned())
}
