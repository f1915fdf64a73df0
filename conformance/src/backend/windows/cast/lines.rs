//! The pipe on which fixtures find the harness, and the lines that they speak on.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use rstmgr_fixture::{Listener, Orders, Report, Reports, connect};

/// What comes from the fixtures.
#[derive(Debug)]
pub(super) struct Heard {
    /// On which line.
    pub(super) line: usize,
    pub(super) what: What,
}

/// What comes on a line.
#[derive(Debug)]
pub(super) enum What {
    /// Somebody is there, to whom orders can be given.
    Connected(Orders),
    /// A report.
    Said(Report),
    /// It is over; with the reason if something was said that is no report.
    Over(Option<io::Error>),
}

/// Listens until it is dropped.
#[derive(Debug)]
pub(super) struct Lines {
    name: String,
    is_over: Arc<AtomicBool>,
    listens: Option<JoinHandle<()>>,
    heard: Receiver<Heard>,
}

impl Lines {
    /// Listens on the pipe with this name, such as `\\.\pipe\rstmgr-0123`.
    ///
    /// # Errors
    ///
    /// If there is one already, or none can be made.
    pub(super) fn listen(name: String) -> io::Result<Lines> {
        let listener = Listener::new(&name, None)?;
        let (sender, heard) = mpsc::channel();
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let listens = thread::Builder::new().name(String::from("rstmgr fixtures")).spawn(move || {
            let mut line = 0;
            while !over.load(Ordering::SeqCst) {
                // Who is gone before its line is up says nothing.
                let Ok((reports, orders)) = listener.accept() else { continue };
                let (place, sender) = (line, sender.clone());
                let read = move || read(place, reports, orders, &sender);
                let _reading = thread::Builder::new().name(String::from("rstmgr fixture")).spawn(read);
                line += 1;
            }
        })?;
        Ok(Lines { name, is_over, listens: Some(listens), heard })
    }

    /// What fixtures find it by.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What came next, if anything did.
    pub(super) fn hear(&self) -> Option<Heard> {
        self.heard.try_recv().ok()
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Whoever listens wakes up, and sees that it is over.
        if let (Ok(_), Some(listens)) = (connect(&self.name), self.listens.take()) {
            let _ended = listens.join();
        }
    }
}

/// Hands on what one fixture says, until its line is over.
fn read(line: usize, mut reports: Reports, orders: Orders, sender: &Sender<Heard>) {
    // Who does not want to hear it any more is gone.
    let tell = |what| sender.send(Heard { line, what }).is_ok();
    let mut is_heard = tell(What::Connected(orders));
    while is_heard {
        is_heard = match reports.next_report() {
            Ok(Some(report)) => tell(What::Said(report)),
            over => {
                tell(What::Over(over.err()));
                return;
            }
        };
    }
}
