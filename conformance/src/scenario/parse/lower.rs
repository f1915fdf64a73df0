//! From the tree of a file to a [`Scenario`]: the fields of the whole file, and what its parts share.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;

use rstmgr_model::profile::Timing;
use rstmgr_model::{Knob, Profile, Rule};

use super::suggest::{listed, nearest};
use super::{PROBLEMS_MAX, probe, steps, world};
use crate::request::{ApplicationIndex, InstallerIndex};
use crate::scenario::duration::{self, DURATION_MAX};
use crate::scenario::problem::{Problem, ProblemKind, quoted};
use crate::scenario::yaml::{Node, Value};
use crate::scenario::{HandleIndex, ProcessOf, Replay, Scenario, Step, World};

/// The profile of a scenario that states none.
pub(crate) const PROFILE_DEFAULT: &str = "windows-11";

/// The scenario in `root`, as far as it could be understood, and the problems beside `known`, those of the tree.
///
/// Where a value is among the known problems, or depends on one that is, nothing is complained about again.
pub(crate) fn lower(root: &Node<'_>, text: &str, known: &[Problem]) -> (Option<Scenario>, Vec<Problem>) {
    let mut lowering = Lowering::new(text, known);
    world::lower(&mut lowering, root);
    let replay = root.get("replay").map(replay);
    lowering.replays_due = replay.as_ref().is_some_and(|replay| replay.due.is_some());
    if let Some(list) = root.get("steps") {
        steps::lower(&mut lowering, list);
    }
    let probe = root.get("probe").and_then(|node| probe::lower(&mut lowering, node));
    let answers = answers(&mut lowering, root);
    let title = root.get("scenario").and_then(Node::text).unwrap_or_default().to_owned();
    let rules = root.get("rules").and_then(Node::items).unwrap_or_default();
    let scenario = answers.map(|answers| Scenario {
        title,
        rules: rules.iter().filter_map(|rule| Rule::by_id(rule.text()?)).collect(),
        probe,
        profile: answers.profile,
        profile_name: answers.base,
        stated_knobs: answers.knobs,
        stated_timings: answers.timings,
        seed: root.get("seed").and_then(number).unwrap_or(0),
        replay,
        world: lowering.world,
        handles: lowering.handles.into_iter().map(|handle| handle.name).collect(),
        steps: lowering.steps,
    });
    (scenario, lowering.problems)
}

/// What `node` says was recorded.
fn replay(node: &Node<'_>) -> Replay {
    let picks = |field: &str| node.get(field).and_then(Node::text)?.parse().ok();
    Replay { picks: picks("picks"), due: picks("due") }
}

/// What a file says of the open questions.
struct Answers {
    base: &'static str,
    profile: Profile,
    knobs: Vec<Knob>,
    timings: Vec<Timing>,
}

fn answers(lowering: &mut Lowering<'_>, root: &Node<'_>) -> Option<Answers> {
    let stated = root.get("profile").and_then(Node::text).unwrap_or(PROFILE_DEFAULT);
    let base = Profile::NAMES.into_iter().find(|name| *name == stated).unwrap_or(PROFILE_DEFAULT);
    let mut answers =
        Answers { base, profile: Profile::named(base)?, knobs: Vec::new(), timings: Vec::new() };
    for (key, value) in root.get("knobs").and_then(Node::entries).unwrap_or_default() {
        let knob = key.text().and_then(Knob::by_name);
        let option = |knob: Knob| knob.options().iter().position(|option| value.text() == Some(option));
        if let Some((knob, option)) = knob.and_then(|knob| Some((knob, option(knob)?))) {
            answers.profile = answers.profile.with(knob, option);
            answers.knobs.push(knob);
        }
    }
    for (key, value) in root.get("timings").and_then(Node::entries).unwrap_or_default() {
        let timing = key.text().and_then(Timing::by_name);
        if let (Some(timing), Some(duration)) = (timing, lowering.duration(value)) {
            answers.profile = answers.profile.with_timing(timing, duration);
            answers.timings.push(timing);
        }
    }
    answers.knobs.sort();
    answers.timings.sort();
    Some(answers)
}

/// Among how many names is looked for the one that was meant.
pub(crate) const NAMES_SEARCHED: usize = 1_000;

/// The number that `node` holds, if it fits.
pub(crate) fn number<N: TryFrom<i128>>(node: &Node<'_>) -> Option<N> {
    N::try_from(node.integer()?).ok()
}

/// The truth that `node` holds.
pub(crate) fn truth(node: &Node<'_>) -> Option<bool> {
    if let Value::Bool(value) = node.value { Some(value) } else { None }
}

