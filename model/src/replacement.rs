//! Replacing files: what an installer came for, and who is in its way.

use crate::call::Reply;
use crate::happening::FileView;
use crate::machine::{Context, Machine};
use crate::rule;
use crate::world::{FileId, FileState, HowUsed, InstallerId, PathId};

/// What became of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ChangedFile {
    /// Whether there is one; `None`: as at the beginning.
    is_there: Option<bool>,
    is_replaced: bool,
    /// Whether it will be replaced at the next boot.
    is_scheduled: bool,
}

impl Machine {
    /// Replaces a file, or puts one where none is.
    pub(crate) fn replace_file(
        &mut self,
        by: InstallerId,
        path: PathId,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let file = self.file_of(by, path, context);
        if self.is_in_use(file) {
            return Err(Reply::SharingViolation);
        }
        let changed = self.changed_file(file);
        changed.is_replaced = true;
        changed.is_there = Some(true);
        Ok(())
    }

    /// Has a file replaced at the next boot; nobody is in the way then.
    pub(crate) fn schedule_replacement(&mut self, by: InstallerId, path: PathId, context: &mut Context<'_>) {
        let file = self.file_of(by, path, context);
        self.changed_file(file).is_scheduled = true;
    }

    /// Deletes a file.
    pub(crate) fn remove_file(
        &mut self,
        by: InstallerId,
        path: PathId,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let file = self.file_of(by, path, context);
        if !self.is_there(file) {
            return Err(Reply::FileNotFound);
        }
        if self.is_in_use(file) {
            return Err(Reply::SharingViolation);
        }
        self.changed_file(file).is_there = Some(false);
        Ok(())
    }

    /// Puts a file where none is; one that is there stays.
    pub(crate) fn restore_file(&mut self, by: InstallerId, path: PathId, context: &mut Context<'_>) {
        let file = self.file_of(by, path, context);
        self.changed_file(file).is_there = Some(true);
    }

    /// What became of the file at a path.
    pub fn file_view(&self, path: PathId) -> FileView {
        let file = self.named_file(path);
        let changed = self.files.get(&self.world.same_file(file)).copied().unwrap_or_default();
        match (changed.is_scheduled, self.is_there(file), changed.is_replaced) {
            (true, _, _) => FileView::Pending,
            (false, false, _) => FileView::Missing,
            (false, true, true) => FileView::Replaced,
            (false, true, false) => FileView::Original,
        }
    }

    /// Whether nothing lies at a path.
    pub(crate) fn is_missing(&self, path: PathId) -> bool {
        !self.is_there(self.named_file(path))
    }

    /// Does what was to be done at the next boot.
    pub(crate) fn boot_replacements(&mut self) {
        for file in self.files.values_mut().filter(|file| file.is_scheduled) {
            *file = ChangedFile { is_there: Some(true), is_replaced: true, is_scheduled: false };
        }
    }

    /// The file that an installer means by a path: redirected if it is a 32-bit program (WOW64-01).
    fn file_of(&self, by: InstallerId, path: PathId, context: &mut Context<'_>) -> FileId {
        let info = self.world.path_info(path);
        if info.redirected.is_none() || self.redirection_off[by.index()] {
            return self.named_file(path);
        }
        let file = self.world.opened_file(self.process_of(by), path);
        if file != info.file {
            context.apply(rule::SYSTEM32_REDIRECTED);
        }
        file
    }

    /// The file that a path names, without regard to whose it is.
    fn named_file(&self, path: PathId) -> FileId {
        let info = self.world.path_info(path);
        info.resolved.unwrap_or(info.file)
    }

    fn changed_file(&mut self, file: FileId) -> &mut ChangedFile {
        self.files.entry(self.world.same_file(file)).or_default()
    }

    fn is_there(&self, file: FileId) -> bool {
        let identity = self.world.same_file(file);
        let changed = self.files.get(&identity).and_then(|changed| changed.is_there);
        changed.unwrap_or_else(|| {
            [file, identity].iter().all(|name| self.world.file_state(*name) != FileState::Missing)
        })
    }

    /// Whether a running process keeps a file from being replaced, under whichever name it uses it.
    fn is_in_use(&self, file: FileId) -> bool {
        let file = self.world.same_file(file);
        let changed = || self.changed_uses.iter().filter(|change| self.world.same_file(change.file) == file);
        let from_start = self.world.holders(file, true).iter().any(|holder| {
            hinders(holder.how)
                && self.processes[holder.process.index()].is_running
                && changed().all(|change| change.process != holder.process)
        });
        from_start || changed().any(|change| change.how.is_some_and(hinders)) || self.is_running_image(file)
    }

