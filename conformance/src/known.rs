//! Known differences of a backend, as data: patterns, each with its reason and the number of places it covers.

use std::fmt;
use std::path::Path;

use serde::Deserialize;

use crate::compare::Difference;
use crate::scenario::problem::Problem;
use crate::scenario::{parse, yaml};
use crate::suite::Pace;

/// The differences that one pair of backends is known to have.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The version of the format: 1.
    pub version: u32,
    /// What is compared, for people.
    pub backends: String,
    /// How many scenarios are compared; of those that take real time, the fast ones.
    pub compared: usize,
    /// How many scenarios are skipped, because their world cannot be made real or they are slow.
    pub skipped: usize,
    /// How many of the skipped are slow alone: compared as well, unless all is to be fast.
    #[serde(default)]
    pub slow: usize,
    /// The patterns; a difference belongs to the first that it matches.
    pub differences: Vec<Pattern>,
}

/// Differences that have one cause.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// The function, such as `RmGetList`; absent: any.
    pub call: Option<String>,
    /// The field, such as `reply`; absent: any.
    pub field: Option<String>,
    /// What the left backend shows; a `*` at the end stands for anything; absent: anything.
    pub left: Option<String>,
    /// What the right backend shows; likewise.
    pub right: Option<String>,
    /// The scenario's file, as a path below the compared directory; absent: any.
    pub scenario: Option<String>,
    /// The number of the step in it, from 1; absent: any.
    pub step: Option<usize>,
    /// Why they differ.
    pub reason: String,
    /// How many differences it covers, exactly.
    pub places: usize,
    /// How many more it covers in the slow scenarios, exactly.
    #[serde(default)]
    pub slow: usize,
}

/// Why a file of known differences cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KnownError {
    /// The file cannot be read.
    #[error("{}", .0.message)]
    Unreadable(Problem),
    /// It is not what it should be.
    #[error("it is no list of known differences: {0}")]
    Malformed(String),
    /// Its version is another.
    #[error("unknown version {0} of the list of known differences; this program knows 1")]
    UnknownVersion(u32),
}

impl Known {
    /// Reads the file at `path`.
    ///
    /// # Errors
    ///
    /// If it cannot be read or is not what it should be.
    pub fn read(path: &Path) -> Result<Known, KnownError> {
        let source = parse::read(path).map_err(KnownError::Unreadable)?;
        let known: Known = yaml::typed(&source.text).map_err(KnownError::Malformed)?;
        if known.version == 1 { Ok(known) } else { Err(KnownError::UnknownVersion(known.version)) }
    }

    /// How many scenarios are to be compared, and how many skipped.
    pub fn scenarios(&self, pace: Pace) -> [usize; 2] {
        match pace {
            Pace::Fast => [self.compared, self.skipped],
            Pace::All => [self.compared.saturating_add(self.slow), self.skipped.saturating_sub(self.slow)],
        }
    }

    /// The place of the pattern that `difference` belongs to.
    pub fn find(&self, difference: &Difference) -> Option<usize> {
        self.differences.iter().position(|pattern| pattern.matches(difference))
    }
}

impl Pattern {
    /// How many differences it is to cover.
    pub fn covers(&self, pace: Pace) -> usize {
        match pace {
            Pace::Fast => self.places,
            Pace::All => self.places.saturating_add(self.slow),
        }
    }

    fn matches(&self, difference: &Difference) -> bool {
        let is = |pattern: &Option<String>, text: &str| match pattern {
            None => true,
            Some(pattern) => match pattern.strip_suffix('*') {
                Some(start) => text.starts_with(start),
                None => pattern == text,
            },
        };
        is(&self.call, difference.call)
            && is(&self.field, difference.field)
            && is(&self.left, &difference.left)
            && is(&self.right, &difference.right)
            && self.scenario.as_ref().is_none_or(|scenario| difference.scenario.ends_with(scenario.as_str()))
            && self.step.is_none_or(|step| difference.step == step)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let any = |text: &Option<String>| text.clone().unwrap_or_else(|| String::from("*"));
        write!(f, "{} {}: {} -> {}", any(&self.call), any(&self.field), any(&self.left), any(&self.right))
    }
}
