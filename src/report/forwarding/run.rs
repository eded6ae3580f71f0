//! The report of a run of the forwarding engine.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Fates;
use crate::report::model::Tool;

/// The result of a forwarding run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForwardingReport {
    /// The program that wrote this.
    pub tool: Tool,
    /// The bucket or folder that it wrote to.
    pub target: String,
    /// The fates of the events.
    pub fates: Fates,
    /// Input lines that were read.
    pub records: u64,
    /// Objects that were written.
    pub files: u64,
    /// Those of them that an earlier start of the run has written (`--state`).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub earlier_files: u64,
    /// Lines in the objects.
    pub lines: u64,
    /// Text bytes before compression.
    pub text_bytes: u64,
    /// Stored bytes.
    pub stored_bytes: u64,
    /// Files that were not delivered.
    pub pending_files: u64,
    /// Whether the whole input was read and no event of it is pending.
    pub complete: bool,
    /// Whether writes are conditional: `no` if a write can replace an object of the same name. Omitted if that is not known, as at
    /// AWS, which refuses such writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditional: Option<YesNo>,
    /// The first error with which an upload was given up, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// The error that ended the run because the ledger or the quarantine could not be written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// Events that are or may be in the bucket without a ledger entry, because the ledger could not be written.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unrecorded: u64,
    /// The first input line that was not read, if the input was not read to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread_from: Option<Resume>,
    /// Inputs that could not be read completely.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub input_errors: Vec<String>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum YesNo {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// The error with which a target stopped a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The S3 error code, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The HTTP status, if there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The complete message with the remedy.
    pub message: String,
}

/// A place in the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resume {
    /// The input's name.
    pub input: String,
    /// The line of the input, from 1.
    pub line: u64,
}
