//! Installers that do what the pages ask of them: start, register, filter, list, shut down, replace, restart, end.

use std::time::Duration;

use rstmgr_model::{FORCE_SHUTDOWN, SHUTDOWN_ONLY_REGISTERED};

use super::deed::{ActDeed, CallDeed, Deed, HandleOf, Items, KeyOf, ProcessItem, Slot, TargetDeed, Who};
use super::draw::{Draft, Habit};
use super::scene::Number;
use crate::workload::Feature;

/// `RmNoRestart` and `RmNoShutdown`.
pub(super) const NO_RESTART: u32 = 1;
pub(super) const NO_SHUTDOWN: u32 = 2;

impl Draft<'_> {
    /// One installation, as far as the calls reach, with something careless in between.
    pub(super) fn installation(&mut self) {
        let by = self.scene.installers.first().map_or(0, |installer| installer.number);
        let by = if self.dice.chance(85) { by } else { self.installer() };
        let slot = self.new_slot(by, true);
        self.call(by, CallDeed::start(slot));
        let mut parties = vec![(by, HandleOf::Slot(slot))];
        self.between();
        if self.has(Habit::Joining) && self.dice.chance(70) {
            let second = self.installer();
            let joined = self.new_slot(second, false);
            self.call(second, CallDeed::Join { slot: joined, key: KeyOf::Slot(slot), null_handle: false });
            parties.push((second, HandleOf::Slot(joined)));
            self.between();
        }
        self.prepare(&parties);
        if self.dice.chance(85) {
            self.stop_and_go(&parties, slot);
        }
        for (by, handle) in parties.into_iter().rev() {
            if self.dice.chance(80) {
                self.call(by, CallDeed::End { handle });
                self.between();
            }
        }
    }

    /// Registers and filters, and looks at who is affected.
    fn prepare(&mut self, parties: &[(Number, HandleOf)]) {
        for _ in 0..1 + self.dice.below(3) {
            let (by, handle) = self.dice.pick(parties);
            let call = self.registration_of(handle);
            self.call(by, call);
            self.between();
        }
        let filters = if self.has_feature(Feature::Filters) { self.dice.below(4) } else { 0 };
        for _ in 0..filters {
            let (by, handle) = self.dice.pick(parties);
            let target = self.right_target();
            let action = self.dice.pick(&[NO_RESTART, NO_SHUTDOWN]);
            self.call(by, CallDeed::AddFilter { handle, target, action });
            self.between();
            if self.dice.chance(20) {
                self.call(by, CallDeed::RemoveFilter { handle, target });
                self.between();
            }
            if self.dice.chance(30) {
                self.call(
                    by,
                    CallDeed::FilterList { handle, capacity: 4096, null_buffer: false, null_needed: false },
                );
            }
        }
        self.perhaps_list(parties, 70);
    }

    /// Shuts down, replaces files, and restarts.
    fn stop_and_go(&mut self, parties: &[(Number, HandleOf)], slot: Slot) {
        let (by, handle) = parties[0];
        let flags = match self.dice.below(10) {
            0..4 => 0,
            4..8 => FORCE_SHUTDOWN,
            8 => SHUTDOWN_ONLY_REGISTERED,
            _ => FORCE_SHUTDOWN | SHUTDOWN_ONLY_REGISTERED,
        };
        let has_callback = self.dice.chance(90);
        self.call(by, CallDeed::Shutdown { handle, flags, has_callback });
        self.during(by, handle, slot);
        self.perhaps_list(parties, 50);
        if self.has(Habit::Acting) && self.dice.chance(60) {
            let file = self.a_file();
            let act = self.dice.pick(&[
                ActDeed::ReplaceFile(file),
                ActDeed::ReplaceFile(file),
                ActDeed::ScheduleReplacement(file),
            ]);
            self.program.push(Deed::Act { by, act });
        }
        if self.dice.chance(80) {
            let has_callback = self.dice.chance(90);
            self.call(by, CallDeed::Restart { handle, flags: 0, has_callback });
            self.during(by, handle, slot);
            self.perhaps_list(parties, 50);
        }
    }

    fn perhaps_list(&mut self, parties: &[(Number, HandleOf)], percent: usize) {
        if self.dice.chance(percent) {
            let (by, handle) = self.dice.pick(parties);
            if self.dice.chance(30) {
                self.call(by, CallDeed::list(handle, 0));
                self.between();
            }
            self.call(by, CallDeed::list(handle, 32));
            self.between();
        }
    }

    /// A long call goes on, until it returns or is interrupted.
    pub(super) fn during(&mut self, by: Number, handle: HandleOf, slot: Slot) {
        let is_interrupted = self.has(Habit::Interrupting) && self.dice.chance(50);
        let is_cancelled = self.has(Habit::Cancelling) && self.dice.chance(50);
        for is_cancel in [false, true] {
            if !(if is_cancel { is_cancelled } else { is_interrupted }) {
                continue;
            }
            if self.dice.chance(20) {
                let wait = self.dice.pick(&[Duration::from_millis(500), Duration::from_secs(6)]);
                self.program.push(Deed::Wait(wait));
            } else {
                let count = self.dice.number(12);
                self.program.push(Deed::Proceed(count));
            }
            let inside = self.dice.chance(40);
            if is_cancel {
                let who = if self.dice.chance(85) { by } else { self.installer() };
                self.call_as(who, CallDeed::Cancel { handle }, inside);
            } else if self.dice.chance(50) {
                self.beside(by, handle, slot, inside);
            } else {
                self.careless();
            }
        }
        self.program.push(Deed::Settle);
    }

    /// A call beside the one that goes on.
    fn beside(&mut self, by: Number, handle: HandleOf, slot: Slot, inside: bool) {
        let call = match self.dice.below(8) {
            0 | 1 => CallDeed::list(handle, 32),
            2 => self.registration_of(handle),
            3 => CallDeed::End { handle },
            4 => CallDeed::Shutdown { handle, flags: 0, has_callback: true },
            5 => CallDeed::Restart { handle, flags: 0, has_callback: true },
            6 => {
                let joined = self.new_slot(by, false);
                CallDeed::Join { slot: joined, key: KeyOf::Slot(slot), null_handle: false }
            }
            _ => {
                let target = self.right_target();
                CallDeed::AddFilter { handle, target, action: NO_SHUTDOWN }
            }
        };
        self.call_as(by, call, inside);
    }

    /// Something careless, or nothing.
    fn between(&mut self) {
        if self.dice.chance(self.carelessness) {
            self.careless();
        }
    }

    /// The number of an ordinary file, or of the first.
    pub(super) fn a_file(&mut self) -> Number {
        let place = self.dice.below(self.ordinary_files.len().max(1));
        self.ordinary_files.get(place).copied().unwrap_or(0)
    }

    /// A registration without mistakes: mostly files.
    pub(super) fn registration_of(&mut self, handle: HandleOf) -> CallDeed {
        let count = self.dice.below(4);
        let files: Vec<Option<Number>> = (0..count).map(|_| Some(self.a_file())).collect();
        let files = if files.is_empty() { Items::absent() } else { Items::of(files) };
        let mut processes = Items::absent();
        if !self.scene.applications.is_empty() && (count == 0 || self.dice.chance(25)) {
            let who = self.an_application();
            processes = Items::of(vec![ProcessItem { who, wrong_start_time: false }]);
        }
        let mut services = Items::absent();
        if self.dice.chance(30)
            && let Some(service) = self.a_service()
        {
            services = Items::of(vec![Some(service)]);
        }
        CallDeed::Register { handle, files, processes, services }
    }

    pub(super) fn an_application(&mut self) -> Who {
        let place = self.dice.below(self.scene.applications.len().max(1));
        match self.scene.applications.get(place) {
            Some(application) => Who::Application(application.number),
            None => Who::Nobody(4),
        }
    }

    pub(super) fn a_service(&mut self) -> Option<Number> {
        let services = || self.scene.applications.iter().flat_map(|host| &host.services);
        let count = services().count();
        let place = self.dice.below(count.max(1));
        services().nth(place).map(|service| service.number)
    }

    /// One target: a program, a process or a service.
    pub(super) fn right_target(&mut self) -> TargetDeed {
        let who = self.an_application();
        match (self.dice.below(3), self.a_service()) {
            (0, Some(service)) => TargetDeed { service: Some(service), ..TargetDeed::default() },
            (1, _) => TargetDeed { module: Some(who), ..TargetDeed::default() },
            (_, _) => {
                let process = Some(ProcessItem { who, wrong_start_time: false });
                TargetDeed { process, ..TargetDeed::default() }
            }
        }
    }
}
