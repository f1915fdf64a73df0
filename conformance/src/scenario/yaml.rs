//! YAML text to a tree of nodes with their places; the only module that knows which YAML reader is used.
//!
//! The reader is serde-saphyr's event parser. Its serde side is passed by: it stops at the first problem, and it
//! does not tell a quoted `'5'` from a plain `5`. What a scenario does not need is refused: anchors and aliases,
//! tags, merge keys, directives, a second document. Plain scalars mean what YAML 1.2 says, so `no` and `off` are
//! text, and keys are always text. Duplicate keys are handed on, for the caller to complain about.

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
        if let Value::Integer(text) = &self.value { integer(text) } else { None }
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
        nodes: 0,
        refused: Vec::new(),
        refused_kinds: Vec::new(),
    };
    let root = reader.document()?;
    Ok((root, reader.refused))
}

/// The integer that `text` means by YAML 1.2; `None` beyond 20 digits.
fn integer(text: &str) -> Option<i128> {
    const LENGTH_MAX: usize = 32;
    if text.len() > LENGTH_MAX {
        return None;
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = match digits.get(..2) {
        Some("0x") => (16, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        _ => (10, digits),
    };
    let value = i128::from_str_radix(digits, radix).ok()?;
    Some(if negative { -value } else { value })
}

/// What a plain scalar means.
fn plain(text: Cow<'_, str>) -> Value<'_> {
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_integer(&text) => Value::Integer(text),
        _ if is_float(&text) => Value::Float(text),
        _ => Value::Text(text),
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let all =
        |digits: &str, belongs: fn(&u8) -> bool| !digits.is_empty() && digits.bytes().all(|b| belongs(&b));
    match digits.get(..2) {
        Some("0x") => all(&digits[2..], u8::is_ascii_hexdigit),
        Some("0o") => all(&digits[2..], |digit| matches!(digit, b'0'..=b'7')),
        Some("0b") => all(&digits[2..], |digit| matches!(digit, b'0' | b'1')),
        // With a leading zero, readers disagree on the number: it stays text.
        _ => all(digits, u8::is_ascii_digit) && (digits.len() == 1 || !digits.starts_with('0')),
    }
}

fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_fits =
        exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)));
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, part)) => {
            (digits(whole) || digits(part))
                && (whole.is_empty() || digits(whole))
                && (part.is_empty() || digits(part))
        }
        None => digits(mantissa),
    };
    mantissa_fits && exponent_fits && (exponent.is_some() || mantissa.contains('.'))
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
    nodes: usize,
    refused: Vec<Problem>,
    refused_kinds: Vec<Refusal>,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Option<Node<'a>>, Problem> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(root),
                Event::DocumentStart(..) if root.is_some() => {
                    return Err(syntax::second_document(bytes(&span)));
                }
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                event => root = Some(self.node(event, &span, 0)?),
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
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(syntax::too_many_nodes(bytes(span)));
        }
        if event.anchor_id().is_some() {
            self.refuse(Refusal::AnchorOrAlias, bytes(span));
        }
        if event.tag().is_some() {
            let tag = span.tag_span();
            self.refuse(Refusal::Tag, bytes(tag.as_ref().unwrap_or(span)));
        }
        match event {
            Event::Scalar(text, style, ..) => {
                let span = self.scalar_span(span, style);
                let value = if style == ScalarStyle::Plain { plain(text) } else { Value::Text(text) };
                Ok(Node { span, value })
            }
            Event::SequenceStart(..) => self.sequence(bytes(span), depth + 1),
            Event::MappingStart(..) => self.mapping(bytes(span), depth + 1),
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
            items.push(self.node(event, &span, depth)?);
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
            let key = self.node(event, &span, depth)?;
            let key = self.as_key(key);
            let (event, span) = self.next()?;
            let mut value = self.node(event, &span, depth)?;
            if let (Value::Sequence(_), Some(dash)) =
                (&value.value, self.first_dash(key.span.end..value.span.start))
            {
                value.span.start = dash;
            }
            entries.push((key, value));
        }
    }

    /// A plain key is text, whatever it would mean as a value: `null` is the name of a field.
    fn as_key(&mut self, mut key: Node<'a>) -> Node<'a> {
        let written = self.text.get(key.span.clone()).unwrap_or_default();
        if written == "<<" {
            self.refuse(Refusal::MergeKey, key.span.clone());
            key.value = Value::Refused;
        } else if matches!(key.value, Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_))
            && !written.is_empty()
        {
            key.value = Value::Text(Cow::Borrowed(written));
        }
        key
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

fn bytes(span: &Span) -> Range<usize> {
    span.byte_range().unwrap_or(0..0)
}
