//! What a scenario expects of a step, field by field.

use super::ProcessOf;

/// What is expected of a step; what is `None` is not looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expectation {
    /// The reply; `None` stands for `ERROR_SUCCESS`.
    pub reply: Option<u32>,
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
