//! Holds what was expected of a step against what was seen, field by field.

mod looks;

use std::borrow::Cow;
use std::time::Duration;

use super::bands;
use crate::backend::Time;
use crate::binding::{ENDED, first_of_host};
use crate::request::RestartSettings;
use crate::scenario::{
    Action, AffectedExpectation, Call, DatabaseExpectation, Expectation, FilterExpectation, FilterOf,
    KeyExpectation, LetterCase, ProcessOf, ReplyExpectation, Scenario, Step, Written, duration,
};
use crate::trace::{Seen, SeenAffected, SeenFilter, SeenKey, SeenList, SeenSession};
use crate::words::{self, name_of};
use looks::{compare_files, compare_messages, compare_records, compare_states};

/// An expectation that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The field of the expectation, such as `needed`.
    pub field: &'static str,
    /// For the field `meanwhile`: the place of the item whose time never came, from 0.
    pub item: Option<usize>,
    /// What was expected, as a scenario writes it.
    pub expected: String,
    /// What was seen, as a scenario writes it.
    pub seen: String,
}

/// What failed so far.
#[derive(Default)]
struct Failures(Vec<Failure>);

impl Failures {
    /// Notes a failure if the two differ.
    fn differ<'a>(
        &mut self,
        field: &'static str,
        expected: impl Into<Cow<'a, str>>,
        seen: impl Into<Cow<'a, str>>,
    ) {
        let (expected, seen) = (expected.into(), seen.into());
        if expected != seen {
            let (expected, seen) = (expected.into_owned(), seen.into_owned());
            self.0.push(Failure { field, item: None, expected, seen });
        }
    }
}

/// Every expectation of `step` that what was `seen` does not meet.
pub(crate) fn check(scenario: &Scenario, step: &Step, seen: &Seen, time: Time) -> Vec<Failure> {
    let mut failures = Failures::default();
    check_ending(step, seen, &mut failures);
    if let Some(expect) = step.expect.as_deref() {
        check_call(expect, seen, time, &mut failures);
        check_lists(scenario, step, expect, seen, &mut failures);
        check_settings(expect, seen, &mut failures);
        check_looks(scenario, expect, seen, time, &mut failures);
    }
    failures.0
}

/// What was seen of the world.
fn check_looks(scenario: &Scenario, expect: &Expectation, seen: &Seen, time: Time, failures: &mut Failures) {
    if let Some(expected) = expect.left_open {
        let seen = seen.left_open.map(|count| count.to_string());
        failures.differ("left-open", expected.to_string(), seen.unwrap_or_else(nothing));
    }
    if let Some(expected) = &expect.database {
        let (expected, seen) =
            compare_database(scenario, expected, seen.database.as_deref().unwrap_or_default());
        failures.differ("sessions", expected, seen);
    }
    if let (Some(expected), Some(seen)) = (&expect.world, &seen.world) {
        let (expected_words, seen_words) =
            compare_states(scenario, &expected.applications, &seen.applications);
        failures.differ("applications", expected_words, seen_words);
        let (expected_words, seen_words) = compare_files(&expected.files, &seen.files);
        failures.differ("files", expected_words, seen_words);
    }
    if let Some(expected) = &expect.messages {
        let (expected, seen) = compare_messages(expected, seen.messages.as_deref().unwrap_or_default(), time);
        failures.differ("messages", expected, seen);
    }
    if let Some(expected) = &expect.records {
        let (expected, seen) =
            compare_records(scenario, expected, seen.records.as_deref().unwrap_or_default());
        failures.differ("records", expected, seen);
    }
}

/// How a call ended; that it succeeds is expected where nothing else is.
fn check_ending(step: &Step, seen: &Seen, failures: &mut Failures) {
    let expect = step.expect.as_deref();
    if let Action::Call { .. } | Action::Act { .. } = step.action {
        let expected = expect.and_then(|expect| expect.reply).unwrap_or(ReplyExpectation::Code(0));
        let seen = match seen.reply.as_deref() {
            Some(ENDED) => words::PROCESS_ENDED,
            Some(reply) => reply,
            None => NOTHING,
        };
        failures.differ("reply", words::ending(expected), seen);
    }
    if let Action::Registration(_) = step.action {
        let expected = expect.and_then(|expect| expect.result).unwrap_or(0);
        let seen = seen.result.map_or_else(nothing, words::result);
        failures.differ("result", words::result(expected), seen);
    }
}

