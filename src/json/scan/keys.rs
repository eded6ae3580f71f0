//! The keys of the open objects, to find repeated keys (DTO-9).

use super::text;

/// The part of a key that is compared first: its first eight bytes, its last eight bytes and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    head: u64,
    tail: u64,
    length: usize,
}

impl Word {
    /// The word of `text[start..end]`, which must be within `text`. The bytes after it may be read too.
    #[inline]
    pub(crate) fn of(text: &[u8], start: usize, end: usize) -> Self {
        let length = end - start;
        if length > 8 {
            return Self { head: load(text, start), tail: load(text, end - 8), length };
        }
        let head = match text.get(start..start + 8) {
            Some(_) => load(text, start) & mask(length),
            None => text[start..end].iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
        };
        Self { head, tail: 0, length }
    }

    /// Whether it holds every byte of the key.
    #[inline]
    pub(crate) fn is_whole(self) -> bool {
        self.length <= 16
    }

    /// A fast and weak hash. Any number of keys may collide.
    #[inline]
    pub(crate) fn hash(self) -> u64 {
        self.mixed(0x9e37_79b9_7f4a_7c15)
    }

    /// A fast and weak hash that depends on `seed`.
    #[inline]
    pub(crate) fn mixed(self, seed: u64) -> u64 {
        // Two products, so that two words do not collide with every seed.
        (self.head ^ self.length as u64).wrapping_mul(seed) ^ self.tail.wrapping_mul(seed.rotate_left(32) | 1)
    }
}

#[inline]
fn load(text: &[u8], start: usize) -> u64 {
    match text.get(start..start + 8).and_then(|bytes| bytes.try_into().ok()) {
        Some(bytes) => u64::from_le_bytes(bytes),
        None => 0,
    }
}

#[inline]
fn mask(length: usize) -> u64 {
    if length >= 8 { u64::MAX } else { (1 << (8 * length)) - 1 }
}

/// With more keys, an object's keys are sorted at its end instead of compared with each other when they are read.
const FEW: usize = 16;

/// A key that was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    start: usize,
    end: usize,
    word: Word,
    /// Whether its text is in the unescaped keys instead of the line.
    unescaped: bool,
}

/// A stack of keys: the keys of an object are above those of the objects that contain it. It is reused for the next
/// line, so that it grows only to the size that the lines need.
#[derive(Debug, Default)]
pub(crate) struct OpenKeys {
    stack: Vec<Key>,
    unescaped: Vec<u8>,
}

impl OpenKeys {
    pub(crate) const fn new() -> Self {
        Self { stack: Vec::new(), unescaped: Vec::new() }
    }

    pub(crate) fn clear(&mut self) {
        self.stack.clear();
        self.unescaped.clear();
    }

    /// The index of the first key of an object that starts now.
    #[inline]
    pub(crate) fn mark(&self) -> usize {
        self.stack.len()
    }

    /// The key of a string that was read from `line` at `start`, after its opening quote.
    #[inline]
    pub(crate) fn key(&mut self, line: &[u8], start: usize, read: text::Text) -> Key {
        let range = text::between(start, read);
        if !read.escaped {
            return Key {
                start: range.start,
                end: range.end,
                word: Word::of(line, range.start, range.end),
                unescaped: false,
            };
        }
        let start = self.unescaped.len();
        text::unescape(&line[range], &mut self.unescaped);
        let end = self.unescaped.len();
        Key { start, end, word: Word::of(&self.unescaped, start, end), unescaped: true }
    }

    /// The text that contains the key, its range in it, and its word.
    #[inline]
    pub(crate) fn place<'a>(&'a self, line: &'a [u8], key: Key) -> (&'a [u8], usize, usize, Word) {
        (if key.unescaped { &self.unescaped } else { line }, key.start, key.end, key.word)
    }

    /// Adds a key to the object whose keys start at `mark`. Returns false if the key is already known to be there.
    #[inline]
    pub(crate) fn insert(&mut self, mark: usize, line: &[u8], key: Key) -> bool {
        let own = &self.stack[mark..];
        let twice = own.len() < FEW && own.iter().any(|other| other.word == key.word && self.same(line, *other, key));
        self.stack.push(key);
        !twice
    }

    /// Ends the object whose keys start at `mark`. Returns false if a key occurs twice.
    #[inline]
    pub(crate) fn end(&mut self, mark: usize, line: &[u8]) -> bool {
        let distinct = self.stack.len() - mark <= FEW || self.are_distinct(mark, line);
        self.stack.truncate(mark);
        distinct
    }

    /// Removes all keys that were added since `mark`.
    pub(crate) fn rewind(&mut self, mark: usize) {
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
