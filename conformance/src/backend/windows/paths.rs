//! Where the paths of a scenario really lie: drives become directories below a scratch directory.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::backend::BackendError;
use crate::backend::realizable::is_drive_path;
use crate::request::FileState;
use crate::scenario::{self, WhatLiesThere};

const VERBATIM: &str = r"\\?\";

/// What stands in every file at the beginning that is no program.
const ORIGINAL: &[u8] = b"rstmgr\r\n";

/// What stands in a file that an installer replaced.
const REPLACED: &[u8] = b"replaced\r\n";

/// The length in UTF-16 units from which on a path that is not verbatim is too long for Windows.
const PATH_UNITS_MAX: usize = 260;

/// The directory below which a scenario's drives lie.
#[derive(Debug)]
pub(crate) struct Scratch {
    root: String,
    /// What is known of single paths, by their [`comparable`] form.
    known: BTreeMap<String, Known>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Missing,
    Directory,
}

impl Scratch {
    /// Lays out the directories of `files` below `root`, which must exist.
    pub(crate) fn new(root: &Path, files: &[scenario::File]) -> Result<Self, BackendError> {
        let absolute =
            fs::canonicalize(root).map_err(BackendError::failed(format!("find `{}`", root.display())))?;
        let absolute =
            absolute.to_str().ok_or_else(|| unrealizable("a scratch directory that is no Unicode"))?;
        let absolute = absolute.strip_prefix(VERBATIM).unwrap_or(absolute);
        let mut scratch =
            Scratch { root: String::from(absolute.trim_end_matches('\\')), known: BTreeMap::new() };
        for file in files {
            let known = match file.what {
                WhatLiesThere::Nothing => Known::Missing,
                WhatLiesThere::Directory => Known::Directory,
                WhatLiesThere::AnotherNameOf(_) => return Err(unrealizable("another name of a file")),
                WhatLiesThere::CannotBeOpened(_) => return Err(unrealizable("files that cannot be opened")),
            };
            scratch.known.insert(comparable(&file.path), known);
        }
        for file in files.iter().filter(|file| file.what == WhatLiesThere::Directory) {
            scratch.provide(&file.path)?;
        }
        Ok(scratch)
    }

    /// The directory below which all drives lie.
    pub(crate) fn root(&self) -> &str {
        &self.root
    }

    /// Where `path` really lies; a path that does not begin at a drive's root stays what it is.
    pub(crate) fn place(&self, path: &str) -> Result<String, BackendError> {
        if !is_drive_path(path) {
            return Ok(String::from(path));
        }
        if climbs_above_root(path) {
            return Err(unrealizable("a path that climbs above its drive"));
        }
        if let Some(path) = path.strip_prefix(VERBATIM) {
            return Ok(format!(r"{VERBATIM}{}", self.below_root(path)));
        }
        let place = self.below_root(path);
        // The scenario's path and the real one must be too long or short enough together.
        if units(path) < PATH_UNITS_MAX && units(&place) >= PATH_UNITS_MAX {
            return Err(unrealizable("a path too long for the scratch directory"));
        }
        Ok(place)
    }

    /// Creates what lies at `path`, as far as the world has something there, and says where it really lies.
    pub(crate) fn provide(&mut self, path: &str) -> Result<String, BackendError> {
        let place = self.place(path)?;
        if can_exist(path) {
            self.create(path, Path::new(&place)).map_err(|cause| {
                if matches!(cause.kind(), io::ErrorKind::InvalidFilename | io::ErrorKind::NotADirectory) {
                    unrealizable("a file that Windows does not let exist")
                } else {
                    BackendError::failed(format!("create `{place}`"))(cause)
                }
            })?;
        }
        Ok(place)
    }

    /// Like [`provide`](Scratch::provide), a file that can be loaded.
    pub(crate) fn provide_image(&mut self, path: &str) -> Result<String, BackendError> {
        let place = self.provide(path)?;
        if fs::read(&place).is_ok_and(|content| content == ORIGINAL) {
            fs::write(&place, rstmgr_fixture::small_image())
                .map_err(BackendError::failed(format!("make the program `{place}`")))?;
        }
        Ok(place)
    }

