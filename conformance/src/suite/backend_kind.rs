//! Which backend a scenario is taken to, by its name: `simulated`, `mutant:limit-off-by-one`.

use std::fmt;
use std::io;
use std::str::FromStr;

use rstmgr_model::{Flaw, Profile};

use crate::backend::dropin::DropinBackend;
use crate::backend::mutant::MutantBackend;
use crate::backend::simulated::SimulatedBackend;
use crate::backend::{Backend, BackendError, realizable};
use crate::runner::{self, Run};
use crate::scenario::Scenario;

/// Which backend a scenario is taken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackendKind {
    /// The simulator.
    Simulated,
    /// `rstrtmgr.dll` on this machine.
    Windows,
    /// Our own library, as installers call it.
    Dropin,
    /// The simulator with a planted mistake.
    Mutant(Flaw),
}

/// Why a text names no backend.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackendNameError {
    /// There is no such backend.
    #[error("no such backend; there are {}", BackendKind::NAMES.map(|(name, _)| name).join(", "))]
    Unknown,
    /// A mutant without its flaw.
    #[error("no planted mistake is named; write `mutant:FLAW`, with one of {}", flaw_names())]
    NoFlaw,
    /// A mutant with a flaw that there is not.
    #[error("no planted mistake is called `{name}`; there are {}", flaw_names())]
    UnknownFlaw {
        /// What it was called.
        name: String,
    },
}

impl BackendKind {
    /// Every name, with what stands for the rest in capitals, and what it is.
    pub const NAMES: [(&str, &str); 4] = [
        ("simulated", "The simulator"),
        ("windows", "rstrtmgr.dll on this machine"),
        ("dropin", "Our own library, as installers call it, with the simulator behind it"),
        ("mutant:FLAW", "The simulator with a planted mistake, such as limit-off-by-one"),
    ];

    /// The name in traces and reports.
    pub fn name(&self) -> String {
        self.to_string()
    }

    /// Whether a profile can be given to it: it is simulated, and here.
    pub fn follows_profile(&self) -> bool {
        match self {
            BackendKind::Simulated | BackendKind::Dropin | BackendKind::Mutant(_) => true,
            BackendKind::Windows => false,
        }
    }

    /// Runs one scenario as [`run`](BackendKind::run) does; if it can, it follows `base`, if there is one, instead of the
    /// profile that the scenario names.
    ///
    /// # Errors
    ///
    /// As of [`run`](BackendKind::run).
    pub fn run_on(&self, scenario: &Scenario, base: Option<&Profile>) -> Result<Run, BackendError> {
        match base {
            Some(base) if self.follows_profile() => self.run(&scenario.clone().on_base(base)),
            _ => self.run(scenario),
        }
    }

    /// Runs one scenario; the simulator is held to the laws.
    ///
    /// # Errors
    ///
    /// If the backend could not be asked, or cannot make the scenario's world real.
    pub fn run(&self, scenario: &Scenario) -> Result<Run, BackendError> {
        let name = self.name();
        match self {
            BackendKind::Simulated => {
                let mut backend = SimulatedBackend::of(scenario).with_laws();
                runner::run(scenario, &name, &mut backend)
            }
            BackendKind::Mutant(flaw) => {
                let mut backend = MutantBackend::of(scenario, *flaw).with_laws();
                runner::run(scenario, &name, &mut backend)
            }
            BackendKind::Dropin => {
                realizable::check_dropin(scenario).map_err(|reason| BackendError::Unrealizable { reason })?;
                let mut backend = DropinBackend::new(scenario)?;
                runner::run(scenario, &name, &mut backend)
            }
            BackendKind::Windows => {
                realizable::check_realizable(scenario)
                    .map_err(|reason| BackendError::Unrealizable { reason })?;
                with_windows(scenario, |backend| runner::run(scenario, &name, backend))
            }
        }
    }
}

impl fmt::Display for BackendKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BackendKind::Simulated => f.write_str("simulated"),
            BackendKind::Windows => f.write_str("windows"),
            BackendKind::Dropin => f.write_str("dropin"),
            BackendKind::Mutant(flaw) => write!(f, "mutant:{}", MutantBackend::name(*flaw)),
        }
    }
}

impl FromStr for BackendKind {
    type Err = BackendNameError;

    fn from_str(text: &str) -> Result<BackendKind, BackendNameError> {
        let (name, rest) = match text.split_once(':') {
            Some((name, rest)) => (name, Some(rest)),
            None => (text, None),
        };
        match (name, rest) {
            ("simulated", None) => Ok(BackendKind::Simulated),
            ("windows", None) => Ok(BackendKind::Windows),
            ("dropin", None) => Ok(BackendKind::Dropin),
            ("mutant", None | Some("")) => Err(BackendNameError::NoFlaw),
            ("mutant", Some(flaw)) => match MutantBackend::flaw(flaw) {
                Some(flaw) => Ok(BackendKind::Mutant(flaw)),
                None => Err(BackendNameError::UnknownFlaw { name: flaw.to_owned() }),
            },
            _ => Err(BackendNameError::Unknown),
        }
    }
}

fn flaw_names() -> String {
    Flaw::ALL.map(MutantBackend::name).join(", ")
}

/// Makes the world of a scenario real on this machine while `run` runs.
#[cfg(windows)]
fn with_windows(
    scenario: &Scenario,
    run: impl FnOnce(&mut dyn Backend) -> Result<Run, BackendError>,
) -> Result<Run, BackendError> {
    let failed = |cause| BackendError::Failed {
        attempt: String::from("make a directory for the world's files"),
        cause,
    };
    let scratch = tempfile::Builder::new().prefix("rm").tempdir().map_err(failed)?;
    let mut backend = crate::backend::windows::WindowsBackend::new(&scenario.world, scratch.path())?;
    run(&mut backend)
}

#[cfg(not(windows))]
fn with_windows(
    _: &Scenario,
    _: impl FnOnce(&mut dyn Backend) -> Result<Run, BackendError>,
) -> Result<Run, BackendError> {
    Err(BackendError::Failed {
        attempt: String::from("ask the Windows backend"),
        cause: io::Error::new(io::ErrorKind::Unsupported, "this program was not built for Windows"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_backend_is_named_by_the_text_that_it_is_shown_by() {
        let mutants = Flaw::ALL.into_iter().map(BackendKind::Mutant);
        for kind in
            [BackendKind::Simulated, BackendKind::Windows, BackendKind::Dropin].into_iter().chain(mutants)
        {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
    }

    #[test]
    fn a_wrong_name_is_answered_with_those_that_there_are() {
        let error = |text: &str| text.parse::<BackendKind>().unwrap_err().to_string();
        let known = "no such backend; there are simulated, windows, dropin, mutant:FLAW";
        for text in ["", "Simulated", "simulated:", "windows:11", "mutants", "nothing:at all"] {
            assert_eq!(error(text), known, "{text}");
        }
        for text in ["mutant", "mutant:"] {
            assert!(
                error(text).starts_with("no planted mistake is named; write `mutant:FLAW`, with one of ")
            );
        }
        let other = error("mutant:no-such-flaw");
        assert!(other.starts_with("no planted mistake is called `no-such-flaw`; there are "), "{other}");
        assert!(other.contains(", limit-off-by-one"), "{other}");
    }
}
