//! Outputs of the model as observations.

use std::sync::Arc;

use rstmgr_model::{self as model, Output, SessionKey};

use super::input::Buffers;
use super::{PendingCall, SimulatedBackend, write_key};
use crate::request::{
    Affected, CannotRestart, Cause, DatabaseSession, Ending, FileState, Filter, FilterTarget, Finished,
    Happening, KeyText, List, LogApplication, LogEvent, LogRecord, Message, Observation, ProcessState,
    RestartSettings, StartedBy, Subject, UniqueProcess, WorldState,
};

impl SimulatedBackend {
    /// What the last input let out; `buffers` are those of its call, if it was one.
    pub(super) fn observe(&mut self, buffers: Buffers) -> Observation {
        let settled = !self.simulator.is_due_now();
        let mut seen = Observation { now: self.now(), settled, ..Observation::default() };
        let mut pending = std::mem::take(&mut self.pending);
        // Where in `finished` the call stands whose outputs follow, and what its buffers hold.
        let mut answered: Option<usize> = None;
        let mut written_to = buffers;
        for output in &self.simulator.observed().outputs {
            match output {
                Output::Pending(id) => {
                    pending.push(PendingCall { id: *id, buffers });
                    seen.pending = Some(id.number());
                }
                Output::Returned(id, reply) => {
                    written_to = take(&mut pending, *id);
                    answered = Some(finish(&mut seen, *id, Ending::Returned(reply.code())));
                }
                Output::Abandoned(id) => {
                    take(&mut pending, *id);
                    finish(&mut seen, *id, Ending::Crashed);
                }
                Output::Reply(_) => {
                    // The call itself is answered, and not one that was pending.
                    (answered, written_to) = (None, buffers);
                    self.add(output, buffers, &mut seen);
                }
                Output::Handle(_)
                | Output::Key { .. }
                | Output::List(_)
                | Output::Affected(_)
                | Output::FilterList(_)
                | Output::Filter(_)
                | Output::LeftOpen(_)
                | Output::DatabaseSession(_)
                | Output::Result(_)
                | Output::RestartSettings(_) => {
                    let answer = match answered {
                        Some(place) => &mut seen.finished[place].answer,
                        None => &mut seen,
                    };
                    self.add(output, written_to, answer);
                }
                Output::Status(..)
                | Output::Told(_)
                | Output::Left(_)
                | Output::Started(_)
                | Output::Logged(_) => seen.happened.extend(self.happening(output)),
            }
        }
        self.pending = pending;
        seen
    }

    /// Adds what a call wrote to its answer.
    fn add(&self, output: &Output, buffers: Buffers, answer: &mut Observation) {
        let world = self.simulator.machine().world();
        match output {
            Output::Reply(reply) => answer.ending = Some(Ending::Returned(reply.code())),
            Output::Handle(handle) => answer.handle = Some(handle.0),
            Output::Key { terminated } => {
                answer.key = buffers.key.map(|key| self.key_text(key, *terminated, buffers.behind_key));
            }
            Output::List(outputs) => {
                answer.list = Some(Box::new(List {
                    needed: outputs.needed,
                    count: outputs.count.or(buffers.list_capacity),
                    reasons: outputs.reasons.map(|reasons| reasons.0),
                    affected: Vec::new(),
                }));
            }
            Output::Affected(application) => {
                answer.list.get_or_insert_default().affected.push(self.affected(application));
            }
            Output::FilterList(needed) => answer.filters.get_or_insert_default().needed = *needed,
            Output::Filter(filter) => {
                answer.filters.get_or_insert_default().filters.push(self.filter(filter));
            }
            Output::LeftOpen(sessions) => answer.left_open = Some(*sessions),
            Output::DatabaseSession(session) => {
                answer.database.get_or_insert_default().push(database_session(session));
            }
            Output::Result(result) => answer.result = Some(*result),
            Output::RestartSettings(settings) => {
                answer.settings = Some(Box::new(RestartSettings {
                    size: settings.size,
                    arguments: settings.arguments.map(|text| world.text_of(text).to_string()),
                    flags: settings.flags,
                }));
            }
            Output::Pending(_)
            | Output::Returned(..)
            | Output::Abandoned(_)
            | Output::Status(..)
            | Output::Told(_)
            | Output::Left(_)
            | Output::Started(_)
            | Output::Logged(_) => {}
        }
    }

