//! Open questions as knobs: what the facts leave open is asked once per machine, and then kept.

mod list_knobs;
mod macros;
mod operation_knobs;
mod resource_knobs;
mod restart_knobs;
mod service_knobs;
mod session_knobs;
mod settled;
mod shutdown_knobs;
mod surroundings_knobs;
mod timings;

use std::fmt;
use std::time::Duration;

pub use list_knobs::*;
pub use operation_knobs::*;
pub use resource_knobs::*;
pub use restart_knobs::*;
pub use service_knobs::*;
pub use session_knobs::*;
pub use settled::SETTLED;
pub use shutdown_knobs::*;
pub use surroundings_knobs::*;
pub use timings::Timing;
use timings::Timings;

use crate::choices::{ChoicePoint, Choices};

/// An open question of the facts, with its exclusive options.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Knob(u8);

/// What is known of a knob.
#[derive(Debug)]
pub struct KnobFacts {
    /// Its name in scenarios, such as `session-limit-scope`.
    pub name: &'static str,
    /// The questions of the facts that it answers, such as `U-01`; a letter marks a part of a question.
    pub questions: &'static [&'static str],
    /// The question itself.
    pub asks: &'static str,
    /// The names of its options.
    pub options: &'static [&'static str],
    /// The option that each profile of [`Profile::NAMES`] takes, by index.
    pub defaults: [usize; 3],
    /// Which evidence stands behind the defaults.
    pub reason: &'static str,
    /// Why no scenario can tell the options apart yet; `None` if one does.
    pub unobservable: Option<&'static str>,
}

/// A typed answer to a knob.
pub trait Answer: Copy + 'static {
    /// The knob that it answers.
    const KNOB: Knob;
    /// The answers, in the order of the knob's options.
    const ANSWERS: &'static [Self];
}

const GROUPS: [&[KnobFacts]; 8] = [
    SESSION_KNOBS,
    RESOURCE_KNOBS,
    LIST_KNOBS,
    SHUTDOWN_KNOBS,
    SERVICE_KNOBS,
    RESTART_KNOBS,
    OPERATION_KNOBS,
    SURROUNDINGS_KNOBS,
];
const RESOURCE_KNOBS_START: usize = SESSION_KNOBS.len();
const LIST_KNOBS_START: usize = RESOURCE_KNOBS_START + RESOURCE_KNOBS.len();
const SHUTDOWN_KNOBS_START: usize = LIST_KNOBS_START + LIST_KNOBS.len();
const SERVICE_KNOBS_START: usize = SHUTDOWN_KNOBS_START + SHUTDOWN_KNOBS.len();
const RESTART_KNOBS_START: usize = SERVICE_KNOBS_START + SERVICE_KNOBS.len();
const OPERATION_KNOBS_START: usize = RESTART_KNOBS_START + RESTART_KNOBS.len();
const SURROUNDINGS_KNOBS_START: usize = OPERATION_KNOBS_START + OPERATION_KNOBS.len();
const KNOB_COUNT: usize = SURROUNDINGS_KNOBS_START + SURROUNDINGS_KNOBS.len();

impl Knob {
    /// All knobs, in the order of the calls that they touch.
    pub fn all() -> impl ExactSizeIterator<Item = Knob> {
        (0..KNOB_COUNT).map(Knob::at)
    }

    /// The knob called `name` in scenarios.
    pub fn by_name(name: &str) -> Option<Knob> {
        Knob::all().find(|knob| knob.name() == name)
    }

    /// Its name in scenarios.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// The names of its options.
    pub fn options(self) -> &'static [&'static str] {
        self.facts().options
    }

    /// What is known of it.
    pub fn facts(self) -> &'static KnobFacts {
        let mut place = usize::from(self.0);
        for group in GROUPS {
            match group.get(place) {
                Some(facts) => return facts,
                None => place -= group.len(),
            }
        }
        unreachable!("a knob's number is below their count")
    }

    fn at(place: usize) -> Knob {
        Knob(u8::try_from(place).expect("there are fewer than 256 knobs"))
    }

    #[expect(clippy::as_conversions, reason = "a constant function cannot convert otherwise")]
    const fn new(place: usize) -> Knob {
        assert!(place < 256, "there are fewer than 256 knobs");
        Knob(place as u8)
    }
}

impl fmt::Debug for Knob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The answers to the open questions: for each knob the set of options that are still possible.
///
/// A knob with one possible option is answered; one with several is asked at first need, and narrowed.
#[derive(Clone, Copy)]
pub struct Profile {
    /// By knob: bit n is set while option n is possible. Never 0.
    possible: [u8; KNOB_COUNT],
    timings: Timings,
    /// By knob: a bit for whether it was asked; no part of what a profile is.
    asked: [u64; KNOB_COUNT.div_ceil(64)],
}

