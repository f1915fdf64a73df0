//! Single deeds, made simpler: fewer elements, smaller numbers, shorter waits, nothing that is odd.

use std::time::Duration;

use super::Offers;
use crate::search::Case;
use crate::search::deed::{ActDeed, CallDeed, Deed, HandleOf, Items, KeyOf, RegistrationDeed};

/// The room of a list, and of a list of filters, that is enough.
const ENOUGH: u32 = 32;
const ENOUGH_BYTES: u32 = 4096;

/// Offers each deed in simpler forms.
pub(super) fn simplify(case: &Case, offers: &mut Offers<'_>) {
    for (place, deed) in case.program.iter().enumerate() {
        for simpler in simpler(case, deed) {
            offers.offer(|case| case.program[place] = simpler);
        }
    }
}

/// The simpler forms of a deed.
fn simpler(case: &Case, deed: &Deed) -> Vec<Deed> {
    let mut forms = Vec::new();
    match deed {
        Deed::Call { by, call, inside } => {
            let (by, inside) = (*by, *inside);
            let first = case.scene.installers.first().map_or(0, |installer| installer.number);
            if inside {
                forms.push(Deed::Call { by, call: call.clone(), inside: false });
            }
            if by > first {
                forms.push(Deed::Call { by: first, call: call.clone(), inside });
            }
            // Another handle of the same installer, and one of the first.
            if let Some(call) = with_first_slot(case, call) {
                forms.push(Deed::Call { by, call: call.clone(), inside });
                forms.extend((by > first).then_some(Deed::Call { by: first, call, inside }));
            }
            forms.extend(simpler_calls(call).into_iter().map(|call| Deed::Call { by, call, inside }));
        }
        Deed::Crowd { by, count } => {
            let by = *by;
            forms.extend(fewer(*count).into_iter().map(|count| Deed::Crowd { by, count }));
        }
        Deed::Proceed(count) => forms.extend(fewer(*count).into_iter().map(Deed::Proceed)),
        Deed::Wait(duration) => {
            let seconds = duration.as_secs();
            let shorter = [seconds / 2, seconds].map(Duration::from_secs);
            forms.extend(shorter.into_iter().filter(|shorter| shorter < duration).map(Deed::Wait));
        }
        Deed::Act { by, act: ActDeed::InitiateShutdown { flags, grace } } if !grace.is_zero() => {
            let act = ActDeed::InitiateShutdown { flags: *flags, grace: Duration::ZERO };
            forms.push(Deed::Act { by: *by, act });
        }
        Deed::Registration { application, registration: RegistrationDeed::Register { arguments, flags } } => {
            let application = *application;
            let mut form = |arguments, flags| {
                let registration = RegistrationDeed::Register { arguments, flags };
                forms.push(Deed::Registration { application, registration });
            };
            if *arguments != Some(0) {
                form(Some(0), *flags);
            }
            if *flags != 0 {
                form(*arguments, 0);
            }
        }
        Deed::Act { .. } | Deed::Registration { .. } | Deed::Event(_) | Deed::Look(_) | Deed::Settle => {}
    }
    forms
}

/// The call with the handle that comes first in the program, if it has a later one.
fn with_first_slot(case: &Case, call: &CallDeed) -> Option<CallDeed> {
    let HandleOf::Slot(slot) = handle_of(call)? else { return None };
    let slots = case.program.iter().filter_map(|deed| {
        let Deed::Call { call: CallDeed::Start { slot, .. }, .. } = deed else { return None };
        Some(*slot)
    });
    let first = slots.min().filter(|first| *first < slot)?;
    Some(changed(call, |call| {
        if let Some(handle) = handle_mut(call) {
            *handle = HandleOf::Slot(first);
        }
    }))
}

/// Half of it, and one less; none of it would be to leave it out.
fn fewer(count: u8) -> Vec<u8> {
    let mut fewer = vec![count / 2, count.saturating_sub(1)];
    fewer.retain(|number| *number > 0 && *number < count);
    fewer.dedup();
    fewer
}

/// A call with a change.
fn changed(call: &CallDeed, change: impl FnOnce(&mut CallDeed)) -> CallDeed {
    let mut call = call.clone();
    change(&mut call);
    call
}

