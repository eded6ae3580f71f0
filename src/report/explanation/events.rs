//! What a connection's settings do to each event.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::model::Tool;

/// Batches, with the effect of the settings on each event.
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

/// The effect of the settings on one batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainedBatch {
    /// The input's name.
    pub input: String,
    /// The line of the input, from 1.
    pub line: u64,
    /// Why the whole batch is quarantined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantined: Option<String>,
    /// The rule that drops the batch because no event is left in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped_by: Option<Rule>,
    /// The requested events, in their order.
    pub events: Vec<ExplainedEvent>,
    /// Further requested events, and changes, which are not listed: at most 10,000 of each are.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unlisted: u64,
    /// What is unusual about the batch itself, as in the ledger.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// Changes to the batch outside its events.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// The rule that puts its events on lines; absent if nothing of the batch is forwarded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batching: Option<Rule>,
    /// The lines that its events are written to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<ExplainedLine>,
}

/// The outcome of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainedEvent {
    /// The event's index in its batch, from 0.
    pub index: u64,
    /// The event's type, if it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// The event's `event_id`, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// What happens to the event.
    pub outcome: EventOutcome,
    /// The rule that decides; absent if the event is quarantined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// Why the event is quarantined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What is unusual about the event, as in the ledger.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// Changes to the event. Pointers start at the event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// The number of the line among the batch's lines, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

/// What happens to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventOutcome {
    /// It is forwarded unchanged.
    Kept,
    /// It is forwarded with changes.
    Shaped,
    /// A setting filters it.
    Dropped,
    /// It cannot be forwarded.
    Quarantined,
}

/// A rule that decides what happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The id of the setting that decides, if a setting decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// The clause, for instance `SET-1`. For the effect of a setting this is the setting's id.
    pub clause: String,
    /// The sentence of the clause.
    pub sentence: String,
}

/// A difference between the input and the output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The place as a JSON Pointer (RFC 6901): into the output for an added value, else into the input.
    pub pointer: String,
    /// What happened there.
    pub action: Action,
    /// The rule that causes the change.
    pub rule: Rule,
}

/// What happened to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It was removed.
    Removed,
    /// It was added.
    Added,
    /// It was written in another form.
    Converted,
    /// It was replaced with another value.
    Replaced,
}

/// An output line with events of this batch, alone or merged with other batches of the same device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainedLine {
    /// The folder of the line's file; empty for the root of the bucket.
    pub folder: String,
    /// The rule that chooses the folder.
    pub folder_rule: Rule,
    /// The app name in the file's name.
    pub app_name: String,
    /// The number of the line in its file, from 1, if the whole input is forwarded in one run.
    pub file_line: u64,
    /// How many batches of the input are merged into the line.
    pub batches: u64,
    /// The line's length in bytes, without the newline.
    pub bytes: u64,
    /// The line's flags, as in the ledger.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// The line's text; values are masked unless the report says otherwise. It is empty where the report has more than 64 MiB of
    /// text already.
    pub text: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
