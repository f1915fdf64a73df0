//! The shapes that values of a scenario's file can have, as data: the parser checks them, the schema prints them.

/// What a value may look like, as far as it can be said without knowing the rest of the file.
#[derive(Debug)]
pub(crate) enum Shape {
    /// `true` or `false`.
    Bool,
    /// `true`.
    True,
    /// An integer in this range, limits included.
    Integer(i128, i128),
    /// One of these integers.
    OneInteger(&'static [i128]),
    /// Text that fits.
    Text(&'static Pattern),
    /// One of these words.
    Word(&'static [&'static str]),
    /// Nothing.
    Null,
    /// A list of values of one shape.
    List(&'static Shape),
    /// A list of some of these words, none twice.
    Words(&'static [&'static str]),
    /// A list of the ids of rules, none twice, at most so many.
    Rules(usize),
    /// A mapping with these fields.
    Record(&'static Record),
    /// A mapping with exactly one of these fields; what such a mapping is called.
    OneOf(&'static str, &'static [&'static [Field]]),
    /// A mapping from names that fit to values.
    Map(&'static Pattern, &'static Shape),
    /// Such a mapping with one entry.
    Entry(&'static Pattern, &'static Shape),
    /// Any of these; no two take the same type of value, unless both take text.
    Either(&'static [&'static Shape]),
    /// This shape, which the schema writes down once under this name.
    Named(&'static str, &'static Shape),
    /// A mapping from knobs to their options.
    Knobs,
    /// The name of a knob.
    Knob,
    /// A mapping from knobs to an option or a list of some of their options.
    KnobOptions,
    /// A mapping from knobs to an option, or to a mapping with these fields whose `answer` is an option.
    KnobAnswers(&'static Record),
    /// A mapping from timings to durations.
    Timings,
    /// A Win32 error by its constant's name or its number.
    Reply,
    /// Nothing fits: the field must not stand here, for this reason.
    Never(&'static str),
}

/// What text may look like.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// What such text is, with its article.
    pub(crate) what: &'static str,
    /// It as an ECMA 262 regular expression.
    pub(crate) regex: &'static str,
    /// The same as a function.
    pub(crate) fits: fn(&str) -> bool,
}

/// A mapping with certain fields.
#[derive(Debug)]
pub(crate) struct Record {
    /// What it is called in messages; empty: as the field that holds it.
    pub(crate) name: &'static str,
    /// Its fields, in groups that several records share.
    pub(crate) fields: &'static [&'static [Field]],
    /// Which of them go together.
    pub(crate) constraints: &'static [Constraint],
}

/// A field of a mapping.
#[derive(Debug)]
pub(crate) struct Field {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it holds.
    pub(crate) shape: &'static Shape,
    /// Whether it must be there.
    pub(crate) required: bool,
    /// What it means, for editors.
    pub(crate) doc: &'static str,
}

/// Which fields go together.
#[derive(Debug)]
pub(crate) enum Constraint {
    /// Exactly one of these is there.
    ExactlyOne(&'static [&'static str]),
    /// The first is there only beside the second.
    Needs(&'static str, &'static str),
    /// Beside the first, none of the others is there.
    Excludes(&'static str, &'static [&'static str]),
    /// Only if the first holds one of the words in `is`, the others may be there.
    Only {
        /// The field that decides.
        field: &'static str,
        /// What it must hold.
        is: &'static [&'static str],
        /// The fields that depend on it.
        fields: &'static [&'static str],
    },
}

/// A field that may be left out.
pub(crate) const fn may(name: &'static str, shape: &'static Shape, doc: &'static str) -> Field {
    Field { name, shape, required: false, doc }
}

/// A field that must be there.
pub(crate) const fn must(name: &'static str, shape: &'static Shape, doc: &'static str) -> Field {
    Field { name, shape, required: true, doc }
}

/// The field called `name` in `groups`.
pub(crate) fn field<'a>(groups: &'a [&'static [Field]], name: &str) -> Option<(usize, &'a Field)> {
    groups.iter().copied().flatten().enumerate().find(|(_, field)| field.name == name)
}

impl Shape {
    /// What a value of this shape is, for `expected ...`.
    pub(crate) fn describe(&self) -> String {
        match self {
            Shape::Bool => "`true` or `false`".to_owned(),
            Shape::True => "`true`".to_owned(),
            Shape::Integer(0, max) if *max >= i128::from(u32::MAX) => "a number".to_owned(),
            Shape::Integer(min, max) => format!("a number from {min} to {max}"),
            Shape::OneInteger(values) => alternatives(values.iter().map(|value| format!("`{value}`"))),
            Shape::Text(pattern) => pattern.what.to_owned(),
            Shape::Word(words) => alternatives(words.iter().map(|word| format!("`{word}`"))),
            Shape::Null => "`null`".to_owned(),
            Shape::List(_) | Shape::Words(_) | Shape::Rules(_) => "a list".to_owned(),
            Shape::Record(_)
            | Shape::Map(..)
            | Shape::Knobs
            | Shape::KnobOptions
            | Shape::KnobAnswers(_)
            | Shape::Timings => "a mapping".to_owned(),
            Shape::Knob => "the name of a knob".to_owned(),
            Shape::OneOf(..) | Shape::Entry(..) => "a mapping with one key".to_owned(),
            Shape::Either(shapes) => alternatives(shapes.iter().map(|shape| shape.describe())),
            Shape::Named(_, shape) => shape.describe(),
            Shape::Reply => "a Win32 error such as `ERROR_MORE_DATA`".to_owned(),
            Shape::Never(_) => "nothing".to_owned(),
        }
    }
}

/// `a`, `b` or `c`
pub(crate) fn alternatives(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    match items.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}
