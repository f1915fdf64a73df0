//! What is said of values that do not fit.

use std::ops::Range;

use super::{Check, Name, Owner};
use crate::scenario::parse::PROBLEMS_MAX;
use crate::scenario::parse::format::DURATION;
use crate::scenario::parse::shape::{Field, Shape};
use crate::scenario::parse::suggest::{listed, possible};
use crate::scenario::problem::{Problem, ProblemKind, quoted};
use crate::scenario::yaml::{Node, Value};

impl Check {
    /// Whether it is of no use to look further.
    pub(super) fn is_full(&self) -> bool {
        self.problems.len() >= PROBLEMS_MAX
    }

    pub(super) fn report(
        &mut self,
        node: &Node<'_>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> &mut Problem {
        self.problems.push(Problem::at(ProblemKind::Structure, node.span.clone(), message, label));
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    pub(super) fn misfit(&mut self, node: &Node<'_>, shape: &'static Shape, owner: Owner<'_>) {
        self.wrong_type(node, &shape.describe(), owner);
        let (Value::Bool(value), Some(problem)) = (&node.value, self.problems.last_mut()) else { return };
        if problem.label.contains("`on`") {
            problem.help = Some(format!("did you mean `{}`?", if *value { "on" } else { "off" }));
        }
    }

    pub(super) fn wrong_type(&mut self, node: &Node<'_>, expected: &str, owner: Owner<'_>) {
        let place = match (&node.value, owner.place) {
            (Value::Null, Some(key)) if node.span.is_empty() => key.clone(),
            _ => node.span.clone(),
        };
        let message = format!("{} cannot be {}", owner.name, kind(node));
        let mut problem = Problem::at(ProblemKind::Structure, place, message, format!("expected {expected}"));
        let number = matches!(node.value, Value::Integer(_) | Value::Float(_) | Value::Bool(_));
        if number && (expected == "text" || expected.starts_with("a name")) {
            problem.help = Some("put it in quotes to make it text".to_owned());
        }
        if let (Value::Integer(number), true) = (&node.value, expected.contains(DURATION.what)) {
            problem.help = Some(format!("a duration has its unit: `{number}s`, `{number}ms`"));
        }
        if node.value == Value::Null && expected == "a mapping" {
            problem.help = Some(format!("{} without fields is written `{{}}`", owner.name));
        }
        self.problems.push(problem);
    }

    pub(super) fn out_of_range(&mut self, node: &Node<'_>, owner: Owner<'_>, label: String) {
        let text = if let Value::Integer(text) = &node.value { quoted(text) } else { kind(node).to_owned() };
        self.report(node, format!("{} cannot be {text}", owner.name), label);
    }

    pub(super) fn unknown_field(
        &mut self,
        key: &Node<'_>,
        text: &str,
        name: Name<'_>,
        fields: &'static [&'static [Field]],
    ) {
        let names: Vec<&str> = fields.iter().copied().flatten().map(|field| field.name).collect();
        let label =
            if names.is_empty() { format!("{name} has no fields") } else { format!("not a field of {name}") };
        let problem = self.report(key, format!("unknown field {} of {name}", quoted(text)), label);
        if !names.is_empty() {
            problem.help = Some(possible(text, names.into_iter()));
        }
    }

    pub(super) fn duplicate(&mut self, key: &Node<'_>, first: Range<usize>) {
        let message = format!("{} is stated twice", quoted(key.text().unwrap_or_default()));
        let problem = self.report(key, message, "again");
        problem.also = Some(Box::new((first, "first here".to_owned())));
    }

    pub(super) fn conflict(&mut self, key: &Node<'_>, first: &Node<'_>, name: Name<'_>) {
        let (this, that) = (quoted(key.text().unwrap_or_default()), quoted(first.text().unwrap_or_default()));
        let message = format!("{name} cannot have both {that} and {this}");
        let problem = self.report(key, message, format!("not beside {that}"));
        problem.also = Some(Box::new((first.span.clone(), "stated here".to_owned())));
    }

    pub(super) fn missing(&mut self, node: &Node<'_>, fields: &[&str], name: Name<'_>, owner: Owner<'_>) {
        let message = format!("{name} needs {}", listed(fields.iter().copied(), "or"));
        let span = owner.place.cloned().unwrap_or_else(|| first_line(node));
        let mut problem = Problem::at(ProblemKind::Structure, span, message, "missing here");
        if matches!(owner.name, Name::Whole(_)) {
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

/// What sort of value `node` is.
pub(super) fn kind(node: &Node<'_>) -> &'static str {
    match node.value {
        Value::Null if node.span.is_empty() => "empty",
        Value::Null => "`null`",
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
