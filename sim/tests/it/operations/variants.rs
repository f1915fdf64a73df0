//! Random machines have everything that there is.

use std::collections::{BTreeMap, BTreeSet};

use rstmgr_model::{
    FORCE_SHUTDOWN, OnConsoleEvent, OnEnd, OnQuery, OnStart, OnStop, Process, ProcessId, ProcessKind,
    RESTART_NO_PATCH, SHUTDOWN_ONLY_REGISTERED, Service,
};
use rstmgr_sim::{RandomMachine, random_machine};

use super::SEEDS;

/// In how many machines each thing occurs at least.
const OCCURRENCES_MIN: u32 = 50;

#[test]
fn every_kind_and_every_behavior_occurs_in_many_machines() {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 0..SEEDS {
        let machine = random_machine(seed);
        let mut names = names_of_machine(&machine);
        let hosts: BTreeSet<ProcessId> =
            machine.world.services().iter().map(|service| service.process).collect();
        let (_, others) = machine.processes.split_last().expect("the installer is there");
        for process in others.iter().filter(|process| !hosts.contains(process)) {
            names.extend(names_of_process(&machine.world.processes()[process.index()]));
        }
        machine.world.services().iter().for_each(|service| names.extend(names_of_service(service)));
        names.sort_unstable();
        names.dedup();
        names.into_iter().for_each(|name| *counts.entry(name).or_default() += 1);
    }
    assert_eq!(counts.len(), 54, "{counts:#?}");
    let rare: Vec<_> = counts.iter().filter(|(_, count)| **count < OCCURRENCES_MIN).collect();
    assert!(rare.is_empty(), "{rare:?}");
}

fn names_of_machine(machine: &RandomMachine) -> Vec<&'static str> {
    let world = &machine.world;
    let console =
        |number| world.processes().iter().filter(move |process| process.console == Some(number)).count();
    let shares = |process: &Process| process.console.is_some_and(|number| console(number) > 1);
    let own = &world.processes()[world.processes().len() - 1];
    let hosts =
        |service: &Service| world.services().iter().filter(|each| each.process == service.process).count();
    let flags = machine.workload.shutdown_flags;
    let has = [
        ("shared console", world.processes().iter().any(shares)),
        ("installer's console", shares(own)),
        ("shared host", world.services().iter().any(|service| hosts(service) > 1)),
        ("own host", world.services().iter().any(|service| hosts(service) == 1)),
        ("missing program", !machine.missing_programs.is_empty()),
        ("no restart", machine.filters.iter().any(|(_, action)| *action == 1)),
        ("no shutdown", machine.filters.iter().any(|(_, action)| *action == 2)),
        ("neither forced nor registered", flags == 0),
        ("forced", flags == FORCE_SHUTDOWN),
        ("registered", flags == SHUTDOWN_ONLY_REGISTERED),
        ("forced and registered", flags == FORCE_SHUTDOWN | SHUTDOWN_ONLY_REGISTERED),
        ("other user", world.processes().iter().any(|process| process.user != own.user)),
        ("other terminal session", world.processes().iter().any(|process| process.terminal_session > 1)),
    ];
    has.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect()
}

fn names_of_process(process: &Process) -> Vec<&'static str> {
    let behavior = &process.behavior;
    let mut names = vec![
        match process.kind {
            ProcessKind::Windowless => "windowless",
            ProcessKind::MainWindow => "main window",
            ProcessKind::OtherWindow => "other window",
            ProcessKind::Explorer => "shell",
            ProcessKind::Console => "console",
        },
        name_of_query(behavior.on_query),
        match behavior.on_end {
            OnEnd::Leaves(_) => "end: leaves",
            OnEnd::Stays => "end: stays",
            OnEnd::Lingers(Some(_)) => "end: lingers, leaves",
            OnEnd::Lingers(None) => "end: lingers",
        },
        match behavior.on_console_event {
            OnConsoleEvent::Leaves(_) => "console event: leaves",
            OnConsoleEvent::Stays => "console event: stays",
            OnConsoleEvent::Ignores => "console event: ignores",
        },
        match process.restart {
            None => "unregistered",
            Some(restart) if restart.flags & RESTART_NO_PATCH != 0 => "not for updates",
            Some(_) => "registered for restart",
        },
        if behavior.leaves_on_close.is_some() { "close: leaves" } else { "close: stays" },
    ];
    let has = [
        ("hidden window", !behavior.hidden_windows.is_empty()),
        ("registers in the query", behavior.registers_in_query.is_some()),
        ("comes back", behavior.comes_back_after.is_some()),
        ("fails to start", behavior.fails_to_start),
        ("critical", process.critical),
        ("elevated", process.elevated),
    ];
    names.extend(has.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name));
    names
}

fn name_of_query(on_query: OnQuery) -> &'static str {
    match on_query {
        OnQuery::Answers { agrees: true, .. } => "query: agrees",
        OnQuery::Answers { agrees: false, .. } => "query: refuses",
        OnQuery::Undecided => "query: undecided",
        OnQuery::ModalDialog => "query: dialog",
        OnQuery::Silent => "query: silent",
        OnQuery::Hung => "query: hung",
        OnQuery::Leaves(_) => "query: leaves",
    }
}

fn names_of_service(service: &Service) -> Vec<&'static str> {
    let mut names = vec![
        match service.on_stop {
            OnStop::Stops(_) => "stop: stops",
            OnStop::Refuses => "stop: refuses",
            OnStop::Fails => "stop: fails",
            OnStop::Hangs => "stop: hangs",
            OnStop::Busy => "stop: busy",
        },
        match service.on_start {
            OnStart::Runs(_) => "start: runs",
            OnStart::Fails => "start: fails",
            OnStart::Hangs => "start: hangs",
        },
    ];
    let has = [
        ("disabled", service.is_disabled),
        ("critical service", service.critical),
        ("dependents", !service.dependents.is_empty()),
    ];
    names.extend(has.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name));
    names
}
