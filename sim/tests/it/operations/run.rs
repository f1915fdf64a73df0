//! A random machine, run: what went in and what came out, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rstmgr_model::{
    AffectedApplication, ApplicationStatus, Call, FORCE_SHUTDOWN, FilterTarget, Flaw, Input, LogEvent,
    Machine, Message, Output, Process, ProcessId, ProcessKind, Profile, RESTART_NO_PATCH, RebootReasons,
    Reply, RestartRegistration, Service, ServiceId, SessionHandle, Told, UniqueProcess,
};
use rstmgr_sim::{RandomMachine, Simulator, random_machine};

/// An application: a process, or a service with its host.
pub(crate) type Who = (ProcessId, Option<ServiceId>);

/// Something that came out, and when.
pub(crate) type Event = (Duration, Output);

/// A call and what came out until it was over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallRun {
    pub(crate) call: Call,
    pub(crate) ended: Duration,
    /// `None`: it never returned.
    pub(crate) reply: Option<Reply>,
    pub(crate) events: Vec<Event>,
}

/// A machine and what became of its installer's calls.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) machine: RandomMachine,
    pub(crate) is_windows_11: bool,
    pub(crate) calls: Vec<CallRun>,
    /// What came out after the last call.
    pub(crate) after: Vec<Event>,
    /// Who had which id and start time.
    names: BTreeMap<UniqueProcess, ProcessId>,
}

/// An entry of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listed {
    pub(crate) who: Who,
    pub(crate) entry: AffectedApplication,
}

/// What happened to somebody during a shutdown, by the places of the events.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Story {
    pub(crate) told: Option<usize>,
    pub(crate) left: Option<usize>,
    pub(crate) failed: Option<usize>,
}

impl Run {
    pub(crate) fn of(seed: u64, is_windows_11: bool, flaw: Option<Flaw>) -> Run {
        let machine = random_machine(seed);
        let profile = if is_windows_11 { Profile::windows_11() } else { Profile::documented() };
        let mut state = Machine::new(machine.world.clone(), profile);
        if let Some(flaw) = flaw {
            state = state.with_flaw(flaw);
        }
        let mut simulator = Simulator::new(state, seed);
        let mut run =
            Run { is_windows_11, calls: Vec::new(), after: Vec::new(), names: BTreeMap::new(), machine };
        for process in run.machine.processes.clone() {
            run.name(&simulator, process);
        }
        let start = run.machine.start(simulator.fresh_key());
        run.perform(&mut simulator, &start);
        for input in run.machine.calls(SessionHandle(0)) {
            // Whoever was ended by an event on its own console calls no more.
            if run.calls.iter().all(|call| call.reply.is_some()) {
                run.perform(&mut simulator, &input);
            }
        }
        let mut after = Vec::new();
        while let Some(observed) = simulator.proceed(None) {
            let outputs = observed.outputs.clone();
            after.extend(outputs.into_iter().map(|output| (simulator.now(), output)));
        }
        run.after = after;
        run
    }

    fn perform(&mut self, simulator: &mut Simulator, input: &Input) {
        let Input::Call { call, .. } = input else { panic!("an installer calls") };
        let mut outputs = simulator.perform(input).outputs.clone();
        let mut events = Vec::new();
        let mut pending = None;
        let mut reply = None;
        loop {
            for output in &outputs {
                match *output {
                    Output::Reply(given) | Output::Returned(_, given) => {
                        (reply, pending) = (Some(given), None)
                    }
                    Output::Abandoned(_) => pending = None,
                    Output::Pending(call) => pending = Some(call),
                    Output::Started(started) => self.name(simulator, started.process),
                    Output::Told(Told { process, what: Message::Start, .. }) => self.name(simulator, process),
                    _ => {}
                }
            }
            events.extend(outputs.into_iter().map(|output| (simulator.now(), output)));
            if pending.is_none() {
                break;
            }
            outputs = simulator.proceed(None).expect("a pending call ends").outputs.clone();
        }
        self.calls.push(CallRun { call: call.clone(), ended: simulator.now(), reply, events });
    }

