//! The world of a scenario: installers, applications, files, and whether they can be so all at once.

mod behavior;
mod coherence;
mod files;

use super::format::{INTEGRITIES, KINDS, USES};
use super::lower::{Lowering, NAMES_SEARCHED, Named, meant_or_first_few, number, truth};
use crate::scenario::problem::{Problem, ProblemKind, quoted};
use crate::scenario::yaml::{Node, Value};
use crate::scenario::{
    Application, ApplicationKind, HowUsed, Installer, Integrity, Process, ProcessOf, Service, Use,
};
pub(crate) use behavior::{no_restart_bit, no_restart_flags};

/// Where relative paths start unless the scenario says otherwise.
const CURRENT_DIRECTORY: &str = r"C:\Setup";

/// The ways to use a file, in the order of [`USES`].
pub(crate) const HOW_USED: [HowUsed; 6] = [
    HowUsed::Handle,
    HowUsed::SharedHandle,
    HowUsed::Image,
    HowUsed::CurrentDirectory,
    HowUsed::Remote,
    HowUsed::Kernel,
];

/// Takes the world that `root` states.
pub(crate) fn lower(lowering: &mut Lowering<'_>, root: &Node<'_>) {
    // A misspelt `world` must not make every name in it unknown.
    let spelt = || root.entries().unwrap_or_default().iter().all(|(key, _)| !lowering.troubled(&key.span));
    let certain = |field: &str| root.get(field).map_or_else(spelt, |node| node.entries().is_some());
    lowering.names_certain = certain("installers") && certain("world");
    installers(lowering, root.get("installers"));
    applications(lowering, root.get("world"));
    coherence::check(lowering, root);
    files::lower(lowering, root);
}

fn installers(lowering: &mut Lowering<'_>, section: Option<&Node<'_>>) {
    let entries = section.and_then(Node::entries).unwrap_or_default();
    for (key, value) in entries {
        let index = lowering.world.installers.len();
        let Some(name) = new_name(lowering, key, ProcessOf::Installer(index)) else { continue };
        let as_service = value.get("as-service").and_then(truth).unwrap_or(false);
        let host = value.get("in-process-of").and_then(|node| {
            let host = earlier(lowering, node, "an installer", entries)?;
            if host == ProcessOf::Installer(index) {
                let message = format!("{} cannot share its own process", quoted(&name));
                lowering.report(&node.span, message, "expected another installer", None);
            }
            if let ProcessOf::Installer(host) = host { Some(host).filter(|host| *host < index) } else { None }
        });
        // Who shares the process of one that shares a process shares that one.
        let installers = &lowering.world.installers;
        let host = host.map(|host| installers[host].in_process_of.unwrap_or(host));
        let installer = Installer {
            in_process_of: host,
            as_service: host.map_or(as_service, |host| installers[host].as_service),
            current_directory: text(value, "current-directory")
                .unwrap_or_else(|| CURRENT_DIRECTORY.to_owned()),
            shutdown_privilege: match host {
                Some(host) => installers[host].shutdown_privilege,
                None => value.get("shutdown-privilege").and_then(truth).unwrap_or(true),
            },
            process: match host {
                Some(host) => installers[host].process.clone(),
                None => process(
                    lowering,
                    value,
                    as_service,
                    format!(r"C:\Setup\{name}.exe"),
                    if as_service { 0 } else { 1 },
                ),
            },
            name,
        };
        lowering.world.installers.push(installer);
    }
    if !lowering.world.installers.is_empty() {
        return;
    }
    if let Some(section) = section.filter(|section| section.entries().is_some_and(<[_]>::is_empty)) {
        let help = "leave it out, and there is one called `setup`".to_owned();
        lowering.report(&section.span, "there is no installer", "nobody", Some(help));
    }
    let (name, nothing) = ("setup".to_owned(), Node { span: 0..0, value: Value::Null });
    let process = process(lowering, &nothing, false, r"C:\Setup\setup.exe".to_owned(), 1);
    let named = Named { place: 0..0, who: ProcessOf::Installer(0) };
    lowering.names.insert(name.clone(), named);
    let current_directory = CURRENT_DIRECTORY.to_owned();
    let setup = Installer {
        name,
        in_process_of: None,
        process,
        as_service: false,
        current_directory,
        shutdown_privilege: true,
    };
    lowering.world.installers.push(setup);
}

