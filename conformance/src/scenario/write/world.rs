//! Installers, applications and files, each with what differs from the default.

use std::time::Duration;

use super::Fields;
use super::layout::{Layout, text};
use crate::scenario::parse::format::{INTEGRITIES, KINDS, USES};
use crate::scenario::parse::world::HOW_USED;
use crate::scenario::{
    Application, ApplicationKind, File, Installer, Integrity, OnClose, OnConsoleEvent, OnEnd, OnQuery,
    OnStart, OnStop, Process, RestartRegistration, Service, WhatLiesThere, Window, World, duration,
};
use crate::words::{self, NO_RESTART};

/// Adds the sections that hold a world.
pub(super) fn add(world: &World, fields: &mut Fields) {
    let installers: Vec<_> =
        world.installers.iter().map(|each| (super::text_key(&each.name), installer(world, each))).collect();
    // Without the section there is one of this name, with all the defaults.
    let is_default =
        matches!(&installers[..], [(name, Layout::Map(fields))] if name == "setup" && fields.is_empty());
    fields.add_unless(is_default, "installers", Layout::Section(installers));
    let files = world.files.iter().map(|each| (super::text_key(&each.path), file(each)));
    fields.add_unless(world.files.is_empty(), "files", Layout::Section(files.collect()));
    let applications =
        world.applications.iter().map(|each| (super::text_key(&each.name), application(world, each)));
    fields.add_unless(world.applications.is_empty(), "world", Layout::Section(applications.collect()));
}

fn file(file: &File) -> Layout {
    match &file.what {
        WhatLiesThere::Nothing => "missing".into(),
        WhatLiesThere::Directory => "directory".into(),
        WhatLiesThere::AnotherNameOf(path) => Layout::entry("same-file-as", text(path)),
        WhatLiesThere::CannotBeOpened(code) => {
            let reply = words::reply(rstmgr_model::Reply::from_code(*code));
            Layout::entry("cannot-be-opened", reply.into_owned())
        }
    }
}

fn installer(world: &World, installer: &Installer) -> Layout {
    let mut fields = Fields::default();
    let is_default = installer.current_directory == r"C:\Setup";
    fields.add_unless(is_default, "current-directory", text(&installer.current_directory));
    if let Some(host) = installer.in_process_of {
        fields.add("in-process-of", text(&world.installers[host].name));
        return Layout::Map(fields.0);
    }
    fields.add_unless(!installer.as_service, "as-service", "true");
    fields.add_unless(installer.shutdown_privilege, "shutdown-privilege", "false");
    let terminal_session = if installer.as_service { 0 } else { 1 };
    let image = format!(r"C:\Setup\{}.exe", installer.name);
    process(&installer.process, installer.as_service, &image, terminal_session, &mut fields);
    Layout::Map(fields.0)
}

fn process(process: &Process, is_service: bool, image: &str, terminal_session: u32, fields: &mut Fields) {
    fields.add_unless(process.image == image, "image", text(&process.image));
    let user = if is_service { "SYSTEM" } else { "alice" };
    fields.add_unless(process.user == user, "user", text(&process.user));
    fields.add_unless(!process.elevated, "elevated", "true");
    let integrity = match (is_service, process.elevated) {
        (true, _) => Integrity::System,
        (false, true) => Integrity::High,
        (false, false) => Integrity::Medium,
    };
    let stated = match process.integrity {
        Integrity::Low => 0,
        Integrity::Medium => 1,
        Integrity::High => 2,
        Integrity::System => 3,
    };
    fields.add_unless(process.integrity == integrity, "integrity", INTEGRITIES[stated]);
    let is_default = process.terminal_session == terminal_session;
    fields.add_unless(is_default, "terminal-session", process.terminal_session.to_string());
    fields.add_unless(!process.wow64, "bits", "32");
    fields.add_some("pid", process.pid.map(|pid| pid.to_string()));
    fields.add_unless(process.running, "running", "false");
    for (field, how) in USES.iter().zip(HOW_USED) {
        let paths: Vec<Layout> =
            process.uses.iter().filter(|each| each.how == how).map(|each| text(&each.path)).collect();
        fields.add_unless(paths.is_empty(), field.name, Layout::List(paths));
    }
    fields.add_some("console", process.console.as_deref().map(text));
    let on_ctrl_c = match process.on_console_event {
        OnConsoleEvent::Leaves(Duration::ZERO) => None,
        OnConsoleEvent::Leaves(after) => Some(after_so_long("leaves-after", after)),
        OnConsoleEvent::Stays => Some("stays".into()),
        OnConsoleEvent::Ignores => Some("ignores".into()),
    };
    fields.add_some("on-ctrl-c", on_ctrl_c);
}

