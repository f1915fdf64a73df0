//! `rstmgr search`: random cases, judged; the first failure made small and written down.

use std::io;
use std::path::Path;

use rstmgr_model::Property;

use super::output::{self, Progress};
use super::{SearchArguments, jobs};
use crate::exit::Exit;
use crate::search::{Failure, Found, Judge, Plan};
use crate::suite::BackendKind;

/// Searches and reports.
pub(super) fn search(arguments: &SearchArguments) -> io::Result<Exit> {
    if let Some(directory) = &arguments.out {
        make_writable(directory)?;
    }
    let plan = plan(arguments)?;
    let stop = output::stop_on_ctrl_c()?;
    let (first, end) = plan.cases;
    let mut progress = Progress::of(end - first, "cases");
    let found = plan.search(&stop, &mut |cases| progress.advance_by(cases));
    drop(progress);
    let mut report = String::new();
    if let Some(failure) = &found.failure {
        if failure.is_unanswered() {
            output::complain(&failure.finding.because);
        } else {
            report.push_str(&write_failure(failure));
        }
        let (text, ending) = file_of(failure, &plan);
        if let Some(directory) = &arguments.out {
            let path = directory.join(file_name(failure, ending));
            output::write_file(&path, text.as_bytes())?;
            line(&mut report, &format!("written to {}", path.display()));
        } else {
            report.push_str(&text);
        }
    }
    report.push_str(&summary(arguments, &plan, &found));
    output::print(&report)?;
    Ok(match found {
        Found { failure: Some(failure), .. } if failure.is_unanswered() => Exit::BackendOutOfReach,
        Found { failure: Some(_), .. } => Exit::Rejected,
        Found { is_stopped: true, .. } => Exit::Interrupted,
        Found { .. } => Exit::Accepted,
    })
}

fn plan(arguments: &SearchArguments) -> io::Result<Plan> {
    let cases = match arguments.case {
        Some(number) => (number, number + 1),
        None => (0, arguments.cases),
    };
    let right = arguments.right.as_ref().map(|right| arguments.reach.kind(right, None)).transpose()?;
    Ok(Plan {
        seed: arguments.seed,
        cases,
        profile: arguments.profile,
        flaw: arguments.flaw,
        judge: match right {
            // The machines themselves are compared, which tells more, faster.
            Some(BackendKind::Mutant(flaw)) => Judge::Mutant(flaw),
            Some(backend) => Judge::Backend { backend, reach: arguments.reach.options() },
            None if arguments.oracle => Judge::Oracle,
            None => Judge::Laws,
        },
        jobs: jobs(arguments.jobs),
    })
}

/// Whether files can be written to a directory, which is made if it is not there.
fn make_writable(directory: &Path) -> io::Result<()> {
    let write = || {
        std::fs::create_dir_all(directory)?;
        tempfile::Builder::new().prefix(".rstmgr").tempfile_in(directory).map(drop)
    };
    write().map_err(|error: io::Error| {
        io::Error::new(error.kind(), format!("failed to write to {}: {error}", directory.display()))
    })
}

/// What was found, and what is left of the case.
fn write_failure(failure: &Failure) -> String {
    let Failure { seed, number, finding, deeds, small, small_finding, is_found_again, .. } = failure;
    let mut text = format!("case {number} of seed {seed}: {}\n", finding.kind);
    if let Some(law) = Property::by_name(finding.kind) {
        let rules: Vec<&str> = law.rules.iter().map(|rule| rule.id()).collect();
        line(&mut text, &format!("law: {} ({})", law.says, rules.join(", ")));
    }
    line(&mut text, &format!("because: {}", small_finding.because));
    let made = if *is_found_again {
        format!("made small, from {deeds} deeds to {}:", small.program.len())
    } else {
        format!("not found again, so left as it is, with {deeds} deeds:")
    };
    line(&mut text, &format!("{made}\n{small}"));
    text
}

/// A failure in steps of the machine.
fn steps_of(failure: &Failure) -> String {
    let mut text = String::from("in steps of the machine:\n");
    for step in &failure.path {
        let picks: Vec<String> = step.picks.iter().map(ToString::to_string).collect();
        let picks = if picks.is_empty() { String::new() } else { format!(" [picks {}]", picks.join("/")) };
        line(&mut text, &format!("  {:?}{picks}", step.input));
    }
    text
}

/// A failure as a scenario, or as steps of the machine where that cannot be; and how its file's name ends.
fn file_of(failure: &Failure, plan: &Plan) -> (String, &'static str) {
    match failure.file(plan) {
        Ok(text) => (text, "yaml"),
        Err(error) => (format!("no scenario: {error}\n{}", steps_of(failure)), "txt"),
    }
}

fn file_name(failure: &Failure, ending: &str) -> String {
    format!("seed-{}-case-{}.{ending}", failure.seed, failure.number)
}

fn summary(arguments: &SearchArguments, plan: &Plan, found: &Found) -> String {
    let mut text = String::new();
    match &found.failure {
        Some(failure) => {
            let fails = if failure.is_unanswered() { "is not answered" } else { "fails" };
            line(&mut text, &format!("case {} {fails}", failure.number));
            line(&mut text, &format!("to repeat: {}", plan.command(Some(failure.number))));
        }
        None => {
            let how = if found.is_stopped { ", stopped" } else { "" };
            let by_second = match &plan.judge {
                Judge::Oracle => format!(", {} judged by the oracle", found.by_second),
                Judge::Backend { backend, .. } => format!(", {} run on {backend}", found.by_second),
                Judge::Laws | Judge::Mutant(_) => String::new(),
            };
            let alike = match plan.judge {
                Judge::Mutant(_) => "every difference",
                Judge::Backend { .. } => "every law and difference",
                Judge::Laws | Judge::Oracle => "every law",
            };
            let counts = format!("{} cases, {} steps{by_second}{how}", found.cases, found.steps);
            line(&mut text, &format!("{counts}: nothing found by {alike}"));
            line(&mut text, &format!("to repeat: {}", plan.command(arguments.case)));
        }
    }
    text
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}
