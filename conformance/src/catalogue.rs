//! The catalogue: every documented rule and observed fact, how it is checked, and where it comes from.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::scenario::yaml;

/// The catalogue's file.
const FILE: &str = include_str!("../data/catalogue.yaml");

/// All that is known, in the order of the facts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// The version of the format: 1.
    pub version: u32,
    /// The rules and facts.
    pub entries: Vec<Entry>,
}

/// A documented rule or observed fact.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its id, such as `START-05` or `OBS-SHUT-03`.
    pub id: String,
    /// How it is checked.
    pub kind: Kind,
    /// Why it is out of scope or must wait.
    pub reason: Option<String>,
    /// The function, message, type or topic that it is about.
    pub call: String,
    /// What it says, in our words.
    pub rule: String,
    /// Where it comes from.
    pub source: String,
    /// How sure an observed fact is.
    pub confidence: Option<Confidence>,
}

/// How an entry is checked.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Modeled: a scenario exercises it.
    Behavior,
    /// A number, size, layout or signature: a unit or ABI test names it.
    Constant,
    /// Advice to people, or a sample's habit: nothing to check.
    Guidance,
    /// Not modeled, for a reason.
    OutOfScope,
    /// Not modeled yet.
    Planned,
}

/// How sure an observed fact is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Measured by its author, or seen in the artifact itself.
    High,
    /// One careful report, or several that agree.
    Medium,
    /// A single claim.
    Low,
}

impl Entry {
    /// The group of its id: `START` of `START-05`, `OBS-SHUT` of `OBS-SHUT-03`.
    pub fn group(&self) -> &str {
        self.id.rsplit_once('-').map_or(self.id.as_str(), |(group, _)| group)
    }
}

impl Catalogue {
    /// Reads the catalogue that is part of this program.
    ///
    /// # Panics
    ///
    /// Never: a test reads it.
    pub fn read() -> Catalogue {
        yaml::typed(FILE).expect("the catalogue that is part of the program can be read")
    }

    /// The entries by group, in the order of the facts.
    pub fn groups(&self) -> Vec<(&str, Vec<&Entry>)> {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut groups: Vec<(&str, Vec<&Entry>)> = Vec::new();
        for entry in &self.entries {
            let place = *places.entry(entry.group()).or_insert_with(|| {
                groups.push((entry.group(), Vec::new()));
                groups.len() - 1
            });
            groups[place].1.push(entry);
        }
        groups
    }
}
