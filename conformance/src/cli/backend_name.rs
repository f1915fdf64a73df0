//! Backends as arguments.

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use rstmgr_model::Flaw;

use crate::backend::library;
use crate::scenario::duration;
use crate::suite::{self, BackendKind, BackendNameError};

/// The longest time that an answer of a far end can be waited for.
const PATIENCE_MAX: Duration = Duration::from_secs(24 * 3_600);

/// A backend as it is named by an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum BackendName {
    /// By this argument alone.
    Whole(BackendKind),
    /// `mutant`, whose mistake another argument names.
    Mutant,
}

impl BackendName {
    /// The backend; `flaw` is what the other argument says.
    fn kind(&self, flaw: Option<Flaw>) -> BackendKind {
        match (self, flaw) {
            (BackendName::Whole(kind), _) => kind.clone(),
            (BackendName::Mutant, Some(flaw)) => BackendKind::Mutant(flaw),
            (BackendName::Mutant, None) => unreachable!("`mutant` requires the argument"),
        }
    }
}

/// How backends beyond this process are reached.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct ReachArguments {
    /// The library of the backends `windows` and `dropin` [default: `RSTMGR_DLL`; else the system's, or ours beside this program]
    #[arg(long, value_name = "FILE")]
    dll: Option<PathBuf>,
    /// How long the backend `remote` may take for one answer, such as 90s or 10m [default: 5m]
    #[arg(long, value_name = "DURATION", value_parser = read_patience)]
    patience: Option<Duration>,
}

impl ReachArguments {
    /// The same options as a person types them, each after a space.
    pub(super) fn options(&self) -> String {
        let dll = self.dll.as_ref().map(|dll| suite::option("--dll", &dll.to_string_lossy()));
        let patience = self.patience.map(|patience| suite::option("--patience", &duration::write(patience)));
        dll.unwrap_or_default() + &patience.unwrap_or_default()
    }

    /// The backend that `name` and `flaw` name, reached as is stated here.
    ///
    /// # Errors
    ///
    /// If the library cannot be found.
    pub(super) fn kind(&self, name: &BackendName, flaw: Option<Flaw>) -> io::Result<BackendKind> {
        if let Some(dll) = &self.dll {
            library::choose(dll)?;
        }
        let kind = name.kind(flaw);
        Ok(match self.patience {
            Some(patience) => kind.with_patience(patience),
            None => kind,
        })
    }
}

/// Reads an argument that names a backend.
#[derive(Clone, Copy, Debug)]
pub(super) enum BackendNameParser {
    /// Another argument names the planted mistake of `mutant`, unless this one does.
    WithFlaw,
    /// There is no such argument.
    Whole,
}

impl TypedValueParser for BackendNameParser {
    type Value = BackendName;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<BackendName, clap::Error> {
        let has_flaw = matches!(self, BackendNameParser::WithFlaw);
        StringValueParser::new()
            .try_map(move |text| read(&text, has_flaw))
            .parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = BackendKind::NAMES.into_iter().map(|(name, help)| PossibleValue::new(name).help(help));
        Some(Box::new(values))
    }
}

fn read_patience(text: &str) -> Result<Duration, String> {
    let patience = duration::parse(text).filter(|patience| !patience.is_zero() && *patience <= PATIENCE_MAX);
    patience.ok_or_else(|| {
        String::from("expected a duration of at least 1ms and at most 24h, such as 90s or 10m")
    })
}

/// Reads the name of a backend; `has_flaw`: another argument names the planted mistake of `mutant`.
fn read(text: &str, has_flaw: bool) -> Result<BackendName, BackendNameError> {
    if has_flaw && text == "mutant" { Ok(BackendName::Mutant) } else { text.parse().map(BackendName::Whole) }
}
