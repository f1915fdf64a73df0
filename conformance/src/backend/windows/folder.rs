//! The private folder below which a scenario's world lies, and what runs left behind that were killed.
//!
//! It looks at the clock on the wall: a folder that was just made may not be locked yet, and what ends takes a moment
//! to let go of its files.

use std::env;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::thread;
use std::time::{Duration, Instant};

use super::security;

/// How the name of a folder begins.
pub(super) const PREFIX: &str = "rstmgr-";

/// The file in it that is locked as long as its run lives.
const LOCK: &str = "rstmgr.lock";

/// How old a folder must be to count as left behind.
const AGE_MIN: Duration = Duration::from_secs(10);

/// How long what ends may take to let go of its files.
const LETTING_GO: Duration = Duration::from_secs(5);

/// How often that is tried.
const TICK: Duration = Duration::from_millis(20);

/// A folder for this user alone; removed when dropped, or by the next run if this one is killed.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    lock: Option<File>,
}

impl Folder {
    /// Makes one in the temporary folder of this user.
    ///
    /// # Errors
    ///
    /// If there is no such folder, or nothing can be made in it.
    pub(super) fn new() -> io::Result<Folder> {
        static SWEPT: Once = Once::new();
        let parent = env::temp_dir();
        check_there(&parent)?;
        SWEPT.call_once(|| sweep(&parent));
        Folder::below(&parent)
    }

    fn below(parent: &Path) -> io::Result<Folder> {
        let made =
            tempfile::Builder::new().prefix(PREFIX).make_in(parent, security::create_private_folder)?;
        let path = made.into_temp_path().keep().map_err(|error| error.error)?;
        let mut folder = Folder { path, lock: None };
        let lock = File::create(folder.path.join(LOCK))?;
        lock.try_lock().map_err(io::Error::from)?;
        folder.lock = Some(lock);
        Ok(folder)
    }

    /// Where it lies.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Its name, which no other has.
    pub(super) fn name(&self) -> &str {
        self.path.file_name().and_then(|name| name.to_str()).unwrap_or(PREFIX)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(self.lock.take());
        remove(&self.path);
    }
}

fn check_there(parent: &Path) -> io::Result<()> {
    if parent.is_dir() {
        return Ok(());
    }
    let parent = parent.display();
    let message =
        format!("the temporary folder `{parent}` does not exist: make it, or name another with TEMP and TMP");
    Err(io::Error::new(io::ErrorKind::NotFound, message))
}

/// Removes a folder whose files may still be in use for a moment; what stays is left to the next run.
fn remove(path: &Path) {
    let until = Instant::now() + LETTING_GO;
    while fs::remove_dir_all(path).is_err() && path.exists() && Instant::now() < until {
        thread::park_timeout(TICK);
    }
}

/// Removes the folders in `parent` whose runs are dead.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) && is_dead(&path) {
            super::services::remove_all(name);
            remove(&path);
        }
    }
}

/// Whether a folder has the lock of a run, and that run does not hold it any more.
fn is_dead(folder: &Path) -> bool {
    let lock = folder.join(LOCK);
    let is_old = || {
        let found = fs::symlink_metadata(&lock)?;
        let age = found.modified()?.elapsed().unwrap_or_default();
        io::Result::Ok(found.is_file() && age >= AGE_MIN)
    };
    let is_free = || match File::options().read(true).write(true).open(&lock) {
        Ok(file) => match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => false,
        },
        Err(_) => false,
    };
    is_old().unwrap_or(false) && is_free()
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn left_behind(parent: &Path, name: &str, age: Duration) -> PathBuf {
        let folder = parent.join(name);
        fs::create_dir_all(folder.join("C")).unwrap();
        fs::write(folder.join("C").join("core.dll"), "x").unwrap();
        let lock = File::create(folder.join(LOCK)).unwrap();
        lock.set_modified(SystemTime::now() - age).unwrap();
        folder
    }

    #[test]
    fn a_folder_is_gone_with_its_run() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::below(parent.path()).unwrap();
        assert!(folder.name().starts_with(PREFIX) && folder.name().len() > PREFIX.len());
        fs::write(folder.path().join("file"), "x").unwrap();
        let path = folder.path().to_path_buf();
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn without_a_temporary_folder_nothing_is_made() {
        let parent = tempfile::tempdir().unwrap();
        check_there(parent.path()).unwrap();
        let error = check_there(&parent.path().join("none")).unwrap_err();
        assert!(
            error.to_string().ends_with("none` does not exist: make it, or name another with TEMP and TMP")
        );
    }

    #[test]
    fn only_what_dead_runs_left_is_swept() {
        let parent = tempfile::tempdir().unwrap();
        let make = |name, seconds| left_behind(parent.path(), name, Duration::from_secs(seconds));
        let dead = make("rstmgr-dead", 60);
        let stay = [make("rstmgr-young", 1), make("other-dead", 60), parent.path().join("rstmgr-foreign")];
        fs::create_dir(&stay[2]).unwrap();
        let living = Folder::below(parent.path()).unwrap();
        let long_ago = SystemTime::now() - Duration::from_secs(60);
        living.lock.as_ref().unwrap().set_modified(long_ago).unwrap();
        sweep(parent.path());
        assert!(!dead.exists());
        assert!(stay.iter().all(|folder| folder.exists()) && living.path().exists());
    }
}