    /// Like [`provide`](Scratch::provide), a directory.
    pub(crate) fn provide_directory(&mut self, path: &str) -> Result<String, BackendError> {
        let place = self.place(path)?;
        fs::create_dir_all(&place).map_err(BackendError::failed(format!("create `{place}`")))?;
        Ok(place)
    }

    /// What became of the file at `path`.
    pub(crate) fn state(&mut self, path: &str) -> Result<FileState, BackendError> {
        let place = self.provide(path)?;
        Ok(match fs::read(&place) {
            Ok(content) if content == REPLACED => FileState::Replaced,
            Err(error) if error.kind() == io::ErrorKind::NotFound => FileState::Missing,
            // One that cannot be read is in use, and was not replaced.
            Ok(_) | Err(_) => FileState::Original,
        })
    }

    /// Writes another file over that at `path`, unless it is in use.
    pub(crate) fn replace(&mut self, path: &str) -> Result<io::Result<()>, BackendError> {
        let place = self.provide(path)?;
        let written = open_alone(&place).and_then(|mut file| {
            file.set_len(0)?;
            file.write_all(REPLACED)
        });
        if written.is_ok() {
            self.known.remove(&comparable(path));
        }
        Ok(written)
    }

    /// Deletes the file at `path`, unless it is in use.
    pub(crate) fn remove(&mut self, path: &str) -> Result<io::Result<()>, BackendError> {
        let place = self.provide(path)?;
        let removed = fs::metadata(&place).and_then(|_| open_alone(&place)).and_then(|file| {
            drop(file);
            fs::remove_file(&place)
        });
        if removed.is_ok() {
            self.known.insert(comparable(path), Known::Missing);
        }
        Ok(removed)
    }

    /// Puts a file at `path` where none is.
    pub(crate) fn restore(&mut self, path: &str) -> Result<io::Result<()>, BackendError> {
        self.known.remove(&comparable(path));
        self.provide(path).map(|_| Ok(()))
    }

    fn create(&mut self, path: &str, place: &Path) -> io::Result<()> {
        let comparable = comparable(path);
        let mut above = Path::new(&comparable).ancestors().skip(1).filter_map(Path::to_str);
        if above.any(|name| self.known.get(name) == Some(&Known::Missing)) {
            return Ok(());
        }
        let known = self.known.get(&comparable).copied();
        if known != Some(Known::Missing) && place.exists() {
            return Ok(());
        }
        if known == Some(Known::Directory) || path.ends_with(['\\', '/']) {
            return fs::create_dir_all(place);
        }
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent)?;
        }
        if known != Some(Known::Missing) {
            File::create(place)?.write_all(ORIGINAL)?;
        }
        Ok(())
    }

    /// `C:\App` as `<root>\C\App`.
    fn below_root(&self, path: &str) -> String {
        let (drive, rest) = path.split_at(1);
        format!(r"{}\{drive}{}", self.root, rest.trim_start_matches(':'))
    }
}

/// Opens a file that nobody else has open, or makes one.
fn open_alone(place: &str) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt as _;

    File::options().write(true).create(true).truncate(false).share_mode(0).open(place)
}

/// Whether something can lie at `path`, as far as its form tells.
fn can_exist(path: &str) -> bool {
    let name = path.strip_prefix(VERBATIM).unwrap_or(path);
    is_drive_path(path) && units(path) < PATH_UNITS_MAX && !name.contains(['*', '?', '\0'])
}

