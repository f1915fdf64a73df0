//! The monitor: it takes note of each step, and hands it to the laws.

use std::hash::Hash as _;

use super::notes::{CallNote, HandleNote, ProcessNote, SessionNote, Standing, Who, changes_uses, include};
use super::table::Law;
use super::{Broken, Court, PropertySet};
use crate::act::Act;
use crate::call::{CallId, SessionHandle, SessionKey};
use crate::changes::Tracked;
use crate::event::Event;
use crate::fault::Fault;
use crate::happening::{Left, Message, Started};
use crate::machine::Input;
use crate::observed::Output;
use crate::profile::Profile;
use crate::renaming::Renaming;
use crate::world::{InstallerId, PathId, ProcessId, ServiceId, World};
use crate::writer::Writer;

/// Follows one run by what goes in and comes out, and holds it against every law.
///
/// It keeps no history: what it knows of a session goes with the session, and what it knows of a call with the call.
///
/// ```
/// use rstmgr_model::*;
///
/// let world = World::new();
/// let profile = Profile::windows_11();
/// let mut machine = Machine::new(world, profile);
/// let mut monitor = Monitor::new(machine.world(), &profile);
/// let mut observed = Observed::default();
/// let input = Input::Event(Event::Reboot);
/// machine.step(&input, &mut FirstOption, &mut observed);
/// let broken = monitor.watch(machine.world(), machine.profile(), &input, &observed.outputs);
/// assert!(broken.is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Monitor {
    /// By process.
    pub(super) processes: Tracked<Vec<ProcessNote>>,
    /// By service: whether it runs, as far as can be seen.
    pub(super) services: Tracked<Vec<bool>>,
    /// By key.
    pub(super) sessions: Tracked<Vec<SessionNote>>,
    /// By process and number.
    pub(super) handles: Tracked<Vec<HandleNote>>,
    /// In the order in which they were made.
    pub(super) calls: Tracked<Vec<CallNote>>,
    /// Which process opened which file since it started; ascending.
    pub(super) opened: Tracked<Vec<(ProcessId, PathId)>>,
    /// The services that installers asked to start, and that may wait for others; ascending.
    pub(super) requested: Tracked<Vec<ServiceId>>,
    /// Ascending.
    pub(super) faults: Tracked<Vec<Fault>>,
    /// Whose registry mutex is held, by an installer of that user.
    pub(super) mutex: Tracked<Option<InstallerId>>,
    /// Whether a file was replaced, removed or put back.
    pub(super) has_changed_files: Tracked<bool>,
    /// How many sessions the processes left open that ended in this step.
    pub(super) left_open: u32,
    reached: PropertySet,
}

impl Monitor {
    /// Follows a machine in this world on which nothing happened yet.
    pub fn new(world: &World, _profile: &Profile) -> Monitor {
        let processes = world.numbered_processes().map(|(process, _)| ProcessNote::first(world, process));
        let runs = |process: ProcessId| world.processes()[process.index()].running;
        let services = world.services().iter().map(|each| runs(each.process) && !each.is_disabled);
        Monitor {
            processes: Tracked::new(processes.collect()),
            services: Tracked::new(services.collect()),
            sessions: Tracked::default(),
            handles: Tracked::default(),
            calls: Tracked::default(),
            opened: Tracked::default(),
            requested: Tracked::default(),
            faults: Tracked::default(),
            mutex: Tracked::default(),
            has_changed_files: Tracked::default(),
            left_open: 0,
            reached: PropertySet::default(),
        }
    }

    /// Takes note of a step: what went in, and all that it let out; returns what broke which law.
    ///
    /// `profile` is the machine's, as far as it is answered by now; a law is held against what every possible answer
    /// demands.
    pub fn watch(
        &mut self,
        world: &World,
        profile: &Profile,
        input: &Input,
        outputs: &[Output],
    ) -> Vec<Broken> {
        let mut court = Court { world, profile, reached: self.reached, broken: Vec::new() };
        self.left_open = 0;
        self.begin(world, input);
        for (place, output) in outputs.iter().enumerate() {
            self.hear(&mut court, input, outputs, place, output);
        }
        self.judge_step(&mut court, input, outputs);
        self.reached = court.reached;
        court.broken
    }

