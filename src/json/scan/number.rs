//! Reads the bytes of numbers.

/// A number that was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number {
    /// Whether it begins with a minus.
    pub(crate) is_negative: bool,
    /// The position of its first digit.
    pub(crate) first: usize,
    /// The position after its last byte.
    pub(crate) end: usize,
    /// Whether it has neither a fraction nor an exponent.
    pub(crate) is_plain: bool,
    /// Whether it has an exponent.
    pub(crate) has_exponent: bool,
}

/// Reads a number from its first byte; `None` if there is none.
#[inline]
pub(crate) fn number(bytes: &[u8], start: usize) -> Option<Number> {
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let is_negative = bytes.get(start) == Some(&b'-');
    let first = start + usize::from(is_negative);
    let mut end = digits(first);
    if end == first || (bytes[first] == b'0' && end > first + 1) {
        return None;
    }
    let (mut is_plain, mut has_exponent) = (true, false);
    if bytes.get(end) == Some(&b'.') {
        is_plain = false;
        let fraction = end + 1;
        end = digits(fraction);
        if end == fraction {
            return None;
        }
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        (is_plain, has_exponent) = (false, true);
        let exponent = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        end = digits(exponent);
        if end == exponent {
            return None;
        }
    }
    Some(Number { is_negative, first, end, is_plain, has_exponent })
}
