//! `rstmgr exec`: an unmodified program, and all that it starts, on a simulated machine that they share.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::output;
use crate::backend::library;
use crate::execution::{Account, account, check_world};
use crate::exit::Exit;
use crate::report::human;
use crate::retell::FileError;
use crate::scenario::Scenario;
use crate::scenario::parse::{self, Source};
use crate::scenario::problem;
use crate::shared::protocol::SERVER_VARIABLE;
use crate::shared::{Server, Simulation, Time};

/// How long processes that the program has left behind may take to end, by the clock on the wall.
const LINGER_MAX: Duration = Duration::from_secs(2);

/// What runs, in which world.
///
/// The program and what it starts find our library first, where they look for `rstrtmgr`: on Linux by
/// `LD_LIBRARY_PATH`; on Windows it must lie beside the program. A process is the installer of the world that
/// `RSTMGR_INSTALLER` names, or the one with its program, or else the first. Afterwards the laws are held against what
/// was done, and the steps of the world file are done and their expectations checked.
#[derive(Debug, clap::Args)]
pub(super) struct ExecArguments {
    /// The world, as a scenario file; its steps are done after the program has ended
    #[arg(long, value_name = "FILE")]
    world: PathBuf,
    /// Decides what may go either way, in place of what the file says
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Whether an operation takes no time, or as long as it would on Windows
    #[arg(long, value_name = "WHICH", default_value = "virtual")]
    time: TimeName,
    /// The library [default: the one that `RSTMGR_DLL` names, or the one beside this program]
    #[arg(long, value_name = "FILE")]
    dll: Option<PathBuf>,
    /// Write what happened to this file, as `rstmgr judge` reads it
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Write what the program did to this file, as a scenario that does the same again
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "PROGRAM")]
    program: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum TimeName {
    Virtual,
    Real,
}

/// Runs the program and reports.
pub(super) fn execute(arguments: &ExecArguments) -> io::Result<Exit> {
    let (source, scenario) = match world(arguments) {
        Ok(read) => read,
        Err(exit) => return Ok(exit),
    };
    for path in arguments.trace.iter().chain(&arguments.scenario) {
        output::check_writable(path)?;
    }
    if let Some(dll) = &arguments.dll {
        library::choose(dll)?;
    }
    let library = match library::path() {
        Ok(library) => library,
        Err(error) => {
            output::complain(&format!("error: {error}\n"));
            return Ok(Exit::BackendOutOfReach);
        }
    };
    let time = match arguments.time {
        TimeName::Virtual => Time::Virtual,
        TimeName::Real => Time::Real(Instant::now()),
    };
    let simulation = Arc::new(Simulation::new(&scenario, time));
    let server = match Server::start(Arc::clone(&simulation)) {
        Ok(server) => server,
        Err(error) => {
            output::complain(&format!("error: failed to serve the simulation: {error}\n"));
            return Ok(Exit::BackendOutOfReach);
        }
    };
    // The program gets it too, and ends as it likes.
    let stop = output::stop_on_ctrl_c()?;
    let mut command = command(&arguments.program, &library)?;
    let status = match command.env(SERVER_VARIABLE, server.name()).status() {
        Ok(status) => status,
        Err(error) => {
            let program = arguments.program[0].display();
            output::complain(&format!("error: failed to start {program}: {error}\n"));
            return Ok(Exit::Wrong);
        }
    };
    let left = simulation.wait_until_left(LINGER_MAX);
    drop(server);
    let account = account(&scenario, &simulation);
    report(arguments, &source, status, left, &account)?;
    Ok(if stop.load(Ordering::Relaxed) { Exit::Interrupted } else { account.exit().max(exit_of(status)) })
}

/// The world file, read; what is wrong with it is said, and the exit code is given.
fn world(arguments: &ExecArguments) -> Result<(Source, Scenario), Exit> {
    let source = parse::read(&arguments.world).map_err(|problem| {
        output::complain_of(&arguments.world, &problem, output::color());
        Exit::Wrong
    })?;
    let mut scenario = parse::parse_world(&source).map_err(|problems| {
        output::complain(&problem::render(&problems, &source.name, &source.text, output::color()));
        Exit::Wrong
    })?;
    let problems = check_world(&scenario);
    if !problems.is_empty() {
        output::complain(&problem::render(&problems, &source.name, &source.text, output::color()));
        return Err(Exit::Wrong);
    }
    scenario.seed = arguments.seed.unwrap_or(scenario.seed);
    Ok((source, scenario))
}

/// The program, which finds the library first.
fn command(program: &[OsString], library: &Path) -> io::Result<Command> {
    let mut command = Command::new(&program[0]);
    command.args(&program[1..]);
    let variable = if cfg!(windows) { "PATH" } else { "LD_LIBRARY_PATH" };
    let directory = library.parent().map(PathBuf::from).unwrap_or_default();
    let others = env::var_os(variable).unwrap_or_default();
    let others = env::split_paths(&others).filter(|path| !path.as_os_str().is_empty());
    let paths = env::join_paths(std::iter::once(directory).chain(others)).map_err(io::Error::other)?;
    command.env(variable, paths);
    Ok(command)
}

/// The program's own failure is one.
fn exit_of(status: ExitStatus) -> Exit {
    if status.success() { Exit::Accepted } else { Exit::Rejected }
}

fn report(
    arguments: &ExecArguments,
    source: &Source,
    status: ExitStatus,
    left: usize,
    account: &Account,
) -> io::Result<()> {
    if left > 0 {
        let processes = human::count(left, "process");
        output::complain(&format!("warning: still running, and not seen from here on: {processes}\n"));
    }
    let mut text = String::new();
    for broken in &account.broken_laws {
        text.push_str(&format!("broken: {broken}\n"));
    }
    match &account.told {
        Ok(told) => {
            let problems = told.failures();
            text.push_str(&problem::render(&problems, &source.name, &source.text, output::color()));
            if let Some(path) = &arguments.trace {
                write(path, "trace", told.trace())?;
            }
            if let Some(path) = &arguments.scenario {
                write(path, "scenario", told.file(&arguments.program).map(String::into_bytes))?;
            }
            let calls = human::count(told.calls(), "call");
            let laws = human::count(account.broken_laws.len(), "broken law");
            let failed = human::count(problems.len(), "failed expectation");
            text.push_str(&format!("{calls}, {laws}, {failed}; the program ended with {status}\n"));
        }
        Err(error) => {
            let what = if arguments.trace.is_some() || arguments.scenario.is_some() {
                "nothing is written and nothing expected"
            } else {
                "nothing is expected"
            };
            output::complain(&format!("warning: what was done cannot be told, so {what}: {error}\n"));
            let laws = human::count(account.broken_laws.len(), "broken law");
            text.push_str(&format!("{laws}; the program ended with {status}\n"));
        }
    }
    output::print(&text)
}

fn write(path: &Path, what: &str, bytes: Result<Vec<u8>, FileError>) -> io::Result<()> {
    let bytes = bytes.map_err(|error| io::Error::other(format!("no {what} is written: {error}")))?;
    output::write_file(path, &bytes)
}
