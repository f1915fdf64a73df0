//! Which worlds can be made real.

use std::time::Duration;

use super::{Means, is_drive_path};
use crate::scenario::{
    Application, ApplicationKind, HowUsed, Installer, Integrity, OnConsoleEvent, Process, Service,
    WhatLiesThere, World,
};

/// The terminal session that a scenario's processes are in unless it says otherwise: here, that of the harness.
const TERMINAL_SESSION: u32 = 1;

/// The terminal session of services.
const SERVICES_SESSION: u32 = 0;

/// As whom services run.
const SYSTEM: &str = "SYSTEM";

/// How many letters the short name of a service may have, so that it can still be told from the machine's own: the
/// Restart Manager shows 63, of which the name of the private folder takes some.
const SERVICE_NAME_MAX: usize = 40;

/// What programs do on `CTRL_C_EVENT` if they do nothing about it.
pub(super) const LEAVES_AT_ONCE: OnConsoleEvent = OnConsoleEvent::Leaves(Duration::ZERO);

/// The first thing of `world` that cannot be made real.
pub(super) fn reason(world: &World, means: Means) -> Option<&'static str> {
    installers_reason(&world.installers, means)
        .or_else(|| applications_reason(world, means))
        .or_else(|| world.files.iter().find_map(|file| file_reason(&file.what)))
}

fn installers_reason(installers: &[Installer], means: Means) -> Option<&'static str> {
    let first = installers.first()?;
    installers.iter().find_map(|installer| {
        let process = &installer.process;
        if process.user != first.process.user {
            Some("a second user account")
        } else if installer.as_service {
            Some("a service installer")
        } else if process.elevated != first.process.elevated {
            Some("processes with and without elevation")
        } else if process.terminal_session != TERMINAL_SESSION {
            Some("another terminal session")
        } else if !is_drive_path(&installer.current_directory) {
            Some("a current directory without a drive")
        } else if process.console.is_some() || process.on_console_event != LEAVES_AT_ONCE {
            Some("a shared console, or a handler of its events")
        } else {
            process_reason(process, means).or_else(|| {
                process.uses.iter().find_map(|used| match used.how {
                    HowUsed::Image => Some("a loaded image"),
                    HowUsed::CurrentDirectory => Some("a current directory in use"),
                    HowUsed::Handle | HowUsed::SharedHandle | HowUsed::Remote | HowUsed::Kernel => {
                        use_reason(used.how)
                    }
                })
            })
        }
    })
}

/// What installers and programs have in common.
fn process_reason(process: &Process, means: Means) -> Option<&'static str> {
    let integrity = if process.elevated { Integrity::High } else { Integrity::Medium };
    if process.pid.is_some() {
        Some("a given process id")
    } else if process.elevated && !means.elevation {
        Some("an elevated process, and this program is not elevated")
    } else if process.integrity != integrity {
        Some("an integrity level")
    } else if process.wow64 {
        Some("a 32-bit program")
    } else {
        None
    }
}

fn use_reason(how: HowUsed) -> Option<&'static str> {
    match how {
        HowUsed::Handle | HowUsed::SharedHandle | HowUsed::Image | HowUsed::CurrentDirectory => None,
        HowUsed::Remote => Some("a file opened from another machine"),
        HowUsed::Kernel => Some("a file opened by the kernel"),
    }
}

fn applications_reason(world: &World, means: Means) -> Option<&'static str> {
    world.applications.iter().enumerate().find_map(|(place, application)| {
        let process = &application.process;
        let shares_program = |other: &Application| {
            let is_in_it = |service: &Service| service.shares_process_of.is_some();
            other.process.image.eq_ignore_ascii_case(&process.image)
                && !application.service.as_ref().is_some_and(is_in_it)
        };
        if world.applications.iter().take(place).any(shares_program) {
            return Some("two programs of the same name");
        }
        if process.elevated && world.installers.iter().any(|installer| !installer.process.elevated) {
            return Some("processes with and without elevation");
        }
        application_reason(application, world, means)
    })
}

fn application_reason(application: &Application, world: &World, means: Means) -> Option<&'static str> {
    let process = &application.process;
    let user = world.installers.first().map(|installer| installer.process.user.as_str());
    if application.critical {
        return Some("a critical process");
    }
    if application.kind == ApplicationKind::Explorer {
        return Some("Explorer");
    }
    if application.runs_since.is_some() {
        return Some("a program that runs for a stated time");
    }
    if !is_drive_path(&process.image) {
        return Some("a program without a drive");
    }
    let uses = process.uses.iter().find_map(|used| match is_drive_path(&used.path) {
        true => use_reason(used.how),
        false => Some("a file in use that is on no drive"),
    });
    let kind = match &application.service {
        Some(service) => service_reason(application, service, means),
        None if Some(process.user.as_str()) != user => Some("a second user account"),
        None if process.terminal_session != TERMINAL_SESSION => Some("another terminal session"),
        None => process_reason(process, means),
    };
    uses.or(kind)
}

fn service_reason(application: &Application, service: &Service, means: Means) -> Option<&'static str> {
    let process = &application.process;
    let is_usual = process.user == SYSTEM
        && process.terminal_session == SERVICES_SESSION
        && process.integrity == Integrity::System;
    if !means.elevation {
        Some("a service, and this program is not elevated")
    } else if !is_usual {
        Some("a service that does not run as SYSTEM")
    } else if process.pid.is_some() {
        Some("a given process id")
    } else if process.wow64 {
        Some("a 32-bit program")
    } else if !application.service_tags {
        Some("a service without a tag")
    } else if service.short_name.chars().count() > SERVICE_NAME_MAX {
        Some("a service with a long name")
    } else {
        None
    }
}

fn file_reason(what: &WhatLiesThere) -> Option<&'static str> {
    match what {
        WhatLiesThere::Nothing | WhatLiesThere::Directory => None,
        WhatLiesThere::AnotherNameOf(_) => Some("another name of a file"),
        WhatLiesThere::CannotBeOpened(_) => Some("files that cannot be opened"),
    }
}
