//! Installers in the making of mistakes, and what else happens that nobody asked for.

use std::time::Duration;

use rstmgr_model::Fault;

use super::deed::{
    ActDeed, CallDeed, Deed, EventDeed, HandleOf, Items, KeyOf, ProcessItem, RegistrationDeed, TargetDeed,
    Who,
};
use super::draw::{Draft, Habit};
use super::orderly::{NO_RESTART, NO_SHUTDOWN};
use super::scene::Number;
use crate::workload::Feature;

impl Draft<'_> {
    /// Does one thing of those that are switched on.
    pub(super) fn careless(&mut self) {
        let Some(habit) = self.a_habit() else {
            self.calls_left = self.calls_left.saturating_sub(1);
            return;
        };
        match habit {
            Habit::Joining => self.join(),
            Habit::Disorder
            | Habit::WrongHandles
            | Habit::WrongNames
            | Habit::OddArguments
            | Habit::Interrupting => self.any_call(),
            Habit::WrongKeys => self.join(),
            Habit::Cancelling => {
                let (by, handle) = self.any_handle();
                let inside = self.dice.chance(30);
                self.call_as(by, CallDeed::Cancel { handle }, inside);
            }
            Habit::Commotion => self.commotion(),
            Habit::Exiting => {
                let who = Who::Installer(self.installer());
                let event = if self.dice.chance(50) { EventDeed::Exit(who) } else { EventDeed::Start(who) };
                self.program.push(Deed::Event(event));
            }
            Habit::Faults => self.fault(),
            Habit::Acting => self.act(),
            Habit::Rebooting => self.reboot(),
            Habit::Registering => self.register_for_restart(),
            Habit::Looking | Habit::Crowding => {
                let of = self.installer();
                self.program.push(Deed::Look(of));
            }
        }
        // What is not a call is one of the things that a case is long by.
        if self.dice.chance(10) {
            let count = self.dice.number(8);
            self.program.push(Deed::Proceed(count));
            self.calls_left = self.calls_left.saturating_sub(1);
        }
    }

    fn a_habit(&mut self) -> Option<Habit> {
        if self.habits.is_empty() { None } else { Some(self.dice.pick(self.habits)) }
    }

    /// Somebody and a handle; mostly its own, and one that was given lately.
    fn any_handle(&mut self) -> (Number, HandleOf) {
        let recent = self.slots.len().min(3);
        if recent == 0 || (self.has(Habit::WrongHandles) && self.dice.chance(20)) {
            let by = self.installer();
            return (by, HandleOf::Number(self.dice.pick(&[0, 0, 1, 2, 7, u32::MAX])));
        }
        let place = self.slots.len() - 1 - self.dice.below(recent);
        let (slot, owner, _) = self.slots[place];
        let is_foreign = self.has(Habit::WrongHandles) && self.dice.chance(25);
        (if is_foreign { self.installer() } else { owner }, HandleOf::Slot(slot))
    }

    fn any_call(&mut self) {
        let (by, handle) = self.any_handle();
        let call = match self.dice.below(100) {
            0..10 => self.any_start(by),
            10..16 => CallDeed::End { handle },
            16..38 => self.any_registration(handle),
            38..55 => self.any_list(handle),
            55..67 => {
                let mut flags = self.dice.pick(&[0, 0, 0, 1, 1, 0x10, 0x11]);
                if self.is_odd(10) {
                    flags = self.dice.pick(&[2, 0x20, 0x100, u32::MAX]);
                }
                CallDeed::Shutdown { handle, flags, has_callback: self.dice.chance(85) }
            }
            67..77 => {
                let flags = if self.is_odd(20) { self.dice.pick(&[1, u32::MAX]) } else { 0 };
                CallDeed::Restart { handle, flags, has_callback: self.dice.chance(85) }
            }
            77..88 => {
                let target = self.any_target();
                let action = if self.is_odd(20) { self.dice.pick(&[0, 3]) } else { 0 };
                let action = if action == 0 { self.dice.pick(&[NO_RESTART, NO_SHUTDOWN]) } else { action };
                CallDeed::AddFilter { handle, target, action }
            }
            88..93 => CallDeed::RemoveFilter { handle, target: self.any_target() },
            _ => CallDeed::FilterList {
                handle,
                capacity: self.dice.pick(&[0, 32, 100, 1_000, 4_096]),
                null_buffer: self.is_odd(20),
                null_needed: self.is_odd(10),
            },
        };
        let inside = self.has(Habit::Interrupting) && self.dice.chance(20);
        let is_long = matches!(call, CallDeed::Shutdown { .. } | CallDeed::Restart { .. });
        self.call_as(by, call, inside);
        if is_long {
            let slot = self.slots.last().map_or(0, |(slot, ..)| *slot);
            self.during(by, handle, slot);
        }
    }

    fn is_odd(&mut self, percent: usize) -> bool {
        self.has(Habit::OddArguments) && self.dice.chance(percent)
    }

    fn any_start(&mut self, by: Number) -> CallDeed {
        let slot = self.new_slot(by, true);
        CallDeed::Start {
            slot,
            flags: u32::from(self.is_odd(10)),
            null_handle: self.is_odd(10),
            null_key: self.is_odd(10),
            buffer_in_use: self.is_odd(30),
        }
    }

    fn join(&mut self) {
        let starts: Vec<_> = self.slots.iter().rev().filter(|(.., is_start)| *is_start).take(3).collect();
        let Some((of, ..)) = starts.get(self.dice.below(starts.len().max(1))).copied().copied() else {
            let by = self.installer();
            let call = self.any_start(by);
            return self.call(by, call);
        };
        let mut key = KeyOf::Slot(of);
        if self.has(Habit::WrongKeys) && self.dice.chance(60) {
            key = self.dice.pick(&[KeyOf::OtherCase(of), KeyOf::SameHalf(of), KeyOf::Malformed, KeyOf::Null]);
        }
        let by = self.installer();
        let null_handle = self.is_odd(10);
        let slot = self.new_slot(by, false);
        self.call(by, CallDeed::Join { slot, key, null_handle });
    }

    fn any_registration(&mut self, handle: HandleOf) -> CallDeed {
        let mut call = self.registration_of(handle);
        let CallDeed::Register { files, processes, services, .. } = &mut call else { return call };
        if self.has(Habit::WrongNames) {
            if self.dice.chance(40) && !self.scene.files.is_empty() {
                let place = self.dice.below(self.scene.files.len());
                *files = Items::of(vec![Some(self.scene.files[place].number)]);
            }
            if self.dice.chance(30) {
                let who = self.anybody();
                *processes = Items::of(vec![ProcessItem { who, wrong_start_time: self.dice.chance(50) }]);
            }
            if self.dice.chance(15) {
                *services = Items::of(vec![Some(Number::MAX)]);
            }
        }
        if self.is_odd(30) {
            match self.dice.below(6) {
                0 => *files = Items { count: Some(self.dice.pick(&[1, 2, u32::MAX])), items: None },
                1 => *files = Items::of(vec![None]),
                2 => *processes = Items { count: Some(self.dice.pick(&[1, u32::MAX])), items: None },
                3 => *services = Items { count: Some(self.dice.pick(&[1, u32::MAX])), items: None },
                4 => *services = Items::of(vec![None]),
                _ => files.count = Some(0),
            }
        }
        call
    }

    fn any_list(&mut self, handle: HandleOf) -> CallDeed {
        let mut capacity = self.dice.pick(&[0, 1, 3, 32, 32, 32]);
        if self.is_odd(10) {
            capacity = self.dice.pick(&[u32::MAX, 100_000]);
        }
        CallDeed::List {
            handle,
            capacity,
            null_array: capacity == 0 || self.is_odd(10),
            null_needed: self.is_odd(8),
            null_count: self.is_odd(8),
            null_reasons: self.is_odd(8),
        }
    }

    fn anybody(&mut self) -> Who {
        match self.dice.below(6) {
            0 => Who::Nobody(self.dice.pick(&[0, 4, 99_999])),
            1 | 2 => Who::Installer(self.installer()),
            _ => self.an_application(),
        }
    }

    fn any_target(&mut self) -> TargetDeed {
        let mut target = self.right_target();
        if self.has(Habit::WrongNames) && self.dice.chance(50) {
            let process = ProcessItem { who: self.anybody(), wrong_start_time: self.dice.chance(30) };
            match self.dice.below(4) {
                0 => target = TargetDeed::default(),
                1 => target.process = Some(process),
                2 => target = TargetDeed { module: Some(self.anybody()), ..TargetDeed::default() },
                _ => target = TargetDeed { service: Some(Number::MAX), ..TargetDeed::default() },
            }
        }
        target
    }

    fn commotion(&mut self) {
        let who = self.an_application();
        let Who::Application(number) = who else { return };
        let file = self.a_file();
        let event = match self.dice.below(10) {
            0..3 => EventDeed::Start(who),
            3..6 => EventDeed::Exit(who),
            6..8 => EventDeed::Open(number, file),
            _ => EventDeed::Close(number, file),
        };
        self.program.push(Deed::Event(event));
    }

    /// A fault appears, or goes: it stays for a while.
    fn fault(&mut self) {
        let active = self.dice.chance(40);
        let event = if self.dice.chance(25) {
            let slot = self.slots.last().map(|(slot, ..)| *slot).filter(|_| self.dice.chance(40));
            EventDeed::Mutex { of: self.installer(), slot, held: active }
        } else {
            let fault = self.dice.pick(&[
                Fault::NoMemory,
                Fault::RegistryUnwritable,
                Fault::MemoryShort,
                Fault::KeyCollision,
            ]);
            EventDeed::Fault { fault, active }
        };
        self.program.push(Deed::Event(event));
    }

    fn act(&mut self) {
        let by = self.installer();
        let file = self.a_file();
        let service = self.a_service();
        let act = match (self.dice.below(10), service) {
            (0..3, Some(service)) => ActDeed::StopService(service),
            (3..5, Some(service)) => ActDeed::StartService(service),
            (5, Some(service)) => ActDeed::SwitchService { service, enabled: self.dice.chance(40) },
            (6, _) => ActDeed::ScheduleReplacement(file),
            (7, _) => ActDeed::RemoveFile(file),
            (8, _) => ActDeed::RestoreFile(file),
            (_, _) => ActDeed::ReplaceFile(file),
        };
        self.program.push(Deed::Act { by, act });
    }

    fn reboot(&mut self) {
        let by = self.installer();
        let grace = Duration::from_secs(self.dice.pick(&[0, 5]));
        let deed = match self.dice.below(8) {
            0 => Deed::Event(EventDeed::Reboot),
            1 => Deed::Event(EventDeed::LogOff(by)),
            2 | 3 => {
                let flags = self.dice.pick(&[0x4, 0x5, 0x8, 0x20]);
                Deed::Act { by, act: ActDeed::InitiateShutdown { flags, grace } }
            }
            4 => Deed::Act { by, act: ActDeed::ExitWindows { flags: self.dice.pick(&[0, 2, 0x40]) } },
            5 => Deed::Act { by, act: ActDeed::AbortShutdown },
            6 => Deed::Act { by, act: ActDeed::LogOn },
            _ => Deed::Event(EventDeed::Start(Who::Installer(by))),
        };
        self.program.push(deed);
    }

    fn register_for_restart(&mut self) {
        let Who::Application(application) = self.an_application() else { return };
        let registration = match self.dice.below(5) {
            0..3 => RegistrationDeed::Register {
                arguments: if self.is_odd(20) { None } else { Some(self.dice.pick(&[0, 1, 2, 3])) },
                flags: self.dice.pick(&[0, 0, 1, 4, 8]),
            },
            3 => RegistrationDeed::Unregister,
            _ => RegistrationDeed::Settings {
                capacity: self.dice.pick(&[0, 1, 1025, 2_000]),
                null_buffer: self.has_feature(Feature::Unregistered) && self.dice.chance(20),
            },
        };
        self.program.push(Deed::Registration { application, registration });
    }
}
