//! The steps that call the Restart Manager.

use std::sync::Arc;

use super::Context;
use crate::scenario::parse::lower::{number, truth};
use crate::scenario::parse::process::process_element;
use crate::scenario::problem::quoted;
use crate::scenario::yaml::{Node, Value};
use crate::scenario::{
    Action, ArrayArgument, Call, FileElement, KeyArgument, KeyChange, NullPointers, ServiceElement,
};

/// How many files all steps register at most, each pattern and each `repeat` unrolled.
const FILES_MAX: usize = 1_000_000;

impl<'n> Context<'_, 'n, '_> {
    pub(super) fn start_session(&mut self) -> Option<Action> {
        let by = self.caller("by", None);
        let name = self.new_handle(by, true);
        let key_buffer = self.get("key-buffer").and_then(|node| self.lowering.say(node));
        let call = Call::StartSession {
            name,
            flags: self.get("flags").and_then(number).unwrap_or(0),
            null_handle: self.is_null("handle"),
            null_key: self.is_null("key"),
            key_buffer: key_buffer.unwrap_or_default().into_owned(),
        };
        Some(Action::Call { by: by?, call })
    }

    pub(super) fn join_session(&mut self) -> Option<Action> {
        let by = self.caller("by", None);
        let key = self.key();
        let name = self.new_handle(by, false);
        let call = Call::JoinSession { name, null_handle: self.is_null("handle"), key: key? };
        Some(Action::Call { by: by?, call })
    }

    fn key(&mut self) -> Option<KeyArgument> {
        let stated = self.get("key-of").or(self.get("key"));
        match (stated, self.is_null("key")) {
            (Some(node), true) => {
                let message = "a key that is NULL and stated at once";
                self.lowering.report(&node.span, message, "stated here", Some("keep one of them".to_owned()));
                return None;
            }
            (None, true) => return Some(KeyArgument::Null),
            (None, false) => {
                if !self.lowering.troubled(&(self.key.span.start..self.fields.span.end)) {
                    let help = "say `key-of: NAME`, where NAME is the session; or `key: TEXT`; or `null-pointers: [key]`";
                    let message = "`join-session` needs a key";
                    self.lowering.report(&self.key.span, message, "missing here", Some(help.to_owned()));
                }
                return None;
            }
            (Some(_), false) => {}
        }
        let Some(of) = self.get("key-of") else {
            let text = self.get("key").and_then(|node| self.lowering.say(node))?;
            return Some(KeyArgument::Text(text.into_owned()));
        };
        let handle = self.handle(of)?;
        if !self.lowering.handles[handle].started {
            let message = format!("{} was joined, which gives no key", quoted(of.text().unwrap_or_default()));
            let help = "name the handle that `start-session` gave".to_owned();
            self.lowering.report(&of.span, message, "has no key", Some(help));
        }
        let cut_to = self.get("cut-to").and_then(number);
        Some(KeyArgument::Of(
            handle,
            match (self.get("letter-case"), cut_to) {
                (Some(_), _) => KeyChange::OtherLetterCase,
                (None, Some(length)) => KeyChange::CutTo(length),
                (None, None) => KeyChange::None,
            },
        ))
    }

    pub(super) fn end_session(&mut self) -> Option<Action> {
        let (handle, by) = self.session()?;
        Some(Action::Call { by, call: Call::EndSession { handle } })
    }

    pub(super) fn get_list(&mut self) -> Option<Action> {
        let session = self.session();
        let capacity: Option<u32> = self.get("capacity").and_then(number);
        let present = self.get("array");
        if let (Some(node), true) = (present, self.is_null("array")) {
            let message = "an array that is NULL and present at once";
            self.lowering.report(&node.span, message, "not beside `null-pointers: [array]`", None);
        }
        let null = NullPointers {
            array: self.is_null("array") || (capacity == Some(0) && present.is_none()),
            needed: self.is_null("needed"),
            count: self.is_null("count"),
            reasons: self.is_null("reasons"),
        };
        let meanwhile = self.meanwhile("`get-list` has none");
        let (handle, by) = session?;
        Some(Action::Call { by, call: Call::GetList { handle, capacity, null, meanwhile } })
    }