fn applications(lowering: &mut Lowering<'_>, section: Option<&Node<'_>>) {
    let entries = section.and_then(Node::entries).unwrap_or_default();
    for (key, value) in entries {
        let index = lowering.world.applications.len();
        if let Some(name) = new_name(lowering, key, ProcessOf::Application(index)) {
            let application = application(lowering, name, value, entries);
            lowering.world.applications.push(application);
        }
    }
    for (key, value) in entries {
        let Some(list) = value.get("depends-on").and_then(Node::items) else { continue };
        let this = key.text().and_then(|name| lowering.names.get(name)).map(|named| named.who);
        let Some(ProcessOf::Application(this)) = this else { continue };
        for node in list {
            if let Some(needed) = lowering.service(node)
                && let Some(service) = &mut lowering.world.applications[this].service
            {
                service.depends_on.push(needed);
            }
        }
    }
}

fn application(
    lowering: &mut Lowering<'_>,
    name: String,
    fields: &Node<'_>,
    entries: &[(Node<'_>, Node<'_>)],
) -> Application {
    let kind = kind(fields.get("type").and_then(Node::text).unwrap_or_default());
    let critical = fields.get("critical").and_then(truth).unwrap_or(false);
    let is_service = kind == ApplicationKind::Service;
    let image = match kind {
        ApplicationKind::Explorer => r"C:\Windows\explorer.exe".to_owned(),
        ApplicationKind::Service => format!(r"C:\Windows\System32\{name}.exe"),
        ApplicationKind::Unknown
        | ApplicationKind::MainWindow
        | ApplicationKind::OtherWindow
        | ApplicationKind::Console => format!(r"C:\Programs\{name}\{name}.exe"),
    };
    let host = fields.get("shares-process-of").and_then(|node| {
        earlier(lowering, node, "a service", entries)?;
        let host = lowering.service(node)?;
        let service = lowering.world.applications[host].service.as_ref()?;
        Some(service.shares_process_of.unwrap_or(host))
    });
    let process = match host {
        Some(host) => lowering.world.applications[host].process.clone(),
        None => process(lowering, fields, is_service, image, if is_service || critical { 0 } else { 1 }),
    };
    let service = is_service.then(|| Service {
        short_name: text(fields, "short-name").unwrap_or_else(|| name.clone()),
        display_name: text(fields, "display-name").unwrap_or_else(|| name.clone()),
        shares_process_of: host,
        depends_on: Vec::new(),
        on_stop: behavior::on_stop(lowering, fields),
        on_start: behavior::on_start(lowering, fields),
        is_disabled: fields.get("disabled").and_then(truth).unwrap_or(false),
    });
    let (on_end, on_close) = behavior::on_end_and_close(lowering, fields);
    let duration =
        |lowering: &mut Lowering<'_>, field: &str| fields.get(field).and_then(|node| lowering.duration(node));
    Application {
        kind,
        critical,
        description: text(fields, "description"),
        product: text(fields, "product"),
        title: text(fields, "title"),
        restart: fields.get("restart").map(behavior::restart),
        windows: behavior::windows(lowering, fields, &name, kind),
        registers_in_query: behavior::registers_in_query(fields),
        on_end,
        on_close,
        comes_back_after: duration(lowering, "comes-back-after"),
        fails_to_start: fields.get("fails-to-start").and_then(truth).unwrap_or(false),
        runs_since: duration(lowering, "runs-since"),
        version: text(fields, "version"),
        service_tags: fields.get("service-tags").and_then(truth).unwrap_or(true),
        name,
        process,
        service,
    }
}

