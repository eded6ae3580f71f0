//! A preflight for viewers of test results: a case a check.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::junit::{self, Ended, Suite, TestCase};
use super::{FaultSeverity, PreflightCheck, PreflightReport, Status};

/// Writes one suite of all checks. Notes, which fail nothing, stand in a case's output.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_preflight(report: &PreflightReport, out: &mut dyn Write) -> io::Result<()> {
    let property = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut properties = vec![property("target", &report.target), property("version", &report.tool.version)];
    properties.extend(report.pod.iter().map(|pod| property("pod", pod)));
    properties.extend(report.inspector.iter().map(|inspector| property("inspector", inspector)));
    if let Some(object) = &report.verification_object {
        properties.push(property("verification_object", &object.key));
    }
    let mut cases: Vec<TestCase> = report.checks.iter().map(case).collect();
    // They are put to the test together.
    if let Some(first) = cases.first_mut() {
        first.milliseconds = report.milliseconds;
    }
    junit::write(&[Suite { name: format!("{} preflight", report.tool.name), properties, cases }], out)
}

fn case(check: &PreflightCheck) -> TestCase {
    let reason = check.reason.clone().unwrap_or_default();
    let ended = match check.status {
        Status::Pass => Ended::Passed,
        Status::Fail => Ended::Failed { message: message(check), details: told(check) },
        Status::Skip => Ended::Skipped { reason },
        Status::NotApplicable => Ended::Skipped { reason: format!("not applicable: {reason}") },
        Status::Undefined => Ended::Skipped { reason: format!("left open by the documentation: {reason}") },
    };
    let notes = if check.status == Status::Fail { String::new() } else { told(check) };
    TestCase {
        class: format!("preflight.{}", check.clause.as_deref().unwrap_or("AWS")),
        name: format!("{} {}", check.id, check.title),
        ended,
        output: [check.seen.as_str(), &notes].join("\n").trim().to_owned(),
        milliseconds: 0,
    }
}

/// The first thing that is wrong, and how many more there are.
fn message(check: &PreflightCheck) -> String {
    let mut wrong = check.findings.iter().filter(|finding| finding.severity != FaultSeverity::Note);
    let first = wrong.next().map_or("it does not hold", |finding| finding.message.as_str());
    match wrong.count() {
        0 => first.to_owned(),
        more => format!("{first} (and {more} more)"),
    }
}

fn told(check: &PreflightCheck) -> String {
    let mut told = String::new();
    for finding in &check.findings {
        let _ = writeln!(told, "{}: {}", finding.severity.as_str(), finding.message);
        if !finding.remedy.is_empty() {
            let _ = writeln!(told, "  do {}", finding.remedy);
        }
    }
    told
}
