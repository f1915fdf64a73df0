//! Hostile calls against a simulation: whatever is passed, the functions answer, and write nothing beside a buffer.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ptr;
use std::sync::{Mutex, PoisonError};

use rstmgr_conformance::backend::Backend;
use rstmgr_conformance::backend::simulated::SimulatedBackend;
use rstmgr_conformance::request::{Call, Happening, Observation, Request};
use rstmgr_conformance::scenario::parse::{Source, parse};
use rstmgr_conformance::shared::{Connection, Trouble, Turn};

use super::*;
use crate::abi::FILETIME;
use crate::desk::door;

const CALLS: usize = 200_000;
const WORLD: &str = "\
version: 1
scenario: Programs and a service use what a hostile installer registers
world:
  editor:
    type: main-window
    opens: ['C:\\App\\core.dll']
    restart: '--restore'
  viewer: { type: main-window, opens: ['C:\\App\\view.dll'] }
  index: { type: service, opens: ['C:\\App\\core.dll'] }
steps:
- start-session: { as: main }
";

/// A simulation of this process alone.
struct Simulation(Mutex<State>);

struct State {
    backend: SimulatedBackend,
    /// What callbacks are still to be told, by their calls.
    statuses: BTreeMap<u32, VecDeque<u8>>,
    finished: BTreeMap<u32, Observation>,
}

impl Simulation {
    fn new() -> Simulation {
        let source = Source { name: String::from("hostile.yaml"), text: String::from(WORLD) };
        let scenario = parse(&source).expect("it has no problems");
        let backend = SimulatedBackend::of(&scenario);
        Simulation(Mutex::new(State { backend, statuses: BTreeMap::new(), finished: BTreeMap::new() }))
    }
}

impl State {
    fn perform(&mut self, request: &Request) -> Result<Observation, Trouble> {
        let mut observation = self
            .backend
            .perform(request)
            .map_err(|error| Trouble(format!("the simulator failed: {error}")))?;
        for happening in observation.happened.drain(..) {
            if let Happening::Status { call, percent } = happening {
                self.statuses.entry(call).or_default().push_back(percent);
            }
        }
        for finished in observation.finished.drain(..) {
            self.finished.insert(finished.call, finished.answer);
        }
        Ok(observation)
    }

    /// Lets time pass until something comes of the call.
    fn advance(&mut self, call: u32) -> Result<Turn, Trouble> {
        loop {
            if let Some(percent) = self.statuses.get_mut(&call).and_then(VecDeque::pop_front) {
                return Ok(Turn::Status { call, percent });
            }
            if let Some(answer) = self.finished.remove(&call) {
                return Ok(Turn::Done(Box::new(answer)));
            }
            if self.perform(&Request::Proceed { until: None })?.idle && !self.finished.contains_key(&call) {
                return Err(Trouble(String::from("nothing is due, and the call has not ended")));
            }
        }
    }
}

impl Connection for Simulation {
    fn begin(&self, call: &Call, inside: Option<u32>) -> Result<Turn, Trouble> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let observation = state.perform(&Request::Call { by: 0, call: call.clone(), inside })?;
        match observation.pending {
            Some(number) => state.advance(number),
            None => Ok(Turn::Done(Box::new(observation))),
        }
    }

    fn go_on(&self, call: u32) -> Result<Turn, Trouble> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).advance(call)
    }
}

/// Numbers that follow from a seed (xorshift64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).expect("64 bits hold a size");
        usize::try_from(self.next() % limit).expect("it is below a size")
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn number(&mut self) -> u32 {
        u32::try_from(self.next() >> 32).expect("half of 64 bits")
    }

    fn flags(&mut self) -> u32 {
        [0, 0, 1, 16, 17, 2, u32::MAX][self.below(7)]
    }

    fn handle(&mut self) -> u32 {
        if self.one_in(10) { [u32::MAX, 64, self.number()][self.below(3)] } else { u32::from(self.one_in(8)) }
    }

    /// A text with a NUL, often one that means something.
    fn text(&mut self) -> Vec<u16> {
        let known = [r"C:\App\core.dll", r"C:\App\view.dll", "index", "", r"\\?\C:\App\core.dll", "..", "C:"];
        let mut units: Vec<u16> = match self.below(20) {
            0 => (0..self.below(300)).map(|_| 1 + u16::try_from(self.below(0xFFFF)).unwrap_or(0)).collect(),
            1 if self.one_in(50) => vec![0x61; 40_000],
            _ => known[self.below(known.len())].encode_utf16().collect(),
        };
        if self.one_in(10) {
            units.push(0xD800);
        }
        units.push(0);
        units
    }

    fn process(&mut self) -> RM_UNIQUE_PROCESS {
        let time = FILETIME { dwLowDateTime: self.number(), dwHighDateTime: self.number() };
        RM_UNIQUE_PROCESS { dwProcessId: self.number() % 5000, ProcessStartTime: time }
    }

    /// Memory of `size` bytes, at any address, or none.
    fn memory(&mut self, size: usize) -> Memory {
        let begin = 32 + self.below(8);
        let kind = if self.one_in(12) { 0 } else { 1 + usize::from(size == 0 && self.one_in(2)) };
        Memory { bytes: vec![0xA5; size + 80], begin, size, kind }
    }
}

