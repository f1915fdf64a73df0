//! What the long calls return.

use rstmgr_model::{Message, ProcessKind, RebootReasons, Reply, SHUTDOWN_ONLY_REGISTERED};

use super::super::run::{Run, Who};
use super::{Verdict, demand, tolds};

/// The reply says what happened (SHUT-06, SHUT-07, SHUT-21, SHUT-28, REST-06).
pub(super) fn fit(run: &Run) -> Verdict {
    shutdown_fits(run)?;
    restart_fits(run)
}

fn shutdown_fits(run: &Run) -> Verdict {
    let shutdown = run.shutdown();
    let Some(reply) = shutdown.reply else { return Ok(()) };
    let (_, reasons) = run.list(0).expect("it is made before");
    let is_quiet = tolds(&shutdown.events).next().is_none();
    demand!(
        (reply == Reply::FailNoActionReboot) == (reasons != RebootReasons::NONE),
        "{reply:?} for {reasons:?}"
    );
    if reasons != RebootReasons::NONE {
        demand!(is_quiet, "somebody is told something though a reboot is needed");
        return Ok(());
    }
    let targets = run.targets();
    if let Some(who) = not_registered(run, &targets) {
        demand!(reply == Reply::FailShutdown && is_quiet, "{reply:?} though {who:?} cannot be restarted");
        return Ok(());
    }
    let needs_force = |(process, service): &&Who| {
        service.is_none() && run.process(*process).kind == ProcessKind::Windowless
    };
    let unknown = targets.iter().find(needs_force).filter(|_| !run.is_forced());
    if let Some(who) = unknown {
        demand!(reply == Reply::FailShutdown, "{reply:?} though {who:?} takes force");
        demand!(is_quiet || !run.is_windows_11, "somebody is told something though {who:?} takes force");
        return Ok(());
    }
    let is_no = |what: Message| matches!(what, Message::Answer { agrees, .. } if agrees != Some(true));
    if !run.is_forced() && tolds(&shutdown.events).any(|told| is_no(told.what)) {
        demand!(reply == Reply::FailShutdown, "{reply:?} after a refusal");
        let ends = |what: Message| {
            !matches!(
                what,
                Message::Query { .. } | Message::Answer { .. } | Message::End { ending: false, .. }
            )
        };
        let ended = tolds(&shutdown.events).find(|told| ends(told.what));
        demand!(ended.is_none(), "{ended:?} in spite of a refusal");
        return Ok(());
    }
    let failed = Run::logged_failures(shutdown);
    let stories = run.stories();
    for who in &targets {
        let has_left = stories.get(who).is_some_and(|story| story.left.is_some());
        demand!(has_left || failed.contains(who), "{who:?} still runs and did not fail");
    }
    let expected = if failed.is_empty() { Reply::Success } else { Reply::FailShutdown };
    demand!(reply == expected, "{reply:?}, and these failed: {failed:?}");
    Ok(())
}

/// Somebody who keeps `RmShutdownOnlyRegistered` from stopping anybody.
fn not_registered(run: &Run, targets: &[Who]) -> Option<Who> {
    let passes = |(process, service): &Who| {
        service.is_some() || run.is_restartable(*process, run.process(*process).restart)
    };
    let is_asked = run.machine.workload.shutdown_flags & SHUTDOWN_ONLY_REGISTERED != 0;
    targets.iter().copied().find(|who| is_asked && !passes(who))
}

fn restart_fits(run: &Run) -> Verdict {
    let Some(restart) = run.restart() else { return Ok(()) };
    let Some(reply) = restart.reply else { return Ok(()) };
    let failed = Run::logged_failures(restart);
    let running = run.running_after(restart);
    let missing = run
        .stopped()
        .into_iter()
        .find(|who| who.1.is_some() && run.filter_of(*who).is_none() && !running.contains(who));
    match reply {
        Reply::Success => {
            demand!(failed.is_empty(), "success, and these failed: {failed:?}");
            demand!(missing.is_none(), "success, and {missing:?} does not run");
        }
        Reply::FailRestart => {
            let is_late = services_told(run).any(|who| !running.contains(&who));
            demand!(!failed.is_empty() || missing.is_some() || is_late, "352, and nobody failed");
        }
        _ => return Err(format!("{reply:?} from RmRestart")),
    }
    Ok(())
}

/// The services that a restart had started, dependents too.
fn services_told(run: &Run) -> impl Iterator<Item = Who> {
    let events = run.restart().map_or(&[][..], |restart| &restart.events);
    tolds(events).map(|told| (told.process, told.service))
}
