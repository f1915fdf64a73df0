//! Planted mistakes, by which the harness proves that it can say no.
//!
//! They are part of the model, behind the feature `flaws`, because some live in the state and cannot be wrapped
//! around it.

/// A mistake that a Restart Manager could make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// 65 sessions are open before a start fails.
    LimitOffByOne,
    /// Sessions of every user count towards one limit.
    LimitOverAllUsers,
    /// Ending a session does not give back its slot.
    SlotNotGivenBack,
    /// The slot of a dead process is never reused.
    SlotNeverReused,
    /// A key matches if its first half does.
    KeyComparedByHalf,
    /// A key's letter case matters.
    KeyCaseMatters,
    /// Another user's session can be joined.
    ForeignKeyAccepted,
    /// A handle works in every process.
    HandlesAreGlobal,
    /// Ending a handle twice succeeds.
    SecondEndSucceeds,
    /// A secondary installer ends the whole session.
    SecondaryEndsSession,
    /// A further registration replaces what was registered.
    RegistrationReplaces,
    /// A directory is refused at registration.
    DirectoryRefused,
    /// A path with the prefix `\\?\` matches nothing.
    ExtendedPathMissed,
    /// A process id alone names a process.
    StartTimeIgnored,
    /// The needed count is the number of entries that were filled.
    NeededIsFilled,
    /// The array is filled although it is too small.
    SmallArrayFilled,
    /// Of several reboot reasons one is returned.
    ReasonsLost,
    /// The caller is not listed.
    CallerHidden,
    /// An application that exited is listed as running.
    DepartedStillRunning,
    /// A file that is opened after its registration is not noticed.
    LaterHoldersMissed,
    /// A host of services gets one entry.
    OneEntryPerHost,
    /// Every application is restartable.
    EverythingRestartable,
    /// A registry that cannot be written is ignored.
    WriteFaultSwallowed,
    /// The status callback is not told 0 at the beginning.
    StopsBeforeStatus,
    /// A shutdown goes on although a reboot is needed.
    RebootReasonsIgnored,
    /// Applications that cannot be restarted are stopped although only registered ones may be.
    OnlyRegisteredIgnored,
    /// An application without windows does not keep an unforced shutdown from beginning.
    UnknownIsAsked,
    /// A filter does not keep its target from being stopped.
    FilterIgnored,
    /// Services are stopped before applications.
    ServicesFirst,
    /// A refusal does not count.
    RefusalIgnored,
    /// An operation that failed for somebody succeeds.
    FailureHidden,
    /// Force kills nobody who is waited for.
    NeverKills,
    /// A percentage is told twice.
    StatusRepeats,
    /// A cancel changes nothing.
    CancelIgnored,
    /// Restart need not follow a shutdown.
    RestartAnytime,
    /// Applications are restarted in the order in which they were stopped.
    RestartInStopOrder,
    /// Applications are restarted that never registered.
    EverybodyRestarted,
    /// A filter does not keep its target from being restarted.
    NoRestartIgnored,
    /// That a reboot is needed is not written to the event log.
    RebootNotLogged,
}

impl Flaw {
    /// All of them.
    pub const ALL: [Flaw; 39] = [
        Flaw::LimitOffByOne,
        Flaw::LimitOverAllUsers,
        Flaw::SlotNotGivenBack,
        Flaw::SlotNeverReused,
        Flaw::KeyComparedByHalf,
        Flaw::KeyCaseMatters,
        Flaw::ForeignKeyAccepted,
        Flaw::HandlesAreGlobal,
        Flaw::SecondEndSucceeds,
        Flaw::SecondaryEndsSession,
        Flaw::RegistrationReplaces,
        Flaw::DirectoryRefused,
        Flaw::ExtendedPathMissed,
        Flaw::StartTimeIgnored,
        Flaw::NeededIsFilled,
        Flaw::SmallArrayFilled,
        Flaw::ReasonsLost,
        Flaw::CallerHidden,
        Flaw::DepartedStillRunning,
        Flaw::LaterHoldersMissed,
        Flaw::OneEntryPerHost,
        Flaw::EverythingRestartable,
        Flaw::WriteFaultSwallowed,
        Flaw::StopsBeforeStatus,
        Flaw::RebootReasonsIgnored,
        Flaw::OnlyRegisteredIgnored,
        Flaw::UnknownIsAsked,
        Flaw::FilterIgnored,
        Flaw::ServicesFirst,
        Flaw::RefusalIgnored,
        Flaw::FailureHidden,
        Flaw::NeverKills,
        Flaw::StatusRepeats,
        Flaw::CancelIgnored,
        Flaw::RestartAnytime,
        Flaw::RestartInStopOrder,
        Flaw::EverybodyRestarted,
        Flaw::NoRestartIgnored,
        Flaw::RebootNotLogged,
    ];
}
