//! Values by key in bounded memory, where the keys that are kept do not depend on the order in which they come.

use std::collections::BTreeMap;

/// Values of at most so many keys: those with the smallest hashes. Parts that were kept apart and joined have the same keys
/// and values as the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptByHash<K, V> {
    most: usize,
    kept: BTreeMap<(u64, K), V>,
}

impl<K: Ord, V> KeptByHash<K, V> {
    /// Nothing yet, and at most `most` keys.
    pub(in crate::validate) fn new(most: usize) -> Self {
        Self { most, kept: BTreeMap::new() }
    }

    /// Adds a value to that of its key. Returns what is not kept: this one, or one that it displaces.
    pub(in crate::validate) fn put(
        &mut self,
        hash: u64,
        key: K,
        value: V,
        join: impl FnOnce(&mut V, V),
    ) -> Option<(K, V)> {
        let place = (hash, key);
        if let Some(known) = self.kept.get_mut(&place) {
            join(known, value);
            return None;
        }
        if self.kept.len() >= self.most && self.kept.last_key_value().is_none_or(|(last, _)| place > *last) {
            return Some((place.1, value));
        }
        self.kept.insert(place, value);
        let displaced = if self.kept.len() > self.most { self.kept.pop_last() } else { None };
        displaced.map(|((_, key), value)| (key, value))
    }

    /// The value of the key with this hash that `is` accepts, without a key to compare with. `least` is the least key.
    pub(in crate::validate) fn known(&mut self, hash: u64, least: K, is: impl Fn(&K) -> bool) -> Option<&mut V> {
        let of_hash = self.kept.range_mut((hash, least)..).take_while(|((other, _), _)| *other == hash);
        of_hash.into_iter().find_map(|((_, key), value)| is(key).then_some(value))
    }

    /// The keys and their values, in the order of the hashes.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.kept.iter().map(|((_, key), value)| (key, value))
    }

    /// The same with the hashes.
    pub(in crate::validate) fn hashed(&self) -> impl Iterator<Item = (u64, &K, &V)> {
        self.kept.iter().map(|((hash, key), value)| (*hash, key, value))
    }

    /// Takes the keys and values out, with their hashes.
    pub(in crate::validate) fn drain(&mut self) -> impl Iterator<Item = (u64, K, V)> + use<K, V> {
        std::mem::take(&mut self.kept).into_iter().map(|((hash, key), value)| (hash, key, value))
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::hash::mix;
    use super::*;

    #[test]
    fn what_is_kept_does_not_depend_on_the_order_or_the_parts() {
        let numbers: Vec<u64> = (0..500).chain(0..500).chain(100..200).collect();
        let kept = |numbers: &mut dyn Iterator<Item = u64>| {
            let mut kept = KeptByHash::new(40);
            let mut rest = 0;
            for number in numbers {
                rest += kept.put(mix(number), number, 1, |known, more| *known += more).map_or(0, |(_, count)| count);
            }
            (kept, rest)
        };
        let (whole, rest) = kept(&mut numbers.iter().copied());
        assert_eq!((whole.len(), rest + whole.iter().map(|(_, count)| count).sum::<u64>()), (40, 1100));
        assert_eq!(kept(&mut numbers.iter().rev().copied()), (whole.clone(), rest));
        let (mut one, first) = kept(&mut numbers[..300].iter().copied());
        let (mut other, second) = kept(&mut numbers[300..].iter().copied());
        let mut joined = first + second;
        for (hash, key, value) in other.drain() {
            joined += one.put(hash, key, value, |known, more| *known += more).map_or(0, |(_, count)| count);
        }
        assert_eq!((one, joined), (whole, rest));
    }
}
