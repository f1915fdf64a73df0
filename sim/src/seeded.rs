//! Choices by a seed, and the generator behind them.

use rstmgr_model::{ChoicePoint, Choices};

/// `SplitMix64`: the generator of everything that a seed decides.
///
/// It is our own, a few lines long, so that a seed means the same for ever; the golden vector of its test is that
/// of the published algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Random(u64);

impl Random {
    /// The generator of `seed`; each `stream` of a seed is independent of the others.
    pub fn new(seed: u64, stream: u64) -> Random {
        Random(seed ^ Random(stream).next().rotate_left(17))
    }

    /// The next 64 random bits.
    #[expect(clippy::should_implement_trait, reason = "an endless iterator would hide that it never ends")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A random number below `bound`, as evenly as 64 bits allow.
    ///
    /// # Panics
    ///
    /// If `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        assert!(bound > 0, "no number is below 0");
        let bound = u128::try_from(bound).expect("a size has at most 64 bits");
        let scaled = (u128::from(self.next()) * bound) >> 64;
        usize::try_from(scaled).expect("it is below the bound")
    }
}

/// Chooses at random, by a seed.
#[derive(Clone, Debug)]
pub struct Seeded {
    random: Random,
}

impl Seeded {
    /// The choices of `seed`.
    pub fn new(seed: u64) -> Seeded {
        Seeded { random: Random::new(seed, 0) }
    }
}

impl Choices for Seeded {
    fn choose(&mut self, _: ChoicePoint, options: usize) -> usize {
        self.random.below(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_splitmix64() {
        let mut random = Random(1_234_567);
        let drawn = [(); 5].map(|()| random.next());
        assert_eq!(
            drawn,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821,
            ]
        );
    }

    #[test]
    fn every_number_below_a_bound_comes_up() {
        let mut random = Random::new(7, 0);
        let mut counts = [0; 6];
        for _ in 0..6000 {
            counts[random.below(6)] += 1;
        }
        assert!(counts.iter().all(|count| (850..1150).contains(count)), "{counts:?}");
    }

    #[test]
    fn streams_of_a_seed_differ() {
        assert_ne!(Random::new(7, 0).next(), Random::new(7, 1).next());
        assert_ne!(Random::new(7, 0).next(), Random::new(8, 0).next());
    }
}
