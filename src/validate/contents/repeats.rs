//! How many ids came more than once, in memory that does not grow with how many there are.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::hash::mix;

/// The number of ids that are kept, 64 bytes each or a little less.
const KEPT: usize = 1 << 17;

/// Counts ids that were there before. Exact up to some 130,000 different ids; beyond that a sample of them is kept, chosen
/// by their hash, and the count is an estimate. It depends on the ids alone, not on their order, nor on how they were divided.
/// Of each kept id it knows the first two places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repeats {
    /// How often each kept id came, and where.
    kept: HashMap<u64, Kept, BuildHasherDefault<Mixed>>,
    /// Only hashes that begin with this many zeros are kept: as few zeros as memory allows.
    zeros: u32,
    /// The names of the files of the places, in ascending order; empty while a file is the index of an input.
    names: Vec<Arc<str>>,
}

/// How often an id came, and its first two places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::validate) struct Kept {
    pub(in crate::validate) count: u32,
    pub(in crate::validate) first: IdPlace,
    /// The greatest place if it came once.
    pub(in crate::validate) second: IdPlace,
}

/// The file and the line of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::validate) struct IdPlace {
    /// The index of an input, or of a name.
    pub(in crate::validate) file: u32,
    pub(in crate::validate) line: u32,
}

impl IdPlace {
    /// The place of an id that did not come again.
    const NONE: Self = Self { file: u32::MAX, line: u32::MAX };
}

impl Kept {
    pub(in crate::validate) fn once(place: IdPlace) -> Self {
        Self { count: 1, first: place, second: IdPlace::NONE }
    }

    fn merge(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        let mut places = [self.first, self.second, other.first, other.second];
        places.sort_unstable();
        [self.first, self.second, ..] = places;
    }
}

/// An id that came again: its first place, and the second.
pub(in crate::validate) type Repeat = ((Arc<str>, u32), (Arc<str>, u32));

impl Repeats {
    /// Adds an id on a line of an input.
    pub fn add(&mut self, id: i64, input: usize, line: u64) {
        let [file, line] = [input as u64, line].map(|number| u32::try_from(number).unwrap_or(u32::MAX - 1));
        self.add_hash(mix(id as u64), Kept::once(IdPlace { file, line }));
    }

    /// How many ids came again; an estimate unless [`Repeats::is_exact`].
    pub fn count(&self) -> u64 {
        let again: u64 = self.kept.values().map(|kept| u64::from(kept.count - 1)).sum();
        // It counts for the ids that were left out for each one kept.
        again.saturating_mul(1_u64.checked_shl(self.zeros).unwrap_or(u64::MAX))
    }

    /// Whether every id was kept.
    pub fn is_exact(&self) -> bool {
        self.zeros == 0
    }

    /// Adds what another one counted. Both have places in the same inputs, or both know the names of their files.
    pub fn merge(&mut self, mut other: Self) {
        self.thin(other.zeros);
        if self.names != other.names {
            let mut names = [&self.names[..], &other.names[..]].concat();
            names.sort_unstable();
            names.dedup();
            self.rename(names.clone());
            other.rename(names);
        }
        other.kept.into_iter().for_each(|(hash, kept)| self.add_hash(hash, kept));
    }

    /// From now on the files are known by their names. `name` is the name of an input; a later input has a greater one.
    pub(in crate::validate) fn name_files(&mut self, name: impl Fn(usize) -> Arc<str>) {
        let places = self.kept.values().flat_map(|kept| [kept.first, kept.second]);
        let mut inputs: Vec<u32> = places.filter(|place| *place != IdPlace::NONE).map(|place| place.file).collect();
        inputs.sort_unstable();
        inputs.dedup();
        self.names = inputs.iter().map(|input| name(*input as usize)).collect();
        self.renumber(|input| inputs.binary_search(&input).unwrap_or_default());
    }

    /// Uses these names, among which are its own, in ascending order.
    fn rename(&mut self, names: Vec<Arc<str>>) {
        let own = std::mem::take(&mut self.names);
        self.renumber(|file| names.binary_search(&own[file as usize]).unwrap_or_default());
        self.names = names;
    }

    fn renumber(&mut self, file: impl Fn(u32) -> usize) {
        let renumber = |place: &mut IdPlace| {
            if *place != IdPlace::NONE {
                place.file = u32::try_from(file(place.file)).unwrap_or(u32::MAX - 1);
            }
        };
        self.kept.values_mut().for_each(|kept| [&mut kept.first, &mut kept.second].into_iter().for_each(renumber));
    }

