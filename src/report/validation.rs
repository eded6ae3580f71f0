//! The report of a validation.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Finding, Tool};

/// What a validation looked at and found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValidationReport {
    /// The program that wrote this.
    pub tool: Tool,
    /// The schema that was judged by, such as `batch.strict`.
    pub schema: String,
    /// Files that were read, verification objects included.
    pub files: u64,
    /// Verification objects among them (ACC-6).
    pub verification_objects: u64,
    /// Lines, blank ones included.
    pub lines: u64,
    /// Lines with a fault.
    pub wrong_lines: u64,
    /// Bytes of text.
    pub text_bytes: u64,
    /// Bytes as stored.
    pub stored_bytes: u64,
    /// What is wrong, one entry a cause, in the order of the first places.
    pub faults: Vec<Fault>,
    /// Faults of further causes, past the first thousand causes.
    pub untold_faults: u64,
    /// Inputs that could not be read, or not to their end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
    /// Whether it was stopped at `--max-errors`, so that the rest was not read.
    pub stopped: bool,
    /// What the right lines hold, if it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Contents>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

/// All faults of one cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// How many there are.
    pub count: u64,
    /// The first ones, with their places.
    pub findings: Vec<Finding>,
}

/// What the right lines hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// Batches.
    pub batches: u64,
    /// Events by type; `(other)` is any type that the contract does not name.
    pub events: BTreeMap<String, u64>,
    /// Batches by environment.
    pub environments: BTreeMap<String, u64>,
    /// Batches by app; `(other)` is those without a name, and those past the first thousand names.
    pub apps: BTreeMap<String, u64>,
    /// When the first event happened, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_event: Option<String>,
    /// When the last event happened, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_event: Option<String>,
    /// Events by how long after them their batch was received.
    pub lateness: Lateness,
    /// Bytes of the longest line.
    pub longest_line: u64,
    /// Batches whose batch_id was there before.
    pub repeated_batches: Repeated,
    /// Events whose event_id was there before.
    pub repeated_events: Repeated,
}

/// Events by how long after them their batch was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lateness {
    /// Up to a minute.
    pub within_a_minute: u64,
    /// Up to an hour.
    pub within_an_hour: u64,
    /// Up to a day.
    pub within_a_day: u64,
    /// Later.
    pub later: u64,
}

/// How many ids came again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Repeated {
    /// How many.
    pub count: u64,
    /// Whether that is exact; else it is an estimate from a sample of the ids.
    pub exact: bool,
}

/// A line of the report's `jsonl` form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ValidationLine {
    /// The faults of one cause.
    Fault(Fault),
    /// The end: the report without its faults.
    Summary(Box<ValidationReport>),
}

impl ValidationReport {
    /// How many faults there are in all.
    pub fn fault_count(&self) -> u64 {
        self.untold_faults + self.faults.iter().map(|fault| fault.count).sum::<u64>()
    }

    /// The same, as lines.
    pub fn lines(&self) -> Vec<ValidationLine> {
        let faults = self.faults.iter().cloned().map(ValidationLine::Fault);
        let rest = Self { faults: Vec::new(), ..self.clone() };
        faults.chain([ValidationLine::Summary(Box::new(rest))]).collect()
    }
}
