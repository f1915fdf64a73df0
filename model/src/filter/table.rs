//! The filters of a session, found by whom they are about.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::call::{FilterTarget, UniqueProcess};
use crate::encoding::Encoder;
use crate::renaming::Renaming;
use crate::reuse::clone_by_field;
use crate::rule::{self, Rule};
use crate::world::{FileId, ProcessId, ServiceId, ServiceNameId, World};

/// What a filter suppresses; the stronger comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Mask {
    /// `RmNoRestart`: its target may be stopped, but is not restarted (FILT-30).
    NoRestart,
    /// `RmNoShutdown`: it is neither stopped nor restarted (FILT-31).
    NoShutdown,
}

impl Mask {
    pub(super) fn of_action(action: u32) -> Option<Mask> {
        match action {
            1 => Some(Mask::NoRestart),
            2 => Some(Mask::NoShutdown),
            _ => None,
        }
    }

    pub(super) fn action(self) -> u32 {
        match self {
            Mask::NoRestart => 1,
            Mask::NoShutdown => 2,
        }
    }

    pub(super) fn rule(self) -> Rule {
        match self {
            Mask::NoRestart => rule::FILTER_NO_RESTART,
            Mask::NoShutdown => rule::FILTER_NO_SHUTDOWN,
        }
    }
}

/// Whom a filter is about; two filters with one key are one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    Module(FileId),
    Process(UniqueProcess),
    Service(ServiceId),
    /// A name that no service has.
    NoService(ServiceNameId),
    /// A module without a folder, in lower case. They come last: see [`Filters::has_names`].
    Name(Arc<str>),
}

impl Key {
    fn encode(&self, world: &World, encoder: &mut Encoder<'_>) {
        match self {
            Key::Process(unique) => match world.process_of(*unique) {
                Some(incarnation) => {
                    encoder.number(0);
                    encoder.incarnation(incarnation);
                }
                None => {
                    encoder.number(1);
                    encoder.value(unique);
                }
            },
            Key::Module(_) | Key::Service(_) | Key::NoService(_) | Key::Name(_) => {
                encoder.number(2);
                encoder.value(self);
            }
        }
    }

    /// By what it is put in order where it is encoded: not by ids, which tell more than who is who.
    fn in_order(&self, world: &World, names: Option<&Renaming>) -> Key {
        match self {
            Key::Module(file) => Key::Module(names.map_or(*file, |names| names.file(*file))),
            Key::Process(unique) => Key::Process(match world.process_of(*unique) {
                Some((process, incarnation)) => UniqueProcess {
                    pid: names.map_or(process, |names| names.process(process)).0,
                    start_time: u64::from(incarnation),
                },
                None => *unique,
            }),
            Key::Service(_) | Key::NoService(_) | Key::Name(_) => self.clone(),
        }
    }

    /// The rule of the identifier.
    pub(super) fn rule(&self) -> Rule {
        match self {
            Key::Module(_) | Key::Name(_) => rule::FILTER_BY_MODULE,
            Key::Process(_) => rule::FILTER_BY_PROCESS,
            Key::Service(_) | Key::NoService(_) => rule::FILTER_BY_SERVICE,
        }
    }
}

/// A filter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filter {
    /// As it was named when it was first added.
    pub(super) target: FilterTarget,
    pub(super) mask: Mask,
    /// Its place in the order of addition.
    pub(super) place: u32,
}

/// The filters of a session.
#[derive(Debug, Default)]
pub(crate) struct Filters {
    pub(super) by_key: BTreeMap<Key, Filter>,
    /// Whose filters were removed.
    pub(super) removed: BTreeSet<Key>,
    /// How many were added.
    added: u32,
}

clone_by_field!(Filters { by_key, removed, added });

