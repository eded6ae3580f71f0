//! Decides whether a line is admissible (DTO-9): UTF-8, one JSON object, at most 128 levels deep, no repeated key in an
//! object, paired surrogates, finite numbers. The engine quarantines other lines, and the validator reports them; both
//! use this function.

use std::collections::HashSet;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::quick_check::{Pass, Places, pass};

/// The largest depth of nested objects and arrays (DTO-9).
pub const MAX_DEPTH: usize = 128;

/// With more keys, a set is faster than comparing each pair.
const FEW_KEYS: usize = 16;

/// Why a line is not admissible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Inadmissible {
    /// The bytes are not UTF-8.
    #[error("invalid UTF-8 at byte {at}")]
    NotUtf8 {
        /// The offset of the first invalid byte in the line, from 0.
        at: usize,
    },
    /// The text is not JSON, or is JSON that readers interpret differently.
    #[error("not admissible JSON: {reason} at column {column}")]
    NotJson {
        /// The reason in a few words, without the text itself.
        reason: String,
        /// The position in bytes, counted from 1.
        column: usize,
    },
    /// The line is JSON but not an object.
    #[error("a batch is a JSON object, this is {found}")]
    NotAnObject {
        /// The kind of value that it is.
        found: &'static str,
    },
    /// The line is longer than the limit.
    #[error("the line has {length} bytes, the limit is {max}; see `engine.max_line_bytes`")]
    TooLong {
        /// The line's length in bytes.
        length: u64,
        /// The limit in bytes.
        max: usize,
    },
}

/// Checks one line, without its newline, and returns it as text.
///
/// # Errors
/// The first reason why it is not admissible.
pub fn check(line: &[u8]) -> Result<&str, Inadmissible> {
    check_with(line, &mut ())
}

/// Like [`check`], and puts the places of its members into `index`.
#[cfg(feature = "forward")]
pub(crate) fn check_and_index<'a>(line: &'a [u8], index: &mut crate::json::Index) -> Result<&'a str, Inadmissible> {
    index.clear();
    check_with(line, index)
}

fn check_with<'a>(line: &'a [u8], places: &mut impl Places) -> Result<&'a str, Inadmissible> {
    let text = std::str::from_utf8(line).map_err(|error| Inadmissible::NotUtf8 { at: error.valid_up_to() })?;
    if text.starts_with('\u{feff}') {
        return Err(Inadmissible::NotJson { reason: "it begins with a byte order mark".to_owned(), column: 1 });
    }
    let passed = pass(line, places);
    if passed == Pass::Admissible {
        return Ok(text);
    }
    parse(text).map_err(|error| not_json(&error))?;
    match text.trim_start_matches([' ', '\t', '\r', '\n']).as_bytes().first() {
        Some(b'{') if passed == Pass::Numbers => Ok(text),
        Some(b'{') => {
            // The tests and the fuzz targets see it.
            if cfg!(any(test, debug_assertions)) {
                unreachable!("the pass and the parser disagree");
            }
            Err(Inadmissible::NotJson { reason: "it cannot be read".to_owned(), column: 1 })
        }
        Some(b'[') => Err(Inadmissible::NotAnObject { found: "an array" }),
        _ => Err(Inadmissible::NotAnObject { found: "a scalar" }),
    }
}

/// Reads the text once, for its first error.
pub(super) fn parse(text: &str) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // The depth is counted here, because 128 levels are allowed and the message must name the limit.
    deserializer.disable_recursion_limit();
    deserializer.deserialize_any(Node { depth: 0 }).and_then(|()| deserializer.end())
}

fn not_json(error: &serde_json::Error) -> Inadmissible {
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    Inadmissible::NotJson { reason: reason.to_owned(), column: error.column() }
}

/// Reads a value without keeping it.
#[derive(Clone, Copy)]
struct Node {
    depth: usize,
}

