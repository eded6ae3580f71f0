//! Counts the fates of events: received = written + filtered + quarantined + unconfirmed + pending.
//!
//! A batch without events counts as one event, and so does a line that cannot be read.

use std::collections::BTreeMap;

use crate::report::Fates;
use crate::settings::SettingId;

/// The number of events with each fate. Pending events are computed, not stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FateCounts {
    /// Events in the input.
    pub received: u64,
    /// Events in an object in the bucket.
    pub written: u64,
    /// Events removed by a setting, by the setting's id.
    pub filtered: BTreeMap<SettingId, u64>,
    /// Events that cannot be forwarded, each with its reason in the quarantine.
    pub quarantined: u64,
    /// Events in objects whose upload got no answer and whose presence could not be checked.
    pub unconfirmed: u64,
}

impl FateCounts {
    /// Events removed by all settings together.
    pub fn filtered_total(&self) -> u64 {
        self.filtered.values().sum()
    }

    /// Events without a fate.
    ///
    /// # Panics
    /// If more events have a fate than were received. This is a bug of the engine.
    pub fn pending(&self) -> u64 {
        let settled = self.written + self.filtered_total() + self.quarantined + self.unconfirmed;
        assert!(settled <= self.received, "the ledger has settled {settled} of {} events", self.received);
        self.received - settled
    }

    /// Asserts that the counts agree with `held`, the number of events that the engine holds.
    ///
    /// # Panics
    /// If an event was lost or counted twice in the engine.
    pub(crate) fn assert_conserved(&self, held: u64) {
        let pending = self.pending();
        assert!(pending == held, "the ledger misses events: {pending} are pending, {held} are held");
    }

    /// The counts for a report.
    pub fn to_report(&self) -> Fates {
        Fates {
            received: self.received,
            written: self.written,
            filtered: self.filtered.iter().map(|(setting, events)| (setting.to_string(), *events)).collect(),
            quarantined: self.quarantined,
            unconfirmed: self.unconfirmed,
            pending: self.pending(),
        }
    }

    pub(crate) fn filter(&mut self, setting: SettingId, events: u64) {
        if events > 0 {
            *self.filtered.entry(setting).or_default() += events;
        }
    }
}
