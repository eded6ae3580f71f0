//! 64-bit integers (DTO-1, DTO-3).

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error, Visitor};

/// Up to here a double holds every integer. Past it, the digits of a fraction or exponent form are a guess (U-30).
pub(crate) const EXACT: f64 = 9_007_199_254_740_992.0;

/// A signed 64-bit integer, read from a JSON number or from a string of decimal digits (DTO-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Int64(pub i64);

/// An unsigned 64-bit integer (`ios_image_base_address`, `ios_image_size`), read like [`Int64`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UInt64(pub u64);

macro_rules! integer {
    ($name:ident, $rust:ty, $kind:literal, $signed:literal) => {
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "x-kind": $kind })
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Digits;

                impl Visitor<'_> for Digits {
                    type Value = $name;

                    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                        formatter.write_str("a 64-bit integer, as a number or as a string of decimal digits")
                    }

                    fn visit_i64<E: Error>(self, value: i64) -> Result<$name, E> {
                        <$rust>::try_from(value).map($name).map_err(|_| out_of_range())
                    }

                    fn visit_u64<E: Error>(self, value: u64) -> Result<$name, E> {
                        <$rust>::try_from(value).map($name).map_err(|_| out_of_range())
                    }

                    fn visit_f64<E: Error>(self, value: f64) -> Result<$name, E> {
                        if value.fract() != 0.0 || value.abs() > EXACT || value < <$rust>::MIN as f64 {
                            return Err(out_of_range());
                        }
                        Ok($name(value as $rust))
                    }

                    fn visit_str<E: Error>(self, text: &str) -> Result<$name, E> {
                        let digits = if $signed { text.strip_prefix('-').unwrap_or(text) } else { text };
                        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                            return Err(E::custom("a 64-bit integer in a string must have only decimal digits"));
                        }
                        text.parse().map($name).map_err(|_| out_of_range())
                    }
                }

                deserializer.deserialize_any(Digits)
            }
        }
    };
}

integer!(Int64, i64, "int64", true);
integer!(UInt64, u64, "uint64", false);

fn out_of_range<E: Error>() -> E {
    E::custom("not an integer within 64 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_and_digits_and_nothing_else() {
        let read = |text: &str| serde_json::from_str::<Int64>(text).ok().map(|value| value.0);
        assert_eq!(read("\"-109840007014118971\""), Some(-109_840_007_014_118_971));
        assert_eq!(read("9223372036854775807"), Some(i64::MAX));
        assert_eq!(read("\"-9223372036854775808\""), Some(i64::MIN));
        assert_eq!(read("1.0"), Some(1));
        assert_eq!(read("9.007199254740992e15"), Some(1 << 53));
        assert_eq!(read("\"0012\""), Some(12));
        for wrong in [
            "1.5",
            "-5.28e+18",
            "9007199254740994.0",
            "-9223372036854775809",
            "9223372036854775808",
            "\"9223372036854775808\"",
            "\"\"",
            "\"+1\"",
            "\"1.0\"",
            "true",
            "[]",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert!(serde_json::from_str::<UInt64>("\"-1\"").is_err());
        assert_eq!(serde_json::from_str::<UInt64>("18446744073709551615").unwrap(), UInt64(u64::MAX));
    }
}