impl Filters {
    pub(crate) fn encode(&self, world: &World, encoder: &mut Encoder<'_>) {
        // Those that are gone have no future: by them it is known which rules apply, and no more.
        let Filters { by_key, removed: _, added: _ } = self;
        let mut by_key: Vec<(&Key, &Filter)> = by_key.iter().collect();
        by_key.sort_by_cached_key(|(key, _)| key.in_order(world, encoder.names()));
        encoder.each(by_key.iter(), |encoder, (key, filter)| {
            // The process that it names is that of the key.
            let Filter { target: FilterTarget { module, process: _, service }, mask, place: _ } = filter;
            key.encode(world, encoder);
            encoder.value(&(module, service, mask));
        });
        encoder.ranks(by_key.iter().map(|(_, filter)| filter.place));
    }

    /// What there is about a process: for each filter its action and its place in the order.
    pub(crate) fn of_process(&self, world: &World, process: ProcessId, each: &mut dyn FnMut(Mask, usize)) {
        let is_it = |key: &Key| match key {
            Key::Process(unique) => world.process_of(*unique).is_some_and(|(other, _)| other == process),
            Key::Module(_) | Key::Service(_) | Key::NoService(_) | Key::Name(_) => false,
        };
        for (_, filter) in self.by_key.iter().filter(|(key, _)| is_it(key)) {
            let before = self.by_key.values().filter(|other| other.place < filter.place).count();
            each(filter.mask, before);
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.by_key.len()
    }

    /// Whether nobody has touched them.
    pub(super) fn is_idle(&self) -> bool {
        self.added == 0
    }

    /// Whether one of them names a program without its folder.
    pub(super) fn has_names(&self) -> bool {
        matches!(self.by_key.last_key_value(), Some((Key::Name(_), _)))
    }

    /// Adds a filter, or replaces the action of the one with this key; whether it is new.
    pub(super) fn add(&mut self, key: Key, target: FilterTarget, mask: Mask) -> bool {
        self.removed.remove(&key);
        let place = self.added;
        let filter = self.by_key.entry(key).or_insert(Filter { target, mask, place });
        let is_new = filter.place == place;
        filter.mask = mask;
        self.added += 1;
        is_new
    }

    /// Removes a filter; whether there was one.
    pub(super) fn remove(&mut self, key: Key) -> bool {
        let was_there = self.by_key.remove(&key).is_some();
        if was_there {
            self.removed.insert(key);
        }
        was_there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filters_of_a_process_are_those_that_name_it_with_their_places() {
        let mut world = World::new();
        let [editor, viewer] = [r"C:\App\editor.exe", r"C:\App\viewer.exe"].map(|path| {
            let process = world.process(path, World::user(0));
            world.add_process(process)
        });
        let of = |filters: &Filters, process| {
            let mut found = Vec::new();
            filters.of_process(&world, process, &mut |mask, place| found.push((mask, place)));
            found
        };
        let mut filters = Filters::default();
        assert!(filters.is_idle() && !filters.has_names());
        let key = |process, incarnation| Key::Process(world.incarnation(process, incarnation));
        let target = FilterTarget::default();
        assert!(filters.add(key(viewer, 0), target, Mask::NoShutdown));
        assert!(filters.add(key(editor, 0), target, Mask::NoRestart));
        assert!(filters.add(key(editor, 1), target, Mask::NoShutdown));
        assert!(!filters.is_idle() && !filters.has_names());
        assert_eq!(of(&filters, viewer), [(Mask::NoShutdown, 0)]);
        assert_eq!(of(&filters, editor), [(Mask::NoRestart, 1), (Mask::NoShutdown, 2)]);
        // What is added again keeps its place; what is removed leaves none.
        assert!(!filters.add(key(editor, 0), target, Mask::NoShutdown));
        assert_eq!(of(&filters, editor), [(Mask::NoShutdown, 1), (Mask::NoShutdown, 2)]);
        assert!(filters.remove(key(viewer, 0)) && !filters.remove(key(viewer, 0)));
        assert_eq!(of(&filters, editor), [(Mask::NoShutdown, 0), (Mask::NoShutdown, 1)]);
        assert!(filters.add(Key::Name("editor.exe".into()), target, Mask::NoRestart));
        assert!(filters.has_names() && of(&filters, viewer).is_empty());
    }
}
