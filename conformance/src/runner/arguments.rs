//! What was passed to a call, in the words of the scenario, so that a trace can be judged without it.

use crate::scenario::{
    Action, ArrayArgument, Call, Event, FileElement, KeyArgument, KeyChange, NullPointers, ProcessElement,
    ProcessOf, Scenario,
};
use crate::trace::{Arguments, FileArgument};

/// The arguments of an action beside what it is about; none where nothing is left to say.
pub(super) fn arguments(scenario: &Scenario, action: &Action) -> Option<Arguments> {
    let mut said = Arguments::default();
    match action {
        Action::Call { call, .. } => say_call(scenario, call, &mut said),
        Action::Event(Event::Launch { by, elevation_prompt, .. }) => {
            said.launched_by = Some(scenario.world.installers[*by].name.clone());
            said.elevation_prompt = *elevation_prompt;
        }
        Action::Event(Event::Redirection { active, .. }) => said.redirection = Some(*active),
        Action::Event(_) | Action::Database { .. } => {}
    }
    (said != Arguments::default()).then_some(said)
}

fn say_call(scenario: &Scenario, call: &Call, said: &mut Arguments) {
    let mut null = |is_null: bool, name: &str| {
        if is_null {
            said.null_pointers.push(name.to_owned());
        }
    };
    match call {
        Call::StartSession { flags, null_handle, null_key, key_buffer, .. } => {
            null(*null_handle, "handle");
            null(*null_key, "key");
            said.flags = Some(*flags).filter(|flags| *flags != 0);
            said.key_buffer = Some(key_buffer.clone()).filter(|buffer| !buffer.is_empty());
        }
        Call::JoinSession { null_handle, key, .. } => {
            null(*null_handle, "handle");
            null(*key == KeyArgument::Null, "key");
            said.key = key_words(key);
        }
        Call::RegisterResources { files, processes, services, .. } => {
            null(is_null_with_count(files), "files");
            null(is_null_with_count(processes), "processes");
            null(is_null_with_count(services), "services");
            said.files = files.items.as_ref().map(|items| items.iter().map(file).collect());
            said.processes = processes
                .items
                .as_ref()
                .map(|items| items.iter().map(|item| process(scenario, item)).collect());
            said.services.clone_from(&services.items);
            said.counts = [files.count, processes.count, services.count];
        }
        Call::GetList { capacity, null: NullPointers { array, needed, count, reasons }, .. } => {
            null(*array, "array");
            null(*needed, "needed");
            null(*count, "count");
            null(*reasons, "reasons");
            said.capacity = *capacity;
        }
        Call::EndSession { .. } | Call::FirstChecks { .. } => {}
    }
}

/// How a key was spoiled, or its text; that it is a session's own key, the step says already.
fn key_words(key: &KeyArgument) -> Option<String> {
    match key {
        KeyArgument::Null | KeyArgument::Of(_, KeyChange::None) => None,
        KeyArgument::Text(text) => Some(format!("'{text}'")),
        KeyArgument::Of(_, KeyChange::OtherLetterCase) => Some(String::from("in the other letter case")),
        KeyArgument::Of(_, KeyChange::CutTo(length)) => Some(format!("cut to {length} characters")),
    }
}

fn is_null_with_count<T>(array: &ArrayArgument<T>) -> bool {
    array.items.is_none() && array.count.is_some_and(|count| count > 0)
}

fn file(element: &FileElement) -> FileArgument {
    match element {
        FileElement::Path(path) => FileArgument::Path(path.clone()),
        FileElement::Pattern(pattern, count) => {
            FileArgument::Pattern { pattern: pattern.clone(), count: *count }
        }
    }
}

fn process(scenario: &Scenario, element: &ProcessElement) -> String {
    let world = &scenario.world;
    let name = match element.who {
        ProcessOf::Application(application) => world.applications[application].name.clone(),
        ProcessOf::Installer(installer) => world.installers[installer].name.clone(),
        ProcessOf::Nobody(pid) => format!("pid {pid}"),
    };
    if element.wrong_start_time { format!("{name} with a wrong start time") } else { name }
}
