//! The format of scenarios, version 1, as tables: which fields there are, and what they may hold.

mod expect;
mod patterns;
mod probe;
mod profile;
mod steps;
mod world;

use rstmgr_model::Profile;

use super::shape::{Constraint, Field, Record, Shape, may, must};
use patterns::{FULL_PATH, NAME, PICKS, TITLE};

/// The version of the format.
pub(crate) const VERSION: i128 = 1;

/// How many rules a scenario exercises at most.
pub(crate) const RULES_MAX: usize = 5;

pub(crate) use expect::looks::{
    ANSWERS, CAUSES, CHANNELS, CONSOLES, END_FLAGS, FILE_STATES, LEVELS, MESSAGES, RUN_STATES, STARTERS,
    WHY_NOT_RESTARTED,
};
pub(crate) use expect::{REASON_NAMES, RESULTS, STATUSES, TYPE_NUMBERS, TYPES};
pub(crate) use patterns::{DURATION, is_full_path, is_name};
pub(crate) use profile::PROFILE;
pub(crate) use steps::calls::{FILTER_ACTIONS, OCCURRENCES, SHUTDOWN_FLAGS};
pub(crate) use steps::doing::{EXIT_FLAGS, FAULTS, INITIATE_FLAGS};
pub(crate) use steps::steps;
pub(crate) use world::{INTEGRITIES, KINDS, NO_RESTART, USES};

/// A whole file.
pub(crate) static SCENARIO: Record = Record {
    name: "a scenario",
    fields: &[&SITUATION, &[must("steps", &STEPS, "What happens, in order.")]],
    constraints: &[ASKS_ALONE],
};

/// A file of which only the situation matters.
pub(crate) static WORLD: Record = Record {
    name: "a world",
    fields: &[&SITUATION, &[may("steps", &STEPS, "Not looked at.")]],
    constraints: &[ASKS_ALONE],
};

/// What is asked cannot be answered by the file itself.
const ASKS_ALONE: Constraint = Constraint::Excludes("probe", &["profile", "knobs", "timings", "replay"]);

static SITUATION: [Field; 12] = [
    must("version", &Shape::OneInteger(&[VERSION]), "The version of the format."),
    must("scenario", &Shape::Text(&TITLE), "What happens, in one sentence without a full stop."),
    may("rules", &Shape::Rules(RULES_MAX), "The rules that this exercises, at most five."),
    may("probe", &probe::PROBE, "The open question that this asks, and what is seen for each answer."),
    may(
        "profile",
        &Shape::Word(&Profile::NAMES),
        "Which Windows it is written for; `windows-11` unless stated.",
    ),
    may("knobs", &Shape::Knobs, "Answers to single open questions, other than the profile's."),
    may("timings", &Shape::Timings, "How long things take, other than in the profile."),
    may(
        "seed",
        &Shape::Integer(0, 18_446_744_073_709_551_615),
        "Decides what may go either way; 0 unless stated.",
    ),
    may("replay", &REPLAY, "What goes as it was recorded; `rstmgr explore` and `search` write it."),
    may("installers", &INSTALLERS, "Who calls the Restart Manager; one called `setup` unless stated."),
    may("files", &FILES, "What is known of single files; all others exist and are ordinary."),
    may("world", &APPLICATIONS, "The applications and services."),
];

static REPLAY: Shape = Shape::Record(&Record {
    name: "`replay`",
    fields: &[&[
        may("picks", &Shape::Text(&PICKS), "The first choices, in order."),
        may("due", &Shape::Text(&PICKS), "What happens next, by its place among all that is waited for."),
    ]],
    constraints: &[],
});

static INSTALLERS: Shape = Shape::Map(&NAME, &world::INSTALLER);
static APPLICATIONS: Shape = Shape::Map(&NAME, &world::APPLICATION);
static FILES: Shape = Shape::Map(&FULL_PATH, &world::FILE);
static STEPS: Shape = Shape::List(&steps::STEP);