/// Memory that is passed to a function, and what lies around it.
struct Memory {
    bytes: Vec<u8>,
    begin: usize,
    size: usize,
    /// 0: NULL is passed instead; 2: a pointer that leads nowhere.
    kind: usize,
}

impl Memory {
    fn pointer<T>(&mut self) -> *mut T {
        match self.kind {
            0 => ptr::null_mut(),
            1 => self.bytes[self.begin..].as_mut_ptr().cast(),
            _ => ptr::without_provenance_mut(3),
        }
    }

    fn fill(&mut self, bytes: &[u8]) {
        self.bytes[self.begin..self.begin + bytes.len()].copy_from_slice(bytes);
    }

    fn check(&self) {
        let (before, rest) = self.bytes.split_at(self.begin);
        assert!(before.iter().chain(&rest[self.size..]).all(|byte| *byte == 0xA5), "written beside a buffer");
    }
}

thread_local! {
    static NUMBERS: RefCell<Numbers> = const { RefCell::new(Numbers(1)) };
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static MADE: Cell<usize> = const { Cell::new(0) };
    static KEYS: RefCell<Vec<u16>> = const { RefCell::new(Vec::new()) };
    static CODES: RefCell<BTreeSet<(usize, u32)>> = const { RefCell::new(BTreeSet::new()) };
}

fn draw<T>(from: impl FnOnce(&mut Numbers) -> T) -> T {
    NUMBERS.with_borrow_mut(from)
}

/// A hostile callback calls back.
unsafe extern "C" fn status(percent: u32) {
    assert!(percent <= 100);
    if DEPTH.get() < 3 && draw(|numbers| numbers.one_in(2)) {
        DEPTH.set(DEPTH.get() + 1);
        call_anything();
        DEPTH.set(DEPTH.get() - 1);
    }
}

fn callback() -> RM_WRITE_STATUS_CALLBACK {
    draw(|numbers| numbers.one_in(2)).then_some(status)
}

fn call_anything() {
    MADE.set(MADE.get() + 1);
    let (function, handle) = draw(|numbers| (numbers.below(16), numbers.handle()));
    let code = match function {
        0 | 1 => start_session(),
        2 => join_session(),
        // SAFETY: the functions take numbers, and a callback that can be called in this thread.
        3 => unsafe { RmEndSession(handle) },
        4..7 => register_resources(handle),
        7 | 8 => get_list(handle),
        // SAFETY: see above.
        9 => unsafe { RmShutdown(handle, draw(Numbers::flags), callback()) },
        // SAFETY: see above.
        10 => unsafe { RmRestart(handle, draw(Numbers::flags), callback()) },
        // SAFETY: see above.
        11 => unsafe { RmCancelCurrentTask(handle) },
        12..15 => change_filter(handle),
        _ => get_filter_list(handle),
    };
    CODES.with_borrow_mut(|codes| codes.insert((function, code)));
}

fn start_session() -> u32 {
    let (mut handle, mut key, flags) =
        draw(|numbers| (numbers.memory(4), numbers.memory(66), numbers.flags()));
    if key.kind == 1 && draw(|numbers| numbers.one_in(2)) {
        key.fill(&[0; 66]);
    }
    // SAFETY: each pointer is NULL or leads to what the function demands.
    let code = unsafe { RmStartSession(handle.pointer(), flags, key.pointer()) };
    handle.check();
    key.check();
    if code == 0 {
        let (units, _) = key.bytes[key.begin..key.begin + 64].as_chunks::<2>();
        KEYS.set(units.iter().map(|unit| u16::from_ne_bytes(*unit)).chain([0]).collect());
    }
    code
}

fn join_session() -> u32 {
    let mut handle = draw(|numbers| numbers.memory(4));
    let mut key =
        if draw(|numbers| numbers.one_in(4)) { draw(Numbers::text) } else { KEYS.with_borrow(Vec::clone) };
    key.resize(key.len().max(33), if draw(|numbers| numbers.one_in(2)) { 0x61 } else { 0 });
    let pointer = if draw(|numbers| numbers.one_in(12)) { ptr::null() } else { key.as_ptr() };
    // SAFETY: each pointer is NULL or leads to what the function demands; there are at least 33 units.
    let code = unsafe { RmJoinSession(handle.pointer(), pointer) };
    handle.check();
    code
}

/// Names, and pointers to them in memory at any address.
fn names(count: usize) -> (Vec<Vec<u16>>, Memory) {
    let names: Vec<Vec<u16>> = (0..count).map(|_| draw(Numbers::text)).collect();
    let mut memory = draw(|numbers| numbers.memory(count * size_of::<LPCWSTR>()));
    let bytes: Vec<u8> = names
        .iter()
        .map(|name| if draw(|numbers| numbers.one_in(12)) { ptr::null() } else { name.as_ptr() })
        .flat_map(|pointer: LPCWSTR| pointer.expose_provenance().to_ne_bytes())
        .collect();
    memory.fill(&bytes);
    (names, memory)
}

