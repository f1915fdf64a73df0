//! How programs and services behave when they are told to stop or to start, with the defaults filled in.

use std::time::Duration;

use super::text;
use crate::scenario::parse::format::NO_RESTART;
use crate::scenario::parse::lower::{Lowering, truth};
use crate::scenario::problem::quoted;
use crate::scenario::yaml::Node;
use crate::scenario::{
    ApplicationKind, OnClose, OnConsoleEvent, OnEnd, OnQuery, OnStart, OnStop, RestartRegistration, Window,
};

/// What the window of a program is called that names none.
const MAIN: &str = "main";

/// The bits of `RESTART_NO_*`, in the order of [`NO_RESTART`].
const NO_RESTART_BITS: [u32; 4] = [0x1, 0x2, 0x4, 0x8];

/// The bit of `RESTART_NO_*` that `field` stands for.
pub(crate) fn no_restart_bit(field: &str) -> Option<u32> {
    NO_RESTART.iter().position(|known| known.name == field).map(|place| NO_RESTART_BITS[place])
}

/// The bits of `RESTART_NO_*` that are `true` in `fields`.
pub(crate) fn no_restart_flags(fields: &Node<'_>) -> u32 {
    let is_set = |field: &str| fields.get(field).and_then(truth) == Some(true);
    let set = NO_RESTART.iter().zip(NO_RESTART_BITS).filter(|(field, _)| is_set(field.name));
    set.fold(0, |bits, (_, bit)| bits | bit)
}

/// What `restart` says.
pub(super) fn restart(node: &Node<'_>) -> RestartRegistration {
    match node.text() {
        Some(arguments) => RestartRegistration { arguments: arguments.to_owned(), flags: 0 },
        None => RestartRegistration {
            arguments: text(node, "arguments").unwrap_or_default(),
            flags: no_restart_flags(node),
        },
    }
}

/// The duration under the one of `keys` that the mapping `node` has, with the number of that key.
fn timed(lowering: &mut Lowering<'_>, node: &Node<'_>, keys: &[&str]) -> Option<(usize, Duration)> {
    let (place, value) = keys.iter().enumerate().find_map(|(place, key)| Some((place, node.get(key)?)))?;
    Some((place, lowering.duration(value)?))
}

fn on_query(lowering: &mut Lowering<'_>, node: Option<&Node<'_>>) -> OnQuery {
    let agrees = OnQuery::Answers { agrees: true, after: Duration::ZERO };
    let Some(node) = node else { return agrees };
    match node.text() {
        Some("refuses") => OnQuery::Answers { agrees: false, after: Duration::ZERO },
        Some("silent") => OnQuery::Silent,
        Some("hung") => OnQuery::Hung,
        Some("agrees-or-refuses") => OnQuery::Undecided,
        Some("leaves") => OnQuery::Leaves(Duration::ZERO),
        Some(_) => agrees,
        None => match timed(lowering, node, &["agrees-after", "refuses-after", "leaves-after"]) {
            Some((2, after)) => OnQuery::Leaves(after),
            Some((place, after)) => OnQuery::Answers { agrees: place == 0, after },
            None => agrees,
        },
    }
}

/// What `registers` in `on-query` says.
pub(super) fn registers_in_query(fields: &Node<'_>) -> Option<RestartRegistration> {
    let arguments = text(fields.get("on-query")?, "registers")?;
    Some(RestartRegistration { arguments, flags: 0 })
}

