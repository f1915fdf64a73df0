//! Which parts of a machine were changed: whoever makes many steps from one state takes them back, and encodes them,
//! at the cost of what they changed.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::machine::Machine;
use crate::profile::{Answer, Profile};

/// A value that notes when it may have been changed: as soon as somebody borrows it for that.
#[derive(Debug, Default)]
pub(crate) struct Tracked<T> {
    value: T,
    is_changed: bool,
}

impl<T> Tracked<T> {
    pub(crate) fn new(value: T) -> Tracked<T> {
        Tracked { value, is_changed: false }
    }

    pub(crate) fn is_changed(&self) -> bool {
        self.is_changed
    }

    pub(crate) fn forget(&mut self) {
        self.is_changed = false;
    }
}

impl<T: Clone> Tracked<T> {
    /// Becomes equal to `source`, which it was equal to when its changes were forgotten.
    pub(crate) fn undo(&mut self, source: &Tracked<T>) {
        if self.is_changed {
            self.value.clone_from(&source.value);
            self.is_changed = false;
        }
    }
}

impl<T> Deref for Tracked<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Tracked<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.is_changed = true;
        &mut self.value
    }
}

impl<T: Clone> Clone for Tracked<T> {
    fn clone(&self) -> Tracked<T> {
        Tracked { value: self.value.clone(), is_changed: self.is_changed }
    }

    fn clone_from(&mut self, source: &Tracked<T>) {
        self.value.clone_from(&source.value);
        self.is_changed = source.is_changed;
    }
}

/// Forgets what was changed in several values.
pub(crate) fn forget_all<T>(values: &mut [Tracked<T>]) {
    values.iter_mut().for_each(Tracked::forget);
}

/// Takes back what was changed in several values; those that were added go.
pub(crate) fn undo_all<T: Clone>(values: &mut Vec<Tracked<T>>, source: &[Tracked<T>]) {
    values.truncate(source.len());
    values.iter_mut().zip(source).for_each(|(value, source)| value.undo(source));
}

/// A profile that clones of a machine share until one of them learns an answer.
#[derive(Debug)]
pub(crate) struct SharedProfile(Arc<Profile>);

impl SharedProfile {
    pub(crate) fn new(profile: Profile) -> SharedProfile {
        SharedProfile(Arc::new(profile))
    }

    /// The answer to a knob; see [`Profile::answer`].
    #[inline]
    pub(crate) fn answer<A: Answer>(&mut self, choices: &mut dyn crate::Choices) -> A {
        match self.0.known() {
            Some(answer) => answer,
            None => Arc::make_mut(&mut self.0).answer(choices),
        }
    }

    fn become_like(&mut self, source: &SharedProfile) {
        // To count who shares is dearer than to look.
        if !Arc::ptr_eq(&self.0, &source.0) {
            self.0 = Arc::clone(&source.0);
        }
    }
}

impl Deref for SharedProfile {
    type Target = Profile;

    #[inline]
    fn deref(&self) -> &Profile {
        &self.0
    }
}

impl Clone for SharedProfile {
    fn clone(&self) -> SharedProfile {
        SharedProfile(Arc::clone(&self.0))
    }

    fn clone_from(&mut self, source: &SharedProfile) {
        self.become_like(source);
    }
}

impl Machine {
    /// Takes every knob for asked from now on, so that clones share the profile: see [`Profile::was_asked`].
    pub fn ask_every_knob(&mut self) {
        Arc::make_mut(&mut self.profile.0).ask_all();
    }

    /// Takes the machine as unchanged from now on, for [`Machine::undo_changes`], [`Machine::is_changed`] and
    /// [`Machine::encode_changes`].
    pub fn forget_changes(&mut self) {
        forget_all(&mut self.processes);
        self.sessions.forget_changes();
        self.services.forget();
        self.handles.forget();
        self.timers.forget();
        self.calls.forget();
        self.redirection_off.forget();
        self.changed_uses.forget();
        self.files.forget();
        self.power.forget();
        self.faults.forget();
        self.next_handle.forget();
    }

