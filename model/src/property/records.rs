//! Laws on registering resources, and on the records of the event log.

use super::Court;
use super::arguments::Answer;
use super::monitor::Monitor;
use super::notes::{Standing, include};
use super::table::Law;
use crate::call::{ArrayArgument, RegisterResources};
use crate::happening::{LogApplication, LogEvent, LogRecord};
use crate::observed::Output;
use crate::profile::{Answer as _, FailedRegistration};
use crate::world::{Oddity, PathId, World};

impl Monitor {
    pub(super) fn judge_register(
        &mut self,
        court: &mut Court<'_>,
        answer: &Answer<'_>,
        arguments: &RegisterResources,
    ) {
        let RegisterResources { files, processes, services, .. } = arguments;
        let why = || format!("{:?} is answered {:?}", answer.call, answer.reply);
        if lacks_items(files) || lacks_items(processes) || lacks_items(services) {
            court.demand(Law::NullArraysAreRefused, !answer.is_success(), why);
        }
        self.judge_registration_record(court, answer, arguments);
        let Some(key) = answer.key() else { return };
        let is_ordinary = !files.read().is_empty()
            && files.read().iter().all(|file| file.is_some_and(|file| is_full_path(court.world, file)))
            && processes.items.is_none()
            && services.items.is_none()
            && (processes.count, services.count) == (0, 0)
            && files.count < 1_000;
        let is_free = answer.is_prompt() && self.is_sound() && self.is_idle(key);
        if is_ordinary && is_free {
            court.demand(Law::OrdinaryNamesRegister, answer.is_success(), why);
        }
        let stays_clean = court.profile.possible(FailedRegistration::KNOB).all(|option| option == 0);
        let known: Vec<_> = processes
            .read()
            .iter()
            .filter_map(|unique| court.world.process_of(*unique))
            .map(|(process, incarnation)| {
                let note = &self.processes[process.index()];
                let is_it = note.is_running && note.incarnation == incarnation;
                (process, is_it.then_some(incarnation))
            })
            .collect();
        let world = court.world;
        for call in self.calls.iter_mut().filter(|call| call.key == Some(key)) {
            call.is_disturbed = true;
        }
        let Some(session) = self.session_mut(key) else { return };
        session.is_used = true;
        if !answer.is_success() {
            session.is_blurred |= !stays_clean;
            return;
        }
        files.read().iter().flatten().for_each(|file| include(&mut session.files, *file));
        known.into_iter().for_each(|process| include(&mut session.processes, process));
        for name in services.read().iter().flatten() {
            if let Some(service) = world.service_name_info(*name).service {
                include(&mut session.services, service);
            }
        }
        for process in std::mem::take(&mut session.named) {
            session.note_named(world, process);
        }
    }

    fn judge_registration_record(
        &mut self,
        court: &mut Court<'_>,
        answer: &Answer<'_>,
        arguments: &RegisterResources,
    ) {
        if !answer.is_prompt() || matches!(answer.standing, None | Some(Standing::Unclear | Standing::Ended))
        {
            return;
        }
        let mut records = answer.outputs.iter().filter_map(|output| match output {
            Output::Logged(LogRecord {
                what: LogEvent::Registered { files, processes, services }, ..
            }) => Some([*files, *processes, *services]),
            _ => None,
        });
        let most = [arguments.files.count, arguments.processes.count, arguments.services.count];
        let first = records.next();
        let is_within = |counts: [u32; 3]| counts.iter().zip(most).all(|(count, most)| *count <= most);
        let fits =
            first.is_some() == answer.is_success() && first.is_none_or(is_within) && records.next().is_none();
        court.demand(Law::RegistrationsAreRecorded, fits, || {
            format!("{:?} is recorded as {first:?}", answer.call)
        });
    }

    /// A record about an application fits what became of it.
    pub(super) fn judge_record(&mut self, court: &mut Court<'_>, record: &LogRecord) {
        let key = self.recorded(court, record.of, record.session).map(|session| session.key);
        let mut operations = self.calls.iter_mut().filter(|call| call.has_begun);
        let call = operations.find(|call| call.key == key && key.is_some());
        let (Some(key), Some(call)) = (key, call) else { return };
        match &record.what {
            LogEvent::NotStopped(_) | LogEvent::NotRestarted(_) => call.has_failed = true,
            LogEvent::RebootNeeded { .. } => call.has_reboot_record = true,
            _ => {}
        }
        // Who started again meanwhile left before the record.
        let has_started = call.started.clone();
        let flags = call.shutdown_flags();
        let is_forced = flags.is_some_and(|flags| flags & crate::call::FORCE_SHUTDOWN != 0);
        match &record.what {
            LogEvent::Stopped(whom) => {
                let runs = self.runs(whom) && !has_started.contains(&whom.process);
                court.demand(Law::StopRecordsAreTrue, !runs, || format!("{whom:?} runs"));
            }
            LogEvent::NotStopped(whom) => {
                let session = self.session(key);
                let is_affected = session.is_none_or(|session| {
                    whom.service.is_some() || self.may_be_affected(court.world, session, whom.process)
                });
                court.demand(Law::StopRecordsAreTrue, is_affected, || format!("{whom:?} is not affected"));
                if is_forced {
                    let is_service = whom.service.is_some();
                    court.demand(Law::ForceLeavesNobody, is_service, || format!("{whom:?} is given up"));
                }
            }
            _ => {}
        }
    }

    /// Whether the application of a record surely runs.
    fn runs(&self, whom: &LogApplication) -> bool {
        match whom.service {
            Some(service) => self.services[service.index()],
            None => self.processes[whom.process.index()].is_running,
        }
    }
}

fn lacks_items<T>(array: &ArrayArgument<T>) -> bool {
    array.count > 0 && array.items.is_none()
}

/// Whether a path is a full one of ordinary length to something that is there.
fn is_full_path(world: &World, path: PathId) -> bool {
    let info = world.path_info(path);
    let lies_there = world.file_state(info.file) != crate::world::FileState::Missing;
    info.oddity == Oddity::None && info.redirected.is_none() && lies_there
}
