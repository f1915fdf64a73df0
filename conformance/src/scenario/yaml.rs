//! YAML text to a tree of nodes with their places; the only module that knows which YAML reader is used.
//!
//! The reader is serde-saphyr's event parser. Its serde side is passed by: it stops at the first problem, and it
//! does not tell a quoted `'5'` from a plain `5`. What a scenario does not need is refused: anchors and aliases,
//! tags, merge keys, directives, a second document. Plain scalars mean what YAML 1.2 says, so `no` and `off` are
//! text. Duplicate keys are handed on, for the caller to complain about.

mod scalar;
mod syntax;

use std::borrow::Cow;
use std::ops::Range;

use serde_saphyr::granit_parser::{self, Event, Parser, ScalarStyle, Span, StrInput};

use super::problem::{Problem, ProblemKind};

/// How deep collections may be nested.
pub const DEPTH_MAX: usize = 32;

/// How many nodes a file may have.
pub const NODES_MAX: usize = 1_000_000;

/// A node with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node<'a> {
    /// Its bytes, quotes and brackets included; a block collection ends with its last item.
    pub span: Range<usize>,
    /// What it holds.
    pub value: Value<'a>,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer, as it is written.
    Integer(Cow<'a, str>),
    /// A number with a fraction or an exponent, as it is written.
    Float(Cow<'a, str>),
    /// Text, its quotes and escapes resolved.
    Text(Cow<'a, str>),
    /// A list.
    Sequence(Vec<Node<'a>>),
    /// A mapping; keys are in order, and may occur twice.
    Mapping(Vec<(Node<'a>, Node<'a>)>),
    /// Something that was refused and is already complained about.
    Refused,
}

impl<'a> Node<'a> {
    /// Its text, if it is text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Null
            | Value::Bool(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Sequence(_)
            | Value::Mapping(_)
            | Value::Refused => None,
        }
    }

    /// Its number, if it is an integer that fits.
    pub fn integer(&self) -> Option<i128> {
        if let Value::Integer(text) = &self.value { scalar::integer(text) } else { None }
    }

    /// Its items, if it is a list.
    pub fn items(&self) -> Option<&[Node<'a>]> {
        if let Value::Sequence(items) = &self.value { Some(items) } else { None }
    }

    /// Its keys and values, if it is a mapping.
    pub fn entries(&self) -> Option<&[(Node<'a>, Node<'a>)]> {
        if let Value::Mapping(entries) = &self.value { Some(entries) } else { None }
    }

    /// The first value under `key`, if it is a mapping and has one.
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        let (_, value) = self.entries()?.iter().find(|(name, _)| name.text() == Some(key))?;
        Some(value)
    }
}

/// Reads the one document of `text`.
///
/// Gives `None` if the text holds nothing, not even a `---`; nodes that had to be refused are in the tree as
/// [`Value::Refused`] and among the problems.
///
/// # Errors
///
/// The first place where `text` is not YAML, or where a limit is passed.
pub fn read(text: &str) -> Result<(Option<Node<'_>>, Vec<Problem>), Problem> {
    read_within(text, NODES_MAX)
}

fn read_within(text: &str, nodes_max: usize) -> Result<(Option<Node<'_>>, Vec<Problem>), Problem> {
    let options = granit_parser::options! {
        disallow_directives: true,
        emit_unresolved_aliases: true,
        emit_comments: false,
        flow_nesting_limit: DEPTH_MAX,
        block_nesting_limit: DEPTH_MAX,
    };
    let mut reader = Reader {
        text,
        events: Parser::new_from_str_with_options(text, options),
        nodes_left: nodes_max,
        refused: Vec::new(),
        refused_kinds: Vec::new(),
    };
    let root = reader.document()?;
    Ok((root, reader.refused))
}

/// What a scenario does not need, each complained about once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Refusal {
    AnchorOrAlias,
    Tag,
    MergeKey,
}

