//! Reports for programs.

use std::io::{self, Write};

use serde::Serialize;

/// Writes one JSON document, indented, with an end of line.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_document(report: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    out.write_all(b"\n")
}

/// Writes one JSON object a line.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_lines<T: Serialize>(lines: impl IntoIterator<Item = T>, out: &mut dyn Write) -> io::Result<()> {
    for line in lines {
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
