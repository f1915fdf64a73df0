//! `RmGetFilterList`: the buffer into which filters are written, with its offsets.

use super::{Filter, Function, Key};
use crate::call::{GetFilterList, Reply};
use crate::happening::FilterEntry;
use crate::machine::{Context, Machine};
use crate::observed::Output;
use crate::profile::{FilterNeededNull, FilterOffsets, FilterOrder, FilterTexts};
use crate::rule;
use crate::session::SessionId;
use crate::world::InstallerId;

/// How entries lie in a buffer.
#[derive(Clone, Copy, Debug)]
struct Layout {
    /// The size of `RM_FILTER_INFO`, and what it is aligned to.
    entry: u32,
    alignment: u32,
    texts: FilterTexts,
    offsets: FilterOffsets,
}

impl Layout {
    /// The bytes that all entries need, and each one's `cbNextOffset` and the place of its text; `texts` are the
    /// sizes of the texts.
    fn lay_out(self, texts: &[Option<u32>]) -> (u32, Vec<(u32, Option<u32>)>) {
        let count = u32::try_from(texts.len()).expect("a session has few filters");
        let mut start = 0;
        let mut behind_all = self.entry * count;
        let mut places = Vec::with_capacity(texts.len());
        for text in texts {
            let (size, text_at) = match self.texts {
                FilterTexts::BehindEntry => (
                    (self.entry + text.unwrap_or(0)).next_multiple_of(self.alignment),
                    text.map(|_| self.entry),
                ),
                FilterTexts::AtEnd => (self.entry, text.map(|_| behind_all - start)),
            };
            behind_all += text.unwrap_or(0);
            start += size;
            let next = match self.offsets {
                FilterOffsets::Entry => size,
                FilterOffsets::Buffer => start,
            };
            places.push((next, text_at));
        }
        if let Some((next, _)) = places.last_mut() {
            *next = 0;
        }
        let needed = match self.texts {
            FilterTexts::BehindEntry => start,
            FilterTexts::AtEnd => behind_all,
        };
        (needed, places)
    }
}

impl Machine {
    /// `RmGetFilterList`
    pub(crate) fn get_filter_list(
        &mut self,
        by: InstallerId,
        arguments: &GetFilterList,
        context: &mut Context<'_>,
    ) {
        match self.filters_to_list(by, arguments, context) {
            Ok(session) => self.write_filters(by, session, arguments, context),
            Err(reply) => {
                context.reply(reply);
                context.emit(Output::FilterList(None));
            }
        }
    }

    /// The session whose filters are asked for.
    fn filters_to_list(
        &mut self,
        by: InstallerId,
        arguments: &GetFilterList,
        context: &mut Context<'_>,
    ) -> Result<SessionId, Reply> {
        if self.is_handle_first(context) {
            self.filtering_session(by, arguments.handle, Function::List, context)?;
        }
        if arguments.null_buffer && arguments.capacity > 0 {
            context.apply_all(&[rule::NULL_OR_ZERO_ARGUMENT, rule::FILTER_LIST_NULL_OR_ZERO]);
            return Err(Reply::BadArguments);
        }
        if arguments.null_needed {
            return Err(match self.profile.answer(context.choices) {
                FilterNeededNull::MoreData => {
                    context.apply(rule::FILTER_NEEDED_NOT_SUPPLIED);
                    Reply::MoreData
                }
                FilterNeededNull::BadArguments => {
                    context.apply_all(&[rule::NULL_OR_ZERO_ARGUMENT, rule::FILTER_LIST_NULL_OR_ZERO]);
                    Reply::BadArguments
                }
            });
        }
        self.filtering_session(by, arguments.handle, Function::List, context)
    }