    /// Takes the monitor as unchanged from now on, for [`Monitor::undo_changes`] and [`Monitor::is_changed`].
    pub fn forget_changes(&mut self) {
        self.processes.forget();
        self.services.forget();
        self.sessions.forget();
        self.handles.forget();
        self.calls.forget();
        self.opened.forget();
        self.requested.forget();
        self.faults.forget();
        self.mutex.forget();
        self.has_changed_files.forget();
    }

    /// Takes back every step since the changes were forgotten: `source` is what the monitor was equal to then.
    pub fn undo_changes(&mut self, source: &Monitor) {
        self.processes.undo(&source.processes);
        self.services.undo(&source.services);
        self.sessions.undo(&source.sessions);
        self.handles.undo(&source.handles);
        self.calls.undo(&source.calls);
        self.opened.undo(&source.opened);
        self.requested.undo(&source.requested);
        self.faults.undo(&source.faults);
        self.mutex.undo(&source.mutex);
        self.has_changed_files.undo(&source.has_changed_files);
        self.left_open = source.left_open;
        self.reached = source.reached;
    }

    /// Whether what [`Monitor::encode`] says may have changed since the changes were forgotten; if not, it did not.
    pub fn is_changed(&self) -> bool {
        self.processes.is_changed()
            || self.services.is_changed()
            || self.sessions.is_changed()
            || self.handles.is_changed()
            || self.calls.is_changed()
            || self.opened.is_changed()
            || self.requested.is_changed()
            || self.faults.is_changed()
            || self.mutex.is_changed()
            || self.has_changed_files.is_changed()
    }

    /// The laws whose situation occurred so far, among those that hold here: what never applied is not in it.
    pub fn reached(&self) -> PropertySet {
        self.reached
    }

    /// Appends the monitor's state in canonical bytes: two monitors of one world with equal bytes judge every future
    /// alike, in which processes that start again are known by what they are to each other.
    ///
    /// What was [`reached`](Monitor::reached) is no part of it.
    pub fn encode(&self, bytes: &mut Vec<u8>) {
        self.write(&mut Writer::new(bytes, None));
    }

    /// The same as if everything stood in the place that `names` says; see [`Machine::encode_renamed`].
    ///
    /// [`Machine::encode_renamed`]: crate::Machine::encode_renamed
    pub fn encode_renamed(&self, names: &Renaming, bytes: &mut Vec<u8>) {
        self.write(&mut Writer::new(bytes, Some(names)));
    }

    fn write(&self, bytes: &mut Writer<'_>) {
        for process in (0..).map(ProcessId).take(self.processes.len()) {
            let process = bytes.names().map_or(process, |names| names.old_process(process));
            self.processes[process.index()].encode(bytes);
        }
        (*self.services).hash(bytes);
        bytes.sorted(&self.handles, |names, handle| HandleNote {
            process: names.process(handle.process),
            ..handle.clone()
        });
        bytes.count(self.calls.len());
        self.calls.iter().for_each(|call| call.encode(bytes));
        bytes.sorted(&self.opened, |names, (process, path)| (names.process(*process), names.path(*path)));
        (&*self.requested, &*self.faults).hash(bytes);
        (*self.mutex, *self.has_changed_files, self.sessions.len()).hash(bytes);
        for session in self.sessions.iter() {
            session.encode(&self.processes, bytes);
        }
    }