/// The windows of a program of this `kind`, number 0 first.
pub(super) fn windows(
    lowering: &mut Lowering<'_>,
    fields: &Node<'_>,
    name: &str,
    kind: ApplicationKind,
) -> Vec<Window> {
    if kind == ApplicationKind::Service {
        return Vec::new();
    }
    let has_dialog = fields.get("modal-dialog").and_then(truth) == Some(true);
    let own = fields.get("on-query");
    let first = if has_dialog { OnQuery::ModalDialog } else { on_query(lowering, own) };
    let mut windows = vec![Window { name: MAIN.to_owned(), on_query: first }];
    let hidden = fields.get("hidden-windows").and_then(Node::items).unwrap_or_default();
    for (place, item) in hidden.iter().enumerate() {
        let entry = item.entries().and_then(<[_]>::first);
        let (key, inner) = entry.map_or((item, None), |(key, inner)| (key, Some(inner)));
        let Some(called) = key.text() else { continue };
        let stated = inner.and_then(|inner| inner.get("on-query"));
        // A program without a main window has nothing before its first hidden one.
        if place == 0 && kind == ApplicationKind::OtherWindow {
            let answer = if stated.is_some() { on_query(lowering, stated) } else { first };
            if let (Some(node), true) = (stated, own.is_some() || has_dialog) {
                let message =
                    format!("what {} answers is stated twice", quoted(&format!("{name}, {called}")));
                let help =
                    "the first window of an `other-window` program answers what the program does".to_owned();
                lowering.report(&node.span, message, "again", Some(help));
            }
            windows = vec![Window { name: called.to_owned(), on_query: answer }];
            continue;
        }
        if windows.iter().any(|window| window.name == called) {
            let message = format!("{} has two windows {}", quoted(name), quoted(called));
            let help = "the main window is called `main`, and each hidden one otherwise".to_owned();
            lowering.report(&key.span, message, "taken", Some(help));
        }
        windows.push(Window { name: called.to_owned(), on_query: on_query(lowering, stated) });
    }
    windows
}

/// What `on-end-session` and `on-close` say; who does not leave at once on the one has its own time, or none, and the
/// other changes nothing about it (OBS-SHUT-03).
pub(super) fn on_end_and_close(lowering: &mut Lowering<'_>, fields: &Node<'_>) -> (OnEnd, OnClose) {
    let on_end = match fields.get("on-end-session") {
        None => OnEnd::Leaves(Duration::ZERO),
        Some(node) => match (node.text(), timed(lowering, node, &["leaves-after", "lingers-for"])) {
            (Some("stays"), _) => OnEnd::Stays,
            (Some("lingers"), _) => OnEnd::Lingers(None),
            (None, Some((0, after))) => OnEnd::Leaves(after),
            (None, Some((_, after))) => OnEnd::Lingers(Some(after)),
            (Some(_), _) | (None, None) => OnEnd::Leaves(Duration::ZERO),
        },
    };
    let leaves = OnClose::Leaves(Duration::ZERO);
    let on_close = match fields.get("on-close") {
        None if on_end != OnEnd::Leaves(Duration::ZERO) => OnClose::Stays,
        None => leaves,
        Some(node) => match (node.text(), timed(lowering, node, &["leaves-after"])) {
            (Some("stays"), _) => OnClose::Stays,
            (Some("prompts"), _) => OnClose::Prompts,
            (Some("hides"), _) => OnClose::Hides,
            (None, Some((_, after))) => OnClose::Leaves(after),
            (Some(_), _) | (None, None) => leaves,
        },
    };
    (on_end, on_close)
}

pub(super) fn on_console_event(lowering: &mut Lowering<'_>, fields: &Node<'_>) -> OnConsoleEvent {
    let leaves = OnConsoleEvent::Leaves(Duration::ZERO);
    let Some(node) = fields.get("on-ctrl-c") else { return leaves };
    match (node.text(), timed(lowering, node, &["leaves-after"])) {
        (Some("stays"), _) => OnConsoleEvent::Stays,
        (Some("ignores"), _) => OnConsoleEvent::Ignores,
        (None, Some((_, after))) => OnConsoleEvent::Leaves(after),
        (Some(_), _) | (None, None) => leaves,
    }
}

pub(super) fn on_stop(lowering: &mut Lowering<'_>, fields: &Node<'_>) -> OnStop {
    let stops = OnStop::Stops(Duration::ZERO);
    let Some(node) = fields.get("on-stop") else { return stops };
    match (node.text(), timed(lowering, node, &["stops-after"])) {
        (Some("refuses"), _) => OnStop::Refuses,
        (Some("fails"), _) => OnStop::Fails,
        (Some("hangs"), _) => OnStop::Hangs,
        (Some("busy"), _) => OnStop::Busy,
        (None, Some((_, after))) => OnStop::Stops(after),
        (Some(_), _) | (None, None) => stops,
    }
}

pub(super) fn on_start(lowering: &mut Lowering<'_>, fields: &Node<'_>) -> OnStart {
    let runs = OnStart::Runs(Duration::ZERO);
    let Some(node) = fields.get("on-start") else { return runs };
    match (node.text(), timed(lowering, node, &["runs-after"])) {
        (Some("fails"), _) => OnStart::Fails,
        (Some("hangs"), _) => OnStart::Hangs,
        (None, Some((_, after))) => OnStart::Runs(after),
        (Some(_), _) | (None, None) => runs,
    }
}
