//! A validation for a person at a terminal: each cause once, with its first places and what the clause says; then what the
//! lines hold; and at the end, where it is seen, the verdict.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::human::{BAD, DIM, GOOD};
use super::validation_contents::{bytes, write_contents};
use super::{Fault, Finding, ValidationReport};
use crate::contract::clause;

/// Writes the faults, what the lines hold, and the verdict.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_validation(report: &ValidationReport, out: &mut dyn Write) -> io::Result<()> {
    let mut told = BTreeSet::new();
    for fault in report.faults.iter().filter(|fault| !fault.known) {
        write_fault(fault, told.insert(&fault.clause), out)?;
    }
    if report.untold_faults > 0 {
        writeln!(out, "… and {} faults of further kinds\n", report.untold_faults)?;
    }
    write_known(report, out)?;
    if let Some(contents) = report.summary.as_ref().filter(|_| report.lines > 0) {
        write_contents(contents, report.files - report.verification_objects, out)?;
    }
    for note in notes(report) {
        writeln!(out, "note: {note}")?;
    }
    write_verdict(report, out)
}

/// A clause says the same each time, so it is quoted once.
fn write_fault(fault: &Fault, is_first_of_clause: bool, out: &mut dyn Write) -> io::Result<()> {
    let place = match fault.place.as_deref() {
        None => String::new(),
        Some("") => " the line".to_owned(),
        Some(place) => format!(" {place}"),
    };
    let times = if fault.count == 1 { String::new() } else { format!(" ({} times)", fault.count) };
    writeln!(out, "{BAD}{}{BAD:#}{place}{times}: {}", fault.clause, headline(fault))?;
    for finding in &fault.findings {
        writeln!(out, "    at {}{}", place_of(finding, fault), found(finding, fault))?;
    }
    let more = fault.count.saturating_sub(fault.findings.len() as u64);
    if more > 0 {
        writeln!(out, "    … and {more} more")?;
    }
    if let Some(remedy) = &fault.remedy {
        writeln!(out, "    to mend it: {remedy}")?;
    }
    if let Some(clause) = clause::find(&fault.clause).filter(|_| is_first_of_clause) {
        writeln!(out, "    {DIM}{}: {} ({}){DIM:#}", clause.id, clause.sentence, clause.source)?;
    }
    writeln!(out)
}

/// What was expected, or what is wrong.
pub(super) fn headline(fault: &Fault) -> String {
    match fault.findings.iter().any(|finding| fault.found(finding).is_some()) {
        true => format!("expected {}", fault.expected),
        false => fault.expected.clone(),
    }
}

/// File and line, and the pointer where the fault's own place has left the indices out.
pub(super) fn place_of(finding: &Finding, fault: &Fault) -> String {
    let mut place = finding.place.clone();
    if place.pointer == fault.place {
        place.pointer = None;
    }
    place.to_string()
}

/// What was found there, where that says more than the headline.
pub(super) fn found(finding: &Finding, fault: &Fault) -> String {
    fault.found(finding).map(|found| format!(": found {found}")).unwrap_or_default()
}

fn write_known(report: &ValidationReport, out: &mut dyn Write) -> io::Result<()> {
    let Some(baseline) = &report.baseline else { return Ok(()) };
    let mut by_clause: BTreeMap<&str, u64> = BTreeMap::new();
    for fault in report.faults.iter().filter(|fault| fault.known) {
        *by_clause.entry(&fault.clause).or_default() += fault.count;
    }
    if !by_clause.is_empty() {
        let counts: Vec<String> = by_clause.iter().map(|(clause, count)| format!("{clause} {count} times")).collect();
        writeln!(out, "known from {}: {}", baseline.file, counts.join(", "))?;
    }
    match baseline.gone {
        0 => Ok(()),
        gone => writeln!(
            out,
            "{gone} of the {} causes in {} were not met again: write it anew, so that they cannot come back unseen",
            baseline.causes, baseline.file
        ),
    }
}

/// What a reader must know to judge the verdict: above all, what was not looked at.
pub(super) fn notes(report: &ValidationReport) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(sample) = &report.sample {
        notes.push(format!(
            "a sample: {} of {} files were read ({}, seed {}); nothing is known of the others",
            sample.chosen, sample.of, sample.share, sample.seed
        ));
    }
    for (count, what) in [
        (report.other_dates, "files are of other dates and were not read"),
        (report.undated, "files have no date in folder or name, and were read whatever --since and --until say"),
        (report.vanished, "objects were deleted after they had been listed"),
        (report.unread, "files were not read"),
    ] {
        if count > 0 {
            notes.push(format!("{count} {what}"));
        }
    }
    if report.stopped {
        notes.push("stopped at --max-errors: the rest was not judged".to_owned());
    }
    notes
}

fn write_verdict(report: &ValidationReport, out: &mut dyn Write) -> io::Result<()> {
    let style = if report.new_faults() == 0 && report.errors.is_empty() { GOOD } else { BAD };
    writeln!(out, "{style}{}{style:#}: {}", verdict(report), subject(report))
}

/// How it ended, in a few words.
pub(super) fn verdict(report: &ValidationReport) -> String {
    let (new, errors) = (report.new_faults(), report.errors.len());
    let known = report.fault_count() - new;
    let mut verdict = match new {
        0 if errors == 0 => "ok".to_owned(),
        0 => "INCOMPLETE".to_owned(),
        1 => "1 FAULT".to_owned(),
        _ => format!("{new} FAULTS"),
    };
    if report.baseline.is_some() && known > 0 {
        verdict.push_str(&format!(", {known} known"));
    }
    if errors > 0 {
        verdict.push_str(&format!(", {} could not be read", many(errors as u64, "input")));
    }
    verdict
}

/// What was read, and in what time.
pub(super) fn subject(report: &ValidationReport) -> String {
    let wrong = if report.wrong_lines > 0 { format!(", {} of them wrong,", report.wrong_lines) } else { String::new() };
    format!(
        "{}{wrong} in {} judged by `{}` ({} in {:.2} s)",
        many(report.lines, "line"),
        many(report.files, "file"),
        report.schema,
        bytes(report.text_bytes),
        report.milliseconds as f64 / 1000.0,
    )
}

fn many(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
