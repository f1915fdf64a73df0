//! Where in a file's bytes an expectation is written.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Actual, value};
use crate::scenario::StepPlace;
use crate::scenario::parse::expect::reply;
use crate::scenario::yaml::{self, Node};

/// A text that is being changed.
pub(super) struct Splice<'a> {
    text: &'a str,
    /// The values of all steps, by the start of their keys.
    steps: BTreeMap<usize, &'a Node<'a>>,
    /// What replaces which bytes.
    edits: Vec<(Range<usize>, String)>,
}

impl<'a> Splice<'a> {
    /// Changes `text`, of which `root` is the tree.
    pub(super) fn new(text: &'a str, root: Option<&'a Node<'a>>) -> Splice<'a> {
        let mut steps = BTreeMap::new();
        let list = root.and_then(|root| root.get("steps")).and_then(Node::items).unwrap_or_default();
        for step in list {
            let body = step.get("repeat").and_then(|repeat| repeat.get("do")).and_then(Node::items);
            for step in body.unwrap_or(std::slice::from_ref(step)) {
                steps.extend(
                    step.entries().unwrap_or_default().iter().map(|(key, value)| (key.span.start, value)),
                );
            }
        }
        Splice { text, steps, edits: Vec::new() }
    }

    /// Writes what was observed of a call, whose answer is the field `answer`; `None` if there is no step at `place`.
    pub(super) fn answered(&mut self, place: &StepPlace, actual: &Actual, answer: &str) -> Option<()> {
        let step = *self.steps.get(&place.key.start)?;
        let observed = value(actual, answer);
        let Some(expect) = step.get("expect") else {
            if let Some(observed) = observed.filter(|observed| !is_success(observed)) {
                self.append(step, &format!("expect: {observed}"));
            }
            return Some(());
        };
        if expect.entries().is_none() {
            if let Some(observed) = observed {
                self.replace(step, "expect", observed);
            }
            return Some(());
        }
        if let (None, Some(observed)) = (expect.get(answer), observed)
            && !is_success(observed)
        {
            self.prepend(expect, &format!("{answer}: {observed}"));
        }
        self.stated(place, actual)
    }

    /// Writes what was observed in the fields that are stated.
    pub(super) fn stated(&mut self, place: &StepPlace, actual: &Actual) -> Option<()> {
        let step = *self.steps.get(&place.key.start)?;
        let fields = step.get("expect").unwrap_or(step);
        for (field, observed) in &actual.fields {
            if fields.get(field).is_some() {
                self.replace(fields, field, observed);
            }
        }
        Some(())
    }

    /// The changed text; `None` if nothing changes.
    pub(super) fn finish(mut self) -> Option<String> {
        if self.edits.is_empty() {
            return None;
        }
        self.edits.sort_by_key(|(span, _)| (span.start, span.end));
        let mut text = String::with_capacity(self.text.len() + 64 * self.edits.len());
        let mut at = 0;
        for (span, new) in &self.edits {
            text.push_str(self.text.get(at..span.start)?);
            text.push_str(new);
            at = span.end;
        }
        text.push_str(self.text.get(at..)?);
        Some(text)
    }

    /// Makes `field` of `fields` hold `new`.
    fn replace(&mut self, fields: &Node<'_>, field: &str, new: &str) {
        let entry = fields.entries().unwrap_or_default().iter().find(|(key, _)| key.text() == Some(field));
        let Some((key, old)) = entry else { return };
        if is_same(old, new) {
            return;
        }
        let gap = key.span.end..old.span.start;
        let between = self.text.get(gap.clone()).unwrap_or_default();
        if !between.contains('\n') {
            return self.edits.push((old.span.clone(), new.to_owned()));
        }
        // A block below its key: the new value stands beside the key, and comments between stay.
        let Some(colon) = between.find(':') else { return };
        let colon = gap.start + colon + 1;
        self.edits.push((colon..colon, format!(" {new}")));
        let rest = self.text.get(colon..gap.end).unwrap_or_default().trim_end().len();
        self.edits.push((colon + rest..old.span.end, String::new()));
    }

    /// Makes `entry` the last of `fields`.
    fn append(&mut self, fields: &Node<'_>, entry: &str) {
        let entries = fields.entries().unwrap_or_default();
        let (Some((first, _)), Some((_, last))) = (entries.first(), entries.last()) else {
            return self.fill(fields, entry);
        };
        if self.is_flow(fields) {
            let at = last.span.end;
            return self.edits.push((at..at, format!(", {entry}")));
        }
        // Behind a comment on the last entry's line.
        let rest = self.text.get(last.span.end..).unwrap_or_default();
        let at = last.span.end
            + rest.find('\n').map_or(rest.len(), |length| rest[..length].trim_end_matches('\r').len());
        self.edits.push((at..at, format!("{}{entry}", self.new_line(first))));
    }

    /// Makes `entry` the first of `fields`.
    fn prepend(&mut self, fields: &Node<'_>, entry: &str) {
        let Some((first, _)) = fields.entries().and_then(<[_]>::first) else {
            return self.fill(fields, entry);
        };
        let at = first.span.start;
        let separator = if self.is_flow(fields) { ", ".to_owned() } else { self.new_line(first) };
        self.edits.push((at..at, format!("{entry}{separator}")));
    }

    /// Makes `entry` the only one of `fields`, which is `{}`.
    fn fill(&mut self, fields: &Node<'_>, entry: &str) {
        let inside = fields.span.start + 1..fields.span.end.saturating_sub(1);
        let is_blank = self.text.get(inside.clone()).is_some_and(|text| text.trim().is_empty());
        let span = if is_blank { inside } else { fields.span.start + 1..fields.span.start + 1 };
        self.edits.push((span, format!(" {entry} ")));
    }

    fn is_flow(&self, fields: &Node<'_>) -> bool {
        self.text.as_bytes().get(fields.span.start) == Some(&b'{')
    }

    /// A line break as the file has them, and the indentation of `sibling`.
    fn new_line(&self, sibling: &Node<'_>) -> String {
        let before = self.text.get(..sibling.span.start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let break_before = if before[..line_start].ends_with("\r\n") { "\r\n" } else { "\n" };
        format!("{break_before}{}", " ".repeat(before[line_start..].chars().count()))
    }
}

fn is_success(reply: &str) -> bool {
    matches!(reply, "ERROR_SUCCESS" | "S_OK" | "0")
}

/// Whether `old` says the same as `new`.
fn is_same(old: &Node<'_>, new: &str) -> bool {
    let Ok((Some(new), _)) = yaml::read(new) else { return false };
    let code = reply(old);
    says_same(old, &new) || (code.is_some() && code == reply(&new))
}

fn says_same(left: &Node<'_>, right: &Node<'_>) -> bool {
    if let (Some(left), Some(right)) = (left.items(), right.items()) {
        return left.len() == right.len()
            && left.iter().zip(right).all(|(left, right)| says_same(left, right));
    }
    if let (Some(left), Some(right)) = (left.entries(), right.entries()) {
        let same = |((left, a), (right, b)): (&(Node<'_>, Node<'_>), &(Node<'_>, Node<'_>))| {
            says_same(left, right) && says_same(a, b)
        };
        return left.len() == right.len() && left.iter().zip(right).all(same);
    }
    left.value == right.value
}
