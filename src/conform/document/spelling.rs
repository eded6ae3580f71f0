//! The spelling of a document: the number of bytes of each text with its escapes, and the number of blanks between the
//! tokens of a container. It does not affect whether documents are equal. The limit of a line's length applies to the
//! line as written, in which unchanged parts keep their spelling.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};

/// A decoded text.
#[derive(Debug, Clone)]
pub struct Text {
    content: String,
    /// The bytes of the spelling, without the quotes.
    spelled: usize,
}

impl Text {
    /// A text that was read, and the bytes between its quotes.
    pub(super) fn read(content: String, spelled: usize) -> Self {
        Self { content, spelled }
    }

    /// The length of the spelling in bytes, including the quotes.
    pub fn length(&self) -> usize {
        self.spelled + 2
    }
}

/// The shortest spelling that JSON allows.
impl From<&str> for Text {
    fn from(content: &str) -> Self {
        let escaped = |byte| match byte {
            b'"' | b'\\' | 0x8 | b'\t' | b'\n' | 0xc | b'\r' => 2,
            0..=0x1f => 6,
            _ => 1,
        };
        Self { spelled: content.bytes().map(escaped).sum(), content: content.to_owned() }
    }
}

impl From<String> for Text {
    fn from(content: String) -> Self {
        content.as_str().into()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.content
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.content == other.content
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.content == other
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.content.cmp(&other.content)
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.content.hash(state);
    }
}

/// The elements of an array or the members of an object. A mutable borrow resets the count of blanks, even if nothing
/// changes.
#[derive(Debug, Clone)]
pub struct Parts<T> {
    parts: Vec<T>,
    blanks: usize,
}

impl<T> Parts<T> {
    /// Parts that were read, and the number of blanks between their tokens.
    pub(super) fn read(parts: Vec<T>, blanks: usize) -> Self {
        Self { parts, blanks }
    }

    /// The number of blanks between the container's own tokens.
    pub(super) fn blanks(&self) -> usize {
        self.blanks
    }
}

impl<T> Default for Parts<T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<T> From<Vec<T>> for Parts<T> {
    fn from(parts: Vec<T>) -> Self {
        Self { parts, blanks: 0 }
    }
}

impl<T> FromIterator<T> for Parts<T> {
    fn from_iter<I: IntoIterator<Item = T>>(parts: I) -> Self {
        Vec::from_iter(parts).into()
    }
}

impl<T> IntoIterator for Parts<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.parts.into_iter()
    }
}

impl<T> Deref for Parts<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.parts
    }
}

impl<T> DerefMut for Parts<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        self.blanks = 0;
        &mut self.parts
    }
}

impl<T: PartialEq> PartialEq for Parts<T> {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

impl<T: Eq> Eq for Parts<T> {}
