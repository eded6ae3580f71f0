//! Reads a record only as deep as needed. Values that are not parsed stay text, with every digit, character and key
//! order (DTO-4).
//!
//! The text must be admissible (DTO-9), which [`crate::ndjson::check`] tests: values that are passed over are not checked again.
//! With any other text these functions do not panic. They report that it is not an object or array, or parts of it.

use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;

use serde::Deserialize;

use super::exact::{self, Exact};
use crate::json::scan;

/// The kind of a JSON value, from its first character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number
    Number,
    /// A string
    String,
    /// An array
    Array,
    /// An object
    Object,
}

impl Kind {
    /// The kind of the value in `text`.
    pub fn of(text: &str) -> Self {
        match text.as_bytes().first() {
            Some(b'{') => Self::Object,
            Some(b'[') => Self::Array,
            Some(b'"') => Self::String,
            Some(b't' | b'f') => Self::Boolean,
            Some(b'n') => Self::Null,
            _ => Self::Number,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

/// A member of an object: the text of its key and of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member<'a> {
    /// The key as written, including the quotes.
    pub key: &'a str,
    /// The value as written.
    pub value: &'a str,
}

impl<'a> Member<'a> {
    /// The key's name, with escapes decoded.
    pub fn name(&self) -> Cow<'a, str> {
        string(self.key).unwrap_or_default()
    }

    /// Whether it has this name.
    pub fn is_named(&self, name: &str) -> bool {
        let spelled = self.key.get(1..self.key.len().saturating_sub(1)).unwrap_or_default();
        // A spelling with escapes is longer than its name.
        spelled == name || (spelled.len() > name.len() && spelled.contains('\\') && self.name() == name)
    }
}

/// The members of the object in `text`, in order; `None` if it is not an object.
pub fn members(text: &str) -> Option<Vec<Member<'_>>> {
    let mut members = Vec::new();
    let read = read_members(text, |member| {
        members.push(member);
        ControlFlow::Continue(())
    });
    read.map(|_| members)
}

/// The texts of the elements of the array in `text`; `None` if it is not an array.
pub fn elements(text: &str) -> Option<Vec<&str>> {
    let mut elements = Vec::new();
    let read = read_elements(text, |element| {
        elements.push(element);
        ControlFlow::Continue(())
    });
    read.map(|_| elements)
}

/// Hands over each member of the object that `text` spells, until `visit` breaks; keeps none, so that memory does not grow. There
/// are none if it is not an object.
pub fn each_member<'a>(text: &'a str, visit: impl FnMut(Member<'a>) -> ControlFlow<()>) -> ControlFlow<()> {
    read_members(text, visit).unwrap_or(ControlFlow::Continue(()))
}

/// Hands over the text of each element of the array that `text` spells, like [`each_member`].
pub fn each_element<'a>(text: &'a str, visit: impl FnMut(&'a str) -> ControlFlow<()>) -> ControlFlow<()> {
    read_elements(text, visit).unwrap_or(ControlFlow::Continue(()))
}

/// How many members or elements the object or array that `text` spells has; 0 for any other value.
pub fn count(text: &str) -> usize {
    let mut count = 0;
    let mut add = || {
        count += 1;
        ControlFlow::Continue(())
    };
    // Neither breaks.
    let _ = match Kind::of(text) {
        Kind::Object => each_member(text, |_| add()),
        _ => each_element(text, |_| add()),
    };
    count
}

fn read_members<'a>(text: &'a str, mut visit: impl FnMut(Member<'a>) -> ControlFlow<()>) -> Option<ControlFlow<()>> {
    let bytes = text.as_bytes();
    read_list(text, b'{', b'}', |start| {
        let key_end = (bytes.get(start) == Some(&b'"')).then(|| scan::string(bytes, start + 1))??.next;
        let colon = scan::after_blanks(bytes, key_end);
        let value = (bytes.get(colon) == Some(&b':')).then(|| scan::after_blanks(bytes, colon + 1))?;
        let end = scan::after_value(bytes, value)?;
        Some((end, visit(Member { key: text.get(start..key_end)?, value: text.get(value..end)? })))
    })
}

