//! A case in words, one line for each part and each deed.

use std::fmt::{self, Write as _};

use super::Case;
use super::deed::{CallDeed, Deed, EventDeed, HandleOf, Items, ProcessItem, TargetDeed, Who};
use super::scene::{
    Number, Scene, SceneApplication, SceneFile, SceneInstaller, SceneProcess, SceneService, SceneUser,
    WhatLies,
};

impl fmt::Display for Case {
    /// The scene, as far as it is not plain, and the program with its lines numbered from 1.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scene = &self.scene;
        write!(f, "profile {}", scene.setting.name)?;
        for (knob, option) in &scene.setting.turned {
            write!(f, ", {}: {}", knob.name(), knob.options()[*option])?;
        }
        writeln!(f, "; seed {}", self.seed)?;
        scene.files.iter().try_for_each(|file| writeln!(f, "{}", file_line(file)))?;
        scene.applications.iter().try_for_each(|each| writeln!(f, "{}", application_line(each)))?;
        scene.installers.iter().try_for_each(|each| writeln!(f, "{}", installer_line(each)))?;
        for (number, deed) in (1..).zip(&self.program) {
            writeln!(f, "{number:>3}. {}", Words { scene, deed })?;
        }
        Ok(())
    }
}

fn file_line(file: &SceneFile) -> String {
    let SceneFile { number, path, what } = file;
    match what {
        WhatLies::File => format!("file {number}: {path}"),
        WhatLies::Nothing => format!("file {number}: {path}, missing"),
        WhatLies::Directory => format!("file {number}: {path}, a directory"),
        WhatLies::AnotherNameOf(other) => format!("file {number}: {path}, another name of file {other}"),
        WhatLies::CannotBeOpened(reply) => format!("file {number}: {path}, cannot be opened: {reply:?}"),
    }
}

/// Adds what differs from the plain.
fn add<T: fmt::Debug + PartialEq>(line: &mut String, name: &str, value: &T, plain: &T) {
    if value != plain {
        // Writing to a string cannot fail.
        let _ = write!(line, ", {name} {value:?}");
    }
}

fn application_line(application: &SceneApplication) -> String {
    let plain = SceneApplication::plain(application.number, application.kind);
    let mut line = application.name();
    let is_host = !application.services.is_empty();
    let mut process = SceneProcess::plain();
    if is_host {
        process = SceneProcess { user: SceneUser::System, terminal_session: 0, ..process };
    }
    add_process(&mut line, &application.process, &process);
    add(&mut line, "critical", &application.critical, &plain.critical);
    add(&mut line, "age", &application.age, &plain.age);
    add(&mut line, "restart", &application.restart, &plain.restart);
    add(&mut line, "registers in query", &application.registers_in_query, &plain.registers_in_query);
    add(&mut line, "on query", &application.on_query, &plain.on_query);
    add(&mut line, "hidden windows", &application.hidden_windows, &plain.hidden_windows);
    add(&mut line, "on end", &application.on_end, &plain.on_end);
    add(&mut line, "leaves on close", &application.leaves_on_close, &plain.leaves_on_close);
    add(&mut line, "comes back after", &application.comes_back_after, &plain.comes_back_after);
    add(&mut line, "fails to start", &application.fails_to_start, &plain.fails_to_start);
    add(&mut line, "service tags", &application.service_tags, &plain.service_tags);
    for service in &application.services {
        let plain = SceneService::plain(service.number);
        let _ = write!(line, "; {}", service.name());
        add(&mut line, "critical", &service.critical, &plain.critical);
        add(&mut line, "on stop", &service.on_stop, &plain.on_stop);
        add(&mut line, "on start", &service.on_start, &plain.on_start);
        add(&mut line, "disabled", &service.is_disabled, &plain.is_disabled);
        add(&mut line, "depends on", &service.depends_on, &plain.depends_on);
    }
    line
}

