//! Holds the tree of a file against the tables of the format, and collects all that does not fit.

use std::collections::BTreeMap;
use std::ops::Range;

use rstmgr_model::{Knob, Reply, Rule};

use super::PROBLEMS_MAX;
use super::shape::{Constraint, Field, Pattern, Record, Shape, alternatives, field};
use super::suggest::{listed, nearest, possible};
use crate::scenario::problem::{Problem, ProblemKind, quoted};
use crate::scenario::yaml::{Node, Value};

/// What does not fit `shape` in `node`, which is the whole of a file.
pub(crate) fn check(node: &Node<'_>, record: &'static Record) -> Vec<Problem> {
    let mut check = Check::default();
    check.record(node, record, &Owner { name: record.name.to_owned(), place: None });
    check.problems
}

/// What a value belongs to.
struct Owner {
    /// How messages call the value.
    name: String,
    /// Its key; `None` for the whole file and for items of lists.
    place: Option<Range<usize>>,
}

#[derive(Default)]
struct Check {
    problems: Vec<Problem>,
}

impl Check {
    fn value(&mut self, node: &Node<'_>, shape: &'static Shape, owner: &Owner) {
        if node.value == Value::Refused || self.is_full() {
            return;
        }
        if !takes(shape, node) {
            return self.misfit(node, shape, owner);
        }
        match shape {
            Shape::Bool | Shape::Null => {}
            Shape::Integer(min, max) => match node.integer() {
                Some(value) if (*min..=*max).contains(&value) => {}
                _ => self.out_of_range(node, owner, format!("expected a number from {min} to {max}")),
            },
            Shape::OneInteger(values) => match node.integer() {
                Some(value) if values.contains(&value) => {}
                _ => self.out_of_range(node, owner, format!("expected {}", shape.describe())),
            },
            Shape::Text(pattern) => self.text(node, pattern, owner),
            Shape::Word(words) => self.word(node, words, owner),
            Shape::List(item) => {
                let owner = Owner { name: format!("an item of {}", owner.name), place: None };
                for node in node.items().unwrap_or_default() {
                    self.value(node, item, &owner);
                }
            }
            Shape::Words(words) => self.words(node, words, owner),
            Shape::Rules(max) => self.rules(node, *max, owner),
            Shape::Record(record) => self.record(node, record, owner),
            Shape::OneOf(what, fields) => self.one_of(node, what, fields, owner),
            Shape::Map(keys, value) => self.map(node, keys, value),
            Shape::Entry(keys, value) => {
                if node.entries().is_some_and(|entries| entries.len() != 1) {
                    self.report(node, format!("{} must have one key", owner.name), "expected one key");
                }
                self.map(node, keys, value);
            }
            Shape::Either(shapes) => self.either(node, shapes, owner),
            Shape::Named(_, shape) => self.value(node, shape, owner),
            Shape::Knobs => self.knobs(node),
            Shape::Reply => self.reply(node, owner),
        }
    }

    fn text(&mut self, node: &Node<'_>, pattern: &Pattern, owner: &Owner) {
        let Some(text) = node.text() else { return };
        if !(pattern.fits)(text) {
            let message = format!("{} cannot be {}", owner.name, quoted(text));
            self.report(node, message, format!("expected {}", pattern.what));
        }
    }

    fn word(&mut self, node: &Node<'_>, words: &[&str], owner: &Owner) {
        let Some(text) = node.text() else { return };
        if !words.contains(&text) {
            let expected = alternatives(words.iter().map(|word| format!("`{word}`")));
            let problem =
                self.report(node, format!("{} cannot be {}", owner.name, quoted(text)), String::new());
            match nearest(text, words.iter().copied()) {
                Some(word) => problem.help = Some(format!("did you mean `{word}`?")),
                None => problem.label = format!("expected {expected}"),
            }
        }
    }

    fn words(&mut self, node: &Node<'_>, words: &'static [&'static str], owner: &Owner) {
        let item_owner = Owner { name: format!("an item of {}", owner.name), place: None };
        let mut seen = BTreeMap::new();
        for item in node.items().unwrap_or_default() {
            if self.is_full() {
                return;
            }
            match item.text() {
                Some(_) => self.word(item, words, &item_owner),
                None if item.value == Value::Refused => {}
                None => self.wrong_type(
                    item,
                    &alternatives(words.iter().map(|word| format!("`{word}`"))),
                    &item_owner,
                ),
            }
            self.once(item, &mut seen, owner);
        }
    }

    fn rules(&mut self, node: &Node<'_>, max: usize, owner: &Owner) {
        let item_owner = Owner { name: format!("an item of {}", owner.name), place: None };
        let mut seen = BTreeMap::new();
        let items = node.items().unwrap_or_default();
        for item in items {
            if self.is_full() {
                return;
            }
            match item.text() {
                Some(id) if Rule::by_id(id).is_some() => {}
                Some(id) => {
                    let near = nearest(id, Rule::all().map(Rule::id));
                    let problem =
                        self.report(item, format!("unknown rule {}", quoted(id)), "no rule has this id");
                    problem.help = Some(match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "`rstmgr rules` lists all rules".to_owned(),
                    });
                }
                None if item.value == Value::Refused => {}
                None => self.wrong_type(item, "the id of a rule such as `START-05`", &item_owner),
            }
            self.once(item, &mut seen, owner);
        }
        if let Some(item) = items.get(max) {
            let problem =
                self.report(item, format!("a scenario exercises at most {max} rules"), "one too many");
            problem.help =
                Some("keep those that the scenario is about; the report lists all that were met".to_owned());
        }
    }

