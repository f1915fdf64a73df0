//! What the tests need: compiled C programs, world files, and `rstmgr`; and what came of a program.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rstmgr_conformance::shared::protocol::{INSTALLER_VARIABLE, SERVER_VARIABLE, WORLD_VARIABLE};
use tempfile::TempDir;

/// An editor uses a file, and leaves it after 8 seconds.
pub(crate) const EDITOR: &str = r"version: 1
scenario: An editor that leaves after a while uses a file
installers: { setup: {}, addon: {} }
world:
  editor:
    type: main-window
    opens: ['C:\App\core.dll']
    restart: '--restore'
    on-end-session: { leaves-after: 8s }
";

/// How long anything may take at most before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// A test: its name, what it does, and whether it runs only when it is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Test {
    pub(crate) name: &'static str,
    pub(crate) check: fn(&Setup),
    pub(crate) is_long: bool,
}

/// The tests of these functions, under their names.
macro_rules! tests {
    ($($name:ident),* $(,)?) => {
        &[$($crate::setup::Test { name: stringify!($name), check: $name, is_long: false }),*]
    };
}
pub(crate) use tests;

/// Programs and a world file that all tests share.
#[derive(Clone)]
pub(crate) struct Setup {
    directory: Arc<TempDir>,
}

/// What came of a program.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) printed: String,
    pub(crate) said: String,
}

impl Setup {
    /// Compiles the programs.
    ///
    /// # Errors
    ///
    /// If there is no C compiler.
    pub(crate) fn new() -> Result<Setup, String> {
        let directory = tempfile::tempdir().expect("there is a temporary directory");
        let setup = Setup { directory: Arc::new(directory) };
        setup.compile("installer", &["-pthread", "-lrstrtmgr"])?;
        setup.compile("reload", &["-pthread", "-ldl"])?;
        fs::write(setup.world(), EDITOR).unwrap();
        Ok(setup)
    }

    fn compile(&self, name: &str, libraries: &[&str]) -> Result<(), String> {
        let of_crate = |path: String| Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let mut compiler = Command::new("cc");
        compiler.args(["-std=gnu11", "-Wall", "-Wextra", "-Werror"]);
        compiler.arg("-I").arg(of_crate(String::from("include"))).arg("-o").arg(self.path(name));
        compiler.arg(of_crate(format!("tests/exec/{name}.c")));
        compiler.arg("-L").arg(libraries_directory()).args(libraries);
        let output = compiler.output().map_err(|error| format!("there is no cc: {error}"))?;
        assert!(output.status.success(), "{compiler:?}\n{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// A file of all tests.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The world file.
    pub(crate) fn world(&self) -> PathBuf {
        self.path("world.yaml")
    }

    /// `rstmgr` with a temporary directory of its own.
    pub(crate) fn rstmgr(&self, temporary: &Path) -> Command {
        let mut command = Command::new(env::current_exe().expect("a test is a file"));
        clean(&mut command).env("TMPDIR", temporary).current_dir(temporary);
        command
    }

    /// `rstmgr exec` in the world of all tests; the program is to follow.
    pub(crate) fn exec(&self, temporary: &Path, arguments: &[&OsStr]) -> Command {
        let mut command = self.rstmgr(temporary);
        command.arg("exec").arg("--world").arg(self.world()).args(arguments).arg("--");
        command
    }

    /// An installer that goes this way, by itself.
    pub(crate) fn installer(&self, way: &str) -> Command {
        let mut command = Command::new(self.path("installer"));
        clean(&mut command).arg(way).env("LD_LIBRARY_PATH", libraries_directory());
        command
    }
}

/// The directory in which cargo builds libraries beside tests.
pub(crate) fn libraries_directory() -> PathBuf {
    let program = env::current_exe().expect("a test is a file");
    program.parent().expect("a file lies in a directory").to_path_buf()
}

fn clean(command: &mut Command) -> &mut Command {
    for variable in [SERVER_VARIABLE, WORLD_VARIABLE, INSTALLER_VARIABLE, "RSTMGR_DLL"] {
        command.env_remove(variable);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped())
}

/// Runs a program to its end, and to that of whoever has its output.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> Ended {
    let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    end(child)
}

/// Waits for a program's end, and that of whoever has its output.
#[track_caller]
pub(crate) fn end(mut child: Child) -> Ended {
    let (printed, said) = (child.stdout.take(), child.stderr.take());
    let (sender, receiver) = mpsc::channel();
    let printed = read(printed, sender.clone());
    let said = read(said, sender);
    for _ in 0..2 {
        if receiver.recv_timeout(PATIENCE).is_err() {
            let _gone = child.kill();
            panic!("it hangs");
        }
    }
    let status = child.wait().expect("it is a child");
    Ended { code: status.code(), printed: printed.join().unwrap(), said: said.join().unwrap() }
}

/// Reads a stream to its end, and tells `ended`.
fn read(stream: Option<impl Read + Send + 'static>, ended: mpsc::Sender<()>) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        if let Some(mut stream) = stream {
            let _cut = stream.read_to_string(&mut text);
        }
        // Who waited long enough does not hear it.
        let _heard = ended.send(());
        text
    })
}

impl Ended {
    /// Asserts that it ended with `code` and complained in one line that contains `words`.
    #[track_caller]
    pub(crate) fn complained(&self, code: i32, words: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.said.contains(words), "`{words}` is not in {self:?}");
    }

    /// Asserts that the library said one line that contains `words`, and every call returned 29.
    #[track_caller]
    pub(crate) fn was_unanswered(&self, words: &str) {
        let lines: Vec<_> = self.said.lines().filter(|line| line.starts_with("rstrtmgr: ")).collect();
        assert!(lines.len() == 1 && self.said.contains(words), "`{words}` is not said once in {self:?}");
        assert!(self.printed.lines().all(|line| line.ends_with(" 29")), "{self:?}");
        assert!(!self.printed.is_empty(), "{self:?}");
    }
}
