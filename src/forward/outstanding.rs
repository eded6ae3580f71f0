//! Which records still have lines on their way: what a source must keep.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A place in the input to go on from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The input's name as the user gave it.
    pub input: Arc<str>,
    /// The line in it, from 1.
    pub line: u64,
}

/// Records by sequence, each with the number of its lines that have no durable fate yet.
#[derive(Debug, Default)]
pub(crate) struct Outstanding {
    records: BTreeMap<u64, (Place, usize)>,
    settled: Vec<u64>,
}

impl Outstanding {
    pub(crate) fn open(&mut self, sequence: u64, input: &Arc<str>, line: u64, lines: usize) {
        if lines == 0 {
            self.settled.push(sequence);
        } else {
            self.records.insert(sequence, (Place { input: input.clone(), line }, lines));
        }
    }

    pub(crate) fn settle(&mut self, sequence: u64) {
        if let Some((_, lines)) = self.records.get_mut(&sequence) {
            *lines -= 1;
            if *lines == 0 {
                self.records.remove(&sequence);
                self.settled.push(sequence);
            }
        }
    }

    /// The records that became settled since the last call.
    pub(crate) fn take_settled(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.settled)
    }

    /// Where the first record stands that is not settled.
    pub(crate) fn first(&self) -> Option<Place> {
        self.records.first_key_value().map(|(_, (place, _))| place.clone())
    }
}
