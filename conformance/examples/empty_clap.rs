//! An empty program with arguments: what the start of `rstmgr` is measured against, in `benches/scenarios.rs`.

use clap::Parser;

/// Does nothing.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {}

fn main() {
    Arguments::parse();
}
