//! Holds what was expected where a step looks against what was seen: the world, messages, the event log.

use std::time::Duration;

use super::as_expected;
use crate::backend::Time;
use crate::binding::first_of_host;
use crate::scenario::parse::format::{END_FLAGS, MESSAGES};
use crate::scenario::{
    FileState, MessageExpectation, MessageKind, ProcessOf, RecordExpectation, RunState, Scenario,
    StateExpectation, duration,
};
use crate::trace::{SeenFile, SeenMessage, SeenRecord, SeenState};
use crate::words::looks::{
    answered, cause, channel as channel_of, console_of, file_state, level as level_of, run_state, started_by,
    why_not,
};
use crate::words::{self, name_of};

/// What was expected and what was seen of processes, in the same words.
pub(super) fn compare_states(
    scenario: &Scenario,
    expected: &[StateExpectation],
    seen: &[SeenState],
) -> (String, String) {
    let expected_words = expected.iter().map(|state| {
        let fields = [
            state.is.map(|is| format!("is: {}", run_state(is))),
            state.elevated.map(|elevated| format!("elevated: {elevated}")),
            state.command_line.as_ref().map(|line| format!("command-line: {}", words::text(line))),
            state.console.map(|console| format!("console: {}", console_of(console))),
            state.started_by.map(|by| format!("started-by: {}", started_by(by))),
        ];
        state_words(&name_of(scenario, state.who), fields)
    });
    let seen_words = expected.iter().zip(seen).map(|(like, state)| {
        // Who was restarted runs as well.
        let is = match (like.is, state.is) {
            (Some(RunState::Running), "restarted") => "running",
            (_, is) => is,
        };
        let line = state.command_line.as_ref().filter(|_| like.command_line.is_some());
        let fields = [
            like.is.map(|_| format!("is: {is}")),
            like.elevated.map(|_| format!("elevated: {}", state.elevated)),
            line.map(|line| format!("command-line: {}", words::text(line))),
            like.console.map(|_| format!("console: {}", state.console)),
            like.started_by.map(|_| format!("started-by: {}", state.started_by)),
        ];
        state_words(&state.name, fields)
    });
    (words::map(expected_words), words::map(seen_words))
}

/// A state under the name of whose it is; in one word if that says all.
fn state_words(name: &str, fields: [Option<String>; 5]) -> String {
    let fields: Vec<String> = fields.into_iter().flatten().collect();
    match fields.as_slice() {
        [only] if only.starts_with("is: ") => format!("{name}: {}", only.trim_start_matches("is: ")),
        _ => format!("{name}: {}", words::map(fields.into_iter())),
    }
}

/// What was expected and what was seen of files.
pub(super) fn compare_files(expected: &[(String, FileState)], seen: &[SeenFile]) -> (String, String) {
    let expected_words =
        expected.iter().map(|(path, state)| format!("{}: {}", words::text(path), file_state(*state)));
    let seen_words = seen.iter().map(|file| format!("{}: {}", words::text(&file.path), file.is));
    (words::map(expected_words), words::map(seen_words))
}

/// What was expected and what was seen of messages.
pub(super) fn compare_messages(
    expected: &[MessageExpectation],
    seen: &[SeenMessage],
    time: Time,
) -> (String, String) {
    let expected_words = expected.iter().map(|message| {
        let (kind, window) = message_kind(&message.kind);
        let fields = [
            message.at.map(|at| format!("at: {}", duration::write(at))),
            message.flags.map(|flags| format!("flags: {}", end_flags(flags))),
            message.answer.map(|answer| format!("answer: {}", answered(answer))),
            message.ending.map(|ending| format!("ending: {ending}")),
            message.cause.map(|because| format!("cause: {}", cause(because))),
        ];
        message_words(kind, window, fields)
    });
    let seen_words = seen.iter().enumerate().map(|(place, message)| {
        let like = expected.get(place);
        let says = |speaks: fn(&MessageExpectation) -> bool| like.is_none_or(speaks);
        let at = Duration::from_millis(message.at.0);
        let at = like.and_then(|like| like.at).map_or(at, |expected| as_expected(expected, at, time));
        let flags = message.flags.filter(|_| says(|like| like.flags.is_some()));
        let answer = message.answer.filter(|_| says(|like| like.answer.is_some()));
        let ending = message.ending.filter(|_| says(|like| like.ending.is_some()));
        let cause = message.cause.filter(|_| says(|like| like.cause.is_some()));
        let fields = [
            says(|like| like.at.is_some()).then(|| format!("at: {}", duration::write(at))),
            flags.map(|flags| format!("flags: {}", end_flags(flags))),
            answer.map(|answer| format!("answer: {answer}")),
            ending.map(|ending| format!("ending: {ending}")),
            cause.map(|cause| format!("cause: {cause}")),
        ];
        message_words(message.what, message.window.as_deref(), fields)
    });
    (words::sequence(expected_words.collect()), words::sequence(seen_words.collect()))
}

fn message_words(kind: &str, window: Option<&str>, fields: [Option<String>; 5]) -> String {
    let first = format!("{kind}: {}", window.unwrap_or("true"));
    words::map(std::iter::once(first).chain(fields.into_iter().flatten()))
}

/// The word for a kind of messages, and the window.
fn message_kind(kind: &MessageKind) -> (&'static str, Option<&str>) {
    match kind {
        MessageKind::Query(window) => (MESSAGES[0], Some(window)),
        MessageKind::End(window) => (MESSAGES[1], Some(window)),
        MessageKind::Close(window) => (MESSAGES[2], Some(window)),
        MessageKind::CtrlC => (MESSAGES[3], None),
        MessageKind::Stop => (MESSAGES[4], None),
        MessageKind::Start => (MESSAGES[5], None),
        MessageKind::Killed => (MESSAGES[6], None),
        MessageKind::Exit => (MESSAGES[7], None),
        MessageKind::Left => (MESSAGES[8], None),
        MessageKind::Started => (MESSAGES[9], None),
    }
}

