//! Whether a line is admissible (DTO-9), in one pass over its bytes and without a reason. The same pass finds the places of its
//! members for those who ask for them.

use std::cell::RefCell;
use std::ops::Range;

use super::MAX_DEPTH;
use crate::json::scan::{self, OpenKeys};

thread_local! {
    /// The keys of the open objects. Its memory is reused for the next line.
    static KEYS: RefCell<OpenKeys> = const { RefCell::new(OpenKeys::new()) };
}

/// What the pass says of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    Admissible,
    /// It is admissible if the parser can read its numbers.
    Numbers,
    /// Something is wrong. The parser has the reason.
    Wrong,
}

/// Receives the places of members and elements.
pub(super) trait Places {
    /// A member with this key, or an element with an empty one, whose value begins at `value`. `depth` objects and arrays contain
    /// it. Returns its number.
    fn open(&mut self, key: Range<usize>, is_escaped: bool, value: usize, depth: usize) -> usize;

    /// The value of the member with this number ends at `end`.
    fn close(&mut self, number: usize, end: usize);
}

/// Discards the places.
impl Places for () {
    fn open(&mut self, _: Range<usize>, _: bool, _: usize, _: usize) -> usize {
        0
    }

    fn close(&mut self, _: usize, _: usize) {}
}

#[cfg(feature = "forward")]
impl Places for crate::json::Index {
    #[inline]
    fn open(&mut self, key: Range<usize>, is_escaped: bool, value: usize, depth: usize) -> usize {
        if depth > crate::json::INDEXED_DEPTH {
            return usize::MAX;
        }
        Self::open(self, key, is_escaped, value)
    }

    #[inline]
    fn close(&mut self, number: usize, end: usize) {
        if number != usize::MAX {
            Self::close(self, number, end);
        }
    }
}

/// Passes over UTF-8.
pub(super) fn pass(line: &[u8], places: &mut impl Places) -> Pass {
    KEYS.with_borrow_mut(|keys| {
        keys.clear();
        let mut reader = Reader { line, keys, places, has_odd_numbers: false };
        let start = scan::after_blanks(line, 0);
        let end = match line.get(start) {
            Some(b'{') => reader.value(start, 0),
            _ => None,
        };
        match end {
            Some(end) if scan::after_blanks(line, end) != line.len() => Pass::Wrong,
            Some(_) if reader.has_odd_numbers => Pass::Numbers,
            Some(_) => Pass::Admissible,
            None => Pass::Wrong,
        }
    })
}

/// A number of at most this many characters is finite if it has no exponent, or one of at most this value.
const SAFE: usize = 150;

/// Whether a number is finite for sure. An f64 reaches beyond 10^300.
fn is_surely_finite(number: &[u8], has_exponent: bool) -> bool {
    if number.len() > SAFE {
        return false;
    }
    let exponent = number.iter().rposition(|byte| matches!(byte, b'e' | b'E')).filter(|_| has_exponent);
    exponent.is_none_or(|at| {
        let digits = number[at + 1..].iter().filter(|byte| byte.is_ascii_digit());
        digits.fold(0_usize, |value, digit| value.saturating_mul(10).saturating_add(usize::from(digit - b'0'))) <= SAFE
    })
}

struct Reader<'a, P> {
    line: &'a [u8],
    keys: &'a mut OpenKeys,
    places: &'a mut P,
    has_odd_numbers: bool,
}

