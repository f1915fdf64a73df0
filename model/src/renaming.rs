//! Renaming what is interchangeable in a world: processes, their installers, and the files that nobody else uses.

use std::sync::Arc;

use crate::call::UniqueProcess;
use crate::machine::Machine;
use crate::profile::{Answer as _, ListOrder};
use crate::world::{FileId, InstallerId, PathId, ProcessId, World};

/// Who stands in whose place.
#[derive(Clone, Debug)]
pub struct Renaming {
    world: Arc<World>,
    processes: Places<ProcessId>,
    installers: Places<InstallerId>,
    files: Places<FileId>,
    paths: Places<PathId>,
}

/// A process with what belongs to it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    pub(crate) process: ProcessId,
    pub(crate) installer: Option<InstallerId>,
    /// The file of its program, and those that it uses.
    pub(crate) files: Vec<(FileId, PathId)>,
}

/// New numbers by old ones, and old ones by new; what is not here keeps its number.
#[derive(Clone, Debug)]
struct Places<T> {
    new: Vec<T>,
    old: Vec<T>,
}

impl<T: Copy + PartialEq> Places<T> {
    fn new(numbers: impl Iterator<Item = T>) -> Places<T> {
        let new: Vec<T> = numbers.collect();
        Places { old: new.clone(), new }
    }

    fn put(&mut self, from: (usize, T), to: (usize, T)) {
        self.new[from.0] = to.1;
        self.old[to.0] = from.1;
    }
}

impl Renaming {
    /// Each of `bundles` takes the place of the one beside it; together, those on the left must be those on the right.
    ///
    /// # Panics
    ///
    /// If two bundles beside each other are not alike.
    pub fn new(machine: &Machine, bundles: &[(&Bundle, &Bundle)]) -> Renaming {
        let world = &machine.world;
        let count = |count: usize| 0..u32::try_from(count).expect("a world's parts fit into memory");
        let mut renaming = Renaming {
            world: Arc::clone(world),
            processes: Places::new(count(world.processes().len()).map(ProcessId)),
            installers: Places::new(count(world.installers().len()).map(InstallerId)),
            files: Places::new(count(world.file_count()).map(FileId)),
            paths: Places::new(count(world.path_count()).map(PathId)),
        };
        for (from, to) in bundles {
            let ends = |process: ProcessId| (process.index(), process);
            renaming.processes.put(ends(from.process), ends(to.process));
            if let (Some(from), Some(to)) = (from.installer, to.installer) {
                renaming.installers.put((from.index(), from), (to.index(), to));
            }
            assert_eq!(from.files.len(), to.files.len(), "interchangeable processes use as many files");
            for ((file, path), (other_file, other_path)) in from.files.iter().zip(&to.files) {
                renaming.files.put((file.index(), *file), (other_file.index(), *other_file));
                renaming.paths.put((path.index(), *path), (other_path.index(), *other_path));
            }
        }
        renaming
    }

    /// The process in whose place this one stands.
    pub fn process(&self, process: ProcessId) -> ProcessId {
        self.processes.new[process.index()]
    }

    /// The process that stands in the place of this one.
    pub(crate) fn old_process(&self, process: ProcessId) -> ProcessId {
        self.processes.old[process.index()]
    }

    /// The installer in whose place this one stands.
    pub fn installer(&self, installer: InstallerId) -> InstallerId {
        self.installers.new[installer.index()]
    }

    pub(crate) fn old_installer(&self, installer: InstallerId) -> InstallerId {
        self.installers.old[installer.index()]
    }

    /// The path in whose place this one stands.
    pub fn path(&self, path: PathId) -> PathId {
        self.paths.new.get(path.index()).copied().unwrap_or(path)
    }

    pub(crate) fn file(&self, file: FileId) -> FileId {
        self.files.new.get(file.index()).copied().unwrap_or(file)
    }

    /// The same incarnation of the process in whose place this one stands.
    pub fn unique_process(&self, unique: UniqueProcess) -> UniqueProcess {
        match self.world.process_of(unique) {
            Some((process, incarnation)) => self.world.incarnation(self.process(process), incarnation),
            None => unique,
        }
    }
}

