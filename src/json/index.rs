//! The places of the members of a document, as the pass that checks a line finds them. Later stages look up members and copy
//! ranges of the text instead of reading it again.

use std::borrow::Cow;

/// How deep members and elements are indexed: the members of a batch, its events, their members, and the members of their data.
pub(crate) const INDEXED_DEPTH: usize = 4;

/// The place of a member or an element.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// The start and the end of the key with its quotes; both are 0 for an element.
    key: (u32, u32),
    /// The start and the end of the value.
    value: (u32, u32),
    /// The number of entries below this one. They follow it.
    below: u32,
    /// Whether the key has escapes.
    is_escaped: bool,
}

/// The members and elements of one line, each followed by those below it. Its memory is reused for the next line.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: Vec<Entry>,
}

impl Index {
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Adds a member or an element whose value begins at `value`, and returns its number. Entries that are added before
    /// [`close`](Self::close) are below it. `key` is empty for an element.
    #[inline]
    pub(crate) fn open(&mut self, key: std::ops::Range<usize>, is_escaped: bool, value: usize) -> usize {
        let key = (position(key.start), position(key.end));
        self.entries.push(Entry { key, value: (position(value), 0), below: 0, is_escaped });
        self.entries.len() - 1
    }

    /// Ends the value of an entry at `end`.
    #[inline]
    pub(crate) fn close(&mut self, number: usize, end: usize) {
        let below = self.entries.len() - number - 1;
        let entry = &mut self.entries[number];
        (entry.value.1, entry.below) = (position(end), position(below));
    }

    /// The members of the object that was indexed. `line` is its text.
    pub(crate) fn members<'a>(&'a self, line: &'a str) -> Members<'a> {
        Members { line, entries: &self.entries }
    }
}

/// A line has at most 1 GiB.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The indexed members of an object, or elements of an array, in their order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Members<'a> {
    line: &'a str,
    entries: &'a [Entry],
}

/// A value in an indexed document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a> {
    /// The value as written.
    pub(crate) text: &'a str,
    below: Members<'a>,
}

/// A member of an object, or an element of an array.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member<'a> {
    /// The key as written, including the quotes; empty for an element.
    pub(crate) key: &'a str,
    pub(crate) value: Value<'a>,
    is_escaped: bool,
}

impl<'a> Members<'a> {
    /// No members.
    pub(crate) const NONE: Members<'static> = Members { line: "", entries: &[] };

    pub(crate) fn is_empty(self) -> bool {
        self.entries.is_empty()
    }

    /// The value of the member `name`; `null` counts as absent (DTO-3).
    pub(crate) fn find(self, name: &str) -> Option<Value<'a>> {
        let mut rest = self.entries;
        while let Some((entry, after)) = rest.split_first() {
            let (below, next) = after.split_at(entry.below as usize);
            let length = (entry.key.1 - entry.key.0) as usize;
            // Most keys have another length.
            if length == name.len() + 2 || entry.is_escaped {
                let member = self.member(entry, below);
                if member.is_named(name) {
                    return Some(member.value).filter(|value| value.text != "null");
                }
            }
            rest = next;
        }
        None
    }

    /// The members with their numbers, which [`at`](Self::at) takes.
    pub(crate) fn numbered(self) -> impl Iterator<Item = (u32, Member<'a>)> + Clone {
        let all = self.entries.len();
        let mut rest = Iter(self);
        std::iter::from_fn(move || {
            let number = all - rest.0.entries.len();
            rest.next().map(|member| (position(number), member))
        })
    }

    /// The member with this number, if there is one.
    pub(crate) fn at(self, number: u32) -> Option<Member<'a>> {
        let (entry, after) = self.entries.get(number as usize..)?.split_first()?;
        Some(self.member(entry, after.get(..entry.below as usize)?))
    }

    fn member(self, entry: &Entry, below: &'a [Entry]) -> Member<'a> {
        let text = |(start, end): (u32, u32)| &self.line[start as usize..end as usize];
        let value = Value { text: text(entry.value), below: Members { line: self.line, entries: below } };
        Member { key: text(entry.key), value, is_escaped: entry.is_escaped }
    }
}

impl<'a> IntoIterator for Members<'a> {
    type Item = Member<'a>;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        Iter(self)
    }
}

/// The members of an object, or the elements of an array, in their order.
#[derive(Debug, Clone)]
pub(crate) struct Iter<'a>(Members<'a>);

impl<'a> Iterator for Iter<'a> {
    type Item = Member<'a>;

    fn next(&mut self) -> Option<Member<'a>> {
        let (entry, after) = self.0.entries.split_first()?;
        let (below, next) = after.split_at(entry.below as usize);
        self.0.entries = next;
        Some(self.0.member(entry, below))
    }
}

impl<'a> Value<'a> {
    /// The members of this object; none if it is another value.
    pub(crate) fn members(self) -> Members<'a> {
        if self.text.starts_with('{') { self.below } else { Members::NONE }
    }

    /// The elements of this array; `None` if it is another value.
    pub(crate) fn elements(self) -> Option<Members<'a>> {
        self.text.starts_with('[').then_some(self.below)
    }
}

impl<'a> Member<'a> {
    /// The key's name, with escapes decoded.
    pub(crate) fn name(&self) -> Cow<'a, str> {
        let inner = self.key.get(1..self.key.len().saturating_sub(1)).unwrap_or_default();
        if !self.is_escaped {
            return Cow::Borrowed(inner);
        }
        let mut name = Vec::with_capacity(inner.len());
        super::scan::unescape(inner.as_bytes(), &mut name);
        Cow::Owned(String::from_utf8(name).unwrap_or_default())
    }

    /// Whether it has this name.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name() == name
    }
}