/// What the lowering of one file knows so far.
pub(crate) struct Lowering<'t> {
    pub(crate) text: &'t str,
    pub(crate) world: World,
    pub(crate) steps: Vec<Step>,
    /// How many steps were understood so far, those of each `meanwhile` too.
    pub(crate) step_count: usize,
    /// The names of installers and applications.
    pub(crate) names: BTreeMap<String, Named>,
    /// The handles named so far, in the order of their first use, and their places by name.
    pub(crate) handles: Vec<Handle>,
    pub(crate) handle_places: BTreeMap<String, HandleIndex>,
    /// The names of handles in the whole file, once they are needed.
    pub(crate) given_names: Option<steps::GivenNames>,
    /// How many files the steps register so far.
    pub(crate) files: usize,
    /// The round of the `repeat` that is being unrolled, from 1.
    pub(crate) round: Option<u32>,
    /// Whether it was recorded what happens next.
    pub(crate) replays_due: bool,
    /// Whether the names of the world are all known, so that another name is a mistake.
    pub(crate) names_certain: bool,
    /// Whether the names of handles are.
    pub(crate) handles_certain: bool,
    problems: Vec<Problem>,
    /// Where problems were reported, so that each place has one, however often a `repeat` goes over it.
    reported: BTreeSet<(usize, usize)>,
    /// The places of the problems of the tree, by their start.
    known: Vec<Range<usize>>,
    line_starts: Vec<usize>,
}

/// A name of the world.
pub(crate) struct Named {
    /// Where it is given.
    pub(crate) place: Range<usize>,
    /// Who has it.
    pub(crate) who: ProcessOf,
}

/// A handle with a name.
pub(crate) struct Handle {
    pub(crate) name: String,
    /// The installer that holds it; `None` if that could not be understood.
    pub(crate) holder: Option<InstallerIndex>,
    /// Whether the last call that gave it was a start, which gave a key as well.
    pub(crate) started: bool,
}

impl<'t> Lowering<'t> {
    fn new(text: &'t str, known: &[Problem]) -> Lowering<'t> {
        let mut known: Vec<Range<usize>> = known.iter().filter_map(|problem| problem.span.clone()).collect();
        known.sort_by_key(|span| span.start);
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lowering {
            text,
            world: World::default(),
            steps: Vec::new(),
            step_count: 0,
            names: BTreeMap::new(),
            handles: Vec::new(),
            handle_places: BTreeMap::new(),
            given_names: None,
            files: 0,
            round: None,
            replays_due: false,
            names_certain: true,
            handles_certain: true,
            problems: Vec::new(),
            reported: BTreeSet::new(),
            known,
            line_starts: std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect(),
        }
    }

    /// The line and the column of byte `at`, both from 1, the column in characters.
    pub(crate) fn line_and_column(&self, at: usize) -> (usize, usize) {
        let line = self.line_starts.partition_point(|start| *start <= at);
        let start = self.line_starts[line - 1];
        (
            line,
            self.text.get(start..at).map_or(0, |before| before.chars().filter(|c| *c != '\u{feff}').count())
                + 1,
        )
    }

    /// Whether all steps were understood, so that each has its number.
    pub(crate) fn steps_certain(&self) -> bool {
        self.known.is_empty() && self.problems.is_empty()
    }

    /// Whether the tree has a problem in `span`.
    pub(crate) fn troubled(&self, span: &Range<usize>) -> bool {
        let first = self.known.partition_point(|known| known.start < span.start);
        self.known.get(first).is_some_and(|known| known.start <= span.end)
    }

    /// Reports a problem at `span`, unless there is one already.
    pub(crate) fn report(
        &mut self,
        span: &Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) {
        let mut problem = Problem::at(ProblemKind::Meaning, span.clone(), message, label);
        problem.help = help;
        self.push(problem);
    }

    /// Whether a problem at `span` would not be reported any more.
    pub(crate) fn is_reported(&self, span: &Range<usize>) -> bool {
        self.problems.len() >= PROBLEMS_MAX || self.reported.contains(&(span.start, span.end))
    }

    /// The same for a problem that is made already.
    pub(crate) fn push(&mut self, problem: Problem) {
        let place = problem.span.as_ref().map_or((0, 0), |span| (span.start, span.end));
        if self.problems.len() < PROBLEMS_MAX && self.reported.insert(place) {
            self.problems.push(problem);
        }
    }

    /// The text of `node`, with the number of the round for `{i}`.
    pub(crate) fn say<'n>(&self, node: &'n Node<'_>) -> Option<Cow<'n, str>> {
        let text = node.text()?;
        match self.round {
            // The search for a character is the faster one, and nearly all texts have none.
            Some(round) if text.contains('{') => Some(Cow::Owned(text.replace("{i}", &round.to_string()))),
            _ => Some(Cow::Borrowed(text)),
        }
    }

    /// The duration that `node` states.
    pub(crate) fn duration(&mut self, node: &Node<'_>) -> Option<Duration> {
        let duration = duration::parse(node.text()?)?;
        if duration > DURATION_MAX {
            let message = format!("{} is too long", quoted(node.text().unwrap_or_default()));
            self.report(
                &node.span,
                message,
                format!("expected at most `{}`", duration::write(DURATION_MAX)),
                None,
            );
            return None;
        }
        Some(duration)
    }

    /// How much of what was recorded has to happen, as `node` states it.
    pub(crate) fn due(&mut self, node: &Node<'_>) -> Option<u32> {
        if !self.replays_due {
            let help =
                "state `due` under `replay`, as `rstmgr explore` writes it; or say how long".to_owned();
            self.report(
                &node.span,
                "`due` waits for what is not recorded",
                "no `replay` lists it",
                Some(help),
            );
        }
        number(node)
    }

    /// The same for a name, in which `{i}` must not be left.
    pub(crate) fn name<'n>(&mut self, node: &'n Node<'_>) -> Option<Cow<'n, str>> {
        let name = self.say(node)?;
        if name.contains("{i}") {
            let message = format!("{} stands outside of a `repeat`", quoted(&name));
            self.report(&node.span, message, "`{i}` has no number here", None);
            return None;
        }
        super::format::is_name(&name).then_some(name)
    }
}

/// Finding what a name stands for.
impl Lowering<'_> {
    /// The installer that `node` names.
    pub(crate) fn installer(&mut self, node: &Node<'_>) -> Option<InstallerIndex> {
        match self.process_of_kind(node, "an installer")? {
            ProcessOf::Installer(installer) => Some(installer),
            ProcessOf::Application(_) | ProcessOf::Nobody(_) => {
                self.other_kind(node, "an application", "an installer");
                None
            }
        }
    }