    /// What an input changes by itself.
    fn begin(&mut self, world: &World, input: &Input) {
        match input {
            Input::Event(event) => {
                if changes_uses(event) {
                    self.calls.iter_mut().for_each(|call| call.is_disturbed = true);
                }
                match *event {
                    Event::Open(process, path) => include(&mut self.opened, (process, path)),
                    Event::Close(process, _) => self.processes[process.index()].has_closed = true,
                    Event::Fault { fault, active: true } => include(&mut self.faults, fault),
                    Event::Fault { fault, active: false } => self.faults.retain(|other| *other != fault),
                    Event::RegistryMutex { held, of, handle } => {
                        *self.mutex = (held && handle.is_none()).then_some(of);
                        self.faults.retain(|fault| *fault != Fault::RegistryMutexHeld);
                        if held {
                            include(&mut self.faults, Fault::RegistryMutexHeld);
                        }
                    }
                    // A program that was started through redirection uses other files than the world says.
                    Event::Start { process, launch: Some(_) } => {
                        *self.has_changed_files |= !world.processes()[process.index()].uses.is_empty();
                    }
                    _ => {}
                }
            }
            Input::Registration(_) => self.calls.iter_mut().for_each(|call| call.is_disturbed = true),
            Input::Act { act, .. } => {
                if let Act::StartService(service) = *act {
                    include(&mut self.requested, service);
                }
                *self.has_changed_files |= matches!(
                    act,
                    Act::ReplaceFile(_)
                        | Act::RemoveFile(_)
                        | Act::RestoreFile(_)
                        | Act::ScheduleReplacement(_)
                );
            }
            _ => {}
        }
    }

    /// Takes note of one output and judges it.
    fn hear(
        &mut self,
        court: &mut Court<'_>,
        input: &Input,
        outputs: &[Output],
        place: usize,
        output: &Output,
    ) {
        match output {
            Output::Reply(reply) => self.replied(court, input, *reply, outputs, &outputs[place + 1..]),
            Output::Pending(id) => self.pending(court, input, *id, &outputs[..place]),
            Output::Returned(id, reply) => {
                self.returned(court, (*id, *reply), outputs, &outputs[place + 1..]);
            }
            Output::Abandoned(id) => {
                self.end_call(court, *id);
            }
            Output::Status(id, percent) => self.judge_percent(court, *id, *percent),
            Output::Told(told) => self.judge_told(court, input, told),
            Output::Left(left) => self.note_left(court.world, *left),
            Output::Started(started) => {
                self.judge_started(court, started);
                self.note_started(court.world, *started);
            }
            Output::LeftOpen(count) => self.judge_left_open(court, *count),
            Output::Logged(record) => self.judge_record(court, record),
            Output::Result(result) => self.judge_registration(court, input, *result),
            _ => {}
        }
    }

    fn note_left(&mut self, world: &World, left: Left) {
        // Who was seen while it ran can stay on lists, whether or not a list wrote its entry.
        for place in 0..self.sessions.len() {
            if self.may_be_affected(world, &self.sessions[place], left.process) {
                self.sessions[place].note_named(world, left.process);
            }
        }
        let asked =
            |call: &&CallNote| call.has_begun && call.is_shutdown() && call.told.contains(&left.process);
        let keys: Vec<_> = self.calls.iter().filter(asked).map(|call| call.key).collect();
        if !keys.is_empty() {
            self.note_told((left.process, left.service), &keys);
        }
        if let Some(service) = left.service {
            self.services[service.index()] = false;
            // Whether the host exited is not said; what it held cannot be told.
            for handle in self.handles.iter_mut() {
                if handle.process == left.process {
                    handle.standing = Standing::Unclear;
                }
            }
        } else {
            self.processes[left.process.index()].is_running = false;
            self.handles.retain(|handle| handle.process != left.process);
        }
        let before = self.sessions.len();
        self.sessions.retain(|session| session.owner != left.process);
        self.left_open += u32::try_from(before - self.sessions.len()).unwrap_or(u32::MAX);
        let sessions = &self.sessions;
        for handle in self.handles.iter_mut() {
            let is_gone = |key| !sessions.iter().any(|session: &SessionNote| session.key == key);
            if handle.standing.key().is_some_and(is_gone) {
                handle.standing = Standing::Unclear;
            }
        }
    }

