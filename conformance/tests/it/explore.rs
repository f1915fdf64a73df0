//! `rstmgr explore`, and runs of the model that are told as scenarios.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test picks out what it speaks of")]

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rstmgr_conformance::exploration::{FUNCTIONS, NamedWorld, Offer};
use rstmgr_conformance::scenario::parse::{Source, parse, parse_world};
use rstmgr_conformance::scenario::write;
use rstmgr_conformance::suite::BackendKind;
use rstmgr_model::{Flaw, Output as Out};
use rstmgr_sim::{Bounds, Ending, Exhaustive, Limits, PathStep, Picks, Random};

use crate::{scenarios_directory, text};

/// The project's worlds for exploration.
fn world(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("worlds").join(name).with_extension("yaml")
}

fn explore(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rstmgr"))
        .arg("explore")
        .args(arguments)
        .current_dir(scenarios_directory().join(".."))
        .output()
        .expect("the program starts")
}

/// What is shown, without how long it took.
fn shown(output: &Output) -> String {
    let text = text(&output.stdout);
    let (first, rest) = text.split_once('\n').expect("there is a first line");
    let (counts, _) = first.split_once(';').expect("it says how long it took");
    format!("exit code {:?}\n{counts}\n{rest}{}", output.status.code(), self::text(&output.stderr))
}

const SMALL: [&str; 6] = ["--sessions", "1", "--functions", "start-session,end-session", "--flags", "none"];

