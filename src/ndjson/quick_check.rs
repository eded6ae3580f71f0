//! Whether a line is admissible (DTO-9), in one pass over its bytes and without a reason.

use std::cell::RefCell;

use super::MAX_DEPTH;
use crate::json::scan::{self, OpenKeys};

thread_local! {
    /// The keys of the open objects. Its memory is reused for the next line.
    static KEYS: RefCell<OpenKeys> = const { RefCell::new(OpenKeys::new()) };
}

/// Whether UTF-8 is admissible, in one pass over its bytes. It can be admissible where this returns false: with a number that
/// needs a closer look. What is not admissible is parsed once more for the reason.
pub(super) fn is_plainly_admissible(line: &[u8]) -> bool {
    KEYS.with_borrow_mut(|keys| {
        keys.clear();
        let start = scan::after_blanks(line, 0);
        let end = match line.get(start) {
            Some(b'{') => Pass { line, keys }.value(start, 0),
            _ => None,
        };
        end.is_some_and(|end| scan::after_blanks(line, end) == line.len())
    })
}

/// Longer numbers, and those with an exponent, may be too large for an f64.
const SAFE_LENGTH: usize = 300;

struct Pass<'a> {
    line: &'a [u8],
    keys: &'a mut OpenKeys,
}

impl Pass<'_> {
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
                (!number.has_exponent && number.end - at <= SAFE_LENGTH).then_some(number.end)
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
            let read = scan::string(self.line, at + 1)?;
            let key = self.keys.key(self.line, at + 1, read);
            if !self.keys.insert(mark, self.line, key) {
                return None;
            }
            at = scan::after_blanks(self.line, read.next);
            if self.peek(at)? != b':' {
                return None;
            }
            at = self.value(scan::after_blanks(self.line, at + 1), depth)?;
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
            at = self.value(at, depth)?;
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
        let numbers = ["0", "-0", "1.5", "01", "1.", "-", "1e5", &"9".repeat(299), &"9".repeat(400)];
        let strings = [r#""\ud83d\ude00""#, r#""\ud83d""#, r#""\x""#, "\"\u{1}\"", "\"é\"", "\"\u{7f}\"", "\""];
        let others =
            ["true", "nul", "[]", "[1,]", "[,1]", "{}", r#"{"a":1,"\u0061":2}"#, r#"{"a":1,}"#, "1 2", "[", "}"];
        for value in numbers.iter().chain(&strings).chain(&others) {
            for line in [format!(r#" {{"k" : {value} }} "#), format!(r#"{{"k":[{value}],"j":{{"k":{value}}}}}"#)] {
                assert!(!is_plainly_admissible(line.as_bytes()) || is_parsed(&line), "{line}");
            }
        }
        for plain in [r#"{"a":[1,-0.5,"x\n",null,true,{}]}"#, " {} \r"] {
            assert!(is_plainly_admissible(plain.as_bytes()), "{plain}");
        }
    }

    proptest! {
        #[test]
        fn the_pass_and_the_parser_agree(line in "\\{\"[ab]\":([\\[\\]{}:,\"ab 01.e\\\\u-]{0,30})\\}") {
            // Only an exponent needs a closer look here.
            if !line.contains('e') {
                prop_assert_eq!(is_plainly_admissible(line.as_bytes()), is_parsed(&line));
            }
        }
    }
}
