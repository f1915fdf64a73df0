//! Each function against a connection that answers as it was told to: what it asks, and what it writes.

use std::cell::RefCell;
use std::ptr;
use std::thread;

use rstmgr_conformance::request::{
    Affected, ArrayArgument, Filter, FilterList, KeyText, List, Observation, UniqueProcess,
};

use super::scripted::{Script, Scripted, done, returned, status};
use super::*;
use crate::abi::{FILETIME, RM_FILTER_INFO};

const UNTOUCHED: u32 = 0xA5A5_A5A5;
const KEY: &str = "0123456789abcdef0123456789abcdef";

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

fn process() -> UniqueProcess {
    UniqueProcess { pid: 4, start_time: 1 << 32 | 2 }
}

fn passed_process() -> RM_UNIQUE_PROCESS {
    RM_UNIQUE_PROCESS { dwProcessId: 4, ProcessStartTime: FILETIME { dwLowDateTime: 2, dwHighDateTime: 1 } }
}

/// Memory of `size` bytes at an odd address, in the middle of bytes that must stay.
struct Odd {
    bytes: Vec<u8>,
    begin: usize,
    size: usize,
}

impl Odd {
    fn new(size: usize) -> Odd {
        let bytes = vec![0xA5; size + 64];
        let begin = 16 + usize::from((bytes.as_ptr().addr() + 16).is_multiple_of(2));
        Odd { bytes, begin, size }
    }

    fn pointer<T>(&mut self) -> *mut T {
        self.bytes[self.begin..].as_mut_ptr().cast()
    }

    /// What was written, once nothing beside it was.
    fn written(&self) -> &[u8] {
        let (before, rest) = self.bytes.split_at(self.begin);
        let (written, behind) = rest.split_at(self.size);
        assert!(
            before.iter().chain(behind).all(|byte| *byte == 0xA5),
            "bytes beside the buffer were written"
        );
        written
    }

    fn number(&self) -> u32 {
        u32::from_ne_bytes(self.written().try_into().unwrap())
    }
}

#[test]
fn a_session_is_started() {
    let key = Some(KeyText { text: String::from(KEY), terminated: Some(true) });
    let scripted = Scripted::set([done(Observation { handle: Some(7), key, ..returned(0) })]);
    let (mut handle, mut key) = (UNTOUCHED, [0x78_u16; 34]);
    // SAFETY: there are a number and 34 units.
    assert_eq!(unsafe { RmStartSession(&raw mut handle, 5, key.as_mut_ptr()) }, 0);
    assert_eq!(handle, 7);
    assert_eq!(key[..33], wide(KEY)[..]);
    assert_eq!(key[33], 0x78);
    let call =
        Call::StartSession { flags: 5, null_handle: false, null_key: false, key_buffer: "x".repeat(33) };
    assert_eq!(scripted.asked(), [(call, None)]);
}

#[test]
fn a_start_that_fails_writes_nothing() {
    let scripted = Scripted::set([done(returned(353)), done(returned(160))]);
    let (mut handle, mut key) = (UNTOUCHED, [0x78_u16; 33]);
    // SAFETY: there are a number and 33 units, and NULL may be passed.
    let codes = unsafe {
        [
            RmStartSession(&raw mut handle, 0, key.as_mut_ptr()),
            RmStartSession(ptr::null_mut(), 0, ptr::null_mut()),
        ]
    };
    assert_eq!((codes, handle, key), ([353, 160], UNTOUCHED, [0x78; 33]));
    let null = Call::StartSession { flags: 0, null_handle: true, null_key: true, key_buffer: String::new() };
    assert_eq!(scripted.asked()[1], (null, None));
}

#[test]
fn what_stood_behind_a_key_stays_if_the_call_wrote_no_nul() {
    let text = format!("{KEY}x");
    let key = Some(KeyText { text, terminated: Some(false) });
    Scripted::set([done(Observation { handle: Some(0), key, ..returned(0) })]);
    let (mut handle, mut key) = (Odd::new(4), Odd::new(66));
    // SAFETY: there are a number and 33 units, at odd addresses.
    assert_eq!(unsafe { RmStartSession(handle.pointer(), 0, key.pointer()) }, 0);
    let expected: Vec<u8> = KEY.encode_utf16().chain([0xA5A5]).flat_map(u16::to_ne_bytes).collect();
    assert_eq!((handle.number(), key.written()), (0, &expected[..]));
}

