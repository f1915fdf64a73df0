//! Forged recordings: what no planted mistake does, done to what went in and came out.

use rstmgr_model::{
    ApplicationStatus, ApplicationType, Call, Cause, FilterTarget, Input, LogEvent, Message, Monitor, Output,
    ProcessId, RebootReasons, Reply, SessionHandle, Started, StartedBy, Told, UniqueProcess, World,
};
use rstmgr_sim::Random;

use super::watched::{Step, Watched};

/// How many forgeries are tried of each run.
const FORGERIES: u64 = 400;
/// The stream of a seed that forgeries draw from.
const STREAM: u64 = 21;

/// What replies are forged to.
const REPLIES: [Reply; 12] = [
    Reply::Success,
    Reply::Success,
    Reply::Success,
    Reply::InvalidHandle,
    Reply::MoreData,
    Reply::SessionCredentialConflict,
    Reply::Cancelled,
    Reply::FailNoActionReboot,
    Reply::FailShutdown,
    Reply::MaxSessionsReached,
    Reply::BadArguments,
    Reply::AlreadyExists,
];

/// The laws that forgeries of a run break: of each forgery the first verdict counts.
pub(crate) fn verdicts(watched: &Watched, seed: u64) -> Vec<&'static str> {
    let mut random = Random::new(seed, STREAM);
    let mut broken = Vec::new();
    for _ in 0..FORGERIES {
        let place = random.below(watched.steps.len());
        let mut step = watched.steps[place].clone();
        if !forge(&mut step, watched.world(), &mut random) {
            continue;
        }
        let mut monitor = Monitor::new(watched.world(), &step.profile);
        for (number, true_step) in watched.steps.iter().enumerate() {
            let Step { input, outputs, profile } = if number == place { &step } else { true_step };
            let found = monitor.watch(watched.world(), profile, input, outputs);
            broken.extend(found.iter().map(|broken| broken.property.name));
            if !found.is_empty() || number > place + 60 {
                break;
            }
        }
    }
    broken
}

/// Forges a step; whether there was something to forge.
fn forge(step: &mut Step, world: &World, random: &mut Random) -> bool {
    match random.below(10) {
        0 => forge_input(&mut step.input, random),
        1 => insert(step, world, random),
        2 | 3 if !step.outputs.is_empty() => {
            let place = random.below(step.outputs.len());
            let output = step.outputs.remove(place);
            if random.below(2) == 0 {
                step.outputs.insert(place, output.clone());
                step.outputs.insert(place, output);
            }
            true
        }
        _ if step.outputs.is_empty() => false,
        _ => {
            let place = random.below(step.outputs.len());
            forge_output(&mut step.outputs[place], world, random)
        }
    }
}

fn forge_input(input: &mut Input, random: &mut Random) -> bool {
    let Input::Call { call, .. } = input else { return false };
    match call {
        Call::StartSession(arguments) => match random.below(2) {
            0 => arguments.null_handle = true,
            _ => arguments.null_key = true,
        },
        Call::RegisterResources(arguments) => {
            (arguments.files.count, arguments.files.items) = (2, None);
        }
        Call::GetList(arguments) => match random.below(5) {
            0 => arguments.null_needed = true,
            1 => arguments.null_count = true,
            2 => arguments.null_reasons = true,
            3 => (arguments.null_array, arguments.capacity) = (true, [0, 1][random.below(2)]),
            _ => arguments.capacity = 0,
        },
        Call::GetFilterList(arguments) => match random.below(4) {
            0 => arguments.null_needed = true,
            1 => (arguments.null_buffer, arguments.capacity) = (true, [0, 1][random.below(2)]),
            2 => arguments.null_buffer = false,
            _ => arguments.capacity = [0, 72, 1_000][random.below(3)],
        },
        Call::Shutdown(arguments) => match random.below(3) {
            0 => arguments.has_callback = false,
            _ => arguments.flags = [0, 0x10][random.below(2)],
        },
        Call::Restart(arguments) => arguments.has_callback = false,
        Call::AddFilter { target, .. } => *target = FilterTarget::default(),
        _ => return false,
    }
    true
}

