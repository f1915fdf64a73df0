//! Filters: adding and removing them, and whom they keep from being stopped or restarted.

mod buffer;
mod table;

use std::sync::Arc;

use table::{Filter, Key};
pub(crate) use table::{Filters, Mask};

use crate::call::{FilterTarget, Module, Reply, SessionHandle};
use crate::machine::{Context, Machine};
use crate::profile::{FilterConflict, FilterModule, MissingFilter};
use crate::rule::{self, Rule};
use crate::session::{InstallerRole, SessionId};
use crate::world::{InstallerId, ProcessId, ServiceId};

/// The functions about filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Add,
    Remove,
    List,
}

impl Machine {
    /// `RmAddFilter`
    pub(crate) fn add_filter(
        &mut self,
        by: InstallerId,
        handle: SessionHandle,
        target: &FilterTarget,
        action: u32,
        context: &mut Context<'_>,
    ) {
        let added = self.try_add_filter(by, handle, target, action, context);
        context.reply(added.err().unwrap_or(Reply::Success));
    }

    fn try_add_filter(
        &mut self,
        by: InstallerId,
        handle: SessionHandle,
        target: &FilterTarget,
        action: u32,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        let is_handle_first = self.is_handle_first(context);
        if is_handle_first {
            self.filtering_session(by, handle, Function::Add, context)?;
        }
        let key = self.key_of(target, rule::ADD_FILTER_NULL_OR_ZERO, context)?;
        let Some(mask) = Mask::of_action(action) else {
            context.apply(rule::ADD_FILTER_NULL_OR_ZERO);
            if action == 0 {
                context.apply(rule::NULL_OR_ZERO_ARGUMENT);
            }
            return Err(Reply::BadArguments);
        };
        let session = self.filtering_session(by, handle, Function::Add, context)?;
        context.apply_all(&[rule::FILTER_CHANGES_TREATMENT, key.rule()]);
        if !self.is_registered(session, &key) {
            context.apply(rule::FILTER_ON_UNREGISTERED_TARGET);
        }
        let filters = &mut self.sessions.get_mut(session).filters;
        if !filters.is_idle() {
            context.apply(rule::FILTERS_ADDED_REPEATEDLY);
        }
        if !filters.add(key, *target, mask) {
            context.apply(rule::LATER_FILTER_REPLACES);
        }
        Ok(())
    }

    /// `RmRemoveFilter`
    pub(crate) fn remove_filter(
        &mut self,
        by: InstallerId,
        handle: SessionHandle,
        target: &FilterTarget,
        context: &mut Context<'_>,
    ) {
        let removed = self.try_remove_filter(by, handle, target, context);
        context.reply(removed.err().unwrap_or(Reply::Success));
    }

    fn try_remove_filter(
        &mut self,
        by: InstallerId,
        handle: SessionHandle,
        target: &FilterTarget,
        context: &mut Context<'_>,
    ) -> Result<(), Reply> {
        if self.is_handle_first(context) {
            self.filtering_session(by, handle, Function::Remove, context)?;
        }
        let key = self.key_of(target, rule::REMOVE_FILTER_TARGETS, context)?;
        let session = self.filtering_session(by, handle, Function::Remove, context)?;
        context.apply(rule::REMOVE_FILTER_TARGETS);
        let filters = &mut self.sessions.get_mut(session).filters;
        let was_removed_before = !filters.removed.is_empty();
        if filters.remove(key) {
            context.apply(rule::FILTER_REMOVED);
            if was_removed_before {
                context.apply(rule::FILTERS_REMOVED_REPEATEDLY);
            }
            return Ok(());
        }
        Err(match self.profile.answer(context.choices) {
            MissingFilter::FileNotFound => {
                context.apply_all(&[rule::FILTER_NOT_FOUND, rule::MISSING_FILTER_GIVES_2]);
                Reply::FileNotFound
            }
            MissingFilter::InvalidFunction => Reply::InvalidFunction,
        })
    }

    /// The session behind a handle, whose filters a secondary installer cannot touch.
    fn filtering_session(
        &mut self,
        by: InstallerId,
        handle: SessionHandle,
        function: Function,
        context: &mut Context<'_>,
    ) -> Result<SessionId, Reply> {
        let found = self.check_handle(by, handle, context);
        if found.is_err() && function == Function::Add {
            context.apply(rule::ADD_FILTER_UNKNOWN_HANDLE);
        }
        let (session, role) = found?;
        if role == InstallerRole::Primary {
            return Ok(session);
        }
        context.apply(rule::ROLE_TABLE);
        context.apply(match function {
            Function::Add => rule::ADD_FILTER_BY_SECONDARY,
            Function::Remove => rule::REMOVE_FILTER_BY_SECONDARY,
            Function::List => rule::FILTER_LIST_BY_SECONDARY,
        });
        Err(Reply::SessionCredentialConflict)
    }

