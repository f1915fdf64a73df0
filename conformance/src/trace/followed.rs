//! What a backend followed instead of the profile that the scenario names, where another was given to the run.

use std::collections::BTreeMap;

use rstmgr_model::profile::Timing;
use rstmgr_model::{Knob, Profile};
use serde::{Deserialize, Serialize};

use crate::scenario::Scenario;
use crate::scenario::duration::{self, DURATION_MAX};

/// The answers and the timings that the scenario's own text does not give, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Followed {
    /// What open questions were answered with.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub knobs: BTreeMap<String, String>,
    /// How long things took, such as `4.5s`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub timings: BTreeMap<String, String>,
}

impl Followed {
    /// What `scenario` follows beside its text; `None`: nothing else.
    pub(super) fn by(scenario: &Scenario) -> Option<Followed> {
        let (followed, named) = (&scenario.profile, named(scenario));
        let knobs = Knob::all().filter(|knob| !scenario.stated_knobs.contains(knob));
        let knobs = knobs.filter(|knob| followed.possible(*knob).ne(named.possible(*knob)));
        let timings = Timing::ALL.into_iter().filter(|timing| !scenario.stated_timings.contains(timing));
        let timings = timings.filter(|timing| followed.timing(*timing) != named.timing(*timing));
        let other = Followed {
            knobs: knobs.filter_map(|knob| Some((knob.name().to_owned(), option(followed, knob)?))).collect(),
            timings: timings
                .map(|timing| (timing.name().to_owned(), duration::write(followed.timing(timing))))
                .collect(),
        };
        (other != Followed::default()).then_some(other)
    }

    /// `profile` with all of this.
    ///
    /// # Errors
    ///
    /// What is wrong, if something has no such name, or is too long.
    pub(super) fn on(&self, mut profile: Profile) -> Result<Profile, String> {
        for (name, option) in &self.knobs {
            let knob = Knob::by_name(name).ok_or_else(|| format!("no knob is called {name:?}"))?;
            let place = knob.options().iter().position(|known| known == option);
            let place =
                place.ok_or_else(|| format!("the knob `{}` has no option {option:?}", knob.name()))?;
            profile = profile.with(knob, place);
        }
        for (name, so_long) in &self.timings {
            let timing = Timing::by_name(name).ok_or_else(|| format!("no timing is called {name:?}"))?;
            let duration = duration::parse(so_long).filter(|duration| *duration <= DURATION_MAX);
            let duration = duration.ok_or_else(|| {
                let (name, max) = (timing.name(), duration::write(DURATION_MAX));
                format!("the timing `{name}` is {so_long:?}, and expected is a duration of at most `{max}`")
            })?;
            profile = profile.with_timing(timing, duration);
        }
        Ok(profile)
    }
}

/// The profile that the scenario names, without what it states itself.
fn named(scenario: &Scenario) -> Profile {
    Profile::named(scenario.profile_name).unwrap_or_else(Profile::windows_11)
}

/// What `knob` is answered with, if it is answered.
fn option(profile: &Profile, knob: Knob) -> Option<String> {
    let mut possible = profile.possible(knob);
    let first = possible.next()?;
    possible.next().is_none().then(|| knob.options()[first].to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::scenario::parse::{Source, parse};

    /// A scenario that states a knob and a timing itself.
    fn scenario() -> Scenario {
        let text = "version: 1\nscenario: nothing much\nprofile: documented\n\
                    knobs: { handle-numbering: never-reused }\ntimings: { query: 7s }\n\
                    installers: { setup: {} }\nsteps:\n  - start-session: { by: setup, as: it }\n";
        parse(&Source { name: String::from("this.yaml"), text: text.to_owned() }).expect("it has no problems")
    }

    #[test]
    fn what_a_scenario_says_itself_is_not_repeated() {
        assert_eq!(Followed::by(&scenario()), None);
        assert_eq!(Followed::by(&scenario().on_base(&Profile::documented())), None);
    }

    #[test]
    fn whatever_was_followed_is_read_back() {
        for name in Profile::NAMES {
            let base = Profile::named(name).expect("it has a name");
            let base = Knob::all().fold(base, |base, knob| base.with(knob, knob.options().len() - 1));
            let base = base.with_timing(Timing::Exit, Duration::from_millis(1_250));
            let followed = scenario().on_base(&base);
            let written = serde_json::to_string(&Followed::by(&followed)).expect("it is JSON");
            let read: Followed = serde_json::from_str(&written).expect("it was written so");
            assert_eq!(read.on(scenario().profile), Ok(followed.profile), "{written}");
            assert!(
                ["handle-numbering", "\"query\""].iter().all(|name| !written.contains(name)),
                "{written}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |json: &str| {
            let read: Followed = serde_json::from_str(json).expect("it has the right form");
            read.on(Profile::documented()).expect_err("it is wrong")
        };
        assert_eq!(wrong(r#"{"knobs":{"height":"x"}}"#), "no knob is called \"height\"");
        assert_eq!(
            wrong(r#"{"knobs":{"handle-numbering":"x"}}"#),
            "the knob `handle-numbering` has no option \"x\""
        );
        assert_eq!(wrong(r#"{"timings":{"height":"1s"}}"#), "no timing is called \"height\"");
        for so_long in ["", "1", "-1s", "1000001h", "99999999999999999999h"] {
            let message = wrong(&format!(r#"{{"timings":{{"exit":"{so_long}"}}}}"#));
            assert!(message.starts_with("the timing `exit` is "), "{message}");
        }
        assert!(serde_json::from_str::<Followed>(r#"{"knob":{}}"#).is_err(), "a field that nobody knows");
    }
}
