//! `rstmgr probe`: a backend's answers to the open questions, as a profile with its evidence.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use rstmgr_model::{Flaw, Knob, Profile};

use super::output::{self, Progress};
use super::profile;
use super::{BackendName, BackendNameParser, ReachArguments, parse_flaw, parse_profile};
use crate::backend::BackendError;
use crate::exit::Exit;
use crate::probe::{self, Asking, Finding, Findings, Why};
use crate::report::human::count;
use crate::scenario::parse::Source;
use crate::scenario::profile::{Evidence, KnobAnswer, ProfileFile};
use crate::scenario::write::profile as write;
use crate::scenario::{Scenario, problem};
use crate::suite::{self, BackendKind};
use crate::trace::Trace;

/// Where a project has its probes.
const PROBES: &str = "scenarios/probes";

/// Probes are scenarios with a `probe`; others among the files are passed over. Whoever is asked, the profile says of every
/// question what was answered, or why it was not. A file that cannot be written whole is not written.
#[derive(Debug, clap::Args)]
pub(super) struct ProbeArguments {
    /// Probes, and directories to search for them [default: scenarios/probes]
    paths: Vec<PathBuf>,
    /// Whom to ask
    #[arg(long, value_parser = BackendNameParser::WithFlaw, default_value = "simulated")]
    backend: BackendName,
    /// The planted mistake of the backend `mutant`
    #[arg(long, required_if_eq("backend", "mutant"), value_parser = parse_flaw)]
    flaw: Option<Flaw>,
    #[command(flatten)]
    reach: ReachArguments,
    /// The profile that the simulator follows where it is asked: documented, windows-11, windows-vista or a profile's file
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    /// The profile that answers what the backend does not
    #[arg(long, value_name = "NAME", default_value = "windows-11", value_parser = parse_profile)]
    based_on: &'static str,
    /// Write the profile to this file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Write the traces to this directory, which must be new or empty [default: beside the profile, its name with -traces]
    #[arg(long, value_name = "DIRECTORY")]
    traces: Option<PathBuf>,
}

/// Asks the questions, writes the profile and says what came of it.
pub(super) fn probe(arguments: &ProbeArguments) -> io::Result<Exit> {
    let backend = arguments.reach.kind(&arguments.backend, arguments.flaw)?;
    let followed = match profile::load_for(arguments.profile.as_deref(), &[&backend]) {
        Ok(followed) => followed,
        Err(exit) => return Ok(exit),
    };
    let probes = match read_probes(&arguments.paths) {
        Ok(probes) => probes,
        Err(exit) => return Ok(exit),
    };
    let traces = Traces::new(arguments)?;
    output::check_writable(&arguments.out)?;
    let Some((findings, asked)) = ask(&probes, &backend, followed.as_ref(), &traces)? else {
        return Ok(Exit::Interrupted);
    };
    let out_of_reach = findings.values().find_map(|finding| match finding {
        Finding::Unanswered(Why::OutOfReach(reason)) => Some(reason),
        Finding::Unanswered(_) | Finding::Answered { .. } => None,
    });
    if let (0, Some(reason)) = (asked, out_of_reach) {
        output::complain(&format!("error: the backend could not be asked: {reason}\n"));
        return Ok(Exit::BackendOutOfReach);
    }
    let trace = |place: usize| traces.name(place, &probes[place].0);
    let file = file(&findings, &backend.name(), arguments.based_on, &trace);
    let text = write::write(&file, &[String::from("written by `rstmgr probe`")]);
    traces.publish(|| output::write_file(&arguments.out, text.as_bytes()))?;
    output::print(&summary(&findings, asked, arguments.based_on))?;
    output::print(&format!("written to {}\n", arguments.out.display()))?;
    Ok(Exit::Accepted)
}

/// Asks every question, and keeps the traces; how many probes were run. `None`: Ctrl-C came before the end.
fn ask(
    probes: &[(Source, Scenario)],
    backend: &BackendKind,
    followed: Option<&Profile>,
    traces: &Traces,
) -> io::Result<Option<(Findings, usize)>> {
    let asking = probes.iter().filter_map(|(source, scenario)| {
        Some(Asking { name: &source.name, scenario, probe: scenario.probe.as_ref()? })
    });
    let asking: Vec<Asking<'_>> = asking.collect();
    let stop = output::stop_on_ctrl_c()?;
    let mut progress = Progress::new(asking.len(), "questions");
    let (mut asked, mut failed) = (0, None);
    let findings = probe::inquire(&asking, &mut |place| {
        if stop.load(Ordering::Relaxed) {
            return Err(BackendError::failed("go on")(io::ErrorKind::Interrupted.into()));
        }
        let (source, scenario) = &probes[place];
        progress.advance_by(1);
        let scenario = backend.on_base(scenario.clone(), followed);
        let run = backend.run_source(source, &scenario)?;
        asked += 1;
        if let Err(error) = traces.keep(place, source, &scenario, &run) {
            failed.get_or_insert(error);
        }
        Ok(run)
    });
    match failed {
        Some(error) => Err(error),
        None if stop.load(Ordering::Relaxed) => Ok(None),
        None => Ok(Some((findings, asked))),
    }
}

