//! The file of a run that is told again, with what the simulator answers as what is expected.

use rstmgr_model::{Property, Reply, Rule};

use crate::backend::BackendError;
use crate::binding::{ENDED, NEVER};
use crate::runner::{Run, StepId};
use crate::scenario::bless::{self, Actual, BlessError};
use crate::scenario::parse::format::RULES_MAX;
use crate::scenario::parse::{self, Source};
use crate::scenario::problem::Problem;
use crate::scenario::write::{self, CannotSay};
use crate::scenario::{
    Action, AffectedExpectation, Call, Expectation, ProcessOf, ReplyExpectation, Scenario, Step, Written,
};
use crate::suite::BackendKind;

use super::done;
use super::simplify::{cut, simplify};

/// Why there is no file of a run.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The format has no words for a part of it.
    #[error(transparent)]
    CannotSay(#[from] CannotSay),
    /// The run cannot be made as a scenario.
    #[error("the simulator does not go this way")]
    NoSuchRun(#[from] BackendError),
    /// The scenario does not show what it is told for.
    #[error("told as a scenario, it does not show")]
    ShowsNothing,
    /// The simulator does not do what was seen when it was told.
    #[error("what was written is rejected by the simulator")]
    Rejected,
    /// What was written is not read as a scenario.
    #[error("what was written cannot be read: {}", .0.first().map_or("no reason", |problem| &problem.message))]
    Unreadable(Vec<Problem>),
    /// What was seen cannot be written into it.
    #[error("what was seen cannot be expected")]
    Unblessed(#[from] BlessError),
}

/// The file of `scenario`, with `notes` as comments above it; what is expected of its steps, and of the messages that
/// its applications got, is what the simulator answers. It lists those rules of `law` that applied.
///
/// What was recorded, and what programs need not do, is left out as long as the scenario `still_shows` what it is told
/// for.
///
/// # Errors
///
/// If the scenario cannot be written or does not run on the simulator, or if what was written is rejected by it or does
/// not show what it is told for.
pub fn file(
    scenario: &Scenario,
    still_shows: &dyn Fn(&Scenario) -> bool,
    law: Option<&Property>,
    notes: &[String],
) -> Result<String, FileError> {
    if !still_shows(scenario) {
        return Err(FileError::ShowsNothing);
    }
    let mut scenario = simplify(scenario.clone(), still_shows);
    scenario.steps.iter_mut().for_each(expect_something);
    let stops = scenario.steps.iter().any(|step| stops_somebody(&step.action));
    for application in (0..scenario.world.applications.len()).filter(|_| stops) {
        let messages = Some(Vec::new());
        let expect = Some(Box::new(Expectation { messages, ..Expectation::default() }));
        scenario.steps.push(Step { expect, ..done(Action::Messages { application }) });
    }
    let run = BackendKind::Simulated.run(&scenario)?;
    cut(&mut scenario, run.left_over);
    expect_nested(&mut scenario, &run);
    expect_entries(&mut scenario, &run);
    let applied = |rule: &&Rule| run.rules.contains(**rule);
    scenario.rules =
        law.map_or(&[][..], |law| law.rules).iter().filter(applied).take(RULES_MAX).copied().collect();
    let source = Source { name: String::from("found.yaml"), text: write::write(&scenario, notes)? };
    let written = parse::parse(&source).map_err(FileError::Unreadable)?;
    let run = BackendKind::Simulated.run(&written)?;
    let seen: Vec<Actual> = run.steps.iter().map(Actual::of).collect();
    let text = match bless::bless(&source, &written, &seen)? {
        Some(text) => {
            // Once more, so that it is laid out by what it says now.
            let blessed = parse::parse(&Source { text, ..source }).map_err(FileError::Unreadable)?;
            write::write(&blessed, notes)?
        }
        None => source.text,
    };
    check(&text, still_shows)?;
    Ok(text)
}

/// Whether the simulator does all that a file expects, and the file shows what it is told for.
fn check(text: &str, still_shows: &dyn Fn(&Scenario) -> bool) -> Result<(), FileError> {
    let source = Source { name: String::from("found.yaml"), text: text.to_owned() };
    let scenario = parse::parse(&source).map_err(FileError::Unreadable)?;
    let run = BackendKind::Simulated.run(&scenario)?;
    if run.failures() > 0 || !run.left_over.is_nothing() {
        return Err(FileError::Rejected);
    }
    if !still_shows(&scenario) {
        return Err(FileError::ShowsNothing);
    }
    Ok(())
}

/// Whether programs may be told something.
fn stops_somebody(action: &Action) -> bool {
    matches!(action, Action::Call { call: Call::Shutdown { .. } | Call::Restart { .. }, .. })
}

/// Gives a step fields that a run can fill.
fn expect_something(step: &mut Step) {
    let Action::Call { call, .. } = &step.action else { return };
    let expect = match call {
        Call::Shutdown { callback: true, .. } | Call::Restart { callback: true, .. } => {
            Expectation { status: Some(Vec::new()), ..Expectation::default() }
        }
        Call::GetList { .. } => Expectation {
            needed: Some(Written::Untouched),
            reasons: Some(Written::Untouched),
            ..Expectation::default()
        },
        Call::GetFilterList { .. } => {
            Expectation { needed: Some(Written::Untouched), ..Expectation::default() }
        }
        Call::Shutdown { .. }
        | Call::Restart { .. }
        | Call::StartSession { .. }
        | Call::JoinSession { .. }
        | Call::EndSession { .. }
        | Call::RegisterResources { .. }
        | Call::CancelCurrentTask { .. }
        | Call::AddFilter { .. }
        | Call::RemoveFilter { .. } => return,
    };
    step.expect = Some(Box::new(expect));
}

/// Expects of the steps in each `meanwhile` the replies that they got, if not success.
fn expect_nested(scenario: &mut Scenario, run: &Run) {
    for nested in &run.nested {
        let StepId { step, inside: Some((item, place)) } = nested.step else { continue };
        let reply = run.seen_of(nested).reply.as_deref().and_then(reply);
        let Some(reply) = reply.filter(|reply| *reply != ReplyExpectation::Code(0)) else { continue };
        let Action::Call { call, .. } = &mut scenario.steps[step].action else { continue };
        if let Some(item) = call.meanwhile_mut().and_then(|items| items.get_mut(item)) {
            let expect = Expectation { reply: Some(reply), ..Expectation::default() };
            item.steps[place].expect = Some(Box::new(expect));
        }
    }
}

/// Expects the lists that were seen, entry by entry.
fn expect_entries(scenario: &mut Scenario, run: &Run) {
    for done in &run.steps {
        let Some(list) = run.seen_of(done).list.as_deref() else { continue };
        let entries = list.affected.iter().filter_map(|seen| {
            Some(AffectedExpectation {
                who: who(scenario, &seen.process)?,
                application_type: Some(seen.application_type),
                status: Some(seen.status),
                name: None,
                service: None,
                terminal_session: None,
                restartable: Some(seen.restartable),
            })
        });
        let entries = entries.collect();
        if let Some(expect) = scenario.steps[done.step.step].expect.as_deref_mut() {
            expect.affected_in_order = Some(entries);
        }
    }
}

/// Whom a trace calls so.
fn who(scenario: &Scenario, name: &str) -> Option<ProcessOf> {
    let world = &scenario.world;
    let application = world.applications.iter().position(|application| application.name == name);
    let installer = world.installers.iter().position(|installer| installer.name == name);
    application.map(ProcessOf::Application).or(installer.map(ProcessOf::Installer))
}

/// How a call ended, by the words of a trace.
fn reply(text: &str) -> Option<ReplyExpectation> {
    match text {
        ENDED => Some(ReplyExpectation::ProcessEnded),
        NEVER => Some(ReplyExpectation::Never),
        _ => {
            let code = Reply::from_name(text).map(Reply::code).or_else(|| text.parse().ok());
            code.map(ReplyExpectation::Code)
        }
    }
}