    /// Takes back every step since the changes were forgotten: `source` is what the machine was equal to then. Copies
    /// what may have changed, and nothing else.
    pub fn undo_changes(&mut self, source: &Machine) {
        self.profile.become_like(&source.profile);
        undo_all(&mut self.processes, &source.processes);
        self.sessions.undo_changes(&source.sessions);
        self.services.undo(&source.services);
        self.handles.undo(&source.handles);
        self.timers.undo(&source.timers);
        self.calls.undo(&source.calls);
        self.redirection_off.undo(&source.redirection_off);
        self.changed_uses.undo(&source.changed_uses);
        self.files.undo(&source.files);
        self.power.undo(&source.power);
        self.faults.undo(&source.faults);
        self.next_handle.undo(&source.next_handle);
    }

    /// Whether the dynamic state may have changed since the changes were forgotten; if not, it did not.
    pub fn is_changed(&self) -> bool {
        self.processes.iter().any(Tracked::is_changed)
            || self.sessions.is_changed()
            || self.services.is_changed()
            || self.handles.is_changed()
            || self.timers.is_changed()
            || self.calls.is_changed()
            || self.is_rest_changed()
    }

    /// Whether one of the parts changed that hardly ever do, which are encoded together.
    pub(crate) fn is_rest_changed(&self) -> bool {
        self.redirection_off.is_changed()
            || self.changed_uses.is_changed()
            || self.files.is_changed()
            || self.power.is_changed()
            || self.faults.is_changed()
            || self.next_handle.is_changed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{FilterModule, Knob};
    use crate::world::World;

    /// Takes a part to change it, which counts as a change.
    fn touch<T>(part: &mut Tracked<T>) {
        let _: &mut T = &mut *part;
    }

    fn source(profile: Profile) -> Machine {
        let mut world = World::new();
        let editor = world.process(r"C:\App\editor.exe", World::user(0));
        world.add_process(editor);
        Machine::new(world, profile)
    }

    #[test]
    fn each_part_that_is_touched_is_a_change_until_it_is_taken_back_or_forgotten() {
        let source = source(Profile::windows_11());
        let often: [fn(&mut Machine); 5] = [
            |machine| touch(&mut machine.processes[0]),
            |machine| touch(&mut machine.services),
            |machine| touch(&mut machine.handles),
            |machine| touch(&mut machine.timers),
            |machine| touch(&mut machine.calls),
        ];
        let seldom: [fn(&mut Machine); 6] = [
            |machine| touch(&mut machine.redirection_off),
            |machine| touch(&mut machine.changed_uses),
            |machine| touch(&mut machine.files),
            |machine| touch(&mut machine.power),
            |machine| touch(&mut machine.faults),
            |machine| touch(&mut machine.next_handle),
        ];
        let mut machine = source.clone();
        machine.forget_changes();
        assert!(!machine.is_changed() && !machine.is_rest_changed());
        for (place, change) in often.iter().chain(&seldom).enumerate() {
            change(&mut machine);
            assert!(machine.is_changed(), "{place}");
            assert_eq!(machine.is_rest_changed(), place >= often.len(), "{place}");
            if place % 2 == 0 {
                machine.undo_changes(&source);
            } else {
                machine.forget_changes();
            }
            assert!(!machine.is_changed() && !machine.is_rest_changed(), "{place}");
        }
    }

    #[test]
    fn an_answer_is_taken_back_with_the_changes() {
        let source = source(Profile::windows_11().with_open(FilterModule::KNOB));
        let mut machine = source.clone();
        machine.forget_changes();
        machine.profile.answer::<FilterModule>(&mut crate::FirstOption);
        assert_ne!(machine.profile(), source.profile());
        machine.undo_changes(&source);
        assert_eq!(machine.profile(), source.profile());
        machine.undo_changes(&source);
        assert_eq!(machine.profile(), source.profile());
        // Whoever takes the place of another has the other's answers.
        let mut other = self::source(Profile::documented());
        assert_ne!(other.profile(), source.profile());
        other.clone_from(&source);
        assert_eq!(other.profile(), source.profile());
        machine.ask_every_knob();
        assert!(Knob::all().all(|knob| machine.profile().was_asked(knob)));
        assert!(!Knob::all().any(|knob| source.profile().was_asked(knob)));
    }
}
