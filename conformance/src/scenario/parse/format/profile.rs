//! The fields of a profile's file.

use rstmgr_model::Profile;

use super::VERSION;
use super::patterns::TEXT;
use crate::scenario::parse::shape::{Constraint, Record, Shape, may, must};

/// A whole file.
pub(crate) static PROFILE: Record = Record {
    name: "a profile",
    fields: &[&[
        must("version", &Shape::OneInteger(&[VERSION]), "The version of the format."),
        must("based-on", &Shape::Word(&Profile::NAMES), "The profile that answers what this one does not."),
        may("backend", &Shape::Text(&TEXT), "Who was asked."),
        may("knobs", &Shape::KnobAnswers(&ANSWER), "The answers to the open questions."),
        may("timings", &Shape::Timings, "How long things take, other than in that profile."),
    ]],
    constraints: &[],
};

static ANSWER: Record = Record {
    name: "an answer",
    fields: &[&[
        may("answer", &Shape::Text(&TEXT), "The option."),
        may("trace", &Shape::Text(&TEXT), "The trace that shows it."),
        may("line", &Shape::Integer(1, 4_294_967_295), "The line of that trace, from 1."),
        may("unanswered", &Shape::Text(&TEXT), "Why it has no answer; that of the other profile stands."),
    ]],
    constraints: &[
        Constraint::ExactlyOne(&["answer", "unanswered"]),
        Constraint::Needs("trace", "answer"),
        Constraint::Needs("line", "trace"),
    ],
};
