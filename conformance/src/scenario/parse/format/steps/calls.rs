//! The fields of the steps that call the Restart Manager.

use super::doing::DUE;
use super::{BY, EXPECT, NAME, NESTED_STEP, NUMBER};
use crate::scenario::parse::format::expect::{
    GET_FILTER_LIST as EXPECT_FILTERS, GET_LIST as EXPECT_LIST, JOIN as EXPECT_JOIN,
    LONG_CALL as EXPECT_LONG, REPLY_ONLY, START as EXPECT_START,
};
use crate::scenario::parse::format::patterns::{KEY_BUFFER, PATH_PATTERN, TEXT, TIME_IN_CALL};
use crate::scenario::parse::shape::{Constraint, Field, Record, Shape, may, must};

/// The steps about sessions and their resources.
pub(super) static SESSIONS: [Field; 4] = [
    may("start-session", &START, "`RmStartSession`."),
    may("join-session", &JOIN, "`RmJoinSession`."),
    may("end-session", &SESSION_ONLY, "`RmEndSession`."),
    may(
        "register-resources",
        &REGISTER,
        "`RmRegisterResources`; a field left out is a NULL pointer with count 0.",
    ),
];

/// The calls that can take time.
pub(super) static LONG: [Field; 3] = [
    may("get-list", &GET_LIST, "`RmGetList`."),
    may("shutdown", &SHUTDOWN, "`RmShutdown`."),
    may("restart", &RESTART, "`RmRestart`."),
];

/// The same in a `meanwhile`.
pub(super) static LONG_NESTED: [Field; 3] = [
    may("get-list", &GET_LIST_NESTED, "`RmGetList`."),
    may("shutdown", &SHUTDOWN_NESTED, "`RmShutdown`."),
    may("restart", &RESTART_NESTED, "`RmRestart`."),
];

/// The calls about cancellation and filters.
pub(super) static FILTERS: [Field; 4] = [
    may("cancel-current-task", &SESSION_ONLY, "`RmCancelCurrentTask`."),
    may("add-filter", &ADD_FILTER, "`RmAddFilter`."),
    may("remove-filter", &REMOVE_FILTER, "`RmRemoveFilter`."),
    may("get-filter-list", &GET_FILTER_LIST, "`RmGetFilterList`."),
];

const SESSION: Field =
    must("session", &HANDLE, "The session, by the name that `as` gave, or a handle's number.");
const AS: Field = may("as", &NAME, "What the handle is called from now on.");

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

static PROCESSES: Shape = Shape::List(&PROCESS);

/// A process, as it is handed to a call.
pub(crate) static PROCESS: Shape = Shape::Either(&[
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
]);

static SERVICES: Shape = Shape::List(&Shape::Either(&[&Shape::Text(&TEXT), &Shape::Null]));

static GET_LIST: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&LIST_ARGUMENTS, &MEANWHILE],
    constraints: &[Constraint::Needs("array", "capacity")],
});

static GET_LIST_NESTED: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&LIST_ARGUMENTS, &NO_MEANWHILE],
    constraints: &[Constraint::Needs("array", "capacity")],
});

static LIST_ARGUMENTS: [Field; 6] = [
    SESSION,
    BY,
    may("capacity", &NUMBER, "The array's capacity; as many as are needed unless stated."),
    may("null-pointers", &Shape::Words(&["array", "needed", "count", "reasons"]), "Which pointers are NULL."),
    may("array", &Shape::Word(&["present"]), "The array's pointer is not NULL, though its capacity is 0."),
    may("expect", &EXPECT_LIST, EXPECT),
];

/// The bits of `RM_SHUTDOWN_TYPE`.
pub(crate) const SHUTDOWN_FLAGS: [(&str, u32); 2] = [("force", 0x1), ("only-registered", 0x10)];

static SHUTDOWN: Shape =
    Shape::Record(&Record { name: "", fields: &[&SHUTDOWN_ARGUMENTS, &MEANWHILE], constraints: &[] });

static SHUTDOWN_NESTED: Shape =
    Shape::Record(&Record { name: "", fields: &[&SHUTDOWN_ARGUMENTS, &NO_MEANWHILE], constraints: &[] });

static SHUTDOWN_ARGUMENTS: [Field; 5] = [
    SESSION,
    BY,
    may(
        "flags",
        &Shape::Either(&[&Shape::Words(&["force", "only-registered"]), &NUMBER]),
        "`lActionFlags`, as words or as a number; none unless stated.",
    ),
    CALLBACK,
    may("expect", &EXPECT_LONG, EXPECT),
];