    /// The key of the one target that must be named (FILT-06).
    fn key_of(&self, target: &FilterTarget, rule: Rule, context: &mut Context<'_>) -> Result<Key, Reply> {
        match (target.module, target.process, target.service) {
            (Some(module), None, None) => Ok(self.module_key(module)),
            (None, Some(process), None) => Ok(Key::Process(process)),
            (None, None, Some(name)) => {
                let service = self.world.service_name_info(name).service;
                Ok(service.map_or(Key::NoService(name), Key::Service))
            }
            (None, None, None) => {
                context.apply_all(&[rule::NULL_OR_ZERO_ARGUMENT, rule]);
                Err(Reply::BadArguments)
            }
            _ => {
                context.apply_all(&[rule::FILTER_HAS_ONE_TARGET, rule]);
                Err(Reply::BadArguments)
            }
        }
    }

    fn module_key(&self, module: Module) -> Key {
        let text = self.world.text_of(module.text);
        if text.contains(['\\', '/']) {
            Key::Module(self.world.path_info(module.path).file)
        } else {
            Key::Name(Arc::from(text.to_lowercase()))
        }
    }

    /// Whether the target of a filter is a resource of its session, as far as it can be one.
    fn is_registered(&self, session: SessionId, key: &Key) -> bool {
        let session = self.sessions.get(session);
        match key {
            Key::Module(file) => crate::resource::contains(&session.files, *file),
            Key::Process(unique) => (session.processes.iter())
                .any(|(process, incarnation)| self.incarnation(*process, *incarnation) == *unique),
            Key::Service(service) => session.services.contains(service),
            Key::NoService(_) | Key::Name(_) => false,
        }
    }