/// A path in the form in which two names of one file are equal, as far as letters and separators go.
fn comparable(path: &str) -> String {
    let path = path.strip_prefix(VERBATIM).unwrap_or(path);
    String::from(path.replace('/', r"\").to_lowercase().trim_end_matches('\\'))
}

/// Whether `..` leads out of the drive at any point: Windows stays at the root there, and we would leave the
/// scratch directory.
fn climbs_above_root(path: &str) -> bool {
    let mut depth = 0_usize;
    let path = path.strip_prefix(VERBATIM).unwrap_or(path);
    for component in path.split(['\\', '/']).skip(1) {
        // Windows ignores spaces and dots at the end of a name.
        depth = match component.trim_end_matches(' ') {
            "" | "." => depth,
            ".." => match depth.checked_sub(1) {
                Some(depth) => depth,
                None => return true,
            },
            _ => depth + 1,
        };
    }
    false
}

fn units(path: &str) -> usize {
    path.encode_utf16().count()
}

fn unrealizable(reason: &str) -> BackendError {
    BackendError::Unrealizable { reason: String::from(reason) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch() -> Scratch {
        Scratch { root: String::from(r"D:\s"), known: BTreeMap::new() }
    }

    #[track_caller]
    fn check_place(path: &str, expected: &str) {
        assert_eq!(scratch().place(path).unwrap(), expected);
    }

    #[track_caller]
    fn check_unrealizable(path: &str, reason: &str) {
        let error = scratch().place(path).unwrap_err();
        assert_eq!(error.to_string(), reason, "{path}");
    }

    #[test]
    fn drives_lie_below_the_scratch_directory() {
        check_place(r"C:\App\core.dll", r"D:\s\C\App\core.dll");
        check_place(r"c:/App/core.dll", r"D:\s\c/App/core.dll");
        check_place(r"C:\", r"D:\s\C\");
        check_place(r"\\?\C:\App\core.dll", r"\\?\D:\s\C\App\core.dll");
    }

    #[test]
    fn odd_paths_stay_what_they_are() {
        for path in ["", "core.dll", r"\core.dll", "C:core.dll", r"\\server\share\core.dll", r"\\.\pipe\x"] {
            check_place(path, path);
        }
    }

    #[test]
    fn no_path_leaves_the_scratch_directory() {
        check_place(r"C:\App\..\core.dll", r"D:\s\C\App\..\core.dll");
        for path in
            [r"C:\..\core.dll", r"C:\App\..\..\core.dll", r"C:/a/.././../x", r"\\?\C:\..\x", r"C:\.. \x"]
        {
            check_unrealizable(path, "a path that climbs above its drive");
        }
    }

    #[test]
    fn a_path_is_too_long_in_both_places_or_in_none() {
        let path = |units: usize| format!(r"C:\{}", "x".repeat(units - 3));
        check_place(&path(255), &format!(r"D:\s\C\{}", "x".repeat(252)));
        check_unrealizable(&path(256), "a path too long for the scratch directory");
        check_unrealizable(&path(259), "a path too long for the scratch directory");
        check_place(&path(260), &format!(r"D:\s\C\{}", "x".repeat(257)));
    }

    #[test]
    fn files_are_created_unless_the_world_has_none() {
        let directory = tempfile::tempdir().unwrap();
        let file = |path: &str, what| scenario::File { path: String::from(path), what };
        let files = [
            file(r"C:\App\gone.dll", WhatLiesThere::Nothing),
            file(r"C:\Old", WhatLiesThere::Nothing),
            file(r"C:\Data", WhatLiesThere::Directory),
        ];
        let mut scratch = Scratch::new(directory.path(), &files).unwrap();
        let mut exists =
            |path: &str| fs::metadata(scratch.provide(path).unwrap()).map(|found| found.is_dir()).ok();
        assert_eq!(exists(r"C:\App\core.dll"), Some(false));
        assert_eq!(exists(r"\\?\C:\App\other.dll"), Some(false));
        assert_eq!(exists(r"C:\App\new\"), Some(true));
        assert_eq!(exists(r"c:/DATA"), Some(true));
        assert_eq!(exists(r"C:\app\GONE.dll"), None);
        assert_eq!(exists(r"C:\Old\core.dll"), None);
        assert_eq!(exists(r"C:\App\*.dll"), None);
        assert_eq!(exists(r"C:\App"), Some(true));
    }
}
