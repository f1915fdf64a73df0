//! The worker's loop over pipes, with a library that behaves as it should.

use std::io::{self, BufReader, PipeReader, PipeWriter, Write};
use std::sync::mpsc::Receiver;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::protocol::{Answer, Order};
use super::serve;
use crate::backend::library::{Exports, fakes};
use crate::backend::worker_process::read_lines;
use crate::request::{Call, Ending, Observation};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A worker's loop, and the other ends of its streams.
struct Talk {
    orders: PipeWriter,
    answers: Receiver<io::Result<String>>,
    worker: JoinHandle<io::Result<()>>,
}

impl Talk {
    fn new(exports: io::Result<Exports>) -> Self {
        let (input, orders) = io::pipe().unwrap();
        let (answers, output): (PipeReader, PipeWriter) = io::pipe().unwrap();
        let worker = thread::spawn(move || serve(BufReader::new(input), output, exports));
        Talk { orders, answers: read_lines(answers), worker }
    }

    fn send(&mut self, order: &Order) {
        writeln!(self.orders, "{}", serde_json::to_string(order).unwrap()).unwrap();
    }

    fn begin(&mut self, number: u32, call: Call, inside: Option<u32>) {
        self.send(&Order::Begin { number, call, inside });
    }

    fn resume(&mut self, number: u32) {
        self.send(&Order::Resume { number });
    }

    #[track_caller]
    fn expect(&mut self, answer: &Answer) {
        let line = self.answers.recv_timeout(PATIENCE).unwrap().unwrap();
        assert_eq!(&serde_json::from_str::<Answer>(&line).unwrap(), answer);
    }

    #[track_caller]
    fn expect_failed(&mut self, reason: &str) {
        self.expect(&Answer::Failed(String::from(reason)));
    }
}

fn talk() -> Talk {
    Talk::new(Ok(fakes::exports()))
}

/// Tells as many statuses, and returns `handle`.
fn shutdown(handle: u32, statuses: u32) -> Call {
    Call::Shutdown { handle, flags: statuses, callback: true }
}

/// Returns how many shutdowns its thread is in.
fn depth() -> Call {
    Call::CancelCurrentTask { handle: 0 }
}

fn never_ending() -> Call {
    Call::Restart { handle: 0, flags: 0, callback: false }
}

fn status(number: u32, percent: u32) -> Answer {
    Answer::Status { number, percent }
}

fn returned(number: u32, code: u32) -> Answer {
    let observation = Observation { ending: Some(Ending::Returned(code)), ..Observation::default() };
    Answer::Ended { number, observation: Box::new(observation) }
}

#[test]
fn a_call_has_its_statuses_one_after_the_other_and_then_its_end() {
    let mut talk = talk();
    talk.begin(1, shutdown(7, 2), None);
    talk.expect(&status(1, 0));
    talk.resume(1);
    talk.expect(&status(1, 1));
    talk.resume(1);
    talk.expect(&returned(1, 7));
    // The number is free again.
    talk.begin(1, depth(), None);
    talk.expect(&returned(1, 0));
}

#[test]
fn a_callback_blocks_until_it_is_resumed() {
    let mut talk = talk();
    talk.begin(1, shutdown(7, 2), None);
    talk.expect(&status(1, 0));
    talk.begin(2, depth(), None);
    talk.expect(&returned(2, 0));
    assert!(talk.answers.recv_timeout(Duration::from_millis(50)).is_err());
    talk.resume(1);
    talk.expect(&status(1, 1));
}

#[test]
fn a_call_inside_a_callback_is_made_on_its_thread() {
    let mut talk = talk();
    talk.begin(1, shutdown(7, 1), None);
    talk.expect(&status(1, 0));
    talk.begin(2, depth(), Some(1));
    talk.expect(&returned(2, 1));
    talk.begin(3, depth(), None);
    talk.expect(&returned(3, 0));
    talk.resume(1);
    talk.expect(&returned(1, 7));
}

#[test]
fn a_callback_inside_a_callback_is_of_the_inner_call() {
    let mut talk = talk();
    talk.begin(1, shutdown(7, 2), None);
    talk.expect(&status(1, 0));
    talk.begin(2, shutdown(8, 1), Some(1));
    talk.expect(&status(2, 0));
    talk.begin(3, depth(), Some(2));
    talk.expect(&returned(3, 2));
    // What is to be done inside the outer callback has to wait for what is done there.
    talk.begin(4, depth(), Some(1));
    talk.resume(1);
    talk.resume(2);
    talk.expect(&returned(2, 8));
    talk.expect(&returned(4, 1));
    talk.expect(&status(1, 1));
    talk.resume(1);
    talk.expect(&returned(1, 7));
}

#[test]
fn callbacks_of_two_calls_are_resumed_in_any_order() {
    let mut talk = talk();
    talk.begin(1, shutdown(7, 1), None);
    talk.expect(&status(1, 0));
    talk.begin(2, shutdown(8, 2), None);
    talk.expect(&status(2, 0));
    talk.resume(2);
    talk.expect(&status(2, 1));
    talk.resume(1);
    talk.expect(&returned(1, 7));
    talk.resume(2);
    talk.expect(&returned(2, 8));
}

#[test]
fn other_orders_are_followed_while_calls_are_under_way() {
    let mut talk = talk();
    talk.begin(1, never_ending(), None);
    talk.begin(2, shutdown(7, 1), None);
    talk.expect(&status(2, 0));
    talk.send(&Order::Call(depth()));
    let observation = Observation { ending: Some(Ending::Returned(0)), ..Observation::default() };
    talk.expect(&Answer::Observed(Box::new(observation)));
    talk.resume(2);
    talk.expect(&returned(2, 7));
}

#[test]
fn the_worker_ends_with_its_orders_even_if_calls_do_not() {
    let mut talk = talk();
    talk.begin(1, never_ending(), None);
    talk.begin(2, shutdown(7, 1), None);
    talk.expect(&status(2, 0));
    drop(talk.orders);
    talk.worker.join().unwrap().unwrap();
}

#[test]
fn a_number_means_one_call_at_a_time() {
    let mut talk = talk();
    talk.begin(1, never_ending(), None);
    talk.begin(1, depth(), None);
    talk.expect_failed("call 1 is under way already");
}

#[test]
fn where_no_callback_runs_nothing_can_be_done_inside_one() {
    let mut talk = talk();
    talk.begin(1, never_ending(), None);
    talk.begin(2, depth(), Some(1));
    talk.expect_failed("no status callback of call 1 runs");
    talk.resume(1);
    talk.expect_failed("no status callback of call 1 runs");
    // The call that was refused has left its number free.
    talk.begin(2, depth(), None);
    talk.expect(&returned(2, 0));
}

#[test]
fn without_a_library_no_call_can_be_made() {
    let mut talk = Talk::new(Err(io::Error::other("there is none")));
    talk.begin(1, depth(), None);
    talk.expect_failed("there is none");
    talk.send(&Order::Call(depth()));
    talk.expect_failed("there is none");
}

#[test]
fn a_call_that_cannot_be_made_says_which_it_was() {
    let mut talk = talk();
    let key_buffer = "x".repeat(34);
    let call = Call::StartSession { flags: 0, null_handle: false, null_key: false, key_buffer };
    talk.begin(5, call, None);
    talk.expect_failed("call 5: 34 characters in a key's buffer of 33");
}
