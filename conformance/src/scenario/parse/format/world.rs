//! The fields of installers, applications and files.

use super::patterns::{DURATION, FULL_PATH, NAME, TEXT, WINDOWS_NAME};
use crate::scenario::parse::shape::{Constraint, Field, Record, Shape, may, must};

const NUMBER: Shape = Shape::Integer(0, 4_294_967_295);

static FULL_PATHS: Shape = Shape::List(&Shape::Text(&FULL_PATH));

/// In which ways a process can use files.
pub(crate) static USES: [Field; 6] = [
    may("opens", &FULL_PATHS, "Files it has open through handles that forbid deleting and renaming."),
    may("opens-shared", &FULL_PATHS, "Files it has open through handles that share everything."),
    may("loads", &FULL_PATHS, "Files it has loaded as an image or mapped otherwise."),
    may("current-directory-in", &FULL_PATHS, "Directories that are its current one."),
    may("opens-remotely", &FULL_PATHS, "Files that a program on another machine has open through a share."),
    may("kernel-opens", &FULL_PATHS, "Files that the kernel or a driver has open for it."),
];

/// The integrity levels, ascending.
pub(crate) const INTEGRITIES: [&str; 4] = ["low", "medium", "high", "system"];

/// What installers and applications have in common.
static PROCESS: [Field; 10] = [
    may("image", &Shape::Text(&FULL_PATH), "The full path of its program."),
    may("user", &Shape::Text(&WINDOWS_NAME), "Its user; users are the same if their names are."),
    may("elevated", &Shape::Bool, "Whether it runs elevated."),
    may(
        "integrity",
        &Shape::Word(&INTEGRITIES),
        "Its integrity level; `high` if it is elevated, `system` if it is a service, `medium` otherwise.",
    ),
    may("terminal-session", &NUMBER, "Its terminal session."),
    may("bits", &Shape::OneInteger(&[64, 32]), "Whether it is a 64-bit or a 32-bit program."),
    may("pid", &Shape::Integer(1, 4_294_967_295), "Its process id; the backend gives one unless stated."),
    may("running", &Shape::Bool, "Whether it runs when the scenario begins; `true` unless stated."),
    may(
        "console",
        &Shape::Text(&NAME),
        "The name of the console that it shares with all others of the same name.",
    ),
    may("on-ctrl-c", &ON_CTRL_C, "What it does on Ctrl+C: `leaves` unless stated."),
];

/// The fields that say something of a process of one's own.
const OF_A_PROCESS: [&str; 16] = [
    "image",
    "user",
    "elevated",
    "integrity",
    "terminal-session",
    "bits",
    "pid",
    "running",
    "opens",
    "opens-shared",
    "loads",
    "current-directory-in",
    "opens-remotely",
    "kernel-opens",
    "console",
    "on-ctrl-c",
];

/// An installer.
pub(crate) static INSTALLER: Shape = Shape::Named("installer", &Shape::Record(&INSTALLER_FIELDS));

static INSTALLER_FIELDS: Record = Record {
    name: "an installer",
    fields: &[
        &[
            may(
                "in-process-of",
                &Shape::Text(&NAME),
                "The installer, named before, whose process it shares.",
            ),
            may("as-service", &Shape::Bool, "Whether it runs as a service."),
            may(
                "shutdown-privilege",
                &Shape::Bool,
                "Whether it may shut the system down; `true` unless stated.",
            ),
            may(
                "current-directory",
                &Shape::Text(&FULL_PATH),
                r"Where relative paths start; `C:\Setup` unless stated.",
            ),
        ],
        &PROCESS,
        &USES,
    ],
    constraints: &[
        Constraint::Excludes("in-process-of", &OF_A_PROCESS),
        Constraint::Excludes("in-process-of", &["as-service", "shutdown-privilege"]),
    ],
};

/// An application or service.
pub(crate) static APPLICATION: Shape = Shape::Named("application", &Shape::Record(&APPLICATION_FIELDS));

/// What applications show, in the order of [`ApplicationKind`](crate::scenario::ApplicationKind).
pub(crate) const KINDS: [&str; 6] =
    ["unknown", "main-window", "other-window", "service", "explorer", "console"];

