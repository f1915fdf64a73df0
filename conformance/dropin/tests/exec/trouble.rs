//! What goes wrong is said once, in a sentence, with an exit code that tells whose fault it is; and nothing hangs.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::setup::{Setup, Test, end, run, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_world_that_cannot_be_read_is_said_before_the_program_runs,
    a_file_that_cannot_be_written_is_said_before_the_program_runs,
    a_program_that_does_not_exist_and_one_that_fails_are_told_apart,
    a_library_that_is_not_there_is_said,
    a_server_that_cannot_begin_is_said,
    a_server_that_is_none_is_said_once,
    a_world_of_its_own_that_is_wrong_is_said_once,
    a_server_that_is_killed_is_said_at_once_and_swept_later,
    a_server_that_was_killed_between_two_calls_is_said,
];

/// What a server says while it is busy, asked or not.
const STILL: &str = r#""still""#;

/// `rstmgr exec` with the installer as the program.
fn exec(setup: &Setup, temporary: &Path, arguments: &[&OsStr]) -> crate::setup::Ended {
    run(setup.exec(temporary, arguments).arg(setup.path("installer")).arg("alone"))
}

/// The same in another world.
fn exec_in(setup: &Setup, world: &Path) -> crate::setup::Ended {
    let scratch = tempfile::tempdir().unwrap();
    let mut command = setup.rstmgr(scratch.path());
    command.arg("exec").arg("--world").arg(world).arg("--").arg(setup.path("installer")).arg("alone");
    run(&mut command)
}

/// Forbids everything; whether that holds, which it does not for root.
fn forbid(path: &Path) -> bool {
    fs::set_permissions(path, Permissions::from_mode(0o000)).unwrap();
    let forbidden = if path.is_dir() { fs::read_dir(path).is_err() } else { fs::read(path).is_err() };
    if !forbidden {
        #[expect(clippy::print_stderr, reason = "who reads the tests' output is to know")]
        {
            eprintln!("skipped: this user may do everything");
        }
    }
    forbidden
}

fn a_world_that_cannot_be_read_is_said_before_the_program_runs(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    let world = scratch.path().join("world.yaml");
    exec_in(setup, &world).complained(2, "world.yaml");
    exec_in(setup, scratch.path()).complained(2, "rectory");
    fs::write(&world, "version: 1\nscenario: Bad\nworld: { editor: { type: windy, opens: 7 } }\n").unwrap();
    let bad = exec_in(setup, &world);
    bad.complained(2, "windy");
    assert_eq!(bad.printed, "");
    if forbid(&world) {
        exec_in(setup, &world).complained(2, "ermission denied");
    }
}

fn a_file_that_cannot_be_written_is_said_before_the_program_runs(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    let check = |file: &Path, words: &str| {
        for option in ["--trace", "--scenario"] {
            let ended = exec(setup, scratch.path(), &[option.as_ref(), file.as_ref()]);
            ended.complained(2, &format!("failed to write {}: ", file.display()));
            ended.complained(2, words);
            assert_eq!((ended.printed.as_str(), ended.said.lines().count()), ("", 1), "{ended:?}");
        }
    };
    check(&scratch.path().join("absent/trace.jsonl"), "No such file or directory");
    check(Path::new("/dev/null/trace.jsonl"), "Not a directory");
    check(scratch.path(), "is a directory");
    let forbidden = scratch.path().join("forbidden");
    fs::create_dir(&forbidden).unwrap();
    if forbid(&forbidden) {
        check(&forbidden.join("trace.jsonl"), "Permission denied");
    }
    fs::remove_dir(&forbidden).unwrap();
    assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0);
}

fn a_program_that_does_not_exist_and_one_that_fails_are_told_apart(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    let ended = run(setup.exec(scratch.path(), &[]).arg("./no-such-setup"));
    ended.complained(2, "error: failed to start ./no-such-setup: No such file or directory");
    assert_eq!(ended.said.lines().count(), 1, "{ended:?}");
    let ended = run(setup.exec(scratch.path(), &[]).arg("false"));
    assert_eq!((ended.code, &*ended.said), (Some(1), ""), "{ended:?}");
    let ended = run(&mut setup.exec(scratch.path(), &[]));
    ended.complained(2, "PROGRAM");
    assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0);
}

fn a_library_that_is_not_there_is_said(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    let absent = scratch.path().join("librstrtmgr.so");
    let words = format!("error: there is no library `{}`", absent.display());
    exec(setup, scratch.path(), &["--dll".as_ref(), absent.as_ref()]).complained(2, &words);
    let mut command = setup.exec(scratch.path(), &[]);
    run(command.arg("true").env("RSTMGR_DLL", &absent)).complained(3, &words);
    // Beside this program there is one, and so the program must lie elsewhere.
    let elsewhere = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let program = elsewhere.path().join("rstmgr");
    fs::hard_link(std::env::current_exe().unwrap(), &program).unwrap();
    let mut command = Command::new(program);
    command.args(["exec", "--world"]).arg(setup.world()).args(["--", "true"]).env_remove("RSTMGR_DLL");
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(
        said.starts_with("error: there is no `librstrtmgr.so` in ") && said.lines().count() == 1,
        "{said}"
    );
}

