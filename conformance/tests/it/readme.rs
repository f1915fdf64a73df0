//! The README: its example does what it shows.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::markdown::blocks;

/// What the README says in place of `rstmgr`.
const PROGRAM: &str = "$ cargo run --release -- ";

/// What the README has its reader change, so that the scenario is rejected.
const CHANGE: (&str, &str) = ("reply: ERROR_FAIL_SHUTDOWN", "reply: ERROR_SUCCESS");

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    fs::read_to_string(path).expect("the README is there").replace("\r\n", "\n")
}

/// What the README shows below a command, and the command.
fn shown(block: &str) -> Option<(&str, &str)> {
    block.strip_prefix(PROGRAM)?.split_once('\n')
}

/// What the program prints of `scenario`, saved as `file`, and how it ends.
fn run(command: &str, file: &str, scenario: &str) -> (String, Option<i32>) {
    let directory = tempfile::tempdir().expect("it can be made");
    fs::write(directory.path().join(file), scenario).expect("it can be written");
    let output = Command::new(env!("CARGO_BIN_EXE_rstmgr"))
        .args(command.split(' '))
        .current_dir(directory.path())
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("the program starts");
    (String::from_utf8(output.stdout).expect("output is UTF-8"), output.status.code())
}

#[test]
fn the_example_prints_what_the_readme_shows() {
    let readme = readme();
    let blocks = blocks(&readme);
    let scenario = &blocks.iter().find(|block| block.info == "yaml").expect("it has an example").text;
    let [(accepted_by, accepted), (rejected_by, rejected)] =
        blocks.iter().filter_map(|block| shown(&block.text)).collect::<Vec<_>>()[..]
    else {
        panic!("the README shows two runs");
    };
    assert!(readme.contains("Save this as `update.yaml`"));
    assert_eq!(run(accepted_by, "update.yaml", scenario), (accepted.to_owned(), Some(0)));
    assert!(scenario.contains(CHANGE.0) && readme.contains(&format!("`{}`", CHANGE.1)));
    let changed = scenario.replace(CHANGE.0, CHANGE.1);
    assert_eq!(run(rejected_by, "update.yaml", &changed), (rejected.to_owned(), Some(1)));
}

#[test]
fn the_readme_names_the_two_commands() {
    let commands = blocks(&readme()).into_iter().find(|block| !block.text.starts_with('$'));
    let commands = commands.expect("it has them").text;
    assert_eq!(commands, "cargo run --release -- run scenarios\ncargo test\n");
}

#[test]
fn the_readme_leads_to_files_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for page in ["README.md", "ARCHITECTURE.md"] {
        let text = fs::read_to_string(root.join(page)).expect("it is there");
        let links: Vec<&str> = text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
        for link in links.iter().filter(|link| !link.starts_with("https://") && !link.starts_with('#')) {
            assert!(root.join(link).exists(), "{page} leads to {link}");
        }
    }
}
