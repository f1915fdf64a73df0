//! What fixtures report, as what happened to the applications of a world.

use std::io;

use rstmgr_fixture::{self as fixture, Console, Identity, RunningProcess, ServiceState};

use super::lines::{Heard, What};
use super::{Cast, Deadline, unique};
use crate::backend::BackendError;
use crate::backend::windows::pace::END_MAX;
use crate::request::{ApplicationIndex, Cause, Happening, Message, StartedBy, Subject};

/// `CTRL_C_EVENT`.
const CTRL_C: u32 = 0;

/// `SERVICE_CONTROL_STOP`.
const CONTROL_STOP: u32 = 1;

impl Cast {
    /// Takes in what came from the fixtures, and starts who comes back; whether anything came.
    ///
    /// # Errors
    ///
    /// If a fixture says what it cannot say, or somebody cannot come back.
    pub(in crate::backend::windows) fn hear(
        &mut self,
        news: &mut Vec<Happening>,
    ) -> Result<bool, BackendError> {
        let mut any = false;
        while let Some(heard) = self.lines.as_ref().and_then(|lines| lines.hear()) {
            any = true;
            self.take(heard, news)?;
        }
        let due = self.returns.iter().position(|(deadline, _)| deadline.is_over());
        if let Some((_, who)) = due.map(|place| self.returns.remove(place))
            && self.parts[who].line.is_none()
        {
            self.launch(who, StartedBy::Itself)?;
        }
        Ok(any)
    }

    fn take(&mut self, Heard { line, what }: Heard, news: &mut Vec<Happening>) -> Result<(), BackendError> {
        match what {
            What::Connected(connected) => {
                self.open.insert(line, (connected, None));
            }
            What::Said(report) => match (report.happening, self.open.get(&line)) {
                (fixture::Happening::Started(identity), Some((_, None))) => {
                    self.take_started(line, *identity, news)?;
                }
                (happening, Some((_, Some(who)))) => {
                    let who = *who;
                    self.take_happening(who, happening, news)?;
                }
                // Who does not say who it is first is none of ours.
                (_, Some((_, None)) | None) => {
                    self.open.remove(&line);
                }
            },
            What::Over(trouble) => {
                let whose = self.open.remove(&line).and_then(|(_, whose)| whose);
                if let Some(who) = whose {
                    self.take_end(who, line, news);
                }
                if let (Some(cause), Some(who)) = (trouble, whose) {
                    let attempt = format!("understand the fixture `{}`", self.parts[who].name);
                    return Err(BackendError::failed(attempt)(cause));
                }
            }
        }
        Ok(())
    }

    /// A fixture runs: at the beginning, or since somebody started it.
    fn take_started(
        &mut self,
        line: usize,
        identity: Identity,
        news: &mut Vec<Happening>,
    ) -> Result<(), BackendError> {
        if identity.version != fixture::VERSION {
            let message = format!(
                "it speaks version {} of the protocol, and this program {}",
                identity.version,
                fixture::VERSION
            );
            let cause = io::Error::new(io::ErrorKind::InvalidData, message);
            return Err(BackendError::failed("understand a fixture")(cause));
        }
        let named = |name: &str| self.parts.iter().position(|part| part.name == name);
        let Some(who) = named(&identity.application) else {
            self.open.remove(&line);
            return Ok(());
        };
        if let Some((_, whose)) = self.open.get_mut(&line) {
            *whose = Some(who);
        }
        self.new_processes.push(unique(identity.process));
        let root = &self.root;
        let part = &mut self.parts[who];
        let by = part.expected.unwrap_or(StartedBy::RestartManager);
        part.command_line =
            (by == StartedBy::RestartManager).then(|| in_scenario(&identity.command_line, root));
        part.process = RunningProcess::find(identity.process).ok().flatten();
        part.identity = Some(identity);
        part.line = Some(line);
        part.is_ready = false;
        part.is_leaving = false;
        part.starts += 1;
        if part.service.is_none() {
            part.started_by = by;
            if by != StartedBy::Beginning {
                news.push(Happening::Started { who: Subject::Application(who), by });
            }
        }
        Ok(())
    }

    fn take_happening(
        &mut self,
        who: ApplicationIndex,
        happening: fixture::Happening,
        news: &mut Vec<Happening>,
    ) -> Result<(), BackendError> {
        let subject = Subject::Application(who);
        let part = &mut self.parts[who];
        match happening {
            fixture::Happening::Ready { console, .. } => {
                part.is_ready = true;
                part.expected = part.expected.filter(|by| *by != StartedBy::Itself);
                part.has_new_console = part.starts > 1 && console == Console::Own;
                let fails = part.fails_to_start && !part.role.fails_to_start;
                if fails && part.expected.is_none() {
                    self.instruct(who, false, true)?;
                }
            }
            fixture::Happening::Told(message) => {
                if let Some((who, what)) = self.told(who, message) {
                    let who = Subject::Application(who);
                    news.push(Happening::Told { who, what, cause: Cause::Own });
                }
            }
            fixture::Happening::Answered { window, agrees } => {
                news.push(Happening::Answered { who: subject, window, agrees: Some(agrees) });
            }
            fixture::Happening::Service { short_name, state } => {
                self.take_service(&short_name, state, news);
            }
            fixture::Happening::Followed { number, outcome } => {
                self.outcomes.insert(number, outcome);
            }
            fixture::Happening::Failed(failure) => {
                part.failure.get_or_insert(failure);
            }
            fixture::Happening::Leaving(_) => part.is_leaving = true,
            // What it uses and what it registers shows in the list.
            fixture::Happening::Holds(_)
            | fixture::Happening::Released(_)
            | fixture::Happening::Registered { .. } => {}
            fixture::Happening::Started(_) => {
                let cause = io::Error::new(io::ErrorKind::InvalidData, "it says twice that it started");
                let attempt = format!("understand the fixture `{}`", part.name);
                return Err(BackendError::failed(attempt)(cause));
            }
        }
        Ok(())
    }

