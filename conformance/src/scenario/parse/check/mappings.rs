//! Mappings: their fields, their keys, and which of them go together.

use std::collections::BTreeMap;
use std::ops::Range;

use rstmgr_model::Knob;
use rstmgr_model::profile::Timing;

use super::complaints::kind;
use super::{Check, Name, Owner};
use crate::scenario::parse::format::DURATION;
use crate::scenario::parse::shape::{Constraint, Field, Pattern, Record, Shape, alternatives, field};
use crate::scenario::parse::suggest::{nearest, possible};
use crate::scenario::problem::quoted;
use crate::scenario::yaml::{Node, Value};

/// What each timing is set to.
static TIMING: Shape = Shape::Text(&DURATION);

impl Check {
    pub(super) fn record(&mut self, node: &Node<'_>, record: &'static Record, owner: Owner<'_>) {
        let name = if record.name.is_empty() { owner.name } else { Name::Whole(record.name) };
        let Some(entries) = node.entries() else {
            return self.wrong_type(node, "a mapping", owner);
        };
        let mut seen: Vec<Option<&Node<'_>>> =
            vec![None; record.fields.iter().map(|group| group.len()).sum()];
        for (key, value) in entries {
            if self.is_full() {
                return;
            }
            let Some(text) = self.key(key) else { continue };
            let Some((at, field)) = field(record.fields, text) else {
                self.unknown_field(key, text, name, record.fields);
                continue;
            };
            if let Some(first) = seen[at] {
                self.duplicate(key, first.span.clone());
                continue;
            }
            seen[at] = Some(key);
            self.value(value, field.shape, Owner { name: Name::Value(field.name), place: Some(&key.span) });
        }
        for (field, seen) in record.fields.iter().copied().flatten().zip(&seen) {
            if field.required && seen.is_none() {
                self.missing(node, &[field.name], name, owner);
            }
        }
        let stated = |field: &str| Some(&entries.iter().find(|(key, _)| key.text() == Some(field))?.0);
        for constraint in record.constraints {
            self.constraint(constraint, node, &stated, name, owner);
        }
    }