fn simpler_calls(call: &CallDeed) -> Vec<CallDeed> {
    let mut forms: Vec<CallDeed> = Vec::new();
    match call {
        CallDeed::Start { slot, .. } => forms.push(CallDeed::start(*slot)),
        CallDeed::Join { slot, key, .. } => {
            let (slot, key) = (*slot, *key);
            forms.push(CallDeed::Join { slot, key, null_handle: false });
            if let KeyOf::OtherCase(of) | KeyOf::SameHalf(of) = key {
                forms.push(CallDeed::Join { slot, key: KeyOf::Slot(of), null_handle: false });
            }
        }
        CallDeed::Register { .. } => forms.extend(simpler_registrations(call)),
        CallDeed::List { handle, capacity, .. } => {
            forms.extend([ENOUGH, *capacity].map(|capacity| CallDeed::list(*handle, capacity)));
        }
        CallDeed::Shutdown { handle, flags, .. } => {
            let (handle, flags) = (*handle, *flags);
            let fewer = [0, flags & 1, flags & 0x10, flags];
            let forms_of = |flags| CallDeed::Shutdown { handle, flags, has_callback: true };
            forms.extend(fewer.map(forms_of));
        }
        CallDeed::Restart { handle, flags, .. } => {
            let (handle, flags) = (*handle, *flags);
            forms.extend([0, flags].map(|flags| CallDeed::Restart { handle, flags, has_callback: true }));
        }
        CallDeed::FilterList { handle, capacity, .. } => {
            let handle = *handle;
            let list =
                |capacity| CallDeed::FilterList { handle, capacity, null_buffer: false, null_needed: false };
            forms.extend([ENOUGH_BYTES, *capacity].map(list));
        }
        CallDeed::AddFilter { .. } | CallDeed::RemoveFilter { .. } => {
            forms.push(changed(call, |call| {
                if let CallDeed::AddFilter { target, .. } | CallDeed::RemoveFilter { target, .. } = call
                    && let Some(process) = &mut target.process
                {
                    process.wrong_start_time = false;
                }
            }));
        }
        CallDeed::End { .. } | CallDeed::Cancel { .. } => {}
    }
    if let Some(HandleOf::Number(number)) = handle_of(call)
        && number > 0
    {
        forms.push(changed(call, |call| {
            if let Some(handle) = handle_mut(call) {
                *handle = HandleOf::Number(number / 2);
            }
        }));
    }
    forms.retain(|form| form != call);
    forms
}

/// A registration with fewer elements.
fn simpler_registrations(call: &CallDeed) -> Vec<CallDeed> {
    let CallDeed::Register { files, processes, services, .. } = call else { return Vec::new() };
    let mut forms = Vec::new();
    let mut form = |change: &dyn Fn(&mut Parts<'_>)| {
        forms.push(changed(call, |call| {
            if let CallDeed::Register { files, processes, services, .. } = call {
                change(&mut Parts { files, processes, services });
            }
        }));
    };
    form(&|parts| *parts.files = Items::absent());
    form(&|parts| *parts.processes = Items::absent());
    form(&|parts| *parts.services = Items::absent());
    for place in 0..length(files) {
        form(&|parts| without(parts.files, place));
    }
    for place in 0..length(processes) {
        form(&|parts| without(parts.processes, place));
        form(&|parts| {
            if let Some(item) = parts.processes.items.as_mut().and_then(|items| items.get_mut(place)) {
                item.wrong_start_time = false;
            }
        });
    }
    for place in 0..length(services) {
        form(&|parts| without(parts.services, place));
    }
    forms
}

struct Parts<'a> {
    files: &'a mut Items<Option<u8>>,
    processes: &'a mut Items<crate::search::ProcessItem>,
    services: &'a mut Items<Option<u8>>,
}

fn length<T>(items: &Items<T>) -> usize {
    items.items.as_ref().map_or(0, Vec::len)
}

fn without<T>(items: &mut Items<T>, place: usize) {
    if let Some(items) = &mut items.items {
        items.remove(place);
    }
}

fn handle_of(call: &CallDeed) -> Option<HandleOf> {
    handle_mut(&mut call.clone()).copied()
}

fn handle_mut(call: &mut CallDeed) -> Option<&mut HandleOf> {
    match call {
        CallDeed::Start { .. } | CallDeed::Join { .. } => None,
        CallDeed::End { handle }
        | CallDeed::Register { handle, .. }
        | CallDeed::List { handle, .. }
        | CallDeed::Shutdown { handle, .. }
        | CallDeed::Restart { handle, .. }
        | CallDeed::Cancel { handle }
        | CallDeed::AddFilter { handle, .. }
        | CallDeed::RemoveFilter { handle, .. }
        | CallDeed::FilterList { handle, .. } => Some(handle),
    }
}
