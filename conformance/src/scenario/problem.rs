//! What is wrong in a scenario's file, where, and what to do about it; shown as rustc shows its errors.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// How many problems of one file are shown.
pub const SHOWN_MAX: usize = 50;

/// How many characters may stand before a mark; beyond, only the last [`LEAD`] of them are shown.
const COLUMN_MAX: usize = 1_000;

/// How many characters of a very long line are shown before a mark.
const LEAD: usize = 40;

/// How many characters a mark is wide at most.
const MARK_MAX: usize = 60;

/// How many characters wide a help is.
const HELP_WIDTH: usize = 100;

/// How many lines lie at most between two places that are shown together.
const LINES_BETWEEN_MAX: usize = 2_000;

/// Something wrong in a scenario's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What sort of problem it is.
    pub kind: ProblemKind,
    /// What is wrong: a lowercase fragment that names the offending text.
    pub message: String,
    /// The offending bytes; `None`: it concerns the file as a whole.
    pub span: Option<Range<usize>>,
    /// The reason, for the mark under the offending text; may be empty.
    pub label: String,
    /// Another place that matters, and why.
    pub also: Option<Box<(Range<usize>, String)>>,
    /// What to do about it.
    pub help: Option<String>,
}

/// What sort of problem a [`Problem`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The file cannot be read.
    File,
    /// It is not YAML, or uses what scenarios do without.
    Syntax,
    /// A field is unknown, missing or of the wrong type: the JSON Schema says no as well.
    Structure,
    /// All fields are there, and do not make sense together.
    Meaning,
}

impl Problem {
    /// A problem of the file as a whole.
    pub fn of_file(message: impl Into<String>) -> Problem {
        Problem {
            kind: ProblemKind::File,
            message: message.into(),
            span: None,
            label: String::new(),
            also: None,
            help: None,
        }
    }

    /// A problem at `span`.
    pub fn at(
        kind: ProblemKind,
        span: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Problem {
        let (message, label) = (message.into(), label.into());
        Problem { kind, message, span: Some(span), label, also: None, help: None }
    }

    /// The same, with what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }

    /// The same, with another place that matters.
    pub fn also(mut self, span: Range<usize>, label: impl Into<String>) -> Problem {
        self.also = Some(Box::new((span, label.into())));
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&visible(&self.message))
    }
}

impl std::error::Error for Problem {}

/// Sorts problems by their place in the file; those of the whole file come first.
pub fn sort(problems: &mut [Problem]) {
    problems.sort_by_key(|problem| problem.span.as_ref().map(|span| (span.start, span.end)));
}

/// Shows `problems` of the file `name`, which holds `text`, in the order given.
///
/// At most [`SHOWN_MAX`] are shown. Whatever the file holds, no control characters get into the result, but for the
/// colors if `color` is set.
pub fn render(problems: &[Problem], name: &str, text: &str, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut shown = String::new();
    for problem in problems.iter().take(SHOWN_MAX) {
        if !shown.is_empty() {
            shown.push('\n');
        }
        shown.push_str(&render_one(&renderer, problem, name, text));
        shown.push('\n');
    }
    let more = problems.len().saturating_sub(SHOWN_MAX);
    if more > 0 {
        let title = Level::ERROR.primary_title(format!("and {more} more"));
        shown.push('\n');
        shown.push_str(&renderer.render(&[Group::with_title(title)]));
        shown.push('\n');
    }
    shown
}

/// `text` in backticks, as messages quote it: cut to a reasonable length, with its control characters escaped.
pub fn quoted(text: &str) -> String {
    const LENGTH: usize = 60;
    let mut chars = text.chars();
    let start: String = chars.by_ref().take(LENGTH).collect();
    let rest = if chars.next().is_some() { "..." } else { "" };
    format!("`{}{rest}`", visible(&start))
}

/// The line of byte `at` in `text`, from 1, and its column in characters, from 1.
pub fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let start = line_start(text, at);
    let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = text.get(start..at.min(text.len())).map_or(0, |before| before.chars().count()) + 1;
    (line, column)
}

/// The start of the character that byte `at` belongs to, or the end of `text`.
pub(crate) fn char_boundary(text: &str, at: usize) -> usize {
    // `str::floor_char_boundary` is newer than the oldest compiler that we support.
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn render_one(renderer: &Renderer, problem: &Problem, name: &str, text: &str) -> String {
    let mut group = Group::with_title(Level::ERROR.primary_title(visible(&problem.message)));
    let name = visible(name);
    match &problem.span {
        Some(span) => {
            let (line, column) = line_and_column(text, span.start);
            let mut excerpt = Excerpt::default();
            let first_line = excerpt.show(problem, span, text);
            let mut snippet =
                Snippet::source(excerpt.shown).line_start(first_line).annotations(excerpt.marks);
            if column > COLUMN_MAX {
                // Of such a line only a part is shown, and so the renderer cannot count the column.
                group = group.element(Origin::path(name).line(line).char_column(column));
            } else {
                snippet = snippet.path(name);
            }
            group = group.element(snippet);
        }
        None => group = group.element(Origin::path(name)),
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(wrapped(&visible(help))));
    }
    renderer.render(&[group])
}

