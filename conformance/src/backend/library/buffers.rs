//! The memory that a foreign function reads or writes, and how it looks afterwards.
//!
//! Whatever is to be written holds a pattern before, which tells what was written and what was not; behind the
//! buffers lies more of it, which tells whether a function wrote beyond them.

use std::io;
use std::ops::Deref;
use std::ptr;

use windows_sys::Win32::Foundation::FILETIME;
use windows_sys::Win32::System::RestartManager::{RM_PROCESS_INFO, RM_UNIQUE_PROCESS};
use windows_sys::core::PCWSTR;

use crate::request::{Affected, KeyText, UniqueProcess};

/// What a number holds before the call.
pub(super) const UNTOUCHED: u32 = 0xA5A5_A5A5;
const UNTOUCHED_UNIT: u16 = 0xA5A5;

/// `CCH_RM_SESSION_KEY` and the NUL.
const KEY_UNITS: usize = 33;
const GUARD_UNITS: usize = 64;

/// More elements than any list has, and as much memory as a worker should take.
pub(crate) const LIST_CAPACITY_MAX: u32 = 1_000_000;

/// A number that a call may have written.
pub(super) fn written(number: u32) -> Option<u32> {
    (number != UNTOUCHED).then_some(number)
}

/// `text` as UTF-16 with a NUL at its end.
pub(super) fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// The text before the first NUL.
fn text(units: &[u16]) -> String {
    let end = units.iter().position(|&unit| unit == 0).unwrap_or(units.len());
    String::from_utf16_lossy(&units[..end])
}

/// An array of strings, of which some or all may be NULL.
pub(super) struct WideStrings {
    /// What `pointers` lead to.
    _strings: Vec<Option<Vec<u16>>>,
    pointers: Option<Vec<PCWSTR>>,
}

impl WideStrings {
    /// `None` is a NULL in the array's place.
    pub(super) fn new<T: Deref<Target = str>>(items: Option<&[Option<T>]>) -> Self {
        let strings: Vec<_> =
            items.unwrap_or_default().iter().map(|item| item.as_deref().map(wide)).collect();
        let pointers = strings.iter().map(|item| item.as_ref().map_or(ptr::null(), Vec::as_ptr)).collect();
        WideStrings { _strings: strings, pointers: items.map(|_| pointers) }
    }

    pub(super) fn as_ptr(&self) -> *const PCWSTR {
        self.pointers.as_ref().map_or(ptr::null(), Vec::as_ptr)
    }
}

/// The buffer for a session key.
pub(super) struct KeyBuffer {
    before: [u16; KEY_UNITS],
    units: [u16; KEY_UNITS + GUARD_UNITS],
}

