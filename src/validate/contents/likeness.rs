//! Which files hold the same: the same bytes, or batches with the same ids.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use super::repeats::mix;

/// What tells the files apart, in a few bytes for each.
#[derive(Debug, Clone, Default)]
pub(in crate::validate) struct Likeness {
    /// The stored bytes of an input and their hash.
    bytes: BTreeMap<usize, (u64, u64)>,
    /// The number of batch ids of an input and the sum of their hashes.
    ids: BTreeMap<usize, (u64, u64)>,
}

impl Likeness {
    pub(in crate::validate) fn add_bytes(&mut self, input: usize, size: u64, hash: u64) {
        self.bytes.insert(input, (size, hash));
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

    /// Each input that holds the same as an earlier one, that one, and what is the same.
    pub(in crate::validate) fn repeated(&self) -> BTreeMap<usize, (usize, &'static str)> {
        let mut repeated = again(&self.ids, "batches with the same ids as");
        repeated.extend(again(&self.bytes, "the same bytes as"));
        repeated
    }
}

fn again(of_inputs: &BTreeMap<usize, (u64, u64)>, what: &'static str) -> BTreeMap<usize, (usize, &'static str)> {
    let mut first = BTreeMap::new();
    let earlier = of_inputs.iter().filter_map(|(input, key)| {
        let first = *first.entry(key).or_insert(*input);
        (first != *input).then_some((*input, (first, what)))
    });
    earlier.collect()
}

/// The hash of what is read.
#[derive(Clone, Default)]
pub(in crate::validate) struct ReadHash(Arc<Mutex<DefaultHasher>>);

impl ReadHash {
    /// The same bytes, which are hashed as they are read.
    pub(in crate::validate) fn of(&self, reader: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        Box::new(Hashed { reader, hash: self.clone() })
    }

    pub(in crate::validate) fn finish(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).finish()
    }
}

struct Hashed {
    reader: Box<dyn Read + Send>,
    hash: ReadHash,
}

impl Read for Hashed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        // Not `Hash::hash_slice`, which would add the length of each piece.
        self.hash.0.lock().unwrap_or_else(PoisonError::into_inner).write(&into[..read]);
        Ok(read)
    }
}
