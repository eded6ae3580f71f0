//! The value of an option that is a number of bytes.

/// Reads a number of bytes, with an optional unit.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let digits = text.len() - text.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err("write it in bytes, or with a unit, such as `512MiB` or `4GiB`".to_owned()),
    };
    let number: u64 = number.parse().map_err(|_| format!("`{number}` is not a number of bytes"))?;
    number.checked_mul(factor).ok_or_else(|| format!("`{text}` is more than {} bytes", u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_size_is_a_number_with_a_unit() {
        assert_eq!((parse("7"), parse("512MiB"), parse("4GiB")), (Ok(7), Ok(512 << 20), Ok(4 << 30)));
        for wrong in ["", "MiB", "1GB", "-1", "1 GiB", "99999999999GiB"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
