//! What became of events, counted.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The fates of all events of a run. A batch that came without events counts as one, and so does a line that cannot be
/// read. The law: `received = written + filtered + quarantined + unconfirmed + pending`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fates {
    /// Events that came in.
    pub received: u64,
    /// Events that an object in the bucket holds.
    pub written: u64,
    /// Events that a setting keeps back, by the setting's id.
    pub filtered: BTreeMap<String, u64>,
    /// Events that cannot be forwarded.
    pub quarantined: u64,
    /// Events of objects whose upload was never answered and could not be looked up.
    pub unconfirmed: u64,
    /// Events that could not be delivered yet.
    pub pending: u64,
}

impl Fates {
    /// Events kept back by any setting.
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
