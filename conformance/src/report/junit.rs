//! The report for CI systems: `JUnit` XML, a test suite of one test case for each scenario.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::human;
use crate::suite::{Outcome, OutcomeResult};

/// The report on `outcomes`, as XML. Without times, so that the same run gives the same bytes.
///
/// # Errors
///
/// If the XML cannot be made, which no text of a scenario causes.
pub fn report(backend: &str, outcomes: &[Outcome]) -> Result<String, quick_junit::SerializeError> {
    let mut suite = TestSuite::new(format!("rstmgr {backend}"));
    suite.add_test_cases(outcomes.iter().map(test_case));
    let mut report = Report::new("rstmgr");
    report.add_test_suite(suite);
    report.to_string()
}

fn test_case(outcome: &Outcome) -> TestCase {
    let not_passed = |kind, message: String| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(message).set_description(human::outcome(outcome, false));
        status
    };
    let status = match &outcome.result {
        OutcomeResult::Wrong(problems) => {
            not_passed(NonSuccessKind::Error, human::count(problems.len(), "problem"))
        }
        OutcomeResult::OutOfReach(_, error) => {
            not_passed(NonSuccessKind::Error, human::backend_error(error).trim_end().to_owned())
        }
        OutcomeResult::Skipped(_, reason) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(reason.clone());
            status
        }
        OutcomeResult::Ran(_, run) if run.is_accepted() => TestCaseStatus::success(),
        OutcomeResult::Ran(_, run) => {
            let mut message = human::count(run.failures(), "failed expectation");
            if !run.broken_laws.is_empty() {
                message = format!("{message}, {}", human::count(run.broken_laws.len(), "broken law"));
            }
            if !run.left_over.is_nothing() {
                message = format!("{message}, left over in `replay`: {}", run.left_over);
            }
            not_passed(NonSuccessKind::Failure, message)
        }
    };
    TestCase::new(outcome.source.name.clone(), status)
}