impl Bundle {
    /// The path of its program, and those of the files that it uses.
    pub fn paths(&self) -> impl Iterator<Item = PathId> {
        self.files.iter().map(|(_, path)| *path)
    }
}

impl Machine {
    /// The processes of `installers` and `applications` as far as each can stand in the place of another: groups of
    /// processes that are alike but for ids, times of start, names and paths, and whose files nobody else uses or can
    /// name. Groups have at least two members.
    ///
    /// Applications are told apart by their ids where lists stand in the order of these (U-20a): then there are only
    /// groups of installers.
    pub fn interchangeable(
        &self,
        installers: &[InstallerId],
        applications: &[ProcessId],
    ) -> Vec<Vec<Bundle>> {
        let mut orders = self.profile.possible(ListOrder::KNOB);
        let are_alike = orders.all(|order| ListOrder::ANSWERS[order] != ListOrder::ProcessId);
        let of_installers = installers.iter().filter_map(|installer| {
            let process = self.world.installers()[installer.index()].process;
            let sharing = self.world.installers().iter().filter(|other| other.process == process).count();
            (sharing == 1 && !applications.contains(&process))
                .then(|| self.world.bundle(process, Some(*installer)))
        });
        let is_installer =
            |process: ProcessId| self.world.installers().iter().any(|other| other.process == process);
        let of_applications = applications.iter().filter(|process| are_alike && !is_installer(**process));
        let of_applications = of_applications.map(|process| self.world.bundle(*process, None));
        let mut groups: Vec<Vec<Bundle>> = Vec::new();
        for bundle in of_installers.chain(of_applications).flatten() {
            match groups.iter_mut().find(|group| self.world.are_interchangeable(&group[0], &bundle)) {
                Some(group) => group.push(bundle),
                None => groups.push(vec![bundle]),
            }
        }
        groups.retain(|group| group.len() > 1);
        groups
    }
}

impl World {
    /// A process with what belongs to it; `None` if something does not belong to it alone.
    fn bundle(&self, process: ProcessId, installer: Option<InstallerId>) -> Option<Bundle> {
        let facts = &self.processes()[process.index()];
        let used = facts.uses.iter().map(|each| each.path);
        let mut paths: Vec<PathId> = std::iter::once(facts.image_path).chain(used).collect();
        let count = paths.len();
        paths.sort_unstable();
        paths.dedup();
        let is_own = |path: PathId| {
            let (info, file) = (self.path_info(path), self.path_info(path).file);
            let is_other = |other: &PathId| *other != path && self.leads_to(*other, file);
            let is_shared = self.processes().iter().zip((0..).map(ProcessId)).any(|(other, id)| {
                let uses = other.uses.iter().map(|each| each.path).chain([other.image_path]);
                id != process && uses.into_iter().any(|other| other == path)
            });
            info.redirected.is_none()
                && info.resolved.is_none()
                && self.same_file(file) == file
                && !self.paths().any(|other| is_other(&other))
                && !is_shared
        };
        let is_plain = facts.services.is_empty() && facts.console.is_none() && paths.len() == count;
        let files = std::iter::once(facts.image_path).chain(facts.uses.iter().map(|each| each.path));
        let files = files.map(|path| (self.path_info(path).file, path)).collect();
        (is_plain && paths.iter().all(|path| is_own(*path))).then_some(Bundle { process, installer, files })
    }

    /// Whether a path leads to a file, or can.
    fn leads_to(&self, path: PathId, file: FileId) -> bool {
        let info = self.path_info(path);
        let redirected = info.redirected.map(|(file, _)| file);
        [Some(info.file), redirected, info.resolved]
            .into_iter()
            .flatten()
            .any(|other| other == file || self.same_file(other) == file)
    }

    /// Whether two processes differ in nothing but ids, times of start, names and paths.
    pub fn are_interchangeable(&self, one: &Bundle, other: &Bundle) -> bool {
        let [left, right] = [one, other].map(|bundle| self.essence(bundle));
        left == right
    }

