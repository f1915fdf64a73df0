//! What a retold scenario can do without: a recording where time and what programs always do give the same, and what
//! programs need not do at all.

use std::time::Duration;

use rstmgr_sim::Picks;

use crate::backend::LeftOver;
use crate::scenario::{Action, Application, OnClose, OnEnd, OnQuery, Pause, Scenario, Step, Trigger};

/// How many things may be one of several at most, so that all ways together are tried.
const UNDECIDED_MAX: u32 = 6;

/// The same scenario with less in it, which `still_shows` what it was told for.
pub(super) fn simplify(scenario: Scenario, still_shows: &dyn Fn(&Scenario) -> bool) -> Scenario {
    let mut best = scenario;
    for simpler in [without_due, without_picks, without_restart, without_delay] {
        // Of what each program does by itself, one after another.
        while let Some(simpler) =
            simpler(&best).into_iter().find(|simpler| *simpler != best && still_shows(simpler))
        {
            best = simpler;
        }
    }
    cut(&mut best, LeftOver::default());
    best
}

/// Takes from what is recorded what a run did not come to.
pub(super) fn cut(scenario: &mut Scenario, left_over: LeftOver) {
    let cut = |recorded: Option<Picks>, left: usize| {
        let mut recorded = recorded?;
        recorded.0.truncate(recorded.0.len() - left);
        Some(recorded).filter(|recorded| !recorded.0.is_empty())
    };
    if let Some(replay) = &mut scenario.replay {
        replay.picks = cut(replay.picks.take(), left_over.picks);
        replay.due = cut(replay.due.take(), left_over.due);
    }
    scenario.replay = scenario.replay.take().filter(|replay| replay.picks.is_some() || replay.due.is_some());
}

/// Time decides what happens next, unless a step waits for what was recorded; who leaves does so at once, or never.
fn without_due(scenario: &Scenario) -> Vec<Scenario> {
    let is_recorded = scenario.replay.as_ref().is_some_and(|replay| replay.due.is_some());
    if !is_recorded || scenario.steps.iter().any(waits) {
        return Vec::new();
    }
    let mut simpler = scenario.clone();
    if let Some(replay) = &mut simpler.replay {
        replay.due = None;
    }
    let mut all = vec![simpler.clone()];
    let count = u32::try_from(scenario.world.applications.len()).unwrap_or(u32::MAX);
    let ways = if count <= UNDECIDED_MAX { 1 << count } else { 0 };
    for stays in 0..ways {
        for (application, place) in simpler.world.applications.iter_mut().zip(0..) {
            let stays = stays & (1 << place) != 0;
            if stays {
                (application.on_end, application.on_close) = (OnEnd::Stays, OnClose::Stays);
            } else {
                leave_at_once(application);
            }
        }
        all.push(simpler.clone());
    }
    all
}

/// Programs that are not registered for restart.
fn without_restart(scenario: &Scenario) -> Vec<Scenario> {
    each_application(scenario, |application| application.restart = None)
}

/// Programs that leave at once.
fn without_delay(scenario: &Scenario) -> Vec<Scenario> {
    each_application(scenario, |application| {
        if let OnEnd::Leaves(_) = application.on_end {
            leave_at_once(application);
        }
    })
}

/// What a program does on its end that says nothing of it.
fn leave_at_once(application: &mut Application) {
    let leaves = (OnEnd::Leaves(Duration::ZERO), OnClose::Leaves(Duration::ZERO));
    (application.on_end, application.on_close) = leaves;
}

/// The scenario with one of its applications changed, each in turn.
fn each_application(scenario: &Scenario, change: fn(&mut Application)) -> Vec<Scenario> {
    let changed = |application: usize| {
        let mut simpler = scenario.clone();
        change(&mut simpler.world.applications[application]);
        simpler
    };
    (0..scenario.world.applications.len()).map(changed).collect()
}

fn waits(step: &Step) -> bool {
    match &step.action {
        Action::Wait(Pause::UntilDue(_)) => true,
        Action::Call { call, .. } => call
            .meanwhile()
            .iter()
            .any(|item| matches!(item.at, Trigger::Due(_)) || item.steps.iter().any(waits)),
        _ => false,
    }
}

/// Each program always answers the same, in every way that there is; and nobody chooses anything else.
fn without_picks(scenario: &Scenario) -> Vec<Scenario> {
    if scenario.replay.as_ref().is_none_or(|replay| replay.picks.is_none()) {
        return Vec::new();
    }
    let mut undecided = Vec::new();
    for (application, facts) in scenario.world.applications.iter().enumerate() {
        let windows = facts.windows.iter().enumerate();
        undecided.extend(
            windows
                .filter(|(_, window)| window.on_query == OnQuery::Undecided)
                .map(|(window, _)| (application, window)),
        );
    }
    let count = u32::try_from(undecided.len()).unwrap_or(u32::MAX);
    if count > UNDECIDED_MAX {
        return Vec::new();
    }
    let answered = |answers: u32| {
        let mut simpler = scenario.clone();
        if let Some(replay) = &mut simpler.replay {
            replay.picks = None;
        }
        for ((application, window), bit) in undecided.iter().zip(0..) {
            let agrees = answers & (1 << bit) == 0;
            let answer = OnQuery::Answers { agrees, after: Duration::ZERO };
            simpler.world.applications[*application].windows[*window].on_query = answer;
        }
        simpler
    };
    (0..1 << count).map(answered).collect()
}
