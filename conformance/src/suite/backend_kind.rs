//! Which backend a scenario is taken to, by its name: `simulated`, `mutant:limit-off-by-one`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use rstmgr_model::{Flaw, Profile};

use crate::backend::dropin::DropinBackend;
use crate::backend::mutant::MutantBackend;
use crate::backend::realizable::{self, Means};
use crate::backend::recorded::RecordedBackend;
use crate::backend::remote::{CommandError, Remote};
use crate::backend::simulated::SimulatedBackend;
use crate::backend::{Backend, BackendError};
#[cfg(windows)]
use crate::backend::{library, windows::WindowsBackend};
use crate::runner::{self, Recording, Run};
use crate::scenario::Scenario;
use crate::scenario::parse::Source;

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
    /// A recording of another: a file, or a directory of them.
    Recorded(PathBuf),
    /// Another backend, at the far end of a command.
    Remote(Remote),
}

/// Why a text names no backend.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackendNameError {
    /// There is no such backend.
    #[error("no such backend; there are {}", BackendKind::NAMES.map(|(name, _)| name).join(", "))]
    Unknown,
    /// A recording without its path.
    #[error(
        "no recording is named; write `recorded:PATH`, with a file or a directory that `rstmgr record` wrote"
    )]
    NoPath,
    /// A backend at the far end of no command.
    #[error(transparent)]
    Command(#[from] CommandError),
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
    pub const NAMES: [(&str, &str); 6] = [
        ("simulated", "The simulator"),
        ("windows", "rstrtmgr.dll on this machine"),
        ("dropin", "Our own library, as installers call it, with the simulator behind it"),
        ("mutant:FLAW", "The simulator with a planted mistake, such as limit-off-by-one"),
        ("recorded:PATH", "A recording of another: a file or a directory that `record` wrote"),
        (
            "remote:COMMAND",
            "A backend at the far end of a command, such as `ssh box rstmgr agent --backend windows`",
        ),
    ];

    /// The same, if it is remote with this limit for each answer, by the clock on the wall.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> BackendKind {
        match self {
            BackendKind::Remote(remote) => BackendKind::Remote(remote.with_patience(patience)),
            BackendKind::Simulated
            | BackendKind::Windows
            | BackendKind::Dropin
            | BackendKind::Mutant(_)
            | BackendKind::Recorded(_) => self,
        }
    }

    /// The name in reports.
    pub fn name(&self) -> String {
        self.to_string()
    }

    /// The option that names it to `rstmgr run`, after a space; nothing for the simulator, which needs none.
    pub(super) fn options(&self) -> String {
        match self {
            BackendKind::Simulated => String::new(),
            BackendKind::Dropin
            | BackendKind::Windows
            | BackendKind::Mutant(_)
            | BackendKind::Recorded(_)
            | BackendKind::Remote(_) => super::option("--backend", &self.name()),
        }
    }

    /// Whether a profile can be given to it: it is simulated, and here.
    pub fn follows_profile(&self) -> bool {
        match self {
            BackendKind::Simulated | BackendKind::Dropin | BackendKind::Mutant(_) => true,
            BackendKind::Windows | BackendKind::Remote(_) | BackendKind::Recorded(_) => false,
        }
    }

    /// Runs one scenario as [`run_source`](BackendKind::run_source) does; if it can, it follows `base`, if there is one,
    /// instead of the profile that the scenario names.
    ///
    /// # Errors
    ///
    /// As of [`run_source`](BackendKind::run_source).
    pub fn run_on(
        &self,
        source: &Source,
        scenario: &Scenario,
        base: Option<&Profile>,
    ) -> Result<Run, BackendError> {
        match base {
            Some(_) => self.run_source(source, &self.on_base(scenario.clone(), base)),
            None => self.run_source(source, scenario),
        }
    }

    /// `scenario` as it is run here: if a profile can be given to this backend, on `base`, if there is one.
    pub fn on_base(&self, scenario: Scenario, base: Option<&Profile>) -> Scenario {
        match base {
            Some(base) if self.follows_profile() => scenario.on_base(base),
            _ => scenario,
        }
    }

    /// Runs one scenario; the simulator is held to the laws. `source` is its file, if it has one.
    ///
    /// # Errors
    ///
    /// If the backend could not be asked, or cannot make the scenario's world real.
    pub fn run_source(&self, source: &Source, scenario: &Scenario) -> Result<Run, BackendError> {
        self.with_backend(Some(source), scenario, |name, backend| runner::run(scenario, name, backend))
    }

    /// The same for a scenario that is no file.
    ///
    /// # Errors
    ///
    /// The same, and if the backend needs a file.
    pub fn run(&self, scenario: &Scenario) -> Result<Run, BackendError> {
        self.with_backend(None, scenario, |name, backend| runner::run(scenario, name, backend))
    }

    /// The same as [`run_source`](BackendKind::run_source), with the raw values kept.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn record(&self, source: &Source, scenario: &Scenario) -> Result<(Run, Recording), BackendError> {
        self.with_backend(Some(source), scenario, |name, backend| runner::record(scenario, name, backend))
    }

    /// Makes the backend for a scenario, and does `work` with the name of whoever really answers, and with it.
    ///
    /// # Errors
    ///
    /// If it cannot be made, and whatever `work` fails with.
    pub(crate) fn with_backend<R>(
        &self,
        source: Option<&Source>,
        scenario: &Scenario,
        work: impl FnOnce(&str, &mut dyn Backend) -> Result<R, BackendError>,
    ) -> Result<R, BackendError> {
        let name = self.name();
        match self {
            BackendKind::Simulated => work(&name, &mut SimulatedBackend::of(scenario).with_laws()),
            BackendKind::Mutant(flaw) => work(&name, &mut MutantBackend::of(scenario, *flaw).with_laws()),
            BackendKind::Dropin => {
                realizable::check_dropin(scenario).map_err(|reason| BackendError::Unrealizable { reason })?;
                work(&name, &mut DropinBackend::new(scenario)?)
            }
            BackendKind::Windows => {
                realizable::check_realizable(scenario, Means::of_this_machine())?;
                with_windows(scenario, |backend| work(&name, backend))
            }
            BackendKind::Recorded(path) => {
                let mut backend = RecordedBackend::open(path, source, scenario)?;
                let recorded = backend.recorded_backend().to_owned();
                work(&recorded, &mut backend)
            }
            BackendKind::Remote(remote) => {
                let mut backend = remote.open(source, scenario)?;
                let far = backend.far_backend().to_owned();
                work(&far, &mut backend)
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
            BackendKind::Recorded(path) => write!(f, "recorded:{}", path.display()),
            BackendKind::Remote(remote) => write!(f, "remote:{remote}"),
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
            ("recorded", None | Some("")) => Err(BackendNameError::NoPath),
            ("recorded", Some(path)) => Ok(BackendKind::Recorded(PathBuf::from(path))),
            ("remote", command) => Ok(BackendKind::Remote(command.unwrap_or_default().parse()?)),
            _ => Err(BackendNameError::Unknown),
        }
    }
}

