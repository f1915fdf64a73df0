//! Far ends that break: each is a clear error within its time limit, and nothing of it is left.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// More than the limits of all waits together, on a slow machine.
const LONG: Duration = Duration::from_secs(60);

/// What an agent of this version says first.
const WELCOME: &str = r#"echo '{"number":1,"message":{"welcome":{"protocol":1,"program":"0.1.0"}}}'"#;
const OPENED: &str = r#"echo '{"number":2,"message":{"opened":{"backend":"simulated"}}}'"#;

/// Runs a scenario at the far end of a script of the shell; returns what is reported.
fn run(script: &str, patience: &str) -> String {
    let directory = tempfile::tempdir().expect("the test is set up right");
    let scenario = "version: 1\nscenario: A session\nsteps:\n- start-session: { as: main }\n";
    fs::write(directory.path().join("one.yaml"), scenario).expect("the test is set up right");
    fs::write(directory.path().join("far.sh"), format!("echo $$ > pid\n{script}\n"))
        .expect("the test is set up right");
    let begun = Instant::now();
    // The address space has no room for a line of 1 GiB.
    let output = Command::new("/bin/sh")
        .args(["-c", "ulimit -v 1048576; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_rstmgr")])
        .args(["run", "one.yaml", "--backend", "remote:sh far.sh", "--patience", patience])
        .env("MALLOC_ARENA_MAX", "1")
        .current_dir(directory.path())
        .output()
        .expect("the test is set up right");
    assert!(begun.elapsed() < LONG, "it took {:?}", begun.elapsed());
    let text = String::from_utf8(output.stdout).expect("the test is set up right");
    assert_eq!(output.status.code(), Some(3), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let pid = fs::read_to_string(directory.path().join("pid")).expect("the test is set up right");
    assert!(!Path::new("/proc").join(pid.trim()).exists(), "process {pid} is left over");
    text
}

fn check(script: &str, expected: &str) {
    let text = run(script, "4s");
    assert!(text.contains(expected), "{text}");
}

#[test]
fn it_dies() {
    check(
        &format!("read a; {WELCOME}; read b; echo 'no room on the disk' >&2; exit 7"),
        "error: failed to ask `sh far.sh`: the far end is gone: its output ended",
    );
    let text = run(&format!("read a; {WELCOME}; read b; echo 'no room on the disk' >&2; exit 7"), "4s");
    assert!(text.contains("; it complains: no room on the disk\n"), "{text}");
}

#[test]
fn it_hangs() {
    check("exec sleep 100", "no answer came within 4s");
    check(&format!("read a; {WELCOME}; exec sleep 100"), "no answer came within 4s");
    check(&format!("read a; {WELCOME}; read b; {OPENED}; exec sleep 100"), "no answer came within 4s");
}

#[test]
fn it_says_garbage() {
    check(
        "echo 'Welcome to this machine!'; exec sleep 100",
        "what is no answer, \"Welcome to this machine!\"",
    );
    check("read a; echo \"$a\"; exec sleep 100", "the far end says what is no answer, ");
    check(
        &format!("read a; {WELCOME}; read b; echo '{{\"number\":2,\"message\":\"what\"}}'; exec sleep 100"),
        "the far end says what is no answer, ",
    );
}

#[test]
fn it_says_half_a_line() {
    check("read a; printf '{\"number\":1,\"mess'", "the far end is gone: it ends in the middle of a line");
}

#[test]
fn it_says_a_line_of_1_gib() {
    check(
        &format!("read a; {WELCOME}; read b; exec head -c 1073741824 /dev/zero"),
        "the far end says no message: a line is longer than 128 MiB",
    );
}

#[test]
fn it_has_another_version() {
    check(
        r#"read a; echo '{"number":1,"message":{"welcome":{"protocol":2,"program":"9.0.0","more":[]}}}'; exec sleep 100"#,
        "the far end is rstmgr 9.0.0 and speaks version 2 of the protocol, and this is rstmgr 0.1.0 and speaks version 1",
    );
}

#[test]
fn it_closes_a_stream() {
    check(&format!("read a; {WELCOME}; exec sleep 100 >&-"), "the far end is gone: its output ended");
    check(
        &format!("read a; exec <&-; {WELCOME}; exec sleep 100"),
        "the far end is gone: it closed its input",
    );
    // That of its complaints is its own affair.
    check(&format!("exec 2>&-; read a; {WELCOME}; exec sleep 100"), "no answer came within 4s");
}

#[test]
fn it_answers_twice() {
    check(
        &format!("read a; {WELCOME}; {WELCOME}; exec sleep 100"),
        "the far end answers message 1 again, and message 2 was asked",
    );
}

#[test]
fn it_answers_what_nobody_asked() {
    check(
        r#"read a; echo '{"number":7,"message":{"welcome":{"protocol":1,"program":"0.1.0"}}}'; exec sleep 100"#,
        "the far end answers message 7, and only 1 were asked",
    );
    check(
        &format!(
            "read a; {WELCOME}; read b; echo '{{\"number\":2,\"message\":{{\"closed\":{{\"picks\":\"-\",\"left_over\":{{\"picks\":0,\"due\":0}}}}}}}}'; exec sleep 100"
        ),
        "the far end answers another question than it was asked: Closed",
    );
}

#[test]
fn it_answers_late() {
    check(&format!("read a; {WELCOME}; read b; sleep 8; {OPENED}"), "no answer came within 4s");
}

#[test]
fn it_floods() {
    check(&format!("read a; {WELCOME}; exec yes \"$({WELCOME})\""), "the far end answers message 1 again");
    check(&format!("read a; {WELCOME}; exec yes ''"), "the far end says what is no answer, \"\"");
    let text = run(&format!("read a; {WELCOME}; exec yes 'it rains' 3>&1 >&2"), "4s");
    assert!(text.contains("no answer came within 4s; it complains: "), "{text}");
    assert!(text.contains("it rains | it rains") && text.len() < 5_000, "{text}");
}

#[test]
fn it_is_not_there() {
    let directory = tempfile::tempdir().unwrap();
    let scenario = "version: 1\nscenario: A session\nsteps:\n- start-session: { as: main }\n";
    fs::write(directory.path().join("one.yaml"), scenario).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_rstmgr"))
        .args(["run", "one.yaml", "--backend", "remote:./no-such-program agent"])
        .current_dir(directory.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("failed to ask `./no-such-program agent`: `./no-such-program` cannot be started: "),
        "{text}"
    );
}