struct Reader<'a> {
    text: &'a str,
    events: Parser<'a, StrInput<'a>>,
    nodes_left: usize,
    refused: Vec<Problem>,
    refused_kinds: Vec<Refusal>,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Option<Node<'a>>, Problem> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            if event == Event::StreamEnd {
                return Ok(root);
            }
            if root.is_some() && matches!(event, Event::DocumentStart(..)) {
                return Err(syntax::second_document(bytes(&span)));
            }
            if event.is_node() {
                root = Some(self.node(event, &span, 0)?);
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Problem> {
        match self.events.next_event() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => Err(syntax::problem(self.text, &error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    /// Reads the node that `event` begins.
    fn node(&mut self, event: Event<'a>, span: &Span, depth: usize) -> Result<Node<'a>, Problem> {
        match self.nodes_left.checked_sub(1) {
            Some(left) => self.nodes_left = left,
            None => return Err(syntax::too_many_nodes(bytes(span))),
        }
        if event.anchor_id().is_some() {
            self.refuse(Refusal::AnchorOrAlias, bytes(span));
        }
        if event.tag().is_some() {
            let tag = span.tag_span();
            self.refuse(Refusal::Tag, bytes(tag.as_ref().unwrap_or(span)));
        }
        #[expect(clippy::wildcard_enum_match_arm, reason = "the parser may have more events some day")]
        match event {
            Event::Scalar(text, style, ..) => {
                let span = self.scalar_span(span, style);
                let value = if style == ScalarStyle::Plain { scalar::plain(text) } else { Value::Text(text) };
                Ok(Node { span, value })
            }
            Event::SequenceStart(..) => self.sequence(bytes(span), depth + 1),
            Event::MappingStart(..) => self.mapping(bytes(span), depth + 1),
            // An alias, whether or not its anchor exists.
            _ => {
                self.refuse(Refusal::AnchorOrAlias, bytes(span));
                Ok(Node { span: bytes(span), value: Value::Refused })
            }
        }
    }

    fn sequence(&mut self, start: Range<usize>, depth: usize) -> Result<Node<'a>, Problem> {
        if depth > DEPTH_MAX {
            return Err(syntax::too_deep(start));
        }
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                let last = items.last().map(|item: &Node<'_>| item.span.end);
                let span = self.collection_span(start, last, bytes(&span));
                return Ok(Node { span, value: Value::Sequence(items) });
            }
            let item = self.node(event, &span, depth)?;
            push(item, &mut items);
        }
    }

    fn mapping(&mut self, start: Range<usize>, depth: usize) -> Result<Node<'a>, Problem> {
        if depth > DEPTH_MAX {
            return Err(syntax::too_deep(start));
        }
        let mut entries = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                let last = entries.last().map(|(_, value): &(Node<'_>, Node<'_>)| value.span.end);
                let span = self.collection_span(start, last, bytes(&span));
                return Ok(Node { span, value: Value::Mapping(entries) });
            }
            let mut key = self.node(event, &span, depth)?;
            if self.text.get(key.span.clone()) == Some("<<") {
                self.refuse(Refusal::MergeKey, key.span.clone());
                key.value = Value::Refused;
            }
            let (event, span) = self.next()?;
            let mut value = self.node(event, &span, depth)?;
            if let (Value::Sequence(_), Some(dash)) =
                (&value.value, self.first_dash(key.span.end..value.span.start))
            {
                value.span.start = dash;
            }
            push((key, value), &mut entries);
        }
    }

    /// Complains, unless the same was complained about before.
    fn refuse(&mut self, refusal: Refusal, span: Range<usize>) {
        if self.refused_kinds.contains(&refusal) {
            return;
        }
        self.refused_kinds.push(refusal);
        let (message, help) = match refusal {
            Refusal::AnchorOrAlias => {
                ("anchors and aliases are not supported", "write the value out wherever it is needed")
            }
            Refusal::Tag => {
                ("tags are not supported", "leave it out: quotes make text, nothing else is needed")
            }
            Refusal::MergeKey => ("merge keys are not supported", "write the fields out"),
        };
        self.refused.push(Problem::at(ProblemKind::Syntax, span, message, "not supported").help(help));
    }
}

