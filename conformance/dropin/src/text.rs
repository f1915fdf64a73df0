//! UTF-16 as text and back, without loss: Windows takes any units for a name, and half a pair comes back as it was.
//!
//! Half a pair becomes a character of a private plane, and a character of that place is marked by the one before it.
//! Other text is what it is.

use std::ops::RangeInclusive;

/// The characters that stand for half a pair: U+D800 to U+DFFF, moved up.
const HALVES: RangeInclusive<char> = '\u{10D800}'..='\u{10DFFF}';
const MOVED: u32 = 0x10_0000;
/// Stands before a character that is meant as it is.
const MARK: char = '\u{10D7FF}';

/// `units` as text.
pub(crate) fn of_units(units: &[u16]) -> String {
    let mut text = String::with_capacity(units.len());
    for decoded in char::decode_utf16(units.iter().copied()) {
        match decoded {
            Ok(character) => {
                if character == MARK || HALVES.contains(&character) {
                    text.push(MARK);
                }
                text.push(character);
            }
            Err(half) => text.push(of_half(half.unpaired_surrogate())),
        }
    }
    text
}

/// `units` as text with one character for each of them, so that places can be counted.
pub(crate) fn of_single_units(units: &[u16]) -> String {
    units.iter().map(|&unit| char::from_u32(u32::from(unit)).unwrap_or_else(|| of_half(unit))).collect()
}

/// The units of `text`.
pub(crate) fn units(text: &str) -> Vec<u16> {
    let mut units = Vec::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let marked = (character == MARK)
            .then(|| characters.next_if(|next| *next == MARK || HALVES.contains(next)))
            .flatten();
        match marked {
            Some(marked) => units.extend_from_slice(marked.encode_utf16(&mut [0; 2])),
            None => match half_of(character) {
                Some(half) => units.push(half),
                None => units.extend_from_slice(character.encode_utf16(&mut [0; 2])),
            },
        }
    }
    units
}

fn of_half(unit: u16) -> char {
    char::from_u32(MOVED + u32::from(unit))
        .expect("a private plane has a character in the place of every unit")
}

fn half_of(character: char) -> Option<u16> {
    let moved = HALVES.contains(&character).then(|| u32::from(character) - MOVED)?;
    u16::try_from(moved).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn round_trip(units_before: &[u16]) {
        assert_eq!(units(&of_units(units_before)), units_before);
    }

    #[test]
    fn ordinary_text_is_unchanged() {
        for text in
            ["", r"C:\Program Files\App\core.dll", "Größe", "名前", "\u{1F600}", "\u{10D7FE}\u{10E000}"]
        {
            let units_of_text: Vec<u16> = text.encode_utf16().collect();
            assert_eq!(of_units(&units_of_text), text);
            assert_eq!(units(text), units_of_text);
        }
    }

    #[test]
    fn half_a_pair_comes_back() {
        assert_eq!(of_units(&[0x61, 0xD800, 0x62]), "a\u{10D800}b");
        for half in [0xD800, 0xDBFF, 0xDC00, 0xDFFF] {
            round_trip(&[half]);
            round_trip(&[0x61, half, 0x62]);
        }
        round_trip(&[0xDC00, 0xD800]);
    }

    #[test]
    fn the_characters_that_stand_for_halves_come_back() {
        for character in ['\u{10D7FF}', '\u{10D800}', '\u{10DFFF}'] {
            let pair: Vec<u16> = String::from(character).encode_utf16().collect();
            assert_eq!(of_units(&pair), format!("\u{10D7FF}{character}"));
            round_trip(&pair);
            round_trip(&[&pair[..], &[0xD800], &pair, &pair].concat());
        }
    }

    #[test]
    fn a_mark_before_nothing_special_is_a_character() {
        for text in ["\u{10D7FF}", "\u{10D7FF}a"] {
            assert_eq!(units(text), text.encode_utf16().collect::<Vec<_>>());
        }
    }

    #[test]
    fn single_units_are_single_characters() {
        let pair = [0xD83D, 0xDE00, 0x61, 0];
        let text = of_single_units(&pair);
        assert_eq!(text.chars().count(), 4);
        assert_eq!(units(&text), pair);
    }

    /// Units of which many are halves, or pairs that need a mark.
    fn any_units() -> impl Strategy<Value = Vec<u16>> {
        let marked = prop::sample::select(vec![0xDBF5_u16, 0xDBF6, 0xDBF7, 0xDFFF, 0xDC00]);
        prop::collection::vec(prop_oneof![1_u16.., 0xD800_u16..=0xDFFF, marked], 0..40)
    }

    proptest! {
        #[test]
        fn any_units_come_back(units in any_units()) {
            round_trip(&units);
        }

        #[test]
        fn text_without_private_characters_is_unchanged(text in r"[^\x00\u{10D7FF}-\u{10DFFF}]*") {
            prop_assert_eq!(of_units(&text.encode_utf16().collect::<Vec<_>>()), text);
        }
    }
}
