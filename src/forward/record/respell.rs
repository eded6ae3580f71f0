//! Numbers at the places of 64-bit integers, as the outbound form writes them (DTO-1, U-30).

use super::trace::Trace;
use crate::contract::exact::{self, Exact};
use crate::forward::ledger::Flag;

/// Writes a number as a JSON string, or as it came where no string of digits says the same. Returns whether it is a string. `holds`
/// says whether digits are in the range of the place.
pub(super) fn write_string(
    number: &str,
    holds: impl Fn(&str) -> bool,
    out: &mut String,
    trace: &mut impl Trace,
) -> bool {
    if holds(number) {
        push_quoted(number, out);
        return true;
    }
    let (flag, digits) = match exact::integer(number) {
        Some(Exact::Digits(digits)) if holds(&digits) => (Flag::IntegerRespelled, Some(digits)),
        Some(Exact::Beyond) => (Flag::DigitsLost, None),
        _ => (Flag::IntegerUnreadable, None),
    };
    trace.flag(flag);
    match &digits {
        Some(digits) => push_quoted(digits, out),
        None => out.push_str(number),
    }
    digits.is_some()
}

/// Writes text that needs no escapes as a JSON string.
pub(super) fn push_quoted(text: &str, out: &mut String) {
    out.push('"');
    out.push_str(text);
    out.push('"');
}
