//! The verdict of a conformance run as a badge: the JSON that an endpoint of shields.io is asked for.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ConformanceReport, Status, write_document};

/// What shields.io makes a badge of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Badge {
    /// Always 1.
    pub schema_version: u8,
    /// The left half.
    pub label: String,
    /// The right half.
    pub message: String,
    /// The colour of the right half.
    pub color: String,
}

/// Writes a badge that says how many promises were kept.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_conformance(report: &ConformanceReport, out: &mut dyn Write) -> io::Result<()> {
    let (passed, failed) = (report.count(Status::Pass), report.count(Status::Fail));
    let (message, color) = match (passed, failed) {
        (0, 0) => ("nothing proven".to_owned(), "lightgrey"),
        (kept, 0) => (format!("{kept} promises kept"), "brightgreen"),
        (kept, broken) => (format!("{broken} of {} promises broken", kept + broken), "red"),
    };
    write_document(&Badge { schema_version: 1, label: "S3 export".to_owned(), message, color: color.to_owned() }, out)
}