/// The probes at and below `paths`; what is wrong with them is said.
fn read_probes(paths: &[PathBuf]) -> Result<Vec<(Source, Scenario)>, Exit> {
    let default = [PathBuf::from(PROBES)];
    let files = output::find(if paths.is_empty() { &default } else { paths })?;
    let mut probes = Vec::new();
    let mut exit = None;
    for path in files {
        match suite::read(&path) {
            (source, Ok(scenario)) if scenario.probe.is_some() => probes.push((source, scenario)),
            (_, Ok(_)) => {}
            (source, Err(problems)) => {
                output::complain(&problem::render(&problems, &source.name, &source.text, output::color()));
                exit = Some(Exit::Wrong);
            }
        }
    }
    if let Some(exit) = exit {
        return Err(exit);
    }
    if probes.is_empty() {
        output::complain("error: no probe among these files\n    help: a probe is a scenario with `probe`\n");
        return Err(Exit::Wrong);
    }
    Ok(probes)
}

/// The traces of the probes: kept beside their place until all is done.
struct Traces {
    /// Where they will be.
    directory: PathBuf,
    /// How the profile names that directory.
    named: String,
    /// Where they are until then.
    kept: tempfile::TempDir,
}

impl Traces {
    fn new(arguments: &ProbeArguments) -> io::Result<Traces> {
        let out = &arguments.out;
        let beside = || {
            let stem = out.file_stem().unwrap_or_default().to_string_lossy();
            out.with_file_name(format!("{stem}-traces"))
        };
        let directory = arguments.traces.clone().unwrap_or_else(beside);
        let is_taken =
            directory.is_file() || directory.read_dir().is_ok_and(|mut entries| entries.next().is_some());
        if is_taken {
            let message =
                format!("{} is not empty: remove it, or name another with `--traces`", directory.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        let parent = match directory.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let kept = tempfile::Builder::new().prefix(".rstmgr").tempdir_in(parent).map_err(|error| {
            io::Error::new(error.kind(), format!("failed to write to {}: {error}", parent.display()))
        })?;
        let below = out.parent().and_then(|parent| directory.strip_prefix(parent).ok());
        let named = below.unwrap_or(&directory).to_string_lossy().replace('\\', "/");
        Ok(Traces { directory, named, kept })
    }

    /// The file name of the trace of the probe at `place`.
    fn file_name(place: usize, source: &Source) -> String {
        let stem = Path::new(&source.name).file_stem().unwrap_or_default().to_string_lossy();
        // Two probes may have one file name, in two directories.
        format!("{:03}-{stem}.jsonl", place + 1)
    }

    fn name(&self, place: usize, source: &Source) -> String {
        format!("{}/{}", self.named, Traces::file_name(place, source))
    }

    fn keep(
        &self,
        place: usize,
        source: &Source,
        scenario: &Scenario,
        run: &crate::runner::Run,
    ) -> io::Result<()> {
        let bytes = Trace::new(scenario, run).with_text(&source.text).to_bytes();
        std::fs::write(self.kept.path().join(Traces::file_name(place, source)), bytes)
    }

    /// Puts them in their place, all at once, if `beside` is done as well: where that fails they are removed.
    fn publish(&self, beside: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        // An empty directory is in the way of a rename on some systems.
        let _ = std::fs::remove_dir(&self.directory);
        std::fs::rename(self.kept.path(), &self.directory).map_err(|error| {
            io::Error::new(error.kind(), format!("failed to write to {}: {error}", self.directory.display()))
        })?;
        beside().inspect_err(|_| {
            let _ = std::fs::remove_dir_all(&self.directory);
        })
    }
}

/// The profile for a file.
fn file(
    findings: &Findings,
    backend: &str,
    based_on: &'static str,
    trace: &dyn Fn(usize) -> String,
) -> ProfileFile {
    let knobs = findings.iter().map(|(knob, finding)| {
        let answer = match finding {
            Finding::Answered { option, probe, line } => {
                let evidence = Evidence { trace: trace(*probe), line: u32::try_from(*line).ok() };
                KnobAnswer::Is(*option, Some(evidence))
            }
            Finding::Unanswered(why) => KnobAnswer::Unanswered(why.to_string()),
        };
        (*knob, answer)
    });
    ProfileFile { based_on, backend: Some(backend.to_owned()), knobs: knobs.collect(), timings: Vec::new() }
}

/// What came of all questions.
fn summary(findings: &Findings, asked: usize, based_on: &str) -> String {
    let base = Profile::named(based_on).unwrap_or_else(Profile::windows_11);
    let mut text = String::new();
    let mut answered = 0;
    let mut reasons: BTreeMap<&'static str, Vec<(Knob, &Why)>> = BTreeMap::new();
    for (knob, finding) in findings {
        match finding {
            Finding::Answered { option, .. } => {
                answered += 1;
                let usual: Vec<usize> = base.possible(*knob).collect();
                if usual != [*option] {
                    let usual = knob.options()[usual[0]];
                    let line = format!("{}: {} ({based_on}: {usual})", knob.name(), knob.options()[*option]);
                    text.push_str(&format!("differs    {line}\n"));
                }
            }
            Finding::Unanswered(why) => reasons.entry(why.kind()).or_default().push((*knob, why)),
        }
    }
    for (kind, knobs) in &reasons {
        text.push_str(&format!("{}: {kind}\n", count(knobs.len(), "question")));
        // Why a project asks nothing does not depend on the backend.
        for (knob, why) in knobs.iter().filter(|(_, why)| !matches!(why, Why::NoProbe(_))) {
            text.push_str(&format!("    {}: {}\n", knob.name(), why.detail()));
        }
    }
    let unanswered = findings.len() - answered;
    let questions = count(findings.len(), "question");
    text.push_str(&format!(
        "{questions}: {answered} answered, {unanswered} not; {} run\n",
        count(asked, "probe")
    ));
    text
}
