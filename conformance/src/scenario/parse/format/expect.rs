//! The fields of what is expected of calls.

pub(crate) mod looks;

use super::patterns::{DURATION, NAME_IN_STEP, TEXT};
use super::steps::DATABASE_SESSION;
use super::steps::calls::{FILTER_ACTION, PROCESS};
use crate::scenario::parse::shape::{Constraint, Field, Record, Shape, may};

const NAME: Shape = Shape::Text(&NAME_IN_STEP);
const NUMBER: Shape = Shape::Integer(0, 4_294_967_295);
const HANDLE: Field = may("handle", &NUMBER, "The number of the handle that the call gives.");
static TIME: Shape = Shape::Text(&DURATION);
const TOOK: Field = may("took", &TIME, "How long the call took.");

/// How a call can end without a reply.
static NO_REPLY: Shape = Shape::Word(&["process-ended", "never"]);
static ENDING: Shape = Shape::Either(&[&Shape::Reply, &NO_REPLY]);
const REPLY: Field = may(
    "reply",
    &ENDING,
    "The reply; `process-ended`: the caller's process ended inside the call; `never`: it never returned.",
);

/// What is expected of most calls.
pub(crate) static REPLY_ONLY: Shape = Shape::Either(&[
    &Shape::Reply,
    &NO_REPLY,
    &Shape::Record(&Record { name: "`expect`", fields: &[&[REPLY, TOOK]], constraints: &[] }),
]);

/// What is expected of `join-session`.
pub(crate) static JOIN: Shape = Shape::Either(&[
    &Shape::Reply,
    &NO_REPLY,
    &Shape::Record(&Record { name: "`expect`", fields: &[&[REPLY, HANDLE]], constraints: &[] }),
]);