    /// What the filters of a session suppress for an application, or for one service of a process.
    ///
    /// A module filter is for everybody who runs that program, services in it too; so is one for a process. It is
    /// found out when it is needed, so that filters hold for whoever comes later.
    pub(crate) fn mask(
        &mut self,
        session: SessionId,
        who: (ProcessId, u32),
        service: Option<ServiceId>,
        context: &mut Context<'_>,
    ) -> Option<Mask> {
        if self.sessions.get(session).filters.is_idle() {
            return None;
        }
        let by_name = self.sessions.get(session).filters.has_names()
            && self.profile.answer::<FilterModule>(context.choices) == FilterModule::NameToo;
        let process = &self.world.processes[who.0.index()];
        let name =
            by_name.then(|| Key::Name(Arc::from(self.world.text_of(process.image_name).to_lowercase())));
        // The narrowest first.
        let keys = [
            service.map(Key::Service),
            Some(Key::Process(self.incarnation(who.0, who.1))),
            Some(Key::Module(self.world.path_info(process.image_path).file)),
            name,
        ];
        let filters = &self.sessions.get(session).filters;
        let mut matching = keys.iter().flatten().filter_map(|key| Some((key, filters.by_key.get(key)?.mask)));
        let Some((mut key, mut mask)) = matching.next() else {
            if keys.iter().flatten().any(|key| filters.removed.contains(key)) {
                context.apply(rule::REMOVED_FILTER_HAS_NO_EFFECT);
            }
            return None;
        };
        for (other, others) in matching {
            if others != mask
                && self.profile.answer::<FilterConflict>(context.choices) == FilterConflict::Strongest
            {
                (key, mask) = if others > mask { (other, others) } else { (key, mask) };
            }
        }
        context.apply_all(&[rule::FILTER_CHANGES_TREATMENT, key.rule(), mask.rule()]);
        Some(mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Call, GetFilterList, SessionKey, StartSession};
    use crate::machine::Input;
    use crate::profile::{Answer as _, Profile};
    use crate::world::{Installer, World};
    use crate::{FirstOption, Knob, Observed, Output};

    const HANDLE: SessionHandle = SessionHandle(0);

    /// An installer in its session, with an editor that runs.
    fn scene(profile: Profile) -> (Machine, InstallerId, ProcessId) {
        let mut world = World::new();
        let editor = world.process(r"C:\App\Editor.exe", World::user(0));
        let editor = world.add_process(editor);
        let setup = world.process(r"C:\Setup\setup.exe", World::user(0));
        let process = world.add_process(setup);
        let current_directory = String::from(r"C:\Setup");
        let installer = Installer { process, as_service: false, current_directory, shutdown_privilege: true };
        let setup = world.add_installer(installer);
        let mut machine = Machine::new(world, profile);
        let start = StartSession {
            flags: 0,
            null_handle: false,
            null_key: false,
            buffer_in_use: false,
            key: SessionKey(1),
        };
        let start = Input::Call { by: setup, call: Call::StartSession(start), inside: None };
        machine.step(&start, &mut FirstOption, &mut Observed::default());
        (machine, setup, editor)
    }

    fn module(machine: &mut Machine, text: &str) -> FilterTarget {
        let world = machine.world_mut();
        let module = Module { path: world.path(text), text: world.text(text) };
        FilterTarget { module: Some(module), ..FilterTarget::default() }
    }

    fn add(machine: &mut Machine, by: InstallerId, target: FilterTarget, action: u32) -> Reply {
        let mut observed = Observed::default();
        machine.add_filter(by, HANDLE, &target, action, &mut Context::new(&mut FirstOption, &mut observed));
        observed.reply().unwrap()
    }

    fn mask(machine: &mut Machine, who: ProcessId) -> Option<Mask> {
        let mut observed = Observed::default();
        let mut choices = FirstOption;
        let context = &mut Context::new(&mut choices, &mut observed);
        machine.mask(SessionId(0), machine.incarnation_of(who), None, context)
    }

    fn knob(name: &str, option: usize) -> Profile {
        Profile::windows_11().with(Knob::by_name(name).unwrap(), option)
    }

    #[test]
    fn the_narrower_filter_wins_or_the_stronger() {
        for (option, expected) in [Mask::NoRestart, Mask::NoShutdown].into_iter().enumerate() {
            let (mut machine, by, editor) = scene(knob("filter-conflict", option));
            assert_eq!(mask(&mut machine, editor), None);
            let target = module(&mut machine, r"c:\app\EDITOR.exe");
            assert_eq!(add(&mut machine, by, target, 2), Reply::Success);
            assert_eq!(mask(&mut machine, editor), Some(Mask::NoShutdown));
            let process = Some(machine.unique_process(editor));
            assert_eq!(
                add(&mut machine, by, FilterTarget { process, ..FilterTarget::default() }, 1),
                Reply::Success
            );
            assert_eq!(mask(&mut machine, editor), Some(expected));
        }
    }

    #[test]
    fn a_name_without_a_folder_matches_only_where_names_do() {
        for (option, expected) in [None, Some(Mask::NoShutdown)].into_iter().enumerate() {
            let (mut machine, by, editor) = scene(Profile::windows_11().with(FilterModule::KNOB, option));
            let target = module(&mut machine, "EDITOR.EXE");
            assert_eq!(add(&mut machine, by, target, 2), Reply::Success);
            assert_eq!(mask(&mut machine, editor), expected);
        }
    }

    #[test]
    fn a_filter_added_again_keeps_its_place_and_a_removed_one_holds_no_more() {
        let (mut machine, by, editor) = scene(Profile::windows_11());
        let target = module(&mut machine, r"C:\App\editor.exe");
        let other = module(&mut machine, r"C:\App\p.exe");
        for (target, action) in [(target, 2), (other, 2), (target, 1)] {
            assert_eq!(add(&mut machine, by, target, action), Reply::Success);
        }
        let mut observed = Observed::default();
        let arguments =
            GetFilterList { handle: HANDLE, capacity: 200, null_buffer: false, null_needed: false };
        machine.get_filter_list(by, &arguments, &mut Context::new(&mut FirstOption, &mut observed));
        let [_, Output::FilterList(Some(needed)), Output::Filter(first), Output::Filter(last)] =
            observed.outputs.as_slice()
        else {
            panic!("{observed:?}")
        };
        assert_eq!((*needed, first.action, first.next, first.text_at), (72 + 64, 1, 72, Some(32)));
        assert_eq!((last.target, last.next), (other, 0));
        for expected in [Reply::Success, Reply::FileNotFound] {
            let mut observed = Observed::default();
            machine.remove_filter(by, HANDLE, &target, &mut Context::new(&mut FirstOption, &mut observed));
            assert_eq!(observed.reply(), Some(expected));
        }
        assert_eq!(mask(&mut machine, editor), None);
    }

    #[test]
    fn the_order_of_filters_is_part_of_the_state() {
        let bytes = |modules: &[&str]| {
            let (mut machine, by, _) = scene(Profile::windows_11());
            // Both names are known in each machine, by the same numbers.
            let targets = [r"C:\App\one.exe", r"C:\App\other.exe"].map(|text| module(&mut machine, text));
            for name in modules {
                let target = targets[usize::from(*name != "one")];
                assert_eq!(add(&mut machine, by, target, 2), Reply::Success);
            }
            let mut bytes = Vec::new();
            machine.encode(&mut bytes);
            bytes
        };
        assert_ne!(bytes(&["one", "other"]), bytes(&["other", "one"]));
        assert_eq!(bytes(&["one", "other"]), bytes(&["one", "other", "one"]));
        assert_ne!(bytes(&["one"]), bytes(&["other"]));
    }

    #[test]
    fn exactly_one_target_and_a_defined_action_are_needed() {
        let (mut machine, by, editor) = scene(Profile::windows_11());
        let target = module(&mut machine, r"C:\App\editor.exe");
        let process = Some(machine.unique_process(editor));
        for (target, action) in
            [(FilterTarget::default(), 1), (FilterTarget { process, ..target }, 1), (target, 0), (target, 3)]
        {
            assert_eq!(add(&mut machine, by, target, action), Reply::BadArguments);
        }
        assert_eq!(mask(&mut machine, editor), None);
    }
}