fn application(world: &World, application: &Application) -> Layout {
    let mut fields = Fields::default();
    fields.add("type", KINDS[kind(application.kind)]);
    fields.add_unless(!application.critical, "critical", "true");
    if let Some(service) = &application.service {
        add_service(world, application, service, &mut fields);
    }
    let is_service = application.service.is_some();
    let name = &application.name;
    let image = match application.kind {
        ApplicationKind::Explorer => r"C:\Windows\explorer.exe".to_owned(),
        ApplicationKind::Service => format!(r"C:\Windows\System32\{name}.exe"),
        ApplicationKind::Unknown
        | ApplicationKind::MainWindow
        | ApplicationKind::OtherWindow
        | ApplicationKind::Console => format!(r"C:\Programs\{name}\{name}.exe"),
    };
    let shares = application.service.as_ref().is_some_and(|service| service.shares_process_of.is_some());
    let terminal_session = if is_service || application.critical { 0 } else { 1 };
    if !shares {
        process(&application.process, is_service, &image, terminal_session, &mut fields);
    }
    let mut say = |field: &str, stated: &Option<String>| fields.add_some(field, stated.as_deref().map(text));
    say("description", &application.description);
    say("product", &application.product);
    say("title", &application.title);
    say("version", &application.version);
    fields.add_some("restart", application.restart.as_ref().map(restart));
    add_behavior(application, &mut fields);
    Layout::Map(fields.0)
}

fn kind(kind: ApplicationKind) -> usize {
    match kind {
        ApplicationKind::Unknown => 0,
        ApplicationKind::MainWindow => 1,
        ApplicationKind::OtherWindow => 2,
        ApplicationKind::Service => 3,
        ApplicationKind::Explorer => 4,
        ApplicationKind::Console => 5,
    }
}

fn add_service(world: &World, application: &Application, service: &Service, fields: &mut Fields) {
    let name = &application.name;
    fields.add_unless(service.short_name == *name, "short-name", text(&service.short_name));
    fields.add_unless(service.display_name == *name, "display-name", text(&service.display_name));
    let host = service.shares_process_of.map(|host| text(&world.applications[host].name));
    fields.add_some("shares-process-of", host);
    let needed = service.depends_on.iter().map(|needed| text(&world.applications[*needed].name));
    fields.add_unless(service.depends_on.is_empty(), "depends-on", Layout::List(needed.collect()));
    let on_stop = match service.on_stop {
        OnStop::Stops(Duration::ZERO) => None,
        OnStop::Stops(after) => Some(after_so_long("stops-after", after)),
        OnStop::Refuses => Some("refuses".into()),
        OnStop::Fails => Some("fails".into()),
        OnStop::Hangs => Some("hangs".into()),
        OnStop::Busy => Some("busy".into()),
    };
    fields.add_some("on-stop", on_stop);
    let on_start = match service.on_start {
        OnStart::Runs(Duration::ZERO) => None,
        OnStart::Runs(after) => Some(after_so_long("runs-after", after)),
        OnStart::Fails => Some("fails".into()),
        OnStart::Hangs => Some("hangs".into()),
    };
    fields.add_some("on-start", on_start);
    fields.add_unless(!service.is_disabled, "disabled", "true");
}