/// The names of the bits of `lParam`.
fn end_flags(flags: u32) -> String {
    words::bit_names(flags, &END_FLAGS.map(|(name, bit)| (bit, name)))
}

/// What was expected and what was seen of records.
pub(super) fn compare_records(
    scenario: &Scenario,
    expected: &[RecordExpectation],
    seen: &[SeenRecord],
) -> (String, String) {
    let expected_words = expected.iter().map(|record| expected_record(scenario, record));
    let seen_words = seen.iter().enumerate().map(|(place, record)| seen_record(expected.get(place), record));
    (words::sequence(expected_words.collect()), words::sequence(seen_words.collect()))
}

fn expected_record(scenario: &Scenario, record: &RecordExpectation) -> String {
    let number = |name: &str, number: Option<u32>| number.map(|number| format!("{name}: {number}"));
    let text = |name: &str, text: &Option<String>| {
        text.as_ref().map(|text| format!("{name}: {}", words::text(text)))
    };
    let application = |application: usize| scenario.world.applications[application].name.clone();
    let services = record.services_named.as_ref().map(|services| {
        let names = services.iter().map(|service| application(*service)).collect();
        format!("services: {}", words::sequence(names))
    });
    let applications = record.applications.as_ref().map(|applications| {
        let names = applications.iter().map(|who| owner_name(scenario, *who)).collect();
        format!("applications: {}", words::sequence(names))
    });
    let fields = [
        Some(format!("id: {}", record.id)),
        number("session", record.session),
        record.level.map(|level| format!("level: {}", level_of(level))),
        record.channel.map(|channel| format!("channel: {}", channel_of(channel))),
        number("files", record.files),
        number("processes", record.processes),
        number("services", record.services),
        services,
        record.host.map(|host| format!("host: {}", application(first_of_host(scenario, host)))),
        record.application.map(|who| format!("application: {}", owner_name(scenario, who))),
        applications,
        record.reasons.map(|bits| format!("reasons: {}", words::bit_names(bits, &words::REASONS))),
        record.reason.map(|reason| format!("reason: {}", why_not(reason))),
        record.status.map(|bits| format!("status: {}", words::status(bits))),
        record.application_type.map(|number| format!("type: {}", words::application_type(number))),
        number("terminal-session", record.terminal_session),
        text("path", &record.path),
        text("display-name", &record.display_name),
        text("version", &record.version),
    ];
    words::map(fields.into_iter().flatten())
}

fn seen_record(like: Option<&RecordExpectation>, record: &SeenRecord) -> String {
    let says = |speaks: fn(&RecordExpectation) -> bool| like.is_none_or(speaks);
    let number = |name: &str, speaks: fn(&RecordExpectation) -> bool, number: Option<u32>| {
        number.filter(|_| says(speaks)).map(|number| format!("{name}: {number}"))
    };
    let text = |name: &str, speaks: fn(&RecordExpectation) -> bool, text: &Option<String>| {
        text.as_ref().filter(|_| says(speaks)).map(|text| format!("{name}: {}", words::text(text)))
    };
    let names = |name: &str, names: &Option<Vec<String>>| {
        names.as_ref().map(|names| format!("{name}: {}", words::sequence(names.clone())))
    };
    let name = |name: &str, of: &Option<String>| of.as_ref().map(|of| format!("{name}: {of}"));
    let fields = [
        Some(format!("id: {}", record.id)),
        number("session", |like| like.session.is_some(), Some(record.session)),
        says(|like| like.level.is_some()).then(|| format!("level: {}", record.level)),
        says(|like| like.channel.is_some()).then(|| format!("channel: {}", record.channel)),
        number("files", |like| like.files.is_some(), record.files),
        number("processes", |like| like.processes.is_some(), record.processes),
        number("services", |like| like.services.is_some(), record.services),
        names("services", &record.services_named).filter(|_| says(|like| like.services_named.is_some())),
        name("host", &record.host).filter(|_| says(|like| like.host.is_some())),
        name("application", &record.application).filter(|_| says(|like| like.application.is_some())),
        names("applications", &record.applications).filter(|_| says(|like| like.applications.is_some())),
        record
            .reasons
            .filter(|_| says(|like| like.reasons.is_some()))
            .map(|bits| format!("reasons: {}", words::bit_names(bits, &words::REASONS))),
        record.reason.filter(|_| says(|like| like.reason.is_some())).map(|why| format!("reason: {why}")),
        record
            .status
            .filter(|_| says(|like| like.status.is_some()))
            .map(|bits| format!("status: {}", words::status(bits))),
        record
            .application_type
            .filter(|_| says(|like| like.application_type.is_some()))
            .map(|number| format!("type: {}", words::application_type(number))),
        number("terminal-session", |like| like.terminal_session.is_some(), record.terminal_session),
        text("path", |like| like.path.is_some(), &record.path),
        text("display-name", |like| like.display_name.is_some(), &record.display_name),
        text("version", |like| like.version.is_some(), &record.version),
    ];
    words::map(fields.into_iter().flatten())
}

/// The name of somebody, or of the first with whom an installer shares its process.
fn owner_name(scenario: &Scenario, who: ProcessOf) -> String {
    match who {
        ProcessOf::Installer(installer) => {
            let owner = scenario.world.installers[installer].in_process_of.unwrap_or(installer);
            scenario.world.installers[owner].name.clone()
        }
        ProcessOf::Application(_) | ProcessOf::Nobody(_) => name_of(scenario, who),
    }
}
