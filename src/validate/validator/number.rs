//! Checks numbers by their bytes.

use super::program::{Match, Mismatch, NumberRule};
use crate::contract::exact::{self, Exact};
use crate::json::scan;

/// A number with at most this many digits, signs and dots is within the range of an f64 and of 64 bits.
const SAFE_DIGITS: usize = 18;

/// Reads a number from its first byte. Returns the position after its last byte.
#[inline]
pub(super) fn number(bytes: &[u8], start: usize, rule: NumberRule) -> Match<usize> {
    let number = scan::number(bytes, start).ok_or(Mismatch)?;
    let digits = &bytes[number.first..number.end];
    let right = match rule {
        _ if !number.is_plain || digits.len() > SAFE_DIGITS => odd_number(&bytes[start..number.end], rule),
        NumberRule::Any => true,
        NumberRule::Integer { least, most } => {
            let value = digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
            (least..=most).contains(&i128::from(if number.is_negative { -value } else { value }))
        }
    };
    if right { Ok(number.end) } else { Err(Mismatch) }
}

/// A number that may be too large for 64 bits or an f64, or not an integer. It is parsed in the way serde_json does,
/// because the schema checks that value.
#[cold]
fn odd_number(token: &[u8], rule: NumberRule) -> bool {
    let Ok(number) = serde_json::from_slice::<serde_json::Number>(token) else { return false };
    let NumberRule::Integer { least, most } = rule else { return true };
    let whole = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
    let value = whole.or_else(|| match number.as_f64() {
        // Outside the range of an i128 the cast returns the limit.
        Some(value) if most == i128::MAX => (value.fract() == 0.0).then_some(value as i128),
        // Past the integers that a double holds exactly, digits are lost (U-30). The double itself may be rounded.
        _ => match exact::integer(std::str::from_utf8(token).ok()?)? {
            Exact::Digits(digits) => digits.parse().ok(),
            Exact::Beyond => None,
        },
    });
    value.is_some_and(|value| (least..=most).contains(&value))
}
