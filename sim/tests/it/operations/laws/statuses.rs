//! What the lists say after a shutdown and after a restart, and who is restarted.

use rstmgr_model::{
    ApplicationStatus, Cause, LogEvent, Message, Output, ProcessId, ServiceId, StartedBy, UniqueProcess,
};

use super::super::run::{Listed, NO_SHUTDOWN, Run, Story, Who};
use super::{Verdict, demand, tolds};

const RUNNING: u32 = ApplicationStatus::RUNNING.0;
const STOPPED: u32 = ApplicationStatus::STOPPED.0;
const STOPPED_OTHER: u32 = ApplicationStatus::STOPPED_OTHER.0;
const RESTARTED: u32 = ApplicationStatus::RESTARTED.0;
const ERROR_ON_STOP: u32 = ApplicationStatus::ERROR_ON_STOP.0;
const ERROR_ON_RESTART: u32 = ApplicationStatus::ERROR_ON_RESTART.0;

/// Every status fits what happened (TYPE-16 to -24, OBS-FILTER-03).
pub(super) fn fit(run: &Run) -> Verdict {
    let (Some((before, _)), Some((after, _))) = (run.list(0), run.list(1)) else { return Ok(()) };
    let stories = run.stories();
    let targets = run.targets();
    for listed in &before {
        let story = stories.get(&listed.who).copied().unwrap_or_default();
        let expected = after_shutdown(&story, targets.contains(&listed.who))? | masks(run, listed.who);
        let found = find(&after, listed);
        if expected & STOPPED_OTHER != 0 && !run.is_windows_11 {
            // The documented profile forgets who left by itself.
            continue;
        }
        demand!(found == vec![expected], "{:?} has {found:?} and not {expected:#x}: {story:?}", listed.who);
    }
    let Some((last, _)) = run.list(2) else { return Ok(()) };
    let restart = run.restart().expect("it comes before the last list");
    for listed in &after {
        if listed.entry.status.0 & STOPPED == 0 {
            continue;
        }
        let has_failed = Run::logged_failures(restart).contains(&listed.who);
        // Whoever is filtered starts for another's sake alone.
        let is_restarted = was_started(run, listed.who) && run.filter_of(listed.who).is_none();
        let expected: &[u32] = match (has_failed, is_restarted) {
            (true, false) => &[STOPPED | ERROR_ON_RESTART],
            // It came up after its time, and may have been restarted as another's dependent then.
            (true, true) => &[STOPPED | ERROR_ON_RESTART, RESTARTED],
            (false, true) => &[RESTARTED],
            (false, false) => &[STOPPED],
        };
        let found = find(&last, listed);
        let masks = masks(run, listed.who);
        let fits = expected.iter().any(|state| found == vec![state | masks]);
        demand!(fits, "{:?} has {found:?} and none of {expected:?} with {masks} at last", listed.who);
    }
    Ok(())
}

fn after_shutdown(story: &Story, is_target: bool) -> Result<u32, String> {
    Ok(match (story.left, story.failed) {
        (None, None) => RUNNING,
        (None, Some(_)) => RUNNING | ERROR_ON_STOP,
        (Some(left), Some(failed)) => {
            demand!(failed < left, "a failure is logged of who is gone: {story:?}");
            STOPPED_OTHER | ERROR_ON_STOP
        }
        (Some(left), None) if is_target && story.told.is_some_and(|told| told < left) => STOPPED,
        (Some(_), None) => STOPPED_OTHER,
    })
}

/// The statuses under which a list has somebody with the id that it had in another.
fn find(list: &[Listed], listed: &Listed) -> Vec<u32> {
    let is_same = |other: &&Listed| (other.who, unique(other)) == (listed.who, unique(listed));
    list.iter().filter(is_same).map(|listed| listed.entry.status.0).collect()
}

fn unique(listed: &Listed) -> UniqueProcess {
    listed.entry.process
}

fn masks(run: &Run, who: Who) -> u32 {
    match run.filter_of(who) {
        None => 0,
        Some(NO_SHUTDOWN) => ApplicationStatus::SHUTDOWN_MASKED.0,
        Some(_) => ApplicationStatus::RESTART_MASKED.0,
    }
}

