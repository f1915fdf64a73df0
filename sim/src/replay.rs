//! Choices as they were recorded.

use rstmgr_model::{ChoicePoint, Choices};

use crate::recorder::Picks;

/// Answers as recorded, and remembers where the run asked for something else than the recording has.
#[derive(Clone, Debug)]
pub struct Replay {
    picks: Vec<usize>,
    asked: usize,
    error: Option<ReplayError>,
}

/// Where a run and its recording part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayError {
    /// The run asked more often than the recording answers; further answers are 0.
    TooShort {
        /// The number of the first question without an answer, from 0.
        question: usize,
    },
    /// The recording answers a question with an option that it does not have; the answer is its last option.
    NoSuchOption {
        /// The number of the question, from 0.
        question: usize,
    },
    /// The run asked less often than the recording answers.
    TooLong {
        /// How many questions the run asked.
        questions: usize,
    },
}

impl Replay {
    /// Answers with `picks`, in order.
    pub fn new(picks: &Picks) -> Replay {
        Replay { picks: picks.0.clone(), asked: 0, error: None }
    }

    /// Whether every recorded answer was given.
    pub(crate) fn is_over(&self) -> bool {
        self.asked >= self.picks.len()
    }

    /// How many recorded answers nobody asked for so far.
    pub(crate) fn left(&self) -> usize {
        self.picks.len().saturating_sub(self.asked)
    }

    /// Whether the run took the recording as it was so far.
    pub(crate) fn so_far(&self) -> Result<(), ReplayError> {
        self.error.map_or(Ok(()), Err)
    }

    /// Whether the run took the recording as it was, once it is over.
    ///
    /// # Errors
    ///
    /// Where they first parted.
    pub fn finish(&self) -> Result<(), ReplayError> {
        match self.error {
            Some(error) => Err(error),
            None if self.asked < self.picks.len() => Err(ReplayError::TooLong { questions: self.asked }),
            None => Ok(()),
        }
    }
}

impl Choices for Replay {
    fn choose(&mut self, _: ChoicePoint, options: usize) -> usize {
        let question = self.asked;
        self.asked += 1;
        match self.picks.get(question) {
            Some(pick) if *pick < options => *pick,
            Some(_) => {
                self.error.get_or_insert(ReplayError::NoSuchOption { question });
                options - 1
            }
            None => {
                self.error.get_or_insert(ReplayError::TooShort { question });
                0
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Recorder, Seeded};

    fn three_choices(choices: &mut dyn Choices) -> [usize; 3] {
        [2, 3, 4].map(|options| choices.choose(ChoicePoint::MemoryShortage, options))
    }

    #[test]
    fn what_was_recorded_is_replayed() {
        let mut recorder = Recorder::new(Seeded::new(11));
        let chosen = three_choices(&mut recorder);
        let picks: Picks = recorder.picks().to_string().parse().unwrap();
        let mut replay = Replay::new(&picks);
        assert_eq!(three_choices(&mut replay), chosen);
        assert_eq!(replay.finish(), Ok(()));
    }

    #[test]
    fn what_a_recorder_made_is_what_was_chosen() {
        let mut recorder = Recorder::new(Seeded::new(11));
        assert!(recorder.made().is_empty());
        let chosen = three_choices(&mut recorder);
        assert_eq!(recorder.made(), chosen);
    }

    #[test]
    fn where_a_recording_does_not_fit_the_last_option_is_taken_and_after_its_end_the_first() {
        let mut replay = Replay::new(&"1/7".parse().unwrap());
        assert!(!replay.is_over());
        assert_eq!((replay.left(), replay.so_far()), (2, Ok(())));
        assert_eq!(three_choices(&mut replay), [1, 2, 0]);
        assert!(replay.is_over());
        // The first of two errors counts.
        assert_eq!(replay.so_far(), Err(ReplayError::NoSuchOption { question: 1 }));
        assert_eq!(replay.left(), 0);
    }

    #[test]
    fn a_recording_of_another_run_is_told() {
        let replayed = |picks: &str| {
            let mut replay = Replay::new(&picks.parse().unwrap());
            three_choices(&mut replay);
            replay.finish()
        };
        assert_eq!(replayed("1/1"), Err(ReplayError::TooShort { question: 2 }));
        assert_eq!(replayed("1/3/0"), Err(ReplayError::NoSuchOption { question: 1 }));
        assert_eq!(replayed("1/1/1/1"), Err(ReplayError::TooLong { questions: 3 }));
        assert_eq!(replayed("-"), Err(ReplayError::TooShort { question: 0 }));
    }
}
