//! Traces that somebody changed so that no Restart Manager can have made them, whatever it answers to the open
//! questions. Lines are counted as in the file: the header is line 1.

use rstmgr_conformance::oracle::Verdict;
use rstmgr_conformance::suite::BackendKind;
use serde_json::Value;

use super::{file_of, judge_open, read, scenario};

/// What was done to a trace.
enum Edit {
    /// This part of this line says this instead; a part that is not there is added.
    Set(usize, &'static str, &'static str),
    /// The line is missing.
    Drop(usize),
    /// The line stands there twice.
    Repeat(usize),
    /// The two have changed places.
    Swap(usize, usize),
    /// Before this line stands another one.
    Add(usize, &'static str),
}
use Edit::{Add, Drop, Repeat, Set, Swap};

/// A doctored trace.
struct Doctored {
    scenario: &'static str,
    edits: &'static [Edit],
    /// The line that no behavior allows.
    at: usize,
    because: &'static str,
}

const fn case(scenario: &'static str, edits: &'static [Edit], at: usize, because: &'static str) -> Doctored {
    Doctored { scenario, edits, at, because }
}

const ALONE: &str = "pages/primary-installer.yaml";
const TOGETHER: &str = "pages/secondary-installer.yaml";
const UPDATE: &str = "event-log/whole-update-is-recorded.yaml";
const CLASSES: &str = "order/windows-consoles-services-shell.yaml";
const REVERSE: &str = "restart/classes-come-back-in-reverse.yaml";
const NO_RESTART: &str = "filters/module-is-closed-and-not-restarted.yaml";
const NO_SHUTDOWN: &str = "filters/process-keeps-running.yaml";
const CANCEL: &str = "cancel/while-a-program-is-waited-for.yaml";
const KILLS: &str = "cancel/between-two-kills-of-one-moment.yaml";
const REFUSAL: &str = "query/refusal-keeps-everybody-running.yaml";
const NOBODY_STOPPED: &str = "restart/after-a-refusal-nobody-was-stopped.yaml";
const DEPENDENT: &str = "services/dependent-hangs.yaml";
const DEPARTED: &str = "get-list/departed-application-stays-listed.yaml";
const LIMIT: &str = "start-session/sixty-fifth-session-is-refused.yaml";
const BUFFER: &str = "filters/buffer-for-three-kinds.yaml";
const COMMAND_LINE: &str = "registration-for-restart/arguments-with-blanks-are-taken-as-they-are.yaml";

#[rustfmt::skip]
const CASES: &[Doctored] = &[
    // Sessions, handles and keys.
    case(ALONE, &[Set(2, "/reply", r#""ERROR_INVALID_HANDLE""#)], 2, "a start takes no handle"),
    case(ALONE, &[Set(2, "/key/length", "31")], 2, "a key has 32 characters"),
    case(ALONE, &[Set(2, "/handle/number", "7")], 2, "no numbering begins at 7"),
    case(ALONE, &[Set(2, "/handle", "null")], 2, "a start that succeeds gives a handle"),
    case(ALONE, &[Set(6, "/reply", r#""ERROR_INVALID_HANDLE""#)], 6, "the handle is open"),
    case(ALONE, &[Set(7, "/open", r#"["main"]"#)], 7, "the session was ended"),
    case(ALONE, &[Set(7, "/steps", "4")], 7, "the scenario has five steps"),
    case(TOGETHER, &[Set(4, "/reply", r#""ERROR_MAX_SESSIONS_REACHED""#), Set(4, "/handle", "null")], 4, "one session is not 64"),
    case(TOGETHER, &[Set(4, "/handle/number", "9")], 4, "no numbering begins at 9"),
    case("end-session/twice.yaml", &[Set(4, "/reply", r#""ERROR_SUCCESS""#)], 4, "an ended handle is no handle"),
    case("end-session/handle-of-another-process.yaml", &[Set(3, "/reply", r#""ERROR_SUCCESS""#)], 3, "handles belong to processes"),
    case("end-session/one-of-two-sessions.yaml", &[Set(3, "/handle", r#"{"number":0,"same_as":"first"}"#)], 3, "the first session still has that handle"),
    case("join-session/malformed-key.yaml", &[Set(3, "/reply", r#""ERROR_SUCCESS""#), Set(3, "/handle", r#"{"number":0}"#)], 3, "31 characters are no key"),
    case("join-session/unknown-key.yaml", &[Set(3, "/reply", r#""ERROR_SUCCESS""#), Set(3, "/handle", r#"{"number":0}"#)], 3, "nobody started a session with that key"),
    case(LIMIT, &[Set(66, "/reply", r#""ERROR_SUCCESS""#)], 66, "64 sessions are open (START-10)"),
    case("database/one-sub-key-for-each-session.yaml", &[Set(5, "/database/1", "null")], 5, "two sessions are open"),
    case("database/one-sub-key-for-each-session.yaml", &[Set(5, "/database/0/owner", r#""other""#)], 5, "setup started the first"),
    case("faults/start-session-without-memory.yaml", &[Set(3, "/reply", r#""ERROR_SUCCESS""#)], 3, "there is no memory"),
    case("roles/secondary-may-not-stop-or-restart.yaml", &[Set(4, "/reply", r#""ERROR_SUCCESS""#)], 4, "a shutdown that succeeds takes time"),
    // Registration and the list.
    case(ALONE, &[Set(3, "/reply", r#""ERROR_INVALID_HANDLE""#)], 3, "the handle is open"),
    case(ALONE, &[Set(3, "/by", r#""editor""#)], 3, "the step names who registers"),
    case(ALONE, &[Set(3, "/arguments/files/0", r#""C:\\App\\other.exe""#)], 3, "the step names the file"),
    case(ALONE, &[Set(4, "/reply", r#""ERROR_SUCCESS""#)], 4, "two entries do not fit into no room"),
    case(ALONE, &[Set(4, "/list/needed", "3")], 4, "two programs use the files"),
    case(ALONE, &[Set(5, "/reply", r#""ERROR_MORE_DATA""#)], 5, "two entries fit into room for two"),
    case(ALONE, &[Set(5, "/list/count", "1")], 5, "both were written"),
    case(ALONE, &[Set(5, "/list/affected/1", "null")], 5, "both were counted"),
    case(ALONE, &[Set(5, "/list/affected/0", "null"), Set(5, "/list/count", "1"), Set(5, "/list/needed", "1")], 5, "the editor uses its own program file"),
    case(ALONE, &[Set(5, "/list/affected/0/type", "5")], 5, "the editor is no console program"),
    case(ALONE, &[Set(5, "/list/affected/0/status", "2")], 5, "nobody was stopped"),
    case(ALONE, &[Set(5, "/list/affected/0/name", r#""other.exe""#)], 5, "that is not its name"),
    case(ALONE, &[Set(5, "/list/affected/0/restartable", "true")], 5, "it never registered for restart"),
    case(ALONE, &[Set(5, "/list/reasons", "4")], 5, "nobody is critical"),
    case(ALONE, &[Set(5, "/list/affected/0/terminal_session", "2")], 5, "everybody is in terminal session 1"),
    case(ALONE, &[Set(5, "/arguments/capacity", "3")], 5, "the step states the capacity"),
    case(ALONE, &[Swap(3, 4)], 3, "steps come in their order"),
    case(ALONE, &[Drop(5)], 5, "no step is left out"),
    case(ALONE, &[Repeat(6)], 7, "the session is ended once"),
    case("get-list/array-with-one-place-too-few.yaml", &[Set(4, "/list/needed", "2")], 4, "three programs use the file"),
    case("applications/critical-process.yaml", &[Set(5, "/list/reasons", "0")], 5, "a critical process needs a reboot (TYPE-36)"),
    case(DEPARTED, &[Set(6, "/list/affected/0/status", "1")], 6, "it does not run any more"),
    case(DEPARTED, &[Set(6, "/list/affected/0/status", "2")], 6, "the Restart Manager did not stop it"),
    case("paths/directory-is-accepted-and-refused-by-the-list.yaml", &[Set(4, "/reply", r#""ERROR_SUCCESS""#)], 4, "directories are refused (REG-05)"),
    // Filters.
    case(BUFFER, &[Set(7, "/filters/filters/0/next", "60")], 7, "the next entry lies 64 bytes on"),
    case(BUFFER, &[Set(7, "/filters/filters/1", "null")], 7, "three filters were added"),
    case(BUFFER, &[Set(7, "/filters/filters/1/action", "1")], 7, "it was added with 2"),
    case(BUFFER, &[Set(6, "/filters/needed", "100")], 6, "three entries need 144 bytes"),
    case(NO_SHUTDOWN, &[Add(7, r#"{"step":4,"at":"0.000s","told":"editor","what":"query","window":"main","flags":1,"cause":"own"}"#)], 7, "a filter keeps it from being asked (FILT-05)"),
    case(NO_SHUTDOWN, &[Set(11, "/messages", r#"[{"at":"0.000s","what":"close","window":"main","cause":"own"}]"#)], 11, "nobody told it"),
    case(NO_RESTART, &[Add(19, r#"{"step":7,"at":"0.000s","started":"editor","by":"restart-manager"}"#)], 19, "a filter keeps it from being restarted (FILT-06)"),
    // Percentages.
    case(UPDATE, &[Set(13, "/status", "101")], 13, "percentages end at 100 (STATUS-02)"),
    case(UPDATE, &[Set(13, "/status", "50")], 13, "one of one is all"),
    case(UPDATE, &[Set(14, "/status", "[0,50,100]")], 14, "50 was never told"),
    case(UPDATE, &[Drop(7)], 13, "who returns was told 0, and the line is missing"),
    case(UPDATE, &[Swap(13, 14)], 13, "nothing is told after the return"),
    case(CLASSES, &[Set(16, "/status", "20")], 16, "percentages ascend"),
    case(CLASSES, &[Set(12, "/status", "40"), Set(16, "/status", "20")], 12, "one of five is 20"),
    case(CLASSES, &[Repeat(20)], 21, "60 is told once"),
    case(KILLS, &[Repeat(17)], 18, "50 is told once"),
    // Who is asked and told, and in which order.
    case(UPDATE, &[Drop(8)], 8, "it answered a query that nobody sent"),
    case(UPDATE, &[Set(9, "/answer", r#""refuses""#)], 9, "it always agrees"),
    case(UPDATE, &[Set(10, "/ending", "false")], 10, "it agreed, and so did everybody"),
    case(UPDATE, &[Set(8, "/flags", "7")], 8, "no query has such flags"),
    case(UPDATE, &[Set(8, "/window", r#""tray""#)], 8, "it has no such window"),
    case(UPDATE, &[Set(8, "/cause", r#""dependency""#)], 8, "no program depends on it"),
    case(UPDATE, &[Set(10, "/what", r#""killed""#)], 10, "nobody is killed without force (SHUT-16)"),
    case(UPDATE, &[Drop(10)], 10, "it does not leave before it is told to"),
    case(UPDATE, &[Swap(11, 12)], 11, "it is stopped once it has left"),
    case(UPDATE, &[Drop(6)], 6, "the shutdown has not begun"),
    case(UPDATE, &[Repeat(6)], 7, "it begins once"),
    case(CLASSES, &[Swap(13, 17)], 13, "console programs come before services (ORDER-01)"),
    case(CLASSES, &[Set(10, "/at", r#""2.000s""#)], 10, "the editor leaves after a second"),
    case(CLASSES, &[Set(30, "/messages/2", "null")], 30, "the editor was told to close"),
    case(REFUSAL, &[Set(10, "/ending", "true")], 10, "somebody refused"),
    case(REFUSAL, &[Set(13, "/reply", r#""ERROR_SUCCESS""#)], 13, "somebody refused"),
    case(REFUSAL, &[Set(14, "/world/applications/1/is", r#""stopped""#)], 14, "it refused and runs on"),
    case(DEPENDENT, &[Add(7, r#"{"step":3,"at":"0.000s","told":"database","what":"stop","cause":"own"}"#)], 7, "its dependent has not stopped (REG-16)"),
    case(DEPENDENT, &[Set(9, "/reply", r#""ERROR_SUCCESS""#)], 9, "a service could not be stopped"),
    case(DEPENDENT, &[Set(9, "/took", r#""5.000s""#)], 9, "20 s passed since it began"),
    // Cancellation.
    case(CANCEL, &[Set(11, "/reply", r#""ERROR_SUCCESS""#)], 11, "it was cancelled, and the editor runs"),
    case(CANCEL, &[Add(12, r#"{"step":3,"at":"2.000s","told":"editor","what":"close","window":"main","cause":"own"}"#)], 12, "nobody is told after the return"),
    case(CANCEL, &[Set(24, "/world/applications/0/is", r#""restarted""#)], 24, "nobody started it"),
    case(CANCEL, &[Set(15, "/left", r#""setup""#)], 15, "the installer runs on"),
    case(KILLS, &[Add(19, r#"{"step":3,"at":"30.000s","told":"player","what":"query","window":"main","flags":1,"cause":"own"}"#)], 19, "nobody is asked after a cancellation"),
    case(KILLS, &[Set(14, "/at", r#""29.500s""#)], 14, "nobody is killed at half a second"),
    case(KILLS, &[Set(14, "/at", r#""31.000s""#)], 14, "the time is up after 30 s"),
    // Restart.
    case(UPDATE, &[Set(18, "/by", r#""itself""#)], 18, "it does not come back by itself"),
    case(UPDATE, &[Drop(18)], 18, "it is recorded as restarted and never started"),
    case(UPDATE, &[Set(21, "/reply", r#""ERROR_FAIL_RESTART""#)], 21, "everybody was restarted"),
    case(NOBODY_STOPPED, &[Add(13, r#"{"step":4,"at":"0.000s","started":"editor","by":"restart-manager"}"#)], 13, "it was never stopped"),
    case(NOBODY_STOPPED, &[Set(15, "/world/applications/0/started_by", r#""restart-manager""#)], 15, "it runs since the beginning"),
    case(REVERSE, &[Swap(27, 34)], 27, "the shell comes back before the console programs"),
    case(COMMAND_LINE, &[Set(20, "/world/applications/0/command_line", r#""editor.exe""#)], 20, "it is restarted with its arguments"),
    case(COMMAND_LINE, &[Set(2, "/result", "2147942487")], 2, "the command line is short enough"),
    // The event log and files.
    case(UPDATE, &[Set(12, "/logged/id", "10006")], 12, "it was stopped"),
    case(UPDATE, &[Set(12, "/logged/user", r#""bob""#)], 12, "alice stopped it"),
    case(UPDATE, &[Set(12, "/logged/files", "3")], 12, "one file was registered"),
    case(UPDATE, &[Set(15, "/reply", r#""ERROR_SHARING_VIOLATION""#)], 15, "nobody uses the file any more"),
    case(UPDATE, &[Set(23, "/records/0", "null")], 23, "a session began"),
    case("replacing-files/unregistered-file-stays-in-use.yaml", &[Set(14, "/reply", r#""ERROR_SUCCESS""#)], 14, "somebody uses the file"),
    case("shutdown/windowless-program-keeps-everybody-running.yaml", &[Set(4, "/reply", r#""ERROR_CANCELLED""#)], 4, "nobody cancelled it"),
];

#[test]
fn doctored_traces_are_rejected_at_the_line_that_cannot_be() {
    let wrong: Vec<String> = CASES.iter().filter_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(CASES.len() >= 60, "{} cases", CASES.len());
}

/// What the oracle says of a doctored trace, unless it is what the case says.
fn check(case: &Doctored) -> Option<String> {
    let (scenario, source) = scenario(case.scenario);
    let run = BackendKind::Simulated.run(&scenario).expect("a simulator can be asked");
    let file = String::from_utf8(file_of(&scenario, &source, &run)).expect("a trace is UTF-8");
    let mut lines: Vec<String> = file.lines().map(str::to_owned).collect();
    case.edits.iter().for_each(|edit| doctor(&mut lines, edit));
    assert_ne!(lines.join("\n"), file.trim_end(), "{}: nothing was changed", case.because);
    let judgment = judge_open(&read("doctored.jsonl", lines.join("\n").as_bytes()));
    let seen = match &judgment.verdict {
        Verdict::Rejected(rejection) if rejection.line.number == case.at && !rejection.allowed.is_empty() => {
            return None;
        }
        Verdict::Rejected(rejection) => {
            format!("rejected at {}, {:?}", rejection.line.number, rejection.allowed)
        }
        Verdict::Accepted(_) => String::from("accepted"),
        Verdict::Undecided(_) => String::from("undecided"),
    };
    Some(format!("{}, {} at {}: {seen}", case.scenario, case.because, case.at))
}

fn doctor(lines: &mut Vec<String>, edit: &Edit) {
    match *edit {
        Set(line, part, says) => {
            let mut value: Value = serde_json::from_str(&lines[line - 1]).expect("a line is JSON");
            set(&mut value, part, serde_json::from_str(says).expect("an edit is JSON"));
            lines[line - 1] = value.to_string();
        }
        Drop(line) => drop(lines.remove(line - 1)),
        Repeat(line) => lines.insert(line, lines[line - 1].clone()),
        Swap(one, other) => lines.swap(one - 1, other - 1),
        Add(line, added) => lines.insert(line - 1, added.to_owned()),
    }
}

/// Sets a part of a line; `null` takes it away.
fn set(value: &mut Value, part: &str, says: Value) {
    let (parent, key) = part.rsplit_once('/').expect("a part begins with a slash");
    match value.pointer_mut(parent).unwrap_or_else(|| panic!("nothing is at {parent:?}")) {
        Value::Array(items) if says.is_null() => drop(items.remove(key.parse().expect("items have numbers"))),
        Value::Array(items) => items[key.parse::<usize>().expect("items have numbers")] = says,
        Value::Object(object) if says.is_null() => {
            object.remove(key).unwrap_or_else(|| panic!("nothing is at {part:?}"));
        }
        Value::Object(object) => drop(object.insert(key.to_owned(), says)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            panic!("{parent:?} has no parts")
        }
    }
}
