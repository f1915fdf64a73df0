//! Drawing a scene: a handful of files, applications and installers.

use std::time::Duration;

use rstmgr_model::{
    HowUsed, OnConsoleEvent, OnEnd, OnQuery, OnStart, OnStop, ProcessKind, RESTART_NO_CRASH,
    RESTART_NO_PATCH, RESTART_NO_REBOOT, Reply,
};

use super::Cases;
use super::draw::Dice;
use super::scene::{
    Number, Scene, SceneApplication, SceneFile, SceneInstaller, SceneProcess, SceneService, SceneUser,
    Setting, WhatLies,
};
use crate::workload::Feature;

/// The console that an installer may share.
const INSTALLER_CONSOLE: u32 = 0;

impl Dice {
    pub(super) fn scene(&mut self, cases: &Cases, features: &[Feature], setting: Setting) -> Scene {
        let (least, most) = (*cases.applications.start(), *cases.applications.end());
        assert!(least <= most, "a case has some number of applications");
        let most = most.min(usize::from(Number::MAX) / 4);
        let count = least + self.below(most - least + 1);
        let mut scene =
            Scene { setting, files: Vec::new(), applications: Vec::new(), installers: Vec::new() };
        self.add_files(&mut scene);
        let mut services = 0;
        for place in 0..count {
            let number = Number::try_from(place).expect("there are at most 63");
            let is_host = features.contains(&Feature::Services) && self.chance(35);
            let application = if is_host {
                self.host(&scene, features, number, &mut services)
            } else {
                self.application(&scene, features, number)
            };
            scene.applications.push(application);
        }
        self.add_installers(&mut scene, features);
        if features.contains(&Feature::FailingStarts) && self.chance(40) {
            self.lose_a_program(&mut scene);
        }
        scene
    }

    fn add_files(&mut self, scene: &mut Scene) {
        let count = 1 + self.number(4);
        for number in 0..count {
            let path = match number {
                0 => String::from(r"C:\App\core.dll"),
                number => format!(r"C:\App\part-{number}.dll"),
            };
            scene.files.push(SceneFile { number, path, what: WhatLies::File });
        }
        let odd: [(&str, WhatLies); 9] = [
            (r"\\?\C:\App\core.dll", WhatLies::File),
            (r"c:\APP\Core.DLL", WhatLies::File),
            (r"C:\App\nobody.dll", WhatLies::File),
            (r"C:\App\gone.dll", WhatLies::Nothing),
            (r"C:\App\plugins", WhatLies::Directory),
            (r"C:\APP\CORE~1.DLL", WhatLies::AnotherNameOf(0)),
            (r"C:\App\locked.dll", WhatLies::CannotBeOpened(Reply::AccessDenied)),
            ("", WhatLies::File),
            (r"C:\App\*.dll", WhatLies::File),
        ];
        for (number, (path, what)) in (count..).zip(odd) {
            if self.chance(25) {
                scene.files.push(SceneFile { number, path: String::from(path), what });
            }
        }
    }

    fn application(&mut self, scene: &Scene, features: &[Feature], number: Number) -> SceneApplication {
        let has = |feature| features.contains(&feature);
        let kind = match self.below(10) {
            _ if number == 0 && has(Feature::Explorer) => ProcessKind::Explorer,
            0..4 => ProcessKind::MainWindow,
            4 | 5 => ProcessKind::OtherWindow,
            6 if has(Feature::Unknown) => ProcessKind::Windowless,
            _ => ProcessKind::Console,
        };
        let mut application = SceneApplication::plain(number, kind);
        let is_kept_away = self.estrange(&mut application, features);
        if !is_kept_away {
            self.use_files(scene, &mut application.process);
        }
        if kind == ProcessKind::Console {
            application.process.console = match () {
                () if has(Feature::InstallerConsole) && self.chance(15) => Some(INSTALLER_CONSOLE),
                () if has(Feature::SharedConsoles) && self.chance(50) => Some(INSTALLER_CONSOLE + 1),
                () => None,
            };
        }
        application.process.running = self.chance(90);
        application.age = self.chance(10).then_some(Duration::from_secs(3));
        self.behave(&mut application, features);
        let is_unregistered = has(Feature::Unregistered) && self.chance(40);
        if !is_unregistered {
            let flags = match self.below(10) {
                0 if has(Feature::Unregistered) => RESTART_NO_PATCH,
                1 => RESTART_NO_CRASH,
                2 => RESTART_NO_REBOOT,
                _ => 0,
            };
            application.restart = Some((0, flags));
        } else if self.chance(30) && matches!(application.on_query, OnQuery::Answers { .. }) {
            application.registers_in_query = Some(3);
        }
        application
    }