fn flaw_names() -> String {
    Flaw::ALL.map(MutantBackend::name).join(", ")
}

/// Makes the world of a scenario real on this machine while `work` is done.
///
/// Our own library acts on a simulated world and not on a real one: where it is put in the place of the system's, the
/// scenario's world is served to it instead.
#[cfg(windows)]
fn with_windows<R>(
    scenario: &Scenario,
    work: impl FnOnce(&mut dyn Backend) -> Result<R, BackendError>,
) -> Result<R, BackendError> {
    if library::wants_simulation().map_err(BackendError::failed("read the library"))? {
        realizable::check_dropin(scenario).map_err(|reason| BackendError::Unrealizable { reason })?;
        return work(&mut DropinBackend::new(scenario)?);
    }
    work(&mut WindowsBackend::new(&scenario.world)?)
}

#[cfg(not(windows))]
fn with_windows<R>(
    _: &Scenario,
    _: impl FnOnce(&mut dyn Backend) -> Result<R, BackendError>,
) -> Result<R, BackendError> {
    Err(BackendError::Failed {
        attempt: String::from("ask the Windows backend"),
        cause: std::io::Error::new(std::io::ErrorKind::Unsupported, "this program was not built for Windows"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_backend_is_named_by_the_text_that_it_is_shown_by() {
        let mutants = Flaw::ALL.into_iter().map(BackendKind::Mutant);
        let recorded = BackendKind::Recorded(PathBuf::from("C:/recordings of Windows"));
        let remote = BackendKind::Remote("ssh 'a box' rstmgr agent".parse().unwrap());
        let others = [BackendKind::Simulated, BackendKind::Windows, BackendKind::Dropin, recorded, remote];
        for kind in others.into_iter().chain(mutants) {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
    }

    #[test]
    fn what_belongs_to_a_name_must_be_there() {
        let error = |text: &str| text.parse::<BackendKind>().unwrap_err().to_string();
        for text in ["recorded", "recorded:"] {
            assert!(error(text).starts_with("no recording is named; write `recorded:PATH`"), "{text}");
        }
        for text in ["remote", "remote:", "remote:  "] {
            assert!(error(text).starts_with("no command is named; write `remote:COMMAND`"), "{text}");
        }
        for text in ["remote:ssh 'box", "remote:ssh box\\"] {
            assert!(error(text).starts_with("the command cannot be split"), "{text}");
        }
    }

    #[test]
    fn a_wrong_name_is_answered_with_those_that_there_are() {
        let error = |text: &str| text.parse::<BackendKind>().unwrap_err().to_string();
        let known = "no such backend; there are simulated, windows, dropin, mutant:FLAW, recorded:PATH, remote:COMMAND";
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
        assert!(other.contains(" limit-off-by-one, "), "{other}");
    }
}
