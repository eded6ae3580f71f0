//! A validation for a person at a terminal: each cause once, what the clause says, the first places; then the contents.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::human::{BAD, DIM, GOOD};
use super::{Contents, Fault, Repeated, ValidationReport};
use crate::contract::clause;

/// So many rows of a table of counts are shown.
const ROWS: usize = 30;

/// Writes the faults, what the lines hold, and one line to end with.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_validation(report: &ValidationReport, out: &mut dyn Write) -> io::Result<()> {
    for fault in &report.faults {
        write_fault(fault, out)?;
    }
    if report.untold_faults > 0 {
        writeln!(out, "… and {} faults of further kinds\n", report.untold_faults)?;
    }
    if let Some(contents) = &report.summary {
        write_contents(contents, out)?;
    }
    let faults = report.fault_count();
    let (style, verdict) = match (faults, report.errors.is_empty()) {
        (0, true) => (GOOD, "ok".to_owned()),
        (0, false) => (BAD, "INCOMPLETE".to_owned()),
        (1, _) => (BAD, "1 FAULT".to_owned()),
        _ => (BAD, format!("{faults} FAULTS, {} lines are wrong", report.wrong_lines)),
    };
    let seconds = report.milliseconds as f64 / 1000.0;
    writeln!(
        out,
        "{style}{verdict}{style:#}: {} lines in {} files judged by `{}` ({:.1} MB in {seconds:.2} s)",
        report.lines,
        report.files,
        report.schema,
        report.text_bytes as f64 / 1e6,
    )?;
    if report.stopped {
        writeln!(out, "stopped at --max-errors: the rest was not read")?;
    }
    Ok(())
}

fn write_fault(fault: &Fault, out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = fault.findings.first() else { return Ok(()) };
    let times = if fault.count == 1 { String::new() } else { format!(" ({} times)", fault.count) };
    writeln!(out, "{BAD}{}{BAD:#} {}{times}", first.clause, first.message)?;
    for finding in &fault.findings {
        writeln!(out, "    at {}", finding.place)?;
    }
    let more = fault.count.saturating_sub(fault.findings.len() as u64);
    if more > 0 {
        writeln!(out, "    … and {more} more")?;
    }
    if let Some(clause) = clause::find(&first.clause) {
        writeln!(out, "    {DIM}{}: {} ({}){DIM:#}", clause.id, clause.sentence, clause.source)?;
    }
    writeln!(out)
}

fn write_contents(contents: &Contents, out: &mut dyn Write) -> io::Result<()> {
    let events: u64 = contents.events.values().sum();
    writeln!(
        out,
        "{} batches, {events} events, the longest line has {} bytes",
        contents.batches, contents.longest_line
    )?;
    if let (Some(first), Some(last)) = (&contents.first_event, &contents.last_event) {
        writeln!(out, "events from {first} to {last}")?;
    }
    write_counts("events", &contents.events, out)?;
    write_counts("environments", &contents.environments, out)?;
    write_counts("apps", &contents.apps, out)?;
    let late = &contents.lateness;
    writeln!(
        out,
        "received within a minute {}, an hour {}, a day {}, later {}",
        late.within_a_minute, late.within_an_hour, late.within_a_day, late.later
    )?;
    for (what, Repeated { count, exact }) in
        [("batch_id", &contents.repeated_batches), ("event_id", &contents.repeated_events)]
    {
        if *count > 0 {
            let about = if *exact { "" } else { "about " };
            writeln!(out, "{about}{count} came again with a {what} that was there before")?;
        }
    }
    Ok(())
}

fn write_counts(title: &str, counts: &BTreeMap<String, u64>, out: &mut dyn Write) -> io::Result<()> {
    let mut rows: Vec<(&String, &u64)> = counts.iter().filter(|(_, count)| **count > 0).collect();
    rows.sort_by(|a, b| b.1.cmp(a.1));
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "{DIM}{title}{DIM:#}")?;
    for (name, count) in rows.iter().take(ROWS) {
        writeln!(out, "{count:>12}  {name}")?;
    }
    if rows.len() > ROWS {
        writeln!(out, "{:>12}  more", rows.len() - ROWS)?;
    }
    Ok(())
}
