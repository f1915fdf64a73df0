//! The ways in which a case can be made smaller, in order.

mod deeds;
mod parts;

use super::Case;
use super::scene::Setting;

/// Ways of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// Leaves out one of so many pieces of the program, the last first.
    Pieces(usize),
    /// Leaves out single deeds, the last first.
    Deeds,
    /// Leaves out parts of the scene.
    Parts,
    /// Turns knobs back, and takes the plain profile and seed.
    Setting,
    /// Makes single deeds simpler.
    Arguments,
    /// Makes parts of the scene plainer.
    Plain,
}

/// All of them: what leaves out most comes first.
pub(super) const PASSES: [Pass; 8] = [
    Pass::Pieces(2),
    Pass::Pieces(4),
    Pass::Pieces(8),
    Pass::Deeds,
    Pass::Parts,
    Pass::Setting,
    Pass::Arguments,
    Pass::Plain,
];

/// Counts what is offered, and makes the one that is wanted.
pub(super) struct Offers<'c> {
    case: &'c Case,
    left: usize,
    made: Option<Case>,
}

impl Offers<'_> {
    /// Offers the case with a change.
    pub(super) fn offer(&mut self, change: impl FnOnce(&mut Case)) {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None if self.made.is_none() => {
                let mut case = self.case.clone();
                change(&mut case);
                self.made = Some(case);
            }
            None => {}
        }
    }

    /// The same, unless the change changes nothing.
    pub(super) fn offer_if(&mut self, differs: bool, change: impl FnOnce(&mut Case)) {
        if differs {
            self.offer(change);
        }
    }
}

/// The case, made smaller in the way with number `place` of a pass; `None` if there are not so many.
pub(super) fn reduced(case: &Case, pass: Pass, place: usize) -> Option<Case> {
    let mut offers = Offers { case, left: place, made: None };
    match pass {
        Pass::Pieces(pieces) => {
            let length = case.program.len();
            let size = length / pieces;
            if size > 1 {
                for end in (1..=length).rev().step_by(size) {
                    offers.offer(|case| drop(case.program.drain(end.saturating_sub(size)..end)));
                }
            }
        }
        Pass::Deeds => {
            for place in (0..case.program.len()).rev() {
                offers.offer(|case| drop(case.program.remove(place)));
            }
        }
        Pass::Parts => parts::leave_out(case, &mut offers),
        Pass::Setting => setting(case, &mut offers),
        Pass::Arguments => deeds::simplify(case, &mut offers),
        Pass::Plain => parts::make_plain(case, &mut offers),
    }
    offers.made
}

fn setting(case: &Case, offers: &mut Offers<'_>) {
    let setting = &case.scene.setting;
    offers.offer_if(*setting != Setting::plain(), |case| case.scene.setting = Setting::plain());
    offers.offer_if(setting.turned.len() > 1, |case| case.scene.setting.turned.clear());
    for place in 0..setting.turned.len() {
        offers.offer(|case| {
            case.scene.setting.turned.remove(place);
        });
    }
    let plain = Setting::plain().name;
    offers.offer_if(setting.name != plain, |case| case.scene.setting.name = plain);
    // A run that does not depend on what may go either way needs no seed of its own.
    for seed in 0..4 {
        offers.offer_if(seed < case.seed, |case| case.seed = seed);
    }
}
