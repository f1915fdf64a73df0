//! The fields of the steps that look.

use super::{NAME, NUMBER};
use crate::scenario::parse::format::expect::looks::{APPLICATIONS, FILES, ID, MESSAGE, RECORD};
use crate::scenario::parse::format::patterns::{DURATION, MOMENT};
use crate::scenario::parse::shape::{Constraint, Field, Record, Shape, may, must};

/// These steps.
pub(super) static LOOKS: [Field; 4] = [
    may("expect-database", &DATABASE, "A look at the session database of an installer's user."),
    may("expect-world", &WORLD, "A look at processes and files."),
    may("expect-messages", &MESSAGES, "A look at what an application was told."),
    may("expect-event-log", &EVENT_LOG, "A look at the event log of an installer's user."),
];

static DATABASE: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        may("user-of", &NAME, "The installer whose user's it is; the only one unless stated."),
        must("sessions", &Shape::List(&DATABASE_SESSION), "The sessions, in the order of their numbers."),
    ]],
    constraints: &[],
});

/// A session of `expect-database`.
pub(crate) static DATABASE_SESSION: Shape = Shape::Record(&Record {
    name: "a session of the database",
    fields: &[&[
        must("number", &NUMBER, "The number in the name of its key."),
        may("owner", &NAME, "Whose process started it."),
        may("abandoned", &Shape::Bool, "Whether that process has exited without ending it."),
        may("files", &Shape::List(&NUMBER), "How many files each numbered group holds."),
        may("processes", &Shape::List(&NUMBER), "How many processes each numbered group holds."),
        may("services", &Shape::List(&NUMBER), "How many services each numbered group holds."),
    ]],
    constraints: &[],
});

static WORLD: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        may(
            "at",
            &Shape::Text(&MOMENT),
            "When: `now`, which it is unless stated; `settled`, once nothing is due; or so much later.",
        ),
        may("applications", &APPLICATIONS, "Whether applications and installers run, and how."),
        may("files", &FILES, "What became of files, by their paths."),
        may("took", &Shape::Text(&DURATION), "How much time passed until the world had settled."),
    ]],
    constraints: &[
        Constraint::Needs("took", "at"),
        Constraint::Only { field: "at", is: &["settled"], fields: &["took"] },
    ],
});

static MESSAGES: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        must("application", &NAME, "The application or service."),
        must(
            "messages",
            &Shape::List(&MESSAGE),
            "All that it was told since the last such look at it, in order.",
        ),
    ]],
    constraints: &[],
});

static EVENT_LOG: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        may("user-of", &NAME, "The installer whose user's it is; the only one unless stated."),
        may("only", &Shape::List(&ID), "The ids that are looked at; all unless stated."),
        must("records", &Shape::List(&RECORD), "The records, in order."),
    ]],
    constraints: &[],
});
