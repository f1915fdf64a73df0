//! Which process is which installer of the world, and what their real process ids are in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Trouble;
use crate::request::{Call, FilterTarget, InstallerIndex, Observation, UniqueProcess};
use crate::scenario::{Installer, Scenario, World};

/// About how many processes can be there at once beyond the installers that the world names.
const SPARES: usize = 256;

/// A process, from its introduction to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GuestId(u32);

/// How a process presents itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introduction {
    /// Its own process id and creation time, 0 where that is not known.
    pub process: UniqueProcess,
    /// The path or name of its program.
    pub program: String,
    /// The name of the installer that it wants to be; `None`: the one with its program, or else the first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub installer: Option<String>,
}

/// The processes that are there, and the world with room for them.
#[derive(Debug)]
pub(super) struct Guests {
    scenario: Scenario,
    /// How many installers the world names itself; those behind are spares.
    named: usize,
    present: BTreeMap<GuestId, Guest>,
    next: u32,
    /// How many installers there were at most, with those that the world names.
    used: usize,
    /// By installer: by which of those in its process the next call is made, where that was said.
    callers: BTreeMap<InstallerIndex, InstallerIndex>,
    /// Whether process ids are translated.
    translates: bool,
}

#[derive(Debug)]
struct Guest {
    installer: InstallerIndex,
    real: UniqueProcess,
    /// The process that it is on the simulated machine.
    simulated: Option<UniqueProcess>,
}

impl Guests {
    /// Nobody yet; with room for more processes than the world of `scenario` names, if any may come.
    pub(super) fn new(scenario: &Scenario, is_open: bool) -> Guests {
        let named = scenario.world.installers.len();
        let mut scenario = scenario.clone();
        if is_open {
            // One after another of each installer, so that those that are used stand in front.
            for round in 0..(SPARES / named).max(1) {
                for place in 0..named {
                    let installer = &scenario.world.installers[place];
                    let spare = spare(installer, free_name(&scenario.world, &installer.name, round + 2));
                    scenario.world.installers.push(spare);
                }
            }
        }
        let (present, callers) = (BTreeMap::new(), BTreeMap::new());
        Guests { scenario, named, present, next: 0, used: named, callers, translates: is_open }
    }

    /// The world with its spares.
    pub(super) fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// `scenario` without the spares that nobody ever was.
    pub(super) fn without_spares(&self, mut scenario: Scenario) -> Scenario {
        scenario.world.installers.truncate(self.used);
        scenario
    }

    /// Lets a process in; returns which installer it is.
    pub(super) fn admit(&mut self, who: &Introduction) -> Result<(GuestId, InstallerIndex), Trouble> {
        let wanted = match &who.installer {
            Some(name) => self.by_name(name)?,
            None => self.by_program(&who.program),
        };
        let installer = if self.is_taken(wanted) { self.spare_for(wanted)? } else { wanted };
        self.used = self.used.max(installer + 1);
        let guest = GuestId(self.next);
        self.next += 1;
        self.present.insert(guest, Guest { installer, real: who.process, simulated: None });
        Ok((guest, installer))
    }

    /// A process is gone; returns which installer it was.
    pub(super) fn dismiss(&mut self, guest: GuestId) -> Option<InstallerIndex> {
        self.present.remove(&guest).map(|guest| guest.installer)
    }

    /// How many processes are there.
    pub(super) fn count(&self) -> usize {
        self.present.len()
    }

    /// Keeps which process of the simulated machine a guest is.
    pub(super) fn learn(&mut self, guest: GuestId, process: UniqueProcess) {
        if let Some(guest) = self.present.get_mut(&guest) {
            guest.simulated = Some(process);
        }
    }

    /// By which installer the next call of a guest is made.
    pub(super) fn caller(&mut self, guest: GuestId) -> Result<InstallerIndex, Trouble> {
        let guest = self.present.get(&guest).ok_or_else(|| Trouble(String::from("the process has ended")))?;
        Ok(self.callers.remove(&guest.installer).unwrap_or(guest.installer))
    }

    /// Says by which of the installers in a process its next call is made.
    pub(super) fn expect_caller(&mut self, process: InstallerIndex, by: InstallerIndex) {
        self.callers.insert(process, by);
    }

