//! What is asked of a backend, where no name has to be looked up.

use std::sync::Arc;

use crate::request;
use crate::scenario::{Act, FileElement, ProcessOf, Registration};

pub(super) fn act(act: &Act) -> request::Act {
    match act {
        Act::ReplaceFile(file) => request::Act::ReplaceFile(file.clone()),
        Act::ScheduleReplacement(file) => request::Act::ScheduleReplacement(file.clone()),
        Act::RemoveFile(file) => request::Act::RemoveFile(file.clone()),
        Act::RestoreFile(file) => request::Act::RestoreFile(file.clone()),
        Act::StartService(service) => request::Act::StartService(*service),
        Act::StopService(service) => request::Act::StopService(*service),
        Act::SwitchService { service, enabled } => {
            request::Act::SwitchService { service: *service, enabled: *enabled }
        }
        Act::InitiateShutdown { flags, grace } => {
            let grace = u64::try_from(grace.as_millis()).unwrap_or(u64::MAX);
            request::Act::InitiateShutdown { flags: *flags, grace }
        }
        Act::ExitWindows { flags } => request::Act::ExitWindows { flags: *flags },
        Act::AbortShutdown => request::Act::AbortShutdown,
        Act::LogOn => request::Act::LogOn,
    }
}

pub(super) fn registration(registration: &Registration) -> request::Registration {
    match registration {
        Registration::Register { application, arguments, flags } => request::Registration::Register {
            application: *application,
            arguments: arguments.clone(),
            flags: *flags,
        },
        Registration::Unregister { application } => {
            request::Registration::Unregister { application: *application }
        }
        Registration::Settings { application, by, capacity, null_buffer } => {
            request::Registration::Settings {
                application: *application,
                by_itself: *by == ProcessOf::Application(*application),
                capacity: *capacity,
                null_buffer: *null_buffer,
            }
        }
    }
}

pub(super) fn array<T>(count: Option<u32>, items: Option<Arc<[T]>>) -> request::ArrayArgument<T> {
    let stated = items.as_ref().map_or(0, |items| u32::try_from(items.len()).unwrap_or(u32::MAX));
    request::ArrayArgument { count: count.unwrap_or(stated), items }
}

pub(super) fn paths(elements: &[FileElement]) -> Arc<[Option<Arc<str>>]> {
    if let [FileElement::Paths(paths)] = elements {
        return Arc::clone(paths);
    }
    let mut paths = Vec::new();
    for element in elements {
        match element {
            FileElement::Paths(given) => paths.extend(given.iter().cloned()),
            FileElement::Pattern(pattern, count) => paths
                .extend((1..=*count).map(|number| Some(pattern.replace("{i}", &number.to_string()).into()))),
        }
    }
    paths.into()
}
