//! What a connection's settings do to each event.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::model::Tool;

/// Batches, and what the settings make of each event in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplanationReport {
    /// The program that wrote this.
    pub tool: Tool,
    /// The settings that were explained.
    pub settings: String,
    /// Whether the values of events are left out of the lines.
    pub masked: bool,
    /// The batches, in the order of the input.
    pub batches: Vec<ExplainedBatch>,
    /// Whether the input has more matching batches than this report.
    pub more: bool,
}

/// What the settings make of one batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainedBatch {
    /// The input's name.
    pub input: String,
    /// The line in it, from 1.
    pub line: u64,
    /// Why nothing of it can be forwarded: it goes to the quarantine as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantined: Option<String>,
    /// The rule that drops the batch, since no event is left in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped_by: Option<Rule>,
    /// Its events, in their order; those that were requested.
    pub events: Vec<ExplainedEvent>,
    /// What changes around its events.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// The rule by which its events come together on lines; absent if nothing of it is forwarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batching: Option<Rule>,
    /// The lines that its events are written in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<ExplainedLine>,
}

/// What became of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainedEvent {
    /// Which event of its batch, from 0.
    pub index: u64,
    /// Its type, if it has one that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// Its `event_id`, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// What became of it.
    pub outcome: EventOutcome,
    /// The rule that decided so; absent if the event is quarantined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// Why it is quarantined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What changes in it; pointers begin at the event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// Which of the batch's lines carries it, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventOutcome {
    /// It is forwarded as it came.
    Kept,
    /// It is forwarded with changes.
    Shaped,
    /// A setting filters it.
    Dropped,
    /// It cannot be forwarded.
    Quarantined,
}

/// The rule behind a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The id of the setting that decides, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// The clause, for instance `SET-1`; the clause of a setting's effect is the setting's id.
    pub clause: String,
    /// What the clause says.
    pub sentence: String,
}

/// A difference between what came and what leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Where, as a JSON Pointer (RFC 6901) into what came, or into what leaves if it was added.
    pub pointer: String,
    /// What happened there.
    pub action: Action,
    /// The rule behind it.
    pub rule: Rule,
}

/// What happened to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It was taken out.
    Removed,
    /// It was put in.
    Added,
    /// It is written in another form.
    Converted,
    /// Another value replaces it.
    Replaced,
}

/// A line that events of a batch are written in, alone or with other batches of its device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainedLine {
    /// The folder of its file; empty is the root of the bucket.
    pub folder: String,
    /// The rule behind the folder.
    pub folder_rule: Rule,
    /// The app's name in the name of its file.
    pub app_name: String,
    /// Which line of its file it is, from 1, when the input is forwarded in one go.
    pub file_line: u64,
    /// How many batches of the input came together on it.
    pub batches: u64,
    /// Its length in bytes, without the newline.
    pub bytes: u64,
    /// Its flags, as in the ledger.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// The line itself; masked unless the report says otherwise.
    pub text: String,
}
