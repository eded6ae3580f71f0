//! The faults of a store as a table for a person.

use std::io::{self, Write};

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::human::{BAD, DIM, GOOD};
use super::{FaultReport, FaultRun, Status};

const COLUMNS: [&str; 11] =
    ["fault", "reads", "struck", "events", "written", "unconfirmed", "pending", "lost", "duplicated", "result", "ms"];

/// Writes one row a fault and way of access, why a run failed, and one line to end with.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_faults(report: &FaultReport, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(COLUMNS);
    for run in &report.runs {
        table.add_row([
            run.fault.clone(),
            if run.may_read { "yes" } else { "no" }.to_owned(),
            run.struck.to_string(),
            run.received.to_string(),
            run.written.map_or("?".to_owned(), |written| written.to_string()),
            run.unconfirmed.to_string(),
            run.pending.to_string(),
            run.lost.to_string(),
            run.duplicated.to_string(),
            run.status.to_string(),
            run.milliseconds.to_string(),
        ]);
    }
    for index in (2..9).chain([10]) {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    writeln!(out, "{} through a faulty S3, with a deadline of {} s", report.subject, report.deadline_seconds)?;
    for line in table.to_string().lines() {
        match line.contains(" FAIL ") {
            true => writeln!(out, "{BAD}{line}{BAD:#}")?,
            false => writeln!(out, "{line}")?,
        }
    }
    for run in report.runs.iter().filter(|run| run.status != Status::Pass) {
        writeln!(out, "\n{BAD}{}{BAD:#} {}", run.fault, run.sentence)?;
        for reason in run.reasons.iter().chain(&run.refusal) {
            writeln!(out, "  {reason}")?;
        }
    }
    let total = |count: fn(&FaultRun) -> u64| report.runs.iter().map(count).sum::<u64>();
    let (style, verdict) = if report.is_ok() { (GOOD, "ok") } else { (BAD, "FAILED") };
    writeln!(
        out,
        "{style}{verdict}{style:#}: {} lost, {} duplicated, {} unconfirmed, {} pending of {} events; {} runs in {:.1} s {DIM}(seed {}){DIM:#}",
        total(|run| run.lost),
        total(|run| run.duplicated),
        total(|run| run.unconfirmed),
        total(|run| run.pending),
        total(|run| run.received),
        report.runs.len(),
        report.milliseconds as f64 / 1000.0,
        report.seed,
    )
}
