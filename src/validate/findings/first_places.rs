//! The first faults by input and line, as many as were asked for.

use std::collections::BTreeMap;

use super::faults::{Cause, Location};

/// The first faults by input and line, of all causes. Memory is bounded by their number.
#[derive(Debug, Clone)]
pub(super) struct FirstPlaces {
    most: usize,
    /// How often each place has a fault of each cause.
    places: BTreeMap<(Location, Cause), u64>,
}

impl FirstPlaces {
    pub(super) fn keeping(most: usize) -> Self {
        Self { most, places: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, location: &Location, cause: &Cause, count: u64) {
        let is_full = self.places.len() >= self.most;
        if is_full && self.places.last_key_value().is_none_or(|((last, _), _)| location > last) {
            return;
        }
        *self.places.entry((location.clone(), cause.clone())).or_default() += count;
        if self.places.len() > self.most {
            self.places.pop_last();
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for ((location, cause), count) in other.places {
            self.add(&location, &cause, count);
        }
    }

    /// The first `most` faults.
    pub(super) fn into_first(self, most: u64) -> impl Iterator<Item = (Location, Cause, u64)> {
        let mut left = most;
        self.places.into_iter().map_while(move |((location, cause), count)| {
            let count = count.min(left);
            left -= count;
            (count > 0).then_some((location, cause, count))
        })
    }

    /// The places of each cause, in their order.
    pub(super) fn by_cause(&mut self) -> BTreeMap<Cause, Vec<Location>> {
        let mut causes: BTreeMap<Cause, Vec<Location>> = BTreeMap::new();
        for ((location, cause), _) in std::mem::take(&mut self.places) {
            causes.entry(cause).or_default().push(location);
        }
        causes
    }
}