/// Where nodes lie.
impl Reader<'_> {
    /// A block scalar's span without the line breaks and comments behind it; for a value that is left out, the
    /// place behind its key's `:`.
    fn scalar_span(&self, span: &Span, style: ScalarStyle) -> Range<usize> {
        let span = bytes(span);
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            let length = self.text.get(span.clone()).map_or(0, |text| text.trim_end().len());
            return span.start..span.start + length;
        }
        if span.is_empty() && self.text.as_bytes().get(span.start) == Some(&b':') {
            return span.start + 1..span.start + 1;
        }
        span
    }

    /// From the bracket, dash or first key to the closing bracket or the end of the last item.
    fn collection_span(&self, start: Range<usize>, last: Option<usize>, end: Range<usize>) -> Range<usize> {
        let bytes = self.text.as_bytes();
        if matches!(bytes.get(start.start), Some(b'[' | b'{')) && !start.is_empty() {
            return start.start..end.end.max(start.end);
        }
        start.start..last.unwrap_or(start.end).max(start.start)
    }

    /// The first dash in what stands between a key and its value. The parser leaves it out of the sequence's span
    /// if the dash is indented no further than the key.
    fn first_dash(&self, between: Range<usize>) -> Option<usize> {
        let mut at = between.start;
        for line in self.text.get(between)?.split_inclusive('\n') {
            let text = line.trim_start();
            if text.starts_with('-') {
                return Some(at + line.len() - text.len());
            }
            at += line.len();
        }
        None
    }
}

/// Reads a document of another format than a scenario's, such as the catalogue, into its type.
///
/// # Errors
///
/// What is wrong with the first thing that is, and where.
pub fn typed<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_saphyr::from_str(text).map_err(|error| error.to_string())
}

/// Adds an item; takes no room for further ones at first, since a file can have a million collections of one item.
fn push<T>(item: T, items: &mut Vec<T>) {
    if items.is_empty() {
        items.reserve_exact(1);
    }
    items.push(item);
}

fn bytes(span: &Span) -> Range<usize> {
    span.byte_range().unwrap_or(0..0)
}

#[cfg(test)]
mod tests {
    use super::{Node, read, read_within};

    /// Holds the places of all nodes of `text` against `expected`.
    fn check(text: &str, expected: &[&str]) {
        let (root, problems) = read(text).expect("it is YAML");
        assert_eq!(problems, []);
        let mut places = Vec::new();
        collect(&root.expect("it holds something"), text, &mut places);
        assert_eq!(places, expected, "{text}");
    }

    fn collect<'t>(node: &Node<'_>, text: &'t str, places: &mut Vec<&'t str>) {
        places.push(&text[node.span.clone()]);
        for item in node.items().unwrap_or_default() {
            collect(item, text, places);
        }
        for (key, value) in node.entries().unwrap_or_default() {
            places.push(&text[key.span.clone()]);
            collect(value, text, places);
        }
    }

    #[test]
    fn scalars_have_their_quotes_and_no_comment() {
        check("a: 'it''s'  # x\n", &["a: 'it''s'", "a", "'it''s'"]);
        check("ä: \"\\x41\"\r\nb: c\r\n", &["ä: \"\\x41\"\r\nb: c", "ä", "\"\\x41\"", "b", "c"]);
        check("a: |\n  one\n  two\n\n# x\n", &["a: |\n  one\n  two", "a", "one\n  two"]);
    }

    #[test]
    fn flow_collections_have_their_brackets() {
        check("a: [ b, {c: d} ] # x\n", &["a: [ b, {c: d} ]", "a", "[ b, {c: d} ]", "b", "{c: d}", "c", "d"]);
    }

    #[test]
    fn block_collections_end_with_their_last_item() {
        check(
            "a:\n  - b\n\n  # x\n  - c\n# y\nd: e\n",
            &["a:\n  - b\n\n  # x\n  - c\n# y\nd: e", "a", "- b\n\n  # x\n  - c", "b", "c", "d", "e"],
        );
    }

    #[test]
    fn a_list_may_be_indented_no_further_than_its_key() {
        check("a:\n- -1\n- 2\n", &["a:\n- -1\n- 2", "a", "- -1\n- 2", "-1", "2"]);
        check("a: # x\n- - b\n", &["a: # x\n- - b", "a", "- - b", "- b", "b"]);
    }

    #[test]
    fn a_value_left_out_stands_behind_the_colon() {
        let (root, _) = read("a:\nb: c\n").expect("it is YAML");
        assert_eq!(root.as_ref().and_then(|root| root.get("a")).map(|node| node.span.clone()), Some(2..2));
    }

    #[test]
    fn equal_keys_are_all_handed_on() {
        check("a: 1\na: 2\n", &["a: 1\na: 2", "a", "1", "a", "2"]);
    }

    #[test]
    fn the_number_of_nodes_is_limited() {
        read_within("[a, b]", 3).expect("a list and two items");
        let problem = read_within("[a, b]", 2).expect_err("one too many");
        assert_eq!(problem.span, Some(4..5));
    }
}
