//! How a process finds its simulation: what its environment says.

use std::env;
use std::path::Path;

use super::client::Client;
use super::embedded::Embedded;
use super::guests::Introduction;
use super::protocol::{INSTALLER_VARIABLE, SERVER_VARIABLE, WORLD_VARIABLE};
use super::simulation::Time;
use super::{Connection, Trouble};
use crate::request::UniqueProcess;
use crate::scenario::Scenario;
use crate::scenario::parse;
use crate::scenario::problem;
use crate::worker::own_process;

/// Leads this process to the simulation that its environment names: a server, or a world file for itself alone.
///
/// # Errors
///
/// If there is neither, or it is not as it should be.
pub fn connect() -> Result<Box<dyn Connection>, Trouble> {
    let who = own_introduction()?;
    if let Some(server) = text_of(SERVER_VARIABLE)? {
        return Ok(Box::new(Client::connect(&server, who)?));
    }
    let Some(world) = env::var_os(WORLD_VARIABLE) else {
        return Err(Trouble(format!(
            "there is no simulation: start the program with `rstmgr exec --world FILE -- PROGRAM`, or set {WORLD_VARIABLE} to a world file"
        )));
    };
    let scenario = read_world(Path::new(&world))?;
    Ok(Box::new(Embedded::new(&scenario, Time::Virtual, &who)?))
}

/// Reads a world file.
///
/// # Errors
///
/// All that is wrong with it.
pub fn read_world(path: &Path) -> Result<Scenario, Trouble> {
    let source = parse::read(path)
        .map_err(|problem| Trouble(format!("cannot read the world file `{}`: {problem}", path.display())))?;
    parse::parse_world(&source).map_err(|problems| {
        let shown = problem::render(&problems, &source.name, &source.text, false);
        Trouble(format!("the world file has problems:\n{}", shown.trim_end()))
    })
}

/// This process, as it presents itself.
fn own_introduction() -> Result<Introduction, Trouble> {
    let program = env::current_exe().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Introduction { process: own_process(), program, installer: text_of(INSTALLER_VARIABLE)? })
}

fn own_process() -> UniqueProcess {
    let unknown = UniqueProcess { pid: std::process::id(), start_time: 0 };
    own_process::identity().unwrap_or(unknown)
}

/// The text of an environment variable, if it is set to one.
fn text_of(variable: &str) -> Result<Option<String>, Trouble> {
    match env::var(variable) {
        Ok(text) => Ok(Some(text)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(Trouble(format!("{variable} is not valid Unicode"))),
    }
}
