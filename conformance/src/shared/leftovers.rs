//! What servers left behind that were killed: directories with a socket on which nobody listens any more.
//!
//! It looks at the clock on the wall: a server that has just begun may not listen yet.

use std::path::Path;

/// How the name of a server's directory begins.
pub(super) const PREFIX: &str = "rstmgr-";

/// The name of the socket in it.
pub(super) const SOCKET: &str = "simulation";

/// A pipe is gone with its server, and an empty directory harms nobody.
#[cfg(not(unix))]
pub(super) fn sweep(_own: &Path) {}

/// Removes the directories beside `own` whose servers are dead: of the same user, for this user alone, and with nothing
/// in them but a socket that is old and refuses connections.
#[cfg(unix)]
pub(super) fn sweep(own: &Path) {
    use std::fs;

    let Some(entries) = own.parent().and_then(|parent| fs::read_dir(parent).ok()) else { return };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        let directory = entry.path();
        if is_ours && directory != own && unix::is_dead(&directory, own) {
            // Another one that sweeps may have been faster, and what is not empty stays.
            let _removed = fs::remove_file(directory.join(SOCKET)).and_then(|()| fs::remove_dir(&directory));
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::io;
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
    use std::path::Path;
    use std::time::Duration;

    use interprocess::ConnectWaitMode;
    use interprocess::local_socket::prelude::*;
    use interprocess::local_socket::{ConnectOptions, GenericFilePath};

    use super::SOCKET;

    /// How long a server may need from its socket to its first connection.
    const AGE_MIN: Duration = Duration::from_secs(10);

    /// How long a server that lives may take to show it.
    const CONNECT_MAX: Duration = Duration::from_millis(100);

    /// Whether nobody listens in a directory that is like `own`.
    pub(super) fn is_dead(directory: &Path, own: &Path) -> bool {
        let is_like_own = || {
            let (other, own) = (fs::symlink_metadata(directory)?, fs::symlink_metadata(own)?);
            io::Result::Ok(other.is_dir() && other.uid() == own.uid() && other.mode() == own.mode())
        };
        let socket = directory.join(SOCKET);
        let is_old_socket = || {
            let found = fs::symlink_metadata(&socket)?;
            let age = found.modified()?.elapsed().unwrap_or_default();
            io::Result::Ok(found.file_type().is_socket() && age >= AGE_MIN)
        };
        is_like_own().unwrap_or(false) && is_old_socket().unwrap_or(false) && refuses(&socket)
    }

    fn refuses(socket: &Path) -> bool {
        let Ok(name) = socket.to_fs_name::<GenericFilePath>() else { return false };
        let options = ConnectOptions::new().name(name).wait_mode(ConnectWaitMode::Timeout(CONNECT_MAX));
        options.connect_sync().is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::net::UnixListener;
    use std::path::PathBuf;
    use std::process::Command;

    use super::*;

    /// A directory with a socket on which nobody listens once the listener is dropped.
    fn directory(parent: &Path, name: &str, mode: u32) -> (PathBuf, UnixListener) {
        let path = parent.join(name);
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let listener = UnixListener::bind(path.join(SOCKET)).unwrap();
        (path, listener)
    }

    fn make_old(directory: &Path) {
        let done = Command::new("touch").args(["-d", "2020-01-01"]).arg(directory.join(SOCKET)).status();
        assert!(done.unwrap().success());
    }

    #[test]
    fn only_what_a_dead_server_left_is_swept() {
        let scratch = tempfile::tempdir().unwrap();
        let make = |name, mode| directory(scratch.path(), name, mode);
        let (own, listens) = make("rstmgr-own", 0o700);
        let (dead, _) = make("rstmgr-dead", 0o700);
        let stay = [
            make("rstmgr-public", 0o755).0,
            make("other-dead", 0o700).0,
            make("rstmgr-full", 0o700).0,
            own.clone(),
        ];
        let (living, lives) = make("rstmgr-living", 0o700);
        let (young, _) = make("rstmgr-young", 0o700);
        fs::write(stay[2].join("more"), "").unwrap();
        stay.iter().chain([&dead, &living]).for_each(|directory| make_old(directory));
        fs::create_dir(scratch.path().join("rstmgr-empty")).unwrap();
        sweep(&own);
        assert!(!dead.exists());
        assert!(stay.iter().chain([&living, &young]).all(|directory| directory.exists()));
        assert!(stay[2].join("more").exists() && scratch.path().join("rstmgr-empty").exists());
        drop((listens, lives));
        sweep(&own);
        assert!(!living.exists() && own.exists());
    }
}
