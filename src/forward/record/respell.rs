//! Numbers at the places of 64-bit integers, as the outbound form writes them (DTO-1, U-30).

use super::trace::Trace;
use crate::contract::exact::{self, Exact};
use crate::forward::ledger::Flag;

/// The JSON string that a number becomes. `None` if it stays as it came: no string of digits says the same. `holds` says whether
/// digits are in the range of the place.
pub(super) fn as_string(number: &str, holds: impl Fn(&str) -> bool, trace: &mut impl Trace) -> Option<String> {
    if holds(number) {
        return Some(format!("\"{number}\""));
    }
    let (flag, digits) = match exact::integer(number) {
        Some(Exact::Digits(digits)) if holds(&digits) => (Flag::IntegerRespelled, Some(digits)),
        Some(Exact::Beyond) => (Flag::DigitsLost, None),
        _ => (Flag::IntegerUnreadable, None),
    };
    trace.flag(flag);
    digits.map(|digits| format!("\"{digits}\""))
}
