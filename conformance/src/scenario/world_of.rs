//! A world of the model as the world of a scenario: what the simulated backend does with a scenario's, backwards.
//!
//! Names are made up: from the programs and services where they can be names, by kind and number otherwise.

mod behavior;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use rstmgr_model as model;

use super::parse::format::{is_full_path, is_name};
use super::{
    Application, ApplicationKind, File, HowUsed, Installer, Integrity, OnStart, OnStop, Process,
    RestartRegistration, Service, Use, WhatLiesThere, World,
};
use crate::request::{ApplicationIndex, InstallerIndex};

/// A world of the model in the terms of a scenario, and which part became what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldOf {
    /// The world.
    pub world: World,
    /// By process of the model: the application, of services in a host the first; `None` for those of installers.
    pub applications: Vec<Option<ApplicationIndex>>,
    /// By process of the model: the first installer in it.
    pub installers: Vec<Option<InstallerIndex>>,
    /// By service of the model: the application.
    pub services: Vec<ApplicationIndex>,
}

/// The format has no way to say this.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scenario cannot say that {who} {what}")]
pub struct Unsayable {
    /// Of whom.
    pub who: String,
    /// What cannot be said.
    pub what: &'static str,
}

/// Says a world of the model as a scenario's; its installers have the numbers that they have in the model.
///
/// Process ids and start times are those that a backend gives, but for ids that were chosen.
///
/// # Errors
///
/// What the format cannot say.
pub fn world_of(world: &model::World) -> Result<WorldOf, Unsayable> {
    let mut teller = Teller::new(world);
    for (place, process) in world.processes().iter().enumerate() {
        if teller.installers_of(place).next().is_none() {
            teller.add_process(place, process)?;
        }
    }
    teller.add_dependencies();
    for (place, installer) in world.installers().iter().enumerate() {
        teller.add_installer(place, installer)?;
    }
    teller.add_files()?;
    let Teller { said, applications, installers, services, .. } = teller;
    let services = services.into_iter().flatten().collect();
    Ok(WorldOf { world: said, applications, installers, services })
}

/// A world that is being told.
struct Teller<'w> {
    world: &'w model::World,
    said: World,
    applications: Vec<Option<ApplicationIndex>>,
    installers: Vec<Option<InstallerIndex>>,
    services: Vec<Option<ApplicationIndex>>,
    names: BTreeSet<String>,
    /// Users are known by whether they are the same: the names are made up.
    users: Vec<(model::UserId, String)>,
    /// In the order in which they come up.
    consoles: Vec<u32>,
}