static APPLICATION_FIELDS: Record = Record {
    name: "an application",
    fields: &[
        &[
            must("type", &Shape::Word(&KINDS), "What it shows, which decides how it is stopped."),
            may("critical", &Shape::Bool, "Whether Windows cannot run without it."),
            may("description", &Shape::Text(&TEXT), "The file description of its program."),
            may("product", &Shape::Text(&TEXT), "The product name of its program."),
            may("title", &Shape::Text(&TEXT), "The caption of its main window."),
            may("restart", &RESTART, "That it registered for restart, and with which arguments."),
            may(
                "short-name",
                &Shape::Text(&WINDOWS_NAME),
                "The service's short name; its name here unless stated.",
            ),
            may(
                "display-name",
                &Shape::Text(&TEXT),
                "The service's display name; its name here unless stated.",
            ),
            may("shares-process-of", &Shape::Text(&NAME), "The service, named before, that hosts it."),
            may("depends-on", &NAMES, "The services that it depends on."),
        ],
        &BEHAVIOR,
        &SERVICE_BEHAVIOR,
        &PROCESS,
        &USES,
    ],
    constraints: &[
        Constraint::Only {
            field: "type",
            is: &["service"],
            fields: &[
                "short-name",
                "display-name",
                "shares-process-of",
                "depends-on",
                "on-stop",
                "on-start",
                "disabled",
                "service-tags",
            ],
        },
        Constraint::Only {
            field: "type",
            is: &["main-window", "other-window"],
            fields: &["hidden-windows", "modal-dialog"],
        },
        Constraint::Only { field: "type", is: &["console"], fields: &["console"] },
        Constraint::Only {
            field: "type",
            is: &["unknown", "main-window", "other-window", "explorer", "console"],
            fields: &["on-query", "on-end-session", "on-close", "on-ctrl-c"],
        },
        Constraint::Excludes("modal-dialog", &["on-query"]),
        Constraint::Excludes("shares-process-of", &OF_A_PROCESS),
        Constraint::Excludes(
            "shares-process-of",
            &["comes-back-after", "fails-to-start", "runs-since", "version", "service-tags"],
        ),
    ],
};

static NAMES: Shape = Shape::List(&Shape::Text(&NAME));

static RESTART: Shape = Shape::Either(&[
    &Shape::Text(&TEXT),
    &Shape::Record(&Record {
        name: "`restart`",
        fields: &[
            &[may("arguments", &Shape::Text(&TEXT), "The command line; empty unless stated.")],
            &NO_RESTART,
        ],
        constraints: &[],
    }),
]);

/// The flags of the registration for restart.
pub(crate) static NO_RESTART: [Field; 4] = [
    may("no-crash", &Shape::Bool, "Not after a crash (`RESTART_NO_CRASH`)."),
    may("no-hang", &Shape::Bool, "Not after it did not respond (`RESTART_NO_HANG`)."),
    may("no-patch", &Shape::Bool, "Not after an update (`RESTART_NO_PATCH`)."),
    may("no-reboot", &Shape::Bool, "Not after a reboot (`RESTART_NO_REBOOT`)."),
];

static TIME: Shape = Shape::Text(&DURATION);

/// How programs behave.
static BEHAVIOR: [Field; 9] = [
    may("on-query", &ON_QUERY, "What it does on `WM_QUERYENDSESSION`: `agrees` unless stated."),
    may("on-end-session", &ON_END, "What it does on `WM_ENDSESSION`: `leaves` unless stated."),
    may("on-close", &ON_CLOSE, "What `WM_CLOSE` does to it if it is still there."),
    may(
        "hidden-windows",
        &Shape::List(&HIDDEN_WINDOW),
        "Its hidden top-level windows by name; each agrees unless stated.",
    ),
    may("modal-dialog", &Shape::Bool, "Whether it shows a modal dialog, so that it refuses every query."),
    may("comes-back-after", &TIME, "Something starts it again, once, so long after it ended."),
    may("fails-to-start", &Shape::Bool, "Whether it breaks when the Restart Manager starts it."),
    may("runs-since", &TIME, "For how long it has been running; for hours unless stated."),
    may("version", &Shape::Text(&TEXT), "The version of its program."),
];

