//! `rstmgr explore`: every reachable state of the world in a file, and the shortest way to a broken law.
//!
//! It looks at the clock, to show progress and to end when its time is up.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rstmgr_model::{FORCE_SHUTDOWN, Flaw, SHUTDOWN_ONLY_REGISTERED};
use rstmgr_sim::{Arguments, Bounds, Ending, Exploration, Function, Limits, PathStep, explore};

use super::output;
use crate::backend::mutant::MutantBackend;
use crate::exit::Exit;
use crate::exploration::{FUNCTIONS, NamedWorld, Offer};
use crate::scenario::parse;
use crate::scenario::problem;

/// What `--memory-max` counts in, and what progress does.
const GIGABYTE: usize = 1 << 30;
const MEGABYTE: usize = 1 << 20;

/// What is explored, how far, and where to.
///
/// Ctrl-C stops it with what it knows by then and exit code 130, and a second one ends it at once.
#[derive(Debug, clap::Args)]
pub(super) struct ExploreArguments {
    /// A scenario file whose installers, world and profile are explored; its steps are not done
    world: PathBuf,
    /// The functions that are called
    #[arg(long, value_delimiter = ',', value_parser = parse_function, value_name = "NAMES")]
    functions: Vec<Function>,
    /// The flags with which `shutdown` is called: none, force, only-registered, or both joined by `+`
    #[arg(long, value_delimiter = ',', value_parser = parse_flags, value_name = "FLAGS", default_value = "none,force,only-registered")]
    flags: Vec<u32>,
    /// How many sessions there are at a time
    #[arg(long, value_name = "N", default_value_t = 2)]
    sessions: usize,
    /// How many handles a process has at a time
    #[arg(long, value_name = "N", default_value_t = 1)]
    handles: usize,
    /// How many calls of an installer are under way at a time; beyond it, it only cancels
    #[arg(long, value_name = "N", default_value_t = 1)]
    calls: usize,
    /// How many shutdowns and restarts are under way at a time, of everybody
    #[arg(long, value_name = "N", default_value_t = 4)]
    operations: usize,
    /// With all arguments, or with few: lists large enough, no processes registered, filters against being stopped
    #[arg(long, value_name = "WHICH", default_value = "all", value_parser = parse_arguments)]
    arguments: Arguments,
    /// How many resources a session registers; what is registered twice counts twice
    #[arg(long, value_name = "N", default_value_t = 1)]
    resources: u32,
    /// How many filters a session has at a time [default: any number]
    #[arg(long, value_name = "N", default_value_t = usize::MAX, hide_default_value = true)]
    filters: usize,
    /// Of how many starts of one application the sessions know
    #[arg(long, value_name = "N", default_value_t = 1)]
    incarnations: usize,
    /// Applications start and exit on their own, too
    #[arg(long)]
    come_and_go: bool,
    /// The processes of installers end, too
    #[arg(long)]
    installers_die: bool,
    /// Stop once there are so many states
    #[arg(long, value_name = "N", default_value_t = 100_000_000)]
    states_max: usize,
    /// Stop once the states take so many gigabytes
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..))]
    memory_max: u16,
    /// On how many threads; the result is the same for every number [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Count states apart that differ only in the names of installers or applications that could be exchanged
    #[arg(long)]
    no_symmetry: bool,
    /// Stop after so many minutes
    #[arg(long, value_name = "N", default_value_t = 15)]
    minutes_max: u64,
    /// Plant a mistake in the model, such as limit-off-by-one: can the laws tell?
    #[arg(long, value_parser = super::parse_flaw)]
    flaw: Option<Flaw>,
    /// Write the way to a broken law to this scenario file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn parse_function(name: &str) -> Result<Function, String> {
    let known = FUNCTIONS.into_iter().find(|(known, _)| *known == name).map(|(_, function)| function);
    known.ok_or_else(|| {
        let names: Vec<&str> = FUNCTIONS.into_iter().map(|(name, _)| name).collect();
        format!("possible values: {}", names.join(", "))
    })
}

fn parse_arguments(word: &str) -> Result<Arguments, String> {
    match word {
        "all" => Ok(Arguments::All),
        "few" => Ok(Arguments::Few),
        _ => Err(String::from("possible values: all, few")),
    }
}

fn parse_flags(words: &str) -> Result<u32, String> {
    words.split('+').try_fold(0, |flags, word| match word {
        "none" => Ok(flags),
        "force" => Ok(flags | FORCE_SHUTDOWN),
        "only-registered" => Ok(flags | SHUTDOWN_ONLY_REGISTERED),
        _ => Err(String::from("possible values: none, force, only-registered")),
    })
}

/// Explores and reports.
pub(super) fn explore_world(arguments: &ExploreArguments) -> io::Result<Exit> {
    let source = match parse::read(&arguments.world) {
        Ok(source) => source,
        Err(problem) => {
            output::complain_of(&arguments.world, &problem, io::stderr().is_terminal());
            return Ok(Exit::Wrong);
        }
    };
    let scenario = match parse::parse_world(&source) {
        Ok(scenario) => scenario,
        Err(problems) => {
            let color = io::stderr().is_terminal();
            output::complain(&problem::render(&problems, &source.name, &source.text, color));
            return Ok(Exit::Wrong);
        }
    };
    if let Some(file) = &arguments.out {
        output::check_writable(file)?;
    }
    let world = NamedWorld::new(&scenario, &arguments.offer(), arguments.flaw);
    let stop = output::stop_on_ctrl_c()?;
    let (found, took) = run(&world, arguments, &stop);
    output::print(&summary(&found, took))?;
    match &found.ending {
        Ending::Stopped { .. } if stop.load(Ordering::Relaxed) => Ok(Exit::Interrupted),
        Ending::Closed => Ok(Exit::Accepted),
        Ending::TooMany { .. } | Ending::TooLarge { .. } | Ending::Stopped { .. } => Ok(Exit::Undecided),
        Ending::Broken { because, path } => {
            report(&world, arguments, because, path)?;
            Ok(Exit::Rejected)
        }
    }
}

