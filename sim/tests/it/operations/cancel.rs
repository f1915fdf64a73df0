//! A long call that is cancelled at each of its steps.

use std::collections::BTreeSet;
use std::time::Duration;

use rstmgr_model::profile::Timing;
use rstmgr_model::{
    ApplicationStatus, Cause, Flaw, HiddenWindow, Message, OnQuery, OnStart, OnStop, Output, ProcessId,
    ProcessKind, Profile, Reply, StartedBy,
};

use super::scene::{Draft, Scene, reply};

/// A machine with somebody of each class, all of whom take their time.
fn scene(profile: Profile) -> Scene {
    let seconds = Duration::from_secs;
    let mut draft = Draft::new();
    let mut first = draft.program(ProcessKind::MainWindow, seconds(2));
    let name = draft.world.text("hidden");
    let on_query = OnQuery::Answers { agrees: true, after: seconds(1) };
    first.behavior.hidden_windows.push(HiddenWindow { name, on_query });
    draft.world.add_process(first);
    for kind in [ProcessKind::OtherWindow, ProcessKind::Console, ProcessKind::Console, ProcessKind::Explorer]
    {
        let process = draft.program(kind, seconds(3));
        draft.world.add_process(process);
    }
    let mut services = Vec::new();
    for name in ["Indexer", "Reader"] {
        let host = draft.program(ProcessKind::Windowless, Duration::ZERO);
        let host = draft.world.add_process(host);
        let mut service = draft.world.service(host, name, name);
        service.on_stop = OnStop::Stops(seconds(4));
        service.on_start = OnStart::Runs(seconds(5));
        services.push(draft.world.add_service(service));
    }
    draft.world.add_dependent(services[0], services[1]);
    draft.start(profile)
}

/// Whether an output means that somebody is meant to stop or to start.
fn is_meant(output: &Output) -> bool {
    match output {
        Output::Told(told) => {
            told.cause == Cause::Own
                && !matches!(told.what, Message::End { ending: false, .. } | Message::Answer { .. })
        }
        Output::Started(started) => started.by == StartedBy::RestartManager,
        _ => false,
    }
}

/// Those whom a list has with a status.
fn with_status(list: &[Output], status: ApplicationStatus) -> BTreeSet<u32> {
    let pids = list.iter().filter_map(|output| match output {
        Output::Affected(entry) if entry.status.0 & status.0 != 0 => Some(entry.process.pid),
        _ => None,
    });
    pids.collect()
}

/// How many steps a call takes from here on.
fn steps(scene: &Scene, began: &[Output]) -> u32 {
    let mut scene = scene.clone();
    let before = scene.steps;
    scene.finish(began.to_vec());
    scene.steps - before
}

/// Runs a call for some steps and cancels it; its reply, and what came out since.
fn cancel_after(scene: &mut Scene, count: u32) -> (Reply, Vec<Output>) {
    for _ in 0..count {
        scene.step().expect("the call is under way");
    }
    let outputs = scene.cancel();
    scene.finish(outputs)
}

#[test]
fn a_shutdown_can_be_cancelled_at_every_step() {
    let mut fresh = scene(Profile::windows_11());
    fresh.list();
    let began = fresh.shutdown(0);
    let all = steps(&fresh, &began);
    assert!(all > 20, "{all} steps");
    let mut replies = BTreeSet::new();
    for count in 0..all {
        let mut scene = fresh.clone();
        let (reply, outputs) = cancel_after(&mut scene, count);
        let is_too_late = reply == Reply::Success;
        assert!(is_too_late || reply == Reply::Cancelled, "{reply:?} after {count} steps");
        assert!(!outputs.iter().any(is_meant), "somebody is told after {count} steps: {outputs:?}");
        replies.insert(reply);
        let stopped = with_status(&scene.list(), ApplicationStatus::STOPPED);
        let later = scene.settle();
        assert!(
            !later.iter().any(|output| matches!(output, Output::Started(_) | Output::Told(_))),
            "{later:?}"
        );
        assert_eq!(with_status(&scene.list(), ApplicationStatus::STOPPED), stopped, "after {count} steps");
        let began = scene.restart();
        let (reply, _) = scene.finish(began);
        assert_eq!(reply, Reply::Success, "after {count} steps");
        let restarted = with_status(&scene.list(), ApplicationStatus::RESTARTED);
        assert!(restarted.is_superset(&stopped), "{stopped:?} and {restarted:?} after {count} steps");
    }
    assert_eq!(replies, BTreeSet::from([Reply::Success, Reply::Cancelled]));
}

#[test]
fn a_restart_can_be_cancelled_at_every_step() {
    let mut fresh = scene(Profile::windows_11());
    fresh.list();
    let began = fresh.shutdown(0);
    assert_eq!(fresh.finish(began).0, Reply::Success);
    let began = fresh.restart();
    let all = steps(&fresh, &began);
    for count in 0..all {
        let mut scene = fresh.clone();
        let (reply, outputs) = cancel_after(&mut scene, count);
        assert!(matches!(reply, Reply::Success | Reply::Cancelled), "{reply:?} after {count} steps");
        assert!(!outputs.iter().any(is_meant), "somebody is told after {count} steps: {outputs:?}");
        let began = scene.restart();
        assert_eq!(scene.finish(began).0, Reply::Success, "after {count} steps");
        scene.settle();
        let world = scene.simulator.machine().world();
        let hosts: Vec<ProcessId> = world.services().iter().map(|service| service.process).collect();
        assert!(hosts.iter().all(|host| scene.simulator.machine().is_process_running(*host)));
        let listed = scene.list();
        let stopped = with_status(&listed, ApplicationStatus::STOPPED);
        assert!(stopped.is_empty(), "{stopped:?} stay stopped after {count} steps");
    }
}

#[test]
fn a_list_that_takes_time_can_be_cancelled() {
    let profile = Profile::windows_11().with_timing(Timing::List, Duration::from_secs(2));
    let mut fresh = scene(profile);
    let began = fresh.list();
    assert_eq!(steps(&fresh, &began), 1);
    let mut cancelled = fresh.clone();
    let (answer, outputs) = cancel_after(&mut cancelled, 0);
    assert_eq!((answer, cancelled.simulator.now()), (Reply::Cancelled, Duration::ZERO));
    assert!(!outputs.iter().any(|output| matches!(output, Output::Affected(_))));
    // Once it is over nothing is left to cancel.
    let outputs = fresh.step().expect("it is under way");
    assert_eq!(outputs.iter().find_map(reply), Some(Reply::Success));
    assert_eq!(fresh.simulator.now(), Duration::from_secs(2));
    assert_eq!(fresh.cancel().iter().find_map(reply), None);
}

#[test]
fn an_ignored_cancel_is_noticed_here() {
    let mut flawed = scene(Profile::windows_11());
    let machine = flawed.simulator.machine().clone().with_flaw(Flaw::CancelIgnored);
    *flawed.simulator.machine_mut() = machine;
    flawed.shutdown(0);
    let (reply, outputs) = cancel_after(&mut flawed, 3);
    assert_eq!(reply, Reply::Success);
    assert!(outputs.iter().any(is_meant));
}