    fn happening(&self, output: &Output) -> Option<Happening> {
        let subject = |process, service| self.numbers.subject(process, service);
        Some(match output {
            Output::Status(call, percent) => Happening::Status { call: call.number(), percent: *percent },
            Output::Told(told) => self.told(*told),
            Output::Left(left) => Happening::Left(subject(left.process, left.service)),
            Output::Started(started) => Happening::Started {
                who: subject(started.process, started.service),
                by: started_by(started.by),
            },
            Output::Logged(record) => Happening::Logged(LogRecord {
                of: subject(record.of, None),
                session: record.session,
                what: self.log_event(&record.what),
            }),
            Output::Reply(_)
            | Output::Handle(_)
            | Output::Key { .. }
            | Output::List(_)
            | Output::Affected(_)
            | Output::FilterList(_)
            | Output::Filter(_)
            | Output::LeftOpen(_)
            | Output::DatabaseSession(_)
            | Output::Result(_)
            | Output::RestartSettings(_)
            | Output::Pending(_)
            | Output::Returned(..)
            | Output::Abandoned(_) => return None,
        })
    }

    fn told(&self, told: model::Told) -> Happening {
        let who = self.numbers.subject(told.process, told.service);
        let what = match told.what {
            model::Message::Answer { window, agrees } => return Happening::Answered { who, window, agrees },
            model::Message::Query { window, flags } => Message::Query { window, flags },
            model::Message::End { window, flags, ending } => Message::End { window, flags, ending },
            model::Message::Close => Message::Close,
            model::Message::ConsoleEvent => Message::ConsoleEvent,
            model::Message::Exit => Message::Exit,
            model::Message::Stop => Message::Stop,
            model::Message::Start => Message::Start,
            model::Message::Kill => Message::Kill,
        };
        Happening::Told { who, what, cause: cause(told.cause) }
    }

    fn log_event(&self, event: &model::LogEvent) -> LogEvent {
        let of = |application: &model::LogApplication| Box::new(self.log_application(application));
        let subject = |(process, service): (model::ProcessId, Option<model::ServiceId>)| {
            self.numbers.subject(process, service)
        };
        match event {
            model::LogEvent::SessionStarted => LogEvent::SessionStarted,
            model::LogEvent::SessionEnded => LogEvent::SessionEnded,
            model::LogEvent::Stopped(application) => LogEvent::Stopped(of(application)),
            model::LogEvent::Restarted(application) => LogEvent::Restarted(of(application)),
            model::LogEvent::Registered { files, processes, services } => {
                LogEvent::Registered { files: *files, processes: *processes, services: *services }
            }
            model::LogEvent::RebootNeeded { reasons, applications } => LogEvent::RebootNeeded {
                reasons: reasons.0,
                applications: applications.iter().copied().map(subject).collect(),
            },
            model::LogEvent::NotStopped(application) => LogEvent::NotStopped(of(application)),
            model::LogEvent::NotRestarted(application) => LogEvent::NotRestarted(of(application)),
            model::LogEvent::InternalError(reply) => LogEvent::InternalError(reply.code()),
            model::LogEvent::TagsFailed { host, files, services } => LogEvent::TagsFailed {
                host: subject((*host, None)),
                files: *files,
                services: services.iter().map(|service| subject((*host, Some(*service)))).collect(),
            },
            model::LogEvent::CannotRestart(application, why) => LogEvent::CannotRestart(
                of(application),
                match why {
                    model::CannotRestart::Unknown => CannotRestart::Unknown,
                    model::CannotRestart::OtherUser => CannotRestart::OtherUser,
                },
            ),
        }
    }

    fn log_application(&self, application: &model::LogApplication) -> LogApplication {
        let world = self.simulator.machine().world();
        LogApplication {
            who: self.numbers.subject(application.process, application.service),
            path: world.text_of(application.path).to_string(),
            name: world.text_of(application.name).to_string(),
            version: application.version.map(|version| world.text_of(version).to_string()),
            application_type: application.application_type.number(),
            terminal_session: application.terminal_session,
            status: application.status.0,
            files: application.files,
        }
    }

    fn filter(&self, filter: &model::FilterEntry) -> Filter {
        let world = self.simulator.machine().world();
        let target = filter.target;
        Filter {
            target: FilterTarget {
                module: target.module.map(|module| world.text_of(module.text).to_string()),
                process: target.process.map(unique),
                service: target.service.and_then(|name| self.service_names.get(&name).cloned()),
            },
            action: filter.action,
            next: filter.next,
            text_at: filter.text_at,
        }
    }

