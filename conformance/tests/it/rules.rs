//! A rule is told where it applies, and of plain situations nothing else.

use std::collections::BTreeSet;

use rstmgr_conformance::suite::{self, BackendKind, OutcomeResult};
use rstmgr_conformance::trace::Trace;
use rstmgr_model::Rule;
use serde_json::Value;

use crate::scenarios_directory;

/// A step of a scenario by its line, which of the rules nearby apply in it, and which do not.
struct Situation {
    file: &'static str,
    line: u64,
    applies: &'static [&'static str],
    does_not: &'static [&'static str],
}

const fn of(
    file: &'static str,
    line: u64,
    applies: &'static [&'static str],
    does_not: &'static [&'static str],
) -> Situation {
    Situation { file, line, applies, does_not }
}

const SITUATIONS: &[Situation] = &[
    // The first session of the one user: far from the limit, and in nobody else's hive.
    of(
        "register-resources/three-null-arrays-are-accepted.yaml",
        5,
        &["START-01", "GEN-14"],
        &["START-05", "OBS-START-15"],
    ),
    of("start-session/sixty-fifth-session-is-refused.yaml", 10, &["START-05"], &[]),
    // Nothing is named, in none of the three ways; then in one of them.
    of("register-resources/three-null-arrays-are-accepted.yaml", 6, &["REG-04"], &["GEN-09", "OBS-REG-11"]),
    of("register-resources/caller-registers-its-own-process.yaml", 6, &["REG-05"], &["GEN-09", "OBS-REG-11"]),
    of("register-resources/stopped-service-is-not-affected.yaml", 10, &["REG-06"], &["GEN-09", "OBS-REG-11"]),
    of("probes/resources/empty-name.yaml", 10, &[], &["GEN-09"]),
    // The second spelling names the file again; nothing of it was redirected.
    of("paths/two-spellings-give-one-entry.yaml", 8, &["OBS-REG-11"], &["WOW64-08"]),
    // Redirected, and named once.
    of("wow64/drivers-beside-etc-are-redirected.yaml", 10, &["WOW64-01"], &["WOW64-08", "OBS-REG-11"]),
    // The process is gone, and nobody has its start time.
    of("clients/powertoys-shell-restart-names-a-shell-that-is-gone.yaml", 13, &[], &["REG-20", "TYPE-42"]),
    // One secondary is not more than one, and what registered nothing leaves nothing behind.
    of("join-session/key-in-other-letter-case.yaml", 10, &["JOIN-01"], &["JOIN-14"]),
    of("clients/wix-register-restart-resources-has-no-rows.yaml", 12, &[], &["END-14"]),
    // Who never had the handle cannot end it a second time.
    of("end-session/never-started.yaml", 6, &["END-05"], &["OBS-END-01"]),
    // Nobody came between the two calls, and the one reason is not one of several.
    of(
        "register-resources/caller-registers-its-own-process.yaml",
        8,
        &["TYPE-38", "GEN-10", "LIST-16"],
        &["OBS-LIST-03", "TYPE-15", "TYPE-39"],
    ),
    of(
        "applications/critical-process-may-not-be-stopped-either.yaml",
        10,
        &["TYPE-15", "TYPE-39", "OBS-LIST-17"],
        &[],
    ),
    // The directory is all that is registered: there is no list that it could spoil for others.
    of("paths/directory-is-accepted-and-refused-by-the-list.yaml", 10, &["LIST-14"], &["OBS-REG-05"]),
    // It has a host of its own, and nobody depends on it.
    of("applications/service-is-always-restartable.yaml", 12, &["TYPE-50"], &["SVC-09"]),
    of("probes/restart/service-started.yaml", 16, &[], &["ORDER-06", "SVC-02"]),
    of("services/manager-refuses-what-is-not-accepted.yaml", 10, &["SVC-13"], &["ORDER-07", "SVC-19"]),
    // An elevated installer may, whether or not there is something to stop.
    of("services/manager-cannot-stop-what-does-not-run.yaml", 10, &["SVC-15", "SVC-20"], &[]),
    // An action of 0 is a zero that must be none; another undefined action is not.
    of("filters/arguments-before-the-handle.yaml", 7, &["FILT-09", "GEN-04"], &[]),
    of("filters/undefined-actions-are-refused.yaml", 8, &["FILT-09"], &["GEN-04"]),
    // The first filter and the second; the first that is removed and the second.
    of("filters/one-after-another-is-removed.yaml", 7, &["FILT-33"], &["FILT-07", "FILT-08", "FILT-11"]),
    of("filters/one-after-another-is-removed.yaml", 8, &["FILT-33", "FILT-07"], &["FILT-08", "FILT-11"]),
    of("filters/one-after-another-is-removed.yaml", 10, &["FILT-13"], &["FILT-18"]),
    of("filters/one-after-another-is-removed.yaml", 11, &["FILT-13", "FILT-18"], &[]),
    // What is registered is the file, not the program that opens it; and once the process itself.
    of("filters/letter-case-of-a-module-does-not-count.yaml", 9, &["FILT-33"], &[]),
    of("probes/shutdown/filtered-holder.yaml", 13, &[], &["FILT-33"]),
    // A handle without a session: each function has its own rule.
    of("filters/unknown-handle-is-refused.yaml", 6, &["FILT-11", "GEN-08"], &[]),
    of("filters/unknown-handle-is-refused.yaml", 7, &["GEN-08"], &["FILT-11"]),
    of("filters/unknown-handle-is-refused.yaml", 8, &["GEN-08"], &["FILT-11"]),
    // One filter has none after it.
    of("probes/operations/filter-texts.yaml", 14, &[], &["FILT-24", "TYPE-56"]),
    // No file is registered whose lock could outlive the call.
    of("probes/shutdown/filtered-holder.yaml", 14, &[], &["OBS-SHUT-17"]),
    // One of the two flags, not both.
    of("shutdown/only-registered-and-one-is-not-if-350.yaml", 10, &["SHUT-22"], &["SHUT-23"]),
    // The shell is told to exit and not asked; the program that is asked answers at once.
    of("shutdown/shell-takes-its-time.yaml", 9, &[], &["OBS-SHUT-03"]),
    of("shutdown/program-leaves-a-millisecond-before-its-time.yaml", 13, &["OBS-SHUT-03"], &["APP-08"]),
    // To cancel is to ask, and makes no list.
    of("probes/operations/late-cancel.yaml", 17, &["CANCEL-01"], &["GEN-10", "LIST-01", "LIST-16"]),
    // The window answers for itself, after 4 s.
    of("reboot/window-answers-after-four-seconds.yaml", 8, &[], &["WM-10"]),
    // The program never registered, and nobody restarted it; or has a registration, and lives.
    of(
        "registration-for-restart/settings-of-who-never-registered.yaml",
        8,
        &["ARR-20"],
        &["ARR-25", "ARR-26"],
    ),
    of(
        "registration-for-restart/settings-of-another-process-if-own-process.yaml",
        9,
        &["ARR-20"],
        &["ARR-25", "ARR-26"],
    ),
    // An installer of 64 bits is not redirected.
    of("clients/ms-docs-primary-sample.yaml", 15, &[], &["WOW64-01"]),
];