/// What is expected of `start-session`.
pub(crate) static START: Shape = Shape::Either(&[
    &Shape::Reply,
    &NO_REPLY,
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

const LEFT_OPEN: Field = may("left-open", &NUMBER, "How many sessions the process left open.");

/// What is expected of `exit-installer`.
pub(crate) static EXIT: Shape =
    Shape::Record(&Record { name: "`expect`", fields: &[&[LEFT_OPEN]], constraints: &[] });

/// What is expected of `get-list`.
pub(crate) static GET_LIST: Shape = Shape::Either(&[
    &Shape::Reply,
    &NO_REPLY,
    &Shape::Record(&Record {
        name: "`expect`",
        fields: &[&[
            REPLY,
            TOOK,
            may("needed", &WRITTEN, "`pnProcInfoNeeded`, or `untouched`."),
            may("count", &WRITTEN, "`pnProcInfo` after the call, or `untouched`."),
            may("reasons", &REASONS, "The reboot reasons, `[]` for none, or `untouched`."),
            may("affected", &AFFECTED, "Who is listed, in any order."),
            may("affected-in-order", &AFFECTED, "Who is listed, in this order."),
        ]],
        constraints: &[Constraint::Excludes("affected", &["affected-in-order"])],
    }),
]);

const STATUS_TOLD: Field = may(
    "status",
    &Shape::List(&Shape::Integer(0, 100)),
    "Every percentage that the status callback was told, in order.",
);

/// What is expected of `shutdown` and `restart`.
pub(crate) static LONG_CALL: Shape = Shape::Either(&[
    &Shape::Reply,
    &NO_REPLY,
    &Shape::Record(&Record { name: "`expect`", fields: &[&[REPLY, TOOK, STATUS_TOLD]], constraints: &[] }),
]);

/// What is expected of `get-filter-list`.
pub(crate) static GET_FILTER_LIST: Shape = Shape::Either(&[
    &Shape::Reply,
    &NO_REPLY,
    &Shape::Record(&Record {
        name: "`expect`",
        fields: &[&[
            REPLY,
            TOOK,
            may("needed", &WRITTEN, "`cbFilterBufNeeded`, or `untouched`."),
            may("filters", &Shape::List(&FILTER), "The filters in the buffer, in order."),
        ]],
        constraints: &[],
    }),
]);

static FILTER: Shape = Shape::Record(&Record {
    name: "an entry of `filters`",
    fields: &[&[
        may("module", &Shape::Text(&TEXT), "The path of the program that it is about."),
        may("application", &PROCESS, "The process that it is about."),
        may("service", &Shape::Text(&TEXT), "The short name of the service that it is about."),
        may("action", &FILTER_ACTION, "`FilterAction`."),
        may("next", &NUMBER, "`cbNextOffset`."),
        may("text-at", &NUMBER, "Where its text lies, in bytes from its beginning."),
    ]],
    constraints: &[Constraint::ExactlyOne(&["module", "application", "service"])],
});

/// The names of the `HRESULT`s of the registration for restart.
pub(crate) const RESULTS: [(&str, u32); 5] = [
    ("S_OK", 0),
    ("E_FAIL", 0x8000_4005),
    ("E_INVALIDARG", 0x8007_0057),
    ("ERROR_NOT_FOUND", 0x8007_0490),
    ("ERROR_INSUFFICIENT_BUFFER", 0x8007_007a),
];

static RESULT_NAME: Shape =
    Shape::Word(&["S_OK", "E_FAIL", "E_INVALIDARG", "ERROR_NOT_FOUND", "ERROR_INSUFFICIENT_BUFFER"]);
static RESULT_CODE: Shape = Shape::Either(&[&RESULT_NAME, &NUMBER]);
const RESULT: Field = may("result", &RESULT_CODE, "The `HRESULT`, by its name or number.");

/// What is expected of `register-restart` and `unregister-restart`.
pub(crate) static REGISTRATION: Shape = Shape::Either(&[
    &RESULT_NAME,
    &NUMBER,
    &Shape::Record(&Record { name: "`expect`", fields: &[&[RESULT]], constraints: &[] }),
]);

/// What is expected of `get-restart-settings`.
pub(crate) static SETTINGS: Shape = Shape::Either(&[
    &RESULT_NAME,
    &NUMBER,
    &Shape::Record(&Record {
        name: "`expect`",
        fields: &[
            &[
                RESULT,
                may("size", &WRITTEN, "`pcchSize` after the call, or `untouched`."),
                may("arguments", &Shape::Text(&TEXT), "The command line that was written."),
            ],
            &super::world::NO_RESTART,
        ],
        constraints: &[],
    }),
]);

/// What can be seen at a step of any kind; which of it belongs to which step, the steps' own tables say.
pub(crate) static SEEN: Shape = Shape::Either(&[&Shape::Reply, &NO_REPLY, &RESULT_NAME, &SEEN_FIELDS]);

static SEEN_FIELDS: Shape = Shape::Record(&Record {
    name: "`expect`",
    fields: &[
        &[
            REPLY,
            TOOK,
            HANDLE,
            may("key", &KEY, "What the key looks like."),
            may("needed", &WRITTEN, "How much room the list needs, or `untouched`."),
            may("count", &WRITTEN, "`pnProcInfo` after the call, or `untouched`."),
            may("reasons", &REASONS, "The reboot reasons, `[]` for none, or `untouched`."),
            may("affected", &AFFECTED, "Who is listed, in any order."),
            may("affected-in-order", &AFFECTED, "Who is listed, in this order."),
            may("filters", &Shape::List(&FILTER), "The filters in the buffer, in order."),
            STATUS_TOLD,
            LEFT_OPEN,
            RESULT,
            may("size", &WRITTEN, "`pcchSize` after the call, or `untouched`."),
            may("arguments", &Shape::Text(&TEXT), "The command line that was written."),
            may("applications", &looks::APPLICATIONS, "Whether applications and installers run, and how."),
            may("files", &looks::FILES, "What became of files, by their paths."),
            may("messages", &Shape::List(&looks::MESSAGE), "All that the application was told, in order."),
            may("records", &Shape::List(&looks::RECORD), "The records of the event log, in order."),
            may("sessions", &Shape::List(&DATABASE_SESSION), "The sessions of the database, in order."),
        ],
        &super::world::NO_RESTART,
    ],
    constraints: &[Constraint::Excludes("affected", &["affected-in-order"])],
});

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
