//! The world of a scenario as one that the explorer follows, and what it finds as a scenario.

use std::collections::BTreeSet;

use rstmgr_model::{Flaw, Machine, Monitor, PathId, Property, ServiceNameId};
use rstmgr_sim::{Arguments, Bounds, Function, PathStep, SmallWorld};

use crate::backend::simulated::SimulatedBackend;
use crate::retell::{self, FileError, Names};
use crate::scenario::write::CannotSay;
use crate::scenario::{HowUsed, ProcessOf, Scenario};
use crate::suite::BackendKind;

/// The functions by their names in scenarios.
pub const FUNCTIONS: [(&str, Function); 11] = [
    ("start-session", Function::StartSession),
    ("join-session", Function::JoinSession),
    ("end-session", Function::EndSession),
    ("register-resources", Function::RegisterResources),
    ("get-list", Function::GetList),
    ("shutdown", Function::Shutdown),
    ("restart", Function::Restart),
    ("cancel-current-task", Function::CancelCurrentTask),
    ("add-filter", Function::AddFilter),
    ("remove-filter", Function::RemoveFilter),
    ("get-filter-list", Function::GetFilterList),
];

/// What is done in the states of a world.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The functions that installers call.
    pub functions: Vec<Function>,
    /// The flags with which they call `RmShutdown`.
    pub shutdown_flags: Vec<u32>,
    /// With which arguments they call the functions.
    pub arguments: Arguments,
    /// Whether applications start and exit on their own.
    pub applications_come_and_go: bool,
    /// Whether the processes of installers end.
    pub installers_die: bool,
    /// How far a state may be.
    pub bounds: Bounds,
}

/// A world that can be explored, with its names.
#[derive(Debug)]
pub struct NamedWorld {
    /// What the explorer follows.
    pub small: SmallWorld,
    names: Names,
    scenario: Scenario,
    flaw: Option<Flaw>,
}

impl NamedWorld {
    /// The world of `scenario`, whose steps are not done; with `flaw`, if there is one.
    ///
    /// Installers register each file that an application uses, each application and each service, each for itself.
    pub fn new(scenario: &Scenario, offer: &Offer, flaw: Option<Flaw>) -> NamedWorld {
        let (mut machine, installers, names) = SimulatedBackend::first_machine(scenario);
        let (files, services) = resources(scenario, &mut machine);
        if let Some(flaw) = flaw {
            machine = machine.with_flaw(flaw);
        }
        let mut small = SmallWorld::new(machine, offer.bounds);
        small.installers = installers;
        small.files = files;
        let world = small.machine.world();
        let applications = world.numbered_processes().map(|(process, _)| process).filter(|process| {
            let is_host = world.services().iter().any(|service| service.process == *process);
            matches!(names.processes[process.index()], Some(ProcessOf::Application(_))) && !is_host
        });
        small.applications = applications.collect();
        small.services = services;
        small.functions.clone_from(&offer.functions);
        small.shutdown_flags.clone_from(&offer.shutdown_flags);
        small.arguments = offer.arguments;
        small.applications_come_and_go = offer.applications_come_and_go;
        small.installers_die = offer.installers_die;
        NamedWorld { small, names, scenario: scenario.clone(), flaw }
    }

    /// What watches over the laws from the first state on.
    pub fn monitor(&self) -> Monitor {
        Monitor::new(self.small.machine.world(), self.small.machine.profile())
    }

    /// A scenario called `title` that goes the way of `path`.
    ///
    /// # Errors
    ///
    /// If the format has no words for the path.
    pub fn scenario(&self, title: String, path: &[PathStep]) -> Result<Scenario, CannotSay> {
        let scenario = Scenario { title, ..self.scenario.clone() };
        retell::retell(&scenario, &self.names, &self.small.machine, path)
    }

    /// The file of a scenario that goes the way of `path`, which broke a law because of `because`.
    ///
    /// # Errors
    ///
    /// If the format has no words for the path.
    pub fn file(&self, path: &[PathStep], because: &str, notes: &[String]) -> Result<String, FileError> {
        let law = because.split_once(':').and_then(|(name, _)| Property::by_name(name));
        let title = law.map_or_else(|| String::from("A law is broken"), |law| retell::title(law.says));
        let scenario = self.scenario(title, path)?;
        let violator = self.flaw.map_or(BackendKind::Simulated, BackendKind::Mutant);
        let breaks = |scenario: &Scenario| {
            let broken = violator.run(scenario).map(|run| run.broken_laws).unwrap_or_default();
            broken.iter().any(|(_, broken)| law.is_none_or(|law| law.name == broken.property.name))
        };
        retell::file(&scenario, &breaks, law, notes)
    }
}

/// What installers register: the files that applications use, and the names of services.
fn resources(scenario: &Scenario, machine: &mut Machine) -> (Vec<PathId>, Vec<ServiceNameId>) {
    let world = machine.world_mut();
    let applications = &scenario.world.applications;
    let seen = |how: HowUsed| matches!(how, HowUsed::Handle | HowUsed::SharedHandle | HowUsed::Image);
    let used = applications.iter().flat_map(|application| &application.process.uses);
    let files: BTreeSet<PathId> =
        used.filter(|used| seen(used.how)).map(|used| world.path(&used.path)).collect();
    let services = applications.iter().filter_map(|application| application.service.as_ref());
    let services: BTreeSet<ServiceNameId> =
        services.map(|service| world.service_name(&service.short_name)).collect();
    (files.into_iter().collect(), services.into_iter().collect())
}
