//! The machine: the state of one Windows as far as the Restart Manager goes, and the step that changes it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::act::{Act, RegistrationCall};
use crate::call::{Call, CallId, Reply, SessionHandle, SessionKey};
use crate::changes::{SharedProfile, Tracked};
use crate::choices::{ChoicePoint, Choices};
use crate::event::{ChangedUse, Event};
use crate::fault::{Fault, Faults};
#[cfg(feature = "flaws")]
use crate::flaw::Flaw;
use crate::observed::{Observed, Output, TimerId};
use crate::operation::Calls;
use crate::process::ProcessState;
use crate::profile::Profile;
use crate::replacement::ChangedFile;
use crate::reuse::clone_by_field;
use crate::rule::Rule;
use crate::service_control::{ServiceState, ServiceStatus};
use crate::session::{HandleEntry, Sessions};
use crate::system_shutdown::Power;
use crate::timer::Timers;
use crate::world::{FileId, InstallerId, ProcessId, ServiceId, World};

/// One thing that happens to a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// An installer calls the Restart Manager.
    Call {
        /// Who calls.
        by: InstallerId,
        /// What.
        call: Call,
        /// The call inside whose status callback it is made, if it is.
        inside: Option<CallId>,
    },
    /// An installer does something else.
    Act {
        /// Who.
        by: InstallerId,
        /// What.
        act: Act,
    },
    /// An application uses the registration for restart.
    Registration(RegistrationCall),
    /// Something happens in the world.
    Event(Event),
    /// The time of a timer has come; nothing happens if it is not set.
    Due(TimerId),
    /// Somebody looks at the session database of an installer's user.
    Database {
        /// Whose user's.
        of: InstallerId,
    },
}

/// The state of one Windows as far as the Restart Manager goes.
///
/// The world is shared among machines; everything else is small and flat, so that a clone is cheap.
#[derive(Debug)]
pub struct Machine {
    pub(crate) world: Arc<World>,
    pub(crate) profile: SharedProfile,
    pub(crate) sessions: Sessions,
    /// Ordered by process and number.
    pub(crate) handles: Tracked<Vec<HandleEntry>>,
    /// By process.
    pub(crate) processes: Vec<Tracked<ProcessState>>,
    /// By service.
    pub(crate) services: Tracked<Vec<ServiceState>>,
    pub(crate) timers: Tracked<Timers>,
    /// The calls that are under way.
    pub(crate) calls: Tracked<Calls>,
    /// By installer: whether its thread switched file system redirection off (WOW64-05).
    pub(crate) redirection_off: Tracked<Vec<bool>>,
    /// Where the use of files differs from how processes start, in the order of the changes.
    pub(crate) changed_uses: Tracked<Vec<ChangedUse>>,
    /// What became of files, by the one file behind all names.
    pub(crate) files: Tracked<BTreeMap<FileId, ChangedFile>>,
    pub(crate) power: Tracked<Power>,
    pub(crate) faults: Tracked<Faults>,
    /// The next handle, where handles are never reused.
    pub(crate) next_handle: Tracked<u32>,
    pub(crate) flaw: Planted,
}

/// The mistake that is planted in a machine, where mistakes are compiled in.
#[cfg(feature = "flaws")]
pub(crate) type Planted = Option<Flaw>;
#[cfg(not(feature = "flaws"))]
pub(crate) type Planted = ();

clone_by_field!(Machine {
    shared world,
    profile,
    sessions,
    handles,
    processes,
    services,
    timers,
    calls,
    redirection_off,
    changed_uses,
    files,
    power,
    faults,
    next_handle,
    flaw,
});

/// What a step works with beside the machine.
pub(crate) struct Context<'a> {
    pub(crate) choices: &'a mut dyn Choices,
    pub(crate) observed: &'a mut Observed,
    /// The call that is answered, if it has been under way for a while.
    pub(crate) answering: Option<CallId>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(choices: &'a mut dyn Choices, observed: &'a mut Observed) -> Context<'a> {
        Context { choices, observed, answering: None }
    }
}

