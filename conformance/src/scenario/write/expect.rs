//! What is expected of calls.

use super::layout::{Layout, text};
use super::{Fields, name_of, steps, text_key};
use crate::scenario::{
    AffectedExpectation, Expectation, FilterExpectation, FilterOf, KeyExpectation, LetterCase, Scenario,
    Written, duration,
};
use crate::words::{self, NO_RESTART, REASONS};

/// The value of `expect`: a scalar where nothing but the reply or the result is expected.
pub(super) fn expectation(scenario: &Scenario, expected: &Expectation) -> Layout {
    let mut fields = Fields::default();
    fields.add_some("reply", expected.reply.map(|reply| words::ending(reply).into_owned()));
    fields.add_some("result", expected.result.map(words::result));
    let is_scalar = *expected == Expectation { reply: expected.reply, ..Expectation::default() }
        || *expected == Expectation { result: expected.result, ..Expectation::default() };
    if let (true, Some((_, scalar))) = (is_scalar, fields.0.first()) {
        return scalar.clone();
    }
    fields.add_some("handle", expected.handle.map(|handle| handle.to_string()));
    fields.add_some("key", expected.key.as_ref().map(key));
    fields.add_some("needed", expected.needed.map(words::written));
    fields.add_some("count", expected.count.map(words::written));
    fields.add_some("reasons", expected.reasons.map(reasons));
    let entries = |entries: &Vec<AffectedExpectation>| {
        Layout::List(entries.iter().map(|entry| affected(scenario, entry)).collect())
    };
    fields.add_some("affected", expected.affected.as_ref().map(entries));
    fields.add_some("affected-in-order", expected.affected_in_order.as_ref().map(entries));
    fields.add_some("left-open", expected.left_open.map(|count| count.to_string()));
    fields.add_some("status", expected.status.as_ref().map(Layout::list));
    fields.add_some("took", expected.took.map(duration::write));
    let filters = expected.filters.as_ref();
    let filters = filters.map(|filters| filters.iter().map(|each| filter(scenario, each)).collect());
    fields.add_some("filters", filters.map(Layout::List));
    fields.add_some("size", expected.settings.size.map(words::written));
    fields.add_some("arguments", expected.settings.arguments.as_deref().map(text));
    if let Some(flags) = expected.settings.flags {
        for (name, bit) in NO_RESTART.into_iter().filter(|(_, bit)| flags.mask & bit != 0) {
            fields.add(name, (flags.bits & bit != 0).to_string());
        }
    }
    Layout::Map(fields.0)
}

fn key(expected: &KeyExpectation) -> Layout {
    let mut fields = Fields::default();
    fields.add_some("length", expected.length.map(|length| length.to_string()));
    let letters = expected.letters.map(|letters| match letters {
        LetterCase::Lower => "lower",
        LetterCase::Upper => "upper",
    });
    fields.add_some("letters", letters);
    fields.add_some("terminated", expected.terminated.map(|terminated| terminated.to_string()));
    Layout::Map(fields.0)
}

fn reasons(reasons: Written) -> Layout {
    match reasons {
        Written::Untouched => "untouched".into(),
        Written::Value(bits) => reason_names(bits),
    }
}

/// The names of reboot reasons.
pub(super) fn reason_names(bits: u32) -> Layout {
    Layout::list(REASONS.into_iter().filter(|(bit, _)| bits & bit != 0).map(|(_, name)| name))
}

fn affected(scenario: &Scenario, expected: &AffectedExpectation) -> Layout {
    let mut fields = Fields::default();
    fields.add_some("type", expected.application_type.map(words::application_type));
    fields.add_some("status", expected.status.map(words::status));
    fields.add_some("name", expected.name.as_deref().map(text));
    fields.add_some("service", expected.service.as_deref().map(text));
    fields.add_some("terminal-session", expected.terminal_session.map(|number| number.to_string()));
    fields.add_some("restartable", expected.restartable.map(|restartable| restartable.to_string()));
    if fields.0.is_empty() {
        return name_of(scenario, expected.who);
    }
    Layout::entry(&text_key(&words::name_of(scenario, expected.who)), Layout::Map(fields.0))
}

fn filter(scenario: &Scenario, expected: &FilterExpectation) -> Layout {
    let mut fields = Fields::default();
    match &expected.of {
        FilterOf::Module(module) => fields.add("module", text(module)),
        FilterOf::Process(process) => fields.add("application", steps::process(scenario, process)),
        FilterOf::Service(service) => fields.add("service", text(service)),
    }
    fields.add_some("action", expected.action.map(words::filter_action));
    fields.add_some("next", expected.next.map(|next| next.to_string()));
    fields.add_some("text-at", expected.text_at.map(|text_at| text_at.to_string()));
    Layout::Map(fields.0)
}