    /// Complains if the text of `item` was seen before in the same list.
    fn once<'n>(&mut self, item: &'n Node<'_>, seen: &mut BTreeMap<&'n str, Range<usize>>, owner: &Owner) {
        let Some(text) = item.text() else { return };
        if let Some(first) = seen.insert(text, item.span.clone()) {
            let message = format!("{} stands twice in {}", quoted(text), owner.name);
            let problem = self.report(item, message, "again");
            problem.also = Some((first, "first here".to_owned()));
        }
    }

    fn record(&mut self, node: &Node<'_>, record: &'static Record, owner: &Owner) {
        let name = if record.name.is_empty() { &owner.name } else { record.name };
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
            self.value(
                value,
                field.shape,
                &Owner { name: format!("`{}`", field.name), place: Some(key.span.clone()) },
            );
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
        name: &str,
        owner: &Owner,
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
                if value == *is {
                    return;
                }
                for key in fields.iter().filter_map(|field| stated(field)) {
                    let message =
                        format!("{} is only for what has `{field}: {is}`", quoted(key.text().unwrap_or("")));
                    let label = format!("not with `{field}: {value}`");
                    self.report(key, message, label);
                }
            }
        }
    }

    fn one_of(&mut self, node: &Node<'_>, what: &str, fields: &'static [&'static [Field]], owner: &Owner) {
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
                let place = Some(key.span.clone());
                self.value(value, field.shape, &Owner { name: format!("`{}`", field.name), place });
            }
            None => {
                let names = || fields.iter().copied().flatten().map(|field| field.name);
                let kind = if what.starts_with("a step") { "step" } else { "field" };
                let help = possible(text, names());
                let problem =
                    self.report(key, format!("unknown {kind} {}", quoted(text)), format!("not {what}"));
                problem.help = Some(help);
                let _ = owner;
            }
        }
    }

    fn map(&mut self, node: &Node<'_>, keys: &Pattern, shape: &'static Shape) {
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
            self.value(value, shape, &Owner { name: quoted(text), place: Some(key.span.clone()) });
        }
    }

    fn either(&mut self, node: &Node<'_>, shapes: &'static [&'static Shape], owner: &Owner) {
        let mut fitting = shapes.iter().copied().filter(|shape| takes(shape, node));
        let Some(first) = fitting.next() else { return };
        let rest: Vec<_> = fitting.collect();
        let before = self.problems.len();
        self.value(node, first, owner);
        // Several take text: any of them will do, and the first one's complaint is shown.
        for shape in rest {
            if self.problems.len() == before {
                return;
            }
            let mut other = Check::default();
            other.value(node, shape, owner);
            if other.problems.is_empty() {
                self.problems.truncate(before);
            }
        }
    }

    fn knobs(&mut self, node: &Node<'_>) {
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
            let Some(knob) = Knob::by_name(text) else {
                let near = nearest(text, Knob::all().map(Knob::name));
                let problem =
                    self.report(key, format!("unknown knob {}", quoted(text)), "no knob has this name");
                problem.help = Some(match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`rstmgr rules` lists the knobs as well".to_owned(),
                });
                continue;
            };
            let owner = Owner { name: format!("`{text}`"), place: Some(key.span.clone()) };
            match value.text() {
                Some(_) => self.word(value, knob.options(), &owner),
                None if value.value == Value::Refused => {}
                None => {
                    let options = alternatives(knob.options().iter().map(|option| format!("`{option}`")));
                    self.wrong_type(value, &options, &owner);
                }
            }
        }
    }

    fn reply(&mut self, node: &Node<'_>, owner: &Owner) {
        match node.text() {
            Some(name) if Reply::from_name(name).is_some() => {}
            Some(name) => {
                let near = nearest(name, Reply::named().filter_map(Reply::name));
                let problem =
                    self.report(node, format!("unknown error {}", quoted(name)), "no error has this name");
                problem.help = Some(match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "write an error that has no name here as its number".to_owned(),
                });
            }
            None => self.value(node, &Shape::Integer(0, 4_294_967_295), owner),
        }
    }

    /// The text of a key, after complaining if it is none.
    fn key<'n>(&mut self, key: &'n Node<'_>) -> Option<&'n str> {
        if key.text().is_none() && key.value != Value::Refused {
            self.report(key, format!("a key cannot be {}", kind(key)), "expected text");
        }
        key.text()
    }
}

/// What is complained about.
impl Check {
    /// Whether it is of no use to look further.
    fn is_full(&self) -> bool {
        self.problems.len() >= PROBLEMS_MAX
    }

