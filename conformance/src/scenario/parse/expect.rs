//! What a scenario expects of a step.

pub(crate) mod looks;

use std::borrow::Cow;
use std::ops::Range;

use rstmgr_model::Reply;

use super::format::{FILTER_ACTIONS, REASON_NAMES, RESULTS, STATUSES, TYPE_NUMBERS, TYPES};
use super::lower::{Lowering, number, truth};
use super::process::process_element;
use super::world::no_restart_bit;
use crate::scenario::yaml::Node;
use crate::scenario::{
    AffectedExpectation, DatabaseExpectation, Expectation, FilterExpectation, FilterOf, FlagsExpectation,
    KeyExpectation, LetterCase, ReplyExpectation, Written,
};

/// The fields of an expectation, by name.
const FIELDS: [&str; 19] = [
    "reply",
    "handle",
    "key",
    "needed",
    "count",
    "reasons",
    "affected",
    "affected-in-order",
    "left-open",
    "status",
    "took",
    "filters",
    "result",
    "size",
    "arguments",
    "no-crash",
    "no-hang",
    "no-patch",
    "no-reboot",
];

/// Where an expectation stands: the whole of it, and its fields.
pub(crate) type Places = (Option<Range<usize>>, Vec<(&'static str, Range<usize>)>);

/// The Win32 code that `node` names.
pub(crate) fn reply(node: &Node<'_>) -> Option<u32> {
    match node.text() {
        Some(name) => Reply::from_name(name).map(Reply::code),
        None => number(node),
    }
}

/// How `node` says that a call ends.
fn ending(node: &Node<'_>) -> Option<ReplyExpectation> {
    match node.text() {
        Some("process-ended") => Some(ReplyExpectation::ProcessEnded),
        Some("never") => Some(ReplyExpectation::Never),
        _ => reply(node).map(ReplyExpectation::Code),
    }
}

/// The `HRESULT` that `node` names, if it is that of a scalar which no call can reply.
fn result(node: &Node<'_>) -> Option<u32> {
    match node.text() {
        Some(name) => RESULTS.iter().find(|(known, _)| *known == name).map(|(_, code)| *code),
        None => number(node),
    }
}

/// What `node`, the value of `expect`, expects.
///
/// A scalar is the `reply`; where `is_result`, that of a function of the registration for restart, the `result`.
pub(crate) fn expectation(
    lowering: &mut Lowering<'_>,
    node: Option<&Node<'_>>,
    is_result: bool,
) -> (Expectation, Places) {
    let mut expectation = Expectation::default();
    let Some(node) = node else { return (expectation, (None, Vec::new())) };
    let Some(entries) = node.entries() else {
        let field = if is_result { "result" } else { "reply" };
        match is_result {
            true => expectation.result = result(node),
            false => expectation.reply = ending(node),
        }
        return (expectation, (Some(node.span.clone()), vec![(field, node.span.clone())]));
    };
    let mut places = Vec::new();
    for (key, value) in entries {
        let Some(field) = FIELDS.iter().find(|field| key.text() == Some(field)) else { continue };
        places.push((*field, value.span.clone()));
        match *field {
            "reply" => expectation.reply = ending(value),
            "handle" => expectation.handle = number(value),
            "key" => expectation.key = Some(key_expectation(value)),
            "needed" => expectation.needed = written(value),
            "count" => expectation.count = written(value),
            "reasons" => expectation.reasons = reasons(value),
            "affected" => expectation.affected = affected(lowering, value),
            "affected-in-order" => expectation.affected_in_order = affected(lowering, value),
            "left-open" => expectation.left_open = number(value),
            "status" => {
                let percentages = value.items().unwrap_or_default().iter();
                expectation.status = Some(percentages.filter_map(number::<u8>).collect());
            }
            "took" => expectation.took = lowering.duration(value),
            "filters" => expectation.filters = filters(lowering, value),
            "result" => expectation.result = result(value),
            "size" => expectation.settings.size = written(value),
            "arguments" => expectation.settings.arguments = lowering.say(value).map(Cow::into_owned),
            _ => no_restart(&mut expectation, field, value),
        }
    }
    (expectation, (Some(node.span.clone()), places))
}

/// What `step`, an `expect-database`, expects of the session database.
pub(crate) fn database(lowering: &mut Lowering<'_>, step: &Node<'_>) -> (Expectation, Places) {
    let Some(node) = step.get("sessions") else { return (Expectation::default(), (None, Vec::new())) };
    let mut sessions = Vec::new();
    for session in node.items().unwrap_or_default() {
        let groups = |field: &str| {
            let groups = session.get(field)?.items()?;
            Some(groups.iter().filter_map(number).collect())
        };
        sessions.push(DatabaseExpectation {
            number: session.get("number").and_then(number).unwrap_or(0),
            owner: session.get("owner").and_then(|node| lowering.process(node)),
            abandoned: session.get("abandoned").and_then(truth),
            files: groups("files"),
            processes: groups("processes"),
            services: groups("services"),
        });
    }
    let items = node.items().unwrap_or_default();
    for (at, pair) in sessions.windows(2).enumerate() {
        if let ([first, second], Some(item)) = (pair, items.get(at + 1))
            && first.number >= second.number
            && !lowering.troubled(&node.span)
        {
            let place = item.get("number").unwrap_or(item).span.clone();
            let help = "sessions are listed by ascending number, each once".to_owned();
            lowering.report(&place, "this session is out of order", "not above the one before", Some(help));
        }
    }
    let expectation = Expectation { database: Some(sessions), ..Expectation::default() };
    (expectation, (None, vec![("sessions", node.span.clone())]))
}

/// Notes whether the bit of `RESTART_NO_*` called `field` is set.
fn no_restart(expectation: &mut Expectation, field: &str, value: &Node<'_>) {
    let (Some(bit), Some(is_set)) = (no_restart_bit(field), truth(value)) else { return };
    let flags = expectation.settings.flags.get_or_insert(FlagsExpectation { mask: 0, bits: 0 });
    flags.mask |= bit;
    flags.bits |= if is_set { bit } else { 0 };
}

fn filters(lowering: &mut Lowering<'_>, node: &Node<'_>) -> Option<Vec<FilterExpectation>> {
    let mut filters = Vec::new();
    for item in node.items()? {
        let text = |field: &str| Some(lowering.say(item.get(field)?)?.into_owned());
        let of = match (text("module"), text("service"), item.get("application")) {
            (Some(module), ..) => FilterOf::Module(module),
            (None, Some(service), _) => FilterOf::Service(service),
            (None, None, Some(process)) => match process_element(lowering, process) {
                Some(process) => FilterOf::Process(process),
                None => continue,
            },
            (None, None, None) => continue,
        };
        filters.push(FilterExpectation {
            of,
            action: item.get("action").and_then(filter_action),
            next: item.get("next").and_then(number),
            text_at: item.get("text-at").and_then(number),
        });
    }
    Some(filters)
}

/// The action of a filter, by its word or number.
pub(crate) fn filter_action(node: &Node<'_>) -> Option<u32> {
    match node.text() {
        Some(word) => FILTER_ACTIONS.iter().find(|(known, _)| *known == word).map(|(_, action)| *action),
        None => number(node),
    }
}

fn key_expectation(node: &Node<'_>) -> KeyExpectation {
    let letters = node.get("letters").and_then(Node::text);
    KeyExpectation {
        length: node.get("length").and_then(number),
        letters: letters.map(|case| if case == "upper" { LetterCase::Upper } else { LetterCase::Lower }),
        terminated: node.get("terminated").and_then(truth),
    }
}

fn written(node: &Node<'_>) -> Option<Written> {
    if node.text().is_some() { Some(Written::Untouched) } else { number(node).map(Written::Value) }
}

fn reasons(node: &Node<'_>) -> Option<Written> {
    match node.items() {
        Some(items) => Some(Written::Value(bits(items, &REASON_NAMES))),
        None => Some(Written::Untouched),
    }
}

fn affected(lowering: &mut Lowering<'_>, node: &Node<'_>) -> Option<Vec<AffectedExpectation>> {
    let mut expected = Vec::new();
    for item in node.items()? {
        let entry = item.entries().and_then(<[_]>::first);
        let (name, fields) = entry.map_or((item, None), |(name, fields)| (name, Some(fields)));
        let Some(who) = lowering.process(name) else { continue };
        let get = |field: &str| fields.and_then(|fields| fields.get(field));
        let text = |field: &str| Some(lowering.say(get(field)?)?.into_owned());
        expected.push(AffectedExpectation {
            who,
            application_type: get("type").and_then(application_type),
            status: get("status").map(status),
            name: text("name"),
            service: text("service"),
            terminal_session: get("terminal-session").and_then(terminal_session),
            restartable: get("restartable").and_then(truth),
        });
    }
    Some(expected)
}

pub(super) fn status(node: &Node<'_>) -> u32 {
    match node.items() {
        Some(items) => bits(items, &STATUSES),
        None => bits(std::slice::from_ref(node), &STATUSES),
    }
}

/// The number in `RM_APP_TYPE` of the type that `node` names.
fn application_type(node: &Node<'_>) -> Option<u32> {
    TYPES.iter().position(|known| node.text() == Some(known)).map(|at| TYPE_NUMBERS[at])
}

fn terminal_session(node: &Node<'_>) -> Option<u32> {
    if node.integer() == Some(-1) { Some(u32::MAX) } else { number(node) }
}

/// The bits that `items` name, the first of `names` being bit 0; other names have no bit.
pub(super) fn bits(items: &[Node<'_>], names: &[&str]) -> u32 {
    let mut bits = 0;
    for item in items {
        for (bit, _) in names.iter().enumerate().filter(|(_, name)| item.text() == Some(name)) {
            bits |= 1 << bit;
        }
    }
    bits
}
