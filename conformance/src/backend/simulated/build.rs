//! The world of a scenario, as the model knows it.

mod behavior;

use rstmgr_model as model;

use crate::request::{ApplicationIndex, Subject};
use crate::retell::Names;
use crate::scenario::{
    Application, ApplicationKind, HowUsed, Installer, Integrity, Process, ProcessOf, RestartRegistration,
    WhatLiesThere, World,
};

/// Which part of the model's world each part of the scenario's is.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// By installer.
    pub(super) installers: Vec<model::InstallerId>,
    /// By application: its process.
    pub(super) applications: Vec<model::ProcessId>,
    /// By application: its service, if it is one.
    pub(super) services: Vec<Option<model::ServiceId>>,
    /// By process of the model: who it is.
    subjects: Vec<Subject>,
    /// By service of the model: which application it is.
    service_subjects: Vec<ApplicationIndex>,
}

impl Numbers {
    /// Who is who.
    pub(super) fn names(&self) -> Names {
        let who = |subject: &Subject| match *subject {
            Subject::Installer(installer) => Some(ProcessOf::Installer(installer)),
            Subject::Application(application) => Some(ProcessOf::Application(application)),
        };
        Names {
            installers: (0..self.installers.len()).collect(),
            processes: self.subjects.iter().map(who).collect(),
            services: self.service_subjects.clone(),
        }
    }

    /// Who a process, or a service in it, is in the scenario.
    pub(super) fn subject(&self, process: model::ProcessId, service: Option<model::ServiceId>) -> Subject {
        match service {
            Some(service) => Subject::Application(self.service_subjects[service.index()]),
            None => self.subjects[process.index()],
        }
    }
}

/// Builds the world; applications come before installers, so that their process ids are lower.
pub(super) fn build(world: &World) -> (model::World, Numbers) {
    let mut builder = Builder::default();
    for file in &world.files {
        builder.add_file(&file.path, &file.what);
    }
    for application in &world.applications {
        builder.add_application(application);
    }
    for (place, application) in world.applications.iter().enumerate() {
        for service in application.service.iter().flat_map(|service| &service.depends_on) {
            if let (Some(on), Some(dependent)) =
                (builder.numbers.services[*service], builder.numbers.services[place])
            {
                builder.world.add_dependent(on, dependent);
            }
        }
    }
    for installer in &world.installers {
        builder.add_installer(installer);
    }
    (builder.world, builder.numbers)
}

#[derive(Default)]
struct Builder {
    world: model::World,
    numbers: Numbers,
    users: Vec<String>,
    consoles: Vec<String>,
}

impl Builder {
    fn add_file(&mut self, path: &str, what: &WhatLiesThere) {
        let id = self.world.path(path);
        let fact = match what {
            WhatLiesThere::Nothing => model::FileFact::Missing,
            WhatLiesThere::Directory => model::FileFact::Directory,
            WhatLiesThere::AnotherNameOf(other) => model::FileFact::AnotherNameOf(self.world.path(other)),
            WhatLiesThere::CannotBeOpened(code) => {
                model::FileFact::CannotBeOpened(model::Reply::from_code(*code))
            }
        };
        self.world.file(id, fact);
    }

    fn add_application(&mut self, application: &Application) {
        let service = application.service.as_ref();
        let process = match service.and_then(|service| service.shares_process_of) {
            Some(host) => self.numbers.applications[host],
            None => {
                let process = self.application_process(application);
                self.numbers.subjects.push(Subject::Application(self.numbers.applications.len()));
                self.world.add_process(process)
            }
        };
        let service = service.map(|facts| {
            let mut service = self.world.service(process, &facts.short_name, &facts.display_name);
            service.critical = application.critical;
            service.on_stop = behavior::on_stop(facts.on_stop);
            service.on_start = behavior::on_start(facts.on_start);
            service.is_disabled = facts.is_disabled;
            self.numbers.service_subjects.push(self.numbers.applications.len());
            self.world.add_service(service)
        });
        self.numbers.applications.push(process);
        self.numbers.services.push(service);
    }

    fn application_process(&mut self, application: &Application) -> model::Process {
        let mut process = self.process(&application.process);
        process.kind = match application.kind {
            ApplicationKind::Unknown | ApplicationKind::Service => model::ProcessKind::Windowless,
            ApplicationKind::MainWindow => model::ProcessKind::MainWindow,
            ApplicationKind::OtherWindow => model::ProcessKind::OtherWindow,
            ApplicationKind::Explorer => model::ProcessKind::Explorer,
            ApplicationKind::Console => model::ProcessKind::Console,
        };
        // A critical service does not make the other services of its host critical.
        process.critical = application.critical && application.service.is_none();
        process.restart = application.restart.as_ref().map(|registration| self.registration(registration));
        process.behavior = self.behavior(application);
        process.age = application.runs_since;
        process.service_tags = application.service_tags;
        let mut text = |text: &Option<String>| text.as_deref().map(|text| self.world.text(text));
        process.description = text(&application.description);
        process.product = text(&application.product);
        process.title = text(&application.title);
        process.version = text(&application.version);
        process
    }

    fn registration(&mut self, registration: &RestartRegistration) -> model::RestartRegistration {
        model::RestartRegistration {
            arguments: self.world.long_text(&registration.arguments),
            flags: registration.flags,
        }
    }

    fn add_installer(&mut self, installer: &Installer) {
        let process = match installer.in_process_of {
            Some(other) => self.world.installers()[self.numbers.installers[other].index()].process,
            None => {
                let process = self.process(&installer.process);
                self.numbers.subjects.push(Subject::Installer(self.numbers.installers.len()));
                self.world.add_process(process)
            }
        };
        let id = self.world.add_installer(model::Installer {
            process,
            as_service: installer.as_service,
            current_directory: installer.current_directory.clone(),
            shutdown_privilege: installer.shutdown_privilege,
        });
        self.numbers.installers.push(id);
    }

    fn process(&mut self, facts: &Process) -> model::Process {
        let user = self.user(&facts.user);
        let mut process = self.world.process(&facts.image, user);
        process.pid = facts.pid.unwrap_or(process.pid);
        process.elevated = facts.elevated;
        process.integrity = match facts.integrity {
            Integrity::Low => 0,
            Integrity::Medium => 1,
            Integrity::High => 2,
            Integrity::System => 3,
        };
        process.terminal_session = facts.terminal_session;
        process.wow64 = facts.wow64;
        process.running = facts.running;
        process.behavior.on_console_event = behavior::on_console_event(facts.on_console_event);
        process.console = facts.console.as_ref().map(|console| place_of(&mut self.consoles, console));
        process.uses = facts
            .uses
            .iter()
            .map(|each| model::Use { path: self.world.path(&each.path), how: how_used(each.how) })
            .collect();
        process
    }

    fn user(&mut self, name: &str) -> model::UserId {
        model::World::user(place_of(&mut self.users, name))
    }
}

/// The place of `name` among the `names`, to which it is added if it is new.
fn place_of(names: &mut Vec<String>, name: &str) -> u32 {
    let place = names.iter().position(|known| known == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    });
    u32::try_from(place).expect("a scenario has few users and consoles")
}

fn how_used(how: HowUsed) -> model::HowUsed {
    match how {
        HowUsed::Handle => model::HowUsed::Handle,
        HowUsed::SharedHandle => model::HowUsed::SharedHandle,
        HowUsed::Image => model::HowUsed::Image,
        HowUsed::CurrentDirectory | HowUsed::Remote | HowUsed::Kernel => model::HowUsed::Unseen,
    }
}