fn read_elements<'a>(text: &'a str, mut visit: impl FnMut(&'a str) -> ControlFlow<()>) -> Option<ControlFlow<()>> {
    read_list(text, b'[', b']', |start| {
        let end = scan::after_value(text.as_bytes(), start)?;
        Some((end, visit(text.get(start..end)?)))
    })
}

/// Reads what is between two brackets and separated by commas. `read` gets the position of each part and returns its end.
fn read_list(
    text: &str,
    open: u8,
    close: u8,
    mut read: impl FnMut(usize) -> Option<(usize, ControlFlow<()>)>,
) -> Option<ControlFlow<()>> {
    let bytes = text.as_bytes();
    let start = scan::after_blanks(bytes, 0);
    if bytes.get(start) != Some(&open) {
        return None;
    }
    let mut at = scan::after_blanks(bytes, start + 1);
    if bytes.get(at) == Some(&close) {
        return Some(ControlFlow::Continue(()));
    }
    loop {
        let (end, flow) = read(at)?;
        if flow.is_break() {
            return Some(flow);
        }
        at = scan::after_blanks(bytes, end);
        match bytes.get(at)? {
            b',' => at = scan::after_blanks(bytes, at + 1),
            byte if *byte == close => return Some(ControlFlow::Continue(())),
            _ => return None,
        }
    }
}

/// The string in `text`, with escapes decoded; `None` if it is not a string.
pub fn string(text: &str) -> Option<Cow<'_, str>> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        String::deserialize(&mut serde_json::Deserializer::from_str(text)).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

/// The value of the member `name`; `null` counts as absent (DTO-3).
pub fn find<'a>(members: &[Member<'a>], name: &str) -> Option<&'a str> {
    members.iter().find(|member| member.is_named(name)).map(|member| member.value).filter(|value| *value != "null")
}

/// The 64-bit integer that `text` spells, as a number or as a string of digits (DTO-3). Past 2^53 a fraction or an exponent spells
/// none: its digits may be a guess (U-30).
pub fn int64(text: &str) -> Option<i64> {
    // Most integers are plain digits and need no JSON parser.
    match text.parse() {
        Ok(integer) if !text.starts_with('+') => Some(integer),
        _ if text.starts_with('"') => serde_json::from_str::<super::record::Int64>(text).ok().map(|integer| integer.0),
        _ => match exact::integer(text) {
            Some(Exact::Digits(digits)) => digits.parse().ok(),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_kept() {
        let members = members(r#" {"a" : 1.0, "\u0062":"\u00e9\/", "c":[ 1 ]} "#).unwrap();
        let seen: Vec<_> = members.iter().map(|member| (member.key, member.value)).collect();
        assert_eq!(seen, [("\"a\"", "1.0"), (r#""\u0062""#, r#""\u00e9\/""#), ("\"c\"", "[ 1 ]")]);
        assert_eq!(members[1].name(), "b");
        assert_eq!(string(members[1].value).unwrap(), "é/");
    }

    #[test]
    fn what_is_something_else_is_none() {
        assert_eq!(members("[1]"), None);
        assert_eq!(elements("{}"), None);
        assert_eq!(string("7"), None);
        assert_eq!(string("\""), None);
        assert_eq!(elements("[1, \"a\", {}]").unwrap(), ["1", "\"a\"", "{}"]);
        let until_2 = |element| if element == "2" { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        assert!(each_element("[1, 2, {", until_2).is_break());
    }

    #[test]
    fn integers_come_in_two_spellings() {
        assert_eq!(int64("-109840007014118971"), Some(-109_840_007_014_118_971));
        assert_eq!(int64("\"1595542763908\""), Some(1_595_542_763_908));
        assert_eq!(int64("1772323200000.0"), Some(1_772_323_200_000));
        assert_eq!(int64("1.5"), None);
        assert_eq!(int64("-5.28e+18"), None);
        assert_eq!(int64("\"+5\""), None);
        assert_eq!(int64("\"\""), None);
    }
}
