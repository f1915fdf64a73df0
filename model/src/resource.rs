//! Registering files, processes and services with a session.

mod judge;

use crate::call::{ArrayArgument, RegisterResources, Reply};
use crate::fault::FaultRules;
use crate::happening::LogEvent;
use crate::machine::{Context, Machine, flawed};
use crate::profile::{
    AllZeroCounts, ArrayWithoutCount, FailedRegistration, PathIdentity, RepeatedResource, TextLimit,
};
use crate::rule;
use crate::session::{InstallerRole, SessionId, Standing};
use crate::world::{FileId, FileState, InstallerId, ProcessId, ServiceId};

/// How many characters fit into one call under [`TextLimit::FourMebi`], counting a NUL behind each name.
///
/// 50,000 names of 70 characters were accepted and 100,000 refused (OBS-REG-07).
pub const TEXT_LIMIT: u64 = 4 * 1024 * 1024;

/// What a call adds to its session, once every element is judged.
#[derive(Debug, Default)]
struct Addition {
    files: Vec<FileId>,
    processes: Vec<(ProcessId, u32)>,
    services: Vec<ServiceId>,
    /// How many elements of each kind were accepted, also those that match nothing.
    accepted: [u32; 3],
    /// Whether a 32-bit caller's path was redirected.
    was_redirected: bool,
}

impl Machine {
    /// `RmRegisterResources`
    pub(crate) fn register_resources(
        &mut self,
        by: InstallerId,
        arguments: &RegisterResources,
        context: &mut Context<'_>,
    ) {
        let reply = match self.try_register(by, arguments, context) {
            Ok(()) => Reply::Success,
            Err(reply) => reply,
        };
        context.reply(reply);
    }

    fn try_register(
        &mut self,
        by: InstallerId,
        arguments: &RegisterResources,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let early = if self.is_handle_first(context) {
            Some(self.registering_session(by, arguments, context)?)
        } else {
            None
        };
        self.check_arrays(arguments, context)?;
        let session = match early {
            Some(session) => session,
            None => self.registering_session(by, arguments, context)?,
        };
        let rules = FaultRules {
            mutex: rule::REGISTER_MUTEX_TIMEOUT,
            registry: rule::REGISTER_REGISTRY_FAILURE,
            memory: rule::REGISTER_OUT_OF_MEMORY,
        };
        if let Some(reply) = self.fault(by, session.map(|(session, _)| session), &rules, context) {
            return Err(reply);
        }
        let Some((session, role)) = session else { return Ok(()) };
        self.check_text(arguments, context)?;
        let mut addition = Addition::default();
        let judged = self.judge(by, arguments, &mut addition, context);
        if judged.is_err()
            && self.profile.answer::<FailedRegistration>(context.choices) == FailedRegistration::Nothing
        {
            return judged;
        }
        let [files, processes, services] = addition.accepted;
        self.add(session, role, addition, context);
        if judged.is_ok() {
            context.apply(rule::REGISTRATION_EVENT_FIELDS);
            self.log(session, LogEvent::Registered { files, processes, services }, context);
        }
        judged
    }

    /// The session to register with; `None` where a registration is in vain.
    fn registering_session(
        &mut self,
        by: InstallerId,
        arguments: &RegisterResources,
        context: &mut Context<'_>,
    ) -> Result<Option<(SessionId, InstallerRole)>, Reply> {
        if self.registers_in_vain(by, arguments.handle, context) {
            return Ok(None);
        }
        let process = self.process_of(by);
        let standing = self.find_handle(process, arguments.handle).map(|place| self.handles[place].standing);
        match standing {
            Some(Standing::In(session, role)) => Ok(Some((session, role))),
            Some(Standing::After) | None => {
                context.apply(rule::REGISTER_UNKNOWN_HANDLE);
                Err(self.refuse_handle(context))
            }
        }
    }

    /// The counts and pointers (REG-04 to REG-07, U-13).
    fn check_arrays(
        &mut self,
        arguments: &RegisterResources,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let arrays = [
            shape(&arguments.files, rule::FILE_NAMES_ARRAY),
            shape(&arguments.processes, rule::PROCESSES_ARRAY),
            shape(&arguments.services, rule::SERVICE_NAMES_ARRAY),
        ];
        for (count, is_null, rule) in arrays {
            match (count, is_null) {
                (0, true) => context.apply(rule),
                (1.., true) => {
                    context.apply_all(&[rule::NULL_OR_ZERO_ARGUMENT, rule::NULL_ARRAY_WITH_COUNT]);
                    return Err(Reply::BadArguments);
                }
                (0, false) => match self.profile.answer(context.choices) {
                    ArrayWithoutCount::Ignored => {}
                    ArrayWithoutCount::BadArguments => return Err(Reply::BadArguments),
                },
                (1.., false) => context.apply(rule),
            }
        }
        if arrays.iter().all(|(count, ..)| *count == 0) {
            match self.profile.answer(context.choices) {
                AllZeroCounts::Success => context.apply(rule::ALL_ZERO_COUNTS),
                AllZeroCounts::BadArguments => return Err(Reply::BadArguments),
            }
        }
        Ok(())
    }