impl Context<'_> {
    /// Reports that `rule` applied.
    #[inline]
    pub(crate) fn apply(&mut self, rule: Rule) {
        self.observed.rules.insert(rule);
    }

    /// Reports that all of `rules` applied.
    pub(crate) fn apply_all(&mut self, rules: &[Rule]) {
        rules.iter().for_each(|rule| self.apply(*rule));
    }

    pub(crate) fn emit(&mut self, output: Output) {
        self.observed.outputs.push(output);
    }

    /// Answers the call.
    pub(crate) fn reply(&mut self, reply: Reply) {
        self.emit(match self.answering {
            None => Output::Reply(reply),
            Some(call) => Output::Returned(call, reply),
        });
    }
}

impl Machine {
    /// A machine on which nobody has called the Restart Manager yet.
    ///
    /// `world` is final but for further paths and names, which [`Machine::world_mut`] can add.
    pub fn new(mut world: World, profile: Profile) -> Machine {
        world.settle();
        let services = world.services.iter();
        let services = services
            .map(|service| ServiceState::first(service, world.processes[service.process.index()].running))
            .collect();
        Machine {
            profile: SharedProfile::new(profile),
            sessions: Sessions::default(),
            handles: Tracked::default(),
            processes: world.processes.iter().map(ProcessState::first).map(Tracked::new).collect(),
            services: Tracked::new(services),
            timers: Tracked::default(),
            calls: Tracked::default(),
            redirection_off: Tracked::new(vec![false; world.installers.len()]),
            changed_uses: Tracked::default(),
            files: Tracked::default(),
            power: Tracked::default(),
            faults: Tracked::default(),
            next_handle: Tracked::default(),
            flaw: Planted::default(),
            world: Arc::new(world),
        }
    }

    /// The same machine with a planted mistake.
    #[cfg(feature = "flaws")]
    #[must_use]
    pub fn with_flaw(mut self, flaw: Flaw) -> Machine {
        self.flaw = Some(flaw);
        self
    }

