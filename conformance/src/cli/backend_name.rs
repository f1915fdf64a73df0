//! Backends as arguments.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use rstmgr_model::Flaw;

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
    pub(super) fn kind(&self, flaw: Option<Flaw>) -> BackendKind {
        match (self, flaw) {
            (BackendName::Whole(kind), _) => kind.clone(),
            (BackendName::Mutant, Some(flaw)) => BackendKind::Mutant(flaw),
            (BackendName::Mutant, None) => unreachable!("`mutant` requires the argument"),
        }
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
