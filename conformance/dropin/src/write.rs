//! What a call gave, written through the caller's pointers: what was observed, at any address, and nothing else.

#![expect(unsafe_code, reason = "writes through the pointers of a caller")]

use std::mem::{MaybeUninit, offset_of};
use std::ptr;

use rstmgr_conformance::request::{Affected, FilterList, KeyText, UniqueProcess};

use crate::abi::{BYTE, DWORD, FILETIME, RM_PROCESS_INFO, RM_UNIQUE_PROCESS, UINT, WCHAR};
use crate::calling::Unanswered;
use crate::read::KEY_UNITS;
use crate::{filters, text};

/// A number, if there is one.
///
/// # Safety
///
/// The pointer is NULL or leads to a number, at any address.
pub(crate) unsafe fn number(pointer: *mut DWORD, number: Option<DWORD>) {
    if let Some(number) = number
        && !pointer.is_null()
    {
        // SAFETY: as the caller promises.
        unsafe { pointer.write_unaligned(number) };
    }
}

/// A session key, if one was written, so that its buffer looks as it says.
///
/// # Safety
///
/// The pointer is NULL or leads to 33 units, at any address.
pub(crate) unsafe fn key(pointer: *mut WCHAR, key: Option<&KeyText>) {
    let Some(key) = key.filter(|_| !pointer.is_null()) else { return };
    let last = KEY_UNITS - 1;
    let mut units = text::units(&key.text);
    // The last unit is the caller's own, unless the call wrote a NUL there.
    units.truncate(last);
    let is_short = units.len() < last;
    if is_short {
        units.push(0);
    }
    // SAFETY: at most 33 units are written, as the caller promises that there are.
    unsafe {
        copy(&units, pointer);
        if key.terminated == Some(true) {
            pointer.add(last).write_unaligned(0);
        }
    }
}

/// Affected applications, as many as there is room for.
///
/// # Safety
///
/// The pointer is NULL or leads to `capacity` elements, at any address.
pub(crate) unsafe fn affected(pointer: *mut RM_PROCESS_INFO, capacity: UINT, affected: &[Affected]) {
    if pointer.is_null() {
        return;
    }
    let capacity = usize::try_from(capacity).unwrap_or(usize::MAX);
    for (index, affected) in affected.iter().take(capacity).enumerate() {
        // SAFETY: the array has an element of that number, as the caller promises.
        unsafe { pointer.add(index).write_unaligned(element(affected)) };
    }
}

/// The list of filters, if it was written.
///
/// # Safety
///
/// The pointer is NULL or leads to `capacity` bytes, at any address.
///
/// # Errors
///
/// If the entries do not lie within the buffer, each in its own place: then nothing is written.
pub(crate) unsafe fn filters(
    pointer: *mut BYTE,
    capacity: DWORD,
    list: Option<&FilterList>,
) -> Result<(), Unanswered> {
    let Some(list) = list.filter(|list| !pointer.is_null() && !list.filters.is_empty()) else {
        return Ok(());
    };
    for part in filters::laid_out(list, pointer.addr(), capacity)? {
        // SAFETY: every part lies within the buffer, which has as many bytes as the caller promises.
        unsafe { copy(&part.bytes, pointer.add(part.at)) };
    }
    Ok(())
}

/// Copies `from` to wherever `to` leads.
///
/// # Safety
///
/// There are as many elements, at any address.
unsafe fn copy<T: Copy>(from: &[T], to: *mut T) {
    // SAFETY: as the caller promises; bytes lie at any address, and what is copied lies in memory of our own.
    unsafe { ptr::copy_nonoverlapping(from.as_ptr().cast::<u8>(), to.cast::<u8>(), size_of_val(from)) };
}

fn element(affected: &Affected) -> RM_PROCESS_INFO {
    let mut element = RM_PROCESS_INFO {
        Process: process(affected.process),
        strAppName: [0; 256],
        strServiceShortName: [0; 64],
        ApplicationType: MaybeUninit::zeroed(),
        AppStatus: affected.status,
        TSSessionId: affected.terminal_session,
        bRestartable: i32::from(affected.restartable),
    };
    fill(&mut element.strAppName, &affected.name);
    fill(&mut element.strServiceShortName, &affected.service);
    // SAFETY: the field has the size of the number, and may hold any.
    unsafe { element.ApplicationType.as_mut_ptr().cast::<u32>().write_unaligned(affected.application_type) };
    element
}

/// `text`, cut so that the last unit stays a NUL.
fn fill(field: &mut [WCHAR], text: &str) {
    let most = field.len() - 1;
    for (unit, of_text) in field.iter_mut().take(most).zip(text::units(text)) {
        *unit = of_text;
    }
}

pub(crate) fn process(process: UniqueProcess) -> RM_UNIQUE_PROCESS {
    let half = |bits: u64| u32::try_from(bits & u64::from(u32::MAX)).unwrap_or_default();
    RM_UNIQUE_PROCESS {
        dwProcessId: process.pid,
        ProcessStartTime: FILETIME {
            dwLowDateTime: half(process.start_time),
            dwHighDateTime: half(process.start_time >> 32),
        },
    }
}

// An element is copied whole: it has no bytes between its fields.
const _: () = assert!(
    size_of::<RM_PROCESS_INFO>() == 668 && offset_of!(RM_PROCESS_INFO, bRestartable) == 664,
    "fields follow each other without gaps"
);

#[cfg(test)]
mod tests {
    use super::*;

    fn key_in(before: [u16; KEY_UNITS], text: &str, terminated: Option<bool>) -> [u16; KEY_UNITS] {
        let mut units = before;
        let written = KeyText { text: String::from(text), terminated };
        // SAFETY: there are 33 units.
        unsafe { key(units.as_mut_ptr(), Some(&written)) };
        units
    }

    #[test]
    fn a_key_is_written_with_its_nul_or_without() {
        let key = "a".repeat(32);
        let expected = |last| {
            let mut units = [0x61; KEY_UNITS];
            units[KEY_UNITS - 1] = last;
            units
        };
        assert_eq!(key_in([0x78; KEY_UNITS], &key, Some(true)), expected(0));
        assert_eq!(key_in([0x78; KEY_UNITS], &format!("{key}x"), Some(false)), expected(0x78));
        assert_eq!(key_in([0; KEY_UNITS], &key, None), expected(0));
    }

    #[test]
    fn a_short_key_ends_with_its_nul() {
        let mut expected = [0x78; KEY_UNITS];
        expected[..2].copy_from_slice(&[0x61, 0]);
        assert_eq!(key_in([0x78; KEY_UNITS], "a", Some(false)), expected);
    }

    #[test]
    fn names_are_cut_to_their_fields() {
        let element = element(&Affected {
            process: UniqueProcess { pid: 4, start_time: 1 << 32 | 2 },
            name: "n".repeat(300).into(),
            service: "s".repeat(64).into(),
            application_type: u32::MAX,
            status: 1,
            terminal_session: 2,
            restartable: true,
        });
        assert_eq!((element.strAppName[254], element.strAppName[255]), (0x6E, 0));
        assert_eq!((element.strServiceShortName[62], element.strServiceShortName[63]), (0x73, 0));
        assert_eq!(element.Process.ProcessStartTime, FILETIME { dwLowDateTime: 2, dwHighDateTime: 1 });
        // SAFETY: the field was filled with a number.
        let kind = unsafe { element.ApplicationType.as_ptr().cast::<u32>().read() };
        assert_eq!((kind, element.bRestartable), (u32::MAX, 1));
    }
}
