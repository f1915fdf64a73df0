//! The one door for everything that can go either way.

use crate::profile::Knob;

/// Answers "which of these?" wherever the facts allow more than one outcome.
///
/// Drivers differ in how they answer: by a seed, by trying everything, as recorded.
pub trait Choices {
    /// Returns the index of the chosen option, always below `options`.
    ///
    /// `options` is at least 2: where there is nothing to choose, nobody is asked.
    fn choose(&mut self, point: ChoicePoint, options: usize) -> usize;
}

/// What is being chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoicePoint {
    /// An open question that the profile does not settle: asked at first need, and then kept.
    OpenQuestion(Knob),
    /// Whether a call meets a shortage of memory: 0 no, 1 yes. Asked each time.
    MemoryShortage,
    /// How an application answers that is undecided: 0 it agrees, 1 it refuses. Asked each time.
    Reaction,
    /// After how many seconds an application is killed, where that may be earlier than its time is up.
    KillMoment,
}

/// Takes the first option everywhere: the driver of machines that leave nothing open.
#[derive(Clone, Copy, Debug, Default)]
pub struct FirstOption;

impl Choices for FirstOption {
    fn choose(&mut self, _: ChoicePoint, _: usize) -> usize {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_option_is_number_0() {
        assert_eq!(FirstOption.choose(ChoicePoint::MemoryShortage, 2), 0);
    }
}
