//! The command line: the arguments as types, and what each command does.

mod agent;
mod backend_name;
mod compare;
mod exec;
mod explore;
mod judge;
mod output;
mod probe;
mod profile;
mod record;
mod rules;
mod run;
mod search;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use rstmgr_model::{Flaw, Profile};

use self::backend_name::{BackendName, BackendNameParser, ReachArguments};
use crate::backend::mutant::MutantBackend;
use crate::exit::Exit;
use crate::scenario::schema;
use crate::suite::Pace;
use crate::worker;

/// Rehearse an installer's use of the Windows Restart Manager, and prove that the rehearsal tells the truth.
///
/// Exit codes: 0 accepted, 1 rejected, 2 a scenario, a trace or the arguments are wrong or output cannot be written, 3 a
/// backend could not be asked, 4 undecided, 130 stopped by Ctrl-C.
#[derive(Debug, Parser)]
#[command(name = "rstmgr", version, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run scenarios on a backend and say of each whether every expectation holds
    Run(RunArguments),
    /// Run scenarios on a backend and write down all that it answers, so that others can run them on that
    ///
    /// Each trace holds the text of its scenario, what was seen in the scenario's names, and beside that what the backend
    /// really was asked and answered: handles, keys, process ids and times. `judge` takes it like any other trace, and
    /// the backend `recorded:PATH` answers from it, on any machine. Whether expectations hold is said, and changes
    /// nothing.
    Record(record::RecordArguments),
    /// Run scenarios on two backends and show where they do not behave alike
    Compare(CompareArguments),
    /// Follow every state of a small world, and show the shortest way to a broken law
    Explore(explore::ExploreArguments),
    /// Say of traces whether the Restart Manager could have behaved so, and what that would tell about it
    Judge(JudgeArguments),
    /// Run random installers in random worlds by a seed, and make the first failure small
    Search(SearchArguments),
    /// Run an unmodified program on a simulated machine, and say what it did there
    Exec(exec::ExecArguments),
    /// Ask a backend for somebody on another machine: the far end of `--backend remote:COMMAND`
    ///
    /// It reads messages from its standard input, answers them on its standard output, and ends with its input, whatever
    /// is under way. People do not talk to it; `--backend "remote:COMMAND"` does, such as `remote:ssh box rstmgr agent`.
    Agent(agent::AgentArguments),
    /// Show the rules of the Restart Manager that are known: modeled, exercised, planned
    Rules(RulesArguments),
    /// Ask a backend the open questions, and write its answers as a profile
    Probe(probe::ProbeArguments),
    /// Print the JSON Schema of scenario files, for editors
    Schema {
        /// That of profile files
        #[arg(long)]
        profile: bool,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// One installer's process of the Windows backend
    #[command(hide = true)]
    Worker,
}

#[derive(Debug, clap::Args)]
struct RunArguments {
    /// Scenario files, and directories to search for them
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// What to run them on
    #[arg(long, value_parser = BackendNameParser::WithFlaw, default_value = "simulated")]
    backend: BackendName,
    /// The planted mistake of the backend `mutant`, such as limit-off-by-one
    #[arg(long, required_if_eq("backend", "mutant"), value_parser = parse_flaw)]
    flaw: Option<Flaw>,
    /// Let the simulator follow this profile instead of the one that a scenario names: documented, windows-11,
    /// windows-vista or a file that `rstmgr probe` wrote; knobs and timings that a scenario states itself stay
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    #[command(flatten)]
    reach: ReachArguments,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Write a `JUnit` report to this file as well
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the trace of the one scenario to this file, as JSON lines
    #[arg(long, value_name = "FILE", conflicts_with = "traces")]
    trace: Option<PathBuf>,
    /// Write the trace of each scenario below this directory, as JSON lines
    #[arg(long, value_name = "DIRECTORY")]
    traces: Option<PathBuf>,
    /// Skip scenarios that the simulator says take longer than a second, on backends whose time is real
    #[arg(long)]
    fast: bool,
    /// How many scenarios to run at a time [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Rewrite expectations that do not hold to what was seen; comments and layout stay
    #[arg(long, conflicts_with_all = ["junit", "trace", "traces"])]
    bless: bool,
}

#[derive(Debug, clap::Args)]
struct CompareArguments {
    /// Scenario files, and directories to search for them
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// The one backend
    #[arg(long, value_name = "BACKEND", value_parser = BackendNameParser::WithFlaw, default_value = "simulated")]
    left: BackendName,
    /// The other
    #[arg(long, value_name = "BACKEND", value_parser = BackendNameParser::WithFlaw, default_value = "windows")]
    right: BackendName,
    /// The planted mistake of the backend `mutant`
    #[arg(long, value_parser = parse_flaw, required_if_eq_any([("left", "mutant"), ("right", "mutant")]))]
    flaw: Option<Flaw>,
    /// Let the simulator follow this profile instead of the one that a scenario names: documented, windows-11,
    /// windows-vista or a file that `rstmgr probe` wrote; knobs and timings that a scenario states itself stay
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    /// The differences that are known and may be: each pattern with its number of places, and with the number that slow
    /// scenarios add without `--fast`
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    #[command(flatten)]
    reach: ReachArguments,
    /// Skip scenarios that the simulator says take longer than a second, on backends whose time is real
    #[arg(long)]
    fast: bool,
    /// Print the unknown differences as patterns for such a file, each still without its reason
    #[arg(long)]
    propose: bool,
    /// How many scenarios to compare at a time [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
}

