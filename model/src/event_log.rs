//! The records that the Restart Manager writes to the event log (EVT-02 to EVT-04).

use crate::call::Reply;
use crate::happening::{CannotRestart, LogApplication, LogEvent, LogRecord};
use crate::machine::{Context, Machine};
use crate::observed::{ApplicationStatus, Output};
use crate::rule;
use crate::session::SessionId;
use crate::world::{ProcessId, ServiceId};

impl Machine {
    /// Writes a record about a session.
    pub(crate) fn log(&self, session: SessionId, what: LogEvent, context: &mut Context<'_>) {
        let session = self.sessions.get(session);
        context.apply_all(&[rule::EVENT_IDS, rule::EVENT_LEVELS]);
        let record = LogRecord { of: session.owner.0, session: session.number, what };
        context.emit(Output::Logged(record));
    }

    /// 10002; before it 10010 for an application that cannot be restarted for its user (OBS-RESTART-06).
    pub(crate) fn log_stopped(
        &self,
        session: SessionId,
        who: (ProcessId, u32),
        service: Option<ServiceId>,
        context: &mut Context<'_>,
    ) {
        let status = ApplicationStatus::STOPPED;
        let conductor = self.sessions.get(session).owner.0;
        if service.is_none() && self.user_of(conductor) != self.user_of(who.0) {
            context.apply_all(&[rule::OTHER_SID_NOT_RESTARTED, rule::NOT_RESTARTABLE_EVENT_FIELDS]);
            let running = self.log_application(session, who, service, ApplicationStatus::RUNNING);
            self.log(session, LogEvent::CannotRestart(running, CannotRestart::OtherUser), context);
        }
        if service.is_some() {
            context.apply(rule::SERVICE_EVENT_FIELDS);
        }
        self.log_about(session, (who, service), status, LogEvent::Stopped, context);
    }

    /// 10006
    pub(crate) fn log_not_stopped(
        &self,
        session: SessionId,
        who: (ProcessId, u32),
        service: Option<ServiceId>,
        context: &mut Context<'_>,
    ) {
        let status = ApplicationStatus(ApplicationStatus::RUNNING.0 | ApplicationStatus::ERROR_ON_STOP.0);
        self.log_about(session, (who, service), status, LogEvent::NotStopped, context);
    }

    /// 10003
    pub(crate) fn log_restarted(
        &self,
        session: SessionId,
        who: (ProcessId, u32),
        service: Option<ServiceId>,
        context: &mut Context<'_>,
    ) {
        self.log_about(session, (who, service), ApplicationStatus::RESTARTED, LogEvent::Restarted, context);
    }

    /// 10007
    pub(crate) fn log_not_restarted(
        &self,
        session: SessionId,
        who: (ProcessId, u32),
        service: Option<ServiceId>,
        context: &mut Context<'_>,
    ) {
        let status = ApplicationStatus(ApplicationStatus::STOPPED.0 | ApplicationStatus::ERROR_ON_RESTART.0);
        self.log_about(session, (who, service), status, LogEvent::NotRestarted, context);
    }

    fn log_about(
        &self,
        session: SessionId,
        (who, service): ((ProcessId, u32), Option<ServiceId>),
        status: ApplicationStatus,
        event: fn(LogApplication) -> LogEvent,
        context: &mut Context<'_>,
    ) {
        context.apply(rule::APPLICATION_EVENT_FIELDS);
        let application = self.log_application(session, who, service, status);
        self.log(session, event(application), context);
    }

    /// 10008, if the call is about a session and the reply is a failure of the surroundings.
    pub(crate) fn log_fault(&self, session: Option<SessionId>, reply: Reply, context: &mut Context<'_>) {
        if let Some(session) = session
            && matches!(reply, Reply::OutOfMemory | Reply::WriteFault)
        {
            self.log(session, LogEvent::InternalError(reply), context);
        }
    }

    fn log_application(
        &self,
        session: SessionId,
        (process, _): (ProcessId, u32),
        service: Option<ServiceId>,
        status: ApplicationStatus,
    ) -> LogApplication {
        let facts = &self.world.processes[process.index()];
        let attention = &self.sessions.get(session).attention;
        let (path, name) = match service {
            // A service's record names its program without the folder (OBS-EVENT-10).
            Some(service) => (facts.image_name, self.world.services[service.index()].display_name),
            None => (facts.image, facts.description.unwrap_or(facts.image_name)),
        };
        LogApplication {
            process,
            service,
            path,
            name,
            version: facts.version,
            application_type: self.natural_type_of(process, service),
            terminal_session: if service.is_some() { 0 } else { facts.terminal_session },
            status,
            files: attention.uses(process),
        }
    }
}
