//! The backend `remote`, and the agent at its far end: whole, and broken in every way that somebody thought of.

mod agent;
#[cfg(target_os = "linux")]
mod broken;

use std::process::Command;

use rstmgr_conformance::suite::{self, BackendKind};
use rstmgr_conformance::trace::Trace;

use crate::{all_scenarios, below_scenarios, scenarios_directory};

/// The command of an agent on this machine.
fn agent(backend: &str) -> String {
    let program = env!("CARGO_BIN_EXE_rstmgr").replace('\\', "/");
    format!("remote:'{program}' agent --backend {backend}")
}

#[test]
fn every_scenario_shows_the_same_as_on_the_backend_itself() {
    let remote: BackendKind = agent("simulated").parse().unwrap();
    let mut wrong = Vec::new();
    suite::in_order(
        &all_scenarios(),
        2,
        |(path, scenario, source)| {
            let [here, there] = [&BackendKind::Simulated, &remote].map(|backend| {
                let run = backend.run_source(source, scenario).map_err(|error| format!("{error:?}"))?;
                Ok::<_, String>(Trace::new(scenario, &run).with_text(&source.text).to_bytes())
            });
            (here != there).then(|| below_scenarios(path))
        },
        |name| wrong.extend(name),
    );
    assert_eq!(wrong, Vec::<String>::new());
}

/// A command can be a connection to another machine, which takes its time.
#[test]
fn one_agent_serves_many_scenarios() {
    let directory = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_rstmgr");
    std::fs::write(directory.path().join("far.sh"), format!("echo $$ >> started\nexec '{program}' agent\n"))
        .unwrap();
    for number in 0..20 {
        let text =
            format!("version: 1\nscenario: Number {number}\nsteps:\n- start-session: {{ as: main }}\n");
        std::fs::write(directory.path().join(format!("{number}.yaml")), text).unwrap();
    }
    for jobs in ["1", "3"] {
        let output = Command::new(program)
            .args(["run", ".", "--jobs", jobs, "--backend", "remote:sh far.sh"])
            .current_dir(directory.path())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
        let started = std::fs::read_to_string(directory.path().join("started")).unwrap();
        std::fs::remove_file(directory.path().join("started")).unwrap();
        let most: usize = jobs.parse().unwrap();
        assert!((1..=most).contains(&started.lines().count()), "{started}");
    }
}

/// Also a scenario that is no file, such as one that a search found.
#[test]
fn a_scenario_without_a_file_is_written_down_for_the_far_end() {
    let remote: BackendKind = agent("mutant:second-end-succeeds").parse().unwrap();
    let (_, scenario, _) = all_scenarios().swap_remove(0);
    let mutant: BackendKind = "mutant:second-end-succeeds".parse().unwrap();
    let [here, there] =
        [mutant, remote].map(|backend| Trace::new(&scenario, &backend.run(&scenario).unwrap()).to_bytes());
    assert_eq!(String::from_utf8(here), String::from_utf8(there));
}

#[test]
fn the_simulator_and_a_remote_one_do_not_differ() {
    let output = Command::new(env!("CARGO_BIN_EXE_rstmgr"))
        .args(["compare", "scenarios/filters", "--left", "simulated", "--right", &agent("simulated")])
        .current_dir(scenarios_directory().join(".."))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("; 0 differences known, 0 unknown"), "{text}");
}

/// What the far end cannot make real is skipped here, too, and the same agent goes on with the next scenario.
#[test]
fn what_the_far_end_skips_is_skipped() {
    let directory = tempfile::tempdir().unwrap();
    let recordings = tempfile::tempdir().unwrap();
    for name in ["one", "two"] {
        let text = format!("version: 1\nscenario: Number {name}\nsteps:\n- start-session: {{ as: main }}\n");
        std::fs::write(directory.path().join(format!("{name}.yaml")), text).unwrap();
    }
    let backend = format!("recorded:{}", recordings.path().to_str().unwrap().replace('\\', "/"));
    let output = Command::new(env!("CARGO_BIN_EXE_rstmgr"))
        .args(["run", ".", "--jobs", "1", "--backend", &agent(&backend)])
        .current_dir(directory.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("0 accepted, 0 rejected, 2 skipped"), "{text}");
}
