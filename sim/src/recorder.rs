//! Choices that write down what another driver chose.

use std::fmt;
use std::str::FromStr;

use rstmgr_model::{ChoicePoint, Choices};

/// Lets another driver choose, and keeps its answers.
#[derive(Clone, Debug)]
pub struct Recorder<C> {
    choices: C,
    picks: Vec<usize>,
}

impl<C: Choices> Recorder<C> {
    /// Records what `choices` chooses.
    pub fn new(choices: C) -> Recorder<C> {
        Recorder { choices, picks: Vec::new() }
    }

    /// Who chooses.
    pub(crate) fn inner(&self) -> &C {
        &self.choices
    }

    /// The same, to change it.
    pub(crate) fn inner_mut(&mut self) -> &mut C {
        &mut self.choices
    }

    /// What was chosen so far, in order.
    pub(crate) fn made(&self) -> &[usize] {
        &self.picks
    }

    /// What was chosen so far.
    pub fn picks(&self) -> Picks {
        Picks(self.picks.clone())
    }
}

impl<C: Choices> Choices for Recorder<C> {
    fn choose(&mut self, point: ChoicePoint, options: usize) -> usize {
        let pick = self.choices.choose(point, options);
        self.picks.push(pick);
        pick
    }
}

/// A sequence of answers, written `0/2/1`; the empty sequence is written `-`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picks(pub Vec<usize>);

impl fmt::Display for Picks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("-");
        }
        for (place, pick) in self.0.iter().enumerate() {
            let separator = if place == 0 { "" } else { "/" };
            write!(f, "{separator}{pick}")?;
        }
        Ok(())
    }
}

impl FromStr for Picks {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Picks, Self::Err> {
        if text == "-" {
            return Ok(Picks::default());
        }
        text.split('/').map(str::parse).collect::<Result<_, _>>().map(Picks)
    }
}