/// Whether the restart had somebody started.
fn was_started(run: &Run, who: Who) -> bool {
    run.restart().is_some_and(|restart| {
        restart.events.iter().any(|(_, output)| match output {
            Output::Started(started) => {
                (started.process, started.service) == who
                    && matches!(started.by, StartedBy::RestartManager | StartedBy::ServiceControlManager)
            }
            _ => false,
        })
    })
}

/// Nobody is started but who was stopped, or a service that the list named (REST-01, OBS-RESTART-05); of those,
/// exactly who registered, may be restarted, and is not filtered (REST-17 to -25, FILT-30).
pub(super) fn only_the_stopped_are_restarted(run: &Run) -> Verdict {
    let Some(restart) = run.restart() else { return Ok(()) };
    let stopped = run.stopped();
    for (_, output) in &restart.events {
        let Output::Started(started) = output else { continue };
        let who = (started.process, started.service);
        if started.by == StartedBy::RestartManager {
            demand!(stopped.contains(&who), "{started:?}, who was not stopped");
        }
    }
    for (process, service) in &stopped {
        if service.is_none() {
            program_is_restarted_rightly(run, *process)?;
        }
    }
    let (named, _) = run.list(0).expect("it is made before");
    for told in tolds(&restart.events) {
        let (Message::Start, Some(service)) = (told.what, told.service) else {
            return Err(format!("{told:?} in a restart"));
        };
        let who = (told.process, Some(service));
        if told.cause == Cause::Own {
            let is_named = named.iter().any(|listed| listed.who == who);
            demand!(is_named, "{told:?}, whom the list did not name");
            demand!(run.filter_of(who).is_none(), "{told:?}, who is filtered");
        } else {
            is_needed(run, service, &named)?;
            let is_masked = run.filter_of(who).is_some();
            // Who needs it may still be waiting for it, untold.
            let dependents = run.dependents_of(service);
            let is_meant = |listed: &Listed| {
                let is_dependent = listed.who.1.is_some_and(|other| dependents.contains(&other));
                is_dependent && run.filter_of(listed.who).is_none()
            };
            let mut others = tolds(&restart.events).filter_map(|told| told.service);
            let is_need = named.iter().any(is_meant) || others.any(|other| dependents.contains(&other));
            demand!(!is_masked || is_need, "{told:?}, who is filtered and nobody's need");
        }
    }
    Ok(())
}

fn program_is_restarted_rightly(run: &Run, process: ProcessId) -> Verdict {
    let restart = run.restart().expect("it was called");
    let facts = run.process(process);
    let (mut is_started, mut has_failed, mut came_back) = (false, false, false);
    let earlier = run.shutdown().events.iter().map(|event| (false, event));
    for (is_restart, (_, output)) in earlier.chain(restart.events.iter().map(|event| (true, event))) {
        match output {
            Output::Started(started) if started.process == process => {
                is_started |= is_restart && started.by == StartedBy::RestartManager;
                came_back |= started.by == StartedBy::Itself;
            }
            Output::Logged(record) => {
                has_failed |= matches!(&record.what, LogEvent::NotRestarted(whom) if whom.process == process);
            }
            _ => {}
        }
    }
    let may =
        run.is_restartable(process, run.registration(process)) && run.filter_of((process, None)).is_none();
    let can = !facts.behavior.fails_to_start && !run.machine.missing_programs.contains(&facts.image);
    demand!(may || !is_started && !has_failed, "{process:?} may not be restarted");
    demand!(can || !is_started, "{process:?} cannot be restarted");
    // Who came back, or had run for too short a time by the documents, is let be.
    let is_excused = came_back || !run.is_windows_11 && facts.age.is_some();
    let is_dealt_with = is_started == can && has_failed != can;
    demand!(!may || is_excused || is_dealt_with, "{process:?} is not restarted, but could be");
    Ok(())
}

/// A service that starts for another's sake is needed by one that the list named, or depends on one.
fn is_needed(run: &Run, service: ServiceId, named: &[Listed]) -> Verdict {
    let is_related = named.iter().filter_map(|listed| listed.who.1).any(|other| {
        run.dependents_of(other).contains(&service)
            || run.dependents_of(service).contains(&other)
            || run.dependents_of(other).iter().any(|each| run.dependents_of(service).contains(each))
    });
    demand!(is_related, "{service:?} starts for nobody's sake");
    Ok(())
}