/// Cases are numbered; each can be repeated by itself. Ctrl-C stops the search with its summary and exit code 130, and a
/// second one ends it at once.
#[derive(Debug, clap::Args)]
struct SearchArguments {
    /// Decides everything: the same seed gives the same cases
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How many cases to run
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    cases: u64,
    /// Run this case alone
    #[arg(long, value_name = "I", conflicts_with = "cases", value_parser = clap::value_parser!(u64).range(..u64::MAX))]
    case: Option<u64>,
    /// The profile of all cases [default: any of them]
    #[arg(long, value_parser = parse_profile)]
    profile: Option<&'static str>,
    /// Plant a mistake in the simulator, such as limit-off-by-one
    #[arg(long, value_parser = parse_flaw, conflicts_with = "right")]
    flaw: Option<Flaw>,
    /// Compare with another backend; with the simulator with a planted mistake in every step, with others in every step of
    /// the cases that can be told as a scenario and made real there
    #[arg(long, value_name = "BACKEND", value_parser = BackendNameParser::Whole)]
    right: Option<BackendName>,
    #[command(flatten)]
    reach: ReachArguments,
    /// Let the oracle judge each run as well: it is to accept the simulator's own trace
    #[arg(long, conflicts_with_all = ["right", "flaw"])]
    oracle: bool,
    /// How many cases to run at a time [default: as many as there are processors]
    #[arg(long, value_name = "J", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Write a failure to a file in this directory as well
    #[arg(long, value_name = "DIRECTORY")]
    out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct JudgeArguments {
    /// Files that `record`, `run --trace` or `run --traces` wrote, and directories to search for them
    #[arg(required = true)]
    traces: Vec<PathBuf>,
    /// Allow only what this profile answers to the open questions: documented, windows-11, windows-vista, own (what the
    /// trace says that was followed) or a profile's file [default: every answer is possible]
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    /// How many traces to judge at a time [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
}

#[derive(Debug, clap::Args)]
struct RulesArguments {
    /// The scenarios whose coverage to count [default: scenarios]
    paths: Vec<PathBuf>,
    /// List every rule instead of counting by group
    #[arg(long, conflicts_with = "open")]
    list: bool,
    /// List the open questions: options, defaults, reasons, and the scenarios for each option
    #[arg(long)]
    open: bool,
    /// How to list the open questions
    #[arg(long, value_enum, default_value_t = Format::Human, requires = "open")]
    format: Format,
}

impl RulesArguments {
    /// The scenarios: those that are stated, or all of the project.
    fn paths(&self) -> Vec<PathBuf> {
        if self.paths.is_empty() { vec![PathBuf::from(SCENARIOS)] } else { self.paths.clone() }
    }
}

/// Where a project has its scenarios.
const SCENARIOS: &str = "scenarios";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each scenario, details where it failed
    Human,
    /// One JSON document
    Json,
}

fn parse_flaw(name: &str) -> Result<Flaw, String> {
    MutantBackend::flaw(name).ok_or_else(|| {
        let names: Vec<String> = Flaw::ALL.into_iter().map(MutantBackend::name).collect();
        format!("possible values: {}", names.join(", "))
    })
}

fn parse_profile(name: &str) -> Result<&'static str, String> {
    crate::search::profile_name(name).ok_or_else(|| format!("possible values: {}", Profile::NAMES.join(", ")))
}

/// Which scenarios are worth their time.
fn pace(is_fast: bool) -> Pace {
    if is_fast { Pace::Fast } else { Pace::All }
}

/// How many scenarios run at a time.
fn jobs(stated: Option<u16>) -> usize {
    match stated {
        Some(jobs) => usize::from(jobs),
        None => std::thread::available_parallelism().map_or(1, usize::from),
    }
}

/// Reads the arguments of this process and does as they say.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.command {
        Command::Run(arguments) => run::run(arguments),
        Command::Record(arguments) => record::record(arguments),
        Command::Compare(arguments) => compare::compare(arguments),
        Command::Explore(arguments) => explore::explore_world(arguments),
        Command::Judge(arguments) => judge::judge(arguments),
        Command::Search(arguments) => search::search(arguments),
        Command::Exec(arguments) => exec::execute(arguments),
        Command::Agent(arguments) => agent::serve(arguments),
        Command::Rules(arguments) => rules::rules(arguments),
        Command::Probe(arguments) => probe::probe(arguments),
        Command::Schema { profile } => print_schema(*profile),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "rstmgr", &mut script);
            output::print_bytes(&script).map(|()| Exit::Accepted)
        }
        Command::Worker => worker::run().map(|()| Exit::Accepted),
    };
    match done {
        Ok(exit) => exit.into(),
        // Whoever reads the output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Accepted.into(),
        Err(error) => {
            output::complain(&format!("error: {error}\n"));
            Exit::Wrong.into()
        }
    }
}

fn print_schema(of_profiles: bool) -> io::Result<Exit> {
    let schema = if of_profiles { schema::profile_schema() } else { schema::schema() };
    let mut text = serde_json::to_string_pretty(&schema)?;
    text.push('\n');
    output::print(&text)?;
    Ok(Exit::Accepted)
}
