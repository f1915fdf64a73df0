//! Durations as a scenario writes them: `350ms`, `8s`, `3.5s`, `2m`, `10h`.

use std::time::Duration;

/// The longest duration that a scenario can state: 1,000,000 hours.
pub const DURATION_MAX: Duration = Duration::from_secs(1_000_000 * 3_600);

/// How many digits stand at most before the point.
const DIGITS_MAX: usize = 16;
/// How many stand at most behind it.
const DECIMALS_MAX: usize = 3;

/// The units, with their lengths in milliseconds.
const UNITS: [(&str, u128); 4] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

/// The duration that `text` states, however long; `None` if it is none, or not of whole milliseconds.
pub fn parse(text: &str) -> Option<Duration> {
    let digits = text.find(|char: char| !char.is_ascii_digit() && char != '.')?;
    let (number, unit) = text.split_at(digits);
    let (_, length) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
    let (whole, decimals) = match number.split_once('.') {
        // A fraction of a millisecond is no whole number of them.
        Some(_) if length == 1 => return None,
        Some((whole, decimals)) if (1..=DECIMALS_MAX).contains(&decimals.len()) => (whole, decimals),
        Some(_) => return None,
        None => (number, ""),
    };
    if whole.is_empty() || whole.len() > DIGITS_MAX || decimals.contains('.') {
        return None;
    }
    let whole: u128 = whole.parse().ok()?;
    // All units that take decimals have whole thousandths of milliseconds.
    let thousandths: u128 = format!("{decimals:0<3}").parse().ok()?;
    let milliseconds = whole * length + thousandths * length / 1_000;
    Some(Duration::from_millis(u64::try_from(milliseconds).unwrap_or(u64::MAX)))
}

/// `duration` as a scenario states it, in hours or seconds, below a second in milliseconds.
pub fn write(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    let (seconds, rest) = (milliseconds / 1_000, milliseconds % 1_000);
    if seconds == 0 && rest > 0 {
        return format!("{rest}ms");
    }
    if rest > 0 {
        let decimals = format!("{rest:03}");
        return format!("{seconds}.{}s", decimals.trim_end_matches('0'));
    }
    if seconds > 0 && seconds.is_multiple_of(3_600) {
        return format!("{}h", seconds / 3_600);
    }
    format!("{seconds}s")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{DURATION_MAX, parse, write};

    fn check(text: &str, milliseconds: u64, written: &str) {
        let duration = Duration::from_millis(milliseconds);
        assert_eq!(parse(text), Some(duration), "{text}");
        assert_eq!(write(duration), written, "{text}");
        assert_eq!(parse(written), Some(duration), "{written}");
    }

    #[test]
    fn durations_are_read_and_written() {
        check("0s", 0, "0s");
        check("0ms", 0, "0s");
        check("350ms", 350, "350ms");
        check("8s", 8_000, "8s");
        check("3.5s", 3_500, "3.5s");
        check("30.001s", 30_001, "30.001s");
        check("0.35s", 350, "350ms");
        check("2m", 120_000, "120s");
        check("1.5m", 90_000, "90s");
        check("0.001m", 60, "60ms");
        check("10h", 36_000_000, "10h");
        check("1000000h", 3_600_000_000_000, "1000000h");
        assert_eq!(parse("1000000h"), Some(DURATION_MAX));
    }

    #[test]
    fn what_is_none_is_not_read() {
        for text in [
            "",
            "5",
            "s",
            ".5s",
            "5.s",
            "1.2345s",
            "1.5ms",
            "1.2.3s",
            "-1s",
            "+1s",
            "5 s",
            "5S",
            "5sec",
            "1d",
            "99999999999999999s",
            "٣s",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_longest_that_has_the_form_does_not_overflow() {
        assert!(parse("9999999999999999h").is_some_and(|duration| duration > DURATION_MAX));
    }
}
