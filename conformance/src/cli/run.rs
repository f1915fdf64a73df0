//! `rstmgr run`: scenarios on a backend, with reports, traces and blessing.

use std::io;
use std::path::{Path, PathBuf};

use rstmgr_model::Profile;

use super::output::{self, Progress};
use super::{Format, RunArguments, jobs, pace, profile};
use crate::exit::Exit;
use crate::report::{Summary, human, json, junit};
use crate::runner::{Run, StepId};
use crate::scenario::bless::{self, Actual};
use crate::suite::{self, BackendKind, Outcome, OutcomeResult, Pace};
use crate::trace::{Trace, path_below};

/// Runs the scenarios and reports.
pub(super) fn run(arguments: &RunArguments) -> io::Result<Exit> {
    let files = match output::find(&arguments.paths) {
        Ok(files) => files,
        Err(exit) => return Ok(exit),
    };
    if arguments.trace.is_some() && files.len() != 1 {
        let count = human::count(files.len(), "scenario");
        output::complain(&format!(
            "error: `--trace` takes the trace of one scenario, and here are {count}: use `--traces DIRECTORY`\n"
        ));
        return Ok(Exit::Wrong);
    }
    let backend = arguments.reach.kind(&arguments.backend, arguments.flaw)?;
    let base = match profile::load_for(arguments.profile.as_deref(), &[&backend]) {
        Ok(base) => base,
        Err(exit) => return Ok(exit),
    };
    if arguments.bless {
        return bless_files(&files, &backend, base.as_ref());
    }
    let keeps = arguments.format == Format::Json || arguments.junit.is_some();
    let color = output::color();
    let mut summary = Summary::default();
    let mut kept = Vec::new();
    let mut failed = None;
    let mut progress = Progress::new(files.len(), "scenarios");
    suite::in_order(
        &files,
        jobs(arguments.jobs),
        |path| {
            let mut outcome = suite::run_file_on(path, &backend, base.as_ref(), pace(arguments.fast));
            outcome.options.push_str(&options(arguments));
            outcome
        },
        |outcome| {
            summary.count(&outcome);
            let text = match arguments.format {
                Format::Human => human::outcome(&outcome, color),
                Format::Json => String::new(),
            };
            let written = match (&arguments.trace, &arguments.traces) {
                (Some(file), _) => write_trace(file, &outcome),
                (None, Some(directory)) => write_trace_below(directory, &outcome),
                (None, None) => Ok(()),
            };
            if let Err(error) = progress.advance(&text).and(written) {
                failed.get_or_insert(error);
            }
            if keeps {
                kept.push(outcome);
            }
        },
    );
    drop(progress);
    if let Some(error) = failed {
        return Err(error);
    }
    report(arguments, &backend.name(), &kept, &summary)?;
    Ok(summary.exit())
}

/// What of the arguments decides what a scenario does, beside its backend.
fn options(arguments: &RunArguments) -> String {
    let profile = arguments.profile.as_ref().map(|profile| suite::option("--profile", profile));
    profile.unwrap_or_default() + &arguments.reach.options()
}

/// Writes the reports of all scenarios; for people the last line of it.
fn report(arguments: &RunArguments, backend: &str, kept: &[Outcome], summary: &Summary) -> io::Result<()> {
    if let Some(path) = &arguments.junit {
        let report = junit::report(backend, kept).map_err(io::Error::other)?;
        output::write_file(path, report.as_bytes())?;
    }
    match arguments.format {
        Format::Human => output::print(&human::summary(summary))?,
        Format::Json => {
            let report = json::Report::new(backend, kept, summary);
            let mut text = serde_json::to_string_pretty(&report)?;
            text.push('\n');
            output::print(&text)?;
        }
    }
    Ok(())
}

/// Writes a scenario's trace.
fn write_trace(path: &Path, outcome: &Outcome) -> io::Result<()> {
    let OutcomeResult::Ran(scenario, run) = &outcome.result else { return Ok(()) };
    output::write_file(path, &Trace::new(scenario, run).with_text(&outcome.source.text).to_bytes())
}

/// Writes a scenario's trace below `directory`, under the scenario's own path.
fn write_trace_below(directory: &Path, outcome: &Outcome) -> io::Result<()> {
    let OutcomeResult::Ran(..) = &outcome.result else { return Ok(()) };
    let path = path_below(directory, &outcome.path);
    output::make_parent(&path)?;
    write_trace(&path, outcome)
}

/// The first failure that is not a step's own: of a `meanwhile`, or of a step in one.
fn not_blessed(run: &Run) -> Option<StepId> {
    let nested = run.nested.iter().find(|step| !step.failures.is_empty());
    let missed = run.steps.iter().find(|step| step.failures.iter().any(|failure| failure.item.is_some()));
    nested.or(missed).map(|step| step.step)
}

/// Rewrites the expectations that do not hold.
fn bless_files(files: &[PathBuf], backend: &BackendKind, base: Option<&Profile>) -> io::Result<Exit> {
    let mut exit = Exit::Accepted;
    for path in files {
        let outcome = suite::run_file_on(path, backend, base, Pace::All);
        let OutcomeResult::Ran(scenario, run) = &outcome.result else {
            let mut summary = Summary::default();
            summary.count(&outcome);
            exit = exit.max(summary.exit());
            output::print(&human::outcome(&outcome, output::color()))?;
            continue;
        };
        if let Some(place) = not_blessed(run) {
            exit = exit.max(Exit::Wrong);
            let name = &outcome.source.name;
            output::complain(&format!(
                "error: {name}: step {place}: what a `meanwhile` expects is not rewritten\n"
            ));
            continue;
        }
        if !run.left_over.is_nothing() {
            exit = exit.max(Exit::Wrong);
            let (name, left) = (&outcome.source.name, run.left_over);
            output::complain(&format!("error: {name}: left over in `replay`: {left}\n"));
            continue;
        }
        let observed: Vec<Actual> = run.steps.iter().map(Actual::of).collect();
        match bless::bless(&outcome.source, scenario, &observed) {
            Ok(None) => {}
            Ok(Some(text)) => {
                bless::replace_file(path, &text)?;
                output::print(&format!("rewrote {}\n", outcome.source.name))?;
            }
            Err(error) => {
                exit = exit.max(Exit::Wrong);
                output::complain(&format!("error: {}: {error}\n", outcome.source.name));
            }
        }
    }
    Ok(exit)
}
