//! The string patterns of the schemas.

/// The pattern of a decimal number in a string.
pub(crate) const DECIMAL: &str = r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$";

/// The pattern of a GUID or empty text.
pub(crate) const GUID: &str = "^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})?$";

/// The pattern of decimal digits with an optional minus sign, exactly within 64 bits.
pub(crate) fn digits_pattern(signed: bool) -> String {
    if signed {
        let most = up_to(&i64::MAX.to_string());
        format!("^(-?0*({most})|-0*{})$", i64::MIN.unsigned_abs())
    } else {
        format!("^0*({})$", up_to(&u64::MAX.to_string()))
    }
}

/// Whether a pattern is that of a 64-bit integer in a string.
#[cfg(feature = "explain")]
pub(crate) fn is_digits(pattern: &str) -> bool {
    pattern == digits_pattern(true) || pattern == digits_pattern(false)
}

/// The alternatives for a number of at most `most` without leading zeros: fewer digits, or the same number of digits
/// with a smaller one at some place, or `most` itself.
fn up_to(most: &str) -> String {
    let length = most.len();
    let mut alternatives = vec![format!("[0-9]{{1,{}}}", length - 1)];
    for (place, digit) in most.bytes().enumerate() {
        let least = if place == 0 { b'1' } else { b'0' };
        if digit > least {
            let (head, smaller) = (&most[..place], char::from(digit - 1));
            let rest = match length - place - 1 {
                0 => String::new(),
                1 => "[0-9]".to_owned(),
                rest => format!("[0-9]{{{rest}}}"),
            };
            let range =
                if digit - 1 == least { smaller.to_string() } else { format!("[{}-{smaller}]", char::from(least)) };
            alternatives.push(format!("{head}{range}{rest}"));
        }
    }
    alternatives.push(most.to_owned());
    alternatives.join("|")
}

/// The pattern of an IPv4 address, exactly, or of an IPv6 address, by its characters.
pub(crate) fn ip_pattern() -> String {
    let octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    format!(r"^(({octet}\.){{3}}{octet}|[0-9a-fA-F]{{0,4}}:[0-9a-fA-F:]*(:{octet}(\.{octet}){{3}})?)$")
}
