//! The steps that call what can take time, what is done meanwhile, and filters.

use super::{Context, flags_or_number, single};
use crate::scenario::parse::expect::filter_action;
use crate::scenario::parse::format::{OCCURRENCES, SHUTDOWN_FLAGS};
use crate::scenario::parse::lower::{number, truth};
use crate::scenario::parse::process::process_element;
use crate::scenario::problem::quoted;
use crate::scenario::yaml::Node;
use crate::scenario::{Action, Call, FilterTarget, Meanwhile, Occurrence, ProcessOf, Trigger};

/// What is meant by the words of [`OCCURRENCES`].
const OCCURRENCE_VALUES: [Occurrence; 9] = [
    Occurrence::Asked,
    Occurrence::ToldToEnd,
    Occurrence::ToldToStay,
    Occurrence::ToldToClose,
    Occurrence::Interrupted,
    Occurrence::StopRequested,
    Occurrence::StartRequested,
    Occurrence::Stopped,
    Occurrence::Started,
];

impl<'n> Context<'_, 'n, '_> {
    pub(super) fn shutdown(&mut self) -> Option<Action> {
        let session = self.session();
        let flags = self.get("flags").map_or(0, |node| flags_or_number(node, &SHUTDOWN_FLAGS));
        let callback = self.callback();
        let meanwhile = self.meanwhile(if callback { "" } else { "`callback` is `false`" });
        let (handle, by) = session?;
        Some(Action::Call { by, call: Call::Shutdown { handle, flags, callback, meanwhile } })
    }

    pub(super) fn restart(&mut self) -> Option<Action> {
        let session = self.session();
        let flags = self.get("flags").and_then(number).unwrap_or(0);
        let callback = self.callback();
        let meanwhile = self.meanwhile(if callback { "" } else { "`callback` is `false`" });
        let (handle, by) = session?;
        Some(Action::Call { by, call: Call::Restart { handle, flags, callback, meanwhile } })
    }

    /// Whether a status callback is passed.
    fn callback(&mut self) -> bool {
        let callback = self.get("callback").and_then(truth).unwrap_or(true);
        let status = self.get("expect").and_then(|expect| expect.get("status"));
        // That nobody is told anything may well be said.
        let status = status.filter(|node| node.items().is_some_and(|items| !items.is_empty()));
        if let (false, Some(node)) = (callback, status) {
            let message = "`status` is expected without a status callback";
            let help = "leave `callback: false` out, or `status`".to_owned();
            self.lowering.report(&node.span, message, "nobody is told a percentage", Some(help));
        }
        callback
    }

    /// What is done during the call; `no_callback` says why it has no status callback, if it has none.
    pub(super) fn meanwhile(&mut self, no_callback: &str) -> Vec<Meanwhile> {
        let mut all = Vec::new();
        for item in self.get("meanwhile").and_then(Node::items).unwrap_or_default() {
            let at = item.get("at").and_then(|node| self.trigger(node, no_callback));
            let mut steps = Vec::new();
            let body = item.get("do").and_then(Node::items);
            for step in body.unwrap_or_default() {
                if let Some([(key, value)]) = step.entries() {
                    steps.extend(single(self.lowering, key, value, self.list));
                }
            }
            if let (Some([]), Some(node)) = (body, item.get("do")) {
                self.lowering.report(&node.span, "a `meanwhile` without steps", "nothing is done", None);
            }
            let place = item.get("at").map(|node| self.lowering.place(&node.span));
            if let (Some(at), Some(place)) = (at, place) {
                all.push(Meanwhile { at, steps, place });
            }
        }
        all
    }

    fn trigger(&mut self, node: &Node<'_>, no_callback: &str) -> Option<Trigger> {
        if let Some(text) = node.text() {
            return match text {
                "start" => Some(Trigger::Start),
                _ => self.lowering.duration(node).map(Trigger::After),
            };
        }
        if let Some(count) = node.get("due") {
            return self.lowering.due(count).map(Trigger::Due);
        }
        if let Some(percentage) = node.get("status") {
            if !no_callback.is_empty() {
                let message = "`at` waits for a status that nobody is told";
                let label = format!("no status callback: {no_callback}");
                self.lowering.report(&node.span, message, label, None);
            }
            return number(percentage).map(Trigger::Status);
        }
        let [(key, name)] = node.entries()? else { return None };
        let place = OCCURRENCES.iter().position(|known| key.text() == Some(known))?;
        let what = OCCURRENCE_VALUES[place];
        Some(Trigger::When { what, who: self.who(what, name)? })
    }

    /// Whom `name` means, to whom `what` can happen.
    fn who(&mut self, what: Occurrence, name: &Node<'_>) -> Option<ProcessOf> {
        match what {
            Occurrence::StopRequested | Occurrence::StartRequested => {
                self.lowering.service(name).map(ProcessOf::Application)
            }
            Occurrence::Stopped | Occurrence::Started => self.lowering.process(name),
            Occurrence::Interrupted => {
                let who = self.lowering.process(name)?;
                self.no_service(who, name).then_some(who)
            }
            Occurrence::Asked | Occurrence::ToldToEnd | Occurrence::ToldToStay | Occurrence::ToldToClose => {
                let who = ProcessOf::Application(self.lowering.application(name)?);
                self.no_service(who, name).then_some(who)
            }
        }
    }

    /// Whether `who` is no service; complains if it is one.
    fn no_service(&mut self, who: ProcessOf, node: &Node<'_>) -> bool {
        let ProcessOf::Application(application) = who else { return true };
        let application = &self.lowering.world.applications[application];
        if application.service.is_none() {
            return true;
        }
        let message = format!("{} is a service", quoted(&application.name));
        let help = "a service is told by its manager: `stop-requested`, `start-requested`".to_owned();
        self.lowering.report(&node.span, message, "gets no messages", Some(help));
        false
    }

    pub(super) fn cancel_current_task(&mut self) -> Option<Action> {
        let (handle, by) = self.session()?;
        Some(Action::Call { by, call: Call::CancelCurrentTask { handle } })
    }

    pub(super) fn add_filter(&mut self) -> Option<Action> {
        let session = self.session();
        let target = self.filter_target();
        let action = self.get("action").and_then(filter_action).unwrap_or(0);
        let (handle, by) = session?;
        Some(Action::Call { by, call: Call::AddFilter { handle, target: target?, action } })
    }

    pub(super) fn remove_filter(&mut self) -> Option<Action> {
        let session = self.session();
        let target = self.filter_target();
        let (handle, by) = session?;
        Some(Action::Call { by, call: Call::RemoveFilter { handle, target: target? } })
    }

    /// Whom a filter is about; none or several are for the call to refuse.
    fn filter_target(&mut self) -> Option<FilterTarget> {
        let text = |field: &str| Some(self.lowering.say(self.get(field)?)?.into_owned());
        let (module, service) = (text("module"), text("service"));
        let process = match self.get("application") {
            Some(node) => Some(process_element(self.lowering, node)?),
            None => None,
        };
        Some(FilterTarget { module, process, service })
    }

    pub(super) fn get_filter_list(&mut self) -> Option<Action> {
        let (handle, by) = self.session()?;
        let capacity = self.get("capacity").and_then(number);
        let null_buffer = self.is_null("buffer") || capacity == Some(0);
        let null_needed = self.is_null("needed");
        Some(Action::Call { by, call: Call::GetFilterList { handle, capacity, null_buffer, null_needed } })
    }
}
