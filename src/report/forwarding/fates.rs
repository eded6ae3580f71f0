//! Counts of events by fate.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The fates of all events of a run. A batch without events counts as one event, and so does a line that cannot be
/// read. Always: `received = written + filtered + quarantined + unconfirmed + pending`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fates {
    /// Events in the input.
    pub received: u64,
    /// Events in an object in the bucket.
    pub written: u64,
    /// Events removed by a setting, by the setting's id.
    pub filtered: BTreeMap<String, u64>,
    /// Events that cannot be forwarded.
    pub quarantined: u64,
    /// Events in objects whose upload got no answer and whose presence could not be checked.
    pub unconfirmed: u64,
    /// Events that are not delivered.
    pub pending: u64,
}

impl Fates {
    /// Events removed by all settings together.
    pub fn filtered_total(&self) -> u64 {
        self.filtered.values().sum()
    }

    /// Whether every event has exactly one fate.
    pub fn is_conserved(&self) -> bool {
        let settled = self.written + self.filtered_total() + self.quarantined + self.unconfirmed;
        self.received == settled + self.pending
    }
}

impl fmt::Display for Fates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} received = {} written + {} filtered + {} quarantined + {} unconfirmed + {} pending",
            self.received,
            self.written,
            self.filtered_total(),
            self.quarantined,
            self.unconfirmed,
            self.pending
        )
    }
}
