//! The steps of a scenario: `repeat` unrolled, names resolved, defaults filled in.

mod acts;
mod calls;
mod events;
mod long_calls;

use std::collections::BTreeMap;
use std::ops::Range;

use super::expect;
use super::lower::{Handle, Lowering, NAMES_SEARCHED, meant_or_first_few, number};
use super::suggest::nearest;
use crate::request::InstallerIndex;
use crate::scenario::problem::{Problem, ProblemKind, quoted};
use crate::scenario::yaml::Node;
use crate::scenario::{Action, Expectation, HandleArgument, HandleIndex, Moment, Pause, Step, StepPlace};

/// How many steps a scenario has at most, each `repeat` unrolled.
pub(crate) const STEPS_MAX: usize = 100_000;

/// Takes the steps in `list`.
pub(crate) fn lower(lowering: &mut Lowering<'_>, list: &Node<'_>) {
    let steps = list.items().unwrap_or_default();
    lowering.handles_certain = !steps.iter().flat_map(bodies).any(|step| hides_name(lowering, step));
    if list.items().is_some_and(<[_]>::is_empty) {
        let help = "each step is a mapping with one key, such as `- start-session: { as: main }`".to_owned();
        lowering.report(&list.span, "a scenario without steps", "nothing happens", Some(help));
    }
    for step in steps {
        let Some([(key, value)]) = step.entries() else { continue };
        if key.text() == Some("repeat") {
            repeat(lowering, key, value, list);
        } else {
            let step = single(lowering, key, value, list);
            lowering.steps.extend(step);
        }
        if lowering.step_count > STEPS_MAX {
            let message = format!("more than {STEPS_MAX} steps");
            return lowering.report(&key.span, message, "too many from here on", None);
        }
    }
}

/// A step, or those of its `repeat`, with those of each `meanwhile` in them.
fn bodies<'n, 't>(step: &'n Node<'t>) -> Vec<&'n Node<'t>> {
    let body = step.get("repeat").and_then(|repeat| repeat.get("do")).and_then(Node::items);
    let mut all = Vec::new();
    for step in body.unwrap_or(std::slice::from_ref(step)) {
        all.push(step);
        let fields = step.entries().and_then(<[_]>::first).map(|(_, fields)| fields);
        let meanwhile = fields.and_then(|fields| fields.get("meanwhile")).and_then(Node::items);
        let nested = meanwhile.unwrap_or_default().iter().filter_map(|item| item.get("do")?.items());
        all.extend(nested.flatten());
    }
    all
}

/// Whether `step` may give a handle a name that cannot be seen, because it is misspelt.
fn hides_name(lowering: &Lowering<'_>, step: &Node<'_>) -> bool {
    let Some([(key, value)]) = step.entries() else { return lowering.troubled(&step.span) };
    let troubled = lowering.troubled(&(key.span.start..value.span.end));
    if !troubled || value.get("as").and_then(Node::text).is_some() {
        return false;
    }
    let names = super::format::steps().map(|field| field.name);
    let meant = key.text().and_then(|name| nearest(name, names));
    matches!(meant, Some("start-session" | "join-session"))
}

fn repeat(lowering: &mut Lowering<'_>, key: &Node<'_>, value: &Node<'_>, list: &Node<'_>) {
    let times = value.get("times").and_then(number::<u32>).unwrap_or(1).min(10_000);
    let body = value.get("do").and_then(Node::items).unwrap_or_default();
    if value.get("do").and_then(Node::items).is_some_and(<[_]>::is_empty) {
        lowering.report(&key.span, "a `repeat` without steps", "nothing to repeat", None);
    }
    for round in 1..=times {
        lowering.round = Some(round);
        for step in body {
            if let Some([(key, value)]) = step.entries() {
                let step = single(lowering, key, value, list);
                lowering.steps.extend(step);
            }
        }
        if lowering.step_count > STEPS_MAX {
            break;
        }
    }
    lowering.round = None;
}

/// One step, unless it cannot be understood.
fn single<'n>(
    lowering: &mut Lowering<'_>,
    key: &'n Node<'n>,
    value: &'n Node<'n>,
    list: &'n Node<'n>,
) -> Option<Step> {
    let name = key.text()?;
    let mut context = Context { lowering, key, fields: value, list };
    let action = context.action(name);
    let lowering = context.lowering;
    let (expect, places) = match name {
        "expect-database" => expect::database(lowering, value),
        "expect-world" => expect::looks::world(lowering, value),
        "expect-messages" => expect::looks::messages(lowering, value),
        "expect-event-log" => expect::looks::records(lowering, value),
        _ => {
            let is_result =
                matches!(name, "register-restart" | "unregister-restart" | "get-restart-settings");
            expect::expectation(lowering, value.get("expect"), is_result)
        }
    };
    let action = action?;
    lowering.step_count += 1;
    let (expect_place, fields) = places;
    let place = StepPlace { expect: expect_place, fields, ..lowering.place(&key.span) };
    let expect = (expect != Expectation::default()).then(|| Box::new(expect));
    Some(Step { action, expect, place })
}