impl KeyBuffer {
    /// Holds `text`, filled up with NULs.
    pub(super) fn new(text: &str) -> io::Result<Self> {
        let mut before = [0; KEY_UNITS];
        let text: Vec<u16> = text.encode_utf16().collect();
        let Some(begin) = before.get_mut(..text.len()) else {
            let message = format!("{} characters in a key's buffer of {KEY_UNITS}", text.len());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        };
        begin.copy_from_slice(&text);
        let mut units = [UNTOUCHED_UNIT; KEY_UNITS + GUARD_UNITS];
        units[..KEY_UNITS].copy_from_slice(&before);
        Ok(KeyBuffer { before, units })
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut u16 {
        self.units.as_mut_ptr()
    }

    /// The key, if one was written.
    pub(super) fn observed(&self) -> io::Result<Option<KeyText>> {
        let (key, guard) = self.units.split_at(KEY_UNITS);
        if guard.iter().any(|&unit| unit != UNTOUCHED_UNIT) {
            return Err(overrun("a session key's buffer"));
        }
        if key == self.before {
            return Ok(None);
        }
        // Where a NUL was and is, nobody can tell whose it is.
        let terminated = match (self.before[KEY_UNITS - 1], key[KEY_UNITS - 1]) {
            (0, 0) => None,
            (_, last) => Some(last == 0),
        };
        Ok(Some(KeyText { text: text(key), terminated }))
    }
}

/// The array for affected applications, with one element more to guard it.
pub(super) struct ListBuffer {
    elements: Vec<RM_PROCESS_INFO>,
}

impl ListBuffer {
    pub(super) fn new(capacity: u32) -> io::Result<Self> {
        let length = usize::try_from(capacity).ok().filter(|_| capacity <= LIST_CAPACITY_MAX);
        let Some(length) = length else {
            let message = format!("a list for {capacity} applications is larger than {LIST_CAPACITY_MAX}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        };
        let mut elements = Vec::new();
        elements.try_reserve_exact(length + 1)?;
        elements.resize(length + 1, UNTOUCHED_ELEMENT);
        Ok(ListBuffer { elements })
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut RM_PROCESS_INFO {
        self.elements.as_mut_ptr()
    }

    /// Those of the first `count` elements that were written.
    pub(super) fn observed(&self, count: u32) -> io::Result<Vec<Affected>> {
        let Some((guard, elements)) = self.elements.split_last() else { return Ok(Vec::new()) };
        if is_written(guard) {
            return Err(overrun("the array for affected applications"));
        }
        // The count comes from the DLL and may be any number.
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        Ok(elements.iter().take(count).filter(|element| is_written(element)).map(affected).collect())
    }
}

/// What an element holds before the call.
const UNTOUCHED_ELEMENT: RM_PROCESS_INFO = RM_PROCESS_INFO {
    Process: RM_UNIQUE_PROCESS {
        dwProcessId: UNTOUCHED,
        ProcessStartTime: FILETIME { dwLowDateTime: UNTOUCHED, dwHighDateTime: UNTOUCHED },
    },
    strAppName: [UNTOUCHED_UNIT; 256],
    strServiceShortName: [UNTOUCHED_UNIT; 64],
    ApplicationType: UNTOUCHED.cast_signed(),
    AppStatus: UNTOUCHED,
    TSSessionId: UNTOUCHED,
    bRestartable: UNTOUCHED.cast_signed(),
};

fn is_written(element: &RM_PROCESS_INFO) -> bool {
    let numbers = |element: &RM_PROCESS_INFO| {
        let process = element.Process;
        [
            process.dwProcessId,
            process.ProcessStartTime.dwLowDateTime,
            process.ProcessStartTime.dwHighDateTime,
            element.ApplicationType.cast_unsigned(),
            element.AppStatus,
            element.TSSessionId,
            element.bRestartable.cast_unsigned(),
        ]
    };
    numbers(element) != numbers(&UNTOUCHED_ELEMENT)
        || element.strAppName != UNTOUCHED_ELEMENT.strAppName
        || element.strServiceShortName != UNTOUCHED_ELEMENT.strServiceShortName
}

fn affected(element: &RM_PROCESS_INFO) -> Affected {
    Affected {
        process: UniqueProcess {
            pid: element.Process.dwProcessId,
            start_time: start_time(element.Process.ProcessStartTime),
        },
        name: text(&element.strAppName).into(),
        service: text(&element.strServiceShortName).into(),
        application_type: element.ApplicationType.cast_unsigned(),
        status: element.AppStatus,
        terminal_session: element.TSSessionId,
        restartable: element.bRestartable != 0,
    }
}

/// The two halves of a creation time as one number.
pub(super) fn start_time(time: FILETIME) -> u64 {
    u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime)
}

/// One number as the two halves of a creation time.
pub(super) fn file_time(start_time: u64) -> FILETIME {
    let [a, b, c, d, e, f, g, h] = start_time.to_le_bytes();
    FILETIME {
        dwLowDateTime: u32::from_le_bytes([a, b, c, d]),
        dwHighDateTime: u32::from_le_bytes([e, f, g, h]),
    }
}

pub(super) fn overrun(what: &str) -> io::Error {
    io::Error::other(format!("the DLL wrote beyond {what}"))
}
