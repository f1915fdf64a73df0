//! A scene as a machine, and which of its parts each number is.

use rstmgr_model::{
    Behavior, FileFact, HiddenWindow, Installer, InstallerId, Machine, PathId, Process, ProcessId,
    RestartRegistration, ServiceId, ServiceNameId, TextId, Use, UserId, World,
};

use super::deed::{Who, arguments};
use super::scene::{Number, Scene, SceneApplication, SceneInstaller, SceneProcess, SceneUser, WhatLies};

/// Where installers start relative paths.
const CURRENT_DIRECTORY: &str = r"C:\Setup";
/// The numbers of arguments that are known.
const ARGUMENTS: u8 = 6;

/// Which part of a machine's world each number of a scene is.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    files: Vec<(Number, PathId)>,
    applications: Vec<(Number, Player)>,
    installers: Vec<(Number, InstallerId, Player)>,
    services: Vec<(Number, ServiceId, ServiceNameId)>,
    /// By number of the arguments.
    arguments: Vec<TextId>,
    /// A path and a name that mean nothing.
    nothing: Option<(PathId, TextId, ServiceNameId)>,
}

/// Who has a part in a scene.
#[derive(Clone, Copy, Debug)]
pub struct Player {
    /// Its process.
    pub process: ProcessId,
    /// Its program, as a filter names it.
    pub module: (PathId, TextId),
}

impl Scene {
    /// The scene as a machine, and which of its parts each number is.
    pub fn set(&self) -> (Stage, Machine) {
        Stage::set(self)
    }
}

impl Stage {
    fn set(scene: &Scene) -> (Stage, Machine) {
        let mut builder = Builder { world: World::new(), stage: Stage::default() };
        builder.add_files(scene);
        for application in &scene.applications {
            builder.add_application(application);
        }
        for service in scene.applications.iter().flat_map(|application| &application.services) {
            for needed in &service.depends_on {
                let stage = &builder.stage;
                if let (Some(needed), Some(dependent)) =
                    (stage.service(*needed), stage.service(service.number))
                {
                    builder.world.add_dependent(needed.0, dependent.0);
                }
            }
        }
        for installer in &scene.installers {
            builder.add_installer(installer);
        }
        builder.add_relative_files(scene);
        builder.add_names();
        (builder.stage, Machine::new(builder.world, scene.setting.profile()))
    }

    /// The file with this number.
    pub fn file(&self, number: Number) -> Option<PathId> {
        self.files.iter().find(|entry| entry.0 == number).map(|entry| entry.1)
    }

    /// The application, or host, with this number.
    pub fn application(&self, number: Number) -> Option<Player> {
        self.applications.iter().find(|entry| entry.0 == number).map(|entry| entry.1)
    }

    /// The installer with this number.
    pub fn installer(&self, number: Number) -> Option<(InstallerId, Player)> {
        self.installers.iter().find(|entry| entry.0 == number).map(|entry| (entry.1, entry.2))
    }

    /// Who that is; nobody, if it was left out.
    pub fn player(&self, who: Who) -> Option<Player> {
        match who {
            Who::Application(number) => self.application(number),
            Who::Installer(number) => self.installer(number).map(|(_, player)| player),
            Who::Nobody(_) => None,
        }
    }

    /// The service with this number, and its name.
    pub fn service(&self, number: Number) -> Option<(ServiceId, ServiceNameId)> {
        self.services.iter().find(|entry| entry.0 == number).map(|entry| (entry.1, entry.2))
    }

    pub(super) fn arguments(&self, number: Number) -> Option<TextId> {
        self.arguments.get(usize::from(number)).copied()
    }

    /// A program that nobody runs.
    pub(super) fn nobodys_module(&self) -> Option<(PathId, TextId)> {
        self.nothing.map(|(path, text, _)| (path, text))
    }

    /// A name that no service has.
    pub(super) fn no_service(&self) -> Option<ServiceNameId> {
        self.nothing.map(|(_, _, name)| name)
    }
}

/// A stage in the making; the order of its parts is that in which a scenario's world is made.
struct Builder {
    world: World,
    stage: Stage,
}

impl Builder {
    fn add_files(&mut self, scene: &Scene) {
        for file in &scene.files {
            // A relative path has its meaning from an installer, and there is none yet.
            if file.is_full() {
                let path = self.world.path(&file.path);
                self.stage.files.push((file.number, path));
            }
        }
        for file in &scene.files {
            let Some(path) = self.stage.file(file.number) else { continue };
            let fact = match file.what {
                WhatLies::File => continue,
                WhatLies::Nothing => FileFact::Missing,
                WhatLies::Directory => FileFact::Directory,
                WhatLies::CannotBeOpened(reply) => FileFact::CannotBeOpened(reply),
                WhatLies::AnotherNameOf(other) => match self.stage.file(other) {
                    Some(other) => FileFact::AnotherNameOf(other),
                    None => continue,
                },
            };
            self.world.file(path, fact);
        }
    }