    /// The key as it stands in a buffer of 33 characters, the last of which was `last`.
    fn key_text(&self, key: SessionKey, terminated: bool, last: Option<char>) -> KeyText {
        let mut text = write_key(key, self.upper_case_keys);
        // What stood behind the key tells whether a NUL was written there.
        match last {
            Some(_) if terminated => KeyText { text, terminated: Some(true) },
            Some(last) => {
                text.push(last);
                KeyText { text, terminated: Some(false) }
            }
            None => KeyText { text, terminated: None },
        }
    }

    fn affected(&self, application: &model::AffectedApplication) -> Affected {
        let world = self.simulator.machine().world();
        Affected {
            process: unique(application.process),
            name: Arc::clone(world.text_of(application.name)),
            service: application.service.map(|name| Arc::clone(world.text_of(name))).unwrap_or_default(),
            application_type: application.application_type.number(),
            status: application.status.0,
            terminal_session: application.terminal_session,
            restartable: application.restartable,
        }
    }

    /// Processes and files as they are now.
    pub(super) fn look(&mut self, files: &[String]) -> Observation {
        let files = files.iter().map(|file| {
            let machine = self.simulator.machine_mut();
            let path = machine.world_mut().path(file);
            match machine.file_view(path) {
                model::FileView::Original => FileState::Original,
                model::FileView::Pending => FileState::Pending,
                model::FileView::Replaced => FileState::Replaced,
                model::FileView::Missing => FileState::Missing,
            }
        });
        let files = files.collect();
        let applications = self.numbers.applications.iter().zip(&self.numbers.services);
        let world = WorldState {
            applications: applications.map(|(process, service)| self.state(*process, *service)).collect(),
            installers: (0..self.numbers.installers.len())
                .map(|installer| self.state(self.process_of(Subject::Installer(installer)), None))
                .collect(),
            files,
        };
        Observation { world: Some(Box::new(world)), now: self.now(), ..Observation::default() }
    }

    fn state(&self, process: model::ProcessId, service: Option<model::ServiceId>) -> ProcessState {
        let machine = self.simulator.machine();
        let view = machine.process_view(process);
        let image = machine.world().text_of(machine.world().processes()[process.index()].image);
        ProcessState {
            is_running: service.map_or(view.is_running, |service| machine.is_service_running(service)),
            is_elevated: view.is_elevated,
            has_new_console: view.has_new_console,
            started_by: started_by(view.started_by),
            command_line: view.arguments.map(|arguments| {
                let arguments = machine.world().text_of(arguments);
                if arguments.is_empty() { format!("\"{image}\"") } else { format!("\"{image}\" {arguments}") }
            }),
        }
    }
}

/// What the buffers of the call that ended held; it is pending no longer.
fn take(pending: &mut Vec<PendingCall>, id: model::CallId) -> Buffers {
    let place = pending.iter().position(|pending| pending.id == id);
    place.map(|place| pending.remove(place).buffers).unwrap_or_default()
}

/// Notes how a pending call ended; returns its place.
fn finish(seen: &mut Observation, id: model::CallId, ending: Ending) -> usize {
    let answer = Observation { ending: Some(ending), ..Observation::default() };
    seen.finished.push(Finished { call: id.number(), answer });
    seen.finished.len() - 1
}

fn cause(cause: model::Cause) -> Cause {
    match cause {
        model::Cause::Own => Cause::Own,
        model::Cause::Console => Cause::Console,
        model::Cause::Dependency => Cause::Dependency,
        model::Cause::Host => Cause::Host,
        model::Cause::SystemShutdown => Cause::SystemShutdown,
    }
}

fn started_by(by: model::StartedBy) -> StartedBy {
    match by {
        model::StartedBy::Beginning => StartedBy::Beginning,
        model::StartedBy::RestartManager => StartedBy::RestartManager,
        model::StartedBy::Itself => StartedBy::Itself,
        model::StartedBy::Reboot => StartedBy::Reboot,
        model::StartedBy::ServiceControlManager => StartedBy::ServiceControlManager,
        model::StartedBy::Installer => StartedBy::Installer,
    }
}

pub(super) fn unique(process: model::UniqueProcess) -> UniqueProcess {
    UniqueProcess { pid: process.pid, start_time: process.start_time }
}

fn database_session(session: &model::DatabaseSession) -> DatabaseSession {
    DatabaseSession {
        number: session.number,
        owner: unique(session.owner),
        abandoned: session.abandoned,
        file_groups: session.file_groups.clone(),
        process_groups: session.process_groups.clone(),
        service_groups: session.service_groups.clone(),
    }
}
