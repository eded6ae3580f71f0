//! Writes the result of a forwarding run for a terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{ForwardingReport, YesNo};
use crate::report::model::{bytes, counted, duration};

const BAD: Style = AnsiColor::Red.on_default().bold();

/// Writes the result of a forwarding run.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_forwarding(report: &ForwardingReport, out: &mut dyn Write) -> io::Result<()> {
    let fates = &report.fates;
    writeln!(
        out,
        "{} of {} received, {} written to {} as {} in {} ({}, {} stored) in {}",
        counted(fates.received, "event", "events"),
        counted(report.records, "line", "lines"),
        fates.written,
        report.target,
        counted(report.lines, "line", "lines"),
        counted(report.files, "file", "files"),
        bytes(report.text_bytes),
        bytes(report.stored_bytes),
        duration(report.milliseconds),
    )?;
    for (setting, events) in &fates.filtered {
        writeln!(out, "  {events} filtered by {setting}")?;
    }
    for (style, count, what) in [
        (BAD, fates.quarantined, "quarantined: see the reasons on stderr or in the file given by --quarantine"),
        (BAD, fates.unconfirmed, "unconfirmed: an answer was lost, and the object cannot be read"),
        (BAD, fates.pending, "pending: not delivered"),
    ] {
        if count > 0 {
            writeln!(out, "  {style}{count} {what}{style:#}")?;
        }
    }
    if report.conditional == Some(YesNo::No) {
        writeln!(out, "  conditional: no")?;
    }
    if report.earlier_files > 0 {
        writeln!(out, "  {} by earlier starts of this run", counted(report.earlier_files, "file", "files"))?;
    }
    Ok(())
}