    fn add_application(&mut self, application: &SceneApplication) {
        let image = application.image();
        let mut process = self.process(&application.process, &image);
        let is_host = !application.services.is_empty();
        process.kind = application.kind;
        process.critical = application.critical && !is_host;
        process.restart = application.restart.map(|(text, flags)| self.registration(text, flags));
        process.behavior = self.behavior(application);
        process.age = application.age;
        process.service_tags = application.service_tags;
        if is_host {
            process.integrity = 3;
        }
        let process = self.world.add_process(process);
        let module = (self.world.path(&image), self.world.long_text(&image));
        self.stage.applications.push((application.number, Player { process, module }));
        for facts in &application.services {
            let name = facts.name();
            let mut service = self.world.service(process, &name, &name);
            service.critical = facts.critical;
            service.on_stop = facts.on_stop;
            service.on_start = facts.on_start;
            service.is_disabled = facts.is_disabled;
            let id = self.world.add_service(service);
            let name = self.world.service_name(&name);
            self.stage.services.push((facts.number, id, name));
        }
    }

    fn behavior(&mut self, application: &SceneApplication) -> Behavior {
        let hidden = (1..).zip(&application.hidden_windows).map(|(number, on_query)| HiddenWindow {
            name: self.world.text(&format!("hidden-{number}")),
            on_query: *on_query,
        });
        Behavior {
            hidden_windows: hidden.collect(),
            on_query: application.on_query,
            on_end: application.on_end,
            leaves_on_close: application.leaves_on_close,
            on_console_event: application.process.on_console_event,
            registers_in_query: application.registers_in_query.map(|text| self.registration(text, 0)),
            comes_back_after: application.comes_back_after,
            fails_to_start: application.fails_to_start,
        }
    }

    fn registration(&mut self, text: Number, flags: u32) -> RestartRegistration {
        RestartRegistration { arguments: self.world.long_text(&arguments(text)), flags }
    }

    fn add_installer(&mut self, installer: &SceneInstaller) {
        let shared = installer.in_process_of.and_then(|number| self.stage.installer(number));
        let player = match shared {
            Some((_, player)) => player,
            None => {
                let image = installer.image();
                let process = self.process(&installer.process, &image);
                let process = self.world.add_process(process);
                let module = (self.world.path(&image), self.world.long_text(&image));
                Player { process, module }
            }
        };
        let like = shared.map(|(id, _)| self.world.installers()[id.index()].clone());
        let id = self.world.add_installer(Installer {
            process: player.process,
            as_service: like.as_ref().map_or(installer.as_service, |like| like.as_service),
            current_directory: String::from(CURRENT_DIRECTORY),
            shutdown_privilege: like.map_or(installer.shutdown_privilege, |like| like.shutdown_privilege),
        });
        self.stage.installers.push((installer.number, id, player));
    }

    fn process(&mut self, facts: &SceneProcess, image: &str) -> Process {
        let mut process = self.world.process(image, user(facts.user));
        process.elevated = facts.elevated;
        process.integrity = if facts.elevated { 2 } else { 1 };
        process.terminal_session = facts.terminal_session;
        process.running = facts.running;
        process.console = facts.console;
        process.behavior.on_console_event = facts.on_console_event;
        for (number, how) in &facts.uses {
            if let Some(path) = self.stage.file(*number) {
                process.uses.push(Use { path, how: *how });
            }
        }
        process
    }

    /// Paths that mean something only where installers start them, which is the same directory for all.
    fn add_relative_files(&mut self, scene: &Scene) {
        let Some((_, first, _)) = self.stage.installers.first().copied() else { return };
        for file in &scene.files {
            if self.stage.file(file.number).is_none() {
                let path = self.world.path_of(first, &file.path);
                self.stage.files.push((file.number, path));
            }
        }
    }

    /// What deeds can name although nobody has it: a run adds nothing to the world.
    fn add_names(&mut self) {
        self.stage.arguments =
            (0..ARGUMENTS).map(|number| self.world.long_text(&arguments(number))).collect();
        let nobody = r"C:\Nobody\nobody.exe";
        self.stage.nothing = Some((
            self.world.path(nobody),
            self.world.long_text(nobody),
            self.world.service_name("no-such-service"),
        ));
    }
}

fn user(user: SceneUser) -> UserId {
    World::user(match user {
        SceneUser::Own => 0,
        SceneUser::Other => 1,
        SceneUser::System => 2,
    })
}