    /// The application that `node` names.
    pub(crate) fn application(&mut self, node: &Node<'_>) -> Option<ApplicationIndex> {
        match self.process_of_kind(node, "an application")? {
            ProcessOf::Application(application) => Some(application),
            ProcessOf::Installer(_) | ProcessOf::Nobody(_) => {
                self.other_kind(node, "an installer", "an application");
                None
            }
        }
    }

    /// The service that `node` names.
    pub(crate) fn service(&mut self, node: &Node<'_>) -> Option<ApplicationIndex> {
        let index = self.application(node)?;
        let application = self.world.applications.get(index)?;
        if application.service.is_none() {
            let message = format!("{} is not a service", quoted(&application.name));
            self.report(&node.span, message, "expected a service", None);
            return None;
        }
        Some(index)
    }

    /// The application or installer that `node` names.
    pub(crate) fn process(&mut self, node: &Node<'_>) -> Option<ProcessOf> {
        self.process_of_kind(node, "an application or installer")
    }

    fn process_of_kind(&mut self, node: &Node<'_>, kind: &str) -> Option<ProcessOf> {
        let name = self.name(node)?;
        let found = self.names.get(&*name).map(|named| named.who);
        if found.is_none() && self.names_certain && !self.is_reported(&node.span) {
            let fits = |who: &ProcessOf| match who {
                ProcessOf::Installer(_) => kind.ends_with("installer"),
                ProcessOf::Application(_) | ProcessOf::Nobody(_) => kind.starts_with("an application"),
            };
            let fitting = self.names.iter().filter(|(_, named)| fits(&named.who));
            let names: Vec<&str> = fitting.map(|(name, _)| name.as_str()).take(NAMES_SEARCHED).collect();
            let help = if names.is_empty() {
                "state it under `world`".to_owned()
            } else {
                meant_or_first_few(&name, &names)
            };
            let (message, label) = (format!("unknown name {}", quoted(&name)), format!("expected {kind}"));
            self.report(&node.span, message, label, Some(help));
        }
        found
    }

    fn other_kind(&mut self, node: &Node<'_>, is: &str, expected: &str) {
        let message = format!("{} is {is}", quoted(node.text().unwrap_or_default()));
        self.report(&node.span, message, format!("expected {expected}"), None);
    }
}

/// What was meant by `name`, or what names there are, if not too many.
pub(crate) fn meant_or_first_few(name: &str, names: &[&str]) -> String {
    const SHOWN: usize = 8;
    if let Some(near) = nearest(name, names.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    match names.get(..SHOWN) {
        Some(first) if names.len() > SHOWN + 1 => {
            let shown: Vec<String> = first.iter().map(|name| format!("`{name}`")).collect();
            format!("possible is {} or one of {} more", shown.join(", "), names.len() - SHOWN)
        }
        _ => format!("possible is {}", listed(names.iter().copied(), "or")),
    }
}
