//! The fields of what is expected of steps.

use super::patterns::{NAME_IN_STEP, TEXT};
use crate::scenario::parse::shape::{Constraint, Field, Record, Shape, may};

const NAME: Shape = Shape::Text(&NAME_IN_STEP);
const NUMBER: Shape = Shape::Integer(0, 4_294_967_295);
const REPLY: Field = may("reply", &Shape::Reply, "The reply.");
const HANDLE: Field = may("handle", &NUMBER, "The number of the handle that the call gives.");

/// What is expected of most calls.
pub(crate) static REPLY_ONLY: Shape = Shape::Either(&[
    &Shape::Reply,
    &Shape::Record(&Record { name: "`expect`", fields: &[&[REPLY]], constraints: &[] }),
]);

/// What is expected of `join-session`.
pub(crate) static JOIN: Shape = Shape::Either(&[
    &Shape::Reply,
    &Shape::Record(&Record { name: "`expect`", fields: &[&[REPLY, HANDLE]], constraints: &[] }),
]);

/// What is expected of `start-session`.
pub(crate) static START: Shape = Shape::Either(&[
    &Shape::Reply,
    &Shape::Record(&Record {
        name: "`expect`",
        fields: &[&[REPLY, HANDLE, may("key", &KEY, "What the key looks like.")]],
        constraints: &[],
    }),
]);

static KEY: Shape = Shape::Record(&Record {
    name: "`key`",
    fields: &[&[
        may("length", &Shape::Integer(0, 33), "How many characters it has."),
        may("letters", &Shape::Word(&["lower", "upper"]), "The case of its letters."),
        may("terminated", &Shape::Bool, "Whether the call wrote the NUL behind it."),
    ]],
    constraints: &[],
});

/// What is expected of `exit-installer`.
pub(crate) static EXIT: Shape = Shape::Record(&Record {
    name: "`expect`",
    fields: &[&[may("left-open", &NUMBER, "How many sessions the process left open.")]],
    constraints: &[],
});

/// What is expected of `get-list`.
pub(crate) static GET_LIST: Shape = Shape::Either(&[
    &Shape::Reply,
    &Shape::Record(&Record {
        name: "`expect`",
        fields: &[&[
            REPLY,
            may("needed", &WRITTEN, "`pnProcInfoNeeded`, or `untouched`."),
            may("count", &WRITTEN, "`pnProcInfo` after the call, or `untouched`."),
            may("reasons", &REASONS, "The reboot reasons, `[]` for none, or `untouched`."),
            may("affected", &AFFECTED, "Who is listed, in any order."),
            may("affected-in-order", &AFFECTED, "Who is listed, in this order."),
        ]],
        constraints: &[Constraint::Excludes("affected", &["affected-in-order"])],
    }),
]);

const UNTOUCHED: Shape = Shape::Word(&["untouched"]);

static WRITTEN: Shape = Shape::Either(&[&NUMBER, &UNTOUCHED]);

/// The reboot reasons, by ascending bits.
pub(crate) const REASON_NAMES: [&str; 5] =
    ["permission-denied", "session-mismatch", "critical-process", "critical-service", "detected-self"];

static REASONS: Shape = Shape::Either(&[&Shape::Words(&REASON_NAMES), &UNTOUCHED]);

static AFFECTED: Shape = Shape::List(&Shape::Named(
    "affected",
    &Shape::Either(&[&NAME, &Shape::Entry(&NAME_IN_STEP, &AFFECTED_FIELDS)]),
));

/// The types of affected applications, with their numbers in `RM_APP_TYPE`.
pub(crate) const TYPE_NUMBERS: [u32; 7] = [0, 1, 2, 3, 4, 5, 1_000];

/// The names of [`TYPE_NUMBERS`].
pub(crate) const TYPES: [&str; 7] =
    ["unknown", "main-window", "other-window", "service", "explorer", "console", "critical"];

/// The statuses of affected applications, by ascending bits.
pub(crate) const STATUSES: [&str; 8] = [
    "running",
    "stopped",
    "stopped-other",
    "restarted",
    "error-on-stop",
    "error-on-restart",
    "shutdown-masked",
    "restart-masked",
];

static STATUS: Shape =
    Shape::Either(&[&Shape::Word(&STATUSES), &Shape::Word(&["unknown"]), &Shape::Words(&STATUSES)]);

static AFFECTED_FIELDS: Shape = Shape::Record(&Record {
    name: "an entry of `affected`",
    fields: &[&[
        may("type", &Shape::Word(&TYPES), "`ApplicationType`."),
        may("status", &STATUS, "`AppStatus`: `unknown`, one bit or a list of bits."),
        may("name", &Shape::Text(&TEXT), "`strAppName`."),
        may("service", &Shape::Text(&TEXT), "`strServiceShortName`."),
        may("terminal-session", &Shape::Integer(-1, 4_294_967_295), "`TSSessionId`; -1 is 4294967295."),
        may("restartable", &Shape::Bool, "`bRestartable`."),
    ]],
    constraints: &[],
});
