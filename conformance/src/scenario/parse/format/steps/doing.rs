//! The fields of the steps in which something happens beside the calls.

use super::{EXPECT, NAME, NUMBER};
use crate::scenario::parse::format::expect::{EXIT, REGISTRATION, REPLY_ONLY, SETTINGS};
use crate::scenario::parse::format::patterns::{DURATION, FULL_PATH, TEXT};
use crate::scenario::parse::format::world::NO_RESTART;
use crate::scenario::parse::shape::{Constraint, Field, Record, Shape, may, must};

/// These steps.
pub(super) static DOING: [Field; 27] = [
    may("start-application", &NAME, "An application that was not running starts."),
    may("exit-application", &NAME, "An application exits on its own."),
    may("open-file", &FILE_OF_APPLICATION, "A running application opens a file."),
    may("close-file", &FILE_OF_APPLICATION, "A running application closes a file."),
    may("launch", &LAUNCH, "An installer starts an application that was not running."),
    may("start-installer", &NAME, "An installer's process starts again after its end."),
    may("exit-installer", &EXIT_INSTALLER, "An installer's process ends without ending its sessions."),
    may("log-off", &LOG_OFF, "The user of an installer logs off."),
    may("log-on", &LOG_ON, "The user of an installer logs on."),
    may("reboot", &REBOOT, "The machine reboots; nobody is asked."),
    may("fault", &FAULT, "A fault appears or goes."),
    may("wow64-redirection", &REDIRECTION, "An installer's thread switches file system redirection."),
    may("wait", &WAIT, "Time passes, or so much of what `replay` lists."),
    may("replace-file", &FILE_ACT, "An installer replaces a file."),
    may("schedule-replacement", &FILE_ACT, "An installer has a file replaced at the next boot."),
    may("remove-file", &FILE_ACT, "An installer deletes a file."),
    may("restore-file", &FILE_ACT, "An installer puts a file where none is."),
    may("start-service", &SERVICE_ACT, "An installer starts a service."),
    may("stop-service", &SERVICE_ACT, "An installer stops a service."),
    may("disable-service", &NAME, "A service cannot be started from now on."),
    may("enable-service", &NAME, "A service can be started from now on."),
    may("register-restart", &REGISTER_RESTART, "`RegisterApplicationRestart`, called by an application."),
    may("unregister-restart", &UNREGISTER_RESTART, "`UnregisterApplicationRestart`."),
    may("get-restart-settings", &RESTART_SETTINGS, "`GetApplicationRestartSettings`."),
    may("initiate-shutdown", &INITIATE_SHUTDOWN, "`InitiateShutdown` of this machine."),
    may("exit-windows", &EXIT_WINDOWS, "`ExitWindowsEx`."),
    may("abort-shutdown", &ABORT_SHUTDOWN, "`AbortSystemShutdown` of this machine."),
];

static WAIT: Shape = Shape::Either(&[&Shape::Text(&DURATION), &Shape::OneOf("a wait", &[&[DUE]])]);

/// How much of what a recording lists has to happen.
pub(super) const DUE: Field =
    may("due", &Shape::Integer(1, 1_000_000), "How many of the things happen that `due` of `replay` lists.");

const BY: Field = may("by", &NAME, "Which installer does it; the only one unless stated.");

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

static LOG_ON: Shape = Shape::Either(&[
    &NAME,
    &Shape::Record(&Record {
        name: "",
        fields: &[&[must("user-of", &NAME, "The installer whose user logs on.")]],
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

static FILE_ACT: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        BY,
        must("file", &Shape::Text(&FULL_PATH), "The file's full path."),
        may("expect", &REPLY_ONLY, EXPECT),
    ]],
    constraints: &[],
});

static SERVICE_ACT: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        BY,
        must("service", &NAME, "The service, by its name in the scenario."),
        may("expect", &REPLY_ONLY, EXPECT),
    ]],
    constraints: &[],
});

const RESULT: &str = "What is expected: `S_OK` unless stated.";

static REGISTER_RESTART: Shape = Shape::Record(&Record {
    name: "",
    fields: &[
        &[
            must("application", &NAME, "The application that calls."),
            may("arguments", &Shape::Text(&TEXT), "`pwzCommandline`; empty unless stated."),
            may("length", &Shape::Integer(0, 32_767), "A command line of so many characters."),
            may("null-arguments", &Shape::True, "`pwzCommandline` is NULL."),
            may("expect", &REGISTRATION, RESULT),
        ],
        &NO_RESTART,
    ],
    constraints: &[
        Constraint::Excludes("arguments", &["length", "null-arguments"]),
        Constraint::Excludes("length", &["null-arguments"]),
    ],
});

static UNREGISTER_RESTART: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        must("application", &NAME, "The application that calls."),
        may("expect", &REGISTRATION, RESULT),
    ]],
    constraints: &[],
});

static RESTART_SETTINGS: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        must("application", &NAME, "The application whose registration it is."),
        may("by", &NAME, "Who asks, an installer or an application; the only installer unless stated."),
        may(
            "capacity",
            &NUMBER,
            "The size of the buffer in characters; 1025 unless stated, and 0 beside `null-buffer`.",
        ),
        may("null-buffer", &Shape::True, "The buffer is NULL."),
        may("expect", &SETTINGS, RESULT),
    ]],
    constraints: &[],
});

/// The bits of `SHUTDOWN_*`.
pub(crate) const INITIATE_FLAGS: [(&str, u32); 9] = [
    ("force-others", 0x1),
    ("force-self", 0x2),
    ("restart", 0x4),
    ("power-off", 0x8),
    ("no-reboot", 0x10),
    ("grace-override", 0x20),
    ("install-updates", 0x40),
    ("restart-apps", 0x80),
    ("hybrid", 0x200),
];

static INITIATE_SHUTDOWN: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        BY,
        may(
            "flags",
            &Shape::Either(&[
                &Shape::Words(&[
                    "force-others",
                    "force-self",
                    "restart",
                    "power-off",
                    "no-reboot",
                    "grace-override",
                    "install-updates",
                    "restart-apps",
                    "hybrid",
                ]),
                &NUMBER,
            ]),
            "`dwShutdownFlags`, as words or as a number; none unless stated.",
        ),
        may("grace", &Shape::Text(&DURATION), "`dwGracePeriod`; `0s` unless stated."),
        may("expect", &REPLY_ONLY, EXPECT),
    ]],
    constraints: &[],
});

/// The bits of `EWX_*`; `EWX_LOGOFF` is none.
pub(crate) const EXIT_FLAGS: [(&str, u32); 8] = [
    ("log-off", 0),
    ("shutdown", 0x1),
    ("reboot", 0x2),
    ("force", 0x4),
    ("power-off", 0x8),
    ("force-if-hung", 0x10),
    ("restart-apps", 0x40),
    ("hybrid", 0x40_0000),
];

static EXIT_WINDOWS: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[
        BY,
        may(
            "flags",
            &Shape::Either(&[
                &Shape::Words(&[
                    "log-off",
                    "shutdown",
                    "reboot",
                    "force",
                    "power-off",
                    "force-if-hung",
                    "restart-apps",
                    "hybrid",
                ]),
                &NUMBER,
            ]),
            "`uFlags`, as words or as a number; none, which logs off, unless stated.",
        ),
        may("expect", &REPLY_ONLY, EXPECT),
    ]],
    constraints: &[],
});

static ABORT_SHUTDOWN: Shape = Shape::Record(&Record {
    name: "",
    fields: &[&[BY, may("expect", &REPLY_ONLY, EXPECT)]],
    constraints: &[],
});