/// What a call gave.
fn check_call(expect: &Expectation, seen: &Seen, time: Time, failures: &mut Failures) {
    if let Some(expected) = &expect.status {
        failures.differ("status", percentages(expected), percentages(&seen.status));
    }
    if let Some(expected) = expect.took {
        let took = seen.took.unwrap_or_default();
        let took = as_expected(expected, Duration::from_millis(took.0), time);
        failures.differ("took", duration::write(expected), duration::write(took));
    }
    let handle = seen.handle.as_ref().map(|handle| handle.number);
    if let Some(number) = expect.handle.filter(|number| Some(*number) != handle) {
        let seen = handle.map(|number| number.to_string());
        failures.differ("handle", number.to_string(), seen.unwrap_or_else(nothing));
    }
    if let Some(key) = &expect.key {
        let seen = seen.key.as_ref().map(|seen| actual_key(key, seen));
        failures.differ("key", expected_key(key), seen.unwrap_or_else(nothing));
    }
}

/// What was seen; where that was measured, the expected in its place if they agree.
fn as_expected(expected: Duration, seen: Duration, time: Time) -> Duration {
    if time == Time::Measured && bands::agree(expected, seen) { expected } else { seen }
}

fn percentages(percentages: &[u8]) -> String {
    words::sequence(percentages.iter().map(u8::to_string).collect())
}

/// The lists of affected applications and of filters.
fn check_lists(scenario: &Scenario, step: &Step, expect: &Expectation, seen: &Seen, failures: &mut Failures) {
    let nothing_listed = SeenList::default();
    let list = seen.list.as_deref().unwrap_or(&nothing_listed);
    let needed = match &seen.filters {
        Some(filters) => into_written(filters.needed),
        None => into_written(list.needed),
    };
    if let Some(expected) = expect.needed.filter(|expected| *expected != needed) {
        failures.differ("needed", words::written(expected), words::written(needed));
    }
    if let Some(expected) = expect.count {
        let seen = into_written(list.count.filter(|count| !is_untouched(expected, *count, step)));
        if seen != expected {
            failures.differ("count", words::written(expected), words::written(seen));
        }
    }
    let reasons = into_written(list.reasons);
    if let Some(expected) = expect.reasons.filter(|expected| *expected != reasons) {
        failures.differ("reasons", words::reasons(expected), words::reasons(reasons));
    }
    for (field, expected, in_order) in lists(expect) {
        if let Some((expected, seen)) = compare_affected(scenario, expected, &list.affected, in_order) {
            failures.differ(field, expected, seen);
        }
    }
    if let Some(expected) = &expect.filters {
        let filters = seen.filters.as_ref().map(|list| list.filters.as_slice()).unwrap_or_default();
        let (expected, seen) = compare_filters(scenario, expected, filters);
        failures.differ("filters", expected, seen);
    }
}

/// What a function of the registration for restart wrote.
fn check_settings(expect: &Expectation, seen: &Seen, failures: &mut Failures) {
    let nothing_written = RestartSettings::default();
    let written = seen.settings.as_deref().unwrap_or(&nothing_written);
    if let Some(expected) = expect.settings.size {
        failures.differ("size", words::written(expected), words::written(into_written(written.size)));
    }
    if let Some(expected) = &expect.settings.arguments {
        let seen = written.arguments.as_deref().map_or_else(nothing, words::text);
        failures.differ("arguments", words::text(expected), seen);
    }
    if let Some(expected) = expect.settings.flags {
        for (name, bit) in words::NO_RESTART.into_iter().filter(|(_, bit)| expected.mask & bit != 0) {
            let seen = written.flags.map(|flags| (flags & bit != 0).to_string());
            failures.differ(name, (expected.bits & bit != 0).to_string(), seen.unwrap_or_else(nothing));
        }
    }
}

/// Whether a count still is the capacity, where an expectation says so: it alone holds something before the call.
fn is_untouched(expected: Written, count: u32, step: &Step) -> bool {
    let Action::Call { call: Call::GetList { capacity, .. }, .. } = &step.action else { return false };
    expected == Written::Untouched && capacity.is_none_or(|capacity| capacity == count)
}

const NOTHING: &str = "nothing";

