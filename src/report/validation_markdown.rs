//! A validation for a pull request.

use std::io::{self, Write};

use super::markdown::{code, folded, table, text};
use super::validation_contents::write_contents;
use super::validation_table::{found, headline, notes, place_of, subject, verdict};
use super::{Fault, ValidationReport};
use crate::contract::clause;

/// So many causes are shown: a comment on a pull request has room for no more.
const SHOWN: usize = 50;

/// Writes the verdict, the table of causes with the first place of each, and what to do; what the lines hold is folded
/// away.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_validation(report: &ValidationReport, out: &mut dyn Write) -> io::Result<()> {
    let headline = match (report.new_faults(), report.errors.is_empty()) {
        (0, true) => "The export keeps its contract",
        (0, false) => "The export could not be read as a whole",
        _ => "The export breaks its contract",
    };
    writeln!(out, "## {headline}\n\n**{}**: {}", text(&verdict(report)), text(&subject(report)))?;
    let new = || report.faults.iter().filter(|fault| !fault.known);
    let shown: Vec<&Fault> = new().take(SHOWN).collect();
    if !shown.is_empty() {
        let rows = shown.iter().map(|fault| row(fault));
        writeln!(out, "\n{}", table(["clause", "where in the batch", "what", "times", "first at"], rows))?;
    }
    for fault in &shown {
        writeln!(out, "{}", folded(&summary(fault), &details(fault)))?;
    }
    let further = new().skip(SHOWN).map(|fault| fault.count).sum::<u64>() + report.untold_faults;
    if further > 0 {
        writeln!(out, "… and {further} faults of further kinds\n")?;
    }
    if let Some(contents) = report.summary.as_ref().filter(|_| report.lines > 0) {
        let mut plain = anstream::StripStream::new(Vec::new());
        write_contents(contents, report.files - report.verification_objects, &mut plain)?;
        let plain = String::from_utf8_lossy(&plain.into_inner()).into_owned();
        // Four blanks make a block of code, whatever stands in it.
        let block: String = plain.lines().map(|line| format!("    {line}\n")).collect();
        writeln!(out, "{}", folded("What the right lines hold", &block))?;
    }
    for line in report.errors.iter().chain(&notes(report)) {
        writeln!(out, "- {}", text(line))?;
    }
    writeln!(out, "\n{} {}", text(&report.tool.name), text(&report.tool.version))
}

fn row(fault: &Fault) -> [String; 5] {
    let place = fault.place.as_deref().filter(|place| !place.is_empty());
    let first = fault.findings.first().map(|finding| code(&place_of(finding, fault)));
    [
        text(&fault.clause),
        place.map(code).unwrap_or_default(),
        text(&headline(fault)),
        fault.count.to_string(),
        first.unwrap_or_default(),
    ]
}

fn summary(fault: &Fault) -> String {
    [fault.clause.as_str(), fault.place.as_deref().unwrap_or_default(), &headline(fault)].join(" ").replace("  ", " ")
}

fn details(fault: &Fault) -> String {
    let mut lines: Vec<String> = fault
        .findings
        .iter()
        .map(|finding| format!("- at {}{}", code(&place_of(finding, fault)), text(&found(finding, fault))))
        .collect();
    let more = fault.count.saturating_sub(fault.findings.len() as u64);
    if more > 0 {
        lines.push(format!("- … and {more} more"));
    }
    if let Some(remedy) = &fault.remedy {
        lines.push(format!("\nTo mend it: {}", text(remedy)));
    }
    if let Some(clause) = clause::find(&fault.clause) {
        lines.push(format!("\n{}: {} ({})", text(clause.id), text(clause.sentence), text(clause.source)));
    }
    lines.join("\n")
}