    /// The call with the simulated ids of the processes that are guests.
    pub(super) fn with_simulated_processes(&self, call: &Call) -> Call {
        let mut call = call.clone();
        if !self.translates {
            return call;
        }
        match &mut call {
            Call::RegisterResources { processes, .. } => {
                if let Some(items) = &mut processes.items {
                    Arc::make_mut(items).iter_mut().for_each(|process| self.to_simulated(process));
                }
            }
            Call::AddFilter { target: FilterTarget { process: Some(process), .. }, .. }
            | Call::RemoveFilter { target: FilterTarget { process: Some(process), .. }, .. } => {
                self.to_simulated(process);
            }
            Call::StartSession { .. }
            | Call::JoinSession { .. }
            | Call::EndSession { .. }
            | Call::GetList { .. }
            | Call::Shutdown { .. }
            | Call::Restart { .. }
            | Call::CancelCurrentTask { .. }
            | Call::AddFilter { .. }
            | Call::RemoveFilter { .. }
            | Call::GetFilterList { .. } => {}
        }
        call
    }

    /// The answer with the real ids of the processes that are guests.
    pub(super) fn with_real_processes(&self, mut answer: Observation) -> Observation {
        if self.translates {
            let affected = answer.list.iter_mut().flat_map(|list| &mut list.affected);
            affected.for_each(|affected| self.to_real(&mut affected.process));
            let filters = answer.filters.iter_mut().flat_map(|list| &mut list.filters);
            filters
                .filter_map(|filter| filter.target.process.as_mut())
                .for_each(|process| self.to_real(process));
        }
        answer
    }

    fn to_simulated(&self, process: &mut UniqueProcess) {
        let guest = self.present.values().find(|guest| guest.real.pid == process.pid);
        let Some((guest, simulated)) = guest.and_then(|guest| Some((guest, guest.simulated?))) else {
            return;
        };
        // Where a process does not know when it began, it cannot be wrong about it.
        let is_same = guest.real.start_time == 0 || guest.real.start_time == process.start_time;
        process.pid = simulated.pid;
        process.start_time = if is_same { simulated.start_time } else { 0 };
    }

    fn to_real(&self, process: &mut UniqueProcess) {
        if let Some(guest) = self.present.values().find(|guest| guest.simulated == Some(*process)) {
            *process = guest.real;
        }
    }

    fn by_name(&self, name: &str) -> Result<InstallerIndex, Trouble> {
        let named = &self.scenario.world.installers[..self.named];
        named.iter().position(|installer| installer.name == name).ok_or_else(|| {
            let names: Vec<&str> = named.iter().map(|installer| installer.name.as_str()).collect();
            Trouble(format!("the world has no installer `{name}`, only {}", names.join(", ")))
        })
    }

    /// The installer with this program; or else the first.
    fn by_program(&self, program: &str) -> InstallerIndex {
        let named = &self.scenario.world.installers[..self.named];
        let is_same = |installer: &Installer| stem(&installer.process.image) == stem(program);
        named.iter().position(is_same).unwrap_or(0)
    }

    /// Whether a process is this installer.
    pub(super) fn is_taken(&self, installer: InstallerIndex) -> bool {
        self.present.values().any(|guest| guest.installer == installer)
    }

    /// A free spare of an installer.
    fn spare_for(&self, wanted: InstallerIndex) -> Result<InstallerIndex, Trouble> {
        let spares = (wanted + self.named..self.scenario.world.installers.len()).step_by(self.named);
        let count = spares.len();
        spares.into_iter().find(|spare| !self.is_taken(*spare)).ok_or_else(|| {
            let name = &self.scenario.world.installers[wanted].name;
            Trouble(format!(
                "{} processes are the installer `{name}` already, and no more can be it",
                count + 1
            ))
        })
    }
}

/// One more process like that of `installer`, which does not run yet.
fn spare(installer: &Installer, name: String) -> Installer {
    let mut spare = installer.clone();
    spare.name = name;
    spare.in_process_of = None;
    spare.process.pid = None;
    spare.process.running = false;
    spare
}

/// A name for one more of those called `name`, such as `setup-2`, that nobody in the world has.
fn free_name(world: &World, name: &str, number: usize) -> String {
    let installers = world.installers.iter().map(|installer| &installer.name);
    let names: Vec<&String> = installers.chain(world.applications.iter().map(|each| &each.name)).collect();
    let mut free = format!("{name}-{number}");
    while names.contains(&&free) {
        free.push_str("-more");
    }
    free
}

