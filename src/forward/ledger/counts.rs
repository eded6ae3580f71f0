//! Every event has a fate, counted: received = written + filtered + quarantined + unconfirmed + pending.
//!
//! A batch that arrives without events counts as one, and so does a line that cannot be read.

use std::collections::BTreeMap;

use crate::report::Fates;
use crate::settings::SettingId;

/// How many events have met which fate so far. What is pending is derived, never stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FateCounts {
    /// Events that came in.
    pub received: u64,
    /// Events that an object in the bucket holds.
    pub written: u64,
    /// Events that a setting keeps back, by the setting's id.
    pub filtered: BTreeMap<SettingId, u64>,
    /// Events that cannot be forwarded, each with its reason in the quarantine.
    pub quarantined: u64,
    /// Events of objects whose upload was never answered and could not be looked up.
    pub unconfirmed: u64,
}

impl FateCounts {
    /// Events held back by any setting.
    pub fn filtered_total(&self) -> u64 {
        self.filtered.values().sum()
    }

    /// Events that have met no fate yet.
    ///
    /// # Panics
    /// If more events have met a fate than were received: a bug in the engine, which must not be counted away.
    pub fn pending(&self) -> u64 {
        let settled = self.written + self.filtered_total() + self.quarantined + self.unconfirmed;
        assert!(settled <= self.received, "the ledger has settled {settled} of {} events", self.received);
        self.received - settled
    }

    /// Asserts the law of conservation against `held`, the events that the engine has counted in its own hands.
    ///
    /// # Panics
    /// If an event was lost or doubled inside the engine.
    pub(crate) fn assert_conserved(&self, held: u64) {
        let pending = self.pending();
        assert!(pending == held, "the ledger misses events: {pending} are pending, {held} are held");
    }

    /// The same for a report.
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
