//! The report of a run of the forwarding engine.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Fates;
use crate::report::model::Tool;

/// What a forwarding run did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForwardingReport {
    /// The program that wrote this.
    pub tool: Tool,
    /// Where it wrote to.
    pub target: String,
    /// What became of the events.
    pub fates: Fates,
    /// Lines of input that were looked at.
    pub records: u64,
    /// Objects written.
    pub files: u64,
    /// Lines in them.
    pub lines: u64,
    /// Their bytes before compression.
    pub text_bytes: u64,
    /// Their bytes as stored.
    pub stored_bytes: u64,
    /// Files that were made and could not be delivered.
    pub pending_files: u64,
    /// Whether the whole input was read and nothing ended the run early.
    pub complete: bool,
    /// The target's first refusal, if it took no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// Why the ledger or the quarantine could not be written, if that ended the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// Events that are in the bucket, or may be, without an entry in the ledger, since it could not be written.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unrecorded: u64,
    /// The first line of input whose events are pending. Later lines may be written: see the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume_at: Option<Resume>,
    /// The line of input behind the last that was read, if the input was not read to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread_from: Option<Resume>,
    /// Inputs that could not be read, or not to their end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub input_errors: Vec<String>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What a target answered when it took no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The S3 error code, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The HTTP status, if there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The whole message with the way out.
    pub message: String,
}

/// A place in the input to continue from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resume {
    /// The input's name.
    pub input: String,
    /// The line in it, from 1.
    pub line: u64,
}
