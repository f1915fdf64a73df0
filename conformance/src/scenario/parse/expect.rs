//! What a scenario expects of a step.

use std::ops::Range;

use rstmgr_model::Reply;

use super::format::{REASON_NAMES, STATUSES, TYPE_NUMBERS, TYPES};
use super::lower::{Lowering, number, truth};
use crate::scenario::yaml::Node;
use crate::scenario::{
    AffectedExpectation, DatabaseExpectation, Expectation, KeyExpectation, LetterCase, Written,
};

/// The fields of an expectation, by name.
const FIELDS: [&str; 9] =
    ["reply", "handle", "key", "needed", "count", "reasons", "affected", "affected-in-order", "left-open"];

/// Where an expectation stands: the whole of it, and its fields.
pub(crate) type Places = (Option<Range<usize>>, Vec<(&'static str, Range<usize>)>);

/// The Win32 code that `node` names.
pub(crate) fn reply(node: &Node<'_>) -> Option<u32> {
    match node.text() {
        Some(name) => Reply::from_name(name).map(Reply::code),
        None => number(node),
    }
}

/// What `node`, the value of `expect`, expects.
pub(crate) fn expectation(lowering: &mut Lowering<'_>, node: Option<&Node<'_>>) -> (Expectation, Places) {
    let mut expectation = Expectation::default();
    let Some(node) = node else { return (expectation, (None, Vec::new())) };
    let Some(entries) = node.entries() else {
        expectation.reply = reply(node);
        return (expectation, (Some(node.span.clone()), vec![("reply", node.span.clone())]));
    };
    let mut places = Vec::new();
    for (key, value) in entries {
        let Some(field) = FIELDS.iter().find(|field| key.text() == Some(field)) else { continue };
        places.push((*field, value.span.clone()));
        match *field {
            "reply" => expectation.reply = reply(value),
            "handle" => expectation.handle = number(value),
            "key" => expectation.key = Some(key_expectation(value)),
            "needed" => expectation.needed = written(value),
            "count" => expectation.count = written(value),
            "reasons" => expectation.reasons = reasons(value),
            "affected" => expectation.affected = affected(lowering, value),
            "affected-in-order" => expectation.affected_in_order = affected(lowering, value),
            _ => expectation.left_open = number(value),
        }
    }
    (expectation, (Some(node.span.clone()), places))
}

/// What `node`, the value of `sessions`, expects of the session database.
pub(crate) fn database(lowering: &mut Lowering<'_>, node: &Node<'_>) -> (Expectation, Places) {
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
        let type_of = |name: &str| TYPES.iter().position(|known| *known == name);
        expected.push(AffectedExpectation {
            who,
            application_type: get("type").and_then(Node::text).and_then(type_of).map(|at| TYPE_NUMBERS[at]),
            status: get("status").map(status),
            name: text("name"),
            service: text("service"),
            terminal_session: get("terminal-session").and_then(terminal_session),
            restartable: get("restartable").and_then(truth),
        });
    }
    Some(expected)
}

fn status(node: &Node<'_>) -> u32 {
    match node.items() {
        Some(items) => bits(items, &STATUSES),
        None => bits(std::slice::from_ref(node), &STATUSES),
    }
}

fn terminal_session(node: &Node<'_>) -> Option<u32> {
    if node.integer() == Some(-1) { Some(u32::MAX) } else { number(node) }
}

/// The bits that `items` name, the first of `names` being bit 0; other names have no bit.
fn bits(items: &[Node<'_>], names: &[&str]) -> u32 {
    let mut bits = 0;
    for item in items {
        for (bit, _) in names.iter().enumerate().filter(|(_, name)| item.text() == Some(name)) {
            bits |= 1 << bit;
        }
    }
    bits
}