    /// Makes somebody of a few whom the installer may not stop; whether it is kept away from the files.
    fn estrange(&mut self, application: &mut SceneApplication, features: &[Feature]) -> bool {
        let needs_reboot = features.contains(&Feature::RebootReasons);
        if !(needs_reboot || features.contains(&Feature::Strangers)) || !self.chance(15) {
            return false;
        }
        match self.below(4) {
            0 => application.critical = true,
            1 => application.process.terminal_session = 2,
            2 => application.process.user = SceneUser::Other,
            _ => application.process.elevated = true,
        }
        !needs_reboot
    }

    /// Uses of files, in the order in which a scenario states them.
    fn use_files(&mut self, scene: &Scene, process: &mut SceneProcess) {
        if self.chance(10) {
            return;
        }
        let is_used = |file: &&SceneFile| file.is_ordinary();
        let ways = [HowUsed::Handle, HowUsed::SharedHandle, HowUsed::Image, HowUsed::Unseen];
        for _ in 0..1 + self.below(2) {
            let files = scene.files.iter().filter(is_used).count();
            let place = self.below(files.max(1));
            let how = self.pick(&[0, 0, 0, 1, 2, 2, 3]);
            let Some(file) = scene.files.iter().filter(is_used).nth(place) else { continue };
            if !process.uses.contains(&(file.number, ways[how])) {
                process.uses.push((file.number, ways[how]));
            }
        }
        process.uses.sort_by_key(|(_, how)| ways.iter().position(|way| way == how));
    }

    fn behave(&mut self, application: &mut SceneApplication, features: &[Feature]) {
        let has = |feature| features.contains(&feature);
        application.on_query = self.on_query(features);
        if matches!(application.kind, ProcessKind::MainWindow | ProcessKind::OtherWindow) {
            if has(Feature::HiddenWindows) && self.chance(30) {
                let on_query = self.on_query(features);
                // A modal dialog is the program's, not a window's.
                let is_dialog = on_query == OnQuery::ModalDialog;
                application.hidden_windows.push(if is_dialog { OnQuery::default() } else { on_query });
            }
        } else if application.on_query == OnQuery::ModalDialog {
            application.on_query = OnQuery::default();
        }
        if has(Feature::Survivors) && self.chance(30) {
            application.on_end = match self.below(3) {
                0 => OnEnd::Stays,
                1 => OnEnd::Lingers(None),
                _ => OnEnd::Lingers(Some(self.wait())),
            };
            application.leaves_on_close = if self.chance(70) { None } else { Some(self.wait()) };
            application.process.on_console_event =
                self.pick(&[OnConsoleEvent::Stays, OnConsoleEvent::Ignores]);
        } else if self.chance(40) {
            application.on_end = OnEnd::Leaves(self.wait());
            application.process.on_console_event = OnConsoleEvent::Leaves(self.wait());
        }
        if has(Feature::ComingBack) && self.chance(25) {
            application.comes_back_after = Some(self.wait());
        }
        application.fails_to_start = has(Feature::FailingStarts) && self.chance(20);
    }

