//! The agent, and clients that are wrong.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const HELLO: &str = r#"{"number":1,"message":{"hello":{"protocol":1,"program":"0.1.0"}}}"#;
const OPEN: &str = r#"{"number":2,"message":{"open":{"name":"one.yaml","text":"version: 1\nscenario: One\nsteps:\n- start-session: { as: main }\n"}}}"#;

fn start(backend: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_rstmgr"))
        .args(["agent", "--backend", backend, "--patience", "100s"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the agent can be started and asked")
}

/// The exit code of an agent that is told `lines` and no more, what it says last, and how long it took.
fn told(backend: &str, lines: &[&str]) -> (Option<i32>, String, Duration) {
    let begun = Instant::now();
    let mut agent = start(backend);
    let mut input = agent.stdin.take().expect("the agent can be started and asked");
    let mut output = agent.stdout.take().expect("the agent can be started and asked");
    for line in lines {
        // One that has ended does not listen.
        let _ended = writeln!(input, "{line}");
        // It waits for no answer if that is the point.
        std::thread::yield_now();
    }
    drop(input);
    let mut said = String::new();
    output.read_to_string(&mut said).expect("the agent can be started and asked");
    let code = agent.wait().expect("the agent can be started and asked").code();
    (code, said.lines().last().unwrap_or_default().to_owned(), begun.elapsed())
}

#[test]
fn an_agent_says_why_it_refuses_to_go_on() {
    let refused = |lines: &[&str]| {
        let (code, said, _) = told("simulated", lines);
        assert_eq!(code, Some(2), "{said}");
        said
    };
    insta::assert_snapshot!(
        [
            refused(&["hello"]),
            refused(&[""]),
            refused(&[OPEN]),
            refused(&[r#"{"number":1,"message":{"open":{"name":"","text":""}}}"#]),
            refused(&[r#"{"number":1,"message":{"hello":{"protocol":7,"program":"9.0.0"}}}"#]),
            refused(&[r#"{"number":1,"message":"close"}"#]),
            refused(&[HELLO, HELLO]),
            refused(&[HELLO, r#"{"number":2,"message":"close"}"#]),
            refused(&[HELLO, r#"{"number":2,"message":{"ask":{"process":{"installer":0}}}}"#]),
            refused(&[HELLO, r#"{"number":2,"message":{"ask":{"nothing":0}}}"#]),
        ]
        .join("\n")
    );
}

#[test]
fn a_scenario_that_is_none_is_answered_with_its_problems() {
    let wrong = r#"{"number":2,"message":{"open":{"name":"one.yaml","text":"version: 1\n"}}}"#;
    let (code, said, _) = told("simulated", &[HELLO, wrong]);
    assert_eq!(code, Some(0));
    assert!(said.starts_with(r#"{"number":2,"message":{"answer":{"failed":{"failed":{"attempt":"read the scenario at the far end","cause":""#), "{said}");
}

#[test]
fn an_agent_keeps_no_line_of_1_gib() {
    let mut agent = start("simulated");
    let mut input = agent.stdin.take().unwrap();
    let piece = vec![b' '; 1 << 20];
    let mut written = 0;
    while written < 1 << 10 && input.write_all(&piece).is_ok() {
        written += 1;
    }
    drop(input);
    let output = agent.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("refused\":\"message 1: a line is longer than 128 MiB"), "{said}");
    assert!(written < 200, "it read {written} MiB");
}

#[test]
fn an_agent_ends_with_its_input_whatever_is_under_way() {
    let (code, said, _) = told("simulated", &[]);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    let (code, said, _) = told("simulated", &[HELLO, OPEN]);
    assert_eq!(code, Some(0));
    assert_eq!(said, r#"{"number":2,"message":{"opened":{"backend":"simulated"}}}"#);
    // What is under way here never ends by itself.
    let (code, said, took) = told("remote:sh -c 'while read a; do :; done'", &[HELLO, OPEN]);
    assert_eq!(code, Some(3), "{said}");
    assert!(took < Duration::from_secs(20), "it took {took:?}");
}
