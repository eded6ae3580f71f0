//! What a bucket shows beside its lines: when files came, how they are stored, which fields come and go.

use std::collections::BTreeSet;

use super::fields::Fields;
use super::hash::hash_of;
use super::hours::Hours;
use super::kept::KeptByHash;
use crate::validate::input::StoredAs;

/// The largest number of different values of a header.
const VALUES: usize = 100;

/// The number of objects that are named.
const NAMED: usize = 10;

/// What a bucket shows beside its lines. Memory is bounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::validate) struct Observed {
    /// Objects of the export that were opened.
    pub(in crate::validate) objects: u64,
    pub(in crate::validate) hours: Hours,
    pub(in crate::validate) fields: Fields,
    /// Objects by encryption.
    pub(in crate::validate) encryption: KeptByHash<String, u64>,
    /// Objects by Content-Type.
    pub(in crate::validate) types: KeptByHash<String, u64>,
    /// Objects by Content-Encoding.
    pub(in crate::validate) encodings: KeptByHash<String, u64>,
    /// Objects that the export did not write. They are not read.
    pub(in crate::validate) foreign: u64,
    /// The first of them.
    pub(in crate::validate) first_foreign: BTreeSet<String>,
}

impl Default for Observed {
    fn default() -> Self {
        let [encryption, types, encodings] = [(); 3].map(|()| KeptByHash::new(VALUES));
        Self {
            objects: 0,
            hours: Hours::default(),
            fields: Fields::default(),
            encryption,
            types,
            encodings,
            foreign: 0,
            first_foreign: BTreeSet::new(),
        }
    }
}

impl Observed {
    /// Counts an object with these headers.
    pub(in crate::validate) fn add(&mut self, stored: &StoredAs) {
        self.objects += 1;
        let value = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        put(&mut self.encryption, value(&stored.encryption), 1);
        put(&mut self.types, value(&stored.content_type), 1);
        put(&mut self.encodings, value(&stored.content_encoding), 1);
    }

    /// Counts an object that the export did not write.
    pub(in crate::validate) fn add_foreign(&mut self, name: &str) {
        self.foreign += 1;
        self.name_foreign(name.to_owned());
    }

    pub(in crate::validate) fn name_foreign(&mut self, name: String) {
        self.first_foreign.insert(name);
        if self.first_foreign.len() > NAMED {
            self.first_foreign.pop_last();
        }
    }

    pub(in crate::validate) fn merge(&mut self, mut other: Self) {
        self.objects += other.objects;
        self.hours.merge(other.hours);
        self.fields.merge(other.fields);
        for (own, more) in [
            (&mut self.encryption, &mut other.encryption),
            (&mut self.types, &mut other.types),
            (&mut self.encodings, &mut other.encodings),
        ] {
            more.drain().for_each(|(_, value, count)| put(own, value, count));
        }
        self.foreign += other.foreign;
        other.first_foreign.into_iter().for_each(|name| self.name_foreign(name));
    }
}

/// Adds objects with this value of a header.
pub(in crate::validate) fn put(counts: &mut KeptByHash<String, u64>, value: String, count: u64) {
    counts.put(hash_of(value.as_bytes()), value, count, |own, more| *own += more);
}
