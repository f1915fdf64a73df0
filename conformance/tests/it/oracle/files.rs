//! Files that are no traces: each is refused with the place and a help, and nothing panics.

use std::fs;
use std::io::Write as _;

use rstmgr_conformance::suite::BackendKind;
use rstmgr_conformance::trace::RecordedTrace;

use super::{file_of, judge_open, scenario};

/// The lines of a good trace.
fn good() -> Vec<String> {
    let (scenario, source) = scenario("pages/primary-installer.yaml");
    let run = BackendKind::Simulated.run(&scenario).expect("the test is set up right");
    let file = String::from_utf8(file_of(&scenario, &source, &run)).expect("the test is set up right");
    file.lines().map(str::to_owned).collect()
}

/// What is said of a file; `judged` if it can be.
fn said(bytes: &[u8]) -> String {
    match RecordedTrace::parse("t.jsonl", bytes) {
        Ok(_) => String::from("judged"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_is_no_trace_is_refused_at_its_place() {
    let good = good();
    let text = good.join("\n");
    let with = |line: usize, says: &str| {
        let mut lines = good.clone();
        lines[line - 1] = says.to_owned();
        lines.join("\n")
    };
    let header = |from: &str, to: &str| with(1, &good[0].replace(from, to));
    let cases: Vec<(&str, String)> = vec![
        ("empty", String::new()),
        ("an empty line", String::from("\n")),
        ("garbage", String::from("\u{0}\u{1}garbage")),
        ("half a line", text[..text.len() - good[6].len() - 20].to_owned()),
        ("truncated between two lines", good[..4].join("\n")),
        ("only a header", good[0].clone()),
        ("no header", good[1..].join("\n")),
        ("another version", header("\"trace\":1", "\"trace\":3")),
        ("a huge version", header("\"trace\":1", "\"trace\":99999999999999999999999")),
        ("no backend", header("\"backend\"", "\"front\"")),
        ("no text", header("\"text\"", "\"story\"")),
        ("a text that is no scenario", header("version: 1", "version: one")),
        ("another title", header("\"scenario\":\"A lone", "\"scenario\":\"No lone")),
        ("a list", with(3, "[1, 2]")),
        ("a number", with(3, "7")),
        ("no step", with(3, "{\"call\":\"RmGetList\"}")),
        ("step 0", with(3, &good[2].replace("\"step\":2", "\"step\":0"))),
        ("a step too many", with(3, &good[2].replace("\"step\":2", "\"step\":6"))),
        ("a negative step", with(3, &good[2].replace("\"step\":2", "\"step\":-1"))),
        ("half a step", with(3, &good[2].replace("\"step\":2", "\"step\":2.5"))),
        ("a huge step", with(3, &good[2].replace("\"step\":2", "\"step\":18446744073709551616"))),
        ("a number beyond all", with(3, &good[2].replace("\"step\":2", "\"step\":1e999"))),
        ("deep nesting", with(3, &"[".repeat(100_000))),
        ("a line behind the last", format!("{text}\n{}", good[2])),
        ("two traces", format!("{text}\n{text}")),
        ("UTF-16", String::from("\u{feff}{")),
        ("line ends of Windows", good.join("\r\n")),
        ("an end of line at the end", format!("{text}\n")),
        (
            "exchanged lines",
            [&good[0], &good[2], &good[1], &good[3], &good[4], &good[5], &good[6]]
                .map(String::as_str)
                .join("\n"),
        ),
        (
            "a huge number",
            with(5, &good[4].replace("\"needed\":2", "\"needed\":340282366920938463463374607431768211456")),
        ),
    ];
    let shown: Vec<String> =
        cases.iter().map(|(name, text)| format!("{name}: {}", said(text.as_bytes()))).collect();
    insta::assert_snapshot!("files that are no traces", shown.join("\n"));
}

/// Whatever is cut off or changed somewhere: it is refused or judged.
#[test]
fn no_change_of_a_byte_makes_a_panic() {
    let text = good().join("\n").into_bytes();
    let start = good()[0].len();
    for place in (0..text.len()).step_by(41) {
        said(&text[..place]);
        if place > start {
            for byte in [b'9', b'"', b'{', 0xff] {
                let mut changed = text.clone();
                changed[place] = byte;
                if let Ok(trace) = RecordedTrace::parse("t.jsonl", &changed) {
                    judge_open(&trace);
                }
            }
        }
    }
}

#[test]
fn a_line_without_end_and_a_file_without_end_are_refused_before_they_are_read() {
    let directory = tempfile::tempdir().expect("the test is set up right");
    let path = directory.path().join("t.jsonl");
    let read = || RecordedTrace::read(&path).map_err(|error| (error.line, error.message));
    // A file of holes: it takes no room on most disks.
    fs::File::create(&path)
        .expect("the test is set up right")
        .set_len(1 << 30)
        .expect("the test is set up right");
    assert_eq!(read().unwrap_err(), (None, String::from("it is larger than 256 MiB")));
    let mut file = fs::File::create(&path).expect("the test is set up right");
    writeln!(file, "{}", good()[0]).expect("the test is set up right");
    file.set_len(40 << 20).expect("the test is set up right");
    assert_eq!(read().unwrap_err(), (Some(2), String::from("the line is longer than 32 MiB")));
    fs::remove_file(&path).expect("the test is set up right");
    assert!(read().unwrap_err().1.starts_with("it cannot be read: "));
    assert!(RecordedTrace::read(directory.path()).is_err(), "a directory is no trace");
}
