//! `rstmgr compare`: two backends, the same scenarios, and the differences that are known.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use rstmgr_model::Profile;

use super::output::{self, Progress};
use super::{CompareArguments, jobs, pace, profile};
use crate::backend::BackendError;
use crate::compare::{self, Comparison, Difference};
use crate::exit::Exit;
use crate::known::Known;
use crate::report::human;
use crate::scenario::problem;
use crate::suite::{self, BackendKind, Pace};
use crate::words;

/// What came of one file.
enum Compared {
    Wrong(String),
    Skipped { name: String, reason: String },
    OutOfReach { name: String, error: BackendError },
    Done { name: String, comparison: Comparison },
}

/// What came of all files.
#[derive(Default)]
struct Tally {
    compared: usize,
    skipped: usize,
    steps: usize,
    functions: Vec<&'static str>,
    /// By known pattern: how many differences it covers.
    covered: Vec<usize>,
    known: usize,
    unknown: usize,
    /// By call, field, left and right: how many unknown differences there are.
    proposals: BTreeMap<[String; 4], usize>,
    exit: Option<Exit>,
}

/// Compares the backends and reports.
pub(super) fn compare(arguments: &CompareArguments) -> io::Result<Exit> {
    let known = match arguments.known.as_deref().map(Known::read).transpose() {
        Ok(known) => known,
        Err(error) => {
            let path = arguments.known.as_deref().unwrap_or(Path::new(""));
            output::complain(&format!("error: {}: {error}\n", path.display()));
            return Ok(Exit::Wrong);
        }
    };
    let files = match output::find(&arguments.paths) {
        Ok(files) => files,
        Err(exit) => return Ok(exit),
    };
    let left = arguments.reach.kind(&arguments.left, arguments.flaw)?;
    let right = arguments.reach.kind(&arguments.right, arguments.flaw)?;
    let base = match profile::load_for(arguments.profile.as_deref(), &[&left, &right]) {
        Ok(base) => base,
        Err(exit) => return Ok(exit),
    };
    let names = [left.name(), right.name()];
    let mut tally = Tally {
        covered: vec![0; known.as_ref().map_or(0, |known| known.differences.len())],
        ..Tally::default()
    };
    let mut failed = None;
    let mut progress = Progress::new(files.len(), "scenarios");
    suite::in_order(
        &files,
        jobs(arguments.jobs),
        |path| compare_file(path, [&left, &right], base.as_ref(), pace(arguments.fast)),
        |compared| {
            let text = tally.take(compared, known.as_ref(), &names);
            if let Err(error) = progress.advance(&text) {
                failed.get_or_insert(error);
            }
        },
    );
    drop(progress);
    if let Some(error) = failed {
        return Err(error);
    }
    let mut text = tally.finish(known.as_ref(), pace(arguments.fast));
    if arguments.propose {
        text.push_str(&tally.propose());
    }
    output::print(&text)?;
    Ok(tally.exit.unwrap_or(Exit::Accepted))
}

fn compare_file(path: &Path, backends: [&BackendKind; 2], base: Option<&Profile>, pace: Pace) -> Compared {
    let (source, scenario) = suite::read(path);
    let name = source.name.clone();
    let scenario = match scenario {
        Ok(scenario) => scenario,
        Err(problems) => {
            return Compared::Wrong(problem::render(&problems, &name, &source.text, output::color()));
        }
    };
    let checked = backends.into_iter().try_for_each(|backend| pace.check(&scenario, backend));
    match checked.and_then(|()| compare::compare(&source, &scenario, backends, base)) {
        Ok(comparison) => Compared::Done { name, comparison },
        Err(BackendError::Unrealizable { reason }) => Compared::Skipped { name, reason },
        Err(error) => Compared::OutOfReach { name, error },
    }
}

impl Tally {
    /// Counts one file; returns what to print of it.
    fn take(&mut self, compared: Compared, known: Option<&Known>, names: &[String; 2]) -> String {
        match compared {
            Compared::Wrong(text) => {
                self.end_with(Exit::Wrong);
                text
            }
            Compared::Skipped { name, reason } => {
                self.skipped += 1;
                format!("skipped    {name} (needs {reason})\n")
            }
            Compared::OutOfReach { name, error } => {
                self.end_with(Exit::BackendOutOfReach);
                format!("out of reach {name}\n{}", human::backend_error(&error))
            }
            Compared::Done { name, comparison } => self.take_comparison(&name, &comparison, known, names),
        }
    }

    fn take_comparison(
        &mut self,
        name: &str,
        comparison: &Comparison,
        known: Option<&Known>,
        names: &[String; 2],
    ) -> String {
        self.compared += 1;
        self.steps += comparison.steps;
        for function in &comparison.functions {
            if !self.functions.contains(function) {
                self.functions.push(function);
            }
        }
        let mut first_unknown: Option<&Difference> = None;
        for difference in &comparison.differences {
            match known.and_then(|known| known.find(difference)) {
                Some(place) => {
                    self.covered[place] += 1;
                    self.known += 1;
                }
                None => {
                    self.unknown += 1;
                    let Difference { call, field, left, right, .. } = difference;
                    let kind = [(*call).to_owned(), (*field).to_owned(), left.clone(), right.clone()];
                    *self.proposals.entry(kind).or_default() += 1;
                    first_unknown.get_or_insert(difference);
                }
            }
        }
        match first_unknown {
            Some(difference) => {
                self.end_with(Exit::Rejected);
                format!("differs    {name}\n{}", human::difference(difference, &names[0], &names[1]))
            }
            None if comparison.differences.is_empty() => format!("alike      {name}\n"),
            None => {
                let count = human::count(comparison.differences.len(), "known difference");
                format!("as known   {name} ({count})\n")
            }
        }
    }

    /// The summary, and what the list of known differences says otherwise.
    fn finish(&mut self, known: Option<&Known>, pace: Pace) -> String {
        self.functions.sort_unstable();
        let mut text = format!(
            "{} compared, {} skipped; {} of {}: {}; {} known, {} unknown\n",
            human::count(self.compared, "scenario"),
            self.skipped,
            human::count(self.steps, "step"),
            human::count(self.functions.len(), "function"),
            self.functions.join(", "),
            human::count(self.known, "difference"),
            self.unknown,
        );
        let Some(known) = known else { return text };
        for (pattern, covered) in known.differences.iter().zip(&self.covered) {
            let stated = pattern.covers(pace);
            if stated != *covered {
                text.push_str(&format!(
                    "error: the known difference `{pattern}` covers {}, not the {stated} that it states\n",
                    human::count(*covered, "place"),
                ));
                self.exit = self.exit.max(Some(Exit::Rejected));
            }
        }
        let [compared, skipped] = known.scenarios(pace);
        for (what, is, stated) in [("compared", self.compared, compared), ("skipped", self.skipped, skipped)]
        {
            if is != stated {
                text.push_str(&format!(
                    "error: {} {what}, not the {stated} that are stated\n",
                    human::count(is, "scenario")
                ));
                self.exit = self.exit.max(Some(Exit::Rejected));
            }
        }
        text
    }

    /// The unknown differences as patterns.
    fn propose(&self) -> String {
        let patterns = self.proposals.iter().map(|([call, field, left, right], places)| {
            format!(
                "- call: {call}\n  field: {field}\n  left: {}\n  right: {}\n  reason: ''\n  places: {places}\n",
                words::text(left),
                words::text(right)
            )
        });
        patterns.collect()
    }

    fn end_with(&mut self, exit: Exit) {
        self.exit = self.exit.max(Some(exit));
    }
}
