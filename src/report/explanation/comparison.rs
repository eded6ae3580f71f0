//! What two settings would make of the same input, side by side.

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
    /// With the settings as they are.
    pub before: DryRun,
    /// With the other settings.
    pub after: DryRun,
}

/// A setting that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedSetting {
    /// Its id.
    pub setting: String,
    /// Its value before; a key shows only whether it is set.
    pub before: String,
    /// Its value after.
    pub after: String,
}

/// What a forwarding run would write, found out by running the engine without a bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DryRun {
    /// The settings of the dry run.
    pub settings: String,
    /// What would become of the events.
    pub fates: Fates,
    /// Batches that were read.
    pub batches: u64,
    /// Lines that would be written.
    pub lines: u64,
    /// Their bytes before compression.
    pub text_bytes: u64,
    /// What would be in each folder; the empty name is the root of the bucket.
    pub folders: BTreeMap<String, Folder>,
}

/// What would be written to a folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// Its files.
    pub files: u64,
    /// Their bytes as stored.
    pub stored_bytes: u64,
}

impl DryRun {
    /// Files that would be written.
    pub fn files(&self) -> u64 {
        self.folders.values().map(|folder| folder.files).sum()
    }

    /// Their bytes as stored.
    pub fn stored_bytes(&self) -> u64 {
        self.folders.values().map(|folder| folder.stored_bytes).sum()
    }

    /// S3 PUT requests, as long as none has to be repeated: a file is one request.
    pub fn put_requests(&self) -> u64 {
        self.files()
    }
}

/// A number of the comparison, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// What is counted.
    pub name: String,
    /// How many before.
    pub before: u64,
    /// How many after.
    pub after: u64,
}

impl ComparisonReport {
    /// The numbers side by side, as a table shows them.
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
