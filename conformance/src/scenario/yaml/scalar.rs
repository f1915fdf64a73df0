//! What plain scalars mean, by YAML 1.2.

use std::borrow::Cow;

use super::Value;

/// The integer that `text` means by YAML 1.2; `None` beyond 20 digits.
pub(super) fn integer(text: &str) -> Option<i128> {
    const LENGTH_MAX: usize = 32;
    if text.len() > LENGTH_MAX {
        return None;
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = match digits.get(..2) {
        Some("0x") => (16, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        _ => (10, digits),
    };
    let value = i128::from_str_radix(digits, radix).ok()?;
    Some(if negative { -value } else { value })
}

/// What a plain scalar means.
pub(super) fn plain(text: Cow<'_, str>) -> Value<'_> {
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_integer(&text) => Value::Integer(text),
        _ if is_float(&text) => Value::Float(text),
        _ => Value::Text(text),
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let all =
        |digits: &str, belongs: fn(&u8) -> bool| !digits.is_empty() && digits.bytes().all(|b| belongs(&b));
    match digits.get(..2) {
        Some("0x") => all(&digits[2..], u8::is_ascii_hexdigit),
        Some("0o") => all(&digits[2..], |digit| matches!(digit, b'0'..=b'7')),
        Some("0b") => all(&digits[2..], |digit| matches!(digit, b'0' | b'1')),
        // With a leading zero, readers disagree on the number: it stays text.
        _ => all(digits, u8::is_ascii_digit) && (digits.len() == 1 || !digits.starts_with('0')),
    }
}

fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_fits =
        exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)));
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, part)) => {
            (digits(whole) || digits(part))
                && (whole.is_empty() || digits(whole))
                && (part.is_empty() || digits(part))
        }
        None => digits(mantissa),
    };
    mantissa_fits && exponent_fits && (exponent.is_some() || mantissa.contains('.'))
}
