//! Names from a list. A strict schema accepts only the list. A reader accepts any string or integer (DTO-8), because
//! clients send numbers and mParticle adds names.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::scalar::Scalar;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// A name as it was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Name(pub Scalar);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let scalar = Scalar::deserialize(deserializer)?;
        if scalar.is_integer() || matches!(scalar, Scalar::Text(_)) {
            Ok(Self(scalar))
        } else {
            Err(D::Error::custom("not a name: a string or an integer"))
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Scalar::Text(text) => formatter.write_str(text),
            Scalar::Number(number) => write!(formatter, "{number}"),
            Scalar::Boolean(flag) => write!(formatter, "{flag}"),
        }
    }
}

/// Declares a list of names; with `or integers` a strict schema takes those too.
macro_rules! names {
    ($(#[$meta:meta])* $list:ident or integers: $($name:literal),+ $(,)?) => {
        $crate::contract::record::name::names!(@ $(#[$meta])* $list "name_or_integer" $($name),+);
    };
    ($(#[$meta:meta])* $list:ident: $($name:literal),+ $(,)?) => {
        $crate::contract::record::name::names!(@ $(#[$meta])* $list "name" $($name),+);
    };
    (@ $(#[$meta:meta])* $list:ident $kind:literal $($name:literal),+) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $list(pub $crate::contract::record::name::Name);

        impl $list {
            /// The documented names.
            pub const NAMES: &'static [&'static str] = &[$($name),+];
        }

        impl schemars::JsonSchema for $list {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($list).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "x-kind": $kind, "x-names": [$($name),+] })
            }
        }
    };
}
pub(crate) use names;

/// Whether a batch holds test data; absent, it is `production` by the reference. Only this list is closed in every
/// edition (DTO-8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Test data.
    Development,
    /// Real users' data.
    Production,
    /// The default in the published schema, although its lists do not have this value: accepted when reading, refused
    /// by the strict schema.
    Unknown,
}

super::scalar::kind!(Environment, "environment");