fn installer_line(installer: &SceneInstaller) -> String {
    let plain = SceneInstaller::plain(installer.number);
    let mut line = installer.name();
    add(&mut line, "in the process of", &installer.in_process_of, &plain.in_process_of);
    add_process(&mut line, &installer.process, &plain.process);
    add(&mut line, "as service", &installer.as_service, &plain.as_service);
    add(&mut line, "shutdown privilege", &installer.shutdown_privilege, &plain.shutdown_privilege);
    line
}

fn add_process(line: &mut String, process: &SceneProcess, plain: &SceneProcess) {
    for (number, how) in &process.uses {
        let _ = write!(line, ", uses file {number} ({how:?})");
    }
    add(line, "user", &process.user, &plain.user);
    add(line, "elevated", &process.elevated, &plain.elevated);
    add(line, "terminal session", &process.terminal_session, &plain.terminal_session);
    add(line, "running", &process.running, &plain.running);
    add(line, "console", &process.console, &plain.console);
    add(line, "on Ctrl+C", &process.on_console_event, &plain.on_console_event);
}

/// A deed in the names of its scene.
struct Words<'a> {
    scene: &'a Scene,
    deed: &'a Deed,
}

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let installer = |number| self.who(Who::Installer(number));
        match self.deed {
            Deed::Call { by, call, inside } => {
                let inside = if *inside { " inside the status callback" } else { "" };
                write!(f, "{}{inside}: {}", installer(*by), self.call(call))
            }
            Deed::Crowd { by, count } => write!(f, "{}: starts {count} sessions", installer(*by)),
            Deed::Act { by, act } => write!(f, "{}: {act:?}", installer(*by)),
            Deed::Registration { application, registration } => {
                write!(f, "{}: {registration:?}", self.who(Who::Application(*application)))
            }
            Deed::Event(event) => f.write_str(&self.event(*event)),
            Deed::Look(of) => write!(f, "a look at the database of {}", installer(*of)),
            Deed::Proceed(count) => write!(f, "{count} things happen that are due"),
            Deed::Settle => f.write_str("whatever is due happens"),
            Deed::Wait(duration) => write!(f, "{duration:?} pass"),
        }
    }
}

