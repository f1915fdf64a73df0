//! The fields of what is expected where a step looks at the world, at messages, at the event log.

use super::{NAME, NUMBER, REASON_NAMES, STATUS, TYPES};
use crate::scenario::parse::format::patterns::{DURATION, FULL_PATH, NAME_IN_STEP, TEXT};
use crate::scenario::parse::shape::{Constraint, Record, Shape, may, must};

/// Whether somebody runs, in the order of [`RunState`](crate::scenario::RunState).
pub(crate) const RUN_STATES: [&str; 3] = ["running", "stopped", "restarted"];

/// Consoles, in the order of [`ConsoleOf`](crate::scenario::ConsoleOf).
pub(crate) const CONSOLES: [&str; 2] = ["own", "shared"];

/// Who starts processes, in the order of [`StartedBy`](crate::scenario::StartedBy).
pub(crate) const STARTERS: [&str; 6] =
    ["beginning", "restart-manager", "itself", "reboot", "scm", "installer"];

/// What becomes of files, in the order of [`FileState`](crate::scenario::FileState).
pub(crate) const FILE_STATES: [&str; 4] = ["original", "pending", "replaced", "missing"];

/// `applications` of `expect-world`.
pub(crate) static APPLICATIONS: Shape =
    Shape::Map(&NAME_IN_STEP, &Shape::Named("state", &Shape::Either(&[&Shape::Word(&RUN_STATES), &STATE])));

static STATE: Shape = Shape::Record(&Record {
    name: "what is expected of an application",
    fields: &[&[
        may("is", &Shape::Word(&RUN_STATES), "Whether it runs."),
        may("elevated", &Shape::Bool, "Whether it runs elevated."),
        may("command-line", &Shape::Text(&TEXT), "Its command line, with its program in quotes."),
        may("console", &Shape::Word(&CONSOLES), "A new console of its own, or that of the beginning."),
        may("started-by", &Shape::Word(&STARTERS), "Who started it last."),
    ]],
    constraints: &[],
});

/// `files` of `expect-world`.
pub(crate) static FILES: Shape = Shape::Map(&FULL_PATH, &Shape::Word(&FILE_STATES));

/// The kinds of messages, in the order of [`MessageKind`](crate::scenario::MessageKind).
pub(crate) const MESSAGES: [&str; 10] =
    ["query", "end", "close", "ctrl-c", "stop", "start", "killed", "exit", "left", "started"];

/// What windows answer, in the order of [`Answered`](crate::scenario::Answered).
pub(crate) const ANSWERS: [&str; 3] = ["agrees", "refuses", "none"];

/// Why something happens, in the order of [`Cause`](crate::scenario::Cause).
pub(crate) const CAUSES: [&str; 5] = ["own", "console", "dependency", "host", "system-shutdown"];

/// The bits of `ENDSESSION_*`.
pub(crate) const END_FLAGS: [(&str, u32); 3] =
    [("close-app", 0x1), ("critical", 0x4000_0000), ("log-off", 0x8000_0000)];

/// A message of `expect-messages`.
pub(crate) static MESSAGE: Shape = Shape::Named("message", &Shape::Record(&MESSAGE_FIELDS));

static MESSAGE_FIELDS: Record = Record {
    name: "a message",
    fields: &[&[
        may("query", &NAME, "`WM_QUERYENDSESSION` to the window of this name, `main` or a hidden one's."),
        may("end", &NAME, "`WM_ENDSESSION` to the window of this name."),
        may("close", &NAME, "`WM_CLOSE` to the window of this name."),
        may("ctrl-c", &Shape::True, "`CTRL_C_EVENT`."),
        may("stop", &Shape::True, "A service is asked to stop."),
        may("start", &Shape::True, "A service is asked to start."),
        may("killed", &Shape::True, "It is killed."),
        may("exit", &Shape::True, "The shell is asked to exit."),
        may("left", &Shape::True, "It exited or stopped."),
        may("started", &Shape::True, "It started."),
        may("at", &Shape::Text(&DURATION), "The time since the scenario began."),
        may("flags", &Shape::Words(&["close-app", "critical", "log-off"]), "`lParam` of a query or end."),
        may("answer", &Shape::Word(&ANSWERS), "What the window answered to a query."),
        may("ending", &Shape::Bool, "`wParam` of an end: whether the session ends."),
        may("cause", &Shape::Word(&CAUSES), "Why it happened."),
    ]],
    constraints: &[
        Constraint::ExactlyOne(&MESSAGES),
        Constraint::Needs("answer", "query"),
        Constraint::Needs("ending", "end"),
        Constraint::Excludes(
            "flags",
            &["close", "ctrl-c", "stop", "start", "killed", "exit", "left", "started"],
        ),
    ],
};

/// How bad records are, in the order of [`Level`](crate::scenario::Level).
pub(crate) const LEVELS: [&str; 3] = ["information", "warning", "error"];

/// The logs, in the order of [`Channel`](crate::scenario::Channel).
pub(crate) const CHANNELS: [&str; 2] = ["application", "operational"];

/// Why somebody is not restarted, in the order of [`CannotRestart`](crate::scenario::CannotRestart).
pub(crate) const WHY_NOT_RESTARTED: [&str; 2] = ["unknown", "other-user"];

/// The ids of records.
pub(crate) static ID: Shape = Shape::Integer(10_000, 10_010);

/// A record of `expect-event-log`.
pub(crate) static RECORD: Shape = Shape::Named("record", &Shape::Record(&RECORD_FIELDS));

static NAMES: Shape = Shape::List(&NAME);

static RECORD_FIELDS: Record = Record {
    name: "a record",
    fields: &[&[
        must("id", &ID, "The number of the event."),
        may("session", &NUMBER, "The number of the session in the user's database."),
        may("level", &Shape::Word(&LEVELS), "How bad it is."),
        may("channel", &Shape::Word(&CHANNELS), "Into which log it is written."),
        may("files", &NUMBER, "How many files."),
        may("processes", &NUMBER, "How many processes (10004)."),
        may("services", &Shape::Either(&[&NUMBER, &NAMES]), "How many services (10004), or which (10009)."),
        may("host", &NAME, "The service whose process it is (10009)."),
        may("application", &NAME, "The application or service."),
        may("applications", &NAMES, "Those of the list (10005)."),
        may("reasons", &Shape::Words(&REASON_NAMES), "The reboot reasons (10005)."),
        may("reason", &Shape::Word(&WHY_NOT_RESTARTED), "Why it cannot be restarted (10010)."),
        may("status", &STATUS, "The status: one bit or a list of bits."),
        may("type", &Shape::Word(&TYPES), "The type of the application."),
        may("terminal-session", &NUMBER, "The terminal session of the application."),
        may("path", &Shape::Text(&TEXT), "The full path of its program."),
        may("display-name", &Shape::Text(&TEXT), "The name that people see."),
        may("version", &Shape::Text(&TEXT), "The version of its program."),
    ]],
    constraints: &[],
};
