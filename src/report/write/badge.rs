//! The verdict as a badge: the JSON that an endpoint of shields.io returns.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::json::write_document;
use crate::report::model::{Outcome, Report, Summary, counted};

/// The content of a badge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Badge {
    /// Always 1.
    pub schema_version: u8,
    /// The text of the left half.
    pub label: String,
    /// The text of the right half.
    pub message: String,
    /// The colour of the right half.
    pub color: String,
}

pub(super) fn write<T: Summary>(report: &Report<T>, out: &mut dyn Write) -> io::Result<()> {
    let (passed, failed) = (report.count(&Outcome::Pass), report.count(&Outcome::Fail));
    let (message, color) = match (passed, failed) {
        (passed, 1..) => {
            (format!("{failed} of {} failed", counted((passed + failed) as u64, "check", "checks")), "red")
        }
        _ if report.incomplete.is_some() => ("incomplete".to_owned(), "orange"),
        (0, 0) => ("nothing checked".to_owned(), "lightgrey"),
        (passed, 0) => (format!("{} passed", counted(passed as u64, "check", "checks")), "brightgreen"),
    };
    let label = format!("{} {}", report.tool.name, report.command);
    write_document(&Badge { schema_version: 1, label, message, color: color.to_owned() }, out)
}
