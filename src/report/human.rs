//! Reports for a person at a terminal. Colours are written always; a writer that strips them stands in front of anything
//! that is no terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, Table, presets};

use super::{Check, ConformanceReport, Finding, Status};

/// How many findings of a check a person is shown at once.
const SHOWN: usize = 5;

pub(in crate::report) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(in crate::report) const GOOD: Style = AnsiColor::Green.on_default();
pub(in crate::report) const DIM: Style = Style::new().dimmed();

/// Writes the table of checks, what failed, and one line to end with.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_conformance(report: &ConformanceReport, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["clause", "check", "seen", "result", "ms"]);
    for check in &report.checks {
        table.add_row([
            check.clause.clone(),
            check.title.clone(),
            check.reason.clone().unwrap_or_else(|| check.seen.clone()),
            check.status.to_string(),
            check.milliseconds.to_string(),
        ]);
    }
    writeln!(out, "{} writes to {}", report.subject, report.target)?;
    for line in table.to_string().lines() {
        writeln!(out, "{}", paint(line))?;
    }
    for check in report.checks.iter().filter(|check| check.status == Status::Fail) {
        write_failure(check, out)?;
    }
    let (style, verdict) = if report.is_ok() { (GOOD, "ok") } else { (BAD, "FAILED") };
    writeln!(
        out,
        "{style}{verdict}{style:#}: {}; {} in {:.1} s{}",
        report.tally(),
        report.extent(),
        report.milliseconds as f64 / 1000.0,
        report.seed.map(|seed| format!(" {DIM}(seed {seed}){DIM:#}")).unwrap_or_default(),
    )
}

/// Colours a row by its result.
pub(super) fn paint(row: &str) -> String {
    let style = if row.contains(" FAIL ") {
        BAD
    } else if [" skip ", " n/a ", " open "].iter().any(|word| row.contains(word)) {
        DIM
    } else {
        return row.to_owned();
    };
    format!("{style}{row}{style:#}")
}

fn write_failure(check: &Check, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{BAD}{}{BAD:#} {}", check.clause, check.title)?;
    if !check.consequence_of.is_empty() {
        writeln!(out, "  {DIM}may follow from {}{DIM:#}", check.consequence_of.join(", "))?;
    }
    for finding in check.findings.iter().take(SHOWN) {
        write_finding(finding, out)?;
    }
    let more = check.found.saturating_sub(check.findings.len().min(SHOWN) as u64);
    if more > 0 { writeln!(out, "  … and {more} more") } else { Ok(()) }
}

fn write_finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let setting = finding.setting.as_ref().map(|id| format!(" [{id}]")).unwrap_or_default();
    writeln!(out, "  {}{setting}", finding.message)?;
    let place = finding.place.to_string();
    if place.is_empty() { Ok(()) } else { writeln!(out, "    {DIM}at {place}{DIM:#}") }
}
