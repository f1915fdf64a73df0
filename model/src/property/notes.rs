//! What the monitor keeps in mind: no more than later verdicts need.

use std::hash::Hash;

use super::affected::has_to_do_with;
use crate::call::{Call, CallId, FilterTarget, SessionHandle, SessionKey};
use crate::event::Event;
use crate::reuse::clone_by_field;
use crate::world::{InstallerId, PathId, ProcessId, ServiceId, World};
use crate::writer::Writer;

/// An application: a process, or a service with its host.
pub(super) type Who = (ProcessId, Option<ServiceId>);

/// A process, as what came out tells of it.
#[derive(Clone, Debug)]
pub(super) struct ProcessNote {
    /// Not known of hosts of services.
    pub(super) is_running: bool,
    /// Whether it ran at all.
    pub(super) has_run: bool,
    /// How often it started again; ids tell incarnations apart by it, so it is compared and never encoded.
    pub(super) incarnation: u32,
    /// Whether it is the process that the world describes, and not a later one.
    pub(super) is_first: bool,
    pub(super) registration: Registration,
    /// Whether it closed a file since it started.
    pub(super) has_closed: bool,
    /// Whether an earlier incarnation was told to stop: a restart may mean that one.
    pub(super) has_predecessor: bool,
}

/// What is known of a registration for restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Registration {
    /// There is none.
    None,
    /// There is one, with these flags.
    Of(u32),
    /// There may be one: the program made it while it was asked, or an open question decides.
    Unclear,
}

/// A session whose starter lives.
#[derive(Debug)]
pub(super) struct SessionNote {
    pub(super) key: SessionKey,
    /// The process that started it.
    pub(super) owner: ProcessId,
    /// Its number in records.
    pub(super) number: Option<u32>,
    pub(super) files: Vec<PathId>,
    /// Processes with their incarnation, where it ran when it was registered.
    pub(super) processes: Vec<(ProcessId, Option<u32>)>,
    pub(super) services: Vec<ServiceId>,
    /// Whether somebody tried to register anything.
    pub(super) is_used: bool,
    /// Whether it is unclear what a registration left behind.
    pub(super) is_blurred: bool,
    /// In the order of their addition.
    pub(super) filters: Vec<FilterNote>,
    pub(super) has_shut_down: bool,
    /// Whether a restart was under way of which somebody can have been meant.
    pub(super) has_restarted: bool,
    /// Whether nobody could be told apart who was told by its calls from who was told by others'.
    pub(super) was_shared: bool,
    /// Who was told to end by its calls, or left while they asked.
    pub(super) told: Vec<Who>,
    /// Whom its lists named, or can name for having been seen, though nothing that is registered says so.
    pub(super) named: Vec<ProcessId>,
}

clone_by_field!(SessionNote {
    key,
    owner,
    number,
    files,
    processes,
    services,
    is_used,
    is_blurred,
    filters,
    has_shut_down,
    has_restarted,
    was_shared,
    told,
    named
});

/// A filter of a session.
#[derive(Clone, Copy, Debug)]
pub(super) struct FilterNote {
    pub(super) target: FilterTarget,
    /// The process of this world that it names, with its incarnation.
    pub(super) process: Option<(ProcessId, u32)>,
    pub(super) action: u32,
}

/// A handle that a process holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct HandleNote {
    pub(super) process: ProcessId,
    pub(super) number: SessionHandle,
    pub(super) standing: Standing,
}

/// What a handle stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Standing {
    Starter(SessionKey),
    Joined(SessionKey),
    /// A session that its starter ended.
    Ended,
    /// It cannot be told: the starter died.
    Unclear,
}

impl Standing {
    pub(super) fn key(self) -> Option<SessionKey> {
        match self {
            Standing::Starter(key) | Standing::Joined(key) => Some(key),
            Standing::Ended | Standing::Unclear => None,
        }
    }
}

/// A call that is under way.
#[derive(Debug)]
pub(super) struct CallNote {
    pub(super) id: CallId,
    pub(super) by: InstallerId,
    /// `None`: it is not one of the Restart Manager's functions.
    pub(super) call: Option<Call>,
    pub(super) key: Option<SessionKey>,
    /// Whether its turn has come.
    pub(super) has_begun: bool,
    /// Whether another operation ran beside it, whose effects cannot be told from its own.
    pub(super) is_shared: bool,
    /// Whether what it works on changed meanwhile.
    pub(super) is_disturbed: bool,
    pub(super) percent: Option<u8>,
    pub(super) was_cancelled: bool,
    /// Who was told to stop, or asked.
    pub(super) told: Vec<ProcessId>,
    /// Which programs started meanwhile.
    pub(super) started: Vec<ProcessId>,
    /// The furthest class in the order of its kind.
    pub(super) class: Option<u8>,
    pub(super) has_refusal: bool,
    pub(super) has_ended: bool,
    pub(super) has_failed: bool,
    pub(super) has_reboot_record: bool,
}

clone_by_field!(CallNote {
    id,
    by,
    call,
    key,
    has_begun,
    is_shared,
    is_disturbed,
    percent,
    was_cancelled,
    told,
    started,
    class,
    has_refusal,
    has_ended,
    has_failed,
    has_reboot_record
});