    /// What somebody was told; `None`: nothing that a scenario speaks of.
    fn told(&self, host: ApplicationIndex, message: fixture::Message) -> Option<(ApplicationIndex, Message)> {
        let flags = |lparam: u64| u32::try_from(lparam & u64::from(u32::MAX)).unwrap_or(0);
        match message {
            fixture::Message::Query { window, lparam, .. } => {
                Some((host, Message::Query { window, flags: flags(lparam) }))
            }
            fixture::Message::End { window, wparam, lparam } => {
                Some((host, Message::End { window, flags: flags(lparam), ending: wparam != 0 }))
            }
            fixture::Message::Close { .. } => Some((host, Message::Close)),
            fixture::Message::ConsoleEvent { event } => {
                (event == CTRL_C).then_some((host, Message::ConsoleEvent))
            }
            fixture::Message::Start { short_name } => Some((self.service_part(&short_name)?, Message::Start)),
            fixture::Message::Control { short_name, control } => {
                let who = self.service_part(&short_name)?;
                (control == CONTROL_STOP).then_some((who, Message::Stop))
            }
        }
    }

    fn take_service(&mut self, short_name: &str, state: ServiceState, news: &mut Vec<Happening>) {
        let Some(who) = self.service_part(short_name) else { return };
        let part = &mut self.parts[who];
        let subject = Subject::Application(who);
        match state {
            ServiceState::Running if !part.service_runs => {
                part.service_runs = true;
                part.started_by = match part.expected {
                    Some(StartedBy::Beginning) => StartedBy::Beginning,
                    _ => StartedBy::ServiceControlManager,
                };
                if part.started_by != StartedBy::Beginning {
                    news.push(Happening::Started { who: subject, by: StartedBy::ServiceControlManager });
                }
            }
            ServiceState::Stopped if part.service_runs => {
                part.service_runs = false;
                news.push(Happening::Left(subject));
            }
            ServiceState::Running
            | ServiceState::Stopped
            | ServiceState::StartPending
            | ServiceState::StopPending => {}
        }
    }

    /// The process of a fixture has ended.
    fn take_end(&mut self, host: ApplicationIndex, line: usize, news: &mut Vec<Happening>) {
        if self.parts[host].line != Some(line) {
            return;
        }
        // Its pipe may be closed before the files that it has open.
        if let Some(process) = self.parts[host].process.take() {
            process.await_end(Some(END_MAX));
        }
        self.parts[host].line = None;
        self.parts[host].is_ready = false;
        let was_killed = !self.parts[host].is_leaving;
        for who in 0..self.parts.len() {
            let part = &mut self.parts[who];
            let is_in_it = part.host == host && (part.service.is_none() || part.service_runs);
            if !is_in_it {
                continue;
            }
            part.service_runs = false;
            let subject = Subject::Application(who);
            if was_killed {
                news.push(Happening::Told { who: subject, what: Message::Kill, cause: Cause::Own });
            }
            news.push(Happening::Left(subject));
            if let Some(after) = self.comes_back_after[who].filter(|_| !part.has_come_back) {
                part.has_come_back = true;
                self.returns.push((Deadline::after(after), who));
            }
        }
    }

    fn service_part(&self, short_name: &str) -> Option<ApplicationIndex> {
        // Windows does not tell upper case and lower case apart here.
        self.parts
            .iter()
            .position(|part| part.service.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(short_name)))
    }
}

/// A text in which real paths below `root` are those of the scenario: `C:\x` for `<root>\C\x`.
pub(in crate::backend::windows) fn in_scenario(text: &str, root: &str) -> String {
    let mut rest = text;
    let mut told = String::new();
    while let Some(place) = rest.find(root) {
        let (before, found) = rest.split_at(place);
        told.push_str(before);
        let below = &found[root.len()..];
        rest = match below.as_bytes() {
            [b'\\', drive, b'\\' | b'"', ..] if drive.is_ascii_alphabetic() => {
                told.push_str(&below[1..2]);
                told.push(':');
                &below[2..]
            }
            _ => {
                told.push_str(root);
                below
            }
        };
    }
    told.push_str(rest);
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_paths_are_told_as_those_of_the_scenario() {
        let told = |text| in_scenario(text, r"D:\t\rstmgr-1");
        assert_eq!(told(r#""D:\t\rstmgr-1\C\App\editor.exe" --restore"#), r#""C:\App\editor.exe" --restore"#);
        assert_eq!(told(r"D:\t\rstmgr-1\C\a D:\t\rstmgr-1\x"), r"C:\a D:\t\rstmgr-1\x");
        assert_eq!(told("core.dll"), "core.dll");
    }
}
