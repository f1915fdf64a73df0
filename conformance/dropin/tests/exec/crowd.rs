//! More processes than there can be sessions, killed at any moment.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Child;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rstmgr_conformance::scenario::parse::{Source, parse_world};
use rstmgr_conformance::shared::{Server, Simulation, Time};

use crate::setup::{EDITOR, Setup, Test, end, run};

/// The second one takes minutes: `cargo test -p rstmgr-dropin --test exec -- --ignored`.
pub(crate) const TESTS: &[Test] = &[
    Test { name: "a_crowd_that_is_killed_leaves_nothing", check: |setup| check(setup, 10), is_long: false },
    Test {
        name: "a_crowd_that_is_killed_200_times_leaves_nothing",
        check: |setup| check(setup, 200),
        is_long: true,
    },
];

/// As many sessions as there can be.
const SESSIONS: usize = 64;

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ mixed >> 31) % u64::try_from(bound).unwrap()).unwrap()
    }
}

fn check(setup: &Setup, rounds: u64) {
    let source = Source { name: String::from("world.yaml"), text: String::from(EDITOR) };
    let world = parse_world(&source).expect("it has no problems");
    let simulation = Arc::new(Simulation::new(&world, Time::Virtual));
    let server = Server::start(Arc::clone(&simulation)).unwrap();
    for round in 0..rounds {
        let mut random = Random(round);
        // In every fourth round some die while they still begin.
        let is_hasty = round % 4 == 3;
        let mut crowd = start(setup, &server, "busy");
        if !is_hasty {
            all_have_sessions(&mut crowd, round);
            let late = run(setup.installer("alone").env("RSTMGR_SERVER", server.name()));
            assert!(late.printed.starts_with("start 353\n"), "round {round}: {late:?}");
        }
        while !crowd.is_empty() {
            let mut killed = crowd.swap_remove(random.below(crowd.len()));
            wait(Duration::from_micros(u64::try_from(random.below(500)).unwrap()));
            killed.kill().unwrap();
            killed.wait().unwrap();
        }
        let left = simulation.wait_until_left(Duration::from_secs(20));
        assert_eq!(left, 0, "round {round}: processes seem to be there");
    }
    let mut crowd = start(setup, &server, "hold");
    all_have_sessions(&mut crowd, rounds);
    for mut process in crowd {
        drop(process.stdin.take());
        let ended = end(process);
        assert_eq!((ended.code, &*ended.said), (Some(0), ""), "{ended:?}");
    }
    assert_eq!(simulation.wait_until_left(Duration::from_secs(20)), 0);
    let broken = simulation.broken_laws();
    assert!(broken.is_empty(), "{broken:?}");
    let socket = server.name().to_owned();
    drop(server);
    assert!(!Path::new(&socket).parent().unwrap().exists(), "{socket} is left");
}

fn start(setup: &Setup, server: &Server, way: &str) -> Vec<Child> {
    let start = |_| {
        let mut command = setup.installer(way);
        command.stdin(std::process::Stdio::piped()).env("RSTMGR_SERVER", server.name());
        command.spawn().unwrap()
    };
    (0..SESSIONS).map(start).collect()
}

#[track_caller]
fn all_have_sessions(crowd: &mut [Child], round: u64) {
    for process in crowd {
        let mut line = String::new();
        // They say no more than this line.
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "start 0\n", "round {round}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a random moment is one by the clock on the wall")]
fn wait(duration: Duration) {
    thread::sleep(duration);
}