/// The bits that `words` name; other words have none.
pub(crate) fn flags(words: &[Node<'_>], known: &[(&str, u32)]) -> u32 {
    let bit = |word: &Node<'_>| known.iter().find(|(name, _)| word.text() == Some(name)).map(|(_, bit)| *bit);
    words.iter().filter_map(bit).fold(0, |bits, bit| bits | bit)
}

/// The bits that `node` holds, as words or as a number.
fn flags_or_number(node: &Node<'_>, known: &[(&str, u32)]) -> u32 {
    match node.items() {
        Some(words) => flags(words, known),
        None => number(node).unwrap_or(0),
    }
}

/// A step that is being understood.
struct Context<'l, 'n, 't> {
    lowering: &'l mut Lowering<'t>,
    key: &'n Node<'n>,
    /// Its value: a mapping with its fields, or what stands for its only one.
    fields: &'n Node<'n>,
    /// All steps.
    list: &'n Node<'n>,
}

impl Lowering<'_> {
    /// Where a step or trigger stands whose key or value is `span`.
    fn place(&self, span: &Range<usize>) -> StepPlace {
        let (line, column) = self.line_and_column(span.start);
        StepPlace { line, column, key: span.clone(), expect: None, fields: Vec::new() }
    }
}

impl<'n> Context<'_, 'n, '_> {
    fn action(&mut self, name: &str) -> Option<Action> {
        match name {
            "start-session" => self.start_session(),
            "join-session" => self.join_session(),
            "end-session" => self.end_session(),
            "register-resources" => self.register_resources(),
            "get-list" => self.get_list(),
            "shutdown" => self.shutdown(),
            "restart" => self.restart(),
            "cancel-current-task" => self.cancel_current_task(),
            "add-filter" => self.add_filter(),
            "remove-filter" => self.remove_filter(),
            "get-filter-list" => self.get_filter_list(),
            "wait" => Some(Action::Wait(self.pause()?)),
            "expect-database" => Some(Action::Database { of: self.caller("user-of", None)? }),
            "expect-world" => Some(Action::World { at: self.moment()? }),
            "expect-messages" => {
                let node = self.get("application")?;
                Some(Action::Messages { application: self.lowering.application(node)? })
            }
            "expect-event-log" => {
                let only = self.get("only").and_then(Node::items);
                let only = only.map(|ids| ids.iter().filter_map(number).collect());
                Some(Action::EventLog { of: self.caller("user-of", None)?, only })
            }
            "register-restart" | "unregister-restart" | "get-restart-settings" => {
                self.registration(name).map(Action::Registration)
            }
            _ => {
                if let Some(action) = self.act(name) {
                    return action;
                }
                self.name_of_unknown();
                self.event(name).map(Action::Event)
            }
        }
    }

    /// What a `wait` lets pass.
    fn pause(&mut self) -> Option<Pause> {
        match self.get("due") {
            Some(node) => self.lowering.due(node).map(Pause::UntilDue),
            None => self.lowering.duration(self.fields).map(Pause::For),
        }
    }

    /// When `expect-world` looks.
    fn moment(&mut self) -> Option<Moment> {
        match self.get("at") {
            None => Some(Moment::Now),
            Some(node) => match node.text()? {
                "now" => Some(Moment::Now),
                "settled" => Some(Moment::Settled),
                _ => self.lowering.duration(node).map(Moment::After),
            },
        }
    }

    /// A step whose name is misspelt still gives its handle a name.
    fn name_of_unknown(&mut self) {
        if let Some(name) = self.get("as").and_then(|node| self.lowering.name(node)) {
            self.give_handle(&name, None, true);
        }
    }

    fn get(&self, field: &str) -> Option<&'n Node<'n>> {
        self.fields.get(field)
    }

