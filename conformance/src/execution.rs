//! What a program did on a simulated machine, told as a scenario and judged.

use std::ffi::OsString;

use rstmgr_model::Broken;

use crate::backend::BackendError;
use crate::exit::Exit;
use crate::report::human;
use crate::retell::{self, FileError};
use crate::runner::{Line, Run};
use crate::scenario::parse::{self, Source};
use crate::scenario::problem::{Problem, ProblemKind};
use crate::scenario::write::{self, CannotSay};
use crate::scenario::{Action, Scenario, Step};
use crate::shared::Simulation;
use crate::suite::BackendKind;
use crate::trace::Trace;

/// What came of it.
#[derive(Debug)]
pub struct Account {
    /// What broke which law, in order.
    pub broken_laws: Vec<Broken>,
    /// What was done, as a scenario with the steps of the world file behind it; or why there is none.
    pub told: Result<Told, CannotTell>,
}

/// Why what was done is no scenario.
#[derive(Debug, thiserror::Error)]
pub enum CannotTell {
    /// The format has no words for a part of it.
    #[error(transparent)]
    CannotSay(#[from] CannotSay),
    /// The simulator does not go this way again.
    #[error("the simulator does not go this way again")]
    NoSuchRun(#[from] BackendError),
    /// It goes another way.
    #[error("the simulator goes another way")]
    AnotherWay,
}

/// A run as a scenario.
#[derive(Debug)]
pub struct Told {
    /// What was done, without what the world file adds.
    done: Scenario,
    /// The same with the steps of the world file, which say what is expected.
    whole: Scenario,
    run: Run,
}

/// What is wrong with a world file in which programs are to run: their calls are theirs alone, and its steps only look.
pub fn check_world(scenario: &Scenario) -> Vec<Problem> {
    let calls = scenario.steps.iter().filter(|step| matches!(step.action, Action::Call { .. }));
    let problem = |step: &Step| {
        let message = "a call among the steps of a world";
        let problem =
            Problem::at(ProblemKind::Meaning, step.place.key.clone(), message, "who would make it?");
        problem.help("the program makes the calls; the steps are done after it has ended, and look at what became of the world")
    };
    calls.map(problem).collect()
}

/// Tells what was done on a machine in the world of `scenario`, whose steps [make no calls](check_world).
pub fn account(scenario: &Scenario, simulation: &Simulation) -> Account {
    Account { broken_laws: simulation.broken_laws(), told: tell(scenario, simulation) }
}

fn tell(scenario: &Scenario, simulation: &Simulation) -> Result<Told, CannotTell> {
    let done = simulation.retold()?;
    let mut whole = done.clone();
    whole.steps.extend(scenario.steps.iter().cloned());
    let mut run = BackendKind::Simulated.run(&whole)?;
    if !run.left_over.is_nothing() {
        return Err(CannotTell::AnotherWay);
    }
    // Of what a program does nothing is expected, and the laws were held against it as it was done.
    run.broken_laws.clear();
    run.steps.iter_mut().take(done.steps.len()).for_each(|step| step.failures.clear());
    run.nested.iter_mut().for_each(|step| step.failures.clear());
    Ok(Told { done, whole, run })
}

impl Account {
    /// The verdict as an exit code.
    pub fn exit(&self) -> Exit {
        match &self.told {
            _ if !self.broken_laws.is_empty() => Exit::Rejected,
            Ok(told) if told.run.failures() > 0 => Exit::Rejected,
            Ok(_) => Exit::Accepted,
            Err(_) => Exit::Undecided,
        }
    }
}

impl Told {
    /// The expectations of the world file that do not hold, at their places in it.
    pub fn failures(&self) -> Vec<Problem> {
        let before = self.done.steps.len();
        let mut whole = self.whole.clone();
        whole.steps.drain(..before);
        let mut run = self.run.clone();
        run.steps.drain(..before);
        // They are counted as in the file.
        run.steps.iter_mut().for_each(|step| step.step.step -= before);
        run.nested.clear();
        human::failures(&whole, &run)
    }

    /// What happened, as JSON lines that hold it as a scenario.
    ///
    /// # Errors
    ///
    /// If it cannot be written as one.
    pub fn trace(&self) -> Result<Vec<u8>, FileError> {
        let text = write::write(&self.whole, &[])?;
        // Once more, so that lines are those of the text.
        let source = Source { name: String::from("told.yaml"), text };
        let scenario = parse::parse(&source).map_err(FileError::Unreadable)?;
        let run = BackendKind::Simulated.run(&scenario)?;
        Ok(Trace::new(&scenario, &run).with_text(&source.text).to_bytes())
    }

    /// How many calls the program made, without those that the harness repeats.
    pub fn calls(&self) -> usize {
        let nested = self.run.nested.iter();
        let steps = self.run.steps.iter().chain(nested).map(|step| step.step.find(&self.whole));
        steps.filter(|step| matches!(step.action, Action::Call { .. })).count()
    }

    /// A scenario file that does the same again, and expects what the simulator answered.
    ///
    /// # Errors
    ///
    /// If it cannot be written as one.
    pub fn file(&self, program: &[OsString]) -> Result<String, FileError> {
        // Wherever its lines stand, and whatever is looked at afterwards.
        let happened = |scenario: &Scenario| {
            let run = BackendKind::Simulated.run(scenario).ok()?;
            let events = run.events.iter().filter(|event| event.step.step < self.done.steps.len());
            let told = events.map(|event| match &event.line {
                Line::Done { seen, .. } | Line::Ended { seen, .. } => {
                    format!("{} {} {:?}", event.step, event.at, run.seen[*seen])
                }
                Line::Began | Line::Happened(_) => format!("{} {} {:?}", event.step, event.at, event.line),
            });
            Some(told.collect::<Vec<_>>())
        };
        let before = happened(&self.done);
        let words: Vec<_> = program.iter().map(|word| word.to_string_lossy()).collect();
        let note = format!("What `{}` did, as `rstmgr exec` recorded it.", words.join(" "));
        retell::file(&self.done, &|scenario| happened(scenario) == before, None, &[note])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::Time;

    fn world(steps: &str) -> Scenario {
        let text = format!(
            "version: 1\nscenario: Nobody else\nworld: {{ editor: {{ type: main-window }} }}\n{steps}"
        );
        let source = Source { name: String::from("world.yaml"), text };
        parse::parse_world(&source).expect("it has no problems")
    }

    #[test]
    fn a_world_whose_steps_call_is_refused() {
        let steps = "steps: [{ start-session: { as: main } }, { end-session: { session: main } }]\n";
        let problems = check_world(&world(steps));
        assert_eq!(problems.len(), 2);
        assert_eq!(problems[0].message, "a call among the steps of a world");
    }

    #[test]
    fn what_a_world_expects_is_counted_from_its_own_first_step() {
        let steps = "steps: [{ expect-world: { at: settled, applications: { editor: stopped } } }]\n";
        let scenario = world(steps);
        assert!(check_world(&scenario).is_empty());
        let simulation = Simulation::new(&scenario, Time::Controlled);
        let exit = crate::request::Request::Event(crate::request::Event::ExitInstaller(0));
        simulation.control(&exit).expect("a simulator can always be asked");
        let account = account(&scenario, &simulation);
        assert_eq!(account.exit(), Exit::Rejected);
        let failures = account.told.expect("it can be told").failures();
        let messages: Vec<&str> = failures.iter().map(|failure| failure.message.as_str()).collect();
        assert_eq!(messages, ["step 1: `applications` is { editor: running }"]);
    }
}