    /// The ids that came again with the first second places, as many as `most`.
    pub(in crate::validate) fn first(&self, most: usize) -> Vec<Repeat> {
        let again = self.kept.values().filter(|kept| kept.count > 1);
        let mut places: Vec<(IdPlace, IdPlace)> = again.map(|kept| (kept.second, kept.first)).collect();
        places.sort_unstable();
        let named = |place: IdPlace| Some((self.names.get(place.file as usize)?.clone(), place.line));
        let named = places.into_iter().take(most).filter_map(|(second, first)| Some((named(first)?, named(second)?)));
        named.collect()
    }

    /// The leading zeros of every kept hash, how often each came and where, in the order of the hashes, and the names of the files.
    pub(in crate::validate) fn kept(&self) -> (u32, BTreeMap<u64, Kept>, &[Arc<str>]) {
        (self.zeros, self.kept.iter().map(|(hash, kept)| (*hash, *kept)).collect(), &self.names)
    }

    /// What [`Self::kept`] gave; `None` if it cannot have given this.
    pub(in crate::validate) fn of_kept(zeros: u32, kept: BTreeMap<u64, Kept>, names: Vec<Arc<str>>) -> Option<Self> {
        let is_place = |place: IdPlace| (place.file as usize) < names.len();
        let fits = |hash: &u64, kept: &Kept| {
            let is_second = match kept.count {
                0 => false,
                1 => kept.second == IdPlace::NONE,
                _ => is_place(kept.second) && kept.first <= kept.second,
            };
            is_second && is_place(kept.first) && hash.leading_zeros() >= zeros
        };
        let fits = kept.len() <= KEPT && names.is_sorted() && kept.iter().all(|(hash, kept)| fits(hash, kept));
        (fits && zeros < 64).then(|| Self { kept: kept.into_iter().collect(), zeros, names })
    }

    fn add_hash(&mut self, hash: u64, more: Kept) {
        if hash.leading_zeros() < self.zeros {
            return;
        }
        self.kept.entry(hash).and_modify(|kept| kept.merge(more)).or_insert(more);
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
            (0..ids).chain((0..ids).step_by(10)).for_each(|id| repeats.add(id, 0, 1));
            let (count, expected) = (repeats.count() as f64, ids as f64 / 10.0);
            assert_eq!(repeats.is_exact(), exact);
            assert!((count - expected).abs() <= if exact { 0.0 } else { expected * 0.05 }, "{count} for {expected}");
            assert!(repeats.kept.len() <= KEPT);
        }
    }

    #[test]
    fn the_estimate_is_the_same_in_any_order_and_any_parts() {
        let ids: Vec<i64> = (0..300_000).chain((0..300_000).step_by(10)).collect();
        let places: Vec<(i64, usize)> = ids.iter().zip(0..).map(|(id, at)| (*id, at / 1_000)).collect();
        let of = |places: &mut dyn Iterator<Item = (i64, usize)>| {
            let mut repeats = Repeats::default();
            places.for_each(|(id, input)| repeats.add(id, input, 7));
            repeats
        };
        let whole = of(&mut places.iter().copied());
        assert!(!whole.is_exact());
        assert_eq!(of(&mut places.iter().rev().copied()), whole);
        let named = |mut repeats: Repeats| {
            repeats.name_files(|input| format!("{input:03}").into());
            repeats
        };
        let first = named(whole.clone()).first(3);
        assert!(
            first.iter().all(|((one, _), (other, line))| **one < **other && **other >= *"300" && *line == 7),
            "{first:?}"
        );
        for parts in [2, 7] {
            let mut merged = Repeats::default();
            for part in (0..parts).rev() {
                merged.merge(named(of(&mut places.iter().skip(part).step_by(parts).copied())));
            }
            assert_eq!(
                (merged.count(), merged.first(9)),
                (whole.count(), named(whole.clone()).first(9)),
                "{parts} parts"
            );
        }
        let whole = named(whole);
        let (zeros, kept, names) = whole.kept();
        assert_eq!(Repeats::of_kept(zeros, kept, names.to_vec()), Some(whole));
        let of_hash = |hash, file| BTreeMap::from([(hash, Kept::once(IdPlace { file, line: 1 }))]);
        assert_eq!(Repeats::of_kept(1, of_hash(u64::MAX, 0), vec!["a".into()]), None);
        assert_eq!(Repeats::of_kept(0, of_hash(1, 1), vec!["a".into()]), None);
    }
}