fn nothing() -> String {
    NOTHING.to_owned()
}

fn into_written(number: Option<u32>) -> Written {
    number.map_or(Written::Untouched, Written::Value)
}

fn lists(expect: &Expectation) -> impl Iterator<Item = (&'static str, &[AffectedExpectation], bool)> {
    let unordered = expect.affected.as_deref().map(|entries| ("affected", entries, false));
    let ordered = expect.affected_in_order.as_deref().map(|entries| ("affected-in-order", entries, true));
    unordered.into_iter().chain(ordered)
}

fn expected_key(key: &KeyExpectation) -> String {
    let fields = [
        key.length.map(|length| format!("length: {length}")),
        key.letters.map(|letters| format!("letters: {}", letter_case(letters))),
        key.terminated.map(|terminated| format!("terminated: {terminated}")),
    ];
    words::map(fields.into_iter().flatten())
}

/// The fields of what was seen that an expectation speaks of.
fn actual_key(expected: &KeyExpectation, seen: &SeenKey) -> String {
    let terminated = match seen.terminated {
        Some(terminated) => terminated.to_string(),
        None => String::from("unknown"),
    };
    let fields = [
        expected.length.map(|_| format!("length: {}", seen.length)),
        expected.letters.map(|_| format!("letters: {}", seen.letters)),
        expected.terminated.map(|_| format!("terminated: {terminated}")),
    ];
    words::map(fields.into_iter().flatten())
}

fn letter_case(letters: LetterCase) -> &'static str {
    match letters {
        LetterCase::Lower => "lower",
        LetterCase::Upper => "upper",
    }
}

/// Whether an entry is the one that is expected of `who`: its process, and its service if it is one.
fn is_entry_of(scenario: &Scenario, who: ProcessOf, seen: &SeenAffected) -> bool {
    let shared = match who {
        ProcessOf::Application(application) => {
            let service = scenario.world.applications[application].service.as_ref();
            service.map(|service| {
                let host = service.shares_process_of.unwrap_or(application);
                (first_of_host(scenario, host), service.short_name.as_str())
            })
        }
        ProcessOf::Installer(installer) => {
            let owner = scenario.world.installers[installer].in_process_of.unwrap_or(installer);
            return seen.process == scenario.world.installers[owner].name;
        }
        ProcessOf::Nobody(_) => None,
    };
    match shared {
        Some((host, short_name)) => {
            let cut = short_name.char_indices().nth(rstmgr_model::SERVICE_NAME_MAX);
            let cut = cut.map_or(short_name, |(end, _)| &short_name[..end]);
            seen.process == scenario.world.applications[host].name && &*seen.service == cut
        }
        None => seen.process == name_of(scenario, who),
    }
}

/// What was expected and what was seen of the entries, in the same words, so that only differences differ; `None`
/// if all is as expected.
fn compare_affected(
    scenario: &Scenario,
    expected: &[AffectedExpectation],
    seen: &[SeenAffected],
    in_order: bool,
) -> Option<(String, String)> {
    let mut left: Vec<Option<&SeenAffected>> = seen.iter().map(Some).collect();
    let mut pairs = Vec::with_capacity(expected.len());
    for (place, entry) in expected.iter().enumerate() {
        let candidates = if in_order { place..(place + 1).min(left.len()) } else { 0..left.len() };
        let found = candidates
            .into_iter()
            .find(|place| left[*place].is_some_and(|seen| is_entry_of(scenario, entry.who, seen)));
        pairs.push((entry, found.and_then(|place| left[place].take())));
    }
    let holds = |(entry, found): &(&AffectedExpectation, Option<&SeenAffected>)| {
        found.is_some_and(|seen| is_as_expected(entry, seen))
    };
    if left.iter().all(Option::is_none) && pairs.iter().all(holds) {
        return None;
    }
    let mut expected_words = Vec::new();
    let mut seen_words = Vec::new();
    for (entry, found) in pairs {
        let name = name_of(scenario, entry.who);
        expected_words.push(words::entry(&name, words::expected_fields(entry)));
        seen_words.extend(found.map(|seen| words::entry(&name, words::seen_fields(entry, seen))));
    }
    // Whoever is left over was not expected.
    for seen in left.into_iter().flatten() {
        let name = if seen.service.is_empty() { seen.process.clone() } else { seen.service.to_string() };
        seen_words.push(words::entry(&name, Vec::new()));
    }
    Some((words::sequence(expected_words), words::sequence(seen_words)))
}

