//! What happened in the course of a run, kept for the steps that look at it.

use super::meanwhile_of;
use crate::binding::Binding;
use crate::request::{ApplicationIndex, Happening, LogRecord, StartedBy, Subject};
use crate::scenario::{Action, Scenario, Step};
use crate::trace::{SeenMessage, SeenRecord};
use crate::words;

/// What happened so far.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    /// By application: what it was told and what became of it since the last look, and when; `None` where no step
    /// looks.
    told: Vec<Option<Vec<(u64, Happening)>>>,
    /// By application: whether the Restart Manager started it last.
    restarted: Vec<bool>,
    /// The records of all event logs; none where no step looks at them.
    log: Option<Vec<LogRecord>>,
}

impl Watch {
    /// Nothing happened yet.
    pub(super) fn new(scenario: &Scenario) -> Watch {
        let count = scenario.world.applications.len();
        let log = look_at_log(&scenario.steps).then(Vec::new);
        let mut told = vec![None; count];
        look_at_messages(&scenario.steps, &mut told);
        Watch { told, restarted: vec![false; count], log }
    }

    /// Takes in what happened; `is_restarting`: while `RmRestart` is under way.
    pub(super) fn take(&mut self, at: u64, happening: Happening, is_restarting: bool) {
        let who = match happening {
            Happening::Status { .. } => return,
            Happening::Logged(record) => {
                if let Some(log) = &mut self.log {
                    log.push(record);
                }
                return;
            }
            Happening::Told { who, .. }
            | Happening::Answered { who, .. }
            | Happening::Left(who)
            | Happening::Started { who, .. } => who,
        };
        let Subject::Application(application) = who else { return };
        if let Happening::Started { by, .. } = happening {
            // A service is started through the service control manager, whoever asks it to.
            self.restarted[application] = match by {
                StartedBy::RestartManager => true,
                StartedBy::ServiceControlManager => is_restarting,
                StartedBy::Beginning | StartedBy::Itself | StartedBy::Reboot | StartedBy::Installer => false,
            };
        }
        if let Some(told) = &mut self.told[application] {
            told.push((at, happening));
        }
    }

    /// Whether the Restart Manager started an application last.
    pub(super) fn is_restarted(&self, application: ApplicationIndex) -> bool {
        self.restarted[application]
    }

    /// What an application was told since the last look at it.
    pub(super) fn messages(
        &mut self,
        application: ApplicationIndex,
        binding: &Binding<'_>,
    ) -> Vec<SeenMessage> {
        let mut messages: Vec<SeenMessage> = Vec::new();
        for (at, happening) in self.told[application].iter_mut().flat_map(|told| told.drain(..)) {
            match happening {
                Happening::Told { who, what, cause } => {
                    messages.push(binding.seen_message(at, who, what, cause));
                }
                Happening::Answered { who, window, agrees } => {
                    // It belongs to the window's last query.
                    let window = binding.window_name(who, window);
                    let asked = messages
                        .iter_mut()
                        .rev()
                        .find(|message| message.answer.is_some() && message.window == window);
                    if let Some(asked) = asked {
                        asked.answer = Some(words::answer(agrees));
                    }
                }
                Happening::Left(_) => messages.push(Binding::seen_change(at, "left")),
                Happening::Started { .. } => messages.push(Binding::seen_change(at, "started")),
                Happening::Status { .. } | Happening::Logged(_) => {}
            }
        }
        messages
    }

    /// The records of a user's event log, those with other ids than `only` left out.
    pub(super) fn records(&self, user: &str, only: Option<&[u32]>, binding: &Binding<'_>) -> Vec<SeenRecord> {
        let records = self.log.iter().flatten().filter(|record| binding.user_of(record.of) == user);
        let records = records.map(|record| binding.seen_record(record));
        records.filter(|record| only.is_none_or(|only| only.contains(&record.id))).collect()
    }
}

/// Whether any of `steps` looks at an event log.
fn look_at_log(steps: &[Step]) -> bool {
    steps.iter().any(|step| {
        matches!(step.action, Action::EventLog { .. })
            || meanwhile_of(step).iter().any(|item| look_at_log(&item.steps))
    })
}

/// Makes room for what the applications are told at which any of `steps` looks.
fn look_at_messages(steps: &[Step], told: &mut [Option<Vec<(u64, Happening)>>]) {
    for step in steps {
        if let Action::Messages { application } = step.action {
            told[application] = Some(Vec::new());
        }
        for item in meanwhile_of(step) {
            look_at_messages(&item.steps, told);
        }
    }
}
