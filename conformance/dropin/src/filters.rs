//! The buffer of the list of filters as bytes: entries and their texts, where the observation says that they lie.

use std::mem::{offset_of, size_of};
use std::ops::Range;

use rstmgr_conformance::request::{Filter, FilterList};

use crate::abi::{
    DWORD, LPWSTR, RM_FILTER_INFO,
    RM_FILTER_TRIGGER::{self, RmFilterTriggerFile, RmFilterTriggerProcess, RmFilterTriggerService},
    RM_UNIQUE_PROCESS,
};
use crate::calling::Unanswered;
use crate::{text, write};

/// Bytes, and where in the buffer they belong.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) at: usize,
    pub(crate) bytes: Vec<u8>,
}

impl Part {
    fn range(&self) -> Range<usize> {
        self.at..self.at + self.bytes.len()
    }
}

/// The entries of `list` and their texts in a buffer of `capacity` bytes at `address`.
///
/// Windows may count `cbNextOffset` from its entry or from the buffer (U-64). The buffer tells which it was: entries
/// and texts never overlap and never leave it.
///
/// # Errors
///
/// If it can be neither.
pub(crate) fn laid_out(list: &FilterList, address: usize, capacity: DWORD) -> Result<Vec<Part>, Unanswered> {
    let needed = list.needed.map_or(capacity, |needed| needed.min(capacity));
    let room = usize::try_from(needed).unwrap_or(usize::MAX);
    let from_entry = list.filters.iter().scan(0_usize, |at, filter| {
        let begin = *at;
        *at = at.checked_add(size(filter.next))?;
        Some(begin)
    });
    let from_buffer = [0].into_iter().chain(list.filters.iter().map(|filter| size(filter.next)));
    parts(&list.filters, from_entry, address, room)
        .or_else(|| parts(&list.filters, from_buffer, address, room))
        .ok_or(Unanswered::Filters)
}

/// All parts, if each has a place of its own.
fn parts(
    filters: &[Filter],
    places: impl Iterator<Item = usize>,
    address: usize,
    room: usize,
) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    for (filter, at) in filters.iter().zip(places) {
        let text = filter.target.module.as_deref().or(filter.target.service.as_deref()).map(text_bytes);
        let text_at = filter.text_at.map(|text_at| at.checked_add(size(text_at)));
        let text = match (text, text_at) {
            (Some(bytes), Some(text_at)) => Some(Part { at: text_at?, bytes }),
            (None, None) => None,
            _ => return None,
        };
        parts.push(Part { at, bytes: entry(filter, text.as_ref().map(|text| address + text.at))? });
        parts.extend(text);
    }
    let mut ranges: Vec<Range<usize>> = parts.iter().map(Part::range).collect();
    ranges.sort_by_key(|range| range.start);
    let is_apart = ranges.windows(2).all(|pair| pair[0].end <= pair[1].start);
    let is_within = ranges.last().is_some_and(|last| last.end <= room);
    (is_apart && is_within).then_some(parts)
}

/// The bytes of an entry whose text lies at `text`.
fn entry(filter: &Filter, text: Option<usize>) -> Option<Vec<u8>> {
    let mut bytes = vec![0; size_of::<RM_FILTER_INFO>()];
    let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
    let target = offset_of!(RM_FILTER_INFO, Target);
    let trigger = match (&filter.target.module, filter.target.process, &filter.target.service) {
        (Some(_), None, None) => RmFilterTriggerFile,
        (None, Some(process), None) => {
            let process = write::process(process);
            let time = target + offset_of!(RM_UNIQUE_PROCESS, ProcessStartTime);
            put(target, &process.dwProcessId.to_ne_bytes());
            put(time, &process.ProcessStartTime.dwLowDateTime.to_ne_bytes());
            put(time + size_of::<DWORD>(), &process.ProcessStartTime.dwHighDateTime.to_ne_bytes());
            RmFilterTriggerProcess
        }
        (None, None, Some(_)) => RmFilterTriggerService,
        _ => return None,
    };
    if let Some(text) = text {
        const { assert!(size_of::<LPWSTR>() == size_of::<usize>(), "a pointer is as large as its address") };
        put(target, &text.to_ne_bytes());
    }
    put(offset_of!(RM_FILTER_INFO, FilterAction), &filter.action.to_ne_bytes());
    put(offset_of!(RM_FILTER_INFO, FilterTrigger), &number(trigger).to_ne_bytes());
    put(offset_of!(RM_FILTER_INFO, cbNextOffset), &filter.next.to_ne_bytes());
    Some(bytes)
}

