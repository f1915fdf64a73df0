//! What the YAML reader complains about, in words for whoever writes scenarios.

use std::ops::Range;

use serde_saphyr::granit_parser::{ErrorKind, ScanError};

use super::{DEPTH_MAX, NODES_MAX};
use crate::scenario::problem::{Problem, ProblemKind, char_boundary};

const QUOTES: &str = "put text that holds `: `, ` #` or starts with a special character in single quotes";
const BACKSLASHES: &str =
    r"in double quotes `\` begins an escape: write paths in single quotes, as 'C:\App\core.dll'";
const SPACES: &str = "indent with spaces";
const INDENTATION: &str = "check that the line is indented as far as its neighbors, and the line before for a missing `:`, `-` or space";

pub(super) fn second_document(span: Range<usize>) -> Problem {
    let problem =
        Problem::at(ProblemKind::Syntax, span, "a second document begins here", "a file holds one scenario");
    problem.help("move what follows to a file of its own")
}

pub(super) fn too_many_nodes(span: Range<usize>) -> Problem {
    let message = format!("the file has more than {NODES_MAX} values");
    Problem::at(ProblemKind::Syntax, span, message, "one too many")
        .help("use `repeat`, or split the scenario")
}

pub(super) fn too_deep(span: Range<usize>) -> Problem {
    let message = format!("nested deeper than {DEPTH_MAX} levels");
    Problem::at(ProblemKind::Syntax, span, message, "too deep").help("a scenario needs eight levels at most")
}

/// The problem that `error` is.
#[expect(clippy::wildcard_enum_match_arm, reason = "only some kinds need another place")]
pub(super) fn problem(text: &str, error: &ScanError) -> Problem {
    let at = char_boundary(text, error.marker().byte_offset().unwrap_or(0));
    let (message, label, help) = words(error.kind());
    let span = match error.kind() {
        ErrorKind::RecursionLimitExceeded => return too_deep(mark(text, at)),
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            let at = text[at..].find(*character).map_or(at, |found| at + found);
            mark(text, at)
        }
        ErrorKind::TabInBlockIndentation if text[..at].ends_with('\t') => at - 1..at,
        ErrorKind::UnknownQuotedScalarEscape => unknown_escape(text, at),
        _ => mark(text, at),
    };
    let help = if error.kind() == &ErrorKind::MappingValueNotAllowed { colon_help(text, at) } else { help };
    let problem = Problem::at(ProblemKind::Syntax, span, message, label);
    if help.is_empty() { problem } else { problem.help(help) }
}

/// Why a second `:` is not understood: it belongs to the text, or the lines around it are not as they were meant.
fn colon_help(text: &str, at: usize) -> &'static str {
    let line = text[..at].rsplit('\n').next().unwrap_or_default();
    if line.contains(": ") { QUOTES } else { INDENTATION }
}

/// The first escape of the double-quoted text at `at` that YAML does not know.
fn unknown_escape(text: &str, at: usize) -> Range<usize> {
    let mut chars = text[at..].char_indices();
    while let Some((place, char)) = chars.next() {
        if char == '\\' {
            match chars.next() {
                Some((_, known)) if "0abtnvfre \"/\\N_LPxuU\t\r\n".contains(known) => {}
                Some((_, unknown)) => return at + place..at + place + 1 + unknown.len_utf8(),
                None => break,
            }
        }
    }
    mark(text, at)
}

/// The character at `at`; the last one of the text if nothing is there.
fn mark(text: &str, at: usize) -> Range<usize> {
    match text[at..].chars().next() {
        Some(char) if char != '\n' && char != '\r' => at..at + char.len_utf8(),
        Some(_) => at..at,
        None => {
            let end = text.trim_end().len();
            end..end
        }
    }
}

/// The message, the label and the help.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the others have no typical cause, and speak for themselves"
)]
fn words(kind: &ErrorKind) -> (String, &'static str, &'static str) {
    let (message, label, help) = match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar => ("a tab where YAML allows spaces only", "a tab", SPACES),
        ErrorKind::UnclosedQuotedScalar => ("a quote is never closed", "", "add the closing quote"),
        ErrorKind::UnclosedFlowCollection { open } => {
            return (format!("`{open}` is never closed"), "opened here", "add the closing bracket");
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            return (format!("`{open}` is closed by `{close}`"), "the wrong bracket", "");
        }
        ErrorKind::MisplacedFlowCollectionEnd => {
            ("a bracket is closed that was never opened", "not open here", QUOTES)
        }
        ErrorKind::ExpectedFlowSequenceSeparator => {
            ("a `,` or `]` is missing", "expected before this", QUOTES)
        }
        ErrorKind::ExpectedFlowMappingSeparator => {
            ("a `,` or `}` is missing", "expected before this", QUOTES)
        }
        ErrorKind::InvalidQuotedScalarIndent => (
            "a quote is not closed before this line",
            "not indented as quoted text must be",
            "add the closing quote",
        ),
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            ("control characters are not allowed", "this one", r#"in double quotes, "\x1b" stands for one"#)
        }
        ErrorKind::UnexpectedCharacter { character } => {
            return (format!("text cannot begin with `{character}`"), "a special character", QUOTES);
        }
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => ("this escape does not exist", "not an escape", BACKSLASHES),
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            ("a `:` that cannot begin a value here", "unexpected", QUOTES)
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            ("a key without its `:`", "expected `key: value`", INDENTATION)
        }
        ErrorKind::InvalidIndentation
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::MappingKeyNotAllowed
        | ErrorKind::ExpectedNodeContent => ("this does not belong here", "unexpected", INDENTATION),
        ErrorKind::InvalidTrailingSingleQuotedScalar => {
            ("text goes on after the closing quote", "unexpected", "inside single quotes, write ' as ''")
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ("text goes on after the closing quote", "unexpected", BACKSLASHES)
        }
        ErrorKind::DirectiveDisallowed => ("directives are not supported", "a directive", "remove this line"),
        ErrorKind::BomInsideDocument => ("a byte order mark inside the text", "remove it", ""),
        ErrorKind::CommentNotSeparated => ("a comment needs a space before its `#`", "", QUOTES),
        ErrorKind::MissingAnchorOrAliasName => {
            ("`&` and `*` begin anchors and aliases", "unexpected", QUOTES)
        }
        other => return (format!("not valid YAML: {other}"), "", ""),
    };
    (message.to_owned(), label, help)
}
