//! When a measured duration counts as the one that was expected: stated here and nowhere else.
//!
//! Backends with virtual time are exact, and no band is used for them.

use std::time::Duration;

/// How much shorter a measured duration may be: what is waited for may have begun before measuring did.
pub const SHORTER: Duration = Duration::from_millis(150);

/// How much longer it may be at least: processes start and are told of it on a machine that does other things too.
pub const LONGER: Duration = Duration::from_secs(2);

/// How much longer it may be, in percent of what was expected, if that is more.
pub const LONGER_PERCENT: u32 = 20;

/// Whether a `measured` duration agrees with the `expected` one.
pub fn agree(expected: Duration, measured: Duration) -> bool {
    let longer = LONGER.max(expected.saturating_mul(LONGER_PERCENT) / 100);
    measured.saturating_add(SHORTER) >= expected && measured <= expected.saturating_add(longer)
}

/// Whether what took a `measured` duration was over at once.
pub fn is_at_once(measured: Duration) -> bool {
    agree(Duration::ZERO, measured)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: u64, measured: u64, agrees: bool) {
        let [expected, measured] = [expected, measured].map(Duration::from_millis);
        assert_eq!(agree(expected, measured), agrees, "{expected:?} {measured:?}");
    }

    #[test]
    fn a_measured_duration_may_be_a_little_shorter_and_somewhat_longer() {
        check(0, 0, true);
        check(0, 2_000, true);
        check(0, 2_001, false);
        check(5_000, 4_850, true);
        check(5_000, 4_849, false);
        check(5_000, 7_000, true);
        check(30_000, 36_000, true);
        check(30_000, 36_001, false);
        check(30_000, 0, false);
        assert!(is_at_once(Duration::from_secs(2)) && !is_at_once(Duration::from_millis(2_001)));
    }
}
