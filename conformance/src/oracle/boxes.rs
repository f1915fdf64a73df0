//! Sets of answers to the open questions, as few profiles as possible: each a box, one set of options for each knob.

use rstmgr_model::Profile;

/// So many profiles of one state are kept apart; beyond, those that follow each other are mixed.
const PROFILES_MAX: usize = 256;

/// Makes fewer profiles of `profiles`, which allow what they allowed, and unless there are very many, nothing else.
pub(super) fn unite(profiles: &mut Vec<Profile>) {
    if profiles.len() < 2 {
        return;
    }
    loop {
        let before = profiles.len();
        for knob in 0..profiles[0].sets().len() {
            if profiles.iter().any(|profile| profile.sets()[knob] != profiles[0].sets()[knob]) {
                unite_over(knob, profiles);
            }
        }
        if profiles.len() == before {
            break;
        }
    }
    drop_included(profiles);
    while profiles.len() > PROFILES_MAX {
        // This allows more than before, never less.
        let mixed =
            profiles.chunks(2).map(|pair| pair[1..].iter().fold(pair[0], |hull, next| hull.hull(next)));
        *profiles = mixed.collect();
        drop_included(profiles);
    }
}

/// Unites those that differ in the knob at `place` alone.
fn unite_over(place: usize, profiles: &mut Vec<Profile>) {
    fn rest(profile: &Profile, place: usize) -> (&[u8], &[u8]) {
        let (before, from) = profile.sets().split_at(place);
        (before, &from[1..])
    }
    profiles.sort_by(|one, other| rest(one, place).cmp(&rest(other, place)));
    profiles.dedup_by(|next, kept| {
        let are_alike = rest(next, place) == rest(kept, place);
        if are_alike {
            *kept = kept.hull(next);
        }
        are_alike
    });
}

/// Drops those that another includes.
fn drop_included(profiles: &mut Vec<Profile>) {
    let mut kept: Vec<Profile> = Vec::new();
    for profile in profiles.iter() {
        if kept.iter().any(|other| other.includes(profile)) {
            continue;
        }
        kept.retain(|other| !profile.includes(other));
        kept.push(*profile);
    }
    *profiles = kept;
}

/// The least profile that includes them all: each knob by itself.
pub(super) fn hull<'a>(mut profiles: impl Iterator<Item = &'a Profile>) -> Option<Profile> {
    let first = *profiles.next()?;
    Some(profiles.fold(first, |hull, next| hull.hull(next)))
}

#[cfg(test)]
mod tests {
    use rstmgr_model::Knob;

    use super::*;

    /// Two knobs with two options each, at least.
    fn knobs() -> [Knob; 2] {
        let mut knobs = Knob::all();
        [(); 2].map(|()| knobs.next().expect("there are more"))
    }

    fn answered(options: [usize; 2]) -> Profile {
        let base = Profile::documented();
        knobs().into_iter().zip(options).fold(base, |profile, (knob, option)| profile.with(knob, option))
    }

    #[test]
    fn profiles_that_differ_in_one_knob_become_one() {
        let mut square = [[0, 0], [1, 1], [0, 1], [1, 0]].map(answered).to_vec();
        unite(&mut square);
        assert_eq!(square.len(), 1);
        let mut diagonal = [[0, 0], [1, 1]].map(answered).to_vec();
        unite(&mut diagonal);
        assert_eq!(diagonal.len(), 2, "nothing is allowed that was not");
        let mut corner = [[0, 0], [0, 0], [0, 1]].map(answered).to_vec();
        unite(&mut corner);
        assert_eq!(corner.len(), 1);
    }

    #[test]
    fn where_they_are_very_many_they_allow_more_and_never_less() {
        // An option of one of ten knobs each, and another of the rest: no two differ in one knob alone.
        let knobs: Vec<Knob> = Knob::all().take(10).collect();
        let parity = |number: usize| number.count_ones().is_multiple_of(2);
        let many: Vec<Profile> = (0..1024)
            .filter(|number| parity(*number))
            .map(|number| {
                let bits = knobs.iter().enumerate().map(|(place, knob)| (*knob, number >> place & 1));
                bits.fold(Profile::documented(), |profile, (knob, option)| profile.with(knob, option))
            })
            .collect();
        let mut fewer = many.clone();
        unite(&mut fewer);
        assert!(fewer.len() <= PROFILES_MAX, "{}", fewer.len());
        assert!(many.iter().all(|profile| fewer.iter().any(|kept| kept.includes(profile))));
    }

    #[test]
    fn what_another_includes_is_dropped() {
        let wide = answered([0, 0]).with_open(knobs()[1]);
        let mut both = vec![answered([0, 0]), wide, answered([0, 0])];
        unite(&mut both);
        assert_eq!(both, [wide]);
    }
}
