//! What could stop programs of the machine is refused before anything is started, on every system.

use std::path::Path;
use std::process::{Command, Output};

fn run(directory: &Path, registered: &str, last: &str) -> Output {
    let text = format!(
        "version: 1\nscenario: A shutdown that could reach out\nrules: []\nsteps:\n  - start-session: {{ as: main }}\n  \
         - register-resources: {{ session: main, {registered} }}\n  - {last}\n"
    );
    std::fs::write(directory.join("scenario.yaml"), text).expect("it works on every system");
    let program = env!("CARGO_BIN_EXE_rstmgr");
    Command::new(program)
        .args(["run", "scenario.yaml", "--backend", "windows"])
        .current_dir(directory)
        .output()
        .expect("it works on every system")
}

#[track_caller]
fn check_refused(registered: &str, foreign: &str) {
    let directory = tempfile::tempdir().expect("it works on every system");
    let output = run(directory.path(), registered, "shutdown: { session: main }");
    let text = String::from_utf8(output.stdout).expect("it works on every system");
    assert_eq!(output.status.code(), Some(3), "{text}");
    let says = format!(
        "error: refused: {foreign}, which is registered in line 6, may be this machine's own, and a shutdown could \
         stop programs that this scenario did not start; nothing was stopped\n"
    );
    assert!(text.contains(&says), "{text}");
}

#[test]
fn a_shutdown_of_who_uses_a_path_of_this_machine_is_refused() {
    check_refused(r"files: ['\\server\share\core.dll']", r"the path `\\server\share\core.dll`");
    check_refused(r"files: ['\Windows\explorer.exe']", r"the path `\Windows\explorer.exe`");
    check_refused(r"files: ['\\.\C:\Windows\explorer.exe']", r"the path `\\.\C:\Windows\explorer.exe`");
    check_refused("files: ['core.dll']", "the path `core.dll`");
}

#[test]
fn a_shutdown_of_a_process_of_this_machine_is_refused() {
    check_refused("processes: [{ pid: 4 }]", "the process 4");
}

#[test]
fn a_path_of_this_machine_may_be_asked_about() {
    let directory = tempfile::tempdir().expect("it works on every system");
    let output =
        run(directory.path(), r"files: ['\\server\share\core.dll']", "end-session: { session: main }");
    let text = String::from_utf8(output.stdout).expect("it works on every system");
    assert!(!text.contains("refused"), "{text}");
}