#[test]
fn a_session_is_joined() {
    let scripted = Scripted::set([done(Observation { handle: Some(1), ..returned(0) })]);
    let (mut handle, key) = (UNTOUCHED, wide(KEY));
    // SAFETY: there are a number and a text; NULL may be passed; 40 units are more than are read.
    unsafe {
        assert_eq!(RmJoinSession(&raw mut handle, key.as_ptr()), 0);
        assert_eq!(handle, 1);
        assert_eq!(RmJoinSession(ptr::null_mut(), ptr::null()), 0);
        assert_eq!(RmJoinSession(&raw mut handle, [0x61; 40].as_ptr()), 0);
    }
    let keys: Vec<_> = scripted.asked().into_iter().map(|(call, _)| call).collect();
    let join = |null_handle, key| Call::JoinSession { null_handle, key };
    assert_eq!(
        keys,
        [join(false, Some(String::from(KEY))), join(true, None), join(false, Some("a".repeat(33)))]
    );
}

#[test]
fn handles_are_any_numbers() {
    let scripted = Scripted::set([done(returned(6)), done(returned(0)), done(returned(1219))]);
    // SAFETY: the functions take numbers.
    let codes = unsafe { [RmEndSession(0xFFFF_FFFF), RmEndSession(0), RmCancelCurrentTask(0)] };
    assert_eq!(codes, [6, 0, 1219]);
    let expected = [
        Call::EndSession { handle: 0xFFFF_FFFF },
        Call::EndSession { handle: 0 },
        Call::CancelCurrentTask { handle: 0 },
    ];
    assert_eq!(scripted.asked(), expected.map(|call| (call, None)));
}

#[test]
fn arrays_are_read_with_their_nulls() {
    let scripted = Scripted::set([]);
    let file = wide("C:\\\u{1F600}.dll");
    let half = [0xD800, 0];
    let mut files = [file.as_ptr(), ptr::null(), half.as_ptr()];
    let mut processes = Odd::new(12);
    // SAFETY: the arrays have as many elements as they say, and where they have none they are not followed.
    unsafe {
        processes.pointer::<RM_UNIQUE_PROCESS>().write_unaligned(passed_process());
        let code =
            RmRegisterResources(7, 3, files.as_mut_ptr(), 1, processes.pointer(), 0, ptr::dangling_mut());
        assert_eq!(code, 0);
        assert_eq!(RmRegisterResources(7, 9, ptr::null_mut(), 0, ptr::dangling_mut(), 0, ptr::null_mut()), 0);
    }
    let names = [Some("C:\\\u{1F600}.dll".into()), None, Some("\u{10D800}".into())];
    let expected = [
        Call::RegisterResources {
            handle: 7,
            files: ArrayArgument { count: 3, items: Some(names.into()) },
            processes: ArrayArgument { count: 1, items: Some([process()].into()) },
            services: ArrayArgument { count: 0, items: Some([].into()) },
        },
        Call::RegisterResources {
            handle: 7,
            files: ArrayArgument { count: 9, items: None },
            processes: ArrayArgument { count: 0, items: Some([].into()) },
            services: ArrayArgument { count: 0, items: None },
        },
    ];
    assert_eq!(scripted.asked(), expected.map(|call| (call, None)));
}

#[test]
fn absurd_counts_are_refused_unread() {
    let scripted = Scripted::set([]);
    let absurd = u32::MAX;
    // SAFETY: arrays that are refused are not read.
    let codes = unsafe {
        [
            RmRegisterResources(0, absurd, ptr::dangling_mut(), 0, ptr::null_mut(), 0, ptr::null_mut()),
            RmRegisterResources(0, 0, ptr::null_mut(), absurd, ptr::dangling_mut(), 0, ptr::null_mut()),
            RmRegisterResources(0, 0, ptr::null_mut(), 0, ptr::null_mut(), absurd, ptr::dangling_mut()),
        ]
    };
    assert_eq!(codes, [29; 3]);
    assert_eq!(scripted.asked(), []);
}