fn a_server_that_cannot_begin_is_said(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    for temporary in [String::from("/dev/null"), format!("{}/{}", scratch.path().display(), "x".repeat(120))]
    {
        if temporary != "/dev/null" {
            fs::create_dir(&temporary).unwrap();
        }
        let ended = run(setup
            .exec(scratch.path(), &[])
            .arg(setup.path("installer"))
            .arg("alone")
            .env("TMPDIR", &temporary));
        ended.complained(3, "error: failed to serve the simulation: ");
        assert_eq!((&*ended.printed, ended.said.lines().count()), ("", 1), "{ended:?}");
    }
}

fn a_server_that_is_none_is_said_once(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    let socket = scratch.path().join("simulation");
    run(setup.installer("alone").env("RSTMGR_SERVER", &socket)).was_unanswered("cannot reach the simulation");
    for (answers, words) in [
        (&[][..], "is gone: it closed the line"),
        (
            &[r#"{"refused":"it speaks version 2 of the protocol, and the library 1"}"#],
            "the simulation refuses: it speaks version 2 of the protocol, and the library 1",
        ),
        (&["nonsense"], "is gone: "),
        (&[r#"{"done":"#], "is gone: "),
        (&[STILL, r#""welcome""#], "is gone: it closed the line"),
        (&[r#""welcome""#, r#""welcome""#], "said what was not asked"),
    ] {
        let listener = UnixListener::bind(&socket).unwrap();
        let answering = thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(&stream).lines();
            for answer in answers {
                assert!(*answer == STILL || lines.next().is_some(), "it asks nothing");
                (&stream).write_all(format!("{answer}\n").as_bytes()).unwrap();
            }
            // One more question, and the line is closed.
            let _asked = lines.next();
        });
        let ended = run(setup.installer("alone").env("RSTMGR_SERVER", &socket));
        answering.join().unwrap();
        ended.was_unanswered(words);
        fs::remove_file(&socket).unwrap();
    }
}

fn a_world_of_its_own_that_is_wrong_is_said_once(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    let world = scratch.path().join("world.yaml");
    let alone = |world: &Path| run(setup.installer("alone").env("RSTMGR_WORLD", world));
    alone(&world).was_unanswered("cannot read the world file");
    fs::write(&world, "version: 1\nscenario: Bad\nworld: { editor: { type: windy } }\n").unwrap();
    alone(&world).was_unanswered("windy");
    if forbid(&world) {
        alone(&world).was_unanswered("ermission denied");
    }
    run(&mut setup.installer("alone"))
        .was_unanswered("there is no simulation: start the program with `rstmgr exec");
}

fn a_server_that_is_killed_is_said_at_once_and_swept_later(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    let arguments: [&OsStr; 2] = ["--time".as_ref(), "real".as_ref()];
    let mut command = setup.exec(scratch.path(), &arguments);
    let mut server = command.arg(setup.path("installer")).arg("lasting").spawn().unwrap();
    let mut printed = BufReader::new(server.stdout.take().unwrap());
    let mut line = String::new();
    printed.read_line(&mut line).unwrap();
    printed.read_line(&mut line).unwrap();
    assert_eq!(line, "start 0\nregister 0\n");
    // The shutdown is under way, and would be for 8 seconds.
    wait_a_little();
    let killed = Instant::now();
    server.kill().unwrap();
    let mut others = String::new();
    std::io::Read::read_to_string(&mut printed, &mut others).unwrap();
    assert!(killed.elapsed() < Duration::from_secs(4), "{:?}", killed.elapsed());
    assert_eq!(others, "shutdown 29\nend 29\n");
    let ended = end(server);
    assert!(ended.said.starts_with("rstrtmgr: ") && ended.said.lines().count() == 1, "{ended:?}");
    assert!(ended.said.contains("is gone: "), "{ended:?}");
    let left: Vec<_> = fs::read_dir(&scratch).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left.len(), 1, "{left:?}");
    let touched = Command::new("touch").args(["-d", "2020-01-01"]).arg(left[0].join("simulation")).status();
    assert!(touched.unwrap().success());
    assert_eq!(exec(setup, scratch.path(), &[]).code, Some(0));
    assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0);
}

/// The line of an installer that asks nothing is closed, and it is not to die of writing to it.
fn a_server_that_was_killed_between_two_calls_is_said(setup: &Setup) {
    let scratch = tempfile::tempdir().unwrap();
    let mut command = setup.exec(scratch.path(), &[]);
    command.stdin(Stdio::piped());
    let mut server = command.arg(setup.path("installer")).arg("hold").spawn().unwrap();
    let mut printed = BufReader::new(server.stdout.take().unwrap());
    let mut line = String::new();
    printed.read_line(&mut line).unwrap();
    let input = server.stdin.take();
    server.kill().unwrap();
    server.wait().unwrap();
    drop(input);
    std::io::Read::read_to_string(&mut printed, &mut line).unwrap();
    assert_eq!(line, "start 0\nend 29\n");
    let ended = end(server);
    assert!(ended.said.starts_with("rstrtmgr: ") && ended.said.lines().count() == 1, "{ended:?}");
}

#[expect(clippy::disallowed_methods, reason = "nothing says that a call is under way in another process")]
fn wait_a_little() {
    thread::sleep(Duration::from_millis(200));
}
