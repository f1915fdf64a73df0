//! Holds the tree of a file against the tables of the format, and collects all that does not fit.

mod complaints;
mod mappings;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use rstmgr_model::{Reply, Rule};

use super::shape::{Pattern, Record, Shape, alternatives};
use super::suggest::nearest;
use crate::scenario::problem::{Problem, quoted};
use crate::scenario::yaml::{Node, Value};

/// What does not fit `shape` in `node`, which is the whole of a file.
pub(crate) fn check(node: &Node<'_>, record: &'static Record) -> Vec<Problem> {
    let mut check = Check::default();
    check.record(node, record, Owner { name: Name::Whole(record.name), place: None });
    check.problems
}

/// What does not fit `shape` in `node`, the value of `key`, which is called `name`.
pub(crate) fn check_value(
    node: &Node<'_>,
    shape: &'static Shape,
    name: &str,
    key: &Range<usize>,
) -> Vec<Problem> {
    let mut check = Check::default();
    check.value(node, shape, Owner { name: Name::Value(name), place: Some(key) });
    check.problems
}

/// What a value belongs to.
#[derive(Clone, Copy)]
struct Owner<'o> {
    /// How messages call the value.
    name: Name<'o>,
    /// Its key; `None` for the whole file and for items of lists.
    place: Option<&'o Range<usize>>,
}

/// How messages call a value.
#[derive(Clone, Copy)]
enum Name<'o> {
    /// The whole file.
    Whole(&'static str),
    /// What stands behind this key.
    Value(&'o str),
    /// An item of such a list.
    ItemOf(&'o Name<'o>),
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Name::Whole(name) => f.write_str(name),
            Name::Value(key) => f.write_str(&quoted(key)),
            Name::ItemOf(list) => write!(f, "an item of {list}"),
        }
    }
}

#[derive(Default)]
struct Check {
    problems: Vec<Problem>,
}

