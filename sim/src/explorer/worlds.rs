//! Worlds to explore, by name.

use std::time::Duration;

use rstmgr_model::{
    HowUsed, Installer, Machine, OnEnd, OnQuery, ProcessKind, Profile, RestartRegistration, Use, World,
};

use super::{Bounds, SmallWorld};

/// Installers and applications of one user; each application has a window, uses the file of its
/// number, is registered for restart, and agrees to end or refuses. Everybody calls everything.
pub fn small_world(installers: usize, applications: usize, profile: Profile, bounds: Bounds) -> SmallWorld {
    let mut world = World::new();
    let user = World::user(0);
    let files: Vec<_> = (0..applications).map(|file| world.path(&format!(r"C:\App\{file}.dll"))).collect();
    let arguments = world.long_text("--restore");
    let mut programs = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let mut process = world.process(&format!(r"C:\App\{number}.exe"), user);
        process.kind = ProcessKind::MainWindow;
        process.restart = Some(RestartRegistration { arguments, flags: 0 });
        process.uses.push(Use { path: *file, how: HowUsed::Handle });
        process.behavior.on_query = OnQuery::Undecided;
        process.behavior.on_end = OnEnd::Leaves(Duration::from_secs(1));
        programs.push(world.add_process(process));
    }
    let mut setups = Vec::new();
    for number in 0..installers {
        let process = world.process(&format!(r"C:\Setup\{number}.exe"), user);
        let process = world.add_process(process);
        let current_directory = String::from(r"C:\Setup");
        let installer = Installer { process, as_service: false, current_directory, shutdown_privilege: true };
        setups.push(world.add_installer(installer));
    }
    let mut small = SmallWorld::new(Machine::new(world, profile), bounds);
    small.installers = setups;
    small.files = files;
    small.applications = programs;
    small
}
