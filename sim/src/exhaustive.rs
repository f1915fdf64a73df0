//! Every way to choose, one run after another: an odometer over the questions that a run asks.

use rstmgr_model::{ChoicePoint, Choices};

/// Answers so that, run after run, every sequence of answers occurs once.
///
/// A run is deterministic but for its choices: asked the same way, it asks the same next question.
#[derive(Clone, Debug, Default)]
pub struct Exhaustive {
    /// The answers of this run and how many options each had.
    answers: Vec<(usize, usize)>,
    asked: usize,
    /// How many runs were prepared.
    runs: usize,
}

impl Exhaustive {
    /// Before the first run.
    pub fn new() -> Exhaustive {
        Exhaustive::default()
    }

    /// Before the first run again.
    pub(crate) fn begin(&mut self) {
        self.answers.clear();
        (self.asked, self.runs) = (0, 0);
    }

    /// What was chosen in this run as one number, for [`Coded`].
    pub(crate) fn code(&self) -> usize {
        self.answers[..self.asked].iter().rev().fold(0, |code, (answer, options)| code * options + answer)
    }

    /// Prepares the next run; `false` once every sequence of answers has occurred.
    pub fn next_run(&mut self) -> bool {
        self.asked = 0;
        self.runs += 1;
        if self.runs == 1 {
            return true;
        }
        while let Some((answer, options)) = self.answers.pop() {
            if answer + 1 < options {
                self.answers.push((answer + 1, options));
                return true;
            }
        }
        false
    }

    /// The number of this run, from 0.
    pub fn run(&self) -> usize {
        self.runs.saturating_sub(1)
    }

    /// What was chosen in this run so far, in the order of the questions.
    pub fn picks(&self) -> impl Iterator<Item = usize> {
        self.answers[..self.asked].iter().map(|(answer, _)| *answer)
    }
}

impl Choices for Exhaustive {
    fn choose(&mut self, point: ChoicePoint, options: usize) -> usize {
        if self.asked == self.answers.len() {
            self.answers.push((0, options));
        }
        let (answer, known_options) = self.answers[self.asked];
        assert_eq!(known_options, options, "a run asked otherwise at {point:?} than before");
        self.asked += 1;
        answer
    }
}

/// The answers of one run of [`Exhaustive`] again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coded {
    code: usize,
}

impl Coded {
    /// Those that [`Exhaustive::code`] says.
    pub(crate) fn new(code: usize) -> Coded {
        Coded { code }
    }
}

impl Choices for Coded {
    fn choose(&mut self, _: ChoicePoint, options: usize) -> usize {
        let answer = self.code % options;
        self.code /= options;
        answer
    }
}

/// Runs `run` once for every sequence of answers to the choices that it asks for.
pub fn every_run(mut run: impl FnMut(&mut Exhaustive)) {
    let mut choices = Exhaustive::new();
    while choices.next_run() {
        run(&mut choices);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_questions_may_depend_on_earlier_answers() {
        let mut runs = Vec::new();
        every_run(|choices| {
            let first = choices.choose(ChoicePoint::MemoryShortage, 3);
            let second = (first == 1).then(|| choices.choose(ChoicePoint::MemoryShortage, 2));
            runs.push((first, second));
        });
        assert_eq!(runs, [(0, None), (1, Some(0)), (1, Some(1)), (2, None)]);
    }

    #[test]
    fn each_run_has_its_number_and_its_picks() {
        let mut runs = Vec::new();
        every_run(|choices| {
            let before = choices.picks().count();
            let first = choices.choose(ChoicePoint::MemoryShortage, 2);
            if first == 1 {
                choices.choose(ChoicePoint::MemoryShortage, 2);
            }
            runs.push((choices.run(), before, choices.picks().collect::<Vec<_>>()));
        });
        assert_eq!(runs, [(0, 0, vec![0]), (1, 0, vec![1, 0]), (2, 0, vec![1, 1])]);
        assert_eq!(Exhaustive::new().run(), 0);
    }

    #[test]
    fn a_run_is_repeated_by_its_code() {
        let run = |choices: &mut dyn Choices| {
            let first = choices.choose(ChoicePoint::MemoryShortage, 3);
            let second = (first != 1).then(|| choices.choose(ChoicePoint::MemoryShortage, 4));
            (first, second, choices.choose(ChoicePoint::MemoryShortage, 2))
        };
        every_run(|choices| {
            let expected = run(choices);
            assert_eq!(run(&mut Coded::new(choices.code())), expected);
        });
    }

    #[test]
    fn a_run_without_choices_happens_once() {
        let mut runs = 0;
        every_run(|_| runs += 1);
        assert_eq!(runs, 1);
    }
}
