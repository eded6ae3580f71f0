//! Reads the bytes of strings.

use std::ops::Range;

use super::bytes::{HIGH, ONES, word, zeros};

/// The result of reading a string.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text {
    /// The position after the closing quote.
    pub(crate) next: usize,
    /// Whether it has escapes. Then its bytes are not its text.
    pub(crate) escaped: bool,
    /// Whether it has bytes outside ASCII. They are checked once for the whole line.
    pub(crate) high: bool,
}

/// Reads a string after its opening quote; `None` if it has no end, or holds what JSON does not allow in it.
#[inline]
pub(crate) fn string(bytes: &[u8], mut at: usize) -> Option<Text> {
    let (mut high, mut escaped) = (0, false);
    loop {
        if let Some(word) = word(bytes, at) {
            // Bytes after the quote count too. At worst the line is checked as UTF-8 without need.
            high |= word & HIGH;
            let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
            let stops = control | zeros(word ^ (ONES * u64::from(b'"'))) | zeros(word ^ (ONES * u64::from(b'\\')));
            if stops == 0 {
                at += 8;
                continue;
            }
            at += (stops.trailing_zeros() / 8) as usize;
        }
        match bytes.get(at) {
            Some(b'"') => return Some(Text { next: at + 1, escaped, high: high != 0 }),
            Some(b'\\') => {
                escaped = true;
                at = escape(bytes, at)?.1;
            }
            Some(byte) if *byte >= 0x20 => {
                high |= u64::from(*byte) & HIGH;
                at += 1;
            }
            _ => return None,
        }
    }
}

/// Reads an escape at its backslash. Returns its character and its end.
fn escape(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let simple = |character| Some((character, at + 2));
    match *bytes.get(at + 1)? {
        b'"' => simple('"'),
        b'\\' => simple('\\'),
        b'/' => simple('/'),
        b'b' => simple('\u{8}'),
        b'f' => simple('\u{c}'),
        b'n' => simple('\n'),
        b'r' => simple('\r'),
        b't' => simple('\t'),
        b'u' => {
            let first = unit(bytes, at)?;
            if let Some(character) = char::from_u32(first) {
                return Some((character, at + 6));
            }
            // Half of a pair: the other half must follow, and the high half must be first.
            let second = unit(bytes, at + 6)?;
            let pair = (0xd800..0xdc00).contains(&first) && (0xdc00..0xe000).contains(&second);
            let code = pair.then(|| 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))?;
            Some((char::from_u32(code)?, at + 12))
        }
        _ => None,
    }
}

/// The UTF-16 unit of a `\u` escape.
fn unit(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
}

/// Appends the text of a string that [`string`] has read, without its quotes.
pub(crate) fn unescape(escaped: &[u8], text: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(byte) = escaped.get(at) {
        match if *byte == b'\\' { escape(escaped, at) } else { None } {
            Some((character, next)) => {
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                at = next;
            }
            None => {
                text.push(*byte);
                at += 1;
            }
        }
    }
}

/// The bytes between the quotes of a string.
pub(crate) fn between(start: usize, text: Text) -> Range<usize> {
    start..text.next - 1
}
