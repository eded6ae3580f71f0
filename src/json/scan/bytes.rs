//! Processes eight bytes at a time as one word. The first byte is the lowest one.

pub(crate) const ONES: u64 = 0x0101_0101_0101_0101;
pub(crate) const HIGH: u64 = 0x8080_8080_8080_8080;

/// The eight bytes at `at`, if there are eight.
#[inline]
pub(crate) fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes)
}

/// A bit for each zero byte of `word`. Above the lowest zero byte there may be false bits.
#[inline]
pub(crate) fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGH
}

/// A bit for each ASCII byte from `least` to `most`. For other bytes, the lower seven bits decide.
#[inline]
fn between(word: u64, least: u8, most: u8) -> u64 {
    let low = word & !HIGH;
    (low + ONES * u64::from(0x80 - least)) & !(low + ONES * u64::from(0x7f - most)) & HIGH
}

/// A bit for each byte that is a decimal digit.
#[inline]
fn are_digits(word: u64) -> u64 {
    between(word, b'0', b'9') & !word
}

/// A bit for each byte that is a hexadecimal digit.
#[inline]
fn are_hexadecimal(word: u64) -> u64 {
    (between(word, b'0', b'9') | between(word | (ONES * 0x20), b'a', b'f')) & !word
}

/// The end of the decimal digits that begin at `at`.
#[inline]
pub(crate) fn digits(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(bytes, at) {
        let others = are_digits(word) ^ HIGH;
        if others != 0 {
            return at + (others.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// The value of decimal digits within 64 bits; `None` for any other text, including the empty one.
#[cfg_attr(not(feature = "explain"), allow(dead_code, reason = "only the counts of valid lines read integers"))]
#[inline]
pub(crate) fn decimal(mut text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    let mut value = 0_u64;
    while let Some((eight, rest)) = text.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*eight);
        if are_digits(word) != HIGH {
            return None;
        }
        // Neighbours are combined: digits to pairs, pairs to fours, fours to eight.
        let pairs = (word & (ONES * 0x0f)).wrapping_mul(10 << 8 | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
        let fours = pairs.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_ffff_0000_ffff;
        let eight = fours.wrapping_mul(10_000 << 32 | 1) >> 32;
        value = value.checked_mul(100_000_000)?.checked_add(eight)?;
        text = rest;
    }
    text.iter().try_fold(value, |value, digit| {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 { None } else { value.checked_mul(10)?.checked_add(u64::from(digit)) }
    })
}

/// Whether it is a GUID: hexadecimal digits in groups of 8, 4, 4, 4 and 12.
#[inline]
pub(crate) fn is_guid(text: &[u8; 36]) -> bool {
    // The offset is corrected for a hyphen at that byte of the word.
    let hexadecimal = |at, hyphen: Option<u32>| {
        let hyphen = hyphen.map_or(0, |byte| 0x80 << (8 * byte));
        word(text, at).is_some_and(|word| are_hexadecimal(word) | hyphen == HIGH)
    };
    [8, 13, 18, 23].iter().all(|at| text[*at] == b'-')
        && hexadecimal(0, None)
        && hexadecimal(9, Some(4))
        && hexadecimal(15, Some(3))
        && hexadecimal(24, None)
        && hexadecimal(28, None)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_byte_is_distinguished_in_every_place() {
        for place in 0..8 {
            for byte in 0..=255_u8 {
                for around in [b'7', b'\xff', b'\0'] {
                    let mut bytes = [around; 8];
                    bytes[place] = byte;
                    let (word, bit) = (u64::from_le_bytes(bytes), 0x80 << (8 * place));
                    assert_eq!(are_digits(word) & bit != 0, byte.is_ascii_digit());
                    assert_eq!(are_hexadecimal(word) & bit != 0, byte.is_ascii_hexdigit());
                }
            }
        }
    }

    #[test]
    fn a_guid_is_one_byte_away_from_none() {
        let guid = *b"e8335d31-2031-4bff-AFEC-17ffc1784697";
        assert!(is_guid(&guid));
        for (place, byte) in (0..36).flat_map(|place| [b'g', b'-', b'0', b'\x80', b'"'].map(|byte| (place, byte))) {
            let mut other = guid;
            other[place] = byte;
            assert_eq!(is_guid(&other), byte == guid[place] || (byte == b'0' && guid[place] != b'-'), "{place} {byte}");
        }
    }

    proptest! {
        #[test]
        fn digits_are_read_as_the_standard_library_reads_them(text in "[0-9]{0,21}|[0-9]{0,9}[a-z:/ é][0-9]{0,9}") {
            // The standard library also accepts a sign.
            prop_assert_eq!(decimal(text.as_bytes()), text.parse().ok());
            let end = text.bytes().take_while(u8::is_ascii_digit).count();
            prop_assert_eq!(digits(format!("\"{text}\"").as_bytes(), 1), 1 + end);
        }
    }
}
