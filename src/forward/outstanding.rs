//! Which records still have a part on its way, in a window, a file or an upload: what a source must keep.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ledger::Indices;

/// A place in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The input's name as the user gave it.
    pub input: Arc<str>,
    /// The line in it, from 1.
    pub line: u64,
}

/// The share of a record that one line carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Portion {
    pub(crate) sequence: u64,
    /// How many events of the ledger it counts as.
    pub(crate) weight: u64,
    /// Which events of the record it holds.
    pub(crate) events: Indices,
}

/// Records by sequence, each with its portions that have no durable fate yet.
#[derive(Debug, Default)]
pub(crate) struct Outstanding {
    records: BTreeMap<u64, Open>,
    settled: Vec<u64>,
}

#[derive(Debug)]
struct Open {
    place: Place,
    portions: usize,
    weight: u64,
}

impl Outstanding {
    /// Begins to keep a record of so many portions, which count as `weight` events together.
    pub(crate) fn open(&mut self, sequence: u64, place: Place, portions: usize, weight: u64) {
        if portions == 0 {
            self.settled.push(sequence);
        } else {
            self.records.insert(sequence, Open { place, portions, weight });
        }
    }

    pub(crate) fn settle(&mut self, portion: &Portion) {
        if let Some(open) = self.records.get_mut(&portion.sequence) {
            open.portions -= 1;
            open.weight -= portion.weight;
            if open.portions == 0 {
                self.records.remove(&portion.sequence);
                self.settled.push(portion.sequence);
            }
        }
    }

    /// The records that became settled since the last call.
    pub(crate) fn take_settled(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.settled)
    }

    /// Where a record stands that is not settled.
    pub(crate) fn place(&self, sequence: u64) -> Option<&Place> {
        self.records.get(&sequence).map(|open| &open.place)
    }

    /// Where the first record stands that is not settled.
    pub(crate) fn first(&self) -> Option<Place> {
        self.records.first_key_value().map(|(_, open)| open.place.clone())
    }

    /// Every record that has events pending, and how many.
    pub(crate) fn pending(&self) -> impl Iterator<Item = (&Place, u64)> {
        self.records.values().filter(|open| open.weight > 0).map(|open| (&open.place, open.weight))
    }
}
