//! Random worlds are told, built again, and run beside what they were told from.

#![expect(clippy::wildcard_enum_match_arm, reason = "what has no text in it is left as it is")]

use rstmgr_model::{
    self as model, Act, ArrayArgument, Call, Event, FilterTarget, Input, InstallerId, LogEvent, Machine,
    Module, Observed, Output, PathId, Profile, RegistrationCall, ServiceNameId, TextId, World,
};
use rstmgr_sim::search::{Cases, NoReferee, Scribe, run, seed_of_case};
use rstmgr_sim::{PathStep, Picks, Replay, random_machine};

use super::world_of;
use crate::backend::simulated::built;

/// How many random worlds are told.
const WORLDS: u64 = 1_000;

#[test]
fn a_world_that_is_told_and_built_is_the_same_world() {
    let mut steps = 0;
    for number in 0..WORLDS {
        let case = Cases::default().case(seed_of_case(3, number));
        let mut nobody = NoReferee;
        let mut scribe = Scribe::new(&mut nobody);
        run(&case, &mut scribe);
        let (mut machine, path) = scribe.into_path().expect("it was run");
        let told = world_of(machine.world()).unwrap_or_else(|error| panic!("case {number}: {error}"));
        let again = built(&told.world);
        assert_eq!(world_of(&again).as_ref(), Ok(&told), "case {number}");
        let (first, _) = case.scene.set().0.installer(0).expect("the first installer is number 0");
        let profile = case.scene.setting.profile();
        let mut other = Translated::new(machine.world(), again, first, profile, &path);
        for step in &path {
            let (left, right) = other.step(&mut machine, step);
            assert_eq!(left, right, "case {number}, {step:?}:\n{case}\n{:#?}", told.world);
            steps += 1;
        }
    }
    assert!(steps > 20_000, "{steps}");
}

#[test]
fn big_worlds_can_be_told_too_and_what_cannot_be_is_said() {
    for seed in 0..20 {
        let world = random_machine(seed).world;
        if let Ok(told) = world_of(&world) {
            let again = world_of(&built(&told.world)).expect("it was told before");
            assert_eq!(again.world.applications.len(), told.world.applications.len());
        }
    }
    let mut world = World::new();
    let mut odd = world.process(r"C:\App\odd.exe", World::user(0));
    odd.console = Some(1);
    world.add_process(odd);
    let error = world_of(&world).unwrap_err().to_string();
    let expected =
        r"a scenario cannot say that C:\App\odd.exe shares a console without being a console program";
    assert_eq!(error, expected);
}

/// Another machine with other numbers for the same texts, paths and names.
struct Translated {
    machine: Machine,
    from: World,
    to: World,
    /// All installers start relative paths at the same place.
    first: InstallerId,
}

impl Translated {
    fn new(from: &World, to: World, first: InstallerId, profile: Profile, path: &[PathStep]) -> Translated {
        let (from, machine) = (from.clone(), Machine::new(to.clone(), profile));
        let mut translated = Translated { machine, from, to, first };
        // What the steps speak of is made known before the first.
        for step in path {
            translated.input(&step.input);
        }
        // A machine knows the text without characters, if nobody has spoken of it.
        translated.to.long_text("");
        translated.machine = Machine::new(translated.to.clone(), profile);
        translated.machine.begin(&mut model::FirstOption, &mut Observed::default());
        translated
    }

    /// What comes out of a step on both, in texts.
    fn step(&mut self, machine: &mut Machine, step: &PathStep) -> (String, String) {
        let [mut left, mut right] = [Observed::default(), Observed::default()];
        let picks = Picks(step.picks.clone());
        machine.step(&step.input, &mut Replay::new(&picks), &mut left);
        let input = self.input(&step.input);
        let mut replay = Replay::new(&picks);
        self.machine.step(&input, &mut replay, &mut right);
        assert_eq!(replay.finish(), Ok(()), "{step:?}");
        (shown(&self.from, &left), shown(&self.to, &right))
    }

    fn path(&mut self, path: PathId) -> PathId {
        self.to.path_of(self.first, self.from.path_text(path))
    }

    fn name(&mut self, name: ServiceNameId) -> ServiceNameId {
        self.to.service_name(self.from.service_name_text(name))
    }

    fn text(&mut self, text: TextId) -> TextId {
        self.to.long_text(self.from.text_of(text))
    }

    fn target(&mut self, target: FilterTarget) -> FilterTarget {
        let module =
            target.module.map(|module| Module { path: self.path(module.path), text: self.text(module.text) });
        FilterTarget { module, service: target.service.map(|name| self.name(name)), ..target }
    }

    /// The same input in the numbers of the other machine; processes, services and installers have the same.
    fn input(&mut self, input: &Input) -> Input {
        let mut input = input.clone();
        match &mut input {
            Input::Call { call, .. } => match call {
                Call::RegisterResources(arguments) => {
                    arguments.files = items(&arguments.files, |file| file.map(|path| self.path(path)));
                    arguments.services = items(&arguments.services, |name| name.map(|name| self.name(name)));
                }
                Call::AddFilter { target, .. } | Call::RemoveFilter { target, .. } => {
                    *target = self.target(*target);
                }
                _ => {}
            },
            Input::Registration(RegistrationCall::Register { arguments: Some(arguments), .. }) => {
                *arguments = self.text(*arguments);
            }
            Input::Event(Event::LogOff(user)) => {
                let pairs = self.from.processes().iter().zip(self.to.processes());
                let found = pairs.into_iter().find(|(from, _)| from.user == *user);
                *user = found.expect("a user has a process").1.user;
            }
            Input::Event(Event::Open(_, path) | Event::Close(_, path)) => *path = self.path(*path),
            Input::Act {
                act:
                    Act::ReplaceFile(path)
                    | Act::ScheduleReplacement(path)
                    | Act::RemoveFile(path)
                    | Act::RestoreFile(path),
                ..
            } => *path = self.path(*path),
            _ => {}
        }
        input
    }
}

fn items<T: Copy>(array: &ArrayArgument<T>, item: impl FnMut(T) -> T) -> ArrayArgument<T> {
    let items = array.items.as_ref().map(|items| items.iter().copied().map(item).collect());
    ArrayArgument { count: array.count, items }
}

/// What came out, with texts for their numbers.
fn shown(world: &World, observed: &Observed) -> String {
    let mut shown = format!("{:?}", observed.outputs);
    for output in &observed.outputs {
        let (texts, target) = match output {
            Output::Affected(entry) => (vec![Some(entry.name), entry.service], None),
            Output::RestartSettings(settings) => (vec![settings.arguments], None),
            Output::Filter(entry) => (Vec::new(), Some(entry.target)),
            Output::Logged(record) => match record.what {
                LogEvent::Stopped(who)
                | LogEvent::Restarted(who)
                | LogEvent::NotStopped(who)
                | LogEvent::NotRestarted(who)
                | LogEvent::CannotRestart(who, _) => {
                    (vec![Some(who.path), Some(who.name), who.version], None)
                }
                _ => continue,
            },
            _ => continue,
        };
        let module = target.and_then(|target| target.module);
        for text in texts.into_iter().flatten().chain(module.map(|module| module.text)) {
            shown = shown.replace(&format!("{text:?}"), world.text_of(text));
        }
        if let Some(module) = module {
            shown = shown.replace(&format!("{:?}", module.path), world.path_text(module.path));
        }
        if let Some(service) = target.and_then(|target| target.service) {
            shown = shown.replace(&format!("{service:?}"), world.service_name_text(service));
        }
    }
    shown
}
