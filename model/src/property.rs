//! What must always hold, and what must sometimes happen: a second opinion on the machine.
//!
//! A [`Property`] is a law over what goes in and what comes out, written from the rules. A [`Monitor`] follows one
//! run by that alone: it sees the [`World`], the answers to open questions, every [`Input`] and what it let out, and
//! never the machine. Whatever follows by itself carries a [`Cause`](crate::Cause), and is held to having one.

#![expect(clippy::wildcard_enum_match_arm, reason = "a law picks out what it speaks of")]

mod affected;
mod arguments;
mod calls;
mod entries;
mod filters;
mod lists;
mod monitor;
mod notes;
mod operations;
mod outcomes;
mod records;
mod registration;
mod replies;
mod restarts;
mod roles;
mod sessions;
mod table;
mod told;

use std::fmt;

pub use monitor::Monitor;
use table::{ALL, Law};

use crate::profile::Profile;
use crate::rule::Rule;
use crate::world::World;

/// A law: what must hold of every run, whatever backend made it.
#[derive(Debug)]
pub struct Property {
    /// What it is called.
    pub name: &'static str,
    /// The law, in a sentence.
    pub says: &'static str,
    /// The rules that it is written from.
    pub rules: &'static [Rule],
    holds_in: fn(&Profile) -> bool,
}

impl Property {
    /// All laws, in the order of the calls that they speak of.
    pub fn all() -> &'static [Property] {
        ALL
    }

    /// The law called `name`.
    pub fn by_name(name: &str) -> Option<&'static Property> {
        ALL.iter().find(|property| property.name == name)
    }

    /// Whether it holds in every machine that this profile still allows.
    pub fn holds_in(&self, profile: &Profile) -> bool {
        (self.holds_in)(profile)
    }
}

/// What broke a law.
#[derive(Clone, Debug)]
pub struct Broken {
    /// The law.
    pub property: &'static Property,
    /// What came out that it forbids.
    pub because: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.property.name, self.because)
    }
}

/// A set of laws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PropertySet(u128);

const _: () = assert!(ALL.len() <= 128, "a set has room for every law");

impl PropertySet {
    fn insert(&mut self, law: Law) {
        self.0 |= 1 << law.place();
    }

    /// Adds every law of `other`.
    pub fn extend(&mut self, other: PropertySet) {
        self.0 |= other.0;
    }

    /// Whether the law is in it.
    pub fn contains(&self, property: &Property) -> bool {
        self.iter().any(|other| other.name == property.name)
    }

    /// The laws in it, in the order of [`Property::all`].
    pub fn iter(&self) -> impl Iterator<Item = &'static Property> {
        let set = self.0;
        ALL.iter().enumerate().filter(move |(place, _)| set & (1 << place) != 0).map(|(_, property)| property)
    }
}

/// Hears what happened in one step, and keeps who broke which law.
struct Court<'a> {
    world: &'a World,
    profile: &'a Profile,
    reached: PropertySet,
    broken: Vec<Broken>,
}

impl Court<'_> {
    /// The situation of a law occurred; it is broken unless `holds`.
    fn demand(&mut self, law: Law, holds: bool, because: impl FnOnce() -> String) {
        let property = &ALL[law.place()];
        if (!holds || !self.has_reached(law)) && property.holds_in(self.profile) {
            self.reached.insert(law);
            if !holds {
                self.broken.push(Broken { property, because: because() });
            }
        }
    }

    fn has_reached(&self, law: Law) -> bool {
        self.reached.0 & (1 << law.place()) != 0
    }
}