impl<P: Places> Reader<'_, P> {
    fn peek(&self, at: usize) -> Option<u8> {
        self.line.get(at).copied()
    }

    /// The end of the value that begins at `at`, which `depth` objects and arrays contain.
    fn value(&mut self, at: usize, depth: usize) -> Option<usize> {
        let word = |word: &[u8]| (self.line.get(at..at + word.len()) == Some(word)).then_some(at + word.len());
        match self.peek(at)? {
            b'"' => Some(scan::string(self.line, at + 1)?.next),
            b'{' if depth < MAX_DEPTH => self.object(at + 1, depth + 1),
            b'[' if depth < MAX_DEPTH => self.array(at + 1, depth + 1),
            b't' => word(b"true"),
            b'f' => word(b"false"),
            b'n' => word(b"null"),
            b'-' | b'0'..=b'9' => {
                let number = scan::number(self.line, at)?;
                self.has_odd_numbers |= !is_surely_finite(&self.line[at..number.end], number.has_exponent);
                Some(number.end)
            }
            _ => None,
        }
    }

    fn object(&mut self, at: usize, depth: usize) -> Option<usize> {
        let mark = self.keys.mark();
        let mut at = scan::after_blanks(self.line, at);
        if self.peek(at)? == b'}' {
            return Some(at + 1);
        }
        loop {
            if self.peek(at)? != b'"' {
                return None;
            }
            let start = at;
            let read = scan::string(self.line, start + 1)?;
            let key = self.keys.key(self.line, start + 1, read);
            if !self.keys.insert(mark, self.line, key) {
                return None;
            }
            at = scan::after_blanks(self.line, read.next);
            if self.peek(at)? != b':' {
                return None;
            }
            let value = scan::after_blanks(self.line, at + 1);
            let number = self.places.open(start..read.next, read.escaped, value, depth);
            at = self.value(value, depth)?;
            self.places.close(number, at);
            at = scan::after_blanks(self.line, at);
            match self.peek(at)? {
                b',' => at = scan::after_blanks(self.line, at + 1),
                b'}' => return self.keys.end(mark, self.line).then_some(at + 1),
                _ => return None,
            }
        }
    }

    fn array(&mut self, at: usize, depth: usize) -> Option<usize> {
        let mut at = scan::after_blanks(self.line, at);
        if self.peek(at)? == b']' {
            return Some(at + 1);
        }
        loop {
            let number = self.places.open(0..0, false, at, depth);
            at = self.value(at, depth)?;
            self.places.close(number, at);
            at = scan::after_blanks(self.line, at);
            match self.peek(at)? {
                b',' => at = scan::after_blanks(self.line, at + 1),
                b']' => return Some(at + 1),
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::admissible;
    use super::*;

    /// What the parser alone says.
    fn is_parsed(line: &str) -> bool {
        admissible::parse(line).is_ok() && line.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('{')
    }

    #[test]
    fn what_passes_without_the_parser_passes_with_it() {
        let numbers = [
            "0",
            "-0",
            "1.5",
            "01",
            "1.",
            "-",
            "1e5",
            "1e",
            "1E+150",
            "9e151",
            "1e308",
            "1e309",
            "-1e999",
            "1e-999",
            &"9".repeat(299),
            &"9".repeat(400),
        ];
        for (number, is_certain) in
            [("9.9e+150", true), ("-5E-150", true), ("1e151", false), ("1e-999", false), ("1e400", false)]
        {
            let line = format!(r#"{{"a":{number}}}"#);
            let passed = if is_certain { Pass::Admissible } else { Pass::Numbers };
            assert_eq!(pass(line.as_bytes(), &mut ()), passed, "{line}");
        }
        let strings = [r#""\ud83d\ude00""#, r#""\ud83d""#, r#""\x""#, "\"\u{1}\"", "\"é\"", "\"\u{7f}\"", "\""];
        let others =
            ["true", "nul", "[]", "[1,]", "[,1]", "{}", r#"{"a":1,"\u0061":2}"#, r#"{"a":1,}"#, "1 2", "[", "}"];
        for value in numbers.iter().chain(&strings).chain(&others) {
            for line in [format!(r#" {{"k" : {value} }} "#), format!(r#"{{"k":[{value}],"j":{{"k":{value}}}}}"#)] {
                assert!(pass(line.as_bytes(), &mut ()) != Pass::Admissible || is_parsed(&line), "{line}");
            }
        }
        for plain in [r#"{"a":[1,-0.5,"x\n",null,true,{}]}"#, " {} \r"] {
            assert_eq!(pass(plain.as_bytes(), &mut ()), Pass::Admissible, "{plain}");
        }
    }

    /// Compares indexed members with those that are read from the text.
    #[cfg(feature = "forward")]
    fn compare(indexed: crate::json::Members<'_>, text: &str, depth: usize) {
        use crate::contract::raw;
        let read = match raw::members(text) {
            Some(members) => members.iter().map(|member| (member.key, member.value)).collect(),
            None => {
                raw::elements(text).unwrap_or_default().into_iter().map(|element| ("", element)).collect::<Vec<_>>()
            }
        };
        let found: Vec<_> = indexed.into_iter().map(|member| (member.key, member.value.text)).collect();
        assert_eq!(found, read);
        for member in indexed.into_iter().filter(|_| depth < crate::json::INDEXED_DEPTH) {
            let text = member.value.text;
            compare(member.value.elements().unwrap_or_else(|| member.value.members()), text, depth + 1);
            let name = member.name();
            if !member.key.is_empty() {
                assert_eq!(raw::string(member.key).as_deref(), Some(name.as_ref()));
                assert_eq!(indexed.find(&name).map_or("null", |value| value.text), text, "{name}");
            }
        }
    }

    #[cfg(feature = "forward")]
    #[test]
    fn the_index_has_the_members_that_the_text_has() {
        let mut index = crate::json::Index::default();
        for text in [
            r#" {"a" : {"b":[1 , {"c":{"d":{"e":1}}},[]], "" : null} , "\u0061b":"\"x","{":"}"} "#,
            r#"{"events":[{"data":{"x":1e5,"y":"é"},"event_type":"\n"},7,"a",{}],"n":{}}"#,
            "{}",
        ] {
            super::super::admissible::check_and_index(text.as_bytes(), &mut index).unwrap();
            compare(index.members(text), text, 1);
        }
    }

    proptest! {
        #[test]
        fn the_pass_and_the_parser_agree(line in "\\{\"[ab]\":([\\[\\]{}:,\"ab 01.e\\\\u-]{0,30})\\}") {
            let passed = pass(line.as_bytes(), &mut ());
            prop_assert_eq!(passed == Pass::Wrong, !is_parsed(&line));
        }
    }
}
