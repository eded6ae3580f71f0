//! The keys of the open objects, to find repeated keys (DTO-9).

use super::key_table::{Table, Word};

/// With more keys, an object's keys are sorted at its end instead of compared with each other when they are read.
const FEW: usize = 16;

/// A key that was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    start: usize,
    end: usize,
    word: Word,
    /// Whether its text is in the unescaped keys instead of the line.
    unescaped: bool,
}

/// A stack of keys: the keys of an object are above those of the objects that contain it. It is reused for the next
/// line, so that it grows only to the size that the lines need.
#[derive(Debug)]
pub(super) struct Keys {
    stack: Vec<Key>,
    unescaped: Vec<u8>,
    /// The known key that followed each known key last time, because most writers keep an order.
    guesses: Vec<u16>,
}

/// The last known key in an object, as an index of the guesses of the object's table.
pub(super) type After = usize;

/// The state before the first known key.
pub(super) const FIRST: After = 0;

impl Keys {
    /// Creates the stack for tables with this total number of guesses.
    pub(super) fn new(guesses: usize) -> Self {
        Self { stack: Vec::new(), unescaped: Vec::new(), guesses: vec![0; guesses] }
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

    pub(super) fn clear(&mut self) {
        self.stack.clear();
        self.unescaped.clear();
    }

    /// The index of the first key of an object that starts now.
    #[inline]
    pub(super) fn mark(&self) -> usize {
        self.stack.len()
    }

    /// A key without escapes.
    #[inline]
    pub(super) fn plain(line: &[u8], start: usize, end: usize) -> Key {
        Key { start, end, word: Word::of(line, start, end), unescaped: false }
    }

    /// A key with escapes.
    pub(super) fn escaped(&mut self, escaped: &[u8]) -> Key {
        let start = self.unescaped.len();
        super::scan::unescape(escaped, &mut self.unescaped);
        let end = self.unescaped.len();
        Key { start, end, word: Word::of(&self.unescaped, start, end), unescaped: true }
    }

    /// The index of a key in a table.
    #[inline]
    pub(super) fn find(&self, table: &Table, line: &[u8], key: Key) -> Option<usize> {
        let text = if key.unescaped { &self.unescaped } else { line };
        table.find(text, key.start, key.end, key.word)
    }

    /// Adds a key to the object whose keys start at `mark`. Returns false if the key is already known to be there.
    #[inline]
    pub(super) fn insert(&mut self, mark: usize, line: &[u8], key: Key) -> bool {
        let own = &self.stack[mark..];
        let twice = own.len() < FEW && own.iter().any(|other| other.word == key.word && self.same(line, *other, key));
        self.stack.push(key);
        !twice
    }

    /// Ends the object whose keys start at `mark`. Returns false if a key occurs twice.
    #[inline]
    pub(super) fn end(&mut self, mark: usize, line: &[u8]) -> bool {
        let distinct = self.stack.len() - mark <= FEW || self.are_distinct(mark, line);
        self.stack.truncate(mark);
        distinct
    }

    /// Removes all keys that were added since `mark`.
    pub(super) fn rewind(&mut self, mark: usize) {
        self.stack.truncate(mark);
    }

    #[cold]
    fn are_distinct(&mut self, mark: usize, line: &[u8]) -> bool {
        let Self { stack, unescaped, .. } = self;
        let text = |key: &Key| if key.unescaped { &unescaped[key.start..key.end] } else { &line[key.start..key.end] };
        // Compares the texts if the words collide, so that no input is slower than a sort.
        stack[mark..].sort_unstable_by(|a, b| a.word.hash().cmp(&b.word.hash()).then_with(|| text(a).cmp(text(b))));
        stack[mark..].windows(2).all(|pair| text(&pair[0]) != text(&pair[1]))
    }

    fn same(&self, line: &[u8], one: Key, other: Key) -> bool {
        let text =
            |key: Key| if key.unescaped { &self.unescaped[key.start..key.end] } else { &line[key.start..key.end] };
        text(one) == text(other)
    }
}
