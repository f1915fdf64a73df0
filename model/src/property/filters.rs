//! Laws on filters: adding, removing, and the buffer of their list.

use super::Court;
use super::arguments::Answer;
use super::monitor::Monitor;
use super::notes::FilterNote;
use super::table::Law;
use crate::call::{FilterTarget, GetFilterList, Reply};
use crate::happening::FilterEntry;
use crate::observed::Output;
use crate::world::{Oddity, World};

impl Monitor {
    /// A filter was to be added, or without an action removed.
    pub(super) fn judge_added_filter(
        &mut self,
        court: &mut Court<'_>,
        answer: &Answer<'_>,
        target: FilterTarget,
        action: Option<u32>,
    ) {
        let why = || format!("{:?} is answered {:?}", answer.call, answer.reply);
        let named =
            [target.module.is_some(), target.process.is_some(), target.service.is_some()].map(u8::from);
        let is_defined = action.is_none_or(|action| matches!(action, 1 | 2));
        if named.iter().sum::<u8>() != 1 || !is_defined {
            court.demand(Law::FiltersHaveOneTarget, !answer.is_success(), why);
        }
        let world = court.world;
        let key = answer.key();
        let Some(session) = key.and_then(|key| self.session_mut(key)) else { return };
        let place = session.filters.iter().position(|other| is_same_target(world, other.target, target));
        if action.is_none() && place.is_none() && is_plain(world, target) {
            court.demand(Law::MissingFiltersAreNotRemoved, !answer.is_success(), why);
        }
        if !answer.is_success() {
            return;
        }
        match (action, place) {
            (Some(action), Some(place)) => session.filters[place].action = action,
            (Some(action), None) => {
                let process = target.process.and_then(|unique| world.process_of(unique));
                session.filters.push(FilterNote { target, process, action });
            }
            (None, Some(place)) => {
                session.filters.remove(place);
            }
            (None, None) => {}
        }
        for call in self.calls.iter_mut().filter(|call| call.key == key) {
            call.is_disturbed = true;
        }
    }

    pub(super) fn judge_filter_list(
        &mut self,
        court: &mut Court<'_>,
        answer: &Answer<'_>,
        arguments: &GetFilterList,
    ) {
        let entries: Vec<&FilterEntry> = answer
            .written
            .iter()
            .filter_map(|output| match output {
                Output::Filter(entry) => Some(entry),
                _ => None,
            })
            .collect();
        let needed = answer.written.iter().find_map(|output| match output {
            Output::FilterList(needed) => Some(*needed),
            _ => None,
        });
        let needed = needed.flatten();
        let capacity = if arguments.null_buffer { 0 } else { arguments.capacity };
        let why = || format!("{needed:?} bytes for {capacity}, answered {:?}: {entries:?}", answer.reply);
        let fits = match answer.reply {
            Reply::Success => needed.is_some_and(|needed| needed <= capacity),
            Reply::MoreData if arguments.null_needed => entries.is_empty(),
            Reply::MoreData => entries.is_empty() && needed.is_some_and(|needed| needed > capacity),
            _ => entries.is_empty() && needed.is_none(),
        };
        court.demand(Law::FilterBuffersFit, fits, why);
        if !answer.is_success() {
            return;
        }
        judge_chain(court, &entries);
        let Some(session) = answer.key().and_then(|key| self.session(key)) else { return };
        if !session.filters.iter().all(|filter| is_plain(court.world, filter.target)) {
            return;
        }
        let is_in = |filter: &FilterNote| {
            let is_it = |entry: &&&FilterEntry| {
                is_same_target(court.world, entry.target, filter.target) && entry.action == filter.action
            };
            entries.iter().filter(is_it).count() == 1
        };
        let fits = entries.len() == session.filters.len() && session.filters.iter().all(is_in);
        let filters = session.filters.clone();
        court.demand(Law::FiltersReadBack, fits, || format!("{entries:?} for {filters:?}"));
    }
}

/// Every entry leads to the next one, and names lie behind entries.
fn judge_chain(court: &mut Court<'_>, entries: &[&FilterEntry]) {
    for (place, entry) in entries.iter().enumerate() {
        let is_last = place + 1 == entries.len();
        let is_chained = (entry.next == 0) == is_last;
        let has_name = entry.target.module.is_some() || entry.target.service.is_some();
        let is_behind = entry.text_at.is_some() == has_name && entry.text_at.is_none_or(|at| at >= 24);
        court.demand(Law::FilterEntriesAreChained, is_chained && is_behind, || format!("{entry:?}"));
    }
}

/// Whether it can be told without the answer to an open question which filters are about the same.
fn is_plain(world: &World, target: FilterTarget) -> bool {
    target.module.is_none_or(|module| {
        let info = world.path_info(module.path);
        info.oddity == Oddity::None && info.redirected.is_none() && world.same_file(info.file) == info.file
    })
}

/// Whether two filters are about the same.
fn is_same_target(world: &World, one: FilterTarget, other: FilterTarget) -> bool {
    let file =
        |target: FilterTarget| target.module.map(|module| world.same_file(world.path_info(module.path).file));
    let service =
        |target: FilterTarget| target.service.map(|name| (world.service_name_info(name).service, name));
    let is_same_service = match (service(one), service(other)) {
        (Some((Some(one), _)), Some((Some(other), _))) => one == other,
        (Some((None, one)), Some((None, other))) => one == other,
        (None, None) => true,
        _ => false,
    };
    file(one) == file(other) && one.process == other.process && is_same_service
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Module;
    use crate::world::FileFact;

    #[test]
    fn a_module_is_plain_under_its_own_name_in_a_place_that_is_the_same_for_everybody() {
        let mut world = World::new();
        let of = |world: &mut World, text: &str| {
            let module = Module { path: world.path(text), text: world.text(text) };
            FilterTarget { module: Some(module), ..FilterTarget::default() }
        };
        let editor = of(&mut world, r"C:\App\editor.exe");
        let link = of(&mut world, r"C:\App\link.exe");
        let redirected = of(&mut world, r"C:\Windows\System32\tool.exe");
        let [of_editor, of_link] = [editor, link].map(|target| target.module.unwrap().path);
        world.file(of_link, FileFact::AnotherNameOf(of_editor));
        assert!(is_plain(&world, FilterTarget::default()) && is_plain(&world, editor));
        assert!(!is_plain(&world, link) && !is_plain(&world, redirected));
    }
}
