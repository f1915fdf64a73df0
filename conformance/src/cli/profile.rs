//! `--profile`: the profile that is named, or that stands in a file.

use std::io::{self, IsTerminal};
use std::path::Path;

use rstmgr_model::Profile;

use super::output;
use crate::exit::Exit;
use crate::scenario::parse::{parse_profile, read_profile};
use crate::scenario::problem;
use crate::suite::BackendKind;

/// The profile that `argument` names, or that stands in the file at this path; what is wrong with it is said, and the exit
/// code is given.
pub(super) fn load(argument: &str) -> Result<Profile, Exit> {
    if let Some(profile) = Profile::named(argument) {
        return Ok(profile);
    }
    let color = io::stderr().is_terminal();
    let source = read_profile(Path::new(argument)).map_err(|mut problem| {
        if !Path::new(argument).exists() {
            let names = Profile::NAMES.join("`, `");
            problem.help = Some(format!("a profile is `{names}`, or a file such as `rstmgr probe` writes"));
        }
        output::complain_of(Path::new(argument), &problem, color);
        Exit::Wrong
    })?;
    match parse_profile(&source) {
        Ok(file) => Ok(file.profile()),
        Err(problems) => {
            output::complain(&problem::render(&problems, &source.name, &source.text, color));
            Err(Exit::Wrong)
        }
    }
}

/// The same for an argument that may be left out; one of `backends` has to be able to follow it.
pub(super) fn load_for(argument: Option<&str>, backends: &[&BackendKind]) -> Result<Option<Profile>, Exit> {
    let Some(argument) = argument else { return Ok(None) };
    if !backends.iter().any(|backend| backend.follows_profile()) {
        let names: Vec<String> = backends.iter().map(|backend| backend.name()).collect();
        let names = names.join(" and ");
        output::complain(&format!(
            "error: `--profile` is for simulated backends, and {names} answers for itself\n"
        ));
        return Err(Exit::Wrong);
    }
    load(argument).map(Some)
}
