//! The table of sessions, and the handles by which processes reach them.

use crate::affected::Attention;
use crate::call::{Reply, SessionHandle, SessionKey};
use crate::changes::{Tracked, forget_all, undo_all};
use crate::encoding::Encoder;
use crate::filter::Filters;
use crate::history::History;
use crate::reuse::clone_by_field;
use crate::session::InstallerRole;
use crate::world::{FileId, ProcessId, ServiceId, UserId, World, numbers};

numbers! {
    /// A session in the machine's table; free numbers are reused.
    pub(crate) SessionId
}

/// What a limit of 64 is counted over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Scope {
    User(UserId),
    TerminalSession(u32),
    Logon(UserId, u32),
    Machine,
    Process(ProcessId),
}

/// A handle of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct HandleEntry {
    pub(crate) process: ProcessId,
    pub(crate) number: SessionHandle,
    pub(crate) standing: Standing,
}

/// What a handle stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Standing {
    /// A session, in this role.
    In(SessionId, InstallerRole),
    /// A session that is no more.
    After,
}

impl Standing {
    pub(crate) fn session(self) -> Option<SessionId> {
        match self {
            Standing::In(session, _) => Some(session),
            Standing::After => None,
        }
    }
}

/// A session.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) scope: Scope,
    /// The number of its slot in the user's hive.
    pub(crate) number: u32,
    pub(crate) key: SessionKey,
    /// The incarnation of the process that started it.
    pub(crate) owner: (ProcessId, u32),
    pub(crate) user: UserId,
    /// Whether its owner died without ending it.
    pub(crate) is_abandoned: bool,
    /// How many resources of each kind each call added (OBS-REG-01).
    pub(crate) file_groups: Vec<u32>,
    pub(crate) process_groups: Vec<u32>,
    pub(crate) service_groups: Vec<u32>,
    /// The registered files, each once, as a set of bits by number.
    pub(crate) files: Vec<u64>,
    /// The registered processes, by incarnation, each once.
    pub(crate) processes: Vec<(ProcessId, u32)>,
    /// The registered services, each once.
    pub(crate) services: Vec<ServiceId>,
    /// Why the list fails: a code for each registered file that cannot be opened, in order.
    pub(crate) troubles: Vec<Reply>,
    pub(crate) attention: Attention,
    pub(crate) history: History,
    pub(crate) filters: Filters,
    /// Whether its next operation is cancelled as it begins (U-57).
    pub(crate) is_cancel_pending: bool,
    pub(crate) registered_by_secondary: bool,
    /// How many entries the last list had; `None` before the first.
    pub(crate) last_needed: Option<u32>,
}

clone_by_field!(Session {
    scope,
    number,
    key,
    owner,
    user,
    is_abandoned,
    file_groups,
    process_groups,
    service_groups,
    files,
    processes,
    services,
    troubles,
    attention,
    history,
    filters,
    is_cancel_pending,
    registered_by_secondary,
    last_needed
});

impl Session {
    pub(crate) fn new(
        scope: Scope,
        number: u32,
        key: SessionKey,
        owner: (ProcessId, u32),
        user: UserId,
    ) -> Session {
        Session {
            scope,
            number,
            key,
            owner,
            user,
            is_abandoned: false,
            file_groups: Vec::new(),
            process_groups: Vec::new(),
            service_groups: Vec::new(),
            files: Vec::new(),
            processes: Vec::new(),
            services: Vec::new(),
            troubles: Vec::new(),
            attention: Attention::default(),
            history: History::default(),
            filters: Filters::default(),
            is_cancel_pending: false,
            registered_by_secondary: false,
            last_needed: None,
        }
    }

    pub(crate) fn encode(&self, world: &World, encoder: &mut Encoder<'_>) {
        let Session {
            scope,
            number,
            key,
            owner,
            user,
            is_abandoned,
            file_groups,
            process_groups,
            service_groups,
            files,
            processes,
            services,
            troubles,
            attention,
            history,
            filters,
            is_cancel_pending,
            // By these two it is known which rules apply, and no more.
            registered_by_secondary: _,
            last_needed: _,
        } = self;
        encoder.value(&(scope, number, user, key));
        encoder.flags(&[*is_abandoned, *is_cancel_pending]);
        encoder.incarnation(*owner);
        encoder.value(&(file_groups, process_groups, service_groups, services, troubles));
        encode_files(files, encoder);
        encode_processes(processes, encoder);
        attention.encode(encoder);
        history.encode(encoder);
        filters.encode(world, encoder);
    }

    /// How many resources were registered, again and again those that were registered before; a call that registers
    /// nothing counts as one.
    pub(crate) fn registered(&self) -> u32 {
        let groups = [&self.file_groups, &self.process_groups, &self.service_groups];
        groups.into_iter().flatten().fold(0, |sum, group| sum + (*group).max(1))
    }

