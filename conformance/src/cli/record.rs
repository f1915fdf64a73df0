//! `rstmgr record`: traces with raw values, from which the backend `recorded` answers.

use std::io;
use std::path::{Path, PathBuf};

use super::backend_name::{BackendName, BackendNameParser, ReachArguments};
use super::output::{self, Progress};
use super::{jobs, parse_flaw};
use crate::exit::Exit;
use crate::report::{Summary, human};
use crate::runner::{Recording, Run};
use crate::suite::{self, Outcome, OutcomeResult};
use crate::trace::{Trace, path_below};

#[derive(Debug, clap::Args)]
pub(super) struct RecordArguments {
    /// Scenario files, and directories to search for them
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// What to run them on
    #[arg(long, value_parser = BackendNameParser::WithFlaw, default_value = "simulated")]
    backend: BackendName,
    /// The planted mistake of the backend `mutant`, such as limit-off-by-one
    #[arg(long, required_if_eq("backend", "mutant"), value_parser = parse_flaw)]
    flaw: Option<rstmgr_model::Flaw>,
    /// A directory, below which each trace lies under the path of its scenario; or the file of the one trace, which ends
    /// in .jsonl
    #[arg(long, value_name = "PATH")]
    out: PathBuf,
    #[command(flatten)]
    reach: ReachArguments,
    /// How many scenarios to run at a time [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
}

/// Records the scenarios; whether their expectations hold is said, and changes nothing.
pub(super) fn record(arguments: &RecordArguments) -> io::Result<Exit> {
    let files = match output::find(&arguments.paths) {
        Ok(files) => files,
        Err(exit) => return Ok(exit),
    };
    let is_one_file = arguments.out.extension().is_some_and(|extension| extension == "jsonl");
    if is_one_file && files.len() != 1 {
        let count = human::count(files.len(), "scenario");
        output::complain(&format!(
            "error: a file takes the trace of one scenario, and here are {count}: use `--out DIRECTORY`\n"
        ));
        return Ok(Exit::Wrong);
    }
    let backend = arguments.reach.kind(&arguments.backend, arguments.flaw)?;
    let mut tally = Tally::default();
    let mut failed = None;
    let mut progress = Progress::new(files.len(), "scenarios");
    suite::in_order(
        &files,
        jobs(arguments.jobs),
        |path| suite::record_file(path, &backend),
        |(outcome, recording)| {
            let file = if is_one_file {
                arguments.out.clone()
            } else {
                path_below(&arguments.out, Path::new(&outcome.source.name))
            };
            let done =
                tally.take(&outcome, recording.as_ref(), &file).and_then(|text| progress.advance(&text));
            if let Err(error) = done {
                failed.get_or_insert(error);
            }
        },
    );
    drop(progress);
    if let Some(error) = failed {
        return Err(error);
    }
    output::print(&format!(
        "{} recorded, {} skipped\n",
        human::count(tally.recorded, "scenario"),
        tally.skipped
    ))?;
    Ok(tally.exit.unwrap_or(Exit::Accepted))
}

/// What came of all files.
#[derive(Default)]
struct Tally {
    recorded: usize,
    skipped: usize,
    exit: Option<Exit>,
}

impl Tally {
    /// Writes the trace of one scenario, if it ran; returns what to print.
    fn take(&mut self, outcome: &Outcome, recording: Option<&Recording>, file: &Path) -> io::Result<String> {
        match (&outcome.result, recording) {
            (OutcomeResult::Ran(scenario, run), Some(recording)) => {
                let trace = Trace::new(scenario, run).with_text(&outcome.source.text).with_raw(recording);
                output::make_parent(file)?;
                output::write_file(file, &trace.to_bytes())?;
                self.recorded += 1;
                Ok(format!("recorded    {} ({})\n", outcome.source.name, in_words(run)))
            }
            (result, _) => {
                if matches!(result, OutcomeResult::Skipped(..)) {
                    self.skipped += 1;
                }
                let mut summary = Summary::default();
                summary.count(outcome);
                self.exit = self.exit.max(Some(summary.exit()));
                Ok(human::outcome(outcome, output::color()))
            }
        }
    }
}

fn in_words(run: &Run) -> &'static str {
    if run.is_accepted() { "as the scenario expects" } else { "not as the scenario expects" }
}
