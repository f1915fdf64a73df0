//! Values as a scenario writes them: replies, reasons, entries; used where people read and where files are blessed.

pub(crate) mod looks;

use std::borrow::Cow;

use rstmgr_model::Reply;

use crate::request::{Cause, Message, StartedBy};
use crate::scenario::parse::format::{CAUSES, FILTER_ACTIONS, MESSAGES, OCCURRENCES, RESULTS, STARTERS};
use crate::scenario::{
    AffectedExpectation, Occurrence, ProcessElement, ProcessOf, ReplyExpectation, Scenario, Trigger, Written,
    duration,
};
use crate::trace::SeenAffected;

/// The names of the reboot reasons, by bit (TYPE-34 to TYPE-38).
pub const REASONS: [(u32, &str); 5] = [
    (0x1, "permission-denied"),
    (0x2, "session-mismatch"),
    (0x4, "critical-process"),
    (0x8, "critical-service"),
    (0x10, "detected-self"),
];

/// The names of the application types, by number (TYPE-08 to TYPE-14).
pub const TYPES: [(u32, &str); 7] = [
    (0, "unknown"),
    (1, "main-window"),
    (2, "other-window"),
    (3, "service"),
    (4, "explorer"),
    (5, "console"),
    (1000, "critical"),
];

/// The names of the status bits (TYPE-17 to TYPE-24); 0 is `unknown` (TYPE-16).
pub const STATUS: [(u32, &str); 8] = [
    (0x1, "running"),
    (0x2, "stopped"),
    (0x4, "stopped-other"),
    (0x8, "restarted"),
    (0x10, "error-on-stop"),
    (0x20, "error-on-restart"),
    (0x40, "shutdown-masked"),
    (0x80, "restart-masked"),
];

/// The names of the flags of a registration for restart (ARR-07 to ARR-10).
pub const NO_RESTART: [(&str, u32); 4] = [
    ("no-crash", rstmgr_model::RESTART_NO_CRASH),
    ("no-hang", rstmgr_model::RESTART_NO_HANG),
    ("no-patch", rstmgr_model::RESTART_NO_PATCH),
    ("no-reboot", rstmgr_model::RESTART_NO_REBOOT),
];

/// A reply's constant, or its number where it has none here.
pub fn reply(reply: Reply) -> Cow<'static, str> {
    reply.name().map_or_else(|| Cow::Owned(reply.code().to_string()), Cow::Borrowed)
}

/// How a call is expected to end.
pub fn ending(ending: ReplyExpectation) -> Cow<'static, str> {
    match ending {
        ReplyExpectation::Code(code) => reply(Reply::from_code(code)),
        ReplyExpectation::ProcessEnded => Cow::Borrowed(PROCESS_ENDED),
        ReplyExpectation::Never => Cow::Borrowed("never"),
    }
}

/// That the caller's process ended inside the call.
pub const PROCESS_ENDED: &str = "process-ended";

/// An `HRESULT`, by its name or number.
pub fn result(result: u32) -> String {
    let known = RESULTS.iter().find(|(_, number)| *number == result);
    known.map_or_else(|| result.to_string(), |(name, _)| (*name).to_owned())
}

/// A filter's action.
pub fn filter_action(action: u32) -> String {
    let known = FILTER_ACTIONS.iter().find(|(_, number)| *number == action);
    known.map_or_else(|| action.to_string(), |(name, _)| (*name).to_owned())
}

/// What a window answered.
pub fn answer(agrees: Option<bool>) -> &'static str {
    match agrees {
        Some(true) => "agrees",
        Some(false) => "refuses",
        None => "none",
    }
}

/// Why something happened.
pub fn cause(cause: Cause) -> &'static str {
    CAUSES[match cause {
        Cause::Own => 0,
        Cause::Console => 1,
        Cause::Dependency => 2,
        Cause::Host => 3,
        Cause::SystemShutdown => 4,
    }]
}

/// Who started somebody.
pub fn started_by(by: StartedBy) -> &'static str {
    STARTERS[match by {
        StartedBy::Beginning => 0,
        StartedBy::RestartManager => 1,
        StartedBy::Itself => 2,
        StartedBy::Reboot => 3,
        StartedBy::ServiceControlManager => 4,
        StartedBy::Installer => 5,
    }]
}

/// What somebody was told.
pub fn message(message: Message) -> &'static str {
    MESSAGES[match message {
        Message::Query { .. } => 0,
        Message::End { .. } => 1,
        Message::Close => 2,
        Message::ConsoleEvent => 3,
        Message::Stop => 4,
        Message::Start => 5,
        Message::Kill => 6,
        Message::Exit => 7,
    }]
}

/// When something is done during a call.
pub fn trigger(scenario: &Scenario, trigger: Trigger) -> String {
    match trigger {
        Trigger::Start => String::from("start"),
        Trigger::After(so_long) => duration::write(so_long),
        Trigger::Due(count) => format!("{{ due: {count} }}"),
        Trigger::Status(percent) => format!("{{ status: {percent} }}"),
        Trigger::When { what, who } => {
            let what = occurrence(what);
            format!("{{ {what}: {} }}", name_of(scenario, who))
        }
    }
}

