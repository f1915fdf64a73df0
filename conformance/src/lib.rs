//! Scenarios of Restart Manager use, run on a simulated and on the real Windows backend, and compared.
//!
//! A [`scenario`] is a YAML file: a world, the steps of one or several installers, and what is expected of each.
//! The [`runner`] takes it to a [`backend`], one request at a time, and makes a [`trace`] of what it sees in the
//! names of the scenario. [`compare`] holds two backends against each other. The program `rstmgr` is this library
//! at the command line.
//!
//! ```
//! use rstmgr_conformance::backend::simulated::SimulatedBackend;
//! use rstmgr_conformance::runner;
//! use rstmgr_conformance::scenario::parse::{Source, parse};
//!
//! let source = Source {
//!     name: String::from("first-handle.yaml"),
//!     text: String::from(
//!         "version: 1\n\
//!          scenario: The first handle is 0\n\
//!          rules: [OBS-START-05]\n\
//!          steps:\n\
//!          - start-session: { as: main, expect: { handle: 0 } }\n\
//!          - end-session: { session: main }\n",
//!     ),
//! };
//! let scenario = parse(&source).expect("it has no problems");
//! let mut backend = SimulatedBackend::of(&scenario);
//! let run = runner::run(&scenario, "simulated", &mut backend).expect("a simulator can always be asked");
//! assert!(run.is_accepted());
//! ```

pub mod agent;
pub mod backend;
pub mod binding;
pub mod catalogue;
pub mod cli;
pub mod compare;
pub mod exchange;
pub mod execution;
pub mod exit;
pub mod exploration;
pub mod known;
pub mod oracle;
pub mod probe;
pub mod report;
pub mod request;
pub mod retell;
pub mod runner;
pub mod scenario;
pub mod search;
pub mod shared;
pub mod suite;
pub mod trace;
pub mod words;
pub mod worker;
