//! How long anything may take.

use std::time::Duration;

use rstmgr_model::{Cause, LogEvent, Message, Output, Told};

use super::super::run::{Event, Run, Who};
use super::{Verdict, demand, tolds};

const QUERY: Duration = Duration::from_secs(5);
const EXIT: Duration = Duration::from_secs(30);
const SERVICE_STOP: Duration = Duration::from_secs(20);
const SERVICE_START: Duration = Duration::from_secs(30);
/// From a `WM_ENDSESSION` that is not answered to `WM_CLOSE`, at most.
const CLOSE: Duration = Duration::from_millis(5_100);

/// Nobody is waited for longer than the documents or the measurements say (APP-08, APP-09, SHUT-18, OBS-SHUT-03),
/// and who is waited for under force is killed then (SHUT-16).
pub(super) fn deadlines_hold(run: &Run) -> Verdict {
    let shutdown = run.shutdown();
    if shutdown.reply.is_none() {
        return Ok(());
    }
    let events = &shutdown.events;
    for (place, (time, output)) in events.iter().enumerate() {
        let Output::Told(told) = output else { continue };
        let limit = match told.what {
            Message::Query { .. } => QUERY,
            Message::End { ending: true, .. } if run.is_windows_11 => EXIT,
            Message::End { ending: true, .. } => EXIT + CLOSE,
            Message::ConsoleEvent if told.cause == Cause::Own => EXIT,
            Message::Exit => EXIT,
            Message::Stop => SERVICE_STOP,
            _ => continue,
        };
        let ends = |(_, output): &&Event| settles(output, told);
        let end = events[place..].iter().find(ends);
        let is_in_time = end.is_some_and(|(then, _)| *then <= *time + limit);
        demand!(is_in_time, "{told:?} at {time:?} is settled by {end:?}");
    }
    if run.is_forced() {
        let survivor = Run::logged_failures(shutdown).into_iter().find(|who| who.1.is_none());
        demand!(survivor.is_none(), "{survivor:?} survives force");
    }
    calls_end(run)
}

/// Whether an output ends the waiting for somebody who was told something.
fn settles(output: &Output, told: &Told) -> bool {
    let who: Who = (told.process, told.service);
    let is_dependent = told.cause == Cause::Dependency;
    match output {
        Output::Left(left) => (left.process, left.service) == who,
        Output::Told(other) if (other.process, other.service) == who => match other.what {
            Message::Kill => true,
            Message::Answer { .. } => matches!(told.what, Message::Query { .. }),
            _ => false,
        },
        Output::Logged(record) => match &record.what {
            // A dependent that does not stop is the failure of the service that needs it gone.
            LogEvent::NotStopped(whom) => {
                (whom.process, whom.service) == who || who.1.is_some() && whom.service.is_some()
            }
            // Or that service is gone meanwhile, and needs nobody gone any more.
            LogEvent::Stopped(whom) => is_dependent && whom.service.is_some(),
            _ => false,
        },
        _ => false,
    }
}

/// The whole call ends within the sum of what it may wait for.
fn calls_end(run: &Run) -> Verdict {
    let count = |events: &[Event], fits: fn(Message) -> bool| {
        u32::try_from(tolds(events).filter(|told| fits(told.what)).count()).expect("few are told")
    };
    let shutdown = run.shutdown();
    let began = shutdown.events.first().map_or(shutdown.ended, |(time, _)| *time);
    let queries = count(&shutdown.events, |what| matches!(what, Message::Query { .. }));
    let services = u32::try_from(run.machine.services.len()).expect("there are few services");
    let limit = QUERY * queries + (EXIT + CLOSE) + EXIT * 2 + SERVICE_STOP * services;
    demand!(shutdown.ended - began <= limit, "the shutdown takes {:?}", shutdown.ended - began);
    let Some(restart) = run.restart() else { return Ok(()) };
    let began = restart.events.first().map_or(restart.ended, |(time, _)| *time);
    let limit = SERVICE_START * (services * services + 1);
    demand!(restart.ended - began <= limit, "the restart takes {:?}", restart.ended - began);
    Ok(())
}