    pub(super) fn register_resources(&mut self) -> Option<Action> {
        let session = self.session();
        let files = self.get("files").and_then(Node::items).map(|items| self.files(items));
        let processes = self.get("processes").and_then(Node::items);
        let processes = processes
            .map(|items| items.iter().filter_map(|item| process_element(self.lowering, item)).collect());
        let services = self.get("services").and_then(Node::items).map(|items| self.services(items));
        let given = files.as_ref().map_or(0, |files: &Vec<FileElement>| files.iter().map(elements).sum());
        self.lowering.files += given;
        if let (Some(node), true) = (self.get("files"), self.lowering.files > FILES_MAX) {
            let message = format!("more than {FILES_MAX} files in all steps together");
            self.lowering.report(&node.span, message, "too many from here on", None);
        }
        let files = self.array("files", files, given);
        let given = processes.as_ref().map_or(0, Vec::len);
        let processes = self.array("processes", processes, given);
        let given = services.as_ref().map_or(0, Vec::len);
        let services = self.array("services", services, given);
        let (handle, by) = session?;
        Some(Action::Call { by, call: Call::RegisterResources { handle, files, processes, services } })
    }

    fn files(&mut self, items: &[Node<'_>]) -> Vec<FileElement> {
        let mut files = Vec::new();
        // Those since the last pattern.
        let mut paths: Vec<Option<Arc<str>>> = Vec::with_capacity(items.len());
        for item in items {
            match (&item.value, item.get("pattern").and_then(Node::text)) {
                (Value::Null, _) => paths.push(None),
                (_, Some(pattern)) => {
                    if !paths.is_empty() {
                        files.push(FileElement::Paths(std::mem::take(&mut paths).into()));
                    }
                    let count = item.get("count").and_then(number).unwrap_or(1);
                    files.push(FileElement::Pattern(pattern.to_owned(), count));
                }
                (_, None) => paths.extend(self.lowering.say(item).map(|path| Some(path.into()))),
            }
        }
        if !paths.is_empty() {
            files.push(FileElement::Paths(paths.into()));
        }
        files
    }

    fn services(&mut self, items: &[Node<'_>]) -> Vec<ServiceElement> {
        let service = |item: &Node<'_>| {
            if item.value == Value::Null {
                Some(None)
            } else {
                Some(Some(self.lowering.say(item)?.into_owned()))
            }
        };
        items.iter().filter_map(service).collect()
    }

    /// The array argument `field`, which states `items` with `given` elements.
    fn array<T>(&mut self, field: &str, items: Option<Vec<T>>, given: usize) -> ArrayArgument<T> {
        let count_node = self.get("counts").and_then(|counts| counts.get(field));
        let count: Option<u32> = count_node.and_then(number);
        let null = self.is_null(field);
        if let (Some(node), true) = (self.get(field), null) {
            let message = format!("`{field}` is NULL and stated at once");
            self.lowering.report(&node.span, message, format!("not beside `null-pointers: [{field}]`"), None);
        }
        if let (Some(node), Some(count)) = (count_node, count)
            && !null
            && usize::try_from(count).is_ok_and(|count| count > given)
        {
            let items = if given == 1 { "item" } else { "items" };
            let message = format!("`{field}` has {given} {items} and a count of {count}");
            let help = match self.get(field) {
                Some(_) => "the call would read beyond the array: state more items".to_owned(),
                None => format!("for a NULL pointer with this count, add `null-pointers: [{field}]`"),
            };
            self.lowering.report(&node.span, message, format!("at most {given}"), Some(help));
        }
        ArrayArgument { items, count }
    }

    /// Whether `null` lists `pointer`.
    pub(super) fn is_null(&self, pointer: &str) -> bool {
        let list = self.get("null-pointers").and_then(Node::items).unwrap_or_default();
        list.iter().any(|item| item.text() == Some(pointer))
    }

    /// Whether `field` holds `true`.
    pub(super) fn is_true(&self, field: &str) -> bool {
        self.get(field).and_then(truth).unwrap_or(false)
    }
}

/// How many elements of the array `file` stands for.
fn elements(file: &FileElement) -> usize {
    match file {
        FileElement::Paths(paths) => paths.len(),
        FileElement::Pattern(_, count) => usize::try_from(*count).unwrap_or(usize::MAX),
    }
}
