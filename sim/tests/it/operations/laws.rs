//! The laws, written from the rules: each looks at what went in and what came out, and tells what breaks it.

mod causes;
mod replies;
mod statuses;
mod times;

use std::collections::BTreeMap;

use rstmgr_model::{ApplicationType, Call, Cause, Message, Output, ProcessKind, Reply, StartedBy, Told};

use super::run::{Event, Run, Who};

/// What a law says of a run.
pub(crate) type Verdict = Result<(), String>;

/// A law with its name.
pub(crate) type Law = (&'static str, fn(&Run) -> Verdict);

/// All of them; that the same seed gives the same is checked where runs are made.
pub(crate) const LAWS: [Law; 9] = [
    ("percentages rise", percentages_rise),
    ("classes keep their order", classes_keep_their_order),
    ("bystanders are spared", bystanders_are_spared),
    ("statuses fit", statuses::fit),
    ("only the stopped are restarted", statuses::only_the_stopped_are_restarted),
    ("effects have their cause", causes::effects_have_their_cause),
    ("what is over is over", over_is_over),
    ("replies fit", replies::fit),
    ("deadlines hold", times::deadlines_hold),
];

/// Fails with a text unless the condition holds.
macro_rules! demand {
    ($condition:expr, $($text:tt)+) => {
        if !$condition {
            return Err(format!($($text)+));
        }
    };
}
pub(crate) use demand;

/// Percentages of a call strictly increase within 0..=100 (STATUS-02, -04), and on Windows 11 the first comes
/// before anybody is told anything (OBS-SHUT-15).
fn percentages_rise(run: &Run) -> Verdict {
    for call in &run.calls {
        let mut last = None;
        for (time, output) in &call.events {
            match output {
                Output::Status(_, percent) => {
                    demand!(*percent <= 100, "{percent} at {time:?}");
                    demand!(last.is_none_or(|last| last < *percent), "{percent} after {last:?} at {time:?}");
                    last = Some(*percent);
                }
                Output::Told(told) if run.is_windows_11 => {
                    demand!(last.is_some(), "{told:?} comes before the first percentage");
                }
                _ => {}
            }
        }
        if call.reply == Some(Reply::Success) && matches!(call.call, Call::Shutdown(_) | Call::Restart(_)) {
            demand!(
                last == Some(100) || last.is_none() && !run.is_windows_11,
                "the last percentage of a success is {last:?}"
            );
        }
    }
    Ok(())
}

/// The place of somebody in the order of stopping (ORDER-01).
pub(crate) fn class(run: &Run, (process, service): Who) -> u8 {
    if service.is_some() {
        return 2;
    }
    match run.process(process).kind {
        ProcessKind::MainWindow | ProcessKind::OtherWindow => 0,
        ProcessKind::Console => 1,
        ProcessKind::Explorer => 3,
        ProcessKind::Windowless => 4,
    }
}

/// Windows, consoles, services, the shell and the rest are stopped in this order, and started in the reverse one
/// (ORDER-01, ORDER-02).
fn classes_keep_their_order(run: &Run) -> Verdict {
    let mut last = 0;
    for told in tolds(&run.shutdown().events).filter(|told| told.cause == Cause::Own) {
        let class = class(run, (told.process, told.service));
        demand!(class >= last, "{told:?} of class {class} comes after class {last}");
        last = class;
    }
    let Some(restart) = run.restart() else { return Ok(()) };
    let mut first = BTreeMap::new();
    for (place, (_, output)) in restart.events.iter().enumerate() {
        let who = match output {
            Output::Told(told) if told.what == Message::Start => (told.process, told.service),
            Output::Started(started) if started.by == StartedBy::RestartManager => {
                (started.process, started.service)
            }
            _ => continue,
        };
        first.entry(class(run, who)).or_insert(place);
    }
    let places: Vec<usize> = first.into_values().collect();
    demand!(places.iter().rev().is_sorted(), "the classes begin to start at {places:?}");
    Ok(())
}

/// Nobody is told anything who is critical, filtered, of another terminal session, or not on the list (SHUT-04,
/// SHUT-32, GEN-12).
fn bystanders_are_spared(run: &Run) -> Verdict {
    let (entries, _) = run.list(0).expect("it is made before");
    let targets = run.targets();
    for told in tolds(&run.shutdown().events).filter(|told| told.cause == Cause::Own) {
        let who = (told.process, told.service);
        let listed = entries.iter().find(|listed| listed.who == who);
        demand!(listed.is_some(), "{told:?}, who is not listed");
        demand!(targets.contains(&who), "{told:?}, who is filtered");
        let is_critical = listed
            .is_some_and(|listed| listed.entry.application_type == ApplicationType::Critical)
            || run.process(told.process).critical;
        demand!(!is_critical, "{told:?}, who is critical");
        let is_elsewhere = told.service.is_none() && run.process(told.process).terminal_session != 1;
        demand!(!is_elsewhere, "{told:?}, who is in another terminal session");
    }
    Ok(())
}

/// A call that was under way returns once, or never; nothing of it is due afterwards.
fn over_is_over(run: &Run) -> Verdict {
    for call in &run.calls {
        let mut open = 0_i32;
        for (time, output) in &call.events {
            match output {
                Output::Pending(_) => open += 1,
                Output::Returned(..) | Output::Abandoned(_) => {
                    open -= 1;
                    demand!(open == 0, "{output:?} at {time:?} ends nothing");
                }
                Output::Told(_) | Output::Status(..) => demand!(open == 1, "{output:?} outside of a call"),
                _ => {}
            }
        }
        demand!(open == 0, "{:?} is still under way", call.call);
    }
    for (time, output) in &run.after {
        let is_late_start = matches!(output, Output::Told(Told { what: Message::Start, .. }));
        let is_fact = matches!(output, Output::Left(_) | Output::Started(_) | Output::LeftOpen(_));
        demand!(is_late_start || is_fact, "{output:?} at {time:?}, after all calls");
        if let Output::Started(started) = output {
            demand!(started.by != StartedBy::RestartManager, "{started:?} after all calls");
        }
    }
    Ok(())
}

/// Who was told what.
pub(crate) fn tolds(events: &[Event]) -> impl Iterator<Item = &Told> {
    events.iter().filter_map(|(_, output)| match output {
        Output::Told(told) => Some(told),
        _ => None,
    })
}
