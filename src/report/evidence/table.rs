//! The check of a bundle, for a person at a terminal.

use std::io::{self, Write};

use super::BundleReport;
use crate::report::human::{BAD, DIM, GOOD};

/// Writes what is wrong with a bundle, and one line to end with.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_bundle(report: &BundleReport, out: &mut dyn Write) -> io::Result<()> {
    for problem in &report.problems {
        writeln!(out, "{BAD}wrong{BAD:#} {problem}")?;
    }
    if let Some(verdict) = &report.verdict {
        writeln!(out, "{DIM}it says{DIM:#} {verdict}")?;
    }
    writeln!(out, "{DIM}sha256{DIM:#}  {}", report.sha256)?;
    let (style, verdict) = match report.problems.len() {
        0 => (GOOD, "ok: nothing is missing, added or changed, and the report adds up".to_owned()),
        1 => (BAD, "1 PROBLEM".to_owned()),
        many => (BAD, format!("{many} PROBLEMS")),
    };
    writeln!(out, "{style}{verdict}{style:#}; {} files in `{}`", report.files, report.bundle)
}