    /// Binds the id that a process has now to its name.
    fn name(&mut self, simulator: &Simulator, process: ProcessId) {
        self.names.insert(simulator.machine().unique_process(process), process);
    }

    pub(crate) fn shutdown(&self) -> &CallRun {
        self.calls.iter().find(|call| matches!(call.call, Call::Shutdown(_))).expect("it was called")
    }

    /// `None`: the installer did not live to see it.
    pub(crate) fn restart(&self) -> Option<&CallRun> {
        self.calls.iter().find(|call| matches!(call.call, Call::Restart(_)))
    }

    pub(crate) fn is_forced(&self) -> bool {
        self.machine.workload.shutdown_flags & FORCE_SHUTDOWN != 0
    }

    /// The n-th list and its reboot reasons: before the shutdown, before the restart, at the end.
    pub(crate) fn list(&self, number: usize) -> Option<(Vec<Listed>, RebootReasons)> {
        let list = self.calls.iter().filter(|call| matches!(call.call, Call::GetList(_))).nth(number)?;
        let mut entries = Vec::new();
        let mut reasons = RebootReasons::NONE;
        for (_, output) in &list.events {
            match output {
                Output::List(outputs) => reasons = outputs.reasons.expect("it is asked for"),
                Output::Affected(entry) => {
                    let process = self.names[&entry.process];
                    let service = entry.service.map(|name| self.service_named(process, name));
                    entries.push(Listed { who: (process, service), entry: *entry });
                }
                _ => {}
            }
        }
        Some((entries, reasons))
    }

    fn service_named(&self, host: ProcessId, name: rstmgr_model::TextId) -> ServiceId {
        let fits =
            |id: &&ServiceId| self.service(**id).short_name == name && self.service(**id).process == host;
        *self.machine.services.iter().find(fits).expect("the list names services of the world")
    }

    pub(crate) fn process(&self, id: ProcessId) -> &Process {
        &self.machine.world.processes()[id.index()]
    }

    pub(crate) fn service(&self, id: ServiceId) -> &Service {
        &self.machine.world.services()[id.index()]
    }

    /// Those on the list before the shutdown who are to be stopped.
    pub(crate) fn targets(&self) -> Vec<Who> {
        let (entries, _) = self.list(0).expect("it is made before");
        let runs = |listed: &&Listed| listed.entry.status.0 & ApplicationStatus::RUNNING.0 != 0;
        let targets = entries.iter().filter(runs).map(|listed| listed.who);
        targets.filter(|who| self.filter_of(*who) != Some(NO_SHUTDOWN)).collect()
    }

    /// The action of the filter that holds for somebody: the narrowest, and of equal ones the last.
    pub(crate) fn filter_of(&self, (process, service): Who) -> Option<u32> {
        let facts = self.process(process);
        let unique = UniqueProcess { pid: facts.pid, start_time: facts.start_time };
        let text = |id| self.machine.world.text_of(id).to_lowercase();
        let name = service.map(|service| {
            let place = self.machine.services.iter().position(|id| *id == service);
            self.machine.service_names[place.expect("it is one of the world")]
        });
        let narrowness = |target: &FilterTarget| {
            if target.service.is_some() && target.service == name {
                3
            } else if target.process == Some(unique) {
                2
            } else {
                u32::from(target.module.is_some_and(|module| text(module.text) == text(facts.image)))
            }
        };
        let matching = self.machine.filters.iter().filter(|(target, _)| narrowness(target) > 0);
        matching.max_by_key(|(target, _)| narrowness(target)).map(|(_, action)| *action)
    }

