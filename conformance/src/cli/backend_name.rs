//! Backends as arguments.

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use rstmgr_model::Flaw;

use crate::backend::library;
use crate::suite::{BackendKind, BackendNameError};

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
}

impl ReachArguments {
    /// The backend that `name` and `flaw` name, reached as is stated here.
    ///
    /// # Errors
    ///
    /// If the library cannot be found.
    pub(super) fn kind(&self, name: &BackendName, flaw: Option<Flaw>) -> io::Result<BackendKind> {
        if let Some(dll) = &self.dll {
            library::choose(dll)?;
        }
        Ok(name.kind(flaw))
    }
}

/// Reads an argument that names a backend.
#[derive(Clone, Copy, Debug)]
pub(super) struct BackendNameParser;

impl TypedValueParser for BackendNameParser {
    type Value = BackendName;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<BackendName, clap::Error> {
        StringValueParser::new().try_map(read).parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = BackendKind::NAMES.into_iter().map(|(name, help)| PossibleValue::new(name).help(help));
        Some(Box::new(values))
    }
}

fn read(text: String) -> Result<BackendName, BackendNameError> {
    if text == "mutant" { Ok(BackendName::Mutant) } else { text.parse().map(BackendName::Whole) }
}
