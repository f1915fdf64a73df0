//! When two paths name one file: full names, letter case, `\\?\`, short names, and the view of 32-bit programs.

/// The longest path that is not over-long, in UTF-16 units without the prefix `\\?\` (OBS-REG-06).
pub const PATH_LENGTH_MAX: usize = 259;

const EXTENDED_PREFIX: &str = r"\\?\";
const EXTENDED_UNC_PREFIX: &str = r"\\?\UNC\";
/// Folders of System32 that are not redirected (WOW64-03), in lower case.
const EXEMPT_FOLDERS: [&str; 6] = ["catroot", "catroot2", "driverstore", r"drivers\etc", "logfiles", "spool"];

/// What a path's text alone tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Normalized {
    /// The full name: no prefix, backslashes, `.` and `..` resolved, lower case.
    pub(crate) name: String,
    /// The length of the full name in UTF-16 units.
    pub(crate) length: usize,
    /// Whether it starts at a drive or a share.
    pub(crate) is_full: bool,
    /// Whether it has characters that no file name can have.
    pub(crate) has_wildcards: bool,
    /// Whether it was written with the prefix `\\?\`.
    pub(crate) is_extended: bool,
}

/// Reads a path as Windows does, without looking at any file.
pub(crate) fn normalize(path: &str) -> Normalized {
    normalize_plain(path).unwrap_or_else(|| normalize_any(path))
}

/// The same for what most paths are: ASCII, from a drive on, with nothing to resolve.
fn normalize_plain(path: &str) -> Option<Normalized> {
    let [drive, b':', b'\\', rest @ ..] = path.as_bytes() else { return None };
    let mut before = b'\\';
    let mut has_wildcards = false;
    for byte in rest {
        match byte {
            b'/' | 0x80.. => return None,
            b'\\' | b'.' if before == b'\\' => return None,
            b'*' | b'?' | b'<' | b'>' | b'"' | b'|' => has_wildcards = true,
            _ => {}
        }
        before = *byte;
    }
    let is_plain = drive.is_ascii_alphabetic() && before != b'\\';
    is_plain.then(|| Normalized {
        name: path.to_ascii_lowercase(),
        length: path.len(),
        is_full: true,
        has_wildcards,
        is_extended: false,
    })
}

