//! Serves a simulation to the processes of this user, over a socket or pipe.

use std::collections::BTreeMap;
use std::io::{self, BufReader};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use interprocess::local_socket::prelude::*;
use interprocess::local_socket::{ConnectOptions, GenericFilePath, ListenerOptions};
use tempfile::TempDir;

use super::Trouble;
use super::guests::GuestId;
use super::leftovers::{self, PREFIX, SOCKET};
use super::protocol::{Answer, Question, STILL_EVERY, VERSION, read_line, write_line};
use super::simulation::Simulation;

/// Listens, as long as it is not dropped; no socket, pipe or file is left afterwards.
#[derive(Debug)]
pub struct Server {
    name: String,
    is_over: Arc<AtomicBool>,
    listens: Option<JoinHandle<()>>,
    /// Where the socket lies; only this user can look into it.
    _directory: TempDir,
}

/// The simulation, and which processes have lines to it.
#[derive(Debug)]
struct Hall {
    simulation: Arc<Simulation>,
    /// By the token of a process.
    present: Mutex<BTreeMap<u64, Present>>,
}

#[derive(Debug)]
struct Present {
    guest: GuestId,
    lines: usize,
}

impl Server {
    /// Begins to listen.
    ///
    /// # Errors
    ///
    /// If no socket or pipe can be made.
    pub fn start(simulation: Arc<Simulation>) -> io::Result<Server> {
        let directory = tempfile::Builder::new().prefix(PREFIX).rand_bytes(12).tempdir()?;
        leftovers::sweep(directory.path());
        let name = name_in(&directory)?;
        let listener =
            ListenerOptions::new().name(name.as_str().to_fs_name::<GenericFilePath>()?).create_sync()?;
        let hall = Arc::new(Hall { simulation, present: Mutex::new(BTreeMap::new()) });
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let listens = thread::Builder::new().name(String::from("rstmgr server")).spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                let hall = Arc::clone(&hall);
                // Who is gone before its line is up is not served; nor is anybody where no thread can be had.
                let Ok(stream) = stream else { continue };
                let serve = move || hall.serve(&stream);
                let _served = thread::Builder::new().name(String::from("rstmgr line")).spawn(serve);
            }
        })?;
        Ok(Server { name, is_over, listens: Some(listens), _directory: directory })
    }

    /// What processes find it by.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Server {
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

impl Hall {
    /// Serves one line until it is closed.
    fn serve(&self, stream: &LocalSocketStream) {
        let mut reader = BufReader::new(stream);
        let mut writer = stream;
        let asked = read_line(&mut reader);
        let (token, guest) = match asked {
            Ok(Some(Question::Hello { version, token, who })) if version == VERSION => {
                match self.admit(token, || self.simulation.attach(&who)) {
                    Ok(guest) => (token, guest),
                    Err(Trouble(reason)) => return refuse(writer, reason),
                }
            }
            Ok(Some(Question::Hello { version, .. })) => {
                let says = format!("it speaks version {VERSION} of the protocol, and the library {version}");
                return refuse(writer, says);
            }
            Ok(Some(Question::Begin { .. } | Question::GoOn { .. })) => {
                return refuse(writer, String::from("the first message is no `hello`"));
            }
            Ok(None) => return,
            Err(error) => return refuse(writer, format!("the first message cannot be read: {error}")),
        };
        let mut broken = write_line(&Answer::Welcome, &mut writer).is_err();
        while !broken {
            let question = match read_line(&mut reader) {
                Ok(Some(question)) => question,
                Ok(None) => break,
                Err(error) => {
                    refuse(writer, format!("the message cannot be read: {error}"));
                    break;
                }
            };
            let mut said = Instant::now();
            let mut is_there = true;
            let mut busy = || {
                if said.elapsed() >= STILL_EVERY {
                    said = Instant::now();
                    is_there = write_line(&Answer::Still, &mut &*stream).is_ok();
                }
                is_there
            };
            let answer = match question {
                Question::Begin { call, inside } => {
                    self.simulation.begin(guest, &call, inside, &mut busy).into()
                }
                Question::GoOn { call } => self.simulation.go_on(guest, call, &mut busy).into(),
                Question::Hello { .. } => Answer::Refused(String::from("there was a `hello` already")),
            };
            broken = write_line(&answer, &mut writer).is_err();
        }
        self.dismiss(token);
    }

    /// One more line of a process.
    fn admit(
        &self,
        token: u64,
        attach: impl FnOnce() -> Result<GuestId, Trouble>,
    ) -> Result<GuestId, Trouble> {
        let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = present.get_mut(&token) {
            known.lines += 1;
            return Ok(known.guest);
        }
        let guest = attach()?;
        present.insert(token, Present { guest, lines: 1 });
        Ok(guest)
    }

    /// One line less of a process; without any, the process has ended.
    fn dismiss(&self, token: u64) {
        let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = present.get_mut(&token) else { return };
        known.lines -= 1;
        if known.lines == 0 {
            let guest = known.guest;
            present.remove(&token);
            self.simulation.detach(guest);
        }
    }
}

fn refuse(mut writer: &LocalSocketStream, reason: String) {
    // Who does not hear it is gone.
    let _told = write_line(&Answer::Refused(reason), &mut writer);
}

/// The name of a socket in this directory, or of a pipe called like it.
fn name_in(directory: &TempDir) -> io::Result<String> {
    let path = if cfg!(windows) {
        let name = directory.path().file_name().unwrap_or_default().to_string_lossy();
        return Ok(format!(r"\\.\pipe\{name}"));
    } else {
        directory.path().join(SOCKET)
    };
    let says = "the path of the temporary directory is not valid Unicode";
    path.into_os_string().into_string().map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, says))
}
