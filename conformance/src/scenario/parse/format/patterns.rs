//! What names, paths and other texts may look like.

use crate::scenario::duration;
use crate::scenario::parse::shape::Pattern;

/// A name of an installer or application where it is given.
pub(crate) static NAME: Pattern = Pattern {
    what: "a name of letters `a` to `z`, digits and `-`",
    regex: "^[a-z][a-z0-9-]*$",
    fits: is_name,
};

/// An option of a knob; which ones there are depends on the knob.
pub(crate) static OPTION: Pattern = Pattern {
    what: "an option of the knob",
    regex: "^[a-z0-9-]+$",
    fits: |text| !text.is_empty() && text.bytes().all(is_in_name),
};

/// A name in a step, where `{i}` may stand for the number of the round.
pub(crate) static NAME_IN_STEP: Pattern = Pattern {
    what: "a name of letters `a` to `z`, digits and `-`",
    regex: r"^[a-z]([a-z0-9-]|\{i\})*$",
    fits: is_name_in_step,
};

/// Any text that can be handed over as a C string.
pub(crate) static TEXT: Pattern =
    Pattern { what: "text", regex: r"^[^\u0000]*$", fits: |text| !text.contains('\0') };

/// A sentence.
pub(crate) static TITLE: Pattern = Pattern {
    what: "a sentence on one line, without a full stop",
    regex: r"^[^\u0000-\u001f]*[^\u0000-\u0020.]$",
    fits: |text| !text.contains(|char| char < ' ') && !text.is_empty() && !text.ends_with([' ', '.']),
};

/// The name of a user or a service.
pub(crate) static WINDOWS_NAME: Pattern = Pattern {
    what: "a name",
    regex: r"^[^\u0000-\u001f]+$",
    fits: |text| !text.is_empty() && !text.contains(|char| char < ' '),
};

/// A path as the world states it.
pub(crate) static FULL_PATH: Pattern = Pattern {
    what: r"a full path such as `C:\App\core.dll`",
    regex: r"^([A-Za-z]:\\|\\\\[^/\u0000-\u001f])[^/\u0000-\u001f]*$",
    fits: is_full_path,
};

/// A path with a place for a number.
pub(crate) static PATH_PATTERN: Pattern = Pattern {
    what: "a path with `{i}` in it",
    regex: r"^[^\u0000]*\{i\}[^\u0000]*$",
    fits: |text| text.contains("{i}") && !text.contains('\0'),
};

/// What the buffer of a session key holds before a call.
pub(crate) static KEY_BUFFER: Pattern = Pattern {
    what: "text of at most 33 characters",
    regex: r"^[^\u0000]{0,33}$",
    fits: |text| text.chars().count() <= 33 && !text.contains('\0'),
};

/// Recorded answers.
pub(crate) static PICKS: Pattern = Pattern {
    what: "recorded answers such as `0/2/1`",
    regex: "^(-|[0-9]{1,6}(/[0-9]{1,6})*)$",
    fits: |text| {
        text == "-"
            || text
                .split('/')
                .all(|pick| (1..=6).contains(&pick.len()) && pick.bytes().all(|byte| byte.is_ascii_digit()))
    },
};

/// A length of time.
pub(crate) static DURATION: Pattern = Pattern {
    what: "a duration such as `3.5s`",
    regex: r"^([0-9]{1,16}ms|[0-9]{1,16}(\.[0-9]{1,3})?[smh])$",
    fits: |text| duration::parse(text).is_some(),
};

/// When `expect-world` looks.
pub(crate) static MOMENT: Pattern = Pattern {
    what: "`now`, `settled` or a duration such as `3.5s`",
    regex: r"^(now|settled|[0-9]{1,16}ms|[0-9]{1,16}(\.[0-9]{1,3})?[smh])$",
    fits: |text| matches!(text, "now" | "settled") || duration::parse(text).is_some(),
};

/// When something is done during a call, if it is no happening that is waited for.
pub(crate) static TIME_IN_CALL: Pattern = Pattern {
    what: "`start` or a duration such as `3.5s`",
    regex: r"^(start|[0-9]{1,16}ms|[0-9]{1,16}(\.[0-9]{1,3})?[smh])$",
    fits: |text| text == "start" || duration::parse(text).is_some(),
};

/// Whether `text` can be the name of an installer, an application or a session.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|char: char| char.is_ascii_lowercase()) && text.bytes().all(is_in_name)
}

fn is_name_in_step(text: &str) -> bool {
    text.starts_with(|char: char| char.is_ascii_lowercase())
        && text.split("{i}").all(|part| part.bytes().all(is_in_name))
}

fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
}

/// Whether `text` can be a path in a world.
pub(crate) fn is_full_path(text: &str) -> bool {
    let begins_well = match text.as_bytes() {
        [drive, b':', b'\\', ..] => drive.is_ascii_alphabetic(),
        [b'\\', b'\\', _, ..] => true,
        _ => false,
    };
    begins_well && !text.contains(|char| char == '/' || char < ' ')
}
