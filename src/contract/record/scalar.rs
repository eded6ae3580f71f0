//! Single values: text, numbers and flags. Each type accepts exactly what is documented or sent.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use serde_json::Number;

use super::int64::Int64;

/// Text, a number or a flag: the values that mParticle's published schema accepts where its reference says *string*.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// Text, the form that the reference documents.
    Text(String),
    /// A number.
    Number(Number),
    /// A flag.
    Boolean(bool),
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;

        impl Visitor<'_> for Value {
            type Value = Scalar;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a string, a number or a boolean")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Scalar, E> {
                Ok(Scalar::Boolean(value))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar, E> {
                Ok(Scalar::Number(value.into()))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar, E> {
                Ok(Scalar::Number(value.into()))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Scalar, E> {
                Number::from_f64(value).map(Scalar::Number).ok_or_else(|| E::custom("not a finite number"))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Scalar, E> {
                Ok(Scalar::Text(value.to_owned()))
            }

            fn visit_string<E: Error>(self, value: String) -> Result<Scalar, E> {
                Ok(Scalar::Text(value))
            }
        }

        deserializer.deserialize_any(Value)
    }
}

impl Scalar {
    /// Whether this is a number without a fraction. As in JSON Schema, `1.0` is one.
    pub fn is_integer(&self) -> bool {
        matches!(self, Self::Number(number) if number.as_f64().is_some_and(|value| value.fract() == 0.0))
    }
}

/// Marks the kind of a value for the editions (see `schema::kinds`): its schema depends on form and strictness.
macro_rules! kind {
    ($name:ty, $kind:literal) => {
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "x-kind": $kind })
            }
        }
    };
}
pub(crate) use kind;

/// Declares a single value that accepts some scalars and refuses the others.
macro_rules! some_scalar {
    ($(#[$meta:meta])* $name:ident, $kind:literal, $expected:literal, $accepts:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name(pub Scalar);

        kind!($name, $kind);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let scalar = Scalar::deserialize(deserializer)?;
                let accepts: fn(&Scalar) -> bool = $accepts;
                if accepts(&scalar) { Ok(Self(scalar)) } else { Err(D::Error::custom(concat!("not ", $expected))) }
            }
        }
    };
}

kind!(Scalar, "scalar");

some_scalar! {
    /// A 32-bit integer: a JSON number, never a string (DTO-1, U-7).
    Int32, "int32", "a 32-bit integer", |scalar| {
        scalar.is_integer() && matches!(scalar, Scalar::Number(number)
            if number.as_f64().is_some_and(|value| (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value)))
    }
}

some_scalar! {
    /// A 64-bit integer as a number or as a string of digits; a writer leaves it as it came (U-29).
    AnyInt64, "any_int64", "a 64-bit integer", is_int64
}

some_scalar! {
    /// A 32-bit integer by the reference; clients send 64 bits, as a number or as a string of digits (U-29).
    WideInt32, "wide_int32", "a 64-bit integer", is_int64
}

some_scalar! {
    /// A decimal number. mParticle's own TypeScript models let clients send one as a string, so a reader accepts both.
    Decimal, "decimal", "a number, or a string that holds one", |scalar| match scalar {
        Scalar::Number(_) => true,
        Scalar::Text(text) => is_decimal(text),
        Scalar::Boolean(_) => false,
    }
}

some_scalar! {
    /// A flag that the reference types as a string and the published schema as a boolean.
    BooleanOrText, "boolean_or_text", "a boolean or a string", |scalar| !matches!(scalar, Scalar::Number(_))
}

some_scalar! {
    /// An integer that the reference types as a string.
    IntegerOrText, "integer_or_text", "an integer or a string", |scalar| {
        scalar.is_integer() || matches!(scalar, Scalar::Text(_))
    }
}

some_scalar! {
    /// A number that the published OpenAPI file types as a boolean.
    NumberOrBoolean, "number_or_boolean", "a number or a boolean", |scalar| !matches!(scalar, Scalar::Text(_))
}

some_scalar! {
    /// A GUID as text. Strict schemas require the usual 8-4-4-4-12 hexadecimal digits or empty text.
    Guid, "guid", "a string", |scalar| matches!(scalar, Scalar::Text(_))
}

some_scalar! {
    /// An IPv4 or IPv6 address as text.
    IpAddress, "ip", "a string", |scalar| matches!(scalar, Scalar::Text(_))
}

fn is_int64(scalar: &Scalar) -> bool {
    let value = match scalar {
        Scalar::Text(text) => serde_json::Value::from(text.as_str()),
        Scalar::Number(number) => number.clone().into(),
        Scalar::Boolean(_) => return false,
    };
    Int64::deserialize(value).is_ok()
}

/// An optional minus sign, digits, an optional fraction and an optional exponent: the same language as the pattern in
/// the schema.
fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (text, None),
    };
    let mantissa = match mantissa.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(mantissa),
    };
    mantissa && exponent.is_none_or(digits)
}
