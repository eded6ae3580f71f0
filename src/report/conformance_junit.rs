//! A conformance run for viewers of test results: a case a check, grouped by clause.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::junit::{self, Ended, Suite, TestCase};
use super::{Check, ConformanceReport, Status};

/// Writes one suite of all checks.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_conformance(report: &ConformanceReport, out: &mut dyn Write) -> io::Result<()> {
    let property = |name: &str, value: String| (name.to_owned(), value);
    let mut properties = vec![
        property("subject", report.subject.clone()),
        property("target", report.target.clone()),
        property("version", report.tool.version.clone()),
        property("extent", report.extent()),
    ];
    properties.extend(report.seed.map(|seed| property("seed", seed.to_string())));
    let cases = report.checks.iter().map(case).collect();
    junit::write(&[Suite { name: format!("{} conform", report.tool.name), properties, cases }], out)
}

fn case(check: &Check) -> TestCase {
    let reason = check.reason.clone().unwrap_or_default();
    let ended = match check.status {
        Status::Pass => Ended::Passed,
        Status::Fail => Ended::Failed { message: message(check), details: details(check) },
        Status::Skip => Ended::Skipped { reason },
        Status::NotApplicable => Ended::Skipped { reason: format!("not applicable: {reason}") },
        Status::Undefined => Ended::Skipped { reason: format!("left open by the documentation: {reason}") },
    };
    TestCase {
        class: format!("conform.{}", check.clause),
        name: format!("{} {}", check.clause, check.title),
        ended,
        output: check.seen.clone(),
        milliseconds: check.milliseconds,
    }
}

/// The first finding, and how many more there are.
fn message(check: &Check) -> String {
    let first = check.findings.first().map_or("broken", |finding| &finding.message);
    match check.found {
        0 | 1 => first.to_owned(),
        found => format!("{first} (and {} more)", found - 1),
    }
}

fn details(check: &Check) -> String {
    let mut details = String::new();
    if !check.consequence_of.is_empty() {
        let _ = writeln!(details, "may follow from {}", check.consequence_of.join(", "));
    }
    for finding in &check.findings {
        let _ = writeln!(details, "{}\n  at {}", finding.message, finding.place);
    }
    let more = check.found.saturating_sub(check.findings.len() as u64);
    if more > 0 {
        let _ = writeln!(details, "… and {more} more");
    }
    details
}