    /// The text limit of one call (OBS-REG-07).
    fn check_text(&mut self, arguments: &RegisterResources, context: &mut Context<'_>) -> Result<(), Reply> {
        if self.profile.answer::<TextLimit>(context.choices) == TextLimit::None {
            return Ok(());
        }
        let paths = arguments.files.read().iter().flatten().map(|path| self.world.path_info(*path).length);
        let names = arguments.services.read().iter().flatten();
        let names = names.map(|name| self.world.service_name_info(*name).length);
        let characters: u64 = paths.chain(names).map(|length| u64::from(length) + 1).sum();
        if characters <= TEXT_LIMIT {
            return Ok(());
        }
        context.apply_all(&[rule::TEXT_LIMIT_PER_CALL, rule::REGISTER_REGISTRY_FAILURE]);
        Err(Reply::WriteFault)
    }

    /// Adds to the session what was judged good.
    fn add(
        &mut self,
        session: SessionId,
        role: InstallerRole,
        mut addition: Addition,
        context: &mut Context<'_>,
    ) {
        let by_file = self.identifies_by_file(context);
        let merges = self.profile.answer::<RepeatedResource>(context.choices) == RepeatedResource::Merged;
        if flawed!(self, RegistrationReplaces) {
            self.forget_resources(session);
        }
        context.apply_all(&[
            rule::REGISTRATION_ACCUMULATES,
            rule::BOTH_ROLES_REGISTER,
            rule::NUMBERED_GROUPS,
        ]);
        let kinds = addition.accepted.iter().filter(|count| **count > 0).count();
        if kinds > 1 {
            context.apply(rule::RESOURCE_KINDS);
        }
        let entry = self.sessions.get_mut(session);
        if role == InstallerRole::Secondary {
            context.apply(rule::SECONDARY_MAY_REGISTER);
            entry.registered_by_secondary |= kinds > 0;
        }
        let mut repeated = [0; 3];
        for file in std::mem::take(&mut addition.files) {
            repeated[0] += u32::from(!self.register_file(session, file, by_file, context));
        }
        for process in addition.processes {
            repeated[1] += u32::from(!self.register_process(session, process));
        }
        for service in addition.services {
            repeated[2] += u32::from(!self.register_service(session, service));
        }
        if repeated != [0; 3] {
            context.apply(rule::REPEATED_REGISTRATION_HARMLESS);
        }
        if repeated[0] > 0 && addition.was_redirected {
            context.apply(rule::BOTH_VIEWS_HARMLESS);
        }
        let entry = self.sessions.get_mut(session);
        let groups = [&mut entry.file_groups, &mut entry.process_groups, &mut entry.service_groups];
        for (place, group) in groups.into_iter().enumerate() {
            let repeats = if merges { repeated[place] } else { 0 };
            let stored = addition.accepted[place].saturating_sub(repeats);
            if stored > 0 {
                group.push(stored);
            }
        }
    }

    /// Adds a file; whether it is new to the session.
    fn register_file(
        &mut self,
        session: SessionId,
        file: FileId,
        by_file: bool,
        context: &mut Context<'_>,
    ) -> bool {
        let state = self.world.file_state(file);
        let identity = if by_file { self.world.same_file(file) } else { file };
        let entry = self.sessions.get_mut(session);
        if !insert(&mut entry.files, identity) {
            return false;
        }
        match state {
            FileState::Directory => entry.troubles.push(Reply::AccessDenied),
            FileState::CannotBeOpened(reply) => entry.troubles.push(reply),
            FileState::Ordinary | FileState::Missing => {
                self.attend_to_holders(session, identity, by_file, context);
            }
        }
        true
    }

    fn register_process(&mut self, session: SessionId, process: (ProcessId, u32)) -> bool {
        let count = self.processes.len();
        let entry = self.sessions.get_mut(session);
        entry.attention.attend(process.0, count);
        match entry.processes.binary_search(&process) {
            Ok(_) => false,
            Err(place) => {
                entry.processes.insert(place, process);
                true
            }
        }
    }

    fn register_service(&mut self, session: SessionId, service: ServiceId) -> bool {
        let host = self.world.services[service.index()].process;
        let count = self.processes.len();
        let entry = self.sessions.get_mut(session);
        entry.attention.attend(host, count);
        match entry.services.binary_search(&service) {
            Ok(_) => false,
            Err(place) => {
                entry.services.insert(place, service);
                true
            }
        }
    }

    fn forget_resources(&mut self, session: SessionId) {
        let entry = self.sessions.get_mut(session);
        entry.files.clear();
        entry.processes.clear();
        entry.services.clear();
        entry.troubles.clear();
        entry.attention.clear();
    }

    /// Whether two names of one file are one resource.
    pub(crate) fn identifies_by_file(&mut self, context: &mut Context<'_>) -> bool {
        self.profile.answer::<PathIdentity>(context.choices) == PathIdentity::File
    }
}

/// Whether `file` is in a set of bits by number.
pub(crate) fn contains(set: &[u64], file: FileId) -> bool {
    set.get(file.index() / 64).is_some_and(|word| word & (1 << (file.index() % 64)) != 0)
}

/// Adds `file` to a set of bits by number; whether it is new.
fn insert(set: &mut Vec<u64>, file: FileId) -> bool {
    let word = file.index() / 64;
    if set.len() <= word {
        set.resize(word + 1, 0);
    }
    let bit = 1 << (file.index() % 64);
    let is_new = set[word] & bit == 0;
    set[word] |= bit;
    is_new
}

/// An array's count, whether it is NULL, and the rule of its parameter.
fn shape<T>(array: &ArrayArgument<T>, rule: rule::Rule) -> (u32, bool, rule::Rule) {
    (array.count, array.items.is_none(), rule)
}
