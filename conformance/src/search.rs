//! Random search: cases of a seed on several threads, judged, and the first that fails made small.
//!
//! The cases are those of [`rstmgr_sim::search`]. Which case is reported does not depend on the number of threads: it is
//! the failing one with the lowest number.

mod told;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};

use rstmgr_model::{Flaw, Machine, Profile};
use rstmgr_sim::PathStep;
use rstmgr_sim::search::{
    Case, Cases, Difference, Finding, Laws, Outcome, Referee, Scribe, run_on, seed_of_case, shrink,
};

use crate::backend::mutant::MutantBackend;
use crate::suite::{self, BackendKind};
pub use told::scenario;
use told::{NOT_ASKED, Opinion};

/// How many cases a thread runs between two looks at whether it should go on.
const CASES_AT_A_TIME: u64 = 16;
/// How many smaller cases are tried at most.
const TRIES_MAX: usize = 5_000;

/// What is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The seed that all cases are drawn from.
    pub seed: u64,
    /// The number of the first case, and the number behind the last.
    pub cases: (u64, u64),
    /// The profile of all cases, one of [`Profile::NAMES`]; `None`: any, with knobs turned.
    pub profile: Option<&'static str>,
    /// The planted mistake of the machine that is judged.
    pub flaw: Option<Flaw>,
    /// Who judges.
    pub judge: Judge,
    /// On how many threads.
    pub jobs: usize,
}

/// Who judges a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judge {
    /// The laws.
    Laws,
    /// Another machine, which has this mistake, that is to behave alike.
    Mutant(Flaw),
    /// The laws, and another backend, which is to show the same of each case that can be told as a scenario.
    Backend {
        /// The other one.
        backend: BackendKind,
        /// The options of the command line that say how it is reached, each after a space.
        reach: String,
    },
    /// The laws, and the oracle, which is to accept the simulator's own trace.
    Oracle,
}

/// What was searched, and what was found.
#[derive(Debug)]
pub struct Found {
    /// How many cases were run; with a failure, up to and with the failing one.
    pub cases: u64,
    /// How many steps the machines made in them; as far as the threads had come, if there is a failure.
    pub steps: u64,
    /// How many cases the oracle, or another backend, judged, as far again: some cannot be told as a scenario, or made real.
    pub by_second: u64,
    /// Whether the search was stopped before its end.
    pub is_stopped: bool,
    /// The failing case with the lowest number.
    pub failure: Option<Failure>,
}

/// A case that fails.
#[derive(Debug)]
pub struct Failure {
    /// The seed of the search.
    pub seed: u64,
    /// The number of the case.
    pub number: u64,
    /// What was found in it as it was drawn.
    pub finding: Finding,
    /// How many deeds it has as it was drawn.
    pub deeds: usize,
    /// The same, made small.
    pub small: Case,
    /// What is found in that.
    pub small_finding: Finding,
    /// Whether the case failed in the same way when it was run again; if not, or if it was not, it is not made small.
    pub is_found_again: bool,
    /// The machine that the small case begins with.
    pub machine: Machine,
    /// Every step from there to the one that is found, so that [`Machine::step`] alone can repeat it.
    pub path: Vec<PathStep>,
}

/// What came of a case.
struct Judged {
    outcome: Outcome,
    /// Whether the oracle, or another backend, judged it, too.
    by_second: bool,
}

/// The failing case with the lowest number that is known by now.
struct Lowest {
    /// Its number; the end of all cases, if none fails.
    number: AtomicU64,
    /// The same, with what was found in it.
    finding: Mutex<Option<(u64, Finding)>>,
}

impl Lowest {
    fn note(&self, number: u64, finding: Finding) {
        let mut lowest = self.finding.lock().unwrap_or_else(PoisonError::into_inner);
        if number < self.number.load(Ordering::Relaxed) {
            self.number.store(number, Ordering::Relaxed);
            *lowest = Some((number, finding));
        }
    }
}

/// What a thread has done since it told last.
#[derive(Default)]
struct Done {
    cases: u64,
    steps: u64,
    by_second: u64,
}