impl<'w> Teller<'w> {
    fn new(world: &'w model::World) -> Teller<'w> {
        let mut consoles = Vec::new();
        for number in world.processes().iter().filter_map(|process| process.console) {
            if !consoles.contains(&number) {
                consoles.push(number);
            }
        }
        Teller {
            world,
            said: World::default(),
            applications: vec![None; world.processes().len()],
            installers: vec![None; world.processes().len()],
            services: vec![None; world.services().len()],
            names: BTreeSet::new(),
            users: users(world),
            consoles,
        }
    }

    fn installers_of(&self, process: usize) -> impl Iterator<Item = usize> {
        let installers = self.world.installers().iter().enumerate();
        installers.filter(move |(_, each)| each.process.index() == process).map(|(place, _)| place)
    }

    fn services_of(&self, process: usize) -> impl Iterator<Item = (usize, &'w model::Service)> {
        let services = self.world.services().iter().enumerate();
        services.filter(move |(_, service)| service.process.index() == process)
    }

    /// A name that nobody has: `wanted` if it can be one, or else `kind` and a number.
    fn name(&mut self, wanted: &str, kind: &str) -> String {
        let wanted = wanted.to_lowercase();
        let numbered = (1..).map(|number| format!("{kind}-{number}"));
        let mut names = Some(wanted).into_iter().filter(|name| is_name(name)).chain(numbered);
        let name = names.find(|name| !self.names.contains(name)).expect("numbers do not end");
        self.names.insert(name.clone());
        name
    }

    fn text(&self, text: model::TextId) -> String {
        self.world.text_of(text).to_string()
    }

    /// The file name of a program, without its ending.
    fn stem(&self, process: &model::Process) -> String {
        let image = self.text(process.image);
        let file = image.rsplit('\\').next().unwrap_or_default();
        file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_owned()
    }

    fn add_process(&mut self, place: usize, process: &model::Process) -> Result<(), Unsayable> {
        self.applications[place] = Some(self.said.applications.len());
        let hosted: Vec<(usize, &model::Service)> = self.services_of(place).collect();
        let application = self.application(process, !hosted.is_empty())?;
        let Some(((first, service), others)) = hosted.split_first() else {
            let name = self.name(&self.stem(process), kind_word(application.kind));
            self.said.applications.push(Application { name, ..application });
            return Ok(());
        };
        let host = self.said.applications.len();
        self.add_service(*first, service, None, application.clone());
        for (number, service) in others {
            // What is said of the host is said once.
            self.add_service(*number, service, Some(host), plain_service(application.process.clone()));
        }
        Ok(())
    }

    fn add_service(
        &mut self,
        number: usize,
        service: &model::Service,
        host: Option<ApplicationIndex>,
        of: Application,
    ) {
        let short_name = self.text(service.short_name);
        let name = self.name(&short_name, "service");
        self.services[number] = Some(self.said.applications.len());
        let facts = Service {
            short_name,
            display_name: self.text(service.display_name),
            shares_process_of: host,
            depends_on: Vec::new(),
            on_stop: behavior::on_stop(service.on_stop),
            on_start: behavior::on_start(service.on_start),
            is_disabled: service.is_disabled,
        };
        self.said.applications.push(Application {
            name,
            critical: service.critical,
            service: Some(facts),
            ..of
        });
    }

    fn add_dependencies(&mut self) {
        for (needed, service) in self.world.services().iter().enumerate() {
            let Some(needed) = self.services[needed] else { continue };
            for dependent in &service.dependents {
                let Some(dependent) = self.services[dependent.index()] else { continue };
                if let Some(service) = &mut self.said.applications[dependent].service {
                    service.depends_on.push(needed);
                }
            }
        }
    }

    fn application(&self, process: &model::Process, is_host: bool) -> Result<Application, Unsayable> {
        let kind = match process.kind {
            model::ProcessKind::Windowless if is_host => ApplicationKind::Service,
            model::ProcessKind::Windowless => ApplicationKind::Unknown,
            model::ProcessKind::MainWindow => ApplicationKind::MainWindow,
            model::ProcessKind::OtherWindow => ApplicationKind::OtherWindow,
            model::ProcessKind::Explorer => ApplicationKind::Explorer,
            model::ProcessKind::Console => ApplicationKind::Console,
        };
        self.check(process, !is_host || kind == ApplicationKind::Service, "shows something beside services")?;
        self.check(process, !(is_host && process.critical), "is critical, and not a service in it")?;
        let has_console = process.console.is_none() || kind == ApplicationKind::Console;
        self.check(process, has_console, "shares a console without being a console program")?;
        let text = |text: Option<model::TextId>| text.map(|text| self.text(text));
        let told = behavior::tell(self, process, kind)?;
        Ok(Application {
            name: String::new(),
            kind,
            critical: process.critical,
            process: self.process(process)?,
            description: text(process.description),
            product: text(process.product),
            title: text(process.title),
            restart: process.restart.map(|registration| self.registration(registration)),
            windows: told.windows,
            registers_in_query: told.registers_in_query,
            on_end: told.on_end,
            on_close: told.on_close,
            comes_back_after: process.behavior.comes_back_after,
            fails_to_start: process.behavior.fails_to_start,
            runs_since: process.age,
            version: text(process.version),
            service_tags: process.service_tags,
            service: None,
        })
    }

    fn registration(&self, registration: model::RestartRegistration) -> RestartRegistration {
        RestartRegistration { arguments: self.text(registration.arguments), flags: registration.flags }
    }

    fn process(&self, process: &model::Process) -> Result<Process, Unsayable> {
        let image = self.text(process.image);
        self.check(process, is_full_path(&image), "runs a program without a full path")?;
        // The order in which a scenario states uses.
        let ways = [HowUsed::Handle, HowUsed::SharedHandle, HowUsed::Image, HowUsed::CurrentDirectory];
        let mut uses = Vec::new();
        for way in ways {
            for each in process.uses.iter().filter(|each| how_used(each.how) == way) {
                let path = self.world.path_text(each.path).to_owned();
                self.check(process, is_full_path(&path), "uses a file without a full path")?;
                uses.push(Use { path, how: way });
            }
        }
        Ok(Process {
            pid: self.chosen_pid(process),
            image,
            user: self.user(process.user),
            elevated: process.elevated,
            integrity: match process.integrity {
                0 => Integrity::Low,
                1 => Integrity::Medium,
                2 => Integrity::High,
                _ => Integrity::System,
            },
            terminal_session: process.terminal_session,
            wow64: process.wow64,
            running: process.running,
            uses,
            console: process.console.map(|number| self.console(number)),
            on_console_event: behavior::on_console_event(process.behavior.on_console_event),
        })
    }

    /// The id, unless it is the one that a world gives.
    fn chosen_pid(&self, process: &model::Process) -> Option<u32> {
        let place = self.world.processes().iter().position(|other| std::ptr::eq(other, process));
        let given = place.and_then(|place| u32::try_from(place).ok()).map(|place| 1000 + 4 * place);
        Some(process.pid).filter(|pid| given != Some(*pid))
    }

    fn user(&self, user: model::UserId) -> String {
        let known = self.users.iter().find(|(known, _)| *known == user);
        known.map(|(_, name)| name.clone()).expect("every user has a process")
    }

    fn console(&self, number: u32) -> String {
        let place = self.consoles.iter().position(|known| *known == number);
        format!("console-{}", place.expect("every console has a process") + 1)
    }

    fn add_installer(&mut self, place: usize, installer: &model::Installer) -> Result<(), Unsayable> {
        let number = installer.process.index();
        let process = &self.world.processes()[number];
        let host = self.installers[number];
        self.installers[number].get_or_insert(place);
        behavior::check_installer(self, process)?;
        self.check(process, self.services_of(number).next().is_none(), "installs, and hosts services")?;
        let wanted = if host.is_none() { self.stem(process) } else { String::new() };
        let name = self.name(&wanted, "installer");
        if let Some(host) = host.map(|host| &self.said.installers[host]) {
            let is_alike = host.as_service == installer.as_service
                && host.shutdown_privilege == installer.shutdown_privilege;
            self.check(process, is_alike, "has installers in it that are not alike")?;
        }
        self.said.installers.push(Installer {
            name,
            in_process_of: host,
            process: self.process(process)?,
            as_service: installer.as_service,
            current_directory: installer.current_directory.clone(),
            shutdown_privilege: installer.shutdown_privilege,
        });
        Ok(())
    }

    fn add_files(&mut self) -> Result<(), Unsayable> {
        for (path, fact) in self.world.file_facts() {
            let path = self.world.path_text(path).to_owned();
            let what = match fact {
                model::FileFact::Missing => WhatLiesThere::Nothing,
                model::FileFact::Directory => WhatLiesThere::Directory,
                model::FileFact::AnotherNameOf(other) => {
                    WhatLiesThere::AnotherNameOf(self.world.path_text(other).to_owned())
                }
                model::FileFact::CannotBeOpened(reply) => WhatLiesThere::CannotBeOpened(reply.code()),
            };
            if !is_full_path(&path) {
                return Err(Unsayable { who: path, what: "lies somewhere, without a full path" });
            }
            self.said.files.push(File { path, what });
        }
        Ok(())
    }

    fn check(&self, process: &model::Process, holds: bool, what: &'static str) -> Result<(), Unsayable> {
        if holds { Ok(()) } else { Err(Unsayable { who: self.text(process.image), what }) }
    }
}

/// A name for each user: `alice` installs, `SYSTEM` has services, and others follow in the order of their processes.
fn users(world: &model::World) -> Vec<(model::UserId, String)> {
    let of = |process: model::ProcessId| world.processes()[process.index()].user;
    let own = world.installers().first().map(|installer| of(installer.process));
    let system = world.services().iter().map(|service| of(service.process)).find(|user| Some(*user) != own);
    let mut users: Vec<(model::UserId, String)> = Vec::new();
    let mut others = ["bob", "carol", "dave"]
        .map(String::from)
        .into_iter()
        .chain((4..).map(|number: u32| format!("user-{number}")));
    for process in world.processes() {
        let user = process.user;
        if users.iter().any(|(known, _)| *known == user) {
            continue;
        }
        let name = match user {
            user if Some(user) == own => Some(String::from("alice")),
            user if Some(user) == system => Some(String::from("SYSTEM")),
            _ => others.next(),
        };
        users.push((user, name.expect("numbers do not end")));
    }
    users
}

/// A service in the host of another.
fn plain_service(process: Process) -> Application {
    Application {
        name: String::new(),
        kind: ApplicationKind::Service,
        critical: false,
        process,
        description: None,
        product: None,
        title: None,
        restart: None,
        windows: Vec::new(),
        registers_in_query: None,
        on_end: super::OnEnd::Leaves(std::time::Duration::ZERO),
        on_close: super::OnClose::Leaves(std::time::Duration::ZERO),
        comes_back_after: None,
        fails_to_start: false,
        runs_since: None,
        version: None,
        service_tags: true,
        service: None,
    }
}

fn kind_word(kind: ApplicationKind) -> &'static str {
    match kind {
        ApplicationKind::Unknown => "agent",
        ApplicationKind::MainWindow => "editor",
        ApplicationKind::OtherWindow => "tray",
        ApplicationKind::Service => "service",
        ApplicationKind::Explorer => "explorer",
        ApplicationKind::Console => "tool",
    }
}

fn how_used(how: model::HowUsed) -> HowUsed {
    match how {
        model::HowUsed::Handle => HowUsed::Handle,
        model::HowUsed::SharedHandle => HowUsed::SharedHandle,
        model::HowUsed::Image => HowUsed::Image,
        // The three ways that are never seen are one in the model.
        model::HowUsed::Unseen => HowUsed::CurrentDirectory,
    }
}