impl Check {
    fn value(&mut self, node: &Node<'_>, shape: &'static Shape, owner: Owner<'_>) {
        if node.value == Value::Refused || self.is_full() {
            return;
        }
        if !takes(shape, node) {
            return self.misfit(node, shape, owner);
        }
        match shape {
            Shape::Bool | Shape::Null => {}
            Shape::True => {
                if node.value != Value::Bool(true) {
                    self.report(node, format!("{} cannot be `false`", owner.name), "expected `true`");
                }
            }
            Shape::Never(why) => {
                let place = owner.place.cloned().unwrap_or_else(|| node.span.clone());
                let message = format!("{} cannot stand here", owner.name);
                self.report(node, message, *why).span = Some(place);
            }
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
                let owner = Owner { name: Name::ItemOf(&owner.name), place: None };
                for node in node.items().unwrap_or_default() {
                    self.value(node, item, owner);
                }
            }
            Shape::Words(words) => self.words(node, words, owner),
            Shape::Rules(max) => self.rules(node, *max, owner),
            Shape::Record(record) => self.record(node, record, owner),
            Shape::OneOf(what, fields) => self.one_of(node, what, fields),
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
            Shape::Knob => {
                self.knob(node);
            }
            Shape::KnobOptions => self.knob_options(node),
            Shape::KnobAnswers(record) => self.knob_answers(node, record),
            Shape::Timings => self.timings(node),
            Shape::Reply => self.reply(node, owner),
        }
    }

    fn text(&mut self, node: &Node<'_>, pattern: &Pattern, owner: Owner<'_>) {
        let Some(text) = node.text() else { return };
        if !(pattern.fits)(text) {
            let message = format!("{} cannot be {}", owner.name, quoted(text));
            self.report(node, message, format!("expected {}", pattern.what));
        }
    }

    fn word(&mut self, node: &Node<'_>, words: &[&str], owner: Owner<'_>) {
        /// How many words fit on a line.
        const FEW: usize = 4;
        let Some(text) = node.text().filter(|text| !words.contains(text)) else { return };
        let near = nearest(text, words.iter().copied());
        let expected = alternatives(words.iter().map(|word| format!("`{word}`")));
        let label = match near {
            Some(_) if words.len() > FEW => String::new(),
            _ => format!("expected {expected}"),
        };
        let problem = self.report(node, format!("{} cannot be {}", owner.name, quoted(text)), label);
        problem.help = near.map(|near| format!("did you mean `{near}`?"));
    }

    fn words(&mut self, node: &Node<'_>, words: &'static [&'static str], owner: Owner<'_>) {
        let item_owner = Owner { name: Name::ItemOf(&owner.name), place: None };
        let mut seen = BTreeMap::new();
        for item in node.items().unwrap_or_default() {
            if self.is_full() {
                return;
            }
            match item.text() {
                Some(_) => self.word(item, words, item_owner),
                None if item.value == Value::Refused => {}
                None => self.wrong_type(
                    item,
                    &alternatives(words.iter().map(|word| format!("`{word}`"))),
                    item_owner,
                ),
            }
            self.once(item, &mut seen, owner);
        }
    }

    fn rules(&mut self, node: &Node<'_>, max: usize, owner: Owner<'_>) {
        let item_owner = Owner { name: Name::ItemOf(&owner.name), place: None };
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
                None => self.wrong_type(item, "the id of a rule such as `START-05`", item_owner),
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
    fn once<'n>(&mut self, item: &'n Node<'_>, seen: &mut BTreeMap<&'n str, Range<usize>>, owner: Owner<'_>) {
        let Some(text) = item.text() else { return };
        if let Some(first) = seen.insert(text, item.span.clone()) {
            let message = format!("{} stands twice in {}", quoted(text), owner.name);
            let problem = self.report(item, message, "again");
            problem.also = Some(Box::new((first, "first here".to_owned())));
        }
    }

    fn either(&mut self, node: &Node<'_>, shapes: &'static [&'static Shape], owner: Owner<'_>) {
        let mut fitting = shapes.iter().copied().filter(|shape| takes(shape, node));
        let Some(first) = fitting.next() else { return };
        let rest: Vec<_> = fitting.collect();
        let before = self.problems.len();
        self.value(node, first, owner);
        // Several take text: any of them will do. The first one's complaint is shown, unless another one can tell what
        // was meant.
        for shape in rest {
            if self.problems.len() == before {
                return;
            }
            let mut other = Check::default();
            other.value(node, shape, owner);
            if other.problems.is_empty() || (guesses(&other.problems) && !guesses(&self.problems[before..])) {
                self.problems.truncate(before);
                self.problems.extend(other.problems);
            }
        }
    }

    fn reply(&mut self, node: &Node<'_>, owner: Owner<'_>) {
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
}

/// Whether it is known what was meant instead of what one of `problems` is about.
fn guesses(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.help.as_ref().is_some_and(|help| help.starts_with("did you mean")))
}

/// Whether `shape` takes values of the type of `node`.
fn takes(shape: &Shape, node: &Node<'_>) -> bool {
    match shape {
        Shape::Bool | Shape::True => matches!(node.value, Value::Bool(_)),
        Shape::Integer(..) | Shape::OneInteger(_) => matches!(node.value, Value::Integer(_)),
        Shape::Text(_) | Shape::Word(_) | Shape::Knob => node.text().is_some(),
        Shape::Null => node.value == Value::Null,
        Shape::List(_) | Shape::Words(_) | Shape::Rules(_) => node.items().is_some(),
        Shape::Record(_)
        | Shape::OneOf(..)
        | Shape::Map(..)
        | Shape::Entry(..)
        | Shape::Knobs
        | Shape::KnobOptions
        | Shape::KnobAnswers(_)
        | Shape::Timings => node.entries().is_some(),
        Shape::Either(shapes) => shapes.iter().any(|shape| takes(shape, node)),
        Shape::Named(_, shape) => takes(shape, node),
        Shape::Reply => node.text().is_some() || matches!(node.value, Value::Integer(_)),
        Shape::Never(_) => true,
    }
}