/// Whether every field that an expectation speaks of is as it says.
fn is_as_expected(expected: &AffectedExpectation, seen: &SeenAffected) -> bool {
    let terminal_session = expected.terminal_session.map(|number| match number {
        u32::MAX => -1,
        number => i64::from(number),
    });
    expected.application_type.is_none_or(|number| number == seen.application_type)
        && expected.status.is_none_or(|bits| bits == seen.status)
        && expected.name.as_ref().is_none_or(|name| **name == *seen.name)
        && expected.service.as_ref().is_none_or(|service| **service == *seen.service)
        && terminal_session.is_none_or(|number| number == seen.terminal_session)
        && expected.restartable.is_none_or(|restartable| restartable == seen.restartable)
}

fn compare_filters(
    scenario: &Scenario,
    expected: &[FilterExpectation],
    seen: &[SeenFilter],
) -> (String, String) {
    let offset = |name: &str, offset: Option<u32>| offset.map(|offset| format!("{name}: {offset}"));
    let expected_words = expected.iter().map(|filter| {
        let of = match &filter.of {
            FilterOf::Module(module) => format!("module: {}", words::text(module)),
            FilterOf::Process(element) => format!("application: {}", words::process(scenario, element)),
            FilterOf::Service(service) => format!("service: {}", words::text(service)),
        };
        let action = filter.action.map(|action| format!("action: {}", words::filter_action(action)));
        let fields = [Some(of), action, offset("next", filter.next), offset("text-at", filter.text_at)];
        words::map(fields.into_iter().flatten())
    });
    let seen_words = seen.iter().enumerate().map(|(place, filter)| {
        let like = expected.get(place);
        let says = |speaks: fn(&FilterExpectation) -> bool| like.is_none_or(speaks);
        let action = words::filter_action(filter.action);
        let fields = [
            filter.module.as_ref().map(|module| format!("module: {}", words::text(module))),
            filter.process.as_ref().map(|process| format!("application: {process}")),
            filter.service.as_ref().map(|service| format!("service: {}", words::text(service))),
            says(|like| like.action.is_some()).then(|| format!("action: {action}")),
            offset("next", says(|like| like.next.is_some()).then_some(filter.next)),
            offset("text-at", filter.text_at.filter(|_| says(|like| like.text_at.is_some()))),
        ];
        words::map(fields.into_iter().flatten())
    });
    (words::sequence(expected_words.collect()), words::sequence(seen_words.collect()))
}

fn compare_database(
    scenario: &Scenario,
    expected: &[DatabaseExpectation],
    seen: &[SeenSession],
) -> (String, String) {
    let expected_words = expected.iter().map(|session| {
        let groups = |name: &str, groups: &Option<Vec<u32>>| {
            groups.as_ref().map(|groups| format!("{name}: {}", words::numbers(groups)))
        };
        words::map(
            [
                Some(format!("number: {}", session.number)),
                session.owner.map(|owner| format!("owner: {}", name_of(scenario, owner))),
                session.abandoned.map(|abandoned| format!("abandoned: {abandoned}")),
                groups("files", &session.files),
                groups("processes", &session.processes),
                groups("services", &session.services),
            ]
            .into_iter()
            .flatten(),
        )
    });
    let seen_words = seen.iter().enumerate().map(|(place, session)| {
        let like = expected.get(place);
        let says = |speaks: fn(&DatabaseExpectation) -> bool| like.is_none_or(speaks);
        words::map(
            [
                Some(format!("number: {}", session.number)),
                says(|like| like.owner.is_some()).then(|| format!("owner: {}", session.owner)),
                says(|like| like.abandoned.is_some()).then(|| format!("abandoned: {}", session.abandoned)),
                says(|like| like.files.is_some())
                    .then(|| format!("files: {}", words::numbers(&session.files))),
                says(|like| like.processes.is_some())
                    .then(|| format!("processes: {}", words::numbers(&session.processes))),
                says(|like| like.services.is_some())
                    .then(|| format!("services: {}", words::numbers(&session.services))),
            ]
            .into_iter()
            .flatten(),
        )
    });
    (words::sequence(expected_words.collect()), words::sequence(seen_words.collect()))
}