    fn constraint<'n>(
        &mut self,
        constraint: &Constraint,
        node: &Node<'n>,
        stated: &dyn Fn(&str) -> Option<&'n Node<'n>>,
        name: Name<'_>,
        owner: Owner<'_>,
    ) {
        match constraint {
            Constraint::ExactlyOne(fields) => {
                let mut stated = fields.iter().filter_map(|field| stated(field));
                match (stated.next(), stated.next()) {
                    (Some(_), None) => {}
                    (Some(first), Some(second)) => self.conflict(second, first, name),
                    (None, _) => self.missing(node, fields, name, owner),
                }
            }
            Constraint::Needs(field, other) => {
                if let (Some(key), None) = (stated(field), stated(other)) {
                    let message = format!("`{field}` stands without `{other}`");
                    self.report(key, message, format!("makes sense only beside `{other}`"));
                }
            }
            Constraint::Excludes(field, others) => {
                let Some(first) = stated(field) else { return };
                for other in others.iter().filter_map(|other| stated(other)) {
                    self.conflict(other, first, name);
                }
            }
            Constraint::Only { field, is, fields } => {
                let Some(value) = node.get(field).and_then(Node::text) else { return };
                if is.contains(&value) {
                    return;
                }
                let one_of = alternatives(is.iter().map(|word| format!("`{field}: {word}`")));
                for key in fields.iter().filter_map(|field| stated(field)) {
                    let message =
                        format!("{} is only for what has {one_of}", quoted(key.text().unwrap_or("")));
                    let label = format!("not with `{field}: {value}`");
                    self.report(key, message, label);
                }
            }
        }
    }

    pub(super) fn one_of(&mut self, node: &Node<'_>, what: &str, fields: &'static [&'static [Field]]) {
        let entries = node.entries().unwrap_or_default();
        let [(key, value)] = entries else {
            let mut keys = entries.iter().map(|(key, _)| key);
            let place = keys.nth(1).unwrap_or(node);
            let problem =
                self.report(place, format!("{what} has one key, not {}", entries.len()), "expected one key");
            if !entries.is_empty() && what.starts_with("a step") {
                problem.help = Some("indent the fields further than the key that they belong to".to_owned());
            }
            return;
        };
        let Some(text) = self.key(key) else { return };
        match field(fields, text) {
            Some((_, field)) => {
                self.value(
                    value,
                    field.shape,
                    Owner { name: Name::Value(field.name), place: Some(&key.span) },
                );
            }
            None => {
                let names = || fields.iter().copied().flatten().map(|field| field.name);
                let kind = if what.starts_with("a step") { "step" } else { "field" };
                let help = possible(text, names());
                let problem =
                    self.report(key, format!("unknown {kind} {}", quoted(text)), format!("not {what}"));
                problem.help = Some(help);
            }
        }
    }

    pub(super) fn map(&mut self, node: &Node<'_>, keys: &Pattern, shape: &'static Shape) {
        let mut seen: BTreeMap<&str, Range<usize>> = BTreeMap::new();
        for (key, value) in node.entries().unwrap_or_default() {
            if self.is_full() {
                return;
            }
            let Some(text) = self.key(key) else { continue };
            if let Some(first) = seen.insert(text, key.span.clone()) {
                self.duplicate(key, first);
                continue;
            }
            if !(keys.fits)(text) {
                self.report(
                    key,
                    format!("{} cannot be a key here", quoted(text)),
                    format!("expected {}", keys.what),
                );
            }
            self.value(value, shape, Owner { name: Name::Value(text), place: Some(&key.span) });
        }
    }

    pub(super) fn knobs(&mut self, node: &Node<'_>) {
        self.each_knob(node, |check, knob, value, owner| check.option(value, knob, owner));
    }

    pub(super) fn knob_options(&mut self, node: &Node<'_>) {
        self.each_knob(node, |check, knob, value, owner| match value.items() {
            Some(_) => check.words(value, knob.options(), owner),
            None => check.option(value, knob, owner),
        });
    }

    pub(super) fn knob_answers(&mut self, node: &Node<'_>, record: &'static Record) {
        self.each_knob(node, |check, knob, value, owner| {
            if value.entries().is_none() {
                return check.option(value, knob, owner);
            }
            check.record(value, record, owner);
            if let Some(answer) = value.get("answer").filter(|answer| answer.text().is_some()) {
                check.word(answer, knob.options(), owner);
            }
        });
    }

    /// The knob that `node` names, after complaining if there is none of that name.
    pub(super) fn knob(&mut self, node: &Node<'_>) -> Option<Knob> {
        let text = node.text()?;
        let found = Knob::by_name(text);
        if found.is_none() {
            let near = nearest(text, Knob::all().map(Knob::name));
            let problem =
                self.report(node, format!("unknown knob {}", quoted(text)), "no knob has this name");
            problem.help = Some(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`rstmgr rules --open` lists the knobs".to_owned(),
            });
        }
        found
    }

    /// Does `look` with each knob of a mapping, its value, and what the value belongs to.
    fn each_knob(&mut self, node: &Node<'_>, look: impl Fn(&mut Check, Knob, &Node<'_>, Owner<'_>)) {
        let mut seen: BTreeMap<&str, Range<usize>> = BTreeMap::new();
        for (key, value) in node.entries().unwrap_or_default() {
            if self.is_full() {
                return;
            }
            let Some(text) = self.key(key) else { continue };
            if let Some(first) = seen.insert(text, key.span.clone()) {
                self.duplicate(key, first);
                continue;
            }
            if let Some(knob) = self.knob(key) {
                look(self, knob, value, Owner { name: Name::Value(text), place: Some(&key.span) });
            }
        }
    }

    fn option(&mut self, node: &Node<'_>, knob: Knob, owner: Owner<'_>) {
        match node.text() {
            Some(_) => self.word(node, knob.options(), owner),
            None if node.value == Value::Refused => {}
            None => {
                let options = alternatives(knob.options().iter().map(|option| format!("`{option}`")));
                self.wrong_type(node, &options, owner);
            }
        }
    }

    pub(super) fn timings(&mut self, node: &Node<'_>) {
        let mut seen: BTreeMap<&str, Range<usize>> = BTreeMap::new();
        for (key, value) in node.entries().unwrap_or_default() {
            if self.is_full() {
                return;
            }
            let Some(text) = self.key(key) else { continue };
            if let Some(first) = seen.insert(text, key.span.clone()) {
                self.duplicate(key, first);
                continue;
            }
            let names = || Timing::ALL.into_iter().map(Timing::name);
            if !names().any(|name| name == text) {
                let message = format!("unknown timing {}", quoted(text));
                self.report(key, message, "no timing has this name").help = Some(possible(text, names()));
                continue;
            }
            self.value(value, &TIMING, Owner { name: Name::Value(text), place: Some(&key.span) });
        }
    }

    /// The text of a key, after complaining if it is none.
    fn key<'n>(&mut self, key: &'n Node<'_>) -> Option<&'n str> {
        if key.text().is_none() && key.value != Value::Refused {
            let problem = self.report(key, format!("a key cannot be {}", kind(key)), "expected text");
            problem.help = Some("put it in quotes to make it text".to_owned());
        }
        key.text()
    }
}