impl PartialEq for Profile {
    fn eq(&self, other: &Profile) -> bool {
        (self.possible, self.timings) == (other.possible, other.timings)
    }
}

impl Eq for Profile {}

impl Profile {
    /// The names of the profiles, in the order of [`KnobFacts::defaults`]: what the pages say; what was observed
    /// on Windows 11, where it differs from them; Windows Vista, where a secondary installer could only register.
    pub const NAMES: [&'static str; 3] = ["documented", "windows-11", "windows-vista"];

    /// The profile called `name`, one of [`Profile::NAMES`].
    pub fn named(name: &str) -> Option<Profile> {
        Profile::NAMES.iter().position(|known| *known == name).map(Profile::in_column)
    }

    /// What the pages say.
    pub fn documented() -> Profile {
        Profile::in_column(0)
    }

    /// What was observed on Windows 11, and what the pages say of the rest.
    pub fn windows_11() -> Profile {
        Profile::in_column(1)
    }

    fn in_column(column: usize) -> Profile {
        let mut possible = [0; KNOB_COUNT];
        let facts = GROUPS.into_iter().flatten();
        for (set, facts) in possible.iter_mut().zip(facts) {
            *set = 1 << facts.defaults[column];
        }
        Profile { possible, timings: Timings::in_column(column), asked: Default::default() }
    }

    /// The same with `knob` answered by the option at `option`.
    ///
    /// # Panics
    ///
    /// If the knob has no such option.
    #[must_use]
    pub fn with(mut self, knob: Knob, option: usize) -> Profile {
        assert!(option < knob.options().len(), "{knob:?} has no option {option}");
        self.possible[usize::from(knob.0)] = 1 << option;
        self
    }

    /// The same with another `timing`.
    #[must_use]
    pub fn with_timing(mut self, timing: Timing, duration: Duration) -> Profile {
        self.timings.set(timing, duration);
        self
    }

    /// How long `timing` is.
    pub fn timing(&self, timing: Timing) -> Duration {
        self.timings.get(timing)
    }

    /// The same with every option of `knob` possible.
    #[must_use]
    pub fn with_open(mut self, knob: Knob) -> Profile {
        self.possible[usize::from(knob.0)] = all_options(knob);
        self
    }

    /// The same with every option of every knob possible.
    #[must_use]
    pub fn with_all_open(mut self) -> Profile {
        for (set, knob) in self.possible.iter_mut().zip(Knob::all()) {
            *set = all_options(knob);
        }
        self
    }

    /// The same with those options of `knob` possible that are possible in `other`.
    #[must_use]
    pub fn with_options_of(mut self, knob: Knob, other: &Profile) -> Profile {
        let place = usize::from(knob.0);
        self.possible[place] = other.possible[place];
        self
    }

    /// The options that are still possible, by knob in the order of [`Knob::all`]: bit n stands for option n.
    pub fn sets(&self) -> &[u8] {
        &self.possible
    }

    /// Whether whatever is possible in `other` is possible here.
    pub fn includes(&self, other: &Profile) -> bool {
        self.possible.iter().zip(other.possible).all(|(own, others)| own & others == others)
    }

    /// The least profile that includes this one and `other`.
    ///
    /// It is exact, and allows nothing that neither does, if the two differ in one knob at most or one includes the
    /// other; otherwise it mixes the answers of both.
    #[must_use]
    pub fn hull(mut self, other: &Profile) -> Profile {
        for (own, others) in self.possible.iter_mut().zip(other.possible) {
            *own |= others;
        }
        for (own, others) in self.asked.iter_mut().zip(other.asked) {
            *own |= others;
        }
        self
    }

    /// The options of `knob` that are still possible, by index.
    pub fn possible(&self, knob: Knob) -> impl Iterator<Item = usize> {
        let set = self.possible[usize::from(knob.0)];
        (0..8).filter(move |option| set & (1 << option) != 0)
    }

    /// Whether the machine came to where the answer to `knob` matters.
    pub fn was_asked(&self, knob: Knob) -> bool {
        let place = usize::from(knob.0);
        self.asked[place / 64] & (1 << (place % 64)) != 0
    }

    /// Takes every knob for asked.
    pub(crate) fn ask_all(&mut self) {
        self.asked = [u64::MAX; KNOB_COUNT.div_ceil(64)];
    }

    /// The answer to a knob that was asked before and is answered.
    #[inline]
    pub(crate) fn known<A: Answer>(&self) -> Option<A> {
        let place = usize::from(A::KNOB.0);
        let set = self.possible[place];
        let is_known = self.asked[place / 64] & (1 << (place % 64)) != 0 && set.is_power_of_two();
        is_known.then(|| A::ANSWERS[usize::try_from(set.trailing_zeros()).expect("it is below 8")])
    }

    /// The answer to a knob; asks `choices` if several are possible, and keeps what it says.
    ///
    /// # Panics
    ///
    /// If `choices` answers with an option that it was not offered.
    #[inline]
    pub fn answer<A: Answer>(&mut self, choices: &mut dyn Choices) -> A {
        let place = usize::from(A::KNOB.0);
        self.asked[place / 64] |= 1 << (place % 64);
        let set = &mut self.possible[place];
        if !set.is_power_of_two() {
            *set = choose_among(*set, A::KNOB, choices);
        }
        A::ANSWERS[usize::try_from(set.trailing_zeros()).expect("it is below 8")]
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answers = Knob::all().map(|knob| {
            let options = self.possible(knob).map(|option| knob.options()[option]);
            (knob, options.collect::<Vec<_>>())
        });
        f.debug_map().entries(answers).finish()
    }
}

fn all_options(knob: Knob) -> u8 {
    u8::MAX >> (8 - knob.options().len())
}

#[cold]
fn choose_among(set: u8, knob: Knob, choices: &mut dyn Choices) -> u8 {
    let possible: Vec<u32> = (0..8).filter(|option| set & (1 << option) != 0).collect();
    1 << possible[choices.choose(ChoicePoint::OpenQuestion(knob), possible.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_knob_has_options_defaults_and_a_reason() {
        for knob in Knob::all() {
            let facts = knob.facts();
            assert!((2..=8).contains(&facts.options.len()), "{knob:?} has {} options", facts.options.len());
            assert!(facts.defaults.iter().all(|option| *option < facts.options.len()), "{knob:?}");
            assert!(!facts.reason.is_empty() && !facts.asks.is_empty(), "{knob:?} has no reason");
            assert!(!facts.questions.is_empty(), "{knob:?} answers no question");
            assert_eq!(Knob::by_name(facts.name), Some(knob), "two knobs have one name");
        }
    }

    #[test]
    fn an_open_knob_is_asked_once_and_then_kept() {
        struct Last(usize);
        impl Choices for Last {
            fn choose(&mut self, point: ChoicePoint, options: usize) -> usize {
                assert_eq!(point, ChoicePoint::OpenQuestion(HandleNumbering::KNOB));
                self.0 += 1;
                options - 1
            }
        }
        let mut choices = Last(0);
        let mut profile = Profile::documented().with_open(HandleNumbering::KNOB);
        assert_eq!(profile.answer::<HandleNumbering>(&mut choices), HandleNumbering::NeverReused);
        assert_eq!(profile.answer::<HandleNumbering>(&mut choices), HandleNumbering::NeverReused);
        assert_eq!(choices.0, 1);
        assert_eq!(profile.possible(HandleNumbering::KNOB).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn the_hull_of_two_profiles_is_the_least_that_includes_both() {
        let knob = HandleNumbering::KNOB;
        let [first, second] = [0, 1].map(|option| Profile::documented().with(knob, option));
        let hull = first.hull(&second);
        assert_eq!(hull.possible(knob).collect::<Vec<_>>(), [0, 1]);
        assert!(hull.includes(&first) && hull.includes(&second) && !first.includes(&second));
        assert!(Profile::windows_11().with_all_open().includes(&hull));
        assert_eq!(hull.with_options_of(knob, &second), second);
        assert_eq!(hull.sets().iter().filter(|set| !set.is_power_of_two()).count(), 1);
    }

    #[test]
    fn what_was_asked_is_known_and_nothing_else_was_asked() {
        fn check<A: Answer + PartialEq + fmt::Debug>() {
            let mut profile = Profile::windows_11();
            assert_eq!(Knob::all().filter(|knob| profile.was_asked(*knob)).count(), 0);
            assert_eq!(profile.known::<A>(), None);
            let answer: A = profile.answer(&mut crate::FirstOption);
            assert_eq!(Knob::all().filter(|knob| profile.was_asked(*knob)).collect::<Vec<_>>(), [A::KNOB]);
            assert_eq!(profile.known::<A>(), Some(answer));
            // What both asked for, either was asked for.
            let both = Profile::windows_11().hull(&profile);
            assert_eq!(Knob::all().filter(|knob| both.was_asked(*knob)).collect::<Vec<_>>(), [A::KNOB]);
            assert_eq!(profile.with_open(A::KNOB).known::<A>(), None);
            let mut every = Profile::windows_11();
            every.ask_all();
            assert!(Knob::all().all(|knob| every.was_asked(knob)));
        }
        check::<HandleNumbering>();
        check::<MinimumRun>();
        check::<ServiceStarted>();
    }

    #[test]
    fn the_profiles_differ() {
        let [documented, windows_11, vista] = Profile::NAMES.map(|name| Profile::named(name).unwrap());
        assert_ne!(documented, windows_11);
        assert_ne!(documented, vista);
        assert_ne!(windows_11, vista);
    }
}
