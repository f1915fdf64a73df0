//! What a caller's pointers lead to, read as arguments of a call: at any address, and never further than a limit.

#![expect(unsafe_code, reason = "follows the pointers of a caller")]

use std::sync::Arc;

use rstmgr_conformance::request::{ArrayArgument, UniqueProcess};

use crate::abi::{DWORD, LPCWSTR, RM_UNIQUE_PROCESS, UINT, WCHAR};
use crate::calling::Unanswered;
use crate::text;

/// The characters of a session key's buffer.
pub(crate) const KEY_UNITS: usize = 33;
/// One more than the longest path has: what is cut here is still seen to be too long.
const NAME_UNITS_MAX: usize = 32_767 + 1;
/// More elements than can be registered at once: names have four million characters together at most, a NUL behind
/// each (OBS-REG-07).
const ITEMS_MAX: u32 = 4 << 20;
/// How many characters the names of one array may have, so that many pointers to one name do not take all memory.
const UNITS_MAX: usize = 16 << 20;

/// The number at `pointer`; 0 if it is NULL.
///
/// # Safety
///
/// The pointer is NULL or leads to a number, at any address.
pub(crate) unsafe fn number(pointer: *const DWORD) -> DWORD {
    // SAFETY: as the caller promises.
    if pointer.is_null() { 0 } else { unsafe { pointer.read_unaligned() } }
}

/// What the buffer for a session key holds, without the NULs at its end; nothing if there is none.
///
/// # Safety
///
/// The pointer is NULL or leads to 33 units, at any address.
pub(crate) unsafe fn key_buffer(pointer: *const WCHAR) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // SAFETY: as the caller promises; an array has no units between its elements.
    let units = unsafe { pointer.cast::<[WCHAR; KEY_UNITS]>().read_unaligned() };
    let end = units.iter().rposition(|&unit| unit != 0).map_or(0, |last| last + 1);
    text::of_single_units(&units[..end])
}

/// A session key; `None` is NULL. One without a NUL is read as 33 characters, which no key has.
///
/// # Safety
///
/// The pointer is NULL or leads to units up to a NUL, or to at least 33, at any address.
pub(crate) unsafe fn key(pointer: LPCWSTR) -> Option<String> {
    // SAFETY: as the caller promises.
    (!pointer.is_null()).then(|| text::of_units(&unsafe { units(pointer, KEY_UNITS) }))
}

/// The name of a file or a service; `None` is NULL.
///
/// # Safety
///
/// The pointer is NULL or leads to units up to a NUL, or to at least 32,768, at any address.
pub(crate) unsafe fn name(pointer: LPCWSTR) -> Option<String> {
    // SAFETY: as the caller promises.
    (!pointer.is_null()).then(|| text::of_units(&unsafe { units(pointer, NAME_UNITS_MAX) }))
}

/// A process; `None` is NULL.
///
/// # Safety
///
/// The pointer is NULL or leads to a process, at any address.
pub(crate) unsafe fn process(pointer: *const RM_UNIQUE_PROCESS) -> Option<UniqueProcess> {
    // SAFETY: as the caller promises.
    (!pointer.is_null()).then(|| unique(unsafe { pointer.read_unaligned() }))
}

/// An array of names, of which any may be NULL.
///
/// # Safety
///
/// The pointer is NULL or leads to `count` pointers as [`name`] takes, at any address.
///
/// # Errors
///
/// If there are more than can be registered.
pub(crate) unsafe fn names<T: From<String>>(
    count: UINT,
    pointer: *const LPCWSTR,
) -> Result<ArrayArgument<Option<T>>, Unanswered> {
    let mut left = UNITS_MAX;
    let read = |at: *const LPCWSTR| {
        // SAFETY: as the caller promises.
        let name = unsafe { name(at.read_unaligned()) };
        left = left.checked_sub(name.as_deref().map_or(0, str::len)).ok_or(Unanswered::TooMuch)?;
        Ok(name.map(T::from))
    };
    // SAFETY: as the caller promises.
    unsafe { array(count, pointer, read) }
}

/// An array of processes.
///
/// # Safety
///
/// The pointer is NULL or leads to `count` processes, at any address.
///
/// # Errors
///
/// If there are more than can be registered.
pub(crate) unsafe fn processes(
    count: UINT,
    pointer: *const RM_UNIQUE_PROCESS,
) -> Result<ArrayArgument<UniqueProcess>, Unanswered> {
    // SAFETY: as the caller promises.
    unsafe { array(count, pointer, |at| Ok(unique(at.read_unaligned()))) }
}

