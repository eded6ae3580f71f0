//! The report for a terminal: the table of checks, the findings, the sections of the command, and the verdict on the
//! last line.

use std::io::{self, Write};

use super::findings::{
    causes, clause_command, clip, first_places, headline, known, label, listed, more_places, new_findings, seen,
    shared_reasons, totals, unlisted,
};
use super::grid::{wrap, write_table};
use super::sections;
use super::style::{DIM, of_severity, of_verdict, tone_of_outcome};
use crate::report::model::{Cell, Finding, Outcome, Report, Summary, counted};
use crate::visible::visible;

pub(super) fn write<T: Summary>(report: &Report<T>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    for line in wrap(&visible(&T::headline(report)), width) {
        writeln!(out, "{line}")?;
    }
    write_checks(report, width, out)?;
    for finding in new_findings(report) {
        write_finding(report, finding, width, out)?;
    }
    if let Some(unlisted) = unlisted(report) {
        writeln!(out, "\n{unlisted}")?;
    }
    if let Some(known) = known(report) {
        writeln!(out)?;
        write_wrapped("", &known, width, out)?;
    }
    for section in T::terminal_sections(report) {
        writeln!(out)?;
        sections::write_human(&section, width, out)?;
    }
    if let Some(reason) = &report.incomplete {
        writeln!(out)?;
        write_wrapped("", &format!("incomplete: {}", clip(reason)), width, out)?;
    }
    writeln!(out)?;
    let verdict = report.verdict();
    let style = of_verdict(verdict);
    let line = format!("{}: {}", verdict.as_str(), totals(report));
    for (number, line) in wrap(&visible(&line), width).into_iter().enumerate() {
        match line.strip_prefix(verdict.as_str()).filter(|_| number == 0) {
            Some(rest) => writeln!(out, "{style}{}{style:#}{rest}", verdict.as_str())?,
            None => writeln!(out, "{line}")?,
        }
    }
    Ok(())
}

/// Writes the table of checks, failures first. Shared reasons are below the table.
fn write_checks<T: Summary>(report: &Report<T>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let listed = listed(report);
    let reasons = shared_reasons(&listed);
    let is_timed = listed.iter().any(|check| check.milliseconds > 0);
    let has_seen = listed.iter().any(|check| !check.seen.is_empty() || check.outcome.reason().is_some());
    let rows: Vec<Vec<Cell>> = listed
        .iter()
        .map(|check| {
            let mut row = vec![
                Cell::text(check.clause.as_deref().or(T::OTHER_RULES).unwrap_or_default()),
                Cell::text(&check.title),
                Cell::text(check.outcome.as_str()).tone(tone_of_outcome(&check.outcome)),
            ];
            row.extend(has_seen.then(|| Cell::text(seen(check, &reasons))));
            row.extend(is_timed.then(|| Cell::number(check.milliseconds)));
            row
        })
        .collect();
    let mut columns = vec!["clause", "check", "result"];
    columns.extend(has_seen.then_some("seen"));
    columns.extend(is_timed.then_some("ms"));
    if !rows.is_empty() {
        write_table(&columns, &rows, width, out)?;
    }
    if !T::LISTS_PASSES {
        match report.count(&Outcome::Pass) {
            0 => {}
            passed => writeln!(out, "{} passed", counted(passed as u64, "check", "checks"))?,
        }
    }
    for (number, reason) in reasons.iter().enumerate() {
        write_wrapped(&format!("({}) ", number + 1), &clip(reason), width, out)?;
    }
    Ok(())
}

fn write_finding<T>(report: &Report<T>, finding: &Finding, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let (style, severity) = (of_severity(finding.severity), finding.severity);
    let times = if finding.count > 1 { format!(" ({} times)", finding.count) } else { String::new() };
    let first = format!("{}{times}: {}", label(finding), clip(&headline(finding)));
    writeln!(out)?;
    for (number, line) in wrap(&visible(&first), width.saturating_sub(2)).into_iter().enumerate() {
        match line.strip_prefix(severity.as_str()).filter(|_| number == 0) {
            Some(rest) => writeln!(out, "{style}{severity}{style:#}{rest}")?,
            None => writeln!(out, "  {line}")?,
        }
    }
    for place in first_places(finding) {
        write_wrapped("  at ", &clip(&place), width, out)?;
    }
    if more_places(finding) > 0 {
        writeln!(out, "  … and {} more", more_places(finding))?;
    }
    let check = report.checks.iter().find(|check| check.id == finding.check);
    let causes = check.map(|check| causes(report, check)).unwrap_or_default();
    if !causes.is_empty() {
        write_wrapped("  ", &format!("may follow from {}", causes.join(", ")), width, out)?;
    }
    if let Some(remedy) = &finding.remedy {
        write_wrapped("  fix: ", remedy, width, out)?;
    }
    match clause_command(finding) {
        Some(command) => writeln!(out, "  {DIM}more: {command}{DIM:#}"),
        None => Ok(()),
    }
}

/// Writes a wrapped text. The first line begins with `lead`, the others are indented by its width.
pub(super) fn write_wrapped(lead: &str, text: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let indent = " ".repeat(lead.len());
    for (number, line) in wrap(&visible(text), width.saturating_sub(lead.len())).into_iter().enumerate() {
        writeln!(out, "{}{line}", if number == 0 { lead } else { &indent })?;
    }
    Ok(())
}
