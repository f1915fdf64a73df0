//! Deeds as inputs: what each number of the scene is now.

use rstmgr_model::{
    Act, ArrayArgument, Call, Event, FilterTarget, GetFilterList, GetList, KeyArgument, Module,
    RegisterResources, Restart, SessionHandle, SessionKey, Shutdown, StartSession, UniqueProcess,
};

use super::deed::{ActDeed, CallDeed, EventDeed, HandleOf, Items, KeyOf, ProcessItem, Slot, TargetDeed, Who};
use super::run::{Given, Run};
use super::scene::Number;
use super::stage::Stage;

/// The start time that no process has.
const WRONG_START_TIME: u64 = 1;

impl Run<'_> {
    fn given(&self, slot: Slot) -> Option<&Given> {
        self.slots.iter().find(|given| given.slot == slot)
    }

    fn handle(&self, handle: HandleOf) -> Option<SessionHandle> {
        match handle {
            HandleOf::Slot(slot) => self.given(slot).map(|given| given.handle),
            HandleOf::Number(number) => Some(SessionHandle(number)),
        }
    }

    /// The call, unless it speaks of a handle or a key that nobody was given.
    pub(super) fn call(&mut self, deed: &CallDeed) -> Option<Call> {
        Some(match *deed {
            CallDeed::Start { slot: _, flags, null_handle, null_key, buffer_in_use } => {
                let key = self.simulator.fresh_key();
                Call::StartSession(StartSession { flags, null_handle, null_key, buffer_in_use, key })
            }
            CallDeed::Join { slot: _, key, null_handle } => {
                Call::JoinSession { null_handle, key: self.key(key)? }
            }
            CallDeed::End { handle } => Call::EndSession { handle: self.handle(handle)? },
            CallDeed::Register { handle, ref files, ref processes, ref services } => {
                Call::RegisterResources(RegisterResources {
                    handle: self.handle(handle)?,
                    files: array(files, |file| self.element(*file, |stage, file| stage.file(file))),
                    processes: array(processes, |item| self.unique(*item)),
                    services: array(services, |service| {
                        self.element(*service, |stage, service| {
                            stage.service(service).map(|(_, name)| name).or(stage.no_service())
                        })
                    }),
                })
            }
            CallDeed::List { handle, capacity, null_array, null_needed, null_count, null_reasons } => {
                let handle = self.handle(handle)?;
                Call::GetList(GetList { handle, capacity, null_array, null_needed, null_count, null_reasons })
            }
            CallDeed::Shutdown { handle, flags, has_callback } => {
                Call::Shutdown(Shutdown { handle: self.handle(handle)?, flags, has_callback })
            }
            CallDeed::Restart { handle, flags, has_callback } => {
                Call::Restart(Restart { handle: self.handle(handle)?, flags, has_callback })
            }
            CallDeed::Cancel { handle } => Call::CancelCurrentTask { handle: self.handle(handle)? },
            CallDeed::AddFilter { handle, target, action } => {
                Call::AddFilter { handle: self.handle(handle)?, target: self.target(target), action }
            }
            CallDeed::RemoveFilter { handle, target } => {
                Call::RemoveFilter { handle: self.handle(handle)?, target: self.target(target) }
            }
            CallDeed::FilterList { handle, capacity, null_buffer, null_needed } => {
                let handle = self.handle(handle)?;
                Call::GetFilterList(GetFilterList { handle, capacity, null_buffer, null_needed })
            }
        })
    }

    /// An element that may be NULL on purpose; one that nothing is known of is left out.
    fn element<T>(
        &self,
        number: Option<Number>,
        find: impl Fn(&Stage, Number) -> Option<T>,
    ) -> Option<Option<T>> {
        match number {
            None => Some(None),
            Some(number) => find(self.stage, number).map(Some),
        }
    }

    fn key(&self, key: KeyOf) -> Option<Option<KeyArgument>> {
        let well_formed = |slot, same_case, change: u128| {
            let SessionKey(key) = self.given(slot)?.key?;
            Some(Some(KeyArgument::WellFormed { key: SessionKey(key ^ change), same_case }))
        };
        match key {
            KeyOf::Slot(slot) => well_formed(slot, true, 0),
            KeyOf::OtherCase(slot) => well_formed(slot, false, 0),
            KeyOf::SameHalf(slot) => well_formed(slot, true, 1),
            KeyOf::Malformed => Some(Some(KeyArgument::Malformed)),
            KeyOf::Null => Some(None),
        }
    }

    fn unique(&self, item: ProcessItem) -> Option<UniqueProcess> {
        let mut unique = match item.who {
            Who::Nobody(pid) => UniqueProcess { pid, start_time: WRONG_START_TIME },
            Who::Application(_) | Who::Installer(_) => {
                let player = self.stage.player(item.who)?;
                self.simulator.machine().unique_process(player.process)
            }
        };
        if item.wrong_start_time {
            unique.start_time = WRONG_START_TIME;
        }
        Some(unique)
    }

    fn target(&self, target: TargetDeed) -> FilterTarget {
        let module = target.module.and_then(|who| match self.stage.player(who) {
            Some(player) => Some(player.module),
            None => self.stage.nobodys_module(),
        });
        FilterTarget {
            module: module.map(|(path, text)| Module { path, text }),
            process: target.process.and_then(|item| self.unique(item)),
            service: target.service.and_then(|number| {
                self.stage.service(number).map(|(_, name)| name).or(self.stage.no_service())
            }),
        }
    }

    pub(super) fn act(&self, act: ActDeed) -> Option<Act> {
        let (stage, service) = (self.stage, |number| self.stage.service(number).map(|(service, _)| service));
        Some(match act {
            ActDeed::ReplaceFile(file) => Act::ReplaceFile(stage.file(file)?),
            ActDeed::ScheduleReplacement(file) => Act::ScheduleReplacement(stage.file(file)?),
            ActDeed::RemoveFile(file) => Act::RemoveFile(stage.file(file)?),
            ActDeed::RestoreFile(file) => Act::RestoreFile(stage.file(file)?),
            ActDeed::StartService(number) => Act::StartService(service(number)?),
            ActDeed::StopService(number) => Act::StopService(service(number)?),
            ActDeed::SwitchService { service: number, enabled } => {
                Act::SwitchService { service: service(number)?, enabled }
            }
            ActDeed::InitiateShutdown { flags, grace } => Act::InitiateShutdown { flags, grace },
            ActDeed::ExitWindows { flags } => Act::ExitWindows { flags },
            ActDeed::AbortShutdown => Act::AbortShutdown,
            ActDeed::LogOn => Act::LogOn,
        })
    }

    /// The event, unless it could not happen now.
    pub(super) fn event(&self, event: EventDeed) -> Option<Event> {
        let (stage, machine) = (self.stage, self.simulator.machine());
        let running = |who, running| {
            let process = stage.player(who)?.process;
            (machine.is_process_running(process) == running).then_some(process)
        };
        Some(match event {
            EventDeed::Start(who) => Event::Start { process: running(who, false)?, launch: None },
            EventDeed::Exit(who) => Event::Exit(running(who, true)?),
            EventDeed::Open(application, file) => {
                Event::Open(running(Who::Application(application), true)?, stage.file(file)?)
            }
            EventDeed::Close(application, file) => {
                Event::Close(running(Who::Application(application), true)?, stage.file(file)?)
            }
            EventDeed::LogOff(installer) => {
                let process = stage.installer(installer)?.1.process;
                Event::LogOff(machine.world().processes()[process.index()].user)
            }
            EventDeed::Reboot => Event::Reboot,
            EventDeed::Fault { fault, active } => Event::Fault { fault, active },
            EventDeed::Mutex { of, slot: None, held } => {
                Event::RegistryMutex { held, of: stage.installer(of)?.0, handle: None }
            }
            EventDeed::Mutex { of: _, slot: Some(slot), held } => {
                let given = self.given(slot)?;
                Event::RegistryMutex { held, of: given.by, handle: Some(given.handle) }
            }
        })
    }
}

/// An array of what can be found of the items.
fn array<T, U>(items: &Items<T>, find: impl Fn(&T) -> Option<U>) -> ArrayArgument<U> {
    match &items.items {
        None => ArrayArgument { count: items.count.unwrap_or(0), items: None },
        Some(given) => {
            let mut array = ArrayArgument::of(given.iter().filter_map(find).collect());
            array.count = items.count.map_or(array.count, |count| count.min(array.count));
            array
        }
    }
}