    /// What happened to everybody during the shutdown.
    pub(crate) fn stories(&self) -> BTreeMap<Who, Story> {
        let mut stories: BTreeMap<Who, Story> = BTreeMap::new();
        for (place, (_, output)) in self.shutdown().events.iter().enumerate() {
            match output {
                Output::Told(Told { what: Message::Answer { .. } | Message::Start, .. }) => {}
                Output::Told(told) => {
                    stories.entry((told.process, told.service)).or_default().told.get_or_insert(place);
                }
                Output::Left(left) => {
                    stories.entry((left.process, left.service)).or_default().left.get_or_insert(place);
                }
                Output::Logged(record) => {
                    if let LogEvent::NotStopped(whom) = &record.what {
                        stories.entry((whom.process, whom.service)).or_default().failed.get_or_insert(place);
                    }
                }
                _ => {}
            }
        }
        stories
    }

    /// Those who were stopped by the shutdown, as what they were meant to.
    pub(crate) fn stopped(&self) -> BTreeSet<Who> {
        let stories = self.stories();
        let is_stopped = |who: &Who| {
            stories.get(who).is_some_and(|story| {
                story.left.is_some_and(|left| {
                    story.told.is_some_and(|told| told < left)
                        && story.failed.is_none_or(|failed| failed > left)
                })
            })
        };
        self.targets().into_iter().filter(is_stopped).collect()
    }

    /// Who runs at the end of a number of calls, as far as what came out tells.
    pub(crate) fn running_after(&self, call: &CallRun) -> BTreeSet<Who> {
        let mut running = BTreeSet::new();
        for id in &self.machine.processes {
            let services: Vec<ServiceId> = self
                .machine
                .services
                .iter()
                .copied()
                .filter(|each| self.service(*each).process == *id)
                .collect();
            if self.process(*id).running {
                running.extend(services.iter().map(|service| (*id, Some(*service))));
                if services.is_empty() {
                    running.insert((*id, None));
                }
            }
        }
        for each in &self.calls {
            for (_, output) in &each.events {
                change(&mut running, output);
            }
            if each == call {
                break;
            }
        }
        running
    }

    /// The services that depend on one, directly or not.
    pub(crate) fn dependents_of(&self, service: ServiceId) -> BTreeSet<ServiceId> {
        let mut found = BTreeSet::new();
        let mut open = vec![service];
        while let Some(next) = open.pop() {
            open.extend(self.service(next).dependents.iter().filter(|each| found.insert(**each)));
        }
        found
    }

    /// The registration for restart that a program has when it is stopped.
    pub(crate) fn registration(&self, process: ProcessId) -> Option<RestartRegistration> {
        let facts = self.process(process);
        let is_query = |output: &Output| {
            matches!(output, Output::Told(told)
                if told.process == process && matches!(told.what, Message::Query { .. }))
        };
        let was_asked = self.shutdown().events.iter().any(|(_, output)| is_query(output));
        facts.behavior.registers_in_query.filter(|_| was_asked).or(facts.restart)
    }

    /// Whether a program can be restarted, by its registration, its rights and its user.
    pub(crate) fn is_restartable(
        &self,
        process: ProcessId,
        registration: Option<RestartRegistration>,
    ) -> bool {
        let facts = self.process(process);
        let own = self.process(*self.machine.processes.last().expect("the installer is there")).user;
        facts.kind == ProcessKind::Explorer
            || registration.is_some_and(|registration| registration.flags & RESTART_NO_PATCH == 0)
                && !facts.elevated
                && facts.user == own
    }

    /// Everything that was logged in a call about those who failed at it.
    pub(crate) fn logged_failures(call: &CallRun) -> Vec<Who> {
        let whom = call.events.iter().filter_map(|(_, output)| match output {
            Output::Logged(record) => match &record.what {
                LogEvent::NotStopped(whom) | LogEvent::NotRestarted(whom) => {
                    Some((whom.process, whom.service))
                }
                _ => None,
            },
            _ => None,
        });
        whom.collect()
    }
}

/// `RmNoShutdown`
pub(crate) const NO_SHUTDOWN: u32 = 2;

/// Takes over who came and went.
pub(crate) fn change(running: &mut BTreeSet<Who>, output: &Output) {
    match output {
        Output::Left(left) => {
            running.remove(&(left.process, left.service));
        }
        Output::Started(started) => {
            running.insert((started.process, started.service));
        }
        _ => {}
    }
}
