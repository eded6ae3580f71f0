//! The exact value of a number that is spelled with a fraction or an exponent (U-30).

/// 2^53: past it, the digits of such a spelling may be a guess.
const MOST: u64 = 1 << 53;

/// What a JSON number with a fraction or an exponent says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Exact {
    /// An integer up to 2^53, as its digits.
    Digits(String),
    /// An integer past 2^53.
    Beyond,
}

/// The integer that a JSON number with a fraction or an exponent spells; `None` for any other number.
pub(crate) fn integer(number: &str) -> Option<Exact> {
    let is_spelled_so = number.contains(['.', 'e', 'E']);
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |number| ("-", number));
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let digits = all.trim_start_matches('0');
    if !is_spelled_so || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if digits.is_empty() {
        return Some(Exact::Digits("0".to_owned()));
    }
    let kept = digits.trim_end_matches('0');
    let shift = i64::try_from(digits.len() - kept.len()).ok()? - i64::try_from(fraction.len()).ok()?;
    let zeros = usize::try_from(exponent.parse::<i64>().ok()?.checked_add(shift)?).ok()?;
    // 2^53 has 16 digits.
    let value = if zeros <= 16 { format!("{kept}{}", "0".repeat(zeros)).parse::<u64>().ok() } else { None };
    match value.filter(|value| *value <= MOST) {
        Some(value) => Some(Exact::Digits(format!("{sign}{value}"))),
        None => Some(Exact::Beyond),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_is_exact_up_to_2_to_the_53rd() {
        let digits = |number: &str| match integer(number) {
            Some(Exact::Digits(digits)) => digits,
            other => format!("{other:?}"),
        };
        for (number, expected) in [
            ("1.606896432E+12", "1606896432000"),
            ("1.0", "1"),
            ("-1e3", "-1000"),
            ("0.1e1", "1"),
            ("100e-2", "1"),
            ("-0.0", "0"),
            ("0e99999999999999999999", "0"),
            ("9007199254740992.0", "9007199254740992"),
            ("9007199254740993.0", "Some(Beyond)"),
            ("-5.28e+18", "Some(Beyond)"),
            ("1e300", "Some(Beyond)"),
            ("1.5", "None"),
            ("1.00000000000000000001", "None"),
            ("1e-1", "None"),
            ("1e-99999999999999999999", "None"),
            ("7", "None"),
            ("18446744073709551616", "None"),
        ] {
            assert_eq!(digits(number), expected, "{number}");
        }
    }
}
