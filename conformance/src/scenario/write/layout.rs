//! How values stand in a file: on one line where they fit, in lines of their own where they do not.

use std::fmt::Write;

/// How long a line may get by what is put on it, in characters.
const WIDTH: usize = 110;

/// A value of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// What stands in the file as it is.
    Scalar(String),
    /// A list.
    List(Vec<Layout>),
    /// A list whose items always stand in lines of their own.
    Lines(Vec<Layout>),
    /// A map; keys stand in the file as they are.
    Map(Vec<(String, Layout)>),
    /// A map whose fields always stand in lines of their own.
    Section(Vec<(String, Layout)>),
}

impl From<String> for Layout {
    fn from(scalar: String) -> Layout {
        Layout::Scalar(scalar)
    }
}

impl From<&str> for Layout {
    fn from(scalar: &str) -> Layout {
        Layout::Scalar(scalar.to_owned())
    }
}

impl Layout {
    /// What stands in the file as it is: a number, a truth, a word of the format, or what is written already.
    pub(super) fn scalar(scalar: impl ToString) -> Layout {
        Layout::Scalar(scalar.to_string())
    }

    /// A list of numbers or of words of the format.
    pub(super) fn list(items: impl IntoIterator<Item = impl ToString>) -> Layout {
        Layout::List(items.into_iter().map(Layout::scalar).collect())
    }

    /// A map with one field.
    pub(super) fn entry(key: &str, value: impl Into<Layout>) -> Layout {
        Layout::Map(vec![(key.to_owned(), value.into())])
    }

    /// Appends `key: value` and a line end, `depth` spaces in.
    pub(super) fn append_entry(&self, key: &str, depth: usize, file: &mut String) {
        let _ = write!(file, "{:depth$}{key}:", "");
        self.append_behind(depth + key.chars().count() + 1, depth, file);
    }

    /// Appends the value behind a key or dash that ends at column `column` of a line that is `depth` spaces in.
    fn append_behind(&self, column: usize, depth: usize, file: &mut String) {
        let is_short = self.width().is_some_and(|width| column + 1 + width <= WIDTH);
        match self {
            Layout::List(items) | Layout::Lines(items) if !is_short && !items.is_empty() => {
                file.push('\n');
                items.iter().for_each(|item| item.append_item(depth + 2, file));
            }
            Layout::Map(fields) | Layout::Section(fields) if !is_short && !fields.is_empty() => {
                file.push('\n');
                fields.iter().for_each(|(key, value)| value.append_entry(key, depth + 2, file));
            }
            Layout::Scalar(_) | Layout::List(_) | Layout::Lines(_) | Layout::Map(_) | Layout::Section(_) => {
                file.push(' ');
                self.append_flow(file);
                file.push('\n');
            }
        }
    }

    /// Appends `- value` and a line end, `depth` spaces in; the fields of a map stand behind the dash and below.
    fn append_item(&self, depth: usize, file: &mut String) {
        match self {
            Layout::Map(fields) | Layout::Section(fields) if fields.len() == 1 || !self.fits(depth) => {
                for (place, (key, value)) in fields.iter().enumerate() {
                    let dash = if place == 0 { "-" } else { " " };
                    let _ = write!(file, "{:depth$}{dash} {key}:", "");
                    value.append_behind(depth + 3 + key.chars().count(), depth + 2, file);
                }
            }
            Layout::Map(_) | Layout::Section(_) | Layout::List(_) | Layout::Lines(_) | Layout::Scalar(_) => {
                let _ = write!(file, "{:depth$}-", "");
                self.append_behind(depth + 1, depth, file);
            }
        }
    }

    fn fits(&self, depth: usize) -> bool {
        self.width().is_some_and(|width| depth + 2 + width <= WIDTH)
    }

    /// How long the value is on one line, in characters; `None`: it never stands on one.
    fn width(&self) -> Option<usize> {
        match self {
            Layout::Scalar(scalar) => Some(scalar.chars().count()),
            Layout::List(items) => {
                Some(items.iter().map(Layout::width).sum::<Option<usize>>()? + 2 * items.len().max(1))
            }
            Layout::Lines(items) => Some(2).filter(|_| items.is_empty()),
            Layout::Section(fields) => Some(2).filter(|_| fields.is_empty()),
            Layout::Map(fields) => {
                let widths = fields.iter().map(|(key, value)| Some(key.chars().count() + 4 + value.width()?));
                Some(widths.sum::<Option<usize>>()? + 2)
            }
        }
    }

    fn append_flow(&self, file: &mut String) {
        match self {
            Layout::Scalar(scalar) => file.push_str(scalar),
            Layout::List(items) | Layout::Lines(items) => {
                file.push('[');
                for (place, item) in items.iter().enumerate() {
                    file.push_str(if place == 0 { "" } else { ", " });
                    item.append_flow(file);
                }
                file.push(']');
            }
            Layout::Map(fields) | Layout::Section(fields) if fields.is_empty() => file.push_str("{}"),
            Layout::Map(fields) | Layout::Section(fields) => {
                file.push('{');
                for (place, (key, value)) in fields.iter().enumerate() {
                    let _ = write!(file, "{} {key}: ", if place == 0 { "" } else { "," });
                    value.append_flow(file);
                }
                file.push_str(" }");
            }
        }
    }
}

/// A text as a value.
pub(super) fn text(text: &str) -> Layout {
    Layout::Scalar(quote(text))
}

/// A text as every reader of YAML takes it for a text: plain, in single quotes, or with escapes.
pub(super) fn quote(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    if text.chars().all(is_shown) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut quoted = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            _ if is_shown(char) => quoted.push(char),
            _ => {
                let _ = write!(quoted, "\\U{:08x}", u32::from(char));
            }
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a text needs no quotes, in a flow collection and before a colon too.
fn is_plain(text: &str) -> bool {
    const NO_TEXTS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let is_inside = |char: char| char.is_ascii_alphanumeric() || "-_.()/ ".contains(char);
    text.starts_with(|char: char| char.is_ascii_alphabetic())
        && !text.ends_with(' ')
        && text.chars().all(is_inside)
        && !NO_TEXTS.contains(&text.to_ascii_lowercase().as_str())
}

/// Whether a character can stand in a file as it is.
fn is_shown(char: char) -> bool {
    !char.is_control()
        && !matches!(char, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}