    /// All that is known of a process but ids, times of start, names and paths.
    fn essence(&self, bundle: &Bundle) -> String {
        let mut process = self.processes()[bundle.process.index()].clone();
        let first = &self.processes()[0];
        (process.pid, process.start_time) = (0, 0);
        (process.image, process.image_path) = (first.image, first.image_path);
        (process.image_name, process.image_stem) = (first.image_name, first.image_stem);
        for name in [&mut process.description, &mut process.product, &mut process.title] {
            *name = name.map(|_| first.image);
        }
        for each in &mut process.uses {
            each.path = first.image_path;
        }
        let files: Vec<_> = bundle.files.iter().map(|(file, _)| self.file_state(*file)).collect();
        let paths = bundle.files.iter().map(|(_, path)| self.path_info(*path));
        let paths: Vec<_> = paths.map(|info| (info.oddity, info.is_extended)).collect();
        let installer = bundle.installer.map(|installer| {
            let mut installer = self.installers()[installer.index()].clone();
            installer.process = ProcessId(0);
            installer
        });
        // What is shown of a value is all that there is.
        format!("{process:?} {files:?} {paths:?} {installer:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;
    use crate::world::{FileFact, HowUsed, Process, Use};

    /// How many of two programs that are alike but for a change can stand in each other's place.
    fn alike(change: impl FnOnce(&mut World, &mut [Process; 2])) -> usize {
        let mut world = World::new();
        let mut programs = [0, 1].map(|number| {
            let path = world.path(&format!(r"C:\App\{number}.dll"));
            let mut process = world.process(&format!(r"C:\App\{number}.exe"), World::user(0));
            process.uses.push(Use { path, how: HowUsed::Handle });
            process
        });
        change(&mut world, &mut programs);
        let programs = programs.map(|process| world.add_process(process));
        let registration = ListOrder::ANSWERS.iter().position(|order| *order == ListOrder::Registration);
        let profile = Profile::windows_11().with(ListOrder::KNOB, registration.unwrap());
        let groups = Machine::new(world, profile).interchangeable(&[], &programs);
        groups.iter().map(Vec::len).sum()
    }

    #[test]
    fn programs_are_alike_until_something_tells_them_apart() {
        assert_eq!(alike(|_, _| ()), 2);
        // Each has a bundle of its own still, but not the same.
        assert_eq!(alike(|_, [one, _]| one.critical = true), 0);
        assert_eq!(alike(|_, [one, _]| one.terminal_session += 1), 0);
        assert_eq!(alike(|_, [one, _]| one.uses.clear()), 0);
        assert_eq!(alike(|world, [one, _]| world.file(one.uses[0].path, FileFact::Directory)), 0);
    }

    #[test]
    fn what_a_program_shares_with_others_is_not_its_own() {
        // On a console.
        assert_eq!(alike(|_, programs| programs.iter_mut().for_each(|process| process.console = Some(0))), 0);
        // One path twice.
        assert_eq!(
            alike(|_, programs| programs.iter_mut().for_each(|process| process.uses.push(process.uses[0]))),
            0
        );
        // One file for both, and one that a third uses.
        assert_eq!(alike(|_, [one, other]| one.uses[0].path = other.uses[0].path), 0);
        let third = |world: &mut World, programs: &mut [Process; 2]| {
            let mut third = world.process(r"C:\App\third.exe", World::user(0));
            third.uses.push(programs[0].uses[0]);
            world.add_process(third);
        };
        assert_eq!(alike(third), 0);
        // A second name for a file, before or behind it.
        assert_eq!(
            alike(|world, [one, _]| {
                let path = world.path(r"C:\App\name.dll");
                world.file(path, FileFact::AnotherNameOf(one.uses[0].path));
            }),
            0
        );
        assert_eq!(
            alike(|world, [one, _]| {
                let path = world.path(r"C:\App\name.dll");
                world.file(one.uses[0].path, FileFact::AnotherNameOf(path));
            }),
            0
        );
    }

    #[test]
    fn what_a_program_has_is_told_by_its_paths() {
        let mut world = World::new();
        let core = world.path(r"C:\App\core.dll");
        let mut editor = world.process(r"C:\App\editor.exe", World::user(0));
        editor.uses.push(Use { path: core, how: HowUsed::Handle });
        let image = editor.image_path;
        let editor = world.add_process(editor);
        let bundle = world.bundle(editor, None).unwrap();
        assert_eq!(bundle.paths().collect::<Vec<_>>(), [image, core]);
        assert_eq!((bundle.process, bundle.installer), (editor, None));
    }
}
