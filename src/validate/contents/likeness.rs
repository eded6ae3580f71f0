//! Which files hold the same: the same bytes, or batches with the same ids.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::hash::mix;
use super::kept::KeptByHash;
use crate::report::model::Findings;

/// The number of different contents that are compared; of more, those with the smallest hashes are.
const CONTENTS: usize = 1 << 16;

/// How many files of one content are named: the first one, and the places of a finding.
const NAMED: usize = Findings::PLACES + 1;

/// Identifies the inputs of a run, with a few bytes for each.
#[derive(Debug, Clone, Default)]
pub(in crate::validate) struct Likeness {
    /// The hash of an input that was read to its end.
    bytes: BTreeMap<usize, u64>,
    /// The number of batch ids of an input and the sum of their hashes.
    ids: BTreeMap<usize, (u64, u64)>,
}

impl Likeness {
    pub(in crate::validate) fn add_bytes(&mut self, input: usize, hash: u64) {
        self.bytes.insert(input, hash);
    }

    pub(in crate::validate) fn add_id(&mut self, input: usize, id: i64) {
        let (count, sum) = self.ids.entry(input).or_default();
        *count += 1;
        // It does not depend on the order, which differs between threads.
        *sum = sum.wrapping_add(mix(id as u64));
    }

    pub(in crate::validate) fn merge(&mut self, other: Self) {
        self.bytes.extend(other.bytes);
        for (input, (count, sum)) in other.ids {
            let own = self.ids.entry(input).or_default();
            *own = (own.0 + count, own.1.wrapping_add(sum));
        }
    }

    /// Groups the inputs by what they hold. `name` is the name of an input.
    pub(in crate::validate) fn alike(&self, name: impl Fn(usize) -> Arc<str>) -> Alike {
        let mut alike = Alike::default();
        for (input, bytes) in &self.bytes {
            let content = self.ids.get(input).map_or(*bytes, |(count, sum)| mix(mix(*sum) ^ count));
            alike.put(content, SameFiles { count: 1, first: vec![(name(*input), *bytes)] });
        }
        alike
    }
}

/// Files by what they hold, in bounded memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::validate) struct Alike {
    pub(in crate::validate) groups: KeptByHash<(), SameFiles>,
    /// Files that are not compared.
    pub(in crate::validate) others: u64,
}

/// Files that hold the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::validate) struct SameFiles {
    pub(in crate::validate) count: u64,
    /// The first names, and the hashes of their bytes.
    pub(in crate::validate) first: Vec<(Arc<str>, u64)>,
}

impl Default for Alike {
    fn default() -> Self {
        Self { groups: KeptByHash::new(CONTENTS), others: 0 }
    }
}

impl Alike {
    /// Adds files with this content.
    pub(in crate::validate) fn put(&mut self, content: u64, files: SameFiles) {
        let rest = self.groups.put(content, (), files, |known, more| {
            known.count += more.count;
            known.first.extend(more.first);
            known.first.sort();
            known.first.truncate(NAMED);
        });
        self.others += rest.map_or(0, |((), files)| files.count);
    }

    pub(in crate::validate) fn merge(&mut self, mut other: Self) {
        self.others += other.others;
        other.groups.drain().for_each(|(content, (), files)| self.put(content, files));
    }

    /// For each content that several files have: the number of files beyond the first, and the first of these with what they
    /// repeat.
    pub(in crate::validate) fn repeated(&self) -> impl Iterator<Item = (u64, Vec<(Arc<str>, String)>)> {
        self.groups.iter().filter(|(_, files)| files.count > 1).map(|(_, files)| {
            let repeats = files.first.iter().enumerate().skip(1).map(|(at, (name, bytes))| {
                let found = match files.first[..at].iter().find(|(_, earlier)| earlier == bytes) {
                    Some((earlier, _)) => format!("the same bytes as `{earlier}`"),
                    None => format!("batches with the same ids as `{}`", files.first[0].0),
                };
                (name.clone(), found)
            });
            (files.count - 1, repeats.collect())
        })
    }
}