/// The rules of all calls on a line; in a `meanwhile`, too.
fn told(file: &str, line: u64) -> BTreeSet<String> {
    let outcome = suite::run_file(&scenarios_directory().join(file), &BackendKind::Simulated);
    let OutcomeResult::Ran(scenario, run) = &outcome.result else { panic!("{file} did not run") };
    let trace = String::from_utf8(Trace::new(scenario, run).to_bytes()).expect("a trace is UTF-8");
    let steps = trace.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
    let here: Vec<Value> = steps.filter(|step| step["line"] == line).collect();
    assert!(!here.is_empty(), "nothing stands in line {line} of {file}");
    let rules = here.iter().filter_map(|step| step["rules"].as_array());
    rules.flatten().map(|rule| rule.as_str().expect("a rule is named").to_owned()).collect()
}

#[test]
fn a_rule_is_told_where_it_applies_and_of_plain_situations_nothing_else() {
    for situation in SITUATIONS {
        let Situation { file, line, applies, does_not } = situation;
        let told = told(file, *line);
        for id in applies.iter().chain(*does_not) {
            assert!(Rule::by_id(id).is_some(), "{id} is no rule that the model follows");
        }
        let missing: Vec<_> = applies.iter().filter(|id| !told.contains(**id)).collect();
        let too_many: Vec<_> = does_not.iter().filter(|id| told.contains(**id)).collect();
        assert!(
            missing.is_empty() && too_many.is_empty(),
            "{file}:{line} {missing:?} {too_many:?} of {told:?}"
        );
    }
}
