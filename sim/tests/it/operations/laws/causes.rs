//! Effects that follow by themselves: on a console, among services, in a host.

use std::time::Duration;

use rstmgr_model::{Cause, Message, Output, Told};

use super::super::run::{Run, change};
use super::{Verdict, demand};

/// What follows by itself says so, and follows only from what it says (CON-05, ORDER-06, SHUT-18).
pub(super) fn effects_have_their_cause(run: &Run) -> Verdict {
    let mut running = run.running_after(&run.calls[0]);
    let events = &run.shutdown().events;
    for (place, (time, output)) in events.iter().enumerate() {
        change(&mut running, output);
        let Output::Told(told) = output else { continue };
        let near: Vec<&Told> = at_once(run, *time).filter(|other| *other != told).collect();
        match told.cause {
            Cause::Own if told.what == Message::ConsoleEvent => {
                let sharers = run.machine.processes.iter().filter(|other| {
                    **other != told.process
                        && shares_console(run, told, **other)
                        && running.contains(&(**other, None))
                });
                for sharer in sharers {
                    let is_told = near
                        .iter()
                        .any(|other| other.process == *sharer && other.what == Message::ConsoleEvent);
                    demand!(is_told, "{sharer:?} shares a console with {told:?} and does not get it");
                }
            }
            Cause::Own if told.what == Message::Kill && told.service.is_some() => {
                // Those in the host who are not named here had stopped by then.
                let others = run.machine.services.iter().filter(|other| {
                    Some(**other) != told.service
                        && run.service(**other).process == told.process
                        && running.contains(&(told.process, Some(**other)))
                });
                for other in others {
                    let falls =
                        near.iter().any(|near| near.service == Some(*other) && near.what == Message::Kill);
                    demand!(falls, "{other:?} outlives its host: {told:?}");
                }
            }
            Cause::Own => {}
            Cause::Console => {
                let is_meant = near.iter().any(|other| {
                    (other.what, other.cause) == (Message::ConsoleEvent, Cause::Own)
                        && shares_console(run, other, told.process)
                });
                demand!(told.what == Message::ConsoleEvent && is_meant, "{told:?} has no cause");
            }
            Cause::Host => {
                let is_meant = near.iter().any(|other| {
                    (other.process, other.what) == (told.process, Message::Kill)
                        && matches!(other.cause, Cause::Own | Cause::Dependency)
                });
                demand!(told.what == Message::Kill && is_meant, "{told:?} has no cause");
            }
            Cause::Dependency => depends(run, told, place)?,
            Cause::SystemShutdown => return Err(format!("{told:?} while the system stays up")),
        }
    }
    Ok(())
}

/// A service that stops, or whose host is killed, for another's sake depends on one that is to be stopped.
fn depends(run: &Run, told: &Told, place: usize) -> Verdict {
    let targets = run.targets();
    let is_needed = targets
        .iter()
        .filter_map(|(_, service)| *service)
        .any(|target| told.service.is_some_and(|service| run.dependents_of(target).contains(&service)));
    let is_end = matches!(told.what, Message::Stop | Message::Kill);
    demand!(is_end && is_needed, "{told:?}, event {place}, has no cause");
    Ok(())
}

fn shares_console(run: &Run, told: &Told, other: rstmgr_model::ProcessId) -> bool {
    let console = run.process(told.process).console;
    console.is_some() && run.process(other).console == console
}

/// Who was told what in the same moment.
fn at_once(run: &Run, time: Duration) -> impl Iterator<Item = &Told> {
    run.shutdown().events.iter().filter_map(move |(then, output)| match output {
        Output::Told(told) if *then == time => Some(told),
        _ => None,
    })
}
