//! The fields of steps.

use super::expect::{EXIT, GET_LIST as EXPECT_LIST, JOIN as EXPECT_JOIN, REPLY_ONLY, START as EXPECT_START};
use super::patterns::{FULL_PATH, KEY_BUFFER, NAME_IN_STEP, PATH_PATTERN, TEXT};
use crate::scenario::parse::shape::{Constraint, Field, Record, Shape, may, must};

const NAME: Shape = Shape::Text(&NAME_IN_STEP);
const NUMBER: Shape = Shape::Integer(0, 4_294_967_295);

/// One step.
pub(crate) static STEP: Shape = Shape::Named("step", &Shape::OneOf("a step", &[&SINGLE, &REPEAT]));

/// One step of a `repeat`.
static REPEATED_STEP: Shape = Shape::Named("repeated-step", &Shape::OneOf("a step of `repeat`", &[&SINGLE]));

/// The steps but `repeat`.
static SINGLE: [Field; 23] = [
    may("start-session", &START, "`RmStartSession`."),
    may("join-session", &JOIN, "`RmJoinSession`."),
    may("end-session", &SESSION_ONLY, "`RmEndSession`."),
    may(
        "register-resources",
        &REGISTER,
        "`RmRegisterResources`; a field left out is a NULL pointer with count 0.",
    ),
    may("get-list", &GET_LIST, "`RmGetList`."),
    may("shutdown", &SESSION_ONLY, "`RmShutdown`, its first checks."),
    may("restart", &SESSION_ONLY, "`RmRestart`, its first checks."),
    may("cancel-current-task", &SESSION_ONLY, "`RmCancelCurrentTask`, its first checks."),
    may("add-filter", &SESSION_ONLY, "`RmAddFilter`, its first checks."),
    may("remove-filter", &SESSION_ONLY, "`RmRemoveFilter`, its first checks."),
    may("get-filter-list", &SESSION_ONLY, "`RmGetFilterList`, its first checks."),
    may("start-application", &NAME, "An application that was not running starts."),
    may("exit-application", &NAME, "An application exits on its own."),
    may("open-file", &FILE_OF_APPLICATION, "A running application opens a file."),
    may("close-file", &FILE_OF_APPLICATION, "A running application closes a file."),
    may("launch", &LAUNCH, "An installer starts an application that was not running."),
    may("start-installer", &NAME, "An installer's process starts again after its end."),
    may("exit-installer", &EXIT_INSTALLER, "An installer's process ends without ending its sessions."),
    may("log-off", &LOG_OFF, "The user of an installer logs off."),
    may("reboot", &REBOOT, "The machine reboots."),
    may("fault", &FAULT, "A fault appears or goes."),
    may("wow64-redirection", &REDIRECTION, "An installer's thread switches file system redirection."),
    may("expect-database", &DATABASE, "A look at the session database of an installer's user."),
];

/// All steps.
pub(crate) fn steps() -> impl Iterator<Item = &'static Field> {
    SINGLE.iter().chain(&REPEAT)
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

const BY: Field =
    may("by", &NAME, "Who calls; the installer that holds the session, or the only one, unless stated.");
const SESSION: Field =
    must("session", &HANDLE, "The session, by the name that `as` gave, or a handle's number.");
const AS: Field = may("as", &NAME, "What the handle is called from now on.");
const EXPECT: &str = "What is expected: `ERROR_SUCCESS` unless stated.";

static HANDLE: Shape = Shape::Either(&[&NAME, &NUMBER]);

static START: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        AS,
        BY,
        may("flags", &NUMBER, "`dwSessionFlags`; 0 unless stated."),
        may("null-pointers", &Shape::Words(&["handle", "key"]), "Which pointers are NULL."),
        may("key-buffer", &Shape::Text(&KEY_BUFFER), "What the buffer for the key holds before the call."),
        may("expect", &EXPECT_START, EXPECT),
    ]],
    constraints: &[],
});

static JOIN: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        AS,
        BY,
        may("key-of", &NAME, "The session whose key is passed, by the name that its start gave it."),
        may(
            "letter-case",
            &Shape::Word(&["other"]),
            "Upper-case letters of the key become lower-case, and back.",
        ),
        may("cut-to", &Shape::Integer(0, 31), "Only the first so many characters of the key are passed."),
        may("key", &Shape::Text(&TEXT), "The key as text."),
        may("null-pointers", &Shape::Words(&["handle", "key"]), "Which pointers are NULL."),
        may("expect", &EXPECT_JOIN, EXPECT),
    ]],
    constraints: &[
        Constraint::Needs("letter-case", "key-of"),
        Constraint::Needs("cut-to", "key-of"),
        Constraint::Excludes("key-of", &["key"]),
        Constraint::Excludes("letter-case", &["cut-to"]),
    ],
});

static SESSION_ONLY: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[SESSION, BY, may("expect", &REPLY_ONLY, EXPECT)]],
    constraints: &[],
});

