//! The summary of a conformance run.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::model::{Cell, Report, Section, Summary, Tone, bytes, counted};
use crate::report::{Fates, Format, Histogram};

/// The subject, the cases and the measured values of a conformance run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Conformance {
    /// The forwarder under test; absent if the run could not start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The seed of the generated batches, if batches were generated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The cases of the run.
    pub cases: Vec<Case>,
    /// The sizes of the objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sizes: Option<Histogram>,
    /// The delays from an event to the receipt of its batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateness: Option<Histogram>,
}

/// One case: the settings of a connection, and what was read after the subject ran.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The name of the case.
    pub name: String,
    /// The settings that differ from the documented defaults, by id.
    pub settings: BTreeMap<String, String>,
    /// Input lines.
    pub input_lines: u64,
    /// Objects that were read.
    pub objects: u64,
    /// Lines in the objects.
    pub lines: u64,
    /// Stored bytes of the objects.
    pub stored_bytes: u64,
    /// The subject's own counts of its events, if it reports them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fates: Option<Fates>,
    /// Why the case did not complete; absent if it did. No check evaluates such a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Summary for Conformance {
    const COMMAND: &'static str = "conform";
    const SUITE: &'static str = "mp-forwarding.conform";
    const FORMATS: &'static [Format] = &Format::ALL;

    fn headline(report: &Report<Self>) -> String {
        match &report.summary.subject {
            Some(subject) if report.target == "built-in S3" => {
                format!("{subject} writes to the built-in S3, not to your bucket")
            }
            Some(subject) => format!("{subject} writes to {}", report.target),
            None => report.target.clone(),
        }
    }

    fn extent(report: &Report<Self>) -> String {
        let cases = &report.summary.cases;
        let sum = |of: fn(&Case) -> u64| cases.iter().map(of).sum::<u64>();
        let (objects, lines) = (sum(|case| case.objects), sum(|case| case.lines));
        let extent = format!("{}, {}", counted(objects, "object", "objects"), counted(lines, "line", "lines"));
        match report.summary.subject {
            Some(_) => format!("{}, {extent}", counted(cases.len() as u64, "case", "cases")),
            None => extent,
        }
    }

    fn sections(report: &Report<Self>) -> Vec<Section> {
        let summary = &report.summary;
        let columns = ["case", "input lines", "objects", "lines", "bytes", "settings that differ from the defaults"];
        let cases = Section::Table {
            title: "Cases".to_owned(),
            columns: columns.map(str::to_owned).to_vec(),
            rows: summary.cases.iter().map(row).collect(),
        };
        let sizes = summary.sizes.iter().map(|sizes| ("Sizes of objects", "bytes as stored", sizes));
        let lateness =
            summary.lateness.iter().map(|lateness| ("Lateness of events", "from event to receipt", lateness));
        let plots = sizes.chain(lateness).filter(|(_, _, histogram)| histogram.total() > 0);
        let plots = plots.map(|(title, about, histogram)| Section::histogram(title, about, histogram));
        [cases].into_iter().chain(plots).collect()
    }

    fn terminal_sections(_: &Report<Self>) -> Vec<Section> {
        Vec::new()
    }

    fn properties(report: &Report<Self>) -> Vec<(&'static str, String)> {
        let subject = report.summary.subject.iter().map(|subject| ("subject", subject.clone()));
        subject.chain(report.summary.seed.map(|seed| ("seed", seed.to_string()))).collect()
    }
}

fn row(case: &Case) -> Vec<Cell> {
    let settings: Vec<String> = case.settings.iter().map(|(id, value)| format!("{id}={value}")).collect();
    let about = match &case.error {
        Some(error) => Cell::text(error).tone(Tone::Bad),
        None => Cell::text(settings.join(" ")),
    };
    let numbers = [case.input_lines, case.objects, case.lines].map(Cell::number);
    let size = Cell { is_number: true, ..Cell::text(bytes(case.stored_bytes)) };
    [Cell::text(&case.name)].into_iter().chain(numbers).chain([size, about]).collect()
}
