//! `rstmgr judge`: traces, and whether they could have happened.

use std::io;
use std::path::{Path, PathBuf};

use rstmgr_model::{Knob, Profile};

use super::output::{self, Progress};
use super::{JudgeArguments, jobs};
use crate::exit::Exit;
use crate::oracle::{self, Judgment, Verdict};
use crate::report::human::count;
use crate::report::judgment::{self, Answers};
use crate::suite;
use crate::trace::{RecordedTrace, TraceError};

/// Judges the traces.
pub(super) fn judge(arguments: &JudgeArguments) -> io::Result<Exit> {
    let files = find(&arguments.traces)?;
    if files.is_empty() {
        output::complain(
            "error: no trace below these directories\n    help: traces are files that end in .jsonl\n",
        );
        return Ok(Exit::Wrong);
    }
    let by = match arguments.profile.as_deref() {
        None => By::Anything,
        Some("own") => By::Own,
        Some(stated) => match super::profile::load(stated) {
            Ok(answers) => By::Answers(Box::new(answers)),
            Err(exit) => return Ok(exit),
        },
    };
    let mut tally = Tally::default();
    let mut failed = None;
    let mut progress = Progress::new(files.len(), "traces");
    suite::in_order(
        &files,
        jobs(arguments.jobs),
        |path| {
            let trace = RecordedTrace::read(path)?;
            let profile = profile(&trace, &by);
            let judgment = oracle::judge(&trace, &profile, oracle::STATES_MAX);
            Ok((judgment::judgment(&trace, &judgment), judgment))
        },
        |judged: Result<(String, Judgment), TraceError>| {
            let text = tally.take(judged);
            if let Err(error) = progress.advance(&text) {
                failed.get_or_insert(error);
            }
        },
    );
    drop(progress);
    if let Some(error) = failed {
        return Err(error);
    }
    if files.len() > 1 {
        output::print(&tally.summary())?;
    }
    if let (Some(answers), None) = (&tally.answers, &arguments.profile) {
        output::print(&answers.describe())?;
    }
    Ok(tally.exit())
}

/// How the traces were judged.
#[derive(Default)]
struct Tally {
    accepted: usize,
    rejected: usize,
    undecided: usize,
    wrong: usize,
    states_max: usize,
    /// What the accepted ones leave possible, all together.
    answers: Option<Answers>,
}

impl Tally {
    /// Counts a verdict; returns what is printed of it.
    fn take(&mut self, judged: Result<(String, Judgment), TraceError>) -> String {
        let (text, judgment) = match judged {
            Ok(judged) => judged,
            Err(error) => {
                self.wrong += 1;
                output::complain(&format!("error: {error}\n"));
                return String::new();
            }
        };
        self.states_max = self.states_max.max(judgment.states_max);
        match judgment.verdict {
            Verdict::Accepted(profile) => {
                self.accepted += 1;
                self.answers.get_or_insert_with(|| Answers::of(&profile)).narrow(&profile);
            }
            Verdict::Rejected(_) => self.rejected += 1,
            Verdict::Undecided(_) => self.undecided += 1,
        }
        text
    }

    fn summary(&self) -> String {
        let Tally { accepted, rejected, undecided, wrong, states_max, answers: _ } = self;
        let all = count(accepted + rejected + undecided + wrong, "trace");
        let wrong = if *wrong > 0 { format!(", {wrong} wrong") } else { String::new() };
        let states = count(*states_max, "state");
        format!(
            "{all}: {accepted} accepted, {rejected} rejected, {undecided} undecided{wrong}; at most {states} at once\n"
        )
    }

    fn exit(&self) -> Exit {
        match () {
            () if self.wrong > 0 => Exit::Wrong,
            () if self.rejected > 0 => Exit::Rejected,
            () if self.undecided > 0 => Exit::Undecided,
            () => Exit::Accepted,
        }
    }
}

/// By what traces are judged.
enum By {
    /// Every answer is possible.
    Anything,
    /// What the trace says that was followed.
    Own,
    /// The answers of this profile; the timings stay those of the trace.
    Answers(Box<Profile>),
}

fn profile(trace: &RecordedTrace, by: &By) -> Profile {
    let own = trace.profile;
    match by {
        By::Anything => oracle::everything_open(trace),
        By::Own => own,
        By::Answers(answers) => Knob::all().fold(own, |profile, knob| profile.with_options_of(knob, answers)),
    }
}

/// The traces at and below `paths`.
fn find(paths: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() { find_below(path, &mut files)? } else { files.push(path.clone()) }
    }
    Ok(files)
}

fn find_below(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = std::fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            find_below(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "jsonl") {
            files.push(path);
        }
    }
    Ok(())
}
