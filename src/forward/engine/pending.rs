//! The records that still have a part in a window, a file or an upload. A source must keep them.

use std::collections::BTreeMap;

use crate::forward::batch::Portion;
use crate::forward::source::Place;

/// The records by sequence, with the number of parts that have no durable fate yet.
#[derive(Debug, Default)]
pub(crate) struct PendingRecords {
    records: BTreeMap<u64, Open>,
    settled: Vec<u64>,
}

#[derive(Debug)]
struct Open {
    place: Place,
    portions: usize,
    weight: u64,
    /// Whether its source must keep it although nothing of it is pending.
    is_withheld: bool,
}

impl PendingRecords {
    /// Adds a record with `portions` parts, which count as `weight` events together.
    pub(crate) fn open(&mut self, sequence: u64, place: Place, portions: usize, weight: u64) {
        if portions == 0 {
            self.settled.push(sequence);
        } else {
            self.records.insert(sequence, Open { place, portions, weight, is_withheld: false });
        }
    }

    /// The events of a part have a fate. `withhold` keeps the record in its source all the same, because the fate may change at the
    /// next start.
    pub(crate) fn settle(&mut self, portion: &Portion, withhold: bool) {
        if let Some(open) = self.records.get_mut(&portion.sequence) {
            open.portions -= 1;
            open.weight -= portion.weight;
            open.is_withheld |= withhold;
            if open.portions == 0 {
                if !open.is_withheld {
                    self.settled.push(portion.sequence);
                }
                self.records.remove(&portion.sequence);
            }
        }
    }

    /// The records that were settled since the last call.
    pub(crate) fn take_settled(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.settled)
    }

    /// The place of a record that is not settled.
    pub(crate) fn place(&self, sequence: u64) -> Option<&Place> {
        self.records.get(&sequence).map(|open| &open.place)
    }

    /// Takes a part out of what [`pending`](Self::pending) lists, because it is listed with its object. Returns its place.
    pub(crate) fn list_apart(&mut self, portion: &Portion) -> Option<Place> {
        let open = self.records.get_mut(&portion.sequence)?;
        open.weight -= portion.weight;
        Some(open.place.clone())
    }

    /// Every record with pending events, and their number.
    pub(crate) fn pending(&self) -> impl Iterator<Item = (&Place, u64)> {
        self.records.values().filter(|open| open.weight > 0).map(|open| (&open.place, open.weight))
    }
}