#[test]
fn a_world_that_closes_is_accepted() {
    let editor = world("one-editor");
    let mut arguments = vec![editor.to_str().expect("a path is text")];
    arguments.extend(SMALL);
    insta::assert_snapshot!(shown(&explore(&arguments)), @"
    exit code Some(0)
    3 states, 6 transitions, 2 moves deep
    closed: every state within the bounds was followed, and no law is broken
    ");
}

#[test]
fn what_was_not_followed_is_said() {
    let editor = world("one-editor");
    let output = explore(&[editor.to_str().expect("a path is text"), "--states-max", "100"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(text(&output.stdout).contains("not closed: no more states may be kept; "), "{output:?}");
}

/// How each scenario of `scenarios/flaws` was found that was not changed by hand since: the world, the flaws, and what
/// was explored beside one session.
const FOUND: [(&str, &[&str], &[&str]); 5] = [
    (
        "two-installers",
        &["slot-not-given-back", "handles-are-global", "second-end-succeeds"],
        &["--functions", "start-session,join-session,end-session", "--sessions", "2", "--handles", "2"],
    ),
    ("two-editors", &["registration-replaces"], &["--sessions", "1", "--resources", "2"]),
    (
        "one-editor",
        &[
            "needed-is-filled",
            "stops-before-status",
            "filter-ignored",
            "refusal-ignored",
            "failure-hidden",
            "never-kills",
            "status-repeats",
            "cancel-ignored",
            "restart-anytime",
            "no-restart-ignored",
        ],
        &["--sessions", "1"],
    ),
    (
        "unknown",
        &[
            "small-array-filled",
            "departed-still-running",
            "everything-restartable",
            "only-registered-ignored",
            "unknown-is-asked",
            "everybody-restarted",
        ],
        &["--sessions", "1"],
    ),
    ("critical", &["reboot-reasons-ignored"], &["--sessions", "1"]),
];

/// Those that were found and then changed by hand, which they say.
const FOUND_AND_CHANGED: [&str; 2] = ["secondary-ends-session", "services-first"];

#[test]
fn the_way_to_a_broken_law_is_the_scenario_that_is_committed() {
    let directory = tempfile::tempdir().expect("there is room for a file");
    let out = directory.path().join("found.yaml");
    let out = out.to_str().expect("a path is text");
    let flaws = scenarios_directory().join("flaws");
    for (name, found_there, explored) in FOUND {
        let world = world(name);
        let arguments = [world.to_str().expect("a path is text"), "--incarnations", "2", "--out", out];
        for flaw in found_there {
            let output = explore(&[&arguments, explored, &["--flaw", flaw]].concat());
            assert_eq!(output.status.code(), Some(1), "{output:?}");
            let committed = fs::read_to_string(flaws.join(flaw).with_extension("yaml"));
            let found = fs::read_to_string(out).expect("it was written");
            assert_eq!(found, committed.expect("it is there").replace('\r', ""), "{flaw}");
        }
    }
    let told: usize = FOUND.iter().map(|(_, flaws, _)| flaws.len()).sum();
    let files = fs::read_dir(flaws).expect("it is a directory").count();
    assert_eq!(
        told + FOUND_AND_CHANGED.len(),
        files,
        "each file is found by this test, or was changed by hand"
    );
}

#[test]
fn wrong_arguments_and_files_end_with_2() {
    let editor = world("one-editor");
    let editor = editor.to_str().expect("a path is text");
    let scenarios = scenarios_directory();
    let scenarios = scenarios.to_str().expect("a path is text");
    for arguments in [
        &["missing.yaml"][..],
        &[scenarios],
        &[editor, "--functions", "walk"],
        &[editor, "--flags", "slowly"],
        &[editor, "--flaw", "no-such-flaw"],
        &[
            editor,
            "--sessions",
            "1",
            "--incarnations",
            "2",
            "--flaw",
            "cancel-ignored",
            "--out",
            "/no/such/place",
        ],
    ] {
        let output = explore(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

/// Any way through a world is told as a scenario that goes the same way: random ones, with everything in them.
#[test]
fn any_way_is_told_as_a_scenario_that_goes_it() {
    for (name, seeds) in [("one-editor", 0..60), ("services", 0..40), ("two-installers", 0..20)] {
        let count = seeds.end;
        assert_eq!(ways_told(name, &everything(), seeds), count, "{name}: some way cannot be told");
    }
}

/// The same where installers die, and where two calls are under way at a time: of what is done beside the two, a
/// scenario cannot tell everything.
#[test]
fn most_ways_with_two_calls_and_with_installers_that_die_are_told() {
    let everything = everything();
    let bounds = Bounds { calls: 2, ..everything.bounds };
    let offer = Offer { installers_die: true, bounds, ..everything };
    for (name, told) in [("one-editor", 200), ("services", 200), ("two-installers", 199)] {
        assert_eq!(ways_told(name, &offer, 0..200), told, "{name}");
    }
}

/// How many random ways through a world are told; each of them goes the same way.
fn ways_told(name: &str, offer: &Offer, seeds: Range<u64>) -> u64 {
    let source =
        Source { name: name.to_owned(), text: fs::read_to_string(world(name)).expect("it is there") };
    let scenario = parse_world(&source).expect("it is a world");
    let named = NamedWorld::new(&scenario, offer, None);
    let mut told = 0;
    for seed in seeds {
        let (path, replies) = random_way(&named, seed);
        let Ok(scenario) = named.scenario("Some way".to_owned(), &path) else { continue };
        let text = write::write(&scenario, &[]).expect("it can be written");
        let written = parse(&Source { name: "told.yaml".to_owned(), text: text.clone() });
        let written = written.unwrap_or_else(|problems| panic!("{name}, {seed}: {problems:#?}\n{text}"));
        let run = BackendKind::Simulated.run(&written);
        let run = run.unwrap_or_else(|error| panic!("{name}, {seed}: {error:?}\n{text}"));
        // Calls that were under way at the end of the path come to theirs.
        let seen: Vec<&str> = run.seen.iter().filter_map(|seen| seen.reply.as_deref()).collect();
        assert!(seen.len() >= replies.len(), "{name}, {seed}: {seen:?}");
        assert_eq!(seen[..replies.len()], replies, "{name}, {seed}\n{text}");
        let picks: Vec<usize> = path.iter().flat_map(|step| &step.picks).copied().collect();
        let made: Picks = run.picks.parse().expect("picks are written as they are read");
        assert_eq!(made.0[..picks.len()], picks, "{name}, {seed}\n{text}");
        assert!(run.left_over.is_nothing(), "{name}, {seed}: {} left over\n{text}", run.left_over);
        told += 1;
    }
    told
}

fn everything() -> Offer {
    Offer {
        functions: FUNCTIONS.into_iter().map(|(_, function)| function).collect(),
        shutdown_flags: vec![0, 1, 16],
        arguments: rstmgr_sim::Arguments::All,
        applications_come_and_go: true,
        installers_die: false,
        bounds: Bounds {
            sessions: 2,
            handles: 2,
            calls: 1,
            operations: 9,
            incarnations: 3,
            resources: 3,
            filters: 9,
        },
    }
}

/// Some way through a world, and the replies of its calls in the order in which they came.
fn random_way(named: &NamedWorld, seed: u64) -> (Vec<PathStep>, Vec<&'static str>) {
    let mut random = Random::new(seed, 7);
    let mut machine = named.small.machine.clone();
    let (mut inputs, mut path, mut replies) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..20 {
        named.small.inputs(&machine, &mut inputs);
        // Everybody died, and nothing is due.
        if inputs.is_empty() {
            break;
        }
        let input = inputs[random.below(inputs.len())].clone();
        let mut observed = rstmgr_model::Observed::default();
        let before = machine.clone();
        let mut choices = Exhaustive::new();
        let last = random.below(3);
        while choices.next_run() {
            machine = before.clone();
            observed.clear();
            machine.step(&input, &mut choices, &mut observed);
            if choices.run() == last {
                break;
            }
        }
        replies.extend(observed.outputs.iter().filter_map(|output| match output {
            Out::Reply(reply) | Out::Returned(_, reply) => reply.name(),
            Out::Abandoned(_) => Some("the process ended"),
            _ => None,
        }));
        path.push(PathStep { input, picks: choices.picks().collect() });
    }
    (path, replies)
}

/// A mistake in the model shows in every way that the explorer tells of it, too.
#[test]
fn a_mistake_is_found_and_told() {
    let source = Source {
        name: "one-editor".to_owned(),
        text: fs::read_to_string(world("one-editor")).expect("it is there"),
    };
    let scenario = parse_world(&source).expect("it is a world");
    let bounds = Bounds {
        sessions: 1,
        handles: 1,
        calls: 1,
        operations: 9,
        incarnations: 2,
        resources: 1,
        filters: 9,
    };
    let offer = Offer { applications_come_and_go: false, bounds, ..everything() };
    let named = NamedWorld::new(&scenario, &offer, Some(Flaw::NeverKills));
    let found = rstmgr_sim::explore(
        &named.small,
        named.monitor(),
        &Limits { symmetry: true, ..Limits::default() },
        &mut |_| true,
    );
    let Ending::Broken { because, path } = found.ending else { panic!("{found:?}") };
    let file = named.file(&path, &because, &[]).expect("it can be told");
    let told = parse(&Source { name: "told.yaml".to_owned(), text: file }).expect("it is a scenario");
    assert!(BackendKind::Simulated.run(&told).expect("it goes").is_accepted());
    assert!(!BackendKind::Mutant(Flaw::NeverKills).run(&told).expect("it goes").is_accepted());
}