/// What `read` makes of each of `count` elements.
///
/// # Safety
///
/// The pointer is NULL or leads to that many elements, at any address, as `read` takes them.
unsafe fn array<T, U>(
    count: UINT,
    pointer: *const T,
    mut read: impl FnMut(*const T) -> Result<U, Unanswered>,
) -> Result<ArrayArgument<U>, Unanswered> {
    if pointer.is_null() {
        return Ok(ArrayArgument { count, items: None });
    }
    if count > ITEMS_MAX {
        return Err(Unanswered::TooMuch);
    }
    let length = usize::try_from(count).map_err(|_| Unanswered::TooMuch)?;
    // SAFETY: the array has that many elements, as the caller promises.
    let items = (0..length).map(|index| read(unsafe { pointer.add(index) }));
    let items: Arc<[U]> = items.collect::<Result<Vec<_>, _>>()?.into();
    Ok(ArrayArgument { count, items: Some(items) })
}

/// The units before the first NUL, at most `most`.
///
/// # Safety
///
/// The pointer leads to units up to a NUL, or to at least `most`, at any address.
unsafe fn units(pointer: LPCWSTR, most: usize) -> Vec<WCHAR> {
    // SAFETY: as the caller promises; nothing behind the first NUL is read.
    let all = (0..most).map(|index| unsafe { pointer.add(index).read_unaligned() });
    all.take_while(|&unit| unit != 0).collect()
}

fn unique(process: RM_UNIQUE_PROCESS) -> UniqueProcess {
    let time = process.ProcessStartTime;
    UniqueProcess {
        pid: process.dwProcessId,
        start_time: u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime),
    }
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;

    #[test]
    fn a_key_is_read_up_to_its_nul_or_its_33rd_unit() {
        let key_of = |units: &[u16]| {
            // SAFETY: the tests pass a NUL or 33 units.
            unsafe { key(units.as_ptr()) }
        };
        assert_eq!(key_of(&[0x61, 0, 0x62]).as_deref(), Some("a"));
        assert_eq!(key_of(&[0x61; 40]), Some("a".repeat(33)));
        // SAFETY: NULL may be passed.
        assert_eq!(unsafe { key(ptr::null()) }, None);
    }

    #[test]
    fn a_buffer_is_read_with_what_stands_behind_a_nul() {
        let mut units = [0; KEY_UNITS];
        // SAFETY: there are 33 units.
        assert_eq!(unsafe { key_buffer(units.as_ptr()) }, "");
        units[1] = 0xD800;
        units[2] = 0xDC00;
        // SAFETY: there are 33 units.
        assert_eq!(unsafe { key_buffer(units.as_ptr()) }, "\0\u{10D800}\u{10DC00}");
    }

    #[test]
    fn a_name_is_cut_where_it_is_too_long_already() {
        let units = vec![0x61; NAME_UNITS_MAX];
        // SAFETY: there are as many units as are read.
        assert_eq!(unsafe { name(units.as_ptr()) }.map(|name| name.len()), Some(32_768));
    }

    #[test]
    fn an_absurd_count_is_refused_unless_there_is_no_array() {
        // SAFETY: nothing is read.
        let (refused, null) =
            unsafe { (names::<String>(u32::MAX, ptr::dangling()), names::<String>(u32::MAX, ptr::null())) };
        assert!(matches!(refused, Err(Unanswered::TooMuch)));
        assert!(matches!(null, Ok(ArrayArgument { count: u32::MAX, items: None })));
    }

    #[test]
    fn an_array_without_elements_is_not_followed() {
        // SAFETY: nothing is read.
        let (names, processes) =
            unsafe { (names::<String>(0, ptr::dangling()).unwrap(), processes(0, ptr::dangling()).unwrap()) };
        assert_eq!((names.count, names.items.unwrap().len()), (0, 0));
        assert_eq!((processes.count, processes.items.unwrap().len()), (0, 0));
    }

    #[test]
    #[cfg_attr(miri, ignore = "16 million units take it too long")]
    fn many_pointers_to_one_long_name_are_refused() {
        let name: Vec<u16> = [vec![0x61; 32_000], vec![0]].concat();
        let pointers = vec![name.as_ptr(); 600];
        // SAFETY: each of the pointers leads to the name.
        let refused = unsafe { names::<String>(600, pointers.as_ptr()) };
        assert!(matches!(refused, Err(Unanswered::TooMuch)));
    }
}