impl Plan {
    /// The command that does the same again, or this one case of it.
    pub fn command(&self, case: Option<u64>) -> String {
        let mut command = format!("rstmgr search --seed {}", self.seed);
        command.push_str(&match case {
            Some(number) => format!(" --case {number}"),
            None => format!(" --cases {}", self.cases.1),
        });
        if self.judge == Judge::Oracle {
            command.push_str(" --oracle");
        }
        if let Some(profile) = self.profile {
            command.push_str(&format!(" --profile {profile}"));
        }
        if let Some(flaw) = self.flaw {
            command.push_str(&format!(" --flaw {}", MutantBackend::name(flaw)));
        }
        let (right, reach) = match &self.judge {
            Judge::Mutant(flaw) => (Some(BackendKind::Mutant(*flaw)), ""),
            Judge::Backend { backend, reach } => (Some(backend.clone()), reach.as_str()),
            Judge::Laws | Judge::Oracle => (None, ""),
        };
        if let Some(right) = right {
            command.push_str(&suite::option("--right", &right.name()));
        }
        command.push_str(reach);
        command
    }

    /// What the cases are like.
    fn kind_of_cases(&self) -> Cases {
        Cases { profile: self.profile, ..Cases::default() }
    }

    /// The case with this number.
    pub fn case(&self, number: u64) -> Case {
        self.kind_of_cases().case(seed_of_case(self.seed, number))
    }

    /// Runs a case before its judge, and writes it down for `scribe`.
    fn judged(&self, case: &Case, scribe: Option<&mut Option<(Machine, Vec<PathStep>)>>) -> Judged {
        let outcome = match &self.judge {
            Judge::Laws => self.run(case, &mut Laws::default(), scribe),
            Judge::Mutant(flaw) => {
                let mut difference = Difference::new(|machine: Machine| machine.with_flaw(*flaw));
                self.run(case, &mut difference, scribe)
            }
            Judge::Oracle => return self.judged_twice(case, scribe, &told::doubt),
            Judge::Backend { backend, reach: _ } => {
                return self.judged_twice(case, scribe, &|text| told::difference(text, backend));
            }
        };
        Judged { outcome, by_second: false }
    }

    /// Runs a case before the laws, and then before `second`, which is given it as a scenario's text.
    fn judged_twice(
        &self,
        case: &Case,
        scribe: Option<&mut Option<(Machine, Vec<PathStep>)>>,
        second: &dyn Fn(&str) -> Opinion,
    ) -> Judged {
        let mut written = None;
        let mut outcome = self.run(case, &mut Laws::default(), Some(&mut written));
        let mut by_second = false;
        if let (None, Some((machine, path))) = (&outcome.found, &written)
            && let Opinion::Judged(doubt) = told::opinion_of(case, machine, path, second)
        {
            by_second = true;
            outcome.found = doubt.map(|finding| (path.len(), finding));
        }
        if let Some(scribe) = scribe {
            *scribe = written;
        }
        Judged { outcome, by_second }
    }

    fn run(
        &self,
        case: &Case,
        referee: &mut impl Referee,
        scribe: Option<&mut Option<(Machine, Vec<PathStep>)>>,
    ) -> Outcome {
        let prepare = |machine: Machine| match self.flaw {
            Some(flaw) => machine.with_flaw(flaw),
            None => machine,
        };
        let Some(written) = scribe else { return run_on(case, prepare, referee) };
        let mut scribe = Scribe::new(referee);
        let outcome = run_on(case, prepare, &mut scribe);
        *written = scribe.into_path();
        outcome
    }