    fn on_query(&mut self, features: &[Feature]) -> OnQuery {
        if features.contains(&Feature::Refusals) && self.chance(25) {
            let after = self.wait();
            return match self.below(6) {
                0 => OnQuery::Answers { agrees: false, after },
                1 => OnQuery::Answers { agrees: true, after: after + Duration::from_millis(6_007) },
                2 => OnQuery::ModalDialog,
                3 => OnQuery::Silent,
                4 => OnQuery::Hung,
                _ => OnQuery::Undecided,
            };
        }
        match self.below(12) {
            0 => OnQuery::Leaves(Duration::from_millis(self.pick(&[0, 207, 4_001]))),
            1 => OnQuery::Answers { agrees: true, after: Duration::from_millis(207) },
            _ => OnQuery::default(),
        }
    }

    fn host(
        &mut self,
        scene: &Scene,
        features: &[Feature],
        number: Number,
        services: &mut Number,
    ) -> SceneApplication {
        let has = |feature| features.contains(&feature);
        let mut host = SceneApplication::plain(number, ProcessKind::Windowless);
        host.process.terminal_session = 0;
        host.process.user = SceneUser::System;
        host.process.running = self.chance(90);
        host.service_tags = self.chance(80);
        self.use_files(scene, &mut host.process);
        if has(Feature::ComingBack) && self.chance(15) {
            host.comes_back_after = Some(self.wait());
        }
        let count = if has(Feature::SharedHosts) { 1 + self.below(3) } else { 1 };
        for _ in 0..count {
            let mut service = SceneService::plain(*services);
            service.critical = has(Feature::RebootReasons) && self.chance(15);
            if has(Feature::Dependents) && *services > 0 && self.chance(40) {
                let needed = self.number(usize::from(*services));
                service.depends_on.push(needed);
            }
            self.behave_as_service(&mut service, features);
            host.services.push(service);
            *services += 1;
        }
        host
    }

    fn behave_as_service(&mut self, service: &mut SceneService, features: &[Feature]) {
        let after = Duration::from_millis(self.pick(&[0, 0, 31, 2_011, 17_007]));
        service.on_stop = OnStop::Stops(after);
        service.on_start = OnStart::Runs(Duration::from_millis(self.pick(&[0, 0, 31, 2_011, 23_017])));
        if features.contains(&Feature::StubbornServices) && self.chance(30) {
            service.on_stop = match self.below(5) {
                0 => OnStop::Refuses,
                1 => OnStop::Fails,
                2 => OnStop::Hangs,
                3 => OnStop::Busy,
                _ => OnStop::Stops(Duration::from_millis(23_017)),
            };
        }
        if features.contains(&Feature::FailingStarts) && self.chance(25) {
            match self.below(3) {
                0 => service.on_start = OnStart::Fails,
                1 => service.on_start = OnStart::Hangs,
                _ => service.is_disabled = true,
            }
        }
    }

    fn add_installers(&mut self, scene: &mut Scene, features: &[Feature]) {
        let has = |feature| features.contains(&feature);
        // Who installs may mostly stop what there is to stop.
        let elevated = self.chance(60);
        let hosts = scene.applications.iter().any(|application| !application.services.is_empty());
        for number in 0..1 + self.number(3) {
            let mut installer = SceneInstaller::plain(number);
            installer.process.elevated = elevated || hosts && self.chance(60);
            if number > 0 {
                match self.below(5) {
                    0 => installer.process.user = SceneUser::Other,
                    1 => installer.in_process_of = Some(0),
                    2 => installer.process.elevated = !installer.process.elevated,
                    _ => {}
                }
            } else if has(Feature::InstallerConsole) {
                installer.process.console = Some(INSTALLER_CONSOLE);
            }
            installer.process.running = number == 0 || self.chance(95);
            installer.shutdown_privilege = self.chance(80);
            if self.chance(5) {
                self.use_files(scene, &mut installer.process);
            }
            scene.installers.push(installer);
        }
    }

    /// The file of somebody's program is gone, so that it cannot start again.
    fn lose_a_program(&mut self, scene: &mut Scene) {
        if scene.applications.is_empty() {
            return;
        }
        let place = self.below(scene.applications.len());
        let path = scene.applications[place].image();
        let number = Number::MAX;
        scene.files.push(SceneFile { number, path, what: WhatLies::Nothing });
    }
}
