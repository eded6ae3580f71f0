//! Compares what two sets of settings do to the same input.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::forwarding::Fates;
use crate::report::model::Tool;

/// Two dry runs over the same input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComparisonReport {
    /// The program that wrote this.
    pub tool: Tool,
    /// The settings whose values differ, in the documented order.
    pub settings: Vec<ChangedSetting>,
    /// The dry run with the current settings.
    pub before: DryRun,
    /// The dry run with the other settings.
    pub after: DryRun,
}

/// A setting whose value differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedSetting {
    /// The setting's id.
    pub setting: String,
    /// The value before. An access key or secret shows only whether it is set.
    pub before: String,
    /// The value after.
    pub after: String,
}

/// What a forwarding run would write. The engine runs without a bucket to find it out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DryRun {
    /// The settings of the dry run.
    pub settings: String,
    /// The fates that the events would have.
    pub fates: Fates,
    /// Batches that were read.
    pub batches: u64,
    /// Lines that would be written.
    pub lines: u64,
    /// Text bytes before compression.
    pub text_bytes: u64,
    /// What would be written to each folder. The empty name is the root of the bucket.
    pub folders: BTreeMap<String, Folder>,
}

/// What would be written to a folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// The number of files.
    pub files: u64,
    /// The stored bytes of the files.
    pub stored_bytes: u64,
}

impl DryRun {
    /// Files that would be written.
    pub fn files(&self) -> u64 {
        self.folders.values().map(|folder| folder.files).sum()
    }

    /// The stored bytes of the files that would be written.
    pub fn stored_bytes(&self) -> u64 {
        self.folders.values().map(|folder| folder.stored_bytes).sum()
    }

    /// S3 PUT requests if none is repeated: one for each file.
    pub fn put_requests(&self) -> u64 {
        self.files()
    }
}

/// One number of the comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// The name of the number.
    pub name: String,
    /// The number before.
    pub before: u64,
    /// The number after.
    pub after: u64,
}

impl ComparisonReport {
    /// The rows of the comparison table.
    pub fn measures(&self) -> Vec<Measure> {
        let measure = |name: &str, of: &dyn Fn(&DryRun) -> u64| Measure {
            name: name.to_owned(),
            before: of(&self.before),
            after: of(&self.after),
        };
        let mut measures = vec![
            measure("batches read", &|side| side.batches),
            measure("events received", &|side| side.fates.received),
            measure("events written", &|side| side.fates.written),
        ];
        let filters: BTreeSet<&String> =
            self.before.fates.filtered.keys().chain(self.after.fates.filtered.keys()).collect();
        for setting in filters {
            measures.push(measure(&format!("events filtered by {setting}"), &|side| {
                side.fates.filtered.get(setting).copied().unwrap_or_default()
            }));
        }
        measures.extend([
            measure("events quarantined", &|side| side.fates.quarantined),
            measure("lines", &|side| side.lines),
            measure("bytes of text", &|side| side.text_bytes),
            measure("bytes stored", &DryRun::stored_bytes),
            measure("files", &DryRun::files),
            measure("S3 PUT requests", &DryRun::put_requests),
            measure("folders", &|side| side.folders.len() as u64),
        ]);
        measures
    }
}