    /// Searches until a case fails, all are run, or `stop` is set; tells `progress` how many more are done.
    pub fn search(&self, stop: &AtomicBool, progress: &mut dyn FnMut(u64)) -> Found {
        let (first, end) = self.cases;
        let next = AtomicU64::new(first);
        let lowest = Lowest { number: AtomicU64::new(end), finding: Mutex::default() };
        let (sender, receiver) = mpsc::channel();
        let mut found = Found { cases: 0, steps: 0, by_second: 0, is_stopped: false, failure: None };
        std::thread::scope(|scope| {
            for _ in 0..self.jobs.max(1) {
                let sender = sender.clone();
                let (next, lowest) = (&next, &lowest);
                scope.spawn(move || self.work(next, lowest, stop, &sender));
            }
            drop(sender);
            for done in receiver {
                found.cases += done.cases;
                found.steps += done.steps;
                found.by_second += done.by_second;
                progress(done.cases);
            }
        });
        match lowest.finding.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some((number, finding)) => {
                found.cases = number - first + 1;
                found.failure = Some(self.failure(number, finding, stop));
            }
            None => found.is_stopped = found.cases < end - first,
        }
        found
    }

    /// Runs cases, the lowest numbers first, as long as none with a lower number is known to fail.
    fn work(&self, next: &AtomicU64, lowest: &Lowest, stop: &AtomicBool, sender: &mpsc::Sender<Done>) {
        let kind = self.kind_of_cases();
        while !stop.load(Ordering::Relaxed) {
            let begin = next.fetch_add(CASES_AT_A_TIME, Ordering::Relaxed);
            let end = begin.saturating_add(CASES_AT_A_TIME).min(lowest.number.load(Ordering::Relaxed));
            if begin >= end {
                return;
            }
            let mut done = Done::default();
            for number in begin..end {
                let case = kind.case(seed_of_case(self.seed, number));
                let Judged { outcome, by_second } = self.judged(&case, None);
                done.cases += 1;
                done.steps += u64::try_from(outcome.steps).unwrap_or(u64::MAX);
                done.by_second += u64::from(by_second);
                if let Some((_, finding)) = outcome.found {
                    lowest.note(number, finding);
                    break;
                }
            }
            if sender.send(done).is_err() {
                return;
            }
        }
    }

    /// The failure of a case, made small as far as `stop` allows.
    fn failure(&self, number: u64, finding: Finding, stop: &AtomicBool) -> Failure {
        let case = self.case(number);
        let deeds = case.program.len();
        let found_in = |case: &Case, written: &mut Option<(Machine, Vec<PathStep>)>| {
            let found = self.judged(case, Some(written)).outcome.found.map(|(_, found)| found);
            found.filter(|found| found.kind == finding.kind)
        };
        let mut written = None;
        // Other backends are not all as steady as the simulator; who does not answer is not asked over and over.
        let again = if finding.kind == NOT_ASKED { None } else { found_in(&case, &mut written) };
        let is_found_again = again.is_some();
        let (small, small_finding) = match again {
            Some(again) => {
                // Whoever is stopped keeps what is small by now.
                let small = shrink(case, TRIES_MAX, &mut |case| {
                    !stop.load(Ordering::Relaxed) && found_in(case, &mut None).is_some()
                });
                let small_finding = found_in(&small, &mut written).unwrap_or(again);
                (small, small_finding)
            }
            None => {
                self.run(&case, &mut Laws::default(), Some(&mut written));
                (case, finding.clone())
            }
        };
        let (machine, path) = written.expect("whoever ran a case has written it down");
        let seed = self.seed;
        Failure { seed, number, finding, deeds, small, small_finding, is_found_again, machine, path }
    }
}

/// The name of a profile as it is known, if it is.
pub fn profile_name(name: &str) -> Option<&'static str> {
    Profile::NAMES.into_iter().find(|known| *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(because: &str) -> Finding {
        Finding { kind: "seen once", because: because.to_owned() }
    }

    #[test]
    fn what_is_not_found_again_is_told_all_the_same() {
        let plan = Plan { seed: 0, cases: (0, 1), profile: None, flaw: None, judge: Judge::Laws, jobs: 1 };
        let failure = plan.failure(0, finding("it was there"), &AtomicBool::new(false));
        assert!(!failure.is_found_again);
        assert_eq!((failure.small_finding.because.as_str(), &failure.small), ("it was there", &plan.case(0)));
        let file = failure.file(&plan).expect("it can be told");
        let notes = "# This shows: seen once.\n# Found by `rstmgr search --seed 0 --case 0`.\n";
        assert!(file.starts_with(notes), "{file}");
    }

    #[test]
    fn the_lowest_number_is_kept_with_what_was_found_there() {
        let lowest = Lowest { number: AtomicU64::new(10), finding: Mutex::default() };
        for number in [7, 9, 3, 5, 10] {
            lowest.note(number, finding(&number.to_string()));
        }
        assert_eq!(lowest.number.into_inner(), 3);
        assert_eq!(lowest.finding.into_inner().unwrap(), Some((3, finding("3"))));
    }
}
