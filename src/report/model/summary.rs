//! What a command adds to the common report.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Format, Report, Section};

/// What only one command has to say, and how its report is shown.
pub trait Summary: Serialize + DeserializeOwned + JsonSchema + Sized {
    /// The command, for instance `policy check`.
    const COMMAND: &'static str;

    /// The name of a check's findings in JUnit and SARIF, for instance `mp-forwarding.conform`.
    const SUITE: &'static str;

    /// The formats that the command offers.
    const FORMATS: &'static [Format] = &Format::COMMON;

    /// Whether a person sees a row for each check that passed; otherwise they are one line.
    const LISTS_PASSES: bool = true;

    /// The first line of the report, for instance `engine writes to the built-in S3`.
    fn headline(report: &Report<Self>) -> String;

    /// How much was checked, for the last line, for instance `14 cases, 651 objects, 9,751 lines`.
    fn extent(report: &Report<Self>) -> String;

    /// The file with findings that are known already and fail nothing, if there is one.
    fn baseline(report: &Report<Self>) -> Option<&str> {
        let _ = report;
        None
    }

    /// What else is shown, in its order.
    fn sections(report: &Report<Self>) -> Vec<Section> {
        let _ = report;
        Vec::new()
    }

    /// What else is shown on a terminal, where plots take too many rows.
    fn terminal_sections(report: &Report<Self>) -> Vec<Section> {
        let mut sections = Self::sections(report);
        sections.retain(|section| !matches!(section, Section::Plot { .. }));
        sections
    }

    /// Names with values for JUnit's properties and the head of Markdown and HTML, for instance the seed.
    fn properties(report: &Report<Self>) -> Vec<(&'static str, String)> {
        let _ = report;
        Vec::new()
    }
}
