//! Reads the bytes of strings and numbers.

use std::ops::Range;

use super::bytes::{HIGH, ONES, word, zeros};
use super::program::NumberRule;
use super::program::{Match, Mismatch};
use crate::contract::EXACT;

/// The result of reading a string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    /// The position after the closing quote.
    pub(super) next: usize,
    /// Whether it has escapes. Then its bytes are not its text.
    pub(super) escaped: bool,
    /// Whether it has bytes outside ASCII. They are checked once for the whole line.
    pub(super) high: bool,
}

/// Reads a string after its opening quote.
#[inline]
pub(super) fn string(bytes: &[u8], mut at: usize) -> Match<Text> {
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
            Some(b'"') => return Ok(Text { next: at + 1, escaped, high: high != 0 }),
            Some(b'\\') => {
                escaped = true;
                at = escape(bytes, at).ok_or(Mismatch)?.1;
            }
            Some(byte) if *byte >= 0x20 => {
                high |= u64::from(*byte) & HIGH;
                at += 1;
            }
            _ => return Err(Mismatch),
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
pub(super) fn unescape(escaped: &[u8], text: &mut Vec<u8>) {
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

/// A number with at most this many digits, signs and dots is within the range of an f64 and of 64 bits.
const SAFE_DIGITS: usize = 18;

/// Reads a number from its first byte. Returns the position after its last byte.
#[inline]
pub(super) fn number(bytes: &[u8], start: usize, rule: NumberRule) -> Match<usize> {
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let negative = bytes.get(start) == Some(&b'-');
    let first = start + usize::from(negative);
    let mut end = digits(first);
    if end == first || (bytes[first] == b'0' && end > first + 1) {
        return Err(Mismatch);
    }
    let mut plain = true;
    if bytes.get(end) == Some(&b'.') {
        plain = false;
        let fraction = end + 1;
        end = digits(fraction);
        if end == fraction {
            return Err(Mismatch);
        }
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        plain = false;
        let exponent = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        end = digits(exponent);
        if end == exponent {
            return Err(Mismatch);
        }
    }
    let right = match rule {
        _ if !plain || end - first > SAFE_DIGITS => odd_number(&bytes[start..end], rule),
        NumberRule::Any => true,
        NumberRule::Integer { least, most } => {
            let value = bytes[first..end].iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
            (least..=most).contains(&i128::from(if negative { -value } else { value }))
        }
    };
    if right { Ok(end) } else { Err(Mismatch) }
}

/// A number that may be too large for 64 bits or an f64, or not an integer. It is parsed in the way serde_json does,
/// because the schema checks that value.
#[cold]
fn odd_number(token: &[u8], rule: NumberRule) -> bool {
    let Ok(number) = serde_json::from_slice::<serde_json::Number>(token) else { return false };
    let NumberRule::Integer { least, most } = rule else { return true };
    let whole = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
    // A 64-bit integer that a double cannot hold exactly has lost digits (U-30). Other integers have narrower bounds, or none.
    let is_exact = |value: f64| value.abs() <= EXACT || most == i128::MAX;
    let value = match (whole, number.as_f64()) {
        (Some(value), _) => value,
        // Outside the range of an i128 the cast returns the limit.
        (None, Some(value)) if value.fract() == 0.0 && is_exact(value) => value as i128,
        _ => return false,
    };
    (least..=most).contains(&value)
}

/// The bytes between the quotes of a string.
pub(super) fn between(start: usize, text: Text) -> Range<usize> {
    start..text.next - 1
}