static REGISTER: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        SESSION,
        BY,
        may("files", &FILES, "Paths, `null` for a NULL pointer, or a pattern of many paths."),
        may("processes", &PROCESSES, "Applications and installers by name, or process ids."),
        may("services", &SERVICES, "Short names of services, or `null` for a NULL pointer."),
        may("counts", &COUNTS, "Counts other than the number of items."),
        may(
            "null-pointers",
            &Shape::Words(&["files", "processes", "services"]),
            "Which pointers are NULL, whatever their count.",
        ),
        may("expect", &REPLY_ONLY, EXPECT),
    ]],
    constraints: &[],
});

static COUNTS: Shape = Shape::Record(&Record {
    name: "`counts`",
    fields: &[&[
        may("files", &NUMBER, "`nFiles`."),
        may("processes", &NUMBER, "`nApplications`."),
        may("services", &NUMBER, "`nServices`."),
    ]],
    constraints: &[],
});

static FILES: Shape = Shape::List(&Shape::Either(&[
    &Shape::Text(&TEXT),
    &Shape::Null,
    &Shape::Record(&Record {
        name: "a pattern of files",
        fields: &[&[
            must("pattern", &Shape::Text(&PATH_PATTERN), "A path in which `{i}` stands for 1 to `count`."),
            must("count", &Shape::Integer(1, 100_000), "How many paths."),
        ]],
        constraints: &[],
    }),
]));

static PROCESSES: Shape = Shape::List(&Shape::Either(&[
    &NAME,
    &Shape::Record(&Record {
        name: "a process",
        fields: &[&[
            may("application", &NAME, "The application whose process it is."),
            may("installer", &NAME, "The installer whose process it is."),
            may("pid", &NUMBER, "A process id that no process of the scenario has."),
            may("start-time", &Shape::Word(&["wrong"]), "A start time that the process does not have."),
        ]],
        constraints: &[
            Constraint::ExactlyOne(&["application", "installer", "pid"]),
            Constraint::Excludes("pid", &["start-time"]),
        ],
    }),
]));

static SERVICES: Shape = Shape::List(&Shape::Either(&[&Shape::Text(&TEXT), &Shape::Null]));

static GET_LIST: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        SESSION,
        BY,
        may("capacity", &NUMBER, "The array's capacity; as many as are needed unless stated."),
        may(
            "null-pointers",
            &Shape::Words(&["array", "needed", "count", "reasons"]),
            "Which pointers are NULL.",
        ),
        may(
            "array",
            &Shape::Word(&["present"]),
            "The array's pointer is not NULL, though its capacity is 0.",
        ),
        may("expect", &EXPECT_LIST, EXPECT),
    ]],
    constraints: &[Constraint::Needs("array", "capacity")],
});

static FILE_OF_APPLICATION: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        must("application", &NAME, "The application."),
        must("file", &Shape::Text(&FULL_PATH), "The file's full path."),
    ]],
    constraints: &[],
});

static LAUNCH: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        may("by", &NAME, "The installer; the only one unless stated."),
        must("application", &NAME, "The application."),
        may("elevation-prompt", &Shape::Bool, "Whether the system asks for elevation first."),
    ]],
    constraints: &[],
});

static EXIT_INSTALLER: Shape = Shape::Either(&[
    &NAME,
    &Shape::Record(&Record {
        name: "",
        fields: &[&[must("installer", &NAME, "The installer."), may("expect", &EXIT, "What is expected.")]],
        constraints: &[],
    }),
]);

static LOG_OFF: Shape = Shape::Either(&[
    &NAME,
    &Shape::Record(&Record {
        name: "",
        fields: &[&[must("user-of", &NAME, "The installer whose user logs off.")]],
        constraints: &[],
    }),
]);

static REBOOT: Shape = Shape::Record(&Record { name: "", fields: &[], constraints: &[] });

/// The faults, in the order of [`Fault`](crate::request::Fault).
pub(crate) const FAULTS: [&str; 5] =
    ["registry-mutex-held", "registry-unwritable", "no-memory", "memory-short", "key-collision"];

const SWITCH: Shape = Shape::Word(&["on", "off"]);

static FAULT: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        may(FAULTS[0], &SWITCH, "The registry mutex is never released."),
        may(FAULTS[1], &SWITCH, "The registry can be neither read nor written."),
        may(FAULTS[2], &SWITCH, "There is no memory."),
        may(FAULTS[3], &SWITCH, "Each call meets no memory or not, as it happens."),
        may(FAULTS[4], &SWITCH, "The next session key that is generated exists already."),
        may("user-of", &NAME, "The installer whose user's registry mutex it is."),
        may("session", &NAME, "The session whose registry mutex it is."),
    ]],
    constraints: &[
        Constraint::ExactlyOne(&FAULTS),
        Constraint::Needs("session", FAULTS[0]),
        Constraint::Excludes("session", &["user-of"]),
    ],
});

static REDIRECTION: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        may("by", &NAME, "The installer; the only one unless stated."),
        must("is", &SWITCH, "What redirection is from now on."),
    ]],
    constraints: &[],
});

static DATABASE: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        may("user-of", &NAME, "The installer whose user's it is; the only one unless stated."),
        must("sessions", &Shape::List(&DATABASE_SESSION), "The sessions, in the order of their numbers."),
    ]],
    constraints: &[],
});

static DATABASE_SESSION: Shape = Shape::Record(&Record {
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
