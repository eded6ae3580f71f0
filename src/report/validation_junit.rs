//! A validation for viewers of test results: a case for the reading, and one for each cause of faults.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::junit::{self, Ended, Suite, TestCase};
use super::validation_table::{found, headline, notes, place_of, subject};
use super::{Fault, ValidationReport};
use crate::contract::clause;

/// Writes one suite. What a baseline knows is skipped.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_validation(report: &ValidationReport, out: &mut dyn Write) -> io::Result<()> {
    let property = |name: &str, value: String| (name.to_owned(), value);
    let mut properties = vec![
        property("version", report.tool.version.clone()),
        property("schema", report.schema.clone()),
        property("files", report.files.to_string()),
        property("lines", report.lines.to_string()),
        property("wrong_lines", report.wrong_lines.to_string()),
    ];
    properties.extend(report.baseline.iter().map(|baseline| property("baseline", baseline.file.clone())));
    let mut cases = vec![reading(report)];
    cases.extend(report.faults.iter().map(|fault| cause(fault, report)));
    if report.untold_faults > 0 {
        let message = format!("{} faults of further kinds", report.untold_faults);
        cases.push(case("validate", "further kinds", Ended::Failed { details: message.clone(), message }));
    }
    junit::write(&[Suite { name: format!("{} validate", report.tool.name), properties, cases }], out)
}

fn case(class: &str, name: &str, ended: Ended) -> TestCase {
    TestCase { class: class.to_owned(), name: name.to_owned(), ended, output: String::new(), milliseconds: 0 }
}

/// Whether all was read: without it, no cause is no proof.
fn reading(report: &ValidationReport) -> TestCase {
    let ended = match report.errors.as_slice() {
        [] => Ended::Passed,
        [error] => Ended::Errored { message: error.clone() },
        [error, more @ ..] => Ended::Errored { message: format!("{error} (and {} more)", more.len()) },
    };
    let mut output = subject(report);
    for line in notes(report).iter().map(|note| format!("note: {note}")).chain(report.errors.iter().cloned()) {
        let _ = write!(output, "\n{line}");
    }
    TestCase { output, milliseconds: report.milliseconds, ..case("validate", "every input is read to its end", ended) }
}

fn cause(fault: &Fault, report: &ValidationReport) -> TestCase {
    let place = fault.place.as_deref().unwrap_or_default();
    let name = [fault.clause.as_str(), place, &headline(fault)].join(" ").replace("  ", " ");
    let ended = match &report.baseline {
        Some(baseline) if fault.known => Ended::Skipped { reason: format!("known from {}", baseline.file) },
        _ => Ended::Failed { message: message(fault), details: details(fault) },
    };
    case(&format!("validate.{}", fault.clause), &name, ended)
}

/// The first place, and how many more there are.
fn message(fault: &Fault) -> String {
    let first = fault.findings.first().map(|finding| format!(" at {}{}", finding.place, found(finding, fault)));
    let times = if fault.count == 1 { String::new() } else { format!(" ({} times)", fault.count) };
    format!("{}{}{times}", headline(fault), first.unwrap_or_default())
}

fn details(fault: &Fault) -> String {
    let mut details = String::new();
    for finding in &fault.findings {
        let _ = writeln!(details, "at {}{}", place_of(finding, fault), found(finding, fault));
    }
    let more = fault.count.saturating_sub(fault.findings.len() as u64);
    if more > 0 {
        let _ = writeln!(details, "… and {more} more");
    }
    if let Some(remedy) = &fault.remedy {
        let _ = writeln!(details, "to mend it: {remedy}");
    }
    if let Some(clause) = clause::find(&fault.clause) {
        let _ = writeln!(details, "{}: {} ({})", clause.id, clause.sentence, clause.source);
    }
    details
}
