//! Parsers for the values of options. Their errors say what to write instead.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::str::FromStr;

use jiff::civil::Date;

/// A parser for a whole number within bounds.
pub(crate) fn number<T: FromStr>(bounds: RangeInclusive<u64>) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| {
        let is_within = text.parse().is_ok_and(|number: u64| bounds.contains(&number));
        let number = text.parse().ok().filter(|_| is_within);
        number.ok_or_else(|| format!("write a whole number from {} to {}", bounds.start(), bounds.end()))
    }
}

/// Reads an IP address with a port.
pub(crate) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "write an IP address and a port, such as `127.0.0.1:8080`")
}

/// Reads a day. The parser of [`Date`] also takes other forms, and ignores a time of the day.
pub(crate) fn day(text: &str) -> Result<Date, &'static str> {
    let day = text.parse::<Date>().ok().filter(|day| day.to_string() == text);
    day.ok_or("write a day of the calendar as `YYYY-MM-DD`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_within_its_bounds() {
        let parse = number::<u32>(1..=512);
        assert_eq!((parse("1"), parse("512")), (Ok(1), Ok(512)));
        for wrong in ["", "0", "513", "-1", "x", "1e2", "99999999999999999999"] {
            assert_eq!(parse(wrong).unwrap_err(), "write a whole number from 1 to 512", "{wrong}");
        }
        assert!(number::<u8>(0..=u64::MAX)("256").is_err());
    }

    #[test]
    fn a_day_has_no_other_form_and_no_time() {
        assert!(day("2026-11-25").is_ok());
        for wrong in ["20261125", "2026-11-31", "2026-11-25T10:00", "2026-11-25 10:00", ""] {
            assert!(day(wrong).is_err(), "{wrong}");
        }
    }
}