    fn report(
        &mut self,
        node: &Node<'_>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> &mut Problem {
        self.problems.push(Problem::at(ProblemKind::Structure, node.span.clone(), message, label));
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    fn misfit(&mut self, node: &Node<'_>, shape: &'static Shape, owner: &Owner) {
        self.wrong_type(node, &shape.describe(), owner);
        let (Value::Bool(value), Some(problem)) = (&node.value, self.problems.last_mut()) else { return };
        if problem.label.contains("`on`") {
            problem.help = Some(format!("did you mean `{}`?", if *value { "on" } else { "off" }));
        }
    }

    fn wrong_type(&mut self, node: &Node<'_>, expected: &str, owner: &Owner) {
        let place = match (&node.value, &owner.place) {
            (Value::Null, Some(key)) if node.span.is_empty() => key.clone(),
            _ => node.span.clone(),
        };
        let message = format!("{} cannot be {}", owner.name, kind(node));
        let mut problem = Problem::at(ProblemKind::Structure, place, message, format!("expected {expected}"));
        let number = matches!(node.value, Value::Integer(_) | Value::Float(_) | Value::Bool(_));
        if number && (expected == "text" || expected.starts_with("a name")) {
            problem.help = Some("put it in quotes to make it text".to_owned());
        }
        if node.value == Value::Null && expected == "a mapping" {
            problem.help = Some(format!("{} without fields is written `{{}}`", owner.name));
        }
        self.problems.push(problem);
    }

    fn out_of_range(&mut self, node: &Node<'_>, owner: &Owner, label: String) {
        let text = if let Value::Integer(text) = &node.value { quoted(text) } else { kind(node).to_owned() };
        self.report(node, format!("{} cannot be {text}", owner.name), label);
    }

    fn unknown_field(&mut self, key: &Node<'_>, text: &str, name: &str, fields: &'static [&'static [Field]]) {
        let names: Vec<&str> = fields.iter().copied().flatten().map(|field| field.name).collect();
        let label =
            if names.is_empty() { format!("{name} has no fields") } else { format!("not a field of {name}") };
        let problem = self.report(key, format!("unknown field {} of {name}", quoted(text)), label);
        if !names.is_empty() {
            problem.help = Some(possible(text, names.into_iter()));
        }
    }

    fn duplicate(&mut self, key: &Node<'_>, first: Range<usize>) {
        let message = format!("{} is stated twice", quoted(key.text().unwrap_or_default()));
        let problem = self.report(key, message, "again");
        problem.also = Some((first, "first here".to_owned()));
    }

    fn conflict(&mut self, key: &Node<'_>, first: &Node<'_>, name: &str) {
        let (this, that) = (quoted(key.text().unwrap_or_default()), quoted(first.text().unwrap_or_default()));
        let message = format!("{name} cannot have both {that} and {this}");
        let problem = self.report(key, message, format!("not beside {that}"));
        problem.also = Some((first.span.clone(), "stated here".to_owned()));
    }

    fn missing(&mut self, node: &Node<'_>, fields: &[&str], name: &str, owner: &Owner) {
        let message = format!("{name} needs {}", listed(fields.iter().copied(), "or"));
        let span = owner.place.clone().unwrap_or_else(|| first_line(node));
        let mut problem = Problem::at(ProblemKind::Structure, span, message, "missing here");
        if owner.place.is_none() && name == "a scenario" {
            problem.span = None;
        }
        self.problems.push(problem);
    }
}

/// The place of `node`; of one without a key, its first key.
fn first_line(node: &Node<'_>) -> Range<usize> {
    match node.entries().and_then(<[_]>::first) {
        Some((key, _)) => key.span.clone(),
        None => node.span.clone(),
    }
}

/// Whether `shape` takes values of the type of `node`.
fn takes(shape: &Shape, node: &Node<'_>) -> bool {
    match shape {
        Shape::Bool => matches!(node.value, Value::Bool(_)),
        Shape::Integer(..) | Shape::OneInteger(_) => matches!(node.value, Value::Integer(_)),
        Shape::Text(_) | Shape::Word(_) => node.text().is_some(),
        Shape::Null => node.value == Value::Null,
        Shape::List(_) | Shape::Words(_) | Shape::Rules(_) => node.items().is_some(),
        Shape::Record(_) | Shape::OneOf(..) | Shape::Map(..) | Shape::Entry(..) | Shape::Knobs => {
            node.entries().is_some()
        }
        Shape::Either(shapes) => shapes.iter().any(|shape| takes(shape, node)),
        Shape::Named(_, shape) => takes(shape, node),
        Shape::Reply => node.text().is_some() || matches!(node.value, Value::Integer(_)),
    }
}

/// What sort of value `node` is.
fn kind(node: &Node<'_>) -> &'static str {
    match node.value {
        Value::Null => "empty",
        Value::Bool(true) => "`true`",
        Value::Bool(false) => "`false`",
        Value::Integer(_) => "a number",
        Value::Float(_) => "a fraction",
        Value::Text(_) => "text",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a mapping",
        Value::Refused => "this",
    }
}
