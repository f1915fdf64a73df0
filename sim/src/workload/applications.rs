//! Random applications: what they are, what they use, and how they behave.

use std::time::Duration;

use rstmgr_model::{
    FileFact, HiddenWindow, HowUsed, OnConsoleEvent, OnEnd, OnQuery, Process, ProcessKind, RESTART_NO_CRASH,
    RESTART_NO_PATCH, RESTART_NO_REBOOT, RestartRegistration, UniqueProcess, Use, World,
};

use super::{Draft, Feature, INSTALLER_CONSOLE, TERMINAL_SESSION, own_user};

/// How long something takes, in ms; none of them meets a deadline to the millisecond.
const WAITS: [u64; 8] = [0, 0, 17, 250, 3_003, 8_011, 29_007, 33_013];

impl Draft {
    /// Adds an application; the first is the shell, if there is one.
    pub(super) fn add_application(&mut self, number: usize) {
        let kind = self.kind(number);
        let image = if kind == ProcessKind::Explorer {
            String::from(r"C:\Windows\explorer.exe")
        } else {
            format!(r"C:\App\app{}.exe", number / 2 + self.random.below(2))
        };
        let mut process = self.machine.world.process(&image, own_user());
        process.kind = kind;
        process.terminal_session = TERMINAL_SESSION;
        // Who is logged on is whose program stands first.
        let is_kept_away = number > 0 && kind != ProcessKind::Explorer && self.estrange(&mut process);
        if !is_kept_away {
            self.use_files(&mut process);
        }
        if kind == ProcessKind::Console {
            self.share_console(&mut process);
        }
        if self.chance(10) {
            process.age = Some(Duration::from_secs(3));
        }
        self.behave(&mut process);
        self.register_for_restart(&mut process);
        if !is_kept_away && self.chance(5) {
            let unique = UniqueProcess { pid: process.pid, start_time: process.start_time };
            self.machine.registered_processes.push(unique);
        }
        let process = self.machine.world.add_process(process);
        self.machine.processes.push(process);
    }

    fn kind(&mut self, number: usize) -> ProcessKind {
        if number == 0 && self.has(Feature::Explorer) {
            return ProcessKind::Explorer;
        }
        match self.random.below(10) {
            0..4 => ProcessKind::MainWindow,
            4 | 5 => ProcessKind::OtherWindow,
            6 if self.has(Feature::Unknown) => ProcessKind::Windowless,
            _ => ProcessKind::Console,
        }
    }

    /// Makes somebody of a few whom the installer may not stop; whether it is kept away from the files.
    fn estrange(&mut self, process: &mut Process) -> bool {
        let needs_reboot = self.has(Feature::RebootReasons);
        if !(self.has(Feature::Strangers) || needs_reboot) || !self.chance(10) {
            return false;
        }
        let mut is_reason = true;
        match self.random.below(4) {
            0 => process.critical = true,
            1 => process.terminal_session = TERMINAL_SESSION + 1,
            2 => {
                process.user = World::user(1);
                is_reason = !self.is_elevated;
            }
            _ => {
                process.elevated = true;
                process.integrity = 2;
                is_reason = !self.is_elevated;
            }
        }
        is_reason && !needs_reboot
    }

    pub(super) fn use_files(&mut self, process: &mut Process) {
        if self.chance(10) {
            return;
        }
        for _ in 0..1 + self.random.below(3) {
            let path = self.pick(&self.machine.files.clone());
            let how = self.pick(&[HowUsed::Handle, HowUsed::Image, HowUsed::SharedHandle, HowUsed::Unseen]);
            process.uses.push(Use { path, how });
        }
    }

    fn share_console(&mut self, process: &mut Process) {
        if self.has(Feature::InstallerConsole) && self.chance(5) {
            process.console = Some(INSTALLER_CONSOLE);
        } else if self.has(Feature::SharedConsoles) && self.chance(30) {
            process.console = Some(self.consoles);
            self.consoles += u32::from(self.chance(40));
        }
    }

    fn register_for_restart(&mut self, process: &mut Process) {
        let is_unregistered = self.has(Feature::Unregistered);
        if is_unregistered && self.chance(30) {
            if self.chance(30) {
                process.behavior.registers_in_query = Some(self.registration(0));
            }
            return;
        }
        let flags = if is_unregistered && self.chance(20) {
            RESTART_NO_PATCH
        } else {
            self.pick(&[0, 0, RESTART_NO_CRASH, RESTART_NO_REBOOT])
        };
        process.restart = Some(self.registration(flags));
    }

    fn registration(&mut self, flags: u32) -> RestartRegistration {
        let text = format!("--restore {}", self.random.below(9));
        RestartRegistration { arguments: self.machine.world.long_text(&text), flags }
    }

    fn behave(&mut self, process: &mut Process) {
        let behavior = &mut process.behavior;
        behavior.on_query = self.on_query();
        behavior.on_end = self.on_end();
        behavior.leaves_on_close =
            if self.has(Feature::Survivors) && self.chance(15) { None } else { Some(self.wait()) };
        behavior.on_console_event = self.on_console_event();
        if self.has(Feature::HiddenWindows) && self.chance(20) {
            for number in 0..1 + self.random.below(2) {
                let name = self.machine.world.text(&format!("hidden{number}"));
                let on_query = self.on_query();
                behavior.hidden_windows.push(HiddenWindow { name, on_query });
            }
        }
        if self.has(Feature::ComingBack) && self.chance(5) {
            behavior.comes_back_after = Some(self.wait());
        }
        if self.has(Feature::FailingStarts) && self.chance(5) {
            behavior.fails_to_start = self.chance(50);
            if !behavior.fails_to_start {
                let image = self.machine.world.text_of(process.image).to_string();
                let path = self.machine.world.path(&image);
                self.machine.world.file(path, FileFact::Missing);
                self.machine.missing_programs.push(process.image);
            }
        }
    }

    pub(super) fn wait(&mut self) -> Duration {
        Duration::from_millis(self.pick(&WAITS))
    }

    fn on_query(&mut self) -> OnQuery {
        if self.has(Feature::Refusals) && self.chance(10) {
            let after = self.wait();
            return match self.random.below(6) {
                0 => OnQuery::Answers { agrees: false, after },
                1 => OnQuery::Answers { agrees: true, after: after + Duration::from_millis(6_007) },
                2 => OnQuery::ModalDialog,
                3 => OnQuery::Silent,
                4 => OnQuery::Hung,
                _ => OnQuery::Undecided,
            };
        }
        match self.random.below(20) {
            0 => OnQuery::Leaves(Duration::from_millis(self.pick(&[0, 207, 4_001]))),
            _ => OnQuery::Answers { agrees: true, after: Duration::from_millis(self.pick(&[0, 0, 3, 207])) },
        }
    }

    fn on_end(&mut self) -> OnEnd {
        if self.has(Feature::Survivors) && self.chance(15) {
            return match self.random.below(3) {
                0 => OnEnd::Stays,
                1 => OnEnd::Lingers(None),
                _ => OnEnd::Lingers(Some(self.wait())),
            };
        }
        OnEnd::Leaves(Duration::from_millis(self.pick(&WAITS[..7])))
    }

    fn on_console_event(&mut self) -> OnConsoleEvent {
        if self.has(Feature::Survivors) && self.chance(15) {
            return match self.random.below(3) {
                0 => OnConsoleEvent::Stays,
                1 => OnConsoleEvent::Ignores,
                _ => OnConsoleEvent::Leaves(self.wait()),
            };
        }
        OnConsoleEvent::Leaves(Duration::from_millis(self.pick(&WAITS[..7])))
    }
}
