//! Steps, in the order of the file.

mod acts;

use std::time::Duration;

use super::layout::{Layout, text};
use super::{CannotSay, Fields, expect, looks, name_of};
use crate::request::InstallerIndex;
use crate::scenario::parse::format::SHUTDOWN_FLAGS;
use crate::scenario::{
    Action, ArrayArgument, Call, FileElement, FilterTarget, HandleArgument, HandleIndex, KeyArgument,
    KeyChange, Meanwhile, Moment, NullPointers, Pause, ProcessElement, ProcessOf, Scenario, Step, Trigger,
    duration,
};
use crate::words;

/// All steps of a scenario.
pub(super) fn all(scenario: &Scenario) -> Result<Vec<Layout>, CannotSay> {
    let mut writer = Writer { scenario, holders: vec![None; scenario.handles.len()] };
    writer.steps(&scenario.steps)
}

/// Writes steps one after another, and knows who holds which handle by then.
struct Writer<'a> {
    scenario: &'a Scenario,
    /// By handle: who got it last.
    holders: Vec<Option<InstallerIndex>>,
}

impl Writer<'_> {
    fn steps(&mut self, steps: &[Step]) -> Result<Vec<Layout>, CannotSay> {
        steps.iter().map(|step| self.step(step)).collect()
    }

    fn step(&mut self, step: &Step) -> Result<Layout, CannotSay> {
        let scenario = self.scenario;
        let expected = step.expect.as_deref();
        let mut fields = Fields::default();
        let name = match &step.action {
            Action::Call { by, call } => self.call(*by, call, &mut fields)?,
            Action::Event(event) => match self.event(event, &mut fields) {
                (name, Some(scalar)) if expected.is_none() => return Ok(Layout::entry(name, scalar)),
                (name, _) => name,
            },
            Action::Act { by, act } => match self.act(*by, act, &mut fields) {
                (name, Some(scalar)) => return Ok(Layout::entry(name, scalar)),
                (name, None) => name,
            },
            Action::Registration(registration) => self.registration(registration, &mut fields),
            Action::Wait(Pause::For(so_long)) => return Ok(Layout::entry("wait", duration::write(*so_long))),
            Action::Wait(Pause::UntilDue(count)) => {
                return Ok(Layout::entry("wait", Layout::entry("due", count.to_string())));
            }
            Action::Database { of } => {
                self.add_installer("user-of", *of, &mut fields);
                "expect-database"
            }
            Action::World { at } => {
                let at = match at {
                    Moment::Now => None,
                    Moment::Settled => Some("settled".to_owned()),
                    Moment::After(so_long) => Some(duration::write(*so_long)),
                };
                fields.add_some("at", at);
                "expect-world"
            }
            Action::Messages { application } => {
                fields.add("application", text(&scenario.world.applications[*application].name));
                "expect-messages"
            }
            Action::EventLog { of, only } => {
                self.add_installer("user-of", *of, &mut fields);
                fields.add_some("only", only.as_ref().map(Layout::list));
                "expect-event-log"
            }
        };
        match (&step.action, expected) {
            (_, None) => {}
            (
                Action::Database { .. }
                | Action::World { .. }
                | Action::Messages { .. }
                | Action::EventLog { .. },
                Some(expected),
            ) => looks::add(scenario, expected, &mut fields),
            (_, Some(expected)) => fields.add("expect", expect::expectation(scenario, expected)),
        }
        Ok(Layout::entry(name, Layout::Map(fields.0)))
    }

    /// Adds the installer that does something, unless it is the only one.
    fn add_installer(&self, field: &str, installer: InstallerIndex, fields: &mut Fields) {
        let installers = &self.scenario.world.installers;
        fields.add_unless(installers.len() == 1, field, text(&installers[installer].name));
    }

    /// Adds the session of a call, and who calls unless it is who holds it.
    fn add_session(&self, by: InstallerIndex, handle: &HandleArgument, fields: &mut Fields) {
        match handle {
            HandleArgument::Named(name) => {
                fields.add("session", text(&self.scenario.handles[*name]));
                if self.holders[*name] != Some(by) {
                    fields.add("by", text(&self.scenario.world.installers[by].name));
                }
            }
            HandleArgument::Number(number) => {
                fields.add("session", number.to_string());
                self.add_installer("by", by, fields);
            }
        }
    }

    fn add_name(&mut self, by: InstallerIndex, name: Option<HandleIndex>, fields: &mut Fields) {
        if let Some(name) = name {
            fields.add("as", text(&self.scenario.handles[name]));
            self.holders[name] = Some(by);
        }
    }

    fn call(
        &mut self,
        by: InstallerIndex,
        call: &Call,
        fields: &mut Fields,
    ) -> Result<&'static str, CannotSay> {
        Ok(match call {
            Call::StartSession { name, flags, null_handle, null_key, key_buffer } => {
                self.add_installer("by", by, fields);
                self.add_name(by, *name, fields);
                fields.add_unless(*flags == 0, "flags", flags.to_string());
                add_nulls(&[("handle", *null_handle), ("key", *null_key)], fields);
                fields.add_unless(key_buffer.is_empty(), "key-buffer", text(key_buffer));
                "start-session"
            }
            Call::JoinSession { name, null_handle, key } => {
                self.add_installer("by", by, fields);
                self.add_key(key, fields);
                add_nulls(&[("handle", *null_handle), ("key", *key == KeyArgument::Null)], fields);
                self.add_name(by, *name, fields);
                "join-session"
            }
            Call::EndSession { handle } => {
                self.add_session(by, handle, fields);
                "end-session"
            }
            Call::RegisterResources { handle, files, processes, services } => {
                self.add_session(by, handle, fields);
                self.add_resources(files, processes, services, fields);
                "register-resources"
            }
            Call::GetList { handle, capacity, null, meanwhile } => {
                self.add_session(by, handle, fields);
                add_capacity(*capacity, *null, fields);
                self.add_meanwhile(meanwhile, fields)?;
                "get-list"
            }
            Call::Shutdown { handle, flags, callback, meanwhile } => {
                self.add_session(by, handle, fields);
                fields.add_unless(*flags == 0, "flags", words_of(*flags, &SHUTDOWN_FLAGS));
                fields.add_unless(*callback, "callback", "false");
                self.add_meanwhile(meanwhile, fields)?;
                "shutdown"
            }
            Call::Restart { handle, flags, callback, meanwhile } => {
                self.add_session(by, handle, fields);
                fields.add_unless(*flags == 0, "flags", flags.to_string());
                fields.add_unless(*callback, "callback", "false");
                self.add_meanwhile(meanwhile, fields)?;
                "restart"
            }
            Call::CancelCurrentTask { handle } => {
                self.add_session(by, handle, fields);
                "cancel-current-task"
            }
            Call::AddFilter { handle, target, action } => {
                self.add_session(by, handle, fields);
                self.add_target(target, fields);
                fields.add_unless(*action == 0, "action", words::filter_action(*action));
                "add-filter"
            }
            Call::RemoveFilter { handle, target } => {
                self.add_session(by, handle, fields);
                self.add_target(target, fields);
                "remove-filter"
            }
            Call::GetFilterList { handle, capacity, null_buffer, null_needed } => {
                self.add_session(by, handle, fields);
                fields.add_some("capacity", capacity.map(|capacity| capacity.to_string()));
                add_nulls(
                    &[("needed", *null_needed), ("buffer", *null_buffer && *capacity != Some(0))],
                    fields,
                );
                "get-filter-list"
            }
        })
    }

    fn add_key(&self, key: &KeyArgument, fields: &mut Fields) {
        match key {
            KeyArgument::Null => {}
            KeyArgument::Text(key) => fields.add("key", text(key)),
            KeyArgument::Of(name, change) => {
                fields.add("key-of", text(&self.scenario.handles[*name]));
                match change {
                    KeyChange::None => {}
                    KeyChange::OtherLetterCase => fields.add("letter-case", "other"),
                    KeyChange::CutTo(length) => fields.add("cut-to", length.to_string()),
                }
            }
        }
    }

    fn add_resources(
        &self,
        files: &ArrayArgument<FileElement>,
        processes: &ArrayArgument<ProcessElement>,
        services: &ArrayArgument<Option<String>>,
        fields: &mut Fields,
    ) {
        let items = files.items.as_ref().map(|items| items.iter().flat_map(file_elements).collect());
        fields.add_some("files", items.map(Layout::List));
        let items =
            processes.items.as_ref().map(|items| items.iter().map(|item| process(self.scenario, item)));
        fields.add_some("processes", items.map(|items| Layout::List(items.collect())));
        let items =
            services.items.as_ref().map(|items| items.iter().map(|item| text_or_null(item.as_deref())));
        fields.add_some("services", items.map(|items| Layout::List(items.collect())));
        let mut counts = Fields::default();
        counts.add_some("files", files.count.map(|count| count.to_string()));
        counts.add_some("processes", processes.count.map(|count| count.to_string()));
        counts.add_some("services", services.count.map(|count| count.to_string()));
        // A NULL pointer with a count must be said to be one.
        let is_null = |items: bool, count: Option<u32>| !items && count.is_some_and(|count| count > 0);
        fields.add_unless(counts.0.is_empty(), "counts", Layout::Map(counts.0));
        let nulls = [
            ("files", is_null(files.items.is_some(), files.count)),
            ("processes", is_null(processes.items.is_some(), processes.count)),
            ("services", is_null(services.items.is_some(), services.count)),
        ];
        add_nulls(&nulls, fields);
    }

    fn add_target(&self, target: &FilterTarget, fields: &mut Fields) {
        fields.add_some("module", target.module.as_deref().map(text));
        fields.add_some("application", target.process.as_ref().map(|each| process(self.scenario, each)));
        fields.add_some("service", target.service.as_deref().map(text));
    }

    fn add_meanwhile(&mut self, items: &[Meanwhile], fields: &mut Fields) -> Result<(), CannotSay> {
        let mut meanwhile = Vec::new();
        for item in items {
            let steps = self.steps(&item.steps)?;
            let at = ("at".to_owned(), self.trigger(item.at));
            meanwhile.push(Layout::Section(vec![at, ("do".to_owned(), Layout::List(steps))]));
        }
        fields.add_unless(meanwhile.is_empty(), "meanwhile", Layout::Lines(meanwhile));
        Ok(())
    }

    fn trigger(&self, trigger: Trigger) -> Layout {
        match trigger {
            Trigger::Start => "start".into(),
            Trigger::After(so_long) => duration::write(so_long).into(),
            Trigger::Status(percent) => Layout::entry("status", percent.to_string()),
            Trigger::Due(count) => Layout::entry("due", count.to_string()),
            Trigger::When { what, who } => {
                Layout::entry(words::occurrence(what), name_of(self.scenario, who))
            }
        }
    }
}

