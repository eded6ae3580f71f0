//! The part of a report that only one command has.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Format, Report, Section};

/// The part of a report that only one command has, and how the report is shown.
pub trait Summary: Serialize + DeserializeOwned + JsonSchema + Sized {
    /// The command's name, for instance `policy check`.
    const COMMAND: &'static str;

    /// The suite name in JUnit and SARIF, for instance `mp-forwarding.conform`.
    const SUITE: &'static str;

    /// The formats that the command offers.
    const FORMATS: &'static [Format] = &Format::COMMON;

    /// Whether the table has a row for each passed check. Otherwise it shows only their number.
    const LISTS_PASSES: bool = true;

    /// Whose rules the checks without a clause test, for the column of clauses.
    const OTHER_RULES: Option<&'static str> = None;

    /// The first line of the report, for instance `engine writes to the built-in S3`.
    fn headline(report: &Report<Self>) -> String;

    /// The amount that was checked, for the last line, for instance `14 cases, 651 objects, 9,751 lines`.
    fn extent(report: &Report<Self>) -> String;

    /// The file with the known findings, which do not fail the run, if there is one.
    fn baseline(report: &Report<Self>) -> Option<&str> {
        let _ = report;
        None
    }

    /// Further sections, in order.
    fn sections(report: &Report<Self>) -> Vec<Section> {
        let _ = report;
        Vec::new()
    }

    /// Further sections on a terminal, where plots need too many rows.
    fn terminal_sections(report: &Report<Self>) -> Vec<Section> {
        let mut sections = Self::sections(report);
        sections.retain(|section| !matches!(section, Section::Plot { .. }));
        sections
    }

    /// Names and values for JUnit properties and the head of Markdown and HTML, for instance the seed.
    fn properties(report: &Report<Self>) -> Vec<(&'static str, String)> {
        let _ = report;
        Vec::new()
    }
}
