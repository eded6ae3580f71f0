//! The report of a run through a faulty S3.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Status, Tool};

/// What became of events while the store had faults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultReport {
    /// The program that wrote this.
    pub tool: Tool,
    /// What was tested.
    pub subject: String,
    /// The seed by which the faults struck.
    pub seed: u64,
    /// How long the subject may go on trying while a fault lasts, in seconds.
    pub deadline_seconds: u64,
    /// Each fault, for a writer that may read back and for one that may only put.
    pub runs: Vec<FaultRun>,
    /// How long everything took, in milliseconds.
    pub milliseconds: u64,
}

/// One fault and what it cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultRun {
    /// The fault's name, for instance `reset-after`.
    pub fault: String,
    /// What happens, in a few words.
    pub sentence: String,
    /// Whether the writer may read what it wrote.
    pub may_read: bool,
    /// How many requests the fault struck.
    pub struck: u64,
    /// Events that were handed over.
    pub received: u64,
    /// Different events that are in the bucket.
    pub present: u64,
    /// Events that the subject says are written, if it says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<u64>,
    /// Events that the subject cannot vouch for, since an answer was lost.
    pub unconfirmed: u64,
    /// Events that the subject says it could not deliver before the deadline.
    pub pending: u64,
    /// Events that are neither in the bucket nor said to be missing.
    pub lost: u64,
    /// Events that are in the bucket more often than once, each time too many.
    pub duplicated: u64,
    /// How the run ended.
    pub status: Status,
    /// Why it failed, or could not be judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// What the subject said of a target that took no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

impl FaultReport {
    /// Whether no run failed and every one could be judged.
    pub fn is_ok(&self) -> bool {
        self.runs.iter().all(|run| run.status == Status::Pass)
    }
}