fn affected(count: usize) -> Vec<Affected> {
    let one = Affected {
        process: process(),
        name: "Editor".into(),
        service: "".into(),
        application_type: 1,
        status: 1,
        terminal_session: 1,
        restartable: true,
    };
    vec![one; count]
}

#[test]
fn a_list_is_written_at_any_address_and_no_further() {
    // A connection that gives more than there is room for is not believed.
    let list = List { needed: Some(3), count: Some(2), reasons: Some(4), affected: affected(3) };
    let scripted = Scripted::set([done(Observation { list: Some(Box::new(list)), ..returned(0) })]);
    let (mut needed, mut count, mut array, mut reasons) =
        (Odd::new(4), Odd::new(4), Odd::new(2 * 668), Odd::new(4));
    // SAFETY: there are three numbers and an array of two elements, at odd addresses.
    let code = unsafe {
        count.pointer::<u32>().write_unaligned(2);
        RmGetList(7, needed.pointer(), count.pointer(), array.pointer(), reasons.pointer())
    };
    assert_eq!((code, needed.number(), count.number(), reasons.number()), (0, 3, 2, 4));
    let elements: Vec<&[u8]> = array.written().chunks(668).collect();
    let name: Vec<u8> = wide("Editor").into_iter().flat_map(u16::to_ne_bytes).collect();
    for element in elements {
        assert_eq!(element[..12], [4, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0]);
        assert_eq!(element[12..12 + name.len()], name);
        assert!(element[12 + name.len()..652].iter().all(|byte| *byte == 0));
        assert_eq!(element[652..], [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
    }
    let call = Call::GetList {
        handle: 7,
        capacity: 2,
        null_array: false,
        null_needed: false,
        null_count: false,
        null_reasons: false,
    };
    assert_eq!(scripted.asked(), [(call, None)]);
}

#[test]
fn a_list_without_room_gets_numbers_only() {
    let list = || List { needed: Some(1), count: Some(0), reasons: Some(0), affected: Vec::new() };
    let more_data = || done(Observation { list: Some(Box::new(list())), ..returned(234) });
    let untouched = List { count: Some(5), ..List::default() };
    let script = [
        more_data(),
        more_data(),
        done(Observation { list: Some(Box::new(untouched)), ..returned(6) }),
        done(Observation { list: Some(Box::default()), ..returned(160) }),
    ];
    let scripted = Scripted::set(script);
    for array in [ptr::null_mut(), ptr::dangling_mut()] {
        let (mut needed, mut count, mut reasons) = (UNTOUCHED, 0, UNTOUCHED);
        // SAFETY: there are three numbers, and an array without elements is not followed.
        let code = unsafe { RmGetList(0, &raw mut needed, &raw mut count, array, &raw mut reasons) };
        assert_eq!((code, needed, count, reasons), (234, 1, 0, 0));
    }
    let (mut needed, mut count, mut reasons) = (UNTOUCHED, 5, UNTOUCHED);
    // SAFETY: there are three numbers, and NULL may be passed.
    unsafe {
        let code = RmGetList(0, &raw mut needed, &raw mut count, ptr::null_mut(), &raw mut reasons);
        assert_eq!((code, needed, count, reasons), (6, UNTOUCHED, 5, UNTOUCHED));
        let null = ptr::null_mut();
        assert_eq!(RmGetList(0, null, null, ptr::null_mut(), null), 160);
    }
    let nulls = Call::GetList {
        handle: 0,
        capacity: 0,
        null_array: true,
        null_needed: true,
        null_count: true,
        null_reasons: true,
    };
    assert_eq!(scripted.asked().pop(), Some((nulls, None)));
}

thread_local! {
    static TOLD: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

unsafe extern "C" fn note(percent: u32) {
    TOLD.with_borrow_mut(|told| told.push(percent));
}

/// Calls into the callback's own session, and at 50 also a long call with a callback of its own.
unsafe extern "C" fn cancel(percent: u32) {
    TOLD.with_borrow_mut(|told| told.push(percent));
    // SAFETY: the functions take numbers, and the callback can be called in this thread.
    unsafe {
        assert_eq!(RmCancelCurrentTask(7), 0);
        if percent == 50 {
            assert_eq!(RmRestart(7, 0, Some(note)), 776);
            assert_eq!(RmCancelCurrentTask(7), 0);
        }
    }
}

fn told() -> Vec<u32> {
    TOLD.take()
}

#[test]
fn a_callback_is_told_percentages_where_there_is_one() {
    let turns = || [status(3, 0), status(3, 100), done(returned(351))];
    let scripted = Scripted::set(turns().into_iter().chain(turns()));
    // SAFETY: the callback can be called.
    let codes = unsafe { [RmShutdown(7, 1, Some(note)), RmRestart(7, 0, None)] };
    assert_eq!((codes, told()), ([351, 351], vec![0, 100]));
    let expected = [
        Call::Shutdown { handle: 7, flags: 1, callback: true },
        Call::Restart { handle: 7, flags: 0, callback: false },
    ];
    assert_eq!(scripted.asked(), expected.map(|call| (call, None)));
}

#[test]
fn calls_inside_a_callback_say_inside_which() {
    let scripted = Scripted::set([
        status(3, 0),
        done(returned(0)), // the cancellation
        status(3, 50),
        done(returned(0)), // the cancellation
        status(4, 10),     // the restart
        done(returned(776)),
        done(returned(0)), // the cancellation after it
        done(returned(1223)),
    ]);
    // SAFETY: the callback can be called; the functions take numbers.
    let codes = unsafe { [RmShutdown(7, 0, Some(cancel)), RmEndSession(7)] };
    assert_eq!((codes, told()), ([1223, 0], vec![0, 50, 10]));
    let asked: Vec<_> = scripted.asked().iter().map(|(call, inside)| (call.function(), *inside)).collect();
    let expected = [
        ("RmShutdown", None),
        ("RmCancelCurrentTask", Some(3)),
        ("RmCancelCurrentTask", Some(3)),
        ("RmRestart", Some(3)),
        ("RmCancelCurrentTask", Some(3)),
        ("RmEndSession", None),
    ];
    assert_eq!(asked, expected);
}

#[test]
fn filters_are_passed() {
    let scripted = Scripted::set([]);
    let (module, service) = (wide(r"C:\App\a.exe"), wide("search"));
    let mut process_passed = passed_process();
    // SAFETY: texts and a process, or NULL.
    unsafe {
        let (null, none) = (ptr::null(), ptr::null_mut());
        // An action may be any number in C.
        let action = MaybeUninit::<RM_FILTER_ACTION>::zeroed();
        assert_eq!(RmAddFilter(0, module.as_ptr(), none, null, action), 0);
        let action = MaybeUninit::new(RM_FILTER_ACTION::RmNoShutdown);
        assert_eq!(RmAddFilter(0, null, &raw mut process_passed, null, action), 0);
        assert_eq!(RmRemoveFilter(0, null, none, service.as_ptr()), 0);
        assert_eq!(RmRemoveFilter(0, null, none, null), 0);
    }
    let module = FilterTarget { module: Some(String::from(r"C:\App\a.exe")), ..FilterTarget::default() };
    let of_process = FilterTarget { process: Some(process()), ..FilterTarget::default() };
    let service = FilterTarget { service: Some(String::from("search")), ..FilterTarget::default() };
    let expected = [
        Call::AddFilter { handle: 0, target: module, action: 0 },
        Call::AddFilter { handle: 0, target: of_process, action: 2 },
        Call::RemoveFilter { handle: 0, target: service },
        Call::RemoveFilter { handle: 0, target: FilterTarget::default() },
    ];
    assert_eq!(scripted.asked(), expected.map(|call| (call, None)));
}

fn one_filter() -> Observation {
    let entry = u32::try_from(size_of::<RM_FILTER_INFO>()).unwrap();
    let target = FilterTarget { module: Some(String::from("a.exe")), ..FilterTarget::default() };
    let filters = vec![Filter { target, action: 1, next: 0, text_at: Some(entry) }];
    let list = FilterList { needed: Some(entry + 12), filters };
    Observation { filters: Some(Box::new(list)), ..returned(0) }
}

#[test]
fn filters_are_written_with_pointers_to_their_names() {
    Scripted::set([done(one_filter())]);
    let entry = size_of::<RM_FILTER_INFO>();
    let (mut buffer, mut needed) = (Odd::new(entry + 12), UNTOUCHED);
    let capacity = u32::try_from(entry + 12).unwrap();
    // SAFETY: there are a number, and as many bytes as it says, at an odd address.
    let code = unsafe { RmGetFilterList(0, buffer.pointer(), capacity, &raw mut needed) };
    assert_eq!((code, needed), (0, capacity));
    let name: Vec<u8> = wide("a.exe").into_iter().flat_map(u16::to_ne_bytes).collect();
    let (address, written) = (buffer.pointer::<u8>().addr(), buffer.written());
    assert_eq!(written[..12], [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    let at = if size_of::<usize>() == 8 { 16 } else { 12 };
    assert_eq!(written[at..at + size_of::<usize>()], (address + entry).to_ne_bytes());
    assert_eq!(written[entry..], name);
}

#[test]
fn a_list_of_filters_that_does_not_fit_is_not_written() {
    let more_data = FilterList { needed: Some(44), filters: Vec::new() };
    let script = [
        done(Observation { filters: Some(Box::new(more_data)), ..returned(234) }),
        done(one_filter()),
        done(returned(160)),
    ];
    Scripted::set(script);
    let (mut buffer, mut needed) = (Odd::new(16), UNTOUCHED);
    // SAFETY: there are a number and 16 bytes; with a size of 0 the buffer is not followed; NULL may be passed.
    unsafe {
        assert_eq!(RmGetFilterList(0, ptr::dangling_mut(), 0, &raw mut needed), 234);
        assert_eq!(needed, 44);
        // A connection that gives more than there is room for is not believed.
        assert_eq!(RmGetFilterList(0, buffer.pointer(), 16, &raw mut needed), 29);
        assert_eq!(RmGetFilterList(0, ptr::null_mut(), 0, ptr::null_mut()), 160);
    }
    assert!(buffer.written().iter().all(|byte| *byte == 0xA5));
}

#[test]
fn a_call_that_nobody_answers_is_a_write_fault() {
    let crashed = Observation { ending: Some(rstmgr_conformance::request::Ending::Crashed), ..returned(0) };
    Scripted::set([
        Script::Trouble,
        status(1, 0),
        Script::Trouble,
        done(crashed),
        done(Observation::default()),
    ]);
    // SAFETY: the functions take numbers, and the callback can be called.
    let codes = unsafe { [RmEndSession(0), RmShutdown(0, 0, Some(note)), RmEndSession(0), RmEndSession(0)] };
    assert_eq!((codes, told()), ([29; 4], vec![0]));
}

#[test]
fn a_panic_stays_inside() {
    Scripted::set([Script::Panic, status(1, 0), Script::Panic]);
    // SAFETY: the functions take numbers, and the callback can be called.
    let codes = unsafe { [RmEndSession(0), RmRestart(0, 0, Some(note)), RmEndSession(0)] };
    assert_eq!((codes, told()), ([29, 29, 0], vec![0]));
}

#[test]
fn without_a_simulation_every_call_is_a_write_fault() {
    // SAFETY: the function takes a number.
    let codes = thread::spawn(|| unsafe { [RmEndSession(0), RmEndSession(0)] }).join().unwrap();
    assert_eq!(codes, [29; 2]);
}

#[test]
fn several_threads_call_at_once() {
    let scripted = Scripted::set([]);
    thread::scope(|scope| {
        for handle in 0..8 {
            scope.spawn(move || {
                crate::desk::door::set(scripted);
                for _ in 0..100 {
                    // SAFETY: the function takes a number.
                    assert_eq!(unsafe { RmEndSession(handle) }, 0);
                }
            });
        }
    });
    let asked = scripted.asked();
    for handle in 0..8 {
        let call = Call::EndSession { handle };
        assert_eq!(asked.iter().filter(|(asked, _)| *asked == call).count(), 100);
    }
}
