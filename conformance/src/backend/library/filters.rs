//! The buffer of `RmGetFilterList`: entries one behind the other, each with its text.

use std::io;
use std::mem::{offset_of, size_of};

use windows_sys::Win32::System::RestartManager::{
    RM_FILTER_INFO, RM_UNIQUE_PROCESS, RmFilterTriggerFile, RmFilterTriggerProcess, RmFilterTriggerService,
};

use super::buffers::overrun;
use crate::request::{Filter, FilterTarget, UniqueProcess};

/// What the buffer holds before the call, and what lies behind it.
const UNTOUCHED_BYTE: u8 = 0xA5;
/// How many bytes behind the buffer are watched.
const GUARD: usize = 64;
/// More bytes than any list of filters needs.
pub(crate) const FILTERS_CAPACITY_MAX: u32 = 64 << 20;
/// More entries than any list has.
const ENTRIES_MAX: usize = 1_000_000;

/// A buffer for filters, and some bytes behind it.
pub(super) struct FilterBuffer {
    /// In units that are aligned as entries have to be.
    units: Vec<u64>,
    capacity: usize,
}

impl FilterBuffer {
    pub(super) fn new(capacity: u32) -> io::Result<Self> {
        let length = usize::try_from(capacity).ok().filter(|_| capacity <= FILTERS_CAPACITY_MAX);
        let Some(length) = length else {
            let message = format!("a buffer of {capacity} bytes is larger than {FILTERS_CAPACITY_MAX}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        };
        let mut units = Vec::new();
        let count = (length + GUARD).div_ceil(size_of::<u64>());
        units.try_reserve_exact(count)?;
        units.resize(count, u64::from_ne_bytes([UNTOUCHED_BYTE; 8]));
        Ok(FilterBuffer { units, capacity: length })
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut u8 {
        self.units.as_mut_ptr().cast()
    }

    /// The entries, if `is_filled`.
    pub(super) fn observed(&self, is_filled: bool) -> io::Result<Vec<Filter>> {
        let bytes: Vec<u8> = self.units.iter().flat_map(|unit| unit.to_ne_bytes()).collect();
        let (buffer, guard) = bytes.split_at(self.capacity);
        if guard.iter().any(|byte| *byte != UNTOUCHED_BYTE) {
            return Err(overrun("the buffer for filters"));
        }
        // A list without filters writes nothing.
        if !is_filled || buffer.iter().all(|byte| *byte == UNTOUCHED_BYTE) {
            return Ok(Vec::new());
        }
        let entries = Entries { buffer, address: self.units.as_ptr().addr() };
        entries.read().ok_or_else(|| io::Error::other("the DLL wrote a list of filters that cannot be read"))
    }
}

/// A filled buffer, and where it lies: its texts are pointers into it.
struct Entries<'a> {
    buffer: &'a [u8],
    address: usize,
}

impl Entries<'_> {
    /// All entries; `None` if one of them leads out of the buffer.
    fn read(&self) -> Option<Vec<Filter>> {
        let mut filters = Vec::new();
        let mut at = 0;
        loop {
            let filter = self.entry(at)?;
            let next = usize::try_from(filter.next).ok()?;
            filters.push(filter);
            if next == 0 {
                return Some(filters);
            }
            if filters.len() >= ENTRIES_MAX {
                return None;
            }
            at = at.checked_add(next)?;
        }
    }

    fn entry(&self, at: usize) -> Option<Filter> {
        let trigger = self.number(at + offset_of!(RM_FILTER_INFO, FilterTrigger))?.cast_signed();
        let of = at + offset_of!(RM_FILTER_INFO, Anonymous);
        let mut target = FilterTarget::default();
        let mut text_at = None;
        if trigger == RmFilterTriggerProcess {
            target.process = Some(self.process(of)?);
        } else {
            let (offset, text) = self.text(of)?;
            text_at = Some(u32::try_from(offset.checked_sub(at)?).ok()?);
            match trigger {
                trigger if trigger == RmFilterTriggerFile => target.module = Some(text),
                trigger if trigger == RmFilterTriggerService => target.service = Some(text),
                _ => return None,
            }
        }
        Some(Filter {
            target,
            action: self.number(at + offset_of!(RM_FILTER_INFO, FilterAction))?,
            next: self.number(at + offset_of!(RM_FILTER_INFO, cbNextOffset))?,
            text_at,
        })
    }

    fn process(&self, at: usize) -> Option<UniqueProcess> {
        let time = at + offset_of!(RM_UNIQUE_PROCESS, ProcessStartTime);
        Some(UniqueProcess {
            pid: self.number(at)?,
            start_time: u64::from(self.number(time + 4)?) << 32 | u64::from(self.number(time)?),
        })
    }

    /// The text to which the pointer at `at` leads, and where it lies in the buffer.
    fn text(&self, at: usize) -> Option<(usize, String)> {
        let pointer = self.bytes::<{ size_of::<usize>() }>(at)?;
        let offset = usize::from_ne_bytes(pointer).checked_sub(self.address)?;
        let (units, _) = self.buffer.get(offset..)?.as_chunks::<2>();
        let units: Vec<u16> = units.iter().map(|unit| u16::from_ne_bytes(*unit)).collect();
        let end = units.iter().position(|unit| *unit == 0)?;
        Some((offset, String::from_utf16_lossy(&units[..end])))
    }

    fn number(&self, at: usize) -> Option<u32> {
        self.bytes(at).map(u32::from_ne_bytes)
    }

    fn bytes<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.buffer.get(at..)?.first_chunk().copied()
    }
}