#[expect(clippy::as_conversions, reason = "the number of a variant")]
fn number(trigger: RM_FILTER_TRIGGER) -> i32 {
    trigger as i32
}

/// UTF-16 with a NUL at its end.
fn text_bytes(text: &str) -> Vec<u8> {
    text::units(text).into_iter().chain([0]).flat_map(u16::to_ne_bytes).collect()
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use rstmgr_conformance::request::{FilterTarget, UniqueProcess};

    use super::*;

    const ENTRY: u32 = if cfg!(target_pointer_width = "64") { 32 } else { 24 };

    fn module(name: &str, next: u32, text_at: u32) -> Filter {
        let target = FilterTarget { module: Some(String::from(name)), ..FilterTarget::default() };
        Filter { target, action: 1, next, text_at: Some(text_at) }
    }

    fn process(next: u32) -> Filter {
        let process = Some(UniqueProcess { pid: 4, start_time: 1 << 40 });
        Filter { target: FilterTarget { process, ..FilterTarget::default() }, action: 2, next, text_at: None }
    }

    fn places(filters: Vec<Filter>, needed: u32) -> Option<Vec<usize>> {
        let list = FilterList { needed: Some(needed), filters };
        let parts = laid_out(&list, 0x1000, needed).ok()?;
        Some(parts.iter().map(|part| part.at).collect())
    }

    fn expected(places: &[u32]) -> Option<Vec<usize>> {
        Some(places.iter().map(|place| size(*place)).collect())
    }

    #[test]
    fn texts_lie_behind_their_entries() {
        let first = ENTRY + 8;
        let filters = || vec![module("abc", first, ENTRY), process(ENTRY), module("d", 0, ENTRY)];
        let third = first + ENTRY;
        let needed = third + ENTRY + 8;
        assert_eq!(places(filters(), needed), expected(&[0, ENTRY, first, third, third + ENTRY]));
        assert_eq!(places(filters(), needed - 8), None);
    }

    #[test]
    fn offsets_may_be_counted_from_the_buffer() {
        let (second, third) = (ENTRY + 8, 2 * ENTRY + 8);
        let filters = vec![module("abc", second, ENTRY), process(third), module("d", 0, ENTRY)];
        let needed = third + ENTRY + 8;
        assert_eq!(places(filters, needed), expected(&[0, ENTRY, second, third, third + ENTRY]));
    }

    #[test]
    fn texts_may_lie_at_the_end() {
        let end = 3 * ENTRY;
        for offsets in [[ENTRY, ENTRY], [ENTRY, 2 * ENTRY]] {
            let long = "l".repeat(99);
            let filters = vec![
                module(&long, offsets[0], end),
                module("abc", offsets[1], end + 200 - ENTRY),
                process(0),
            ];
            let placed = places(filters, end + 208);
            assert_eq!(placed, expected(&[0, end, ENTRY, end + 200, 2 * ENTRY]), "{offsets:?}");
        }
    }

    #[test]
    fn an_entry_of_another_size_is_refused() {
        assert_eq!(places(vec![module("abc", 0, ENTRY - 8)], ENTRY), None);
    }

    #[test]
    fn an_entry_has_its_fields_in_their_places() {
        let list = FilterList { needed: Some(ENTRY + 8), filters: vec![module("abc", 0, ENTRY)] };
        let parts = laid_out(&list, 0x1000, 100).unwrap();
        let number = |at: usize| u32::from_ne_bytes(parts[0].bytes[at..at + 4].try_into().unwrap());
        assert_eq!([number(0), number(4), number(8)], [1, 1, 0]);
        assert_eq!(number(offset_of!(RM_FILTER_INFO, Target)), 0x1000 + ENTRY);
        assert_eq!(parts[1].bytes, text_bytes("abc"));
    }
}
