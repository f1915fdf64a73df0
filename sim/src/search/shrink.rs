//! Making a failing case small: one reduction after the other, as long as it fails in the same way.

use super::Case;
use super::reduction::{PASSES, reduced};

/// Proposes smaller cases of a failing one, and is told of each whether it still fails.
///
/// The proposals depend on the case and the answers alone. Every accepted one is smaller than the last, so that it ends.
///
/// ```
/// use rstmgr_sim::search::{Cases, Deed, Shrinker};
///
/// let case = Cases { calls: 30..=60, ..Cases::default() }.case(1);
/// let fails = |case: &rstmgr_sim::search::Case| case.program.contains(&Deed::Settle);
/// let mut shrinker = Shrinker::new(case);
/// while let Some(candidate) = shrinker.propose() {
///     let still_fails = fails(candidate);
///     shrinker.answer(still_fails);
/// }
/// assert_eq!(shrinker.best().program, [Deed::Settle]);
/// ```
#[derive(Clone, Debug)]
pub struct Shrinker {
    best: Case,
    candidate: Option<Case>,
    pass: usize,
    place: usize,
    /// Whether something was accepted since the first pass began last.
    has_shrunk: bool,
}

impl Shrinker {
    /// Begins with a case that fails.
    pub fn new(case: Case) -> Shrinker {
        Shrinker { best: case, candidate: None, pass: 0, place: 0, has_shrunk: false }
    }

    /// A smaller case to try; `None` once there is none.
    pub fn propose(&mut self) -> Option<&Case> {
        if self.candidate.is_none() {
            self.candidate = self.next_candidate();
        }
        self.candidate.as_ref()
    }

    fn next_candidate(&mut self) -> Option<Case> {
        loop {
            match PASSES.get(self.pass) {
                Some(pass) => match reduced(&self.best, *pass, self.place) {
                    Some(candidate) => return Some(candidate),
                    None => {
                        self.pass += 1;
                        self.place = 0;
                    }
                },
                // What was in the way may be gone by now.
                None if self.has_shrunk => {
                    self.pass = 0;
                    self.has_shrunk = false;
                }
                None => return None,
            }
        }
    }

    /// Says whether the case that was proposed last still fails.
    pub fn answer(&mut self, still_fails: bool) {
        match self.candidate.take().filter(|_| still_fails) {
            Some(smaller) => {
                self.best = smaller;
                self.has_shrunk = true;
            }
            None => self.place += 1,
        }
    }

    /// The smallest case that is known to fail.
    pub fn best(&self) -> &Case {
        &self.best
    }

    /// The case that was proposed last, or the smallest one if none is.
    pub fn current(&self) -> &Case {
        self.candidate.as_ref().unwrap_or(&self.best)
    }
}

/// Makes `case` as small as it gets while `fails` says that it still fails, in at most `tries_max` tries.
pub fn shrink(case: Case, tries_max: usize, fails: &mut dyn FnMut(&Case) -> bool) -> Case {
    let mut shrinker = Shrinker::new(case);
    for _ in 0..tries_max {
        let Some(candidate) = shrinker.propose() else { break };
        let still_fails = fails(candidate);
        shrinker.answer(still_fails);
    }
    shrinker.best
}
