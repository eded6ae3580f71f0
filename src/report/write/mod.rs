//! Writes a report in each format. Every writer works on the common model and is used by all commands.

mod badge;
mod findings;
mod github;
mod grid;
mod human;
mod json;
mod junit;
mod markdown;
mod metrics;
mod page;
mod sarif;
mod sections;
mod style;

use std::io::{self, Write};

pub use crate::visible::visible;
pub use badge::Badge;
#[cfg(feature = "cli")]
pub(crate) use grid::wrap;
pub use grid::write_table;
pub use json::{Line, RunSummary, write_document, write_lines};
pub(crate) use metrics::{Metric, write_metrics};

use super::model::{Format, Report, Summary, UnknownFormat};

/// The width of a table if the width of the terminal is not known.
pub const DEFAULT_WIDTH: usize = 120;

/// Writes a report in this format. A table is at most `width` columns wide, or [`DEFAULT_WIDTH`] if the width is not
/// known.
///
/// [`Format::Human`] always has colours. Let `out` remove them if they are not wanted.
///
/// # Errors
/// If `out` cannot be written, or the command does not offer the format.
pub fn write<T: Summary>(
    report: &Report<T>,
    format: Format,
    width: Option<usize>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if !T::FORMATS.contains(&format) {
        return Err(UnknownFormat::name(format.as_str(), T::FORMATS).into());
    }
    match format {
        Format::Human => human::write(report, width.unwrap_or(DEFAULT_WIDTH), out),
        Format::Json => json::write_document(report, out),
        Format::Jsonl => json::write_report_lines(report, out),
        Format::Junit => junit::write(report, out),
        Format::Markdown => markdown::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Badge => badge::write(report, out),
        Format::Github => github::write(report, out),
        Format::Html => page::write(report, out),
    }
}