fn register_resources(handle: u32) -> u32 {
    let counts = draw(|numbers| [numbers.below(4), numbers.below(3), numbers.below(3)]);
    let (_file_names, mut files) = names(counts[0]);
    let (_service_names, mut services) = names(counts[2]);
    let mut processes = draw(|numbers| numbers.memory(counts[1] * 12));
    // A count that is wrong is absurd, or goes with NULL.
    let mut passed = counts.map(|count| u32::try_from(count).expect("it is small"));
    for (count, memory) in passed.iter_mut().zip([&files, &processes, &services]) {
        if memory.kind == 0 || draw(|numbers| numbers.one_in(40)) {
            *count = draw(|numbers| [*count, u32::MAX, 1 << 31][numbers.below(3)]);
        }
    }
    // SAFETY: each pointer is NULL or leads to as many elements as the count says, unless the count is refused.
    let code = unsafe {
        RmRegisterResources(
            handle,
            passed[0],
            files.pointer(),
            passed[1],
            processes.pointer(),
            passed[2],
            services.pointer(),
        )
    };
    for memory in [&files, &processes, &services] {
        memory.check();
    }
    code
}

fn get_list(handle: u32) -> u32 {
    let capacity = draw(|numbers| numbers.below(5));
    let (mut needed, mut count, mut array, mut reasons) = draw(|numbers| {
        (numbers.memory(4), numbers.memory(4), numbers.memory(capacity * 668), numbers.memory(4))
    });
    let stated = u32::try_from(capacity).expect("it is small");
    // Where there is no array, its capacity may be said to be anything.
    let absurd = array.kind == 0 && draw(|numbers| numbers.one_in(2));
    count.fill(&if absurd { u32::MAX } else { stated }.to_ne_bytes());
    // SAFETY: each pointer is NULL or leads to what the function demands.
    let code =
        unsafe { RmGetList(handle, needed.pointer(), count.pointer(), array.pointer(), reasons.pointer()) };
    for memory in [&needed, &count, &array, &reasons] {
        memory.check();
    }
    code
}

fn change_filter(handle: u32) -> u32 {
    let (module, service) = (draw(Numbers::text), draw(Numbers::text));
    let mut process = draw(|numbers| numbers.memory(12));
    if draw(|numbers| numbers.one_in(3)) {
        let drawn = draw(Numbers::process);
        process.fill(&drawn.dwProcessId.to_ne_bytes());
    }
    // Mostly one of the three.
    let which = draw(|numbers| numbers.below(4));
    let odd = draw(|numbers| numbers.one_in(12));
    let module = if which == 0 || odd { module.as_ptr() } else { ptr::null() };
    let service = if which == 1 { service.as_ptr() } else { ptr::null() };
    let pointer = if which == 2 || odd { process.pointer() } else { ptr::null_mut() };
    let mut action = MaybeUninit::<RM_FILTER_ACTION>::zeroed();
    let number = draw(|numbers| [1, 2, 1, 2, 0, 3, u32::MAX][numbers.below(7)]);
    // SAFETY: each pointer is NULL or leads to what the function demands; the action may be any number.
    let code = unsafe {
        action.as_mut_ptr().cast::<u32>().write(number);
        if draw(|numbers| numbers.one_in(3)) {
            RmRemoveFilter(handle, module, pointer, service)
        } else {
            RmAddFilter(handle, module, pointer, service, action)
        }
    };
    process.check();
    code
}

fn get_filter_list(handle: u32) -> u32 {
    let size = draw(|numbers| [0, 1, 31, 32, 200, 100_000][numbers.below(6)]);
    let (mut buffer, mut needed) = draw(|numbers| (numbers.memory(size), numbers.memory(4)));
    let stated = u32::try_from(size).expect("it is small");
    // SAFETY: each pointer is NULL or leads to what the function demands.
    let code = unsafe { RmGetFilterList(handle, buffer.pointer(), stated, needed.pointer()) };
    buffer.check();
    needed.check();
    code
}

#[test]
#[cfg_attr(miri, ignore = "200,000 calls take it too long")]
fn hostile_calls_are_answered() {
    door::set(Box::leak(Box::new(Simulation::new())));
    NUMBERS.set(Numbers(0x5EED));
    while MADE.get() < CALLS {
        // A simulation of its own for every few, so that all that a session can be is seen often.
        if MADE.get().is_multiple_of(1000) {
            door::set(Box::leak(Box::new(Simulation::new())));
        }
        call_anything();
    }
    let codes = CODES.take();
    let seen: BTreeSet<u32> = codes.iter().map(|(_, code)| *code).collect();
    for code in [0, 2, 6, 29, 160, 234, 353, 1219] {
        assert!(seen.contains(&code), "{code} is not among {seen:?}");
    }
    for function in 0..16 {
        assert!(codes.contains(&(function, 0)), "function {function} never succeeds: {codes:?}");
        // Only what is too much is refused; nothing went wrong beside it.
        let is_faulty = codes.contains(&(function, 29));
        assert!(!is_faulty || (4..7).contains(&function), "function {function} fails: {codes:?}");
    }
}