fn normalize_any(path: &str) -> Normalized {
    let is_extended = path.starts_with(EXTENDED_PREFIX);
    let plain = match path.strip_prefix(EXTENDED_UNC_PREFIX) {
        Some(share) => format!(r"\\{share}"),
        None => path.strip_prefix(EXTENDED_PREFIX).unwrap_or(path).replace('/', r"\"),
    };
    let drive = plain.as_bytes();
    let is_drive =
        drive.len() >= 3 && drive[0].is_ascii_alphabetic() && drive[1] == b':' && drive[2] == b'\\';
    let is_share = plain.starts_with(r"\\");
    let root = if is_drive {
        3
    } else if is_share {
        2
    } else {
        0
    };
    let mut name = String::with_capacity(plain.len());
    name.push_str(&plain[..root]);
    resolve_dots(&plain[root..], root, &mut name);
    let name = name.to_lowercase();
    Normalized {
        length: name.encode_utf16().count(),
        is_full: is_drive || is_share,
        has_wildcards: name.contains(['*', '?', '<', '>', '"', '|']),
        name,
        is_extended,
    }
}

/// Appends `rest` to `name`, which ends with its root, without `.`, `..` and empty parts.
fn resolve_dots(rest: &str, root: usize, name: &mut String) {
    for part in rest.split('\\') {
        match part {
            "" | "." => {}
            ".." => name.truncate(name[root..].rfind('\\').map_or(root, |cut| root + cut)),
            _ => {
                if name.len() > root {
                    name.push('\\');
                }
                name.push_str(part);
            }
        }
    }
}

/// The name that a 32-bit program's path really leads to, if it is another one (WOW64-01 to -04).
///
/// `name` is a normalized full name.
pub(crate) fn redirect(name: &str) -> Option<Redirection> {
    let in_windows = name.strip_prefix(r"c:\windows\")?;
    let (rule, target) = if let Some(rest) = in_windows.strip_prefix(r"sysnative\") {
        (RedirectionRule::Sysnative, format!(r"c:\windows\system32\{rest}"))
    } else if let Some(rest) = in_windows.strip_prefix(r"lastgood\system32\") {
        (RedirectionRule::FurtherPath, format!(r"c:\windows\lastgood\syswow64\{rest}"))
    } else if in_windows == "regedit.exe" {
        (RedirectionRule::FurtherPath, String::from(r"c:\windows\syswow64\regedit.exe"))
    } else {
        let rest = in_windows.strip_prefix(r"system32\")?;
        let is_exempt = EXEMPT_FOLDERS.iter().any(|folder| {
            rest.strip_prefix(folder).is_some_and(|inside| inside.is_empty() || inside.starts_with('\\'))
        });
        match is_exempt {
            true => return Some(Redirection { rule: RedirectionRule::Exempt, target: None }),
            false => (RedirectionRule::System32, format!(r"c:\windows\syswow64\{rest}")),
        }
    };
    Some(Redirection { rule, target: Some(target) })
}

/// What file system redirection does to a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Redirection {
    /// Why.
    pub(crate) rule: RedirectionRule,
    /// Where it leads; `None`: it stays.
    pub(crate) target: Option<String>,
}

/// Which rule of redirection a path falls under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum RedirectionRule {
    /// System32 becomes SysWOW64 (WOW64-01).
    System32,
    /// `lastgood\system32` and `regedit.exe` (WOW64-02).
    FurtherPath,
    /// A folder of System32 that is left alone (WOW64-03).
    Exempt,
    /// The alias Sysnative (WOW64-04).
    Sysnative,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(path: &str) -> String {
        normalize(path).name
    }

    #[test]
    fn full_names_ignore_case_prefix_slashes_and_dots() {
        for path in [
            r"C:\App\Core.dll",
            r"c:\app\core.DLL",
            r"\\?\C:\App\Core.dll",
            "C:/App/Core.dll",
            r"C:\App\Plugins\..\.\Core.dll",
            r"C:\..\App\Core.dll",
        ] {
            assert_eq!(name(path), r"c:\app\core.dll", "{path}");
        }
        assert_eq!(name(r"\\?\UNC\server\share\f.dll"), r"\\server\share\f.dll");
    }

    #[test]
    fn a_path_is_full_from_a_drive_or_a_share_on() {
        assert!(normalize(r"C:\a").is_full);
        assert!(normalize(r"\\server\share\a").is_full);
        for path in ["a.dll", r"..\a.dll", r"C:a.dll", r"\a.dll", ""] {
            assert!(!normalize(path).is_full, "{path}");
        }
    }

    #[test]
    fn length_counts_utf16_units_without_the_prefix() {
        assert_eq!(normalize(r"\\?\C:\ab").length, 5);
        assert_eq!(normalize("C:\\\u{1F600}").length, 5);
    }

    #[test]
    fn dots_and_prefixes_never_leave_the_root() {
        assert_eq!(name(r"C:\..\..\x"), r"c:\x");
        assert_eq!(name(r"..\..\x"), "x");
        assert_eq!(name(r"\\?\"), "");
        assert_eq!(name(r"C:\a\.."), r"c:\");
    }

    #[test]
    fn the_short_way_leads_to_the_same_name() {
        let plain = [r"C:\App\Core.dll", r"z:\a", r"C:\a.b\c..d", r"C:\a b\*.dll", "C:\\a|b"];
        let others = [
            r"C:\",
            r"C:\a\",
            r"C:\a\\b",
            r"C:\.\a",
            r"C:\a\..\b",
            r"C:\a\.b",
            "C:/a",
            r"C:\ä",
            r"\\s\f",
            r"\\?\C:\a",
            "a",
        ];
        for path in plain {
            assert_eq!(normalize_plain(path), Some(normalize_any(path)), "{path}");
        }
        for path in others {
            assert_eq!(normalize_plain(path), None, "{path}");
        }
    }

    #[test]
    fn redirection_follows_its_table() {
        let target = |name: &str| redirect(name).and_then(|redirection| redirection.target);
        assert_eq!(target(r"c:\windows\system32\a.dll").unwrap(), r"c:\windows\syswow64\a.dll");
        assert_eq!(target(r"c:\windows\sysnative\a.dll").unwrap(), r"c:\windows\system32\a.dll");
        assert_eq!(
            target(r"c:\windows\lastgood\system32\a.dll").unwrap(),
            r"c:\windows\lastgood\syswow64\a.dll"
        );
        assert_eq!(target(r"c:\windows\regedit.exe").unwrap(), r"c:\windows\syswow64\regedit.exe");
        assert_eq!(target(r"c:\windows\system32\drivers\etc\hosts"), None);
        assert_eq!(
            target(r"c:\windows\system32\drivers\disk.sys").unwrap(),
            r"c:\windows\syswow64\drivers\disk.sys"
        );
        assert_eq!(target(r"c:\windows\system32\spooler.dll").unwrap(), r"c:\windows\syswow64\spooler.dll");
        assert_eq!(redirect(r"c:\app\system32\a.dll"), None);
    }
}
