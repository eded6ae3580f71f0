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
    /// Objects that were deleted between being listed and being read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub vanished: u64,
    /// Files that nobody began to read, since it was stopped or the target is gone.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unread: u64,
    /// Files left out by `--since` and `--until`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub other_dates: u64,
    /// Files that neither folder nor name dates, though dates were asked for: they were read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub undated: u64,
    /// The sample that was read, if not all files were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<SampleOf>,
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
    /// The earlier report that says what is known, if one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
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

/// All faults of one cause: of one clause, at one place of a batch, where the same was expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The clause that is broken, for instance `DTO-8`.
    pub clause: String,
    /// JSON Pointer into the line, with `*` for each index of an array; absent if it is of a line or a file as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What was expected, or in one sentence what is wrong.
    pub expected: String,
    /// How many there are.
    pub count: u64,
    /// Whether the baseline has this cause, so that it does not fail the run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub known: bool,
    /// What to do about them, where that is more than to write what was expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The first ones, with their places.
    pub findings: Vec<Finding>,
}

/// A sample of the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SampleOf {
    /// The share that was asked for, such as `1%`.
    pub share: String,
    /// The seed that chose.
    pub seed: u64,
    /// How many files were chosen.
    pub chosen: u64,
    /// From how many.
    pub of: u64,
}

/// What an earlier report knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The report's file.
    pub file: String,
    /// How many causes it has.
    pub causes: u64,
    /// How many of them were not met again.
    pub gone: u64,
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
    /// How large the files are.
    pub sizes: Sizes,
    /// Files by folder; `(other)` is those past the first thousand folders.
    pub folders: BTreeMap<String, FolderShare>,
    /// Batches whose batch_id was there before.
    pub repeated_batches: Repeated,
    /// Events whose event_id was there before.
    pub repeated_events: Repeated,
}

/// Files by their stored bytes, verification objects aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sizes {
    /// Bytes of the smallest file.
    pub smallest: u64,
    /// Bytes of the largest file.
    pub largest: u64,
    /// Files up to 64 KiB.
    pub to_64_kib: u64,
    /// Files up to 1 MiB.
    pub to_1_mib: u64,
    /// Files up to 16 MiB.
    pub to_16_mib: u64,
    /// Larger files.
    pub larger: u64,
}

/// What lies in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderShare {
    /// Files.
    pub files: u64,
    /// Their stored bytes.
    pub stored_bytes: u64,
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

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Fault {
    /// What was found at the place of one of the findings, where that says more than the cause does.
    pub fn found<'a>(&self, finding: &'a Finding) -> Option<&'a str> {
        let rest = finding.message.strip_prefix("expected ")?.strip_prefix(self.expected.as_str())?;
        rest.strip_prefix(", found ")
    }

    /// Whether two are of the same cause, wherever they are.
    pub fn is_like(&self, other: &Self) -> bool {
        (&self.clause, &self.place, &self.expected) == (&other.clause, &other.place, &other.expected)
    }
}

impl ValidationReport {
    /// Marks what an earlier report has as known. Faults past the first thousand causes are never known.
    pub fn compare_with(&mut self, file: String, earlier: &Self) {
        for fault in &mut self.faults {
            fault.known = earlier.faults.iter().any(|known| known.is_like(fault));
        }
        let gone = |known: &&Fault| !self.faults.iter().any(|fault| fault.is_like(known));
        let gone = earlier.faults.iter().filter(gone).count() as u64;
        self.baseline = Some(Baseline { file, causes: earlier.faults.len() as u64, gone });
    }

    /// How many faults there are that no baseline knows.
    pub fn new_faults(&self) -> u64 {
        let new = self.faults.iter().filter(|fault| !fault.known);
        self.untold_faults + new.map(|fault| fault.count).sum::<u64>()
    }

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
