//! Virtual time costs nothing, and deadlines are exact.

use std::time::Duration;

use rstmgr_model::profile::Timing;
use rstmgr_model::{ApplicationStatus, Output, ProcessKind, Profile, Reply};

use super::scene::{Draft, Scene};

#[test]
fn an_agreeing_program_that_stays_is_given_up_after_30_s() {
    let mut draft = Draft::new();
    let mut program = draft.program(ProcessKind::MainWindow, Duration::ZERO);
    program.behavior.on_end = rstmgr_model::OnEnd::Stays;
    program.behavior.leaves_on_close = None;
    draft.world.add_process(program);
    let mut scene = draft.start(Profile::windows_11());
    let began = scene.shutdown(0);
    let (reply, _) = scene.finish(began);
    assert_eq!((reply, scene.simulator.now()), (Reply::FailShutdown, Duration::from_secs(30)));
    let status = scene.list().iter().find_map(|output| match output {
        Output::Affected(entry) => Some(entry.status.0),
        _ => None,
    });
    assert_eq!(status, Some(ApplicationStatus::RUNNING.0 | ApplicationStatus::ERROR_ON_STOP.0));
}

#[test]
fn a_long_wait_takes_as_many_steps_as_a_short_one() {
    let hours = Duration::from_secs(10_000 * 3600);
    let wait = |leaves: Duration| {
        let mut draft = Draft::new();
        let mut program = draft.program(ProcessKind::MainWindow, leaves);
        program.behavior.leaves_on_close = None;
        draft.world.add_process(program);
        let mut scene: Scene = draft.start(Profile::windows_11().with_timing(Timing::Exit, hours * 2));
        let began = scene.shutdown(0);
        let (reply, _) = scene.finish(began);
        assert_eq!((reply, scene.simulator.now()), (Reply::Success, leaves));
        scene.steps
    };
    assert_eq!(wait(hours), wait(Duration::from_secs(1)));
}
