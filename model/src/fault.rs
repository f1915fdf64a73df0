//! Faults that a scenario can switch on, and which calls they strike.

use crate::call::Reply;
use crate::encoding::Encoder;
use crate::machine::{Context, Machine, flawed};
use crate::profile::MutexScope;
use crate::rule::{self, Rule};
use crate::session::SessionId;
use crate::world::{InstallerId, UserId};

/// Something wrong with the surroundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The registry mutex is never released (GEN-05).
    RegistryMutexHeld,
    /// The registry can be neither read nor written (GEN-06).
    RegistryUnwritable,
    /// There is no memory (GEN-07).
    NoMemory,
    /// Each call meets a shortage of memory or not.
    MemoryShort,
    /// The next key that is generated exists already (START-07).
    KeyCollision,
}

/// The faults that are active.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    active: Vec<Fault>,
    /// Whose mutex is held: a user's, and of one session if one was named.
    mutex: Option<(UserId, Option<SessionId>)>,
}

/// The rules that a function's three common failures follow.
pub(crate) struct FaultRules {
    pub(crate) mutex: Rule,
    pub(crate) registry: Rule,
    pub(crate) memory: Rule,
}

impl Faults {
    pub(crate) fn encode(&self, encoder: &mut Encoder<'_>) {
        let Faults { active, mutex } = self;
        let mut active = active.clone();
        active.sort_unstable();
        encoder.value(&(active, mutex));
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.active.contains(&fault)
    }

    pub(crate) fn switch(&mut self, fault: Fault, active: bool) {
        self.active.retain(|other| *other != fault);
        if active {
            self.active.push(fault);
        }
    }

    pub(crate) fn hold_mutex(&mut self, of: Option<(UserId, Option<SessionId>)>) {
        self.switch(Fault::RegistryMutexHeld, of.is_some());
        self.mutex = of;
    }
}

impl Machine {
    /// The fault that a call by `by` meets before it does anything, in the order in which it would meet them.
    ///
    /// `session` is the one that it is about, if that exists already.
    pub(crate) fn fault(
        &mut self,
        by: InstallerId,
        session: Option<SessionId>,
        rules: &FaultRules,
        context: &mut Context<'_>,
    ) -> Option<Reply> {
        if self.faults.active.is_empty() {
            return None;
        }
        if self.is_memory_short(context) {
            context.apply_all(&[rule::OUT_OF_MEMORY, rules.memory]);
            self.log_fault(session, Reply::OutOfMemory, context);
            return Some(Reply::OutOfMemory);
        }
        if self.waits_in_vain(by, session, context) {
            context.apply_all(&[rule::REGISTRY_MUTEX_TIMEOUT, rules.mutex]);
            return Some(Reply::SemTimeout);
        }
        if self.faults.has(Fault::RegistryUnwritable) && !flawed!(self, WriteFaultSwallowed) {
            context.apply_all(&[rule::REGISTRY_FAILURE, rules.registry]);
            self.log_fault(session, Reply::WriteFault, context);
            return Some(Reply::WriteFault);
        }
        None
    }

    /// Whether the mutex that the call needs is the one that is held.
    fn waits_in_vain(
        &mut self,
        by: InstallerId,
        session: Option<SessionId>,
        context: &mut Context<'_>,
    ) -> bool {
        let Some((user, held_session)) = self.faults.mutex else { return false };
        let same_user = self.world.processes[self.process_of(by).index()].user == user;
        match self.profile.answer::<MutexScope>(context.choices) {
            MutexScope::Machine => true,
            MutexScope::User => same_user,
            MutexScope::Session => same_user && (held_session.is_none() || held_session == session),
        }
    }
}
