//! Somebody whom an operation deals with, and how far that is.

use crate::encoding::Encoder;
use crate::observed::TimerId;
use crate::world::{ProcessId, ServiceId};

/// Somebody whom an operation deals with.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) who: (ProcessId, u32),
    pub(crate) service: Option<ServiceId>,
    /// Its place in the order of classes (ORDER-01).
    pub(crate) class: u8,
    pub(crate) manner: Manner,
    pub(crate) progress: Progress,
    /// The window that is asked now, or was last.
    pub(crate) window: u8,
    /// How many windows were asked.
    pub(crate) asked: u8,
    /// Whether all its windows agreed; `None` while that is open.
    pub(crate) agrees: Option<bool>,
    /// Whether it was told to end by something that was meant for another, or by its host's end.
    pub(crate) was_told: bool,
    /// What it is waited for in the short run: its answer, or when it is to be told to close.
    pub(crate) timer: Option<TimerId>,
    /// When its time is up.
    pub(crate) deadline: Option<TimerId>,
    /// The services that are to be stopped or started for it, the next one last.
    pub(crate) chain: Vec<ServiceId>,
}

/// How a target is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Manner {
    /// By messages to its windows.
    Windows,
    /// By a console event.
    Console,
    /// By the service control manager.
    Service,
    /// As the shell.
    Shell,
    /// By force alone.
    Kill,
    /// Not at all.
    PassOver(PassOver),
}

/// Why a target is not stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PassOver {
    /// A filter.
    Masked,
    /// It cannot be stopped without a reboot, and the call goes on all the same.
    NeedsReboot,
    /// It takes force.
    NeedsForce,
}

/// How far a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Progress {
    Untouched,
    /// It is asked, and has not answered.
    Asked,
    /// It has answered.
    Answered,
    /// It was told to end or to start, and is waited for.
    Told,
    Done,
}

/// What became of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The operation did it.
    Done,
    /// It could not.
    Failed,
    /// The same, but its status does not show it.
    FailedUnseen,
    /// It was not tried.
    PassedOver,
}

impl Target {
    pub(crate) fn encode(&self, encoder: &mut Encoder<'_>) {
        let Target {
            who,
            service,
            class,
            manner,
            progress,
            window,
            asked,
            agrees,
            was_told,
            timer,
            deadline,
            chain,
        } = self;
        encoder.incarnation(*who);
        encoder.value(&(service, class, manner, progress, window, asked, agrees, was_told, chain));
        encoder.timer(*timer);
        encoder.timer(*deadline);
    }

    pub(crate) fn new(
        who: (ProcessId, u32),
        service: Option<ServiceId>,
        class: u8,
        manner: Manner,
    ) -> Target {
        Target {
            who,
            service,
            class,
            manner,
            progress: Progress::Untouched,
            window: 0,
            asked: 0,
            agrees: None,
            was_told: false,
            timer: None,
            deadline: None,
            chain: Vec::new(),
        }
    }
}
