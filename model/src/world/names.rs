//! Texts, paths and service names of a world, each kept once and known by number.

mod interner;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::interner::Interner;
use super::{FileFact, SERVICE_NAME_MAX, ServiceId, numbers};
use crate::call::Reply;
use crate::path::{PATH_LENGTH_MAX, RedirectionRule, normalize, redirect};

numbers! {
    /// A text that the list can show.
    pub TextId
    /// A path as somebody wrote it.
    pub PathId = PATH
    /// A file by its full name; several can be one file.
    pub(crate) FileId = FILE
    /// The name under which somebody registers a service.
    pub ServiceNameId
}

#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    by_text: BTreeMap<Arc<str>, TextId>,
    texts: Vec<Arc<str>>,
}

impl Texts {
    pub(super) fn intern(&mut self, text: &str) -> TextId {
        if let Some(known) = self.find(text) {
            return known;
        }
        let id = TextId(next(self.texts.len()));
        let text: Arc<str> = Arc::from(text);
        self.texts.push(Arc::clone(&text));
        self.by_text.insert(text, id);
        id
    }

    pub(super) fn find(&self, text: &str) -> Option<TextId> {
        self.by_text.get(text).copied()
    }

    pub(super) fn get(&self, id: TextId) -> &Arc<str> {
        &self.texts[id.index()]
    }
}

/// What is known of a path as it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathInfo {
    /// The file by its full name.
    pub(crate) file: FileId,
    /// Where a 32-bit program's path really leads, if redirection has a rule for it.
    pub(crate) redirected: Option<(FileId, RedirectionRule)>,
    /// The length as written, in UTF-16 units.
    pub(crate) length: u32,
    /// What is odd about it.
    pub(crate) oddity: Oddity,
    /// Whether it was written with the prefix `\\?\`.
    pub(crate) is_extended: bool,
    /// The file that a relative path leads to from its caller's current directory, where that is known.
    pub(crate) resolved: Option<FileId>,
}

/// What is odd about a path, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Oddity {
    Empty,
    TooLong,
    Wildcards,
    Relative,
    None,
}

/// What lies at a full name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileState {
    Ordinary,
    Missing,
    Directory,
    CannotBeOpened(Reply),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Paths {
    /// Paths as they are written, in the order of `infos`.
    written: Interner,
    infos: Vec<PathInfo>,
    /// Full names, in the order of `files`.
    names: Interner,
    /// By file: what lies there, and the file that it is another name of (itself, if none).
    files: Vec<(FileState, FileId)>,
}

impl Paths {
    /// Adds or finds a path; a relative one starts at `directory`, if that is known.
    pub(super) fn intern(&mut self, path: &str, directory: Option<&str>) -> PathId {
        if let Some(known) = self.written.find(path).map(PathId) {
            let is_relative = self.info(known).oddity == Oddity::Relative;
            match directory.filter(|_| is_relative) {
                Some(directory) => return self.intern_relative(path, directory),
                None => return known,
            }
        }
        let normalized = normalize(path);
        if let Some(directory) = directory.filter(|_| !normalized.is_full && !path.is_empty()) {
            return self.intern_relative(path, directory);
        }
        let oddity = match () {
            () if path.is_empty() => Oddity::Empty,
            () if normalized.length > PATH_LENGTH_MAX => Oddity::TooLong,
            () if normalized.has_wildcards => Oddity::Wildcards,
            () if !normalized.is_full => Oddity::Relative,
            () => Oddity::None,
        };
        let redirected = redirect(&normalized.name).map(|redirection| {
            let name = redirection.target.as_deref().unwrap_or(&normalized.name);
            (self.intern_name(name), redirection.rule)
        });
        let length = if path.is_ascii() { path.len() } else { path.encode_utf16().count() };
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        let file = self.intern_name(&normalized.name);
        let is_extended = normalized.is_extended;
        self.add(path, PathInfo { file, redirected, length, oddity, is_extended, resolved: None })
    }

    /// Adds a path that is not known yet.
    fn add(&mut self, path: &str, info: PathInfo) -> PathId {
        let (number, is_new) = self.written.intern(path);
        assert!(is_new, "a path is added once");
        self.infos.push(info);
        PathId(number)
    }

    /// Adds or finds a relative path in a directory: the same path in another one is another.
    fn intern_relative(&mut self, path: &str, directory: &str) -> PathId {
        let key = format!("{directory}|{path}");
        if let Some(known) = self.written.find(&key) {
            return PathId(known);
        }
        let full = self.intern(&format!(r"{directory}\{path}"), None);
        let written = self.intern(path, None);
        let info = PathInfo { resolved: Some(self.info(full).file), ..*self.info(written) };
        self.add(&key, info)
    }

