//! Parses text to a document.

use std::collections::HashSet;

use super::{Parts, Text, Value};

/// The largest depth of a document (DTO-9).
pub const MAX_DEPTH: usize = 128;

/// Why a line is not admissible JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The text is not JSON from this byte on.
    #[error("not JSON at byte {0}")]
    Syntax(usize),
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH} at byte {0}")]
    Depth(usize),
    /// A key occurs twice in an object.
    #[error("a key occurs twice in the object that ends at byte {0}")]
    DuplicateKey(usize),
    /// A `\u` escape with only half of a surrogate pair.
    #[error("a lone surrogate at byte {0}")]
    Surrogate(usize),
    /// A number outside the range of a double, for instance `1e400`.
    #[error("a number out of range at byte {0}")]
    Number(usize),
}

/// Reads one line.
///
/// # Errors
/// If the line is not admissible JSON (DTO-9). Its length is not checked here.
pub fn parse(text: &str) -> Result<Value, DocumentError> {
    let mut reader = Reader { text, at: 0 };
    reader.blank();
    let value = reader.value(0)?;
    reader.blank();
    if reader.at == text.len() { Ok(value) } else { Err(DocumentError::Syntax(reader.at)) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn syntax<T>(&self) -> Result<T, DocumentError> {
        Err(DocumentError::Syntax(self.at))
    }

    /// Skips blanks and returns their number.
    fn blank(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        self.at - start
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Result<Value, DocumentError> {
        match self.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => Err(DocumentError::Depth(self.at)),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => {
                for (word, value) in [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))]
                {
                    if self.text[self.at..].starts_with(word) {
                        self.at += word.len();
                        return Ok(value);
                    }
                }
                self.syntax()
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, DocumentError> {
        self.at += 1;
        let mut members = Vec::new();
        let mut blanks = self.blank();
        if !self.eat(b'}') {
            loop {
                blanks += self.blank();
                if self.peek() != Some(b'"') {
                    return self.syntax();
                }
                let key = self.string()?;
                blanks += self.blank();
                if !self.eat(b':') {
                    return self.syntax();
                }
                blanks += self.blank();
                members.push((key, self.value(depth)?));
                blanks += self.blank();
                if self.eat(b'}') {
                    break;
                }
                if !self.eat(b',') {
                    return self.syntax();
                }
            }
        }
        if is_unique(&members) {
            Ok(Value::Object(Parts::read(members, blanks)))
        } else {
            Err(DocumentError::DuplicateKey(self.at))
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, DocumentError> {
        self.at += 1;
        let mut items = Vec::new();
        let mut blanks = self.blank();
        if self.eat(b']') {
            return Ok(Value::Array(Parts::read(items, blanks)));
        }
        loop {
            blanks += self.blank();
            items.push(self.value(depth)?);
            blanks += self.blank();
            if self.eat(b']') {
                return Ok(Value::Array(Parts::read(items, blanks)));
            }
            if !self.eat(b',') {
                return self.syntax();
            }
        }
    }

    fn number(&mut self) -> Result<Value, DocumentError> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') && self.digits() == 0 {
            return self.syntax();
        }
        if self.eat(b'.') && self.digits() == 0 {
            return self.syntax();
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            if self.digits() == 0 {
                return self.syntax();
            }
        }
        let spelling = &self.text[start..self.at];
        // A number of this length without an exponent is in range.
        let is_plain = spelling.len() < 300 && !spelling.contains(['e', 'E']);
        if is_plain || spelling.parse::<f64>().is_ok_and(f64::is_finite) {
            Ok(Value::Number(spelling.to_owned()))
        } else {
            Err(DocumentError::Number(start))
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    fn string(&mut self) -> Result<Text, DocumentError> {
        self.at += 1;
        let begin = self.at;
        let mut out = String::new();
        loop {
            let start = self.at;
            let rest = &self.text.as_bytes()[start..];
            self.at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).unwrap_or(rest.len());
            out.push_str(&self.text[start..self.at]);
            if self.eat(b'"') {
                return Ok(Text::read(out, self.at - 1 - begin));
            }
            if !self.eat(b'\\') {
                return self.syntax();
            }
            let Some(escape) = self.peek() else { return self.syntax() };
            self.at += 1;
            out.push(match escape {
                b'"' | b'\\' | b'/' => char::from(escape),
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => self.escaped()?,
                _ => return Err(DocumentError::Syntax(self.at - 1)),
            });
        }
    }

    /// The character of a `\u` escape, including the second half of a surrogate pair.
    fn escaped(&mut self) -> Result<char, DocumentError> {
        let start = self.at;
        let high = self.unit()?;
        let lone = DocumentError::Surrogate(start);
        match high {
            0xd800..=0xdbff => {
                if !self.text[self.at..].starts_with("\\u") {
                    return Err(lone);
                }
                self.at += 2;
                let low = self.unit()?;
                if !(0xdc00..=0xdfff).contains(&low) {
                    return Err(lone);
                }
                char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).ok_or(lone)
            }
            _ => char::from_u32(high).ok_or(lone),
        }
    }

    fn unit(&mut self) -> Result<u32, DocumentError> {
        let bytes = self.text.as_bytes().get(self.at..self.at + 4).unwrap_or_default();
        let mut unit = 0;
        for byte in bytes {
            match char::from(*byte).to_digit(16) {
                Some(digit) => unit = unit * 16 + digit,
                None => return self.syntax(),
            }
        }
        if bytes.len() < 4 {
            return self.syntax();
        }
        self.at += 4;
        Ok(unit)
    }
}

/// Whether no key occurs twice. Most objects are small enough for a linear search.
fn is_unique(members: &[(Text, Value)]) -> bool {
    if members.len() <= 16 {
        return members
            .iter()
            .enumerate()
            .all(|(index, (key, _))| members[..index].iter().all(|(other, _)| other != key));
    }
    let mut seen = HashSet::with_capacity(members.len());
    members.iter().all(|(key, _)| seen.insert(&**key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spelling_and_order_are_kept_and_text_is_decoded() {
        let value = parse(r#" {"b": [1.0, -0, 1e3, 9007199254740993], "a": "\u00e9\/\ud83d\ude00"} "#).unwrap();
        let numbers = value.get("b").unwrap().elements().unwrap();
        let spellings = ["1.0", "-0", "1e3", "9007199254740993"].map(|n| Value::Number(n.to_owned()));
        assert_eq!(numbers, spellings);
        assert_eq!(&*value.members().unwrap()[0].0, "b");
        assert_eq!(value.canonical(), r#"{"a":"é/😀","b":[1.0,-0,1e3,9007199254740993]}"#);
    }

    #[test]
    fn what_is_not_admissible_is_refused_with_its_reason() {
        assert!(matches!(parse(""), Err(DocumentError::Syntax(0))));
        assert!(matches!(parse(r#"{"a":1,"\u0061":2}"#), Err(DocumentError::DuplicateKey(_))));
        assert!(matches!(parse(r#""\ud800""#), Err(DocumentError::Surrogate(_))));
        assert!(matches!(parse(r#""\ud800\u0041""#), Err(DocumentError::Surrogate(_))));
        assert!(matches!(parse(r#""\udc00""#), Err(DocumentError::Surrogate(_))));
        assert!(matches!(parse("1e400"), Err(DocumentError::Number(0))));
        for text in ["01", "1.", ".5", "+1", "1e", "[1,]", "{\"a\"}", "nul", "\"a\nb\"", "\"\\u12", "\"\\x\"", "1 2"] {
            assert!(matches!(parse(text), Err(DocumentError::Syntax(_))), "{text}");
        }
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        assert!(matches!(parse(&nested(MAX_DEPTH + 1)), Err(DocumentError::Depth(_))));
    }

    #[test]
    fn a_document_knows_the_length_that_it_came_in() {
        for text in
            [r#"{"a":[1.0,true,false,null,-0]}"#, r#"{ "\u0061" : [ 1 , "\/\n\ud83d\ude00é" ] , "b":{ } }"#, "[ ]", "7"]
        {
            assert_eq!(parse(text).unwrap().length(), text.len(), "{text}");
        }
        let mut value = parse(r#"{ "a" : { "b" : 1 , "c" : [ ] } }"#).unwrap();
        value.get_mut("a").unwrap().remove("b");
        assert_eq!(value.length(), r#"{"a":{"c":[ ]}}"#.len());
        value.set("d", Value::Text("\n\u{1}\"".into()));
        assert_eq!(value.length(), r#"{"a":{"c":[ ]},"d":"\n\u0001\""}"#.len());
    }

    proptest! {
        #[test]
        fn reads_what_serde_reads(text in "[\\[\\]{}:,\"\\\\u0-9eE.+a-c \\-]{0,16}|\\PC{0,12}") {
            if parse(&text).is_ok() {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
            }
        }

        #[test]
        fn canonical_text_reads_back_as_itself(text in "\\PC{0,20}", number in any::<i64>()) {
            let value = Value::Object(vec![
                (Text::from(text.clone()), Value::Number(number.to_string())),
                ("k".repeat(30).into(), Value::Text(text.into())),
            ].into());
            prop_assert_eq!(parse(&value.canonical()).unwrap().canonical(), value.canonical());
        }
    }
}