const CALLBACK: Field =
    may("callback", &Shape::Bool, "Whether a status callback is passed; `true` unless stated.");

static RESTART: Shape =
    Shape::Record(&Record { name: "", fields: &[&RESTART_ARGUMENTS, &MEANWHILE], constraints: &[] });

static RESTART_NESTED: Shape =
    Shape::Record(&Record { name: "", fields: &[&RESTART_ARGUMENTS, &NO_MEANWHILE], constraints: &[] });

static RESTART_ARGUMENTS: [Field; 5] = [
    SESSION,
    BY,
    may("flags", &NUMBER, "`dwRestartFlags`; 0 unless stated."),
    CALLBACK,
    may("expect", &EXPECT_LONG, EXPECT),
];

static MEANWHILE: [Field; 1] = [may(
    "meanwhile",
    &Shape::List(&Shape::Record(&Record {
        name: "an item of `meanwhile`",
        fields: &[&[
            must("at", &TRIGGER, "When: `start`, so long after the call began, or at a happening."),
            must("do", &Shape::List(&NESTED_STEP), "What is done then."),
        ]],
        constraints: &[],
    })),
    "What is done while the call is under way.",
)];

static NO_MEANWHILE: [Field; 1] = [may(
    "meanwhile",
    &Shape::Never("a `meanwhile` holds no other"),
    "Has no place here: a `meanwhile` holds no other.",
)];

/// What can happen to somebody, in the order of [`Occurrence`](crate::scenario::Occurrence).
pub(crate) const OCCURRENCES: [&str; 9] = [
    "asked",
    "told-to-end",
    "told-to-stay",
    "told-to-close",
    "interrupted",
    "stop-requested",
    "start-requested",
    "stopped",
    "started",
];

static TRIGGER: Shape = Shape::Either(&[
    &Shape::Text(&TIME_IN_CALL),
    &Shape::OneOf(
        "a trigger",
        &[&[
            DUE,
            may("status", &Shape::Integer(0, 100), "The status callback is told this percentage."),
            may(OCCURRENCES[0], &NAME, "A window of this application gets `WM_QUERYENDSESSION`."),
            may(OCCURRENCES[1], &NAME, "A window of it gets `WM_ENDSESSION` with TRUE."),
            may(OCCURRENCES[2], &NAME, "A window of it gets `WM_ENDSESSION` with FALSE."),
            may(OCCURRENCES[3], &NAME, "Its main window gets `WM_CLOSE`."),
            may(OCCURRENCES[4], &NAME, "This program or installer gets `CTRL_C_EVENT`."),
            may(OCCURRENCES[5], &NAME, "This service is asked to stop."),
            may(OCCURRENCES[6], &NAME, "This service is asked to start."),
            may(OCCURRENCES[7], &NAME, "It exits or stops, for whatever reason."),
            may(OCCURRENCES[8], &NAME, "It starts."),
        ]],
    ),
]);

/// The words for filter actions, with their numbers in `RM_FILTER_ACTION`.
pub(crate) const FILTER_ACTIONS: [(&str, u32); 2] = [("no-restart", 1), ("no-shutdown", 2)];

/// A filter's action.
pub(crate) static FILTER_ACTION: Shape =
    Shape::Either(&[&Shape::Word(&["no-restart", "no-shutdown"]), &NUMBER]);

static FILTER_TARGET: [Field; 5] = [
    SESSION,
    BY,
    may("module", &Shape::Text(&TEXT), "`strModuleName`: the path of a program."),
    may("application", &PROCESS, "`pProcess`: an application or installer by name, or as in `processes`."),
    may("service", &Shape::Text(&TEXT), "`strServiceShortName`."),
];

static ADD_FILTER: Shape = Shape::Record(&Record {
    name: "",
    fields: &[
        &FILTER_TARGET,
        &[
            may("action", &FILTER_ACTION, "`FilterAction`; 0, which is none, unless stated."),
            may("expect", &REPLY_ONLY, EXPECT),
        ],
    ],
    constraints: &[],
});

static REMOVE_FILTER: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&FILTER_TARGET, &[may("expect", &REPLY_ONLY, EXPECT)]],
    constraints: &[],
});

static GET_FILTER_LIST: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        SESSION,
        BY,
        may("capacity", &NUMBER, "The size of the buffer in bytes; as large as is needed unless stated."),
        may("null-pointers", &Shape::Words(&["needed", "buffer"]), "Which pointers are NULL."),
        may("expect", &EXPECT_FILTERS, EXPECT),
    ]],
    constraints: &[],
});