fn process(
    lowering: &mut Lowering<'_>,
    fields: &Node<'_>,
    is_service: bool,
    image: String,
    terminal_session: u32,
) -> Process {
    let elevated = fields.get("elevated").and_then(truth).unwrap_or(false);
    let stated = fields.get("integrity").and_then(Node::text);
    let level = |name: &str| INTEGRITIES.iter().position(|known| *known == name);
    let integrity = match stated.and_then(level) {
        Some(0) => Integrity::Low,
        Some(1) => Integrity::Medium,
        Some(2) => Integrity::High,
        Some(_) => Integrity::System,
        None if is_service => Integrity::System,
        None if elevated => Integrity::High,
        None => Integrity::Medium,
    };
    let mut uses = Vec::new();
    for (field, how) in USES.iter().zip(HOW_USED) {
        let paths = fields.get(field.name).and_then(Node::items).unwrap_or_default();
        let paths = paths.iter().filter_map(Node::text);
        uses.extend(paths.map(|path| Use { path: path.to_owned(), how }));
    }
    Process {
        pid: fields.get("pid").and_then(number),
        image: text(fields, "image").unwrap_or(image),
        user: text(fields, "user").unwrap_or_else(|| if is_service { "SYSTEM" } else { "alice" }.to_owned()),
        elevated,
        integrity,
        terminal_session: fields.get("terminal-session").and_then(number).unwrap_or(terminal_session),
        wow64: fields.get("bits").and_then(number::<u32>) == Some(32),
        running: fields.get("running").and_then(truth).unwrap_or(true),
        uses,
        console: text(fields, "console"),
        on_console_event: behavior::on_console_event(lowering, fields),
    }
}

fn kind(name: &str) -> ApplicationKind {
    match KINDS.iter().position(|known| *known == name) {
        Some(1) => ApplicationKind::MainWindow,
        Some(2) => ApplicationKind::OtherWindow,
        Some(3) => ApplicationKind::Service,
        Some(4) => ApplicationKind::Explorer,
        Some(5) => ApplicationKind::Console,
        _ => ApplicationKind::Unknown,
    }
}

/// Takes a name that nothing else has.
fn new_name(lowering: &mut Lowering<'_>, key: &Node<'_>, who: ProcessOf) -> Option<String> {
    let name = key.text()?.to_owned();
    let named = Named { place: key.span.clone(), who };
    match lowering.names.get(&name) {
        Some(_) if lowering.troubled(&key.span) => None,
        Some(first) => {
            let message = format!("{} is the name of an installer already", quoted(&name));
            let problem = Problem::at(ProblemKind::Meaning, key.span.clone(), message, "given again");
            let problem = if first.place.is_empty() {
                problem
            } else {
                problem.also(first.place.clone(), "first given here")
            };
            lowering.push(problem.help("installers and applications share their names: choose another"));
            None
        }
        None => {
            lowering.names.insert(name.clone(), named);
            Some(name)
        }
    }
}

/// Who `node` names; complains if the name does not stand before `node`, in the section with `entries`.
fn earlier(
    lowering: &mut Lowering<'_>,
    node: &Node<'_>,
    what: &str,
    entries: &[(Node<'_>, Node<'_>)],
) -> Option<ProcessOf> {
    let name = node.text()?;
    let found = lowering.names.get(name).map(|named| named.who);
    if found.is_none() && !lowering.troubled(&node.span) && !lowering.is_reported(&node.span) {
        let fits = |fields: &Node<'_>| {
            what != "a service" || fields.get("type").and_then(Node::text) == Some("service")
        };
        let fitting = entries.iter().filter(|(_, fields)| fits(fields));
        let names: Vec<&str> = fitting.filter_map(|(key, _)| key.text()).take(NAMES_SEARCHED).collect();
        let later = entries.iter().any(|(key, _)| key.text() == Some(name));
        let message = if later {
            format!("{} comes only later", quoted(name))
        } else {
            format!("unknown name {}", quoted(name))
        };
        let help = if later { "state it before this".to_owned() } else { meant_or_first_few(name, &names) };
        lowering.report(&node.span, message, format!("expected {what} that is named before"), Some(help));
    }
    found
}

fn text(fields: &Node<'_>, field: &str) -> Option<String> {
    fields.get(field).and_then(Node::text).map(str::to_owned)
}
