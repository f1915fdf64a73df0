//! What a session did to applications and services: the history that their status bits tell (TYPE-25).

use std::collections::{BTreeMap, BTreeSet};

use crate::encoding::Encoder;
use crate::filter::Mask;
use crate::machine::{Context, Machine};
use crate::observed::ApplicationStatus;
use crate::profile::{NoShutdownBits, SkippedStatus, StatusBits};
use crate::reuse::clone_by_field;
use crate::rule;
use crate::session::SessionId;
use crate::world::{ProcessId, RestartRegistration, ServiceId};

/// What a history is about: an incarnation of a process, or a service, whatever process it runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Subject {
    Process(ProcessId, u32),
    Service(ServiceId),
}

impl Subject {
    /// Whom an entry of the list is about.
    pub(crate) fn of((process, incarnation): (ProcessId, u32), service: Option<ServiceId>) -> Subject {
        service.map_or(Subject::Process(process, incarnation), Subject::Service)
    }
}

/// What a session did to somebody.
#[derive(Clone, Debug)]
pub(crate) struct Fate {
    /// The incarnation that was stopped, or could not be; for a service, its host.
    pub(crate) who: (ProcessId, u32),
    /// Bits of [`ApplicationStatus`], without those of a process that runs.
    pub(crate) bits: u32,
    /// The mask bits that it had at the last shutdown.
    pub(crate) masks: u32,
    /// Whether the session stopped it, and did not restart it since.
    pub(crate) is_stopped: bool,
    /// Whether lists show it: not what was stopped only because something else was.
    pub(crate) is_listed: bool,
    /// Whether it went down with its host, and is restarted for itself all the same (U-41).
    pub(crate) falls_with_host: bool,
    /// Its place in the order in which the session stopped.
    pub(crate) order: u32,
    /// The class in which it was stopped.
    pub(crate) class: u8,
    /// Its registration for restart when it was stopped.
    pub(crate) registration: Option<RestartRegistration>,
    /// Whether it ran elevated.
    pub(crate) was_elevated: bool,
    /// Whether it had run for less than the minimum run time.
    pub(crate) was_young: bool,
    /// The incarnation that the session started in its place.
    pub(crate) restarted_as: Option<u32>,
    /// The services that were stopped with it because they depend on it, in the order of their stop.
    pub(crate) dependents: Vec<ServiceId>,
}

/// What a session did, and whom its lists named.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) fates: BTreeMap<Subject, Fate>,
    /// The services that a list named while they ran.
    pub(crate) seen_services: BTreeSet<ServiceId>,
    /// How many were stopped so far.
    pub(crate) stopped: u32,
    /// What the last `RmShutdown` came to; `None` before the first.
    pub(crate) shutdown: Option<ShutdownBefore>,
    /// Whether an `RmRestart` ended since.
    pub(crate) restart: RestartBefore,
}

clone_by_field!(History { fates, seen_services, stopped, shutdown, restart });

/// What an `RmShutdown` came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ShutdownBefore {
    /// It ended before anybody was to be stopped.
    Early,
    /// The same, because a reboot is needed.
    NeedsReboot,
    /// It stopped everybody.
    Succeeded,
    /// It began to stop applications, and failed or was cancelled.
    Failed,
}

/// What happened since the last `RmShutdown`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum RestartBefore {
    /// No `RmRestart` ended.
    #[default]
    None,
    /// One ended.
    Ended,
    /// One was cancelled.
    Cancelled,
}

impl Subject {
    fn encode(self, encoder: &mut Encoder<'_>) {
        match self {
            Subject::Process(process, incarnation) => {
                encoder.number(0);
                encoder.incarnation((process, incarnation));
            }
            Subject::Service(service) => {
                encoder.number(1);
                encoder.value(&service);
            }
        }
    }
}

impl Fate {
    fn encode(&self, encoder: &mut Encoder<'_>) {
        let Fate {
            who,
            bits,
            masks,
            is_stopped,
            is_listed,
            falls_with_host,
            order: _, // by its rank among all
            class,
            registration,
            was_elevated,
            was_young,
            restarted_as,
            dependents,
        } = self;
        encoder.incarnation(*who);
        encoder.value(&(bits, masks, is_stopped, is_listed, falls_with_host, class, registration));
        encoder.value(&(was_elevated, was_young, dependents));
        encoder.maybe(*restarted_as, |encoder, later| encoder.incarnation((who.0, later)));
    }

    fn new(who: (ProcessId, u32)) -> Fate {
        Fate {
            who,
            bits: 0,
            masks: 0,
            is_stopped: false,
            is_listed: true,
            falls_with_host: false,
            order: 0,
            class: 0,
            registration: None,
            was_elevated: false,
            was_young: false,
            restarted_as: None,
            dependents: Vec::new(),
        }
    }

    /// Whether the session stopped it, be it restarted since or not.
    pub(crate) fn was_stopped(&self) -> bool {
        self.bits & (ApplicationStatus::STOPPED.0 | ApplicationStatus::RESTARTED.0) != 0
    }
}