    pub(crate) fn has_resources(&self) -> bool {
        !(self.file_groups.is_empty() && self.process_groups.is_empty() && self.service_groups.is_empty())
    }
}

/// Writes incarnations that are kept in order; under other names in theirs.
fn encode_processes(processes: &[(ProcessId, u32)], encoder: &mut Encoder<'_>) {
    let Some(names) = encoder.names() else {
        return encoder.each(processes.iter(), |encoder, who| encoder.incarnation(*who));
    };
    let mut processes = processes.to_vec();
    processes.sort_unstable_by_key(|(process, number)| (names.process(*process), *number));
    encoder.each(processes.iter(), |encoder, who| encoder.incarnation(*who));
}

/// Writes a set of bits by number; under other names, the numbers in order.
fn encode_files(files: &[u64], encoder: &mut Encoder<'_>) {
    let Some(names) = encoder.names() else { return encoder.value(files) };
    let bits = (0..).step_by(64).zip(files).flat_map(|(first, word)| {
        (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| FileId(first + bit))
    });
    let mut files: Vec<u32> = bits.map(|file| names.file(file).0).collect();
    files.sort_unstable();
    encoder.value(&files);
}

/// All sessions, of all scopes.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    table: Vec<Tracked<Option<Box<Session>>>>,
}

clone_by_field!(Sessions { table });

impl Sessions {
    pub(crate) fn encode(&self, world: &World, encoder: &mut Encoder<'_>) {
        let used = self.table.iter().rposition(|session| session.is_some()).map_or(0, |last| last + 1);
        encoder.each(self.table[..used].iter(), |encoder, session| {
            encoder.maybe(session.as_deref(), |encoder, session| session.encode(world, encoder));
        });
    }

    pub(crate) fn forget_changes(&mut self) {
        forget_all(&mut self.table);
    }

    pub(crate) fn undo_changes(&mut self, source: &Sessions) {
        undo_all(&mut self.table, &source.table);
    }

    pub(crate) fn is_changed(&self) -> bool {
        self.table.iter().any(Tracked::is_changed)
    }

    /// What is in each place of the table, and whether it may have changed.
    pub(crate) fn places(&self) -> impl Iterator<Item = (Option<&Session>, bool)> {
        self.table.iter().map(|place| (place.as_deref(), place.is_changed()))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (SessionId, &Session)> {
        let numbered = (0..).zip(&self.table);
        numbered.filter_map(|(number, session)| Some((SessionId(number), session.as_deref()?)))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (SessionId, &mut Session)> {
        let numbered = (0..).zip(&mut self.table);
        numbered.filter_map(|(number, session)| Some((SessionId(number), session.as_deref_mut()?)))
    }

    pub(crate) fn in_scope(&self, scope: Scope) -> impl Iterator<Item = (SessionId, &Session)> {
        self.iter().filter(move |(_, session)| session.scope == scope)
    }

    /// The sessions in a user's registry hive.
    pub(crate) fn of_user(&self, user: UserId) -> impl Iterator<Item = (SessionId, &Session)> {
        self.iter().filter(move |(_, session)| session.user == user)
    }

    pub(crate) fn first_abandoned(&self, user: UserId) -> Option<SessionId> {
        let abandoned = self.of_user(user).filter(|(_, session)| session.is_abandoned);
        abandoned.min_by_key(|(_, session)| session.number).map(|(id, _)| id)
    }

    pub(crate) fn lowest_free_number(&self, user: UserId) -> u32 {
        let mut taken = Vec::new();
        for (_, session) in self.of_user(user) {
            let word = usize::try_from(session.number / 64).expect("there are few sessions");
            if taken.len() <= word {
                taken.resize(word + 1, 0_u64);
            }
            taken[word] |= 1 << (session.number % 64);
        }
        let full = taken.iter().take_while(|word| **word == u64::MAX).count();
        let free = taken.get(full).map_or(0, |word| word.trailing_ones());
        64 * u32::try_from(full).expect("there are few sessions") + free
    }

    pub(crate) fn with_key(&self, key: SessionKey) -> Option<SessionId> {
        self.iter().find(|(_, session)| session.key == key).map(|(id, _)| id)
    }

    pub(crate) fn get(&self, id: SessionId) -> &Session {
        self.table[id.index()].as_deref().expect("a handle stands for a session in the table")
    }

    pub(crate) fn get_mut(&mut self, id: SessionId) -> &mut Session {
        self.table[id.index()].as_deref_mut().expect("a handle stands for a session in the table")
    }

    pub(crate) fn add(&mut self, session: Session) -> SessionId {
        let place = self.table.iter().position(|session| session.is_none()).unwrap_or_else(|| {
            self.table.push(Tracked::default());
            self.table.len() - 1
        });
        *self.table[place] = Some(Box::new(session));
        SessionId(u32::try_from(place).expect("there are few sessions"))
    }

    pub(crate) fn remove(&mut self, id: SessionId) {
        *self.table[id.index()] = None;
    }
}
