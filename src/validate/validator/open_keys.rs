//! The keys of the open objects, and which known key follows which.

use super::key_table::Table;
use crate::json::scan::{Key, OpenKeys};

/// The keys of the open objects. It is reused for the next line.
#[derive(Debug)]
pub(super) struct Keys {
    pub(super) open: OpenKeys,
    /// The known key that followed each known key last time, because most writers keep an order.
    guesses: Vec<u16>,
}

/// The last known key in an object, as an index of the guesses of the object's table.
pub(super) type After = usize;

/// The state before the first known key.
pub(super) const FIRST: After = 0;

impl Keys {
    /// Creates the keys for tables with this total number of guesses.
    pub(super) fn new(guesses: usize) -> Self {
        Self { open: OpenKeys::new(), guesses: vec![0; guesses] }
    }

    /// The known key at `line[at..]` if the order is the same as last time, and the position of its value.
    #[inline]
    pub(super) fn guess(
        &self,
        table: &Table,
        after: After,
        line: &[u8],
        at: usize,
        first: bool,
    ) -> Option<(usize, usize)> {
        let index = usize::from(*self.guesses.get(table.guesses + after)?);
        Some((index, at + table.length_at(index, line, at, first)?))
    }

    /// Records which known key followed.
    #[inline]
    pub(super) fn learn(&mut self, table: &Table, after: After, index: usize) {
        if let Some(guess) = self.guesses.get_mut(table.guesses + after) {
            *guess = index as u16;
        }
    }

    /// The index of a key in a table.
    #[inline]
    pub(super) fn find(&self, table: &Table, line: &[u8], key: Key) -> Option<usize> {
        let (text, start, end, word) = self.open.place(line, key);
        table.find(text, start, end, word)
    }
}
