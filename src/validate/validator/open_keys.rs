//! The keys of the objects that are open, so that a repeated one is found (DTO-9).

use super::key_table::{Table, Word};

/// Beyond this many keys an object's are sorted at its end instead of being compared with each other as they come.
const FEW: usize = 16;

/// A key as it was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    start: usize,
    end: usize,
    word: Word,
    /// Whether its text is among the unescaped keys and not in the line.
    unescaped: bool,
}

/// A stack of keys: those of an object are on top of those of the objects around it. It is kept from line to line, so that
/// it grows to what the lines need and then no more.
#[derive(Debug)]
pub(super) struct Keys {
    stack: Vec<Key>,
    unescaped: Vec<u8>,
    /// Which known key came after each known key the last time: writers mostly keep to an order.
    guesses: Vec<u16>,
}

/// The known key that was read last in an object: its place among the guesses of the object's table.
pub(super) type After = usize;

/// Before the first known key.
pub(super) const FIRST: After = 0;

impl Keys {
    /// For tables with this number of guesses together.
    pub(super) fn new(guesses: usize) -> Self {
        Self { stack: Vec::new(), unescaped: Vec::new(), guesses: vec![0; guesses] }
    }

    /// The known key that comes at `line[at..]` if all is as it was the last time, and where its value begins.
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

    /// Notes which known key came.
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

    /// The place of the first key of an object that begins now.
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

    /// Adds a key to the object whose keys begin at `mark`; false if it is known to be there already.
    #[inline]
    pub(super) fn insert(&mut self, mark: usize, line: &[u8], key: Key) -> bool {
        let own = &self.stack[mark..];
        let twice = own.len() < FEW && own.iter().any(|other| other.word == key.word && self.same(line, *other, key));
        self.stack.push(key);
        !twice
    }

    /// Ends the object whose keys begin at `mark`; false if a key is in it twice.
    #[inline]
    pub(super) fn end(&mut self, mark: usize, line: &[u8]) -> bool {
        let distinct = self.stack.len() - mark <= FEW || self.are_distinct(mark, line);
        self.stack.truncate(mark);
        distinct
    }

    /// Goes back to where an object's keys began, whatever was added since.
    pub(super) fn rewind(&mut self, mark: usize) {
        self.stack.truncate(mark);
    }

    #[cold]
    fn are_distinct(&mut self, mark: usize, line: &[u8]) -> bool {
        let Self { stack, unescaped, .. } = self;
        let text = |key: &Key| if key.unescaped { &unescaped[key.start..key.end] } else { &line[key.start..key.end] };
        // By the text itself where the words collide, so that no input makes this slower than a sort.
        stack[mark..].sort_unstable_by(|a, b| a.word.hash().cmp(&b.word.hash()).then_with(|| text(a).cmp(text(b))));
        stack[mark..].windows(2).all(|pair| text(&pair[0]) != text(&pair[1]))
    }

    fn same(&self, line: &[u8], one: Key, other: Key) -> bool {
        let text =
            |key: Key| if key.unescaped { &self.unescaped[key.start..key.end] } else { &line[key.start..key.end] };
        text(one) == text(other)
    }
}
