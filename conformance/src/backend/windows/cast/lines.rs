//! The pipe on which fixtures find the harness, and the lines that they speak on.

use std::io::{self, BufReader};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use interprocess::local_socket::prelude::*;
use interprocess::local_socket::{ConnectOptions, GenericFilePath, ListenerOptions};
use rstmgr_fixture::{Order, Report, read_line, write_line};

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
    Connected(Line),
    /// A report.
    Said(Report),
    /// It is over; with the reason if something was said that is no report.
    Over(Option<io::Error>),
}

/// Where orders are given to a fixture; closed when dropped.
#[derive(Debug)]
pub(super) struct Line(Arc<LocalSocketStream>);

impl Line {
    /// Gives an order. Whether it is followed, or heard at all, is reported or not.
    pub(super) fn order(&self, order: &Order) -> io::Result<()> {
        write_line(order, &mut &*self.0)
    }
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
        let listener =
            ListenerOptions::new().name(name.as_str().to_fs_name::<GenericFilePath>()?).create_sync()?;
        let (sender, heard) = mpsc::channel();
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let listens = thread::Builder::new().name(String::from("rstmgr fixtures")).spawn(move || {
            for (line, stream) in listener.incoming().enumerate() {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                // Who is gone before its line is up says nothing.
                let Ok(stream) = stream else { continue };
                let (stream, sender) = (Arc::new(stream), sender.clone());
                let read = move || read(line, &stream, &sender);
                let _reading = thread::Builder::new().name(String::from("rstmgr fixture")).spawn(read);
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
        let woken = self.name.as_str().to_fs_name::<GenericFilePath>();
        let woken = woken.and_then(|name| ConnectOptions::new().name(name).connect_sync());
        if let (Ok(_), Some(listens)) = (woken, self.listens.take()) {
            let _ended = listens.join();
        }
    }
}

/// Hands on what one fixture says, until its line is over.
fn read(line: usize, stream: &Arc<LocalSocketStream>, sender: &Sender<Heard>) {
    // Who does not want to hear it any more is gone.
    let tell = |what| sender.send(Heard { line, what }).is_ok();
    if !tell(What::Connected(Line(Arc::clone(stream)))) {
        return;
    }
    let mut reader = BufReader::new(&**stream);
    loop {
        let is_heard = match read_line(&mut reader) {
            Ok(Some(report)) => tell(What::Said(report)),
            Ok(None) => break,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                tell(What::Over(Some(error)));
                return;
            }
            // A process that is killed breaks its pipe.
            Err(_) => break,
        };
        if !is_heard {
            return;
        }
    }
    tell(What::Over(None));
}