    fn write_filters(
        &mut self,
        by: InstallerId,
        session: SessionId,
        arguments: &GetFilterList,
        context: &mut Context<'_>,
    ) {
        let filters = self.filters_in_order(session, context);
        let texts: Vec<Option<u32>> = filters.iter().map(|filter| self.text_size(filter)).collect();
        let is_wow64 = self.world.processes[self.process_of(by).index()].wow64;
        let (entry, alignment) = if is_wow64 { (24, 4) } else { (32, 8) };
        let layout = Layout {
            entry,
            alignment,
            texts: self.profile.answer(context.choices),
            offsets: self.profile.answer(context.choices),
        };
        let (needed, places) = layout.lay_out(&texts);
        context.apply(rule::FILTER_BUFFER_SIZES);
        // A buffer that is NULL has no room, whatever its size is said to be.
        let capacity = if arguments.null_buffer { 0 } else { arguments.capacity };
        if capacity < needed {
            context.apply(rule::FILTER_BUFFER_TOO_SMALL);
            context.reply(Reply::MoreData);
            context.emit(Output::FilterList(Some(needed)));
            return;
        }
        context.apply(rule::FILTERS_COPIED_TO_BUFFER);
        if !filters.is_empty() {
            context.apply(rule::FILTERS_READ_BACK);
        }
        if filters.len() > 1 {
            context.apply_all(&[rule::FILTER_ENTRIES_CHAINED, rule::NEXT_FILTER_OFFSET]);
        }
        if texts.iter().any(Option::is_some) {
            context.apply(rule::FILTER_NAMES_IN_BUFFER);
        }
        context.reply(Reply::Success);
        context.emit(Output::FilterList(Some(needed)));
        for (filter, (next, text_at)) in filters.iter().zip(places) {
            let action = filter.mask.action();
            context.emit(Output::Filter(FilterEntry { target: filter.target, action, next, text_at }));
        }
    }

    /// The filters of a session in the order in which they are listed (U-64d).
    fn filters_in_order(&mut self, session: SessionId, context: &mut Context<'_>) -> Vec<Filter> {
        let filters = &self.sessions.get(session).filters.by_key;
        let mut listed: Vec<(u8, Filter)> =
            filters.iter().map(|(key, filter)| (trigger(key), *filter)).collect();
        let by_trigger =
            listed.len() > 1 && self.profile.answer::<FilterOrder>(context.choices) == FilterOrder::ByTrigger;
        listed.sort_by_key(|(trigger, filter)| (if by_trigger { *trigger } else { 0 }, filter.place));
        listed.into_iter().map(|(_, filter)| filter).collect()
    }

    /// How many bytes the name in a filter takes with its NUL.
    fn text_size(&self, filter: &Filter) -> Option<u32> {
        let module = filter.target.module.map(|module| self.world.text_length(module.text));
        let service = filter.target.service.map(|name| self.world.service_name_info(name).length);
        module.or(service).map(|length| 2 * (length + 1))
    }
}

/// `RM_FILTER_TRIGGER` (TYPE-30 to TYPE-32).
fn trigger(key: &Key) -> u8 {
    match key {
        Key::Module(_) | Key::Name(_) => 1,
        Key::Process(_) => 2,
        Key::Service(_) | Key::NoService(_) => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_and_names_lie_where_the_layout_says() {
        let texts = [Some(36), None, Some(16)];
        let lay_out = |entry, alignment, texts_lie, offsets| {
            Layout { entry, alignment, texts: texts_lie, offsets }.lay_out(&texts)
        };
        assert_eq!(
            lay_out(32, 8, FilterTexts::BehindEntry, FilterOffsets::Entry),
            (72 + 32 + 48, vec![(72, Some(32)), (32, None), (0, Some(32))])
        );
        assert_eq!(
            lay_out(24, 4, FilterTexts::BehindEntry, FilterOffsets::Buffer),
            (60 + 24 + 40, vec![(60, Some(24)), (84, None), (0, Some(24))])
        );
        assert_eq!(
            lay_out(32, 8, FilterTexts::AtEnd, FilterOffsets::Entry),
            (96 + 36 + 16, vec![(32, Some(96)), (32, None), (0, Some(68))])
        );
    }

    #[test]
    fn no_filters_need_no_room() {
        let layout =
            Layout { entry: 32, alignment: 8, texts: FilterTexts::AtEnd, offsets: FilterOffsets::Entry };
        assert_eq!(layout.lay_out(&[]), (0, vec![]));
    }
}
