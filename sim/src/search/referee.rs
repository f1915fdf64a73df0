//! Who looks at the steps of a run, and what they find.

use std::time::Duration;

use rstmgr_model::{Input, Machine, Monitor, Observed, Output};

use crate::explorer::PathStep;
use crate::simulator::Simulator;

/// Looks at every step of a run.
pub trait Referee {
    /// Looks at the machine on which nothing happened yet but that its first timers are set.
    fn begin(&mut self, simulator: &Simulator);

    /// Looks at a step; what must not be ends the run.
    fn watch(&mut self, step: &RunStep<'_>) -> Option<Finding>;
}

/// A step of a run.
#[derive(Clone, Copy, Debug)]
pub struct RunStep<'a> {
    /// What went in.
    pub input: &'a Input,
    /// What was chosen, by index.
    pub picks: &'a [usize],
    /// What came out.
    pub observed: &'a Observed,
    /// The machine afterwards.
    pub machine: &'a Machine,
    /// The virtual time.
    pub now: Duration,
}

/// What a referee found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of finding it is, such as the name of a law; smaller cases must show the same kind.
    pub kind: &'static str,
    /// What shows it.
    pub because: String,
}

/// Nobody looks.
#[derive(Clone, Copy, Debug)]
pub struct NoReferee;

impl Referee for NoReferee {
    fn begin(&mut self, _: &Simulator) {}

    fn watch(&mut self, _: &RunStep<'_>) -> Option<Finding> {
        None
    }
}

/// The laws of [`Property`](rstmgr_model::Property).
#[derive(Clone, Debug, Default)]
pub struct Laws {
    monitor: Option<Monitor>,
}

impl Laws {
    /// The monitor of the run that goes on, or went on last.
    pub fn monitor(&self) -> Option<&Monitor> {
        self.monitor.as_ref()
    }
}

impl Referee for Laws {
    fn begin(&mut self, simulator: &Simulator) {
        let machine = simulator.machine();
        self.monitor = Some(Monitor::new(machine.world(), machine.profile()));
    }

    fn watch(&mut self, step: &RunStep<'_>) -> Option<Finding> {
        let (world, profile) = (step.machine.world(), step.machine.profile());
        let broken = self.monitor.as_mut()?.watch(world, profile, step.input, &step.observed.outputs);
        let broken = broken.into_iter().next()?;
        Some(Finding { kind: broken.property.name, because: broken.because })
    }
}

/// Writes a run down, so that [`Machine::step`] alone can repeat it, and lets another referee judge it.
#[derive(Debug)]
pub struct Scribe<'r, R> {
    referee: &'r mut R,
    machine: Option<Machine>,
    path: Vec<PathStep>,
}

impl<'r, R> Scribe<'r, R> {
    /// Writes down what `referee` judges.
    pub fn new(referee: &'r mut R) -> Scribe<'r, R> {
        Scribe { referee, machine: None, path: Vec::new() }
    }

    /// The first machine and the way from there; `None` if nothing was run.
    pub fn into_path(self) -> Option<(Machine, Vec<PathStep>)> {
        Some((self.machine?, self.path))
    }
}

impl<R: Referee> Referee for Scribe<'_, R> {
    fn begin(&mut self, simulator: &Simulator) {
        self.machine = Some(simulator.machine().clone());
        self.path.clear();
        self.referee.begin(simulator);
    }

    fn watch(&mut self, step: &RunStep<'_>) -> Option<Finding> {
        self.path.push(PathStep { input: step.input.clone(), picks: step.picks.to_vec() });
        self.referee.watch(step)
    }
}

/// The kind of what [`Difference`] finds.
pub const DIFFERENCE: &str = "difference";

/// Holds a run against another machine that is to behave alike: the same inputs at the same times, with the same seed.
///
/// The other one is made from the first by `prepare`, which may plant a mistake.
pub struct Difference<P> {
    prepare: P,
    other: Option<Simulator>,
}

impl<P: Fn(Machine) -> Machine> Difference<P> {
    /// Compares with what `prepare` makes of a machine.
    pub fn new(prepare: P) -> Difference<P> {
        Difference { prepare, other: None }
    }
}

impl<P> std::fmt::Debug for Difference<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Difference").field("other", &self.other).finish_non_exhaustive()
    }
}

impl<P: Fn(Machine) -> Machine> Referee for Difference<P> {
    fn begin(&mut self, simulator: &Simulator) {
        self.other = Some(simulator.clone().with_machine(&self.prepare));
    }

    fn watch(&mut self, step: &RunStep<'_>) -> Option<Finding> {
        let other = self.other.as_mut()?;
        let found = |because| Some(Finding { kind: DIFFERENCE, because });
        if let Input::Due(_) = step.input {
            if other.proceed(None).is_none() {
                return found(String::from("on the right nothing is due any more"));
            }
        } else {
            // Time may have passed in which nothing was due.
            let is_early = other.now() < step.now && other.proceed(Some(step.now)).is_some();
            if is_early {
                return found(format!("on the right something is due at {:?}", other.now()));
            }
            other.perform(step.input);
        }
        if other.now() != step.now {
            return found(format!("at {:?} on the left, at {:?} on the right", step.now, other.now()));
        }
        let (left, right) = (&step.observed.outputs, &other.observed().outputs);
        if left == right {
            return None;
        }
        let place = left.iter().zip(right).take_while(|(left, right)| left == right).count();
        let shown = |outputs: &[Output]| match outputs.get(place) {
            Some(output) => format!("{output:?}"),
            None => String::from("nothing more"),
        };
        found(format!("left: {}, right: {}", shown(left), shown(right)))
    }
}
