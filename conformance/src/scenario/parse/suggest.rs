//! What could have been meant by a misspelt name.

/// The one of `names` that is nearest to `text`, if it is near enough to be a misspelling.
///
/// Letter case, and `_` for `-`, do not count; nor does the `Rm` of the functions' names.
pub(crate) fn nearest<'n>(text: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    /// Longer texts are no misspelling of anything.
    const LENGTH_MAX: usize = 64;
    if text.len() > LENGTH_MAX {
        return None;
    }
    let wanted = plain(text);
    let length = wanted.chars().count();
    let allowed = if length < 3 { 0 } else { (length / 3).max(1) };
    let near = |name: &'n str| Some((distance(&wanted, &plain(name), allowed)?, name));
    // The first of the nearest.
    let (_, name) = names.filter_map(near).min_by_key(|(distance, _)| *distance)?;
    Some(name)
}

/// What to say after an unknown name: what was meant, or what there is.
pub(crate) fn possible<'n>(text: &str, names: impl Iterator<Item = &'n str> + Clone) -> String {
    match nearest(text, names.clone()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("possible is {}", listed(names, "or")),
    }
}

/// `a`, `b` and `c`
pub(crate) fn listed<'n>(names: impl Iterator<Item = &'n str>, and: &str) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {and} {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => "none".to_owned(),
    }
}

/// `text` in the spelling of the format: `RmGetList` and `get_list` are `get-list`.
fn plain(text: &str) -> String {
    let text = match text.strip_prefix("Rm") {
        Some(rest) if rest.starts_with(|char: char| char.is_ascii_uppercase()) => rest,
        _ => text,
    };
    let mut plain = String::with_capacity(text.len() + 4);
    let mut lower_before = false;
    for char in text.chars() {
        if char.is_ascii_uppercase() && lower_before {
            plain.push('-');
        }
        lower_before = char.is_ascii_lowercase();
        plain.push(if char == '_' || char == ' ' { '-' } else { char.to_ascii_lowercase() });
    }
    plain
}

/// How many letters have to be inserted, left out, exchanged or swapped with their neighbor, if at most `allowed`.
fn distance(left: &str, right: &str, allowed: usize) -> Option<usize> {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    if left.len().abs_diff(right.len()) > allowed {
        return None;
    }
    // Rows of the table: the one before the last, the last, the current one.
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (i, letter) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in right.iter().enumerate() {
            let exchanged = last[j] + usize::from(letter != other);
            let mut least = exchanged.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == right[j - 1] && left[i - 1] == *other {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|distance| *distance <= allowed)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    fn check(text: &str, expected: Option<&str>) {
        let names = ["get-list", "get-filter-list", "start-session", "end-session", "by", "ERROR_MORE_DATA"];
        assert_eq!(nearest(text, names.into_iter()), expected, "{text}");
    }

    #[test]
    fn misspellings_are_recognized() {
        check("get-lsit", Some("get-list"));
        check("get_list", Some("get-list"));
        check("RmGetList", Some("get-list"));
        check("GetFilterList", Some("get-filter-list"));
        check("sart-sesion", Some("start-session"));
        check("error_more_data", Some("ERROR_MORE_DATA"));
    }

    #[test]
    fn other_words_are_not() {
        check("register", None);
        check("expect", None);
        check("", None);
        check("bx", None);
    }
}
