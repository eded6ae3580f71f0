//! How many ids came more than once, in memory that does not grow with how many there are.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use super::hash::mix;

/// The number of ids that are kept, 32 bytes each or a little less.
const KEPT: usize = 1 << 17;

/// Counts ids that were there before. Exact up to some 130,000 different ids; beyond that a sample of them is kept, chosen
/// by their hash, and the count is an estimate. It depends on the ids alone, not on their order, nor on how they were divided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repeats {
    /// How often each kept id came.
    kept: HashMap<u64, u32, BuildHasherDefault<Mixed>>,
    /// Only hashes that begin with this many zeros are kept: as few zeros as memory allows.
    zeros: u32,
}

impl Repeats {
    /// Adds an id.
    pub fn add(&mut self, id: i64) {
        self.add_hash(mix(id as u64), 1);
    }

    /// How many ids came again; an estimate unless [`Repeats::is_exact`].
    pub fn count(&self) -> u64 {
        let again: u64 = self.kept.values().map(|count| u64::from(count - 1)).sum();
        // It counts for the ids that were left out for each one kept.
        again.saturating_mul(1_u64.checked_shl(self.zeros).unwrap_or(u64::MAX))
    }

    /// Whether every id was kept.
    pub fn is_exact(&self) -> bool {
        self.zeros == 0
    }

    /// Adds what another one counted.
    pub fn merge(&mut self, other: Self) {
        self.thin(other.zeros);
        other.kept.into_iter().for_each(|(hash, count)| self.add_hash(hash, count));
    }

    /// The leading zeros of every kept hash, and how often each came, in the order of the hashes.
    pub(in crate::validate) fn kept(&self) -> (u32, BTreeMap<u64, u32>) {
        (self.zeros, self.kept.iter().map(|(hash, count)| (*hash, *count)).collect())
    }

    /// What [`Self::kept`] gave; `None` if it cannot have given this.
    pub(in crate::validate) fn of_kept(zeros: u32, kept: BTreeMap<u64, u32>) -> Option<Self> {
        let fits = kept.len() <= KEPT && kept.iter().all(|(hash, count)| *count > 0 && hash.leading_zeros() >= zeros);
        (fits && zeros < 64).then(|| Self { kept: kept.into_iter().collect(), zeros })
    }

    fn add_hash(&mut self, hash: u64, times: u32) {
        if hash.leading_zeros() < self.zeros {
            return;
        }
        let count = self.kept.entry(hash).or_default();
        *count = count.saturating_add(times);
        while self.kept.len() > KEPT {
            self.thin(self.zeros + 1);
        }
    }

    fn thin(&mut self, zeros: u32) {
        if zeros > self.zeros {
            self.zeros = zeros;
            self.kept.retain(|hash, _| hash.leading_zeros() >= zeros);
        }
    }
}

/// Takes an id that is mixed already as its hash. Upper and lower bits are exchanged: the upper bits of the kept ids are alike.
#[derive(Debug, Clone, Copy, Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0.rotate_left(32)
    }

    fn write_u64(&mut self, mixed: u64) {
        self.0 = mixed;
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = mix(self.0 ^ u64::from(*byte)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_ids_are_counted_exactly_and_many_nearly_so() {
        for (ids, exact) in [(1000, true), (1_000_000, false)] {
            let mut repeats = Repeats::default();
            // Every tenth id comes again.
            (0..ids).chain((0..ids).step_by(10)).for_each(|id| repeats.add(id));
            let (count, expected) = (repeats.count() as f64, ids as f64 / 10.0);
            assert_eq!(repeats.is_exact(), exact);
            assert!((count - expected).abs() <= if exact { 0.0 } else { expected * 0.05 }, "{count} for {expected}");
            assert!(repeats.kept.len() <= KEPT);
        }
    }

    #[test]
    fn the_estimate_is_the_same_in_any_order_and_any_parts() {
        let ids: Vec<i64> = (0..300_000).chain((0..300_000).step_by(10)).collect();
        let of = |ids: &mut dyn Iterator<Item = i64>| {
            let mut repeats = Repeats::default();
            ids.for_each(|id| repeats.add(id));
            repeats
        };
        let whole = of(&mut ids.iter().copied());
        assert!(!whole.is_exact());
        assert_eq!(of(&mut ids.iter().rev().copied()), whole);
        for parts in [2, 7] {
            let mut merged = Repeats::default();
            for part in (0..parts).rev() {
                merged.merge(of(&mut ids.iter().skip(part).step_by(parts).copied()));
            }
            assert_eq!(merged, whole, "{parts} parts");
        }
        let (zeros, kept) = whole.kept();
        assert_eq!(Repeats::of_kept(zeros, kept), Some(whole));
        assert_eq!(Repeats::of_kept(1, BTreeMap::from([(u64::MAX, 1)])), None);
    }
}
