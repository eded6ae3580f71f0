//! Hand-written matchers for the patterns of the published schemas: a regular expression costs more than the rest of a
//! value.
//!
//! A pattern is recognised by its complete text, so that a changed pattern is refused at the start instead of matched
//! wrongly.

use crate::contract::schema::patterns::{DECIMAL, GUID, digits_pattern, ip_pattern};
use crate::json::scan;

/// A supported pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Pattern {
    /// Decimal digits of a signed 64-bit integer.
    Signed,
    /// Decimal digits of an unsigned 64-bit integer.
    Unsigned,
    /// A decimal number.
    Decimal,
    /// A GUID or empty text.
    Guid,
    /// An IPv4 or IPv6 address.
    Ip,
}

impl Pattern {
    /// The pattern with this text, if it is supported.
    pub(super) fn of(text: &str) -> Option<Self> {
        match text {
            DECIMAL => Some(Self::Decimal),
            GUID => Some(Self::Guid),
            _ if text == digits_pattern(true) => Some(Self::Signed),
            _ if text == digits_pattern(false) => Some(Self::Unsigned),
            _ if text == ip_pattern() => Some(Self::Ip),
            _ => None,
        }
    }

    /// The end of the string whose text starts at `line[start..]`, if a fast check shows that it matches.
    #[inline]
    pub(super) fn plain(self, line: &[u8], start: usize) -> Option<usize> {
        let end = match self {
            Self::Signed | Self::Unsigned => {
                let first = start + usize::from(self == Self::Signed && line.get(start) == Some(&b'-'));
                let end = scan::digits(line, first);
                match end - first {
                    1..=18 => end,
                    // A 64-bit integer with a smaller first digit is always in range.
                    19 if line.get(first).is_some_and(|digit| *digit < b'9') => end,
                    _ => return None,
                }
            }
            Self::Guid => {
                let end = start + 36;
                if !scan::is_guid(line.get(start..end)?.try_into().ok()?) {
                    return None;
                }
                end
            }
            Self::Decimal | Self::Ip => return None,
        };
        (line.get(end) == Some(&b'"')).then_some(end + 1)
    }

    /// Whether `text` matches.
    #[inline]
    pub(super) fn accepts(self, text: &[u8]) -> bool {
        match self {
            Self::Signed => match text.strip_prefix(b"-") {
                Some(digits) => is_at_most(digits, b"9223372036854775808"),
                None => is_at_most(text, b"9223372036854775807"),
            },
            Self::Unsigned => is_at_most(text, b"18446744073709551615"),
            Self::Decimal => is_decimal(text),
            Self::Guid => text.is_empty() || text.try_into().is_ok_and(scan::is_guid),
            Self::Ip => is_ipv4(text) || is_ipv6(text),
        }
    }
}

/// Whether `digits` are one or more decimal digits of a number up to `most`.
#[inline]
fn is_at_most(digits: &[u8], most: &[u8]) -> bool {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    if digits.len() < most.len() {
        return true;
    }
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    let digits = &digits[zeros..];
    digits.len() < most.len() || (digits.len() == most.len() && digits <= most)
}

/// Removes one or more digits from the front.
fn digits(text: &[u8]) -> Option<&[u8]> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count > 0).then(|| &text[count..])
}

fn is_decimal(text: &[u8]) -> bool {
    let read = || {
        let mut rest = digits(text.strip_prefix(b"-").unwrap_or(text))?;
        if let Some(fraction) = rest.strip_prefix(b".") {
            rest = digits(fraction)?;
        }
        if let [b'e' | b'E', exponent @ ..] = rest {
            rest = digits(match exponent {
                [b'+' | b'-', digits @ ..] => digits,
                digits => digits,
            })?;
        }
        Some(rest)
    };
    read().is_some_and(<[u8]>::is_empty)
}

fn is_ipv4(text: &[u8]) -> bool {
    let octet = |text: &[u8]| match text {
        [a] => a.is_ascii_digit(),
        [a, b] => (b'1'..=b'9').contains(a) && b.is_ascii_digit(),
        [_, _, _] => text.iter().all(u8::is_ascii_digit) && text[0] != b'0' && text <= b"255".as_slice(),
        _ => false,
    };
    let mut octets = 0;
    text.split(|byte| *byte == b'.').all(|part| {
        octets += 1;
        octet(part)
    }) && octets == 4
}

/// Only the characters are checked, because the pattern does not count the groups.
fn is_ipv6(text: &[u8]) -> bool {
    let Some(colon) = text.iter().position(|byte| *byte == b':') else { return false };
    let (first, rest) = (&text[..colon], &text[colon + 1..]);
    let groups = |text: &[u8]| text.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b':');
    let embedded = || {
        let last = rest.iter().rposition(|byte| *byte == b':')?;
        Some(groups(&rest[..last]) && is_ipv4(&rest[last + 1..]))
    };
    first.len() <= 4 && first.iter().all(u8::is_ascii_hexdigit) && (groups(rest) || embedded() == Some(true))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn texts() -> Vec<String> {
        vec![digits_pattern(true), digits_pattern(false), DECIMAL.to_owned(), GUID.to_owned(), ip_pattern()]
    }

    fn agree(text: &str) {
        for pattern in texts() {
            let reference = jsonschema::validator_for(&json!({ "pattern": pattern })).unwrap();
            let ours = Pattern::of(&pattern).unwrap();
            let right = reference.is_valid(&json!(text));
            assert_eq!(ours.accepts(text.as_bytes()), right, "{ours:?} {text:?}");
            for after in ["", "\"", "\",\"next\":1}"] {
                let seen = ours.plain(format!("\"{text}{after}").as_bytes(), 1);
                assert!(seen.is_none() || (right && seen == Some(text.len() + 2)), "{ours:?} {text:?}");
            }
        }
    }

    #[test]
    fn agrees_with_the_regular_expressions_at_the_edges() {
        let edges = "- 0 -0 00 007 9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809 \
            18446744073709551615 18446744073709551616 000018446744073709551615 99999999999999999999 1. .1 1.5e 1e+5 \
            -1.5E-0 1.2.3 0.0.0.0 256.1.1.1 01.1.1.1 1.1.1 1.1.1.1.1 :: : 1: 12345: ::1.2.3.4 1:1.2.3.4 ::1.2.3.400 \
            :1.2.3.4: g:: e8335d31-2031-4bff-AFEC-17ffc1784697 e8335d31-2031-4bff-AFEC-17ffc178469 \
            e8335d3132031-4bff-AFEC-17ffc1784697 １";
        for text in edges.split_whitespace().chain(["", "1\n", "\n", "1 "]) {
            agree(text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn agrees_with_the_regular_expressions(text in "-?[0-9]{17,21}|[0-9a-f:.]{0,16}|([0-9]{1,3}[.]){3}[0-9]{1,3}|[-0-9.eE+]{0,8}|(0|9|1|2|8|4){0,20}") {
            agree(&text);
        }
    }
}