    fn intern_name(&mut self, name: &str) -> FileId {
        let (number, is_new) = self.names.intern(name);
        let id = FileId(number);
        if is_new {
            self.files.push((FileState::Ordinary, id));
        }
        id
    }

    pub(super) fn state_fact(&mut self, path: PathId, fact: FileFact) {
        let target = match fact {
            FileFact::AnotherNameOf(other) => Some(self.same_file(self.info(other).file)),
            FileFact::Missing | FileFact::Directory | FileFact::CannotBeOpened(_) => None,
        };
        let file = self.info(path).file;
        let entry = &mut self.files[file.index()];
        match fact {
            FileFact::Missing => entry.0 = FileState::Missing,
            FileFact::Directory => entry.0 = FileState::Directory,
            FileFact::CannotBeOpened(reply) => entry.0 = FileState::CannotBeOpened(reply),
            FileFact::AnotherNameOf(_) => entry.1 = target.unwrap_or(file),
        }
    }

    pub(super) fn info(&self, path: PathId) -> &PathInfo {
        &self.infos[path.index()]
    }

    /// A path as it is written; a relative one without the directory from which it starts.
    pub(super) fn text(&self, path: PathId) -> &str {
        let text = self.written.text(path.0);
        // No path has this character in it but the keys of relative ones.
        if self.info(path).resolved.is_some() {
            text.split_once('|').map_or(text, |(_, path)| path)
        } else {
            text
        }
    }

    /// What is not an ordinary file of its own, each under the first of its paths.
    pub(super) fn facts(&self) -> Vec<(PathId, FileFact)> {
        let first_path = |file: FileId| {
            let place =
                self.infos.iter().position(|info| info.file == file && info.oddity == Oddity::None)?;
            Some(PathId(next(place)))
        };
        let files = (0..).map(FileId).zip(&self.files);
        let facts = files.filter_map(|(file, (state, same))| {
            let path = first_path(file)?;
            if *same != file {
                return Some((path, FileFact::AnotherNameOf(first_path(*same)?)));
            }
            match *state {
                FileState::Ordinary => None,
                FileState::Missing => Some((path, FileFact::Missing)),
                FileState::Directory => Some((path, FileFact::Directory)),
                FileState::CannotBeOpened(reply) => Some((path, FileFact::CannotBeOpened(reply))),
            }
        });
        facts.collect()
    }

    pub(super) fn state(&self, file: FileId) -> FileState {
        self.files[file.index()].0
    }

    pub(super) fn same_file(&self, file: FileId) -> FileId {
        self.files[file.index()].1
    }

    pub(super) fn path_count(&self) -> usize {
        self.infos.len()
    }

    pub(super) fn file_count(&self) -> usize {
        self.files.len()
    }
}

/// What is known of a name under which somebody registers a service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServiceName {
    /// The service of that name, if there is one.
    pub(crate) service: Option<ServiceId>,
    /// The length in UTF-16 units.
    pub(crate) length: u32,
    /// Whether it is longer than a short name can be (TYPE-04).
    pub(crate) is_too_long: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct ServiceNames {
    /// Service names compare without regard to letter case.
    by_name: BTreeMap<String, ServiceNameId>,
    names: Vec<ServiceName>,
}

impl ServiceNames {
    pub(super) fn intern(&mut self, name: &str) -> ServiceNameId {
        let folded = name.to_lowercase();
        if let Some(known) = self.by_name.get(&folded) {
            return *known;
        }
        let id = ServiceNameId(next(self.names.len()));
        let length = name.encode_utf16().count();
        self.names.push(ServiceName {
            service: None,
            length: u32::try_from(length).unwrap_or(u32::MAX),
            is_too_long: length > SERVICE_NAME_MAX,
        });
        self.by_name.insert(folded, id);
        id
    }

    pub(super) fn bind(&mut self, name: &str, service: ServiceId) {
        let id = self.intern(name);
        self.names[id.index()].service = Some(service);
    }

    /// A name, in lower case.
    pub(super) fn text(&self, name: ServiceNameId) -> &str {
        let found = self.by_name.iter().find(|(_, known)| **known == name);
        found.map_or("", |(text, _)| text)
    }

    pub(super) fn get(&self, name: ServiceNameId) -> ServiceName {
        self.names[name.index()]
    }
}

fn next(len: usize) -> u32 {
    u32::try_from(len).expect("a world's names fit into memory")
}
