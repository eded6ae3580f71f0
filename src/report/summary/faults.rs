//! The summary of `conform faults`: the fates of events while S3 has faults.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::model::{Cell, Outcome, Report, Section, Summary, Tone, counted};

/// The runs through a faulty S3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    /// The forwarder under test.
    pub subject: String,
    /// The seed that chooses the affected requests.
    pub seed: u64,
    /// How long the subject may retry while a fault lasts, in seconds.
    pub deadline_seconds: u64,
    /// One run for each fault, with and without permission to read.
    pub runs: Vec<FaultRun>,
}

/// The result of one fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultRun {
    /// The id of the check: the fault's name and `may-read` or `only-put`.
    pub check: String,
    /// The fault's name, for instance `reset-after`.
    pub fault: String,
    /// Whether the writer may read the objects that it wrote.
    pub may_read: bool,
    /// The number of requests that the fault affected.
    pub affected: u64,
    /// Events in the input.
    pub received: u64,
    /// Distinct events in the bucket.
    pub present: u64,
    /// Events that the subject reports as written, if it reports this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<u64>,
    /// Events that the subject reports as unconfirmed because an answer was lost.
    pub unconfirmed: u64,
    /// Events that the subject reports as not delivered before the deadline.
    pub pending: u64,
    /// Events that are neither in the bucket nor reported as missing.
    pub lost: u64,
    /// Additional copies of events in the bucket.
    pub duplicated: u64,
    /// The error that stopped the subject, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// The duration in milliseconds.
    pub milliseconds: u64,
}

impl Summary for Faults {
    const COMMAND: &'static str = "conform faults";
    const SUITE: &'static str = "mp-forwarding.faults";
    const LISTS_PASSES: bool = false;

    fn headline(report: &Report<Self>) -> String {
        let Self { subject, deadline_seconds, .. } = &report.summary;
        format!("{subject} writes to a faulty S3, with a deadline of {deadline_seconds} s")
    }

    fn extent(report: &Report<Self>) -> String {
        let total = |count: fn(&FaultRun) -> u64| report.summary.runs.iter().map(count).sum::<u64>();
        format!(
            "{} lost, {} duplicated, {} unconfirmed, {} pending of {}",
            total(|run| run.lost),
            total(|run| run.duplicated),
            total(|run| run.unconfirmed),
            total(|run| run.pending),
            counted(total(|run| run.received), "event", "events"),
        )
    }

    fn sections(report: &Report<Self>) -> Vec<Section> {
        let columns = [
            "fault",
            "reads",
            "affected",
            "events",
            "written",
            "unconfirmed",
            "pending",
            "lost",
            "duplicated",
            "result",
            "ms",
        ];
        let row = |run: &FaultRun| {
            let check = report.checks.iter().find(|check| check.id == run.check);
            let outcome = check.map_or(&Outcome::Fail, |check| &check.outcome);
            let tone = if *outcome == Outcome::Pass { Tone::Good } else { Tone::Bad };
            vec![
                Cell::text(run.fault.as_str()),
                Cell::text(if run.may_read { "yes" } else { "no" }),
                Cell::number(run.affected),
                Cell::number(run.received),
                run.written.map_or_else(|| Cell::text("unknown"), Cell::number),
                Cell::number(run.unconfirmed),
                Cell::number(run.pending),
                Cell::number(run.lost),
                Cell::number(run.duplicated),
                Cell::text(outcome.as_str()).tone(tone),
                Cell::number(run.milliseconds),
            ]
        };
        let rows = report.summary.runs.iter().map(row).collect();
        vec![Section::Table { title: "runs".to_owned(), columns: columns.map(str::to_owned).to_vec(), rows }]
    }

    fn properties(report: &Report<Self>) -> Vec<(&'static str, String)> {
        vec![("seed", report.summary.seed.to_string())]
    }
}
