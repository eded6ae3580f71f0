//! The summary of `replay`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::model::{Report, Section, Summary, counted};

/// The lines that were read, and the data that can be sent again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// Lines that were read.
    pub lines: u64,
    /// Lines with nothing to send again.
    pub untouched_lines: u64,
    /// Lines that are not valid batches. Nothing of them is sent.
    pub invalid_lines: u64,
    /// Blocked events that are sent again.
    pub blocked_events: u64,
    /// Events that were forwarded without an attribute and are sent again with it. They arrive twice.
    pub repeated_events: u64,
    /// Blocked event ids without an event on the line.
    pub absent_events: u64,
    /// Blocked attributes and identities that are removed.
    pub removed: u64,
    /// Batches that were made.
    pub batches: u64,
    /// Batches that were held back because they are not strictly valid.
    pub held_back: u64,
    /// The file with the batches; absent if none was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out: Option<String>,
    /// What was sent to the Events API; absent without `--send`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<SentBatches>,
}

/// What became of the batches that `replay --send` made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SentBatches {
    /// The base URL of the Events API.
    pub events_url: String,
    /// Requests that were sent.
    pub requests: u64,
    /// Batches that were accepted.
    pub accepted: u64,
    /// Batches that were accepted before. They were not sent again.
    pub accepted_before: u64,
    /// Batches whose answer was lost, in this run or an earlier one. `--resend` sends them again.
    pub unconfirmed: u64,
    /// Batches that were refused.
    pub refused: u64,
    /// Batches that are longer than a request may be (LIM-1).
    pub too_long: u64,
    /// Batches that were not sent, because the run ended early.
    pub not_sent: u64,
}

impl Summary for Replay {
    const COMMAND: &'static str = "replay";
    const SUITE: &'static str = "mp-forwarding.replay";

    fn headline(report: &Report<Self>) -> String {
        let what = counted(report.summary.batches, "batch", "batches");
        match (&report.summary.out, &report.summary.sent) {
            (_, Some(sent)) => {
                format!("{} of {what} of {} accepted by {}", sent.accepted, report.target, sent.events_url)
            }
            (Some(out), None) => format!("{what} of {} in {out}", report.target),
            (None, None) => format!(
                "{what} of {} could be sent again; nothing was written (--out FILE writes, --send sends)",
                report.target
            ),
        }
    }

    fn extent(report: &Report<Self>) -> String {
        let Replay { blocked_events, repeated_events, lines, .. } = report.summary;
        let events = counted(blocked_events + repeated_events, "event", "events");
        format!("{events} of {}", counted(lines, "line", "lines"))
    }

    fn sections(report: &Report<Self>) -> Vec<Section> {
        let summary = &report.summary;
        let facts = [
            ("blocked events", summary.blocked_events),
            ("events that arrive twice", summary.repeated_events),
            ("blocked ids without an event", summary.absent_events),
            ("blocked attributes and identities removed", summary.removed),
            ("lines with nothing to send again", summary.untouched_lines),
            ("lines that are not valid batches", summary.invalid_lines),
            ("batches held back by --strict", summary.held_back),
        ];
        let sent = summary.sent.clone().unwrap_or_default();
        let sent = [
            ("requests", sent.requests),
            ("batches accepted", sent.accepted),
            ("batches accepted before, not sent again", sent.accepted_before),
            ("batches unconfirmed; --resend sends them again", sent.unconfirmed),
            ("batches refused", sent.refused),
            ("batches longer than a request", sent.too_long),
            ("batches not sent", sent.not_sent),
        ];
        let facts = facts.into_iter().chain(sent).filter(|(_, count)| *count > 0);
        let facts = facts.map(|(name, count)| (name.to_owned(), count.to_string())).collect();
        vec![Section::Facts { title: String::new(), facts }]
    }
}