    /// Applies `input`, asking `choices` wherever the facts allow more than one outcome, and appends to
    /// `observed` what can be seen of it and the rules that applied.
    ///
    /// # Panics
    ///
    /// If `input` names a part of another world.
    pub fn step(&mut self, input: &Input, choices: &mut (dyn Choices + '_), observed: &mut Observed) {
        let mut context = Context::new(choices, observed);
        match input {
            Input::Call { by, call, inside } => {
                if self.admit(*by, call, *inside, &mut context) {
                    self.call(*by, call, *inside, &mut context);
                }
            }
            Input::Act { by, act } => self.act(*by, *act, &mut context),
            Input::Registration(call) => self.registration_call(*call, &mut context),
            Input::Due(timer) => self.due(*timer, &mut context),
            Input::Event(event) => self.happen(event, &mut context),
            Input::Database { of } => self.show_database(*of, &mut context),
        }
    }

    /// Makes a call that need not wait.
    pub(crate) fn call(
        &mut self,
        by: InstallerId,
        call: &Call,
        inside: Option<CallId>,
        context: &mut Context<'_>,
    ) {
        match call {
            Call::StartSession(arguments) => self.start_session(by, arguments, context),
            Call::JoinSession { null_handle, key } => self.join_session(by, *null_handle, *key, context),
            Call::EndSession { handle } => self.end_session(by, *handle, context),
            Call::RegisterResources(arguments) => self.register_resources(by, arguments, context),
            Call::GetList(arguments) => self.get_list(by, arguments, context),
            Call::Shutdown(arguments) => self.shutdown(by, arguments, context),
            Call::Restart(arguments) => self.restart(by, arguments, context),
            Call::CancelCurrentTask { handle } => self.cancel_current_task(by, *handle, inside, context),
            Call::AddFilter { handle, target, action } => {
                self.add_filter(by, *handle, target, *action, context);
            }
            Call::RemoveFilter { handle, target } => self.remove_filter(by, *handle, target, context),
            Call::GetFilterList(arguments) => self.get_filter_list(by, arguments, context),
        }
    }

    /// The surroundings.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The surroundings, to add paths, texts and names that were not known before; cloned first if other
    /// machines share them.
    pub fn world_mut(&mut self) -> &mut World {
        Arc::make_mut(&mut self.world)
    }

    /// The answers to the open questions, as far as they are settled by now.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Takes another profile, for the questions that have not been asked yet; what earlier answers led to stays.
    pub fn set_profile(&mut self, profile: Profile) {
        self.profile = SharedProfile::new(profile);
    }

    /// Whether the service runs; one that is about to stop still does, one that is about to run does not yet.
    pub fn is_service_running(&self, service: ServiceId) -> bool {
        matches!(self.services[service.index()].status, ServiceStatus::Running | ServiceStatus::StopPending)
    }

    /// The open handles of an installer's process, ascending.
    pub fn open_handles(&self, by: InstallerId) -> impl Iterator<Item = SessionHandle> {
        let process = self.process_of(by);
        self.handles.iter().filter(move |entry| entry.process == process).map(|entry| entry.number)
    }

    /// The keys of the sessions that there are.
    pub fn session_keys(&self) -> impl Iterator<Item = SessionKey> {
        self.sessions.iter().map(|(_, session)| session.key)
    }

    /// How many calls and requests of an installer are not answered yet.
    pub fn calls_under_way(&self, by: InstallerId) -> usize {
        self.calls.count_of(by)
    }

    /// How many shutdowns and restarts are under way, of everybody.
    pub fn operations_under_way(&self) -> usize {
        self.calls.operations().count()
    }

    /// How many resources the session with the most registered, again and again those that were registered before.
    pub fn most_registered(&self) -> u32 {
        self.sessions.iter().map(|(_, session)| session.registered()).max().unwrap_or(0)
    }

    /// The same of the session that a handle of an installer's process stands for; 0 if it stands for none.
    pub fn registered_through(&self, by: InstallerId, handle: SessionHandle) -> u32 {
        let place = self.find_handle(self.process_of(by), handle);
        let session = place.and_then(|place| self.handles[place].standing.session());
        session.map_or(0, |session| self.sessions.get(session).registered())
    }

    /// How many filters the session has that a handle of an installer's process stands for; 0 if it stands for none.
    pub fn filters_through(&self, by: InstallerId, handle: SessionHandle) -> usize {
        let place = self.find_handle(self.process_of(by), handle);
        let session = place.and_then(|place| self.handles[place].standing.session());
        session.map_or(0, |session| self.sessions.get(session).filters.count())
    }

    pub(crate) fn process_of(&self, by: InstallerId) -> ProcessId {
        self.world.installers[by.index()].process
    }

    /// Whether a call meets a shortage of memory; asks where it may or may not.
    pub(crate) fn is_memory_short(&self, context: &mut Context<'_>) -> bool {
        self.faults.has(Fault::NoMemory)
            || (self.faults.has(Fault::MemoryShort)
                && context.choices.choose(ChoicePoint::MemoryShortage, 2) == 1)
    }

    #[cfg(feature = "flaws")]
    #[inline]
    pub(crate) fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }
}

/// Whether the machine has a flaw; never, unless flaws are compiled in.
macro_rules! flawed {
    ($machine:expr, $flaw:ident) => {{
        #[cfg(feature = "flaws")]
        let flawed = $machine.has($crate::flaw::Flaw::$flaw);
        #[cfg(not(feature = "flaws"))]
        let flawed = false;
        flawed
    }};
}
pub(crate) use flawed;

#[cfg(test)]
mod tests;
