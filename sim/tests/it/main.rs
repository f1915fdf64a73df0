//! The model as its drivers see it: laws over random machines.

#![expect(clippy::wildcard_enum_match_arm, reason = "a law picks out what it speaks of")]

mod explorer;
mod for_ever;
mod laws;
mod operations;
mod properties;
mod search;
mod world;