    fn note_started(&mut self, world: &World, started: Started) {
        if let Some(service) = started.service {
            self.requested.retain(|requested| *requested != service);
            self.services[service.index()] = true;
            return;
        }
        self.opened.retain(|(process, _)| *process != started.process);
        let was_told = self.sessions.iter().any(|session| session.told.contains(&(started.process, None)));
        let note = &mut self.processes[started.process.index()];
        note.start(world, started.process);
        note.has_predecessor = was_told;
        for call in self.calls.iter_mut() {
            include(&mut call.started, started.process);
        }
    }

    /// Somebody is told to end by calls on the sessions with these keys, or leaves while they ask.
    pub(super) fn note_told(&mut self, who: Who, keys: &[Option<SessionKey>]) {
        let is_unclear = self.has_unclear_operation();
        let restarts = self.calls.iter().filter(|call| call.has_begun && call.is_restart());
        let restarts: Vec<_> = restarts.map(|call| call.key).collect();
        for session in self.sessions.iter_mut() {
            let key = Some(session.key);
            if is_unclear || keys.contains(&key) {
                session.note_told(who, is_unclear || restarts.contains(&key));
            }
        }
    }

    /// What somebody is told makes it register for restart.
    pub(super) fn note_asked(&mut self, world: &World, process: ProcessId, what: Message) {
        let registers = world.processes()[process.index()].behavior.registers_in_query.is_some();
        if registers && matches!(what, Message::Query { .. }) {
            self.processes[process.index()].registration = super::notes::Registration::Unclear;
        }
    }

    /// The session with this key.
    pub(super) fn session(&self, key: SessionKey) -> Option<&SessionNote> {
        self.sessions.iter().find(|session| session.key == key)
    }

    pub(super) fn session_mut(&mut self, key: SessionKey) -> Option<&mut SessionNote> {
        self.sessions.iter_mut().find(|session| session.key == key)
    }

    /// What a handle stands for in the process of an installer.
    pub(super) fn standing(&self, process: ProcessId, number: SessionHandle) -> Option<Standing> {
        let is_it = |handle: &&HandleNote| (handle.process, handle.number) == (process, number);
        self.handles.iter().find(is_it).map(|handle| handle.standing)
    }

    pub(super) fn call(&self, id: CallId) -> Option<&CallNote> {
        self.calls.iter().find(|call| call.id == id)
    }

    /// Whether nothing is wrong with the surroundings.
    pub(super) fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// Whether nothing is under way on a session.
    pub(super) fn is_idle(&self, key: SessionKey) -> bool {
        !self.calls.iter().any(|call| call.key == Some(key))
    }

    /// Whether an operation runs of which it is unclear for which session.
    pub(super) fn has_unclear_operation(&self) -> bool {
        self.calls.iter().any(|call| {
            let is_operation = call.is_shutdown() || call.is_restart();
            is_operation && call.has_begun && call.key.is_none_or(|key| self.session(key).is_none())
        })
    }

    /// The shutdowns to which something can be due.
    pub(super) fn shutdowns(&self) -> impl Iterator<Item = &CallNote> {
        self.calls.iter().filter(|call| call.has_begun && call.is_shutdown())
    }

    /// A law that is about somebody who is told: broken if no shutdown allows it.
    pub(super) fn demand_of_some(
        &self,
        court: &mut Court<'_>,
        law: Law,
        who: Who,
        allows: impl Fn(&CallNote, &SessionNote) -> bool,
        what: &str,
    ) {
        if self.has_unclear_operation() {
            return;
        }
        let mut known = self.shutdowns().filter_map(|call| Some((call, self.session(call.key?)?))).peekable();
        if known.peek().is_some() {
            court.demand(law, known.any(|(call, session)| allows(call, session)), || {
                format!("{who:?} {what}")
            });
        }
    }
}

/// The process of an installer.
pub(super) fn process_of(world: &World, by: InstallerId) -> ProcessId {
    world.installers()[by.index()].process
}

#[cfg(test)]
mod tests;
