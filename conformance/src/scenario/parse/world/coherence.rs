//! Whether the processes and services of a world can be so all at once.

use std::collections::BTreeMap;

use crate::request::ApplicationIndex;
use crate::scenario::parse::lower::Lowering;
use crate::scenario::problem::quoted;
use crate::scenario::yaml::Node;
use crate::scenario::{Application, World};

/// Complains about what cannot be.
pub(super) fn check(lowering: &mut Lowering<'_>, root: &Node<'_>) {
    short_names(lowering);
    circles(lowering);
    process_ids(lowering, root);
}

/// Two services with the same short name.
fn short_names(lowering: &mut Lowering<'_>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    for application in &lowering.world.applications {
        let Some(service) = &application.service else { continue };
        if let Some(first) = seen.insert(service.short_name.to_lowercase(), application.name.clone()) {
            found.push((application.name.clone(), first, service.short_name.clone()));
        }
    }
    for (name, first, short_name) in found {
        let message = format!("services {} and {} have the same short name", quoted(&first), quoted(&name));
        let label = format!("called {} too", quoted(&short_name));
        complain(lowering, &name, message, label, "letter case does not count: choose another `short-name`");
    }
}

/// Services that depend on themselves, over whatever others.
fn circles(lowering: &mut Lowering<'_>) {
    for index in first_of_circles(&lowering.world) {
        let name = lowering.world.applications[index].name.clone();
        let message = format!("service {} depends on itself", quoted(&name));
        complain(
            lowering,
            &name,
            message,
            "in a circle",
            "no service of a circle could ever start: cut `depends-on`",
        );
    }
}

/// Running processes with the same process id.
fn process_ids(lowering: &mut Lowering<'_>, root: &Node<'_>) {
    let world = &lowering.world;
    let own = |application: &&Application| {
        application.service.as_ref().is_none_or(|service| service.shares_process_of.is_none())
    };
    let installers = world.installers.iter().filter(|installer| installer.in_process_of.is_none());
    let installers = installers.map(|installer| ("installers", &installer.name, &installer.process));
    let applications = world.applications.iter().filter(own);
    let applications = applications.map(|application| ("world", &application.name, &application.process));
    let mut seen: BTreeMap<u32, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for (section, name, process) in installers.chain(applications) {
        let Some(pid) = process.pid.filter(|_| process.running) else { continue };
        if let Some(first) = seen.insert(pid, name) {
            found.push((section, name.clone(), first.to_owned()));
        }
    }
    for (section, name, first) in found.into_iter().take(crate::scenario::problem::SHOWN_MAX) {
        let stated =
            root.get(section).and_then(|section| section.get(&name)).and_then(|fields| fields.get("pid"));
        let Some(node) = stated else { continue };
        let message = format!("{} and {} run with the same process id", quoted(&first), quoted(&name));
        let help = "an id is given again only once its process has ended: `running: false`".to_owned();
        lowering.report(&node.span, message, "taken", Some(help));
    }
}

fn complain(lowering: &mut Lowering<'_>, name: &str, message: String, label: impl Into<String>, help: &str) {
    if let Some(place) = lowering.names.get(name).map(|named| named.place.clone()) {
        lowering.report(&place, message, label, Some(help.to_owned()));
    }
}

/// One service of each circle of `depends-on`.
fn first_of_circles(world: &World) -> Vec<ApplicationIndex> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; world.applications.len()];
    let mut found = Vec::new();
    for start in 0..world.applications.len() {
        // Each service on the way, and how many of those it depends on were looked at.
        let mut way = vec![(start, 0)];
        while let Some((this, looked_at)) = way.pop() {
            if looked_at == 0 {
                if states[this] != State::New {
                    continue;
                }
                states[this] = State::Open;
            }
            let service = world.applications[this].service.as_ref();
            match service.and_then(|service| service.depends_on.get(looked_at)) {
                Some(needed) => {
                    way.push((this, looked_at + 1));
                    match states[*needed] {
                        State::New => way.push((*needed, 0)),
                        State::Open => found.push(*needed),
                        State::Done => {}
                    }
                }
                None => states[this] = State::Done,
            }
        }
    }
    found
}
