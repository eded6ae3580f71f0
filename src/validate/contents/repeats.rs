//! How many ids came more than once, in memory that does not grow with how many there are.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

/// The number of ids that are kept, 16 bytes each or a little less.
const KEPT: usize = 1 << 17;

/// Counts ids that were there before. Exact up to some 130,000 different ids; beyond that a sample of them is kept, chosen
/// by their hash, and the count is an estimate.
#[derive(Debug, Clone, Default)]
pub struct Repeats {
    kept: HashSet<u64, BuildHasherDefault<Mixed>>,
    /// Only hashes that begin with this many zeros are kept.
    zeros: u32,
    count: u64,
}

impl Repeats {
    /// Adds an id.
    pub fn add(&mut self, id: i64) {
        self.add_hash(mix(id as u64));
    }

    /// How many ids came again; an estimate unless [`Repeats::is_exact`].
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether every id was kept.
    pub fn is_exact(&self) -> bool {
        self.zeros == 0
    }

    /// Adds what another one counted.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.thin(other.zeros);
        other.kept.into_iter().for_each(|hash| self.add_hash(hash));
    }

    fn add_hash(&mut self, hash: u64) {
        if hash.leading_zeros() < self.zeros {
            return;
        }
        if !self.kept.insert(hash) {
            // It counts for the ids that were left out for each one kept.
            self.count += 1 << self.zeros;
        }
        if self.kept.len() > KEPT {
            self.thin(self.zeros + 1);
        }
    }

    fn thin(&mut self, zeros: u32) {
        if zeros > self.zeros {
            self.zeros = zeros;
            self.kept.retain(|hash| hash.leading_zeros() >= zeros);
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

/// Spreads ids over all 64 bits (the finaliser of SplitMix64, which is one to one).
pub(in crate::validate) fn mix(id: u64) -> u64 {
    let mixed = (id ^ id >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
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
}