    /// The installer that `field` names; else `holder`; else the only one there is.
    fn caller(&mut self, field: &str, holder: Option<InstallerIndex>) -> Option<InstallerIndex> {
        if let Some(node) = self.get(field) {
            return self.lowering.installer(node);
        }
        if holder.is_some() {
            return holder;
        }
        if self.lowering.world.installers.len() == 1 {
            return Some(0);
        }
        let troubled = self.lowering.troubled(&(self.key.span.start..self.fields.span.end));
        if !troubled && self.lowering.names_certain {
            let installers = &self.lowering.world.installers;
            let names: Vec<&str> = installers.iter().map(|installer| installer.name.as_str()).collect();
            let help = meant_or_first_few("", &names);
            let message = format!("{} needs `{field}`", quoted(self.key.text().unwrap_or_default()));
            self.lowering.report(&self.key.span, message, "there are several installers", Some(help));
        }
        None
    }

    /// The session that `session` names or numbers, and who calls.
    fn session(&mut self) -> Option<(HandleArgument, InstallerIndex)> {
        let node = self.get("session")?;
        if let Some(number) = number(node) {
            return Some((HandleArgument::Number(number), self.caller("by", None)?));
        }
        let handle = self.handle(node)?;
        let holder = self.lowering.handles[handle].holder;
        let by = if holder.is_none() && self.get("by").is_none() { None } else { self.caller("by", holder) };
        Some((HandleArgument::Named(handle), by?))
    }

    /// The handle that `node` names.
    fn handle(&mut self, node: &Node<'_>) -> Option<HandleIndex> {
        let name = self.lowering.name(node)?;
        if let Some(handle) = self.lowering.handle_places.get(&*name) {
            return Some(*handle);
        }
        if self.lowering.is_reported(&node.span) {
            return None;
        }
        let list = self.list;
        let given = self.lowering.given_names.get_or_insert_with(|| GivenNames::in_steps(list));
        if let Some(later) = given.place(&name) {
            let message = format!("session {} is used before it exists", quoted(&name));
            let problem = Problem::at(ProblemKind::Meaning, node.span.clone(), message, "not yet");
            let problem = problem.also(later, "begins only here");
            self.lowering.push(problem.help("move this step behind the one that gives the name with `as`"));
        } else if self.lowering.handles_certain {
            let names: Vec<&str> =
                self.lowering.handle_places.keys().map(String::as_str).take(NAMES_SEARCHED).collect();
            let help = match names.is_empty() {
                true => format!("give the name with `- start-session: {{ as: {name} }}`"),
                false => meant_or_first_few(&name, &names),
            };
            let message = format!("unknown session {}", quoted(&name));
            self.lowering.report(&node.span, message, "no step gives this name", Some(help));
        }
        None
    }

    /// Takes the name that `as` gives to a handle.
    fn new_handle(&mut self, holder: Option<InstallerIndex>, started: bool) -> Option<HandleIndex> {
        let name = self.get("as").and_then(|node| self.lowering.name(node))?;
        Some(self.give_handle(&name, holder, started))
    }

    fn give_handle(&mut self, name: &str, holder: Option<InstallerIndex>, started: bool) -> HandleIndex {
        let lowering = &mut *self.lowering;
        if let Some(known) = lowering.handle_places.get(name) {
            let handle = &mut lowering.handles[*known];
            (handle.holder, handle.started) = (holder, started);
            return *known;
        }
        let index = lowering.handles.len();
        lowering.handles.push(Handle { name: name.to_owned(), holder, started });
        lowering.handle_places.insert(name.to_owned(), index);
        index
    }
}

/// The names that the steps of a file give to handles, in whatever order.
pub(crate) struct GivenNames {
    /// Where each name is given first.
    plain: BTreeMap<String, Range<usize>>,
    /// What stands before and behind the number of the round in names of a `repeat`, and where.
    numbered: Vec<(String, String, Range<usize>)>,
}

impl GivenNames {
    fn in_steps(list: &Node<'_>) -> GivenNames {
        let mut given = GivenNames { plain: BTreeMap::new(), numbered: Vec::new() };
        for step in list.items().unwrap_or_default().iter().flat_map(bodies) {
            let Some([(_, fields)]) = step.entries() else { continue };
            let Some(node) = fields.get("as") else { continue };
            let Some(name) = node.text() else { continue };
            let place = node.span.clone();
            match name.split_once("{i}") {
                Some((before, behind)) => given.numbered.push((before.to_owned(), behind.to_owned(), place)),
                None => {
                    given.plain.entry(name.to_owned()).or_insert(place);
                }
            }
        }
        given
    }

    /// Where `name` is given.
    fn place(&self, name: &str) -> Option<Range<usize>> {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let gives = |before: &str, behind: &str| {
            let rest = name.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind));
            rest.is_some_and(is_number)
        };
        let numbered = || self.numbered.iter().find(|(before, behind, _)| gives(before, behind));
        self.plain.get(name).or_else(|| numbered().map(|(.., place)| place)).cloned()
    }
}
