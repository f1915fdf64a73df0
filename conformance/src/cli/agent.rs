//! `rstmgr agent`: the far end of the backend `remote`.

use std::io;

use super::backend_name::{BackendName, BackendNameParser, ReachArguments};
use super::parse_flaw;
use crate::agent;
use crate::exit::Exit;

#[derive(Debug, clap::Args)]
pub(super) struct AgentArguments {
    /// What it asks
    #[arg(long, value_parser = BackendNameParser::WithFlaw, default_value = "simulated")]
    backend: BackendName,
    /// The planted mistake of the backend `mutant`, such as limit-off-by-one
    #[arg(long, required_if_eq("backend", "mutant"), value_parser = parse_flaw)]
    flaw: Option<rstmgr_model::Flaw>,
    #[command(flatten)]
    reach: ReachArguments,
}

/// Serves until the input ends.
pub(super) fn serve(arguments: &AgentArguments) -> io::Result<Exit> {
    agent::run(&arguments.reach.kind(&arguments.backend, arguments.flaw)?)
}