impl CallNote {
    pub(super) fn encode(&self, bytes: &mut Writer<'_>) {
        let CallNote {
            id,
            by,
            call,
            key,
            has_begun,
            is_shared,
            is_disturbed,
            percent,
            was_cancelled,
            told,
            started,
            class,
            has_refusal,
            has_ended,
            has_failed,
            has_reboot_record,
        } = self;
        (id, by, call, key, percent, class).hash(bytes);
        (has_begun, is_shared, is_disturbed, was_cancelled).hash(bytes);
        (has_refusal, has_ended, has_failed, has_reboot_record).hash(bytes);
        bytes.sorted(told, |names, process| names.process(*process));
        bytes.sorted(started, |names, process| names.process(*process));
    }

    pub(super) fn shutdown_flags(&self) -> Option<u32> {
        match &self.call {
            Some(Call::Shutdown(arguments)) => Some(arguments.flags),
            _ => None,
        }
    }

    pub(super) fn is_shutdown(&self) -> bool {
        self.shutdown_flags().is_some()
    }

    pub(super) fn is_restart(&self) -> bool {
        matches!(self.call, Some(Call::Restart(_)))
    }

    pub(super) fn has_callback(&self) -> bool {
        match &self.call {
            Some(Call::Shutdown(arguments)) => arguments.has_callback,
            Some(Call::Restart(arguments)) => arguments.has_callback,
            _ => false,
        }
    }
}

impl ProcessNote {
    pub(super) fn first(world: &World, process: ProcessId) -> ProcessNote {
        let facts = &world.processes()[process.index()];
        ProcessNote {
            is_running: facts.running,
            has_run: facts.running,
            incarnation: 0,
            is_first: true,
            registration: Registration::of_start(world, process),
            has_closed: false,
            has_predecessor: false,
        }
    }

    /// It starts again as the world describes it.
    pub(super) fn start(&mut self, world: &World, process: ProcessId) {
        self.is_first &= !self.has_run;
        self.incarnation = self.incarnation.wrapping_add(u32::from(self.has_run));
        self.is_running = true;
        self.has_run = true;
        self.registration = Registration::of_start(world, process);
        self.has_closed = false;
    }

    pub(super) fn encode(&self, bytes: &mut Writer<'_>) {
        let flags = [self.is_running, self.has_run, self.is_first, self.has_closed, self.has_predecessor];
        (flags, self.registration).hash(bytes);
    }
}

impl Registration {
    /// The registration that a process makes as it starts.
    fn of_start(world: &World, process: ProcessId) -> Registration {
        let restart = world.processes()[process.index()].restart;
        restart.map_or(Registration::None, |restart| Registration::Of(restart.flags))
    }
}

impl SessionNote {
    pub(super) fn new(key: SessionKey, owner: ProcessId, number: Option<u32>) -> SessionNote {
        SessionNote {
            key,
            owner,
            number,
            files: Vec::new(),
            processes: Vec::new(),
            services: Vec::new(),
            is_used: false,
            is_blurred: false,
            filters: Vec::new(),
            has_shut_down: false,
            has_restarted: false,
            was_shared: false,
            told: Vec::new(),
            named: Vec::new(),
        }
    }

    /// Encodes it with ids and incarnations as what they are to those that live.
    pub(super) fn encode(&self, processes: &[ProcessNote], bytes: &mut Writer<'_>) {
        (self.key, self.owner, self.number, &self.services).hash(bytes);
        bytes.sorted(&self.files, |names, path| names.path(*path));
        let relation =
            |process: ProcessId, incarnation: u32| incarnation.cmp(&processes[process.index()].incarnation);
        let known = self.processes.iter().map(|(process, incarnation)| {
            (*process, incarnation.map(|incarnation| relation(*process, incarnation)))
        });
        let known: Vec<_> = known.collect();
        bytes.sorted(&known, |names, (process, relation)| (names.process(*process), *relation));
        let flags = [self.is_used, self.is_blurred, self.has_shut_down, self.has_restarted, self.was_shared];
        (flags, self.filters.len()).hash(bytes);
        bytes.sorted(&self.told, |names, (process, service)| (names.process(*process), *service));
        bytes.sorted(&self.named, |names, process| names.process(*process));
        for FilterNote { target, process, action } in &self.filters {
            (target.module, target.service, action).hash(bytes);
            match process {
                Some((process, incarnation)) => (true, process, relation(*process, *incarnation)).hash(bytes),
                None => (false, target.process).hash(bytes),
            }
        }
    }
}

impl SessionNote {
    /// Somebody was told to end by its calls, or left while they asked.
    pub(super) fn note_told(&mut self, who: Who, restarts: bool) {
        include(&mut self.told, who);
        self.has_restarted |= restarts;
    }

    /// A list named somebody, or can.
    pub(super) fn note_named(&mut self, world: &World, process: ProcessId) {
        if !has_to_do_with(world, self, process) {
            include(&mut self.named, process);
        }
    }
}

/// Adds an item to a sorted list of different ones.
pub(super) fn include<T: Ord>(list: &mut Vec<T>, item: T) {
    if let Err(place) = list.binary_search(&item) {
        list.insert(place, item);
    }
}

/// Whether an event changes who uses which file.
pub(super) fn changes_uses(event: &Event) -> bool {
    matches!(event, Event::Open(..) | Event::Close(..) | Event::Start { .. })
}