/// The name of a program without its directory and `.exe`, in lower case.
fn stem(path: &str) -> String {
    let name = path.rsplit(['\\', '/']).next().unwrap_or(path).to_lowercase();
    name.strip_suffix(".exe").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::ArrayArgument;
    use crate::scenario::parse::{Source, parse_world};

    fn guests(world: &str) -> Guests {
        let text = format!("version: 1\nscenario: A world\n{world}");
        let source = Source { name: String::from("world.yaml"), text };
        Guests::new(&parse_world(&source).expect("it has no problems"), true)
    }

    fn who(pid: u32, program: &str, installer: Option<&str>) -> Introduction {
        Introduction {
            process: UniqueProcess { pid, start_time: 0 },
            program: program.to_owned(),
            installer: installer.map(str::to_owned),
        }
    }

    fn name(guests: &mut Guests, who: &Introduction) -> String {
        let (_, installer) = guests.admit(who).expect("there is room");
        guests.scenario.world.installers[installer].name.clone()
    }

    const TWO: &str = "installers: { setup: {}, addon: { image: 'C:\\Add\\Addon.exe' } }\n";

    #[test]
    fn a_process_is_who_it_says_or_its_program_is_or_the_first() {
        let mut guests = guests(TWO);
        assert_eq!(name(&mut guests, &who(1, "/usr/bin/python3", None)), "setup");
        assert_eq!(name(&mut guests, &who(2, r"D:\x\ADDON", None)), "addon");
        assert_eq!(name(&mut guests, &who(3, "/usr/bin/python3", Some("addon"))), "addon-2");
        assert_eq!(name(&mut guests, &who(4, "/usr/bin/python3", None)), "setup-2");
    }

    #[test]
    fn who_is_gone_leaves_its_place() {
        let mut guests = guests("");
        let (first, place) = guests.admit(&who(1, "a", None)).unwrap();
        let (_, second) = guests.admit(&who(2, "a", None)).unwrap();
        assert_eq!(guests.dismiss(first), Some(place));
        assert_eq!(guests.dismiss(first), None);
        let (_, third) = guests.admit(&who(3, "a", None)).unwrap();
        assert_eq!((place, second, third), (0, 1, 0));
    }

    #[test]
    fn an_unknown_name_and_a_full_world_are_refused() {
        let mut guests = guests("");
        let trouble = guests.admit(&who(1, "a", Some("nobody"))).unwrap_err();
        assert_eq!(trouble.0, "the world has no installer `nobody`, only setup");
        for pid in 0..=256 {
            guests.admit(&who(pid, "a", None)).unwrap();
        }
        let trouble = guests.admit(&who(999, "a", None)).unwrap_err();
        assert_eq!(trouble.0, "257 processes are the installer `setup` already, and no more can be it");
    }

    fn unique(pid: u32, start_time: u64) -> UniqueProcess {
        UniqueProcess { pid, start_time }
    }

    /// Two processes and what they are on the simulated machine: 7 is 1000 there, 8 is 2000 and knows when it began.
    fn two_that_are_known() -> Guests {
        let mut guests = guests("");
        for (process, simulated) in [(unique(7, 0), unique(1000, 100)), (unique(8, 80), unique(2000, 200))] {
            let (guest, _) = guests.admit(&Introduction { process, ..who(0, "a", None) }).unwrap();
            guests.learn(guest, simulated);
        }
        guests
    }

    #[test]
    fn a_process_registers_and_filters_itself_by_its_real_id() {
        let guests = two_that_are_known();
        let real = [unique(7, 0), unique(7, 5), unique(8, 80), unique(8, 81), unique(9, 90)];
        let simulated =
            [unique(1000, 100), unique(1000, 100), unique(2000, 200), unique(2000, 0), unique(9, 90)];
        let nothing = || ArrayArgument { count: 0, items: None };
        let register = |processes: &[UniqueProcess]| Call::RegisterResources {
            handle: 0,
            files: nothing(),
            processes: ArrayArgument { count: 5, items: Some(processes.into()) },
            services: ArrayArgument { count: 0, items: None },
        };
        assert_eq!(guests.with_simulated_processes(&register(&real)), register(&simulated));
        for (real, simulated) in real.into_iter().zip(simulated) {
            let target = |process| FilterTarget { module: None, process: Some(process), service: None };
            let add = |process| Call::AddFilter { handle: 0, target: target(process), action: 1 };
            let remove = |process| Call::RemoveFilter { handle: 0, target: target(process) };
            assert_eq!(guests.with_simulated_processes(&add(real)), add(simulated));
            assert_eq!(guests.with_simulated_processes(&remove(real)), remove(simulated));
        }
    }

    #[test]
    fn who_is_gone_is_translated_no_more() {
        let mut guests = two_that_are_known();
        guests.dismiss(GuestId(0));
        let mut process = unique(7, 0);
        guests.to_simulated(&mut process);
        assert_eq!(process, unique(7, 0));
        let mut process = unique(1000, 100);
        guests.to_real(&mut process);
        assert_eq!(process, unique(1000, 100));
    }
}
