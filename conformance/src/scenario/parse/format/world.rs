//! The fields of installers, applications and files.

use super::patterns::{FULL_PATH, NAME, TEXT, WINDOWS_NAME};
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
static PROCESS: [Field; 8] = [
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
];

/// The fields that say something of a process of one's own.
const OF_A_PROCESS: [&str; 14] = [
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
        Constraint::Excludes("in-process-of", &["as-service"]),
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
        &PROCESS,
        &USES,
    ],
    constraints: &[
        Constraint::Only {
            field: "type",
            is: "service",
            fields: &["short-name", "display-name", "shares-process-of", "depends-on"],
        },
        Constraint::Excludes("shares-process-of", &OF_A_PROCESS),
    ],
};

static NAMES: Shape = Shape::List(&Shape::Text(&NAME));

static RESTART: Shape = Shape::Either(&[
    &Shape::Text(&TEXT),
    &Shape::Record(&Record {
        name: "`restart`",
        fields: &[&[
            may("arguments", &Shape::Text(&TEXT), "The command line; empty unless stated."),
            may("no-patch", &Shape::Bool, "Not after an update (`RESTART_NO_PATCH`)."),
        ]],
        constraints: &[],
    }),
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