/// `text` on lines of a readable length.
fn wrapped(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    let mut width = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if width > 0 {
            let full = width + length >= HELP_WIDTH;
            lines.push(if full { '\n' } else { ' ' });
            width = if full { 0 } else { width + 1 };
        }
        lines.push_str(word);
        width += length;
    }
    lines
}

/// What is shown of a file: the lines with marks. The renderer cuts them to the terminal's width.
#[derive(Default)]
struct Excerpt {
    shown: String,
    marks: Vec<Annotation<'static>>,
    /// The bytes of the file that the last line of `shown` shows; its first byte in the file; where it begins in `shown`.
    line: Option<(Range<usize>, usize, usize)>,
}

impl Excerpt {
    /// Shows the line of `problem`, and that of its other place unless it is too far away; returns the number of the
    /// first line shown.
    fn show(&mut self, problem: &Problem, span: &Range<usize>, text: &str) -> usize {
        let mut places = vec![(span, AnnotationKind::Primary, &problem.label)];
        let line = line_and_column(text, span.start).0;
        let mut first_line = line;
        if let Some((other, label)) = problem.also.as_deref() {
            let (other_line, other_column) = line_and_column(text, other.start);
            if line.abs_diff(other_line) <= LINES_BETWEEN_MAX && other_column <= COLUMN_MAX {
                places.push((other, AnnotationKind::Context, label));
                first_line = line.min(other_line);
            }
        }
        places.sort_by_key(|(span, ..)| span.start);
        for (span, kind, label) in places {
            self.go_to_line(text, span.start);
            let end = text.get(span.clone()).and_then(|marked| marked.char_indices().nth(MARK_MAX));
            let end = end.map_or(span.end.max(span.start), |(length, _)| span.start + length);
            let annotation = kind.span(self.place(text, span.start)..self.place(text, end));
            self.marks.push(if label.is_empty() { annotation } else { annotation.label(visible(label)) });
        }
        first_line
    }

    /// Makes the line of byte `at` the last one shown; lines are visited in order.
    fn go_to_line(&mut self, text: &str, at: usize) {
        let start = line_start(text, at);
        if let Some((window, line, _)) = &self.line {
            if *line == start {
                return;
            }
            let mut between = text.get(window.end..start).unwrap_or_default().lines();
            between.next();
            for skipped in between {
                self.shown.push('\n');
                self.shown.extend(skipped.chars().take(COLUMN_MAX).map(replaced));
            }
            self.shown.push('\n');
        }
        let length = text[start..].lines().next().unwrap_or_default().len();
        let before = text.get(start..at).unwrap_or_default();
        let from = if before.chars().nth(COLUMN_MAX).is_some() {
            before.char_indices().rev().nth(LEAD).map_or(0, |(byte, _)| byte)
        } else {
            0
        };
        let window = start + from..char_boundary(text, (start + length).min(start + from + 4 * COLUMN_MAX));
        let shown_at = self.shown.len();
        self.shown.extend(text[window.clone()].chars().map(replaced));
        self.line = Some((window, start, shown_at));
    }

    /// Where byte `at` of the last line lies in what is shown.
    fn place(&self, text: &str, at: usize) -> usize {
        let Some((window, _, shown_at)) = &self.line else { return 0 };
        let at = char_boundary(text, at.clamp(window.start, window.end));
        shown_at + text[window.start..at].chars().map(|char| replaced(char).len_utf8()).sum::<usize>()
    }
}

fn line_start(text: &str, at: usize) -> usize {
    const MARK: &str = "\u{feff}";
    let before = &text.as_bytes()[..at.min(text.len())];
    let first = if text.starts_with(MARK) && at >= MARK.len() { MARK.len() } else { 0 };
    before.iter().rposition(|byte| *byte == b'\n').map_or(first, |byte| byte + 1)
}

/// `text` with everything escaped that could act on a terminal or reorder what is read.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        if acts(char) { shown.extend(char.escape_default()) } else { shown.push(char) }
    }
    shown
}

/// `char`, or one character that stands for it if it could act on a terminal; tabs are the renderer's affair.
fn replaced(char: char) -> char {
    match char {
        '\t' => '\t',
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(char)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ if acts(char) => '\u{fffd}',
        _ => char,
    }
}

/// Whether `char` is a control character, or one that reorders or hides text.
fn acts(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}
