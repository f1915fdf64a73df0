//! What happened, in the names of the scenario.

use super::Binding;
use crate::request::{
    CannotRestart, Cause, FileState, Happening, LogApplication, LogEvent, LogRecord, Message, ProcessState,
    StartedBy, Subject,
};
use crate::scenario::ProcessOf;
use crate::trace::{Milliseconds, SeenFile, SeenHappening, SeenMessage, SeenRecord, SeenState};
use crate::words;

impl Binding<'_> {
    /// Something that happened; `caller` is whose callback a status belongs to.
    pub(crate) fn seen_happening(&self, happening: &Happening, caller: Option<&str>) -> SeenHappening {
        match happening {
            Happening::Status { percent, .. } => {
                SeenHappening::Status { status: *percent, of: caller.map(str::to_owned) }
            }
            Happening::Told { who, what, cause } => {
                let told = self.seen_message(0, *who, *what, *cause);
                SeenHappening::Told {
                    told: self.subject_name(*who).to_owned(),
                    what: told.what,
                    window: told.window,
                    flags: told.flags,
                    ending: told.ending,
                    cause: words::cause(*cause),
                }
            }
            Happening::Answered { who, window, agrees } => SeenHappening::Answered {
                answered: self.subject_name(*who).to_owned(),
                window: self.window_name(*who, *window),
                answer: words::answer(*agrees),
            },
            Happening::Left(who) => SeenHappening::Left { left: self.subject_name(*who).to_owned() },
            Happening::Started { who, by } => SeenHappening::Started {
                started: self.subject_name(*who).to_owned(),
                by: words::started_by(*by),
            },
            Happening::Logged(record) => SeenHappening::Logged { logged: Box::new(self.seen_record(record)) },
        }
    }

    /// What somebody was told, as `expect-messages` shows it; a query is not answered yet.
    pub(crate) fn seen_message(&self, at: u64, who: Subject, what: Message, cause: Cause) -> SeenMessage {
        let mut message = SeenMessage {
            at: Milliseconds(at),
            what: words::message(what),
            window: None,
            flags: None,
            answer: None,
            ending: None,
            cause: Some(words::cause(cause)),
        };
        match what {
            Message::Query { window, flags } => {
                message.window = self.window_name(who, window);
                message.flags = Some(flags);
                message.answer = Some(words::answer(None));
            }
            Message::End { window, flags, ending } => {
                message.window = self.window_name(who, window);
                message.flags = Some(flags);
                message.ending = Some(ending);
            }
            Message::Close => message.window = self.window_name(who, 0),
            Message::ConsoleEvent | Message::Exit | Message::Stop | Message::Start | Message::Kill => {}
        }
        message
    }

    /// That somebody `left` or `started`, as `expect-messages` shows it.
    pub(crate) fn seen_change(at: u64, what: &'static str) -> SeenMessage {
        SeenMessage {
            at: Milliseconds(at),
            what,
            window: None,
            flags: None,
            answer: None,
            ending: None,
            cause: None,
        }
    }

    /// The name of a window; a program that shows none has one that is called `main`.
    pub(crate) fn window_name(&self, who: Subject, window: u8) -> Option<String> {
        let Subject::Application(application) = who else { return None };
        let windows = &self.scenario.world.applications[application].windows;
        Some(match windows.get(usize::from(window)) {
            Some(window) => window.name.clone(),
            None => String::from("main"),
        })
    }

    /// The user to whom somebody belongs.
    pub(crate) fn user_of(&self, who: Subject) -> &str {
        let world = &self.scenario.world;
        match who {
            Subject::Installer(installer) => &world.installers[installer].process.user,
            Subject::Application(application) => &world.applications[application].process.user,
        }
    }

    /// A record of the event log.
    pub(crate) fn seen_record(&self, record: &LogRecord) -> SeenRecord {
        let names = |subjects: &[Subject]| {
            subjects.iter().map(|who| self.subject_name(*who).to_owned()).collect::<Vec<_>>()
        };
        let (id, level) = id_and_level(&record.what);
        let seen = match &record.what {
            LogEvent::SessionStarted | LogEvent::SessionEnded => SeenRecord::default(),
            LogEvent::Stopped(application)
            | LogEvent::Restarted(application)
            | LogEvent::NotStopped(application)
            | LogEvent::NotRestarted(application) => {
                SeenRecord { files: Some(application.files), ..self.of_application(application) }
            }
            LogEvent::Registered { files, processes, services } => SeenRecord {
                files: Some(*files),
                processes: Some(*processes),
                services: Some(*services),
                ..SeenRecord::default()
            },
            LogEvent::RebootNeeded { reasons, applications } => SeenRecord {
                reasons: Some(*reasons),
                applications: Some(names(applications)),
                ..SeenRecord::default()
            },
            LogEvent::InternalError(code) => SeenRecord { code: Some(*code), ..SeenRecord::default() },
            LogEvent::TagsFailed { host, files, services } => SeenRecord {
                host: Some(self.subject_name(*host).to_owned()),
                files: Some(*files),
                services_named: Some(names(services)),
                ..SeenRecord::default()
            },
            LogEvent::CannotRestart(application, why) => SeenRecord {
                reason: Some(match why {
                    CannotRestart::Unknown => "unknown",
                    CannotRestart::OtherUser => "other-user",
                }),
                ..self.of_application(application)
            },
        };
        // 10004 alone goes to the provider's own log (OBS-EVENT-01).
        let channel = if id == 10_004 { "operational" } else { "application" };
        let user = self.user_of(record.of).to_owned();
        SeenRecord { id, user, session: record.session, level, channel, ..seen }
    }

    fn of_application(&self, application: &LogApplication) -> SeenRecord {
        SeenRecord {
            application: Some(self.subject_name(application.who).to_owned()),
            status: Some(application.status),
            application_type: Some(application.application_type),
            terminal_session: Some(application.terminal_session),
            path: Some(application.path.clone()),
            display_name: Some(application.name.clone()),
            version: application.version.clone(),
            ..SeenRecord::default()
        }
    }

    /// A process or service as it was; `is_restarted`: the Restart Manager started it last.
    pub(crate) fn seen_state(&self, who: ProcessOf, state: &ProcessState, is_restarted: bool) -> SeenState {
        let world = &self.scenario.world;
        let name = match who {
            ProcessOf::Application(application) => world.applications[application].name.clone(),
            ProcessOf::Installer(installer) => world.installers[installer].name.clone(),
            ProcessOf::Nobody(pid) => format!("pid {pid}"),
        };
        SeenState {
            name,
            is: match (state.is_running, is_restarted) {
                (false, _) => "stopped",
                (true, true) => "restarted",
                (true, false) => "running",
            },
            elevated: state.is_elevated,
            command_line: state.command_line.clone(),
            console: if state.has_new_console { "own" } else { "shared" },
            started_by: words::started_by(self.starter(who, state.started_by)),
        }
    }

    /// Who started somebody: a service is started by the service control manager, by whomever that was asked.
    fn starter(&self, who: ProcessOf, by: StartedBy) -> StartedBy {
        let ProcessOf::Application(application) = who else { return by };
        let is_service = self.scenario.world.applications[application].service.is_some();
        if is_service && by == StartedBy::RestartManager { StartedBy::ServiceControlManager } else { by }
    }

    /// What became of a file.
    pub(crate) fn seen_file(path: &str, state: FileState) -> SeenFile {
        let is = match state {
            FileState::Original => "original",
            FileState::Pending => "pending",
            FileState::Replaced => "replaced",
            FileState::Missing => "missing",
        };
        SeenFile { path: path.to_owned(), is }
    }

    /// Whether a trigger's or an expectation's `who` is this one.
    pub(crate) fn is_subject(&self, who: ProcessOf, subject: Subject) -> bool {
        match who {
            ProcessOf::Application(application) => subject == Subject::Application(application),
            ProcessOf::Installer(installer) => subject == Subject::Installer(self.process_owner(installer)),
            ProcessOf::Nobody(_) => false,
        }
    }
}

/// The number of a record, and how bad it is (OBS-EVENT-02).
fn id_and_level(event: &LogEvent) -> (u32, &'static str) {
    match event {
        LogEvent::SessionStarted => (10_000, "information"),
        LogEvent::SessionEnded => (10_001, "information"),
        LogEvent::Stopped(_) => (10_002, "information"),
        LogEvent::Restarted(_) => (10_003, "information"),
        LogEvent::Registered { .. } => (10_004, "information"),
        LogEvent::RebootNeeded { .. } => (10_005, "information"),
        LogEvent::NotStopped(_) => (10_006, "error"),
        LogEvent::NotRestarted(_) => (10_007, "error"),
        LogEvent::InternalError(_) => (10_008, "error"),
        LogEvent::TagsFailed { .. } => (10_009, "warning"),
        LogEvent::CannotRestart(..) => (10_010, "warning"),
    }
}