impl History {
    pub(crate) fn encode(&self, encoder: &mut Encoder<'_>) {
        // The next order is behind all that are, whatever its number.
        let History { fates, seen_services, stopped: _, shutdown, restart } = self;
        let mut fates: Vec<(&Subject, &Fate)> = fates.iter().collect();
        if let Some(names) = encoder.names() {
            fates.sort_unstable_by_key(|(subject, _)| match **subject {
                Subject::Process(process, number) => Subject::Process(names.process(process), number),
                Subject::Service(service) => Subject::Service(service),
            });
        }
        encoder.each(fates.iter(), |encoder, (subject, fate)| {
            subject.encode(encoder);
            fate.encode(encoder);
        });
        encoder.ranks(fates.iter().map(|(_, fate)| fate.order));
        encoder.value(&(seen_services, shutdown, restart));
    }

    /// Whether the session stopped somebody, be it restarted since or not.
    pub(crate) fn has_stopped(&self, subject: Subject) -> bool {
        self.fate(subject).is_some_and(Fate::was_stopped)
    }

    pub(crate) fn fate(&self, subject: Subject) -> Option<&Fate> {
        self.fates.get(&subject)
    }

    pub(crate) fn fate_mut(&mut self, subject: Subject, who: (ProcessId, u32)) -> &mut Fate {
        self.fates.entry(subject).or_insert_with(|| Fate::new(who))
    }

    /// Whether nothing was done to anybody yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.fates.is_empty()
    }
}

impl Machine {
    /// Notes that a session stopped somebody, in this class.
    pub(crate) fn note_stopped(
        &mut self,
        session: SessionId,
        (who, service): ((ProcessId, u32), Option<ServiceId>),
        class: u8,
        context: &mut Context<'_>,
    ) {
        let subject = Subject::of(who, service);
        let state = *self.processes[who.0.index()];
        let accumulates = self.profile.answer::<StatusBits>(context.choices) == StatusBits::Accumulate;
        let history = &mut self.sessions.get_mut(session).history;
        history.stopped += 1;
        let order = history.stopped;
        let fate = history.fate_mut(subject, who);
        fate.who = who;
        fate.bits = ApplicationStatus::STOPPED.0 | if accumulates { fate.bits } else { 0 };
        fate.is_stopped = true;
        fate.order = order;
        fate.class = class;
        fate.restarted_as = None;
        if service.is_none() {
            fate.registration = state.registration;
            fate.was_elevated = state.is_elevated;
            fate.was_young = state.is_young;
        }
        context.apply_all(&[rule::SHUTDOWN_WRITES_STATUS, rule::STATUS_TELLS_HISTORY]);
    }

    /// Notes that somebody could not be stopped.
    pub(crate) fn note_not_stopped(
        &mut self,
        session: SessionId,
        (who, service): ((ProcessId, u32), Option<ServiceId>),
        context: &mut Context<'_>,
    ) {
        let history = &mut self.sessions.get_mut(session).history;
        history.fate_mut(Subject::of(who, service), who).bits |= ApplicationStatus::ERROR_ON_STOP.0;
        context.apply_all(&[rule::SHUTDOWN_WRITES_STATUS, rule::STATUS_TELLS_HISTORY]);
    }

    /// Notes that a session restarted somebody.
    pub(crate) fn note_restarted(&mut self, session: SessionId, subject: Subject, context: &mut Context<'_>) {
        let accumulates = self.profile.answer::<StatusBits>(context.choices) == StatusBits::Accumulate;
        let Some(fate) = self.sessions.get_mut(session).history.fates.get_mut(&subject) else { return };
        fate.bits = ApplicationStatus::RESTARTED.0 | if accumulates { fate.bits } else { 0 };
        fate.is_stopped = false;
        fate.restarted_as = Some(self.processes[fate.who.0.index()].incarnation);
        context.apply_all(&[rule::RESTART_UPDATES_STATUS, rule::STATUS_TELLS_HISTORY]);
    }

    /// Notes that somebody could not be restarted.
    pub(crate) fn note_not_restarted(
        &mut self,
        session: SessionId,
        subject: Subject,
        context: &mut Context<'_>,
    ) {
        context.apply(rule::RESTART_UPDATES_STATUS);
        if let Some(fate) = self.sessions.get_mut(session).history.fates.get_mut(&subject) {
            fate.bits |= ApplicationStatus::ERROR_ON_RESTART.0;
        }
    }

    /// Notes that somebody was passed over who is stopped (U-52).
    pub(crate) fn note_skipped(&mut self, session: SessionId, subject: Subject, context: &mut Context<'_>) {
        match self.profile.answer(context.choices) {
            SkippedStatus::Stopped => {}
            SkippedStatus::ErrorOnRestart => self.note_not_restarted(session, subject, context),
        }
    }

    /// The bits that a filter shows (FILT-32).
    pub(crate) fn mask_bits(&mut self, mask: Option<Mask>, context: &mut Context<'_>) -> u32 {
        let Some(mask) = mask else { return 0 };
        context.apply(rule::FILTER_STATUS_BITS);
        match mask {
            Mask::NoRestart => ApplicationStatus::RESTART_MASKED.0,
            Mask::NoShutdown => match self.profile.answer(context.choices) {
                NoShutdownBits::ShutdownMasked => ApplicationStatus::SHUTDOWN_MASKED.0,
                NoShutdownBits::Both => {
                    ApplicationStatus::SHUTDOWN_MASKED.0 | ApplicationStatus::RESTART_MASKED.0
                }
            },
        }
    }
}
