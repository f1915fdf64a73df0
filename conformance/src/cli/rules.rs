//! `rstmgr rules`: the catalogue by group or rule by rule, and the open questions.

mod open;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use super::RulesArguments;
use super::output;
use crate::catalogue::{Catalogue, Entry, Kind};
use crate::exit::Exit;
use crate::suite::{self, BackendKind, OutcomeResult};

/// Shows the catalogue, or the open questions.
pub(super) fn rules(arguments: &RulesArguments) -> io::Result<Exit> {
    if arguments.open {
        return open::questions(arguments);
    }
    let catalogue = Catalogue::read();
    if arguments.list {
        output::print(&list(&catalogue))?;
        return Ok(Exit::Accepted);
    }
    let exercised = match exercised(&arguments.paths()) {
        Ok(exercised) => exercised,
        Err(exit) => return Ok(exit),
    };
    output::print(&count_by_group(&catalogue, &exercised))?;
    Ok(Exit::Accepted)
}

/// The rules that a scenario lists and that its run reported.
fn exercised(paths: &[PathBuf]) -> Result<BTreeSet<&'static str>, Exit> {
    let mut exercised = BTreeSet::new();
    for path in output::find(paths)? {
        let outcome = suite::run_file(&path, &BackendKind::Simulated);
        match outcome.result {
            OutcomeResult::Ran(scenario, run) => {
                let listed = scenario.rules.iter().filter(|rule| run.rules.contains(**rule));
                exercised.extend(listed.map(|rule| rule.id()));
            }
            OutcomeResult::Wrong(_) | OutcomeResult::Skipped(..) | OutcomeResult::OutOfReach(..) => {
                output::complain(&crate::report::human::outcome(&outcome, false));
                return Err(Exit::Wrong);
            }
        }
    }
    Ok(exercised)
}

fn count_by_group(catalogue: &Catalogue, exercised: &BTreeSet<&str>) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{:<12} {:>7} {:>8} {:>9} {:>8} {:>8} {:>12} {:>7}",
        "group", "entries", "modeled", "exercised", "constant", "guidance", "out of scope", "planned"
    );
    let line = |name: &str, entries: &[&Entry], text: &mut String| {
        let count = |kind| entries.iter().filter(|entry| entry.kind == kind).count();
        let exercised = entries.iter().filter(|entry| exercised.contains(entry.id.as_str())).count();
        let _ = writeln!(
            text,
            "{name:<12} {:>7} {:>8} {exercised:>9} {:>8} {:>8} {:>12} {:>7}",
            entries.len(),
            count(Kind::Behavior),
            count(Kind::Constant),
            count(Kind::Guidance),
            count(Kind::OutOfScope),
            count(Kind::Planned),
        );
    };
    for (group, entries) in catalogue.groups() {
        line(group, &entries, &mut text);
    }
    line("all", &catalogue.entries.iter().collect::<Vec<_>>(), &mut text);
    text
}

fn list(catalogue: &Catalogue) -> String {
    let mut text = String::new();
    for entry in &catalogue.entries {
        let kind = match entry.kind {
            Kind::Behavior => "modeled",
            Kind::Constant => "constant",
            Kind::Guidance => "guidance",
            Kind::OutOfScope => "out of scope",
            Kind::Planned => "planned",
        };
        let _ = write!(text, "{} ({kind}", entry.id);
        if let Some(reason) = &entry.reason {
            let _ = write!(text, ": {reason}");
        }
        let _ = writeln!(text, ") {}: {}\n    {}", entry.call, entry.rule, entry.source);
    }
    text
}
