//! Who is affected by what a session registered, and whom its filters exempt: who may be, and who surely is.

use super::monitor::Monitor;
use super::notes::{FilterNote, SessionNote, Who};
use super::table::only;
use crate::call::Module;
use crate::profile::{DependentServices, Profile};
use crate::world::{FileId, FileState, HowUsed, Oddity, PathId, ProcessId, ServiceId, World};

/// What the filters of a session say of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exemption {
    /// None of them is about it.
    None,
    /// Those that are about it agree on this action.
    Of(u32),
    /// It depends on answers to open questions.
    Unclear,
}

/// `RmNoShutdown`
pub(super) const NO_SHUTDOWN: u32 = 2;

impl Monitor {
    /// Whether somebody can have to do with what a session registered, in any view of its paths.
    pub(super) fn may_be_affected(&self, world: &World, session: &SessionNote, process: ProcessId) -> bool {
        has_to_do_with(world, session, process)
            || session.named.contains(&process)
            || session.told.iter().any(|(told, _)| *told == process)
            || self
                .opened(process)
                .any(|path| session.files.iter().any(|file| may_be_one_file(world, *file, path)))
    }

    /// Whether a service can be affected because one that it needs is, however far away (U-20).
    pub(super) fn may_be_dependent(
        &self,
        world: &World,
        profile: &Profile,
        session: &SessionNote,
        service: ServiceId,
    ) -> bool {
        if only(profile, &[DependentServices::NotListed]) {
            return false;
        }
        let services = world.services();
        let mut needed = services[service.index()].needs.clone();
        let mut place = 0;
        while let Some(need) = needed.get(place).map(|need| &services[need.index()]) {
            if self.may_be_affected(world, session, need.process) {
                return true;
            }
            let further: Vec<ServiceId> =
                need.needs.iter().copied().filter(|further| !needed.contains(further)).collect();
            needed.extend(further);
            place += 1;
        }
        false
    }

    /// Whether a program that is no host of services surely uses something that a session registered.
    pub(super) fn is_affected(&self, world: &World, session: &SessionNote, process: ProcessId) -> bool {
        self.is_registered(session, process) || self.uses_registered_file(world, session, process)
    }

    /// Whether a process runs that is registered as the very one.
    pub(super) fn is_registered(&self, session: &SessionNote, process: ProcessId) -> bool {
        let note = &self.processes[process.index()];
        note.is_running && session.processes.contains(&(process, Some(note.incarnation)))
    }

    /// Whether a program runs that uses a registered file, whoever looks.
    pub(super) fn uses_registered_file(
        &self,
        world: &World,
        session: &SessionNote,
        process: ProcessId,
    ) -> bool {
        let note = &self.processes[process.index()];
        let facts = &world.processes()[process.index()];
        if !note.is_running || note.has_closed || facts.wow64 || *self.has_changed_files || session.is_blurred
        {
            return false;
        }
        let seen = facts.uses.iter().filter(|each| matches!(each.how, HowUsed::Handle | HowUsed::Image));
        let mut used = seen.map(|each| each.path).chain(self.opened(process));
        used.any(|path| session.files.iter().any(|file| is_one_file(world, *file, path)))
    }

    /// The files that a process opened since it started.
    fn opened(&self, process: ProcessId) -> impl Iterator<Item = PathId> {
        self.opened.iter().filter(move |(by, _)| *by == process).map(|(_, path)| *path)
    }

    /// Whom the filters of a session exempt.
    pub(super) fn exemption(&self, world: &World, session: &SessionNote, who: Who) -> Exemption {
        let (process, service) = who;
        let mut found = Exemption::None;
        for FilterNote { target, process: named, action } in &session.filters {
            let is_about = if let Some(name) = target.service {
                Some(service.is_some() && world.service_name_info(name).service == service)
            } else if target.process.is_some() {
                let note = &self.processes[process.index()];
                match *named {
                    Some((named, incarnation)) if named == process && service.is_none() => {
                        Some(incarnation == note.incarnation)
                    }
                    Some((named, _)) if named == process => None,
                    _ => Some(false),
                }
            } else {
                let matches = target.module.map_or(Some(false), |module| is_module(world, process, module));
                if matches == Some(true) && service.is_some() { None } else { matches }
            };
            found = match (is_about, found) {
                (Some(false), _) => found,
                (Some(true), Exemption::None) => Exemption::Of(*action),
                (Some(true), Exemption::Of(other)) if other == *action => found,
                _ => return Exemption::Unclear,
            };
        }
        found
    }
}

/// Whether somebody can have to do with what a session registered, as long as there is the session.
pub(super) fn has_to_do_with(world: &World, session: &SessionNote, process: ProcessId) -> bool {
    let uses = &world.processes()[process.index()].uses;
    session.is_blurred
        || session.processes.iter().any(|(registered, _)| *registered == process)
        || session.services.iter().any(|service| world.services()[service.index()].process == process)
        || session.files.iter().any(|file| uses.iter().any(|each| may_be_one_file(world, *file, each.path)))
}

/// Whether a process runs the program that a filter names; `None` where that depends on the view.
fn is_module(world: &World, process: ProcessId, module: Module) -> Option<bool> {
    let image = world.path_info(world.processes()[process.index()].image_path);
    let named = world.path_info(module.path);
    let is_plain = named.oddity == Oddity::None && named.redirected.is_none() && image.redirected.is_none();
    let is_same = named.file == image.file;
    let is_other = world.same_file(named.file) != world.same_file(image.file);
    match (is_plain, is_same, is_other) {
        (true, true, _) => Some(true),
        (true, false, true) => Some(false),
        _ => None,
    }
}

/// Whether two paths lead to one file under any view of them.
fn may_be_one_file(world: &World, one: PathId, other: PathId) -> bool {
    let files = |path: PathId| -> [Option<FileId>; 3] {
        let info = world.path_info(path);
        let views = [Some(info.file), info.redirected.map(|(file, _)| file), info.resolved];
        views.map(|file| file.map(|file| world.same_file(file)))
    };
    let others = files(other);
    files(one).into_iter().flatten().any(|file| others.contains(&Some(file)))
}

/// Whether two paths are the same full name of a file about which nothing is special.
fn is_one_file(world: &World, one: PathId, other: PathId) -> bool {
    let (one, other) = (world.path_info(one), world.path_info(other));
    one.file == other.file
        && [one, other].iter().all(|info| info.oddity == Oddity::None && info.redirected.is_none())
        && world.file_state(one.file) == FileState::Ordinary
}