    /// Whether it is the program of a running process, which Windows has loaded, stated or not.
    fn is_running_image(&self, file: FileId) -> bool {
        self.world.numbered_processes().any(|(id, process)| {
            let image = self.world.path_info(process.image_path).file;
            self.processes[id.index()].is_running
                && self.world.same_file(image) == file
                && self.changed_uses.iter().all(|change| (change.process, change.file) != (id, image))
        })
    }
}

/// Whether a use keeps a file from being replaced: a handle that shares everything does not.
fn hinders(how: HowUsed) -> bool {
    match how {
        HowUsed::Handle | HowUsed::Image => true,
        HowUsed::SharedHandle | HowUsed::Unseen => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;
    use crate::{Event, FileFact, FirstOption, Input, Installer, Observed, ProcessId, Use, World};

    const EDITOR: ProcessId = ProcessId(0);
    const SETUP: InstallerId = InstallerId(0);

    /// An editor that uses a file in one way, and an installer.
    fn scene(how: HowUsed) -> (Machine, PathId) {
        let mut world = World::new();
        let core = world.path(r"C:\App\core.dll");
        let mut editor = world.process(r"C:\App\editor.exe", World::user(0));
        editor.uses.push(Use { path: core, how });
        world.add_process(editor);
        let process = world.process(r"C:\Setup\setup.exe", World::user(0));
        let process = world.add_process(process);
        let current_directory = String::from(r"C:\Setup");
        let setup = Installer { process, as_service: false, current_directory, shutdown_privilege: true };
        world.add_installer(setup);
        let other_name = world.path(r"C:\APP~1\core.dll");
        world.file(other_name, FileFact::AnotherNameOf(core));
        (Machine::new(world, Profile::windows_11()), other_name)
    }

    fn replace(machine: &mut Machine, path: PathId) -> Result<(), Reply> {
        let mut observed = Observed::default();
        machine.replace_file(SETUP, path, &mut Context::new(&mut FirstOption, &mut observed))
    }

    #[test]
    fn a_file_in_use_cannot_be_replaced_under_any_name() {
        for (how, expected) in [
            (HowUsed::Handle, Err(Reply::SharingViolation)),
            (HowUsed::Image, Err(Reply::SharingViolation)),
            (HowUsed::SharedHandle, Ok(())),
            (HowUsed::Unseen, Ok(())),
        ] {
            let (mut machine, path) = scene(how);
            assert_eq!(replace(&mut machine, path), expected);
            let view = if expected.is_ok() { FileView::Replaced } else { FileView::Original };
            assert_eq!(machine.file_view(path), view);
        }
    }

    #[test]
    fn a_file_is_free_once_its_user_closed_it_or_is_gone() {
        let (mut machine, path) = scene(HowUsed::Handle);
        let core = machine.world_mut().path(r"C:\App\core.dll");
        let mut observed = Observed::default();
        machine.step(&Input::Event(Event::Close(EDITOR, core)), &mut FirstOption, &mut observed);
        assert_eq!(replace(&mut machine, path), Ok(()));
        let (mut machine, path) = scene(HowUsed::Image);
        machine.step(&Input::Event(Event::Exit(EDITOR)), &mut FirstOption, &mut observed);
        assert_eq!(replace(&mut machine, path), Ok(()));
    }

    #[test]
    fn what_is_scheduled_happens_at_the_next_boot() {
        let (mut machine, path) = scene(HowUsed::Handle);
        let mut observed = Observed::default();
        machine.schedule_replacement(SETUP, path, &mut Context::new(&mut FirstOption, &mut observed));
        assert_eq!(machine.file_view(path), FileView::Pending);
        machine.step(&Input::Event(Event::Reboot), &mut FirstOption, &mut observed);
        assert_eq!(machine.file_view(path), FileView::Replaced);
    }

    #[test]
    fn a_program_that_was_removed_is_missing_until_it_is_put_back() {
        let (mut machine, _) = scene(HowUsed::Handle);
        let program = machine.world_mut().path(r"C:\App\Editor.exe");
        let mut observed = Observed::default();
        let mut choices = FirstOption;
        let context = &mut Context::new(&mut choices, &mut observed);
        assert_eq!(machine.remove_file(SETUP, program, context), Err(Reply::SharingViolation));
        machine.end_process(EDITOR, context);
        assert_eq!(machine.remove_file(SETUP, program, context), Ok(()));
        assert_eq!(machine.remove_file(SETUP, program, context), Err(Reply::FileNotFound));
        assert!(machine.is_missing(program));
        machine.restore_file(SETUP, program, context);
        assert_eq!(machine.file_view(program), FileView::Original);
    }
}