impl Node {
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(format_args!("nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Node {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        while elements.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        let mut keys = Keys::default();
        while let Some(key) = members.next_key_seed(KeySeed)? {
            if !keys.insert(key) {
                return Err(serde::de::Error::custom("a key occurs twice in one object"));
            }
            members.next_value_seed(inner)?;
        }
        Ok(())
    }
}

/// The unescaped keys of one object.
#[derive(Default)]
struct Keys<'de> {
    few: Vec<Key<'de>>,
    many: HashSet<Key<'de>>,
}

type Key<'de> = std::borrow::Cow<'de, str>;

impl<'de> Keys<'de> {
    fn insert(&mut self, key: Key<'de>) -> bool {
        if !self.many.is_empty() {
            return self.many.insert(key);
        }
        if self.few.contains(&key) {
            return false;
        }
        self.few.push(key);
        if self.few.len() > FEW_KEYS {
            self.many.extend(self.few.drain(..));
        }
        true
    }
}

struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Key<'de>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
        Ok(Key::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key::Owned(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reason(line: &str) -> String {
        check(line.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn takes_what_real_clients_send() {
        for line in [r#"{}"#, r#"{"a":[1,-0,1.0,1e3,null,true,"\u00e9\ud83d\ude00"],"b":{"a":1}}"#, " {\"a\":1} \r"] {
            assert!(check(line.as_bytes()).is_ok(), "{line}");
        }
    }

    #[test]
    fn names_what_it_refuses() {
        assert_eq!(reason(""), "not admissible JSON: EOF while parsing a value at column 0");
        assert_eq!(reason("[1]"), "a batch is a JSON object, this is an array");
        assert_eq!(reason("7"), "a batch is a JSON object, this is a scalar");
        assert_eq!(reason(r#"{"a":1,"a":2}"#), "not admissible JSON: a key occurs twice in one object at column 10");
        // Another spelling of the same key is the same key.
        assert!(reason(r#"{"a":1,"\u0061":2}"#).contains("a key occurs twice"));
        assert!(
            reason(r#"{"a":"\ud800"}"#).contains("surrogate") || reason(r#"{"a":"\ud800"}"#).contains("hex escape")
        );
        assert!(reason(r#"{"a":1e400}"#).contains("number out of range"));
        assert!(reason(r#"{"a":1} {"#).contains("trailing characters"));
        assert!(reason("\u{feff}{}").contains("a byte order mark"));
        assert_eq!(check(b"{\"a\":\"\xff\"}").unwrap_err(), Inadmissible::NotUtf8 { at: 6 });
    }

    #[test]
    fn many_keys_are_compared_too() {
        let mut line = String::from("{");
        for key in 0..100 {
            line.push_str(&format!("\"k{key}\":0,"));
        }
        assert!(check(format!("{line}\"z\":0}}").as_bytes()).is_ok());
        assert!(reason(&format!("{line}\"k7\":0}}")).contains("a key occurs twice"));
    }

    #[test]
    fn depth_is_bounded_at_128() {
        let nested = |depth: usize| format!("{}{}", "{\"a\":".repeat(depth - 1), "{}") + &"}".repeat(depth - 1);
        assert!(check(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert!(reason(&nested(MAX_DEPTH + 1)).contains("nested deeper than 128 levels"));
        assert!(check(nested(100_000).as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn never_panics_and_never_takes_what_serde_json_refuses(line in prop::collection::vec(any::<u8>(), 0..200)) {
            if check(&line).is_ok() {
                prop_assert!(serde_json::from_slice::<serde_json::Value>(&line).is_ok());
            }
        }

        #[test]
        fn agrees_with_serde_json_on_json_shaped_text(line in "[\\[\\]{}:,\"a0 1.e\\\\-]{0,40}") {
            let value = serde_json::from_str::<serde_json::Value>(&line);
            match check(line.as_bytes()) {
                Ok(_) => prop_assert!(value.is_ok_and(|value| value.is_object())),
                Err(Inadmissible::NotAnObject { .. }) => prop_assert!(value.is_ok_and(|value| !value.is_object())),
                Err(Inadmissible::NotJson { reason, .. }) if reason.contains("twice") => {}
                Err(_) => prop_assert!(value.is_err()),
            }
        }
    }
}
