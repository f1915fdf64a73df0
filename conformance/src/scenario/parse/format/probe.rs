//! The fields of a probe: the question, and what is seen for each answer.

use super::expect::SEEN;
use super::patterns::OPTION;
use crate::scenario::parse::shape::{Field, Record, Shape, may, must};
use crate::scenario::parse::steps::STEPS_MAX;

/// `probe`
pub(super) static PROBE: Shape = Shape::Record(&Record {
    name: "`probe`",
    fields: &[&[
        must("knob", &Shape::Knob, "The open question."),
        may(
            "given",
            &Shape::KnobOptions,
            "Other questions, and the answers to them without which nothing can be told.",
        ),
        must("answers", &ANSWERS, "Every option, and all that is seen where it is the answer."),
    ]],
    constraints: &[],
});

static ANSWERS: Shape = Shape::Map(&OPTION, &Shape::List(&SIGHTING));

static SIGHTING: Shape =
    Shape::Record(&Record { name: "what is seen", fields: &[&SIGHTING_FIELDS], constraints: &[] });

#[expect(clippy::as_conversions, reason = "a constant cannot convert otherwise")]
static SIGHTING_FIELDS: [Field; 3] = [
    must(
        "step",
        &Shape::Integer(1, STEPS_MAX as i128),
        "The number of the step, from 1; each round of a `repeat` counts.",
    ),
    may(
        "meanwhile",
        &Shape::List(&Shape::Integer(1, STEPS_MAX as i128)),
        "For a step of its `meanwhile`: the numbers of the item and of the step in that, from 1.",
    ),
    must("expect", &SEEN, "What is seen there, in the words in which that step expects it."),
];