impl Words<'_> {
    fn who(&self, who: Who) -> String {
        match who {
            Who::Application(number) => {
                let found = self.scene.applications.iter().find(|each| each.number == number);
                found.map_or_else(|| format!("application {number} (nobody)"), SceneApplication::name)
            }
            Who::Installer(number) => SceneInstaller::plain(number).name(),
            Who::Nobody(pid) => format!("pid {pid}"),
        }
    }

    fn event(&self, event: EventDeed) -> String {
        match event {
            EventDeed::Start(who) => format!("{} starts", self.who(who)),
            EventDeed::Exit(who) => format!("{} exits", self.who(who)),
            EventDeed::Open(who, file) => format!("{} opens file {file}", self.who(Who::Application(who))),
            EventDeed::Close(who, file) => format!("{} closes file {file}", self.who(Who::Application(who))),
            EventDeed::LogOff(of) => format!("the user of {} logs off", self.who(Who::Installer(of))),
            EventDeed::Reboot => String::from("the machine reboots"),
            EventDeed::Fault { fault, active } => {
                format!("{fault:?} {}", if active { "begins" } else { "is over" })
            }
            EventDeed::Mutex { of, slot, held } => {
                let of = self.who(Who::Installer(of));
                let which = slot.map_or_else(String::new, |slot| format!(" for session #{slot}"));
                let what = if held { "is held" } else { "is free" };
                format!("the registry mutex of the user of {of} {what}{which}")
            }
        }
    }

    fn call(&self, call: &CallDeed) -> String {
        match call {
            CallDeed::Start { slot, flags, null_handle, null_key, buffer_in_use } => {
                let mut line = format!("RmStartSession -> #{slot}");
                add(&mut line, "flags", flags, &0);
                add(&mut line, "NULL handle", null_handle, &false);
                add(&mut line, "NULL key", null_key, &false);
                add(&mut line, "buffer in use", buffer_in_use, &false);
                line
            }
            CallDeed::Join { slot, key, null_handle } => {
                let mut line = format!("RmJoinSession by {key:?} -> #{slot}");
                add(&mut line, "NULL handle", null_handle, &false);
                line
            }
            CallDeed::End { handle } => format!("RmEndSession {}", name(*handle)),
            CallDeed::Register { handle, files, processes, services } => {
                let mut line = format!("RmRegisterResources {}", name(*handle));
                self.add_items(&mut line, "files", files, |number| number_or_null(*number));
                self.add_items(&mut line, "processes", processes, |item| self.process(*item));
                self.add_items(&mut line, "services", services, |number| number_or_null(*number));
                line
            }
            CallDeed::List { handle, capacity, null_array, null_needed, null_count, null_reasons } => {
                let mut line = format!("RmGetList {} with room for {capacity}", name(*handle));
                add(&mut line, "NULL array", null_array, &(*capacity == 0));
                add(&mut line, "NULL needed", null_needed, &false);
                add(&mut line, "NULL count", null_count, &false);
                add(&mut line, "NULL reasons", null_reasons, &false);
                line
            }
            CallDeed::Shutdown { handle, flags, has_callback } => {
                let mut line = format!("RmShutdown {}", name(*handle));
                add(&mut line, "flags", flags, &0);
                add(&mut line, "callback", has_callback, &true);
                line
            }
            CallDeed::Restart { handle, flags, has_callback } => {
                let mut line = format!("RmRestart {}", name(*handle));
                add(&mut line, "flags", flags, &0);
                add(&mut line, "callback", has_callback, &true);
                line
            }
            CallDeed::Cancel { handle } => format!("RmCancelCurrentTask {}", name(*handle)),
            CallDeed::AddFilter { handle, target, action } => {
                format!("RmAddFilter {} for {}, action {action}", name(*handle), self.target(*target))
            }
            CallDeed::RemoveFilter { handle, target } => {
                format!("RmRemoveFilter {} for {}", name(*handle), self.target(*target))
            }
            CallDeed::FilterList { handle, capacity, null_buffer, null_needed } => {
                let mut line = format!("RmGetFilterList {} with {capacity} bytes", name(*handle));
                add(&mut line, "NULL buffer", null_buffer, &false);
                add(&mut line, "NULL needed", null_needed, &false);
                line
            }
        }
    }

    fn add_items<T>(&self, line: &mut String, what: &str, items: &Items<T>, name: impl Fn(&T) -> String) {
        if let Some(items) = &items.items {
            let names: Vec<String> = items.iter().map(name).collect();
            let _ = write!(line, ", {what} [{}]", names.join(", "));
        }
        if let Some(count) = items.count {
            let _ = write!(line, ", {count} {what}");
        }
    }

    fn process(&self, item: ProcessItem) -> String {
        let wrong = if item.wrong_start_time { " with a wrong start time" } else { "" };
        format!("{}{wrong}", self.who(item.who))
    }

    fn target(&self, target: TargetDeed) -> String {
        let module = target.module.map(|who| format!("the program of {}", self.who(who)));
        let process = target.process.map(|item| self.process(item));
        let service = target.service.map(|number: Number| format!("service-{number}"));
        let parts: Vec<String> = [module, process, service].into_iter().flatten().collect();
        if parts.is_empty() { String::from("nobody") } else { parts.join(" and ") }
    }
}

fn name(handle: HandleOf) -> String {
    match handle {
        HandleOf::Slot(slot) => format!("#{slot}"),
        HandleOf::Number(number) => format!("handle {number}"),
    }
}

fn number_or_null(number: Option<Number>) -> String {
    number.map_or_else(|| String::from("NULL"), |number| number.to_string())
}