fn add_behavior(application: &Application, fields: &mut Fields) {
    if let Some(first) = application.windows.first() {
        add_windows(application, first, fields);
    }
    let leaves_at_once = application.on_end == OnEnd::Leaves(Duration::ZERO);
    let on_end = match application.on_end {
        OnEnd::Leaves(Duration::ZERO) => None,
        OnEnd::Leaves(after) => Some(after_so_long("leaves-after", after)),
        OnEnd::Stays => Some("stays".into()),
        OnEnd::Lingers(None) => Some("lingers".into()),
        OnEnd::Lingers(Some(so_long)) => Some(after_so_long("lingers-for", so_long)),
    };
    fields.add_some("on-end-session", on_end);
    let on_close = match application.on_close {
        OnClose::Leaves(Duration::ZERO) if leaves_at_once => None,
        OnClose::Stays if !leaves_at_once => None,
        OnClose::Leaves(Duration::ZERO) => Some("leaves".into()),
        OnClose::Leaves(after) => Some(after_so_long("leaves-after", after)),
        OnClose::Stays => Some("stays".into()),
        OnClose::Prompts => Some("prompts".into()),
        OnClose::Hides => Some("hides".into()),
    };
    fields.add_some("on-close", on_close);
    fields.add_some("comes-back-after", application.comes_back_after.map(duration::write));
    fields.add_unless(!application.fails_to_start, "fails-to-start", "true");
    fields.add_some("runs-since", application.runs_since.map(duration::write));
    fields.add_unless(application.service_tags, "service-tags", "false");
}

/// What the windows answer, of which the first has the name that its kind of program gives it, or one of its own.
fn add_windows(application: &Application, first: &Window, fields: &mut Fields) {
    let is_named = first.name != "main";
    if first.on_query == OnQuery::ModalDialog {
        fields.add("modal-dialog", "true");
    } else {
        let registers = application.registers_in_query.as_ref();
        fields.add_some("on-query", on_query(first.on_query, registers));
    }
    let own = is_named.then(|| text(&first.name));
    let others = application.windows.iter().skip(1).map(|window| match on_query(window.on_query, None) {
        None => text(&window.name),
        Some(answer) => Layout::entry(&super::text_key(&window.name), Layout::entry("on-query", answer)),
    });
    let hidden: Vec<Layout> = own.into_iter().chain(others).collect();
    fields.add_unless(hidden.is_empty(), "hidden-windows", Layout::List(hidden));
}

/// What a window answers; `None`: it agrees at once.
fn on_query(on_query: OnQuery, registers: Option<&RestartRegistration>) -> Option<Layout> {
    let (word, late, after) = match on_query {
        OnQuery::Answers { agrees: true, after } => ("agrees", "agrees-after", Some(after)),
        OnQuery::Answers { agrees: false, after } => ("refuses", "refuses-after", Some(after)),
        OnQuery::Leaves(after) => ("leaves", "leaves-after", Some(after)),
        OnQuery::Undecided => ("agrees-or-refuses", "", None),
        OnQuery::Silent => ("silent", "", None),
        OnQuery::Hung => ("hung", "", None),
        // It is a fact of the program, which is said for the first window alone.
        OnQuery::ModalDialog => ("refuses", "", None),
    };
    match (after, registers) {
        (Some(after), Some(registers)) => {
            let answer = (late.to_owned(), duration::write(after).into());
            Some(Layout::Map(vec![answer, ("registers".to_owned(), text(&registers.arguments))]))
        }
        (Some(after), None) if after > Duration::ZERO => Some(after_so_long(late, after)),
        (Some(_), None) if word == "agrees" => None,
        (Some(_) | None, _) => Some(word.into()),
    }
}

fn restart(registration: &RestartRegistration) -> Layout {
    if registration.flags == 0 {
        return text(&registration.arguments);
    }
    let mut fields = Fields::default();
    fields.add_unless(registration.arguments.is_empty(), "arguments", text(&registration.arguments));
    for (name, bit) in NO_RESTART {
        fields.add_unless(registration.flags & bit == 0, name, "true");
    }
    Layout::Map(fields.0)
}

/// Something that happens so much later.
fn after_so_long(field: &str, after: Duration) -> Layout {
    Layout::entry(field, duration::write(after))
}
