//! What a scenario expects of a step, field by field.

pub(super) mod looks;

use std::time::Duration;

use super::{ProcessElement, ProcessOf};
use looks::{MessageExpectation, RecordExpectation, WorldExpectation};

/// What is expected of a step; what is `None` is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expectation {
    /// The reply; `None` stands for `ERROR_SUCCESS`.
    pub reply: Option<ReplyExpectation>,
    /// The number of the handle that the call gives.
    pub handle: Option<u32>,
    /// What the key looks like.
    pub key: Option<KeyExpectation>,
    /// `needed`
    pub needed: Option<Written>,
    /// `count`
    pub count: Option<Written>,
    /// `reasons`, as bits.
    pub reasons: Option<Written>,
    /// `affected`: who is listed; entries in any order.
    pub affected: Option<Vec<AffectedExpectation>>,
    /// `affected-in-order`: who is listed, in this order.
    pub affected_in_order: Option<Vec<AffectedExpectation>>,
    /// `left-open`: how many sessions an installer's process leaves open as it exits.
    pub left_open: Option<u32>,
    /// `sessions`: the session database, in the order of the numbers.
    pub database: Option<Vec<DatabaseExpectation>>,
    /// `status`: every percentage that the status callback was told, in order.
    pub status: Option<Vec<u8>>,
    /// `took`: how much time passed, in the call or until the world had settled.
    pub took: Option<Duration>,
    /// `filters`: the filters of the list, in order.
    pub filters: Option<Vec<FilterExpectation>>,
    /// `result`: the `HRESULT` of a [`Registration`](super::Registration); `None` stands for `S_OK`.
    pub result: Option<u32>,
    /// What `get-restart-settings` gave.
    pub settings: SettingsExpectation,
    /// `applications` and `files` of `expect-world`.
    pub world: Option<WorldExpectation>,
    /// `messages` of `expect-messages`, in order and complete.
    pub messages: Option<Vec<MessageExpectation>>,
    /// `records` of `expect-event-log`, in order and complete.
    pub records: Option<Vec<RecordExpectation>>,
}

/// How a call is expected to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyExpectation {
    /// It returns this Win32 code.
    Code(u32),
    /// `process-ended`: the caller's process ended inside the call.
    ProcessEnded,
    /// `never`: it never returned.
    Never,
}

impl ReplyExpectation {
    /// The code that is expected, if one is.
    pub fn code(self) -> Option<u32> {
        if let ReplyExpectation::Code(code) = self { Some(code) } else { None }
    }
}

/// An output parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It holds this number.
    Value(u32),
    /// `untouched`: nothing was written to it.
    Untouched,
}

/// What a session key looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyExpectation {
    /// `length`: how many characters stand before the first NUL.
    pub length: Option<usize>,
    /// `letters`: the case of its letters.
    pub letters: Option<LetterCase>,
    /// `terminated`: whether the call wrote the NUL itself.
    pub terminated: Option<bool>,
}

/// The case of the letters in a session key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterCase {
    /// Only `a` to `f`.
    Lower,
    /// Only `A` to `F`.
    Upper,
}

/// One expected entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AffectedExpectation {
    /// Whose entry.
    pub who: ProcessOf,
    /// For an application that is a service: that the entry is this service's own, not another's in its host.
    pub application_type: Option<u32>,
    /// `status`, as bits.
    pub status: Option<u32>,
    /// `name`
    pub name: Option<String>,
    /// `service`: the short name.
    pub service: Option<String>,
    /// `terminal-session`; `u32::MAX` is written -1.
    pub terminal_session: Option<u32>,
    /// `restartable`
    pub restartable: Option<bool>,
}

/// One expected session in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseExpectation {
    /// `number`
    pub number: u32,
    /// `owner`
    pub owner: Option<ProcessOf>,
    /// `abandoned`
    pub abandoned: Option<bool>,
    /// `files`: how many in each numbered group.
    pub files: Option<Vec<u32>>,
    /// `processes`
    pub processes: Option<Vec<u32>>,
    /// `services`
    pub services: Option<Vec<u32>>,
}

/// One expected entry of the list of filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterExpectation {
    /// Whom it is about.
    pub of: FilterOf,
    /// `action`: 1 `no-restart`, 2 `no-shutdown`, or another number.
    pub action: Option<u32>,
    /// `next`: `cbNextOffset`.
    pub next: Option<u32>,
    /// `text-at`: where the entry's text lies, from the entry's beginning.
    pub text_at: Option<u32>,
}

/// Whom a filter in the list is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterOf {
    /// `module`: whoever runs the program at this path.
    Module(String),
    /// `application`: this process.
    Process(ProcessElement),
    /// `service`: the service with this short name.
    Service(String),
}

/// What is expected of `GetApplicationRestartSettings`, beside its result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsExpectation {
    /// `size`: `pcchSize` after the call.
    pub size: Option<Written>,
    /// `arguments`: the command line that was written.
    pub arguments: Option<String>,
    /// `no-crash` (1), `no-hang` (2), `no-patch` (4), `no-reboot` (8): the bits that are looked at, and which of them
    /// are set.
    pub flags: Option<FlagsExpectation>,
}

/// Which bits are looked at, and which of them are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlagsExpectation {
    /// The bits that are looked at.
    pub mask: u32,
    /// Those of them that are set.
    pub bits: u32,
}
