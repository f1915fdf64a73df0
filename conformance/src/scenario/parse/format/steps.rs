//! The fields of steps.

pub(crate) mod calls;
pub(crate) mod doing;
mod looks;

pub(crate) use looks::DATABASE_SESSION;

use super::patterns::NAME_IN_STEP;
use crate::scenario::parse::shape::{Field, Record, Shape, may, must};

const NAME: Shape = Shape::Text(&NAME_IN_STEP);
const NUMBER: Shape = Shape::Integer(0, 4_294_967_295);
const BY: Field =
    may("by", &NAME, "Who calls; the installer that holds the session, or the only one, unless stated.");
const EXPECT: &str = "What is expected: `ERROR_SUCCESS` unless stated.";

/// One step.
pub(crate) static STEP: Shape = Shape::Named(
    "step",
    &Shape::OneOf(
        "a step",
        &[&calls::SESSIONS, &calls::LONG, &calls::FILTERS, &doing::DOING, &looks::LOOKS, &REPEAT],
    ),
);

/// One step of a `repeat`.
static REPEATED_STEP: Shape = Shape::Named(
    "repeated-step",
    &Shape::OneOf(
        "a step of `repeat`",
        &[&calls::SESSIONS, &calls::LONG, &calls::FILTERS, &doing::DOING, &looks::LOOKS],
    ),
);

/// One step of a `meanwhile`. The table holds no circle: a `meanwhile` in it has no place.
static NESTED_STEP: Shape = Shape::Named(
    "nested-step",
    &Shape::OneOf(
        "a step of `meanwhile`",
        &[&calls::SESSIONS, &calls::LONG_NESTED, &calls::FILTERS, &doing::DOING, &looks::LOOKS],
    ),
);

/// All steps.
pub(crate) fn steps() -> impl Iterator<Item = &'static Field> {
    calls::SESSIONS
        .iter()
        .chain(&calls::LONG)
        .chain(&calls::FILTERS)
        .chain(&doing::DOING)
        .chain(&looks::LOOKS)
        .chain(&REPEAT)
}

static REPEAT: [Field; 1] = [may(
    "repeat",
    &Shape::Record(&Record {
        name: "`repeat`",
        fields: &[&[
            must("times", &Shape::Integer(1, 10_000), "How many rounds."),
            must(
                "do",
                &Shape::List(&REPEATED_STEP),
                "The steps of a round; `{i}` in their texts is its number, from 1.",
            ),
        ]],
        constraints: &[],
    }),
    "Steps done several times.",
)];
