//! Holds what was expected of a step against what was seen, field by field.

use rstmgr_model::Reply;

use crate::scenario::{
    Action, AffectedExpectation, Call, DatabaseExpectation, Expectation, KeyExpectation, LetterCase,
    ProcessOf, Scenario, Step, Written,
};
use crate::trace::{Seen, SeenAffected, SeenKey, SeenList, SeenSession};
use crate::words;

/// An expectation that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The field of the expectation, such as `needed`.
    pub field: &'static str,
    /// What was expected, as a scenario writes it.
    pub expected: String,
    /// What was seen, as a scenario writes it.
    pub seen: String,
}

/// Every expectation of `step` that what was `seen` does not meet.
pub(super) fn check(scenario: &Scenario, step: &Step, seen: &Seen) -> Vec<Failure> {
    let expect = &step.expect;
    let mut failures = Vec::new();
    let mut differ = |field, expected: String, actual: String| {
        if expected != actual {
            failures.push(Failure { field, expected, seen: actual });
        }
    };
    if let Action::Call { .. } = step.action {
        let expected = Reply::from_code(expect.reply.unwrap_or(0));
        if expected.name().is_none() || expected.name() != seen.reply.as_deref() {
            differ(
                "reply",
                words::reply(expected),
                seen.reply.as_deref().map_or_else(nothing, str::to_owned),
            );
        }
    }
    if let Some(number) = expect.handle {
        let seen = seen.handle.as_ref().map(|handle| handle.number.to_string());
        differ("handle", number.to_string(), seen.unwrap_or_else(nothing));
    }
    if let Some(key) = &expect.key {
        let seen = seen.key.as_ref().map(|seen| actual_key(key, seen));
        differ("key", expected_key(key), seen.unwrap_or_else(nothing));
    }
    let nothing_listed = SeenList::default();
    let list = seen.list.as_ref().unwrap_or(&nothing_listed);
    let needed = into_written(list.needed);
    if let Some(expected) = expect.needed.filter(|expected| *expected != needed) {
        differ("needed", words::written(expected), words::written(needed));
    }
    if let Some(expected) = expect.count {
        let seen = into_written(list.count.filter(|count| !is_untouched(expected, *count, step)));
        differ("count", words::written(expected), words::written(seen));
    }
    let reasons = into_written(list.reasons);
    if let Some(expected) = expect.reasons.filter(|expected| *expected != reasons) {
        differ("reasons", words::reasons(expected), words::reasons(reasons));
    }
    for (field, expected, in_order) in lists(expect) {
        if let Some((expected, seen)) = compare_affected(scenario, expected, &list.affected, in_order) {
            differ(field, expected, seen);
        }
    }
    if let Some(expected) = expect.left_open {
        let seen = seen.left_open.map(|count| count.to_string());
        differ("left-open", expected.to_string(), seen.unwrap_or_else(nothing));
    }
    if let Some(expected) = &expect.database {
        let (expected, seen) =
            compare_database(scenario, expected, seen.database.as_deref().unwrap_or_default());
        differ("sessions", expected, seen);
    }
    failures
}

/// Whether a count still is the capacity, where an expectation says so: it alone holds something before the call.
fn is_untouched(expected: Written, count: u32, step: &Step) -> bool {
    let Action::Call { call: Call::GetList { capacity, .. }, .. } = &step.action else { return false };
    expected == Written::Untouched && capacity.is_none_or(|capacity| capacity == count)
}

fn nothing() -> String {
    String::from("nothing")
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

/// The name under which the trace shows somebody.
fn name_of(scenario: &Scenario, who: ProcessOf) -> String {
    match who {
        ProcessOf::Application(application) => scenario.world.applications[application].name.clone(),
        ProcessOf::Installer(installer) => scenario.world.installers[installer].name.clone(),
        ProcessOf::Nobody(pid) => format!("pid {pid}"),
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
            let cut: String = short_name.chars().take(rstmgr_model::SERVICE_NAME_MAX).collect();
            seen.process == scenario.world.applications[host].name && seen.service == cut
        }
        None => seen.process == name_of(scenario, who),
    }
}

fn first_of_host(scenario: &Scenario, mut host: usize) -> usize {
    while let Some(other) =
        scenario.world.applications[host].service.as_ref().and_then(|service| service.shares_process_of)
    {
        host = other;
    }
    host
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
        let name = if seen.service.is_empty() { seen.process.clone() } else { seen.service.clone() };
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
        && expected.name.as_ref().is_none_or(|name| *name == seen.name)
        && expected.service.as_ref().is_none_or(|service| *service == seen.service)
        && terminal_session.is_none_or(|number| number == seen.terminal_session)
        && expected.restartable.is_none_or(|restartable| restartable == seen.restartable)
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