static SERVICE_BEHAVIOR: [Field; 4] = [
    may("on-stop", &ON_STOP, "What it does when it is asked to stop: `stops` unless stated."),
    may("on-start", &ON_START, "What it does when it is started: `runs` unless stated."),
    may("disabled", &Shape::Bool, "Whether it cannot be started."),
    may(
        "service-tags",
        &Shape::Bool,
        "Whether uses of files in its process can be pinned to one of the services there; `true` unless stated.",
    ),
];

const ANSWERS: Shape = Shape::Word(&["agrees", "refuses", "silent", "hung", "agrees-or-refuses", "leaves"]);

static LATE_ANSWERS: [Field; 3] = [
    may("agrees-after", &TIME, "It agrees so much later."),
    may("refuses-after", &TIME, "It refuses so much later."),
    may("leaves-after", &TIME, "It exits inside the handler so much later."),
];

const ONE_ANSWER: Constraint = Constraint::ExactlyOne(&["agrees-after", "refuses-after", "leaves-after"]);

static ON_QUERY: Shape = Shape::Either(&[
    &ANSWERS,
    &Shape::Record(&Record {
        name: "",
        fields: &[
            &LATE_ANSWERS,
            &[may("registers", &Shape::Text(&TEXT), "It registers for restart with these arguments first.")],
        ],
        constraints: &[ONE_ANSWER],
    }),
]);

static HIDDEN_WINDOW: Shape =
    Shape::Either(&[&Shape::Text(&NAME), &Shape::Entry(&NAME, &HIDDEN_WINDOW_FIELDS)]);

static HIDDEN_WINDOW_FIELDS: Shape = Shape::Record(&Record {
    name: "a hidden window",
    fields: &[&[may("on-query", &HIDDEN_ON_QUERY, "What it answers: `agrees` unless stated.")]],
    constraints: &[],
});

static HIDDEN_ON_QUERY: Shape = Shape::Either(&[
    &ANSWERS,
    &Shape::Record(&Record { name: "", fields: &[&LATE_ANSWERS], constraints: &[ONE_ANSWER] }),
]);

const LEAVES_AFTER: Field = may("leaves-after", &TIME, "It returns at once, and exits so much later.");

static ON_END: Shape = Shape::Either(&[
    &Shape::Word(&["leaves", "stays", "lingers"]),
    &Shape::OneOf(
        "a way to end",
        &[&[LEAVES_AFTER, may("lingers-for", &TIME, "It stays in the handler so long, then exits.")]],
    ),
]);

static ON_CLOSE: Shape = Shape::Either(&[
    &Shape::Word(&["leaves", "stays", "prompts", "hides"]),
    &Shape::OneOf("a way to close", &[&[LEAVES_AFTER]]),
]);

static ON_CTRL_C: Shape = Shape::Either(&[
    &Shape::Word(&["leaves", "stays", "ignores"]),
    &Shape::OneOf("a way to take Ctrl+C", &[&[LEAVES_AFTER]]),
]);

static ON_STOP: Shape = Shape::Either(&[
    &Shape::Word(&["stops", "refuses", "fails", "hangs", "busy"]),
    &Shape::OneOf("a way to stop", &[&[may("stops-after", &TIME, "It has stopped so much later.")]]),
]);

static ON_START: Shape = Shape::Either(&[
    &Shape::Word(&["runs", "fails", "hangs"]),
    &Shape::OneOf("a way to start", &[&[may("runs-after", &TIME, "It runs so much later.")]]),
]);

/// What is known of a file.
pub(crate) static FILE: Shape = Shape::Either(&[
    &Shape::Word(&["missing", "directory"]),
    &Shape::OneOf(
        "a file",
        &[&[
            may("same-file-as", &Shape::Text(&FULL_PATH), "Another name of the file at this path."),
            may("cannot-be-opened", &Shape::Reply, "The Restart Manager cannot open it, and lists fail so."),
        ]],
    ),
]);