/// What happens to somebody.
pub fn occurrence(what: Occurrence) -> &'static str {
    OCCURRENCES[match what {
        Occurrence::Asked => 0,
        Occurrence::ToldToEnd => 1,
        Occurrence::ToldToStay => 2,
        Occurrence::ToldToClose => 3,
        Occurrence::Interrupted => 4,
        Occurrence::StopRequested => 5,
        Occurrence::StartRequested => 6,
        Occurrence::Stopped => 7,
        Occurrence::Started => 8,
    }]
}

/// The name under which the trace shows somebody.
pub fn name_of(scenario: &Scenario, who: ProcessOf) -> String {
    match who {
        ProcessOf::Application(application) => scenario.world.applications[application].name.clone(),
        ProcessOf::Installer(installer) => scenario.world.installers[installer].name.clone(),
        ProcessOf::Nobody(pid) => format!("pid {pid}"),
    }
}

/// A process as it is handed to a call.
pub fn process(scenario: &Scenario, element: &ProcessElement) -> String {
    let name = name_of(scenario, element.who);
    if element.wrong_start_time { format!("{name} {WITH_WRONG_START_TIME}") } else { name }
}

/// What is said of a process whose start time is not that of the process that has its id.
pub const WITH_WRONG_START_TIME: &str = "with a wrong start time";

/// An output parameter.
pub fn written(value: Written) -> String {
    match value {
        Written::Value(number) => number.to_string(),
        Written::Untouched => String::from("untouched"),
    }
}

/// Reboot reasons: their names, or `untouched`.
pub fn reasons(value: Written) -> String {
    match value {
        Written::Value(bits) => bit_names(bits, &REASONS),
        Written::Untouched => String::from("untouched"),
    }
}

/// The names of the bits that are set.
pub fn bit_names(bits: u32, table: &[(u32, &str)]) -> String {
    let known = table.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, name)| (*name).to_owned());
    let rest = bits & !table.iter().fold(0, |all, (bit, _)| all | bit);
    sequence(known.chain((rest != 0).then(|| format!("{rest:#x}"))).collect())
}

/// A status: one bit, or several.
pub fn status(bits: u32) -> String {
    match bits {
        0 => String::from("unknown"),
        _ => match STATUS.iter().find(|(bit, _)| *bit == bits) {
            Some((_, name)) => (*name).to_owned(),
            None => bit_names(bits, &STATUS),
        },
    }
}

/// An application type, by name or number.
pub fn application_type(number: u32) -> String {
    let known = TYPES.iter().find(|(known, _)| *known == number);
    known.map_or_else(|| number.to_string(), |(_, name)| (*name).to_owned())
}

/// The fields of an expected entry.
pub fn expected_fields(entry: &AffectedExpectation) -> Vec<String> {
    let terminal_session = entry.terminal_session.map(|number| match number {
        u32::MAX => String::from("terminal-session: -1"),
        number => format!("terminal-session: {number}"),
    });
    [
        entry.application_type.map(|number| format!("type: {}", application_type(number))),
        entry.status.map(|bits| format!("status: {}", status(bits))),
        entry.name.as_ref().map(|name| format!("name: {}", text(name))),
        entry.service.as_ref().map(|service| format!("service: {}", text(service))),
        terminal_session,
        entry.restartable.map(|restartable| format!("restartable: {restartable}")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The fields of an entry that was seen, as far as an expectation speaks of them.
pub fn seen_fields(expected: &AffectedExpectation, seen: &SeenAffected) -> Vec<String> {
    [
        expected.application_type.map(|_| format!("type: {}", application_type(seen.application_type))),
        expected.status.map(|_| format!("status: {}", status(seen.status))),
        expected.name.as_ref().map(|_| format!("name: {}", text(&seen.name))),
        expected.service.as_ref().map(|_| format!("service: {}", text(&seen.service))),
        expected.terminal_session.map(|_| format!("terminal-session: {}", seen.terminal_session)),
        expected.restartable.map(|_| format!("restartable: {}", seen.restartable)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// An entry: its name alone, or a map of its fields under its name.
pub fn entry(name: &str, fields: Vec<String>) -> String {
    if fields.is_empty() { name.to_owned() } else { format!("{{ {name}: {} }}", map(fields.into_iter())) }
}

/// A flow map of fields that are written already.
pub fn map(fields: impl Iterator<Item = String>) -> String {
    format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
}

/// A flow sequence of items that are written already.
pub fn sequence(items: Vec<String>) -> String {
    format!("[{}]", items.join(", "))
}

/// A flow sequence of numbers.
pub fn numbers(numbers: &[u32]) -> String {
    sequence(numbers.iter().map(u32::to_string).collect())
}

/// A text in single quotes.
pub fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