fn add_capacity(capacity: Option<u32>, null: NullPointers, fields: &mut Fields) {
    fields.add_some("capacity", capacity.map(|capacity| capacity.to_string()));
    let is_empty = capacity == Some(0);
    fields.add_unless(!is_empty || null.array, "array", "present");
    let nulls = [
        ("array", null.array && !is_empty),
        ("needed", null.needed),
        ("count", null.count),
        ("reasons", null.reasons),
    ];
    add_nulls(&nulls, fields);
}

fn add_nulls(pointers: &[(&str, bool)], fields: &mut Fields) {
    let nulls: Vec<&str> = pointers.iter().filter(|(_, is_null)| *is_null).map(|(name, _)| *name).collect();
    fields.add_unless(nulls.is_empty(), "null-pointers", Layout::list(nulls));
}

/// Flags as words, or as a number where a bit has none.
fn words_of(flags: u32, known: &[(&str, u32)]) -> Layout {
    let all = known.iter().fold(0, |all, (_, bit)| all | bit);
    if flags & !all != 0 {
        return Layout::scalar(flags);
    }
    Layout::list(known.iter().filter(|(_, bit)| flags & bit != 0).map(|(name, _)| *name))
}

fn file_elements(element: &FileElement) -> Vec<Layout> {
    match element {
        FileElement::Paths(paths) => paths.iter().map(|path| text_or_null(path.as_deref())).collect(),
        FileElement::Pattern(pattern, count) => {
            let pattern = ("pattern".to_owned(), text(pattern));
            vec![Layout::Map(vec![pattern, ("count".to_owned(), Layout::scalar(count))])]
        }
    }
}

fn text_or_null(item: Option<&str>) -> Layout {
    item.map_or_else(|| "null".into(), text)
}

/// A process as it is handed to a call.
pub(super) fn process(scenario: &Scenario, element: &ProcessElement) -> Layout {
    let (kind, name) = match element.who {
        ProcessOf::Application(_) => ("application", name_of(scenario, element.who)),
        ProcessOf::Installer(_) => ("installer", name_of(scenario, element.who)),
        ProcessOf::Nobody(pid) => return Layout::entry("pid", pid.to_string()),
    };
    if !element.wrong_start_time {
        return name;
    }
    let fields = [(kind, name), ("start-time", "wrong".into())];
    Layout::Map(fields.map(|(key, value)| (key.to_owned(), value)).to_vec())
}

/// A length of time.
fn so_long(duration: Duration) -> Layout {
    duration::write(duration).into()
}
