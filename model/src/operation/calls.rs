//! The table of the calls that are not answered yet.

use super::{Operation, OperationKind};
use crate::call::{Call, CallId};
use crate::encoding::Encoder;
use crate::reuse::clone_by_field;
use crate::session::SessionId;
use crate::world::InstallerId;

/// The calls that are under way.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    slots: Vec<Option<Underway>>,
    /// Those that wait for their turn, in the order in which they came.
    pub(crate) waiting: Vec<CallId>,
}

clone_by_field!(Calls { slots, waiting });

/// A call that is not answered yet.
#[derive(Clone, Debug)]
pub(crate) enum Underway {
    Operation(Box<Operation>),
    /// It waits until the operation of its session is over.
    Waiting(Box<(InstallerId, Call, SessionId)>),
    /// An installer waits for a service whose handler is busy (SVC-16).
    ServiceManager(InstallerId),
}

impl Underway {
    fn encode(&self, encoder: &mut Encoder<'_>) {
        match self {
            Underway::Operation(operation) => {
                encoder.number(0);
                operation.encode(encoder);
            }
            Underway::Waiting(call) => {
                encoder.number(1);
                encoder.value(call);
            }
            Underway::ServiceManager(installer) => {
                encoder.number(2);
                encoder.value(installer);
            }
        }
    }
}

impl Calls {
    pub(crate) fn encode(&self, encoder: &mut Encoder<'_>) {
        let Calls { slots, waiting } = self;
        let used = slots.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        encoder.each(slots[..used].iter(), |encoder, slot| {
            encoder.maybe(slot.as_ref(), |encoder, underway| underway.encode(encoder));
        });
        encoder.value(waiting);
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.slots.iter().all(Option::is_none)
    }

    pub(crate) fn add(&mut self, underway: Underway) -> CallId {
        let place = self.slots.iter().position(Option::is_none).unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        self.slots[place] = Some(underway);
        CallId(u32::try_from(place).expect("there are few calls"))
    }

    pub(crate) fn put(&mut self, call: CallId, underway: Underway) {
        self.slots[place(call)] = Some(underway);
    }

    pub(crate) fn take(&mut self, call: CallId) -> Option<Underway> {
        self.slots[place(call)].take()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (CallId, &Underway)> {
        let numbered = (0..).zip(&self.slots);
        numbered.filter_map(|(number, slot)| Some((CallId(number), slot.as_ref()?)))
    }

    /// How many calls of an installer are not answered yet.
    pub(crate) fn count_of(&self, by: InstallerId) -> usize {
        let caller = |underway: &Underway| match underway {
            Underway::Operation(operation) => operation.by,
            Underway::Waiting(call) => call.0,
            Underway::ServiceManager(installer) => *installer,
        };
        self.iter().filter(|(_, underway)| caller(underway) == by).count()
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = (CallId, &Operation)> {
        self.iter().filter_map(|(call, underway)| match underway {
            Underway::Operation(operation) => Some((call, &**operation)),
            Underway::Waiting(_) | Underway::ServiceManager(_) => None,
        })
    }

    pub(crate) fn operation(&self, call: CallId) -> Option<&Operation> {
        match self.slots.get(place(call))?.as_ref()? {
            Underway::Operation(operation) => Some(operation),
            Underway::Waiting(_) | Underway::ServiceManager(_) => None,
        }
    }

    pub(crate) fn operation_mut(&mut self, call: CallId) -> Option<&mut Operation> {
        match self.slots.get_mut(place(call))?.as_mut()? {
            Underway::Operation(operation) => Some(operation),
            Underway::Waiting(_) | Underway::ServiceManager(_) => None,
        }
    }

    /// The operations of these kinds.
    pub(crate) fn of_kind(&self, fits: fn(&OperationKind) -> bool) -> Vec<CallId> {
        self.operations().filter(|(_, operation)| fits(&operation.kind)).map(|(call, _)| call).collect()
    }

    /// The operation of a session: it has one at a time.
    pub(crate) fn of_session(&self, session: SessionId) -> Option<CallId> {
        self.operations().find(|(_, operation)| operation.session == session).map(|(call, _)| call)
    }
}

fn place(call: CallId) -> usize {
    usize::try_from(call.0).expect("there are few calls")
}