impl ExploreArguments {
    fn limits(&self) -> Limits {
        Limits {
            states_max: self.states_max,
            bytes_max: usize::from(self.memory_max) * GIGABYTE,
            threads: super::jobs(self.threads),
            symmetry: !self.no_symmetry,
        }
    }

    fn offer(&self) -> Offer {
        let all = || FUNCTIONS.into_iter().map(|(_, function)| function).collect();
        Offer {
            functions: if self.functions.is_empty() { all() } else { self.functions.clone() },
            shutdown_flags: self.flags.clone(),
            arguments: self.arguments,
            applications_come_and_go: self.come_and_go,
            installers_die: self.installers_die,
            bounds: Bounds {
                sessions: self.sessions,
                handles: self.handles,
                calls: self.calls,
                operations: self.operations,
                resources: self.resources,
                filters: self.filters,
                incarnations: self.incarnations,
            },
        }
    }
}

/// Explores with the laws watching; a line says how far it is, on a terminal alone.
fn run(world: &NamedWorld, arguments: &ExploreArguments, stop: &AtomicBool) -> (Exploration, Duration) {
    let begun = Instant::now();
    let limit = Duration::from_secs(arguments.minutes_max.saturating_mul(60));
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template("{msg}") {
        bar.set_style(style);
    }
    if io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::stderr());
    }
    let found = explore(&world.small, world.monitor(), &arguments.limits(), &mut |progress| {
        let took = begun.elapsed();
        bar.set_message(format!(
            "{} states, {} wait, {} transitions, {} moves deep, {} states/s, {} MB",
            progress.states,
            progress.waiting,
            progress.transitions,
            progress.depth,
            per_second(progress.states, took),
            progress.bytes / MEGABYTE,
        ));
        took < limit && !stop.load(Ordering::Relaxed)
    });
    bar.finish_and_clear();
    (found, begun.elapsed())
}

fn per_second(states: usize, took: Duration) -> u128 {
    u128::try_from(states).unwrap_or(u128::MAX) * 1_000 / took.as_millis().max(1)
}

fn summary(found: &Exploration, took: Duration) -> String {
    let mut text = format!(
        "{} states, {} transitions, {} moves deep; {:.1?}, {} states/s, {} bytes/state\n",
        found.states,
        found.transitions,
        found.depth,
        took,
        per_second(found.states, took),
        found.bytes / found.states.max(1)
    );
    if found.beyond > 0 {
        text.push_str(&format!(
            "{} states lie beyond the bounds of the world, and were not followed\n",
            found.beyond
        ));
    }
    text.push_str(&match &found.ending {
        Ending::Closed => {
            String::from("closed: every state within the bounds was followed, and no law is broken\n")
        }
        Ending::TooMany { waiting } => {
            format!("not closed: no more states may be kept; {waiting} wait to be followed (--states-max)\n")
        }
        Ending::TooLarge { waiting } => {
            format!("not closed: no more memory may be used; {waiting} wait to be followed (--memory-max)\n")
        }
        Ending::Stopped { waiting } => {
            format!("not closed: the time is up, or it was stopped; {waiting} wait to be followed (--minutes-max)\n")
        }
        Ending::Broken { because, path } => format!("broken after {} moves: {because}\n", path.len()),
    });
    text
}

/// Shows the way to a broken law as a scenario, or writes it where it shall stand.
fn report(
    world: &NamedWorld,
    arguments: &ExploreArguments,
    because: &str,
    path: &[PathStep],
) -> io::Result<()> {
    let law = because.split_once(':').map_or(because, |(law, _)| law);
    let shown = match arguments.flaw {
        Some(flaw) => format!("The planted mistake {} breaks the law {law}.", MutantBackend::name(flaw)),
        None => format!("The law {law} is broken."),
    };
    let notes = [shown, String::from("This is the shortest way to it, as `rstmgr explore` found it.")];
    let text = match world.file(path, because, &notes) {
        Ok(text) => text,
        Err(error) => {
            output::complain(&format!("error: the way there cannot be told as a scenario: {error}\n"));
            let moves: String = path.iter().map(|step| format!("  {step:?}\n")).collect();
            return output::print(&format!("the moves of it, as the model takes them:\n{moves}"));
        }
    };
    match &arguments.out {
        None => output::print(&text),
        Some(file) => {
            output::write_file(file, text.as_bytes())?;
            let flaw =
                arguments.flaw.map(|flaw| format!(" --backend mutant --flaw {}", MutantBackend::name(flaw)));
            let flaw = flaw.unwrap_or_default();
            output::print(&format!("to repeat, run `rstmgr run{flaw} {}`\n", file.display()))
        }
    }
}