/// Adds what did not come out.
fn insert(step: &mut Step, world: &World, random: &mut Random) -> bool {
    let known: Vec<ProcessId> = world
        .processes()
        .iter()
        .map(|process| UniqueProcess { pid: process.pid, start_time: process.start_time })
        .filter_map(|unique| world.process_of(unique).map(|(process, _)| process))
        .collect();
    let (process, service) = (known[random.below(known.len())], None);
    let output = match random.below(2) {
        0 => Output::Started(Started { process, service, by: StartedBy::RestartManager }),
        _ => Output::Told(Told { process, service, what: any_message(random), cause: Cause::Own }),
    };
    step.outputs.insert(0, output);
    true
}

fn any_message(random: &mut Random) -> Message {
    [
        Message::Kill,
        Message::Close,
        Message::Query { window: 0, flags: 1 },
        Message::Answer { window: 0, agrees: Some(false) },
        Message::ConsoleEvent,
        Message::End { window: 0, flags: 1, ending: true },
        Message::Exit,
    ][random.below(7)]
}

fn forge_output(output: &mut Output, world: &World, random: &mut Random) -> bool {
    match output {
        Output::Reply(reply) | Output::Returned(_, reply) => *reply = REPLIES[random.below(REPLIES.len())],
        Output::Handle(SessionHandle(number)) => *number = [0, *number + 1][random.below(2)],
        Output::List(list) => match random.below(3) {
            0 => list.needed = list.needed.map(|needed| needed + 1),
            1 => list.reasons = Some(RebootReasons([0, 0x1f][random.below(2)])),
            _ => list.count = Some(7),
        },
        Output::Affected(entry) => match random.below(6) {
            0 => {
                entry.application_type =
                    [ApplicationType::Explorer, ApplicationType::Unknown][random.below(2)]
            }
            1 => entry.status = ApplicationStatus([0, 2, 3, 8, 16, 0x41][random.below(6)]),
            2 => entry.service = None,
            3 => entry.restartable = true,
            4 => {
                let others = world.processes();
                let other = &others[random.below(others.len())];
                (entry.process.pid, entry.process.start_time) = (other.pid, other.start_time);
            }
            _ => entry.process.start_time += 1,
        },
        Output::LeftOpen(count) => *count += 1,
        Output::DatabaseSession(session) => match random.below(2) {
            0 => session.number += 100,
            _ => session.abandoned = !session.abandoned,
        },
        Output::Status(_, percent) => *percent = [0, 50, 101][random.below(3)],
        Output::FilterList(needed) => *needed = needed.map(|needed| needed + 2_000),
        Output::Filter(entry) => match random.below(3) {
            0 => entry.next += 8,
            1 => entry.text_at = None,
            _ => entry.action = 3 - entry.action,
        },
        Output::Told(told) => match random.below(4) {
            0 => told.cause = [Cause::Console, Cause::Host, Cause::Own][random.below(3)],
            1 => told.what = any_message(random),
            2 => told.what = Message::Answer { window: 0, agrees: Some(false) },
            _ => told.process = world.installers()[0].process,
        },
        Output::Started(started) => started.by = StartedBy::RestartManager,
        Output::Logged(record) => return forge_record(&mut record.what, world),
        Output::Result(result) => *result = 0,
        _ => return false,
    }
    true
}

fn forge_record(what: &mut LogEvent, world: &World) -> bool {
    match what {
        LogEvent::Registered { files, .. } => *files += 100,
        LogEvent::Stopped(whom) => whom.process = world.installers()[0].process,
        LogEvent::SessionStarted => *what = LogEvent::SessionEnded,
        _ => return false,
    }
    true
}
